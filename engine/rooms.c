/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/rooms.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include <hiredis/hiredis.h>
#include "engine/chance.h"
#include "question-banks/memory.h"
#include "rooms/buffer.h"
#include "rooms/identity.h"

#define KEY_MAX 96
#define PIN_CLAIM_S 120 /* a PIN whose room was never made goes by itself */

/* ---- small names ---- */

bool room_id_is_one(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]))
            return false;
    return length > 0 && length <= ROOM_ID_MAX;
}

void room_id_new(char out[ROOM_ID_MAX + 1])
{
    chance_text(out, ROOM_ID_LENGTH);
}

/* All digits in one step, or a few repeated: what everybody tries first, and what is easily misread. */
bool pin_is_plain(const char *pin)
{
    bool same_step = true;
    unsigned seen = 0, kinds = 0;
    for (int i = 0; i < PIN_DIGITS; i++) {
        seen |= 1u << (pin[i] - '0');
        if (i > 1 && pin[i] - pin[i - 1] != pin[1] - pin[0])
            same_step = false;
    }
    for (; seen != 0; seen &= seen - 1)
        kinds++;
    return same_step || kinds < 3;
}

void pin_new(char out[PIN_DIGITS + 1])
{
    do { /* 2^64 is so many millions that none is likelier than another by anything that matters */
        snprintf(out, PIN_DIGITS + 1, "%06u", (unsigned)(chance_number() % 1000000));
    } while (pin_is_plain(out));
}

static void room_key(const char *room, const char *what, char out[KEY_MAX])
{
    snprintf(out, KEY_MAX, "hoithi:{%s}:%s", room, what);
}

/* ---- making a room ---- */

/* Bank, record and first entry in one step; nothing if the room is there. Gives the time, or nil. */
static const char create_script[] =
    "if redis.call('EXISTS', KEYS[1]) == 1 then return false end\n"
    "local t = redis.call('TIME')\n"
    "local now = string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000))\n"
    "redis.call('SET', KEYS[2], ARGV[1])\n"
    "redis.call('HSET', KEYS[3], 'pin', ARGV[4], 'title', ARGV[5], 'bank', ARGV[6], 'owner', ARGV[7],\n"
    "  'created_at', now, 'state', 'live', 'phase', 'lobby', 'players', 0)\n"
    "if ARGV[3] == '' then redis.call('XADD', KEYS[1], '*', 'e', ARGV[2])\n"
    "else redis.call('XADD', KEYS[1], '*', 'e', ARGV[2], 'p', ARGV[3]) end\n"
    "return now\n";

struct creating {
    struct redis *redis;
    struct plan *plan;
    char *bank_text;
    size_t bank_length;
    struct room_ids ids;
    int tries;
    int asked; /* replies under way of the last step */
    bool failed;
    rooms_created_fn *created;
    void *context;
};

static void take_pin(struct creating *creating);

static void finish(struct creating *creating, enum rooms_answer answer)
{
    creating->created(creating->context, answer, answer == ROOMS_OK ? &creating->ids : NULL);
    plan_free(creating->plan);
    free(creating->bank_text);
    free(creating);
}

static void took_entered(void *context, const struct redisReply *reply)
{
    struct creating *creating = context;
    if (reply == NULL || reply->type == REDIS_REPLY_ERROR)
        creating->failed = true;
    if (--creating->asked == 0)
        finish(creating, creating->failed ? ROOMS_AWAY : ROOMS_OK);
}

