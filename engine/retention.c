/* SPDX-License-Identifier: Apache-2.0 */
/* The sweeps: when, by whom, and in which pieces. */
#include "engine/retention.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "engine/archive.h"
#include "engine/chance.h"
#include "engine/rooms.h"
#include "question-banks/memory.h"

#define ROOMS_KEY "hoithi:rooms"
#define UNTIL_KEY "hoithi:retention:until" /* rooms made before this are done */
#define LOCK_KEY "hoithi:retention:lock"
#define LOCK_S "30" /* of a worker that died at it; renewed before each piece */
#define LOCK_WORD 16
#define NUMBER_MAX 24
#define COUNT_EVERY_MS 15000
#define SWEEPS_A_SPAN 24
#define FIRST_PART 60 /* the first sweep comes after such a part of the time between two */

enum stage { STAGE_BEGIN, STAGE_NAMES, STAGE_TIDY, STAGE_ROOMS, STAGE_END, STAGE_OVER };

/* One sweep: the thread's while a piece is under way, the loop's otherwise. */
struct sweep {
    struct redis_sync *redis;
    char lock[LOCK_WORD + 1];
    bool locked;
    int64_t wall_ms;
    enum stage stage;
    uint64_t next;          /* rank of the next room in the list under way */
    char from[NUMBER_MAX];  /* names of rooms made before are erased */
    char until[NUMBER_MAX]; /* how far this sweep has come; "" for nowhere */
    bool until_stands;      /* a room could not be erased: it goes no further */
    bool file_holds_names;  /* the store's append-only file */
    struct retention_counts counts;
};

struct retention {
    struct redis *redis;
    struct redis_address address;
    char *data;
    struct retention_settings settings;
    uv_timer_t timer, counter;
    uv_work_t work;
    struct sweep sweep;
    bool sweeping;
    int open_handles;
    atomic_bool closing;
    struct retention_counts counts;
};

static void fault(struct sweep *sweep, const char *why)
{
    fprintf(stderr, "retention: %s\n", why);
    sweep->counts.failed++;
}

/* ---- the lock ---- */

static bool take_lock(struct sweep *sweep)
{
    chance_text(sweep->lock, LOCK_WORD);
    struct redisReply *reply = redis_sync_ask(sweep->redis, "SET", LOCK_KEY, sweep->lock, "NX", "EX", LOCK_S, NULL);
    sweep->locked = reply != NULL && reply->type == REDIS_REPLY_STATUS;
    freeReplyObject(reply);
    return sweep->locked;
}

static bool with_lock(const struct sweep *sweep, const char *script)
{
    struct redisReply *reply = redis_sync_ask(sweep->redis, "EVAL", script, "1", LOCK_KEY, sweep->lock, LOCK_S, NULL);
    bool mine = reply != NULL && reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;
    freeReplyObject(reply);
    return mine;
}

/* False: it is somebody else's by now, who does what is left. */
static bool renew_lock(void *context)
{
    return with_lock(context, "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end\n"
                              "return redis.call('EXPIRE', KEYS[1], ARGV[2])");
}

static void drop_lock(const struct sweep *sweep)
{
    (void)with_lock(sweep, "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end\n"
                           "return redis.call('DEL', KEYS[1])");
}

void retention_alone(struct redis_sync *redis)
{
    freeReplyObject(redis_sync_ask(redis, "DEL", LOCK_KEY, NULL));
}

/* ---- begin ---- */

static int64_t time_of(struct redis_sync *redis)
{
    struct redisReply *reply = redis_sync_ask(redis, "TIME", NULL);
    bool read = reply != NULL && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2;
    int64_t wall_ms =
        read ? strtoll(reply->element[0]->str, NULL, 10) * 1000 + strtoll(reply->element[1]->str, NULL, 10) / 1000 : 0;
    freeReplyObject(reply);
    return wall_ms;
}

