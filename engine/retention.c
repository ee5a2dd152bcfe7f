/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <hiredis/hiredis.h>
#include "engine/rooms.h"
#include "question-banks/memory.h"
#include "rooms/hub.h"

#define KEY_MAX 96
#define UNTIL_KEY "hoithi:retention:until" /* rooms made before this are done */
#define LOCK_KEY "hoithi:retention:lock"
#define LOCK_S "600"

/*
 * Writes the stream anew without p, under the same ids; takes the names off the board; notes when. KEYS: log, a new
 * key, board rows, meta. Gives the number of entries, 0 if it was done before, -1 if there is no such room.
 */
static const char erase_script[] =
    "if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end\n"
    "if redis.call('HEXISTS', KEYS[4], 'erased_at') == 1 then return 0 end\n"
    "redis.call('DEL', KEYS[2])\n"
    "local from, count = '-', 0\n"
    "while true do\n"
    "  local page = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', 500)\n"
    "  for _, entry in ipairs(page) do\n"
    "    local fields = entry[2]\n"
    "    for i = 1, #fields, 2 do\n"
    "      if fields[i] == 'e' then redis.call('XADD', KEYS[2], entry[1], 'e', fields[i + 1]) end\n"
    "    end\n"
    "    from = '(' .. entry[1]\n"
    "    count = count + 1\n"
    "  end\n"
    "  if #page < 500 then break end\n"
    "end\n"
    "redis.call('RENAME', KEYS[2], KEYS[1])\n"
    "local rows = redis.call('HGETALL', KEYS[3])\n"
    "for i = 1, #rows, 2 do\n"
    "  local row = cjson.decode(rows[i + 1])\n"
    "  row.name = ''\n"
    "  redis.call('HSET', KEYS[3], rows[i], cjson.encode(row))\n"
    "end\n"
    "redis.call('HSET', KEYS[4], 'erased_at', redis.call('TIME')[1] .. '000')\n"
    "return count\n";

struct room_keys {
    char log[KEY_MAX], anew[KEY_MAX], rows[KEY_MAX], meta[KEY_MAX];
};

static void keys_of(const char *room, struct room_keys *out)
{
    snprintf(out->log, KEY_MAX, "hoithi:{%s}:log", room);
    snprintf(out->anew, KEY_MAX, "hoithi:{%s}:log:anew", room);
    snprintf(out->rows, KEY_MAX, "hoithi:{%s}:board:rows", room);
    snprintf(out->meta, KEY_MAX, "hoithi:{%s}:meta", room);
}

/* ---- at once ---- */

enum retention_result retention_erase(struct redis_sync *redis, const char *room)
{
    struct room_keys keys;
    if (!room_id_is_one(room))
        return RETENTION_NO_ROOM;
    keys_of(room, &keys);
    struct redisReply *reply =
        redis_sync_ask(redis, "EVAL", erase_script, "4", keys.log, keys.anew, keys.rows, keys.meta, NULL);
    if (reply == NULL)
        return RETENTION_FAILED;
    long long count = reply->integer;
    freeReplyObject(reply);
    if (count < 0)
        return RETENTION_NO_ROOM;
    if (count == 0)
        return RETENTION_DONE;
    reply = redis_sync_ask(redis, "BGREWRITEAOF", NULL);
    bool rewriting = reply != NULL || strstr(redis_sync_fault(redis), "in progress") != NULL;
    freeReplyObject(reply);
    return rewriting ? RETENTION_DONE : RETENTION_FAILED;
}

/* ---- once an hour ---- */

struct retention {
    struct redis *redis;
    uv_timer_t timer;
    int64_t keep_ms;
    int64_t wall_ms; /* of the sweep under way */
    uint32_t asked;  /* rooms under way */
    bool sweeping, erased, failed;
    char until[32]; /* where this sweep gets to */
};

