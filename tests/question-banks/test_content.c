/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be counted about the banks that hoithi ships. Whether a key is right is for readers; see
 * docs/bank-format.md for what they look at.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/bank.h"

#define QUESTIONS_MIN 40
#define KINDS_MIN 4
#define POSITION_SPREAD_MAX 3
#define TICKS_MAX 6
/* A right choice is on the whole at most a tenth longer than a wrong one. */
#define LENGTH_RATIO_MAX_PERCENT 110

static void for_each_bank(void (*expect)(const char *path, const struct bank *bank))
{
    glob_t found = {0};

    glob("question-banks/*/*.json", 0, NULL, &found);
    cr_assert_gt(found.gl_pathc, 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct bank *bank = NULL;
        struct faults faults;
        faults_init(&faults, found.gl_pathv[i]);
        cr_expect_eq(bank_load(found.gl_pathv[i], &bank, &faults), BANK_OK, "%s", found.gl_pathv[i]);
        if (bank == NULL)
            faults_print(&faults, stderr);
        else
            expect(found.gl_pathv[i], bank);
        bank_free(bank);
        faults_clear(&faults);
    }
    globfree(&found);
}

static bool is_in_both_languages(const char *json)
{
    cJSON *text = json == NULL ? NULL : cJSON_Parse(json);
    bool both = cJSON_IsObject(text) && cJSON_HasObjectItem(text, "vi") && cJSON_HasObjectItem(text, "en");

    cJSON_Delete(text);
    return both;
}

static void expect_whole(const char *path, const struct bank *bank)
{
    cr_expect_geq(bank->question_count, QUESTIONS_MIN, "%s has %zu questions", path, bank->question_count);
    cr_expect_str_eq(bank->languages_json, "[\"vi\",\"en\"]", "%s", path);
    cr_expect(is_in_both_languages(bank->title_json), "%s: title", path);
    cr_expect(is_in_both_languages(bank->description_json), "%s: description", path);
    cr_expect_not_null(bank->licence, "%s", path);
    for (size_t i = 0; i < bank->question_count; i++) {
        const struct question *question = &bank->questions[i];
        cr_expect(is_in_both_languages(question->text_json), "%s: %s: text", path, question->id);
        cr_expect(is_in_both_languages(question->explain_json), "%s: %s: explain", path, question->id);
        cr_expect_not_null(question->source_json, "%s: %s: source", path, question->id);
        cr_expect_not_null(question->topic, "%s: %s: topic", path, question->id);
        cr_expect_neq(question->difficulty, 0, "%s: %s: difficulty", path, question->id);
        cr_expect_neq(question->limit_ms, 0, "%s: %s: limit_s", path, question->id);
    }
}

Test(content, every_bank_has_40_questions_in_both_languages_with_explanation_and_source)
{
    for_each_bank(expect_whole);
}

static void expect_kinds(const char *path, const struct bank *bank)
{
    size_t by_kind[KIND_COUNT] = {0};
    size_t by_difficulty[4] = {0};
    size_t kinds = 0;

    for (size_t i = 0; i < bank->question_count; i++) {
        by_kind[bank->questions[i].shape.kind]++;
        by_difficulty[bank->questions[i].difficulty]++;
    }
    for (size_t i = 0; i < KIND_COUNT; i++)
        kinds += by_kind[i] > 0;
    cr_expect_geq(kinds, KINDS_MIN, "%s has %zu kinds", path, kinds);
    for (size_t i = 1; i <= 3; i++)
        cr_expect_gt(by_difficulty[i], 0, "%s has nothing of difficulty %zu", path, i);
}

Test(content, every_bank_has_four_kinds_and_every_difficulty)
{
    for_each_bank(expect_kinds);
}

/* The first four positions: single questions here have four choices, and any with fewer or more are counted apart. */
static void expect_spread(const char *path, const struct bank *bank)
{
    size_t at[CHOICES_MAX + 1][CHOICES_MAX] = {{0}};

    for (size_t i = 0; i < bank->question_count; i++) {
        const struct question *question = &bank->questions[i];
        if (question->shape.kind == KIND_SINGLE)
            at[question->shape.choice_count][__builtin_ctzll((uint64_t)question->key.ranges[0].low)]++;
    }
    for (size_t choices = CHOICES_MIN; choices <= TICKS_MAX; choices++) {
        size_t least = at[choices][0];
        size_t most = at[choices][0];
        for (size_t position = 1; position < choices; position++) {
            least = at[choices][position] < least ? at[choices][position] : least;
            most = at[choices][position] > most ? at[choices][position] : most;
        }
        cr_expect_leq(most - least, POSITION_SPREAD_MAX, "%s: of %zu choices the right one stands %zu to %zu times",
                      path, choices, least, most);
    }
}

