/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "question-banks/bank.h"
#include "tests/support/media_bytes.h"
#include "question-banks/json_text.h"

/* A bank of one question, and the question, with a place for what a test wants to say of it. */
#define BANK(questions)                                                                                                \
    "{\"id\":\"t\",\"version\":\"1.0.0\",\"languages\":[\"vi\",\"en\"],\"title\":\"T\",\"questions\":[" questions "]}"
#define TRUE_QUESTION(more) "{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":\"Q\",\"key\":true" more "}"

static char *format(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
static char *format(const char *pattern, ...)
{
    char *text = NULL;
    va_list arguments;

    va_start(arguments, pattern);
    cr_assert(vasprintf(&text, pattern, arguments) >= 0);
    va_end(arguments);
    return text;
}

/* `what` over and over, with `between` between. */
static char *repeat(const char *what, size_t times, const char *between)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    for (size_t i = 0; i < times; i++)
        fprintf(out, "%s%s", what, i + 1 < times ? between : "");
    fclose(out);
    return text;
}

/* An exact copy in memory, so that a read past the end is seen. */
static enum bank_status parse(const char *text, size_t length, struct faults *faults)
{
    char *bytes = malloc(length == 0 ? 1 : length);
    struct bank *bank = NULL;

    memcpy(bytes, text, length);
    faults_init(faults, "t.json");
    enum bank_status status = bank_parse(bytes, length, &bank, faults);
    cr_expect_eq(status == BANK_OK, bank != NULL);
    cr_expect_eq(status == BANK_OK, faults->count == 0);
    bank_free(bank);
    free(bytes);
    return status;
}

/* Takes `text`. */
static void expect_parse(char *text, enum bank_status wanted, const char *what)
{
    struct faults faults;
    enum bank_status status = parse(text, strlen(text), &faults);

    cr_expect_eq(status, wanted, "%s: %s", what, faults.count > 0 ? faults.list[0].message : "loads, but should not");
    faults_clear(&faults);
    free(text);
}

/* A value at the limit loads, one past it is a fault. */
static void expect_limit(const char *what, char *at, char *past)
{
    expect_parse(at, BANK_OK, what);
    expect_parse(past, BANK_FAULTY, what);
}

static char *x(size_t times)
{
    char *text = calloc(times + 1, 1);

    memset(text, 'x', times);
    return text;
}

/* `pattern` holds one %s, which becomes a word of `limit` and then of one more letter. */
#define EXPECT_LENGTH_LIMIT(what, limit, pattern)                                                                      \
    do {                                                                                                               \
        char *at = x(limit);                                                                                           \
        char *past = x((limit) + 1);                                                                                   \
        expect_limit(what, format(pattern, at), format(pattern, past));                                                \
        free(at);                                                                                                      \
        free(past);                                                                                                    \
    } while (0)

Test(bank, texts_have_limits)
{
    EXPECT_LENGTH_LIMIT("text", QUESTION_TEXT_MAX_BYTES,
                        BANK("{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":\"%s\",\"key\":true}"));
    EXPECT_LENGTH_LIMIT("explain", QUESTION_TEXT_MAX_BYTES, BANK(TRUE_QUESTION(",\"explain\":\"%s\"")));
    EXPECT_LENGTH_LIMIT("explain.en", QUESTION_TEXT_MAX_BYTES,
                        BANK(TRUE_QUESTION(",\"explain\":{\"vi\":\"a\",\"en\":\"%s\"}")));
    EXPECT_LENGTH_LIMIT("source", QUESTION_TEXT_MAX_BYTES, BANK(TRUE_QUESTION(",\"source\":\"%s\"")));
    EXPECT_LENGTH_LIMIT("source.text", QUESTION_TEXT_MAX_BYTES, BANK(TRUE_QUESTION(",\"source\":{\"text\":\"%s\"}")));
    EXPECT_LENGTH_LIMIT("topic", QUESTION_TOPIC_MAX_BYTES, BANK(TRUE_QUESTION(",\"topic\":\"%s\"")));
    EXPECT_LENGTH_LIMIT("alt", CHOICE_TEXT_MAX_BYTES,
                        BANK(TRUE_QUESTION(",\"media\":{\"file\":\"media/a.png\",\"alt\":\"%s\"}")));
    EXPECT_LENGTH_LIMIT("file", MEDIA_NAME_MAX_BYTES - 10,
                        BANK(TRUE_QUESTION(",\"media\":{\"file\":\"media/%s.png\",\"alt\":\"a\"}")));
    EXPECT_LENGTH_LIMIT("question id", QUESTION_ID_MAX,
                        BANK("{\"id\":\"%s\",\"kind\":\"truefalse\",\"text\":\"Q\",\"key\":true}"));
    EXPECT_LENGTH_LIMIT("choice text", CHOICE_TEXT_MAX_BYTES,
                        BANK("{\"id\":\"q\",\"kind\":\"single\",\"text\":\"Q\",\"key\":[\"a\"],\"choices\":"
                             "[{\"id\":\"a\",\"text\":\"%s\"},{\"id\":\"b\",\"text\":\"b\"}]}"));
    EXPECT_LENGTH_LIMIT("choice id", CHOICE_ID_MAX,
                        BANK("{\"id\":\"q\",\"kind\":\"single\",\"text\":\"Q\",\"key\":[\"b\"],\"choices\":"
                             "[{\"id\":\"%s\",\"text\":\"a\"},{\"id\":\"b\",\"text\":\"b\"}]}"));
    EXPECT_LENGTH_LIMIT("accept", TEXT_ANSWER_MAX_BYTES,
                        BANK("{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":{\"accept\":[\"%s\"]}}"));
}

Test(bank, its_own_fields_have_limits)
{
#define REST ",\"version\":\"1.0.0\",\"languages\":[\"vi\"],\"title\":\"T\",\"questions\":[" TRUE_QUESTION("") "]}"
    EXPECT_LENGTH_LIMIT("id", BANK_ID_MAX, "{\"id\":\"%s\"" REST);
    EXPECT_LENGTH_LIMIT("licence", BANK_LICENCE_MAX_BYTES, "{\"id\":\"t\",\"licence\":\"%s\"" REST);
    EXPECT_LENGTH_LIMIT("description", QUESTION_TEXT_MAX_BYTES, "{\"id\":\"t\",\"description\":\"%s\"" REST);
    EXPECT_LENGTH_LIMIT("author", BANK_AUTHOR_MAX_BYTES, "{\"id\":\"t\",\"authors\":[\"%s\"]" REST);
    EXPECT_LENGTH_LIMIT(
        "version", BANK_VERSION_MAX - 6,
        "{\"id\":\"t\",\"version\":\"1.0.0-%s\",\"languages\":[\"vi\"],\"title\":\"T\",\"questions\":[" TRUE_QUESTION(
            "") "]}");
    EXPECT_LENGTH_LIMIT(
        "title", BANK_TITLE_MAX_BYTES,
        "{\"id\":\"t\",\"version\":\"1.0.0\",\"languages\":[\"vi\"],\"title\":\"%s\",\"questions\":[" TRUE_QUESTION(
            "") "]}");
#undef REST
}

Test(bank, numbers_have_limits_at_both_ends)
{
    static const struct {
        const char *field;
        long low;
        long high;
    } table[] = {{"difficulty", 1, 3},
                 {"limit_s", QUESTION_LIMIT_MIN_S, QUESTION_LIMIT_MAX_S},
                 {"weight", 0, QUESTION_WEIGHT_MAX}};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        expect_limit(table[i].field, format(BANK(TRUE_QUESTION(",\"%s\":%ld")), table[i].field, table[i].low),
                     format(BANK(TRUE_QUESTION(",\"%s\":%ld")), table[i].field, table[i].low - 1));
        expect_limit(table[i].field, format(BANK(TRUE_QUESTION(",\"%s\":%ld")), table[i].field, table[i].high),
                     format(BANK(TRUE_QUESTION(",\"%s\":%ld")), table[i].field, table[i].high + 1));
        expect_parse(format(BANK(TRUE_QUESTION(",\"%s\":1.5")), table[i].field), BANK_FAULTY, table[i].field);
    }
}

