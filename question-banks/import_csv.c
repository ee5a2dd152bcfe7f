/* SPDX-License-Identifier: Apache-2.0 */
/* Comma, semicolon or tab, whichever parts the first line most; quotes as RFC 4180 has them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "question-banks/importer.h"
#include "question-banks/memory.h"

#define HEADER_BYTES 8192

struct csv {
    const char *at;
    const char *end;
    size_t line;
    char separator;
    size_t unclosed; /* the line of a quote that never ends, or 0 */
};

/* Excel writes "sep=;" as the first line of some files. */
static bool take_declaration(struct csv *csv)
{
    if (csv->end - csv->at < 5 || strncasecmp(csv->at, "sep=", 4) != 0)
        return false;
    csv->separator = csv->at[4];
    const char *stop = memchr(csv->at, '\n', (size_t)(csv->end - csv->at));
    csv->at = stop == NULL ? csv->end : stop + 1;
    csv->line++;
    return true;
}

static void guess_separator(struct csv *csv)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t counts[sizeof candidates] = {0};
    bool quoted = false;
    size_t best = 0;

    for (const char *c = csv->at; c < csv->end && (quoted || *c != '\n'); c++) {
        quoted = *c == '"' ? !quoted : quoted;
        for (size_t i = 0; !quoted && i < sizeof candidates; i++)
            counts[i] += *c == candidates[i];
    }
    for (size_t i = 1; i < sizeof candidates; i++)
        best = counts[i] > counts[best] ? i : best;
    csv->separator = candidates[best];
}

/* The text between two quotes, doubled ones single; `at` stands behind the first. */
static size_t read_quoted(struct csv *csv, char *out)
{
    size_t used = 0;
    size_t from = csv->line;

    for (; csv->at < csv->end; csv->at++) {
        bool doubled = *csv->at == '"' && csv->at + 1 < csv->end && csv->at[1] == '"';
        if (*csv->at == '"' && !doubled) {
            csv->at++;
            return used;
        }
        csv->line += *csv->at == '\n';
        csv->at += doubled;
        out[used++] = *csv->at;
    }
    csv->unclosed = csv->unclosed == 0 ? from : csv->unclosed;
    return used;
}

static bool ends_cell(const struct csv *csv)
{
    return csv->at >= csv->end || *csv->at == csv->separator || *csv->at == '\n' || *csv->at == '\r';
}

/* How many bytes the cell at `at` has at most. */
static size_t cell_bytes(const struct csv *csv)
{
    const char *c = csv->at;

    if (c < csv->end && *c == '"') {
        c++;
        while (c < csv->end && (*c != '"' || (c + 1 < csv->end && c[1] == '"')))
            c += *c == '"' ? 2 : 1;
    }
    while (c < csv->end && *c != csv->separator && *c != '\n')
        c++;
    return (size_t)(c - csv->at);
}

/* The cell at `at`; what stands behind a closing quote is kept as it is. */
static char *read_cell(struct csv *csv)
{
    char *text = memory_grow(NULL, cell_bytes(csv) + 1, 1);
    size_t used = 0;

    if (csv->at < csv->end && *csv->at == '"') {
        csv->at++;
        used = read_quoted(csv, text);
    }
    while (!ends_cell(csv))
        text[used++] = *csv->at++;
    text[used] = '\0';
    return text;
}

/* Our own files have ' before what a spreadsheet would take for a formula. */
static char *without_guard(char *text)
{
    if (text[0] == '\'' && text[1] != '\0' && strchr("=+-@", text[1]) != NULL)
        memmove(text, text + 1, strlen(text));
    return text;
}

static void read_row(struct csv *csv, struct sheet_row *row)
{
    size_t column = 0;

    for (;;) {
        sheet_row_set(row, column++, without_guard(read_cell(csv)));
        if (csv->at >= csv->end || *csv->at != csv->separator)
            break;
        csv->at++;
    }
    csv->at += csv->at < csv->end && *csv->at == '\r';
    csv->at += csv->at < csv->end && *csv->at == '\n';
    csv->line++;
}

size_t csv_read(const char *text, size_t length, struct sheet *sheet)
{
    struct csv csv = {.at = text, .end = text + length, .line = 1};

    if (!take_declaration(&csv))
        guess_separator(&csv);
    while (csv.at < csv.end) {
        struct sheet_row *row = sheet_add_row(sheet, csv.line);
        if (row == NULL)
            break;
        read_row(&csv, row);
    }
    return csv.unclosed;
}

bool csv_has_header(const char *text, size_t length)
{
    struct sheet sheet = {0};

    csv_read(text, length < HEADER_BYTES ? length : HEADER_BYTES, &sheet);
    bool has = sheet_has_header(&sheet);
    sheet_clear(&sheet);
    return has;
}

enum import_status import_csv(const char *text, size_t length, struct import *import)
{
    struct sheet sheet = {0};
    size_t unclosed = csv_read(text, length, &sheet);

    if (unclosed > 0)
        import_warn(import, unclosed, "a quotation mark opens a cell and is never closed");
    enum import_status status = import_sheet(&sheet, import);
    sheet_clear(&sheet);
    return status;
}
