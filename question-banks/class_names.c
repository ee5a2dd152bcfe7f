/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/class_names.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/encoding.h"
#include "question-banks/importer.h"
#include "question-banks/memory.h"
#include "question-banks/text.h"

#define HEAD_ROWS 15 /* above the head there may be a school's name, a class, a year */
#define NONE SIZE_MAX

static const char *const fault_names[CLASS_FAULT_COUNT] = {
    [CLASS_UNREADABLE] = "unreadable", [CLASS_LONG] = "long", [CLASS_TRICK] = "trick", [CLASS_NUMBER] = "number",
    [CLASS_LEFT_OUT] = "left_out",     [CLASS_SAME] = "same", [CLASS_FULL] = "full",
};

const char *class_fault_name(enum class_fault fault)
{
    return fault_names[fault];
}

/* ---- columns ---- */

/* How heads are called, folded: lower case, without marks. */
static const char *const whole_heads[] = {"ho va ten",           "ho ten",
                                          "ho va ten hoc sinh",  "ho ten hoc sinh",
                                          "ten hoc sinh",        "hoc sinh",
                                          "ho va ten hoc vien",  "ho ten hoc vien",
                                          "ho va ten sinh vien", "ho va ten thi sinh",
                                          "ho va ten (*)",       "name",
                                          "full name",           "student",
                                          "student name",        NULL};
static const char *const family_heads[] = {"ho dem",      "ho va dem",  "ho va ten dem", "ho va chu dem",
                                           "ho lot",      "ho",         "last name",     "surname",
                                           "family name", "ho ten dem", "ho va lot",     NULL};
static const char *const given_heads[] = {"ten", "first name", "given name", "ten goi", NULL};
static const char *const number_heads[] = {"stt", "tt", "so tt", "so thu tu", "no", "no.", "#", NULL};
/* What stands beside a name and is none. */
static const char *const no_names[] = {"nam", "nu", "male", "female", "m", "f", "x", "kinh", NULL};

struct columns {
    size_t first_row; /* of names */
    size_t name;      /* NONE: there is no name at all */
    size_t rest;      /* the second half of it, or NONE */
    size_t number;    /* where rows are counted, or NONE */
};

static const char *cell_at(const struct sheet_row *row, size_t column)
{
    const char *text = column < row->count ? row->cells[column] : NULL;
    return text == NULL ? "" : text;
}

static bool is_one_of(const char *text, const char *const *words)
{
    char *tidy = text_tidy(text, strlen(text));
    char *plain = tidy == NULL ? NULL : text_fold_plain(tidy, strlen(tidy));
    bool found = false;

    for (; plain != NULL && *words != NULL && !found; words++)
        found = strcmp(plain, *words) == 0;
    free(tidy);
    free(plain);
    return found;
}

static size_t find_head(const struct sheet_row *row, const char *const *words)
{
    for (size_t column = 0; column < row->count; column++)
        if (is_one_of(cell_at(row, column), words))
            return column;
    return NONE;
}

static bool has_letter(const char *text)
{
    for (; *text != '\0'; text++)
        if (isalpha((unsigned char)*text) || (unsigned char)*text >= 0xc3)
            return true;
    return false;
}

static bool has_digit(const char *text)
{
    return strpbrk(text, "0123456789") != NULL;
}

/* Letters only, and not what is usual beside a name. */
static bool may_be_name(const char *text)
{
    return has_letter(text) && !has_digit(text) && !is_one_of(text, no_names);
}

/* Whether most cells of a column, from a row on, may be (a part of) a name. */
static bool holds_names(const struct sheet *sheet, size_t first_row, size_t column)
{
    size_t fit = 0, filled = 0;
    for (size_t i = first_row; i < sheet->count; i++) {
        const char *text = cell_at(&sheet->rows[i], column);
        filled += text[0] != '\0';
        fit += may_be_name(text);
    }
    return filled > 0 && fit * 2 > filled;
}

