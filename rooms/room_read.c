/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/room_state.h"

const struct plan *room_plan(const struct room *room)
{
    return room->plan;
}

enum phase room_phase(const struct room *room)
{
    return room->phase;
}

bool room_paused(const struct room *room)
{
    return room->paused;
}

bool room_locked(const struct room *room)
{
    return room->locked;
}

bool room_frozen(const struct room *room)
{
    return room->frozen;
}

bool room_held(const struct room *room)
{
    return room->held;
}

const char *room_result_name(const struct room *room)
{
    return room->final ? "final" : room->phase == PHASE_ENDED ? "provisional" : "live";
}

uint64_t room_at(const struct room *room)
{
    return room->at;
}

uint64_t room_position(const struct room *room)
{
    return room->position;
}

uint32_t room_q(const struct room *room)
{
    return room->q;
}

uint32_t room_clock(const struct room *room)
{
    return room->clock;
}

int64_t room_created_at_ms(const struct room *room)
{
    return room->created_at_ms;
}

uint32_t room_find_row(const struct room *room, const char *key)
{
    uint64_t wanted = map_key(key);
    uint32_t taken = 0;

    for (uint32_t i = 0; i < room->plan->listed; i++) {
        if (room->listed[i].name == NULL || room->listed[i].key != wanted)
            continue;
        if (room->listed[i].seat == NO_SEAT)
            return i + 1;
        taken = taken == 0 ? i + 1 : taken;
    }
    return taken;
}

size_t room_seats(const struct room *room)
{
    return room->seats;
}

size_t room_players(const struct room *room)
{
    return room->seats - room->removed;
}

size_t room_answered(const struct room *room)
{
    return room->q == 0 ? 0 : room_round(room, room->q)->answered;
}

bool room_all_answered(const struct room *room)
{
    return room->phase == PHASE_QUESTION && !room->paused && room->present > 0 &&
           room->present_answered == room->present;
}

bool room_question_is_last(const struct room *room)
{
    return room->q == room->plan->question_count;
}

int64_t room_time_mark(const struct room *room)
{
    if (room->phase == PHASE_QUESTION)
        return room->paused ? room->paused_at_ms : room->opened_at_ms + room->stood_still_ms;
    return room->closed_at_ms;
}

int64_t room_open_ms(const struct room *room, int64_t wall_ms)
{
    int64_t until = room->phase == PHASE_QUESTION ? (room->paused ? room->paused_at_ms : wall_ms) : room->closed_at_ms;
    int64_t open = until - room->opened_at_ms - room->stood_still_ms;
    return open > 0 ? open : 0;
}

uint32_t room_limit_ms(const struct room *room)
{
    if (room->q == 0)
        return 0;
    return room->plan->questions[room->q - 1].limit_ms + room_round(room, room->q)->extended_ms;
}

static uint32_t limit_by_factor(const struct room *room, uint32_t factor)
{
    uint64_t limit = (uint64_t)room_limit_ms(room) * factor / 100;
    return factor == 0 || limit >= LIMIT_NONE ? LIMIT_NONE : (uint32_t)limit;
}

uint32_t room_seat_limit_ms(const struct room *room, uint32_t seat)
{
    return limit_by_factor(room, room->players[seat].factor);
}

uint32_t room_longest_limit_ms(const struct room *room)
{
    return limit_by_factor(room, room->longest_factor);
}
