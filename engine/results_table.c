/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/results_table.h"

#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"

static void add_line(struct results_table *table, const struct results_line *line)
{
    struct results_line *place = &table->lines[table->count++];
    *place = *line;
    place->row.player = place->id;
}

/* Who joined after the last ranking: named, without a rank. */
static void add_unranked(struct results_table *table, const bool *ranked)
{
    struct person_view person;
    for (uint32_t seat = 0; room_view_person(table->replay->room, seat, &person); seat++) {
        if (ranked[seat] || person.removed)
            continue;
        struct results_line line = {.seat = seat, .row = {.name = person.name, .unit = person.unit}};
        line.row.points = person.points;
        memcpy(line.id, person.id, sizeof line.id);
        add_line(table, &line);
    }
}

static void take_listed(const struct results_table *ranked, uint32_t seat, struct results_line *out)
{
    for (size_t i = 0; i < ranked->count; i++)
        if (ranked->lines[i].seat == seat)
            *out = ranked->lines[i];
}

/* Teachers read their class in its own order, and who was not there is a result, too. */
static void put_list_first(struct results_table *table)
{
    struct results_table ranked = *table;
    struct listed_view listed;

    if (table->plan->listed == 0)
        return;
    table->lines = memory_new(ranked.count + table->plan->listed, sizeof *table->lines);
    table->count = 0;
    for (uint32_t row = 1; room_view_listed(table->replay->room, row, &listed); row++) {
        struct results_line line = {.seat = NO_SEAT, .absent = listed.absent};
        line.row = (struct board_row){.name = listed.name, .unit = ""};
        if (!listed.absent)
            take_listed(&ranked, listed.seat, &line);
        line.listed = row;
        add_line(table, &line);
    }
    for (size_t i = 0; i < ranked.count; i++) {
        struct person_view person;
        room_view_person(table->replay->room, ranked.lines[i].seat, &person);
        if (person.row == 0)
            add_line(table, &ranked.lines[i]);
    }
    free(ranked.lines);
}

void results_table_init(struct results_table *table, const struct replay *replay)
{
    struct results_line line = {0};
    uint32_t before;
    size_t seats = room_seats(replay->room);
    bool *ranked = memory_new(seats + 1, sizeof *ranked);

    *table = (struct results_table){.replay = replay, .plan = room_plan(replay->room)};
    table->lines = memory_new(seats + 1, sizeof *table->lines);
    for (size_t i = 0; room_view_row(replay->room, i, line.id, &line.row, &before, &line.seat); i++) {
        ranked[line.seat] = true;
        if (!line.row.removed)
            add_line(table, &line);
    }
    add_unranked(table, ranked);
    free(ranked);
    put_list_first(table);
}

void results_table_clear(struct results_table *table)
{
    free(table->lines);
    *table = (struct results_table){0};
}

void results_cell(const struct results_table *table, const struct results_line *line, uint32_t q,
                  struct results_cell *out)
{
    const struct shape *shape = &table->plan->questions[q - 1].shape;
    struct result_view result;

    *out = (struct results_cell){.text = ""};
    room_view_answer(table->replay->room, q, line->seat, &out->answer);
    out->given = out->answer.given;
    out->status = answer_status_name(out->answer.status);
    out->counted = room_view_result(table->replay->room, q, line->seat, &result);
    if (out->counted) {
        out->right = result.right;
        out->points = result.points;
        out->ms = result.ms;
    }
    if (!out->given)
        return;
    out->number = shape->kind == KIND_NUMBER || shape->kind == KIND_PREDICTION;
    if (shape->kind == KIND_TEXT) {
        out->text = out->answer.shown == NULL ? "" : out->answer.shown;
    } else {
        kind_write_log(shape, out->answer.value, out->form);
        out->text = out->form;
    }
}

/* ---- texts ---- */

/* A text of the bank is a string, or an object by language. */
static char *one_language(const char *json)
{
    cJSON *parsed = cJSON_Parse(json);
    const cJSON *chosen = parsed;
    if (cJSON_IsObject(parsed)) {
        chosen = cJSON_GetObjectItemCaseSensitive(parsed, "vi");
        if (chosen == NULL)
            chosen = parsed->child;
    }
    const char *text = cJSON_GetStringValue(chosen);
    char *copy = memory_copy(text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
    cJSON_Delete(parsed);
    return copy;
}

char *results_question_text(const struct results_table *table, uint32_t q)
{
    const struct bank *bank = table->replay->bank;
    uint32_t index = table->plan->questions[q - 1].bank_index;
    return index < bank->question_count ? one_language(bank->questions[index].text_json) : memory_copy("", 0);
}

char *results_title(const struct results_table *table)
{
    if (table->plan->title[0] != '\0')
        return memory_copy(table->plan->title, strlen(table->plan->title));
    return one_language(table->replay->bank->title_json);
}