static void read_from(struct sweep *sweep)
{
    struct redisReply *reply = redis_sync_ask(sweep->redis, "GET", UNTIL_KEY, NULL);
    bool known = reply != NULL && reply->type == REDIS_REPLY_STRING;
    snprintf(sweep->from, sizeof sweep->from, "%.20s", known ? reply->str : "-inf");
    freeReplyObject(reply);
}

static enum stage begin(struct retention *retention)
{
    struct sweep *sweep = &retention->sweep;
    char why[REDIS_FAULT_MAX];

    sweep->redis = redis_sync_open(&retention->address, why, sizeof why);
    if (sweep->redis == NULL) {
        fault(sweep, why);
        return STAGE_OVER;
    }
    if (sweep->wall_ms == 0)
        sweep->wall_ms = time_of(sweep->redis);
    if (sweep->wall_ms == 0 || !take_lock(sweep))
        return STAGE_END; /* the store is away, or another worker is at it */
    read_from(sweep);
    return STAGE_NAMES;
}

static struct archive_place place_of(struct retention *retention)
{
    return (struct archive_place){.redis = retention->sweep.redis,
                                  .data = retention->data,
                                  .may_publish = renew_lock,
                                  .context = &retention->sweep};
}

/* ---- names ---- */

/* False: it is to be tried again. */
static bool erase_room(struct retention *retention, const char *room)
{
    struct sweep *sweep = &retention->sweep;
    struct archive_place place = place_of(retention);
    char why[ARCHIVE_WHY_MAX];
    bool now;

    enum retention_result result = retention_erase_log(sweep->redis, room, &now);
    if (result == RETENTION_FAILED)
        fault(sweep, redis_sync_fault(sweep->redis));
    if (result == RETENTION_NO_ROOM) {
        enum archive_result archived = archive_erase(&place, room, &now, why);
        result = archived == ARCHIVE_FAILED ? RETENTION_FAILED : RETENTION_DONE;
        if (archived == ARCHIVE_FAILED)
            fault(sweep, why);
    }
    sweep->counts.erased += now;
    sweep->file_holds_names = sweep->file_holds_names || now;
    return result != RETENTION_FAILED;
}

static void keep_until(const struct sweep *sweep)
{
    if (sweep->until[0] != '\0')
        freeReplyObject(redis_sync_ask(sweep->redis, "SET", UNTIL_KEY, sweep->until, NULL));
}

/* The next rooms of those that are old enough, oldest first. */
static struct redisReply *old_rooms(struct retention *retention)
{
    const struct sweep *sweep = &retention->sweep;
    char to[NUMBER_MAX], next[NUMBER_MAX], most[NUMBER_MAX];

    snprintf(to, sizeof to, "%lld", (long long)(sweep->wall_ms - retention->settings.names_ms));
    snprintf(next, sizeof next, "%llu", (unsigned long long)sweep->next);
    snprintf(most, sizeof most, "%d", RETENTION_PIECE_ROOMS);
    return redis_sync_ask(sweep->redis, "ZRANGEBYSCORE", ROOMS_KEY, sweep->from, to, "WITHSCORES", "LIMIT", next, most,
                          NULL);
}

static enum stage erase_piece(struct retention *retention)
{
    struct sweep *sweep = &retention->sweep;
    struct redisReply *rooms = retention->settings.names_ms == 0 ? NULL : old_rooms(retention);
    size_t count = rooms == NULL ? 0 : rooms->elements / 2;

    for (size_t i = 0; i < count && !retention->closing; i++) {
        if (!room_id_is_one(rooms->element[2 * i]->str))
            continue;
        if (!erase_room(retention, rooms->element[2 * i]->str))
            sweep->until_stands = true;
        if (!sweep->until_stands)
            snprintf(sweep->until, sizeof sweep->until, "%.20s", rooms->element[2 * i + 1]->str);
    }
    freeReplyObject(rooms);
    sweep->next += count;
    if (count == RETENTION_PIECE_ROOMS)
        return STAGE_NAMES;
    keep_until(sweep);
    sweep->next = 0;
    return STAGE_TIDY;
}

/* ---- what crashes have left ---- */

