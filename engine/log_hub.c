/* SPDX-License-Identifier: Apache-2.0 */
/* The hub as the one whom a log tells. */
#include "engine/log.h"

static void room_bank(void *context, const char *room, struct bank *bank)
{
    hub_room_bank(context, room, bank);
}

static void room_missing(void *context, const char *room, int64_t now_ms)
{
    hub_room_missing(context, room, now_ms);
}

static void room_archived(void *context, const char *room, int64_t now_ms)
{
    hub_room_archived(context, room, now_ms);
}

static enum hub_entry_result entry_came(void *context, const char *room, const struct entry *entry, int64_t now_ms)
{
    return hub_entry(context, room, entry, now_ms);
}

static void caught_up(void *context, const char *room, int64_t wall_ms, int64_t now_ms)
{
    hub_caught_up(context, room, wall_ms, now_ms);
}

static uint64_t position_of(void *context, const char *room, const char **id)
{
    const char *unused;
    return hub_position(context, room, id == NULL ? &unused : id);
}

static bool same_last(void *context, const char *room, const struct entry *entry)
{
    return hub_same_last(context, room, entry);
}

static void room_lost(void *context, const char *room, int64_t now_ms)
{
    hub_room_lost(context, room, now_ms);
}

static void appended(void *context, const char *room, uint64_t ticket, uint64_t position, int64_t now_ms)
{
    hub_appended(context, room, ticket, position, now_ms);
}

static void storage_changed(void *context, enum storage storage, int64_t now_ms)
{
    hub_storage(context, storage, now_ms);
}

struct log_events log_events_of_hub(struct hub *hub)
{
    return (struct log_events){.context = hub,
                               .room_bank = room_bank,
                               .room_missing = room_missing,
                               .room_archived = room_archived,
                               .entry = entry_came,
                               .caught_up = caught_up,
                               .position = position_of,
                               .same_last = same_last,
                               .room_lost = room_lost,
                               .appended = appended,
                               .storage = storage_changed};
}
