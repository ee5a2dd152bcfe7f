/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

void hub_count(const struct hub *hub, struct hub_counts *out)
{
    *out = hub->counts;
    out->rooms = (uint32_t)hub->hall_count;
    out->sessions = (uint32_t)hub->sessions;
    out->pending_rows = (uint32_t)hub->pending_rows;
    out->players = 0;
    for (size_t i = 0; i < hub->hall_count; i++)
        if (hub->halls[i]->caught_up)
            out->players += (uint32_t)room_players(hub->halls[i]->room);
}

bool hub_board_row(struct hub *hub, const char *room, size_t index, struct board_row *out)
{
    const struct hall *hall = hub_hall(hub, room);
    uint32_t before, seat;
    return hall != NULL && hall->caught_up && room_view_row(hall->room, index, hub->row_id, out, &before, &seat);
}

uint64_t hub_board_position(const struct hub *hub, const char *room)
{
    const struct hall *hall = hub_hall(hub, room);
    return hall == NULL || !hall->caught_up ? 0 : hall->board_position;
}

const char *hub_board_state(const struct hub *hub, const char *room, bool *frozen)
{
    const struct hall *hall = hub_hall(hub, room);
    *frozen = hall != NULL && hall->caught_up && room_frozen(hall->room);
    return hall != NULL && hall->caught_up ? room_result_name(hall->room) : "live";
}

const char *hub_phase(const struct hub *hub, const char *room, size_t *players)
{
    const struct hall *hall = hub_hall(hub, room);
    if (hall == NULL || !hall->caught_up)
        return NULL;
    *players = room_players(hall->room);
    return phase_name(room_phase(hall->room));
}

void hub_each_room(const struct hub *hub, void (*each)(void *context, const char *room), void *context)
{
    for (size_t i = 0; i < hub->hall_count; i++)
        each(context, hub->halls[i]->id);
}
