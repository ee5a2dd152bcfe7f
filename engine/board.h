/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.h - leaderboards in Redis: what outlives a room in memory, and pages of it for HTTP.
 *
 * A board is written whole, in chunks, each guarded by the position it shows: a worker that slept cannot put old points
 * back. Reading a page asks Redis alone and never loads a room.
 */
#ifndef HOITHI_ENGINE_BOARD_H
#define HOITHI_ENGINE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>
#include "engine/redis.h"
#include "rooms/hub.h"

#define BOARD_CHUNK_ROWS 2000
#define BOARD_EVERY_MS 250 /* a room's board is written at most this often */
#define BOARD_LAG_MS 1000  /* others write if the stored board is behind for longer */
#define BOARD_PAGE_MAX 500
#define BOARD_PAGE_DEFAULT 50
#define BOARD_UNIT_MAX 40 /* bytes */

/* ---- writing ---- */
struct boards;
struct boards *boards_new(uv_loop_t *loop, struct redis *redis, struct hub *hub);
/* After the connection was closed, before the hub is freed. The loop must run on for a turn. Takes NULL. */
void boards_free(struct boards *boards);
/* The hub's port board_changed. Never calls the hub before it returns. */
void boards_changed(struct boards *boards, const char *room, uint64_t position);
bool boards_are_idle(const struct boards *boards);

/* ---- reading ---- */
enum board_answer { BOARD_HERE, BOARD_UNKNOWN, BOARD_AWAY, BOARD_ARCHIVED /* it stands in the room's bundle */ };
/* The whole JSON body of GET /api/rooms/ROOM/board; NULL unless BOARD_HERE. Borrowed for the call. */
typedef void board_page_fn(void *context, enum board_answer answer, const char *json, size_t length);
struct board_question {
    const char *room;
    uint64_t from;    /* from 0 */
    uint32_t count;   /* cut to BOARD_PAGE_MAX */
    const char *unit; /* NULL: all */
};
void board_page(struct redis *redis, const struct board_question *question, board_page_fn *page, void *context);

/* A row as JSON, as boards have it. */
struct buffer;
void board_put_row(struct buffer *out, const struct board_row *row);

/* ---- pure ---- */
/* (points + 2^19) * 2^33 + (2^33 - 1 - tie_ms): more points first, then less time; 53 bits, so a double holds it
 * exactly. Points and time past their bits are cut to what fits. */
int64_t board_score(int64_t points, int64_t tie_ms);
int64_t board_score_points(int64_t score);

#endif
