/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "engine/marks_text.h"
#include "tests/support/stage.h"

Test(marks_files, each_option_takes_its_own_values_and_no_other)
{
    struct marks_wish wish = {0};
    static const char *const right[][2] = {
        {"rule", "points"}, {"before", "left-out"}, {"absent", "zero"}, {"lang", "en"}};
    for (size_t i = 0; i < 4; i++) {
        cr_expect_str_eq(marks_option(i), right[i][0]);
        cr_expect(marks_wish_set(&wish, right[i][0], right[i][1]));
        cr_expect_not_null(strstr(marks_option_values(right[i][0]), right[i][1]));
        cr_expect_not(marks_wish_set(&wish, right[i][0], ""));
        cr_expect_not(marks_wish_set(&wish, right[i][0], "other"));
    }
    cr_expect_null(marks_option(4));
    cr_expect_not(marks_wish_set(&wish, "rules", "right"));
    cr_expect_eq(wish.rules.rule, MARKS_BY_POINTS);
    cr_expect_eq(wish.rules.before, MARKS_BEFORE_LEFT_OUT);
    cr_expect_eq(wish.absent, MARKS_ABSENT_ZERO);
    cr_expect_eq(wish.language, MARKS_EN);
    cr_expect(marks_wish_set(&wish, "rule", "right"));
    cr_expect_eq(wish.rules.rule, MARKS_BY_RIGHT);
}

Test(marks_files, every_word_stands_in_both_languages)
{
    for (enum marks_language language = MARKS_VI; language < MARKS_LANGUAGE_COUNT; language++) {
        for (enum marks_word word = WORD_MARKS; word < WORD_COUNT; word++)
            cr_expect_not_null(marks_word(language, word), "%d", (int)word);
        for (enum mark_standing standing = MARK_STANDING_COUNTS; standing < MARK_STANDING_COUNT; standing++)
            cr_expect_not_null(marks_standing_text(standing, language));
    }
}

Test(marks_files, the_day_is_the_one_in_vietnam)
{
    char date[MARKS_DATE_MAX];
    marks_date(INT64_C(1795539599999), MARKS_VI, date); /* 2026-11-24T16:59:59.999Z */
    cr_expect_str_eq(date, "24/11/2026");
    marks_date(INT64_C(1795539600000), MARKS_VI, date);
    cr_expect_str_eq(date, "25/11/2026");
    marks_date(INT64_C(1795539600000), MARKS_EN, date);
    cr_expect_str_eq(date, "25 Nov 2026");
}

Test(marks_files, a_text_of_the_bank_is_in_the_language_asked_for_or_the_first)
{
    static const struct {
        const char *json;
        enum marks_language language;
        const char *text;
    } rows[] = {{"\"plain\"", MARKS_EN, "plain"},
                {"{\"vi\":\"một\",\"en\":\"one\"}", MARKS_EN, "one"},
                {"{\"vi\":\"một\",\"en\":\"one\"}", MARKS_VI, "một"},
                {"{\"en\":\"one\"}", MARKS_VI, "one"},
                {NULL, MARKS_VI, ""},
                {"{}", MARKS_VI, ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = marks_text_in(rows[i].json, rows[i].language);
        cr_expect_str_eq(text, rows[i].text);
        free(text);
    }
}

/* A table of the stage's room, as results*.c would make it. */
static void expect_told(uint32_t q, const char *form, const char *vi, const char *en)
{
    struct stage stage;
    const char *expected[MARKS_LANGUAGE_COUNT] = {vi, en};

    stage_start(&stage, "{}");
    struct replay replay = {.bank = stage.bank, .room = stage.room};
    struct results_table table = {.replay = &replay, .plan = room_plan(stage.room)};
    struct answer_view answer = {.given = true, .q = q, .shown = form};
    if (q != Q_TEXT)
        cr_assert(kind_read_log(&table.plan->questions[q - 1].shape, form, &answer.value), "%s", form);
    for (enum marks_language language = MARKS_VI; language < MARKS_LANGUAGE_COUNT; language++) {
        char *text = marks_answer_text(&table, &answer, language);
        cr_expect_str_eq(text, expected[language]);
        free(text);
    }
    stage_end(&stage);
}

Test(marks_files, an_answer_is_told_by_the_texts_of_its_choices)
{
    expect_told(Q_SINGLE, "b", "choice b", "choice b");
    expect_told(Q_MULTIPLE, "a,c", "choice a; choice c", "choice a; choice c");
    expect_told(Q_TRUEFALSE, "false", "Sai", "False");
    expect_told(Q_STATEMENTS, "a=true,d=false", "a) Đúng; d) Sai", "a) True; d) False");
    expect_told(Q_NUMBER, "-4.5", "-4,5", "-4.5");
    expect_told(Q_TEXT, "=Hải \"Phòng\"", "=Hải \"Phòng\"", "=Hải \"Phòng\"");
    expect_told(Q_TEXT, NULL, "(đã xóa)", "(erased)");
    expect_told(Q_ORDER, "c,a,b", "choice c → choice a → choice b", "choice c → choice a → choice b");
    expect_told(Q_MATCH, "l1=r2", "choice l1 – choice r2", "choice l1 – choice r2");
}
