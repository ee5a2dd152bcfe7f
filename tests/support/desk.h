/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk.h - one worker without sockets: the real hub, log, boards, tokens, PINs and due times in a loop, and clients
 * that are arrays of frames. Several desks on one store are several workers.
 */
#ifndef HOITHI_TESTS_DESK_H
#define HOITHI_TESTS_DESK_H

#include "engine/board.h"
#include "engine/due.h"
#include "engine/log.h"
#include "engine/pins.h"
#include "engine/rooms.h"
#include "engine/tokens.h"
#include "tests/support/store.h"

#define DESK_CLIENTS_MAX 64
#define DESK_BANK "question-banks/digital-citizen/1.0.0.json"

struct desk;

struct client {
    struct desk *desk;
    struct session *session;
    struct guesser guesser;
    bool wants_write, wants_close;
    enum close_code close_code;
    char **frames;
    size_t frame_count;
};

struct desk {
    uv_loop_t *loop;
    struct hub *hub;
    struct log *log;
    struct tokens *tokens;
    struct boards *boards;
    struct pins *pins;
    struct due *due;
    uv_prepare_t flush;
    uv_timer_t tick;
    struct client clients[DESK_CLIENTS_MAX];
    size_t client_count;
    bool ready;
    struct room_ids made;
    enum rooms_answer made_answer;
    bool has_made;
    char visited[ROOM_ID_MAX + 1];
};

/* Starts it in `loop` and waits until it can serve. */
void desk_start(struct desk *desk, uv_loop_t *loop, const struct store *store);
/* The loop must run on (loop_end). */
void desk_end(struct desk *desk);
/* Makes a room of DESK_BANK with these settings (JSON). */
const struct room_ids *desk_room(struct desk *desk, const char *settings);
/* A client that has said nothing yet. */
struct client *desk_client(struct desk *desk);
/* A client that has joined with this name, and its frames so far. */
struct client *desk_join(struct desk *desk, const char *pin, const char *name);
/* A host's page of the room. */
struct client *desk_host(struct desk *desk, const char *room);
void client_say(struct client *client, const char *frame);
/* A command without `at`, and waits for `done`. */
void client_do(struct client *client, const char *command);
/* The newest frame of type `t`, or NULL. */
const char *client_heard(const struct client *client, const char *t);
/* Waits for one more frame of type `t` than were heard before this call; gives it. */
const char *client_wait(struct client *client, const char *t);
size_t client_count(const struct client *client, const char *t);

#endif
