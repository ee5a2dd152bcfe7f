/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/rooms/ROOM/marks, .csv, .xlsx: made in another thread, on a connection of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/archive.h"
#include "engine/http_call.h"
#include "engine/marks.h"
#include "question-banks/memory.h"

struct marks_work {
    uv_work_t work;
    struct call *call;
    char room[ROOM_ID_MAX + 1];
    char url[OPTION_VALUE_MAX_BYTES];
    const char *data; /* the data directory; lives as long as the worker */
    struct marks_request request;
    enum results_status status;
    struct results_bytes out;
    char why[REDIS_FAULT_MAX];
};

static void make_marks(uv_work_t *work)
{
    struct marks_work *marks = work->data;
    struct redis_address address;

    marks->status = RESULTS_STORE_FAILED;
    if (!redis_address_read(marks->url, &address, marks->why, sizeof marks->why))
        return;
    struct redis_sync *redis = redis_sync_open(&address, marks->why, sizeof marks->why);
    if (redis == NULL)
        return;
    struct archive_place place = {.redis = redis, .data = marks->data};
    marks->status = marks_write(&place, &marks->request, &marks->out, marks->why, sizeof marks->why);
    redis_sync_close(redis);
}

static void send_marks(const struct marks_work *marks)
{
    static const char *const endings[RESULTS_FORMAT_COUNT] = {"json", "csv", "xlsx"};
    enum results_format format = marks->request.format;
    char name[80];

    snprintf(name, sizeof name, "hoithi-%s-marks.%s", marks->room, endings[format]);
    if (format == RESULTS_JSON)
        call_json(marks->call, 200, marks->out.bytes, marks->out.length);
    else
        call_file(marks->call, results_type(format), name, marks->out.bytes, marks->out.length);
}

static void marks_made(uv_work_t *work, int status)
{
    struct marks_work *marks = work->data;

    if (status != 0 || marks->status == RESULTS_STORE_FAILED)
        call_error(marks->call, 503, "busy", "Storage is away; try again in a moment.");
    else if (marks->status == RESULTS_NO_ROOM)
        call_error(marks->call, 404, "not_found", "There is no such room.");
    else if (marks->status != RESULTS_OK)
        call_error(marks->call, 500, "unreadable", marks->why);
    else
        send_marks(marks);
    free(marks->out.bytes);
    free(marks);
}

/* The first option that cannot be read, or NULL. */
static const char *read_wish(const struct call *call, struct marks_wish *wish)
{
    char value[REQUEST_QUERY_MAX];
    const char *option;

    for (size_t i = 0; (option = marks_option(i)) != NULL; i++)
        if (call_word(call, option, value, sizeof value) && !marks_wish_set(wish, option, value))
            return option;
    return NULL;
}

static void refuse_option(struct call *call, const char *option)
{
    char message[120];

    snprintf(message, sizeof message, "%s: expected one of %s", option, marks_option_values(option));
    call_error(call, 400, "bad_args", message);
}

static void begin_marks(struct call *call)
{
    const char *wanted = call->arguments[1];
    struct marks_wish wish = {0};
    const char *faulty = read_wish(call, &wish);

    enum results_format format = wanted[0] == '\0' ? RESULTS_JSON : results_format_of(wanted);
    if (format == RESULTS_FORMAT_COUNT) {
        call_error(call, 404, "not_found", "There is nothing at this address.");
        return;
    }
    if (faulty != NULL) {
        refuse_option(call, faulty);
        return;
    }
    struct marks_work *marks = memory_new(1, sizeof *marks);
    marks->work.data = marks;
    marks->call = call;
    marks->data = call->engine->options.data;
    snprintf(marks->room, sizeof marks->room, "%.24s", call->arguments[0]);
    snprintf(marks->url, sizeof marks->url, "%s", call->engine->redis_url);
    marks->request = (struct marks_request){.room = marks->room, .format = format, .wish = wish};
    uv_queue_work(&call->engine->loop, &marks->work, make_marks, marks_made);
}

void rooms_marks(struct call *call)
{
    call_need_room(call, begin_marks);
}
