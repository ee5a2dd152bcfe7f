/* SPDX-License-Identifier: Apache-2.0 */
/* chance.h - everything that is random in a simulated contest comes from one seed (SplitMix64). */
#ifndef HOITHI_TESTS_CHANCE_H
#define HOITHI_TESTS_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

uint64_t chance_next(struct chance *chance);
/* From `low` to `high`, both included. */
int64_t chance_between(struct chance *chance, int64_t low, int64_t high);
/* True `permille` times in a thousand. */
bool chance_of(struct chance *chance, int permille);
void chance_fill(struct chance *chance, void *bytes, size_t length);

#endif
