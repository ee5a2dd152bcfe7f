/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_archive.c - pages of a board, and the log, of a room that is archived.
 *
 * A bundle is replayed in another thread. The board that comes out is kept for the pages that follow, one a worker,
 * until its file is another one (names were erased) or another room is asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cjson/cJSON.h>
#include "engine/archive.h"
#include "engine/http_call.h"
#include "engine/verify.h"
#include "rooms/view.h"

/* ---- a whole board ---- */

struct archived_row {
    char *json;
    char unit[UNIT_MAX_BYTES + 1];
};

struct archived_rows {
    char room[ROOM_ID_MAX + 1];
    struct stat about; /* of the file they came from */
    char state[16];
    bool frozen;
    uint64_t position;
    struct archived_row *rows;
    size_t count, capacity;
};

void archived_rows_free(struct archived_rows *board)
{
    if (board == NULL)
        return;
    for (size_t i = 0; i < board->count; i++)
        free(board->rows[i].json);
    free(board->rows);
    free(board);
}

static void add_row(struct archived_rows *board, const struct board_row *row)
{
    struct buffer json;

    if (board->count == board->capacity) {
        board->capacity = board->capacity == 0 ? 256 : 2 * board->capacity;
        board->rows = memory_grow(board->rows, board->capacity, sizeof *board->rows);
    }
    buffer_init(&json);
    board_put_row(&json, row);
    struct archived_row *kept = &board->rows[board->count++];
    snprintf(kept->unit, sizeof kept->unit, "%s", row->unit);
    kept->json = buffer_take(&json);
}

static struct archived_rows *rows_of(const struct replay *replay, const struct stat *about)
{
    struct archived_rows *board = memory_new(1, sizeof *board);
    char id[PLAYER_TEXT_SIZE];
    struct board_row row;
    uint32_t before, seat;

    memcpy(board->room, replay->name, sizeof board->room);
    board->about = *about;
    board->frozen = room_frozen(replay->room);
    board->position = replay->position;
    snprintf(board->state, sizeof board->state, "%s", room_result_name(replay->room));
    for (size_t i = 0; room_view_row(replay->room, i, id, &row, &before, &seat); i++)
        if (!row.removed)
            add_row(board, &row);
    return board;
}

static bool is_of(const struct archived_rows *board, const char *data, const char *room)
{
    char path[ARCHIVE_PATH_MAX];
    struct stat about;

    if (board == NULL || strcmp(board->room, room) != 0)
        return false;
    archive_path(data, room, path);
    return stat(path, &about) == 0 && about.st_ino == board->about.st_ino && about.st_size == board->about.st_size &&
           about.st_mtim.tv_sec == board->about.st_mtim.tv_sec && about.st_mtim.tv_nsec == board->about.st_mtim.tv_nsec;
}

/* ---- a page of it ---- */

static void show_page(struct call *call, const struct archived_rows *board)
{
    char unit[BOARD_UNIT_MAX + 1];
    bool by_unit = call_word(call, "unit", unit, sizeof unit);
    uint64_t from = call_number(call, "from", 0), total = 0;
    uint64_t most = call_number(call, "count", BOARD_PAGE_DEFAULT);
    struct buffer json;

    most = most == 0 ? BOARD_PAGE_DEFAULT : most > BOARD_PAGE_MAX ? BOARD_PAGE_MAX : most;
    buffer_init(&json);
    buffer_put(&json, "{\"rows\":[");
    for (size_t i = 0; i < board->count; i++) {
        if (by_unit && strcmp(board->rows[i].unit, unit) != 0)
            continue;
        if (total >= from && total - from < most) {
            buffer_put(&json, total > from ? "," : "");
            buffer_put(&json, board->rows[i].json);
        }
        total++;
    }
    buffer_print(&json, "],\"total\":%llu,\"frozen\":%s,\"state\":\"%s\",\"version\":%llu}", (unsigned long long)total,
                 board->frozen ? "true" : "false", board->state, (unsigned long long)board->position);
    call_json(call, 200, json.text, json.length);
    buffer_clear(&json);
}

/* ---- in another thread ---- */

struct archive_job {
    uv_work_t work;
    struct call *call;
    char room[ROOM_ID_MAX + 1];
    const char *data; /* lives as long as the worker */
    enum archive_found found;
    struct archived_rows *board;
    uint64_t after;
    struct buffer lines;
    char why[ARCHIVE_WHY_MAX]; /* if the bundle is there and cannot be used */
};

