/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/kind.h"

static const uint8_t salt[TEXT_SALT_BYTES] = "0123456789abcde";
static const struct text_rule lenient = {.ignore_case = true, .ignore_diacritics = true};

static struct shape shape_of(enum kind kind)
{
    struct shape shape = {.kind = kind, .choices = {"a", "b", "c", "d"}, .rights = {"r1", "r2", "r3", "r4", "r5"}};

    shape.choice_count = kind_has_choices(kind) ? 4 : 0;
    shape.right_count = kind == KIND_MATCH ? 5 : 0;
    return shape;
}

static enum answer_fault read_wire(enum kind kind, const char *json, struct answer_reading *out)
{
    struct shape shape = shape_of(kind);
    cJSON *wire = cJSON_Parse(json);

    cr_assert_not_null(wire, "%s", json);
    enum answer_fault fault = kind_read_wire(&shape, &lenient, salt, wire, out);
    cJSON_Delete(wire);
    return fault;
}

Test(kind, every_one_has_a_name_that_finds_it_again)
{
    for (size_t kind = 0; kind < KIND_COUNT; kind++)
        cr_expect_eq(kind_from_name(kind_name((enum kind)kind)), kind);
    cr_expect_eq(kind_from_name("essay"), KIND_COUNT);
    cr_expect_eq(kind_from_name(""), KIND_COUNT);
}

/* What is sent, how it is read, what stands in the log and what is sent back. */
static const struct {
    enum kind kind;
    const char *wire;
    enum answer_fault fault;
    const char *log;
    const char *back; /* NULL: the same as `wire` */
} wires[] = {
    {KIND_SINGLE, "[\"b\"]", ANSWER_READ, "b", NULL},
    {KIND_SINGLE, "[]", ANSWER_INCOMPLETE, NULL, NULL},
    {KIND_SINGLE, "[\"a\",\"b\"]", ANSWER_INCOMPLETE, NULL, NULL},
    {KIND_SINGLE, "[\"e\"]", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_SINGLE, "[\"b\",\"b\"]", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_SINGLE, "[1]", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_SINGLE, "\"b\"", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_SINGLE, "null", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_MULTIPLE, "[\"c\",\"a\"]", ANSWER_READ, "a,c", "[\"a\",\"c\"]"},
    {KIND_MULTIPLE, "[\"a\",\"b\",\"c\",\"d\"]", ANSWER_READ, "a,b,c,d", NULL},
    {KIND_MULTIPLE, "[]", ANSWER_INCOMPLETE, NULL, NULL},
    {KIND_MULTIPLE, "[\"a\",\"a\"]", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_MULTIPLE, "{}", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_TRUEFALSE, "[\"true\"]", ANSWER_READ, "true", NULL},
    {KIND_TRUEFALSE, "[\"false\"]", ANSWER_READ, "false", NULL},
    {KIND_TRUEFALSE, "[\"maybe\"]", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_TRUEFALSE, "[true]", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_TRUEFALSE, "[\"true\",\"false\"]", ANSWER_INCOMPLETE, NULL, NULL},
    {KIND_TRUEFALSE, "true", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_STATEMENTS, "{\"a\":true,\"c\":false}", ANSWER_READ, "a=true,c=false", NULL},
    {KIND_STATEMENTS, "{\"d\":false,\"a\":true}", ANSWER_READ, "a=true,d=false", "{\"a\":true,\"d\":false}"},
    {KIND_STATEMENTS, "{}", ANSWER_INCOMPLETE, NULL, NULL},
    {KIND_STATEMENTS, "{\"e\":true}", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_STATEMENTS, "{\"a\":true,\"a\":false}", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_STATEMENTS, "{\"a\":\"true\"}", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_STATEMENTS, "[true]", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_NUMBER, "3.5", ANSWER_READ, "3.5", NULL},
    {KIND_NUMBER, "\"3,5\"", ANSWER_READ, "3.5", "3.5"},
    {KIND_NUMBER, "0.1", ANSWER_READ, "0.1", NULL},
    {KIND_NUMBER, "-0.000001", ANSWER_READ, "-0.000001", "-1e-06"},
    {KIND_NUMBER, "1000000000000", ANSWER_READ, "1000000000000", NULL},
    {KIND_NUMBER, "1000000000001", ANSWER_NOT_A_NUMBER, NULL, NULL},
    {KIND_NUMBER, "-1000000000001", ANSWER_NOT_A_NUMBER, NULL, NULL},
    {KIND_NUMBER, "1e400", ANSWER_NOT_A_NUMBER, NULL, NULL},
    {KIND_NUMBER, "\"1.000\"", ANSWER_AMBIGUOUS, NULL, NULL},
    {KIND_NUMBER, "1.000", ANSWER_READ, "1", "1"},
    {KIND_NUMBER, "[3]", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_PREDICTION, "120", ANSWER_READ, "120", NULL},
    {KIND_PREDICTION, "\"abc\"", ANSWER_NOT_A_NUMBER, NULL, NULL},
    {KIND_ORDER, "[\"c\",\"a\",\"b\",\"d\"]", ANSWER_READ, "c,a,b,d", NULL},
    {KIND_ORDER, "[\"c\",\"a\",\"b\"]", ANSWER_INCOMPLETE, NULL, NULL},
    {KIND_ORDER, "[]", ANSWER_INCOMPLETE, NULL, NULL},
    {KIND_ORDER, "[\"c\",\"c\",\"b\",\"d\"]", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_ORDER, "[\"c\",\"x\",\"b\",\"d\"]", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_ORDER, "[\"a\",\"b\",\"c\",\"d\",\"a\"]", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_ORDER, "[1,2,3,4]", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_MATCH, "{\"a\":\"r2\",\"b\":\"r1\"}", ANSWER_READ, "a=r2,b=r1", NULL},
    {KIND_MATCH, "{\"d\":\"r5\",\"b\":\"r5\"}", ANSWER_READ, "b=r5,d=r5", "{\"b\":\"r5\",\"d\":\"r5\"}"},
    {KIND_MATCH, "{}", ANSWER_INCOMPLETE, NULL, NULL},
    {KIND_MATCH, "{\"a\":\"r6\"}", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_MATCH, "{\"e\":\"r1\"}", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_MATCH, "{\"a\":\"r1\",\"a\":\"r2\"}", ANSWER_UNKNOWN_ID, NULL, NULL},
    {KIND_MATCH, "{\"a\":1}", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_MATCH, "[\"a\"]", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_TEXT, "\"  \"", ANSWER_INCOMPLETE, NULL, NULL},
    {KIND_TEXT, "5", ANSWER_WRONG_TYPE, NULL, NULL},
    {KIND_TEXT, "\"\xff\"", ANSWER_WRONG_TYPE, NULL, NULL},
};

