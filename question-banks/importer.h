/* SPDX-License-Identifier: Apache-2.0 */
/*
 * importer.h - what each format's importer looks like; private to the importers.
 */
#ifndef HOITHI_IMPORTER_H
#define HOITHI_IMPORTER_H

#include "question-banks/draft.h"

/* What formatting a byte of a paragraph had. */
enum formatting { FORMAT_BOLD = 1, FORMAT_UNDERLINE = 2, FORMAT_COLOUR = 4, FORMAT_KINDS = 3 };

/* A line of pasted text or a paragraph of a document. */
struct paragraph {
    char *text;     /* tidy, one line */
    uint8_t *marks; /* a byte of formatting bits for each byte of `text`, or NULL */
    size_t line;
};
struct paragraphs {
    struct paragraph *list;
    size_t count;
};
/* Takes `text` and `marks`. */
void paragraphs_add(struct paragraphs *paragraphs, char *text, uint8_t *marks, size_t line);
void paragraphs_clear(struct paragraphs *paragraphs);

#define SHEET_COLUMNS_MAX 64
#define SHEET_ROWS_MAX 20000

/* Cells as text. A row has as many as it needs; those past its end are empty. */
struct sheet_row {
    char **cells;
    size_t count;
    size_t line;
};
struct sheet {
    struct sheet_row *rows;
    size_t count;
};
/* NULL when SHEET_ROWS_MAX is reached. */
struct sheet_row *sheet_add_row(struct sheet *sheet, size_t line);
/* Takes `text`. Cells past SHEET_COLUMNS_MAX are dropped. */
void sheet_row_set(struct sheet_row *row, size_t column, char *text);
void sheet_clear(struct sheet *sheet);

/* Text formats get UTF-8; the others the bytes as they are. */
enum import_status import_text(const char *text, size_t length, struct import *import);
enum import_status import_paragraphs(const struct paragraphs *paragraphs, struct import *import);
enum import_status import_csv(const char *text, size_t length, struct import *import);
enum import_status import_sheet(const struct sheet *sheet, struct import *import);
/* Whether one of the first rows names a column for the question and one for an answer. */
bool sheet_has_header(const struct sheet *sheet);
/* All rows; the line of a quote that never ends, or 0. */
size_t csv_read(const char *text, size_t length, struct sheet *sheet);
/* The first sheet for which `fits` holds, else the last. False: this is no .xlsx. */
bool xlsx_read(const char *bytes, size_t length, bool (*fits)(const struct sheet *), struct sheet *sheet);
bool csv_has_header(const char *text, size_t length);
enum import_status import_docx(const char *bytes, size_t length, struct import *import);
enum import_status import_xlsx(const char *bytes, size_t length, struct import *import);
enum import_status import_gift(const char *text, size_t length, struct import *import);
enum import_status import_aiken(const char *text, size_t length, struct import *import);
enum import_status import_moodle_xml(const char *text, size_t length, struct import *import);
enum import_status import_qti(const char *bytes, size_t length, struct import *import);
enum import_status import_opentdb(const char *text, size_t length, struct import *import);

#endif
