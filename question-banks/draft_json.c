/* SPDX-License-Identifier: Apache-2.0 */
/* A draft as JSON, the way a bank file has it. */
#include <stdio.h>
#include <string.h>
#include "question-banks/draft.h"

#define SIDES_MAX 26

/* a, b, c, …; left and right sides have a letter in front. */
static const char *side_id(char out[4], const char *front, size_t index)
{
    snprintf(out, 4, "%s%c", front, (char)('a' + index % SIDES_MAX));
    return out;
}

static void add_side(cJSON *array, const char *id, const char *text)
{
    cJSON *side = cJSON_CreateObject();

    cJSON_AddStringToObject(side, "id", id);
    cJSON_AddStringToObject(side, "text", text == NULL ? "" : text);
    cJSON_AddItemToArray(array, side);
}

static void add_choices(cJSON *question, const struct draft *draft)
{
    cJSON *choices = cJSON_AddArrayToObject(question, "choices");
    char id[4];

    for (size_t i = 0; i < draft->choice_count; i++)
        add_side(choices, side_id(id, "", i), draft->choices[i].text);
}

/* The right side that stands at `slot`: right sides are written one on from their left ones, so that no pair stands
 * opposite each other. */
static size_t pair_at(const struct draft *draft, size_t slot)
{
    return (slot + 1) % draft->choice_count;
}

static void add_match(cJSON *question, const struct draft *draft)
{
    cJSON *left = cJSON_AddArrayToObject(question, "left");
    cJSON *right = cJSON_AddArrayToObject(question, "right");
    cJSON *key = cJSON_CreateObject();
    char left_id[4];
    char right_id[4];

    for (size_t i = 0; i < draft->choice_count; i++) {
        size_t from = pair_at(draft, i);
        if (draft->choices[i].text != NULL)
            add_side(left, side_id(left_id, "l", i), draft->choices[i].text);
        add_side(right, side_id(right_id, "r", i), draft->choices[from].pair);
        if (draft->choices[from].text != NULL)
            cJSON_AddStringToObject(key, side_id(left_id, "l", from), right_id);
    }
    if (draft->sure)
        cJSON_AddItemToObject(question, "key", key);
    else
        cJSON_Delete(key);
}

static cJSON *ticks_key(const struct draft *draft)
{
    cJSON *key = cJSON_CreateArray();
    char id[4];

    for (size_t i = 0; i < draft->choice_count; i++) {
        if (draft->choices[i].right)
            cJSON_AddItemToArray(key, cJSON_CreateString(side_id(id, "", i)));
    }
    return key;
}

static cJSON *statements_key(const struct draft *draft)
{
    cJSON *key = cJSON_CreateObject();
    char id[4];

    for (size_t i = 0; i < draft->choice_count; i++)
        cJSON_AddBoolToObject(key, side_id(id, "", i), draft->choices[i].right);
    return key;
}

static cJSON *order_key(const struct draft *draft)
{
    cJSON *key = cJSON_CreateArray();
    char id[4];

    for (size_t place = 0; place < draft->choice_count; place++) {
        for (size_t i = 0; i < draft->choice_count; i++) {
            if (draft->choices[i].place == place)
                cJSON_AddItemToArray(key, cJSON_CreateString(side_id(id, "", i)));
        }
    }
    return key;
}

static cJSON *scaled(int64_t value)
{
    return cJSON_CreateNumber((double)value / KIND_NUMBER_SCALE);
}

static cJSON *number_key(const struct draft *draft)
{
    cJSON *key = cJSON_CreateObject();

    if (draft->low == draft->high) {
        cJSON_AddItemToObject(key, "value", scaled(draft->low));
        return key;
    }
    cJSON_AddItemToObject(key, "low", scaled(draft->low));
    cJSON_AddItemToObject(key, "high", scaled(draft->high));
    return key;
}

static void add_ignored(cJSON *ignore, bool ignored, const char *name)
{
    if (ignored)
        cJSON_AddItemToArray(ignore, cJSON_CreateString(name));
}

static cJSON *text_key(const struct draft *draft)
{
    cJSON *key = cJSON_CreateObject();
    cJSON *accept = cJSON_AddArrayToObject(key, "accept");
    cJSON *ignore = cJSON_AddArrayToObject(key, "ignore");

    for (size_t i = 0; i < draft->accept_count; i++)
        cJSON_AddItemToArray(accept, cJSON_CreateString(draft->accept[i]));
    add_ignored(ignore, draft->rule.ignore_case, "case");
    add_ignored(ignore, draft->rule.ignore_diacritics, "diacritics");
    add_ignored(ignore, draft->rule.ignore_tone_place, "tone-place");
    return key;
}

static cJSON *key_of(const struct draft *draft)
{
    switch (draft->kind) {
    case KIND_SINGLE:
    case KIND_MULTIPLE:
        return ticks_key(draft);
    case KIND_TRUEFALSE:
        return cJSON_CreateBool(draft->truth);
    case KIND_STATEMENTS:
        return statements_key(draft);
    case KIND_NUMBER:
        return number_key(draft);
    case KIND_TEXT:
        return text_key(draft);
    case KIND_ORDER:
        return order_key(draft);
    case KIND_MATCH:
    case KIND_PREDICTION:
    case KIND_COUNT:
        break;
    }
    return NULL;
}

static void add_unless_null(cJSON *question, const char *name, const char *text)
{
    if (text != NULL)
        cJSON_AddStringToObject(question, name, text);
}

static void add_picture(cJSON *question, const struct draft_picture *picture)
{
    cJSON *media = cJSON_AddObjectToObject(question, "media");
    char file[sizeof "media/" + MEDIA_NAME_SIZE] = "media/";

    media_name(&picture->reading.media, file + strlen(file));
    cJSON_AddStringToObject(media, "file", file);
    cJSON_AddStringToObject(media, "alt", picture->alt == NULL ? "" : picture->alt);
}

static void add_rest(cJSON *question, const struct draft *draft)
{
    add_unless_null(question, "explain", draft->explain);
    add_unless_null(question, "source", draft->source);
    add_unless_null(question, "topic", draft->topic);
    if (draft->picture != NULL)
        add_picture(question, draft->picture);
    if (draft->difficulty > 0)
        cJSON_AddNumberToObject(question, "difficulty", draft->difficulty);
    if (draft->limit_s > 0)
        cJSON_AddNumberToObject(question, "limit_s", draft->limit_s);
    if (draft->weight >= 0)
        cJSON_AddNumberToObject(question, "weight", draft->weight);
}

cJSON *draft_to_json(const struct draft *draft, const char *id)
{
    cJSON *question = cJSON_CreateObject();

    cJSON_AddStringToObject(question, "id", id);
    cJSON_AddStringToObject(question, "kind", kind_name(draft->kind));
    cJSON_AddStringToObject(question, "text", draft->text == NULL ? "" : draft->text);
    if (draft->kind == KIND_MATCH)
        add_match(question, draft);
    else if (kind_has_choices(draft->kind))
        add_choices(question, draft);
    cJSON *key = draft->sure ? key_of(draft) : NULL;
    if (key != NULL)
        cJSON_AddItemToObject(question, "key", key);
    add_rest(question, draft);
    return question;
}
