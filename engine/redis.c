/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/redis.h"

#include <assert.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "question-banks/memory.h"
#include "rooms/buffer.h"

#define WORDS_MAX 64
#define READ_BYTES 65536
#define STALL_MS 3000 /* the loop itself stood still for so long: say nothing about the other side */

enum state { STATE_DOWN, STATE_CONNECTING, STATE_GREETING, STATE_UP };

/* A command that waits for its reply. */
struct asked {
    redis_reply_fn *reply;
    void *context;
};

/* One attempt at a connection. It outlives its owner's interest in it until libuv has closed it. */
struct link {
    struct redis *owner; /* NULL: given up */
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } socket;
    uv_connect_t connect;
    redisReader *reader;
    char bytes[READ_BYTES];
};

struct resolving {
    uv_getaddrinfo_t request;
    struct redis *owner; /* NULL: given up */
};

struct redis {
    uv_loop_t *loop;
    struct redis_address address;
    struct redis_events events;
    enum state state;
    struct link *link;
    struct resolving *resolving;
    uv_idle_t writer; /* active while there is something to write: the loop does not fall asleep on it */
    uv_timer_t timer;
    struct buffer out;
    struct asked *asked; /* a ring */
    size_t asked_first, asked_count, asked_capacity;
    int64_t asked_since_ms, read_ms, begun_ms, looked_ms;
    int64_t backoff_ms;
    uint32_t attempts;
    bool was_up, closing;
    int open_handles;
    char fault[160];
};

static void start_connecting(struct redis *redis);

/* ---- what waits for a reply ---- */

static void push_asked(struct redis *redis, struct asked asked)
{
    if (redis->asked_count == redis->asked_capacity) {
        size_t capacity = redis->asked_capacity == 0 ? 64 : redis->asked_capacity * 2;
        struct asked *ring = memory_new(capacity, sizeof *ring);
        for (size_t i = 0; i < redis->asked_count; i++)
            ring[i] = redis->asked[(redis->asked_first + i) % redis->asked_capacity];
        free(redis->asked);
        redis->asked = ring;
        redis->asked_first = 0;
        redis->asked_capacity = capacity;
    }
    if (redis->asked_count == 0)
        redis->asked_since_ms = (int64_t)uv_now(redis->loop);
    redis->asked[(redis->asked_first + redis->asked_count++) % redis->asked_capacity] = asked;
}

static struct asked pop_asked(struct redis *redis)
{
    struct asked asked = redis->asked[redis->asked_first];
    redis->asked_first = (redis->asked_first + 1) % redis->asked_capacity;
    redis->asked_count--;
    return asked;
}

static void fail_asked(struct redis *redis)
{
    while (redis->asked_count > 0) {
        struct asked asked = pop_asked(redis);
        if (asked.reply != NULL)
            asked.reply(asked.context, NULL);
    }
}

/* ---- losing a connection ---- */

static void link_closed(uv_handle_t *handle)
{
    struct link *link = handle->data;
    redisReaderFree(link->reader);
    free(link);
}

static void drop_link(struct redis *redis)
{
    if (redis->link == NULL)
        return;
    redis->link->owner = NULL;
    uv_close(&redis->link->socket.handle, link_closed);
    redis->link = NULL;
}

static int64_t with_jitter(int64_t ms)
{
    return ms / 2 + (int64_t)(uv_hrtime() / 1000 % (uint64_t)(ms / 2 + 1));
}

static void back_off(struct redis *redis);

static void lose(struct redis *redis, const char *why)
{
    bool was_up = redis->state == STATE_UP;

    snprintf(redis->fault, sizeof redis->fault, "%s", why);
    drop_link(redis);
    redis->state = STATE_DOWN;
    buffer_rewind(&redis->out, 0);
    fail_asked(redis);
    if (redis->closing)
        return;
    back_off(redis);
    if (was_up && redis->events.down != NULL)
        redis->events.down(redis->events.context, redis->fault);
}

/* ---- writing ---- */

struct writing {
    uv_write_t request;
    char *bytes;
};

static void written(uv_write_t *request, int status)
{
    struct writing *writing = request->data;
    struct link *link = request->handle->data;
    free(writing->bytes);
    free(writing);
    if (status < 0 && link->owner != NULL)
        lose(link->owner, uv_strerror(status));
}

