/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view.h - what a role may see of a room.
 *
 * The one place that decides it. Encoders (encode.h) read views and never a room. Before a question is revealed,
 * nothing here lets its key be worked out: results, distribution and key are given for revealed questions only.
 */
#ifndef HOITHI_VIEW_H
#define HOITHI_VIEW_H

#include "rooms/room.h"

struct answer_view {
    bool given;
    uint32_t q;
    uint64_t value;
    const char *shown; /* text kinds; NULL if erased */
    uint32_t n;
    enum answer_status status;
    uint64_t position;
    uint32_t credit_ms;
};

/* One member's view of the room. Strings are borrowed from the room until it changes. */
struct view {
    enum role role;
    enum phase phase;
    bool paused;
    bool locked;
    uint64_t position;
    uint64_t at;
    uint32_t q;
    uint32_t of;
    uint32_t players;
    bool held;
    bool frozen; /* for this role the ranking stands still */
    const char *result;
    bool texts; /* sees question and choice texts */
    bool ranks; /* sees ranks and names ahead */
    bool you;   /* has a seat; the rest is about it */
    uint32_t seat;
    uint64_t player;
    const char *name;
    const char *unit;
    bool waiting;
    int32_t total;
    uint32_t rank;
    uint32_t limit_ms; /* of the running question, or LIMIT_NONE */
    struct answer_view answer;
};
void room_view(const struct room *room, enum role role, uint32_t seat, struct view *out);

/* What a seat got for a revealed question. False before the reveal. */
struct result_view {
    struct answer_view answer;
    bool right;
    int32_t points;
    uint32_t ms;
    int32_t total;
    uint32_t rank;
    uint32_t rank_before;
    uint32_t of;
    uint32_t ahead; /* seat just ahead, or NO_SEAT */
    const char *ahead_name;
    int32_t ahead_points;
    uint32_t right_count;
};
bool room_view_result(const struct room *room, uint32_t q, uint32_t seat, struct result_view *out);

/* The answer of a seat to any question, for host and judge or for the seat itself. */
void room_view_answer(const struct room *room, uint32_t q, uint32_t seat, struct answer_view *out);

#define DISTRIBUTION_VALUES_MAX 12
/* How a revealed question was answered. False before the reveal. */
struct distribution {
    uint32_t answered;
    uint32_t of;
    size_t bars; /* choices, or true and false; 0: the list below */
    uint32_t bar[CHOICES_MAX];
    size_t values;
    struct {
        uint64_t value;
        const char *shown;
        uint32_t count;
        bool right;
    } value[DISTRIBUTION_VALUES_MAX]; /* the most given, most first */
};
/* While the room is frozen only host and judge may see it. */
bool room_view_distribution(const struct room *room, uint32_t q, struct distribution *out);
/* The key of a revealed question, else NULL. Borrowed. */
const struct key *room_view_key(const struct room *room, uint32_t q);
bool room_view_skipped(const struct room *room, uint32_t q);
bool room_view_gift(const struct room *room, uint32_t q);
/* Whether the question's points have been given. */
bool room_view_scored(const struct room *room, uint32_t q);
/* The first question that a seat could answer; past the last one if it came too late for any. */
uint32_t room_view_first_q(const struct room *room, uint32_t seat);

/* Row `index` of the official order (0 is first). False past the end. `row.player` is written into `id`. */
bool room_view_row(const struct room *room, size_t index, char id[PLAYER_TEXT_SIZE], struct board_row *row,
                   uint32_t *rank_before, uint32_t *seat);
/* The same as everybody may see it: as it stood at the freeze, and without names that wait for the host's nod. */
bool room_view_public_row(const struct room *room, size_t index, char id[PLAYER_TEXT_SIZE], struct board_row *row,
                          uint32_t *rank_before, uint32_t *seat);
/* Where a seat stands in that order. */
size_t room_view_place(const struct room *room, uint32_t seat);

/* For host and judge: one person. */
struct person_view {
    char id[PLAYER_TEXT_SIZE];
    const char *name;
    const char *unit;
    uint32_t row; /* of the class list; 0: not on it */
    bool present, removed, waiting, answered;
    bool disqualified;
    uint32_t factor;
    int32_t points;
    uint32_t rank;
};
bool room_view_person(const struct room *room, uint32_t seat, struct person_view *out);

/* One row of the class list, from 1. False past its end. */
struct listed_view {
    const char *name; /* as its player is called here; "" once erased */
    uint32_t seat;    /* who took it, or NO_SEAT */
    bool absent;      /* nobody plays under it */
};
bool room_view_listed(const struct room *room, uint32_t row, struct listed_view *out);

/* What the hub must know of a seat to talk to it. */
struct seat_state {
    uint64_t player;
    uint64_t connection;
    uint32_t generation;
    bool present, removed, banned;
};
bool room_seat_state(const struct room *room, uint32_t seat, struct seat_state *out);

#endif
