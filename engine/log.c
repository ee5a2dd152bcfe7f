/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/log_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "question-banks/memory.h"

int64_t log_now_ms(const struct log *log)
{
    return (int64_t)uv_now(log->loop);
}

/* ---- storage ---- */

static enum storage storage_now(const struct log *log)
{
    if (!redis_is_up(log->writer) || !redis_is_up(log->reader))
        return STORAGE_AWAY;
    return log->full || log->over_limit ? STORAGE_FULL : STORAGE_OK;
}

void log_storage_changed(struct log *log)
{
    enum storage storage = storage_now(log);
    if (log->closing || storage == log->told)
        return;
    log->told = storage;
    if (storage == STORAGE_FULL)
        log->counts.refused_full++;
    log->events.storage(log->events.context, storage, log_now_ms(log));
}

/* ---- Redis' clock ---- */

void log_take_time(struct log *log, const struct redisReply *reply)
{
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY || reply->elements != 2)
        return;
    int64_t wall = strtoll(reply->element[0]->str, NULL, 10) * 1000 + strtoll(reply->element[1]->str, NULL, 10) / 1000;
    log->wall_offset_ms = wall - log_now_ms(log);
    log->wall_known = true;
}

int64_t log_wall_ms(const struct log *log)
{
    return log->wall_known ? log_now_ms(log) + log->wall_offset_ms : 0;
}

/* ---- once a second ---- */

static void took_time(void *context, const struct redisReply *reply)
{
    log_take_time(context, reply);
}

/* The value of `name:` in a reply of INFO. */
static void info_value(const char *info, const char *name, char out[RUN_ID_SIZE])
{
    const char *found = strstr(info, name);
    out[0] = '\0';
    if (found != NULL)
        snprintf(out, RUN_ID_SIZE, "%.*s", (int)strcspn(found + strlen(name), "\r\n"), found + strlen(name));
}

/* True if the value was known and is another one now. */
static bool identity_changed(const struct redisReply *reply, const char *name, char known[RUN_ID_SIZE])
{
    char value[RUN_ID_SIZE];
    if (reply == NULL || reply->type != REDIS_REPLY_STRING)
        return false;
    info_value(reply->str, name, value);
    bool changed = known[0] != '\0' && strcmp(known, value) != 0;
    memcpy(known, value, RUN_ID_SIZE);
    return changed;
}

static void took_server(void *context, const struct redisReply *reply)
{
    struct log *log = context;
    if (identity_changed(reply, "run_id:", log->run_id))
        reading_compare_all(log);
}

static void took_replication(void *context, const struct redisReply *reply)
{
    struct log *log = context;
    if (identity_changed(reply, "master_replid:", log->replid))
        reading_compare_all(log);
}

static void ask_identity(struct log *log)
{
    redis_ask(log->reader, took_server, log, "INFO", "server", NULL);
    redis_ask(log->reader, took_replication, log, "INFO", "replication", NULL);
}

static void look(uv_timer_t *timer)
{
    struct log *log = timer->data;
    log_storage_changed(log);
    if (!redis_is_up(log->reader))
        return;
    redis_ask(log->reader, took_time, log, "TIME", NULL);
    if (log->looks++ % INFO_EVERY_LOOKS == 0)
        ask_identity(log);
    reading_look(log);
}

/* ---- the connections ---- */

static void reader_up(void *context)
{
    struct log *log = context;
    if (log->was_up)
        log->counts.reconnects++;
    log->was_up = true;
    redis_ask(log->reader, took_time, log, "TIME", NULL);
    log_storage_changed(log);
    reading_up(log);
}

static void reader_down(void *context, const char *why)
{
    (void)why;
    log_storage_changed(context);
}

static void notices_up(void *context)
{
    reading_notices_up(context);
}

/* ---- from outside ---- */

struct log *log_new(uv_loop_t *loop, const struct redis_address *address, const struct log_events *events)
{
    struct log *log = memory_new(1, sizeof *log);
    log->loop = loop;
    log->events = *events;
    TAILQ_INIT(&log->waiting);
    TAILQ_INIT(&log->rooms);
    log->told = STORAGE_OK;
    uv_timer_init(loop, &log->look);
    uv_timer_init(loop, &log->retry);
    log->look.data = log->retry.data = log;
    uv_timer_start(&log->look, look, LOG_LOOK_EVERY_MS, LOG_LOOK_EVERY_MS);
    log->writer =
        redis_new(loop, address, &(struct redis_events){.context = log, .up = appending_up, .down = appending_down});
    log->reader =
        redis_new(loop, address, &(struct redis_events){.context = log, .up = reader_up, .down = reader_down});
    log->notices =
        redis_new(loop, address, &(struct redis_events){.context = log, .up = notices_up, .message = reading_notice});
    return log;
}

static void retry_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void look_closed(uv_handle_t *handle)
{
    struct log *log = handle->data;
    uv_close((uv_handle_t *)&log->retry, retry_closed);
}

void log_close(struct log *log)
{
    if (log == NULL || log->closing)
        return;
    log->closing = true;
    redis_close(log->writer);
    redis_close(log->reader);
    redis_close(log->notices);
    appending_clear(log);
    reading_clear(log);
    uv_timer_stop(&log->retry);
    uv_close((uv_handle_t *)&log->look, look_closed);
}

bool log_is_idle(const struct log *log)
{
    return log->waiting_count == 0;
}

void log_count(const struct log *log, struct log_counts *out)
{
    *out = log->counts;
    out->waiting = log->waiting_count;
    out->in_flight = log->in_flight_count;
    out->waiting_bytes = log->waiting_bytes;
    out->storage = storage_now(log);
}

struct redis *log_redis(struct log *log)
{
    return log->reader;
}
