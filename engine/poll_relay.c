/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One worker asks another over its socket FOLDER/poll-N.sock: the request's body until the asker's end is closed, then
 * the reply and a line's end, which tells a whole one from the beginning that a killed worker left. A worker that is
 * not there, or ends in mid-request, has no such session any more; one that cannot be asked just now (its queue or our
 * descriptors are full) may still have it, so that is told apart.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>
#include "engine/poll.h"
#include "engine/report.h"
#include "rooms/buffer.h"

#define ANSWER_MAX_BYTES (4u << 20)
#define QUEUE 1024 /* of those who knock */
#define GONE "{\"gone\":true}"

struct relay {
    uv_pipe_t listener;
    uv_loop_t *loop;
    struct polls *polls;
    char *folder;
    uint32_t lines, asked; /* open ones, both ways; those that ask */
    bool closed;           /* the listener is; the last line frees this */
};

/* One request on its way, at the asker's or at the answerer's end. */
struct relay_line {
    uv_pipe_t pipe;
    uv_connect_t connecting;
    uv_write_t writing;
    uv_shutdown_t ending;
    struct relay *relay;
    struct buffer in, out;
    poll_reply_fn *reply; /* the asker's; NULL at the answerer's end */
    void *context;
    bool asks;
    size_t in_max;
};

static void path_of(const struct relay *relay, uint32_t worker, char *out, size_t size)
{
    snprintf(out, size, "%s/poll-%u.sock", relay->folder, worker);
}

static void relay_drop(struct relay *relay)
{
    if (!relay->closed || relay->lines > 0)
        return;
    free(relay->folder);
    free(relay);
}

static void line_closed(uv_handle_t *handle)
{
    struct relay_line *line = handle->data;
    line->relay->lines--;
    line->relay->asked -= line->asks;
    relay_drop(line->relay);
    buffer_clear(&line->in);
    buffer_clear(&line->out);
    free(line);
}

static void say_busy(poll_reply_fn *reply, void *context)
{
    static const char busy[] = "{\"error\":{\"code\":\"busy\",\"message\":\"Come back later.\"}}";
    reply(context, 503, busy, sizeof busy - 1);
}

static void line_end(struct relay_line *line)
{
    if (uv_is_closing((uv_handle_t *)&line->pipe))
        return;
    if (line->reply != NULL && line->in.length > 0 && line->in.text[line->in.length - 1] == '\n')
        line->reply(line->context, 200, line->in.text, line->in.length - 1);
    else if (line->reply != NULL)
        line->reply(line->context, 200, GONE, strlen(GONE));
    line->reply = NULL;
    uv_close((uv_handle_t *)&line->pipe, line_closed);
}

static struct relay_line *line_new(struct relay *relay, size_t in_max)
{
    struct relay_line *line = memory_new(1, sizeof *line);
    line->relay = relay;
    line->in_max = in_max;
    buffer_init(&line->in);
    buffer_init(&line->out);
    uv_pipe_init(relay->loop, &line->pipe, 0);
    line->pipe.data = line->connecting.data = line->writing.data = line->ending.data = line;
    relay->lines++;
    return line;
}

static void give_memory(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    static char memory[64u << 10]; /* one thread, used up before the next read */
    (void)handle;
    (void)wanted;
    *out = uv_buf_init(memory, sizeof memory);
}

static void on_written(uv_write_t *writing, int status)
{
    struct relay_line *line = writing->data;
    if (status != 0 || line->reply == NULL)
        line_end(line);
}

static void line_write(struct relay_line *line)
{
    uv_buf_t bytes = uv_buf_init(line->out.text, (unsigned)line->out.length);
    if (uv_write(&line->writing, (uv_stream_t *)&line->pipe, &bytes, 1, on_written) != 0)
        line_end(line);
}

/* ---- the answerer ---- */

static void answer(void *context, unsigned status, const char *json, size_t length)
{
    struct relay_line *line = context;
    (void)status;
    buffer_add(&line->out, json, length);
    buffer_put(&line->out, "\n");
    line_write(line);
}

