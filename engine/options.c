/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/options.h"
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "engine/report.h"

enum option_type { OPTION_TEXT, OPTION_LIST, OPTION_NUMBER, OPTION_FLAG, OPTION_SPAN };

struct option_row {
    const char *name;     /* without the dashes; HOITHI_NAME in the environment */
    const char *argument; /* in --help; NULL for flags */
    const char *fallback; /* NULL: none */
    const char *help;     /* NULL: not shown, and neither environment nor file can say it */
    size_t offset;
    uint32_t least;
    uint32_t most;
    unsigned commands;
    enum option_type type;
    char letter;
};

#define DAY_MS INT64_C(86400000)
#define FIELD(name) offsetof(struct options, name)

static const struct option_row rows[] = {
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
#define ROW_COUNT (sizeof rows / sizeof rows[0])

/* Later sources win: a list given anew starts empty. */
enum source { SOURCE_NONE, SOURCE_FALLBACK, SOURCE_FILE, SOURCE_ENVIRONMENT, SOURCE_COMMAND_LINE };

struct reading {
    struct options *options;
    unsigned command;
    enum source source;
    enum source set_by[ROW_COUNT];
};

static void *field_of(struct options *options, const struct option_row *row)
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
    char **text = field_of(options, row);
    free(*text);
    *text = copy_of(value);
    return true;
}

static void list_clear(struct option_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    list->count = 0;
}

static bool put_item(struct options *options, const struct option_row *row, const char *value)
{
    struct option_list *list = field_of(options, row);
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
    *(uint32_t *)field_of(options, row) = (uint32_t)number;
    return true;
}

static bool put_flag(struct options *options, const struct option_row *row, const char *value)
{
    static const char *const yes[] = {"yes", "true", "1", "on", NULL};
    static const char *const no[] = {"no", "false", "0", "off", NULL};
    bool *flag = field_of(options, row);

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
    int64_t *span = field_of(options, row);
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

static bool put(struct reading *reading, const struct option_row *row, const char *value)
{
    static bool (*const puts[])(struct options *, const struct option_row *,
                                const char *) = {[OPTION_TEXT] = put_text,
                                                 [OPTION_LIST] = put_item,
                                                 [OPTION_NUMBER] = put_number,
                                                 [OPTION_FLAG] = put_flag,
                                                 [OPTION_SPAN] = put_span};
    enum source *set_by = &reading->set_by[row - rows];

    if (strlen(value) > OPTION_VALUE_MAX_BYTES) {
        report("--%s: longer than %d bytes", row->name, OPTION_VALUE_MAX_BYTES);
        return false;
    }
    if (row->type == OPTION_LIST && *set_by != reading->source)
        list_clear(field_of(reading->options, row));
    *set_by = reading->source;
    return puts[row->type](reading->options, row, value);
}

static const struct option_row *row_of(const char *name, size_t length)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0)
            return &rows[i];
    return NULL;
}

static const struct option_row *row_of_letter(char letter)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].letter != '\0' && rows[i].letter == letter)
            return &rows[i];
    return NULL;
}

static bool read_fallbacks(struct reading *reading)
{
    reading->source = SOURCE_FALLBACK;
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].fallback != NULL && !put(reading, &rows[i], rows[i].fallback))
            return false;
    return true;
}

/* HOITHI_PUBLIC_URL of public-url. */
static const char *environment_value(const struct option_row *row)
{
    char name[64] = "HOITHI_";
    size_t length = strlen(name);
    for (const char *c = row->name; *c != '\0'; c++)
        name[length++] = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
    return getenv(name);
}

static bool read_environment(struct reading *reading)
{
    reading->source = SOURCE_ENVIRONMENT;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].help == NULL || (rows[i].commands & reading->command) == 0)
            continue;
        const char *value = environment_value(&rows[i]);
        if (value != NULL && value[0] != '\0' && !put(reading, &rows[i], value))
            return false;
    }
    return true;
}

static char *trimmed(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return text;
}

static bool read_config_line(struct reading *reading, char *line, const char *path, unsigned number)
{
    char *name = trimmed(line);
    if (*name == '\0' || *name == '#')
        return true;
    char *equals = strchr(name, '=');
    if (equals == NULL) {
        report("%s:%u: expected `name = value`", path, number);
        return false;
    }
    *equals = '\0';
    name = trimmed(name);
    const struct option_row *row = row_of(name, strlen(name));
    if (row == NULL || row->help == NULL) {
        report("%s:%u: there is no setting '%s'; `hoithi serve --help` lists them", path, number, name);
        return false;
    }
    return put(reading, row, trimmed(equals + 1));
}

