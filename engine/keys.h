/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h - long-lived keys of hosts, judges and admins: "hk_<id>_<secret>". Only the SHA-256 of a secret is stored.
 *
 * A key names its bearer to HTTP; what a page carries afterwards are tokens (tokens.h).
 */
#ifndef HOITHI_ENGINE_KEYS_H
#define HOITHI_ENGINE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/redis.h"
#include "engine/redis_sync.h"
#include "rooms/hub.h"

#define KEY_ID_SIZE 9        /* 8 letters and digits */
#define KEY_SECRET_LENGTH 52 /* 32 random bytes in base 32 */
#define KEY_TEXT_SIZE (3 + 8 + 1 + KEY_SECRET_LENGTH + 1)
#define KEY_NAME_MAX 80 /* bytes, UTF-8 */
#define KEYS_MAX 10000
#define KEY_CACHE_MAX 1024
#define KEY_CACHE_MS 3000 /* a revoked key is refused after this at the latest */

struct key_record {
    char id[KEY_ID_SIZE];
    enum role role;
    char name[KEY_NAME_MAX + 1];
    int64_t created_at_ms;
    bool revoked;
};

enum key_answer { KEY_OK, KEY_UNKNOWN, KEY_REVOKED, KEY_AWAY };

/* ---- in a worker ---- */
struct keys;
struct keys *keys_new(struct redis *redis);
/* After the connection was closed. Takes NULL. */
void keys_free(struct keys *keys);
/* `record` is NULL unless KEY_OK or KEY_REVOKED; borrowed for the call. */
typedef void key_checked_fn(void *context, enum key_answer answer, const struct key_record *record);
/* Whose key is this? `checked` is called once: at once if the answer is known, else from the loop. */
void keys_check(struct keys *keys, const char *text, size_t length, int64_t now_ms, key_checked_fn *checked,
                void *context);

/* All keys, oldest first. `keys` is borrowed for the call; none unless KEY_OK. From the loop, or at once when away. */
typedef void keys_all_fn(void *context, enum key_answer answer, const struct key_record *keys, size_t count);
void keys_all(struct keys *keys, keys_all_fn *told, void *context);

/* ---- before the loop, and in subcommands ---- */
enum key_add_result { KEY_ADDED, KEY_NAME_TAKEN, KEY_NAME_BAD, KEY_ROLE_BAD, KEY_TOO_MANY, KEY_STORE_FAILED };
/* The new key into `out`; it is told only here. Names are unique among the keys that are not revoked. */
enum key_add_result keys_add(struct redis_sync *redis, enum role role, const char *name, char out[KEY_TEXT_SIZE]);
/* By name or id. */
enum key_answer keys_revoke(struct redis_sync *redis, const char *name);
/* Calls `each` for every key, oldest first; false if the store failed. */
bool keys_list(struct redis_sync *redis, void (*each)(void *context, const struct key_record *record), void *context);
/* -1 if the store failed. */
int keys_count(struct redis_sync *redis);

/* `hoithi key add|list|revoke ...`: argv[0] is "key". Exit status. */
int keys_command(int argc, char **argv);

#endif
