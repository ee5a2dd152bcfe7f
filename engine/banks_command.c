/* SPDX-License-Identifier: Apache-2.0 */
/* hoithi bank check|import|export|template: banks and other people's files, without a server. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/command.h"
#include "engine/media_store.h"
#include "engine/options.h"
#include "engine/report.h"
#include "engine/store_command.h"
#include "question-banks/export.h"
#include "question-banks/import.h"
#include "question-banks/library.h"
#include "question-banks/template.h"

#define NEW_VERSION "1.0.0"
#define NEW_LANGUAGE "vi"

/* ---- check ---- */

static int check_file(const char *path)
{
    struct bank *bank = NULL;
    struct faults faults;

    faults_init(&faults, path);
    enum bank_status status = bank_load(path, &bank, &faults);
    if (status == BANK_OK)
        printf("%s: %s@%s, %zu questions, no faults\n", path, bank->id, bank->version, bank->question_count);
    faults_print(&faults, stdout);
    bank_free(bank);
    faults_clear(&faults);
    return status == BANK_OK ? EXIT_DONE : EXIT_REFUSED;
}

/* A folder of banks: each file, and each version against the one before it. */
static int check_folder(const char *path)
{
    struct library *library = library_scan(&path, 1, NULL);
    size_t faulty = 0;

    for (size_t i = 0; i < library_count(library); i++) {
        const struct library_entry *entry = library_at(library, i);
        faulty += entry->faults.count > 0;
        faults_print(&entry->faults, stdout);
        faults_print(&entry->warnings, stdout);
    }
    printf("%s: %zu files, %zu at fault\n", path, library_count(library), faulty);
    library_free(library);
    return faulty == 0 ? EXIT_DONE : EXIT_REFUSED;
}

static int check(const struct options *options)
{
    int status = EXIT_DONE;

    for (size_t i = 1; i < options->argument_count; i++) {
        const char *path = options->arguments[i];
        struct stat about;
        bool folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
        if ((folder ? check_folder(path) : check_file(path)) != EXIT_DONE)
            status = EXIT_REFUSED;
    }
    return status;
}

/* ---- import ---- */

/* At most one byte past the limit, so that import_run sees it. NULL, and reported, if it cannot be read. */
static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rbe");
    char *bytes = malloc(IMPORT_MAX_BYTES + 1);

    if (file == NULL || bytes == NULL) {
        report("cannot read %s: %s", path, strerror(errno));
        free(bytes);
        if (file != NULL)
            fclose(file);
        return NULL;
    }
    *length = fread(bytes, 1, IMPORT_MAX_BYTES + 1, file);
    fclose(file);
    return bytes;
}

/* "Đề thi số 1.docx" gives de-thi-so-1. */
static void id_of(const char *title, char out[BANK_ID_MAX + 1])
{
    char *plain = text_fold_plain(title, strlen(title));
    size_t used = 0;

    for (const char *c = plain == NULL ? "" : plain; *c != '\0' && used < BANK_ID_MAX; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        if (letter)
            out[used++] = *c;
        else if (used > 0 && out[used - 1] != '-')
            out[used++] = '-';
    }
    while (used > 0 && out[used - 1] == '-')
        used--;
    if (used == 0)
        used = (size_t)sprintf(out, "imported");
    out[used] = '\0';
    free(plain);
}

static char *title_of(const char *path)
{
    char *copy = strdup(path);
    char *name = copy == NULL ? NULL : strdup(basename(copy));
    char *dot = name == NULL ? NULL : strrchr(name, '.');

    free(copy);
    if (dot != NULL && dot != name)
        *dot = '\0';
    char *tidy = name == NULL ? NULL : text_tidy(name, strlen(name));
    free(name);
    return tidy;
}

static void tell(const char *path, const struct import *import)
{
    size_t whole = 0;

    for (size_t i = 0; i < import->warnings.count; i++)
        fprintf(stderr, "%s:%zu: %s\n", path, import->warnings.list[i].line, import->warnings.list[i].message);
    for (size_t i = 0; i < import->count; i++) {
        const struct draft *draft = &import->drafts[i];
        whole += draft_is_whole(draft);
        if (!draft_is_whole(draft))
            fprintf(stderr, "%s:%zu: question %zu was left out: %s\n", path, draft->line, i + 1,
                    draft->sure ? "its picture has no words for those who cannot see it (Word: Alt Text)"
                                : draft->doubt);
    }
    fprintf(stderr, "%s: %s, %zu of %zu questions came in\n", path, import_format_name(import->format), whole,
            import->count);
}

/* Beside the bank, under the names by which it calls them. */
static int write_pictures(const struct options *options, const struct import *import)
{
    char *copy = strdup(options->output == NULL ? "-" : options->output);
    const char *folder = copy == NULL ? "." : dirname(copy);
    int status = EXIT_DONE;

    for (size_t i = 0; i < import->count && status == EXIT_DONE; i++) {
        const struct draft_picture *picture = import->drafts[i].picture;
        if (picture == NULL || !draft_is_whole(&import->drafts[i]))
            continue;
        if (options->output == NULL || strcmp(options->output, "-") == 0) {
            report("its pictures are written beside the bank: give a file with -o FILE");
            status = EXIT_REFUSED;
        } else if (!media_folder_keep(folder, &picture->reading.media, picture->reading.bytes,
                                      picture->reading.length)) {
            report("cannot write %s/media: %s", folder, strerror(errno));
            status = EXIT_REFUSED;
        }
    }
    free(copy);
    return status;
}

