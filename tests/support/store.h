/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - a Redis of a test's own: on a unix socket in a new directory, ended by its pid.
 *
 * It can be killed in mid-sentence and started again on what it had written (append-only file, fsync always).
 */
#ifndef HOITHI_TESTS_STORE_H
#define HOITHI_TESTS_STORE_H

#include <stdbool.h>
#include <sys/types.h>
#include <uv.h>
#include "engine/redis.h"
#include "engine/redis_sync.h"

#define STORE_WAIT_MS 20000 /* the end of patience, not a duration that a test needs */

struct store {
    char directory[64];
    pid_t pid;
    struct redis_address address;
};

/* Starts it and waits until it answers. */
void store_start(struct store *store);
/* Ends it and removes its directory. */
void store_end(struct store *store);
void store_kill(struct store *store);    /* SIGKILL */
void store_restart(struct store *store); /* on the same directory */
void store_forget(struct store *store);  /* only when killed: what it had written is gone */
void store_pause(struct store *store);   /* SIGSTOP */
void store_continue(struct store *store);
/* A blocking connection; the test ends if there is none. */
struct redis_sync *store_open(const struct store *store);
/* Runs one command and gives its reply as a number (integers, or strings that are one); -1 for nil. */
long long store_number(const struct store *store, ...) __attribute__((sentinel));

/* Runs the loop until `is_done` says so; the test fails after STORE_WAIT_MS. */
void loop_until(uv_loop_t *loop, bool (*is_done)(void *context), void *context);
/* Runs the loop until all handles are closed, and closes it. */
void loop_end(uv_loop_t *loop);

#endif
