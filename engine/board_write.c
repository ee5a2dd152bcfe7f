/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <hiredis/hiredis.h>
#include "question-banks/memory.h"
#include "rooms/buffer.h"
#include "rooms/map.h"

#define KEY_MAX 96
#define KEY_COUNT 5
#define ROW_WORDS 4
#define LOOK_MS 1000
#define BUCKETS 1024
#define LEAVE_MS 50 /* the loop breathes between chunks */

/*
 * One chunk. Does nothing if the stored position is not older, or if a newer board is being written: so that chunks of
 * two writers never mix the wrong way; nor in an archived room. The last chunk sets the position.
 * KEYS: board, rows, at, units, meta. ARGV: position, last, state, frozen, then player, score ('' for one who was
 * removed), unit, row for each. Gives 1 if it was taken.
 */
static const char chunk_script[] =
    "if redis.call('HEXISTS', KEYS[5], 'archived_at') == 1 then return 0 end\n"
    "local position = tonumber(ARGV[1])\n"
    "local at = redis.call('HMGET', KEYS[3], 'position', 'writing')\n"
    "if position <= tonumber(at[1] or '-1') or position < tonumber(at[2] or '-1') then return 0 end\n"
    "redis.call('HSET', KEYS[3], 'writing', ARGV[1])\n"
    "for i = 5, #ARGV, 4 do\n"
    "  local player, score, unit = ARGV[i], ARGV[i + 1], ARGV[i + 2]\n"
    "  local before = redis.call('HGET', KEYS[4], player)\n"
    "  if before and (before ~= unit or score == '') then\n"
    "    redis.call('ZREM', KEYS[1] .. ':unit:' .. before, player)\n"
    "    redis.call('HDEL', KEYS[4], player)\n"
    "  end\n"
    "  if score == '' then\n"
    "    redis.call('ZREM', KEYS[1], player)\n"
    "    redis.call('HDEL', KEYS[2], player)\n"
    "  else\n"
    "    redis.call('ZADD', KEYS[1], score, player)\n"
    "    redis.call('HSET', KEYS[2], player, ARGV[i + 3])\n"
    "    if unit ~= '' then\n"
    "      redis.call('ZADD', KEYS[1] .. ':unit:' .. unit, score, player)\n"
    "      if before ~= unit then redis.call('HSET', KEYS[4], player, unit) end\n"
    "    end\n"
    "  end\n"
    "end\n"
    "if ARGV[2] == '1' then\n"
    "  redis.call('HSET', KEYS[3], 'position', ARGV[1], 'state', ARGV[3], 'frozen', ARGV[4])\n"
    "  if redis.call('EXISTS', KEYS[5]) == 1 then redis.call('HSET', KEYS[5], 'state', ARGV[3]) end\n"
    "end\n"
    "return 1\n";

/* The board of one followed room. */
struct board {
    TAILQ_ENTRY(board) next;
    struct board *bucket_next;
    struct boards *boards;
    char room[ROOM_ID_MAX + 1];
    bool seen;               /* in the last round over the hub's rooms */
    bool dirty;              /* to be written */
    bool writing;            /* a chunk is under way */
    bool asking;             /* its stored position is */
    int64_t written_ms;      /* when the last writing began */
    int64_t behind_since_ms; /* 0: it is not */
    uint64_t position;       /* that is being written */
    size_t index;            /* of the first row of the next chunk */
    const char *phase;       /* as the record of the room says it: a constant of the hub's, or NULL */
    size_t players;
};

struct boards {
    uv_loop_t *loop;
    struct redis *redis;
    struct hub *hub;
    uv_timer_t look, work;
    TAILQ_HEAD(board_list, board) list;
    struct board *buckets[BUCKETS]; /* by room */
};

static void work_soon(struct boards *boards);

/* ---- finding ---- */

static struct board *board_find(struct boards *boards, const char *room)
{
    struct board **bucket = &boards->buckets[map_key(room) % BUCKETS];
    for (struct board *each = *bucket; each != NULL; each = each->bucket_next)
        if (strcmp(each->room, room) == 0)
            return each;
    struct board *board = memory_new(1, sizeof *board);
    board->bucket_next = *bucket;
    *bucket = board;
    board->boards = boards;
    snprintf(board->room, sizeof board->room, "%s", room);
    TAILQ_INSERT_TAIL(&boards->list, board, next);
    return board;
}

static void board_drop(struct board *board)
{
    struct boards *boards = board->boards;
    struct board **place = &boards->buckets[map_key(board->room) % BUCKETS];
    while (*place != board)
        place = &(*place)->bucket_next;
    *place = board->bucket_next;
    TAILQ_REMOVE(&boards->list, board, next);
    free(board);
}

/* ---- one chunk ---- */

/* The words of a command, gathered in one buffer first: their addresses move while it grows. */
struct words {
    struct buffer text;
    size_t *lengths;
    size_t count, capacity;
};