/* A missing file is a fault only if somebody named it. */
static bool read_config(struct reading *reading, const char *path, bool named)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    bool fine = true;

    if (file == NULL) {
        if (!named && errno == ENOENT)
            return true;
        report("%s: cannot be read: %s", path, strerror(errno));
        return false;
    }
    text = malloc(CONFIG_FILE_MAX_BYTES + 1);
    if (text == NULL)
        abort();
    size_t length = fread(text, 1, CONFIG_FILE_MAX_BYTES + 1, file);
    if (length > CONFIG_FILE_MAX_BYTES) {
        report("%s: longer than %d bytes", path, CONFIG_FILE_MAX_BYTES);
        fine = false;
        goto done;
    }
    text[length] = '\0';
    reading->source = SOURCE_FILE;
    unsigned number = 0;
    for (char *rest = text, *line; fine && (line = strsep(&rest, "\n")) != NULL;)
        fine = read_config_line(reading, line, path, ++number);
done:
    free(text);
    (void)fclose(file);
    return fine;
}

static bool wrong(const char *what, const char *argument)
{
    report("%s: %s; --help says what there is", argument, what);
    return false;
}

/* `--name value`, `--name=value`, `-o value`; `*used` is how many of argv it took. */
static bool read_option(struct reading *reading, char **argv, int left, int *used)
{
    const char *word = argv[0];
    const char *value = NULL;
    const struct option_row *row = NULL;

    if (word[1] == '-') {
        size_t length = strcspn(word + 2, "=");
        row = row_of(word + 2, length);
        if (word[2 + length] == '=')
            value = word + 2 + length + 1;
    } else if (word[2] == '\0') {
        row = row_of_letter(word[1]);
    }
    if (row == NULL || (row->commands & reading->command) == 0)
        return wrong("no such option here", word);
    *used = 1;
    if (row->type == OPTION_FLAG)
        return put(reading, row, value == NULL ? "yes" : value);
    if (value == NULL) {
        if (left < 2)
            return wrong("a value is missing", word);
        value = argv[1];
        *used = 2;
    }
    return put(reading, row, value);
}

static bool read_command_line(struct reading *reading, int argc, char **argv)
{
    struct options *options = reading->options;
    bool only_arguments = false;

    reading->source = SOURCE_COMMAND_LINE;
    options->arguments = calloc((size_t)argc + 1, sizeof *options->arguments);
    if (options->arguments == NULL)
        abort();
    for (int i = 0, used; i < argc; i += used) {
        used = 1;
        if (only_arguments || argv[i][0] != '-' || argv[i][1] == '\0')
            options->arguments[options->argument_count++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            only_arguments = true;
        else if (!read_option(reading, argv + i, argc - i, &used))
            return false;
    }
    return true;
}

/* The file's name must be known before the file is read: command line, then environment. */
static const char *config_named(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            return argv[i + 1];
        if (strncmp(argv[i], "--config=", 9) == 0)
            return argv[i] + 9;
    }
    const char *value = getenv("HOITHI_CONFIG");
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool check(struct options *options)
{
    char *url = options->public_url;

    if (url != NULL) {
        if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) {
            report("--public-url: '%s' must begin with http:// or https://", url);
            return false;
        }
        if (strpbrk(url, "?# \"'<>\\") != NULL) {
            report("--public-url: '%s' must be an address and a path alone", url);
            return false;
        }
        for (size_t length = strlen(url); length > 8 && url[length - 1] == '/'; length--)
            url[length - 1] = '\0';
    }
    if ((options->tls_cert == NULL) != (options->tls_key == NULL)) {
        report("--tls-cert and --tls-key: give both or neither");
        return false;
    }
    return true;
}

enum options_result options_read(struct options *options, unsigned command, int argc, char **argv)
{
    struct reading reading = {.options = options, .command = command};
    const char *named = config_named(argc, argv);

    *options = (struct options){0};
    if (!read_fallbacks(&reading))
        return OPTIONS_WRONG;
    if ((command & (FOR_STORE | FOR_BANK)) != 0 &&
        !read_config(&reading, named == NULL ? CONFIG_FILE : named, named != NULL))
        return OPTIONS_WRONG;
    if (!read_environment(&reading) || !read_command_line(&reading, argc, argv) || !check(options))
        return OPTIONS_WRONG;
    return OPTIONS_OK;
}

void options_clear(struct options *options)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].type == OPTION_TEXT)
            free(*(char **)field_of(options, &rows[i]));
        if (rows[i].type == OPTION_LIST)
            list_clear(field_of(options, &rows[i]));
    }
    free(options->arguments);
    *options = (struct options){0};
}

void options_print(unsigned command, FILE *out)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct option_row *row = &rows[i];
        char left[64];
        if (row->help == NULL || (row->commands & command) == 0)
            continue;
        const char *argument = row->argument == NULL ? "" : row->argument;
        const char *gap = row->argument == NULL ? "" : " ";
        if (row->letter != '\0')
            (void)snprintf(left, sizeof left, "-%c, --%s%s%s", row->letter, row->name, gap, argument);
        else
            (void)snprintf(left, sizeof left, "--%s%s%s", row->name, gap, argument);
        (void)fprintf(out, "  %-24s %s", left, row->help);
        if (row->fallback != NULL && row->type != OPTION_NUMBER)
            (void)fprintf(out, " (%s)", row->fallback);
        (void)fputc('\n', out);
    }
}
