/* SPDX-License-Identifier: Apache-2.0 */
/* rooms_given.c - rooms that one key made and others see, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "engine/rooms.h"
#include "question-banks/memory.h"

#define GIVEN_KEY_MAX 16 /* letters and digits of a key's id */

bool room_is_of(const struct room_record *record, const char *key)
{
    char word[ROOM_ID_MAX + 2];

    snprintf(word, sizeof word, "%s ", key);
    return key[0] != '\0' && (strcmp(record->owner, key) == 0 || strstr(record->given, word) != NULL);
}

/* ARGV: the key's id with a space behind it, "back" or "", the most that may be given to. Gives the list and when the
 * room was made; nil: no such room; 0: too many. Ids are letters and digits, all of one length, so one is in the list
 * only as itself. */
static const char give_script[] =
    "local made, given = redis.call('HGET', KEYS[1], 'created_at'), redis.call('HGET', KEYS[1], 'given') or ''\n"
    "if not made then return false end\n"
    "local first, last = string.find(given, ARGV[1], 1, true)\n"
    "if ARGV[2] == 'back' and first then given = string.sub(given, 1, first - 1) .. string.sub(given, last + 1) end\n"
    "if ARGV[2] ~= 'back' and not first then\n"
    "  if #given / #ARGV[1] >= tonumber(ARGV[3]) then return 0 end\n"
    "  given = given .. ARGV[1]\n"
    "end\n"
    "redis.call('HSET', KEYS[1], 'given', given)\n"
    "return {given, made}\n";

struct giving {
    struct redis *redis;
    char room[ROOM_ID_MAX + 1];
    char key[GIVEN_KEY_MAX + 1];
    bool back;
    char given[ROOM_GIVEN_MAX * (GIVEN_KEY_MAX + 1) + 1];
    rooms_given_fn *told;
    void *context;
};

static void giving_finish(struct giving *giving, enum rooms_answer answer)
{
    giving->told(giving->context, answer, answer == ROOMS_OK ? giving->given : "");
    free(giving);
}

static void took_list(void *context, const struct redisReply *reply)
{
    giving_finish(context, reply == NULL || reply->type == REDIS_REPLY_ERROR ? ROOMS_AWAY : ROOMS_OK);
}

static void took_given(void *context, const struct redisReply *reply)
{
    struct giving *giving = context;
    char list[64];
    bool asked;

    if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
        giving_finish(giving, ROOMS_AWAY);
        return;
    }
    if (reply->type != REDIS_REPLY_ARRAY) {
        giving_finish(giving, reply->type == REDIS_REPLY_INTEGER ? ROOMS_GIVEN_TO_MANY : ROOMS_UNKNOWN);
        return;
    }
    snprintf(giving->given, sizeof giving->given, "%s", reply->element[0]->str);
    snprintf(list, sizeof list, "hoithi:key:%s:rooms", giving->key);
    if (giving->back)
        asked = redis_ask(giving->redis, took_list, giving, "ZREM", list, giving->room, NULL);
    else
        asked = redis_ask(giving->redis, took_list, giving, "ZADD", list, reply->element[1]->str, giving->room, NULL);
    if (!asked)
        giving_finish(giving, ROOMS_AWAY);
}

void rooms_give(struct redis *redis, const struct room_gift *gift, rooms_given_fn *told, void *context)
{
    char meta[64], word[GIVEN_KEY_MAX + 2], most[16];
    struct giving *giving = memory_new(1, sizeof *giving);

    *giving = (struct giving){.redis = redis, .back = gift->back, .told = told, .context = context};
    snprintf(giving->room, sizeof giving->room, "%s", gift->room);
    snprintf(giving->key, sizeof giving->key, "%s", gift->key);
    snprintf(meta, sizeof meta, "hoithi:{%.24s}:meta", gift->room);
    snprintf(word, sizeof word, "%s ", giving->key);
    snprintf(most, sizeof most, "%d", ROOM_GIVEN_MAX);
    if (!redis_ask(redis, took_given, giving, "EVAL", give_script, "1", meta, word, gift->back ? "back" : "", most,
                   NULL))
        giving_finish(giving, ROOMS_AWAY);
}
