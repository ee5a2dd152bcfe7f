/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "question-banks/memory.h"

#define OP_TEXT 0x81
#define OP_CLOSE 0x88
#define OP_PING 0x89
#define OP_PONG 0x8a
#define SEND_MAX_BYTES 4096

static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};

int64_t wire_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int wire_connect(struct wire *wire, uint16_t port, uint32_t source, int receive_bytes)
{
    int on = 1;
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + source)};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    *wire = (struct wire){.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (wire->fd < 0)
        return -1;
    setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(wire->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (receive_bytes > 0)
        setsockopt(wire->fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    if (bind(wire->fd, (struct sockaddr *)&from, sizeof from) != 0 ||
        (connect(wire->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)) {
        int why = errno;
        wire_close(wire);
        errno = why;
        return -1;
    }
    return 0;
}

bool wire_send_raw(struct wire *wire, const void *bytes, size_t length)
{
    return send(wire->fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

bool wire_upgrade(struct wire *wire, uint16_t port)
{
    char request[400];
    int length = snprintf(request, sizeof request,
                          "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nOrigin: http://127.0.0.1:%u\r\n"
                          "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: hoithi.v1\r\n\r\n",
                          port, port);
    return wire_send_raw(wire, request, (size_t)length);
}

static bool send_frame(struct wire *wire, unsigned char op, const char *text, size_t length)
{
    unsigned char bytes[8 + SEND_MAX_BYTES];
    size_t head = 2;

    if (length > SEND_MAX_BYTES)
        return false;
    bytes[0] = op;
    bytes[1] = (unsigned char)(0x80 | (length < 126 ? length : 126));
    if (length >= 126) {
        bytes[2] = (unsigned char)(length >> 8);
        bytes[3] = (unsigned char)length;
        head = 4;
    }
    memcpy(bytes + head, mask, sizeof mask);
    for (size_t i = 0; i < length; i++)
        bytes[head + 4 + i] = (unsigned char)text[i] ^ mask[i & 3];
    return wire_send_raw(wire, bytes, head + 4 + length);
}

bool wire_send(struct wire *wire, const char *text, size_t length)
{
    return send_frame(wire, OP_TEXT, text, length);
}

/* ---- reading ---- */

/* The length of the head of a frame of the server, or 0 if it is not all here. */
static size_t frame_head(const unsigned char *bytes, size_t length, uint64_t *payload)
{
    if (length < 2)
        return 0;
    *payload = bytes[1] & 127;
    size_t more = *payload == 126 ? 2 : *payload == 127 ? 8 : 0;
    if (length < 2 + more)
        return 0;
    if (more > 0)
        *payload = 0;
    for (size_t i = 0; i < more; i++)
        *payload = *payload << 8 | bytes[2 + i];
    return 2 + more;
}

static void take_frame(struct wire *wire, unsigned char op, char *payload, size_t length, wire_frame_fn *frame,
                       void *context)
{
    if (op == OP_TEXT) {
        char after = payload[length]; /* the reader keeps a byte behind what it read */
        payload[length] = '\0';
        frame(context, payload, length);
        payload[length] = after;
    } else if (op == OP_PING) {
        send_frame(wire, OP_PONG, payload, length);
    } else if (op == OP_CLOSE && length >= 2) {
        wire->close_code = (uint16_t)((unsigned char)payload[0] << 8 | (unsigned char)payload[1]);
    }
}

/* How many bytes were whole frames; the rest waits. SIZE_MAX: not a WebSocket. */
static size_t take_frames(struct wire *wire, char *bytes, size_t length, wire_frame_fn *frame, void *context)
{
    size_t used = 0;

    if (!wire->upgraded) {
        char *end = memmem(bytes, length, "\r\n\r\n", 4);
        if (end == NULL)
            return 0;
        if (length < 12 || memcmp(bytes, "HTTP/1.1 101", 12) != 0)
            return SIZE_MAX;
        wire->upgraded = true;
        used = (size_t)(end - bytes) + 4;
        frame(context, NULL, 0);
    }
    while (wire->fd >= 0) {
        uint64_t payload = 0;
        size_t head = frame_head((unsigned char *)bytes + used, length - used, &payload);
        if (payload > WIRE_FRAME_MAX_BYTES)
            return SIZE_MAX;
        if (head == 0 || length - used < head + payload)
            break;
        take_frame(wire, (unsigned char)bytes[used], bytes + used + head, (size_t)payload, frame, context);
        used += head + (size_t)payload;
    }
    return used;
}

static void keep_rest(struct wire *wire, const char *bytes, size_t length)
{
    free(wire->rest);
    wire->rest = length == 0 ? NULL : memory_copy(bytes, length);
    wire->rest_length = (uint32_t)length;
}

bool wire_read(struct wire *wire, wire_frame_fn *frame, void *context)
{
    static char bytes[WIRE_FRAME_MAX_BYTES + WIRE_READ_BYTES + 1];
    size_t before = wire->rest_length;

    if (before > 0)
        memcpy(bytes, wire->rest, before);
    ssize_t got = recv(wire->fd, bytes + before, WIRE_READ_BYTES, 0);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    if (got == 0)
        return false;
    size_t length = before + (size_t)got;
    size_t used = take_frames(wire, bytes, length, frame, context);
    if (used == SIZE_MAX)
        return false;
    if (wire->fd >= 0)
        keep_rest(wire, bytes + used, length - used);
    return wire->close_code == 0; /* whoever is shown out goes */
}

void wire_close(struct wire *wire)
{
    if (wire->fd >= 0)
        close(wire->fd);
    free(wire->rest);
    *wire = (struct wire){.fd = -1, .close_code = wire->close_code};
}
