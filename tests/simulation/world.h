/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h - a contest without a machine: workers that are real hubs, a log that is an array, clients that are scripts,
 * and everything that can go wrong between them. Time is a number; nothing sleeps. The seed is the only input.
 *
 *   world.c       the calendar of what happens next, and the trouble
 *   store.c       the log: appending, notices, being away, forgetting
 *   worker.c      one hub, its ports, and the engine around it
 *   client.c      what every page does: lines, tokens, sending again
 *   player.c, host.c, vandal.c   what pages of that role do of their own
 *   oracle.c      the rules once more, read from the log alone
 *   invariants.c  what must hold
 */
#ifndef HOITHI_TESTS_WORLD_H
#define HOITHI_TESTS_WORLD_H

#include "rooms/hub_state.h"
#include "tests/simulation/chance.h"
#include "tests/support/stage.h"

#define MACHINES 2
#define NOTES 64 /* few, so that some are lost */
#define WORKERS_MAX 4
#define CLIENTS_MAX 420
#define ROOM "room1"
#define PIN "482913"
#define WALL_MS INT64_C(1732431600000)
#define DELAY_LAST_MS 60 /* of one way between worker and store; below the settle time however they add up */

/* ---- what can happen ---- */

enum happening_type {
    AT_CLIENT_BEAT,   /* a page looks around */
    AT_CLIENT_FRAME,  /* a frame reaches a page */
    AT_CLIENT_CLOSED, /* a page sees its line end */
    AT_LINE_OPEN,     /* a line reaches a worker */
    AT_LINE_MESSAGE,
    AT_LINE_GONE, /* a worker sees a line end */
    AT_PIN,
    AT_FLUSH,
    AT_TICK,
    AT_APPEND, /* an append reaches the store */
    AT_APPENDED,
    AT_NOTICE,
    AT_READ,
    AT_COMPARE,
    AT_LOOK,
    AT_RECONNECT,
    AT_RESTART,
    AT_STORE_BACK,
    AT_TROUBLE
};

struct wire;

struct happening {
    int64_t at_ms;
    uint64_t order;
    enum happening_type type;
    size_t target;        /* of a worker or a client */
    uint64_t incarnation; /* of the worker that it is meant for */
    uint64_t epoch;       /* of its connection to the store */
    struct wire *line;
    char *text;
    uint64_t number;
};

/* ---- lines: what a socket would be ---- */

struct wire {
    struct wire *next; /* of all that were ever opened */
    size_t client;
    size_t worker;
    uint64_t incarnation;
    struct session *session;
    bool writable;
    bool closing;
    enum close_code close_code;
    int64_t up_at_ms, down_at_ms; /* what is sent arrives in order */
    int64_t slow_until_ms;        /* the phone does not read */
};

/* ---- the store ---- */

struct stored {
    char *e;
    char *p;
    char id[40];
    int64_t at_ms;
    size_t worker;
};

struct store {
    struct stored *entries;
    size_t count, capacity;
    bool away;
    size_t away_count, forgot_count;
    int64_t last_ms;
    uint32_t in_this_ms;
};

/* ---- workers ---- */

struct waiting {
    char *e;
    char *p;
    uint64_t ticket;
};

/* Its workers share a monotonic clock and what they note for each other. */
struct machine {
    int64_t skew_ms;
    uint64_t noted_keys[NOTES];
    int64_t noted_ms[NOTES];
};

struct worker {
    struct world *world; /* the ports are given the worker alone */
    size_t index;
    struct hub *hub; /* NULL: crashed */
    uint64_t incarnation;
    struct machine *machine;
    int64_t stalled_until_ms;
    struct waiting *queue; /* appends without a reply yet */
    size_t queued, queue_capacity;
    size_t landed; /* how many of them the store has taken on this connection */
    bool connected;
    uint64_t epoch;
    int64_t append_at_ms, reply_at_ms;
    bool followed, has_bank, caught_up, reading, compare;
    uint64_t known;
    int64_t tick_at_ms;
    bool flushing, wants_flush;
    struct wire **lines;
    size_t line_count, line_capacity;
};

/* ---- clients ---- */

struct given_answer {
    bool sending;
    uint32_t q, n;
    char a[160]; /* JSON */
    int64_t ms;
    int64_t sent_at_ms;
};

struct press {
    bool sending;
    char id[24];
    char text[320];
    int64_t sent_at_ms;
    bool reseats;
};

struct client {
    enum role role;
    struct wire *line;
    bool in; /* has had a `state` on this line */
    bool gone;
    bool vandal;
    bool shares; /* somebody else has its token: being taken over is no surprise */
    int64_t back_at_ms;
    char token[TOKEN_MAX];
    char once[40];
    char code[16]; /* to come in by, next time */
    char name[24];
    char player[PLAYER_TEXT_SIZE];
    char page[16];
    /* what its page knows */
    enum phase phase;
    uint32_t q;
    uint64_t at;
    bool paused;
    bool may_change;
    uint32_t bank_question;
    /* what it is about to do */
    struct given_answer answer;
    uint32_t thought_q;
    int64_t think_until_ms;
    struct press press;
    uint32_t presses;
    int64_t opened_at_ms; /* when it asked for its line */
};