/* Choices c0, c1, … */
static char *choices(size_t count)
{
    char *list = calloc(count * 40 + 1, 1);
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        used += (size_t)sprintf(list + used, "%s{\"id\":\"c%zu\",\"text\":\"t%zu\"}", i == 0 ? "" : ",", i, i);
    return list;
}

static char *with_choices(const char *kind, const char *key, size_t count)
{
    char *list = choices(count);
    char *text =
        format(BANK("{\"id\":\"q\",\"kind\":\"%s\",\"text\":\"Q\",\"choices\":[%s],\"key\":%s}"), kind, list, key);

    free(list);
    return text;
}

Test(bank, a_question_of_ticks_has_2_to_6_choices)
{
    expect_limit("single", with_choices("single", "[\"c0\"]", 2), with_choices("single", "[\"c0\"]", 1));
    expect_limit("single", with_choices("single", "[\"c0\"]", 6), with_choices("single", "[\"c0\"]", 7));
    expect_limit("multiple", with_choices("multiple", "[\"c0\"]", 6), with_choices("multiple", "[\"c0\"]", 7));
}

Test(bank, an_order_has_2_to_8_choices)
{
    expect_limit("order", with_choices("order", "[\"c1\",\"c0\"]", 2), with_choices("order", "[\"c0\"]", 1));
    expect_limit("order", with_choices("order", "[\"c1\",\"c0\",\"c2\",\"c3\",\"c4\",\"c5\",\"c6\",\"c7\"]", 8),
                 with_choices("order", "[\"c1\",\"c0\",\"c2\",\"c3\",\"c4\",\"c5\",\"c6\",\"c7\",\"c8\"]", 9));
}

Test(bank, a_text_accepts_1_to_40_forms)
{
#define TEXT_QUESTION BANK("{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":{\"accept\":[%s]}}")
    char at[40 * 8] = "";
    size_t used = 0;

    for (size_t i = 0; i < TEXT_ACCEPT_MAX; i++)
        used += (size_t)sprintf(at + used, "%s\"f%zu\"", i == 0 ? "" : ",", i);
    expect_limit("accept", format(TEXT_QUESTION, at), format(TEXT_QUESTION, ""));
    char *past = format("%s,\"one more\"", at);
    expect_parse(format(TEXT_QUESTION, past), BANK_FAULTY, "accept");
    free(past);
#undef TEXT_QUESTION
}

Test(bank, lists_of_the_head_have_limits)
{
#define HEAD(more, languages)                                                                                          \
    "{\"id\":\"t\",\"version\":\"1.0.0\"" more ",\"languages\":[" languages                                            \
    "],\"title\":\"T\",\"questions\":[" TRUE_QUESTION("") "]}"
    char *at = repeat("\"A\"", BANK_AUTHORS_MAX, ",");
    char *past = repeat("\"A\"", BANK_AUTHORS_MAX + 1, ",");

    expect_limit("authors", format(HEAD(",\"authors\":[%s]", "\"vi\""), at),
                 format(HEAD(",\"authors\":[%s]", "\"vi\""), past));
    expect_limit("languages", strdup(HEAD("", "\"aa\",\"ab\",\"ac\",\"ad\",\"ae\",\"af\",\"ag\",\"ah\"")),
                 strdup(HEAD("", "\"aa\",\"ab\",\"ac\",\"ad\",\"ae\",\"af\",\"ag\",\"ah\",\"ai\"")));
    expect_parse(strdup(HEAD("", "")), BANK_FAULTY, "no languages");
    free(at);
    free(past);
#undef HEAD
}

