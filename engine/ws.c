/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was measured and learned about libwebsockets 4.1.6 as Debian builds it:
 * - Its own poll loop costs O(connections) a wake-up: we lend it our libuv loop.
 * - lws_callback_on_writable() costs four epoll_ctl a message with libuv. So whoever has something to write stands in a
 * list, and before the loop sleeps the list is written directly - only where lws holds no part of an earlier frame,
 * asked anew before each one; whatever remains goes by the writable callback. Sound with one thread, HTTP/1.1, no
 * extensions.
 * - The default retry policy puts a timer a connection into a sorted list; ours is all zero, and a wheel of our own
 * pings.
 * - ALLOW_LISTEN_SHARE does nothing in this build: the listener is ours, sockets are adopted.
 */
#include "engine/ws.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <libwebsockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "engine/http.h"
#include "engine/report.h"
#include "question-banks/memory.h"

_Static_assert(FRAME_HEADROOM >= LWS_PRE, "libwebsockets writes its header in front of a frame");

#define ACCEPT_BATCH 64
#define WHEEL_SLOTS 25
#define BODY_CHUNK 8192
#define HEADERS_MAX_BYTES 4096

struct connection {
    struct ws *ws;
    struct lws *wsi;
    struct session *session;
    struct guesser guesser;
    struct connection *next_waiting;    /* in the flush list */
    struct connection *previous, *next; /* in its slot of the wheel */
    uint8_t slot;
    bool waiting;
    bool asked; /* the writable callback will come */
    bool closing;
    bool said_goodbye; /* the close frame is lws' business now */
    enum close_code close_code;
    int64_t heard_ms;
    int64_t since_ms;
    bool ping_due;
    char *partial; /* a message that came in pieces */
    size_t partial_length;
    bool too_big;
    bool binary;
};

struct ws {
    struct ws_settings settings;
    struct lws_context *context;
    struct lws_vhost *vhost;
    uv_poll_t poll;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_timer_t wheel;
    bool listening;
    struct connection *first_waiting, **last_waiting;
    struct connection *slots[WHEEL_SLOTS];
    uint8_t slot;
    size_t count;
    int64_t turn_began_ms;
    uint32_t turn_ms;
    size_t closing_handles;
};

int64_t ws_now_ms(const struct ws *ws)
{
    return (int64_t)uv_now(ws->settings.loop);
}

size_t ws_connections(const struct ws *ws)
{
    return ws->count;
}

uint32_t ws_turn_ms(const struct ws *ws)
{
    return ws->turn_ms;
}

struct guesser *ws_guesser(struct connection *connection)
{
    return &connection->guesser;
}

/* ---- writing ---- */

void ws_writable(struct connection *connection)
{
    struct ws *ws = connection->ws;
    if (connection->waiting)
        return;
    connection->waiting = true;
    connection->next_waiting = NULL;
    *ws->last_waiting = connection;
    ws->last_waiting = &connection->next_waiting;
}

static void ask_writable(struct connection *connection)
{
    if (connection->asked)
        return;
    connection->asked = true;
    lws_callback_on_writable(connection->wsi);
}

/* Writes while lws holds nothing back. False: the connection is broken. */
static bool write_frames(struct connection *connection)
{
    struct frame *frame;

    while (!lws_partial_buffered(connection->wsi) && (frame = session_next(connection->session)) != NULL) {
        if (lws_write(connection->wsi, frame->text, frame->length, LWS_WRITE_TEXT) < (int)frame->length)
            return false;
        session_wrote(connection->ws->settings.hub, connection->session, ws_now_ms(connection->ws));
    }
    return true;
}

/*
 * Closes with a code. To return -1 from the writable callback would not do: lws takes that for a broken socket and sends
 * no close frame. So it is done here, outside of its callbacks. `connection` may be gone afterwards.
 */
static void say_goodbye(struct connection *connection)
{
    connection->said_goodbye = true;
    lws_close_reason(connection->wsi, (enum lws_close_status)connection->close_code, NULL, 0);
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_SYNC);
}

static void flush_one(struct connection *connection)
{
    if (connection->said_goodbye)
        return;
    if (!write_frames(connection)) {
        lws_set_timeout(connection->wsi, PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_ASYNC);
        return;
    }
    if (session_next(connection->session) != NULL || lws_partial_buffered(connection->wsi))
        ask_writable(connection);
    else if (connection->closing)
        say_goodbye(connection);
}

