/* SPDX-License-Identifier: Apache-2.0 */
/* What is written in a format and read again is what it was: for every kind that the format can hold. */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/bank.h"
#include "question-banks/export.h"
#include "question-banks/import.h"

#define BIT(kind) (1u << (kind))
static const unsigned held[EXPORT_FORMAT_COUNT] = {
    [EXPORT_GIFT] = BIT(KIND_SINGLE) | BIT(KIND_MULTIPLE) | BIT(KIND_TRUEFALSE) | BIT(KIND_NUMBER) | BIT(KIND_TEXT) |
                    BIT(KIND_MATCH),
    [EXPORT_AIKEN] = BIT(KIND_SINGLE) | BIT(KIND_TRUEFALSE),
    [EXPORT_MOODLE_XML] = BIT(KIND_SINGLE) | BIT(KIND_MULTIPLE) | BIT(KIND_TRUEFALSE) | BIT(KIND_NUMBER) |
                          BIT(KIND_TEXT) | BIT(KIND_MATCH),
    [EXPORT_QTI] = BIT(KIND_PREDICTION) - 1,
    [EXPORT_CSV] = BIT(KIND_PREDICTION) - 1,
    [EXPORT_XLSX] = BIT(KIND_PREDICTION) - 1,
};

/* In one language, tidy as an import leaves it. */
static char *text_in(const char *json, const char *language)
{
    cJSON *text = json == NULL ? NULL : cJSON_Parse(json);
    const cJSON *item = cJSON_IsObject(text) ? cJSON_GetObjectItemCaseSensitive(text, language) : text;
    char *tidy = cJSON_IsString(item) ? text_tidy(item->valuestring, strlen(item->valuestring)) : NULL;

    cJSON_Delete(text);
    return tidy;
}

struct trip {
    enum export_format format;
    const char *language;
    const struct question *question;
    const struct draft *draft;
};

/* Takes `wanted`. */
static void expect_text(const struct trip *trip, const char *found, char *wanted)
{
    if (trip->format == EXPORT_AIKEN) {
        for (char *c = wanted; c != NULL && *c != '\0'; c++)
            *c = *c == '\n' ? ' ' : *c;
    }
    cr_expect_str_eq(found == NULL ? "(none)" : found, wanted == NULL ? "(none)" : wanted, "%s, %s",
                     export_format_name(trip->format), trip->question->id);
    free(wanted);
}

static uint64_t key_of(const struct question *question)
{
    return (uint64_t)question->key.ranges[0].low;
}

static void expect_choices(const struct trip *trip)
{
    const struct question *question = trip->question;
    const struct draft *draft = trip->draft;

    cr_assert_eq(draft->choice_count, question->shape.choice_count, "%s", question->id);
    for (size_t i = 0; i < draft->choice_count; i++) {
        unsigned bits = question->shape.kind == KIND_STATEMENTS ? 2 : 1;
        bool right = (key_of(question) >> (bits * i) & ((1u << bits) - 1)) == 1;
        unsigned placed = (unsigned)(key_of(question) >> (4 * draft->choices[i].place) & 15) - 1;
        expect_text(trip, draft->choices[i].text, text_in(question->choices[i].text_json, trip->language));
        if (question->shape.kind == KIND_ORDER)
            cr_expect_eq(placed, i, "%s", question->id);
        else
            cr_expect_eq(draft->choices[i].right, right, "%s %s", export_format_name(trip->format), question->id);
    }
}

static void expect_pairs(const struct trip *trip)
{
    const struct question *question = trip->question;
    const struct draft *draft = trip->draft;

    cr_assert_eq(draft->choice_count, question->shape.right_count, "%s", question->id);
    for (size_t i = 0; i < question->shape.choice_count; i++) {
        size_t right = (size_t)(key_of(question) >> (4 * i) & 15) - 1;
        expect_text(trip, draft->choices[i].text, text_in(question->choices[i].text_json, trip->language));
        expect_text(trip, draft->choices[i].pair, text_in(question->rights[right].text_json, trip->language));
    }
}

static void expect_key(const struct trip *trip)
{
    const struct question *question = trip->question;
    const struct draft *draft = trip->draft;

    switch (question->shape.kind) {
    case KIND_SINGLE:
    case KIND_MULTIPLE:
    case KIND_STATEMENTS:
    case KIND_ORDER:
        expect_choices(trip);
        break;
    case KIND_MATCH:
        expect_pairs(trip);
        break;
    case KIND_TRUEFALSE:
        cr_expect_eq(draft->truth, key_of(question) == 1, "%s", question->id);
        break;
    case KIND_NUMBER:
        cr_expect_eq(draft->low, question->key.ranges[0].low, "%s", question->id);
        cr_expect_eq(draft->high, question->key.ranges[0].high, "%s", question->id);
        break;
    case KIND_TEXT:
        cr_assert_eq(draft->accept_count, question->accept_count, "%s", question->id);
        for (size_t i = 0; i < draft->accept_count; i++)
            cr_expect_str_eq(draft->accept[i], question->accept[i]);
        break;
    case KIND_PREDICTION:
    case KIND_COUNT:
        cr_expect(false, "%s came through", question->id);
    }
}