/* What has been written to the text since it was `from` long is a word. */
static void words_end(struct words *words, size_t from)
{
    if (words->count == words->capacity) {
        words->capacity = words->capacity == 0 ? 256 : words->capacity * 2;
        words->lengths = memory_grow(words->lengths, words->capacity, sizeof *words->lengths);
    }
    words->lengths[words->count++] = words->text.length - from;
}

static void words_add(struct words *words, const char *text)
{
    size_t from = words->text.length;
    buffer_put(&words->text, text);
    words_end(words, from);
}

static void words_add_all(struct words *words, const struct words *more)
{
    for (size_t i = 0, from = 0; i < more->count; from += more->lengths[i++]) {
        buffer_add(&words->text, more->text.text + from, more->lengths[i]);
        words_end(words, words->text.length - more->lengths[i]);
    }
}

static void words_clear(struct words *words)
{
    buffer_clear(&words->text);
    free(words->lengths);
}

static bool words_send(const struct words *words, struct redis *redis, redis_reply_fn *reply, void *context)
{
    const char **list = memory_new(words->count, sizeof *list);
    const char *text = words->text.text;
    for (size_t i = 0; i < words->count; text += words->lengths[i++])
        list[i] = text;
    struct redis_command command = {.count = words->count, .words = list, .lengths = words->lengths};
    bool sent = redis_send(redis, &command, reply, context);
    free(list);
    return sent;
}

/* After each reveal every player's row is written: numbers go without formats. */
void board_put_row(struct buffer *out, const struct board_row *row)
{
    buffer_put(out, "{\"rank\":");
    buffer_put_number(out, row->rank);
    buffer_put(out, ",\"player\":");
    buffer_quote(out, row->player);
    buffer_put(out, ",\"name\":");
    buffer_quote(out, row->name);
    buffer_put(out, ",\"unit\":");
    buffer_quote(out, row->unit);
    buffer_put(out, ",\"points\":");
    buffer_put_number(out, row->points);
    buffer_put(out, ",\"right\":");
    buffer_put_number(out, row->right);
    buffer_put(out, ",\"ms\":");
    buffer_put_number(out, row->ms);
    buffer_put(out, "}");
}

static void add_row(struct words *words, const struct board_row *row, size_t index, bool live)
{
    words_add(words, row->player);
    size_t from = words->text.length;
    if (!row->removed)
        buffer_put_number(&words->text, live ? board_score(row->points, row->ms) : -(int64_t)index);
    words_end(words, from);
    words_add(words, row->unit);
    from = words->text.length;
    board_put_row(&words->text, row);
    words_end(words, from);
}

static void begin_command(struct words *words, const char *room)
{
    static const char *const keys[KEY_COUNT] = {"board", "board:rows", "board:at", "board:units", "meta"};
    char key[KEY_MAX];

    words_add(words, "EVAL");
    words_add(words, chunk_script);
    words_add(words, "5");
    for (size_t i = 0; i < KEY_COUNT; i++) {
        snprintf(key, sizeof key, "hoithi:{%s}:%s", room, keys[i]);
        words_add(words, key);
    }
}

static void took_chunk(void *context, const struct redisReply *reply);

/* Adds the rows of the chunk; true if it is the last. */
static bool add_rows(struct board *board, struct words *words, bool live)
{
    struct board_row row;
    for (size_t i = 0; i < BOARD_CHUNK_ROWS; i++, board->index++) {
        if (!hub_board_row(board->boards->hub, board->room, board->index, &row))
            return true;
        add_row(words, &row, board->index, live);
    }
    return !hub_board_row(board->boards->hub, board->room, board->index, &row);
}

static void write_chunk(struct board *board)
{
    struct boards *boards = board->boards;
    struct words rows = {.count = 0}, words = {.count = 0};
    bool frozen;
    char number[24];
    const char *state = hub_board_state(boards->hub, board->room, &frozen);

    buffer_init(&rows.text);
    buffer_init(&words.text);
    bool last = add_rows(board, &rows, strcmp(state, "live") == 0);
    begin_command(&words, board->room);
    snprintf(number, sizeof number, "%llu", (unsigned long long)board->position);
    words_add(&words, number);
    words_add(&words, last ? "1" : "0");
    words_add(&words, state);
    words_add(&words, frozen ? "1" : "0");
    words_add_all(&words, &rows);
    board->writing = words_send(&words, boards->redis, took_chunk, board);
    if (!board->writing)
        board->dirty = true;
    if (last)
        board->index = SIZE_MAX;
    words_clear(&rows);
    words_clear(&words);
}

static void took_chunk(void *context, const struct redisReply *reply)
{
    struct board *board = context;
    bool taken = reply != NULL && reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;

    board->writing = false;
    if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
        fprintf(stderr, "board: Redis does not take the board of room %s: %s\n", board->room, reply->str);
    if (reply == NULL || reply->type == REDIS_REPLY_ERROR)
        board->dirty = true; /* from the start, when Redis is back */
    else if (taken && board->index != SIZE_MAX && hub_board_position(board->boards->hub, board->room) != 0)
        write_chunk(board);
    else if (taken)
        board->behind_since_ms = 0;
    if (board->dirty)
        work_soon(board->boards);
}

/* ---- when ---- */