static char *many_questions(size_t count)
{
    char *list = calloc(count * 64 + 1, 1);
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        used += (size_t)sprintf(list + used, "%s{\"id\":\"q%zu\",\"kind\":\"truefalse\",\"text\":\"Q\",\"key\":true}",
                                i == 0 ? "" : ",", i);
    char *text = format(BANK("%s"), list);
    free(list);
    return text;
}

Test(bank, holds_1_to_10000_questions)
{
    expect_parse(strdup(BANK("")), BANK_FAULTY, "no questions");
    expect_limit("questions", many_questions(BANK_QUESTIONS_MAX), many_questions(BANK_QUESTIONS_MAX + 1));
}

Test(bank, takes_32_mebibytes_but_not_a_byte_more)
{
    static const char text[] = BANK(TRUE_QUESTION(""));
    char *bytes = malloc(BANK_FILE_MAX_BYTES + 1);
    struct faults faults;

    memset(bytes, ' ', BANK_FILE_MAX_BYTES + 1);
    memcpy(bytes, text, sizeof text - 1);
    cr_expect_eq(parse(bytes, BANK_FILE_MAX_BYTES, &faults), BANK_OK);
    faults_clear(&faults);
    cr_expect_eq(parse(bytes, BANK_FILE_MAX_BYTES + 1, &faults), BANK_FAULTY);
    faults_clear(&faults);
    free(bytes);
}

Test(bank, is_nested_at_most_16_deep)
{
#define NESTED BANK(TRUE_QUESTION(",\"x-deep\":%s%s"))
    char *opening = repeat("[", 13, ""); /* the bank, its questions and the question are three */
    char *closing = repeat("]", 13, "");

    expect_parse(format(NESTED, opening, closing), BANK_OK, "depth 16");
    free(opening);
    free(closing);
    opening = repeat("[", 14, "");
    closing = repeat("]", 14, "");
    expect_parse(format(NESTED, opening, closing), BANK_FAULTY, "depth 17");
    free(opening);
    free(closing);
#undef NESTED
}

Test(bank, numbers_in_it_have_at_most_60_characters)
{
    char *at = repeat("1", JSON_NUMBER_MAX_BYTES, "");
    char *past = repeat("1", JSON_NUMBER_MAX_BYTES + 1, "");

    expect_limit("number", format(BANK(TRUE_QUESTION(",\"x-n\":%s")), at),
                 format(BANK(TRUE_QUESTION(",\"x-n\":%s")), past));
    free(at);
    free(past);
}

