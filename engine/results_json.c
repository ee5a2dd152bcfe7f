/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/results_table.h"

#include <stdlib.h>

static void put_json(struct buffer *out, cJSON *json)
{
    char *text = json == NULL ? NULL : cJSON_PrintUnformatted(json);
    buffer_put(out, text == NULL ? "null" : text);
    free(text);
    cJSON_Delete(json);
}

static void put_key(struct buffer *out, const struct plan_question *question, const struct key *key)
{
    char form[KIND_LOG_FORM_MAX];
    if (key == NULL) {
        buffer_put(out, "null");
        return;
    }
    buffer_put(out, "[");
    for (size_t i = 0; i < key->count; i++) {
        kind_write_range(&question->shape, &key->ranges[i], form);
        if (i > 0)
            buffer_put(out, ",");
        buffer_quote(out, form);
    }
    buffer_put(out, "]");
}

static void put_question(struct buffer *out, const struct results_table *table, uint32_t q)
{
    const struct plan_question *question = &table->plan->questions[q - 1];
    const struct bank *bank = table->replay->bank;
    const struct room *room = table->replay->room;

    buffer_print(out, "{\"q\":%u,\"id\":", q);
    buffer_quote(out, question->id);
    buffer_put(out, ",\"kind\":");
    buffer_quote(out, kind_name(question->shape.kind));
    buffer_print(out, ",\"text\":%s,\"points\":%d,\"skipped\":%s,\"key\":",
                 question->bank_index < bank->question_count ? bank->questions[question->bank_index].text_json : "\"\"",
                 question->points, room_view_skipped(room, q) ? "true" : "false");
    put_key(out, question, room_view_key(room, q));
    buffer_put(out, "}");
}

static void put_cell(struct buffer *out, const struct results_table *table, const struct results_line *line, uint32_t q)
{
    struct results_cell cell;

    results_cell(table, line, q, &cell);
    if (!cell.given) {
        buffer_put(out, "null");
        return;
    }
    buffer_put(out, "{\"a\":");
    put_json(out, kind_to_wire(&table->plan->questions[q - 1].shape, cell.answer.value, cell.text));
    buffer_print(out, ",\"status\":\"%s\"", cell.status);
    if (cell.counted)
        buffer_print(out, ",\"right\":%s,\"points\":%d,\"ms\":%u", cell.right ? "true" : "false", cell.points, cell.ms);
    buffer_print(out, ",\"pos\":%llu}", (unsigned long long)cell.answer.position);
}

/* Where it stands on the class list. */
static void put_row(struct buffer *out, const struct results_line *line)
{
    if (line->listed > 0)
        buffer_print(out, ",\"row\":%u,\"absent\":%s", line->listed, line->absent ? "true" : "false");
    else
        buffer_put(out, ",\"row\":null,\"absent\":false");
}

static void put_line(struct buffer *out, const struct results_table *table, const struct results_line *line)
{
    const struct board_row *row = &line->row;

    if (row->rank == 0)
        buffer_put(out, "{\"rank\":null,\"player\":");
    else
        buffer_print(out, "{\"rank\":%u,\"player\":", row->rank);
    buffer_quote(out, line->absent ? NULL : line->id);
    if (table->plan->listed > 0)
        put_row(out, line);
    buffer_put(out, ",\"name\":");
    buffer_quote(out, row->name);
    buffer_put(out, ",\"unit\":");
    buffer_quote(out, row->unit);
    buffer_print(out, ",\"points\":%lld,\"right\":%u,\"ms\":%lld,\"answers\":[", (long long)row->points, row->right,
                 (long long)row->ms);
    for (uint32_t q = 1; q <= table->plan->question_count; q++) {
        if (q > 1)
            buffer_put(out, ",");
        put_cell(out, table, line, q);
    }
    buffer_put(out, "]}");
}

void results_put_json(struct buffer *out, const struct results_table *table)
{
    const struct replay *replay = table->replay;
    char head[DIGEST_HEX_SIZE];

    digest_hex(&replay->head, head);
    buffer_put(out, "{\"room\":");
    buffer_quote(out, replay->name);
    buffer_put(out, ",\"title\":");
    if (table->plan->title[0] != '\0')
        buffer_quote(out, table->plan->title);
    else
        buffer_put(out, replay->bank->title_json);
    buffer_print(out, ",\"bank\":\"%s@%s\",\"phase\":\"%s\",\"state\":\"%s\",\"version\":%llu,\"head\":\"%s\"",
                 table->plan->bank_id, table->plan->bank_version, phase_name(room_phase(replay->room)),
                 room_result_name(replay->room), (unsigned long long)replay->position, head);
    buffer_put(out, ",\"questions\":[");
    for (uint32_t q = 1; q <= table->plan->question_count; q++) {
        if (q > 1)
            buffer_put(out, ",");
        put_question(out, table, q);
    }
    buffer_put(out, "],\"rows\":[");
    for (size_t i = 0; i < table->count; i++) {
        if (i > 0)
            buffer_put(out, ",");
        put_line(out, table, &table->lines[i]);
    }
    buffer_put(out, "]}");
}
