/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redis.h - a connection to Redis that comes back by itself, in somebody's uv loop.
 *
 * Sockets are libuv's (a unix socket or TCP), the protocol is hiredis'; only redis*.c and log.c, board.c and the like
 * that read replies name hiredis. It knows no keys and no rooms. One thread; nothing blocks.
 *
 * Commands are written once a loop turn, replies come in the order of the commands. When the connection breaks every
 * waiting command gets a NULL reply, then `down` is called; after a back-off it connects again and calls `up`. A
 * connection that does not answer its ping for REDIS_SILENCE_MS counts as broken.
 */
#ifndef HOITHI_ENGINE_REDIS_H
#define HOITHI_ENGINE_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct redisReply; /* hiredis' */

#define REDIS_PATH_MAX 108 /* of a unix socket, with its end */
#define REDIS_WORD_MAX 256
#define REDIS_PORT_DEFAULT 6379
#define REDIS_SILENCE_MS 5000
#define REDIS_PING_EVERY_MS 1000
#define REDIS_BACKOFF_FIRST_MS 20
#define REDIS_BACKOFF_LAST_MS 2000
#define REDIS_REPLY_MAX_BYTES (256u << 20)

struct redis_address {
    char path[REDIS_PATH_MAX]; /* unix socket; "" for TCP */
    char host[REDIS_WORD_MAX];
    int port;
    int database;
    char user[REDIS_WORD_MAX]; /* "" if none */
    char password[REDIS_WORD_MAX];
};

/* "redis://[user:password@]host[:port][/database]" or "unix:///path[?db=N]" or "unix:path". False: `why` says what was
 * expected, and names no password. */
bool redis_address_read(const char *url, struct redis_address *out, char *why, size_t why_size);
void redis_address_of_path(const char *path, struct redis_address *out);

/* The reply is borrowed for the call; NULL: the connection was lost, and whether the command ran is not known. */
typedef void redis_reply_fn(void *context, const struct redisReply *reply);

struct redis_events {
    void *context;
    void (*up)(void *context);                    /* may be NULL */
    void (*down)(void *context, const char *why); /* may be NULL; only after `up` */
    void (*message)(void *context, const char *channel, const char *text, size_t length); /* subscribers only */
};

struct redis;

/* Starts to connect at once, and has the process ignore SIGPIPE. `address` is copied. `events` may be NULL. */
struct redis *redis_new(uv_loop_t *loop, const struct redis_address *address, const struct redis_events *events);
/* Closes in the background: `redis` must not be used any more, no event comes any more, waiting commands get NULL
 * before this returns. The loop must run on for a turn or two. Takes NULL. */
void redis_close(struct redis *redis);

bool redis_is_up(const struct redis *redis);
/* Why it is not up: the last fault, one line; "" if none yet. */
const char *redis_fault(const struct redis *redis);
/* Bytes accepted but not yet written to the socket. */
size_t redis_waiting_bytes(const struct redis *redis);

struct redis_command {
    size_t count;
    const char *const *words;
    const size_t *lengths; /* NULL: the words are terminated strings */
};
/* False: not connected, `reply` will not be called. Otherwise it is called once. `reply` may be NULL. The words are
 * copied. Never calls back before it returns. */
bool redis_send(struct redis *redis, const struct redis_command *command, redis_reply_fn *reply, void *context);
/* The same with strings, ended by NULL: redis_ask(redis, fn, context, "GET", key, NULL). */
bool redis_ask(struct redis *redis, redis_reply_fn *reply, void *context, ...) __attribute__((sentinel));
/* Breaks the connection as if it had been lost: it answered what shows that it is of no use (READONLY). */
void redis_break(struct redis *redis, const char *why);

#endif