static void begin(struct call *call, uv_work_cb work, uv_after_work_cb done)
{
    struct archive_job *job = memory_new(1, sizeof *job);

    job->work.data = job;
    job->call = call;
    job->data = call->engine->options.data;
    job->after = call_number(call, "after", 0);
    snprintf(job->room, sizeof job->room, "%.24s", call->arguments[0]);
    buffer_init(&job->lines);
    uv_queue_work(&call->engine->loop, &job->work, work, done);
}

/* Answers if there is nothing to be shown. True: there is. */
static bool is_readable(struct archive_job *job, int status)
{
    if (status == 0 && job->found == ARCHIVE_HERE && job->why[0] == '\0')
        return true;
    if (status != 0 || job->found == ARCHIVE_FAULT)
        call_error(job->call, 503, "busy", "Storage is away; try again in a moment.");
    else if (job->found == ARCHIVE_NONE)
        call_error(job->call, 404, "not_found", "There is no such room.");
    else
        call_error(job->call, 500, "unreadable", job->why);
    return false;
}

static void end(struct archive_job *job)
{
    buffer_clear(&job->lines);
    free(job);
}

static void make_board(uv_work_t *work)
{
    struct archive_job *job = work->data;
    struct archive_map map;
    struct replay replay;
    struct stat about;
    char path[ARCHIVE_PATH_MAX];

    archive_path(job->data, job->room, path);
    job->found = stat(path, &about) == 0 ? archive_map_room(job->data, job->room, &map) : ARCHIVE_NONE;
    if (job->found != ARCHIVE_HERE)
        return;
    if (verify_replay(map.bytes, map.length, &replay, job->why, sizeof job->why)) {
        job->why[0] = '\0';
        job->board = rows_of(&replay, &about);
        replay_clear(&replay);
    }
    archive_unmap(&map);
}

static void board_made(uv_work_t *work, int status)
{
    struct archive_job *job = work->data;
    struct engine *engine = job->call->engine;

    if (is_readable(job, status)) {
        archived_rows_free(engine->archived_rows);
        engine->archived_rows = job->board;
        show_page(job->call, job->board);
    }
    end(job);
}

void archived_board(struct call *call)
{
    const struct engine *engine = call->engine;
    if (is_of(engine->archived_rows, engine->options.data, call->arguments[0]))
        show_page(call, engine->archived_rows);
    else
        begin(call, make_board, board_made);
}

/* ---- the log ---- */

static const char *text_of(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

static void put_line(struct archive_job *job, const char *line, size_t length)
{
    cJSON *json = cJSON_ParseWithLength(line, length);
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(json, "n");
    if (cJSON_IsNumber(n) && text_of(json, "id") != NULL)
        rooms_put_event(&job->lines, (uint64_t)n->valuedouble, text_of(json, "id"), text_of(json, "e"),
                        text_of(json, "p"));
    cJSON_Delete(json);
}

/* Entries begin on the third line; the position of each is its line's. */
static void make_events(uv_work_t *work)
{
    struct archive_job *job = work->data;
    struct archive_map map;
    uint64_t line = 0, given = 0;

    job->found = archive_map_room(job->data, job->room, &map);
    if (job->found != ARCHIVE_HERE)
        return;
    const char *rest = map.bytes, *end = map.bytes + map.length;
    for (const char *feed; given < EVENTS_A_REPLY && job->lines.length < EVENTS_REPLY_MAX_BYTES &&
                           (feed = memchr(rest, '\n', (size_t)(end - rest))) != NULL;
         rest = feed + 1) {
        bool entry = strncmp(rest, "{\"n\":", 5) == 0;
        if (++line > 2 && entry && line - 2 > job->after) {
            put_line(job, rest, (size_t)(feed - rest));
            given++;
        }
    }
    archive_unmap(&map);
}

static void events_made(uv_work_t *work, int status)
{
    struct archive_job *job = work->data;
    struct reply reply = {.status = 200, .type = "application/x-ndjson; charset=utf-8", .header_count = 1};

    if (is_readable(job, status)) {
        reply.headers[0] = (struct reply_header){"cache-control:", "no-store"};
        reply.body = job->lines.text == NULL ? "" : job->lines.text;
        reply.length = job->lines.length;
        call_reply(job->call, &reply);
    }
    end(job);
}

void archived_events(struct call *call)
{
    begin(call, make_events, events_made);
}
