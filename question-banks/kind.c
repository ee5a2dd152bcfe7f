/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/kind.h"
#include <assert.h>
#include <string.h>
#include "question-banks/kind_row.h"

static const struct kind_row *const rows[KIND_COUNT] = {
    [KIND_SINGLE] = &kind_single,         [KIND_MULTIPLE] = &kind_multiple, [KIND_TRUEFALSE] = &kind_truefalse,
    [KIND_STATEMENTS] = &kind_statements, [KIND_NUMBER] = &kind_number,     [KIND_TEXT] = &kind_text,
    [KIND_ORDER] = &kind_order,           [KIND_MATCH] = &kind_match,       [KIND_PREDICTION] = &kind_prediction,
};

static const struct kind_row *row_of(enum kind kind)
{
    assert(kind < KIND_COUNT);
    return rows[kind];
}

void log_form_add(struct log_form *form, const char *text)
{
    size_t length = strlen(text);

    assert(form->used + length < KIND_LOG_FORM_MAX);
    memcpy(form->out + form->used, text, length + 1);
    form->used += length;
}

bool log_form_next(const char **form, char separator, char token[CHOICE_ID_MAX + 1])
{
    size_t length = 0;

    while ((*form)[length] != '\0' && (*form)[length] != separator)
        length++;
    if (length == 0 || length > CHOICE_ID_MAX)
        return false;
    memcpy(token, *form, length);
    token[length] = '\0';
    *form += length;
    if (**form == separator)
        ++*form;
    return true;
}

int shape_find(const char ids[][CHOICE_ID_MAX + 1], size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(ids[i], id) == 0)
            return (int)i;
    }
    return -1;
}

int shape_find_item(const char ids[][CHOICE_ID_MAX + 1], size_t count, const cJSON *item)
{
    return cJSON_IsString(item) ? shape_find(ids, count, item->valuestring) : -1;
}

const char *kind_name(enum kind kind)
{
    return row_of(kind)->name;
}

enum kind kind_from_name(const char *name)
{
    size_t kind = 0;

    while (kind < KIND_COUNT && strcmp(rows[kind]->name, name) != 0)
        kind++;
    return (enum kind)kind;
}

bool kind_has_choices(enum kind kind)
{
    return row_of(kind)->has_choices;
}

enum answer_fault kind_read_wire(const struct shape *shape, const struct text_rule *rule,
                                 const uint8_t salt[TEXT_SALT_BYTES], const cJSON *wire, struct answer_reading *out)
{
    *out = (struct answer_reading){0};
    return row_of(shape->kind)->read(shape, rule, salt, wire, out);
}

cJSON *kind_to_wire(const struct shape *shape, uint64_t value, const char *shown)
{
    return row_of(shape->kind)->to_wire(shape, value, shown);
}

void kind_write_log(const struct shape *shape, uint64_t value, char out[KIND_LOG_FORM_MAX])
{
    struct log_form form = {.out = out};

    out[0] = '\0';
    row_of(shape->kind)->write(shape, value, &form);
}

bool kind_read_log(const struct shape *shape, const char *form, uint64_t *value)
{
    char again[KIND_LOG_FORM_MAX];
    uint64_t read = 0;

    if (form[0] == '\0' || strlen(form) >= sizeof again || !row_of(shape->kind)->parse(shape, form, &read))
        return false;
    kind_write_log(shape, read, again);
    if (strcmp(form, again) != 0)
        return false;
    *value = read;
    return true;
}

void kind_write_range(const struct shape *shape, const struct key_range *range, char out[KIND_LOG_FORM_MAX])
{
    char high[KIND_LOG_FORM_MAX];
    struct log_form form = {.out = out};

    kind_write_log(shape, (uint64_t)range->low, out);
    if (range->low == range->high)
        return;
    kind_write_log(shape, (uint64_t)range->high, high);
    form.used = strlen(out);
    log_form_add(&form, "..");
    log_form_add(&form, high);
}

static bool is_number(enum kind kind)
{
    return kind == KIND_NUMBER || kind == KIND_PREDICTION;
}

bool kind_read_range(const struct shape *shape, const char *form, struct key_range *range)
{
    char low[KIND_LOG_FORM_MAX];
    const char *dots = is_number(shape->kind) ? strstr(form, "..") : NULL;
    size_t low_length = dots == NULL ? strlen(form) : (size_t)(dots - form);
    uint64_t from = 0;
    uint64_t to = 0;

    if (low_length >= sizeof low)
        return false;
    memcpy(low, form, low_length);
    low[low_length] = '\0';
    if (!kind_read_log(shape, low, &from) || !kind_read_log(shape, dots == NULL ? low : dots + 2, &to))
        return false;
    if ((int64_t)from > (int64_t)to || (dots != NULL && from == to))
        return false;
    *range = (struct key_range){.low = (int64_t)from, .high = (int64_t)to};
    return true;
}

/* Which of two marks is the kinder one; the first of equals. */
static bool is_better(const struct mark *mark, const struct mark *than)
{
    if (mark->right != than->right)
        return mark->right;
    return mark->parts_right - mark->parts_wrong > than->parts_right - than->parts_wrong;
}

static struct mark mark_against(const struct shape *shape, const struct key_range *range, uint64_t value)
{
    const struct kind_row *row = row_of(shape->kind);
    bool right = (int64_t)value >= range->low && (int64_t)value <= range->high;
    struct mark mark = {.right = right, .parts = 1, .parts_right = right, .parts_wrong = !right};

    if (row->compare != NULL)
        row->compare(shape, (uint64_t)range->low, value, &mark);
    return mark;
}

void kind_mark(const struct shape *shape, const struct key *key, uint64_t value, struct mark *out)
{
    *out = (struct mark){.parts = 1, .parts_wrong = 1};
    for (size_t i = 0; i < key->count; i++) {
        struct mark mark = mark_against(shape, &key->ranges[i], value);
        if (i == 0 || is_better(&mark, out))
            *out = mark;
    }
}

size_t kind_bars(const struct shape *shape)
{
    const struct kind_row *row = row_of(shape->kind);

    return row->bars == NULL ? 0 : row->bars(shape);
}

void kind_count(const struct shape *shape, uint64_t value, uint32_t *bars)
{
    const struct kind_row *row = row_of(shape->kind);

    if (row->count != NULL)
        row->count(shape, value, bars);
}
