/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/log_state.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "question-banks/memory.h"

/* Entry, count and notice in one step. The notice carries the position alone: entries are read by XRANGE. An archived
 * room (KEYS[2]: its record) takes nothing: an entry would make a log without a beginning. */
static const char append_script[] = "if redis.call('HEXISTS', KEYS[2], 'archived_at') == 1 then\n"
                                    "  return redis.error_reply('ARCHIVED the room is over and archived')\n"
                                    "end\n"
                                    "local id\n"
                                    "if ARGV[3] == '' then id = redis.call('XADD', KEYS[1], '*', 'e', ARGV[2])\n"
                                    "else id = redis.call('XADD', KEYS[1], '*', 'e', ARGV[2], 'p', ARGV[3]) end\n"
                                    "local n = redis.call('XLEN', KEYS[1])\n"
                                    "redis.call('PUBLISH', ARGV[1], n)\n"
                                    "return {n, id}\n";

/* What Redis may answer instead of taking an entry, and what follows from it. Searched in order. */
enum trouble { TROUBLE_SCRIPT, TROUBLE_FULL, TROUBLE_AWAY, TROUBLE_OTHER_SERVER, TROUBLE_LOST, TROUBLE_ARCHIVED };
static const struct {
    const char *word;
    enum trouble trouble;
} troubles[] = {
    {"NOSCRIPT", TROUBLE_SCRIPT},
    {"ARCHIVED", TROUBLE_ARCHIVED},
    {"OOM", TROUBLE_FULL},
    {"MISCONF", TROUBLE_FULL},
    {"No space", TROUBLE_FULL},
    {"READONLY", TROUBLE_OTHER_SERVER},
    {"MASTERDOWN", TROUBLE_OTHER_SERVER},
    {"WRONGTYPE", TROUBLE_LOST},
    {"LOADING", TROUBLE_AWAY},
    {"BUSY", TROUBLE_AWAY},
    {"NOREPLICAS", TROUBLE_AWAY},
    {"CLUSTERDOWN", TROUBLE_AWAY},
};

static enum trouble trouble_of(const char *error)
{
    for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++)
        if (strstr(error, troubles[i].word) != NULL)
            return troubles[i].trouble;
    return TROUBLE_AWAY; /* never lose an entry over a word that we do not know */
}

static void pump(struct log *log);

/* ---- the list ---- */

static size_t waiting_bytes(const struct waiting *waiting)
{
    return sizeof *waiting + waiting->e_length + waiting->p_length;
}

static void forget(struct log *log, struct waiting *waiting)
{
    assert(!waiting->in_flight);
    if (log->unsent == waiting)
        log->unsent = TAILQ_NEXT(waiting, next);
    TAILQ_REMOVE(&log->waiting, waiting, next);
    log->waiting_bytes -= waiting_bytes(waiting);
    log->waiting_count--;
    if (log->over_limit && log->waiting_bytes < LOG_WAITING_MAX_BYTES / 2)
        log->over_limit = false;
    free(waiting);
}

void log_append(struct log *log, const struct append *append)
{
    struct waiting *waiting = memory_new(1, sizeof *waiting + append->e_length + append->p_length);

    assert(strlen(append->room) <= ROOM_ID_MAX);
    waiting->log = log;
    snprintf(waiting->room, sizeof waiting->room, "%s", append->room);
    waiting->ticket = append->ticket;
    waiting->e_length = append->e_length;
    waiting->p_length = append->p_length;
    memcpy(waiting->bytes, append->e, append->e_length);
    if (append->p_length > 0)
        memcpy(waiting->bytes + append->e_length, append->p, append->p_length);
    TAILQ_INSERT_TAIL(&log->waiting, waiting, next);
    if (log->unsent == NULL)
        log->unsent = waiting;
    log->waiting_bytes += waiting_bytes(waiting);
    log->waiting_count++;
    if (log->waiting_bytes > LOG_WAITING_MAX_BYTES)
        log->over_limit = true; /* the hub is told by the next look: not from inside its own call */
    pump(log);
}

/* ---- trouble ---- */

static void took_script(void *context, const struct redisReply *reply)
{
    struct log *log = context;
    if (reply == NULL)
        return;
    if (reply->type != REDIS_REPLY_STRING || reply->len != LOG_SHA_SIZE - 1) {
        redis_break(log->writer, reply->type == REDIS_REPLY_ERROR ? reply->str : "SCRIPT LOAD was not understood");
        return;
    }
    memcpy(log->script, reply->str, LOG_SHA_SIZE);
    pump(log);
}

static void load_script(struct log *log)
{
    log->script[0] = '\0';
    redis_ask(log->writer, took_script, log, "SCRIPT", "LOAD", append_script, NULL);
}

/* All replies are in and something was not taken: from the front again, after a while. */
static void start_again(struct log *log)
{
    if (!log->stalled || log->in_flight_count > 0 || uv_is_active((uv_handle_t *)&log->retry))
        return;
    log->unsent = TAILQ_FIRST(&log->waiting);
    uv_timer_start(&log->retry, appending_retry, log->script[0] == '\0' ? 0 : (uint64_t)log->retry_ms, 0);
    log->retry_ms = log->retry_ms * 2 > LOG_RETRY_LAST_MS ? LOG_RETRY_LAST_MS : log->retry_ms * 2;
}

