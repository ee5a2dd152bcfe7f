/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hub_state.h - what a hub is made of. For the hub's own files only:
 *   hub.c          the hub and its halls; entries coming back; the store's moods
 *   session.c      one client: its outbox, its place in a hall
 *   hub_message.c  frames from clients: join, attach, answer, ping, review
 *   hub_list.c     the class list, before and after joining
 *   hub_command.c  commands of hosts and judges, from frame to proposed event to outcome
 *   hub_batch.c    rows that wait, and the entries they go out in
 *   hub_show.c     effects and phases turned into frames
 *   hub_clock.c    what happens by itself: closing, settling, presence, coalesced views
 *
 * A hall is one room as this worker has it: the room's state, its bank, its members here, and what waits to be
 * appended.
 */
#ifndef HOITHI_HUB_STATE_H
#define HOITHI_HUB_STATE_H

#include "rooms/encode.h"
#include "rooms/hub.h"
#include "rooms/map.h"
#include "rooms/view.h"

#define SLOT_BITS 20
#define OUTBOX_FRAMES_MAX 64
#define OUTBOX_USUAL 2
#define OUTBOX_BYTES_MAX (256u << 10)
#define BAD_FRAMES_MAX 20
#define MESSAGES_BURST 60
#define MESSAGES_PER_S 20
#define LINGER_MS 3 /* a batch waits this long for company; in a large room longer, up to LINGER_MOST_MS */
#define LINGER_MOST_MS 20
#define LINGER_PLAYERS_A_MS 300
#define ABSENT_AFTER_MS 10000
#define SETTLE_MS 500
#define STORE_BACK_MS 2000 /* no reveal so soon after the store was away */
#define WALL_SET_BACK_MS 60000
#define WALL_BEHIND_MS 1000 /* more than lies between asking for the time and the last entry read */
#define CLOSING_SHOWN_MS 3000
#define CLOSED_LATER_MS 1000 /* whoever has answered learns of the close with the result, or after this */
#define TIMER_SPREAD_MS 50
#define SPREAD_MAX_MS 1000
#define LINE_SLACK_MS 30
#define LOBBY_EVERY_MS 200
#define COUNT_EVERY_MS_A_PLAYER 4 /* to players, how many they are: a send costs a thousandth of that */
#define PEOPLE_EVERY_MS 500
#define PROGRESS_EVERY_MS 200
#define LOBBY_NAMES_MAX 200
#define PEOPLE_ROWS_MAX 500
#define BOARD_ROWS_SHOWN 10
#define PODIUM_MAX 10 /* three places, shared ones included */
#define EMPTY_HALL_MS 60000
#define COMMANDS_MAX 256 /* waiting in one hall */
#define COMMAND_ID_MAX 32
#define PIN_FREE_AFTER_MS 3600000

struct hall;

/* What a client wants that has asked to come in. */
struct joining {
    uint64_t player;
    uint64_t code_bits; /* 0 when coming back by a code */
    uint64_t code;      /* digest: of the new return code, or of the code brought */
    bool by_code;
    bool looks;   /* it asks for the class list only */
    uint32_t row; /* of the class list; 0: none */
    struct name name;
    char once[ONCE_MAX + 1]; /* the page's secret; or the code it brought */
    char unit[UNIT_MAX_BYTES + 1];
    bool queued; /* stands in a batch */
};

struct session {
    void *connection;
    uint64_t number; /* never reused; its lowest SLOT_BITS are the slot */
    uint32_t slot;   /* in hub->slots */
    uint32_t place;  /* in hall->sessions */
    struct hall *hall;
    enum role role;
    uint64_t player; /* of a player, however often the room is read anew */
    uint32_t seat;
    uint32_t generation;
    int64_t came_ms;        /* when it asked to come in */
    uint64_t connection_id; /* 48 random bits; names this connection in the log */
    char lang[3];
    char page[33];
    uint64_t bearer; /* a digest of the token: whose commands these are */
    struct joining *joining;
    struct claims *claims; /* attach that waits for its room */
    struct frame **outbox;
    struct frame *usual[OUTBOX_USUAL]; /* the outbox of who reads */
    uint16_t first, waiting, room;
    uint32_t waiting_bytes;
    bool attaching; /* its own entry is on the way: older ones take nothing from it */
    bool outdated;  /* the outbox overflowed: owed a fresh view instead */
    bool closing;
    bool unhurried;             /* what waits may wait for company */
    int32_t question_offset_ms; /* first write of the running question, from its opening; -1: not written yet */
    struct frame *question;     /* the frame whose write is waited for */
    uint32_t pending_q, pending_n;
    uint16_t bad_frames;
    uint16_t message_credit;
    int64_t credit_at_ms;
};

struct row_queue {
    struct event_row *rows; /* strings are owned */
    uint32_t *qs;           /* answers: of which question */
    size_t first, count, capacity;
    int64_t since_ms; /* when the first of them came */
};

