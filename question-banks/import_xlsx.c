/* SPDX-License-Identifier: Apache-2.0 */
/* .xlsx: the first sheet that names its columns. Source: ECMA-376, SpreadsheetML. Values that formulas had are taken,
 * the formulas are not. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "question-banks/archive.h"
#include "question-banks/importer.h"
#include "question-banks/memory.h"
#include "question-banks/xml.h"

#define SHEETS_MAX 50
#define SECONDS_OF_DAY 86400
#define DAYS_TO_1970 25569 /* from day 0 of the sheet's calendar */
#define FIRST_DAY 61       /* before March 1900 that calendar counts wrong */
#define LAST_DAY 2958465   /* 31 December 9999 */

struct book {
    struct import *import;
    const struct archive *archive;
    char **strings; /* shared by all cells */
    size_t string_count;
    bool *dates; /* for each cell format: it shows a date */
    size_t format_count;
};

static struct xml_node *read_part(const struct archive *archive, const char *name)
{
    size_t length = 0;
    size_t line = 0;
    const char *why = NULL;
    char *bytes = archive_read(archive, name, IMPORT_PART_MAX_BYTES, &length);
    struct xml_node *root = bytes == NULL ? NULL : xml_parse(bytes, length, &line, &why);

    free(bytes);
    return root;
}

/* Text and runs, without the reading aids of East Asian scripts. */
static char *rich_text(const struct xml_node *node)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    for (const struct xml_node *child = node == NULL ? NULL : node->first; child != NULL; child = child->next) {
        const struct xml_node *t = xml_is(child, "t") ? child : xml_is(child, "r") ? xml_child(child, "t") : NULL;
        char *piece = t == NULL ? NULL : xml_text(t);
        if (piece != NULL)
            fputs(piece, out);
        free(piece);
    }
    fclose(out);
    return text;
}

static void read_strings(struct book *book)
{
    struct xml_node *root = read_part(book->archive, "xl/sharedStrings.xml");
    size_t count = 0;

    for (const struct xml_node *si = xml_child(root, "si"); si != NULL; si = xml_next(si, "si"))
        count++;
    book->strings = memory_new(count, sizeof *book->strings);
    for (const struct xml_node *si = xml_child(root, "si"); si != NULL; si = xml_next(si, "si"))
        book->strings[book->string_count++] = rich_text(si);
    xml_free(root);
}

/* A format code that has days or years in it, outside of quotes and brackets. */
static bool code_is_date(const char *code)
{
    bool quoted = false;
    bool bracketed = false;

    for (; *code != '\0'; code++) {
        quoted = *code == '"' ? !quoted : quoted;
        bracketed = *code == '[' || (bracketed && *code != ']');
        if (*code == '\\' && code[1] != '\0')
            code++;
        else if (!quoted && !bracketed && strchr("dDyY", *code) != NULL)
            return true;
    }
    return false;
}

static bool format_is_date(const struct xml_node *styles, const char *id)
{
    long number = id == NULL ? 0 : strtol(id, NULL, 10);

    if (number >= 14 && number <= 22) /* the built-in dates */
        return number != 18 && number != 19 && number != 20 && number != 21;
    for (const struct xml_node *format = xml_child(xml_child(styles, "numFmts"), "numFmt"); format != NULL;
         format = xml_next(format, "numFmt")) {
        const char *own = xml_attribute(format, "numFmtId");
        const char *code = xml_attribute(format, "formatCode");
        if (own != NULL && id != NULL && strcmp(own, id) == 0)
            return code != NULL && code_is_date(code);
    }
    return false;
}

static void read_formats(struct book *book)
{
    struct xml_node *styles = read_part(book->archive, "xl/styles.xml");
    const struct xml_node *formats = xml_child(styles, "cellXfs");
    size_t count = 0;

    for (const struct xml_node *xf = xml_child(formats, "xf"); xf != NULL; xf = xml_next(xf, "xf"))
        count++;
    book->dates = memory_new(count, sizeof *book->dates);
    for (const struct xml_node *xf = xml_child(formats, "xf"); xf != NULL; xf = xml_next(xf, "xf"))
        book->dates[book->format_count++] = format_is_date(styles, xml_attribute(xf, "numFmtId"));
    xml_free(styles);
}

static char *date_text(double serial)
{
    char text[32] = "";
    struct tm day;

    if (!(serial >= FIRST_DAY && serial <= LAST_DAY))
        return NULL;
    time_t seconds = (time_t)((serial - DAYS_TO_1970) * SECONDS_OF_DAY);
    if (gmtime_r(&seconds, &day) == NULL)
        return NULL;
    snprintf(text, sizeof text, "%02d/%02d/%04d", day.tm_mday, day.tm_mon + 1, day.tm_year + 1900);
    return memory_copy(text, strlen(text));
}

/* Fifteen digits are what a sheet shows at most: 0.1 is stored as 0.1000000000000000055. */
static char *number_text(const char *raw)
{
    char text[40];
    char *end = NULL;
    double number = strtod(raw, &end);

    if (end == raw || *end != '\0')
        return memory_copy(raw, strlen(raw));
    snprintf(text, sizeof text, "%.15g", number);
    return memory_copy(text, strlen(text));
}

static char *plain_value(struct book *book, const struct xml_node *cell, const char *raw, size_t line)
{
    const char *style = xml_attribute(cell, "s");
    unsigned long format = style == NULL ? 0 : strtoul(style, NULL, 10);
    char *date = NULL;

    if (format < book->format_count && book->dates[format])
        date = date_text(strtod(raw, NULL));
    if (date == NULL)
        return number_text(raw);
    import_warn(book->import, line, "a cell holds a date; it came in as %s", date);
    return date;
}

