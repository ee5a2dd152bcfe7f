/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/room_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"

struct player *roster_at(const struct room *room, uint32_t seat)
{
    return seat < room->seats ? &room->players[seat] : NULL;
}

uint16_t roster_unit_index(struct room *room, const char *name)
{
    uint64_t key = map_key(name);
    const uint32_t *found = map_find(&room->unit_index, key);
    if (found != NULL)
        return (uint16_t)*found;
    if (room->unit_count >= UINT16_MAX)
        return 0; /* a room with more units than that ranks the rest as the first */
    room->units = memory_grow(room->units, room->unit_count + 1, sizeof *room->units);
    room->units[room->unit_count] = memory_copy(name, strlen(name));
    map_set(&room->unit_index, key, (uint32_t)room->unit_count);
    return (uint16_t)room->unit_count++;
}

const char *roster_unit(const struct room *room, const struct player *player)
{
    return player->unit < room->unit_count ? room->units[player->unit] : "";
}

/* A name with its number behind it; the first of a name has none. */
static char *numbered(const char *text, uint32_t number)
{
    struct buffer out;

    buffer_init(&out);
    buffer_put(&out, text);
    if (number > 1)
        buffer_print(&out, " (%u)", number);
    return buffer_take(&out);
}

/* Takes the next number that makes a name nobody has: "An (2)" may be what somebody wrote. */
static uint32_t take_number(struct room *room, const char *key)
{
    uint64_t plain = map_key(key), taken;
    const uint32_t *count = map_find(&room->names, plain);
    uint32_t number = count == NULL ? 0 : *count;

    do {
        char *name = numbered(key, ++number);
        taken = map_key(name);
        free(name);
    } while (number > 1 && map_find(&room->names, taken) != NULL);
    map_set(&room->names, plain, number);
    if (number > 1)
        map_set(&room->names, taken, 1);
    return number;
}

static void note_looks(struct room *room, uint64_t key, const char *skeleton)
{
    uint64_t looks = map_key(skeleton);
    if (map_find(&room->skeletons, looks) == NULL)
        map_set(&room->skeletons, looks, (uint32_t)(key >> 32));
}

/* "An" stays "An"; the next one is "An (2)". Names are personal: nothing that ranks reads them. */
void roster_name(struct room *room, struct player *player, const struct event_row *row)
{
    if (row->shown == NULL || row->key == NULL || row->skeleton == NULL)
        return;
    uint64_t key = map_key(row->key);
    if (player->name == NULL || player->name_key != key)
        player->name_number = take_number(room, row->key);
    player->name_key = key;
    free(player->name);
    player->name = numbered(row->shown, player->name_number);
    note_looks(room, key, row->skeleton);
}

void roster_list(struct room *room)
{
    const struct plan *plan = room->plan;

    room->listed = memory_new(plan->listed, sizeof *room->listed);
    for (uint32_t i = 0; i < plan->listed; i++) {
        struct listed *listed = &room->listed[i];
        listed->seat = NO_SEAT;
        if (plan->names == NULL)
            continue;
        listed->key = map_key(plan->names[i].key);
        listed->number = take_number(room, plan->names[i].key);
        listed->name = numbered(plan->names[i].shown, listed->number);
        note_looks(room, listed->key, plan->names[i].skeleton);
    }
}

static void take_row(struct room *room, struct player *player, uint32_t row)
{
    struct listed *listed = &room->listed[row - 1];

    listed->seat = (uint32_t)(player - room->players);
    player->row = (uint16_t)row;
    player->name_key = listed->key;
    player->name_number = listed->number;
    player->name = listed->name == NULL ? NULL : memory_copy(listed->name, strlen(listed->name));
}

bool room_name_is_spoof(const struct room *room, const char *key, const char *skeleton)
{
    const uint32_t *found = map_find(&room->skeletons, map_key(skeleton));
    return found != NULL && *found != (uint32_t)(map_key(key) >> 32);
}

static void make_place(struct room *room)
{
    if (room->seats < room->capacity)
        return;
    /* By a quarter: what is spare here is spare in every question's answers. */
    room->capacity = room->capacity == 0 ? 64 : room->capacity + room->capacity / 4;
    room->players = memory_grow(room->players, room->capacity, sizeof *room->players);
    room->order = memory_grow(room->order, room->capacity, sizeof *room->order);
}

