/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds whose answer is a set of ticks: single, multiple, truefalse, statements. */
#include <string.h>
#include "question-banks/kind_row.h"

#define STATEMENT_TRUE 1u
#define STATEMENT_FALSE 2u
#define STATEMENT_BITS 2
#define STATEMENT_MASK 3u

static const char *const truth_names[] = {"true", "false"};

static unsigned statement_at(uint64_t value, size_t index)
{
    return (unsigned)(value >> (STATEMENT_BITS * index)) & STATEMENT_MASK;
}

static enum answer_fault read_ticks(const struct shape *shape, const cJSON *wire, uint64_t *value)
{
    const cJSON *item = NULL;

    *value = 0;
    if (!cJSON_IsArray(wire))
        return ANSWER_WRONG_TYPE;
    cJSON_ArrayForEach(item, wire)
    {
        int index = shape_find_item(shape->choices, shape->choice_count, item);
        if (!cJSON_IsString(item))
            return ANSWER_WRONG_TYPE;
        if (index < 0 || (*value >> index & 1) != 0)
            return ANSWER_UNKNOWN_ID;
        *value |= UINT64_C(1) << index;
    }
    return *value == 0 ? ANSWER_INCOMPLETE : ANSWER_READ;
}

static enum answer_fault multiple_read(const struct shape *shape, const struct text_rule *rule, const uint8_t *salt,
                                       const cJSON *wire, struct answer_reading *out)
{
    (void)rule;
    (void)salt;
    return read_ticks(shape, wire, &out->value);
}

static enum answer_fault single_read(const struct shape *shape, const struct text_rule *rule, const uint8_t *salt,
                                     const cJSON *wire, struct answer_reading *out)
{
    enum answer_fault fault = multiple_read(shape, rule, salt, wire, out);

    return fault == ANSWER_READ && (out->value & (out->value - 1)) != 0 ? ANSWER_INCOMPLETE : fault;
}

static cJSON *ticks_to_wire(const struct shape *shape, uint64_t value, const char *shown)
{
    cJSON *array = cJSON_CreateArray();

    (void)shown;
    for (size_t i = 0; i < shape->choice_count; i++) {
        if ((value >> i & 1) != 0)
            cJSON_AddItemToArray(array, cJSON_CreateString(shape->choices[i]));
    }
    return array;
}

static void ticks_write(const struct shape *shape, uint64_t value, struct log_form *form)
{
    for (size_t i = 0; i < shape->choice_count; i++) {
        if ((value >> i & 1) == 0)
            continue;
        log_form_add(form, form->used == 0 ? "" : ",");
        log_form_add(form, shape->choices[i]);
    }
}

static bool multiple_parse(const struct shape *shape, const char *form, uint64_t *value)
{
    char id[CHOICE_ID_MAX + 1];

    while (*form != '\0') {
        int index = log_form_next(&form, ',', id) ? shape_find(shape->choices, shape->choice_count, id) : -1;
        if (index < 0)
            return false;
        *value |= UINT64_C(1) << index;
    }
    return true;
}

static bool single_parse(const struct shape *shape, const char *form, uint64_t *value)
{
    return strchr(form, ',') == NULL && multiple_parse(shape, form, value);
}

static void multiple_compare(const struct shape *shape, uint64_t key, uint64_t value, struct mark *out)
{
    (void)shape;
    out->parts = (uint8_t)__builtin_popcountll(key);
    out->parts_right = (uint8_t)__builtin_popcountll(value & key);
    out->parts_wrong = (uint8_t)__builtin_popcountll(value & ~key);
}

static size_t choice_bars(const struct shape *shape)
{
    return shape->choice_count;
}

static void choice_count_bars(const struct shape *shape, uint64_t value, uint32_t *bars)
{
    for (size_t i = 0; i < shape->choice_count; i++)
        bars[i] += value >> i & 1;
}

const struct kind_row kind_single = {.name = "single",
                                     .has_choices = true,
                                     .read = single_read,
                                     .to_wire = ticks_to_wire,
                                     .write = ticks_write,
                                     .parse = single_parse,
                                     .bars = choice_bars,
                                     .count = choice_count_bars};

const struct kind_row kind_multiple = {.name = "multiple",
                                       .has_choices = true,
                                       .read = multiple_read,
                                       .to_wire = ticks_to_wire,
                                       .write = ticks_write,
                                       .parse = multiple_parse,
                                       .compare = multiple_compare,
                                       .bars = choice_bars,
                                       .count = choice_count_bars};

static bool truth_parse(const struct shape *shape, const char *form, uint64_t *value)
{
    (void)shape;
    *value = strcmp(form, truth_names[0]) == 0   ? STATEMENT_TRUE
             : strcmp(form, truth_names[1]) == 0 ? STATEMENT_FALSE
                                                 : 0;
    return *value != 0;
}