static void expect_log_and_back(size_t row, const struct answer_reading *reading)
{
    struct shape shape = shape_of(wires[row].kind);
    char log[KIND_LOG_FORM_MAX];
    uint64_t again = 0;

    kind_write_log(&shape, reading->value, log);
    cr_expect_str_eq(log, wires[row].log);
    cr_expect(kind_read_log(&shape, log, &again));
    cr_expect_eq(again, reading->value);
    cJSON *back = kind_to_wire(&shape, reading->value, NULL);
    char *json = cJSON_PrintUnformatted(back);
    cr_expect_str_eq(json, wires[row].back == NULL ? wires[row].wire : wires[row].back);
    free(json);
    cJSON_Delete(back);
}

Test(kind, answers_are_read_or_refused_with_the_reason)
{
    for (size_t i = 0; i < sizeof wires / sizeof wires[0]; i++) {
        struct answer_reading reading;
        enum answer_fault fault = read_wire(wires[i].kind, wires[i].wire, &reading);
        cr_expect_eq(fault, wires[i].fault, "%s %s: %d", kind_name(wires[i].kind), wires[i].wire, (int)fault);
        cr_expect_null(reading.shown);
        if (fault == ANSWER_READ)
            expect_log_and_back(i, &reading);
    }
}

Test(kind, a_text_answer_is_a_salted_hash_and_what_was_shown)
{
    struct shape shape = shape_of(KIND_TEXT);
    struct answer_reading one;
    struct answer_reading other;
    char log[KIND_LOG_FORM_MAX];
    uint64_t again = 0;

    cr_assert_eq(read_wire(KIND_TEXT, "\" Hải Phòng\"", &one), ANSWER_READ);
    cr_assert_eq(read_wire(KIND_TEXT, "\"hai phong\"", &other), ANSWER_READ);
    cr_expect_eq(one.value, other.value);
    cr_expect_eq(one.value, kind_text_value("hai phong", salt));
    cr_expect_str_eq(one.shown, "Hải Phòng");
    cr_expect(one.value != 0 && one.value <= INT64_MAX);
    kind_write_log(&shape, one.value, log);
    cr_expect_eq(strlen(log), 17);
    cr_expect(kind_read_log(&shape, log, &again));
    cr_expect_eq(again, one.value);
    cJSON *back = kind_to_wire(&shape, one.value, one.shown);
    cr_expect_str_eq(back->valuestring, "Hải Phòng");
    cJSON_Delete(back);
    free(one.shown);
    free(other.shown);
}