uint32_t roster_add(struct room *room, const struct event_row *row, int64_t at_ms)
{
    make_place(room);
    uint32_t seat = (uint32_t)room->seats++;
    struct player *player = &room->players[seat];

    *player = (struct player){.id = row->player, .code = row->code, .factor = 100};
    player->waiting = room->plan->names_nod && row->row == 0; /* the host has named the others */
    player->first_q = (uint16_t)(room->phase == PHASE_QUESTION ? room->q : room->q + 1);
    player->unit = roster_unit_index(room, row->unit);
    if (row->row > 0)
        take_row(room, player, row->row);
    else
        roster_name(room, player, row);
    map_set(&room->by_id, row->player, seat);
    if (row->code != 0)
        map_set(&room->by_code, row->code, seat);
    room->order[room->ordered++] = seat;
    player->rank = ranking_of_last(room); /* until the next ranking: behind all who have points */
    player->rank_before = player->rank;
    roster_attach(room, player, row->connection, at_ms);
    return seat;
}

static bool has_answered(const struct room *room, const struct player *player)
{
    return room->q > 0 && round_has(room_round(room, room->q), (uint32_t)(player - room->players));
}

/* Longer than any outage through which rows wait; past it a clock was set back, and what comes last counts. */
#define ATTACHED_EARLIER_MAX_MS 300000

bool roster_attach(struct room *room, struct player *player, uint64_t connection, int64_t at_ms)
{
    int64_t earlier_ms = player->attached_at_ms - at_ms;
    if (earlier_ms > 0 && earlier_ms <= ATTACHED_EARLIER_MAX_MS)
        return false;
    player->connection = connection;
    player->attached_at_ms = at_ms;
    if (player->present)
        return true;
    player->present = true;
    room->present++;
    if (has_answered(room, player))
        room->present_answered++;
    return true;
}

void roster_leave(struct room *room, struct player *player)
{
    if (!player->present)
        return;
    player->present = false;
    room->present--;
    if (has_answered(room, player))
        room->present_answered--;
}

void roster_remove(struct room *room, struct player *player, bool ban)
{
    roster_leave(room, player);
    if (has_answered(room, player))
        room_round(room, room->q)->answered--;
    if (player->row > 0 && !ban)
        room->listed[player->row - 1].seat = NO_SEAT; /* somebody else may be this one */
    player->removed = true;
    player->banned = ban;
    room->removed++;
    roster_find_longest(room);
    ranking_sort(room);
}

void roster_find_longest(struct room *room)
{
    room->longest_factor = 100;
    for (size_t i = 0; i < room->seats && room->longest_factor != 0; i++) {
        const struct player *player = &room->players[i];
        if (!player->removed && (player->factor == 0 || player->factor > room->longest_factor))
            room->longest_factor = player->factor;
    }
}

void roster_recount(struct room *room)
{
    room->present_answered = 0;
    for (size_t i = 0; i < room->seats; i++)
        if (room->players[i].present && has_answered(room, &room->players[i]))
            room->present_answered++;
}

void roster_clear(struct room *room)
{
    for (size_t i = 0; i < room->seats; i++)
        free(room->players[i].name);
    for (size_t i = 0; i < room->unit_count; i++)
        free(room->units[i]);
    for (size_t i = 0; room->listed != NULL && i < room->plan->listed; i++)
        free(room->listed[i].name);
    free(room->listed);
    free(room->players);
    free(room->order);
    free(room->units);
    map_clear(&room->by_id);
    map_clear(&room->by_code);
    map_clear(&room->names);
    map_clear(&room->skeletons);
    map_clear(&room->unit_index);
}

uint32_t room_find(const struct room *room, uint64_t player)
{
    const uint32_t *seat = player == 0 ? NULL : map_find(&room->by_id, player);
    return seat == NULL ? NO_SEAT : *seat;
}

uint32_t room_find_code(const struct room *room, uint64_t digest)
{
    const uint32_t *seat = digest == 0 ? NULL : map_find(&room->by_code, digest);
    return seat == NULL ? NO_SEAT : *seat;
}
