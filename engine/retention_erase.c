/* SPDX-License-Identifier: Apache-2.0 */
/* Forgetting people in a room that is in the store. */
#include <stdio.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "engine/retention.h"
#include "engine/rooms.h"

#define KEY_MAX 96

/*
 * Writes the stream anew without p, under the same ids; takes the names off the board; notes when. KEYS: log, a new
 * key, board rows, meta. Gives the number of entries, 0 if it was done before, -1 if there is no such room.
 */
static const char erase_script[] =
    "if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end\n"
    "if redis.call('HEXISTS', KEYS[4], 'erased_at') == 1 then return 0 end\n"
    "redis.call('DEL', KEYS[2])\n"
    "local from, count = '-', 0\n"
    "while true do\n"
    "  local page = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', 500)\n"
    "  for _, entry in ipairs(page) do\n"
    "    local fields = entry[2]\n"
    "    for i = 1, #fields, 2 do\n"
    "      if fields[i] == 'e' then redis.call('XADD', KEYS[2], entry[1], 'e', fields[i + 1]) end\n"
    "    end\n"
    "    from = '(' .. entry[1]\n"
    "    count = count + 1\n"
    "  end\n"
    "  if #page < 500 then break end\n"
    "end\n"
    "redis.call('RENAME', KEYS[2], KEYS[1])\n"
    "local rows = redis.call('HGETALL', KEYS[3])\n"
    "for i = 1, #rows, 2 do\n"
    "  local row = cjson.decode(rows[i + 1])\n"
    "  row.name = ''\n"
    "  redis.call('HSET', KEYS[3], rows[i], cjson.encode(row))\n"
    "end\n"
    "redis.call('HSET', KEYS[4], 'erased_at', redis.call('TIME')[1] .. '000')\n"
    "return count\n";

struct room_keys {
    char log[KEY_MAX], anew[KEY_MAX], rows[KEY_MAX], meta[KEY_MAX];
};

static void keys_of(const char *room, struct room_keys *out)
{
    snprintf(out->log, KEY_MAX, "hoithi:{%s}:log", room);
    snprintf(out->anew, KEY_MAX, "hoithi:{%s}:log:anew", room);
    snprintf(out->rows, KEY_MAX, "hoithi:{%s}:board:rows", room);
    snprintf(out->meta, KEY_MAX, "hoithi:{%s}:meta", room);
}

bool retention_rewrite(struct redis_sync *redis)
{
    struct redisReply *reply = redis_sync_ask(redis, "BGREWRITEAOF", NULL);
    bool rewriting = reply != NULL || strstr(redis_sync_fault(redis), "in progress") != NULL;
    freeReplyObject(reply);
    return rewriting;
}

enum retention_result retention_erase_log(struct redis_sync *redis, const char *room, bool *now)
{
    struct room_keys keys;

    *now = false;
    if (!room_id_is_one(room))
        return RETENTION_NO_ROOM;
    keys_of(room, &keys);
    struct redisReply *reply =
        redis_sync_ask(redis, "EVAL", erase_script, "4", keys.log, keys.anew, keys.rows, keys.meta, NULL);
    if (reply == NULL)
        return RETENTION_FAILED;
    long long count = reply->integer;
    freeReplyObject(reply);
    *now = count > 0;
    return count < 0 ? RETENTION_NO_ROOM : RETENTION_DONE;
}

enum retention_result retention_erase(struct redis_sync *redis, const char *room)
{
    bool now;
    enum retention_result result = retention_erase_log(redis, room, &now);
    return now && !retention_rewrite(redis) ? RETENTION_FAILED : result;
}