enum command_type {
    COMMAND_START,
    COMMAND_NEXT,
    COMMAND_OPEN,
    COMMAND_CLOSE,
    COMMAND_REOPEN,
    COMMAND_REVEAL,
    COMMAND_RANK,
    COMMAND_SKIP,
    COMMAND_PAUSE,
    COMMAND_RESUME,
    COMMAND_EXTEND,
    COMMAND_LOCK,
    COMMAND_UNLOCK,
    COMMAND_REMOVE,
    COMMAND_RENAME,
    COMMAND_NOD,
    COMMAND_RESEAT,
    COMMAND_ACCOMMODATE,
    COMMAND_ACCEPT,
    COMMAND_ADJUST,
    COMMAND_DISQUALIFY,
    COMMAND_REINSTATE,
    COMMAND_MOVE,
    COMMAND_VOID,
    COMMAND_REKEY,
    COMMAND_HOLD,
    COMMAND_RELEASE,
    COMMAND_FREEZE,
    COMMAND_UNFREEZE,
    COMMAND_NOTICE,
    COMMAND_FINALISE,
    COMMAND_END,
    COMMAND_COUNT
};

/* A command on its way. */
struct command {
    enum command_type type;
    char id[COMMAND_ID_MAX + 1];
    char eid[EID_TEXT_SIZE];
    uint64_t session_number;
    bool guarded;
    uint64_t guard;
    bool proposed;     /* appended; waits for its entry */
    bool closed_first; /* reveal from question: the close has been proposed */
    uint64_t player;
    int64_t ms;
    uint32_t factor;
    uint32_t q;
    bool ban;
    struct name name;
    char *form;  /* accept, rekey: log forms */
    char *words; /* a judge's reason, or the text of a notice */
    char unit[UNIT_MAX_BYTES + 1];
    int32_t points;
    enum rekey_policy policy;
    char code[CODE_TEXT_SIZE]; /* reseat: what the host will read out */
    char actor[ACTOR_MAX + 1];
};

struct leaving {
    uint64_t player;
    uint64_t connection_id;
    int64_t at_ms;
};

enum headed_type { HEADED_REVEAL, HEADED_BOARD, HEADED_ENDED, HEADED_COUNT };

/* The part of a frame that all members share; [1] is the staff's. */
struct kept_head {
    struct buffer text;
    bool valid;
    bool shown; /* there is such a frame now */
};

struct hall {
    struct hub *hub;
    char id[ROOM_ID_MAX + 1];
    struct room *room;
    struct bank *bank;
    bool caught_up;
    int64_t last_at_ms;     /* of the last entry; the store's ids never go back, whatever its clock does */
    bool wall_behind;       /* when the room was read the clock stood before its last entry: it was set back */
    int64_t wall_offset_ms; /* the store's clock less this worker's, as near as entries have shown */
    bool lost;              /* being read anew: members are owed a state */
    struct digest head, head_before;
    char last_id[48];
    struct session **sessions;
    size_t
        watcher_count; /* the first of them: all who are no players, so that telling them costs no walk over a crowd */
    size_t session_count, session_capacity;
    struct session **by_seat; /* players here */
    size_t by_seat_capacity;
    struct map joiners; /* player id, or connection of who brings a code → slot */
    struct row_queue joins, attaches, leaves, answers;
    size_t in_flight;
    struct command *commands;
    size_t command_count;
    struct leaving *leaving;
    size_t leaving_first, leaving_count, leaving_capacity;
    /* time, on this worker's clock */
    int64_t opened_ms;       /* o, moved on by pauses */
    bool stands_still;       /* paused or closed */
    int64_t stopped_ms;      /* since when, here */
    uint32_t noted_clock;    /* for which of the room's clocks a note was left, */
    int64_t noted_mark;      /* and for which mark of its time */
    int64_t spread_ms;       /* -1: still flushing */
    int64_t closed_ms;       /* when `closed` was applied here */
    int64_t closing_ms;      /* all have answered: closes then; -1 */
    int64_t hurry_ms;        /* what waits for company goes alone then; INT64_MAX: nothing waits */
    bool closing_told;       /* to players */
    uint32_t proposed_clock; /* for which clock this worker has proposed the close by time, plus one */
    uint32_t proposed_all;
    int64_t jitter_ms;
    enum close_why why;
    int64_t empty_since_ms;
    bool lobby_dirty, count_dirty, people_dirty, progress_dirty;
    int64_t lobby_at_ms, count_at_ms, people_at_ms, progress_at_ms; /* not before */
    struct kept_head heads[HEADED_COUNT][2];
    uint64_t board_position; /* entry that last changed points, names or the roster */
};

