/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds whose answer puts things in places: order, match. */
#include "question-banks/kind_row.h"

#define PLACE_BITS 4
#define PLACE_MASK 15u

/* Which choice or right side stands at `index`, or -1. */
static int placed_at(uint64_t value, size_t index)
{
    return (int)(value >> (PLACE_BITS * index) & PLACE_MASK) - 1;
}

static uint64_t placed(int what, size_t index)
{
    return (uint64_t)(what + 1) << (PLACE_BITS * index);
}

static void compare_places(const struct shape *shape, uint64_t key, uint64_t value, struct mark *out)
{
    *out = (struct mark){.right = value == key, .parts = shape->choice_count};
    for (size_t i = 0; i < shape->choice_count; i++) {
        bool same = placed_at(value, i) == placed_at(key, i);
        out->parts_right += same;
        out->parts_wrong += !same && placed_at(value, i) >= 0;
    }
}

static enum answer_fault order_read(const struct shape *shape, const struct text_rule *rule, const uint8_t *salt,
                                    const cJSON *wire, struct answer_reading *out)
{
    const cJSON *item = NULL;
    size_t place = 0;
    uint32_t seen = 0;

    (void)rule;
    (void)salt;
    if (!cJSON_IsArray(wire))
        return ANSWER_WRONG_TYPE;
    cJSON_ArrayForEach(item, wire)
    {
        int index = shape_find_item(shape->choices, shape->choice_count, item);
        if (!cJSON_IsString(item))
            return ANSWER_WRONG_TYPE;
        if (index < 0 || (seen >> index & 1) != 0)
            return ANSWER_UNKNOWN_ID;
        seen |= 1u << index;
        out->value |= placed(index, place++);
    }
    return place == shape->choice_count ? ANSWER_READ : ANSWER_INCOMPLETE;
}

static cJSON *order_to_wire(const struct shape *shape, uint64_t value, const char *shown)
{
    cJSON *array = cJSON_CreateArray();

    (void)shown;
    for (size_t i = 0; i < shape->choice_count; i++) {
        int index = placed_at(value, i);
        if (index >= 0 && index < shape->choice_count)
            cJSON_AddItemToArray(array, cJSON_CreateString(shape->choices[index]));
    }
    return array;
}

static void order_write(const struct shape *shape, uint64_t value, struct log_form *form)
{
    for (size_t i = 0; i < shape->choice_count; i++) {
        int index = placed_at(value, i);
        if (index < 0 || index >= shape->choice_count)
            continue;
        log_form_add(form, form->used == 0 ? "" : ",");
        log_form_add(form, shape->choices[index]);
    }
}

static bool order_parse(const struct shape *shape, const char *form, uint64_t *value)
{
    char id[CHOICE_ID_MAX + 1];
    size_t place = 0;
    uint32_t seen = 0;

    for (; *form != '\0' && place < shape->choice_count; place++) {
        int index = log_form_next(&form, ',', id) ? shape_find(shape->choices, shape->choice_count, id) : -1;
        if (index < 0 || (seen >> index & 1) != 0)
            return false;
        seen |= 1u << index;
        *value |= placed(index, place);
    }
    return place == shape->choice_count;
}

const struct kind_row kind_order = {.name = "order",
                                    .has_choices = true,
                                    .read = order_read,
                                    .to_wire = order_to_wire,
                                    .write = order_write,
                                    .parse = order_parse,
                                    .compare = compare_places};

static enum answer_fault match_read(const struct shape *shape, const struct text_rule *rule, const uint8_t *salt,
                                    const cJSON *wire, struct answer_reading *out)
{
    const cJSON *item = NULL;

    (void)rule;
    (void)salt;
    if (!cJSON_IsObject(wire))
        return ANSWER_WRONG_TYPE;
    cJSON_ArrayForEach(item, wire)
    {
        int left = shape_find(shape->choices, shape->choice_count, item->string);
        int right = shape_find_item(shape->rights, shape->right_count, item);
        if (!cJSON_IsString(item))
            return ANSWER_WRONG_TYPE;
        if (left < 0 || right < 0 || placed_at(out->value, (size_t)left) >= 0)
            return ANSWER_UNKNOWN_ID;
        out->value |= placed(right, (size_t)left);
    }
    return out->value == 0 ? ANSWER_INCOMPLETE : ANSWER_READ;
}

static cJSON *match_to_wire(const struct shape *shape, uint64_t value, const char *shown)
{
    cJSON *object = cJSON_CreateObject();

    (void)shown;
    for (size_t i = 0; i < shape->choice_count; i++) {
        int right = placed_at(value, i);
        if (right >= 0 && right < shape->right_count)
            cJSON_AddStringToObject(object, shape->choices[i], shape->rights[right]);
    }
    return object;
}

static void match_write(const struct shape *shape, uint64_t value, struct log_form *form)
{
    for (size_t i = 0; i < shape->choice_count; i++) {
        int right = placed_at(value, i);
        if (right < 0 || right >= shape->right_count)
            continue;
        log_form_add(form, form->used == 0 ? "" : ",");
        log_form_add(form, shape->choices[i]);
        log_form_add(form, "=");
        log_form_add(form, shape->rights[right]);
    }
}

static bool match_parse(const struct shape *shape, const char *form, uint64_t *value)
{
    char id[CHOICE_ID_MAX + 1];

    while (*form != '\0') {
        int left = log_form_next(&form, '=', id) ? shape_find(shape->choices, shape->choice_count, id) : -1;
        int right = log_form_next(&form, ',', id) ? shape_find(shape->rights, shape->right_count, id) : -1;
        if (left < 0 || right < 0 || placed_at(*value, (size_t)left) >= 0)
            return false;
        *value |= placed(right, (size_t)left);
    }
    return true;
}

const struct kind_row kind_match = {.name = "match",
                                    .has_choices = true,
                                    .read = match_read,
                                    .to_wire = match_to_wire,
                                    .write = match_write,
                                    .parse = match_parse,
                                    .compare = compare_places};
