/* SPDX-License-Identifier: Apache-2.0 */
/*
 * due.h - rooms that must be looked at at some time though nobody is connected: one sorted set, swept once a second.
 *
 * One worker takes a room that is due and puts it DUE_LEASE_MS ahead; if that worker dies, another takes it then.
 */
#ifndef HOITHI_ENGINE_DUE_H
#define HOITHI_ENGINE_DUE_H

#include <stdint.h>
#include <uv.h>
#include "engine/redis.h"

#define DUE_SWEEP_MS 1000
#define DUE_LEASE_MS 10000
#define DUE_TAKE_MAX 100 /* rooms a sweep */

struct due;
/* `visit` is called from the loop for each room that is due (worker: hub_visit). */
struct due *due_new(uv_loop_t *loop, struct redis *redis, void (*visit)(void *context, const char *room),
                    void *context);
/* After the connection was closed. The loop must run on for a turn. Takes NULL. */
void due_free(struct due *due);
/* The hub's port: look again at `wall_ms`; 0: no more. Kept and sent again if Redis is away. */
void due_set(struct due *due, const char *room, int64_t wall_ms);

#endif
