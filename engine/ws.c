/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tricks, and why (measured on libwebsockets 4.1.6; docs/decisions):
 *
 * - The libuv plugin with our loop: its own poll loop looks at every connection on each wake-up.
 * - Our own listening socket and lws_adopt_socket_vhost(): its listen sharing does nothing in this build.
 * - Frames are written directly before the loop sleeps, not by lws_callback_on_writable(): with libuv that costs four
 *   system calls a message. It is sound only while lws_partial_buffered() is false, asked before each frame: otherwise
 *   the rest of an earlier frame would be overtaken. One thread, HTTP/1.1 and no extensions are what makes it sound.
 * - Frames that wait for the same socket leave in one write, since a send costs the kernel as much for two as for one:
 *   LWS_WRITE_HTTP passes bytes on as they are, and so frames with the headers that we put in front of them ourselves.
 * - No timer a connection: its default policy keeps them in a sorted list. So the policy is all zero, and pings come
 *   from a wheel (ws_wheel.c).
 * - Small receive buffers: a player's frame is short; longer ones come in pieces and are joined here.
 */
#include "engine/ws_state.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine/exchange.h"
#include "engine/listener.h"
#include "engine/request.h"
#include "engine/report.h"
#include "question-banks/memory.h"

_Static_assert(FRAME_HEADROOM >= LWS_PRE, "a frame has room for the header in front");

#define RECEIVE_BUFFER_BYTES 512
#define SERVICE_BUFFER_BYTES 4096
#define WRITE_MAX_BYTES 4096
#define HEADER_MAX_BYTES 4     /* of a frame below WRITE_MAX_BYTES */
#define HEADERS_MAX_BYTES 8192 /* all together; other programs' cookies may come along */
#define KEEP_ALIVE_S 15
#define URI_MAX_BYTES 256
#define FORWARDED_MAX_BYTES 512

/* ---- writing ---- */

static void enlist(struct connection *connection)
{
    struct ws *ws = connection->ws;
    if (connection->flushing)
        return;
    connection->flushing = true;
    connection->flush_next = NULL;
    connection->flush_previous = ws->flush_last;
    if (ws->flush_last == NULL)
        ws->flush_first = connection;
    else
        ws->flush_last->flush_next = connection;
    ws->flush_last = connection;
    ws->counts.flushing++;
}

static void delist(struct connection *connection)
{
    struct ws *ws = connection->ws;
    if (!connection->flushing)
        return;
    if (connection->flush_previous == NULL)
        ws->flush_first = connection->flush_next;
    else
        connection->flush_previous->flush_next = connection->flush_next;
    if (connection->flush_next == NULL)
        ws->flush_last = connection->flush_previous;
    else
        connection->flush_next->flush_previous = connection->flush_previous;
    connection->flushing = false;
    ws->counts.flushing--;
}

static int64_t now_of(const struct ws *ws)
{
    return (int64_t)uv_now(ws->settings.loop);
}

static void wrote(struct connection *connection, const struct frame *frame)
{
    struct ws *ws = connection->ws;
    ws->counts.frames_out++;
    ws->counts.bytes_out += frame->length;
    session_wrote(ws->settings.hub, connection->session, now_of(ws));
}

static bool write_one(struct connection *connection, const struct frame *frame)
{
    if (lws_write(connection->wsi, frame->text, frame->length, LWS_WRITE_TEXT) < (int)frame->length)
        return false;
    wrote(connection, frame);
    return true;
}

/* The header of a whole unmasked text frame (RFC 6455, 5.2). Returns its length. */
static size_t put_header(unsigned char *out, size_t length)
{
    out[0] = 0x81;
    if (length < 126) {
        out[1] = (unsigned char)length;
        return 2;
    }
    out[1] = 126;
    out[2] = (unsigned char)(length >> 8);
    out[3] = (unsigned char)length;
    return 4;
}

/* As many frames as fit into one write; how many, and their bytes with headers in `bytes`. */
static size_t gather(const struct connection *connection, unsigned char *bytes, size_t *length)
{
    size_t count = 0;
    const struct frame *frame;

    *length = 0;
    while ((frame = session_waiting(connection->session, count)) != NULL &&
           *length + HEADER_MAX_BYTES + frame->length <= WRITE_MAX_BYTES) {
        *length += put_header(bytes + *length, frame->length);
        memcpy(bytes + *length, frame->text, frame->length);
        *length += frame->length;
        count++;
    }
    return count;
}

