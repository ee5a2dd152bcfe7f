/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front.h - one or two hubs at a log that moves only when the test says so, and guests that write down what they hear.
 */
#ifndef HOITHI_TESTS_FRONT_H
#define HOITHI_TESTS_FRONT_H

#include "rooms/hub_state.h"
#include "tests/support/stage.h"

#define FRONT_HUBS 2
#define FRONT_GUESTS_MAX 700
#define FRONT_HEARD_MAX 400
#define FRONT_ROOM "room1"
#define FRONT_NOTES 64
#define FRONT_HOST "host" /* tokens: a role's name, or player:ID:GENERATION, or expired */
#define FRONT_WALL_MS INT64_C(1732431600000)

struct front;

struct guest {
    struct front *front;
    size_t hub;
    struct session *session; /* NULL: its line has ended */
    char *heard[FRONT_HEARD_MAX];
    size_t heard_count;
    bool closing;
    enum close_code code;
    bool deaf;     /* does not read */
    bool writable; /* the hub has asked to write */
};

struct front_entry {
    char *e;
    char *p;
    char id[40];
    int64_t at_ms;
};

struct front_append {
    char *e;
    char *p;
    uint64_t ticket;
};

struct front_hub {
    struct front *front;
    struct hub *hub;
    struct front_append *waiting;
    size_t waiting_count, waiting_most;
    uint64_t session_asks_pin; /* the last that asked for a room's PIN */
    bool followed, caught_up;
};

struct front {
    int64_t now_ms;
    struct front_hub hubs[FRONT_HUBS];
    struct front_entry *entries;
    size_t entry_count;
    struct guest guests[FRONT_GUESTS_MAX];
    size_t guest_count;
    struct bank *bank;
    uint64_t random;
    size_t largest_batch; /* rows of one entry */
    bool pin_unknown;
    int64_t wall_shift_ms; /* the store's clock was set by this much; */
    int64_t last_at_ms;    /* ids of entries never go back */
    uint64_t noted_keys[FRONT_NOTES];
    int64_t noted_ms[FRONT_NOTES];
};

/* Both hubs, and a room of the stage's bank with these settings in the log. */
struct front *front_new(const char *settings);
void front_free(struct front *front);
struct hall *front_hall(const struct front *front, size_t hub);

/* Time passes; hubs wake when they have set themselves a time. Nothing reaches the log. */
void front_wait(struct front *front, int64_t ms);
/* What waits to be appended by this hub is taken by the log, and the hub told so. */
void front_store(struct front *front, size_t hub);
/* The hub reads what is new in the log. */
void front_read(struct front *front, size_t hub);
/* Guests hear what was written for them, and lines that are to end do. */
void front_flush(struct front *front);
/* All of it, for all hubs, until nothing moves. */
void front_settle(struct front *front);
/* The log is cut off after `kept` entries, and both hubs notice. */
void front_forget(struct front *front, size_t kept);

struct guest *front_guest(struct front *front, size_t hub);
void guest_say(struct guest *guest, const char *text);
void guest_say_bytes(struct guest *guest, const char *bytes, size_t length);
void guest_hang_up(struct guest *guest);
/* Says it and lets everything settle. */
void guest_ask(struct guest *guest, const char *text);
/* The newest frame of this type, or NULL; how many there were. */
const char *guest_heard(const struct guest *guest, const char *type);
size_t guest_count(const struct guest *guest, const char *type);
/* A string field of a frame, copied into one of a few places. */
const char *frame_text(const char *frame, const char *name);
int64_t frame_number(const char *frame, const char *name);

/* Somebody who has joined under this name, at this hub. */
struct guest *front_join(struct front *front, size_t hub, const char *name);
struct guest *front_host(struct front *front, size_t hub);
/* A command without `at`; the code of its refusal, "" if it was done. */
const char *guest_do(struct guest *guest, const char *command);

#endif
