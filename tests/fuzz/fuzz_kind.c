/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an answer of any kind, from a phone and from the log: what is read is written back the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const uint8_t salt[TEXT_SALT_BYTES] = "a salt for fuzz";

static struct shape shape_of(enum kind kind)
{
    struct shape shape = {.kind = kind, .choices = {"a", "b", "c", "d"}, .rights = {"r1", "r2", "r3", "r4", "r5"}};

    shape.choice_count = kind_has_choices(kind) ? 4 : 0;
    shape.right_count = kind == KIND_MATCH ? 5 : 0;
    return shape;
}

static void value_holds(const struct shape *shape, uint64_t value, const char *shown)
{
    static const struct text_rule exact;
    char log[KIND_LOG_FORM_MAX];
    struct answer_reading again;
    uint64_t logged = 0;

    kind_write_log(shape, value, log);
    assert(kind_read_log(shape, log, &logged) && logged == value);
    if (shape->kind == KIND_TEXT)
        return; /* the value of a text cannot be turned back */
    cJSON *wire = kind_to_wire(shape, value, shown);
    enum answer_fault fault = kind_read_wire(shape, &exact, salt, wire, &again);
    uint64_t apart = again.value > value ? again.value - value : value - again.value;
    assert(fault == ANSWER_READ && (again.value == value || (shape->kind == KIND_NUMBER && apart < 1000)));
    cJSON_Delete(wire);
}

static void from_phone(const struct shape *shape, const struct text_rule *rule, const cJSON *wire)
{
    struct answer_reading reading;
    enum answer_fault fault = kind_read_wire(shape, rule, salt, wire, &reading);

    assert(fault == ANSWER_READ || reading.shown == NULL);
    if (fault == ANSWER_READ)
        value_holds(shape, reading.value, reading.shown);
    free(reading.shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 2)
        return 0;
    struct shape shape = shape_of(bytes[0] % KIND_COUNT);
    struct text_rule rule = {(bytes[1] & 1) != 0, (bytes[1] & 2) != 0, (bytes[1] & 4) != 0};
    char *text = strndup((const char *)bytes + 2, length - 2);
    cJSON *wire = cJSON_ParseWithLength((const char *)bytes + 2, length - 2);
    struct answer_reading number;
    uint64_t value = 0;

    /* Predictions are numbers: one name for both, so that value_holds needs to know one only. */
    shape.kind = shape.kind == KIND_PREDICTION ? KIND_NUMBER : shape.kind;
    if (wire != NULL)
        from_phone(&shape, &rule, wire);
    if (kind_read_log(&shape, text, &value))
        value_holds(&shape, value, "x");
    enum answer_fault fault = kind_read_number((const char *)bytes + 2, length - 2, &number);
    assert(fault == ANSWER_AMBIGUOUS || (number.readings[0] == 0 && number.readings[1] == 0));
    cJSON_Delete(wire);
    free(text);
    return 0;
}