static void flush(struct ws *ws)
{
    size_t written = 0;

    while (ws->first_waiting != NULL && written++ < WS_FLUSH_MAX) {
        struct connection *connection = ws->first_waiting;
        ws->first_waiting = connection->next_waiting;
        if (ws->first_waiting == NULL)
            ws->last_waiting = &ws->first_waiting;
        connection->waiting = false;
        flush_one(connection);
    }
    if (ws->first_waiting == NULL)
        hub_flushed(ws->settings.hub, ws_now_ms(ws));
}

static void stop_waiting(struct connection *connection)
{
    struct ws *ws = connection->ws;
    struct connection **at = &ws->first_waiting;

    if (!connection->waiting)
        return;
    while (*at != connection)
        at = &(*at)->next_waiting;
    *at = connection->next_waiting;
    if (*at == NULL)
        ws->last_waiting = at;
    connection->waiting = false;
}

void ws_close(struct connection *connection, enum close_code code)
{
    connection->closing = true;
    connection->close_code = code;
    ws_writable(connection);
}

void ws_line(struct connection *connection, struct line *out)
{
    struct tcp_info info;
    socklen_t size = sizeof info;

    out->turn_ms = connection->ws->turn_ms;
    out->rtt_ms = 0;
    if (getsockopt(lws_get_socket_fd(connection->wsi), IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
        out->rtt_ms = info.tcpi_rtt / 1000;
}

/* ---- one turn of the loop ---- */

/* Last thing before the loop sleeps. */
static void before_sleep(uv_prepare_t *handle)
{
    struct ws *ws = handle->data;
    flush(ws);
    uv_update_time(ws->settings.loop);
    int64_t now_ms = ws_now_ms(ws);
    ws->turn_ms = (uint32_t)(now_ms - ws->turn_began_ms);
}

static void after_sleep(uv_check_t *handle)
{
    struct ws *ws = handle->data;
    ws->turn_began_ms = ws_now_ms(ws);
}

/* ---- the wheel of pings: each slot is looked at once in WHEEL_SLOTS seconds ---- */

static void wheel_put(struct connection *connection)
{
    struct ws *ws = connection->ws;
    connection->slot = ws->slot;
    connection->previous = NULL;
    connection->next = ws->slots[ws->slot];
    if (connection->next != NULL)
        connection->next->previous = connection;
    ws->slots[ws->slot] = connection;
}

static void wheel_take(struct connection *connection)
{
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        connection->ws->slots[connection->slot] = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
}

static void look_at(struct connection *connection, int64_t now_ms)
{
    bool silent = now_ms - connection->heard_ms > WS_SILENCE_MS;
    bool never_joined =
        session_role(connection->session) == ROLE_NONE && now_ms - connection->since_ms > WS_SILENT_JOIN_MS;

    if (silent || never_joined) {
        lws_set_timeout(connection->wsi, PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_ASYNC);
        return;
    }
    connection->ping_due = true;
    ask_writable(connection);
}

static void turn_wheel(uv_timer_t *timer)
{
    struct ws *ws = timer->data;
    int64_t now_ms = ws_now_ms(ws);

    ws->slot = (uint8_t)((ws->slot + 1) % WHEEL_SLOTS);
    for (struct connection *connection = ws->slots[ws->slot], *next; connection != NULL; connection = next) {
        next = connection->next;
        look_at(connection, now_ms);
    }
}

/* ---- WebSocket ---- */

static void name_peer(struct connection *connection)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    char forwarded[128];

    if (connection->ws->settings.trust_proxy &&
        lws_hdr_copy(connection->wsi, forwarded, sizeof forwarded, WSI_TOKEN_X_FORWARDED_FOR) > 0) {
        char *last = strrchr(forwarded, ',');
        char *address = last == NULL ? forwarded : last + 1;
        guesser_init_text(&connection->guesser, address + strspn(address, " "));
        return;
    }
    if (getpeername(lws_get_socket_fd(connection->wsi), (struct sockaddr *)&peer, &size) == 0)
        guesser_init(&connection->guesser, (struct sockaddr *)&peer);
    else
        guesser_init_text(&connection->guesser, "");
}

static struct connection *opened(struct ws *ws, struct lws *wsi)
{
    struct connection *connection = memory_new(1, sizeof *connection);

    connection->ws = ws;
    connection->wsi = wsi;
    connection->heard_ms = connection->since_ms = ws_now_ms(ws);
    name_peer(connection);
    wheel_put(connection);
    ws->count++;
    connection->session = hub_connected(ws->settings.hub, connection, connection->since_ms);
    return connection;
}

static void closed(struct connection *connection)
{
    struct ws *ws = connection->ws;

    hub_disconnected(ws->settings.hub, connection->session, ws_now_ms(ws));
    stop_waiting(connection);
    wheel_take(connection);
    ws->count--;
    free(connection->partial);
    free(connection);
}

static void keep_piece(struct connection *connection, const char *bytes, size_t length)
{
    size_t limit = session_frame_limit(connection->session);

    if (connection->too_big || connection->partial_length + length > limit) {
        connection->too_big = true;
        return;
    }
    connection->partial = memory_grow(connection->partial, connection->partial_length + length, 1);
    memcpy(connection->partial + connection->partial_length, bytes, length);
    connection->partial_length += length;
}

static void message_ended(struct connection *connection)
{
    struct ws *ws = connection->ws;

    if (connection->too_big)
        hub_too_big(ws->settings.hub, connection->session, ws_now_ms(ws));
    else if (connection->binary)
        hub_message(ws->settings.hub, connection->session, "", 0, ws_now_ms(ws)); /* no frame of ours is binary */
    else
        hub_message(ws->settings.hub, connection->session, connection->partial, connection->partial_length,
                    ws_now_ms(ws));
    free(connection->partial);
    connection->partial = NULL;
    connection->partial_length = 0;
    connection->too_big = connection->binary = false;
}

static void received(struct connection *connection, const char *bytes, size_t length)
{
    struct ws *ws = connection->ws;
    struct lws *wsi = connection->wsi;
    bool whole = lws_is_first_fragment(wsi) && lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0;

    connection->heard_ms = ws_now_ms(ws);
    connection->binary = connection->binary || lws_frame_is_binary(wsi);
    if (whole && connection->partial_length == 0 && !connection->too_big && !connection->binary) {
        hub_message(ws->settings.hub, connection->session, bytes, length, connection->heard_ms);
        return;
    }
    keep_piece(connection, bytes, length);
    if (lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0)
        message_ended(connection);
}

/* 0, or -1 to end the connection. */
static int writeable(struct connection *connection)
{
    connection->asked = false;
    if (connection->said_goodbye)
        return 0;
    if (!write_frames(connection))
        return -1;
    if (session_next(connection->session) != NULL) {
        ask_writable(connection);
        return 0;
    }
    if (connection->closing) {
        ws_writable(connection); /* closed before the loop sleeps */
        return 0;
    }
    if (connection->ping_due && !lws_partial_buffered(connection->wsi)) {
        unsigned char ping[LWS_PRE + 1];
        connection->ping_due = false;
        if (lws_write(connection->wsi, ping + LWS_PRE, 0, LWS_WRITE_PING) < 0)
            return -1;
    }
    return 0;
}

/* Pages of other sites may not speak for a visitor. No Origin: no browser. */
static bool origin_is_ours(const struct ws *ws, struct lws *wsi)
{
    char origin[REQUEST_HEADER_MAX], host[REQUEST_HEADER_MAX];
    const char *scheme_end;

    if (lws_hdr_copy(wsi, origin, sizeof origin, WSI_TOKEN_ORIGIN) <= 0)
        return true;
    if (ws->settings.allowed_origin != NULL && strcmp(origin, ws->settings.allowed_origin) == 0)
        return true;
    scheme_end = strstr(origin, "://");
    return scheme_end != NULL && lws_hdr_copy(wsi, host, sizeof host, WSI_TOKEN_HOST) > 0 &&
           strcmp(scheme_end + 3, host) == 0;
}

static int on_websocket(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
    struct ws *ws = lws_context_user(lws_get_context(wsi));
    struct connection **slot = user;

    switch ((int)reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return origin_is_ours(ws, wsi) ? 0 : -1;
    case LWS_CALLBACK_ESTABLISHED:
        *slot = opened(ws, wsi);
        return 0;
    case LWS_CALLBACK_CLOSED:
        if (*slot != NULL)
            closed(*slot);
        *slot = NULL;
        return 0;
    case LWS_CALLBACK_RECEIVE:
        if (*slot != NULL)
            received(*slot, in, length);
        return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
        if (*slot != NULL)
            (*slot)->heard_ms = ws_now_ms(ws);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return *slot == NULL ? 0 : writeable(*slot);
    default:
        return 0;
    }
}

/* ---- HTTP ---- */

struct exchange {
    struct lws *wsi; /* NULL: the client has gone */
    struct request request;
    bool handled;
    bool replied;
    bool headers_sent;
    unsigned status;
    char *headers; /* "name: value\n" … as added */
    char *type;
    unsigned char *body;
    const unsigned char *constant;
    size_t length, sent;
};

static void exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    free(exchange->request.body);
    free(exchange->headers);
    free(exchange->type);
    free(exchange->body);
    free(exchange);
}

