/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention.h - what becomes of rooms by and by: those that are over are archived (archive.h), people are forgotten,
 * and in the end rooms go.
 *
 * Forgetting takes the personal parts out of a room's log, or bundle, and the names off its board. The log is written
 * anew under the same ids without the personal parts, in one step, and the append-only file is rewritten; positions,
 * chain, points and receipts stay.
 *
 * One worker does it at a time, a lock in the store says which; in pieces of a few rooms or one bundle, in another
 * thread on a connection of its own, so that no loop
 * waits.
 */
#ifndef HOITHI_ENGINE_RETENTION_H
#define HOITHI_ENGINE_RETENTION_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>
#include "engine/redis.h"
#include "engine/redis_sync.h"

#define RETENTION_SWEEP_MOST_MS (3600 * 1000) /* between two sweeps */
#define RETENTION_SWEEP_LEAST_MS 1000
#define RETENTION_PIECE_ROOMS 50

enum retention_result { RETENTION_DONE, RETENTION_NO_ROOM, RETENTION_FAILED };
/* A room in the store. */
enum retention_result retention_erase(struct redis_sync *redis, const char *room);
/* The same without rewriting the append-only file; `now`: there was something to erase. */
enum retention_result retention_erase_log(struct redis_sync *redis, const char *room, bool *now);
/* The append-only file still says what has gone; false if it is not being rewritten. */
bool retention_rewrite(struct redis_sync *redis);

/* No worker lives on this store: who held the lock has died, and the next sweep need not wait for it to run out. */
void retention_alone(struct redis_sync *redis);

struct retention_settings {
    const struct redis_address *address; /* copied */
    const char *data;                    /* the data directory; copied */
    int64_t final_ms;                    /* a room is archived so long after it became final; 0: never */
    int64_t ended_ms;                    /* and so long after it ended; 0: never */
    int64_t names_ms;                    /* so long after a room was made its names are erased; 0: never */
    int64_t rooms_ms;                    /* so long after it was made an archived room is deleted; 0: never */
};

struct retention_counts {
    uint64_t archived, erased, deleted, failed; /* by this worker */
    uint32_t in_archive;                        /* rooms, as the store said lately */
};

struct retention;
/* `redis` is asked for counts alone. Sweeps once an hour, or more often if a span is shorter than a day. */
struct retention *retention_new(uv_loop_t *loop, struct redis *redis, const struct retention_settings *settings);
/* After the connection was closed. The loop must run on until a piece under way has ended. Takes NULL. */
void retention_free(struct retention *retention);
void retention_count(const struct retention *retention, struct retention_counts *out);
/* Sweeps now, unless it is at it, as if it were `wall_ms`; 0: the store's clock. */
void retention_sweep(struct retention *retention, int64_t wall_ms);
bool retention_is_sweeping(const struct retention *retention);
/* How long between sweeps with these settings. */
int64_t retention_every_ms(const struct retention_settings *settings);

#endif
