/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_state.h - what the files of the log share: log.c (ports, storage, the look once a second), log_append.c and
 * log_read.c. For them alone.
 */
#ifndef HOITHI_ENGINE_LOG_STATE_H
#define HOITHI_ENGINE_LOG_STATE_H

#include <sys/queue.h>
#include "engine/log.h"

struct redisReply;

#define LOG_KEY_MAX (ROOM_ID_MAX + 32)
#define LOG_SHA_SIZE 41
#define RUN_ID_SIZE 41
#define LOG_BUCKETS 4096
#define INFO_EVERY_LOOKS 5
#define LOG_REPLAYS_AT_ONCE 2 /* rooms that are being brought, with a page under way */

/* One append, until Redis has it. */
struct waiting {
    TAILQ_ENTRY(waiting) next;
    struct log *log;
    char room[ROOM_ID_MAX + 1];
    uint64_t ticket;
    size_t e_length, p_length;
    bool in_flight;
    bool sent_before;
    char bytes[]; /* e, then p */
};
TAILQ_HEAD(waiting_list, waiting);

/* What a followed room waits for. */
enum reading {
    READING_SUBSCRIBE, /* the confirmation */
    READING_QUEUED,    /* its turn among the rooms that are being brought */
    READING_BANK,
    READING_PAGE,
    READING_COMPARE, /* after a reconnect: is the last entry still the same? */
    READING_NOTHING
};

struct followed {
    TAILQ_ENTRY(followed) next;
    struct followed *bucket_next;
    struct log *log;
    char room[ROOM_ID_MAX + 1];
    enum reading reading;
    bool caught_up;
    bool has_bank;
    bool compare;        /* before anything else is read */
    bool unreadable;     /* holds what this program does not know: to be let go */
    bool archived;       /* as its record said last */
    bool gone;           /* unfollowed: freed when the last reply has come */
    uint32_t asked;      /* replies under way */
    uint64_t known;      /* the position that Redis is known to have reached */
    uint64_t length;     /* of the stream, before a comparison */
    size_t page_entries; /* of the page just taken */
};
TAILQ_HEAD(followed_list, followed);

struct log {
    uv_loop_t *loop;
    struct log_events events;
    struct redis *writer, *reader, *notices;
    uv_timer_t look, retry;
    uint32_t looks;
    bool closing;

    /* appending */
    struct waiting_list waiting;
    struct waiting *unsent; /* the first that is not in flight; all behind it are not, either */
    size_t waiting_bytes, in_flight_bytes;
    uint32_t waiting_count, in_flight_count;
    char script[LOG_SHA_SIZE]; /* "" until Redis has it */
    bool stalled;              /* something was not taken: wait for all replies, then send again from the front */
    bool full;                 /* ... because there is no room */
    int64_t retry_ms;
    bool over_limit;

    /* reading */
    struct followed_list rooms;
    struct followed *buckets[LOG_BUCKETS]; /* by room */
    uint32_t bringing;                     /* rooms being brought with a page under way */
    char run_id[RUN_ID_SIZE], replid[RUN_ID_SIZE];
    bool was_up;

    /* Redis' clock: uv_now() plus this */
    int64_t wall_offset_ms;
    bool wall_known;

    enum storage told;
    struct log_counts counts;
};

int64_t log_now_ms(const struct log *log);
/* Tells the hub when the state of the storage has changed. Only from the loop. */
void log_storage_changed(struct log *log);
void log_take_time(struct log *log, const struct redisReply *reply);

/* log_append.c */
void appending_up(void *context);
void appending_down(void *context, const char *why);
void appending_retry(uv_timer_t *timer);
void appending_clear(struct log *log);

/* log_read.c */
struct followed *reading_find(const struct log *log, const char *room);
void reading_up(struct log *log);
void reading_notices_up(struct log *log);
void reading_notice(void *context, const char *channel, const char *text, size_t length);
/* The room has reached this position: read on. */
void reading_reached(struct log *log, const char *room, uint64_t position);
void reading_look(struct log *log);
void reading_compare_all(struct log *log);
void reading_clear(struct log *log);

#endif
