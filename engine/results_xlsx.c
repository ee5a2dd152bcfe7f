/* SPDX-License-Identifier: Apache-2.0 */
/* Strings are written as strings, so no cell is a formula. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "engine/results_table.h"
#include "question-banks/memory.h"

#define FIXED_COLUMNS 6
#define COLUMNS_A_QUESTION 3

struct sheet {
    lxw_workbook *book;
    lxw_format *head;
    lxw_format *right;
};

static void write_results_head(const struct sheet *sheet, lxw_worksheet *page, const struct results_table *table)
{
    static const char *const names[FIXED_COLUMNS] = {"Hạng", "Tên",         "Đơn vị",
                                                     "Điểm", "Số câu đúng", "Thời gian (giây)"};
    static const char *const parts[COLUMNS_A_QUESTION] = {"", ": đúng", ": điểm"};
    char name[64];

    for (lxw_col_t column = 0; column < FIXED_COLUMNS; column++)
        worksheet_write_string(page, 0, column, names[column], sheet->head);
    for (uint32_t q = 1; q <= table->plan->question_count; q++)
        for (uint32_t part = 0; part < COLUMNS_A_QUESTION; part++) {
            snprintf(name, sizeof name, "Câu %u%s", q, parts[part]);
            worksheet_write_string(page, 0, (lxw_col_t)(FIXED_COLUMNS + (q - 1) * COLUMNS_A_QUESTION + part), name,
                                   sheet->head);
        }
    worksheet_freeze_panes(page, 1, 2);
    worksheet_set_column(page, 1, 1, 28, NULL);
    worksheet_set_column(page, 2, 2, 16, NULL);
}

static void write_cell(lxw_worksheet *page, lxw_row_t row, lxw_col_t column, const struct results_cell *cell,
                       const struct sheet *sheet)
{
    if (cell->given && cell->number)
        worksheet_write_number(page, row, column, strtod(cell->text, NULL), NULL);
    else if (cell->given)
        worksheet_write_string(page, row, column, cell->text, cell->counted && cell->right ? sheet->right : NULL);
    if (!cell->counted)
        return;
    worksheet_write_number(page, row, column + 1, cell->right ? 1 : 0, NULL);
    worksheet_write_number(page, row, column + 2, cell->points, NULL);
}

static void write_line(const struct sheet *sheet, lxw_worksheet *page, const struct results_table *table, size_t index)
{
    const struct results_line *line = &table->lines[index];
    lxw_row_t row = (lxw_row_t)index + 1;
    struct results_cell cell;

    if (line->row.rank > 0)
        worksheet_write_number(page, row, 0, line->row.rank, NULL);
    worksheet_write_string(page, row, 1, line->row.name, NULL);
    worksheet_write_string(page, row, 2, line->row.unit, NULL);
    worksheet_write_number(page, row, 3, (double)line->row.points, NULL);
    worksheet_write_number(page, row, 4, line->row.right, NULL);
    worksheet_write_number(page, row, 5, (double)line->row.ms / 1000, NULL);
    for (uint32_t q = 1; q <= table->plan->question_count; q++) {
        results_cell(table, line, q, &cell);
        write_cell(page, row, (lxw_col_t)(FIXED_COLUMNS + (q - 1) * COLUMNS_A_QUESTION), &cell, sheet);
    }
}

static void write_questions(const struct sheet *sheet, lxw_worksheet *page, const struct results_table *table)
{
    worksheet_write_string(page, 0, 0, "Câu", sheet->head);
    worksheet_write_string(page, 0, 1, "Nội dung", sheet->head);
    worksheet_write_string(page, 0, 2, "Mã", sheet->head);
    worksheet_set_column(page, 1, 1, 90, NULL);
    for (uint32_t q = 1; q <= table->plan->question_count; q++) {
        char *text = results_question_text(table, q);
        worksheet_write_number(page, q, 0, q, NULL);
        worksheet_write_string(page, q, 1, text, NULL);
        worksheet_write_string(page, q, 2, table->plan->questions[q - 1].id, NULL);
        free(text);
    }
}

static bool write_book(const char *path, const void *context)
{
    const struct results_table *table = context;
    struct sheet sheet = {.book = workbook_new(path)};
    char *title = results_title(table);
    lxw_doc_properties properties = {.title = title};

    sheet.head = workbook_add_format(sheet.book);
    format_set_bold(sheet.head);
    sheet.right = workbook_add_format(sheet.book);
    format_set_bg_color(sheet.right, 0xdff2df);
    workbook_set_properties(sheet.book, &properties);
    lxw_worksheet *results = workbook_add_worksheet(sheet.book, "Kết quả");
    lxw_worksheet *questions = workbook_add_worksheet(sheet.book, "Câu hỏi");
    write_results_head(&sheet, results, table);
    for (size_t i = 0; i < table->count; i++)
        write_line(&sheet, results, table, i);
    write_questions(&sheet, questions, table);
    free(title);
    return workbook_close(sheet.book) == LXW_NO_ERROR;
}

static bool read_back(FILE *file, char **bytes, size_t *length)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return false;
    long size = ftell(file);
    if (size <= 0 || fseek(file, 0, SEEK_SET) != 0)
        return false;
    *bytes = memory_new((size_t)size, 1);
    *length = (size_t)size;
    if (fread(*bytes, 1, *length, file) == *length)
        return true;
    free(*bytes);
    *bytes = NULL;
    return false;
}

bool results_book(bool (*write)(const char *path, const void *context), const void *context, struct results_bytes *out,
                  char *why, size_t why_size)
{
    const char *directory = getenv("TMPDIR");
    char path[512];
    bool made = false;

    *out = (struct results_bytes){0};
    snprintf(path, sizeof path, "%s/hoithi-results-XXXXXX", directory == NULL ? "/tmp" : directory);
    int fd = mkstemp(path);
    if (fd >= 0) {
        close(fd);
        FILE *file = write(path, context) ? fopen(path, "rb") : NULL;
        made = file != NULL && read_back(file, &out->bytes, &out->length);
        if (file != NULL)
            fclose(file);
        unlink(path);
    }
    if (!made)
        snprintf(why, why_size, "cannot write the sheet in %s", path);
    return made;
}

bool results_make_xlsx(const struct results_table *table, char **bytes, size_t *length, char *why, size_t why_size)
{
    struct results_bytes out;
    bool made = results_book(write_book, table, &out, why, why_size);

    *bytes = out.bytes;
    *length = out.length;
    return made;
}