static void copy_headers(struct exchange *exchange, const struct reply *reply)
{
    size_t length = 0;
    exchange->headers = memory_new(HEADERS_MAX_BYTES, 1);
    for (size_t i = 0; i < reply->header_count; i++) {
        int added = snprintf(exchange->headers + length, HEADERS_MAX_BYTES - length, "%s\t%s\n", reply->headers[i].name,
                             reply->headers[i].value);
        if (added < 0 || length + (size_t)added >= HEADERS_MAX_BYTES)
            break;
        length += (size_t)added;
    }
}

void exchange_reply(struct exchange *exchange, const struct reply *reply)
{
    assert(!exchange->replied);
    exchange->replied = true;
    if (exchange->wsi == NULL) {
        exchange_free(exchange);
        return;
    }
    exchange->status = reply->status;
    exchange->type = reply->type == NULL ? NULL : memory_copy(reply->type, strlen(reply->type));
    exchange->length = reply->length;
    copy_headers(exchange, reply);
    if (reply->constant)
        exchange->constant = reply->body;
    else
        exchange->constant = exchange->body = (unsigned char *)memory_copy(reply->body, reply->length);
    lws_callback_on_writable(exchange->wsi);
}

static int send_headers(struct exchange *exchange)
{
    unsigned char buffer[LWS_PRE + 2 * HEADERS_MAX_BYTES], *start = buffer + LWS_PRE, *at = start,
                                                           *end = buffer + sizeof buffer - 1;
    struct lws *wsi = exchange->wsi;

    if (lws_add_http_header_status(wsi, exchange->status, &at, end))
        return -1;
    if (exchange->type != NULL &&
        lws_add_http_header_by_name(wsi, (const unsigned char *)"content-type:", (const unsigned char *)exchange->type,
                                    (int)strlen(exchange->type), &at, end))
        return -1;
    for (char *line = exchange->headers; *line != '\0';) {
        char *tab = strchr(line, '\t'), *stop = strchr(tab, '\n');
        *tab = *stop = '\0';
        if (lws_add_http_header_by_name(wsi, (const unsigned char *)line, (const unsigned char *)tab + 1,
                                        (int)(stop - tab - 1), &at, end))
            return -1;
        line = stop + 1;
    }
    if (lws_add_http_header_content_length(wsi, exchange->length, &at, end) || lws_finalize_http_header(wsi, &at, end))
        return -1;
    bool bare = exchange->length == 0 || exchange->request.method == METHOD_HEAD;
    if (lws_write(wsi, start, (size_t)(at - start),
                  bare ? LWS_WRITE_HTTP_HEADERS | LWS_WRITE_H2_STREAM_END : LWS_WRITE_HTTP_HEADERS) < 0)
        return -1;
    exchange->headers_sent = true;
    if (bare)
        exchange->sent = exchange->length;
    return 0;
}