/* Fragments of a question that are wrong, and what is said of them. */
static const struct {
    const char *question;
    const char *field;
    const char *says;
} wrong[] = {
    {"{\"id\":\"Q1\",\"kind\":\"truefalse\",\"text\":\"Q\",\"key\":true}", "id", "lower-case"},
    {"{\"id\":\"q--1\",\"kind\":\"truefalse\",\"text\":\"Q\",\"key\":true}", "id", "lower-case"},
    {"{\"id\":7,\"kind\":\"truefalse\",\"text\":\"Q\",\"key\":true}", "id", "lower-case"},
    {"{\"kind\":\"truefalse\",\"text\":\"Q\",\"key\":true}", "id", "is missing"},
    {"{\"id\":\"q\",\"text\":\"Q\",\"key\":true}", "kind", "is missing"},
    {"{\"id\":\"q\",\"kind\":\"essay\",\"text\":\"Q\",\"key\":true}", "kind", "no such kind"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"key\":true}", "text", "is missing"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":\"\",\"key\":true}", "text", "is empty"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":\" \\n\",\"key\":true}", "text", "is empty"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":5,\"key\":true}", "text", "expected a text"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":\"a\\u0007\",\"key\":true}", "text", "control character"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":\"Ha\u0300\",\"key\":true}", "text", "NFC"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":{\"vi\":\"a\"},\"key\":true}", "text", "no text in \"en\""},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":{\"vi\":\"a\",\"en\":\"b\",\"fr\":\"c\"},\"key\":true}", "text.fr",
     "no language of the bank"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":{\"vi\":\"a\",\"en\":3},\"key\":true}", "text.en",
     "expected a string"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":{\"vi\":\"a\",\"vi\":\"c\",\"en\":\"b\"},\"key\":true}", "text.vi",
     "stands twice"},
    {TRUE_QUESTION(",\"key\":true"), "key", "stands twice"},
    {TRUE_QUESTION(",\"colour\":1"), "colour", "no such field"},
    {TRUE_QUESTION(",\"choices\":[]"), "choices", "a truefalse question has none"},
    {TRUE_QUESTION(",\"left\":[]"), "left", "has none"},
    {TRUE_QUESTION(",\"of\":\"all-correct\""), "of", "has none"},
    {TRUE_QUESTION(",\"difficulty\":\"1\""), "difficulty", "whole number from 1 to 3"},
    {TRUE_QUESTION(",\"source\":5"), "source", "expected a string"},
    {TRUE_QUESTION(",\"source\":{\"date\":\"2020\"}"), "source.text", "is missing"},
    {TRUE_QUESTION(",\"source\":{\"text\":\"a\",\"date\":\"20-1\"}"), "source.date", "YYYY"},
    {TRUE_QUESTION(",\"source\":{\"text\":\"a\",\"date\":\"2020-13\"}"), "source.date", "YYYY"},
    {TRUE_QUESTION(",\"source\":{\"text\":\"a\",\"date\":\"2020-00\"}"), "source.date", "YYYY"},
    {TRUE_QUESTION(",\"source\":{\"text\":\"a\",\"date\":\"2020-12-32\"}"), "source.date", "YYYY"},
    {TRUE_QUESTION(",\"source\":{\"text\":\"a\",\"date\":2020}"), "source.date", "YYYY"},
    {TRUE_QUESTION(",\"source\":{\"text\":\"a\",\"stable\":\"yes\"}"), "source.stable", "true or false"},
    {TRUE_QUESTION(",\"source\":{\"text\":\"a\",\"url\":\"b\"}"), "source.url", "no such field"},
    {TRUE_QUESTION(",\"media\":\"a.png\""), "media", "file and alt"},
    {TRUE_QUESTION(",\"media\":{\"file\":\"media/a.png\"}"), "media.alt", "is missing"},
    {TRUE_QUESTION(",\"media\":{\"alt\":\"a\"}"), "media.file", "media/NAME"},
    {TRUE_QUESTION(",\"media\":{\"file\":\"a.png\",\"alt\":\"a\"}"), "media.file", "media/NAME"},
    {TRUE_QUESTION(",\"media\":{\"file\":\"media/../a.png\",\"alt\":\"a\"}"), "media.file", "media/NAME"},
    {TRUE_QUESTION(",\"media\":{\"file\":\"media/a/b.png\",\"alt\":\"a\"}"), "media.file", "media/NAME"},
    {TRUE_QUESTION(",\"media\":{\"file\":\"media/.png\",\"alt\":\"a\"}"), "media.file", "media/NAME"},
    {TRUE_QUESTION(",\"media\":{\"file\":\"media/a.exe\",\"alt\":\"a\"}"), "media.file", "media/NAME"},
    {TRUE_QUESTION(",\"media\":{\"file\":\"media/a.png\",\"alt\":\"a\",\"loop\":true}"), "media.loop", "no such"},
    {"5", NULL, "expected an object"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":\"Q\"}", "key", "is missing"},
    {"{\"id\":\"q\",\"kind\":\"truefalse\",\"text\":\"Q\",\"key\":\"true\"}", "key", "true or false"},
    {"{\"id\":\"q\",\"kind\":\"number\",\"text\":\"Q\",\"key\":5}", "key", "expected an object"},
    {"{\"id\":\"q\",\"kind\":\"number\",\"text\":\"Q\",\"key\":{\"value\":\"5\"}}", "key.value", "expected a number"},
    {"{\"id\":\"q\",\"kind\":\"number\",\"text\":\"Q\",\"key\":{}}", "key.value", "expected a number"},
    {"{\"id\":\"q\",\"kind\":\"number\",\"text\":\"Q\",\"key\":{\"value\":1e13}}", "key.value", "1e12"},
    {"{\"id\":\"q\",\"kind\":\"number\",\"text\":\"Q\",\"key\":{\"value\":1,\"tolerance\":-1}}", "key.tolerance",
     "less than 0"},
    {"{\"id\":\"q\",\"kind\":\"number\",\"text\":\"Q\",\"key\":{\"low\":5,\"high\":4}}", "key", "greater than high"},
    {"{\"id\":\"q\",\"kind\":\"number\",\"text\":\"Q\",\"key\":{\"low\":5}}", "key.high", "expected a number"},
    {"{\"id\":\"q\",\"kind\":\"number\",\"text\":\"Q\",\"key\":{\"low\":5,\"high\":6,\"value\":5}}", "key.value",
     "no such field"},
    {"{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":\"a\"}", "key", "accept and ignore"},
    {"{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":{\"accept\":\"a\"}}", "key.accept", "1 to 40"},
    {"{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":{}}", "key.accept", "1 to 40"},
    {"{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":{\"accept\":[\"a\",\"a\"]}}", "key.accept[1]",
     "stands twice"},
    {"{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":{\"accept\":[\"\u200b\"]}}", "key.accept[0]",
     "nothing is left"},
    {"{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":{\"accept\":[\"a\"],\"ignore\":\"case\"}}", "key.ignore",
     "diacritics"},
    {"{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":{\"accept\":[\"a\"],\"ignore\":[\"tone\"]}}", "key.ignore",
     "tone-place"},
    {"{\"id\":\"q\",\"kind\":\"text\",\"text\":\"Q\",\"key\":{\"accept\":[\"a\"],\"ignore\":[\"case\",\"case\"]}}",
     "key.ignore", "each once"},
    {"{\"id\":\"q\",\"kind\":\"prediction\",\"text\":\"Q\",\"key\":null}", "of", "is missing"},
    {"{\"id\":\"q\",\"kind\":\"prediction\",\"of\":\"weather\",\"text\":\"Q\"}", "of", "all-correct"},
    {"{\"id\":\"q\",\"kind\":\"prediction\",\"of\":\"all-correct\",\"text\":\"Q\",\"key\":5}", "key", "null"},
};

Test(bank, what_is_wrong_with_a_question_is_said_where_it_stands)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char *text = format(BANK("\n%s"), wrong[i].question);
        struct faults faults;

        cr_expect_eq(parse(text, strlen(text), &faults), BANK_FAULTY, "%s", wrong[i].question);
        cr_assert_gt(faults.count, 0, "%s", wrong[i].question);
        const struct fault *fault = &faults.list[0];
        cr_expect_eq(fault->line, 2, "%s: line %zu", wrong[i].question, fault->line);
        cr_expect_str_eq(fault->field == NULL ? "" : fault->field, wrong[i].field == NULL ? "" : wrong[i].field);
        cr_expect_not_null(strstr(fault->message, wrong[i].says), "%s: %s", wrong[i].question, fault->message);
        cr_expect_eq(faults.count, 1, "%s: %zu faults", wrong[i].question, faults.count);
        faults_clear(&faults);
        free(text);
    }
}

/* Choices a, b, c with a key that is wrong, by kind. */
Test(bank, a_key_has_to_fit_the_choices)
{
    static const char *const keys[][2] = {
        {"single", "[]"},
        {"single", "[\"a\",\"b\"]"},
        {"single", "[\"z\"]"},
        {"single", "\"a\""},
        {"single", "null"},
        {"multiple", "[]"},
        {"multiple", "[\"z\"]"},
        {"multiple", "[\"a\",\"a\"]"},
        {"order", "[\"a\",\"b\"]"},
        {"order", "[]"},
        {"order", "[\"a\",\"b\",\"b\"]"},
        {"order", "{\"a\":1}"},
        {"statements", "{}"},
        {"statements", "{\"a\":true,\"b\":true}"},
        {"statements", "{\"a\":true,\"b\":true,\"z\":true}"},
        {"statements", "[\"a\"]"},
        {"statements", "{\"a\":true,\"b\":true,\"c\":\"no\"}"},
        {"match", "{\"a\":\"x\",\"b\":\"y\"}"},
        {"match", "{\"a\":\"x\",\"b\":\"y\",\"c\":\"y\"}"},
        {"match", "{\"a\":\"x\",\"b\":\"y\",\"c\":\"a\"}"},
        {"match", "[\"x\"]"},
        {"match", "{\"a\":\"x\",\"b\":\"y\",\"x\":\"z\"}"},
    };
    static const char abc[] =
        "[{\"id\":\"a\",\"text\":\"1\"},{\"id\":\"b\",\"text\":\"2\"},{\"id\":\"c\",\"text\":\"3\"}]";
    static const char xyz[] =
        "[{\"id\":\"x\",\"text\":\"1\"},{\"id\":\"y\",\"text\":\"2\"},{\"id\":\"z\",\"text\":\"3\"}]";

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        bool match = strcmp(keys[i][0], "match") == 0;
        struct faults faults;
        char *text = format(BANK("{\"id\":\"q\",\"kind\":\"%s\",\"text\":\"Q\",\"%s\":%s%s%s,\"key\":%s}"), keys[i][0],
                            match ? "left" : "choices", abc, match ? ",\"right\":" : "", match ? xyz : "", keys[i][1]);

        cr_expect_eq(parse(text, strlen(text), &faults), BANK_FAULTY, "%s %s", keys[i][0], keys[i][1]);
        cr_expect(faults.count == 1 && strcmp(faults.list[0].field, "key") == 0, "%s %s", keys[i][0], keys[i][1]);
        faults_clear(&faults);
        free(text);
    }
}

Test(bank, choices_are_told_apart_by_id_and_by_text)
{
#define TWO(a, b) "{\"id\":\"q\",\"kind\":\"single\",\"text\":\"Q\",\"key\":[\"a\"],\"choices\":[" a "," b "]}"
    static const char *const questions[] = {
        TWO("{\"id\":\"a\",\"text\":\"1\"}", "{\"id\":\"a\",\"text\":\"2\"}"),
        TWO("{\"id\":\"a\",\"text\":\"1\"}", "{\"id\":\"b\",\"text\":\"1\"}"),
        TWO("{\"id\":\"a\",\"text\":\"1\"}", "{\"id\":\"b\",\"text\":{\"vi\":\"2\",\"en\":\"1\"}}"),
        TWO("{\"id\":\"a\",\"text\":{\"vi\":\"1\",\"en\":\"x\"}}",
            "{\"id\":\"b\",\"text\":{\"vi\":\"2\",\"en\":\"x\"}}"),
        TWO("{\"id\":\"a\",\"text\":\"1\"}", "{\"id\":\"a b\",\"text\":\"2\"}"),
        TWO("{\"id\":\"a\",\"text\":\"1\"}", "{\"id\":\"\",\"text\":\"2\"}"),
        TWO("{\"id\":\"a\",\"text\":\"1\"}", "{\"text\":\"2\"}"),
        TWO("{\"id\":\"a\",\"text\":\"1\"}", "{\"id\":\"b\"}"),
        TWO("{\"id\":\"a\",\"text\":\"1\"}", "{\"id\":\"b\",\"text\":\"2\",\"right\":true}"),
        TWO("{\"id\":\"a\",\"text\":\"1\"}", "\"b\""),
    };
#undef TWO

    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        expect_parse(format(BANK("%s"), questions[i]), BANK_FAULTY, questions[i]);
}

Test(bank, question_ids_are_unique_and_the_later_one_is_at_fault)
{
    static const char text[] = BANK(TRUE_QUESTION("") ",\n" TRUE_QUESTION("") ",\n" TRUE_QUESTION(""));
    struct faults faults;

    cr_assert_eq(parse(text, sizeof text - 1, &faults), BANK_FAULTY);
    cr_assert_eq(faults.count, 2);
    cr_expect_eq(faults.list[0].line, 2);
    cr_expect_eq(faults.list[1].line, 3);
    cr_expect_str_eq(faults.list[0].question, "q");
    faults_clear(&faults);
}

Test(bank, all_faults_are_told_at_once_with_line_and_column)
{
    static const char text[] =
        "{\n"
        "  \"id\": \"Bad Id\",\n"
        "  \"version\": \"1.0\",\n"
        "  \"languages\": [\"vi\", \"en\"],\n"
        "  \"questions\": [\n"
        "    {\"id\": \"one\", \"kind\": \"truefalse\", \"text\": \"Đúng?\", \"key\": 1},\n"
        "    {\"id\": \"two\", \"kind\": \"single\", \"text\": \"Q\", \"key\": [\"c\"],\n"
        "     \"choices\": [{\"id\": \"a\", \"text\": \"1\"}, {\"id\": \"b\", \"text\": \"2\"}]}\n"
        "  ],\n"
        "  \"visiblity\": \"hosts\"\n"
        "}\n";
    static const char wanted[] =
        "t.json:1:1: title: is missing\n"
        "t.json:2:9: id: expected 1 to 64 lower-case letters, digits and single hyphens\n"
        "t.json:3:14: version: expected a version like 1.2.0 (semver.org), without build metadata\n"
        "t.json:6:66: question one, key: expected true or false\n"
        "t.json:7:57: question two, key: expected an array with the id of one of the choices\n"
        "t.json:10:16: visiblity: no such field; expected a known one, or a name with x- in front\n";
    struct faults faults;
    char *said = NULL;
    size_t length = 0;

    cr_assert_eq(parse(text, sizeof text - 1, &faults), BANK_FAULTY);
    FILE *out = open_memstream(&said, &length);
    faults_print(&faults, out);
    fclose(out);
    cr_expect_str_eq(said, wanted);
    free(said);
    faults_clear(&faults);
}

/* Texts that are no JSON, and where they break. */
Test(bank, a_file_that_is_no_json_says_where_it_breaks)
{
    static const struct {
        const char *text;
        size_t length;
        size_t line;
        size_t column;
    } table[] = {
        {"", 0, 1, 1},
        {"  \n ", 4, 2, 2},
        {"{", 1, 1, 2},
        {"{\"a\":1,}", 8, 1, 8},
        {"{\"a\" 1}", 7, 1, 6},
        {"{\"a\":01}", 8, 1, 7},
        {"{\"a\":1.}", 8, 1, 8},
        {"{\"a\":+1}", 8, 1, 6},
        {"{\"a\":tru}", 9, 1, 6},
        {"{\"a\":\"b\n\"}", 10, 1, 8},
        {"{\"a\":\"\\x\"}", 10, 1, 8},
        {"{\"a\":\"\\u12g4\"}", 14, 1, 11},
        {"{\"a\":\"\\u0000\"}", 14, 1, 13},
        {"{\"a\":\"\\ud800\"}", 14, 1, 13},
        {"{\"a\":\"\\udc00\"}", 14, 1, 13},
        {"{} {}", 5, 1, 4},
        {"{\"a\":[1 2]}", 11, 1, 9},
        {"{'a':1}", 7, 1, 2},
        {"{\n\"a\": \"\xff\"}", 11, 2, 7},
        {"\xef\xbb\xbf{}", 5, 1, 1},
        {"{\"a\":\"x\0y\"}", 11, 1, 8},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct faults faults;
        cr_expect_eq(parse(table[i].text, table[i].length, &faults), BANK_FAULTY, "row %zu", i);
        cr_assert_eq(faults.count, 1, "row %zu", i);
        cr_expect_eq(faults.list[0].line, table[i].line, "row %zu: line %zu", i, faults.list[0].line);
        cr_expect_eq(faults.list[0].column, table[i].column, "row %zu: column %zu, %s", i, faults.list[0].column,
                     faults.list[0].message);
        faults_clear(&faults);
    }
}

/* Every file of a folder, and how it has to load. */
static void expect_folder(const char *folder, enum bank_status wanted)
{
    DIR *listing = opendir(folder);
    size_t seen = 0;

    cr_assert_not_null(listing, "%s", folder);
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        struct bank *bank = NULL;
        struct faults faults;
        if (strstr(entry->d_name, ".json") == NULL)
            continue;
        char *path = format("%s/%s", folder, entry->d_name);
        faults_init(&faults, path);
        cr_expect_eq(bank_load(path, &bank, &faults), wanted, "%s: %s", path,
                     faults.count > 0 ? faults.list[0].message : "loads, but should not");
        bank_free(bank);
        faults_clear(&faults);
        free(path);
        seen++;
    }
    closedir(listing);
    cr_expect_gt(seen, 0, "%s is empty", folder);
}