static void line_has_read(struct relay_line *line)
{
    uv_read_stop((uv_stream_t *)&line->pipe);
    if (line->reply != NULL || line->in.length == 0) {
        line_end(line);
        return;
    }
    struct poll_request request = {
        .body = line->in.text, .length = line->in.length, .relayed = true, .reply = answer, .context = line};
    polls_request(line->relay->polls, &request);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    struct relay_line *line = stream->data;
    if (length > 0 && line->in.length + (size_t)length <= line->in_max)
        buffer_add(&line->in, bytes->base, (size_t)length);
    else if (length == UV_EOF)
        line_has_read(line);
    else if (length != 0)
        line_end(line);
}

static void on_knock(uv_stream_t *listener, int status)
{
    struct relay *relay = listener->data;
    if (status != 0)
        return;
    struct relay_line *line = line_new(relay, POLL_BODY_MAX_BYTES);
    if (uv_accept(listener, (uv_stream_t *)&line->pipe) != 0 ||
        uv_read_start((uv_stream_t *)&line->pipe, give_memory, on_read) != 0)
        line_end(line);
}

/* ---- the asker ---- */

static void on_ended(uv_shutdown_t *ending, int status)
{
    struct relay_line *line = ending->data;
    if (status != 0)
        line_end(line);
}

static void on_connected(uv_connect_t *connecting, int status)
{
    struct relay_line *line = connecting->data;
    if (status != 0 && status != UV_ENOENT && status != UV_ECONNREFUSED && status != UV_ECANCELED) {
        say_busy(line->reply, line->context);
        line->reply = NULL;
    }
    if (status != 0 || uv_is_closing((uv_handle_t *)&line->pipe)) {
        line_end(line);
        return;
    }
    line_write(line);
    if (!uv_is_closing((uv_handle_t *)&line->pipe) &&
        (uv_shutdown(&line->ending, (uv_stream_t *)&line->pipe, on_ended) != 0 ||
         uv_read_start((uv_stream_t *)&line->pipe, give_memory, on_read) != 0))
        line_end(line);
}

void relay_ask(struct relay *relay, uint32_t worker, const struct poll_request *request)
{
    char path[sizeof((struct sockaddr_un *)0)->sun_path];

    if (relay->asked >= POLL_RELAYED_MAX) {
        say_busy(request->reply, request->context);
        return;
    }
    path_of(relay, worker, path, sizeof path);
    struct relay_line *line = line_new(relay, ANSWER_MAX_BYTES);
    line->asks = true;
    relay->asked++;
    line->reply = request->reply;
    line->context = request->context;
    buffer_add(&line->out, request->body, request->length);
    uv_pipe_connect(&line->connecting, &line->pipe, path, on_connected);
}

/* ---- coming and going ---- */

static void listener_closed(uv_handle_t *handle)
{
    struct relay *relay = handle->data;
    relay->closed = true;
    relay_drop(relay);
}

struct relay *relay_new(struct polls *polls, const struct poll_settings *settings)
{
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    struct relay *relay = memory_new(1, sizeof *relay);

    relay->polls = polls;
    relay->loop = settings->loop;
    relay->folder = memory_copy(settings->folder, strlen(settings->folder));
    uv_pipe_init(settings->loop, &relay->listener, 0);
    relay->listener.data = relay;
    path_of(relay, settings->worker, path, sizeof path);
    bool fits = strlen(settings->folder) + strlen("/poll-4294967295.sock") < sizeof path;
    if (fits)
        (void)unlink(path); /* of a worker that was killed */
    if (fits && uv_pipe_bind(&relay->listener, path) == 0 &&
        uv_listen((uv_stream_t *)&relay->listener, QUEUE, on_knock) == 0)
        return relay;
    report("workers cannot hear each other in %s: long polling is unsteady", settings->folder);
    uv_close((uv_handle_t *)&relay->listener, listener_closed);
    return NULL;
}

void relay_free(struct relay *relay)
{
    if (relay != NULL)
        uv_close((uv_handle_t *)&relay->listener, listener_closed);
}
