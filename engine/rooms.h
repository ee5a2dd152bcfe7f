/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rooms.h - rooms as records in Redis: making one, its PIN, and the lists that a key sees.
 *
 * It knows no rules: what a room *is* stands in its log. Ids are 12 letters and digits.
 */
#ifndef HOITHI_ENGINE_ROOMS_H
#define HOITHI_ENGINE_ROOMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/redis.h"
#include "rooms/hub.h"
#include "rooms/plan.h"

#define ROOM_ID_LENGTH 12
#define PIN_LIFE_S (90 * 24 * 3600) /* of a PIN whose room never ended */
#define PIN_TRIES_MAX 40
#define ROOMS_LIST_MAX 500
#define ROOM_META_MAX 260
#define ROOM_GIVEN_MAX 16 /* keys that a room is given to besides the one that made it */

enum rooms_answer { ROOMS_OK, ROOMS_UNKNOWN, ROOMS_NO_PIN, ROOMS_AWAY, ROOMS_GIVEN_TO_MANY };

struct room_ids {
    char room[ROOM_ID_MAX + 1];
    char pin[PIN_DIGITS + 1];
};
/* `ids` is NULL unless ROOMS_OK. */
typedef void rooms_created_fn(void *context, enum rooms_answer answer, const struct room_ids *ids);

/*
 * Makes a room: takes a PIN, then writes bank, record and the `created` entry in one step. Takes `plan` (its `pin` is
 * filled in here; owner and salt must be set). `bank_text` is the bank file as it was read; copied. The answer comes
 * from the loop, or, when Redis is away, before this returns.
 */
void rooms_create(struct redis *redis, struct plan *plan, const char *bank_text, size_t bank_length,
                  rooms_created_fn *created, void *context);

/* What the lists show. Strings are borrowed for the call. */
struct room_record {
    const char *room;
    const char *pin; /* "" once freed */
    const char *title_json;
    const char *bank;  /* "id@version" */
    const char *owner; /* id of a key */
    const char *given; /* ids of keys, with a space behind each */
    const char *state; /* live, provisional, final */
    const char *phase;
    uint32_t players;
    int64_t created_at_ms;
    int64_t archived_at_ms; /* 0: it is in the store */
};
typedef void rooms_record_fn(void *context, enum rooms_answer answer, const struct room_record *record);
void rooms_find(struct redis *redis, const char *room, rooms_record_fn *found, void *context);

/* The body of GET /api/rooms: newest first, at most ROOMS_LIST_MAX; `owner` NULL: everybody's. */
typedef void rooms_list_fn(void *context, enum rooms_answer answer, const char *json, size_t length);
void rooms_list(struct redis *redis, const char *owner, rooms_list_fn *listed, void *context);

/* Whether the room was made by this key or given to it. */
bool room_is_of(const struct room_record *record, const char *key);

/* Gives a room to a key, or takes it back: the key's lists show it from then on, or no longer. Once more changes
 * nothing. `given`: as in the record, afterwards; "" unless ROOMS_OK. */
typedef void rooms_given_fn(void *context, enum rooms_answer answer, const char *given);
struct room_gift {
    const char *room;
    const char *key; /* its id */
    bool back;
};
void rooms_give(struct redis *redis, const struct room_gift *gift, rooms_given_fn *told, void *context);

/* The hub's port pin_free: the PIN goes when `after_ms` have passed, if it is still this room's. */
void rooms_free_pin(struct redis *redis, const char *room, const char *pin, int64_t after_ms);

/* Whether `text` can be a room's id (letters and digits, not too long). Everything from a URL goes through here. */
bool room_id_is_one(const char *text);
void room_id_new(char out[ROOM_ID_MAX + 1]);
/* Six random digits, none that everybody tries first. */
void pin_new(char out[PIN_DIGITS + 1]);
bool pin_is_plain(const char *pin);

#endif
