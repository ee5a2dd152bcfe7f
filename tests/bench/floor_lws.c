/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor_lws.c - what libwebsockets costs when nothing is understood: the frames of floor.c, carried as engine/ws.c
 * does.
 *
 *   floor-lws [--question-bytes 400] [--ack-bytes 60] [--result-bytes 300] [--closed]
 *
 * The libuv plugin, our own listening socket, direct writes, no timers: everything that makes libwebsockets fast, and
 * no rules, no JSON, no store. hoithi cannot cost less than this on the same library. Prints "ready
 * http://127.0.0.1:PORT"; ends on SIGTERM.
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <libwebsockets.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#define FRAME_MAX_BYTES 8192
#define LISTEN_BACKLOG 4096
#define ACCEPT_A_TURN 64
#define TYPE_AT 6 /* of the type's first letter in {"t":"… */

struct frame {
    unsigned char bytes[LWS_PRE + FRAME_MAX_BYTES];
    size_t length; /* headers included */
};

struct client {
    struct lws *wsi;
    uint32_t place;
    bool host;
};

struct server {
    uv_loop_t loop;
    uv_poll_t knocking;
    uv_signal_t term;
    struct lws_context *context;
    struct lws_vhost *vhost;
    int listener;
    struct client **clients;
    uint32_t count, capacity;
    size_t question_bytes, ack_bytes, result_bytes;
    bool says_closed;
    uint32_t q;
    struct frame question, ack, result, joined, done;
};

/* ---- frames ---- */

/* Behind what is in `frame` already: two frames may leave in one write. */
static void frame_add(struct frame *frame, const char *text, size_t padded)
{
    size_t length = strlen(text);
    size_t payload = length < padded ? padded : length;
    unsigned char *at = frame->bytes + LWS_PRE + frame->length;

    *at++ = 0x81;
    *at++ = (unsigned char)(payload < 126 ? payload : 126);
    if (payload >= 126) {
        *at++ = (unsigned char)(payload >> 8);
        *at++ = (unsigned char)payload;
    }
    memset(at, ' ', payload);
    memcpy(at, text, length);
    frame->length = (size_t)(at + payload - frame->bytes) - LWS_PRE;
}

static void make_frames(struct server *server)
{
    char text[300];

    server->question.length = server->ack.length = server->result.length = 0;
    server->joined.length = server->done.length = 0;
    snprintf(text, sizeof text,
             "{\"t\":\"question\",\"q\":%u,\"kind\":\"single\",\"choices\":[{\"id\":\"a\"},{\"id\":\"b\"}]}",
             server->q);
    frame_add(&server->question, text, server->question_bytes);
    snprintf(text, sizeof text, "{\"t\":\"ack\",\"q\":%u,\"status\":\"accepted\"}", server->q);
    frame_add(&server->ack, text, server->ack_bytes);
    if (server->says_closed)
        frame_add(&server->result, "{\"t\":\"closed\"}", 45);
    snprintf(text, sizeof text, "{\"t\":\"reveal\",\"q\":%u,\"you\":{\"points\":1,\"total\":%u}}", server->q,
             server->q);
    frame_add(&server->result, text, server->result_bytes);
    frame_add(&server->joined, "{\"t\":\"joined\",\"token\":\"floor\"}", 240);
    frame_add(&server->joined, "{\"t\":\"state\"}", 600);
    frame_add(&server->done, "{\"t\":\"done\"}", 0);
}

/* What the socket does not take, libwebsockets keeps. */
static void send_frame(struct client *client, struct frame *frame)
{
    (void)lws_write(client->wsi, frame->bytes + LWS_PRE, frame->length, LWS_WRITE_HTTP);
}

static void broadcast(struct server *server, struct frame *frame)
{
    for (uint32_t i = 0; i < server->count; i++)
        if (!server->clients[i]->host)
            send_frame(server->clients[i], frame);
}

/* ---- what comes ---- */

static void take_command(struct server *server, struct client *client, const char *text)
{
    if (strstr(text, "\"reveal\"") != NULL) {
        broadcast(server, &server->result);
    } else if (strstr(text, "\"start\"") != NULL || strstr(text, "\"open\"") != NULL) {
        server->q++;
        make_frames(server);
        broadcast(server, &server->question);
    }
    send_frame(client, &server->done);
}

