/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/room_state.h"

#include <stdlib.h>

int32_t scoring_points(enum scoring scoring, int32_t points, uint32_t time_ms, uint32_t limit_ms)
{
    switch (scoring) {
    case SCORING_ACCURACY:
        return points;
    case SCORING_SPEED: {
        /* round(P * (1 - T / (2 * limit))), halves up, in integers */
        int64_t limit = limit_ms;
        int64_t time = time_ms < limit_ms ? time_ms : limit_ms;
        return (int32_t)((points * (2 * limit - time) + limit) / (2 * limit));
    }
    case SCORING_COUNT:
        break;
    }
    return 0;
}

uint32_t answer_time_ms(uint32_t elapsed_ms, int32_t own_ms, uint32_t credit_limit)
{
    int64_t line = own_ms < 0 ? 0 : (int64_t)elapsed_ms - own_ms;
    if (line < 0)
        line = 0;
    if (line > credit_limit)
        line = credit_limit;
    if (line > elapsed_ms)
        line = elapsed_ms;
    int64_t time = (int64_t)elapsed_ms - line;
    return (uint32_t)(time - time % TIME_STEP_MS);
}

/* Untimed players have no limit of their own to be measured by: twice the question's, so that calm costs them little.
 */
static uint32_t scoring_limit_ms(const struct room *room, uint32_t q, const struct answer *answer)
{
    uint64_t limit = room->plan->questions[q - 1].limit_ms + (uint64_t)room_round(room, q)->extended_ms;
    uint32_t factor = answer->factor == 0 ? 200 : answer->factor;
    limit = limit * factor / 100;
    return limit > INT32_MAX ? INT32_MAX : (uint32_t)limit;
}

int32_t score_of(const struct room *room, uint32_t q, uint32_t seat, bool *right)
{
    const struct plan_question *question = &room->plan->questions[q - 1];
    const struct round *round = room_round(room, q);
    const struct answer *answer = round_answer(round, seat);
    struct mark mark = {0};

    *right = false;
    if (answer == NULL || answer->status != ANSWER_ACCEPTED || round->skipped)
        return 0;
    if (round->gift) {
        *right = true;
        return question->points;
    }
    kind_mark(&question->shape, &question->key, answer->value, &mark);
    if (question->shape.kind == KIND_STATEMENTS) {
        /* The share of the full mark by how many statements are right (contests.md): 1→0.1, 2→0.25, 3→0.5, all→1. */
        static const int32_t tenths_of_percent[4] = {0, 100, 250, 500};
        *right = mark.right;
        if (!mark.right)
            return mark.parts_right < 4 ? question->points * tenths_of_percent[mark.parts_right] / 1000
                                        : question->points / 2;
    } else if (!mark.right) {
        return 0;
    }
    *right = true;
    return scoring_points(room->plan->scoring, question->points, answer->time_ms, scoring_limit_ms(room, q, answer));
}

static void add_points(struct room *room, uint32_t q)
{
    for (uint32_t seat = 0; seat < room->seats; seat++) {
        bool right = false;
        struct player *player = &room->players[seat];
        player->points += score_of(room, q, seat, &right);
        if (right) {
            player->right++;
            uint32_t time_ms = round_answer(room_round(room, q), seat)->time_ms;
            player->right_ms = time_ms > UINT32_MAX - player->right_ms ? UINT32_MAX : player->right_ms + time_ms;
        }
    }
}

void score_again(struct room *room)
{
    for (size_t i = 0; i < room->seats; i++) {
        struct player *player = &room->players[i];
        player->points = player->adjusted;
        player->right = 0;
        player->right_ms = 0;
    }
    for (uint32_t q = 1; q <= room->q; q++)
        if (room_round(room, q)->scored)
            add_points(room, q);
    ranking_sort(room);
}

void score_question(struct room *room)
{
    struct round *round = room_round(room, room->q);

    if (round->scored)
        return;
    round->scored = true;
    add_points(room, room->q);
    bool first = true;
    for (uint32_t q = 1; q < room->q; q++)
        first = first && !room_round(room, q)->scored;
    for (size_t i = 0; i < room->seats; i++)
        room->players[i].rank_before = room->players[i].rank;
    ranking_sort(room);
    for (size_t i = 0; first && i < room->seats; i++)
        room->players[i].rank_before =
            room->players[i].rank; /* at the first ranking nobody has moved: all were equal */
}

/* Below 0: `a` stands before `b`. */
static int compare_by_ties(const struct plan *plan, const struct player *a, const struct player *b)
{
    for (size_t i = 0; i < plan->tie_count; i++) {
        int64_t difference = 0;
        switch (plan->ties[i]) {
        case TIE_POINTS:
            difference = (int64_t)b->points - a->points;
            break;
        case TIE_TIME:
            difference = (int64_t)a->right_ms - b->right_ms;
            break;
        case TIE_RIGHT:
            difference = (int64_t)b->right - a->right;
            break;
        case TIE_COUNT:
            break;
        }
        if (difference != 0)
            return difference < 0 ? -1 : 1;
    }
    return 0;
}

/* Equal players stand in the order of their seats, so that every machine shows the same list. */
static int compare_seats(const void *left, const void *right, void *context)
{
    const struct room *room = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    int order = compare_by_ties(room->plan, &room->players[a], &room->players[b]);
    return order != 0 ? order : a < b ? -1 : a > b;
}

static uint32_t rank_at(const struct room *room, size_t i)
{
    const struct player *player = &room->players[room->order[i]];
    const struct player *before = i == 0 ? NULL : &room->players[room->order[i - 1]];
    bool shared = before != NULL && compare_by_ties(room->plan, before, player) == 0;
    return shared ? before->rank : (uint32_t)i + 1;
}

uint32_t ranking_of_last(const struct room *room)
{
    return rank_at(room, room->ordered - 1);
}

void ranking_sort(struct room *room)
{
    room->ordered = 0;
    for (uint32_t seat = 0; seat < room->seats; seat++)
        if (room->players[seat].removed || room->players[seat].disqualified)
            room->players[seat].rank = 0;
        else
            room->order[room->ordered++] = seat;
    if (room->ordered > 1)
        qsort_r(room->order, room->ordered, sizeof *room->order, compare_seats, room);
    for (size_t i = 0; i < room->ordered; i++)
        room->players[room->order[i]].rank = rank_at(room, i);
}
