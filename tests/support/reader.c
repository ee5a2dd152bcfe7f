/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct read_room *reader_room(struct reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->room_count; i++)
        if (strcmp(reader->rooms[i].name, name) == 0)
            return &reader->rooms[i];
    cr_assert_lt(reader->room_count, READER_ROOMS_MAX);
    struct read_room *room = &reader->rooms[reader->room_count++];
    snprintf(room->name, sizeof room->name, "%s", name);
    strcpy(room->last_id, "0-0");
    return room;
}

static void room_bank(void *context, const char *room, struct bank *bank)
{
    reader_room(context, room)->banks++;
    bank_free(bank);
}

static void room_missing(void *context, const char *room, int64_t now_ms)
{
    (void)now_ms;
    reader_room(context, room)->missing++;
}

static enum hub_entry_result entry_came(void *context, const char *name, const struct entry *entry, int64_t now_ms)
{
    struct reader *reader = context;
    struct read_room *room = reader_room(reader, name);
    (void)now_ms;
    if (reader->stop_at_next)
        return HUB_ENTRY_UNKNOWN;
    if (entry->position != room->position + 1)
        return HUB_ENTRY_GAP;
    cr_assert_lt(room->position, READER_ENTRIES_MAX);
    room->texts[room->position] = strndup(entry->e, entry->e_length);
    room->position = entry->position;
    snprintf(room->last_id, sizeof room->last_id, "%s", entry->id);
    snprintf(room->last_e, sizeof room->last_e, "%.*s", (int)entry->e_length, entry->e);
    return HUB_ENTRY_TAKEN;
}

static void caught_up(void *context, const char *name, int64_t wall_ms, int64_t now_ms)
{
    struct read_room *room = reader_room(context, name);
    (void)now_ms;
    room->caught_up++;
    room->wall_ms = wall_ms;
}

static uint64_t position_of(void *context, const char *name, const char **id)
{
    struct read_room *room = reader_room(context, name);
    if (id != NULL)
        *id = room->last_id;
    return room->position;
}

static bool same_last(void *context, const char *name, const struct entry *entry)
{
    struct read_room *room = reader_room(context, name);
    return entry != NULL && strcmp(entry->id, room->last_id) == 0 && strlen(room->last_e) == entry->e_length &&
           memcmp(room->last_e, entry->e, entry->e_length) == 0;
}

static void forget_entries(struct read_room *room)
{
    for (uint64_t i = 0; i < room->position; i++)
        free(room->texts[i]);
    room->position = 0;
    strcpy(room->last_id, "0-0");
}

static void room_lost(void *context, const char *name, int64_t now_ms)
{
    struct read_room *room = reader_room(context, name);
    (void)now_ms;
    room->lost++;
    forget_entries(room);
}

static void appended(void *context, const char *room, uint64_t ticket, uint64_t position, int64_t now_ms)
{
    struct reader *reader = context;
    (void)room;
    (void)position;
    (void)now_ms;
    reader->appended++;
    reader->last_ticket = ticket;
}

static void storage_changed(void *context, enum storage storage, int64_t now_ms)
{
    struct reader *reader = context;
    (void)now_ms;
    reader->storage = storage;
    reader->told[storage]++;
}

struct log_events reader_events(struct reader *reader)
{
    return (struct log_events){.context = reader,
                               .room_bank = room_bank,
                               .room_missing = room_missing,
                               .room_archived = room_missing,
                               .entry = entry_came,
                               .caught_up = caught_up,
                               .position = position_of,
                               .same_last = same_last,
                               .room_lost = room_lost,
                               .appended = appended,
                               .storage = storage_changed};
}

void reader_clear(struct reader *reader)
{
    for (size_t i = 0; i < reader->room_count; i++)
        forget_entries(&reader->rooms[i]);
}
