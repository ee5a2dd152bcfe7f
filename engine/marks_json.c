/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include "engine/marks_text.h"

static void put_tenths(struct buffer *out, int32_t mark)
{
    if (mark == MARK_NONE)
        buffer_put(out, "null");
    else
        buffer_print(out, "%d.%d", mark / 10, mark % 10);
}

static void put_both(struct buffer *out, const char *vi, const char *en)
{
    buffer_put(out, "{\"vi\":");
    buffer_quote(out, vi);
    buffer_put(out, ",\"en\":");
    buffer_quote(out, en);
    buffer_put(out, "}");
}

static void put_wrong(struct buffer *out, const struct results_table *table, const struct mark_question *question)
{
    buffer_put(out, ",\"most_wrong\":");
    if (!question->wrong.given) {
        buffer_put(out, "null");
        return;
    }
    char *vi = marks_answer_text(table, &question->wrong, MARKS_VI);
    char *en = marks_answer_text(table, &question->wrong, MARKS_EN);
    buffer_put(out, "{\"text\":");
    put_both(out, vi, en);
    buffer_print(out, ",\"count\":%u}", question->wrong_count);
    free(vi);
    free(en);
}

static void put_question(struct buffer *out, const struct results_table *table, uint32_t q)
{
    const struct plan_question *planned = &table->plan->questions[q - 1];
    const struct question *question = marks_bank_question(table, q);
    struct mark_question marks;

    marks_question(table->replay->room, q, &marks);
    buffer_print(out, "{\"q\":%u,\"id\":", q);
    buffer_quote(out, planned->id);
    buffer_print(out, ",\"kind\":\"%s\",\"text\":%s,\"topic\":", kind_name(planned->shape.kind),
                 question == NULL ? "\"\"" : question->text_json);
    buffer_quote(out, question == NULL ? NULL : question->topic);
    buffer_print(out, ",\"points\":%d,\"standing\":\"%s\",\"of\":%u", planned->points,
                 marks_standing_name(marks.standing), marks.of);
    for (enum mark_cell cell = CELL_NONE; cell < CELL_COUNT; cell++)
        buffer_print(out, ",\"%s\":%u", marks_cell_name(cell), marks.cells[cell]);
    if (marks.right_percent == MARK_NONE)
        buffer_put(out, ",\"right_percent\":null");
    else
        buffer_print(out, ",\"right_percent\":%d", marks.right_percent);
    put_wrong(out, table, &marks);
    buffer_put(out, "}");
}

/* What became of each question, and thousandths of its credit. */
static void put_cells(struct buffer *out, const struct results_table *table, uint32_t seat)
{
    uint32_t credit;

    buffer_put(out, ",\"cells\":[");
    for (uint32_t q = 1; q <= table->plan->question_count; q++)
        buffer_print(out, "%s\"%s\"", q == 1 ? "" : ",",
                     marks_cell_name(marks_cell(table->replay->room, q, seat, &credit)));
    buffer_put(out, "],\"credits\":[");
    for (uint32_t q = 1; q <= table->plan->question_count; q++) {
        marks_cell(table->replay->room, q, seat, &credit);
        buffer_print(out, "%s%u", q == 1 ? "" : ",", credit);
    }
    buffer_put(out, "]");
}

/* Where it stands on the class list. */
static void put_listed(struct buffer *out, const struct results_line *line)
{
    if (line->listed > 0)
        buffer_print(out, ",\"row\":%u,\"absent\":%s", line->listed, line->absent ? "true" : "false");
    else
        buffer_put(out, ",\"row\":null,\"absent\":false");
}

static void put_row(struct buffer *out, const struct marks_sheet *sheet, const struct results_line *line)
{
    const struct results_table *table = sheet->table;
    struct mark_line marks;

    marks_of_line(sheet, line, &marks);
    buffer_put(out, "{\"player\":");
    buffer_quote(out, line->absent ? NULL : line->id);
    if (table->plan->listed > 0)
        put_listed(out, line);
    buffer_put(out, ",\"name\":");
    buffer_quote(out, line->row.name);
    buffer_put(out, ",\"unit\":");
    buffer_quote(out, line->row.unit);
    if (line->row.rank == 0)
        buffer_put(out, ",\"rank\":null");
    else
        buffer_print(out, ",\"rank\":%u", line->row.rank);
    buffer_print(out, ",\"first_q\":%u,\"disqualified\":%s,\"points\":%lld,\"most_points\":%lld,\"counted\":%u",
                 room_view_first_q(table->replay->room, line->seat), marks.disqualified ? "true" : "false",
                 (long long)marks.points, (long long)marks.most_points, marks.counted);
    for (enum mark_cell cell = CELL_BEFORE; cell < CELL_COUNT; cell++)
        buffer_print(out, ",\"%s\":%u", marks_cell_name(cell), marks.cells[cell]);
    buffer_put(out, ",\"mark\":");
    put_tenths(out, marks.mark);
    put_cells(out, table, line->seat);
    buffer_put(out, "}");
}

static void put_rules(struct buffer *out, const struct marks_wish *wish)
{
    buffer_print(
        out, ",\"rule\":\"%s\",\"before\":\"%s\",\"absent\":\"%s\",\"rule_text\":", marks_rule_name(wish->rules.rule),
        marks_before_name(wish->rules.before), marks_absent_name(wish->absent));
    put_both(out, marks_rule_text(wish, MARKS_VI), marks_rule_text(wish, MARKS_EN));
    buffer_put(out, ",\"before_text\":");
    put_both(out, marks_before_text(wish, MARKS_VI), marks_before_text(wish, MARKS_EN));
    buffer_put(out, ",\"absent_text\":");
    put_both(out, marks_absent_text(wish, MARKS_VI), marks_absent_text(wish, MARKS_EN));
}

static void put_head(struct buffer *out, const struct marks_sheet *sheet)
{
    const struct results_table *table = sheet->table;
    const struct replay *replay = table->replay;

    buffer_put(out, "{\"room\":");
    buffer_quote(out, replay->name);
    buffer_put(out, ",\"title\":");
    if (table->plan->title[0] != '\0')
        buffer_quote(out, table->plan->title);
    else
        buffer_put(out, replay->bank->title_json);
    buffer_print(out, ",\"bank\":\"%s@%s\",\"bank_title\":%s,\"created_at\":%lld,\"phase\":\"%s\",\"state\":\"%s\"",
                 table->plan->bank_id, table->plan->bank_version, replay->bank->title_json,
                 (long long)room_created_at_ms(replay->room), phase_name(room_phase(replay->room)),
                 room_result_name(replay->room));
    put_rules(out, sheet->wish);
}

void marks_put_json(struct buffer *out, const struct marks_sheet *sheet)
{
    const struct results_table *table = sheet->table;

    put_head(out, sheet);
    buffer_put(out, ",\"questions\":[");
    for (uint32_t q = 1; q <= table->plan->question_count; q++) {
        buffer_put(out, q == 1 ? "" : ",");
        put_question(out, table, q);
    }
    buffer_put(out, "],\"rows\":[");
    for (size_t i = 0; i < table->count; i++) {
        buffer_put(out, i == 0 ? "" : ",");
        put_row(out, sheet, &table->lines[i]);
    }
    buffer_put(out, "]}");
}