/* The room stands; now it enters the lists, and its PIN is kept. */
static void enter_lists(struct creating *creating, const char *created_at)
{
    char own[KEY_MAX], pin[KEY_MAX], life[16];
    struct redis *redis = creating->redis;

    snprintf(own, sizeof own, "hoithi:key:%s:rooms", creating->plan->owner);
    snprintf(pin, sizeof pin, "hoithi:pin:%s", creating->ids.pin);
    snprintf(life, sizeof life, "%d", PIN_LIFE_S);
    creating->asked = 3;
    /* In a reply's callback the connection is up, so these are sent. */
    redis_ask(redis, took_entered, creating, "EXPIRE", pin, life, NULL);
    redis_ask(redis, took_entered, creating, "ZADD", own, created_at, creating->ids.room, NULL);
    redis_ask(redis, took_entered, creating, "ZADD", "hoithi:rooms", created_at, creating->ids.room, NULL);
}

static void took_room(void *context, const struct redisReply *reply)
{
    struct creating *creating = context;
    if (reply != NULL && reply->type == REDIS_REPLY_STRING) {
        enter_lists(creating, reply->str);
        return;
    }
    if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
        fprintf(stderr, "rooms: Redis does not take a room: %s\n", reply->str);
    finish(creating, ROOMS_AWAY);
}

/* The title as the lists show it, JSON: the room's own, or the bank's. */
static char *title_json(const struct creating *creating)
{
    if (creating->plan->title[0] != '\0')
        return json_quoted(creating->plan->title);
    cJSON *bank = cJSON_ParseWithLength(creating->bank_text, creating->bank_length);
    const cJSON *title = cJSON_GetObjectItemCaseSensitive(bank, "title");
    char *text = title == NULL ? json_quoted("") : cJSON_PrintUnformatted(title);
    cJSON_Delete(bank);
    return text;
}

static void write_room(struct creating *creating)
{
    const struct plan *plan = creating->plan;
    char log[KEY_MAX], bank[KEY_MAX], meta[KEY_MAX], eid[EID_TEXT_SIZE], bank_name[BANK_ID_MAX + BANK_VERSION_MAX + 2];
    uint8_t bits[12];
    char *e = NULL, *p = NULL, *title = title_json(creating);

    chance_bytes(bits, sizeof bits);
    eid_write(bits, eid);
    plan_write_created(plan, eid, &e, &p);
    room_key(creating->ids.room, "log", log);
    room_key(creating->ids.room, "bank", bank);
    room_key(creating->ids.room, "meta", meta);
    snprintf(bank_name, sizeof bank_name, "%s@%s", plan->bank_id, plan->bank_version);
    const char *words[] = {"EVAL",
                           create_script,
                           "3",
                           log,
                           bank,
                           meta,
                           creating->bank_text,
                           e,
                           p == NULL ? "" : p,
                           creating->ids.pin,
                           title,
                           bank_name,
                           plan->owner};
    size_t lengths[sizeof words / sizeof words[0]];
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        lengths[i] = strlen(words[i]);
    lengths[6] = creating->bank_length;
    struct redis_command command = {.count = sizeof words / sizeof words[0], .words = words, .lengths = lengths};
    bool sent = redis_send(creating->redis, &command, took_room, creating);
    free(e);
    free(p);
    free(title);
    if (!sent)
        finish(creating, ROOMS_AWAY);
}

static void took_claim(void *context, const struct redisReply *reply)
{
    struct creating *creating = context;

    if (reply != NULL && reply->type == REDIS_REPLY_STATUS) {
        snprintf(creating->plan->pin, sizeof creating->plan->pin, "%s", creating->ids.pin);
        write_room(creating);
    } else if (reply == NULL || reply->type != REDIS_REPLY_NIL) {
        finish(creating, ROOMS_AWAY);
    } else if (creating->tries >= PIN_TRIES_MAX) {
        finish(creating, ROOMS_NO_PIN);
    } else {
        take_pin(creating);
    }
}

static void take_pin(struct creating *creating)
{
    char key[KEY_MAX], life[16];

    creating->tries++;
    pin_new(creating->ids.pin);
    snprintf(key, sizeof key, "hoithi:pin:%s", creating->ids.pin);
    snprintf(life, sizeof life, "%d", PIN_CLAIM_S);
    if (!redis_ask(creating->redis, took_claim, creating, "SET", key, creating->ids.room, "NX", "EX", life, NULL))
        finish(creating, ROOMS_AWAY);
}