void appending_retry(uv_timer_t *timer)
{
    struct log *log = timer->data;
    if (!redis_is_up(log->writer))
        return; /* appending_up() goes on */
    log->stalled = false;
    if (log->script[0] == '\0')
        load_script(log);
    else
        pump(log);
}

static void lost_room(struct log *log, struct waiting *waiting, const char *error)
{
    fprintf(stderr, "log: room %s takes no entries, one is dropped: %s\n", waiting->room, error);
    log->counts.losses++;
    forget(log, waiting);
}

static void not_taken(struct log *log, struct waiting *waiting, const char *error)
{
    switch (trouble_of(error)) {
    case TROUBLE_LOST:
        lost_room(log, waiting, error);
        return;
    case TROUBLE_ARCHIVED: /* nobody waits for it: the next look tells whoever is in the room */
        forget(log, waiting);
        return;
    case TROUBLE_OTHER_SERVER:
        redis_break(log->writer, error);
        return;
    case TROUBLE_SCRIPT:
        log->script[0] = '\0';
        break;
    case TROUBLE_FULL:
        log->full = true;
        break;
    case TROUBLE_AWAY:
        break;
    }
    if (!log->stalled && log->script[0] != '\0')
        fprintf(stderr, "log: Redis does not take entries: %s\n", error);
    log->stalled = true;
}

/* ---- sending ---- */

static void took_append(void *context, const struct redisReply *reply)
{
    struct waiting *waiting = context;
    struct log *log = waiting->log;

    waiting->in_flight = false;
    log->in_flight_count--;
    log->in_flight_bytes -= waiting_bytes(waiting);
    if (reply == NULL) /* lost: appending_down() or appending_up() sends again */
        return;
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 2) {
        char room[ROOM_ID_MAX + 1];
        uint64_t position = (uint64_t)reply->element[0]->integer;
        memcpy(room, waiting->room, sizeof room);
        log->counts.appended++;
        log->counts.appended_bytes += waiting->e_length + waiting->p_length;
        log->full = false;
        log->retry_ms = LOG_RETRY_FIRST_MS;
        log->events.appended(log->events.context, room, waiting->ticket, position, log_now_ms(log));
        forget(log, waiting);
        reading_reached(log, room, position);
    } else {
        not_taken(log, waiting, reply->type == REDIS_REPLY_ERROR ? reply->str : "a reply that was not understood");
    }
    log_storage_changed(log);
    start_again(log);
    pump(log);
}

static void send_one(struct log *log, struct waiting *waiting)
{
    char key[LOG_KEY_MAX], meta[LOG_KEY_MAX], channel[LOG_KEY_MAX];
    snprintf(key, sizeof key, "hoithi:{%s}:log", waiting->room);
    snprintf(meta, sizeof meta, "hoithi:{%s}:meta", waiting->room);
    snprintf(channel, sizeof channel, "hoithi:{%s}:notice", waiting->room);
    const char *words[] = {
        "EVALSHA", log->script, "2", key, meta, channel, waiting->bytes, waiting->bytes + waiting->e_length};
    const size_t lengths[] = {
        7, LOG_SHA_SIZE - 1, 1, strlen(key), strlen(meta), strlen(channel), waiting->e_length, waiting->p_length};

    waiting->in_flight = true;
    log->in_flight_count++;
    log->in_flight_bytes += waiting_bytes(waiting);
    if (waiting->sent_before)
        log->counts.sent_again++;
    waiting->sent_before = true;
    bool sent = redis_send(log->writer, &(struct redis_command){.count = 8, .words = words, .lengths = lengths},
                           took_append, waiting);
    assert(sent);
}

static void pump(struct log *log)
{
    while (log->unsent != NULL && !log->stalled && log->script[0] != '\0' && redis_is_up(log->writer) &&
           log->in_flight_bytes < LOG_IN_FLIGHT_MAX_BYTES) {
        struct waiting *waiting = log->unsent;
        log->unsent = TAILQ_NEXT(waiting, next);
        send_one(log, waiting);
    }
}

/* ---- the connection ---- */

void appending_up(void *context)
{
    struct log *log = context;
    assert(log->in_flight_count == 0);
    uv_timer_stop(&log->retry);
    log->stalled = false;
    log->retry_ms = LOG_RETRY_FIRST_MS;
    log->unsent = TAILQ_FIRST(&log->waiting);
    load_script(log);
    log_storage_changed(log);
}

void appending_down(void *context, const char *why)
{
    struct log *log = context;
    (void)why;
    uv_timer_stop(&log->retry);
    log_storage_changed(log);
}

void appending_clear(struct log *log)
{
    struct waiting *waiting, *after;
    for (waiting = TAILQ_FIRST(&log->waiting); waiting != NULL; waiting = after) {
        after = TAILQ_NEXT(waiting, next);
        forget(log, waiting);
    }
}