static enum stage tidy(struct retention *retention)
{
    struct archive_place place = place_of(retention);
    if (!archive_tidy(&place))
        fault(&retention->sweep, "the folder of archived rooms cannot be tidied");
    return STAGE_ROOMS;
}

/* ---- rooms ---- */

static void take_result(struct sweep *sweep, enum archive_result result, uint64_t *count, const char *why)
{
    switch (result) {
    case ARCHIVE_DONE:
        ++*count;
        break;
    case ARCHIVE_FAILED:
        fault(sweep, why);
        break;
    case ARCHIVE_NOT_DUE:
    case ARCHIVE_MOVED_ON:
    case ARCHIVE_NO_ROOM:
        break;
    }
}

/* True: it is no more in the list. */
static bool look_at_room(struct retention *retention, const char *room, int64_t made_ms)
{
    struct sweep *sweep = &retention->sweep;
    const struct retention_settings *settings = &retention->settings;
    struct archive_place place = place_of(retention);
    struct archive_spans spans = {.final_ms = settings->final_ms, .ended_ms = settings->ended_ms};
    enum archive_result result = ARCHIVE_NOT_DUE;
    char why[ARCHIVE_WHY_MAX];

    bool old = settings->rooms_ms != 0 && made_ms <= sweep->wall_ms - settings->rooms_ms;
    if (old) {
        result = archive_delete(&place, room, why);
        take_result(sweep, result, &sweep->counts.deleted, why);
        return result == ARCHIVE_DONE;
    }
    result = archive_room(&place, room, &spans, sweep->wall_ms, why);
    take_result(sweep, result, &sweep->counts.archived, why);
    return false;
}

static struct redisReply *some_rooms(const struct sweep *sweep)
{
    char first[NUMBER_MAX], last[NUMBER_MAX];
    snprintf(first, sizeof first, "%llu", (unsigned long long)sweep->next);
    snprintf(last, sizeof last, "%llu", (unsigned long long)sweep->next + RETENTION_PIECE_ROOMS - 1);
    return redis_sync_ask(sweep->redis, "ZRANGE", ROOMS_KEY, first, last, "WITHSCORES", NULL);
}

/* Until one was archived: that is work enough for a piece. */
static enum stage rooms_piece(struct retention *retention)
{
    struct sweep *sweep = &retention->sweep;
    struct redisReply *rooms = some_rooms(sweep);
    size_t count = rooms == NULL ? 0 : rooms->elements / 2;
    uint64_t archived = sweep->counts.archived;

    for (size_t i = 0; i < count && !retention->closing && archived == sweep->counts.archived; i++) {
        const char *room = rooms->element[2 * i]->str;
        int64_t made_ms = strtoll(rooms->element[2 * i + 1]->str, NULL, 10);
        if (!room_id_is_one(room) || !look_at_room(retention, room, made_ms))
            sweep->next++;
    }
    freeReplyObject(rooms);
    return count == 0 ? STAGE_END : STAGE_ROOMS;
}

/* ---- end ---- */

static enum stage end(struct retention *retention)
{
    struct sweep *sweep = &retention->sweep;
    if (sweep->file_holds_names && !retention_rewrite(sweep->redis))
        fault(sweep, "the append-only file is not rewritten, and holds names that were erased");
    if (sweep->locked)
        drop_lock(sweep);
    redis_sync_close(sweep->redis);
    sweep->redis = NULL;
    return STAGE_OVER;
}

static void do_piece(uv_work_t *work)
{
    static enum stage (*const pieces[])(struct retention *) = {[STAGE_BEGIN] = begin,
                                                               [STAGE_NAMES] = erase_piece,
                                                               [STAGE_TIDY] = tidy,
                                                               [STAGE_ROOMS] = rooms_piece,
                                                               [STAGE_END] = end};
    struct retention *retention = work->data;
    struct sweep *sweep = &retention->sweep;

    bool lost = sweep->locked && sweep->stage != STAGE_END && !renew_lock(sweep);
    if (lost || (retention->closing && sweep->stage != STAGE_BEGIN))
        sweep->stage = STAGE_END;
    sweep->stage = pieces[sweep->stage](retention);
}

