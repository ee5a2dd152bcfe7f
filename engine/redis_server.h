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

#define REDIS_LEAST_MAJOR 6 /* 6.2: XRANGE from behind an id */
#define REDIS_LEAST_MINOR 2
#define REDIS_URL_MAX 512
#define DATA_PATH_MAX 90         /* sun_path holds 108 */
#define DATA_LOCK_WAIT_MS 5000   /* a subcommand may hold it for a moment */
#define REDIS_END_WAIT_MS 20000  /* for a server left over, to write what it has */
#define REDIS_START_WAIT_MS 4000 /* until it answers at all; loading may then take as long as it takes */

/* ---- for a subcommand: where the store is ---- */
struct store_place {
    char url[REDIS_URL_MAX]; /* unix:///…/redis.sock or the --redis URL */
    pid_t borrowed;          /* the redis-server that ends with store_leave(), or 0 */
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

/* ---- for its owner ---- */
/* A data directory that this process has locked. */
struct data_place {
    char path[DATA_PATH_MAX + 1]; /* absolute */
    char url[REDIS_URL_MAX];
    int lock_fd;
};
enum data_lock { DATA_LOCKED, DATA_IN_USE, DATA_FAULT };
/* Makes the directory (0700) if it is missing, and locks it, waiting for at most `wait_ms`. Reports a fault. */
enum data_lock data_enter(const char *data, int wait_ms, struct data_place *place);
void data_report_in_use(const struct data_place *place, const char *data);

/* The words that start its redis-server, ended by NULL; redis_server_words_free() frees them. */
char **redis_server_words(const struct data_place *place);
void redis_server_words_free(char **words);
/* Ends a redis-server that a killed owner left on the socket. False: it will not go; reported. */
bool redis_server_end_leftover(const struct data_place *place);
/* redis-server of this machine: found, and new enough? Otherwise reported with the remedy. */
bool redis_server_installed(void);
/* Whether its log says that it ended for want of space. */
bool redis_server_was_full(const struct data_place *place);

/* ---- for everybody ---- */
enum redis_state { REDIS_ABSENT, REDIS_LOADING, REDIS_READY, REDIS_REFUSES };
/* One try. `why` says what was wrong; "" if nothing was. */
enum redis_state redis_server_probe(const char *url, char *why, size_t why_size);
/* An outside Redis: new enough? Otherwise reported. A setting weaker than an acknowledgement promises is reported, and
 * is no fault. */
bool redis_server_check_outside(const char *url);

#endif
