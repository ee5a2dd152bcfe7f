/* SPDX-License-Identifier: Apache-2.0 */
/* One question, read from its JSON and checked, field by field. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/check.h"
#include "question-banks/memory.h"

#define WITH_CHOICES                                                                                                   \
    (KIND_BIT(KIND_SINGLE) | KIND_BIT(KIND_MULTIPLE) | KIND_BIT(KIND_STATEMENTS) | KIND_BIT(KIND_ORDER))

#define ANY_KIND (KIND_BIT(KIND_COUNT) - 1) /* but it has to be known */

/* What `key` and `choices` are read into together. */
struct sides {
    const char *field;
    struct choice *choices;
    char (*ids)[CHOICE_ID_MAX + 1];
    uint8_t *count;
    size_t max;
};

static bool is_choice_id(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && length <= CHOICE_ID_MAX &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == length;
}

static void read_choice_id(struct check *check, const cJSON *item, const struct sides *sides, size_t index)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(item, "id");

    if (id == NULL) {
        check_fault(check, item, "id", "is missing");
        return;
    }
    if (!cJSON_IsString(id) || !is_choice_id(id->valuestring)) {
        check_fault(check, id, "id", "expected 1 to %d letters, digits, _ or -", CHOICE_ID_MAX);
        return;
    }
    for (size_t i = 0; i < index; i++) {
        if (strcmp(sides->ids[i], id->valuestring) == 0)
            check_fault(check, id, "id", "\"%s\" stands twice, expected each id once", id->valuestring);
    }
    memcpy(sides->ids[index], id->valuestring, strlen(id->valuestring) + 1);
}

static void read_choice(struct check *check, const cJSON *item, const struct sides *sides, size_t index)
{
    static const char *const names[] = {"id", "text", NULL};
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(item, "text");

    if (!cJSON_IsObject(item)) {
        check_fault(check, item, "", "expected an object with id and text");
        return;
    }
    check_members(check, item, "", names);
    read_choice_id(check, item, sides, index);
    if (text == NULL)
        check_fault(check, item, "text", "is missing");
    else
        sides->choices[index].text_json = check_text(check, text, "text", CHOICE_TEXT_MAX_BYTES);
}

/* What a reader of `language` sees. */
static const char *text_in(const cJSON *item, const char *language)
{
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(item, "text");
    const cJSON *one = cJSON_IsObject(text) ? cJSON_GetObjectItemCaseSensitive(text, language) : text;

    return cJSON_IsString(one) ? one->valuestring : NULL;
}

static bool look_equal(const struct check *check, const cJSON *a, const cJSON *b)
{
    for (size_t i = 0; i < check->language_count; i++) {
        const char *one = text_in(a, check->languages[i]);
        const char *other = text_in(b, check->languages[i]);
        if (one != NULL && other != NULL && strcmp(one, other) == 0)
            return true;
    }
    return false;
}

static void check_unlike(struct check *check, const cJSON *array)
{
    const cJSON *item = NULL;
    const cJSON *other = NULL;

    check->index = 0;
    cJSON_ArrayForEach(item, array)
    {
        for (other = array->child; other != item && !look_equal(check, item, other);)
            other = other->next;
        if (other != item)
            check_fault(check, item, "text", "says the same as another one");
        check->index++;
    }
}

static void read_sides(struct check *check, const cJSON *array, const struct sides *sides)
{
    size_t count = cJSON_IsArray(array) ? (size_t)cJSON_GetArraySize(array) : 0;
    const cJSON *item = NULL;

    if (count < CHOICES_MIN || count > sides->max) {
        check_fault(check, array, sides->field, "expected an array of %d to %zu, each with id and text", CHOICES_MIN,
                    sides->max);
        return;
    }
    *sides->count = (uint8_t)count;
    check->array = sides->field;
    check->index = 0;
    cJSON_ArrayForEach(item, array)
    {
        read_choice(check, item, sides, check->index);
        check->index++;
    }
    check_unlike(check, array);
    check->array = NULL;
}

static void read_choices(struct check *check, const cJSON *item, void *into)
{
    struct question *question = into;
    bool ticks = question->shape.kind == KIND_SINGLE || question->shape.kind == KIND_MULTIPLE;
    struct sides sides = {.field = "choices",
                          .choices = question->choices,
                          .ids = question->shape.choices,
                          .count = &question->shape.choice_count,
                          .max = ticks ? TICK_CHOICES_MAX : CHOICES_MAX};

    read_sides(check, item, &sides);
}