static bool read_head(const struct sheet *sheet, struct columns *columns)
{
    for (size_t i = 0; i < sheet->count && i < HEAD_ROWS; i++) {
        const struct sheet_row *row = &sheet->rows[i];
        size_t whole = find_head(row, whole_heads), family = find_head(row, family_heads);
        size_t given = find_head(row, given_heads);
        if (whole == NONE && given == NONE)
            continue;
        *columns = (struct columns){.first_row = i + 1, .number = find_head(row, number_heads)};
        columns->name = whole != NONE ? whole : family != NONE ? family : given;
        columns->rest = whole == NONE && family != NONE ? given : NONE;
        /* "Họ và tên" often stands over two columns that are one cell in the head. */
        bool over_two = whole != NONE && cell_at(row, whole + 1)[0] == '\0' && holds_names(sheet, i + 1, whole + 1);
        columns->rest = over_two ? whole + 1 : columns->rest;
        return true;
    }
    return false;
}

/* Without a head: the first column of names; and the next, if it goes on with them. */
static void guess_columns(const struct sheet *sheet, struct columns *columns)
{
    size_t widest = 0;

    *columns = (struct columns){.name = NONE, .rest = NONE, .number = NONE};
    for (size_t i = 0; i < sheet->count; i++)
        widest = sheet->rows[i].count > widest ? sheet->rows[i].count : widest;
    if (widest == 1)
        columns->name = 0; /* a name a line, with a number before it or not */
    for (size_t column = 0; column < widest && columns->name == NONE; column++)
        columns->name = holds_names(sheet, 0, column) ? column : NONE;
    if (columns->name != NONE && holds_names(sheet, 0, columns->name + 1))
        columns->rest = columns->name + 1;
}

/* ---- names ---- */

static void add_fault(struct class_names *names, size_t line, enum class_fault fault, const char *text)
{
    if (names->fault_count == CLASS_FAULTS_MAX)
        return;
    char *tidy = text_tidy(text, strlen(text));
    size_t place = names->fault_count++;
    names->faults[place].line = line;
    names->faults[place].fault = fault;
    names->faults[place].text = tidy == NULL ? memory_copy("", 0) : tidy;
}

/* "1. An", "12) An", "3 An" as people number a list by hand. */
static const char *without_number(const char *text)
{
    const char *at = text + strspn(text, " \t");
    size_t digits = strspn(at, "0123456789");

    if (digits == 0 || digits > 3)
        return text;
    const char *behind = at + digits;
    size_t mark = strspn(behind, ".)-:/ \t");
    return mark > 0 ? behind + mark : text;
}

static bool is_number(const char *text)
{
    return strspn(text, "0123456789. ") == strlen(text) && has_digit(text);
}

static bool is_called_so(const struct class_names *names, const char *key, char *const *keys)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* `keys` are those of the names so far. */
static void add_name(struct class_names *names, size_t line, const char *text, char **keys)
{
    struct name name;
    enum name_fault fault = name_clean(text, strlen(text), &name);

    if (fault == NAME_EMPTY)
        return;
    if (fault != NAME_FINE) {
        add_fault(names, line, fault == NAME_TOO_LONG ? CLASS_LONG : CLASS_TRICK, text);
        return;
    }
    if (is_called_so(names, name.key, keys))
        add_fault(names, line, CLASS_SAME, name.shown);
    keys[names->count] = name.key;
    names->lines[names->count++] = (struct class_line){.line = line, .name = name.shown};
    free(name.skeleton);
}

static void take_row(struct class_names *names, const struct sheet_row *row, const struct columns *columns, char **keys)
{
    char text[4 * NAME_MAX_BYTES];
    const char *first = cell_at(row, columns->name);

    if (columns->rest == NONE)
        first = without_number(first);
    int length = snprintf(text, sizeof text, "%s %s", first, cell_at(row, columns->rest));
    if (length >= (int)sizeof text) {
        add_fault(names, row->line, CLASS_LONG, first);
        return;
    }
    if (!has_letter(text)) {
        if (has_digit(text))
            add_fault(names, row->line, CLASS_NUMBER, first);
        return;
    }
    if (columns->number != NONE && !is_number(cell_at(row, columns->number)))
        add_fault(names, row->line, CLASS_LEFT_OUT, text);
    else if (names->count == CLASS_LIST_MAX)
        add_fault(names, row->line, CLASS_FULL, text);
    else
        add_name(names, row->line, text, keys);
}

