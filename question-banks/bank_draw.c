/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing questions by a seed: SplitMix64 (Steele, Lea, Flood, 2014) and the Fisher-Yates shuffle, on integers only, so
 * that every machine and every later version draws the same. */
#include "question-banks/bank.h"

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* A number below `limit`, each equally likely: draws past the last whole multiple of it are thrown away. */
static uint64_t draw_below(uint64_t *state, uint64_t limit)
{
    if (limit < 2)
        return 0;
    /* 2^64 mod limit */
    uint64_t surplus = (UINT64_MAX % limit + 1) % limit; /* NOLINT(clang-analyzer-core.DivideZero): at least 2 here */
    uint64_t draw = splitmix64(state);

    while (draw < surplus)
        draw = splitmix64(state);
    return draw % limit;
}

size_t bank_draw(const struct bank *bank, size_t count, bool shuffled, uint64_t seed, size_t *indexes)
{
    size_t all = bank->question_count;

    if (count == 0 || count > all)
        count = all;
    for (size_t i = 0; i < all; i++)
        indexes[i] = i;
    for (size_t i = 0; shuffled && i < count; i++) {
        size_t j = i + draw_below(&seed, all - i);
        size_t kept = indexes[i];
        indexes[i] = indexes[j];
        indexes[j] = kept;
    }
    return count;
}