static void begin_writing(struct board *board)
{
    uint64_t position = hub_board_position(board->boards->hub, board->room);
    board->dirty = false;
    if (position == 0)
        return; /* not here any more: whoever has the room writes it */
    board->written_ms = (int64_t)uv_now(board->boards->loop);
    board->position = position;
    board->index = 0;
    write_chunk(board);
}

static void work(uv_timer_t *timer)
{
    struct boards *boards = timer->data;
    struct board *board;
    int64_t now = (int64_t)uv_now(boards->loop);
    bool more = false;

    for (board = TAILQ_FIRST(&boards->list); board != NULL; board = TAILQ_NEXT(board, next)) {
        if (!board->dirty)
            continue;
        if (board->writing || now - board->written_ms < BOARD_EVERY_MS || !redis_is_up(boards->redis))
            more = true;
        else
            begin_writing(board);
    }
    if (more)
        work_soon(boards);
}

static void work_soon(struct boards *boards)
{
    if (!uv_is_active((uv_handle_t *)&boards->work))
        uv_timer_start(&boards->work, work, LEAVE_MS, 0);
}

void boards_changed(struct boards *boards, const char *room, uint64_t position)
{
    struct board *board = board_find(boards, room);
    (void)position; /* the newest is written, whatever it is by then */
    board->dirty = true;
    work_soon(boards);
}

/* ---- is a stored board behind? ---- */

static void took_position(void *context, const struct redisReply *reply)
{
    struct board *board = context;
    struct boards *boards = board->boards;
    int64_t now = (int64_t)uv_now(boards->loop);

    board->asking = false;
    if (reply == NULL || (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_NIL))
        return;
    uint64_t stored = reply->type == REDIS_REPLY_STRING ? strtoull(reply->str, NULL, 10) : 0;
    if (stored >= hub_board_position(boards->hub, board->room))
        board->behind_since_ms = 0;
    else if (board->behind_since_ms == 0)
        board->behind_since_ms = now;
    else if (now - board->behind_since_ms >= BOARD_LAG_MS && !board->writing) {
        board->dirty = true;
        work_soon(boards);
    }
}

/* The record of the room, for the lists: phase and players, when they have changed. */
static void keep_record(struct board *board)
{
    struct boards *boards = board->boards;
    char key[KEY_MAX], number[24];
    size_t players = 0;
    const char *phase = hub_phase(boards->hub, board->room, &players);

    if (phase == NULL || (phase == board->phase && players == board->players))
        return;
    snprintf(key, sizeof key, "hoithi:{%s}:meta", board->room);
    snprintf(number, sizeof number, "%zu", players);
    if (!redis_ask(boards->redis, NULL, NULL, "HSET", key, "phase", phase, "players", number, NULL))
        return;
    board->phase = phase;
    board->players = players;
}

static void look_at_room(void *context, const char *room)
{
    struct boards *boards = context;
    char key[KEY_MAX];

    struct board *board = board_find(boards, room);
    board->seen = true;
    keep_record(board);
    if (hub_board_position(boards->hub, room) == 0)
        return;
    if (board->asking)
        return;
    snprintf(key, sizeof key, "hoithi:{%s}:board:at", room);
    board->asking = redis_ask(boards->redis, took_position, board, "HGET", key, "position", NULL);
}

static void look(uv_timer_t *timer)
{
    struct boards *boards = timer->data;
    struct board *board, *after;

    hub_each_room(boards->hub, look_at_room, boards);
    for (board = TAILQ_FIRST(&boards->list); board != NULL; board = after) {
        after = TAILQ_NEXT(board, next);
        if (!board->seen && !board->dirty && !board->writing && !board->asking) {
            board_drop(board);
        } else {
            board->seen = false;
        }
    }
}

/* ---- from outside ---- */

struct boards *boards_new(uv_loop_t *loop, struct redis *redis, struct hub *hub)
{
    struct boards *boards = memory_new(1, sizeof *boards);
    boards->loop = loop;
    boards->redis = redis;
    boards->hub = hub;
    TAILQ_INIT(&boards->list);
    uv_timer_init(loop, &boards->look);
    uv_timer_init(loop, &boards->work);
    boards->look.data = boards->work.data = boards;
    uv_timer_start(&boards->look, look, LOOK_MS, LOOK_MS);
    return boards;
}

static void work_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void look_closed(uv_handle_t *handle)
{
    struct boards *boards = handle->data;
    uv_close((uv_handle_t *)&boards->work, work_closed);
}

void boards_free(struct boards *boards)
{
    if (boards == NULL)
        return;
    struct board *board, *after;
    for (board = TAILQ_FIRST(&boards->list); board != NULL; board = after) {
        after = TAILQ_NEXT(board, next);
        board_drop(board);
    }
    uv_timer_stop(&boards->work);
    uv_close((uv_handle_t *)&boards->look, look_closed);
}

bool boards_are_idle(const struct boards *boards)
{
    const struct board *board;
    for (board = TAILQ_FIRST(&boards->list); board != NULL; board = TAILQ_NEXT(board, next))
        if (board->dirty || board->writing)
            return false;
    return true;
}
