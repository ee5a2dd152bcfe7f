/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The marks alone, a line each. Excel takes the decimal comma of a Vietnamese machine and then wants semicolons between
 * the cells; an English one wants the point and commas.
 */
#include <stdlib.h>
#include "engine/marks_text.h"
#include "engine/results_csv.h"

#define FIGURES 6

static void put_mark(struct buffer *out, int32_t mark, enum marks_language language)
{
    if (mark != MARK_NONE)
        buffer_print(out, "%d%c%d", mark / 10, language == MARKS_VI ? ',' : '.', mark % 10);
}

static void put_head(struct buffer *out, enum marks_language language, const char *between)
{
    static const enum marks_word columns[] = {WORD_NUMBER,  WORD_NAME,   WORD_UNIT,  WORD_MARK,
                                              WORD_RIGHT,   WORD_PARTLY, WORD_WRONG, WORD_NONE,
                                              WORD_COUNTED, WORD_POINTS, WORD_RANK,  WORD_NOTE};
    buffer_put(out, "\xef\xbb\xbf");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        buffer_put(out, i == 0 ? "" : between);
        csv_put_text(out, marks_word(language, columns[i]));
    }
    buffer_put(out, "\r\n");
}

/* `marks` NULL: there are none. */
static void put_figures(struct buffer *out, const struct marks_sheet *sheet, const struct mark_line *marks,
                        const char *between)
{
    if (marks == NULL) {
        for (int i = 0; i < FIGURES + 1; i++)
            buffer_put(out, between);
        return;
    }
    const int64_t figures[FIGURES] = {marks->cells[CELL_RIGHT], marks->cells[CELL_PARTLY],
                                      marks->cells[CELL_WRONG], marks_missed(marks, sheet->wish),
                                      marks->counted,           marks->points};
    for (int i = 0; i < FIGURES; i++)
        buffer_print(out, "%s%lld", between, (long long)figures[i]);
    buffer_put(out, between);
}

static void put_line(struct buffer *out, const struct marks_sheet *sheet, size_t index, const char *between)
{
    const struct results_line *line = &sheet->table->lines[index];
    enum marks_language language = sheet->wish->language;
    struct mark_line marks;

    marks_of_line(sheet, line, &marks);
    buffer_print(out, "%zu%s", index + 1, between);
    csv_put_text(out, marks_name(line, language));
    buffer_put(out, between);
    csv_put_text(out, line->row.unit);
    buffer_put(out, between);
    put_mark(out, marks.mark, language);
    put_figures(out, sheet, line->absent ? NULL : &marks, between);
    if (line->row.rank > 0)
        buffer_print(out, "%u", line->row.rank);
    buffer_put(out, between);
    char *note = marks_note(sheet, line, &marks);
    csv_put_text(out, note);
    free(note);
    buffer_put(out, "\r\n");
}

void marks_put_csv(struct buffer *out, const struct marks_sheet *sheet)
{
    const char *between = sheet->wish->language == MARKS_VI ? ";" : ",";

    put_head(out, sheet->wish->language, between);
    for (size_t i = 0; i < sheet->table->count; i++)
        put_line(out, sheet, i, between);
}
