/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/due.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <hiredis/hiredis.h>
#include "engine/rooms.h"
#include "question-banks/memory.h"

/*
 * Takes the rooms that are due and puts them ahead: by the lease, and twice as far each time that a visit has not set
 * another time (a room that cannot be served must not be brought again every few seconds). KEYS: due, tries.
 */
static const char take_script[] =
    "local t = redis.call('TIME')\n"
    "local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"
    "local rooms = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[1])\n"
    "for _, room in ipairs(rooms) do\n"
    "  local tries = redis.call('HINCRBY', KEYS[2], room, 1)\n"
    "  local ahead = ARGV[2] * 2 ^ math.min(tries - 1, 9)\n"
    "  redis.call('ZADD', KEYS[1], 'XX', string.format('%.0f', now + ahead), room)\n"
    "end\n"
    "return rooms\n";

static const char set_script[] = "redis.call('HDEL', KEYS[2], ARGV[1])\n"
                                 "if ARGV[2] == '0' then return redis.call('ZREM', KEYS[1], ARGV[1]) end\n"
                                 "return redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])\n";

#define DUE_KEY "hoithi:due"
#define TRIES_KEY "hoithi:due:tries"

/* A time that Redis has not yet confirmed. */
struct setting {
    TAILQ_ENTRY(setting) next;
    struct due *due;
    char room[ROOM_ID_MAX + 1];
    int64_t wall_ms;
    bool under_way;
    bool changed; /* set again while it was under way */
};

struct due {
    struct redis *redis;
    uv_timer_t sweep;
    TAILQ_HEAD(setting_list, setting) settings;
    void (*visit)(void *context, const char *room);
    void *context;
    bool sweeping;
};

/* ---- setting ---- */

static void send_setting(struct setting *setting);

static void took_setting(void *context, const struct redisReply *reply)
{
    struct setting *setting = context;
    setting->under_way = false;
    if (reply == NULL || reply->type == REDIS_REPLY_ERROR)
        return; /* the next sweep sends it again */
    if (setting->changed) {
        send_setting(setting);
        return;
    }
    TAILQ_REMOVE(&setting->due->settings, setting, next);
    free(setting);
}

static void send_setting(struct setting *setting)
{
    char wall[24];
    snprintf(wall, sizeof wall, "%lld", (long long)setting->wall_ms);
    setting->changed = false;
    setting->under_way = redis_ask(setting->due->redis, took_setting, setting, "EVAL", set_script, "2", DUE_KEY,
                                   TRIES_KEY, setting->room, wall, NULL);
}

void due_set(struct due *due, const char *room, int64_t wall_ms)
{
    struct setting *setting = TAILQ_FIRST(&due->settings);
    while (setting != NULL && strcmp(setting->room, room) != 0)
        setting = TAILQ_NEXT(setting, next);
    if (setting == NULL) {
        setting = memory_new(1, sizeof *setting);
        setting->due = due;
        snprintf(setting->room, sizeof setting->room, "%s", room);
        TAILQ_INSERT_TAIL(&due->settings, setting, next);
    }
    setting->wall_ms = wall_ms;
    setting->changed = true;
    if (!setting->under_way)
        send_setting(setting);
}

/* ---- sweeping ---- */

static void took_rooms(void *context, const struct redisReply *reply)
{
    struct due *due = context;
    due->sweeping = false;
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY)
        return;
    for (size_t i = 0; i < reply->elements; i++)
        if (room_id_is_one(reply->element[i]->str))
            due->visit(due->context, reply->element[i]->str);
}

static void sweep(uv_timer_t *timer)
{
    struct due *due = timer->data;
    struct setting *setting;
    char most[16], lease[16];

    for (setting = TAILQ_FIRST(&due->settings); setting != NULL; setting = TAILQ_NEXT(setting, next))
        if (!setting->under_way)
            send_setting(setting);
    if (due->sweeping)
        return;
    snprintf(most, sizeof most, "%d", DUE_TAKE_MAX);
    snprintf(lease, sizeof lease, "%d", DUE_LEASE_MS);
    due->sweeping =
        redis_ask(due->redis, took_rooms, due, "EVAL", take_script, "2", DUE_KEY, TRIES_KEY, most, lease, NULL);
}

struct due *due_new(uv_loop_t *loop, struct redis *redis, void (*visit)(void *context, const char *room), void *context)
{
    struct due *due = memory_new(1, sizeof *due);
    due->redis = redis;
    due->visit = visit;
    due->context = context;
    TAILQ_INIT(&due->settings);
    uv_timer_init(loop, &due->sweep);
    due->sweep.data = due;
    uv_timer_start(&due->sweep, sweep, DUE_SWEEP_MS, DUE_SWEEP_MS);
    return due;
}

static void sweep_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void due_free(struct due *due)
{
    if (due == NULL)
        return;
    struct setting *setting, *after;
    for (setting = TAILQ_FIRST(&due->settings); setting != NULL; setting = after) {
        after = TAILQ_NEXT(setting, next);
        free(setting);
    }
    uv_close((uv_handle_t *)&due->sweep, sweep_closed);
}