static bool write_together(struct connection *connection)
{
    unsigned char bytes[LWS_PRE + WRITE_MAX_BYTES];
    size_t length;
    size_t count = gather(connection, bytes + LWS_PRE, &length);

    if (count < 2)
        return write_one(connection, session_next(connection->session));
    if (lws_write(connection->wsi, bytes + LWS_PRE, length, LWS_WRITE_HTTP) < (int)length)
        return false;
    while (count-- > 0)
        wrote(connection, session_next(connection->session));
    return true;
}

/* Writes what the socket takes. False: the connection is broken. */
static bool write_frames(struct connection *connection)
{
    while (!lws_partial_buffered(connection->wsi)) {
        const struct frame *frame = session_next(connection->session);
        if (frame == NULL)
            return true;
        bool alone = session_waiting(connection->session, 1) == NULL;
        if (!(alone ? write_one(connection, frame) : write_together(connection)))
            return false;
    }
    return true;
}

static void give_up(struct connection *connection)
{
    connection->broken = true;
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

/*
 * Closes with a code. To return -1 from the writable callback would not do: libwebsockets takes that for a broken
 * socket and sends no close frame. So it is done here, outside of its callbacks. `connection` may be gone afterwards.
 */
static void say_goodbye(struct connection *connection)
{
    connection->broken = true;
    lws_close_reason(connection->wsi, (enum lws_close_status)connection->close_code, NULL, 0);
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

static void flush_one(struct connection *connection)
{
    if (connection->broken)
        return;
    if (connection->session != NULL && !write_frames(connection)) {
        give_up(connection);
    } else if (lws_partial_buffered(connection->wsi)) {
        connection->waiting = true;
        connection->ws->counts.waits++;
        lws_callback_on_writable(connection->wsi);
    } else if (connection->close_code != 0) {
        say_goodbye(connection);
    }
}

static void flush(struct ws *ws)
{
    size_t most = ws->counts.flushing > WS_MANY ? WS_FLUSH_A_TURN : SIZE_MAX;

    for (struct connection *connection; (connection = ws->flush_first) != NULL && most > 0; most--) {
        delist(connection);
        flush_one(connection);
    }
}

void ws_writable(struct connection *connection)
{
    if (!connection->waiting && !connection->broken)
        enlist(connection);
}

void ws_close(struct connection *connection, enum close_code code)
{
    if (connection->close_code == 0)
        connection->close_code = (uint16_t)code;
    ws_writable(connection);
}

/* The socket has room again; what is left to do is done with the others', before the loop sleeps. */
static int on_writable(struct connection *connection)
{
    if (connection->broken)
        return 0; /* the close frame is libwebsockets' business now */
    connection->waiting = false;
    if (!wheel_write_ping(connection))
        return -1;
    enlist(connection);
    return 0;
}

/* ---- reading ---- */

static void take_message(struct connection *connection, const char *bytes, size_t length)
{
    struct ws *ws = connection->ws;
    ws->counts.bytes_in += length;
    hub_message(ws->settings.hub, connection->session, bytes, length, now_of(ws));
}

static void drop_pieces(struct connection *connection)
{
    free(connection->joined);
    connection->joined = NULL;
    connection->joined_length = 0;
}

static void take_piece(struct connection *connection, const char *bytes, size_t length, bool last)
{
    struct ws *ws = connection->ws;

    if (!connection->oversized && connection->joined_length + length > session_frame_limit(connection->session)) {
        connection->oversized = true;
        drop_pieces(connection);
        hub_too_big(ws->settings.hub, connection->session, now_of(ws));
    }
    if (!connection->oversized) {
        connection->joined = memory_grow(connection->joined, connection->joined_length + length, 1);
        memcpy(connection->joined + connection->joined_length, bytes, length);
        connection->joined_length += (uint32_t)length;
        if (last)
            take_message(connection, connection->joined, connection->joined_length);
    }
    if (last) {
        drop_pieces(connection);
        connection->oversized = false;
    }
}

static void on_receive(struct connection *connection, const char *bytes, size_t length)
{
    struct lws *wsi = connection->wsi;
    bool last = lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0;

    connection->read_at_s = connection->ws->now_s;
    if (connection->session == NULL || connection->close_code != 0 || connection->broken)
        return;
    if (lws_frame_is_binary(wsi)) {
        bytes = "\xff"; /* no frame of ours: not even UTF-8 */
        length = 1;
        if (!last)
            return;
        drop_pieces(connection);
    }
    if (last && connection->joined == NULL && !connection->oversized &&
        length <= session_frame_limit(connection->session))
        take_message(connection, bytes, length);
    else
        take_piece(connection, bytes, length, last);
}

/* ---- coming and going ---- */

/* Behind a proxy: the last address in the header is the one that our proxy saw. */
static bool forwarded(struct lws *wsi, char *out, size_t size)
{
    if (lws_hdr_copy(wsi, out, (int)size, WSI_TOKEN_X_FORWARDED_FOR) <= 0)
        return false;
    char *comma = strrchr(out, ',');
    char *begin = comma == NULL ? out : comma + 1;
    while (*begin == ' ')
        begin++;
    memmove(out, begin, strlen(begin) + 1);
    return out[0] != '\0';
}

void ws_know_peer(struct lws *wsi, struct guesser *out)
{
    const struct ws *ws = lws_context_user(lws_get_context(wsi));
    struct sockaddr_storage peer = {0};
    socklen_t length = sizeof peer;
    char address[FORWARDED_MAX_BYTES];

    if (ws->settings.trust_proxy && forwarded(wsi, address, sizeof address)) {
        guesser_init_text(out, address);
        return;
    }
    (void)getpeername(lws_get_socket_fd(wsi), (struct sockaddr *)&peer, &length);
    guesser_init(out, (const struct sockaddr *)&peer);
}

static void on_established(struct ws *ws, struct lws *wsi, struct connection *connection)
{
    *connection = (struct connection){.carrier = CARRIER_SOCKET, .wsi = wsi, .ws = ws};
    connection->read_at_s = connection->connected_at_s = ws->now_s;
    wheel_add(connection, WS_JOIN_MAX_S);
    if (++ws->counts.connections > ws->settings.connections_max) {
        ws->counts.turned_away++;
        ws_close(connection, CLOSE_BUSY);
        return;
    }
    ws_know_peer(wsi, &connection->guesser);
    connection->session = hub_connected(ws->settings.hub, connection, now_of(ws));
}

static void on_closed(struct connection *connection)
{
    struct ws *ws = connection->ws;

    if (ws == NULL) /* it never came to be */
        return;
    delist(connection);
    wheel_remove(connection);
    drop_pieces(connection);
    ws->counts.connections--;
    connection->broken = true;
    if (connection->session != NULL)
        hub_disconnected(ws->settings.hub, connection->session, now_of(ws));
    connection->session = NULL;
}

/* Pages of other sites may not speak for a visitor. No Origin: no browser. */
bool ws_origin_is_ours(struct lws *wsi)
{
    const struct ws *ws = lws_context_user(lws_get_context(wsi));
    char origin[REQUEST_HEADER_MAX];
    char host[REQUEST_HEADER_MAX];

    if (lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) <= 0)
        return true;
    if (lws_hdr_copy(wsi, origin, sizeof origin, WSI_TOKEN_ORIGIN) <= 0)
        return false;
    if (ws->settings.allowed_origin != NULL && strcmp(origin, ws->settings.allowed_origin) == 0)
        return true;
    const char *scheme_end = strstr(origin, "://");
    return scheme_end != NULL && lws_hdr_copy(wsi, host, sizeof host, WSI_TOKEN_HOST) > 0 &&
           strcmp(scheme_end + 3, host) == 0;
}

/* A proxy may leave a sub-path in front. */
static bool path_is_ours(struct lws *wsi)
{
    char path[URI_MAX_BYTES];
    int length = lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI);
    return length >= (int)strlen(WS_PATH) && strcmp(path + length - strlen(WS_PATH), WS_PATH) == 0;
}