void rooms_create(struct redis *redis, struct plan *plan, const char *bank_text, size_t bank_length,
                  rooms_created_fn *created, void *context)
{
    struct creating *creating = memory_new(1, sizeof *creating);
    *creating = (struct creating){.redis = redis,
                                  .plan = plan,
                                  .bank_text = memory_copy(bank_text, bank_length),
                                  .bank_length = bank_length,
                                  .created = created,
                                  .context = context};
    room_id_new(creating->ids.room);
    take_pin(creating);
}

/* ---- records ---- */

static const char *const record_fields[] = {"pin",   "title",   "bank",       "owner",       "state",
                                            "phase", "players", "created_at", "archived_at", "given"};
#define RECORD_FIELDS (sizeof record_fields / sizeof record_fields[0])

/* From HMGET's reply. False: there is no such room. */
static bool record_read(const char *room, const struct redisReply *reply, struct room_record *out)
{
    const char *values[RECORD_FIELDS];
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != RECORD_FIELDS)
        return false;
    for (size_t i = 0; i < RECORD_FIELDS; i++)
        values[i] = reply->element[i]->type == REDIS_REPLY_STRING ? reply->element[i]->str : "";
    if (values[7][0] == '\0')
        return false;
    *out = (struct room_record){.room = room,
                                .pin = values[0],
                                .title_json = values[1],
                                .bank = values[2],
                                .owner = values[3],
                                .state = values[4],
                                .phase = values[5],
                                .players = (uint32_t)strtoul(values[6], NULL, 10),
                                .created_at_ms = strtoll(values[7], NULL, 10),
                                .archived_at_ms = strtoll(values[8], NULL, 10),
                                .given = values[9]};
    return true;
}

static bool ask_record(struct redis *redis, const char *room, redis_reply_fn *reply, void *context)
{
    char key[KEY_MAX];
    const char *words[2 + RECORD_FIELDS] = {"HMGET", key};
    room_key(room, "meta", key);
    memcpy(&words[2], record_fields, sizeof record_fields);
    return redis_send(redis, &(struct redis_command){.count = 2 + RECORD_FIELDS, .words = words}, reply, context);
}

struct finding {
    char room[ROOM_ID_MAX + 1];
    rooms_record_fn *found;
    void *context;
};

static void took_record(void *context, const struct redisReply *reply)
{
    struct finding *finding = context;
    struct room_record record;

    if (reply == NULL || reply->type == REDIS_REPLY_ERROR)
        finding->found(finding->context, ROOMS_AWAY, NULL);
    else if (record_read(finding->room, reply, &record))
        finding->found(finding->context, ROOMS_OK, &record);
    else
        finding->found(finding->context, ROOMS_UNKNOWN, NULL);
    free(finding);
}

void rooms_find(struct redis *redis, const char *room, rooms_record_fn *found, void *context)
{
    if (!room_id_is_one(room)) {
        found(context, ROOMS_UNKNOWN, NULL);
        return;
    }
    struct finding *finding = memory_new(1, sizeof *finding);
    snprintf(finding->room, sizeof finding->room, "%s", room);
    finding->found = found;
    finding->context = context;
    if (ask_record(redis, room, took_record, finding))
        return;
    free(finding);
    found(context, ROOMS_AWAY, NULL);
}

/* ---- lists ---- */

struct listing {
    struct redis *redis;
    char (*rooms)[ROOM_ID_MAX + 1];
    size_t count, taken;
    bool failed;
    struct buffer json;
    rooms_list_fn *listed;
    void *context;
};

static void listing_finish(struct listing *listing)
{
    buffer_put(&listing->json, "]}");
    if (listing->failed)
        listing->listed(listing->context, ROOMS_AWAY, NULL, 0);
    else
        listing->listed(listing->context, ROOMS_OK, listing->json.text, listing->json.length);
    buffer_clear(&listing->json);
    free(listing->rooms);
    free(listing);
}

