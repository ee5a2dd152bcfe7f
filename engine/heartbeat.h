/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heartbeat.h - whether a silent process hangs, or only does not get its turn.
 *
 * Silence alone proves nothing: on a machine with too much to do a healthy worker may be silent for long. What it does
 * with the processor while it is silent tells. Who has used seconds of it and not come round to a beat is caught in a
 * loop. Who wants it and does not get it is starved, and ending it would not feed it. Who sleeps and uses none waits
 * for something that does not come. Who was stopped, or waits for the disk, is given long to come back.
 */
#ifndef HOITHI_ENGINE_HEARTBEAT_H
#define HOITHI_ENGINE_HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define HEARTBEAT_EVERY_MS 1000
#define HEARTBEAT_SILENT_MS 5000  /* before that nobody asks */
#define HEARTBEAT_SPUN_MS 4000    /* of the processor, without a beat */
#define START_SPUN_MS 20000       /* the same before the first one: banks are being read */
#define HEARTBEAT_ASLEEP_MS 10000 /* asleep, without a beat and without the processor */
#define HEARTBEAT_STILL_MS 40000  /* the same, stopped or waiting for the disk: a pause of 30 s is no death */

enum heartbeat_verdict { HEARTBEAT_WELL, HEARTBEAT_SPINS, HEARTBEAT_STANDS_STILL };

/* What the first thread of a process, its loop's, has used since it began, and what it does: 'R' wants the processor,
 * 'S' sleeps, 'D' waits for the disk, 'T' was stopped (proc(5)). */
struct heartbeat_use {
    int64_t cpu_ms;
    char state;
};

struct heartbeat {
    int64_t beat_ms;  /* when it beat last, or was started */
    int64_t moved_ms; /* when it was last seen to have used the processor, or beat */
    int64_t cpu_ms;   /* what it had used at the first look after that beat; -1: to be taken */
    int64_t last_cpu_ms;
    bool started; /* it has beaten */
};

void heartbeat_start(struct heartbeat *heartbeat, int64_t now_ms);
void heartbeat_beat(struct heartbeat *heartbeat, int64_t now_ms);
/* It was not the process but the one who looks that stood still: what was silence is none. */
void heartbeat_excuse(struct heartbeat *heartbeat, int64_t now_ms);
/* Once in HEARTBEAT_EVERY_MS. */
enum heartbeat_verdict heartbeat_look(struct heartbeat *heartbeat, int64_t now_ms, struct heartbeat_use use);
/* If it cannot be read: nothing, and stopped. */
struct heartbeat_use heartbeat_read(pid_t pid);

#endif
