/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seating.c - who comes in, comes back, is given a seat again or is shown out.
 */
#include "rooms/room_state.h"

enum refusal room_may_join(const struct room *room)
{
    if (room->phase == PHASE_ENDED)
        return REFUSAL_WRONG_PHASE;
    if (room->locked || (room->plan->no_late_join && room->phase != PHASE_LOBBY))
        return REFUSAL_ROOM_LOCKED;
    return room_players(room) >= room->plan->players_max ? REFUSAL_ROOM_FULL : REFUSAL_NONE;
}

enum refusal room_may_take(const struct room *room, uint32_t row)
{
    if (row > room->plan->listed || (row == 0 && room->plan->list_only))
        return REFUSAL_NOT_LISTED;
    return row > 0 && room->listed[row - 1].seat != NO_SEAT ? REFUSAL_NAME_TAKEN : REFUSAL_NONE;
}

/* A join that comes again (its reply was lost) finds its seat: for it the doors are never locked. */
static enum refusal join_again(struct room *room, struct player *player, uint64_t connection, int64_t at_ms)
{
    if (player->removed)
        return player->banned ? REFUSAL_BANNED : REFUSAL_BAD_TOKEN;
    return roster_attach(room, player, connection, at_ms) ? REFUSAL_NONE : REFUSAL_STALE;
}

/* Nobody came after the log has them: a worker that says so goes by a clock that has been set back since. */
static int64_t came_at_ms(const struct event *event, const struct event_row *row)
{
    bool said = row->read_at_ms > 0 && row->read_at_ms < event->at_ms;
    return said ? row->read_at_ms : event->at_ms;
}

static enum refusal seat_joined(struct room *room, const struct event *event, struct effects *effects)
{
    for (size_t i = 0; i < event->row_count; i++) {
        const struct event_row *row = &event->rows[i];
        uint32_t seat = room_find(room, row->player);
        enum refusal refusal = seat != NO_SEAT
                                   ? join_again(room, &room->players[seat], row->connection, came_at_ms(event, row))
                                   : room_may_join(room);
        if (seat == NO_SEAT && refusal == REFUSAL_NONE)
            refusal = room_may_take(room, row->row);
        if (seat == NO_SEAT && refusal == REFUSAL_NONE)
            roster_add(room, row, came_at_ms(event, row));
        effects_add(effects, room, event, row->player)->refusal = refusal;
    }
    return REFUSAL_NONE;
}

static enum refusal seat_presence(struct room *room, const struct event *event, struct effects *effects)
{
    for (size_t i = 0; i < event->row_count; i++) {
        const struct event_row *row = &event->rows[i];
        struct player *player = roster_at(room, room_find(room, row->player));
        struct effect *effect = effects_add(effects, room, event, row->player);
        if (player == NULL || player->removed)
            effect->refusal = player == NULL ? REFUSAL_BAD_TOKEN : REFUSAL_NOT_ALLOWED;
        else if (event->type == EVENT_ATTACHED)
            effect->refusal =
                roster_attach(room, player, row->connection, came_at_ms(event, row)) ? REFUSAL_NONE : REFUSAL_STALE;
        else if (player->connection == row->connection)
            roster_leave(room, player);
        else
            effect->refusal = REFUSAL_STALE; /* they are back already, on another connection */
    }
    return REFUSAL_NONE;
}

static enum refusal give_code(struct room *room, struct player *player, const struct event *event)
{
    if (map_find(&room->by_code, event->code) != NULL)
        return REFUSAL_BUSY;
    if (player->seat_code != 0)
        map_remove(&room->by_code, player->seat_code);
    player->seat_code = event->code;
    map_set(&room->by_code, event->code, (uint32_t)(player - room->players));
    return REFUSAL_NONE;
}

static enum refusal take_code(struct room *room, struct player *player, const struct event *event)
{
    if (event->take == player->seat_code) {
        /* One time only, and the old phone's token ends with it. */
        map_remove(&room->by_code, player->seat_code);
        player->seat_code = 0;
        player->generation++;
    } else if (event->take != player->code) {
        return REFUSAL_BAD_TOKEN;
    }
    player->attached_at_ms = 0; /* a code is brought by hand: it comes last */
    roster_attach(room, player, event->connection, event->at_ms);
    return REFUSAL_NONE;
}

static enum refusal change_player(struct room *room, struct player *player, const struct event *event)
{
    if (event->type == EVENT_RESEATED)
        return event->code != 0 ? give_code(room, player, event) : take_code(room, player, event);
    if (event->type == EVENT_RENAMED)
        roster_name(room, player, &event->rows[0]);
    if (event->type == EVENT_NODDED)
        player->waiting = false;
    if (event->type == EVENT_REMOVED)
        roster_remove(room, player, event->ban);
    if (event->type == EVENT_ACCOMMODATED) {
        if (event->factor != 0 && (event->factor < 100 || event->factor > FACTOR_MAX))
            return REFUSAL_BAD_ARGS;
        player->factor = (uint16_t)event->factor;
        roster_find_longest(room);
        room->clock++; /* the question may now close later, or earlier */
    }
    return REFUSAL_NONE;
}

enum refusal seating_change(struct room *room, struct event *event, struct effects *effects)
{
    struct player *player = roster_at(room, room_find(room, event->player));

    if (player == NULL || player->removed)
        return REFUSAL_BAD_ARGS;
    enum refusal refusal = change_player(room, player, event);
    if (refusal == REFUSAL_NONE)
        effects_add(effects, room, event, event->player);
    return refusal;
}

enum refusal seating_rows(struct room *room, struct event *event, struct effects *effects)
{
    return event->type == EVENT_JOINED ? seat_joined(room, event, effects) : seat_presence(room, event, effects);
}