static void write_out(uv_idle_t *idle)
{
    struct redis *redis = idle->data;
    uv_idle_stop(idle);
    if (redis->link == NULL || redis->out.length == 0)
        return;

    uv_buf_t piece = {.len = redis->out.length};
    struct writing *writing = memory_new(1, sizeof *writing);
    writing->bytes = piece.base = buffer_take(&redis->out);
    writing->request.data = writing;
    int status = uv_write(&writing->request, &redis->link->socket.stream, &piece, 1, written);
    if (status == 0)
        return;
    free(writing->bytes);
    free(writing);
    lose(redis, uv_strerror(status));
}

static void put_command(struct buffer *out, const struct redis_command *command)
{
    buffer_put(out, "*");
    buffer_put_number(out, (int64_t)command->count);
    buffer_put(out, "\r\n");
    for (size_t i = 0; i < command->count; i++) {
        size_t length = command->lengths == NULL ? strlen(command->words[i]) : command->lengths[i];
        buffer_put(out, "$");
        buffer_put_number(out, (int64_t)length);
        buffer_put(out, "\r\n");
        buffer_add(out, command->words[i], length);
        buffer_add(out, "\r\n", 2);
    }
}

static void send_now(struct redis *redis, const struct redis_command *command, struct asked asked)
{
    put_command(&redis->out, command);
    push_asked(redis, asked);
    uv_idle_start(&redis->writer, write_out);
}

bool redis_send(struct redis *redis, const struct redis_command *command, redis_reply_fn *reply, void *context)
{
    if (redis->state != STATE_UP)
        return false;
    send_now(redis, command, (struct asked){reply, context});
    return true;
}

bool redis_ask(struct redis *redis, redis_reply_fn *reply, void *context, ...)
{
    const char *words[WORDS_MAX];
    size_t count = 0;
    va_list list;

    va_start(list, context);
    for (const char *word = va_arg(list, const char *); word != NULL; word = va_arg(list, const char *)) {
        assert(count < WORDS_MAX);
        words[count++] = word;
    }
    va_end(list);
    return redis_send(redis, &(struct redis_command){.count = count, .words = words}, reply, context);
}

/* ---- greeting ---- */

static void greeted(void *context, const struct redisReply *reply)
{
    struct redis *redis = context;
    if (reply == NULL)
        return;
    if (reply->type == REDIS_REPLY_ERROR)
        lose(redis, reply->str);
}

static void came_up(void *context, const struct redisReply *reply)
{
    struct redis *redis = context;
    if (reply == NULL)
        return;
    if (reply->type == REDIS_REPLY_ERROR) { /* LOADING, NOAUTH */
        lose(redis, reply->str);
        return;
    }
    redis->state = STATE_UP;
    redis->backoff_ms = REDIS_BACKOFF_FIRST_MS;
    if (redis->events.up != NULL)
        redis->events.up(redis->events.context);
}

static void greet(struct redis *redis)
{
    const struct redis_address *address = &redis->address;
    char database[16];
    struct asked asked = {greeted, redis};

    redis->state = STATE_GREETING;
    if (address->password[0] != '\0') {
        const char *with_user[] = {"AUTH", address->user, address->password};
        const char *without[] = {"AUTH", address->password};
        bool user = address->user[0] != '\0';
        send_now(redis, &(struct redis_command){.count = user ? 3 : 2, .words = user ? with_user : without}, asked);
    }
    if (address->database != 0) {
        snprintf(database, sizeof database, "%d", address->database);
        send_now(redis, &(struct redis_command){.count = 2, .words = (const char *[]){"SELECT", database}}, asked);
    }
    send_now(redis, &(struct redis_command){.count = 1, .words = (const char *[]){"PING"}},
             (struct asked){came_up, redis});
}

/* ---- reading ---- */

static bool is_message(const struct redisReply *reply)
{
    return reply->type == REDIS_REPLY_ARRAY && reply->elements == 3 && reply->element[0]->type == REDIS_REPLY_STRING &&
           strcmp(reply->element[0]->str, "message") == 0;
}

