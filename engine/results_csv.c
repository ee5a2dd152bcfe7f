/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4180: comma, CRLF, quotes doubled; a byte order mark, so that Excel reads UTF-8. */
#include "engine/results_csv.h"

#include <string.h>
#include "engine/results_table.h"

/* A sheet runs a cell that begins like this as a formula (OWASP, CSV injection); an apostrophe makes it text. */
static bool is_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

void csv_put_text(struct buffer *out, const char *text)
{
    buffer_put(out, "\"");
    if (is_formula(text))
        buffer_put(out, "'");
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"')
            buffer_put(out, "\"");
        buffer_add(out, at, 1);
    }
    buffer_put(out, "\"");
}

static void put_head(struct buffer *out, const struct results_table *table)
{
    buffer_put(out, "\xef\xbb\xbf"
                    "rank,name,unit,points,right,time_ms,player");
    for (uint32_t q = 1; q <= table->plan->question_count; q++)
        buffer_print(out, ",q%u_answer,q%u_right,q%u_points", q, q, q);
    if (table->plan->listed > 0)
        buffer_put(out, ",row,absent");
    buffer_put(out, "\r\n");
}

static void put_cell(struct buffer *out, const struct results_cell *cell)
{
    buffer_put(out, ",");
    if (cell->given && cell->number)
        buffer_put(out, cell->text);
    else if (cell->given)
        csv_put_text(out, cell->text);
    if (cell->counted)
        buffer_print(out, ",%d,%d", cell->right ? 1 : 0, cell->points);
    else
        buffer_put(out, ",,");
}

void results_put_csv(struct buffer *out, const struct results_table *table)
{
    struct results_cell cell;

    put_head(out, table);
    for (size_t i = 0; i < table->count; i++) {
        const struct results_line *line = &table->lines[i];
        if (line->row.rank > 0)
            buffer_print(out, "%u", line->row.rank);
        buffer_put(out, ",");
        csv_put_text(out, line->row.name);
        buffer_put(out, ",");
        csv_put_text(out, line->row.unit);
        buffer_print(out, ",%lld,%u,%lld,", (long long)line->row.points, line->row.right, (long long)line->row.ms);
        csv_put_text(out, line->id);
        for (uint32_t q = 1; q <= table->plan->question_count; q++) {
            results_cell(table, line, q, &cell);
            put_cell(out, &cell);
        }
        if (table->plan->listed > 0 && line->listed > 0)
            buffer_print(out, ",%u,%d", line->listed, line->absent);
        else if (table->plan->listed > 0)
            buffer_put(out, ",,0");
        buffer_put(out, "\r\n");
    }
}
