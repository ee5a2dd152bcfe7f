/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervisor.h - the process that people start: it keeps Redis, the listening sockets and the workers alive.
 *
 * It serves nobody itself. It may be killed at any moment: its children end with it, and the next one finds
 * everything in the store.
 */
#ifndef HOITHI_ENGINE_SUPERVISOR_H
#define HOITHI_ENGINE_SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include "engine/heartbeat.h"
#include "engine/listener.h"
#include "engine/options.h"
#include "engine/redis_server.h"

#define WORKER_END_MS 10000 /* how long one may take to end in order */
#define STORE_END_MS 30000
#define STORE_LOOK_MS 25
#define STORE_STARTS_MAX 3 /* without ever having answered */
#define BACKOFF_FIRST_MS 100
#define BACKOFF_LAST_MS 5000
#define LIVED_WELL_MS 10000 /* having lived so long, a child is started again at once */

#define WORKER_LISTENER_FD 3
#define WORKER_HEARTBEAT_FD 4
#define HEARTBEAT_READY 'r'
#define HEARTBEAT_BEAT 'b'

struct supervision {
    const struct options *options;
    const struct data_place *data;
    const struct listen_address *listen;
    const int *listeners; /* one a worker */
    size_t worker_count;
    char **words; /* of the command line behind `serve`, handed on to workers; ended by NULL */
    /* The store answers: false ends the program with EXIT_REFUSED. Then, once: every worker serves. */
    bool (*store_opened)(void *context);
    void (*serving)(void *context);
    void *context;
};

/* Runs until SIGTERM or SIGINT. The exit status. */
int supervise(const struct supervision *supervision);

#endif
