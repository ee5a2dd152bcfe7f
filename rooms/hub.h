/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hub.h - what one worker does with a message, a log entry, an append's reply or a tick. Sans-IO.
 *
 * The hub knows no socket, no Redis and no clock: the engine (or the simulation) calls it with what happened and the
 * time it happened at, and the hub answers through the table of ports. Nothing in the table may call back into the hub
 * before it returns. One thread.
 *
 * All `now_ms` are this worker's monotonic clock, in milliseconds; `wall_ms` is the store's clock (Redis TIME).
 */
#ifndef HOITHI_HUB_H
#define HOITHI_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "question-banks/bank.h"
#include "rooms/frame.h"

struct hub;
struct session; /* one client, whatever carries it */

#define MUST_CHECK __attribute__((warn_unused_result))

#define ROOM_ID_MAX 24   /* letters and digits */
#define PLAYER_ID_MAX 16 /* letters and digits */
#define PIN_DIGITS 6
#define TOKEN_MAX 256
#define FRAME_PLAYER_MAX_BYTES 4096
#define FRAME_HOST_MAX_BYTES 16384
#define BATCH_ROWS_MAX 256
#define BATCHES_IN_FLIGHT_MAX 4
#define PENDING_ROWS_MAX 100000 /* what one worker holds while the store is away */

enum role { ROLE_NONE, ROLE_PLAYER, ROLE_SCREEN, ROLE_HOST, ROLE_JUDGE, ROLE_ADMIN, ROLE_COUNT };
const char *role_name(enum role role);

/* Who a token says its bearer is. */
struct claims {
    enum role role;
    char room[ROOM_ID_MAX + 1];
    char player[PLAYER_ID_MAX + 1]; /* players only */
    uint32_t generation;            /* players only: a seat given to a new phone raises it */
    int64_t expires_at_ms;          /* wall clock */
};
enum token_result { TOKEN_FINE, TOKEN_BAD, TOKEN_EXPIRED };

/* How the line to a client was when it was asked. */
struct line {
    uint32_t wanted_ms; /* set by who asks: the round trip may stay 0 if turn_ms alone comes to that */
    uint32_t rtt_ms;
    uint32_t turn_ms; /* length of the loop's last turn */
};

/* One append. `e` and `p` are borrowed for the call; `p_length` 0 means no personal part. */
struct append {
    const char *room;
    const char *e;
    size_t e_length;
    const char *p;
    size_t p_length;
    uint64_t ticket; /* comes back in hub_appended() */
};

/* The log as it comes back: position from 1, `id` as Redis wrote it, `at_ms` the first half of it. */
struct entry {
    uint64_t position;
    const char *id;
    int64_t at_ms;
    const char *e;
    size_t e_length;
    const char *p; /* or NULL: none, or erased */
    size_t p_length;
};

enum close_code {
    CLOSE_ABUSE = 1008,
    CLOSE_RESTART = 1012,
    CLOSE_BUSY = 1013,
    CLOSE_TAKEN_OVER = 4001,
    CLOSE_REMOVED = 4002,
    CLOSE_TOKEN_ENDED = 4003
};

struct hub_ports {
    void *engine;
    /* Appends in the order of the calls within a room. The engine sends the same bytes again until the store has taken
     * them. */
    void (*append)(void *engine, const struct append *append);
    /* The session has frames to write. */
    void (*writable)(void *engine, void *connection);
    /* Write what waits, then close. The engine calls hub_disconnected() afterwards. */
    void (*close)(void *engine, void *connection, enum close_code code);
    /* Which room has this PIN? Answered later by hub_pin_found(), also to say that the caller guesses too fast. */
    void (*find_pin)(void *engine, void *connection, const char *pin, uint64_t session_number);
    /* Bring the room: hub_room_bank(), hub_entry() from position 1, hub_caught_up(); then entries as they come. */
    void (*follow)(void *engine, const char *room);
    void (*unfollow)(void *engine, const char *room);
    enum token_result (*read_token)(void *engine, const char *token, size_t length, struct claims *out);
    /* An expires_at_ms of 0 means: what the engine gives this role. */
    void (*write_token)(void *engine, const struct claims *claims, char out[TOKEN_MAX]);
    void (*random)(void *engine, void *bytes, size_t length);
    void (*line)(void *engine, void *connection, struct line *out);
    /* This worker's append changed points or names as of `position`: write the room's board (hub_board_row() reads it).
     */
    void (*board_changed)(void *engine, const char *room, uint64_t position);
    /* The room must be looked at again at `wall_ms` even if nobody is connected (0: no more). */
    void (*due)(void *engine, const char *room, int64_t wall_ms);
    /* The room has ended and its PIN may go when `after_ms` have passed, if it is still this room's (an old room that
     * is replayed must not take a PIN from a new one). */
    void (*pin_free)(void *engine, const char *room, const char *pin, int64_t after_ms);
    /* Notes between the workers that share one monotonic clock; a note may be lost. */
    void (*keep_time)(void *engine, uint64_t key, int64_t ms);
    bool (*kept_time)(void *engine, uint64_t key, int64_t *ms);
};

