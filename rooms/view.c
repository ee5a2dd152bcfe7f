/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/view.h"

#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"
#include "rooms/room_state.h"

static bool is_staff(enum role role)
{
    return role == ROLE_HOST || role == ROLE_JUDGE || role == ROLE_ADMIN;
}

static bool sees_ranks(const struct room *room, enum role role)
{
    if (room->frozen && !is_staff(role))
        return false;
    switch (room->plan->board) {
    case BOARD_EACH:
        return true;
    case BOARD_END:
        return is_staff(role) || room->phase == PHASE_ENDED;
    case BOARD_NONE:
    case BOARD_SHOWN_COUNT:
        break;
    }
    return is_staff(role);
}

void room_view_answer(const struct room *room, uint32_t q, uint32_t seat, struct answer_view *out)
{
    *out = (struct answer_view){.q = q};
    if (q == 0)
        return;
    const struct round *round = room_round(room, q);
    const struct answer *answer = round_answer(round, seat);
    if (answer == NULL)
        return;
    uint32_t text = round->texts == NULL ? 0 : round->texts[seat];
    out->given = true;
    out->value = answer->value;
    out->shown = text == 0 ? NULL : room->texts[text - 1];
    out->n = answer->n;
    out->status = (enum answer_status)answer->status;
    out->position = answer->position;
    out->credit_ms = answer->credit_ms;
}

static void view_seat(const struct room *room, uint32_t seat, struct view *out)
{
    const struct player *player = &room->players[seat];

    out->you = true;
    out->seat = seat;
    out->player = player->id;
    out->name = player->name == NULL ? "" : player->name;
    out->unit = roster_unit(room, player);
    out->waiting = player->waiting;
    out->total = player->points;
    out->rank = player->rank;
    if (room->q > 0)
        out->limit_ms = room_seat_limit_ms(room, seat);
    room_view_answer(room, room->q, seat, &out->answer);
}

void room_view(const struct room *room, enum role role, uint32_t seat, struct view *out)
{
    *out = (struct view){
        .role = role,
        .phase = room->phase,
        .paused = room->paused,
        .locked = room->locked,
        .position = room->position,
        .at = room->at,
        .q = room->q,
        .of = (uint32_t)room->plan->question_count,
        .players = (uint32_t)room_players(room),
        .held = room->held,
        .frozen = room->frozen,
        .result = room_result_name(room),
        .texts = role != ROLE_PLAYER || room->plan->text == TEXT_ON_PHONES,
        .ranks = sees_ranks(room, role),
        .seat = NO_SEAT,
        .limit_ms = room_limit_ms(room),
    };
    if (seat < room->seats)
        view_seat(room, seat, out);
}

size_t room_view_place(const struct room *room, uint32_t seat)
{
    /* The order goes by rank, and by seat among equals; a class in which nobody has points yet is one long tie. */
    uint32_t rank = room->players[seat].rank;
    size_t low = rank > 0 ? rank - 1 : 0, high = room->ordered;

    if (low < high && room->order[low] == seat)
        return low;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t other = room->order[middle];
        uint32_t other_rank = room->players[other].rank;
        if (other_rank < rank || (other_rank == rank && other < seat))
            low = middle + 1;
        else
            high = middle;
    }
    return low < room->ordered && room->order[low] == seat ? low : room->ordered;
}

static void view_ahead(const struct room *room, uint32_t seat, struct result_view *out)
{
    uint32_t rank = room->players[seat].rank;
    out->ahead = NO_SEAT;
    if (rank <= 1 || rank > room->ordered + 1)
        return;
    /* The place before the first of this rank: who shares the rank is not ahead. */
    const struct player *ahead = &room->players[room->order[rank - 2]];
    out->ahead = room->order[rank - 2];
    out->ahead_name = ahead->name == NULL ? "" : ahead->name;
    out->ahead_points = ahead->points;
}

bool room_view_result(const struct room *room, uint32_t q, uint32_t seat, struct result_view *out)
{
    *out = (struct result_view){0};
    if (q == 0 || !room_round(room, q)->scored || seat >= room->seats)
        return false;
    const struct player *player = &room->players[seat];
    const struct answer *answer = round_answer(room_round(room, q), seat);

    room_view_answer(room, q, seat, &out->answer);
    out->points = score_of(room, q, seat, &out->right);
    out->ms = answer == NULL ? 0 : answer->time_ms;
    out->total = player->points;
    out->rank = player->rank;
    out->rank_before = player->rank_before;
    out->of = (uint32_t)room_players(room);
    out->right_count = player->right;
    view_ahead(room, seat, out);
    return true;
}

const struct key *room_view_key(const struct room *room, uint32_t q)
{
    return q > 0 && room_round(room, q)->revealed ? &room->plan->questions[q - 1].key : NULL;
}

bool room_view_skipped(const struct room *room, uint32_t q)
{
    return room_round(room, q)->skipped;
}

bool room_view_gift(const struct room *room, uint32_t q)
{
    return room_round(room, q)->gift;
}

bool room_view_scored(const struct room *room, uint32_t q)
{
    return room_round(room, q)->scored;
}

uint32_t room_view_first_q(const struct room *room, uint32_t seat)
{
    return seat < room->seats ? room->players[seat].first_q : 1; /* who was absent missed the first, too */
}

struct tally {
    uint64_t value;
    uint32_t count;
    uint32_t seat;
};

static int compare_tallies(const void *left, const void *right)
{
    const struct tally *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->value < b->value ? -1 : a->value > b->value;
}