static void put_record(struct buffer *json, const struct room_record *record)
{
    if (json->text[json->length - 1] != '[')
        buffer_put(json, ",");
    buffer_put(json, "{\"room\":");
    buffer_quote(json, record->room);
    buffer_put(json, ",\"pin\":");
    buffer_quote(json, record->pin);
    buffer_print(json, ",\"title\":%s,\"bank\":", record->title_json[0] == '\0' ? "\"\"" : record->title_json);
    buffer_quote(json, record->bank);
    buffer_put(json, ",\"state\":");
    buffer_quote(json, record->state);
    buffer_put(json, ",\"phase\":");
    buffer_quote(json, record->phase);
    buffer_print(json, ",\"players\":%u,\"created_at\":%lld", record->players, (long long)record->created_at_ms);
    if (record->archived_at_ms != 0)
        buffer_print(json, ",\"archived_at\":%lld", (long long)record->archived_at_ms);
    buffer_put(json, "}");
}

static void took_listed(void *context, const struct redisReply *reply)
{
    struct listing *listing = context;
    struct room_record record;

    if (reply == NULL || reply->type == REDIS_REPLY_ERROR)
        listing->failed = true;
    else if (record_read(listing->rooms[listing->taken], reply, &record))
        put_record(&listing->json, &record);
    if (++listing->taken == listing->count)
        listing_finish(listing);
}

static void took_ids(void *context, const struct redisReply *reply)
{
    struct listing *listing = context;

    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY) {
        listing->failed = true;
        listing_finish(listing);
        return;
    }
    listing->rooms = memory_new(reply->elements, sizeof *listing->rooms);
    for (size_t i = 0; i < reply->elements; i++)
        if (room_id_is_one(reply->element[i]->str))
            snprintf(listing->rooms[listing->count++], ROOM_ID_MAX + 1, "%s", reply->element[i]->str);
    if (listing->count == 0) {
        listing_finish(listing);
        return;
    }
    for (size_t i = 0; i < listing->count; i++)
        ask_record(listing->redis, listing->rooms[i], took_listed, listing); /* up: this is a reply's callback */
}

void rooms_list(struct redis *redis, const char *owner, rooms_list_fn *listed, void *context)
{
    char key[KEY_MAX], last[16];
    struct listing *listing = memory_new(1, sizeof *listing);

    listing->redis = redis;
    listing->listed = listed;
    listing->context = context;
    buffer_init(&listing->json);
    buffer_put(&listing->json, "{\"rooms\":[");
    snprintf(key, sizeof key, owner == NULL ? "hoithi:rooms" : "hoithi:key:%s:rooms", owner);
    snprintf(last, sizeof last, "%d", ROOMS_LIST_MAX - 1);
    if (redis_ask(redis, took_ids, listing, "ZREVRANGE", key, "0", last, NULL))
        return;
    listing->failed = true;
    listing_finish(listing);
}

/* ---- PINs ---- */

/* The PIN goes later, if it is still this room's. */
static const char free_script[] = "if redis.call('GET', KEYS[1]) == ARGV[1] then\n"
                                  "  return redis.call('PEXPIRE', KEYS[1], ARGV[2])\n"
                                  "end\n"
                                  "return 0\n";

void rooms_free_pin(struct redis *redis, const char *room, const char *pin, int64_t after_ms)
{
    char key[KEY_MAX], after[24];
    snprintf(key, sizeof key, "hoithi:pin:%s", pin);
    snprintf(after, sizeof after, "%lld", (long long)after_ms);
    /* If Redis is away now the PIN lives on until PIN_LIFE_S; nothing else comes of it. */
    redis_ask(redis, NULL, NULL, "EVAL", free_script, "1", key, room, after, NULL);
}
