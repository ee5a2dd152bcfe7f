/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_given.c - GET and POST /api/rooms/ROOM/given: whose keys see a room besides the one that made it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/http_call.h"

struct giving {
    struct call *call;
    char *wanted; /* the id or the name of a key; NULL: the list is only shown */
    bool back;
    struct key_record *keys;
    size_t key_count;
};

static void finish(struct giving *giving)
{
    free(giving->wanted);
    free(giving->keys);
    free(giving);
}

static void refuse(struct giving *giving, unsigned status, const char *code, const char *message)
{
    call_error(giving->call, status, code, message);
    finish(giving);
}

static void put_key(struct buffer *json, const struct key_record *key)
{
    buffer_put(json, json->text[json->length - 1] == '[' ? "{\"id\":" : ",{\"id\":");
    buffer_quote(json, key->id);
    buffer_put(json, ",\"name\":");
    buffer_quote(json, key->name);
    buffer_print(json, ",\"role\":\"%s\"}", role_name(key->role));
}

/* In the order in which it was given; a revoked key sees nothing any more, so it is not shown. */
static void show(struct giving *giving, const char *given)
{
    const size_t word = KEY_ID_SIZE; /* an id and the space behind it */
    struct buffer json;

    buffer_init(&json);
    buffer_print(&json, "{\"room\":\"%s\",\"given\":[", giving->call->arguments[0]);
    for (const char *at = given; strlen(at) >= word; at += word)
        for (size_t i = 0; i < giving->key_count; i++)
            if (!giving->keys[i].revoked && strncmp(giving->keys[i].id, at, word - 1) == 0)
                put_key(&json, &giving->keys[i]);
    buffer_put(&json, "]}");
    call_json(giving->call, 200, json.text, json.length);
    buffer_clear(&json);
    finish(giving);
}

static void was_given(void *context, enum rooms_answer answer, const char *given)
{
    switch (answer) {
    case ROOMS_OK:
        show(context, given);
        return;
    case ROOMS_GIVEN_TO_MANY:
        refuse(context, 409, "too_many", "This room has been given to 16 keys already; take one back first.");
        return;
    case ROOMS_UNKNOWN:
        refuse(context, 404, "not_found", "There is no such room among yours.");
        return;
    case ROOMS_NO_PIN:
    case ROOMS_AWAY:
        refuse(context, 503, "busy", "Storage is away; try again in a moment.");
    }
}

static void record_found(void *context, enum rooms_answer answer, const struct room_record *record)
{
    was_given(context, answer, answer == ROOMS_OK ? record->given : "");
}

static const struct key_record *key_wanted(const struct giving *giving)
{
    for (size_t i = 0; i < giving->key_count; i++) {
        const struct key_record *key = &giving->keys[i];
        if (!key->revoked && (strcmp(key->id, giving->wanted) == 0 || strcmp(key->name, giving->wanted) == 0))
            return key;
    }
    return NULL;
}

static void keys_told(void *context, enum key_answer answer, const struct key_record *keys, size_t count)
{
    struct giving *giving = context;
    struct redis *redis = log_redis(giving->call->engine->log);

    if (answer != KEY_OK) {
        refuse(giving, 503, "busy", "Storage is away; try again in a moment.");
        return;
    }
    giving->keys = memory_new(count + 1, sizeof *keys);
    memcpy(giving->keys, keys, count * sizeof *keys);
    giving->key_count = count;
    if (giving->wanted == NULL) {
        rooms_find(redis, giving->call->arguments[0], record_found, giving);
        return;
    }
    const struct key_record *key = key_wanted(giving);
    if (key == NULL) {
        refuse(giving, 404, "no_key", "There is no key of this name; `hoithi key list` shows them.");
        return;
    }
    struct room_gift gift = {.room = giving->call->arguments[0], .key = key->id, .back = giving->back};
    rooms_give(redis, &gift, was_given, giving);
}

static bool read_body(const struct call *call, struct giving *giving)
{
    cJSON *body = cJSON_ParseWithLength(call->body == NULL ? "" : call->body, call->body_length);
    const cJSON *key = cJSON_GetObjectItemCaseSensitive(body, "key");
    const cJSON *back = cJSON_GetObjectItemCaseSensitive(body, "back");
    bool fine = cJSON_IsString(key) && strlen(key->valuestring) <= KEY_NAME_MAX &&
                (back == NULL || cJSON_IsBool(back)) && text_is_utf8(call->body, call->body_length);

    if (fine)
        giving->wanted = memory_copy(key->valuestring, strlen(key->valuestring));
    giving->back = cJSON_IsTrue(back);
    cJSON_Delete(body);
    return fine;
}

static void give(struct call *call)
{
    struct giving *giving = memory_new(1, sizeof *giving);

    giving->call = call;
    if (call->method == METHOD_POST && !read_body(call, giving))
        refuse(giving, 400, "bad_args", "Expected {\"key\": id or name, at most 80 bytes, \"back\": true or false}.");
    else
        keys_all(call->engine->keys, keys_told, giving);
}

void rooms_given(struct call *call)
{
    call_need_room(call, give);
}
