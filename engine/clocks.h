/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clocks.h - for how long questions have been open, kept where all workers of this machine see it.
 *
 * A worker that did not see a question open would have to believe the store's clock, which may have been set in
 * between. The monotonic clock is one for all processes of a machine, so those who saw it leave a note: a file in the
 * data directory, mapped by every worker, of pairs (key, milliseconds). It outlives every process and is void after a
 * start of the machine. A note that is lost (two keys in one place, another machine) costs nothing but that belief.
 */
#ifndef HOITHI_ENGINE_CLOCKS_H
#define HOITHI_ENGINE_CLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCKS_FILE "clocks"
#define CLOCKS_NOTES 65536 /* a power of two; 1 MiB, of which only what is used takes room */

struct clocks;

/* Never NULL: when the file cannot be had, that is said once, and nothing is kept. */
struct clocks *clocks_open(const char *folder);
void clocks_close(struct clocks *clocks);
/* `key` is not 0. */
void clocks_keep(struct clocks *clocks, uint64_t key, int64_t ms);
bool clocks_find(const struct clocks *clocks, uint64_t key, int64_t *ms);

#endif
