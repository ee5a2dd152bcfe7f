/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/keys.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cjson/cJSON.h>
#include <hiredis/hiredis.h>
#include <openssl/crypto.h>
#include "engine/chance.h"
#include "question-banks/digest.h"
#include "question-banks/memory.h"
#include "question-banks/text.h"
#include "rooms/map.h"

#define KEYS "hoithi:keys"
#define ID_LENGTH (KEY_ID_SIZE - 1)
#define PREFIX "hk_"
#define PREFIX_LENGTH 3

/* A key as it is stored. */
struct stored {
    struct key_record record;
    char hash[DIGEST_HEX_SIZE];
};

/* ---- text and JSON ---- */

static bool is_word(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!islower((unsigned char)text[i]) && !isdigit((unsigned char)text[i]))
            return false;
    return true;
}

/* Splits a key into its id and the digest of its secret. */
static bool key_split(const char *text, size_t length, char id[KEY_ID_SIZE], char hash[DIGEST_HEX_SIZE])
{
    const char *secret = text + PREFIX_LENGTH + ID_LENGTH + 1;
    struct digest digest;

    if (length != KEY_TEXT_SIZE - 1 || memcmp(text, PREFIX, PREFIX_LENGTH) != 0 || secret[-1] != '_' ||
        !is_word(text + PREFIX_LENGTH, ID_LENGTH) || !is_word(secret, KEY_SECRET_LENGTH))
        return false;
    memcpy(id, text + PREFIX_LENGTH, ID_LENGTH);
    id[ID_LENGTH] = '\0';
    digest_of(secret, KEY_SECRET_LENGTH, &digest);
    digest_hex(&digest, hash);
    return true;
}

static enum role role_of(const char *name)
{
    static const enum role roles[] = {ROLE_HOST, ROLE_JUDGE, ROLE_ADMIN};
    for (size_t i = 0; name != NULL && i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(name, role_name(roles[i])) == 0)
            return roles[i];
    return ROLE_NONE;
}

static char *stored_write(const struct stored *stored)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "role", role_name(stored->record.role));
    cJSON_AddStringToObject(json, "name", stored->record.name);
    cJSON_AddStringToObject(json, "hash", stored->hash);
    cJSON_AddNumberToObject(json, "created_at", (double)stored->record.created_at_ms);
    cJSON_AddBoolToObject(json, "revoked", stored->record.revoked);
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}

static bool stored_read(const char *id, const char *text, struct stored *out)
{
    cJSON *json = cJSON_Parse(text);
    const char *role = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "role"));
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "name"));
    const char *hash = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "hash"));
    const cJSON *created = cJSON_GetObjectItemCaseSensitive(json, "created_at");
    bool whole = strlen(id) == ID_LENGTH && role_of(role) != ROLE_NONE && name != NULL && hash != NULL &&
                 strlen(hash) == DIGEST_HEX_SIZE - 1 && cJSON_IsNumber(created);

    memset(out, 0, sizeof *out);
    if (whole) {
        snprintf(out->record.id, sizeof out->record.id, "%s", id);
        snprintf(out->record.name, sizeof out->record.name, "%s", name);
        snprintf(out->hash, sizeof out->hash, "%s", hash);
        out->record.role = role_of(role);
        out->record.created_at_ms = (int64_t)created->valuedouble;
        out->record.revoked = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "revoked"));
    }
    cJSON_Delete(json);
    return whole;
}

/* ---- in a worker ---- */

struct cached {
    struct stored stored;
    int64_t read_ms;
    bool used;
};

struct keys {
    struct redis *redis;
    struct cached cache[KEY_CACHE_MAX];
};

/* One question under way. */
struct checking {
    struct keys *keys;
    char id[KEY_ID_SIZE];
    char hash[DIGEST_HEX_SIZE];
    int64_t asked_ms;
    key_checked_fn *checked;
    void *context;
};

struct keys *keys_new(struct redis *redis)
{
    struct keys *keys = memory_new(1, sizeof *keys);
    keys->redis = redis;
    return keys;
}