static char *cell_text(struct book *book, const struct xml_node *cell, size_t line)
{
    const char *type = xml_attribute(cell, "t");
    char *raw = xml_text(xml_child(cell, "v"));
    char *text = NULL;

    type = type == NULL ? "n" : type;
    unsigned long index = strcmp(type, "s") == 0 ? strtoul(raw, NULL, 10) : 0;
    if (strcmp(type, "s") == 0)
        text = index < book->string_count ? memory_copy(book->strings[index], strlen(book->strings[index])) : NULL;
    else if (strcmp(type, "inlineStr") == 0)
        text = rich_text(xml_child(cell, "is"));
    else if (strcmp(type, "b") == 0)
        text = memory_copy(raw[0] == '1' ? "TRUE" : "FALSE", raw[0] == '1' ? 4 : 5);
    else if (strcmp(type, "e") == 0)
        import_warn(book->import, line, "a cell holds the fault %.20s", raw);
    else if (strcmp(type, "str") == 0)
        text = memory_copy(raw, strlen(raw));
    else if (raw[0] != '\0')
        text = plain_value(book, cell, raw, line);
    free(raw);
    return text;
}

/* "AB12" stands in column 27. */
static size_t column_of(const char *reference, size_t fallback)
{
    size_t column = 0;

    if (reference == NULL || !isupper((unsigned char)*reference))
        return fallback;
    for (; isupper((unsigned char)*reference) && column < SHEET_COLUMNS_MAX * 26; reference++)
        column = 26 * column + (size_t)(*reference - 'A') + 1;
    return column - 1;
}

static void read_row(struct book *book, const struct xml_node *node, struct sheet_row *row)
{
    size_t column = 0;

    for (const struct xml_node *cell = xml_child(node, "c"); cell != NULL; cell = xml_next(cell, "c")) {
        column = column_of(xml_attribute(cell, "r"), column);
        char *text = cell_text(book, cell, row->line);
        if (text != NULL)
            sheet_row_set(row, column, text);
        column++;
    }
}

static void read_sheet(struct book *book, const struct xml_node *root, struct sheet *sheet)
{
    size_t line = 0;

    for (const struct xml_node *node = xml_child(xml_child(root, "sheetData"), "row"); node != NULL;
         node = xml_next(node, "row")) {
        const char *number = xml_attribute(node, "r");
        unsigned long said = number == NULL ? 0 : strtoul(number, NULL, 10);
        line = said > 0 ? said : line + 1;
        struct sheet_row *row = sheet_add_row(sheet, line);
        if (row == NULL)
            return;
        read_row(book, node, row);
    }
}

/* The part that a sheet's relation names. */
static bool part_of(const struct xml_node *relations, const char *id, char out[256])
{
    for (const struct xml_node *relation = xml_child(relations, "Relationship"); relation != NULL;
         relation = xml_next(relation, "Relationship")) {
        const char *own = xml_attribute(relation, "Id");
        const char *target = xml_attribute(relation, "Target");
        if (own == NULL || id == NULL || target == NULL || strcmp(own, id) != 0)
            continue;
        int length = target[0] == '/' ? snprintf(out, 256, "%s", target + 1) : snprintf(out, 256, "xl/%s", target);
        return length > 0 && length < 256;
    }
    return false;
}

/* Reads the sheets in their order until one fits. */
static bool find_sheet(struct book *book, bool (*fits)(const struct sheet *), struct sheet *out)
{
    struct xml_node *workbook = read_part(book->archive, "xl/workbook.xml");
    struct xml_node *relations = read_part(book->archive, "xl/_rels/workbook.xml.rels");
    bool found = false;
    size_t tried = 0;

    for (const struct xml_node *node = xml_child(xml_child(workbook, "sheets"), "sheet");
         node != NULL && !found && tried < SHEETS_MAX; node = xml_next(node, "sheet")) {
        char part[256];
        tried++;
        struct xml_node *root =
            part_of(relations, xml_attribute(node, "id"), part) ? read_part(book->archive, part) : NULL;
        sheet_clear(out);
        read_sheet(book, root, out);
        found = fits(out);
        xml_free(root);
    }
    xml_free(workbook);
    xml_free(relations);
    return found;
}

static bool read_book(struct book *book, bool (*fits)(const struct sheet *), struct sheet *sheet)
{
    if (book->archive == NULL || !archive_has(book->archive, "xl/workbook.xml"))
        return false;
    read_strings(book);
    read_formats(book);
    find_sheet(book, fits, sheet);
    return true;
}

static void book_close(struct book *book, struct archive *archive)
{
    for (size_t i = 0; i < book->string_count; i++)
        free(book->strings[i]);
    free(book->strings);
    free(book->dates);
    archive_close(archive);
}

bool xlsx_read(const char *bytes, size_t length, bool (*fits)(const struct sheet *), struct sheet *sheet)
{
    struct import warnings = {0}; /* about cells that are no text: of no use where names are looked for */
    struct archive *archive = archive_open(bytes, length);
    struct book book = {.import = &warnings, .archive = archive};

    faults_init(&warnings.warnings, NULL);
    bool read = read_book(&book, fits, sheet);
    book_close(&book, archive);
    faults_clear(&warnings.warnings);
    return read;
}

enum import_status import_xlsx(const char *bytes, size_t length, struct import *import)
{
    struct archive *archive = archive_open(bytes, length);
    struct book book = {.import = import, .archive = archive};
    struct sheet sheet = {0};
    enum import_status status = IMPORT_UNREADABLE;

    if (read_book(&book, sheet_has_header, &sheet))
        status = import_sheet(&sheet, import);
    else
        import_warn(import, 1, "is no .xlsx file");
    sheet_clear(&sheet);
    book_close(&book, archive);
    return status;
}