Test(content, right_answers_of_single_questions_are_spread_over_the_positions)
{
    for_each_bank(expect_spread);
}

static void expect_trues(const char *path, const struct bank *bank)
{
    size_t said[2] = {0};

    for (size_t i = 0; i < bank->question_count; i++) {
        const struct question *question = &bank->questions[i];
        if (question->shape.kind == KIND_TRUEFALSE)
            said[question->key.ranges[0].low == 1]++;
    }
    size_t all = said[0] + said[1];
    cr_expect(all < 4 || (said[0] > 0 && said[1] > 0), "%s: all %zu are %s", path, all,
              said[0] == 0 ? "true" : "false");
}

Test(content, true_or_false_is_not_always_the_same)
{
    for_each_bank(expect_trues);
}

/* Characters, not bytes: Vietnamese letters take more of these. */
static size_t letters_of(const char *json, const char *language)
{
    cJSON *text = cJSON_Parse(json);
    const cJSON *one = cJSON_IsObject(text) ? cJSON_GetObjectItem(text, language) : text;
    size_t letters = 0;

    for (const char *c = one->valuestring; *c != '\0'; c++)
        letters += (*c & 0xC0) != 0x80;
    cJSON_Delete(text);
    return letters;
}

static void expect_lengths(const char *path, const struct bank *bank, const char *language)
{
    size_t letters[2] = {0}; /* wrong, right */
    size_t choices[2] = {0};

    for (size_t i = 0; i < bank->question_count; i++) {
        const struct question *question = &bank->questions[i];
        if (question->shape.kind != KIND_SINGLE && question->shape.kind != KIND_MULTIPLE)
            continue;
        for (size_t j = 0; j < question->shape.choice_count; j++) {
            size_t right = (size_t)question->key.ranges[0].low >> j & 1;
            letters[right] += letters_of(question->choices[j].text_json, language);
            choices[right]++;
        }
    }
    cr_expect_leq(100 * letters[1] * choices[0], LENGTH_RATIO_MAX_PERCENT * letters[0] * choices[1],
                  "%s, %s: right choices have %zu letters each, wrong ones %zu", path, language,
                  letters[1] / choices[1], letters[0] / choices[0]);
}

static void expect_lengths_in_both(const char *path, const struct bank *bank)
{
    expect_lengths(path, bank, "vi");
    expect_lengths(path, bank, "en");
}

Test(content, right_choices_are_on_the_whole_no_longer_than_wrong_ones)
{
    for_each_bank(expect_lengths_in_both);
}

static void expect_no_free_order(const char *path, const struct bank *bank)
{
    for (size_t i = 0; i < bank->question_count; i++) {
        const struct question *question = &bank->questions[i];
        uint64_t written = 0;
        for (size_t j = 0; j < question->shape.choice_count; j++)
            written |= (uint64_t)(j + 1) << (4 * j);
        bool placed = question->shape.kind == KIND_ORDER || question->shape.kind == KIND_MATCH;
        cr_expect(!placed || (uint64_t)question->key.ranges[0].low != written,
                  "%s: %s: the choices are written in the right order", path, question->id);
    }
}

Test(content, an_order_is_never_written_in_its_right_order)
{
    for_each_bank(expect_no_free_order);
}

struct named_text {
    const char *path;
    char *text;
    char *id;
};
static struct named_text all[20000];
static size_t all_count;

static void keep_texts(const char *path, const struct bank *bank)
{
    for (size_t i = 0; i < bank->question_count && all_count < sizeof all / sizeof all[0]; i++)
        all[all_count++] = (struct named_text){
            .path = strdup(path), .text = strdup(bank->questions[i].text_json), .id = strdup(bank->questions[i].id)};
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct named_text *)a)->text, ((const struct named_text *)b)->text);
}

static bool is_same_bank(const char *path, const char *other)
{
    size_t folder = (size_t)(strrchr(path, '/') - path);

    return strncmp(path, other, folder + 1) == 0 && strcmp(path, other) != 0;
}

/* Versions of one bank share their questions; everything else must not. */
Test(content, no_two_questions_ask_the_same)
{
    for_each_bank(keep_texts);
    qsort(all, all_count, sizeof all[0], by_text);
    for (size_t i = 1; i < all_count; i++) {
        bool same = strcmp(all[i].text, all[i - 1].text) == 0;
        cr_expect(!same || is_same_bank(all[i].path, all[i - 1].path), "%s: %s and %s: %s", all[i - 1].path,
                  all[i - 1].id, all[i].path, all[i].id);
    }
    for (size_t i = 0; i < all_count; i++) {
        free((char *)(uintptr_t)all[i].path);
        free(all[i].text);
        free(all[i].id);
    }
}