static int send_body(struct exchange *exchange)
{
    unsigned char chunk[LWS_PRE + BODY_CHUNK];
    size_t length = exchange->length - exchange->sent;

    if (length > BODY_CHUNK)
        length = BODY_CHUNK;
    memcpy(chunk + LWS_PRE, exchange->constant + exchange->sent, length);
    bool last = exchange->sent + length == exchange->length;
    if (lws_write(exchange->wsi, chunk + LWS_PRE, length, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
        return -1;
    exchange->sent += length;
    return 0;
}

static int http_writeable(struct exchange **slot)
{
    struct exchange *exchange = *slot;
    struct lws *wsi;

    if (exchange == NULL || !exchange->replied)
        return 0;
    wsi = exchange->wsi;
    if (!exchange->headers_sent && send_headers(exchange))
        return -1;
    if (exchange->sent < exchange->length && send_body(exchange))
        return -1;
    if (exchange->sent < exchange->length) {
        lws_callback_on_writable(wsi);
        return 0;
    }
    exchange_free(exchange);
    *slot = NULL;
    return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static enum method method_of(struct lws *wsi)
{
    if (lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0)
        return METHOD_GET;
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HEAD_URI) > 0)
        return METHOD_HEAD;
    if (lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) > 0)
        return METHOD_POST;
    return METHOD_OTHER;
}