static void sweep_ended(struct retention *retention)
{
    retention->sweeping = false;
    if (!retention->failed && retention->until[0] != '\0')
        redis_ask(retention->redis, NULL, NULL, "SET", UNTIL_KEY, retention->until, NULL);
    if (retention->erased)
        redis_ask(retention->redis, NULL, NULL, "BGREWRITEAOF", NULL);
    redis_ask(retention->redis, NULL, NULL, "DEL", LOCK_KEY, NULL);
}

static void took_erased(void *context, const struct redisReply *reply)
{
    struct retention *retention = context;
    if (reply == NULL || reply->type != REDIS_REPLY_INTEGER)
        retention->failed = true;
    else if (reply->integer > 0)
        retention->erased = true;
    if (--retention->asked == 0)
        sweep_ended(retention);
}

static void took_old(void *context, const struct redisReply *reply)
{
    struct retention *retention = context;
    struct room_keys keys;

    retention->asked = 0;
    for (size_t i = 0; reply != NULL && reply->type == REDIS_REPLY_ARRAY && i + 1 < reply->elements; i += 2) {
        if (!room_id_is_one(reply->element[i]->str))
            continue;
        keys_of(reply->element[i]->str, &keys);
        snprintf(retention->until, sizeof retention->until, "%s", reply->element[i + 1]->str);
        if (redis_ask(retention->redis, took_erased, retention, "EVAL", erase_script, "4", keys.log, keys.anew,
                      keys.rows, keys.meta, NULL))
            retention->asked++;
    }
    if (retention->asked == 0)
        sweep_ended(retention);
}

static void took_until(void *context, const struct redisReply *reply)
{
    struct retention *retention = context;
    char until[32], most[16];
    const char *from = reply != NULL && reply->type == REDIS_REPLY_STRING ? reply->str : "-inf";

    snprintf(until, sizeof until, "%lld", (long long)(retention->wall_ms - retention->keep_ms));
    snprintf(most, sizeof most, "%d", RETENTION_ROOMS_A_SWEEP);
    if (reply == NULL || !redis_ask(retention->redis, took_old, retention, "ZRANGEBYSCORE", "hoithi:rooms", from, until,
                                    "WITHSCORES", "LIMIT", "0", most, NULL))
        retention->sweeping = false;
}

static void took_lock(void *context, const struct redisReply *reply)
{
    struct retention *retention = context;
    if (reply == NULL || reply->type != REDIS_REPLY_STATUS ||
        !redis_ask(retention->redis, took_until, retention, "GET", UNTIL_KEY, NULL))
        retention->sweeping = false; /* another worker does it */
}

void retention_sweep(struct retention *retention, int64_t wall_ms)
{
    if (retention->sweeping)
        return;
    retention->wall_ms = wall_ms;
    retention->erased = retention->failed = false;
    retention->until[0] = '\0';
    retention->sweeping =
        redis_ask(retention->redis, took_lock, retention, "SET", LOCK_KEY, "1", "NX", "EX", LOCK_S, NULL);
}

static void took_time(void *context, const struct redisReply *reply)
{
    if (reply != NULL && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2)
        retention_sweep(context, strtoll(reply->element[0]->str, NULL, 10) * 1000);
}

static void hour(uv_timer_t *timer)
{
    struct retention *retention = timer->data;
    redis_ask(retention->redis, took_time, retention, "TIME", NULL);
}

struct retention *retention_new(uv_loop_t *loop, struct redis *redis, int days)
{
    struct retention *retention = memory_new(1, sizeof *retention);
    retention->redis = redis;
    retention->keep_ms = (int64_t)days * 24 * 3600 * 1000;
    uv_timer_init(loop, &retention->timer);
    retention->timer.data = retention;
    uv_timer_start(&retention->timer, hour, RETENTION_SWEEP_MS / 60, RETENTION_SWEEP_MS);
    return retention;
}

static void timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void retention_free(struct retention *retention)
{
    if (retention != NULL)
        uv_close((uv_handle_t *)&retention->timer, timer_closed);
}