void keys_free(struct keys *keys)
{
    free(keys);
}

static struct cached *cache_slot(struct keys *keys, const char *id)
{
    return &keys->cache[map_key(id) % KEY_CACHE_MAX];
}

static void answer(const struct checking *checking, const struct stored *stored)
{
    if (CRYPTO_memcmp(stored->hash, checking->hash, DIGEST_HEX_SIZE) != 0)
        checking->checked(checking->context, KEY_UNKNOWN, NULL);
    else
        checking->checked(checking->context, stored->record.revoked ? KEY_REVOKED : KEY_OK, &stored->record);
}

static void took_key(void *context, const struct redisReply *reply)
{
    struct checking *checking = context;
    struct stored stored;

    if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
        checking->checked(checking->context, KEY_AWAY, NULL);
    } else if (reply->type != REDIS_REPLY_STRING || !stored_read(checking->id, reply->str, &stored)) {
        checking->checked(checking->context, KEY_UNKNOWN, NULL);
    } else {
        *cache_slot(checking->keys, checking->id) =
            (struct cached){.stored = stored, .read_ms = checking->asked_ms, .used = true};
        answer(checking, &stored);
    }
    free(checking);
}

void keys_check(struct keys *keys, const char *text, size_t length, int64_t now_ms, key_checked_fn *checked,
                void *context)
{
    struct checking once = {.keys = keys, .asked_ms = now_ms, .checked = checked, .context = context};

    if (!key_split(text, length, once.id, once.hash)) {
        checked(context, KEY_UNKNOWN, NULL);
        return;
    }
    const struct cached *cached = cache_slot(keys, once.id);
    if (cached->used && strcmp(cached->stored.record.id, once.id) == 0 && now_ms - cached->read_ms < KEY_CACHE_MS) {
        struct stored stored = cached->stored;
        answer(&once, &stored);
        return;
    }
    struct checking *checking = memory_new(1, sizeof *checking);
    *checking = once;
    if (redis_ask(keys->redis, took_key, checking, "HGET", KEYS, once.id, NULL))
        return;
    free(checking);
    checked(context, KEY_AWAY, NULL);
}

/* ---- before the loop, and in subcommands ---- */

struct all {
    struct stored *list;
    size_t count;
};

static int by_age(const void *left, const void *right)
{
    const struct key_record *a = &((const struct stored *)left)->record;
    const struct key_record *b = &((const struct stored *)right)->record;
    if (a->created_at_ms != b->created_at_ms)
        return a->created_at_ms < b->created_at_ms ? -1 : 1;
    return strcmp(a->id, b->id);
}

static void take_all(const struct redisReply *reply, struct all *all)
{
    *all = (struct all){0};
    all->list = memory_new(reply->elements / 2, sizeof *all->list);
    for (size_t i = 0; i + 1 < reply->elements; i += 2)
        if (stored_read(reply->element[i]->str, reply->element[i + 1]->str, &all->list[all->count]))
            all->count++;
    if (all->count > 0)
        qsort(all->list, all->count, sizeof *all->list, by_age);
}

struct asking {
    keys_all_fn *told;
    void *context;
};

static void took_all(void *context, const struct redisReply *reply)
{
    struct asking asking = *(struct asking *)context;
    struct all all;

    free(context);
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY) {
        asking.told(asking.context, KEY_AWAY, NULL, 0);
        return;
    }
    take_all(reply, &all);
    struct key_record *records = memory_new(all.count + 1, sizeof *records);
    for (size_t i = 0; i < all.count; i++)
        records[i] = all.list[i].record;
    asking.told(asking.context, KEY_OK, records, all.count);
    free(records);
    free(all.list);
}

void keys_all(struct keys *keys, keys_all_fn *told, void *context)
{
    struct asking *asking = memory_new(1, sizeof *asking);

    *asking = (struct asking){told, context};
    if (redis_ask(keys->redis, took_all, asking, "HGETALL", KEYS, NULL))
        return;
    free(asking);
    told(context, KEY_AWAY, NULL, 0);
}