/* ---- what pages were told, to be held against the log at the end ---- */

struct told {
    size_t client;
    char player[PLAYER_TEXT_SIZE];
    uint32_t q, n;
    uint64_t position;
    enum answer_status status;
    char a[160];
    bool forgotten; /* the store forgot that entry, and everybody noticed */
};

/* How rough the world is; permille a second, unless said otherwise. */
struct roughness {
    int lost_notices; /* permille of notices */
    int breaks, crashes, stalls, aways, forgets;
    int drops, slow, takeovers; /* of clients, permille a beat */
    bool vandals;
};

struct world {
    uint64_t seed;
    struct chance chance;
    bool verbose;
    bool failed;
    int64_t now_ms;
    struct happening *calendar; /* a heap */
    size_t happenings, calendar_capacity;
    uint64_t order;
    struct roughness rough;
    bool healing; /* no more trouble: everything has to come to rest */
    int64_t heal_at_ms;
    struct store store;
    struct worker workers[WORKERS_MAX];
    size_t worker_count;
    struct wire *all_lines;
    struct client clients[CLIENTS_MAX];
    size_t client_count, player_count, host_count;
    struct bank *bank;
    size_t question_count;
    struct told *told;
    size_t told_count, told_capacity;
    struct digest *digests; /* by position, of the first replica there */
    uint64_t *digest_set;
    size_t digest_capacity;
    size_t digest_stride;
    uint32_t revealed; /* a bit for each question of the bank */
    struct machine machines[MACHINES];
    bool notices_get_lost; /* then a worker hears of a question only when it looks */
    bool answers_may_miss; /* a worker was cut off or stood still: it may come after the reveal */
    uint64_t entries_applied, frames;
};

/* ---- world.c ---- */
void world_init(struct world *world, uint64_t seed, bool verbose);
void world_run(struct world *world);
void world_clear(struct world *world);
/* Takes text. */
void world_schedule(struct world *world, struct happening happening);
int64_t world_delay(struct world *world);
void world_say(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An invariant does not hold: the world ends, and says how to see it again. */
void world_fail(struct world *world, const char *invariant, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- store.c ---- */
void store_create_room(struct world *world, const char *settings);
/* The new position. */
uint64_t store_append(struct world *world, size_t worker, const char *e, const char *p);
void store_entry(const struct store *store, size_t index, struct entry *out);
void store_go_away(struct world *world);
void store_come_back(struct world *world);
void store_clear(struct store *store);

/* ---- worker.c ---- */
void worker_start(struct world *world, size_t index);
void worker_crash(struct world *world, size_t index);
/* The connection to the store ends; some of what is under way may still land. */
void worker_break(struct world *world, size_t index);
void worker_happening(struct world *world, struct happening *happening);
void worker_clear(struct world *world, size_t index);
int64_t worker_now_ms(const struct world *world, const struct worker *worker);
void worker_note_position(struct world *world, size_t index, uint64_t position);

/* ---- client.c ---- */
void client_start(struct world *world, size_t index, enum role role);
void client_happening(struct world *world, struct happening *happening);
void client_send(struct world *world, struct client *client, const char *text);
void client_drop(struct world *world, struct client *client);
const char *client_string(const cJSON *frame, const char *name);
double client_number(const cJSON *frame, const char *name);

/* ---- player.c, host.c ---- */
void player_frame(struct world *world, struct client *client, const char *type, const cJSON *frame);
void player_beat(struct world *world, struct client *client);
void vandal_beat(struct world *world, struct client *client);
void host_frame(struct world *world, struct client *client, const char *type, const cJSON *frame);
void host_beat(struct world *world, struct client *client);

/* ---- oracle.c ---- */
#define ORACLE_PLAYERS_MAX CLIENTS_MAX * 3
struct oracle_answer {
    bool given, accepted;
    char form[48];
    uint32_t time_ms, n;
    uint32_t factor; /* as it was when it was accepted */
    uint64_t position;
};
struct oracle_player {
    char id[PLAYER_TEXT_SIZE];
    char code[20], seat_code[20];
    int64_t connection, came;
    uint32_t listed; /* row of the class list, or 0 */
    bool banned;
    bool present;
    bool removed;
    uint32_t factor;
    int64_t points; /* all together, once the log has been read */
    int64_t adjusted;
    struct oracle_answer answers[STAGE_QUESTIONS + 1];
};
struct oracle;
/* Reads the whole log again, by itself, and checks what only the log can show. */
struct oracle *oracle_read(struct world *world);
void oracle_free(struct oracle *oracle);
const struct oracle_player *oracle_find(const struct oracle *oracle, const char *player);
size_t oracle_answered(const struct oracle *oracle, uint32_t q);
size_t oracle_players(const struct oracle *oracle);

/* ---- invariants.c ---- */
void check_frame(struct world *world, const struct wire *line, const char *text);
void check_entry(struct world *world, size_t worker);
void check_rest(struct world *world);
bool world_is_at_rest(const struct world *world);

#endif