static void expect_sheet(const struct trip *trip)
{
    const struct question *question = trip->question;
    const struct draft *draft = trip->draft;

    cr_expect_eq(draft->difficulty, question->difficulty, "%s", question->id);
    cr_expect_eq(draft->limit_s * 1000, question->limit_ms, "%s", question->id);
    cr_expect_eq(draft->weight, question->weight, "%s", question->id);
    cr_expect_eq(draft->rule.ignore_diacritics, question->rule.ignore_diacritics, "%s", question->id);
}

static void expect_question(const struct trip *trip)
{
    const struct question *question = trip->question;
    const struct draft *draft = trip->draft;
    bool sheet = trip->format == EXPORT_CSV || trip->format == EXPORT_XLSX;

    cr_expect(draft->sure, "%s, %s: %s", export_format_name(trip->format), question->id, draft->doubt);
    cr_assert_eq(draft->kind, question->shape.kind, "%s, %s: %s", export_format_name(trip->format), question->id,
                 kind_name(draft->kind));
    expect_text(trip, draft->text, text_in(question->text_json, trip->language));
    if (trip->format != EXPORT_AIKEN)
        expect_text(trip, draft->explain, text_in(question->explain_json, trip->language));
    if (trip->format != EXPORT_AIKEN && trip->format != EXPORT_QTI)
        cr_expect_str_eq(draft->topic == NULL ? "" : draft->topic, question->topic == NULL ? "" : question->topic);
    expect_key(trip);
    if (sheet)
        expect_sheet(trip);
}

static void expect_trip(const struct bank *bank, enum export_format format, const char *language)
{
    struct faults warnings;
    struct import import;
    size_t length = 0;
    size_t at = 0;

    faults_init(&warnings, NULL);
    char *bytes = export_run(bank, format, language, &length, &warnings);
    cr_assert_not_null(bytes, "%s", bank->id);
    cr_expect_eq(import_run(bytes, length, IMPORT_AUTO, &import), IMPORT_OK, "%s", export_format_name(format));
    for (size_t i = 0; i < bank->question_count; i++) {
        struct trip trip = {format, language, &bank->questions[i], &import.drafts[at]};
        if ((held[format] & BIT(trip.question->shape.kind)) == 0)
            continue;
        cr_assert_lt(at++, import.count, "%s: %s", export_format_name(format), trip.question->id);
        expect_question(&trip);
    }
    cr_expect_eq(at, import.count, "%s", export_format_name(format));
    for (size_t i = 0; i < import.warnings.count; i++)
        cr_expect(false, "%s %s: %s", export_format_name(format), bank->id, import.warnings.list[i].message);
    size_t left = 0;
    for (size_t i = 0; i < warnings.count; i++)
        left += strstr(warnings.list[i].message, "; it was left out") != NULL;
    cr_expect_eq(left, bank->question_count - at, "every question that is left out is told");
    import_clear(&import);
    faults_clear(&warnings);
    free(bytes);
}

static void expect_trips(const char *path)
{
    struct bank *bank = NULL;
    struct faults faults;

    faults_init(&faults, path);
    cr_assert_eq(bank_load(path, &bank, &faults), BANK_OK);
    for (size_t format = 0; format < EXPORT_FORMAT_COUNT; format++) {
        expect_trip(bank, (enum export_format)format, "vi");
        expect_trip(bank, (enum export_format)format, "en");
    }
    bank_free(bank);
    faults_clear(&faults);
}

Test(export, all_kinds_come_back_as_they_went)
{
    expect_trips("tests/banks/good/all-kinds.json");
}

Test(export, signs_that_formats_give_a_meaning_come_back_as_they_went)
{
    expect_trips("tests/banks/good/signs.json");
}

Test(export, every_shipped_bank_comes_back_as_it_went)
{
    glob_t found = {0};

    glob("question-banks/*/*.json", 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++)
        expect_trips(found.gl_pathv[i]);
    globfree(&found);
}

Test(export, formats_have_names_that_find_them_again)
{
    for (size_t format = 0; format < EXPORT_FORMAT_COUNT; format++)
        cr_expect_eq(export_format_from_name(export_format_name((enum export_format)format)), format);
    cr_expect_eq(export_format_from_name("pdf"), EXPORT_FORMAT_COUNT);
}

Test(export, a_bank_that_a_format_cannot_hold_at_all_gives_nothing)
{
    struct bank *bank = NULL;
    struct faults faults;
    size_t length = 0;

    faults_init(&faults, NULL);
    cr_assert_eq(bank_load("tests/banks/good/prediction.json", &bank, &faults), BANK_OK);
    for (size_t format = 0; format < EXPORT_FORMAT_COUNT; format++)
        cr_expect_null(export_run(bank, (enum export_format)format, "vi", &length, &faults));
    cr_expect_eq(faults.count, EXPORT_FORMAT_COUNT);
    bank_free(bank);
    faults_clear(&faults);
}