/* libwebsockets would take the first protocol where none is named. */
static bool names_subprotocol(struct lws *wsi)
{
    char names[URI_MAX_BYTES];
    if (lws_hdr_copy(wsi, names, sizeof names, WSI_TOKEN_PROTOCOL) <= 0)
        return false;
    for (char *rest = names, *name; (name = strsep(&rest, ",")) != NULL;) {
        name += strspn(name, " \t");
        name[strcspn(name, " \t")] = '\0';
        if (strcmp(name, WS_SUBPROTOCOL) == 0)
            return true;
    }
    return false;
}

unsigned ws_refusal(struct lws *wsi, const char *upgrade)
{
    if (strcmp(upgrade, "websocket") != 0) /* HTTP/2 would break the direct writes (see above) */
        return 400;
    if (!path_is_ours(wsi))
        return 404;
    if (!names_subprotocol(wsi))
        return 400;
    return ws_origin_is_ours(wsi) ? 0 : 403;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
    struct connection *connection = user;
    struct ws *ws = lws_context_user(lws_get_context(wsi));

    switch ((int)reason) {
    case LWS_CALLBACK_ESTABLISHED:
        on_established(ws, wsi, connection);
        return 0;
    case LWS_CALLBACK_RECEIVE:
        on_receive(connection, in, length);
        return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
        connection->read_at_s = ws->now_s;
        wheel_pong(connection);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return on_writable(connection);
    case LWS_CALLBACK_CLOSED:
        on_closed(connection);
        return 0;
    default: /* libwebsockets has a hundred reasons more */
        return 0;
    }
}

