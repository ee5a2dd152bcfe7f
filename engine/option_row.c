/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/option_row.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "engine/report.h"

#define DAY_MS INT64_C(86400000)
#define FIELD(name) offsetof(struct options, name)

const struct option_row option_rows[] = {
    {.name = "listen",
     .argument = "HOST:PORT",
     .fallback = "127.0.0.1:8080",
     .help = "where to serve; 0.0.0.0:8080 for a whole network, port 0 for any free one",
     .offset = FIELD(listen),
     .commands = FOR_SERVE | FOR_WORKER | FOR_DOCTOR},
    {.name = "public-url",
     .argument = "URL",
     .help = "the address that people use, with its sub-path if it has one; makes every link",
     .offset = FIELD(public_url),
     .commands = FOR_SERVE | FOR_WORKER},
    {.name = "data",
     .argument = "DIR",
     .fallback = "data",
     .help = "the data directory, where the private Redis keeps everything",
     .offset = FIELD(data),
     .commands = FOR_STORE},
    {.name = "banks",
     .argument = "DIR",
     .fallback = "question-banks",
     .help = "a folder of question banks; may be given several times",
     .offset = FIELD(banks),
     .commands = FOR_SERVE | FOR_WORKER | FOR_BANK,
     .type = OPTION_LIST},
    {.name = "redis",
     .argument = "URL",
     .help = "redis://HOST:PORT or unix:///PATH: use this Redis instead of a private one",
     .offset = FIELD(redis),
     .commands = FOR_STORE},
    {.name = "workers",
     .argument = "N",
     .fallback = "0",
     .help = "worker processes; 0: one a core",
     .offset = FIELD(workers),
     .most = WORKERS_MAX,
     .commands = FOR_SERVE | FOR_WORKER,
     .type = OPTION_NUMBER},
    {.name = "connections",
     .argument = "N",
     .fallback = "0",
     .help = "clients that one worker takes; 0: as many as file descriptors allow",
     .offset = FIELD(connections),
     .most = CONNECTIONS_MAX,
     .commands = FOR_SERVE | FOR_WORKER,
     .type = OPTION_NUMBER},
    {.name = "tls-cert",
     .argument = "FILE",
     .help = "certificate chain (PEM); serves https and wss",
     .offset = FIELD(tls_cert),
     .commands = FOR_SERVE | FOR_WORKER},
    {.name = "tls-key",
     .argument = "FILE",
     .help = "its private key (PEM)",
     .offset = FIELD(tls_key),
     .commands = FOR_SERVE | FOR_WORKER},
    {.name = "trust-proxy",
     .help = "believe X-Forwarded-For; only behind a proxy that sets it",
     .offset = FIELD(trust_proxy),
     .commands = FOR_SERVE | FOR_WORKER,
     .type = OPTION_FLAG},
    {.name = "archive-final",
     .argument = "TIME",
     .fallback = "1d",
     .help = "a room becomes a file so long after its result is final: 30s, 10m, 12h, 1d or never",
     .offset = FIELD(archive_final_ms),
     .commands = FOR_SERVE | FOR_WORKER,
     .type = OPTION_SPAN},
    {.name = "archive-ended",
     .argument = "TIME",
     .fallback = "7d",
     .help = "a room becomes a file so long after it ended, final or not",
     .offset = FIELD(archive_ended_ms),
     .commands = FOR_SERVE | FOR_WORKER,
     .type = OPTION_SPAN},
    {.name = "keep-names",
     .argument = "TIME",
     .fallback = "90d",
     .help = "names and texts are erased so long after a room was made",
     .offset = FIELD(keep_names_ms),
     .commands = FOR_SERVE | FOR_WORKER,
     .type = OPTION_SPAN},
    {.name = "keep-rooms",
     .argument = "TIME",
     .fallback = "never",
     .help = "an archived room is deleted so long after it was made",
     .offset = FIELD(keep_rooms_ms),
     .commands = FOR_SERVE | FOR_WORKER,
     .type = OPTION_SPAN},
    {.name = "role", .argument = "ROLE", .help = "host, judge or admin", .offset = FIELD(role), .commands = FOR_KEY},
    {.name = "name", .argument = "NAME", .help = "whose key it is", .offset = FIELD(name), .commands = FOR_KEY},
    {.name = "format",
     .argument = "F",
     .help = "the format: json, csv or xlsx for results; for banks see docs/bank-format.md",
     .offset = FIELD(format),
     .commands = FOR_RESULTS | FOR_BANK},
    {.name = "output",
     .argument = "FILE",
     .help = "write here instead of stdout",
     .offset = FIELD(output),
     .commands = FOR_RESULTS | FOR_BANK | FOR_BUNDLE | FOR_BACKUP,
     .letter = 'o'},
    {.name = "key",
     .argument = "FINGERPRINT",
     .help = "the key that must have signed",
     .offset = FIELD(key),
     .commands = FOR_VERIFY},
    {.name = "config",
     .argument = "FILE",
     .help = "configuration file, lines of `name = value`; " CONFIG_FILE " if it is there",
     .offset = FIELD(config),
     .commands = FOR_STORE | FOR_BANK},
    {.name = "help",
     .help = "this text",
     .offset = FIELD(help),
     .commands = FOR_ALL,
     .type = OPTION_FLAG,
     .letter = 'h'},
    {.name = "worker",
     .argument = "N",
     .offset = FIELD(worker),
     .most = WORKERS_MAX,
     .commands = FOR_WORKER,
     .type = OPTION_NUMBER},
    {.name = "listener-fd",
     .argument = "FD",
     .offset = FIELD(listener_fd),
     .most = INT32_MAX,
     .commands = FOR_WORKER,
     .type = OPTION_NUMBER},
    {.name = "heartbeat-fd",
     .argument = "FD",
     .offset = FIELD(heartbeat_fd),
     .most = INT32_MAX,
     .commands = FOR_WORKER,
     .type = OPTION_NUMBER},
};
const size_t option_row_count = sizeof option_rows / sizeof option_rows[0];
_Static_assert(sizeof option_rows / sizeof option_rows[0] <= OPTION_ROWS_MAX, "options.c has a place for each");

