/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contest.h - a whole contest as a log in memory, the way the hub writes it: created, joins and answers in batches,
 * and the phases of every question. For benches; the same seed gives the same bytes.
 */
#ifndef HOITHI_TESTS_CONTEST_H
#define HOITHI_TESTS_CONTEST_H

#include "rooms/event.h"

struct contest {
    uint32_t players;
    uint32_t questions;
    const char *bank_path;
    struct entry *entries; /* positions from 1 */
    size_t entry_count, entry_capacity;
    size_t bytes;
    size_t answers;
    uint64_t seed;
};

/* players, questions, bank_path and seed are the caller's to set; the rest starts at zero. */
void contest_write(struct contest *contest);
void contest_clear(struct contest *contest);
/* The id of the player who sits in `seat`. */
uint64_t contest_player(uint32_t seat);

#endif
