/* SPDX-License-Identifier: Apache-2.0 */
/*
 * child.h - a process that is started again when it ends, with a growing pause if it ends at once.
 *
 * It knows neither Redis nor workers: how to spawn is told by its owner.
 */
#ifndef HOITHI_ENGINE_CHILD_H
#define HOITHI_ENGINE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct child {
    uv_process_t process;
    uv_timer_t again;
    uint64_t started_at_ms;
    uint32_t backoff_ms;
    int64_t status; /* of the one that ended last */
    int signal;
    bool running;
    bool wanted; /* false: it is not started again */
    /* Fills in what to run; false: it cannot be started now. */
    bool (*describe)(struct child *child, uv_process_options_t *options);
    void (*spawned)(struct child *child); /* it runs; may be NULL */
    /* It has ended, and will be started again after `pause_ms` unless it is no more wanted. */
    void (*ended)(struct child *child, uint32_t pause_ms);
    void *owner;
};

/* What is the owner's must be set. */
void child_start(struct child *child, uv_loop_t *loop);
void child_kill(struct child *child, int signal);

#endif