/* ---- in the loop ---- */

static void free_if_closed(struct retention *retention)
{
    if (retention->open_handles > 0 || retention->sweeping)
        return;
    explicit_bzero(&retention->address, sizeof retention->address);
    free(retention->data);
    free(retention);
}

static void add_counts(struct retention_counts *sum, const struct retention_counts *more)
{
    sum->archived += more->archived;
    sum->erased += more->erased;
    sum->deleted += more->deleted;
    sum->failed += more->failed;
}

static void took_count(void *context, const struct redisReply *reply)
{
    struct retention *retention = context;
    if (reply != NULL && reply->type == REDIS_REPLY_INTEGER)
        retention->counts.in_archive = (uint32_t)reply->integer;
}

static void ask_count(uv_timer_t *timer)
{
    struct retention *retention = timer->data;
    redis_ask(retention->redis, took_count, retention, "ZCARD", ARCHIVE_SET, NULL);
}

static void piece_done(uv_work_t *work, int status)
{
    struct retention *retention = work->data;

    if (status == 0 && retention->sweep.stage != STAGE_OVER &&
        uv_queue_work(work->loop, work, do_piece, piece_done) == 0)
        return;
    add_counts(&retention->counts, &retention->sweep.counts);
    retention->sweeping = false;
    if (!retention->closing)
        ask_count(&retention->counter);
    free_if_closed(retention);
}

void retention_sweep(struct retention *retention, int64_t wall_ms)
{
    if (retention->sweeping || retention->closing)
        return;
    retention->sweep = (struct sweep){.wall_ms = wall_ms, .stage = STAGE_BEGIN};
    retention->work.data = retention;
    retention->sweeping = uv_queue_work(retention->timer.loop, &retention->work, do_piece, piece_done) == 0;
}

bool retention_is_sweeping(const struct retention *retention)
{
    return retention->sweeping;
}

static void on_time(uv_timer_t *timer)
{
    retention_sweep(timer->data, 0);
}

void retention_count(const struct retention *retention, struct retention_counts *out)
{
    *out = retention->counts;
}

int64_t retention_every_ms(const struct retention_settings *settings)
{
    const int64_t spans[] = {settings->final_ms, settings->ended_ms, settings->names_ms, settings->rooms_ms};
    int64_t every_ms = RETENTION_SWEEP_MOST_MS;
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
        if (spans[i] != 0 && spans[i] / SWEEPS_A_SPAN < every_ms)
            every_ms = spans[i] / SWEEPS_A_SPAN;
    return every_ms < RETENTION_SWEEP_LEAST_MS ? RETENTION_SWEEP_LEAST_MS : every_ms;
}

struct retention *retention_new(uv_loop_t *loop, struct redis *redis, const struct retention_settings *settings)
{
    struct retention *retention = memory_new(1, sizeof *retention);
    uint64_t every_ms = (uint64_t)retention_every_ms(settings);

    retention->redis = redis;
    retention->address = *settings->address;
    retention->data = memory_copy(settings->data, strlen(settings->data));
    retention->settings = *settings;
    retention->settings.address = NULL;
    retention->settings.data = retention->data;
    uv_timer_init(loop, &retention->timer);
    uv_timer_init(loop, &retention->counter);
    retention->timer.data = retention->counter.data = retention;
    retention->open_handles = 2;
    uv_timer_start(&retention->timer, on_time, every_ms / FIRST_PART, every_ms);
    uv_timer_start(&retention->counter, ask_count, 0, COUNT_EVERY_MS);
    return retention;
}

static void handle_closed(uv_handle_t *handle)
{
    struct retention *retention = handle->data;
    retention->open_handles--;
    free_if_closed(retention);
}

void retention_free(struct retention *retention)
{
    if (retention == NULL)
        return;
    retention->closing = true;
    uv_close((uv_handle_t *)&retention->timer, handle_closed);
    uv_close((uv_handle_t *)&retention->counter, handle_closed);
}
