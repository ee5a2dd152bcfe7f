/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - every setting of the program: one table, three places to say it.
 *
 * The command line wins over the environment (HOITHI_DATA for --data), that over the configuration file
 * (`data = DIR`, `#` begins a comment), and that over the fallback in the table. It opens nothing but the
 * configuration file.
 */
#ifndef HOITHI_ENGINE_OPTIONS_H
#define HOITHI_ENGINE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define OPTION_LIST_MAX 16
#define OPTION_VALUE_MAX_BYTES 1024
#define CONFIG_FILE "/etc/hoithi/hoithi.conf"
#define CONFIG_FILE_MAX_BYTES 65536
#define WORKERS_MAX 64
#define CONNECTIONS_MAX 1000000
#define SPAN_MAX_DAYS 36500

/* Which subcommands an option belongs to. */
enum command_bit {
    FOR_SERVE = 1,
    FOR_BANK = 2,
    FOR_KEY = 4,
    FOR_RESULTS = 8,
    FOR_BUNDLE = 16,
    FOR_VERIFY = 32,
    FOR_DOCTOR = 64,
    FOR_WORKER = 128,
    FOR_BACKUP = 256,
    FOR_RESTORE = 512,
    FOR_STORE = FOR_SERVE | FOR_KEY | FOR_RESULTS | FOR_BUNDLE | FOR_DOCTOR | FOR_WORKER | FOR_BACKUP | FOR_RESTORE,
    FOR_ALL = 1023
};

struct option_list {
    char *items[OPTION_LIST_MAX];
    size_t count;
};

struct options {
    /* what a server runs with */
    char *listen;
    char *public_url; /* or NULL; without a slash at its end */
    char *data;
    struct option_list banks;
    char *redis; /* or NULL: the private server in `data` */
    char *tls_cert;
    char *tls_key;
    char *config;
    uint32_t workers;     /* 0: one a core */
    uint32_t connections; /* at most so many in one worker; 0: as file descriptors allow */
    bool trust_proxy;     /* X-Forwarded-For says who a client is */
    /* what becomes of rooms, in ms; 0: never */
    int64_t archive_final_ms;
    int64_t archive_ended_ms;
    int64_t keep_names_ms;
    int64_t keep_rooms_ms;
    /* what subcommands take */
    char *role;
    char *name;
    char *format;
    char *output;
    char *key;
    bool help;
    /* what the supervisor tells a worker */
    uint32_t worker;       /* its number, from 0 */
    uint32_t listener_fd;  /* inherited */
    uint32_t heartbeat_fd; /* inherited */
    /* what is left: `check FILE`, `ROOM` */
    char **arguments; /* borrowed from argv */
    size_t argument_count;
};

enum options_result { OPTIONS_OK, OPTIONS_WRONG };

/*
 * Reads all three places for the subcommand `command` (one bit); `argv` starts behind the subcommand's name. On
 * OPTIONS_WRONG one sentence has been reported. Clear it in both cases.
 */
enum options_result options_read(struct options *options, unsigned command, int argc, char **argv);
void options_clear(struct options *options);
/* The lines of --help for these subcommands. */
void options_print(unsigned command, FILE *out);

#endif