static void read_left(struct check *check, const cJSON *item, void *into)
{
    struct question *question = into;
    struct sides sides = {.field = "left",
                          .choices = question->choices,
                          .ids = question->shape.choices,
                          .count = &question->shape.choice_count,
                          .max = CHOICES_MAX};

    read_sides(check, item, &sides);
}

static void read_right(struct check *check, const cJSON *item, void *into)
{
    struct question *question = into;
    struct sides sides = {.field = "right",
                          .choices = question->rights,
                          .ids = question->shape.rights,
                          .count = &question->shape.right_count,
                          .max = CHOICES_MAX};

    read_sides(check, item, &sides);
}

static void read_id(struct check *check, const cJSON *item, void *into)
{
    struct question *question = into;

    if (!cJSON_IsString(item) || !check_is_kebab(item->valuestring, QUESTION_ID_MAX)) {
        check_fault(check, item, "id", "expected 1 to %d lower-case letters, digits and single hyphens",
                    QUESTION_ID_MAX);
        return;
    }
    memcpy(question->id, item->valuestring, strlen(item->valuestring) + 1);
}

/* For `kind`, which is read before all others, and for what a kind does not have. */
static void read_nothing(struct check *check, const cJSON *item, void *into)
{
    (void)check;
    (void)item;
    (void)into;
}

static void read_text(struct check *check, const cJSON *item, void *into)
{
    ((struct question *)into)->text_json = check_text(check, item, "text", QUESTION_TEXT_MAX_BYTES);
}

static void read_explain(struct check *check, const cJSON *item, void *into)
{
    ((struct question *)into)->explain_json = check_text(check, item, "explain", QUESTION_TEXT_MAX_BYTES);
}

static void read_topic(struct check *check, const cJSON *item, void *into)
{
    ((struct question *)into)->topic = check_string(check, item, "topic", QUESTION_TOPIC_MAX_BYTES);
}

static void read_difficulty(struct check *check, const cJSON *item, void *into)
{
    ((struct question *)into)->difficulty = (uint8_t)check_integer(check, item, "difficulty", 1, 3);
}

static void read_limit(struct check *check, const cJSON *item, void *into)
{
    long limit_s = check_integer(check, item, "limit_s", QUESTION_LIMIT_MIN_S, QUESTION_LIMIT_MAX_S);

    ((struct question *)into)->limit_ms = (uint32_t)limit_s * 1000;
}

static void read_weight(struct check *check, const cJSON *item, void *into)
{
    ((struct question *)into)->weight = (uint16_t)check_integer(check, item, "weight", 0, QUESTION_WEIGHT_MAX);
}

/* Only what can be computed when a round is final. */
static void read_of(struct check *check, const cJSON *item, void *into)
{
    static const char *const known[] = {"all-correct"};
    const char *name = cJSON_IsString(item) ? item->valuestring : "";

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(name, known[i]) == 0) {
            ((struct question *)into)->prediction_of = memory_copy(name, strlen(name));
            return;
        }
    }
    check_fault(check, item, "of", "expected \"all-correct\"");
}

static bool is_date_part(const char *text, size_t digits, int low, int high)
{
    int value = 0;

    for (size_t i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = 10 * value + (text[i] - '0');
    }
    return value >= low && value <= high;
}

/* YYYY, YYYY-MM or YYYY-MM-DD. */
static bool is_date(const char *text)
{
    size_t length = strlen(text);

    if (length != 4 && length != 7 && length != 10)
        return false;
    return is_date_part(text, 4, 1, 9999) && (length < 7 || (text[4] == '-' && is_date_part(text + 5, 2, 1, 12))) &&
           (length < 10 || (text[7] == '-' && is_date_part(text + 8, 2, 1, 31)));
}

static void read_source_object(struct check *check, const cJSON *item, struct question *question)
{
    static const char *const names[] = {"text", "date", "stable", NULL};
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(item, "text");
    const cJSON *date = cJSON_GetObjectItemCaseSensitive(item, "date");
    const cJSON *stable = cJSON_GetObjectItemCaseSensitive(item, "stable");

    check_members(check, item, "source", names);
    if (text == NULL)
        check_fault(check, item, "source.text", "is missing");
    else
        free(check_text(check, text, "source.text", QUESTION_TEXT_MAX_BYTES));
    if (date != NULL && !(cJSON_IsString(date) && is_date(date->valuestring)))
        check_fault(check, date, "source.date", "expected a date as \"YYYY\", \"YYYY-MM\" or \"YYYY-MM-DD\"");
    if (stable != NULL && !cJSON_IsBool(stable))
        check_fault(check, stable, "source.stable", "expected true or false");
    question->source_json = check_json(check, item);
}

