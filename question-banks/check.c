/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/check.h"
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "question-banks/codepoints.h"
#include "question-banks/memory.h"
#include "question-banks/text.h"

#define MESSAGE_MAX 500
#define FIELD_MAX 250
#define FIELDS_MAX 24

/* The number of `wanted` among all values below `item`, counted as json_text_offset counts. */
static bool count_to(const cJSON *item, const cJSON *wanted, size_t *number)
{
    const cJSON *child = NULL;

    if (item == wanted)
        return true;
    ++*number;
    cJSON_ArrayForEach(child, item)
    {
        if (count_to(child, wanted, number))
            return true;
    }
    return false;
}

static size_t offset_of(const struct piece *piece, const cJSON *item)
{
    size_t number = 0;
    bool inside = item != NULL && count_to(piece->root, item, &number);
    size_t offset = json_text_offset(piece->bytes, piece->length, inside ? number : 0) + piece->offset;

    return piece->gap.length > 0 && offset >= piece->gap.offset ? offset + piece->gap.length : offset;
}

static size_t line_of(struct check *check, size_t offset)
{
    if (offset < check->line_offset || check->line == 0) {
        check->line = 1;
        check->line_offset = 0;
    }
    for (; check->line_offset < offset; check->line_offset++)
        check->line += check->bytes[check->line_offset] == '\n';
    return check->line;
}

static size_t column_of(const struct check *check, size_t offset)
{
    size_t column = 1;

    while (offset >= column && check->bytes[offset - column] != '\n')
        column++;
    return column;
}

static const char *full_name(const struct check *check, const char *field, char out[FIELD_MAX])
{
    const char *dot = field != NULL && field[0] != '\0' && field[0] != '[' ? "." : "";
    const char *name = field == NULL ? "" : field;

    if (check->array == NULL && check->language == NULL)
        return field;
    if (check->array == NULL)
        snprintf(out, FIELD_MAX, "%.100s.%.40s", name, check->language);
    else if (check->language == NULL)
        snprintf(out, FIELD_MAX, "%.60s[%zu]%s%.60s", check->array, check->index, dot, name);
    else
        snprintf(out, FIELD_MAX, "%.60s[%zu]%s%.60s.%.40s", check->array, check->index, dot, name, check->language);
    return out;
}

void check_fault(struct check *check, const cJSON *item, const char *field, const char *format, ...)
{
    char name[FIELD_MAX];
    char message[MESSAGE_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    size_t offset = check->faults->count == FAULTS_MAX ? 0 : offset_of(&check->piece, item);
    faults_add(check->faults, line_of(check, offset), column_of(check, offset), check->piece.question,
               full_name(check, field, name), "%s", message);
}

void check_fault_at(struct check *check, size_t offset, const char *message)
{
    faults_add(check->faults, line_of(check, offset), column_of(check, offset), NULL, NULL, "%s", message);
}

static bool is_free_name(const char *name)
{
    return name[0] == '$' || strncmp(name, "x-", 2) == 0;
}

static bool stands_before(const cJSON *object, const cJSON *member)
{
    const cJSON *other = object->child;

    while (other != member && strcmp(other->string, member->string) != 0)
        other = other->next;
    return other != member;
}

static bool is_named(const char *name, const char *other)
{
    return name[0] == other[0] && strcmp(name, other) == 0;
}

static size_t find_field(const struct field_table *table, const char *name)
{
    size_t i = 0;

    while (i < table->count && !is_named(table->fields[i].name, name))
        i++;
    return i;
}

/* Sorts the members of `object` by the table; every one that is not in there, or stands twice, is a fault. */
static void sort_members(struct check *check, const cJSON *object, const struct field_table *table,
                         const cJSON *found[FIELDS_MAX])
{
    const cJSON *member = NULL;

    cJSON_ArrayForEach(member, object)
    {
        size_t i = find_field(table, member->string);
        if (i == table->count && !is_free_name(member->string))
            check_fault(check, member, member->string,
                        "no such field; expected a known one, or a name with x- in front");
        else if (i < table->count && found[i] != NULL)
            check_fault(check, member, member->string, "stands twice, expected once");
        else if (i < table->count)
            found[i] = member;
    }
}

void check_fields(struct check *check, const cJSON *object, struct field_table table, void *into)
{
    const cJSON *found[FIELDS_MAX] = {NULL};

    assert(table.count <= FIELDS_MAX);
    sort_members(check, object, &table, found);
    for (size_t i = 0; i < table.count; i++) {
        if (found[i] != NULL)
            table.fields[i].read(check, found[i], into);
        else if (table.fields[i].required)
            check_fault(check, object, table.fields[i].name, "is missing");
    }
}

bool check_members(struct check *check, const cJSON *object, const char *field, const char *const *names)
{
    char path[FIELD_MAX];
    const cJSON *member = NULL;
    bool fine = true;

    cJSON_ArrayForEach(member, object)
    {
        size_t i = 0;
        while (names[i] != NULL && !is_named(names[i], member->string))
            i++;
        bool known = names[i] != NULL;
        if (is_free_name(member->string) || (known && !stands_before(object, member)))
            continue;
        snprintf(path, sizeof path, "%s%s%.60s", field, field[0] == '\0' ? "" : ".", member->string);
        check_fault(check, member, path, known ? "stands twice, expected once" : "no such field");
        fine = false;
    }
    return fine;
}

/* What may not stand in any text; NULL if it is fine. */
static const char *text_trouble(const char *text, size_t length)
{
    bool visible = false;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
            return "has a control character, expected none but line breaks and tabs";
        visible = visible || c > ' ';
    }
    if (!visible)
        return "is empty";
    if (!text_is_nfc(text, length))
        return "is not in composed form (NFC): letters and marks are written apart";
    return NULL;
}

