/* SPDX-License-Identifier: Apache-2.0 */
/*
 * room_state.h - what a room is made of. For room.c, roster.c, ranking.c and view.c only; everybody else asks room.h or
 * view.h.
 */
#ifndef HOITHI_ROOM_STATE_H
#define HOITHI_ROOM_STATE_H

#include "rooms/map.h"
#include "rooms/room.h"

/* One player's standing answer to one question: 24 bytes, because there are players x questions of them. */
struct answer {
    uint64_t value;
    uint32_t position;
    uint32_t time_ms; /* T, the time that counts */
    uint16_t n;
    uint16_t credit_ms;
    uint16_t factor; /* of the player's limit when it was accepted */
    uint8_t status;  /* enum answer_status */
};

struct round {
    struct answer *answers; /* by seat, `capacity` of them */
    uint32_t *texts;        /* text kinds: index into room->texts, plus one; else NULL */
    size_t capacity;
    uint32_t extended_ms;
    uint32_t answered; /* accepted answers */
    bool scored;
    bool skipped; /* or voided: nobody's points */
    bool gift;    /* full points to all who answered */
    bool revealed;
};

struct player {
    uint64_t id;
    uint64_t connection;
    int64_t attached_at_ms; /* when a worker read that it came, by the store's clock */
    uint64_t code;          /* digest of the return code */
    uint64_t seat_code;     /* digest of a one-time code, 0 if none is out */
    char *name;             /* as shown; NULL once erased */
    uint64_t name_key;      /* how it compares */
    uint32_t name_number;
    uint16_t row;    /* of the class list, from 1; 0: not on it */
    uint16_t unit;   /* index into room->units */
    uint16_t factor; /* per cent of every limit; 0 untimed */
    uint16_t generation;
    uint16_t right;
    uint16_t first_q; /* the first question that they could answer */
    bool present;
    bool removed;
    bool banned;
    bool waiting;      /* for the host's nod */
    bool disqualified; /* plays on, but outside the ranks */
    int32_t points;
    int32_t adjusted;  /* what judges have added */
    uint32_t right_ms; /* total time of right answers */
    uint32_t rank;
    uint32_t rank_before;
};

/* A row of the class list. */
struct listed {
    char *name;   /* as its player is called; NULL once erased */
    uint64_t key; /* how it compares */
    uint32_t number;
    uint32_t seat; /* of who took it, also if they were banned since; NO_SEAT: it is free */
};

struct outcome {
    uint64_t position;
    enum refusal refusal;
};

/* A line of the board as it stood at the freeze. */
struct frozen_line {
    uint32_t seat;
    uint32_t rank;
    uint32_t rank_before;
    int32_t points;
    uint32_t right_ms;
    uint16_t right;
};

/* An act that waits for a second judge's yes. */
struct pending_act {
    uint64_t what; /* digest of what the act would do */
    char actor[ACTOR_MAX + 1];
};

struct room {
    struct plan *plan;
    enum phase phase;
    bool paused;
    bool locked;
    bool held;
    bool frozen;
    bool final;
    uint64_t position;
    uint64_t at;
    uint32_t q;
    uint32_t clock;
    int64_t created_at_ms;
    int64_t opened_at_ms;
    int64_t paused_at_ms;
    int64_t closed_at_ms;
    int64_t stood_still_ms; /* pauses, and the time between a close and its reopening */
    struct player *players;
    size_t seats;
    size_t capacity;
    size_t removed;
    uint16_t longest_factor; /* of all who are seated; 0: somebody is untimed */
    size_t present;
    size_t present_answered;
    struct round *rounds; /* one a question */
    uint32_t *order;      /* seats by rank; the removed are not in it */
    size_t ordered;
    struct frozen_line *frozen_lines;
    size_t frozen_count;
    struct pending_act pending;
    struct map by_id;
    struct map by_code;
    struct map seen; /* event ids → index of outcomes */
    struct outcome *outcomes;
    size_t outcome_count;
    size_t outcome_capacity;
    struct map names;      /* key → how many have been called so */
    struct map skeletons;  /* skeleton → seat that looks so */
    struct listed *listed; /* plan->listed of them */
    char **units;
    size_t unit_count;
    struct map unit_index;
    char **texts;
    size_t text_count;
    size_t text_capacity;
    struct map text_index;
};

struct player *roster_at(const struct room *room, uint32_t seat);
/* Adds a player at the end; the row was checked. */
uint32_t roster_add(struct room *room, const struct event_row *row, int64_t at_ms);
void roster_name(struct room *room, struct player *player, const struct event_row *row);
/* `at_ms`: when it came, by the store's clock. False: the seat's connection came later than this one, which had to wait
 * (its worker was cut off from the store). */
bool roster_attach(struct room *room, struct player *player, uint64_t connection, int64_t at_ms);
void roster_leave(struct room *room, struct player *player);
void roster_remove(struct room *room, struct player *player, bool ban);
void roster_clear(struct room *room);
/* The class list comes first: its names are its own, whoever joins before they are taken. */
void roster_list(struct room *room);
/* Counts again who is present and who of them has answered the running question. */
void roster_recount(struct room *room);
/* After a factor or a seat has gone. */
void roster_find_longest(struct room *room);
uint16_t roster_unit_index(struct room *room, const char *name);
const char *roster_unit(const struct room *room, const struct player *player);

struct round *room_round(const struct room *room, uint32_t q);
/* The answer of a seat, or NULL if it has none. */
struct answer *round_answer(const struct round *round, uint32_t seat);
bool round_has(const struct round *round, uint32_t seat);

/* The points that a seat got for a scored question. */
int32_t score_of(const struct room *room, uint32_t q, uint32_t seat, bool *right);
/* Adds the running question to everybody's total and ranks them. */
void score_question(struct room *room);
/* Adds up everybody's points again, from the first question on, and ranks them. */
void score_again(struct room *room);
/* Sorts room->order by the plan's ties and gives shared ranks (1-2-2-4). */
void ranking_sort(struct room *room);
/* The rank of who stands last in the order: shared with the one before, if nothing tells them apart. */
uint32_t ranking_of_last(const struct room *room);

/* ---- answers.c, seating.c, judging.c: handlers of events ---- */
enum refusal answers_take(struct room *room, struct event *event, struct effects *effects);
enum refusal seating_rows(struct room *room, struct event *event, struct effects *effects);
enum refusal seating_change(struct room *room, struct event *event, struct effects *effects);
enum refusal judge_player(struct room *room, struct event *event, struct effects *effects);
enum refusal judge_question(struct room *room, struct event *event, struct effects *effects);
enum refusal judge_room(struct room *room, struct event *event, struct effects *effects);
struct effect *effects_add(struct effects *effects, const struct room *room, const struct event *event,
                           uint64_t player);

#endif