Test(bank, every_good_file_loads_and_every_broken_one_does_not)
{
    expect_folder("tests/banks/good", BANK_OK);
    expect_folder("tests/banks/bad", BANK_FAULTY);
    expect_folder("tests/banks/beyond-schema", BANK_FAULTY);
}

static struct bank *all_kinds(struct faults *faults)
{
    struct bank *bank = NULL;

    faults_init(faults, "tests/banks/good/all-kinds.json");
    cr_assert_eq(bank_load("tests/banks/good/all-kinds.json", &bank, faults), BANK_OK);
    return bank;
}

Test(bank, keeps_what_its_file_says_of_each_kind)
{
    struct faults faults;
    struct bank *bank = all_kinds(&faults);
    char log[KIND_LOG_FORM_MAX];
    static const char *const keys[] = {"b",        "a,c", "true",  "a=true,b=false,c=true", "2015",
                                       "4.5..5.5", NULL,  "c,a,b", "l1=r2,l2=r1",           NULL};

    cr_assert_eq(bank->question_count, sizeof keys / sizeof keys[0]);
    for (size_t i = 0; i < bank->question_count; i++) {
        const struct question *question = &bank->questions[i];
        cr_expect_eq(question->key.count, keys[i] == NULL ? 0 : 1, "%s", question->id);
        if (keys[i] != NULL)
            kind_write_range(&question->shape, question->key.ranges, log);
        cr_expect_str_eq(keys[i] == NULL ? "" : log, keys[i] == NULL ? "" : keys[i]);
    }
    const struct question *first = &bank->questions[0];
    cr_expect_str_eq(first->id, "sdg-count");
    cr_expect_str_eq(first->text_json, "{\"vi\":\"Có bao nhiêu Mục tiêu?\",\"en\":\"How many Goals?\"}");
    cr_expect_str_eq(first->choices[1].text_json, "\"17\"");
    cr_expect_str_eq(first->topic, "sdg");
    cr_expect_str_eq(first->media_json, "{\"file\":\"media/dot.png\",\"alt\":{\"vi\":\"Một chấm\",\"en\":\"A dot\"}}");
    cr_expect_eq(first->limit_ms, 20000);
    cr_expect_eq(first->difficulty, 1);
    cr_expect_eq(first->weight, 2);
    cr_expect_eq(bank->questions[1].weight, 1);
    cr_expect_eq(bank->questions[1].limit_ms, 0);
    cr_expect_null(bank->questions[1].explain_json);
    const struct question *text = &bank->questions[6];
    cr_expect_eq(text->accept_count, 2);
    cr_expect_str_eq(text->accept[0], "Hải Phòng");
    cr_expect(text->rule.ignore_case && text->rule.ignore_diacritics && text->rule.ignore_tone_place);
    cr_expect_str_eq(bank->questions[9].prediction_of, "all-correct");
    cr_expect_str_eq(bank->languages_json, "[\"vi\",\"en\"]");
    cr_expect_eq(bank->visibility, VISIBILITY_PRACTICE);
    bank_free(bank);
    faults_clear(&faults);
}

