/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.h - a room of questions of every kind, to which events are applied one by one.
 *
 * Every event goes the whole way that it goes in life: written, read back, applied. Time is whatever the test says.
 */
#ifndef HOITHI_TESTS_STAGE_H
#define HOITHI_TESTS_STAGE_H

#include "rooms/room.h"
#include "rooms/view.h"

#define STAGE_ROOM "stage1"
#define STAGE_PIN "482913"
#define STAGE_LIMIT_MS 20000 /* of every question of the bank */

/* Which question of the stage's bank is of which kind. */
enum stage_question {
    Q_SINGLE = 1, /* a b c d, right is b */
    Q_MULTIPLE,   /* a b c, right are a and c */
    Q_TRUEFALSE,  /* right is true */
    Q_STATEMENTS, /* a true, b false, c true, d true */
    Q_NUMBER,     /* 4.5 to 5.5 */
    Q_TEXT,       /* "Hải Phòng", case, diacritics and tone place ignored */
    Q_ORDER,      /* c a b */
    Q_MATCH,      /* l1 r2, l2 r1 */
    Q_PREDICTION, /* no key */
    STAGE_QUESTIONS = Q_PREDICTION
};

struct stage {
    struct bank *bank;
    struct room *room;
    struct effects effects; /* of the last event */
    uint64_t position;
    int64_t now_ms; /* the log's clock */
    uint32_t events;
    struct digest head;
};

/* The bank as JSON; its explanations hold "because-" and the number of the question. */
extern const char stage_bank_json[];
struct bank *stage_bank(void);
/* The right answer of each question, as it stands in the log, and one wrong answer. */
const char *stage_right(uint32_t q);
const char *stage_wrong(uint32_t q);

/* `settings` is JSON, as POST /api/rooms takes it. */
void stage_start(struct stage *stage, const char *settings);
/* The same, but the names of the class list are gone from the log. */
void stage_start_erased(struct stage *stage, const char *settings);
void stage_end(struct stage *stage);

/* Writes, reads and applies; an eid is made if there is none. */
enum refusal stage_apply(struct stage *stage, struct event *event);
/* An event without arguments, about the running question if it is about one (opened: the next). */
enum refusal stage_do(struct stage *stage, enum event_type type);
enum refusal stage_close(struct stage *stage, enum close_why why);
/* One person joins under this name; the player's id is the seat plus one hundred, the connection plus two hundred. */
enum refusal stage_join(struct stage *stage, const char *name);
/* The same under a row of the class list. */
enum refusal stage_join_row(struct stage *stage, uint32_t row);
uint64_t stage_player(uint32_t seat);
/* About one player. */
enum refusal stage_act(struct stage *stage, enum event_type type, uint32_t seat);

/* An answer to the running question with E = `elapsed_ms` and no measure of the phone's own. */
struct effect stage_answer(struct stage *stage, uint32_t seat, const char *form, uint32_t elapsed_ms);
struct effect stage_answer_row(struct stage *stage, uint32_t q, const struct event_row *row);

int32_t stage_points(const struct stage *stage, uint32_t seat);
uint32_t stage_rank(const struct stage *stage, uint32_t seat);
const char *stage_name(const struct stage *stage, uint32_t seat);

/* A digest of everything in a room that is not memory management. */
void room_digest(const struct room *room, struct digest *out);

#endif
