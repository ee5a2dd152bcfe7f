/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every file of tests/imports is read, its format found by itself, and what came in is compared with FILE.expected,
 * which a person has read: `*` is a right choice, `?` a question without a sure key and why, `!` a warning.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "question-banks/bank.h"
#include "question-banks/import.h"

static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "r");
    char *bytes = NULL;
    char chunk[4096];
    size_t got = 0;
    FILE *out = open_memstream(&bytes, length);

    cr_assert_not_null(file, "%s", path);
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
        fwrite(chunk, 1, got, out);
    fclose(file);
    fclose(out);
    return bytes;
}

/* One line, however many it had. */
static void write_flat(FILE *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '\n')
            fputs(" / ", out);
        else
            fputc(*text, out);
    }
    fputc('\n', out);
}

static void write_named(FILE *out, const char *name, const char *text)
{
    if (text == NULL)
        return;
    fprintf(out, "  %s: ", name);
    write_flat(out, text);
}

static void write_choices(FILE *out, const struct draft *draft)
{
    for (size_t i = 0; i < draft->choice_count; i++) {
        const struct draft_choice *choice = &draft->choices[i];
        fprintf(out, "  %s ", draft->sure && choice->right ? "*" : "-");
        if (draft->kind == KIND_ORDER)
            fprintf(out, "[%u] ", choice->place + 1u);
        if (choice->pair != NULL)
            fprintf(out, "%s -> %s\n", choice->text == NULL ? "" : choice->text, choice->pair);
        else
            write_flat(out, choice->text);
    }
}

static void write_draft(FILE *out, const struct draft *draft)
{
    fprintf(out, "%zu %s%s%s: ", draft->line, kind_name(draft->kind), draft->sure ? "" : " ?",
            draft->doubt == NULL ? "" : draft->doubt);
    write_flat(out, draft->text);
    write_choices(out, draft);
    if (draft->sure && draft->kind == KIND_TRUEFALSE)
        fprintf(out, "  = %s\n", draft->truth ? "true" : "false");
    if (draft->sure && draft->kind == KIND_NUMBER)
        fprintf(out, "  = %g..%g\n", (double)draft->low / KIND_NUMBER_SCALE, (double)draft->high / KIND_NUMBER_SCALE);
    for (size_t i = 0; i < draft->accept_count; i++)
        fprintf(out, "  = %s%s\n", draft->accept[i], draft->rule.ignore_case ? "" : " (case counts)");
    if (draft->picture != NULL)
        fprintf(out, "  picture: %s, %u by %u, %s\n", media_ending(draft->picture->reading.media.type),
                draft->picture->reading.media.width, draft->picture->reading.media.height,
                draft->picture->alt == NULL ? "without words" : draft->picture->alt);
    write_named(out, "explain", draft->explain);
    write_named(out, "source", draft->source);
    write_named(out, "topic", draft->topic);
    if (draft->limit_s > 0 || draft->difficulty > 0 || draft->weight >= 0)
        fprintf(out, "  limit %u s, difficulty %u, weight %d\n", draft->limit_s, draft->difficulty, draft->weight);
}

static char *summary_of(const struct import *import, enum import_status status)
{
    static const char *const names[] = {"ok", "nothing", "unreadable"};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    fprintf(out, "%s %s\n", import_format_name(import->format), names[status]);
    for (size_t i = 0; i < import->count; i++)
        write_draft(out, &import->drafts[i]);
    for (size_t i = 0; i < import->warnings.count; i++)
        fprintf(out, "! %zu %s\n", import->warnings.list[i].line, import->warnings.list[i].message);
    fclose(out);
    return text;
}

static void expect_loads(const struct import *import, const char *path)
{
    static const struct import_head head = {"imported", "1.0.0", "Imported", "vi"};
    char *json = import_to_json(import, &head);
    struct bank *bank = NULL;
    struct faults faults;
    size_t sure = 0;

    for (size_t i = 0; i < import->count; i++)
        sure += draft_is_whole(&import->drafts[i]);
    cr_expect_eq(json == NULL, sure == 0, "%s", path);
    faults_init(&faults, path);
    if (json != NULL)
        cr_expect_eq(bank_parse(json, strlen(json), &bank, &faults), BANK_OK, "%s", path);
    cr_expect(bank == NULL || bank->question_count == sure, "%s", path);
    bank_free(bank);
    faults_clear(&faults);
    free(json);
}

