/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counter.h - polls of one worker at a hub that knows one room, and requests whose replies are kept. Nothing is
 * appended; the loop turns only when the test says so.
 */
#ifndef HOITHI_TESTS_COUNTER_H
#define HOITHI_TESTS_COUNTER_H

#include <cjson/cJSON.h>
#include "engine/poll.h"
#include "tests/support/stage.h"

#define COUNTER_ROOM "room1"
#define COUNTER_HOST "host" /* the only token */
#define COUNTER_TURN_MS 7

struct counter {
    uv_loop_t *loop;
    struct hub *hub;
    struct polls *polls;
    struct poll_session *newest; /* that the hub spoke of */
    char *e, *p;                 /* the room's one entry */
};

/* One request and what became of it. */
struct ask {
    bool answered;
    unsigned status;
    cJSON *json; /* NULL: it was none */
};

/* `folder` NULL: without a relay. */
void counter_open(struct counter *counter, uv_loop_t *loop, uint32_t worker, const char *folder);
/* The loop must run on (loop_end). */
void counter_close(struct counter *counter);
/* Brings the room to whoever waits for it. */
void counter_bring_room(struct counter *counter);
int64_t counter_now(const struct counter *counter);
/* Takes a few turns of the loop without waiting. */
void loop_turn(uv_loop_t *loop);

/* `ask` must live until it is answered; ask_clear() after that, also to use it again. */
void counter_ask(struct counter *counter, struct ask *ask, const char *body);
void counter_ask_bytes(struct counter *counter, struct ask *ask, const char *body, size_t length);
void ask_clear(struct ask *ask);
bool ask_is_gone(const struct ask *ask);
const char *ask_error(const struct ask *ask);
/* -1: there is none. */
int ask_close(const struct ask *ask);
int ask_from(const struct ask *ask);
int ask_frames(const struct ask *ask);
/* The type of the frame at `index`, or its code if it is an error. */
const char *ask_frame(const struct ask *ask, int index);

/* A new session; its id. */
const char *counter_session(struct counter *counter, char id[POLL_ID_SIZE]);
/* One that has attached as the room's host and has heard what that brings. */
const char *counter_host(struct counter *counter, char id[POLL_ID_SIZE]);

#endif
