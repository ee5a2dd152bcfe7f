/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the subcommands, and nothing else. */
#include <stdio.h>
#include <string.h>
#include "engine/backup.h"
#include "engine/bundle.h"
#include "engine/command.h"
#include "engine/keys.h"
#include "engine/options.h"
#include "engine/results.h"
#include "engine/verify.h"

static const struct subcommand {
    const char *name;
    unsigned options;
    int (*run)(int argc, char **argv);
    const char *usage; /* NULL: for the program itself */
    const char *what;
} subcommands[] = {
    {"serve", FOR_SERVE, serve_command, "serve", "serve contests"},
    {"worker", FOR_WORKER, worker_command, NULL, NULL},
    {"bank", FOR_BANK, banks_command,
     "bank check PATH... | import FILE | export FILE | template [--format F] [-o FILE]",
     "banks, and questions from Word, Excel and others"},
    {"key", FOR_KEY, keys_command, "key add --role ROLE --name NAME | list | revoke NAME | fingerprint",
     "keys of hosts, judges and admins"},
    {"results", FOR_RESULTS, results_command, "results ROOM|BUNDLE --format json|csv|xlsx [-o FILE]",
     "who answered what"},
    {"bundle", FOR_BUNDLE, bundle_command, "bundle ROOM -o FILE", "a room in one file that proves itself"},
    {"verify", FOR_VERIFY, verify_command, "verify BUNDLE [--key FINGERPRINT]",
     "replay a bundle and compare everything"},
    {"backup", FOR_BACKUP, backup_command, "backup -o FILE", "everything in one file, also while it serves"},
    {"restore", FOR_RESTORE, restore_command, "restore FILE --data DIR", "a backup into a new data directory"},
    {"doctor", FOR_DOCTOR, doctor_command, "doctor", "what is wrong with this machine, and how to mend it"},
    {"redis-child", FOR_SERVE, redis_child_command, NULL, NULL},
};
#define SUBCOMMAND_COUNT (sizeof subcommands / sizeof *subcommands)

static void print_help(FILE *out)
{
    fputs("hoithi - the live quiz and contest engine that schools and cities run themselves\n\n", out);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        if (subcommands[i].usage != NULL)
            fprintf(out, "  hoithi %-72s %s\n", subcommands[i].usage, subcommands[i].what);
    fputs("\nhoithi SUBCOMMAND --help tells its options. Every option has an environment variable: HOITHI_DATA for "
          "--data.\n",
          out);
}

static const struct subcommand *find(const char *name)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        if (strcmp(subcommands[i].name, name) == 0)
            return &subcommands[i];
    return NULL;
}

static int run(const struct subcommand *subcommand, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            printf("hoithi %s\n\n", subcommand->usage == NULL ? subcommand->name : subcommand->usage);
            options_print(subcommand->options, stdout);
            return EXIT_DONE;
        }
    }
    return subcommand->run(argc, argv);
}

int main(int argc, char **argv)
{
    const struct subcommand *subcommand = argc < 2 ? NULL : find(argv[1]);

    if (subcommand != NULL)
        return run(subcommand, argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
        puts("hoithi " HOITHI_VERSION);
        return EXIT_DONE;
    }
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_help(stdout);
        return EXIT_DONE;
    }
    print_help(stderr);
    return EXIT_USAGE;
}
