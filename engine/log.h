/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - the logs of the rooms, in Redis: appending, and the one path by which entries are read.
 *
 * Appending: one script adds the entry, counts and publishes a notice of the new position. Appends go out in the order
 * of the calls, many in flight; after a lost reply the same bytes are sent again, in order, until they are stored, so
 * an entry may stand twice in the log (the rules of rooms/ make that harmless).
 *
 * Reading: XRANGE from the last applied entry, woken by notices, by the replies to own appends and by a look at every
 * followed room's length every 300 ms. A room is subscribed to before it is first read. After a reconnect, or when
 * Redis turned out to be another one, the last applied entry of each room is compared with the stored one first.
 *
 * It owns three connections (appends, reads, notices) and a timer in the caller's loop. All `now_ms` it gives are
 * uv_now(loop). It never calls the hub from inside log_append(), log_follow() or log_unfollow(); every other call to
 * the hub comes from the loop.
 */
#ifndef HOITHI_ENGINE_LOG_H
#define HOITHI_ENGINE_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>
#include "engine/redis.h"
#include "rooms/hub.h"

#define LOG_PAGE_ENTRIES 100               /* a page is applied in one turn of the loop */
#define LOG_WAITING_MAX_BYTES (256u << 20) /* past it the hub is told STORAGE_FULL until half is stored */
#define LOG_IN_FLIGHT_MAX_BYTES (8u << 20)
#define LOG_LOOK_EVERY_MS 300 /* well within the settle of 500 ms: a lost notice must cost nobody an answer */
#define LOG_RETRY_FIRST_MS 50
#define LOG_RETRY_LAST_MS 1000

/* Whom the log tells. log_events_of_hub() fills in the hub; tests put their own in. */
struct log_events {
    void *context;
    void (*room_bank)(void *context, const char *room, struct bank *bank); /* takes `bank` */
    void (*room_missing)(void *context, const char *room, int64_t now_ms);
    void (*room_archived)(void *context, const char *room, int64_t now_ms);
    enum hub_entry_result (*entry)(void *context, const char *room, const struct entry *entry, int64_t now_ms);
    void (*caught_up)(void *context, const char *room, int64_t wall_ms, int64_t now_ms);
    uint64_t (*position)(void *context, const char *room, const char **id);
    bool (*same_last)(void *context, const char *room, const struct entry *entry);
    void (*room_lost)(void *context, const char *room, int64_t now_ms);
    void (*appended)(void *context, const char *room, uint64_t ticket, uint64_t position, int64_t now_ms);
    void (*storage)(void *context, enum storage storage, int64_t now_ms);
};
struct log_events log_events_of_hub(struct hub *hub);

struct log;

struct log_counts {
    uint64_t appended, appended_bytes, sent_again, entries_read, pages_read, gaps, losses, reconnects, refused_full;
    uint32_t followed, waiting, in_flight;
    uint64_t waiting_bytes;
    enum storage storage;
};

/* Starts to connect. `events` is copied. */
struct log *log_new(uv_loop_t *loop, const struct redis_address *address, const struct log_events *events);
/* Stops; what waits to be appended is dropped (see log_is_idle). The loop must run on for a turn or two. Takes NULL. */
void log_close(struct log *log);

/* The three ports of the hub. */
void log_append(struct log *log, const struct append *append);
void log_follow(struct log *log, const char *room);
void log_unfollow(struct log *log, const char *room);

/* Nothing waits to be stored: a worker that ends in order may go. */
bool log_is_idle(const struct log *log);
/* Redis' clock, carried on by the loop's monotonic one between looks; 0 until it was first read. It never goes back by
 * itself. */
int64_t log_wall_ms(const struct log *log);
void log_count(const struct log *log, struct log_counts *out);
/* The read connection, for boards, keys, tokens, PINs and due times of the same worker. Borrowed. */
struct redis *log_redis(struct log *log);

#endif