static void read_source(struct check *check, const cJSON *item, void *into)
{
    struct question *question = into;

    if (cJSON_IsObject(item)) {
        read_source_object(check, item, question);
        return;
    }
    if (!cJSON_IsString(item)) {
        check_fault(check, item, "source", "expected a string, or an object with text, date and stable");
        return;
    }
    question->source_json = check_text(check, item, "source", QUESTION_TEXT_MAX_BYTES);
}

static void read_key(struct check *check, const cJSON *item, void *into)
{
    key_read(check, item, into);
}

/* In the order in which they are read: a key needs its choices. */
static const struct field fields[] = {
    {"id", true, 0, read_id},
    {"kind", true, 0, read_nothing},
    {"text", true, 0, read_text},
    {"choices", true, WITH_CHOICES, read_choices},
    {"left", true, KIND_BIT(KIND_MATCH), read_left},
    {"right", true, KIND_BIT(KIND_MATCH), read_right},
    {"of", true, KIND_BIT(KIND_PREDICTION), read_of},
    {"key", true, ANY_KIND, read_key},
    {"explain", false, 0, read_explain},
    {"source", false, 0, read_source},
    {"topic", false, 0, read_topic},
    {"difficulty", false, 0, read_difficulty},
    {"limit_s", false, 0, read_limit},
    {"weight", false, 0, read_weight},
    {"media", false, 0, media_json_read},
};
#define FIELD_COUNT (sizeof fields / sizeof fields[0])

/* KIND_COUNT after a fault. */
static enum kind kind_of(struct check *check, const cJSON *root)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, "kind");
    enum kind kind = cJSON_IsString(item) ? kind_from_name(item->valuestring) : KIND_COUNT;

    if (item != NULL && kind == KIND_COUNT)
        check_fault(check, item, "kind",
                    "no such kind; expected single, multiple, truefalse, statements, number, text, order, match or "
                    "prediction");
    return kind;
}

/* A field of another kind: said plainly, since "no such field" would puzzle. */
static void check_foreign(struct check *check, const cJSON *root, enum kind kind, const struct field *field)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, field->name);

    if (item != NULL)
        check_fault(check, item, field->name, "a %s question has none", kind_name(kind));
}

static bool is_for(const struct field *field, enum kind kind)
{
    return field->kinds == 0 || (kind != KIND_COUNT && (field->kinds & KIND_BIT(kind)) != 0);
}

void question_read(struct check *check, struct question *question)
{
    const cJSON *root = check->piece.root;
    struct field own[FIELD_COUNT];

    if (!cJSON_IsObject(root)) {
        check_fault(check, root, NULL, "expected an object");
        return;
    }
    enum kind kind = kind_of(check, root);
    question->shape.kind = kind == KIND_COUNT ? KIND_SINGLE : kind;
    question->weight = 1;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        own[i] = fields[i];
        if (fields[i].read == read_key && kind == KIND_PREDICTION)
            own[i].required = false; /* nobody knows it yet */
        if (is_for(&fields[i], kind))
            continue;
        if (kind != KIND_COUNT)
            check_foreign(check, root, kind, &fields[i]);
        own[i].required = false;
        own[i].read = read_nothing;
    }
    check_fields(check, root, (struct field_table){own, FIELD_COUNT}, question);
}

static void clear_choices(struct choice *choices)
{
    for (size_t i = 0; i < CHOICES_MAX; i++)
        free(choices[i].text_json);
}

void question_clear(struct question *question)
{
    clear_choices(question->choices);
    clear_choices(question->rights);
    for (size_t i = 0; i < question->accept_count; i++)
        free(question->accept[i]);
    free(question->accept);
    free(question->key.ranges);
    free(question->text_json);
    free(question->explain_json);
    free(question->source_json);
    free(question->media_json);
    free(question->media_file);
    free(question->media_alt_json);
    free(question->media);
    free(question->topic);
    free(question->prediction_of);
}