/* A bank in a folder of its own whose one question has a picture called media/a.png. */
struct pictured {
    char folder[32];
    char *path;
    char *media;
    char *file;
};

static void pictured_make(struct pictured *pictured, const char *text)
{
    memcpy(pictured->folder, "/tmp/hoithi-bank-XXXXXX", 24);
    cr_assert_not_null(mkdtemp(pictured->folder));
    pictured->path = format("%s/1.0.0.json", pictured->folder);
    pictured->media = format("%s/media", pictured->folder);
    pictured->file = format("%s/media/a.png", pictured->folder);
    FILE *out = fopen(pictured->path, "w");
    fputs(text, out);
    fclose(out);
    mkdir(pictured->media, 0700);
}

static void pictured_put(const struct pictured *pictured, const char *bytes, size_t length)
{
    FILE *out = fopen(pictured->file, "w");
    fwrite(bytes, 1, length, out);
    fclose(out);
}

/* The message of the first fault, "" if it loads. */
static void expect_load(const struct pictured *pictured, const char *fault)
{
    struct bank *bank = NULL;
    struct faults faults;

    faults_init(&faults, pictured->path);
    cr_expect_eq(bank_load(pictured->path, &bank, &faults), fault[0] == '\0' ? BANK_OK : BANK_FAULTY, "%s", fault);
    if (fault[0] != '\0' && faults.count > 0)
        cr_expect_not_null(strstr(faults.list[0].message, fault), "%s: %s", fault, faults.list[0].message);
    bank_free(bank);
    faults_clear(&faults);
}