static size_t tally_values(const struct room *room, const struct round *round, struct tally *tallies)
{
    struct map index;
    size_t count = 0;

    map_init(&index);
    for (uint32_t seat = 0; seat < round->capacity && seat < room->seats; seat++) {
        if (!round_has(round, seat) || room->players[seat].removed)
            continue;
        /* Values may be 0 (the number zero), keys may not: spread and step aside. */
        uint64_t value = round->answers[seat].value;
        uint64_t key = value * UINT64_C(0x9E3779B97F4A7C15) ^ UINT64_C(0x5851F42D4C957F2D);
        key = key == 0 ? 1 : key;
        uint32_t *found = map_find(&index, key);
        if (found == NULL) {
            tallies[count] = (struct tally){.value = value, .seat = seat};
            map_set(&index, key, (uint32_t)count++);
            found = map_find(&index, key);
        }
        tallies[*found].count++;
    }
    map_clear(&index);
    return count;
}

static void list_values(const struct room *room, uint32_t q, struct distribution *out)
{
    const struct round *round = room_round(room, q);
    const struct plan_question *question = &room->plan->questions[q - 1];
    struct tally *tallies = memory_new(round->capacity, sizeof *tallies);
    size_t count = tally_values(room, round, tallies);

    qsort(tallies, count, sizeof *tallies, compare_tallies);
    out->values = count < DISTRIBUTION_VALUES_MAX ? count : DISTRIBUTION_VALUES_MAX;
    for (size_t i = 0; i < out->values; i++) {
        struct answer_view answer;
        struct mark mark;
        room_view_answer(room, q, tallies[i].seat, &answer);
        kind_mark(&question->shape, &question->key, tallies[i].value, &mark);
        out->value[i].value = tallies[i].value;
        out->value[i].shown = answer.shown;
        out->value[i].count = tallies[i].count;
        out->value[i].right = mark.right;
    }
    free(tallies);
}

bool room_view_distribution(const struct room *room, uint32_t q, struct distribution *out)
{
    *out = (struct distribution){0};
    if (q == 0 || !room_round(room, q)->revealed)
        return false;
    const struct round *round = room_round(room, q);
    const struct shape *shape = &room->plan->questions[q - 1].shape;

    out->of = (uint32_t)room_players(room);
    out->bars = kind_bars(shape);
    for (uint32_t seat = 0; seat < round->capacity && seat < room->seats; seat++) {
        if (!round_has(round, seat) || room->players[seat].removed)
            continue;
        out->answered++;
        if (out->bars > 0)
            kind_count(shape, round->answers[seat].value, out->bar);
    }
    if (out->bars == 0)
        list_values(room, q, out);
    return true;
}

bool room_view_row(const struct room *room, size_t index, char id[PLAYER_TEXT_SIZE], struct board_row *row,
                   uint32_t *rank_before, uint32_t *seat)
{
    if (index >= room->ordered)
        return false;
    const struct player *player = &room->players[room->order[index]];

    player_id_write(player->id, id);
    *row = (struct board_row){
        .rank = player->rank,
        .player = id,
        .name = player->name == NULL ? "" : player->name,
        .unit = roster_unit(room, player),
        .points = player->points,
        .right = player->right,
        .ms = player->right_ms,
        .removed = player->removed,
    };
    *rank_before = player->rank_before;
    *seat = room->order[index];
    return true;
}

bool room_view_public_row(const struct room *room, size_t index, char id[PLAYER_TEXT_SIZE], struct board_row *row,
                          uint32_t *rank_before, uint32_t *seat)
{
    if (!room->frozen) {
        if (!room_view_row(room, index, id, row, rank_before, seat))
            return false;
    } else {
        if (index >= room->frozen_count)
            return false;
        const struct frozen_line *line = &room->frozen_lines[index];
        const struct player *player = &room->players[line->seat];
        player_id_write(player->id, id);
        *row = (struct board_row){.rank = line->rank,
                                  .player = id,
                                  .name = player->name == NULL ? "" : player->name,
                                  .unit = roster_unit(room, player),
                                  .points = line->points,
                                  .right = line->right,
                                  .ms = line->right_ms};
        *rank_before = line->rank_before;
        *seat = line->seat;
    }
    if (room->players[*seat].waiting)
        row->name = "…";
    return true;
}

bool room_view_person(const struct room *room, uint32_t seat, struct person_view *out)
{
    if (seat >= room->seats)
        return false;
    const struct player *player = &room->players[seat];

    *out = (struct person_view){
        .name = player->name == NULL ? "" : player->name,
        .unit = roster_unit(room, player),
        .row = player->row,
        .present = player->present,
        .removed = player->removed,
        .waiting = player->waiting,
        .disqualified = player->disqualified,
        .answered = room->q > 0 && round_has(room_round(room, room->q), seat),
        .factor = player->factor,
        .points = player->points,
        .rank = player->rank,
    };
    player_id_write(player->id, out->id);
    return true;
}

bool room_view_listed(const struct room *room, uint32_t row, struct listed_view *out)
{
    if (row == 0 || row > room->plan->listed)
        return false;
    const struct listed *listed = &room->listed[row - 1];
    *out = (struct listed_view){.name = listed->name == NULL ? "" : listed->name, .seat = listed->seat};
    out->absent = listed->seat == NO_SEAT || room->players[listed->seat].removed;
    return true;
}

bool room_seat_state(const struct room *room, uint32_t seat, struct seat_state *out)
{
    if (seat >= room->seats)
        return false;
    const struct player *player = &room->players[seat];
    *out = (struct seat_state){.player = player->id,
                               .connection = player->connection,
                               .generation = player->generation,
                               .present = player->present,
                               .removed = player->removed,
                               .banned = player->banned};
    return true;
}