Test(kind, a_text_answer_of_another_salt_is_another_value)
{
    static const uint8_t other[TEXT_SALT_BYTES] = "another salt 123";

    cr_expect_neq(kind_text_value("unesco", salt), kind_text_value("unesco", other));
}

Test(kind, a_text_answer_takes_400_bytes_but_not_401)
{
    char json[TEXT_ANSWER_MAX_BYTES + 4] = "\"";
    struct answer_reading reading;

    memset(json + 1, 'x', TEXT_ANSWER_MAX_BYTES);
    strcpy(json + 1 + TEXT_ANSWER_MAX_BYTES, "\"");
    cr_expect_eq(read_wire(KIND_TEXT, json, &reading), ANSWER_READ);
    free(reading.shown);
    memset(json + 1, 'x', TEXT_ANSWER_MAX_BYTES + 1);
    strcpy(json + 2 + TEXT_ANSWER_MAX_BYTES, "\"");
    cr_expect_eq(read_wire(KIND_TEXT, json, &reading), ANSWER_TOO_LONG);
}

/* A form that does not write back to itself is not a form. */
Test(kind, only_the_one_form_that_the_log_writes_is_read_from_it)
{
    static const struct {
        enum kind kind;
        const char *form;
    } table[] = {
        {KIND_SINGLE, ""},
        {KIND_SINGLE, "a,b"},
        {KIND_SINGLE, "e"},
        {KIND_SINGLE, "a,"},
        {KIND_MULTIPLE, "c,a"},
        {KIND_MULTIPLE, "a,a"},
        {KIND_MULTIPLE, "a,,b"},
        {KIND_TRUEFALSE, "True"},
        {KIND_TRUEFALSE, "1"},
        {KIND_STATEMENTS, "a"},
        {KIND_STATEMENTS, "a=yes"},
        {KIND_STATEMENTS, "b=true,a=true"},
        {KIND_NUMBER, "3.50"},
        {KIND_NUMBER, "03"},
        {KIND_NUMBER, "-0"},
        {KIND_NUMBER, "+3"},
        {KIND_NUMBER, "3,5"},
        {KIND_NUMBER, "1e3"},
        {KIND_NUMBER, "1.2.3"},
        {KIND_NUMBER, "-"},
        {KIND_NUMBER, "0.1234567"},
        {KIND_NUMBER, " 3"},
        {KIND_NUMBER, "99999999999999999999"},
        {KIND_TEXT, "0123456789abcdef"},
        {KIND_TEXT, "#0123456789ABCDEF"},
        {KIND_TEXT, "#0000000000000000"},
        {KIND_TEXT, "#ffffffffffffffff"},
        {KIND_TEXT, "#123"},
        {KIND_TEXT, "#0x23456789abcdef"},
        {KIND_ORDER, "a,b,c"},
        {KIND_ORDER, "a,b,c,c"},
        {KIND_ORDER, "a,b,c,d,a"},
        {KIND_MATCH, "a"},
        {KIND_MATCH, "a=r9"},
        {KIND_MATCH, "b=r1,a=r2"},
        {KIND_MATCH, "a=r1,a=r1"},
        {KIND_MATCH, "a=r1,"},
        {KIND_SINGLE, "aaaaaaaaaaaaaaaaaaaaaaaaa"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct shape shape = shape_of(table[i].kind);
        uint64_t value = 42;
        cr_expect_not(kind_read_log(&shape, table[i].form, &value), "%s", table[i].form);
        cr_expect_eq(value, 42);
    }
}

Test(kind, numbers_are_read_as_people_write_them)
{
    static const struct {
        const char *text;
        enum answer_fault fault;
        int64_t value; /* or as thousands */
        int64_t other; /* as decimals, if ambiguous */
    } table[] = {
        {"3,5", ANSWER_READ, 3500000, 0},
        {"3.5", ANSWER_READ, 3500000, 0},
        {"1.234,5", ANSWER_READ, 1234500000, 0},
        {"1,234.5", ANSWER_READ, 1234500000, 0},
        {"1.234,567", ANSWER_READ, 1234567000, 0},
        {"1 000", ANSWER_READ, 1000000000, 0},
        {"1\u00a0000", ANSWER_READ, 1000000000, 0},
        {"1\u2009000", ANSWER_READ, 1000000000, 0},
        {"1\u202f000,25", ANSWER_READ, 1000250000, 0},
        {"1 234.567", ANSWER_READ, 1234567000, 0},
        {"-2", ANSWER_READ, -2000000, 0},
        {"\u22122,5", ANSWER_READ, -2500000, 0},
        {"+2", ANSWER_READ, 2000000, 0},
        {"  7 ", ANSWER_READ, 7000000, 0},
        {"\t7\n", ANSWER_READ, 7000000, 0},
        {"007", ANSWER_READ, 7000000, 0},
        {"-0", ANSWER_READ, 0, 0},
        {",5", ANSWER_READ, 500000, 0},
        {".5", ANSWER_READ, 500000, 0},
        {"0.500", ANSWER_READ, 500000, 0},
        {"0,125", ANSWER_READ, 125000, 0},
        {"1234.567", ANSWER_READ, 1234567000, 0},
        {"1.5000", ANSWER_READ, 1500000, 0},
        {"1.000.000", ANSWER_READ, INT64_C(1000000000000), 0},
        {"1,000,000", ANSWER_READ, INT64_C(1000000000000), 0},
        {"1.000.000,5", ANSWER_READ, INT64_C(1000000500000), 0},
        {"0.123456", ANSWER_READ, 123456, 0},
        {"1000000000000", ANSWER_READ, INT64_C(1000000000000000000), 0},
        {"1.000.000.000.000", ANSWER_READ, INT64_C(1000000000000000000), 0},
        {"1.000", ANSWER_AMBIGUOUS, 1000000000, 1000000},
        {"1,000", ANSWER_AMBIGUOUS, 1000000000, 1000000},
        {"-12.345", ANSWER_AMBIGUOUS, -12345000000, -12345000},
        {"999,999", ANSWER_AMBIGUOUS, 999999000000, 999999000},
        {"0.1234567", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1000000000000,5", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1000000000001", ANSWER_NOT_A_NUMBER, 0, 0},
        {"12345678901234", ANSWER_NOT_A_NUMBER, 0, 0},
        {"", ANSWER_NOT_A_NUMBER, 0, 0},
        {" ", ANSWER_NOT_A_NUMBER, 0, 0},
        {"-", ANSWER_NOT_A_NUMBER, 0, 0},
        {".", ANSWER_NOT_A_NUMBER, 0, 0},
        {"5.", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1.5.5", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1.00.000", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1,5,3", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1.234 567", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1 00", ANSWER_NOT_A_NUMBER, 0, 0},
        {"0 500", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1,234,5", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1,234.567.8", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1e3", ANSWER_NOT_A_NUMBER, 0, 0},
        {"0x10", ANSWER_NOT_A_NUMBER, 0, 0},
        {"12 kg", ANSWER_NOT_A_NUMBER, 0, 0},
        {"- 5", ANSWER_NOT_A_NUMBER, 0, 0},
        {"--5", ANSWER_NOT_A_NUMBER, 0, 0},
        {"nan", ANSWER_NOT_A_NUMBER, 0, 0},
        {"1.1.1.1.1.1.1.1.1.1", ANSWER_NOT_A_NUMBER, 0, 0},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct answer_reading reading;
        enum answer_fault fault = kind_read_number(table[i].text, strlen(table[i].text), &reading);
        bool ambiguous = fault == ANSWER_AMBIGUOUS;
        cr_expect_eq(fault, table[i].fault, "\"%s\": %d", table[i].text, (int)fault);
        cr_expect_eq(ambiguous ? reading.readings[0] : (int64_t)reading.value, table[i].value, "\"%s\": %" PRId64,
                     table[i].text, (int64_t)reading.value);
        cr_expect_eq(reading.readings[1], table[i].other, "\"%s\"", table[i].text);
    }
}

Test(kind, a_written_number_takes_64_bytes_but_not_65)
{
    char text[KIND_NUMBER_TEXT_MAX_BYTES + 2];
    struct answer_reading reading;

    memset(text, ' ', sizeof text);
    text[0] = '7';
    cr_expect_eq(kind_read_number(text, KIND_NUMBER_TEXT_MAX_BYTES, &reading), ANSWER_READ);
    cr_expect_eq(kind_read_number(text, KIND_NUMBER_TEXT_MAX_BYTES + 1, &reading), ANSWER_TOO_LONG);
}

/* Key and answer in log forms, and the mark. */
Test(kind, answers_are_marked_whole_and_by_their_parts)
{
    static const struct {
        enum kind kind;
        const char *keys[3];
        const char *answer;
        struct mark mark; /* right, parts, parts_right, parts_wrong */
    } table[] = {
        {KIND_SINGLE, {"b"}, "b", {true, 1, 1, 0}},
        {KIND_SINGLE, {"b"}, "c", {false, 1, 0, 1}},
        {KIND_SINGLE, {"b", "c"}, "c", {true, 1, 1, 0}},
        {KIND_SINGLE, {NULL}, "c", {false, 1, 0, 1}},
        {KIND_MULTIPLE, {"a,c"}, "a,c", {true, 2, 2, 0}},
        {KIND_MULTIPLE, {"a,c"}, "a", {false, 2, 1, 0}},
        {KIND_MULTIPLE, {"a,c"}, "a,b,c,d", {false, 2, 2, 2}},
        {KIND_MULTIPLE, {"a,c"}, "b,d", {false, 2, 0, 2}},
        {KIND_MULTIPLE, {"a,c", "a"}, "a", {true, 1, 1, 0}},
        {KIND_MULTIPLE, {"b,c,d", "a,b"}, "a", {false, 2, 1, 0}},
        {KIND_TRUEFALSE, {"true"}, "true", {true, 1, 1, 0}},
        {KIND_TRUEFALSE, {"true"}, "false", {false, 1, 0, 1}},
        {KIND_STATEMENTS, {"a=true,b=false,c=true,d=true"}, "a=true,b=false,c=true,d=true", {true, 4, 4, 0}},
        {KIND_STATEMENTS, {"a=true,b=false,c=true,d=true"}, "a=true,b=true", {false, 4, 1, 1}},
        {KIND_STATEMENTS, {"a=true,b=false,c=true,d=true"}, "a=false,b=true,c=false,d=false", {false, 4, 0, 4}},
        {KIND_NUMBER, {"10..20"}, "10", {true, 1, 1, 0}},
        {KIND_NUMBER, {"10..20"}, "20", {true, 1, 1, 0}},
        {KIND_NUMBER, {"10..20"}, "9.999999", {false, 1, 0, 1}},
        {KIND_NUMBER, {"10..20"}, "20.000001", {false, 1, 0, 1}},
        {KIND_NUMBER, {"-3..-1"}, "-2", {true, 1, 1, 0}},
        {KIND_NUMBER, {"5", "10..20"}, "5", {true, 1, 1, 0}},
        {KIND_TEXT, {"#0123456789abcdef"}, "#0123456789abcdef", {true, 1, 1, 0}},
        {KIND_TEXT, {"#0123456789abcdef"}, "#0123456789abcdee", {false, 1, 0, 1}},
        {KIND_ORDER, {"c,a,b,d"}, "c,a,b,d", {true, 4, 4, 0}},
        {KIND_ORDER, {"c,a,b,d"}, "c,b,a,d", {false, 4, 2, 2}},
        {KIND_MATCH, {"a=r1,b=r2,c=r3,d=r4"}, "a=r1,b=r2,c=r3,d=r4", {true, 4, 4, 0}},
        {KIND_MATCH, {"a=r1,b=r2,c=r3,d=r4"}, "a=r1,b=r5", {false, 4, 1, 1}},
        {KIND_PREDICTION, {NULL}, "120", {false, 1, 0, 1}},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct shape shape = shape_of(table[i].kind);
        struct key_range ranges[3];
        struct key key = {.ranges = ranges};
        struct mark mark;
        uint64_t value = 0;

        for (; key.count < 3 && table[i].keys[key.count] != NULL; key.count++)
            cr_assert(kind_read_range(&shape, table[i].keys[key.count], &ranges[key.count]), "row %zu", i);
        cr_assert(kind_read_log(&shape, table[i].answer, &value), "row %zu", i);
        kind_mark(&shape, &key, value, &mark);
        cr_expect_eq(mark.right, table[i].mark.right, "row %zu", i);
        cr_expect_eq(mark.parts, table[i].mark.parts, "row %zu: %d", i, mark.parts);
        cr_expect_eq(mark.parts_right, table[i].mark.parts_right, "row %zu: %d", i, mark.parts_right);
        cr_expect_eq(mark.parts_wrong, table[i].mark.parts_wrong, "row %zu: %d", i, mark.parts_wrong);
    }
}

Test(kind, a_range_of_a_key_is_one_form_or_two_with_dots)
{
    static const struct {
        enum kind kind;
        const char *form;
        bool sound;
    } table[] = {{KIND_NUMBER, "5", true},     {KIND_NUMBER, "-5..3.25", true}, {KIND_NUMBER, "5..5", false},
                 {KIND_NUMBER, "5..3", false}, {KIND_NUMBER, "5..", false},     {KIND_NUMBER, "..5", false},
                 {KIND_SINGLE, "a..b", false}, {KIND_SINGLE, "a", true},        {KIND_NUMBER, "1...2", false}};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct shape shape = shape_of(table[i].kind);
        struct key_range range;
        char again[KIND_LOG_FORM_MAX];

        cr_expect_eq(kind_read_range(&shape, table[i].form, &range), table[i].sound, "%s", table[i].form);
        if (!table[i].sound)
            continue;
        kind_write_range(&shape, &range, again);
        cr_expect_str_eq(again, table[i].form);
    }
}

Test(kind, the_longest_log_form_fits)
{
    struct shape shape = {.kind = KIND_MATCH, .choice_count = CHOICES_MAX, .right_count = CHOICES_MAX};
    char log[KIND_LOG_FORM_MAX];
    uint64_t value = 0;
    uint64_t again = 0;

    for (size_t i = 0; i < CHOICES_MAX; i++) {
        memset(shape.choices[i], 'a' + (int)i, CHOICE_ID_MAX);
        memset(shape.rights[i], 'A' + (int)i, CHOICE_ID_MAX);
        value |= (i + 1) << (4 * i);
    }
    kind_write_log(&shape, value, log);
    cr_expect_eq(strlen(log), CHOICES_MAX * (2 * CHOICE_ID_MAX + 2) - 1);
    cr_expect(kind_read_log(&shape, log, &again));
    cr_expect_eq(again, value);
}

Test(kind, bars_count_every_choice_that_was_ticked)
{
    struct shape shape = shape_of(KIND_MULTIPLE);
    uint32_t bars[CHOICES_MAX] = {0};

    cr_expect_eq(kind_bars(&shape), 4);
    kind_count(&shape, 5, bars);
    kind_count(&shape, 1, bars);
    cr_expect_eq(bars[0], 2);
    cr_expect_eq(bars[1], 0);
    cr_expect_eq(bars[2], 1);
}

Test(kind, true_and_false_have_two_bars_and_the_rest_have_none)
{
    uint32_t bars[2] = {0};

    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        struct shape shape = shape_of((enum kind)kind);
        size_t wanted = kind == KIND_SINGLE || kind == KIND_MULTIPLE ? 4 : kind == KIND_TRUEFALSE ? 2 : 0;
        cr_expect_eq(kind_bars(&shape), wanted);
        if (kind == KIND_TRUEFALSE)
            kind_count(&shape, 2, bars);
        else if (wanted == 0)
            kind_count(&shape, 1, NULL);
    }
    cr_expect_eq(bars[0], 0);
    cr_expect_eq(bars[1], 1);
}
