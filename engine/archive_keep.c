/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a bundle later: names are erased, in the end it goes; and what crashes have left is removed. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cjson/cJSON.h>
#include <hiredis/hiredis.h>
#include "engine/archive_file.h"
#include "engine/bundle.h"
#include "engine/rooms.h"
#include "engine/verify.h"

#define KEY_MAX 96
#define NOT_HERE "its bundle is not here; another server may have it"
#define ENTRY_BEGIN "{\"n\":"

static enum archive_result fault(char *why, const char *room, const char *what)
{
    snprintf(why, ARCHIVE_WHY_MAX, "room %.24s: %.400s", room, what);
    return ARCHIVE_FAILED;
}

static void meta_key(const char *room, char out[KEY_MAX])
{
    snprintf(out, KEY_MAX, "hoithi:{%.24s}:meta", room);
}

/* ---- erasing ---- */

static const char *text_of(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

/* The line of an entry, without its personal part. */
static bool put_bare(FILE *out, const char *line, size_t length)
{
    cJSON *json = cJSON_ParseWithLength(line, length);
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(json, "n");
    const char *id = text_of(json, "id");
    const char *e = text_of(json, "e");
    struct buffer bare;
    bool whole = cJSON_IsNumber(n) && id != NULL && e != NULL;

    if (whole) {
        struct entry entry = {.position = (uint64_t)n->valuedouble, .id = id, .e = e, .e_length = strlen(e)};
        buffer_init(&bare);
        bundle_put_entry(&bare, &entry);
        whole = fwrite(bare.text, 1, bare.length, out) == bare.length;
        buffer_clear(&bare);
    }
    cJSON_Delete(json);
    return whole;
}

/* Every other line stands as it stood, the signature too: it covers the chain, and the chain no name. */
static bool copy_bare(FILE *out, const struct archive_map *map)
{
    const char *rest = map->bytes;
    const char *end = map->bytes + map->length;
    bool fine = true;

    while (fine && rest < end) {
        const char *feed = memchr(rest, '\n', (size_t)(end - rest));
        size_t length = feed == NULL ? (size_t)(end - rest) : (size_t)(feed - rest) + 1;
        bool entry = length > strlen(ENTRY_BEGIN) && memcmp(rest, ENTRY_BEGIN, strlen(ENTRY_BEGIN)) == 0;
        fine = entry ? put_bare(out, rest, length) : fwrite(rest, 1, length, out) == length;
        rest += length;
    }
    return fine;
}

static bool same_head(const struct archive_map *map, const struct digest *head)
{
    struct replay replay;
    char said[ARCHIVE_WHY_MAX];
    if (!verify_replay(map->bytes, map->length, &replay, said, sizeof said))
        return false;
    bool same = memcmp(&replay.head, head, sizeof *head) == 0;
    replay_clear(&replay);
    return same;
}

/* A draft without names that proves as much as the bundle does. */
static enum archive_result make_bare(const struct archive_place *place, const char *room, const struct archive_map *map,
                                     char draft[ARCHIVE_PATH_MAX], char *why)
{
    struct archive_map bare = {0};
    struct replay replay;
    char said[ARCHIVE_WHY_MAX];

    if (!verify_replay(map->bytes, map->length, &replay, said, sizeof said))
        return fault(why, room, said);
    struct digest head = replay.head;
    replay_clear(&replay);
    FILE *out = archive_draft(place->data, draft);
    if (out == NULL)
        return fault(why, room, strerror(errno));
    bool copied = copy_bare(out, map);
    if (!archive_draft_end(out) || !copied)
        return fault(why, room, copied ? strerror(errno) : "its bundle cannot be copied");
    bool same = archive_map_file(draft, &bare) == ARCHIVE_HERE && same_head(&bare, &head);
    archive_unmap(&bare);
    return same ? ARCHIVE_DONE : fault(why, room, "its bundle without names does not prove the same");
}

static enum archive_result note_erased(const struct archive_place *place, const char *room, char *why)
{
    static const char note[] = "return redis.call('HSET', KEYS[1], 'erased_at', redis.call('TIME')[1] .. '000')";
    char meta[KEY_MAX];
    meta_key(room, meta);
    struct redisReply *reply = redis_sync_ask(place->redis, "EVAL", note, "1", meta, NULL);
    bool noted = reply != NULL;
    freeReplyObject(reply);
    return noted ? ARCHIVE_DONE : fault(why, room, redis_sync_fault(place->redis));
}

static bool is_erased(const struct archive_place *place, const char *room)
{
    char meta[KEY_MAX];
    meta_key(room, meta);
    struct redisReply *reply = redis_sync_ask(place->redis, "HEXISTS", meta, "erased_at", NULL);
    bool erased = reply != NULL && reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;
    freeReplyObject(reply);
    return erased;
}

enum archive_result archive_erase(const struct archive_place *place, const char *room, bool *now,
                                  char why[ARCHIVE_WHY_MAX])
{
    struct archive_map map;
    char draft[ARCHIVE_PATH_MAX] = "";

    why[0] = '\0';
    *now = false;
    if (!archive_is_archived(place->redis, room))
        return ARCHIVE_NO_ROOM;
    if (is_erased(place, room))
        return ARCHIVE_DONE;
    enum archive_found found = archive_map_room(place->data, room, &map);
    if (found != ARCHIVE_HERE)
        return fault(why, room, found == ARCHIVE_NONE ? NOT_HERE : strerror(errno));
    enum archive_result result = make_bare(place, room, &map, draft, why);
    archive_unmap(&map);
    if (result == ARCHIVE_DONE && place->may_publish != NULL && !place->may_publish(place->context))
        result = fault(why, room, "another worker has taken over");
    if (result == ARCHIVE_DONE && !archive_draft_publish(place->data, draft, room))
        result = fault(why, room, strerror(errno));
    if (result != ARCHIVE_DONE && draft[0] != '\0')
        (void)unlink(draft);
    *now = result == ARCHIVE_DONE;
    return *now ? note_erased(place, room, why) : result;
}

/* ---- deleting ---- */

/* KEYS: meta, rooms, archived. ARGV: room. */
static const char delete_script[] =
    "local owner = redis.call('HGET', KEYS[1], 'owner')\n"
    "if owner then redis.call('ZREM', 'hoithi:key:' .. owner .. ':rooms', ARGV[1]) end\n"
    "redis.call('ZREM', KEYS[2], ARGV[1])\n"
    "redis.call('ZREM', KEYS[3], ARGV[1])\n"
    "return redis.call('UNLINK', KEYS[1])\n";

/* A record whose file is not here is deleted only if it was this that took the file away, and died. */
static bool may_delete(const struct archive_place *place, const char *room, const char *meta)
{
    char path[ARCHIVE_PATH_MAX];
    archive_path(place->data, room, path);
    bool here = access(path, F_OK) == 0;
    struct redisReply *reply = here ? redis_sync_ask(place->redis, "HSET", meta, "deleting", "1", NULL)
                                    : redis_sync_ask(place->redis, "HEXISTS", meta, "deleting", NULL);
    bool may = reply != NULL && reply->type == REDIS_REPLY_INTEGER && (here || reply->integer == 1);
    freeReplyObject(reply);
    return may;
}

enum archive_result archive_delete(const struct archive_place *place, const char *room, char why[ARCHIVE_WHY_MAX])
{
    char meta[KEY_MAX];

    why[0] = '\0';
    if (!archive_is_archived(place->redis, room))
        return ARCHIVE_NO_ROOM;
    meta_key(room, meta);
    if (!may_delete(place, room, meta))
        return fault(why, room, NOT_HERE);
    if (!archive_remove(place->data, room)) /* first: a record without a file is deleted again, a file would stay */
        return fault(why, room, strerror(errno));
    struct redisReply *reply =
        redis_sync_ask(place->redis, "EVAL", delete_script, "3", meta, "hoithi:rooms", ARCHIVE_SET, room, NULL);
    bool deleted = reply != NULL;
    freeReplyObject(reply);
    return deleted ? ARCHIVE_DONE : fault(why, room, redis_sync_fault(place->redis));
}

/* ---- files and records side by side ---- */

enum standing { STANDS_NOWHERE, STANDS_IN_STORE, STANDS_ARCHIVED, STANDS_UNKNOWN };

static enum standing standing_of(struct redis_sync *redis, const char *room)
{
    static const char stand[] = "if redis.call('HEXISTS', KEYS[1], 'archived_at') == 1 then return 2 end\n"
                                "return redis.call('EXISTS', KEYS[2])\n";
    char meta[KEY_MAX], log[KEY_MAX];
    meta_key(room, meta);
    snprintf(log, sizeof log, "hoithi:{%.24s}:log", room);
    struct redisReply *reply = redis_sync_ask(redis, "EVAL", stand, "2", meta, log, NULL);
    enum standing standing =
        reply != NULL && reply->type == REDIS_REPLY_INTEGER ? (enum standing)reply->integer : STANDS_UNKNOWN;
    freeReplyObject(reply);
    return standing;
}

struct tidying {
    const struct archive_place *place;
    size_t unknown;
    bool failed;
};

static void tidy_one(void *context, const char *room)
{
    struct tidying *tidying = context;
    if (standing_of(tidying->place->redis, room) == STANDS_IN_STORE && !archive_remove(tidying->place->data, room))
        tidying->failed = true;
}

bool archive_tidy(const struct archive_place *place)
{
    struct tidying tidying = {.place = place};
    return archive_walk(place->data, true, tidy_one, &tidying) && !tidying.failed;
}

static void compare_one(void *context, const char *room)
{
    struct tidying *tidying = context;
    enum standing standing = standing_of(tidying->place->redis, room);
    tidying->unknown += standing == STANDS_NOWHERE;
    tidying->failed = tidying->failed || standing == STANDS_UNKNOWN;
}

bool archive_compare(const struct archive_place *place, size_t *unknown, size_t *missing)
{
    struct tidying tidying = {.place = place};
    char path[ARCHIVE_PATH_MAX];

    *unknown = *missing = 0;
    if (!archive_walk(place->data, false, compare_one, &tidying) || tidying.failed)
        return false;
    *unknown = tidying.unknown;
    struct redisReply *rooms = redis_sync_ask(place->redis, "ZRANGE", ARCHIVE_SET, "0", "-1", NULL);
    for (size_t i = 0; rooms != NULL && i < rooms->elements; i++) {
        archive_path(place->data, rooms->element[i]->str, path);
        *missing += access(path, F_OK) != 0;
    }
    bool read = rooms != NULL;
    freeReplyObject(rooms);
    return read;
}
