/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "engine/rooms.h"
#include "question-banks/memory.h"
#include "rooms/event.h"
#include "rooms/plan.h"

#define KEY_MAX 96

static enum replay_status fail(struct replay *replay, enum replay_status status, const char *why)
{
    snprintf(replay->why, sizeof replay->why, "room %s: %s", replay->name, why);
    return status;
}

enum replay_status replay_init(struct replay *replay, const char *room, const char *bank_text, size_t bank_length)
{
    struct faults faults;

    memset(replay, 0, sizeof *replay);
    snprintf(replay->name, sizeof replay->name, "%s", room);
    effects_init(&replay->effects);
    replay->room = room_new();
    replay->bank_text = memory_copy(bank_text, bank_length);
    replay->bank_length = bank_length;
    faults_init(&faults, room);
    enum bank_status status = bank_parse(bank_text, bank_length, &replay->bank, &faults);
    char why[300] = "its bank cannot be read";
    if (status != BANK_OK && faults.count > 0)
        snprintf(why, sizeof why, "its bank cannot be read: line %zu: %s", faults.list[0].line, faults.list[0].message);
    faults_clear(&faults);
    return status == BANK_OK ? REPLAY_OK : fail(replay, REPLAY_UNREADABLE, why);
}

void replay_clear(struct replay *replay)
{
    bank_free(replay->bank);
    free(replay->bank_text);
    room_free(replay->room);
    effects_clear(&replay->effects);
    memset(replay, 0, sizeof *replay);
}

enum replay_status replay_entry(struct replay *replay, const struct entry *entry)
{
    struct event event;
    char why[120];

    if (entry->position != replay->position + 1) {
        snprintf(why, sizeof why, "entry %llu is missing", (unsigned long long)replay->position + 1);
        return fail(replay, REPLAY_UNREADABLE, why);
    }
    if (event_read(entry, &event) != EVENT_READ) {
        snprintf(why, sizeof why, "entry %llu is of a kind that this program does not know",
                 (unsigned long long)entry->position);
        return fail(replay, REPLAY_UNREADABLE, why);
    }
    chain_fold(&replay->head, entry);
    replay->position = entry->position;
    snprintf(replay->last_id, sizeof replay->last_id, "%s", entry->id);
    replay->effects.count = 0;
    enum refusal refusal = room_apply(replay->room, &event, &replay->effects);
    (void)refusal; /* what the rules refused stands in the log and has no effect, here as there */
    event_clear(&event);
    return REPLAY_OK;
}

enum replay_status replay_end(struct replay *replay)
{
    char sha256[DIGEST_HEX_SIZE];
    const struct plan *plan = room_plan(replay->room);

    if (plan == NULL)
        return fail(replay, REPLAY_UNREADABLE, "its log does not begin with its making");
    digest_hex(&replay->bank->sha256, sha256);
    if (strcmp(plan->bank_sha256, sha256) != 0)
        return fail(replay, REPLAY_UNREADABLE, "the bank kept with it is not the one it was made of");
    return REPLAY_OK;
}

/* ---- from the store ---- */

static bool entry_of(const struct redisReply *reply, uint64_t position, struct entry *out)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 || reply->element[1]->type != REDIS_REPLY_ARRAY)
        return false;
    const struct redisReply *fields = reply->element[1];
    *out = (struct entry){
        .position = position, .id = reply->element[0]->str, .at_ms = strtoll(reply->element[0]->str, NULL, 10)};
    for (size_t i = 0; i + 1 < fields->elements; i += 2) {
        const struct redisReply *value = fields->element[i + 1];
        if (strcmp(fields->element[i]->str, "e") == 0) {
            out->e = value->str;
            out->e_length = value->len;
        } else if (strcmp(fields->element[i]->str, "p") == 0) {
            out->p = value->str;
            out->p_length = value->len;
        }
    }
    return out->e != NULL;
}

/* Where a page goes: into the replay, and to whoever looks on. */
struct onlooker {
    void (*each)(void *context, const struct entry *entry);
    void *context;
};

static enum replay_status take_page(struct replay *replay, const struct redisReply *page,
                                    const struct onlooker *onlooker)
{
    struct entry entry;
    for (size_t i = 0; i < page->elements; i++) {
        if (!entry_of(page->element[i], replay->position + 1, &entry))
            return fail(replay, REPLAY_UNREADABLE, "its log holds something that is no entry");
        enum replay_status status = replay_entry(replay, &entry);
        if (status != REPLAY_OK)
            return status;
        if (onlooker->each != NULL)
            onlooker->each(onlooker->context, &entry);
    }
    return REPLAY_OK;
}

/* Pages of a log that was archived meanwhile end early, and would look like a shorter contest. */
static enum replay_status check_still_there(struct replay *replay, struct redis_sync *redis, const char *key)
{
    struct redisReply *reply = redis_sync_ask(redis, "XLEN", key, NULL);
    if (reply == NULL)
        return fail(replay, REPLAY_STORE_FAILED, redis_sync_fault(redis));
    bool there = reply->type == REDIS_REPLY_INTEGER && (uint64_t)reply->integer >= replay->position;
    freeReplyObject(reply);
    return there ? REPLAY_OK : fail(replay, REPLAY_NO_ROOM, "its log has just left the store");
}

static enum replay_status take_log(struct replay *replay, struct redis_sync *redis, const struct onlooker *onlooker)
{
    char key[KEY_MAX], start[REPLAY_ID_MAX + 2] = "-";
    enum replay_status status = REPLAY_OK;
    size_t taken;

    snprintf(key, sizeof key, "hoithi:{%s}:log", replay->name);
    do {
        struct redisReply *page = redis_sync_ask(redis, "XRANGE", key, start, "+", "COUNT", REPLAY_PAGE, NULL);
        if (page == NULL)
            return fail(replay, REPLAY_STORE_FAILED, redis_sync_fault(redis));
        taken = page->elements;
        status = take_page(replay, page, onlooker);
        freeReplyObject(page);
        snprintf(start, sizeof start, "(%s", replay->last_id);
    } while (status == REPLAY_OK && taken > 0);
    if (status == REPLAY_OK)
        status = check_still_there(replay, redis, key);
    return status == REPLAY_OK ? replay_end(replay) : status;
}

enum replay_status replay_store(struct replay *replay, struct redis_sync *redis, const char *room,
                                void (*each)(void *context, const struct entry *entry), void *context)
{
    char key[KEY_MAX];
    struct onlooker onlooker = {each, context};

    memset(replay, 0, sizeof *replay);
    snprintf(replay->name, sizeof replay->name, "%.*s", ROOM_ID_MAX, room);
    if (!room_id_is_one(room))
        return fail(replay, REPLAY_NO_ROOM, "there is no such room");
    snprintf(key, sizeof key, "hoithi:{%s}:bank", room);
    struct redisReply *bank = redis_sync_ask(redis, "GET", key, NULL);
    if (bank == NULL)
        return fail(replay, REPLAY_STORE_FAILED, redis_sync_fault(redis));
    enum replay_status status = bank->type == REDIS_REPLY_STRING
                                    ? replay_init(replay, room, bank->str, bank->len)
                                    : fail(replay, REPLAY_NO_ROOM, "there is no such room");
    freeReplyObject(bank);
    return status == REPLAY_OK ? take_log(replay, redis, &onlooker) : status;
}