static bool read_all(struct redis_sync *redis, struct all *all)
{
    struct redisReply *reply = redis_sync_ask(redis, "HGETALL", KEYS, NULL);

    if (reply == NULL)
        return false;
    take_all(reply, all);
    freeReplyObject(reply);
    return true;
}

static bool write_one(struct redis_sync *redis, const struct stored *stored)
{
    char *text = stored_write(stored);
    struct redisReply *reply = redis_sync_ask(redis, "HSET", KEYS, stored->record.id, text, NULL);
    freeReplyObject(reply);
    free(text);
    return reply != NULL;
}

static bool name_is_fine(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > KEY_NAME_MAX || !text_is_utf8(name, length))
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
            return false;
    return true;
}

static bool name_is_taken(const struct all *all, const char *name)
{
    for (size_t i = 0; i < all->count; i++)
        if (!all->list[i].record.revoked && strcmp(all->list[i].record.name, name) == 0)
            return true;
    return false;
}

static bool make_key(struct redis_sync *redis, enum role role, const char *name, char out[KEY_TEXT_SIZE])
{
    struct stored stored = {.record.role = role};
    struct timespec now;
    char id[KEY_ID_SIZE], secret[KEY_SECRET_LENGTH + 1];

    clock_gettime(CLOCK_REALTIME, &now);
    chance_text(id, ID_LENGTH);
    chance_text(secret, KEY_SECRET_LENGTH);
    snprintf(out, KEY_TEXT_SIZE, PREFIX "%s_%s", id, secret);
    OPENSSL_cleanse(secret, sizeof secret);
    snprintf(stored.record.name, sizeof stored.record.name, "%s", name);
    stored.record.created_at_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    return key_split(out, KEY_TEXT_SIZE - 1, stored.record.id, stored.hash) && write_one(redis, &stored);
}

enum key_add_result keys_add(struct redis_sync *redis, enum role role, const char *name, char out[KEY_TEXT_SIZE])
{
    struct all all;

    out[0] = '\0';
    if (role != ROLE_HOST && role != ROLE_JUDGE && role != ROLE_ADMIN)
        return KEY_ROLE_BAD;
    if (!name_is_fine(name))
        return KEY_NAME_BAD;
    if (!read_all(redis, &all))
        return KEY_STORE_FAILED;
    bool taken = name_is_taken(&all, name);
    size_t count = all.count;
    free(all.list);
    if (taken)
        return KEY_NAME_TAKEN;
    if (count >= KEYS_MAX)
        return KEY_TOO_MANY;
    if (make_key(redis, role, name, out))
        return KEY_ADDED;
    OPENSSL_cleanse(out, KEY_TEXT_SIZE);
    return KEY_STORE_FAILED;
}

enum key_answer keys_revoke(struct redis_sync *redis, const char *name)
{
    struct all all;
    enum key_answer answer = KEY_UNKNOWN;

    if (!read_all(redis, &all))
        return KEY_AWAY;
    for (size_t i = 0; i < all.count && answer == KEY_UNKNOWN; i++) {
        struct stored *stored = &all.list[i];
        if (stored->record.revoked || (strcmp(stored->record.name, name) != 0 && strcmp(stored->record.id, name) != 0))
            continue;
        stored->record.revoked = true;
        answer = write_one(redis, stored) ? KEY_OK : KEY_AWAY;
    }
    free(all.list);
    return answer;
}

bool keys_list(struct redis_sync *redis, void (*each)(void *context, const struct key_record *record), void *context)
{
    struct all all;
    if (!read_all(redis, &all))
        return false;
    for (size_t i = 0; i < all.count; i++)
        each(context, &all.list[i].record);
    free(all.list);
    return true;
}

int keys_count(struct redis_sync *redis)
{
    struct redisReply *reply = redis_sync_ask(redis, "HLEN", KEYS, NULL);
    int count = reply == NULL ? -1 : (int)reply->integer;
    freeReplyObject(reply);
    return count;
}
