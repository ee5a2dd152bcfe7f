/* SPDX-License-Identifier: Apache-2.0 */
/* Plays contests from seeds: simulation [--seed N] [--seeds COUNT] [--from FIRST] [--verbose] */
#include "tests/simulation/world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile uint64_t running; /* for whoever reads what a crash says */

static void say_seed(int number)
{
    char text[120];
    int length = snprintf(text, sizeof text,
                          "seed %llu ends by signal %d\nsee it again: build/simulation --seed %llu --verbose\n",
                          (unsigned long long)running, number, (unsigned long long)running);
    if (write(STDOUT_FILENO, text, (size_t)length) < 0)
        _exit(3);
    signal(number, SIG_DFL);
    raise(number);
}

struct totals {
    uint64_t entries, frames, answers, forgotten;
    size_t failed;
};

static bool run(uint64_t seed, bool verbose, struct totals *totals)
{
    static struct world world;

    running = seed;
    world_init(&world, seed, verbose);
    world_run(&world);
    totals->entries += world.entries_applied;
    totals->frames += world.frames;
    totals->answers += world.told_count;
    totals->forgotten += world.store.forgot_count;
    totals->failed += world.failed;
    bool failed = world.failed;
    world_clear(&world);
    return !failed;
}

static uint64_t number_after(int count, char **words, const char *name, uint64_t otherwise)
{
    for (int i = 1; i + 1 < count; i++)
        if (strcmp(words[i], name) == 0)
            return strtoull(words[i + 1], NULL, 10);
    return otherwise;
}

int main(int count, char **words)
{
    struct totals totals = {0};
    uint64_t seed = number_after(count, words, "--seed", 0);
    uint64_t seeds = seed > 0 ? 1 : number_after(count, words, "--seeds", 1000);
    uint64_t first = seed > 0 ? seed : number_after(count, words, "--from", 1);
    bool verbose = strcmp(words[count - 1], "--verbose") == 0;

    signal(SIGABRT, say_seed);
    signal(SIGSEGV, say_seed);
    for (uint64_t i = 0; i < seeds && totals.failed < 10; i++)
        run(first + i, verbose, &totals);
    printf(
        "simulation: %llu seeds, %llu entries applied, %llu frames, %llu answers acknowledged, %llu times forgotten: "
        "%zu failed\n",
        (unsigned long long)seeds, (unsigned long long)totals.entries, (unsigned long long)totals.frames,
        (unsigned long long)totals.answers, (unsigned long long)totals.forgotten, totals.failed);
    return totals.failed == 0 ? 0 : 1;
}
