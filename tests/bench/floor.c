/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor.c - the least that a server can do: the same bytes, moved by bare epoll, and nothing understood.
 *
 *   floor [--question-bytes 400] [--ack-bytes 60] [--result-bytes 300] [--closed]
 *
 * One process, one thread. Upgrades, joins and answers are told apart by one letter of the frame; a question goes to
 * all when the host sends a command, then the results at the next. Prints "ready http://127.0.0.1:PORT"; ends on
 * SIGTERM. What hoithi costs is said as a multiple of this.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#define EVENTS_MAX 512
#define FRAME_MAX_BYTES 65536
#define LISTEN_BACKLOG 4096
#define TYPE_AT 6 /* of the type's first letter in {"t":"… */

struct client {
    int fd;
    bool upgraded, host;
    unsigned char *waiting; /* what the socket did not take */
    uint32_t waiting_bytes;
};

struct frame {
    unsigned char bytes[2 * (FRAME_MAX_BYTES + 4)];
    size_t length;
};

struct server {
    int epoll, listener;
    struct client **clients; /* by descriptor */
    size_t capacity, count;
    size_t question_bytes, ack_bytes, result_bytes;
    bool says_closed;
    uint32_t q;
    struct frame question, ack, result, joined, state, done;
};

static volatile sig_atomic_t ended;

static void on_term(int signal_number)
{
    (void)signal_number;
    ended = 1;
}

/* ---- frames ---- */

/* Behind what is in `frame` already: two frames may leave in one write. */
static void frame_add(struct frame *frame, const char *text, size_t padded)
{
    size_t length = strlen(text), head = 2;
    size_t payload = length < padded ? padded : length;
    unsigned char *at = frame->bytes + frame->length;

    at[0] = 0x81;
    at[1] = (unsigned char)(payload < 126 ? payload : 126);
    if (payload >= 126) {
        at[2] = (unsigned char)(payload >> 8);
        at[3] = (unsigned char)payload;
        head = 4;
    }
    memset(at + head, ' ', payload); /* blanks behind JSON are JSON */
    memcpy(at + head, text, length);
    frame->length += head + payload;
}

static void frame_set(struct frame *frame, const char *text, size_t padded)
{
    frame->length = 0;
    frame_add(frame, text, padded);
}

static void make_frames(struct server *server)
{
    char text[300];

    snprintf(text, sizeof text,
             "{\"t\":\"question\",\"q\":%u,\"kind\":\"single\",\"choices\":[{\"id\":\"a\"},{\"id\":\"b\"}]}",
             server->q);
    frame_set(&server->question, text, server->question_bytes);
    snprintf(text, sizeof text, "{\"t\":\"ack\",\"q\":%u,\"status\":\"accepted\"}", server->q);
    frame_set(&server->ack, text, server->ack_bytes);
    snprintf(text, sizeof text, "{\"t\":\"reveal\",\"q\":%u,\"you\":{\"points\":1,\"total\":%u}}", server->q,
             server->q);
    server->result.length = 0;
    if (server->says_closed)
        frame_add(&server->result, "{\"t\":\"closed\"}", 45);
    frame_add(&server->result, text, server->result_bytes);
    frame_set(&server->done, "{\"t\":\"done\"}", 0);
    frame_set(&server->joined, "{\"t\":\"joined\",\"token\":\"floor\"}", 240);
    frame_set(&server->state, "{\"t\":\"state\"}", 600);
}

/* ---- sending ---- */

static void wait_to_write(const struct server *server, const struct client *client, bool wanted)
{
    struct epoll_event event = {.events = EPOLLIN | (wanted ? EPOLLOUT : 0), .data.fd = client->fd};
    epoll_ctl(server->epoll, EPOLL_CTL_MOD, client->fd, &event);
}

static void keep(const struct server *server, struct client *client, const unsigned char *bytes, size_t length)
{
    if (client->waiting_bytes == 0)
        wait_to_write(server, client, true);
    client->waiting = realloc(client->waiting, client->waiting_bytes + length);
    if (client->waiting == NULL)
        abort();
    memcpy(client->waiting + client->waiting_bytes, bytes, length);
    client->waiting_bytes += (uint32_t)length;
}

static void send_bytes(const struct server *server, struct client *client, const unsigned char *bytes, size_t length)
{
    ssize_t sent = client->waiting_bytes > 0 ? 0 : send(client->fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0)
        sent = errno == EAGAIN ? 0 : (ssize_t)length;
    if ((size_t)sent < length)
        keep(server, client, bytes + sent, length - (size_t)sent);
}

static void send_frame(const struct server *server, struct client *client, const struct frame *frame)
{
    send_bytes(server, client, frame->bytes, frame->length);
}

static void send_waiting(const struct server *server, struct client *client)
{
    ssize_t sent = send(client->fd, client->waiting, client->waiting_bytes, MSG_NOSIGNAL);
    if (sent <= 0)
        return;
    client->waiting_bytes -= (uint32_t)sent;
    memmove(client->waiting, client->waiting + sent, client->waiting_bytes);
    if (client->waiting_bytes > 0)
        return;
    free(client->waiting);
    client->waiting = NULL;
    wait_to_write(server, client, false);
}

