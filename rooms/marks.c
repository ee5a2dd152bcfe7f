/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/marks.h"

#include <stdlib.h>
#include "question-banks/memory.h"

enum mark_standing marks_standing(const struct room *room, uint32_t q)
{
    if (room_view_skipped(room, q))
        return MARK_STANDING_VOID;
    if (!room_view_scored(room, q))
        return MARK_STANDING_UNSCORED;
    if (room_view_gift(room, q))
        return MARK_STANDING_GIFT;
    return room_plan(room)->questions[q - 1].key.count == 0 ? MARK_STANDING_KEYLESS : MARK_STANDING_COUNTS;
}

bool marks_counts(enum mark_standing standing)
{
    return standing == MARK_STANDING_COUNTS || standing == MARK_STANDING_GIFT;
}

int32_t marks_tenths(int64_t got, int64_t most)
{
    if (most <= 0)
        return MARK_NONE;
    if (got <= 0)
        return 0;
    return got >= most ? MARK_MOST : (int32_t)((2 * MARK_MOST * got + most) / (2 * most));
}

enum mark_cell marks_cell(const struct room *room, uint32_t q, uint32_t seat, uint32_t *credit)
{
    struct result_view result;
    int32_t full = room_plan(room)->questions[q - 1].points;

    *credit = 0;
    if (!marks_counts(marks_standing(room, q)) || !room_view_result(room, q, seat, &result))
        return CELL_OUT;
    if (!result.answer.given || result.answer.status != ANSWER_ACCEPTED)
        return q < room_view_first_q(room, seat) ? CELL_BEFORE : result.answer.given ? CELL_LATE : CELL_NONE;
    if (!result.right && (result.points <= 0 || full <= 0))
        return CELL_WRONG;
    /* Only what is entirely right can lose points by time: a part's points are its share of the full mark. */
    *credit = result.right ? CREDIT_FULL : (uint32_t)((int64_t)result.points * CREDIT_FULL / full);
    return result.right ? CELL_RIGHT : CELL_PARTLY;
}

static void add_cell(const struct room *room, const struct marks_rules *rules, uint32_t q, uint32_t seat,
                     struct mark_line *out)
{
    uint32_t credit;
    enum mark_cell cell = marks_cell(room, q, seat, &credit);

    out->cells[cell]++;
    if (cell == CELL_OUT || (cell == CELL_BEFORE && rules->before == MARKS_BEFORE_LEFT_OUT))
        return;
    out->counted++;
    out->credit += credit;
    out->most_points += room_plan(room)->questions[q - 1].points;
}

void marks_line(const struct room *room, const struct marks_rules *rules, uint32_t seat, struct mark_line *out)
{
    struct person_view person;

    *out = (struct mark_line){.mark = MARK_NONE};
    if (!room_view_person(room, seat, &person))
        return;
    for (uint32_t q = 1; q <= room_plan(room)->question_count; q++)
        add_cell(room, rules, q, seat, out);
    out->points = person.points;
    out->disqualified = person.disqualified;
    if (out->disqualified)
        return;
    out->mark = rules->rule == MARKS_BY_POINTS
                    ? marks_tenths(out->points, out->most_points)
                    : marks_tenths((int64_t)out->credit, (int64_t)out->counted * CREDIT_FULL);
}

/* ---- one question ---- */

struct given {
    uint64_t value;
    uint32_t seat;
};

static int compare_given(const void *left, const void *right)
{
    const struct given *a = left, *b = right;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return a->seat < b->seat ? -1 : a->seat > b->seat;
}

/* Of equals the lower value: of choices the one that stands first in the bank. */
static void find_most_given(struct given *wrongs, size_t count, uint32_t *seat, uint32_t *most)
{
    uint32_t run = 0;

    qsort(wrongs, count, sizeof *wrongs, compare_given);
    for (size_t i = 0; i < count; i++) {
        run = i > 0 && wrongs[i].value == wrongs[i - 1].value ? run + 1 : 1;
        if (run > *most) {
            *most = run;
            *seat = wrongs[i].seat;
        }
    }
}

static bool takes_part(const struct room *room, uint32_t seat)
{
    struct person_view person;
    return room_view_person(room, seat, &person) && !person.removed && !person.disqualified;
}

static void count_cells(const struct room *room, uint32_t q, struct mark_question *out, struct given *wrongs)
{
    size_t count = 0;
    uint32_t seat, credit, most_seat = 0;
    struct answer_view answer;

    for (seat = 0; seat < room_seats(room); seat++) {
        enum mark_cell cell = takes_part(room, seat) ? marks_cell(room, q, seat, &credit) : CELL_OUT;
        out->cells[cell]++;
        if (cell != CELL_OUT && cell != CELL_BEFORE)
            out->of++;
        if (cell != CELL_WRONG && cell != CELL_PARTLY)
            continue;
        room_view_answer(room, q, seat, &answer);
        wrongs[count++] = (struct given){.value = answer.value, .seat = seat};
    }
    find_most_given(wrongs, count, &most_seat, &out->wrong_count);
    if (out->wrong_count > 0)
        room_view_answer(room, q, most_seat, &out->wrong);
}

void marks_question(const struct room *room, uint32_t q, struct mark_question *out)
{
    *out = (struct mark_question){.standing = marks_standing(room, q), .right_percent = MARK_NONE};
    if (!marks_counts(out->standing))
        return;
    struct given *wrongs = memory_new(room_seats(room), sizeof *wrongs);
    count_cells(room, q, out, wrongs);
    free(wrongs);
    if (out->of > 0)
        out->right_percent = (int32_t)((200 * (uint64_t)out->cells[CELL_RIGHT] + out->of) / (2 * (uint64_t)out->of));
}