static bool is_full(const struct class_names *names)
{
    return names->fault_count > 0 && names->faults[names->fault_count - 1].fault == CLASS_FULL;
}

/* A column that is called "STT" and is empty counts nothing. */
static bool counts_rows(const struct sheet *sheet, const struct columns *columns)
{
    for (size_t i = columns->first_row; i < sheet->count && columns->number != NONE; i++)
        if (is_number(cell_at(&sheet->rows[i], columns->number)))
            return true;
    return false;
}

static void take_sheet(struct class_names *names, const struct sheet *sheet)
{
    struct columns columns;
    char **keys = memory_new(CLASS_LIST_MAX, sizeof *keys);

    names->lines = memory_new(CLASS_LIST_MAX, sizeof *names->lines);
    if (!read_head(sheet, &columns))
        guess_columns(sheet, &columns);
    if (!counts_rows(sheet, &columns))
        columns.number = NONE;
    for (size_t i = columns.first_row; columns.name != NONE && i < sheet->count && !is_full(names); i++)
        take_row(names, &sheet->rows[i], &columns, keys);
    for (size_t i = 0; i < names->count; i++)
        free(keys[i]);
    free(keys);
}

/* ---- files ---- */

static bool has_names(const struct sheet *sheet)
{
    struct columns columns;
    if (read_head(sheet, &columns))
        return true;
    guess_columns(sheet, &columns);
    return columns.name != NONE && holds_names(sheet, 0, columns.name);
}

/* An old .xls or .doc, a PDF, a picture: no text has such bytes. */
static bool is_binary(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' && strchr("\t\r\n\f\v", text[i]) == NULL)
            return true;
    return memchr(text, '\0', length) != NULL;
}

static bool read_text(const char *bytes, size_t length, struct sheet *sheet)
{
    enum encoding encoding = ENCODING_UNKNOWN;
    size_t text_length = 0;
    char *text = encoding_to_utf8(bytes, length, &encoding, &text_length);

    bool read = text != NULL && !is_binary(text, text_length);
    if (read)
        csv_read(text, text_length, sheet);
    free(text);
    return read;
}

void class_names_read(const char *bytes, size_t length, struct class_names *out)
{
    struct sheet sheet = {0};
    bool packed = length >= 4 && memcmp(bytes, "PK\3\4", 4) == 0;

    *out = (struct class_names){0};
    bool read = length <= IMPORT_MAX_BYTES &&
                (packed ? xlsx_read(bytes, length, has_names, &sheet) : read_text(bytes, length, &sheet));
    if (read)
        take_sheet(out, &sheet);
    else
        add_fault(out, 1, CLASS_UNREADABLE, "");
    sheet_clear(&sheet);
}

void class_names_clear(struct class_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->lines[i].name);
    for (size_t i = 0; i < names->fault_count; i++)
        free(names->faults[i].text);
    free(names->lines);
    *names = (struct class_names){0};
}

char *class_names_to_json(const struct class_names *names)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "names"), *faults = cJSON_AddArrayToObject(json, "faults");

    for (size_t i = 0; i < names->count; i++) {
        cJSON *line = cJSON_CreateObject();
        cJSON_AddNumberToObject(line, "line", (double)names->lines[i].line);
        cJSON_AddStringToObject(line, "name", names->lines[i].name);
        cJSON_AddItemToArray(list, line);
    }
    for (size_t i = 0; i < names->fault_count; i++) {
        cJSON *fault = cJSON_CreateObject();
        cJSON_AddNumberToObject(fault, "line", (double)names->faults[i].line);
        cJSON_AddStringToObject(fault, "code", class_fault_name(names->faults[i].fault));
        cJSON_AddStringToObject(fault, "text", names->faults[i].text);
        cJSON_AddItemToArray(faults, fault);
    }
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}
