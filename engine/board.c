/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a page, and the score by which Redis orders. Writing is in board_write.c. */
#include "engine/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "engine/rooms.h"
#include "question-banks/memory.h"
#include "rooms/buffer.h"

#define POINTS_BIAS (INT64_C(1) << 19)
#define TIME_SPAN (INT64_C(1) << 33)
#define KEY_MAX 128

/* ---- the score ---- */

static int64_t cut(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

int64_t board_score(int64_t points, int64_t tie_ms)
{
    points = cut(points, -POINTS_BIAS, POINTS_BIAS - 1);
    return (points + POINTS_BIAS) * TIME_SPAN + (TIME_SPAN - 1 - cut(tie_ms, 0, TIME_SPAN - 1));
}

int64_t board_score_points(int64_t score)
{
    return score / TIME_SPAN - POINTS_BIAS;
}

/* ---- a page ---- */

/* KEYS: the sorted set to page through, rows, at, meta. Gives state, frozen, position, total and the rows; nil if there
 * is no such room, 1 if it is archived. */
static const char page_script[] =
    "if redis.call('EXISTS', KEYS[4]) == 0 and redis.call('EXISTS', KEYS[3]) == 0 then return false end\n"
    "if redis.call('HEXISTS', KEYS[4], 'archived_at') == 1 then return 1 end\n"
    "local at = redis.call('HMGET', KEYS[3], 'state', 'frozen', 'position')\n"
    "local ids = redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[2])\n"
    "local rows = {at[1] or 'live', at[2] or '0', at[3] or '0', redis.call('ZCARD', KEYS[1])}\n"
    "if #ids > 0 then\n"
    "  for _, row in ipairs(redis.call('HMGET', KEYS[2], unpack(ids))) do\n"
    "    if row then rows[#rows + 1] = row end\n"
    "  end\n"
    "end\n"
    "return rows\n";
#define PAGE_HEAD 4

struct paging {
    board_page_fn *page;
    void *context;
};

static void put_page(struct buffer *json, const struct redisReply *reply)
{
    buffer_put(json, "{\"rows\":[");
    for (size_t i = PAGE_HEAD; i < reply->elements; i++) {
        if (i > PAGE_HEAD)
            buffer_put(json, ",");
        buffer_add(json, reply->element[i]->str, reply->element[i]->len);
    }
    buffer_print(json, "],\"total\":%lld,\"frozen\":%s,\"state\":", reply->element[3]->integer,
                 strcmp(reply->element[1]->str, "1") == 0 ? "true" : "false");
    buffer_quote(json, reply->element[0]->str);
    buffer_print(json, ",\"version\":%s}", reply->element[2]->str);
}

static void took_page(void *context, const struct redisReply *reply)
{
    struct paging *paging = context;
    struct buffer json;

    if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
        paging->page(paging->context, BOARD_AWAY, NULL, 0);
    } else if (reply->type == REDIS_REPLY_INTEGER) {
        paging->page(paging->context, BOARD_ARCHIVED, NULL, 0);
    } else if (reply->type != REDIS_REPLY_ARRAY || reply->elements < PAGE_HEAD) {
        paging->page(paging->context, BOARD_UNKNOWN, NULL, 0);
    } else {
        buffer_init(&json);
        put_page(&json, reply);
        paging->page(paging->context, BOARD_HERE, json.text, json.length);
        buffer_clear(&json);
    }
    free(paging);
}

/* False: there can be no such board. */
static bool page_key(const struct board_question *question, char out[KEY_MAX])
{
    bool by_unit = question->unit != NULL;
    if (!room_id_is_one(question->room) || (by_unit && strlen(question->unit) > BOARD_UNIT_MAX))
        return false;
    snprintf(out, KEY_MAX, "hoithi:{%s}:board%s%s", question->room, by_unit ? ":unit:" : "",
             by_unit ? question->unit : "");
    return true;
}

void board_page(struct redis *redis, const struct board_question *question, board_page_fn *page, void *context)
{
    char set[KEY_MAX], rows[KEY_MAX], at[KEY_MAX], meta[KEY_MAX], first[24], last[24];
    uint32_t count = question->count == 0               ? BOARD_PAGE_DEFAULT
                     : question->count > BOARD_PAGE_MAX ? BOARD_PAGE_MAX
                                                        : question->count;
    uint64_t from = question->from > UINT32_MAX ? UINT32_MAX : question->from;

    if (!page_key(question, set)) {
        page(context, BOARD_UNKNOWN, NULL, 0);
        return;
    }
    snprintf(rows, sizeof rows, "hoithi:{%s}:board:rows", question->room);
    snprintf(at, sizeof at, "hoithi:{%s}:board:at", question->room);
    snprintf(meta, sizeof meta, "hoithi:{%s}:meta", question->room);
    snprintf(first, sizeof first, "%llu", (unsigned long long)from);
    snprintf(last, sizeof last, "%llu", (unsigned long long)from + count - 1);
    struct paging *paging = memory_new(1, sizeof *paging);
    *paging = (struct paging){page, context};
    if (redis_ask(redis, took_page, paging, "EVAL", page_script, "4", set, rows, at, meta, first, last, NULL))
        return;
    free(paging);
    page(context, BOARD_AWAY, NULL, 0);
}