struct hub {
    struct hub_ports ports;
    uint64_t seed;
    uint64_t next_number;
    uint64_t next_ticket;
    char *public_url;
    struct hall **halls;
    size_t hall_count, hall_capacity;
    struct session **slots;
    size_t slot_count, slot_capacity;
    uint32_t *free_slots; /* capacity as slots */
    size_t free_count;
    size_t sessions;
    enum storage storage;
    int64_t store_back_ms;
    size_t pending_rows;
    int64_t due_ms;
    bool leaving;
    struct hub_counts counts;
    struct effects effects;
    struct buffer scratch;
    char row_id[PLAYER_TEXT_SIZE]; /* of the row lent last by hub_board_row() */
};

/* ---- hub.c ---- */
struct hall *hub_hall(const struct hub *hub, const char *room);
/* The hall, followed if it was not. */
struct hall *hub_need_hall(struct hub *hub, const char *room, int64_t now_ms);
void hub_wake(struct hub *hub, int64_t at_ms);
/* A small number from the hub's own seed, below `limit`. */
uint64_t hub_chance(struct hub *hub, uint64_t limit);
void hall_free(struct hall *hall);
const struct question *hall_texts(const struct hall *hall, uint32_t q);

/* ---- session.c ---- */
void session_enter(struct session *session, struct hall *hall);
void session_leave_hall(struct session *session, int64_t now_ms);
/* It has turned out to be no player's. */
void session_watch(struct session *session);
void session_sit(struct session *session, uint32_t seat, int64_t now_ms);
/* Takes a reference of its own. */
void session_send(struct hub *hub, struct session *session, struct frame *frame);
void session_send_text(struct hub *hub, struct session *session, const struct buffer *text);
/* As session_send(), but it may wait for the next frame, to go out with it, until session_hurry(). */
void session_send_unhurried(struct hub *hub, struct session *session, struct frame *frame);
void session_hurry(struct hub *hub, struct session *session);
void session_error(struct hub *hub, struct session *session, enum refusal code);
void session_close(struct hub *hub, struct session *session, enum close_code code);
void session_forget_joining(struct session *session);
void session_free(struct session *session);
/* NULL if that session has gone. */
struct session *hub_session(const struct hub *hub, uint64_t number);

/* ---- hub_message.c ---- */
/* The room has been read: go on with what the session asked for. */
void session_resume(struct session *session, int64_t now_ms);
void session_joined(struct session *session, uint32_t seat, bool renamed, int64_t now_ms);

/* ---- hub_list.c ---- */
/* The room has been read: the list goes out, or why nobody may come in; either way the session has left again. */
void session_look(struct session *session, int64_t now_ms);
/* To host and judge, if there is a list. */
void show_list(struct session *session);
/* ,"missing":[rows that nobody plays under]; nothing if there is no list. */
void show_missing(const struct room *room, struct buffer *text);

/* ---- hub_command.c ---- */
void command_receive(struct session *session, const cJSON *frame, int64_t now_ms);
void commands_outcome(struct hall *hall, const struct event *event, enum refusal refusal, uint64_t position);
/* Looks again at those that had to wait; returns when to look next. */
int64_t commands_tick(struct hall *hall, int64_t now_ms);
/* JSON array of the judges' acts that a role may do; NULL if none. */
const char *commands_acts(enum role role);
bool commands_mine(const struct hall *hall, const char *eid);
void commands_clear(struct hall *hall);

/* ---- hub_batch.c ---- */
/* Copies the row's strings. False: no more can be held. */
bool batch_add(struct hall *hall, enum event_type type, uint32_t q, const struct event_row *row, int64_t now_ms);
int64_t batch_tick(struct hall *hall, int64_t now_ms);
void batch_clear(struct hall *hall);
/* Appends one event. */
void hall_propose(struct hall *hall, struct event *event);

/* ---- hub_show.c ---- */
void show_state(struct session *session, int64_t now_ms);
void show_effects(struct hall *hall, const struct event *event, const struct effects *effects, int64_t now_ms);
/* The event had no effect: whoever waits for it here is told, and what was proposed may be proposed again. */
void show_refusal(struct hall *hall, const struct event *event, int64_t now_ms);
void show_storage(struct hub *hub);
/* The names, to those who watch; and the number, to the players. */
void show_lobby(struct hall *hall);
void show_lobby_count(struct hall *hall);
void show_people(struct hall *hall);
void show_progress(struct hall *hall, int64_t now_ms);
/* Something changed that heads are made of. */
void show_forget_heads(struct hall *hall);
void show_review(struct session *session);
void show_renamed(struct hall *hall, uint32_t seat);
int64_t hall_left_ms(const struct hall *hall, uint32_t limit_ms, int64_t now_ms);

/* ---- hub_clock.c ---- */
int64_t clock_tick(struct hall *hall, int64_t now_ms);
/* The local clock follows an applied event. */
void clock_apply(struct hall *hall, const struct event *event, int64_t now_ms);
bool clock_settled(const struct hall *hall, int64_t now_ms);
/* The local clock after a replay, when only the store's clock tells how long the question has been open. */
void clock_by_wall(struct hall *hall, int64_t wall_ms, int64_t now_ms);

#endif
