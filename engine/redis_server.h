/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redis_server.h - the private redis-server in the data directory.
 *
 * `serve` keeps one for its life (supervisor.c); a subcommand that finds none running borrows one for its own. Only one
 * process at a time owns a data directory: it holds a lock on DATA/lock. The store lies in DATA/redis (append-only
 * file, fsync always) and answers on the Unix socket DATA/redis.sock alone.
 */
#ifndef HOITHI_ENGINE_REDIS_SERVER_H
#define HOITHI_ENGINE_REDIS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "engine/options.h"

#define REDIS_LEAST_MAJOR 6
#define REDIS_LEAST_MINOR 2
#define REDIS_URL_MAX 256
#define REDIS_SOCKET_MAX 107 /* sun_path, its end included */

/* For a subcommand: where the store is. */
struct store_place {
    char url[REDIS_URL_MAX]; /* unix:///…/redis.sock or the --redis URL */
    char data[REDIS_URL_MAX];
    pid_t borrowed; /* the redis-server that ends with store_leave(), or 0 */
    int lock_fd;
    int readers_fd;
};

/*
 * Finds the store that `options` names, running or not; starts the private redis-server if nobody has. False: one
 * sentence has been reported. Blocks until the store answers (it may be loading).
 */
bool store_enter(const struct options *options, struct store_place *place);
/* Ends what store_enter() started. */
void store_leave(struct store_place *place);

/* Absolute path of the data directory's socket as a URL; false (and reported) if it would be too long. */
bool redis_server_url(const char *data, char url[REDIS_URL_MAX]);
/* Takes the data directory for this process: makes it (0700) if it is missing, and locks it. The descriptor, or -1. */
int redis_server_lock(const char *data, int wait_ms);
/* Arguments of the redis-server for `data`; `count` strings of a NULL-terminated array that the caller frees. */
char **redis_server_arguments(const char *data);
void redis_server_arguments_free(char **arguments);
/* Ends a redis-server that a killed owner left on the socket. Only for the holder of the lock. */
bool redis_server_end_leftover(const char *data);

enum redis_state { REDIS_ABSENT, REDIS_LOADING, REDIS_READY, REDIS_REFUSES };
/* One try, at most `wait_ms`. On REDIS_REFUSES or a weakness `why` says it; "" otherwise. */
enum redis_state redis_server_probe(const char *url, int wait_ms, char *why, size_t why_size);
/* redis-server of this machine: found, and new enough? Otherwise reported with the remedy. */
bool redis_server_installed(void);
/* An outside Redis: new enough, and does it keep what it acknowledges? Weakness is reported, too old is false. */
bool redis_server_check_outside(const char *url);

#endif