static void read_query(struct lws *wsi, struct request *request)
{
    char piece[REQUEST_QUERY_MAX];
    size_t used = 0;

    for (int i = 0; lws_hdr_copy_fragment(wsi, piece, sizeof piece, WSI_TOKEN_HTTP_URI_ARGS, i) > 0; i++) {
        int added = snprintf(request->query + used, sizeof request->query - used, "%s%s", used == 0 ? "" : "&", piece);
        if (added < 0 || used + (size_t)added >= sizeof request->query)
            return;
        used += (size_t)added;
    }
}

static void read_headers(struct lws *wsi, struct request *request)
{
    char value[REQUEST_HEADER_MAX];

    if (lws_hdr_copy(wsi, value, sizeof value, WSI_TOKEN_HTTP_AUTHORIZATION) > 0 &&
        strncasecmp(value, "Bearer ", 7) == 0)
        memcpy(request->bearer, value + 7, strlen(value + 7) + 1);
    if (lws_hdr_copy(wsi, request->if_none_match, sizeof request->if_none_match, WSI_TOKEN_HTTP_IF_NONE_MATCH) < 0)
        request->if_none_match[0] = '\0';
    if (lws_hdr_copy(wsi, request->host, sizeof request->host, WSI_TOKEN_HOST) < 0)
        request->host[0] = '\0';
    request->gzip =
        lws_hdr_copy(wsi, value, sizeof value, WSI_TOKEN_HTTP_ACCEPT_ENCODING) > 0 && strstr(value, "gzip") != NULL;
}

static int http_begin(struct ws *ws, struct lws *wsi, struct exchange **slot, const char *path)
{
    struct exchange *exchange = memory_new(1, sizeof *exchange);

    exchange->wsi = wsi;
    *slot = exchange;
    exchange->request.method = method_of(wsi);
    if (strlen(path) >= sizeof exchange->request.path)
        return -1;
    memcpy(exchange->request.path, path, strlen(path) + 1);
    read_query(wsi, &exchange->request);
    read_headers(wsi, &exchange->request);
    bool body = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0;
    if (exchange->request.method == METHOD_POST && body)
        return 0; /* HTTP_BODY and its completion follow */
    exchange->handled = true;
    http_handle(ws->settings.http, &exchange->request, exchange);
    return 0;
}

/* A body that nobody asked for (a PUT's, a GET's) is read away; its request has been handled without it. */
static int http_body(struct exchange *exchange, const void *bytes, size_t length)
{
    struct request *request;

    if (exchange == NULL)
        return -1;
    request = &exchange->request;
    if (request->body_length + length > REQUEST_BODY_MAX_BYTES)
        return -1;
    if (exchange->handled) {
        request->body_length += length;
        return 0;
    }
    request->body = memory_grow(request->body, request->body_length + length + 1, 1);
    memcpy(request->body + request->body_length, bytes, length);
    request->body_length += length;
    request->body[request->body_length] = '\0';
    return 0;
}

static void http_gone(struct exchange **slot)
{
    struct exchange *exchange = *slot;

    *slot = NULL;
    if (exchange == NULL)
        return;
    if (exchange->handled && !exchange->replied)
        exchange->wsi = NULL; /* whoever is to reply frees it */
    else
        exchange_free(exchange);
}