static bool check_one_string(struct check *check, const cJSON *item, const char *field, size_t max)
{
    if (!cJSON_IsString(item)) {
        check_fault(check, item, field, "expected a string");
        return false;
    }
    size_t length = strlen(item->valuestring);
    const char *trouble = text_trouble(item->valuestring, length);
    if (trouble != NULL)
        check_fault(check, item, field, "%s", trouble);
    if (length > max)
        check_fault(check, item, field, "is %zu bytes long, expected at most %zu", length, max);
    return trouble == NULL && length <= max;
}

char *check_string(struct check *check, const cJSON *item, const char *field, size_t max)
{
    if (!check_one_string(check, item, field, max))
        return NULL;
    return memory_copy(item->valuestring, strlen(item->valuestring));
}

static bool is_language(const struct check *check, const char *name)
{
    for (size_t i = 0; i < check->language_count; i++) {
        if (strcmp(check->languages[i], name) == 0)
            return true;
    }
    return false;
}

static bool check_translations(struct check *check, const cJSON *item, const char *field, size_t max)
{
    const cJSON *member = NULL;
    bool fine = true;

    for (size_t i = 0; i < check->language_count; i++) {
        if (cJSON_GetObjectItemCaseSensitive(item, check->languages[i]) == NULL) {
            check_fault(check, item, field, "has no text in \"%s\", expected one in each language of the bank",
                        check->languages[i]);
            fine = false;
        }
    }
    cJSON_ArrayForEach(member, item)
    {
        check->language = member->string;
        bool known = is_language(check, member->string);
        bool twice = stands_before(item, member);
        if (!known)
            check_fault(check, member, field, "is no language of the bank");
        if (twice)
            check_fault(check, member, field, "stands twice, expected once");
        fine = check_one_string(check, member, field, max) && known && !twice && fine;
    }
    check->language = NULL;
    return fine;
}

char *check_text(struct check *check, const cJSON *item, const char *field, size_t max)
{
    bool fine = false;

    if (cJSON_IsString(item))
        fine = check_one_string(check, item, field, max);
    else if (cJSON_IsObject(item))
        fine = check_translations(check, item, field, max);
    else
        check_fault(check, item, field, "expected a text: a string, or an object with a string for each language");
    return fine ? check_json(check, item) : NULL;
}

long check_integer(struct check *check, const cJSON *item, const char *field, long low, long high)
{
    double number = cJSON_IsNumber(item) ? item->valuedouble : NAN;

    if (number >= (double)low && number <= (double)high && number == floor(number))
        return (long)number;
    check_fault(check, item, field, "expected a whole number from %ld to %ld", low, high);
    return low;
}

char *check_json(struct check *check, const cJSON *item)
{
    if (check->scratch == NULL)
        check->scratch = memory_new(CHECK_SCRATCH_BYTES, 1);
    if (!cJSON_PrintPreallocated((cJSON *)(uintptr_t)item, check->scratch, CHECK_SCRATCH_BYTES, false)) {
        check_fault(check, item, item->string, "is larger than %d bytes", CHECK_SCRATCH_BYTES);
        return NULL;
    }
    return memory_copy(check->scratch, strlen(check->scratch));
}

bool check_is_kebab(const char *text, size_t max)
{
    size_t length = strlen(text);
    bool fine = length > 0 && length <= max && text[0] != '-' && text[length - 1] != '-';

    for (size_t i = 0; i < length && fine; i++) {
        bool letter = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9');
        fine = letter || (text[i] == '-' && text[i - 1] != '-');
    }
    return fine;
}
