/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.h - just enough of a WebSocket client to measure with: loopback, whole text frames, few system calls.
 *
 * A connection keeps memory only while a frame is half here. Nothing is queued for sending: what a loopback socket does
 * not take at once counts as a failure of the measurement.
 */
#ifndef HOITHI_TESTS_WIRE_H
#define HOITHI_TESTS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_READ_BYTES (256u << 10)
#define WIRE_FRAME_MAX_BYTES (1u << 20)

struct wire {
    int fd;
    bool upgraded;
    char *rest; /* a half frame, or a half answer to the upgrade */
    uint32_t rest_length;
    uint16_t close_code; /* what the server said when it closed; 0 nothing yet */
};

/* Microseconds of the machine's monotonic clock: the same in all processes. */
int64_t wire_now_us(void);

/* Begins to connect from 127.0.0.(2 + source) to 127.0.0.1:port. -1: errno says why. `receive_bytes` 0: the default
 * buffer. */
int wire_connect(struct wire *wire, uint16_t port, uint32_t source, int receive_bytes);
bool wire_upgrade(struct wire *wire, uint16_t port);
bool wire_send(struct wire *wire, const char *text, size_t length);
/* Any bytes, as they are. */
bool wire_send_raw(struct wire *wire, const void *bytes, size_t length);

/* Called for the answer to the upgrade (text NULL) and for each whole text frame; the text is terminated. */
typedef void wire_frame_fn(void *context, const char *text, size_t length);
/* Reads what is there. False: the connection is over. */
bool wire_read(struct wire *wire, wire_frame_fn *frame, void *context);
void wire_close(struct wire *wire);

#endif
