/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/histogram.h"

#include <stddef.h>

static size_t slot_of(uint64_t us)
{
    unsigned doubling = 0;
    while (us >= 2 * HISTOGRAM_STEPS) {
        us >>= 1;
        doubling++;
    }
    size_t slot = (size_t)doubling * HISTOGRAM_STEPS + (size_t)us;
    return slot < HISTOGRAM_SLOTS ? slot : HISTOGRAM_SLOTS - 1;
}

static uint64_t slot_end(size_t slot)
{
    if (slot < 2 * HISTOGRAM_STEPS)
        return slot;
    size_t doubling = slot / HISTOGRAM_STEPS - 1;
    return ((uint64_t)(slot - doubling * HISTOGRAM_STEPS + 1) << doubling) - 1;
}

void histogram_add(struct histogram *histogram, int64_t us)
{
    uint64_t value = us < 0 ? 0 : (uint64_t)us;
    uint64_t max = histogram->max_us;

    histogram->count++;
    histogram->slots[slot_of(value)]++;
    while (value > max && !atomic_compare_exchange_weak(&histogram->max_us, &max, value)) {
    }
}

uint64_t histogram_at(const struct histogram *histogram, uint32_t share)
{
    uint64_t wanted = (histogram->count * share + 999) / 1000, seen = 0;

    for (size_t slot = 0; slot < HISTOGRAM_SLOTS && wanted > 0; slot++) {
        seen += histogram->slots[slot];
        if (seen >= wanted)
            return slot_end(slot) < histogram->max_us ? slot_end(slot) : histogram->max_us;
    }
    return 0;
}