static int on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
    struct ws *ws = lws_context_user(lws_get_context(wsi));
    struct exchange **slot = user;

    switch ((int)reason) {
    case LWS_CALLBACK_HTTP:
        return http_begin(ws, wsi, slot, in);
    case LWS_CALLBACK_HTTP_BODY:
        return http_body(*slot, in, length);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        if (*slot == NULL)
            return -1;
        if ((*slot)->handled)
            return 0;
        (*slot)->handled = true;
        http_handle(ws->settings.http, &(*slot)->request, *slot);
        return 0;
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return http_writeable(slot);
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        if (slot != NULL)
            http_gone(slot);
        return 0;
    default:
        return 0;
    }
}

/* ---- the listener ---- */

static void accept_some(uv_poll_t *handle, int status, int events)
{
    struct ws *ws = handle->data;
    const int on = 1;
    (void)events;

    for (int i = 0; status == 0 && i < ACCEPT_BATCH; i++) {
        int fd = accept4(ws->settings.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return; /* nobody waits, or no descriptor is free: they wait in the queue */
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (ws->count >= ws->settings.connections_max) {
            close(fd);
            continue;
        }
        lws_adopt_socket_vhost(ws->vhost, fd); /* closes it if it fails */
    }
}

static const struct lws_protocols protocols[] = {{.name = "http",
                                                  .callback = on_http,
                                                  .per_session_data_size = sizeof(void *),
                                                  .rx_buffer_size = 512,
                                                  .tx_packet_size = 4096},
                                                 {.name = "hoithi.v1",
                                                  .callback = on_websocket,
                                                  .per_session_data_size = sizeof(void *),
                                                  .rx_buffer_size = 512,
                                                  .tx_packet_size = 4096},
                                                 {0}};
static const lws_retry_bo_t no_timers = {0};

static bool make_context(struct ws *ws)
{
    void *loops[1] = {ws->settings.loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_IPV6,
        .foreign_loops = loops,
        .pt_serv_buf_size = 4096,
        .retry_and_idle_policy = &no_timers,
        .user = ws,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .fd_limit_per_thread = 0,
        .alpn = "http/1.1",
        .vhost_name = "hoithi",
        .keepalive_timeout = 15,
    };

    lws_set_log_level(LLL_ERR | LLL_WARN, NULL);
    ws->context = lws_create_context(&info);
    ws->vhost = ws->context == NULL ? NULL : lws_create_vhost(ws->context, &info);
    return ws->vhost != NULL;
}

struct ws *ws_new(const struct ws_settings *settings)
{
    struct ws *ws = memory_new(1, sizeof *ws);

    ws->settings = *settings;
    ws->last_waiting = &ws->first_waiting;
    if (!make_context(ws)) {
        free(ws);
        return NULL;
    }
    uv_prepare_init(settings->loop, &ws->prepare);
    uv_check_init(settings->loop, &ws->check);
    uv_timer_init(settings->loop, &ws->wheel);
    uv_poll_init(settings->loop, &ws->poll, settings->listener);
    ws->prepare.data = ws->check.data = ws->wheel.data = ws->poll.data = ws;
    uv_prepare_start(&ws->prepare, before_sleep);
    uv_check_start(&ws->check, after_sleep);
    uv_timer_start(&ws->wheel, turn_wheel, 1000, 1000);
    uv_poll_start(&ws->poll, UV_READABLE, accept_some);
    ws->listening = true;
    return ws;
}

void ws_stop_listening(struct ws *ws)
{
    if (ws->listening)
        uv_poll_stop(&ws->poll);
    ws->listening = false;
}

static void handle_closed(uv_handle_t *handle)
{
    struct ws *ws = handle->data;
    if (--ws->closing_handles == 0)
        free(ws);
}

void ws_free(struct ws *ws)
{
    if (ws == NULL)
        return;
    ws_stop_listening(ws);
    uv_prepare_stop(&ws->prepare);
    uv_check_stop(&ws->check);
    uv_timer_stop(&ws->wheel);
    lws_context_destroy(ws->context);
    ws->closing_handles = 4;
    uv_close((uv_handle_t *)&ws->prepare, handle_closed);
    uv_close((uv_handle_t *)&ws->check, handle_closed);
    uv_close((uv_handle_t *)&ws->wheel, handle_closed);
    uv_close((uv_handle_t *)&ws->poll, handle_closed);
}