void *option_field(struct options *options, const struct option_row *row)
{
    return (char *)options + row->offset;
}

static char *copy_of(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL)
        abort();
    return copy;
}

static bool put_text(struct options *options, const struct option_row *row, const char *value)
{
    char **text = option_field(options, row);
    free(*text);
    *text = copy_of(value);
    return true;
}

void option_list_clear(struct option_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    list->count = 0;
}

static bool put_item(struct options *options, const struct option_row *row, const char *value)
{
    struct option_list *list = option_field(options, row);
    if (list->count == OPTION_LIST_MAX) {
        report("--%s: given more than %d times", row->name, OPTION_LIST_MAX);
        return false;
    }
    list->items[list->count++] = copy_of(value);
    return true;
}

static bool put_number(struct options *options, const struct option_row *row, const char *value)
{
    char *end = NULL;
    errno = 0;
    unsigned long number = strtoul(value, &end, 10);
    if (!isdigit((unsigned char)value[0]) || *end != '\0' || errno != 0 || number < row->least || number > row->most) {
        report("--%s: '%s' is not a number from %u to %u", row->name, value, row->least, row->most);
        return false;
    }
    *(uint32_t *)option_field(options, row) = (uint32_t)number;
    return true;
}

static bool put_flag(struct options *options, const struct option_row *row, const char *value)
{
    static const char *const yes[] = {"yes", "true", "1", "on", NULL};
    static const char *const no[] = {"no", "false", "0", "off", NULL};
    bool *flag = option_field(options, row);

    for (size_t i = 0; yes[i] != NULL; i++) {
        if (strcmp(value, yes[i]) == 0)
            return *flag = true;
        if (strcmp(value, no[i]) == 0)
            return !(*flag = false);
    }
    report("%s: '%s' is neither yes nor no", row->name, value);
    return false;
}

/* "90s", "10m", "12h", "7d"; "never" and "0" are 0. */
static bool put_span(struct options *options, const struct option_row *row, const char *value)
{
    static const struct {
        char letter;
        int64_t ms;
    } units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', DAY_MS}};
    int64_t *span = option_field(options, row);
    char *end = NULL;

    *span = 0;
    if (strcmp(value, "never") == 0 || strcmp(value, "0") == 0)
        return true;
    errno = 0;
    unsigned long number = isdigit((unsigned char)value[0]) ? strtoul(value, &end, 10) : 0;
    for (size_t i = 0; number > 0 && errno == 0 && i < sizeof units / sizeof units[0]; i++)
        if (end[0] == units[i].letter && end[1] == '\0' && number <= SPAN_MAX_DAYS * DAY_MS / (uint64_t)units[i].ms)
            *span = (int64_t)number * units[i].ms;
    if (*span == 0)
        report("--%s: '%s' is no time: 30s, 10m, 12h, 7d (to %dd) or never", row->name, value, SPAN_MAX_DAYS);
    return *span != 0;
}

bool option_put(struct options *options, const struct option_row *row, const char *value)
{
    static bool (*const puts[])(struct options *, const struct option_row *,
                                const char *) = {[OPTION_TEXT] = put_text,
                                                 [OPTION_LIST] = put_item,
                                                 [OPTION_NUMBER] = put_number,
                                                 [OPTION_FLAG] = put_flag,
                                                 [OPTION_SPAN] = put_span};

    if (strlen(value) > OPTION_VALUE_MAX_BYTES) {
        report("--%s: longer than %d bytes", row->name, OPTION_VALUE_MAX_BYTES);
        return false;
    }
    return puts[row->type](options, row, value);
}
