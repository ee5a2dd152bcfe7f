/* SPDX-License-Identifier: Apache-2.0 */
/*
 * histogram.h - how often something took how long, in microseconds, to within three per cent.
 *
 * Lives in shared memory and is added to by several processes at once; no pointers.
 */
#ifndef HOITHI_TESTS_HISTOGRAM_H
#define HOITHI_TESTS_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

#define HISTOGRAM_STEPS 32 /* a power of two: steps in each doubling */
#define HISTOGRAM_DOUBLINGS 34
#define HISTOGRAM_SLOTS (HISTOGRAM_STEPS * HISTOGRAM_DOUBLINGS)

struct histogram {
    _Atomic uint64_t count;
    _Atomic uint64_t max_us;
    _Atomic uint32_t slots[HISTOGRAM_SLOTS];
};

void histogram_add(struct histogram *histogram, int64_t us);
/* `share` in thousandths: 500 is the median. The upper end of the slot, at most the maximum; 0 if empty. */
uint64_t histogram_at(const struct histogram *histogram, uint32_t share);

#endif
