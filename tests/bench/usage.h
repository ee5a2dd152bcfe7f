/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage.h - what a server uses, asked of /proc: processor time of all its processes and their own memory.
 *
 * The server is one process and whatever descends from it; a redis-server among them is counted apart.
 */
#ifndef HOITHI_TESTS_USAGE_H
#define HOITHI_TESTS_USAGE_H

#include <stdint.h>
#include <sys/types.h>

struct usage {
    int64_t server_ns; /* running time since each process began */
    int64_t redis_ns;
    int64_t server_bytes; /* memory that is its own: RssAnon */
    int64_t redis_bytes;
    int64_t kernel_bytes; /* in TCP's buffers, of the whole machine and both ends */
    int processes;
};

/* All zero if `server` is 0. */
struct usage usage_of(pid_t server);

#endif