static void pictured_remove(struct pictured *pictured)
{
    unlink(pictured->file);
    unlink(pictured->path);
    rmdir(pictured->media);
    rmdir(pictured->folder);
    free(pictured->path);
    free(pictured->media);
    free(pictured->file);
}

#define PICTURED(more) BANK(TRUE_QUESTION(",\"media\":{\"file\":\"media/a.png\",\"alt\":\"a\"" more "}"))

Test(bank, a_media_file_has_to_be_there_and_be_what_its_name_says)
{
    struct pictured pictured;
    size_t length = 0;

    pictured_make(&pictured, PICTURED(""));
    expect_load(&pictured, "no file media/a.png beside the bank");
    char *png = media_png(4, 3, 0, &length);
    pictured_put(&pictured, png, length);
    expect_load(&pictured, "");
    pictured_put(&pictured, "<svg/>", 6);
    expect_load(&pictured, "holds image/svg+xml, expected image/png");
    unlink(pictured.file);
    cr_assert_eq(symlink(pictured.path, pictured.file), 0);
    expect_load(&pictured, "not a plain file");
    free(png);
    pictured_remove(&pictured);
}

Test(bank, a_media_file_has_a_limit)
{
    struct pictured pictured;
    size_t length = 0;
    char *png = media_png(4, 3, MEDIA_FILE_MAX_BYTES + 1, &length);

    cr_assert_eq(length, MEDIA_FILE_MAX_BYTES + 1);
    pictured_make(&pictured, PICTURED(""));
    pictured_put(&pictured, png, length);
    expect_load(&pictured, "has 2097153 bytes, expected at most 2097152");
    free(png);
    png = media_png(4, 3, MEDIA_FILE_MAX_BYTES, &length);
    pictured_put(&pictured, png, length);
    expect_load(&pictured, "");
    free(png);
    pictured_remove(&pictured);
}

Test(bank, a_picture_that_is_named_by_its_sha256_is_that_very_one)
{
    struct pictured pictured;
    size_t length = 0;
    char *png = media_png(4, 3, 0, &length);
    struct digest digest;
    char hex[DIGEST_HEX_SIZE];

    digest_of(png, length, &digest);
    digest_hex(&digest, hex);
    char *text = format(PICTURED(",\"sha256\":\"%s\""), hex);
    pictured_make(&pictured, text);
    pictured_put(&pictured, png, length);
    expect_load(&pictured, "");
    free(png);
    png = media_png(4, 4, 0, &length);
    pictured_put(&pictured, png, length);
    expect_load(&pictured, "it is another one");
    free(png);
    free(text);
    pictured_remove(&pictured);
    expect_parse(strdup(PICTURED(",\"sha256\":\"abc\"")), BANK_FAULTY, "a short SHA-256");
}