static void take_reply(struct redis *redis, struct redisReply *reply)
{
    if (redis->events.message != NULL && is_message(reply)) {
        redis->events.message(redis->events.context, reply->element[1]->str, reply->element[2]->str,
                              reply->element[2]->len);
        return;
    }
    if (redis->asked_count == 0) {
        lose(redis, "a reply that nobody asked for");
        return;
    }
    struct asked asked = pop_asked(redis);
    redis->asked_since_ms = (int64_t)uv_now(redis->loop);
    if (asked.reply != NULL)
        asked.reply(asked.context, reply);
}

/* A callback may break or close the connection; then link->owner is NULL. */
static void take_replies(struct link *link)
{
    while (link->owner != NULL) {
        void *reply = NULL;
        if (redisReaderGetReply(link->reader, &reply) != REDIS_OK) {
            lose(link->owner, link->reader->errstr);
            return;
        }
        if (reply == NULL)
            return;
        take_reply(link->owner, reply);
        freeReplyObject(reply);
    }
}

static void give_memory(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct link *link = handle->data;
    (void)suggested;
    *out = uv_buf_init(link->bytes, sizeof link->bytes);
}

static void was_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    struct link *link = stream->data;
    if (link->owner == NULL || length == 0)
        return;
    if (length < 0) {
        lose(link->owner, length == UV_EOF ? "Redis closed the connection" : uv_strerror((int)length));
        return;
    }
    link->owner->read_ms = (int64_t)uv_now(link->owner->loop);
    if (redisReaderFeed(link->reader, bytes->base, (size_t)length) != REDIS_OK) {
        lose(link->owner, link->reader->errstr);
        return;
    }
    take_replies(link);
}

/* ---- connecting ---- */

static void connected(uv_connect_t *request, int status)
{
    struct link *link = request->handle->data;
    if (link->owner == NULL)
        return;
    if (status == 0)
        status = uv_read_start(&link->socket.stream, give_memory, was_read);
    if (status < 0) {
        lose(link->owner, uv_strerror(status));
        return;
    }
    link->owner->read_ms = (int64_t)uv_now(link->owner->loop);
    greet(link->owner);
}

static struct link *link_new(struct redis *redis)
{
    struct link *link = memory_new(1, sizeof *link);
    link->owner = redis;
    link->reader = redisReaderCreate();
    assert(link->reader != NULL);
    redis->link = link;
    return link;
}

static void connect_path(struct redis *redis)
{
    struct link *link = link_new(redis);
    uv_pipe_init(redis->loop, &link->socket.pipe, 0);
    link->socket.handle.data = link;
    uv_pipe_connect(&link->connect, &link->socket.pipe, redis->address.path, connected);
}

static void connect_tcp(struct redis *redis, const struct sockaddr *address)
{
    struct link *link = link_new(redis);
    uv_tcp_init(redis->loop, &link->socket.tcp);
    link->socket.handle.data = link;
    uv_tcp_nodelay(&link->socket.tcp, 1);
    int status = uv_tcp_connect(&link->connect, &link->socket.tcp, address, connected);
    if (status < 0)
        lose(redis, uv_strerror(status));
}

/* Another of the host's addresses at each attempt: "localhost" is often two. */
static void resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct resolving *resolving = request->data;
    struct redis *redis = resolving->owner;
    free(resolving);
    if (redis != NULL) {
        redis->resolving = NULL;
        uint32_t count = 0;
        for (const struct addrinfo *each = found; status == 0 && each != NULL; each = each->ai_next)
            count++;
        const struct addrinfo *chosen = found;
        for (uint32_t i = 0; count > 0 && i < redis->attempts % count; i++)
            chosen = chosen->ai_next;
        if (count > 0)
            connect_tcp(redis, chosen->ai_addr);
        else
            lose(redis, status < 0 ? uv_strerror(status) : "the host has no address");
    }
    uv_freeaddrinfo(found);
}

static void resolve(struct redis *redis)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char port[16];
    struct resolving *resolving = memory_new(1, sizeof *resolving);

    resolving->owner = redis;
    resolving->request.data = resolving;
    redis->resolving = resolving;
    snprintf(port, sizeof port, "%d", redis->address.port);
    int status = uv_getaddrinfo(redis->loop, &resolving->request, resolved, redis->address.host, port, &hints);
    if (status == 0)
        return;
    redis->resolving = NULL;
    free(resolving);
    lose(redis, uv_strerror(status));
}

