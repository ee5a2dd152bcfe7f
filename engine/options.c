/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/options.h"
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "engine/option_row.h"
#include "engine/report.h"

/* Later sources win: a list given anew starts empty. */
enum source { SOURCE_NONE, SOURCE_FALLBACK, SOURCE_FILE, SOURCE_ENVIRONMENT, SOURCE_COMMAND_LINE };

struct reading {
    struct options *options;
    unsigned command;
    enum source source;
    enum source set_by[OPTION_ROWS_MAX];
};

static bool put(struct reading *reading, const struct option_row *row, const char *value)
{
    enum source *set_by = &reading->set_by[row - option_rows];

    if (row->type == OPTION_LIST && *set_by != reading->source)
        option_list_clear(option_field(reading->options, row));
    *set_by = reading->source;
    return option_put(reading->options, row, value);
}

static const struct option_row *row_of(const char *name, size_t length)
{
    for (size_t i = 0; i < option_row_count; i++)
        if (strlen(option_rows[i].name) == length && memcmp(option_rows[i].name, name, length) == 0)
            return &option_rows[i];
    return NULL;
}

static const struct option_row *row_of_letter(char letter)
{
    for (size_t i = 0; i < option_row_count; i++)
        if (option_rows[i].letter != '\0' && option_rows[i].letter == letter)
            return &option_rows[i];
    return NULL;
}

static bool read_fallbacks(struct reading *reading)
{
    reading->source = SOURCE_FALLBACK;
    for (size_t i = 0; i < option_row_count; i++)
        if (option_rows[i].fallback != NULL && !put(reading, &option_rows[i], option_rows[i].fallback))
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
    for (size_t i = 0; i < option_row_count; i++) {
        if (option_rows[i].help == NULL || (option_rows[i].commands & reading->command) == 0)
            continue;
        const char *value = environment_value(&option_rows[i]);
        if (value != NULL && value[0] != '\0' && !put(reading, &option_rows[i], value))
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
        assert(argv[i] != NULL);
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
    for (size_t i = 0; i < option_row_count; i++) {
        if (option_rows[i].type == OPTION_TEXT)
            free(*(char **)option_field(options, &option_rows[i]));
        if (option_rows[i].type == OPTION_LIST)
            option_list_clear(option_field(options, &option_rows[i]));
    }
    free(options->arguments);
    *options = (struct options){0};
}

void options_print(unsigned command, FILE *out)
{
    for (size_t i = 0; i < option_row_count; i++) {
        const struct option_row *row = &option_rows[i];
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