struct hub_counts {
    uint64_t messages, refused, bad_frames, answers, acks, joins, entries, losses, replaced_views;
    uint32_t rooms, sessions, players, pending_rows;
};

/* `ports` is copied. `seed` starts the hub's own small choices (timer spread); ids and codes come from ports->random.
 */
struct hub *hub_new(const struct hub_ports *ports, uint64_t seed);
void hub_free(struct hub *hub);

/* ---- clients ---- */
/* `public_url` may be NULL. */
void hub_set_public_url(struct hub *hub, const char *public_url);
struct session *hub_connected(struct hub *hub, void *connection, int64_t now_ms);
/* The connection of a session that find_pin named; NULL if it has gone. */
void *hub_connection(const struct hub *hub, uint64_t session_number);
/* The session is freed. */
void hub_disconnected(struct hub *hub, struct session *session, int64_t now_ms);
/* One whole text frame; `now_ms` is when it was read. Checks that it is UTF-8 and within the role's limit. */
void hub_message(struct hub *hub, struct session *session, const char *bytes, size_t length, int64_t now_ms);
void hub_too_big(struct hub *hub, struct session *session, int64_t now_ms);

/* The largest frame this session may send, by its role. */
size_t session_frame_limit(const struct session *session);
enum role session_role(const struct session *session); /* ROLE_NONE before it has joined */
/* The frame to write next, or NULL. Borrowed until session_wrote(). */
struct frame *session_next(const struct session *session);
/* The frame to write after `index` others, or NULL. */
struct frame *session_waiting(const struct session *session, size_t index);
void session_wrote(struct hub *hub, struct session *session, int64_t now_ms);
/* One pass over everybody who had something to write has ended. */
void hub_flushed(struct hub *hub, int64_t now_ms);

/* ---- the store ---- */
enum pin_answer { PIN_FOUND, PIN_UNKNOWN, PIN_TOO_FAST, PIN_UNAVAILABLE };
void hub_pin_found(struct hub *hub, uint64_t session_number, enum pin_answer answer, const char *room, int64_t now_ms);
/* Takes `bank`. */
void hub_room_bank(struct hub *hub, const char *room, struct bank *bank);
void hub_room_missing(struct hub *hub, const char *room, int64_t now_ms);
/* The room is over and has left the store: whoever is in it, or wants in, is told so. */
void hub_room_archived(struct hub *hub, const char *room, int64_t now_ms);
enum hub_entry_result { HUB_ENTRY_TAKEN, HUB_ENTRY_GAP, HUB_ENTRY_UNKNOWN };
/* GAP: not the next position; read again from hub_position(). UNKNOWN: this program cannot serve the room; it is
 * dropped. */
enum hub_entry_result hub_entry(struct hub *hub, const char *room, const struct entry *entry, int64_t now_ms);
void hub_caught_up(struct hub *hub, const char *room, int64_t wall_ms, int64_t now_ms);
/* Position and id of the last entry applied; 0 and "0-0" if none. The id is borrowed. */
uint64_t hub_position(const struct hub *hub, const char *room, const char **id);
/* After a reconnect: is this (NULL: gone) still the entry that was applied last? */
bool hub_same_last(const struct hub *hub, const char *room, const struct entry *entry);
/* It was not: forget the room; the engine brings it again from position 1. Members get a new `state`. */
void hub_room_lost(struct hub *hub, const char *room, int64_t now_ms);
/* The store has it (position is the log's length after it). */
void hub_appended(struct hub *hub, const char *room, uint64_t ticket, uint64_t position, int64_t now_ms);
enum storage { STORAGE_OK, STORAGE_AWAY, STORAGE_FULL };
void hub_storage(struct hub *hub, enum storage storage, int64_t now_ms);
/* Bring and keep the room for a while, though nobody is connected (the due sweep). */
void hub_visit(struct hub *hub, const char *room, int64_t now_ms);

/* ---- time ---- */
/* When hub_tick() must run next; INT64_MAX: not by itself. */
int64_t hub_due_ms(const struct hub *hub);
void hub_tick(struct hub *hub, int64_t now_ms);
/* Ending in order: clients are told to come back (1012). */
void hub_goodbye(struct hub *hub, int64_t now_ms);

/* ---- reading ---- */
void hub_count(const struct hub *hub, struct hub_counts *out);
struct board_row {
    uint32_t rank;
    const char *player;
    const char *name; /* shown; borrowed; "" if erased */
    const char *unit;
    int64_t points;
    uint32_t right;
    int64_t ms;
    bool removed;
};
/* Rows in the official order. False past the end, or if the room is not here. */
bool hub_board_row(struct hub *hub, const char *room, size_t index, struct board_row *out);
/* Position of the entry that last changed points, names or the roster; 0 if the room is not here. */
uint64_t hub_board_position(const struct hub *hub, const char *room);
/* live, provisional, final; and whether frozen. */
const char *hub_board_state(const struct hub *hub, const char *room, bool *frozen);
/* The room's phase by name, and how many players it has; NULL if it is not here. */
const char *hub_phase(const struct hub *hub, const char *room, size_t *players);
/* Calls `each` for every room that is followed. */
void hub_each_room(const struct hub *hub, void (*each)(void *context, const char *room), void *context);

#endif
