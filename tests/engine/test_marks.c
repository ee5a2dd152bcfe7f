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

/* ---- the whole of a room ---- */

struct class_of_two {
    struct stage stage;
    struct replay replay;
    struct results_table table;
    struct marks_wish wish;
    struct marks_sheet sheet;
};

/* "=1+1" and Vy play the first two of nine questions; Vy is disqualified. */
static void class_start(struct class_of_two *class)
{
    struct stage *stage = &class->stage;

    memset(class, 0, sizeof *class);
    stage_start(stage, "{\"title\":\"6A \\\"1\\\"\"}");
    cr_assert_eq(stage_join(stage, "=1+1"), REFUSAL_NONE);
    cr_assert_eq(stage_join(stage, "Vy"), REFUSAL_NONE);
    for (uint32_t q = 1; q <= 2; q++) {
        cr_assert_eq(stage_do(stage, EVENT_OPENED), REFUSAL_NONE);
        stage_answer(stage, 0, stage_right(q), 1000);
        stage_answer(stage, 1, stage_wrong(q), 1000);
        cr_assert_eq(stage_close(stage, CLOSED_BY_HOST), REFUSAL_NONE);
        cr_assert_eq(stage_do(stage, EVENT_REVEALED), REFUSAL_NONE);
    }
    struct event event = {.type = EVENT_DISQUALIFIED, .player = stage_player(1), .actor = "judge"};
    cr_assert_eq(stage_apply(stage, &event), REFUSAL_NONE);
    class->replay = (struct replay){.name = STAGE_ROOM, .bank = stage->bank, .room = stage->room};
    results_table_init(&class->table, &class->replay);
    class->sheet = (struct marks_sheet){.table = &class->table, .wish = &class->wish};
}

static void class_end(struct class_of_two *class)
{
    results_table_clear(&class->table);
    stage_end(&class->stage);
}

/* Two members of one name: a reader takes one of them, and who knows which. */
static void expect_single_names(const cJSON *json)
{
    for (const cJSON *item = json->child; item != NULL; item = item->next) {
        for (const cJSON *other = item->next; cJSON_IsObject(json) && other != NULL; other = other->next)
            cr_expect_str_neq(item->string, other->string);
        expect_single_names(item);
    }
}

static double number_of(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(json, name);
    return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

Test(marks_files, json_names_the_rule_and_every_mark)
{
    struct class_of_two class;
    struct buffer out;

    class_start(&class);
    buffer_init(&out);
    marks_put_json(&out, &class.sheet);
    cJSON *json = cJSON_Parse(out.text);
    cr_assert_not_null(json, "%s", out.text);
    expect_single_names(json);
    cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(json, "rule")), "right");
    const cJSON *rows = cJSON_GetObjectItem(json, "rows");
    cr_assert_eq(cJSON_GetArraySize(rows), 2);
    cr_expect_eq(number_of(cJSON_GetArrayItem(rows, 0), "mark"), 10);
    cr_expect(cJSON_IsNull(cJSON_GetObjectItem(cJSON_GetArrayItem(rows, 1), "mark")));
    cr_expect(cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetArrayItem(rows, 1), "disqualified")));
    const cJSON *questions = cJSON_GetObjectItem(json, "questions");
    cr_assert_eq(cJSON_GetArraySize(questions), STAGE_QUESTIONS);
    cr_expect_eq(number_of(cJSON_GetArrayItem(questions, 0), "right_percent"), 100);
    cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(questions, 2), "standing")),
                     "unasked");
    cJSON_Delete(json);
    buffer_clear(&out);
    class_end(&class);
}

Test(marks_files, csv_and_sheet_are_written_in_both_languages)
{
    static const char *const lines[MARKS_LANGUAGE_COUNT] = {
        [MARKS_VI] = "1;\"'=1+1\";\"6A1\";10,0;2;0;0;0;2;2000;1;\"\"\r\n2;\"Vy\";\"6A1\";;0;0;2;0;2;0;;\"bị loại\"\r\n",
        [MARKS_EN] =
            "1,\"'=1+1\",\"6A1\",10.0,2,0,0,0,2,2000,1,\"\"\r\n2,\"Vy\",\"6A1\",,0,0,2,0,2,0,,\"disqualified\"\r\n"};
    struct class_of_two class;
    char why[200] = "";

    class_start(&class);
    for (enum marks_language language = MARKS_VI; language < MARKS_LANGUAGE_COUNT; language++) {
        struct buffer out;
        struct results_bytes book;
        class.wish.language = language;
        buffer_init(&out);
        marks_put_csv(&out, &class.sheet);
        cr_expect_not_null(strstr(out.text, lines[language]), "%s", out.text);
        buffer_clear(&out);
        cr_assert(marks_make_xlsx(&class.sheet, &book, why, sizeof why), "%s", why);
        cr_expect_eq(memcmp(book.bytes, "PK\x03\x04", 4), 0);
        free(book.bytes);
    }
    class_end(&class);
}