static bool is_crowded(const struct ws *ws)
{
    return ws->counts.connections >= ws->settings.connections_max + WS_TURNED_AWAY_MAX;
}

static void on_knock(uv_poll_t *handle, int status, int events)
{
    struct ws *ws = handle->data;
    struct sockaddr_storage peer;
    (void)events;

    for (int i = 0; status == 0 && i < WS_ACCEPT_A_TURN; i++) {
        int fd = listener_accept(ws->settings.listener, &peer);
        if (fd < 0)
            return; /* nobody waits, or no descriptor is free: they wait in the queue */
        ws->counts.accepted++;
        if (is_crowded(ws))
            (void)close(fd);
        else
            (void)lws_adopt_socket_vhost(ws->vhost, fd); /* closes it if it fails */
    }
}

void ws_stop_listening(struct ws *ws)
{
    if (ws->listening)
        (void)uv_poll_stop(&ws->listener);
    ws->listening = false;
}

void ws_count(const struct ws *ws, struct ws_counts *out)
{
    *out = ws->counts;
}

static uint32_t round_trip_ms(const struct connection *connection)
{
    struct tcp_info info = {0};
    socklen_t length = sizeof info;

    if (getsockopt(lws_get_socket_fd(connection->wsi), IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
        return 0;
    return info.tcpi_rtt / 1000;
}

void ws_line(struct connection *connection, struct line *out)
{
    out->turn_ms = connection->ws->counts.turn_ms;
    out->rtt_ms = 0;
    if (connection->ws->settings.trust_proxy)
        out->rtt_ms = wheel_round_trip_ms(connection);
    else if (out->wanted_ms > out->turn_ms)
        out->rtt_ms = round_trip_ms(connection);
}

struct guesser *ws_guesser(struct connection *connection)
{
    return &connection->guesser;
}

/* ---- one turn of the loop ---- */

static void on_more(uv_idle_t *idle)
{
    (void)idle;
}

/* The last thing before the loop sleeps. */
static void on_prepare(uv_prepare_t *prepare)
{
    struct ws *ws = prepare->data;

    if (ws->flush_first != NULL)
        flush(ws);
    uv_update_time(ws->settings.loop); /* the clock is read here, once a turn, and when the loop wakes */
    if (ws->flush_first == NULL) {
        hub_flushed(ws->settings.hub, now_of(ws));
        (void)uv_idle_stop(&ws->more);
    } else {
        (void)uv_idle_start(&ws->more, on_more);
    }
    uint64_t took_ms = uv_now(ws->settings.loop) - ws->woke_at_ms;
    ws->counts.turn_ms = took_ms > UINT32_MAX ? UINT32_MAX : (uint32_t)took_ms;
    if (ws->counts.turn_ms > ws->counts.turn_max_ms)
        ws->counts.turn_max_ms = ws->counts.turn_ms;
}

/* Runs behind the reading, but libuv read its clock before it: this is when the loop woke. */
static void on_check(uv_check_t *check)
{
    struct ws *ws = check->data;
    ws->woke_at_ms = uv_now(ws->settings.loop);
}

static void on_second(uv_timer_t *timer)
{
    struct ws *ws = timer->data;
    uint32_t now_s = (uint32_t)(uv_now(timer->loop) / 1000);
    uint32_t behind = now_s - ws->now_s;

    if (behind > WHEEL_SLOTS)
        behind = WHEEL_SLOTS;
    for (ws->now_s = now_s - behind; ws->now_s != now_s;) {
        ws->now_s++;
        wheel_turn(ws);
    }
}

/* ---- making and ending ---- */

static void init_handles(struct ws *ws)
{
    uv_loop_t *loop = ws->settings.loop;

    (void)uv_poll_init(loop, &ws->listener, ws->settings.listener);
    uv_prepare_init(loop, &ws->prepare);
    uv_check_init(loop, &ws->check);
    uv_idle_init(loop, &ws->more);
    uv_timer_init(loop, &ws->second);
    ws->listener.data = ws->prepare.data = ws->check.data = ws->more.data = ws->second.data = ws;
    ws->handles = 5;
    ws->woke_at_ms = uv_now(loop);
    ws->now_s = (uint32_t)(uv_now(loop) / 1000);
    uv_prepare_start(&ws->prepare, on_prepare);
    uv_check_start(&ws->check, on_check);
    uv_timer_start(&ws->second, on_second, 1000, 1000);
    (void)uv_poll_start(&ws->listener, UV_READABLE, on_knock);
    ws->listening = true;
}

static void name_protocols(struct ws *ws)
{
    ws->protocols[0] = (struct lws_protocols){.name = "http",
                                              .callback = exchange_on_event,
                                              .per_session_data_size = sizeof(struct exchange_slot),
                                              .rx_buffer_size = RECEIVE_BUFFER_BYTES,
                                              .tx_packet_size = WRITE_MAX_BYTES,
                                              .user = ws->settings.engine};
    ws->protocols[1] = (struct lws_protocols){.name = WS_SUBPROTOCOL,
                                              .callback = on_event,
                                              .per_session_data_size = sizeof(struct connection),
                                              .rx_buffer_size = RECEIVE_BUFFER_BYTES,
                                              .tx_packet_size = WRITE_MAX_BYTES};
}

static bool open_context(struct ws *ws)
{
    static const lws_retry_bo_t no_policy;
    void *loops[] = {ws->settings.loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = ws->protocols,
        .foreign_loops = loops,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN |
                   LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_IPV6,
        .retry_and_idle_policy = &no_policy,
        .pt_serv_buf_size = SERVICE_BUFFER_BYTES,
        .max_http_header_data2 = HEADERS_MAX_BYTES,
        .keepalive_timeout = KEEP_ALIVE_S,
        .alpn = "http/1.1",
        .vhost_name = "hoithi",
        .user = ws,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
    };

    lws_set_log_level(LLL_ERR, NULL);
    if (ws->settings.tls_cert != NULL) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = ws->settings.tls_cert;
        info.ssl_private_key_filepath = ws->settings.tls_key;
    }
    ws->context = lws_create_context(&info);
    ws->vhost = ws->context == NULL ? NULL : lws_create_vhost(ws->context, &info);
    lws_set_log_level(0, NULL); /* from now on it would only tell of what clients do wrong */
    if (ws->vhost != NULL)
        return true;
    if (ws->context == NULL)
        report("libwebsockets does not start: is the package libwebsockets-evlib-uv installed?");
    else
        report("the certificate %s or its key %s cannot be used", ws->settings.tls_cert, ws->settings.tls_key);
    return false;
}

struct ws *ws_new(const struct ws_settings *settings)
{
    struct ws *ws = memory_new(1, sizeof *ws);

    ws->settings = *settings;
    name_protocols(ws);
    if (!open_context(ws)) {
        if (ws->context != NULL)
            lws_context_destroy(ws->context);
        free(ws);
        return NULL;
    }
    init_handles(ws);
    return ws;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct ws *ws = handle->data;
    if (--ws->handles == 0)
        free(ws);
}

void ws_free(struct ws *ws)
{
    if (ws == NULL)
        return;
    ws_stop_listening(ws);
    lws_context_destroy(ws->context); /* every connection is told CLOSED in here, or in the next turns */
    uv_handle_t *handles[] = {(uv_handle_t *)&ws->listener, (uv_handle_t *)&ws->prepare, (uv_handle_t *)&ws->check,
                              (uv_handle_t *)&ws->more, (uv_handle_t *)&ws->second};
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++)
        uv_close(handles[i], on_handle_closed);
}
