/* SPDX-License-Identifier: Apache-2.0 */
/* The key of a question, read from its JSON: one row a kind. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/check.h"
#include "question-banks/memory.h"

#define FIELD_MAX 200

static void keep_range(struct question *question, int64_t low, int64_t high)
{
    question->key.ranges = memory_new(1, sizeof *question->key.ranges);
    question->key.ranges[0] = (struct key_range){.low = low, .high = high};
    question->key.count = 1;
}

/* What a bank writes as a key is what a player would send as the answer, for most kinds. */
static enum answer_fault read_as_answer(const cJSON *item, struct question *question)
{
    static const uint8_t no_salt[TEXT_SALT_BYTES];
    static const struct text_rule no_rule;
    struct answer_reading reading;
    enum answer_fault fault = kind_read_wire(&question->shape, &no_rule, no_salt, item, &reading);

    if (fault == ANSWER_READ)
        keep_range(question, (int64_t)reading.value, (int64_t)reading.value);
    return fault;
}

static void single_key(struct check *check, const cJSON *item, struct question *question)
{
    if (read_as_answer(item, question) != ANSWER_READ)
        check_fault(check, item, "key", "expected an array with the id of one of the choices");
}

static void multiple_key(struct check *check, const cJSON *item, struct question *question)
{
    if (read_as_answer(item, question) != ANSWER_READ)
        check_fault(check, item, "key", "expected an array of the right choices' ids, at least one, each once");
}

static void truefalse_key(struct check *check, const cJSON *item, struct question *question)
{
    if (!cJSON_IsBool(item))
        check_fault(check, item, "key", "expected true or false");
    else
        keep_range(question, cJSON_IsTrue(item) ? 1 : 2, cJSON_IsTrue(item) ? 1 : 2);
}

static void statements_key(struct check *check, const cJSON *item, struct question *question)
{
    bool whole = cJSON_IsObject(item) && cJSON_GetArraySize(item) == question->shape.choice_count;

    if (!whole || read_as_answer(item, question) != ANSWER_READ)
        check_fault(check, item, "key", "expected an object that says true or false of each choice's id");
}

static void order_key(struct check *check, const cJSON *item, struct question *question)
{
    if (read_as_answer(item, question) != ANSWER_READ)
        check_fault(check, item, "key", "expected an array of all choices' ids in the right order");
}

static bool uses_a_right_side_twice(const cJSON *item)
{
    const cJSON *pair = NULL;
    const cJSON *other = NULL;

    cJSON_ArrayForEach(pair, item)
    {
        for (other = item->child; other != pair; other = other->next) {
            if (strcmp(pair->valuestring, other->valuestring) == 0)
                return true;
        }
    }
    return false;
}

static void match_key(struct check *check, const cJSON *item, struct question *question)
{
    bool whole = cJSON_IsObject(item) && cJSON_GetArraySize(item) == question->shape.choice_count;

    if (!whole || read_as_answer(item, question) != ANSWER_READ)
        check_fault(check, item, "key", "expected an object from each left id to a right id");
    else if (uses_a_right_side_twice(item))
        check_fault(check, item, "key", "gives one right side to two left ones, expected each at most once");
}

/* A number of the key, scaled. */
static bool read_scaled(struct check *check, const cJSON *object, const char *name, int64_t *out)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    double number = cJSON_IsNumber(item) ? item->valuedouble : NAN;
    char path[FIELD_MAX];

    if (fabs(number) <= (double)KIND_NUMBER_MAX) {
        *out = llround(number * KIND_NUMBER_SCALE);
        return true;
    }
    snprintf(path, sizeof path, "key.%s", name);
    check_fault(check, item == NULL ? object : item, path, "expected a number from -1e12 to 1e12");
    return false;
}

static void number_around(struct check *check, const cJSON *item, struct question *question)
{
    static const char *const names[] = {"value", "tolerance", NULL};
    const cJSON *tolerance_item = cJSON_GetObjectItemCaseSensitive(item, "tolerance");
    int64_t value = 0;
    int64_t tolerance = 0;

    check_members(check, item, "key", names);
    bool fine = read_scaled(check, item, "value", &value);
    if (tolerance_item != NULL)
        fine = read_scaled(check, item, "tolerance", &tolerance) && fine;
    if (tolerance < 0)
        check_fault(check, tolerance_item, "key.tolerance", "is less than 0");
    else if (fine)
        keep_range(question, value - tolerance, value + tolerance);
}