static enum answer_fault truth_read(const struct shape *shape, const struct text_rule *rule, const uint8_t *salt,
                                    const cJSON *wire, struct answer_reading *out)
{
    (void)rule;
    (void)salt;
    if (!cJSON_IsArray(wire))
        return ANSWER_WRONG_TYPE;
    if (cJSON_GetArraySize(wire) != 1)
        return ANSWER_INCOMPLETE;
    if (!cJSON_IsString(wire->child))
        return ANSWER_WRONG_TYPE;
    return truth_parse(shape, wire->child->valuestring, &out->value) ? ANSWER_READ : ANSWER_UNKNOWN_ID;
}

static const char *truth_name(uint64_t value)
{
    return truth_names[value == STATEMENT_TRUE ? 0 : 1];
}

static cJSON *truth_to_wire(const struct shape *shape, uint64_t value, const char *shown)
{
    cJSON *array = cJSON_CreateArray();

    (void)shape;
    (void)shown;
    cJSON_AddItemToArray(array, cJSON_CreateString(truth_name(value)));
    return array;
}

static void truth_write(const struct shape *shape, uint64_t value, struct log_form *form)
{
    (void)shape;
    log_form_add(form, truth_name(value));
}

static size_t truth_bars(const struct shape *shape)
{
    (void)shape;
    return 2;
}

static void truth_count(const struct shape *shape, uint64_t value, uint32_t *bars)
{
    (void)shape;
    bars[value == STATEMENT_TRUE ? 0 : 1]++;
}

const struct kind_row kind_truefalse = {.name = "truefalse",
                                        .read = truth_read,
                                        .to_wire = truth_to_wire,
                                        .write = truth_write,
                                        .parse = truth_parse,
                                        .bars = truth_bars,
                                        .count = truth_count};

static enum answer_fault statements_read(const struct shape *shape, const struct text_rule *rule, const uint8_t *salt,
                                         const cJSON *wire, struct answer_reading *out)
{
    const cJSON *item = NULL;

    (void)rule;
    (void)salt;
    if (!cJSON_IsObject(wire))
        return ANSWER_WRONG_TYPE;
    cJSON_ArrayForEach(item, wire)
    {
        int index = shape_find(shape->choices, shape->choice_count, item->string);
        if (index < 0 || statement_at(out->value, (size_t)index) != 0)
            return ANSWER_UNKNOWN_ID;
        if (!cJSON_IsBool(item))
            return ANSWER_WRONG_TYPE;
        out->value |= (uint64_t)(cJSON_IsTrue(item) ? STATEMENT_TRUE : STATEMENT_FALSE) << (STATEMENT_BITS * index);
    }
    return out->value == 0 ? ANSWER_INCOMPLETE : ANSWER_READ;
}

static cJSON *statements_to_wire(const struct shape *shape, uint64_t value, const char *shown)
{
    cJSON *object = cJSON_CreateObject();

    (void)shown;
    for (size_t i = 0; i < shape->choice_count; i++) {
        unsigned statement = statement_at(value, i);
        if (statement != 0)
            cJSON_AddBoolToObject(object, shape->choices[i], statement == STATEMENT_TRUE);
    }
    return object;
}

static void statements_write(const struct shape *shape, uint64_t value, struct log_form *form)
{
    for (size_t i = 0; i < shape->choice_count; i++) {
        unsigned statement = statement_at(value, i);
        if (statement == 0)
            continue;
        log_form_add(form, form->used == 0 ? "" : ",");
        log_form_add(form, shape->choices[i]);
        log_form_add(form, "=");
        log_form_add(form, truth_name(statement));
    }
}

static bool statements_parse(const struct shape *shape, const char *form, uint64_t *value)
{
    char id[CHOICE_ID_MAX + 1];
    char truth[CHOICE_ID_MAX + 1];
    uint64_t statement = 0;

    while (*form != '\0') {
        int index = log_form_next(&form, '=', id) ? shape_find(shape->choices, shape->choice_count, id) : -1;
        if (index < 0 || !log_form_next(&form, ',', truth) || !truth_parse(shape, truth, &statement))
            return false;
        *value |= statement << (STATEMENT_BITS * index);
    }
    return true;
}

static void statements_compare(const struct shape *shape, uint64_t key, uint64_t value, struct mark *out)
{
    *out = (struct mark){.right = value == key, .parts = shape->choice_count};
    for (size_t i = 0; i < shape->choice_count; i++) {
        bool same = statement_at(value, i) == statement_at(key, i);
        out->parts_right += same;
        out->parts_wrong += !same && statement_at(value, i) != 0;
    }
}

const struct kind_row kind_statements = {.name = "statements",
                                         .has_choices = true,
                                         .read = statements_read,
                                         .to_wire = statements_to_wire,
                                         .write = statements_write,
                                         .parse = statements_parse,
                                         .compare = statements_compare};
