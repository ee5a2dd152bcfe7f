/* SPDX-License-Identifier: Apache-2.0 */
/* Cells in rows, whatever file they come from. */
#include <stdlib.h>
#include "question-banks/importer.h"
#include "question-banks/memory.h"

#define ROWS_STEP 128

struct sheet_row *sheet_add_row(struct sheet *sheet, size_t line)
{
    if (sheet->count == SHEET_ROWS_MAX)
        return NULL;
    if (sheet->count % ROWS_STEP == 0)
        sheet->rows = memory_grow(sheet->rows, sheet->count + ROWS_STEP, sizeof *sheet->rows);
    struct sheet_row *row = &sheet->rows[sheet->count++];
    *row = (struct sheet_row){.line = line};
    return row;
}

void sheet_row_set(struct sheet_row *row, size_t column, char *text)
{
    if (column >= SHEET_COLUMNS_MAX) {
        free(text);
        return;
    }
    if (row->cells == NULL)
        row->cells = memory_new(SHEET_COLUMNS_MAX, sizeof *row->cells);
    free(row->cells[column]);
    row->cells[column] = text;
    if (row->count <= column)
        row->count = column + 1;
}

void sheet_clear(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++) {
        for (size_t j = 0; j < sheet->rows[i].count; j++)
            free(sheet->rows[i].cells[j]);
        free(sheet->rows[i].cells);
    }
    free(sheet->rows);
    *sheet = (struct sheet){0};
}
