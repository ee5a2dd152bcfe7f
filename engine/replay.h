/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.h - a room built again from its entries, with nothing of the server around it.
 *
 * Results, bundles and verification stand on it: what cannot be replayed is not shown. Blocks; never in a worker's
 * loop.
 */
#ifndef HOITHI_ENGINE_REPLAY_H
#define HOITHI_ENGINE_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/redis_sync.h"
#include "question-banks/bank.h"
#include "rooms/hub.h"
#include "rooms/room.h"

#define REPLAY_ID_MAX 48
#define REPLAY_PAGE "200"

enum replay_status { REPLAY_OK, REPLAY_NO_ROOM, REPLAY_UNREADABLE, REPLAY_STORE_FAILED };

struct replay {
    char name[ROOM_ID_MAX + 1];
    struct bank *bank;
    char *bank_text;
    size_t bank_length;
    struct room *room;
    struct effects effects;
    struct digest head; /* of the chain */
    uint64_t position;
    char last_id[REPLAY_ID_MAX];
    char why[400]; /* if something failed */
};

/* Takes the bank's text as a copy. Clear it in any case. */
enum replay_status replay_init(struct replay *replay, const char *room, const char *bank_text, size_t bank_length);
void replay_clear(struct replay *replay);
/* The next entry; its position must be the next. */
enum replay_status replay_entry(struct replay *replay, const struct entry *entry);
/* There was a `created`, and it speaks of this bank. */
enum replay_status replay_end(struct replay *replay);

/* The whole of a room from the store (init, every entry, end). `each`, if not NULL, sees every entry. */
enum replay_status replay_store(struct replay *replay, struct redis_sync *redis, const char *room,
                                void (*each)(void *context, const struct entry *entry), void *context);

#endif