static int write_bank(const struct options *options, const struct import *import, const char *path)
{
    char id[BANK_ID_MAX + 1];
    char *title = title_of(path);
    struct import_head head = {.id = id, .version = NEW_VERSION, .title = title, .language = NEW_LANGUAGE};

    id_of(title == NULL ? "" : title, id);
    if (title == NULL || title[0] == '\0' || strlen(title) > BANK_TITLE_MAX_BYTES)
        head.title = id;
    char *json = import_to_json(import, &head);
    int status = EXIT_REFUSED;
    if (json == NULL)
        report("%s: not one question with a sure key, so there is no bank to write", path);
    else
        status = write_pictures(options, import);
    if (json != NULL && status == EXIT_DONE)
        status = store_command_output(options->output, json, strlen(json));
    free(json);
    free(title);
    return status;
}

static int import_bank(const struct options *options)
{
    const char *path = options->arguments[1];
    enum import_format format = import_format_from_name(options->format == NULL ? "auto" : options->format);
    struct import import;
    size_t length = 0;

    if (format == IMPORT_FORMAT_COUNT) {
        report("--format %s: there are auto, text, docx, csv, xlsx, gift, aiken, moodle, qti and opentdb",
               options->format);
        return EXIT_USAGE;
    }
    char *bytes = read_file(path, &length);
    if (bytes == NULL)
        return EXIT_REFUSED;
    import_run(bytes, length, format, &import);
    tell(path, &import);
    int status = write_bank(options, &import, path);
    import_clear(&import);
    free(bytes);
    return status;
}

/* ---- export and template ---- */

/* Sheets and archives are not for a terminal. */
static bool is_for_terminal(const struct options *options, const char *media_type)
{
    return strncmp(media_type, "text/", 5) == 0 || strcmp(media_type, "application/xml") == 0 ||
           options->output != NULL || !isatty(STDOUT_FILENO);
}

static int write_out(const struct options *options, const char *media_type, char *bytes, size_t length)
{
    int status = EXIT_REFUSED;

    if (bytes == NULL)
        report("there is nothing to write in this format");
    else if (!is_for_terminal(options, media_type))
        report("this format is not for a terminal: give a file with -o FILE");
    else
        status = store_command_output(options->output, bytes, length);
    free(bytes);
    return status;
}

static int export_bank(const struct options *options)
{
    const char *path = options->arguments[1];
    enum export_format format = export_format_from_name(options->format == NULL ? "xlsx" : options->format);
    struct bank *bank = NULL;
    struct faults faults;
    size_t length = 0;

    if (format == EXPORT_FORMAT_COUNT) {
        report("--format %s: there are gift, aiken, moodle, qti, csv and xlsx", options->format);
        return EXIT_USAGE;
    }
    faults_init(&faults, path);
    int status = EXIT_REFUSED;
    if (bank_load(path, &bank, &faults) == BANK_OK) {
        char *bytes = export_run(bank, format, NEW_LANGUAGE, &length, &faults);
        status = write_out(options, export_media_type(format), bytes, length);
    }
    for (size_t i = 0; i < faults.count; i++) {
        const struct fault *fault = &faults.list[i];
        fprintf(stderr, "%s: %s%s%s\n", path, fault->question == NULL ? "" : fault->question,
                fault->question == NULL ? "" : ": ", fault->message);
    }
    bank_free(bank);
    faults_clear(&faults);
    return status;
}

static int make_template(const struct options *options)
{
    enum import_format format = import_format_from_name(options->format == NULL ? "xlsx" : options->format);
    size_t length = 0;

    if (format == IMPORT_FORMAT_COUNT || template_media_type(format) == NULL) {
        report("--format %s: there are text, docx, csv, xlsx, gift, aiken, moodle and qti", options->format);
        return EXIT_USAGE;
    }
    char *bytes = template_make(format, &length);
    return write_out(options, template_media_type(format), bytes, length);
}

static const struct {
    const char *name;
    size_t least; /* arguments, its name included */
    size_t most;
    int (*run)(const struct options *options);
} verbs[] = {{"check", 2, SIZE_MAX, check},
             {"import", 2, 2, import_bank},
             {"export", 2, 2, export_bank},
             {"template", 1, 1, make_template}};

int banks_command(int argc, char **argv)
{
    struct options options;
    int status = EXIT_USAGE;
    size_t i = 0;

    if (options_read(&options, FOR_BANK, argc - 1, argv + 1) != OPTIONS_OK) {
        options_clear(&options);
        return EXIT_USAGE;
    }
    const char *verb = options.argument_count == 0 ? "" : options.arguments[0];
    while (i < sizeof verbs / sizeof verbs[0] && strcmp(verbs[i].name, verb) != 0)
        i++;
    bool known = i < sizeof verbs / sizeof verbs[0];
    if (known && options.argument_count >= verbs[i].least && options.argument_count <= verbs[i].most)
        status = verbs[i].run(&options);
    else
        report("usage: hoithi bank check PATH... | import FILE | export FILE | template [--format F] [-o FILE]");
    options_clear(&options);
    return status;
}