static void expect_preview(const struct import *import, const char *path)
{
    char *text = import_to_preview(import);
    cJSON *json = cJSON_Parse(text);

    cr_expect_not_null(json, "%s", path);
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(json, "questions")), (int)import->count);
    cr_expect(text_is_utf8(text, strlen(text)), "%s", path);
    cJSON_Delete(json);
    free(text);
}

static void expect_import(const char *path)
{
    char expected_path[512];
    size_t length = 0;
    struct import import;

    snprintf(expected_path, sizeof expected_path, "%s.expected", path);
    char *bytes = read_whole(path, &length);
    enum import_status status = import_run(bytes, length, IMPORT_AUTO, &import);
    char *summary = summary_of(&import, status);
    if (getenv("WRITE_EXPECTED") != NULL) { /* only to be read by a person afterwards */
        FILE *out = fopen(expected_path, "w");
        fputs(summary, out);
        fclose(out);
    }
    size_t expected_length = 0;
    char *expected = read_whole(expected_path, &expected_length);
    cr_expect(strcmp(summary, expected) == 0, "%s gave\n%s", path, summary);
    expect_loads(&import, path);
    expect_preview(&import, path);
    free(expected);
    free(summary);
    free(bytes);
    import_clear(&import);
}

static bool is_expectation(const char *path)
{
    size_t length = strlen(path);

    return length > 9 && strcmp(path + length - 9, ".expected") == 0;
}

static void for_each_file(void (*expect)(const char *path))
{
    glob_t found = {0};

    glob("tests/imports/*.*", 0, NULL, &found);
    cr_assert_gt(found.gl_pathc, 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        if (!is_expectation(found.gl_pathv[i]))
            expect(found.gl_pathv[i]);
    }
    globfree(&found);
}

Test(import, every_file_gives_what_a_person_read_in_it)
{
    for_each_file(expect_import);
}

/* In every format, whether it fits or not; an exact copy, so that a read past the end is seen. */
static void expect_no_harm(const char *path)
{
    size_t length = 0;
    char *bytes = read_whole(path, &length);
    size_t step = length / 97 + 1;

    for (size_t cut = 0; cut < length; cut += step) {
        char *copy = malloc(cut == 0 ? 1 : cut);
        memcpy(copy, bytes, cut);
        for (size_t format = 0; format < IMPORT_FORMAT_COUNT; format++) {
            struct import import;
            enum import_status status = import_run(copy, cut, (enum import_format)format, &import);
            cr_expect(status != IMPORT_OK || import.count > 0, "%s cut at %zu", path, cut);
            import_clear(&import);
        }
        free(copy);
    }
    free(bytes);
}

Test(import, files_cut_off_or_of_another_format_do_no_harm)
{
    for_each_file(expect_no_harm);
}

Test(import, takes_16_mebibytes_but_not_a_byte_more)
{
    char *bytes = malloc(IMPORT_MAX_BYTES + 1);
    struct import import;

    memset(bytes, '\n', IMPORT_MAX_BYTES + 1);
    cr_expect_eq(import_run(bytes, IMPORT_MAX_BYTES, IMPORT_AIKEN, &import), IMPORT_NOTHING);
    import_clear(&import);
    cr_expect_eq(import_run(bytes, IMPORT_MAX_BYTES + 1, IMPORT_AIKEN, &import), IMPORT_UNREADABLE);
    import_clear(&import);
    free(bytes);
}

static size_t count_of(size_t questions, size_t *warnings)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    struct import import;

    for (size_t i = 0; i < questions; i++)
        fprintf(out, "Q%zu {T}\n\n", i);
    fclose(out);
    cr_expect_eq(import_run(text, length, IMPORT_GIFT, &import), IMPORT_OK);
    size_t count = import.count;
    *warnings = import.warnings.count;
    import_clear(&import);
    free(text);
    return count;
}

Test(import, takes_10000_questions_and_says_that_the_rest_was_left_out)
{
    size_t warnings = 0;

    cr_expect_eq(count_of(IMPORT_DRAFTS_MAX, &warnings), IMPORT_DRAFTS_MAX);
    cr_expect_eq(warnings, 0);
    cr_expect_eq(count_of(IMPORT_DRAFTS_MAX + 1, &warnings), IMPORT_DRAFTS_MAX);
    cr_expect_eq(warnings, 1);
}

Test(import, formats_have_names_that_find_them_again)
{
    for (size_t format = 0; format < IMPORT_FORMAT_COUNT; format++)
        cr_expect_eq(import_format_from_name(import_format_name((enum import_format)format)), format);
    cr_expect_eq(import_format_from_name("pdf"), IMPORT_FORMAT_COUNT);
}
