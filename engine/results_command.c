/* SPDX-License-Identifier: Apache-2.0 */
/* hoithi results ROOM|BUNDLE --format json|csv|xlsx [-o FILE] and hoithi bundle ROOM -o FILE */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine/archive.h"
#include "engine/bundle.h"
#include "engine/command.h"
#include "engine/report.h"
#include "engine/results.h"
#include "engine/rooms.h"
#include "engine/store_command.h"

static int finish(const struct options *options, enum results_status status, const char *why, char *bytes,
                  size_t length)
{
    int end = EXIT_REFUSED;
    if (status == RESULTS_OK)
        end = store_command_output(options->output, bytes, length);
    else
        report("%s", why);
    free(bytes);
    return end;
}

/* ---- results ---- */

static int check_results(const struct options *options)
{
    if (options->argument_count != 1) {
        report("usage: hoithi results ROOM|BUNDLE --format json|csv|xlsx [-o FILE]");
        return EXIT_USAGE;
    }
    const char *format = options->format == NULL ? "json" : options->format;
    if (results_format_of(format) == RESULTS_FORMAT_COUNT) {
        report("--format %s: there are json, csv and xlsx", format);
        return EXIT_USAGE;
    }
    if (results_format_of(format) == RESULTS_XLSX && options->output == NULL && isatty(STDOUT_FILENO)) {
        report("a sheet is not for a terminal: give a file with -o FILE");
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

static int write_results(struct store_command *command)
{
    const struct options *options = &command->options;
    enum results_format format = results_format_of(options->format == NULL ? "json" : options->format);
    struct archive_place place = {.redis = command->redis, .data = options->data};
    struct results_bytes out;
    char why[500] = "";
    enum results_status status = archive_results(&place, options->arguments[0], format, &out, why, sizeof why);
    return finish(options, status, why, out.bytes, out.length);
}

/* A room's id has letters and digits alone; whatever else is a file. */
static int write_from_file(const struct options *options)
{
    enum results_format format = results_format_of(options->format == NULL ? "json" : options->format);
    struct results_bytes bundle, out;
    char why[600] = "";

    bundle.bytes = bundle_file_read(options->arguments[0], &bundle.length);
    if (bundle.bytes == NULL)
        return EXIT_REFUSED;
    enum results_status status = results_of_bundle(&bundle, format, &out, why, sizeof why);
    free(bundle.bytes);
    return finish(options, status, why, out.bytes, out.length);
}

int results_command(int argc, char **argv)
{
    struct store_command command;
    int status = store_command_read(&command, FOR_RESULTS, argc, argv);
    if (status == EXIT_DONE)
        status = check_results(&command.options);
    bool from_file = status == EXIT_DONE && !room_id_is_one(command.options.arguments[0]);
    if (from_file)
        status = write_from_file(&command.options);
    else if (status == EXIT_DONE && (status = store_command_enter(&command)) == EXIT_DONE)
        status = write_results(&command);
    store_command_close(&command);
    return status;
}

/* ---- bundle ---- */

static int write_bundle(struct store_command *command)
{
    const struct options *options = &command->options;
    struct archive_place place = {.redis = command->redis, .data = options->data};
    struct results_bytes out;
    char why[500] = "";
    enum results_status status = archive_bundle(&place, options->arguments[0], &out, why, sizeof why);
    return finish(options, status, why, out.bytes, out.length);
}

int bundle_command(int argc, char **argv)
{
    struct store_command command;
    int status = store_command_read(&command, FOR_BUNDLE, argc, argv);
    if (status == EXIT_DONE && (command.options.argument_count != 1 || command.options.output == NULL)) {
        report("usage: hoithi bundle ROOM -o FILE");
        status = EXIT_USAGE;
    }
    if (status == EXIT_DONE)
        status = store_command_enter(&command);
    if (status == EXIT_DONE)
        status = write_bundle(&command);
    store_command_close(&command);
    return status;
}
