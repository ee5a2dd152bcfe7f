/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redis_sync.h - one blocking connection to Redis, for subcommands and for the time before the loop runs.
 *
 * Never in a worker's loop.
 */
#ifndef HOITHI_ENGINE_REDIS_SYNC_H
#define HOITHI_ENGINE_REDIS_SYNC_H

#include <stddef.h>
#include "engine/redis.h"

#define REDIS_SYNC_TIMEOUT_MS 10000
#define REDIS_FAULT_MAX 400

struct redis_sync;

/* NULL: `why` says what failed. */
struct redis_sync *redis_sync_open(const struct redis_address *address, char *why, size_t why_size);
void redis_sync_close(struct redis_sync *redis);

/* A reply for the caller to give to freeReplyObject(), or NULL: the connection failed or Redis answered with an error;
 * redis_sync_fault() says which. */
struct redisReply *redis_sync_send(struct redis_sync *redis, const struct redis_command *command);
struct redisReply *redis_sync_ask(struct redis_sync *redis, ...) __attribute__((sentinel));
const char *redis_sync_fault(const struct redis_sync *redis);

#endif
