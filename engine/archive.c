/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a room's time has come, and the steps by which it becomes a file. */
#include "engine/archive.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <hiredis/hiredis.h>
#include "engine/archive_file.h"
#include "engine/bundle.h"
#include "engine/rooms.h"
#include "engine/verify.h"
#include "rooms/plan.h"

#define KEY_MAX 96
#define NUMBER_MAX 24
#define NOTE_MAX 100

static void room_key(const char *room, const char *what, char out[KEY_MAX])
{
    snprintf(out, KEY_MAX, "hoithi:{%s}:%s", room, what);
}

static enum archive_result say(char *why, enum archive_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum archive_result say(char *why, enum archive_result result, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(why, ARCHIVE_WHY_MAX, format, list);
    va_end(list);
    return result;
}

/* ---- is it due? ---- */

/* The record and the log's end, at one look. KEYS: meta, log. Gives archived_at, archive_note, phase, length and the
 * last id, '' for what is missing. */
static const char look_script[] =
    "local meta = redis.call('HMGET', KEYS[1], 'archived_at', 'archive_note', 'phase')\n"
    "local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)\n"
    "return {meta[1] or '', meta[2] or '', meta[3] or '', redis.call('XLEN', KEYS[2]), last[1] and last[1][1] or ''}\n";

struct look {
    bool archived;
    bool ended; /* as the record says, which may be a moment behind the log */
    char note[NOTE_MAX];
    uint64_t length;
    int64_t last_ms;
};

static bool look_at(struct redis_sync *redis, const char *room, struct look *look)
{
    char meta[KEY_MAX], log[KEY_MAX];

    *look = (struct look){.length = 0};
    room_key(room, "meta", meta);
    room_key(room, "log", log);
    struct redisReply *reply = redis_sync_ask(redis, "EVAL", look_script, "2", meta, log, NULL);
    bool read = reply != NULL && reply->type == REDIS_REPLY_ARRAY && reply->elements == 5;
    if (read) {
        look->archived = reply->element[0]->str[0] != '\0';
        snprintf(look->note, sizeof look->note, "%s", reply->element[1]->str);
        look->ended = strcmp(reply->element[2]->str, phase_name(PHASE_ENDED)) == 0;
        look->length = (uint64_t)reply->element[3]->integer;
        look->last_ms = strtoll(reply->element[4]->str, NULL, 10);
    }
    freeReplyObject(reply);
    return read;
}

bool archive_is_archived(struct redis_sync *redis, const char *room)
{
    struct look look;
    return room_id_is_one(room) && look_at(redis, room, &look) && look.archived;
}

/* Since when a room has been what it is; 0: it is not. */
struct since {
    const struct replay *replay;
    int64_t ended_ms, final_ms;
};

static int64_t begin_of(bool is, int64_t since_ms, int64_t at_ms)
{
    return !is ? 0 : since_ms != 0 ? since_ms : at_ms;
}

static void follow(void *context, const struct entry *entry)
{
    struct since *since = context;
    const struct room *room = since->replay->room;
    since->ended_ms = begin_of(room_phase(room) == PHASE_ENDED, since->ended_ms, entry->at_ms);
    since->final_ms = begin_of(strcmp(room_result_name(room), "final") == 0, since->final_ms, entry->at_ms);
}

static int64_t earlier(int64_t due_ms, int64_t since_ms, int64_t span_ms)
{
    if (since_ms == 0 || span_ms == 0)
        return due_ms;
    int64_t mine = since_ms + span_ms;
    return due_ms == 0 || mine < due_ms ? mine : due_ms;
}

/* By a replay: when the room is due, 0 for never as it stands. What a judge holds stays within reach of the judges. */
static enum archive_result find_due(const struct archive_place *place, const char *room,
                                    const struct archive_spans *spans, int64_t *due_ms, char *why)
{
    struct replay replay;
    struct since since = {.replay = &replay};

    *due_ms = 0;
    enum replay_status status = replay_store(&replay, place->redis, room, follow, &since);
    if (status == REPLAY_OK && !room_held(replay.room))
        *due_ms = earlier(earlier(0, since.ended_ms, spans->ended_ms), since.final_ms, spans->final_ms);
    if (status != REPLAY_OK)
        snprintf(why, ARCHIVE_WHY_MAX, "%s", replay.why);
    replay_clear(&replay);
    return status == REPLAY_OK ? ARCHIVE_DONE : status == REPLAY_NO_ROOM ? ARCHIVE_NO_ROOM : ARCHIVE_FAILED;
}

/* "LENGTH:FINAL:ENDED:DUE": what was found at that length under those settings, so that no log is read twice. */
static int note_begin(char out[NOTE_MAX], const struct look *look, const struct archive_spans *spans)
{
    return snprintf(out, NOTE_MAX, "%" PRIu64 ":%" PRId64 ":%" PRId64 ":", look->length, spans->final_ms,
                    spans->ended_ms);
}

static void keep_note(const struct archive_place *place, const char *room, const char *note)
{
    char meta[KEY_MAX];
    room_key(room, "meta", meta);
    freeReplyObject(redis_sync_ask(place->redis, "HSET", meta, "archive_note", note, NULL));
}

/* ARCHIVE_DONE: it is due now. */
static enum archive_result is_due(const struct archive_place *place, const char *room,
                                  const struct archive_spans *spans, int64_t wall_ms, char *why)
{
    struct look look;
    char note[NOTE_MAX];
    int64_t due_ms = 0;

    if (!look_at(place->redis, room, &look))
        return say(why, ARCHIVE_FAILED, "room %s: %s", room, redis_sync_fault(place->redis));
    if (look.archived || look.length == 0)
        return say(why, ARCHIVE_NO_ROOM, "room %s: it is not in the store", room);
    bool quiet = spans->ended_ms != 0 && wall_ms - look.last_ms >= spans->ended_ms;
    if (!look.ended && !quiet)
        return ARCHIVE_NOT_DUE;
    int begin = note_begin(note, &look, spans);
    if (strncmp(look.note, note, (size_t)begin) == 0) {
        due_ms = strtoll(look.note + begin, NULL, 10);
    } else {
        enum archive_result found = find_due(place, room, spans, &due_ms, why);
        if (found != ARCHIVE_DONE)
            return found;
        snprintf(note + begin, sizeof note - (size_t)begin, "%" PRId64, due_ms);
        keep_note(place, room, note);
    }
    return due_ms != 0 && due_ms <= wall_ms ? ARCHIVE_DONE : ARCHIVE_NOT_DUE;
}

/* ---- write ---- */

static bool is_erased(const struct archive_place *place, const char *room, bool *erased)
{
    char meta[KEY_MAX];
    room_key(room, "meta", meta);
    struct redisReply *reply = redis_sync_ask(place->redis, "HEXISTS", meta, "erased_at", NULL);
    bool read = reply != NULL && reply->type == REDIS_REPLY_INTEGER;
    *erased = read && reply->integer == 1;
    freeReplyObject(reply);
    return read;
}

static bool put_signature(const struct archiving *archiving, FILE *draft)
{
    char statement[BUNDLE_STATEMENT_MAX], head[DIGEST_HEX_SIZE];
    struct buffer line;

    digest_hex(&archiving->head, head);
    (void)bundle_statement(statement, archiving->room, archiving->position, head);
    buffer_init(&line);
    bool made = bundle_put_signature(&line, archiving->place->data, statement, archiving->why);
    if (made)
        (void)fwrite(line.text, 1, line.length, draft);
    buffer_clear(&line);
    return made;
}

static void remember(struct archiving *archiving, const struct replay *replay)
{
    archiving->position = replay->position;
    archiving->head = replay->head;
    memcpy(archiving->last_id, replay->last_id, sizeof archiving->last_id);
    snprintf(archiving->pin, sizeof archiving->pin, "%.*s", PIN_DIGITS, room_plan(replay->room)->pin);
    archiving->state = room_result_name(replay->room);
    archiving->players = room_players(replay->room);
}

static enum archive_result write_draft(struct archiving *archiving)
{
    const struct archive_place *place = archiving->place;
    struct replay replay;

    if (!is_erased(place, archiving->room, &archiving->erased))
        return say(archiving->why, ARCHIVE_FAILED, "room %s: %s", archiving->room, redis_sync_fault(place->redis));
    FILE *draft = archive_draft(place->data, archiving->draft);
    if (draft == NULL)
        return say(archiving->why, ARCHIVE_FAILED, "a bundle cannot be made in %s/" ARCHIVE_FOLDER ": %s", place->data,
                   strerror(errno));
    enum replay_status status = bundle_write_file(place->redis, archiving->room, draft, &replay);
    if (status == REPLAY_OK)
        remember(archiving, &replay);
    else
        snprintf(archiving->why, ARCHIVE_WHY_MAX, "%s", replay.why);
    replay_clear(&replay);
    bool made = status == REPLAY_OK && put_signature(archiving, draft);
    if (!archive_draft_end(draft) && made)
        return say(archiving->why, ARCHIVE_FAILED, "%s: %s", archiving->draft, strerror(errno));
    return made ? ARCHIVE_DONE : status == REPLAY_NO_ROOM ? ARCHIVE_NO_ROOM : ARCHIVE_FAILED;
}

/* ---- publish ---- */

static enum archive_result publish(struct archiving *archiving)
{
    const struct archive_place *place = archiving->place;

    if (place->may_publish != NULL && !place->may_publish(place->context))
        return say(archiving->why, ARCHIVE_FAILED, "room %s: another worker has taken over", archiving->room);
    if (!archive_draft_publish(place->data, archiving->draft, archiving->room))
        return say(archiving->why, ARCHIVE_FAILED, "%s: %s", archiving->draft, strerror(errno));
    archiving->draft[0] = '\0';
    return ARCHIVE_DONE;
}

/* ---- prove ---- */

static enum archive_result prove(struct archiving *archiving)
{
    struct archive_map map;
    struct replay replay;
    char said[ARCHIVE_WHY_MAX - 60];

    if (archive_map_room(archiving->place->data, archiving->room, &map) != ARCHIVE_HERE)
        return say(archiving->why, ARCHIVE_FAILED, "room %s: the bundle cannot be read: %s", archiving->room,
                   strerror(errno));
    bool read = verify_replay(map.bytes, map.length, &replay, said, sizeof said);
    bool same = read && replay.position == archiving->position &&
                memcmp(&replay.head, &archiving->head, sizeof replay.head) == 0;
    if (read)
        replay_clear(&replay);
    archive_unmap(&map);
    return same ? ARCHIVE_DONE
                : say(archiving->why, ARCHIVE_FAILED, "room %s: the bundle is not the room: %s", archiving->room, said);
}

/* ---- release ---- */

/*
 * The one step by which a room leaves the store: nothing if anything was appended, or erased, since it was read.
 * KEYS: log, bank, meta, board, board:rows, board:at, board:units, pin, due, due:tries, archived.
 * ARGV: room, length, last id, whether it was erased, state, players, phase.
 */
static const char release_script[] =
    "local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)\n"
    "if redis.call('XLEN', KEYS[1]) ~= tonumber(ARGV[2]) or not last[1] or last[1][1] ~= ARGV[3] or\n"
    "   redis.call('HEXISTS', KEYS[3], 'erased_at') ~= tonumber(ARGV[4]) then return 0 end\n"
    "local now = redis.call('TIME')[1] .. '000'\n"
    "redis.call('HSET', KEYS[3], 'archived_at', now, 'state', ARGV[5], 'players', ARGV[6], 'phase', ARGV[7],\n"
    "  'pin', '')\n"
    "redis.call('HDEL', KEYS[3], 'archive_note')\n"
    "redis.call('ZADD', KEYS[11], now, ARGV[1])\n"
    "local seen = {}\n"
    "for _, unit in ipairs(redis.call('HVALS', KEYS[7])) do\n"
    "  if not seen[unit] then redis.call('UNLINK', KEYS[4] .. ':unit:' .. unit) end\n"
    "  seen[unit] = true\n"
    "end\n"
    "redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[4], KEYS[5], KEYS[6], KEYS[7])\n"
    "if redis.call('GET', KEYS[8]) == ARGV[1] then redis.call('DEL', KEYS[8]) end\n"
    "redis.call('ZREM', KEYS[9], ARGV[1])\n"
    "redis.call('HDEL', KEYS[10], ARGV[1])\n"
    "return 1\n";
#define RELEASE_ROOM_KEYS 7

static enum archive_result release(struct archiving *archiving)
{
    static const char *const names[RELEASE_ROOM_KEYS] = {"log",        "bank",     "meta",       "board",
                                                         "board:rows", "board:at", "board:units"};
    struct redis_sync *redis = archiving->place->redis;
    char keys[RELEASE_ROOM_KEYS][KEY_MAX], pin[KEY_MAX], length[NUMBER_MAX], players[NUMBER_MAX];

    for (size_t i = 0; i < RELEASE_ROOM_KEYS; i++)
        room_key(archiving->room, names[i], keys[i]);
    snprintf(pin, sizeof pin, "hoithi:pin:%s", archiving->pin);
    snprintf(length, sizeof length, "%" PRIu64, archiving->position);
    snprintf(players, sizeof players, "%zu", archiving->players);
    struct redisReply *reply = redis_sync_ask(
        redis, "EVAL", release_script, "11", keys[0], keys[1], keys[2], keys[3], keys[4], keys[5], keys[6], pin,
        "hoithi:due", "hoithi:due:tries", ARCHIVE_SET, archiving->room, length, archiving->last_id,
        archiving->erased ? "1" : "0", archiving->state, players, phase_name(PHASE_ENDED), NULL);
    if (reply == NULL)
        return say(archiving->why, ARCHIVE_FAILED, "room %s: %s", archiving->room, redis_sync_fault(redis));
    bool released = reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;
    freeReplyObject(reply);
    return released
               ? ARCHIVE_DONE
               : say(archiving->why, ARCHIVE_MOVED_ON, "room %s: something was appended meanwhile", archiving->room);
}

archive_step_fn *const archive_steps[ARCHIVE_STEPS] = {write_draft, publish, prove, release};

/* ---- the whole ---- */

enum archive_result archive_room(const struct archive_place *place, const char *room, const struct archive_spans *spans,
                                 int64_t wall_ms, char why[ARCHIVE_WHY_MAX])
{
    struct archiving archiving = {.place = place, .room = room, .why = why};

    why[0] = '\0';
    if (!room_id_is_one(room))
        return ARCHIVE_NO_ROOM;
    enum archive_result result = is_due(place, room, spans, wall_ms, why);
    for (size_t i = 0; result == ARCHIVE_DONE && i < ARCHIVE_STEPS; i++)
        result = archive_steps[i](&archiving);
    if (archiving.draft[0] != '\0')
        (void)unlink(archiving.draft);
    return result;
}