static void broadcast(const struct server *server, const struct frame *frame)
{
    for (size_t fd = 0; fd < server->capacity; fd++)
        if (server->clients[fd] != NULL && server->clients[fd]->upgraded && !server->clients[fd]->host)
            send_frame(server, server->clients[fd], frame);
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
    send_frame(server, client, &server->done);
}

static void take_text(struct server *server, struct client *client, const char *text, size_t length)
{
    char type = length > TYPE_AT + 1 ? text[TYPE_AT] : '\0';

    if (type == 'a' && text[TYPE_AT + 1] == 'n') {
        send_frame(server, client, &server->ack);
    } else if (type == 'j') {
        send_frame(server, client, &server->joined);
        send_frame(server, client, &server->state);
    } else if (type == 'a') {
        client->host = strstr(text, "\"page\"") != NULL;
        send_frame(server, client, &server->state);
    } else if (type == 'd') {
        take_command(server, client, text);
    }
}

static void upgrade(const struct server *server, struct client *client, const char *request)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    static const char name[] = "Sec-WebSocket-Key: ";
    unsigned char digest[SHA_DIGEST_LENGTH], accept[32];
    char key[80], answer[256];
    const char *found = strstr(request, name);

    if (found == NULL)
        return;
    snprintf(key, sizeof key, "%.24s%s", found + sizeof name - 1, guid);
    SHA1((unsigned char *)key, strlen(key), digest);
    EVP_EncodeBlock(accept, digest, sizeof digest);
    int length = snprintf(answer, sizeof answer,
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: hoithi.v1\r\n\r\n",
                          accept);
    send_bytes(server, client, (unsigned char *)answer, (size_t)length);
    client->upgraded = true;
}

/* Frames of a measuring client come whole: it sends small ones, over loopback. */
static void take_frames(struct server *server, struct client *client, unsigned char *bytes, size_t length)
{
    size_t at = 0;

    while (at + 6 <= length) {
        size_t payload = bytes[at + 1] & 127, head = 2;
        if (payload == 126) {
            payload = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
            head = 4;
        }
        unsigned char *mask = bytes + at + head, *text = mask + 4;
        if (at + head + 4 + payload > length)
            return;
        for (size_t i = 0; i < payload; i++)
            text[i] ^= mask[i & 3];
        unsigned char after = text[payload];
        text[payload] = '\0';
        take_text(server, client, (char *)text, payload);
        text[payload] = after;
        at += head + 4 + payload;
    }
}

static void drop(struct server *server, int fd)
{
    struct client *client = server->clients[fd];
    close(fd);
    free(client->waiting);
    free(client);
    server->clients[fd] = NULL;
    server->count--;
}

static void read_client(struct server *server, struct client *client)
{
    static unsigned char bytes[FRAME_MAX_BYTES + 1];
    ssize_t got = recv(client->fd, bytes, FRAME_MAX_BYTES, 0);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        drop(server, client->fd);
        return;
    }
    bytes[got] = '\0';
    if (client->upgraded)
        take_frames(server, client, bytes, (size_t)got);
    else
        upgrade(server, client, (char *)bytes);
}

/* ---- coming and going ---- */

static void accept_client(struct server *server, int fd)
{
    int on = 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if ((size_t)fd >= server->capacity) {
        close(fd);
        return;
    }
    server->clients[fd] = calloc(1, sizeof **server->clients);
    if (server->clients[fd] == NULL)
        abort();
    server->clients[fd]->fd = fd;
    server->count++;
    epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void take_event(struct server *server, const struct epoll_event *event)
{
    int fd = event->data.fd;

    if (fd == server->listener) {
        int client;
        for (int i = 0; i < 64 && (client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0; i++)
            accept_client(server, client);
        return;
    }
    struct client *client = server->clients[fd];
    if (client != NULL && (event->events & EPOLLOUT) && client->waiting_bytes > 0)
        send_waiting(server, client);
    if (client != NULL && (event->events & ~(uint32_t)EPOLLOUT))
        read_client(server, client);
}

static bool listen_on_loopback(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct epoll_event event = {.events = EPOLLIN};

    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(server->listener, (struct sockaddr *)&address, length) != 0 ||
        listen(server->listener, LISTEN_BACKLOG) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &length) != 0)
        return false;
    event.data.fd = server->listener;
    epoll_ctl(server->epoll, EPOLL_CTL_ADD, server->listener, &event);
    printf("ready http://127.0.0.1:%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return true;
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
        if (bytes > FRAME_MAX_BYTES || name == '?')
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
    static struct epoll_event events[EVENTS_MAX];
    struct rlimit limit;

    read_options(&server, argc, argv);
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    server.capacity = limit.rlim_cur > 1000000 ? 1000000 : (size_t)limit.rlim_cur;
    server.clients = calloc(server.capacity, sizeof(struct client *));
    signal(SIGTERM, on_term);
    make_frames(&server);
    if (server.clients == NULL || !listen_on_loopback(&server))
        return 1;
    while (!ended) {
        int ready = epoll_wait(server.epoll, events, EVENTS_MAX, 1000);
        for (int i = 0; i < ready; i++)
            take_event(&server, &events[i]);
    }
    return 0;
}
