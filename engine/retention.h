/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention.h - forgetting people: the personal parts of a room's log and the names on its board.
 *
 * The log is written anew under the same ids without the personal parts, in one step, and the append-only file is
 * rewritten; positions, chain, points and receipts stay.
 */
#ifndef HOITHI_ENGINE_RETENTION_H
#define HOITHI_ENGINE_RETENTION_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>
#include "engine/redis.h"
#include "engine/redis_sync.h"

#define RETENTION_DAYS_DEFAULT 90
#define RETENTION_SWEEP_MS (3600 * 1000)
#define RETENTION_ROOMS_A_SWEEP 50

enum retention_result { RETENTION_DONE, RETENTION_NO_ROOM, RETENTION_FAILED };
enum retention_result retention_erase(struct redis_sync *redis, const char *room);

/* In one worker or in all: once an hour the rooms made more than `days` ago are erased; one worker gets each. */
struct retention;
struct retention *retention_new(uv_loop_t *loop, struct redis *redis, int days);
/* After the connection was closed. The loop must run on for a turn. Takes NULL. */
void retention_free(struct retention *retention);
/* Looks now; tests use it. */
void retention_sweep(struct retention *retention, int64_t wall_ms);

#endif