static void number_between(struct check *check, const cJSON *item, struct question *question)
{
    static const char *const names[] = {"low", "high", NULL};
    int64_t low = 0;
    int64_t high = 0;

    check_members(check, item, "key", names);
    bool fine = read_scaled(check, item, "low", &low);
    fine = read_scaled(check, item, "high", &high) && fine;
    if (fine && low > high)
        check_fault(check, item, "key", "low is greater than high");
    else if (fine)
        keep_range(question, low, high);
}

/* cJSON_HasObjectItem would take "Low" for "low". */
static bool has(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name) != NULL;
}

static void number_key(struct check *check, const cJSON *item, struct question *question)
{
    if (!cJSON_IsObject(item))
        check_fault(check, item, "key", "expected an object with value and tolerance, or with low and high");
    else if (has(item, "low") || has(item, "high"))
        number_between(check, item, question);
    else
        number_around(check, item, question);
}

static void read_rule(struct check *check, const cJSON *ignore, struct text_rule *rule)
{
    struct {
        const char *name;
        bool *flag;
    } names[] = {{"case", &rule->ignore_case},
                 {"diacritics", &rule->ignore_diacritics},
                 {"tone-place", &rule->ignore_tone_place}};
    const cJSON *item = NULL;
    bool fine = cJSON_IsArray(ignore);

    cJSON_ArrayForEach(item, ignore)
    {
        bool known = false;
        for (size_t i = 0; cJSON_IsString(item) && i < sizeof names / sizeof names[0]; i++) {
            if (strcmp(item->valuestring, names[i].name) == 0 && !*names[i].flag)
                known = *names[i].flag = true;
        }
        fine = fine && known;
    }
    if (!fine)
        check_fault(check, ignore, "key.ignore",
                    "expected an array of \"case\", \"diacritics\", \"tone-place\", each once");
}

static void read_accepted(struct check *check, const cJSON *item, struct question *question)
{
    char *form = check_string(check, item, "", TEXT_ANSWER_MAX_BYTES);
    if (form == NULL)
        return;
    char *normal = text_normal_form(form, strlen(form), &question->rule);
    if (normal == NULL)
        check_fault(check, item, "", "nothing is left of it to compare");
    free(normal);
    for (size_t i = 0; i < question->accept_count; i++) {
        if (strcmp(question->accept[i], form) == 0)
            check_fault(check, item, "", "stands twice, expected once");
    }
    question->accept[question->accept_count++] = form;
}

static void text_key(struct check *check, const cJSON *item, struct question *question)
{
    static const char *const names[] = {"accept", "ignore", NULL};
    const cJSON *accept = cJSON_GetObjectItemCaseSensitive(item, "accept");
    const cJSON *ignore = cJSON_GetObjectItemCaseSensitive(item, "ignore");
    const cJSON *form = NULL;

    if (!cJSON_IsObject(item)) {
        check_fault(check, item, "key", "expected an object with accept and ignore");
        return;
    }
    check_members(check, item, "key", names);
    if (ignore != NULL)
        read_rule(check, ignore, &question->rule);
    size_t count = cJSON_IsArray(accept) ? (size_t)cJSON_GetArraySize(accept) : 0;
    if (count == 0 || count > TEXT_ACCEPT_MAX) {
        check_fault(check, accept == NULL ? item : accept, "key.accept", "expected an array of 1 to %d strings",
                    TEXT_ACCEPT_MAX);
        return;
    }
    question->accept = memory_new(count, sizeof *question->accept);
    check->array = "key.accept";
    check->index = 0;
    cJSON_ArrayForEach(form, accept)
    {
        read_accepted(check, form, question);
        check->index++;
    }
    check->array = NULL;
}

static void prediction_key(struct check *check, const cJSON *item, struct question *question)
{
    (void)question;
    if (!cJSON_IsNull(item))
        check_fault(check, item, "key", "expected null: nobody knows it yet");
}

static void (*const readers[KIND_COUNT])(struct check *, const cJSON *, struct question *) = {
    [KIND_SINGLE] = single_key,         [KIND_MULTIPLE] = multiple_key, [KIND_TRUEFALSE] = truefalse_key,
    [KIND_STATEMENTS] = statements_key, [KIND_NUMBER] = number_key,     [KIND_TEXT] = text_key,
    [KIND_ORDER] = order_key,           [KIND_MATCH] = match_key,       [KIND_PREDICTION] = prediction_key,
};

void key_read(struct check *check, const cJSON *item, struct question *question)
{
    if (kind_has_choices(question->shape.kind) && question->shape.choice_count == 0)
        return; /* the choices are at fault already, and no key could match them */
    readers[question->shape.kind](check, item, question);
}
