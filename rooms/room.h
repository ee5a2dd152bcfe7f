/* SPDX-License-Identifier: Apache-2.0 */
/*
 * room.h - one contest, from lobby to podium.
 *
 * A room changes only inside room_apply(). It knows no socket, no storage, no clock and no Unicode: time arrives with
 * each event, and what came of it leaves as effects. The same events give the same room, to the last point, on every
 * machine. Integers only.
 */
#ifndef HOITHI_ROOM_H
#define HOITHI_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "rooms/event.h"
#include "rooms/refusal.h"

struct room;

enum phase { PHASE_LOBBY, PHASE_QUESTION, PHASE_CLOSED, PHASE_REVEALED, PHASE_RANKED, PHASE_ENDED, PHASE_COUNT };
const char *phase_name(enum phase phase);

enum answer_status { ANSWER_NONE, ANSWER_ACCEPTED, ANSWER_LATE, ANSWER_DUPLICATE };
const char *answer_status_name(enum answer_status status);

#define NO_SEAT UINT32_MAX
#define LIMIT_NONE UINT32_MAX
#define REOPEN_LEAST_MS 10000
#define FACTOR_MAX 400
#define TIME_STEP_MS 50

/* What came of an event: one for the event, or one for each row of a batch. */
struct effect {
    enum event_type type;
    enum refusal refusal; /* of this row; REFUSAL_NONE: it had effect */
    uint64_t player;      /* 0 if the event is about no one */
    uint32_t seat;        /* NO_SEAT if they have none */
    enum answer_status status;
    uint32_t n;
    bool waits; /* an act that waits for a second judge's yes */
};

struct effects {
    struct effect *list;
    size_t count;
    size_t capacity;
    bool repeated;           /* this event id was seen before: nothing happened now */
    uint64_t first_position; /* where it was first seen */
};
void effects_init(struct effects *effects);
void effects_clear(struct effects *effects);

struct room *room_new(void);
void room_free(struct room *room);

/*
 * Applies one event. REFUSAL_NONE: it had effect, and `effects` lists it. Otherwise the room is as it was, but for the
 * event id being known. A repeated id gives the first outcome again. Takes event->plan of a `created`.
 */
MUST_CHECK enum refusal room_apply(struct room *room, struct event *event, struct effects *effects);

/* What was the outcome of an event id? False if it was never seen. */
bool room_outcome(const struct room *room, const char *eid, enum refusal *refusal, uint64_t *position);

/* ---- reading ---- */
const struct plan *room_plan(const struct room *room); /* NULL before `created` */
enum phase room_phase(const struct room *room);
bool room_paused(const struct room *room);
bool room_locked(const struct room *room);
bool room_frozen(const struct room *room);
bool room_held(const struct room *room);
/* live, provisional, final */
const char *room_result_name(const struct room *room);
uint64_t room_at(const struct room *room);
uint64_t room_position(const struct room *room);
uint32_t room_q(const struct room *room); /* from 1; 0 in the lobby */
uint32_t room_clock(const struct room *room);
int64_t room_created_at_ms(const struct room *room);
size_t room_seats(const struct room *room);   /* all who ever joined */
size_t room_players(const struct room *room); /* without the removed */
size_t room_answered(const struct room *room);
/* Everybody present has answered the running question, and there is somebody. */
bool room_all_answered(const struct room *room);
/* Could somebody new come in now? */
enum refusal room_may_join(const struct room *room);
/* ... under this row of the class list (from 1; 0: with a name of their own)? */
enum refusal room_may_take(const struct room *room, uint32_t row);
/* The row that is called so by itself (no number behind it counts): the first that is free, else the first; 0: none. */
uint32_t room_find_row(const struct room *room, const char *key);
uint32_t room_find(const struct room *room, uint64_t player);      /* seat or NO_SEAT */
uint32_t room_find_code(const struct room *room, uint64_t digest); /* seat whose return or one-time code it is */
/* Does somebody look like this name without being called the same? */
bool room_name_is_spoof(const struct room *room, const char *key, const char *skeleton);
/* Milliseconds for which the running question has been open by the log's clock, pauses taken out. */
int64_t room_open_ms(const struct room *room, int64_t wall_ms);
/* The same number as long as nothing has changed for how long the question was open or since when it is: a time of the
 * log that nothing but equality can be asked of. */
int64_t room_time_mark(const struct room *room);
/* The running question's limit, with what was added; of one seat; and the longest of all seated. LIMIT_NONE: no limit.
 */
uint32_t room_limit_ms(const struct room *room);
uint32_t room_seat_limit_ms(const struct room *room, uint32_t seat);
uint32_t room_longest_limit_ms(const struct room *room);
bool room_question_is_last(const struct room *room);

/*
 * The time that counts: E less what the phone's own measure says the line took, at most L, then down to TIME_STEP_MS
 * (docs/protocol.md, Fairness of time). `own_ms` -1: the phone sent none.
 */
uint32_t answer_time_ms(uint32_t elapsed_ms, int32_t own_ms, uint32_t credit_limit);
/* The points of a right answer under `scoring` with full mark `points`. */
int32_t scoring_points(enum scoring scoring, int32_t points, uint32_t time_ms, uint32_t limit_ms);

/* The chain: folds an entry into the head. */
void chain_fold(struct digest *head, const struct entry *entry);

#endif