static void start_connecting(struct redis *redis)
{
    redis->state = STATE_CONNECTING;
    redis->begun_ms = (int64_t)uv_now(redis->loop);
    redis->attempts++;
    if (redis->address.path[0] != '\0')
        connect_path(redis);
    else
        resolve(redis);
}

/* ---- time ---- */

static void look(uv_timer_t *timer)
{
    struct redis *redis = timer->data;
    int64_t now = (int64_t)uv_now(redis->loop);
    bool stood_still = now - redis->looked_ms > STALL_MS;
    redis->looked_ms = now;

    if (redis->state != STATE_UP) {
        if (now - redis->begun_ms > REDIS_SILENCE_MS && !stood_still && redis->resolving == NULL)
            lose(redis, "Redis does not answer");
        return;
    }
    int64_t heard = redis->read_ms > redis->asked_since_ms ? redis->read_ms : redis->asked_since_ms;
    if (redis->asked_count == 0)
        redis_ask(redis, NULL, NULL, "PING", NULL);
    else if (now - heard > REDIS_SILENCE_MS && !stood_still)
        lose(redis, "Redis does not answer");
}

static void try_again(uv_timer_t *timer)
{
    struct redis *redis = timer->data;
    redis->looked_ms = (int64_t)uv_now(redis->loop);
    uv_timer_start(&redis->timer, look, REDIS_PING_EVERY_MS, REDIS_PING_EVERY_MS);
    start_connecting(redis);
}

static void back_off(struct redis *redis)
{
    uv_timer_start(&redis->timer, try_again, (uint64_t)with_jitter(redis->backoff_ms), 0);
    redis->backoff_ms *= 2;
    if (redis->backoff_ms > REDIS_BACKOFF_LAST_MS)
        redis->backoff_ms = REDIS_BACKOFF_LAST_MS;
}

/* ---- from outside ---- */

struct redis *redis_new(uv_loop_t *loop, const struct redis_address *address, const struct redis_events *events)
{
    struct redis *redis = memory_new(1, sizeof *redis);
    signal(SIGPIPE, SIG_IGN); /* a closed socket is a fault, not the end of the process */
    redis->loop = loop;
    redis->address = *address;
    if (events != NULL)
        redis->events = *events;
    buffer_init(&redis->out);
    redis->backoff_ms = REDIS_BACKOFF_FIRST_MS;
    uv_idle_init(loop, &redis->writer);
    uv_timer_init(loop, &redis->timer);
    redis->writer.data = redis->timer.data = redis;
    redis->open_handles = 2;
    uv_timer_start(&redis->timer, try_again, 0, 0);
    return redis;
}

static void handle_closed(uv_handle_t *handle)
{
    struct redis *redis = handle->data;
    if (--redis->open_handles > 0)
        return;
    buffer_clear(&redis->out);
    free(redis->asked);
    explicit_bzero(redis->address.password, sizeof redis->address.password);
    free(redis);
}

void redis_close(struct redis *redis)
{
    if (redis == NULL || redis->closing)
        return;
    redis->closing = true;
    redis->events = (struct redis_events){0};
    if (redis->resolving != NULL) {
        redis->resolving->owner = NULL;
        uv_cancel((uv_req_t *)&redis->resolving->request);
        redis->resolving = NULL;
    }
    lose(redis, "closed");
    uv_close((uv_handle_t *)&redis->writer, handle_closed);
    uv_close((uv_handle_t *)&redis->timer, handle_closed);
}

bool redis_is_up(const struct redis *redis)
{
    return redis->state == STATE_UP;
}

const char *redis_fault(const struct redis *redis)
{
    return redis->fault;
}

size_t redis_waiting_bytes(const struct redis *redis)
{
    return redis->out.length + (redis->link == NULL ? 0 : uv_stream_get_write_queue_size(&redis->link->socket.stream));
}

void redis_break(struct redis *redis, const char *why)
{
    if (redis->state == STATE_UP)
        lose(redis, why);
}