Test(bank, a_file_that_is_not_there_is_unreadable)
{
    struct bank *bank = NULL;
    struct faults faults;

    faults_init(&faults, "tests/banks/nowhere.json");
    cr_expect_eq(bank_load("tests/banks/nowhere.json", &bank, &faults), BANK_UNREADABLE);
    cr_expect_null(bank);
    cr_expect_eq(faults.count, 1);
    faults_clear(&faults);
    faults_init(&faults, "tests/banks");
    cr_expect_eq(bank_load("tests/banks", &bank, &faults), BANK_UNREADABLE);
    faults_clear(&faults);
}

static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "r");
    char *bytes = malloc(1 << 20);

    cr_assert_not_null(file);
    *length = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

Test(bank, cut_off_anywhere_it_is_at_fault_and_nothing_breaks)
{
    size_t length = 0;
    char *bytes = read_whole("tests/banks/good/all-kinds.json", &length);

    while (length > 0 && bytes[length - 1] == '\n')
        length--;
    for (size_t cut = 0; cut < length; cut++) {
        struct faults faults;
        cr_expect_eq(parse(bytes, cut, &faults), BANK_FAULTY, "cut at %zu", cut);
        faults_clear(&faults);
    }
    free(bytes);
}

Test(bank, with_any_byte_changed_it_loads_or_not_and_nothing_breaks)
{
    size_t length = 0;
    char *bytes = read_whole("tests/banks/good/all-kinds.json", &length);

    for (size_t i = 0; i < length; i++) {
        struct faults faults;
        char kept = bytes[i];
        for (size_t j = 0; j < 4; j++) {
            bytes[i] = "\"{0\x80"[j];
            parse(bytes, length, &faults);
            faults_clear(&faults);
        }
        bytes[i] = kept;
    }
    free(bytes);
}

Test(bank, drawing_without_a_shuffle_takes_the_first_as_written)
{
    struct bank bank = {.question_count = 5};
    size_t indexes[5];

    cr_expect_eq(bank_draw(&bank, 3, false, 7, indexes), 3);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(indexes[i], i);
    cr_expect_eq(bank_draw(&bank, 0, false, 7, indexes), 5);
    cr_expect_eq(bank_draw(&bank, 9, false, 7, indexes), 5);
}

/* Fixed for good: a published contest is drawn again from its seed. */
Test(bank, a_seed_draws_the_same_questions_for_ever)
{
    struct bank bank = {.question_count = 10};
    static const size_t wanted[10] = {3, 2, 4, 5, 8, 7, 0, 9, 6, 1};
    size_t indexes[10];

    cr_expect_eq(bank_draw(&bank, 0, true, 42, indexes), 10);
    cr_expect_arr_eq(indexes, wanted, sizeof wanted);
    cr_expect_eq(bank_draw(&bank, 4, true, 42, indexes), 4);
    cr_expect_arr_eq(indexes, wanted, 4 * sizeof wanted[0]);
}

Test(bank, a_shuffle_draws_each_question_once_and_each_about_as_often)
{
    struct bank bank = {.question_count = 8};
    size_t firsts[8] = {0};
    size_t indexes[8];

    for (uint64_t seed = 0; seed < 8000; seed++) {
        unsigned seen = 0;
        bank_draw(&bank, 0, true, seed, indexes);
        for (size_t i = 0; i < 8; i++)
            seen |= 1u << indexes[i];
        cr_assert_eq(seen, 255);
        firsts[indexes[0]]++;
    }
    for (size_t i = 0; i < 8; i++)
        cr_expect(firsts[i] > 850 && firsts[i] < 1150, "%zu was first %zu times", i, firsts[i]);
}

Test(bank, the_example_of_the_documentation_loads)
{
    size_t length = 0;
    char *page = read_whole("docs/bank-format.md", &length);
    struct bank *bank = NULL;
    struct faults faults;

    page[length] = '\0';
    char *from = strstr(page, "```json\n");
    cr_assert_not_null(from);
    from += strlen("```json\n");
    const char *to = strstr(from, "```\n");
    cr_assert_not_null(to);
    faults_init(&faults, "docs/bank-format.md");
    cr_expect_eq(bank_parse(from, (size_t)(to - from), &bank, &faults), BANK_OK);
    faults_print(&faults, stderr);
    unsigned kinds = 0;
    for (size_t i = 0; bank != NULL && i < bank->question_count; i++)
        kinds |= 1u << bank->questions[i].shape.kind;
    cr_expect_eq(kinds, (1u << KIND_COUNT) - 1, "it has every kind");
    bank_free(bank);
    faults_clear(&faults);
    free(page);
}

Test(bank, a_source_more_than_a_year_old_is_listed_unless_time_does_not_matter)
{
    static const struct {
        const char *source;
        bool stale;
    } table[] = {
        {"{\"text\":\"s\",\"date\":\"2025-11-24\"}", false},
        {"{\"text\":\"s\",\"date\":\"2025-11-23\"}", true},
        {"{\"text\":\"s\",\"date\":\"2025-11\"}", false},
        {"{\"text\":\"s\",\"date\":\"2025-10\"}", true},
        {"{\"text\":\"s\",\"date\":\"2025\"}", false},
        {"{\"text\":\"s\",\"date\":\"2024\"}", true},
        {"{\"text\":\"s\",\"date\":\"1945\",\"stable\":true}", false},
        {"{\"text\":\"s\"}", false},
        {"\"s, 1945\"", false},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char *text = format(BANK(TRUE_QUESTION(",\"source\":%s")), table[i].source);
        struct bank *bank = NULL;
        struct faults faults;
        size_t indexes[1];

        faults_init(&faults, NULL);
        cr_assert_eq(bank_parse(text, strlen(text), &bank, &faults), BANK_OK);
        size_t count = bank_stale(bank, (struct bank_day){2026, 11, 24}, indexes);
        cr_expect_eq(count, table[i].stale ? 1 : 0, "%s", table[i].source);
        bank_free(bank);
        faults_clear(&faults);
        free(text);
    }
}
