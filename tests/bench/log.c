/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.c - a whole contest as commands for `redis-cli --pipe`, to be put behind the `created` of a real room.
 *
 *   log KEY PLAYERS QUESTIONS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/bench/contest.h"

#define BANK "question-banks/digital-citizen/1.0.0.json"

static void put(const char *text, size_t length)
{
    printf("$%zu\r\n", length);
    fwrite(text, 1, length, stdout);
    fputs("\r\n", stdout);
}

static void put_entry(const char *key, const struct entry *entry)
{
    printf("*%d\r\n", entry->p == NULL ? 5 : 7);
    put("XADD", 4);
    put(key, strlen(key));
    put("*", 1);
    put("e", 1);
    put(entry->e, entry->e_length);
    if (entry->p != NULL) {
        put("p", 1);
        put(entry->p, entry->p_length);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("log KEY PLAYERS QUESTIONS\n", stderr);
        return 2;
    }
    struct contest contest = {.players = (uint32_t)strtoul(argv[2], NULL, 10),
                              .questions = (uint32_t)strtoul(argv[3], NULL, 10),
                              .bank_path = BANK,
                              .seed = 1};
    contest_write(&contest);
    for (size_t i = 1; i < contest.entry_count; i++) /* the room has its `created` already */
        put_entry(argv[1], &contest.entries[i]);
    contest_clear(&contest);
    return fflush(stdout) == 0 ? 0 : 1;
}