static void take_text(struct server *server, struct client *client, const char *bytes, size_t length)
{
    char text[512];

    if (length <= TYPE_AT + 1 || length >= sizeof text)
        return;
    memcpy(text, bytes, length);
    text[length] = '\0';
    if (text[TYPE_AT] == 'a' && text[TYPE_AT + 1] == 'n') {
        send_frame(client, &server->ack);
    } else if (text[TYPE_AT] == 'j') {
        send_frame(client, &server->joined);
    } else if (text[TYPE_AT] == 'a') {
        client->host = strstr(text, "\"page\"") != NULL;
        send_frame(client, &server->joined);
    } else if (text[TYPE_AT] == 'd') {
        take_command(server, client, text);
    }
}

static void come(struct server *server, struct client *client, struct lws *wsi)
{
    if (server->count == server->capacity) {
        server->capacity = server->capacity == 0 ? 1024 : server->capacity * 2;
        server->clients = realloc(server->clients, server->capacity * sizeof(struct client *));
        if (server->clients == NULL)
            abort();
    }
    *client = (struct client){.wsi = wsi, .place = server->count};
    server->clients[server->count++] = client;
}

static void leave(struct server *server, const struct client *client)
{
    struct client *last = server->clients[--server->count];
    last->place = client->place;
    server->clients[last->place] = last;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
    struct server *server = lws_context_user(lws_get_context(wsi));

    if (reason == LWS_CALLBACK_ESTABLISHED)
        come(server, user, wsi);
    else if (reason == LWS_CALLBACK_RECEIVE)
        take_text(server, user, in, length);
    else if (reason == LWS_CALLBACK_CLOSED)
        leave(server, user);
    return 0;
}

/* ---- beginning and ending ---- */

static void on_knock(uv_poll_t *handle, int status, int events)
{
    struct server *server = handle->data;
    int on = 1, fd;
    (void)events;

    for (int i = 0; status == 0 && i < ACCEPT_A_TURN; i++) {
        fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        (void)lws_adopt_socket_vhost(server->vhost, fd);
    }
}

static void on_term(uv_signal_t *handle, int number)
{
    (void)number;
    uv_stop(handle->loop);
}

static bool listen_on_loopback(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;

    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(server->listener, (struct sockaddr *)&address, length) != 0 ||
        listen(server->listener, LISTEN_BACKLOG) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &length) != 0)
        return false;
    uv_poll_init(&server->loop, &server->knocking, server->listener);
    server->knocking.data = server;
    uv_poll_start(&server->knocking, UV_READABLE, on_knock);
    printf("ready http://127.0.0.1:%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return true;
}

/* The settings are those of engine/ws.c. */
static bool open_context(struct server *server)
{
    static const lws_retry_bo_t no_policy;
    static const struct lws_protocols protocols[] = {
        {.name = "http", .callback = lws_callback_http_dummy, .rx_buffer_size = 512},
        {.name = "hoithi.v1",
         .callback = on_event,
         .per_session_data_size = sizeof(struct client),
         .rx_buffer_size = 512,
         .tx_packet_size = 4096},
        {0}};
    void *loops[] = {&server->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .foreign_loops = loops,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN |
                   LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_IPV6,
        .retry_and_idle_policy = &no_policy,
        .pt_serv_buf_size = 4096,
        .max_http_header_data2 = 8192,
        .alpn = "http/1.1",
        .user = server,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
    };

    lws_set_log_level(0, NULL);
    server->context = lws_create_context(&info);
    server->vhost = server->context == NULL ? NULL : lws_create_vhost(server->context, &info);
    return server->vhost != NULL;
}

static void read_options(struct server *server, int argc, char **argv)
{
    static const struct option names[] = {{"question-bytes", required_argument, NULL, 'q'},
                                          {"ack-bytes", required_argument, NULL, 'a'},
                                          {"result-bytes", required_argument, NULL, 'r'},
                                          {"closed", no_argument, NULL, 'c'},
                                          {0}};
    int name;
    while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
        size_t bytes = optarg == NULL ? 0 : strtoul(optarg, NULL, 10);
        if (bytes > FRAME_MAX_BYTES / 2 || name == '?')
            exit(2);
        if (name == 'q')
            server->question_bytes = bytes;
        else if (name == 'a')
            server->ack_bytes = bytes;
        else if (name == 'r')
            server->result_bytes = bytes;
        else
            server->says_closed = true;
    }
}

int main(int argc, char **argv)
{
    static struct server server = {.question_bytes = 400, .ack_bytes = 60, .result_bytes = 300};
    struct rlimit limit;

    read_options(&server, argc, argv);
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    uv_loop_init(&server.loop);
    uv_signal_init(&server.loop, &server.term);
    uv_signal_start(&server.term, on_term, SIGTERM);
    make_frames(&server);
    if (!open_context(&server) || !listen_on_loopback(&server))
        return 1;
    uv_run(&server.loop, UV_RUN_DEFAULT);
    return 0; /* the kernel takes back what there is */
}
