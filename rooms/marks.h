/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marks.h - what a teacher takes home from a room: who had what right, a mark out of ten, and how hard each question
 * was.
 *
 * Worked out from the room as it stands, by view.h alone; nothing is kept. Integers only: credit in thousandths of a
 * question, marks in tenths. docs/marks.md says the rules to teachers.
 */
#ifndef HOITHI_MARKS_H
#define HOITHI_MARKS_H

#include "rooms/view.h"

#define CREDIT_FULL 1000
#define MARK_MOST 100 /* tenths: ten */
#define MARK_NONE (-1)

/* What a mark is the share of. By credit, speed never lowers it. */
enum marks_rule { MARKS_BY_RIGHT, MARKS_BY_POINTS, MARKS_RULE_COUNT };
/* The questions that were over before somebody came in: as not answered, or not at all. */
enum marks_before { MARKS_BEFORE_MISSED, MARKS_BEFORE_LEFT_OUT, MARKS_BEFORE_COUNT };

struct marks_rules {
    enum marks_rule rule;
    enum marks_before before;
};

enum mark_standing {
    MARK_STANDING_COUNTS,
    MARK_STANDING_GIFT,     /* full to all who answered */
    MARK_STANDING_VOID,     /* skipped, or voided by a judge */
    MARK_STANDING_UNSCORED, /* not asked, or not revealed before the end */
    MARK_STANDING_KEYLESS,  /* a prediction whose outcome is not known yet */
    MARK_STANDING_COUNT
};
enum mark_standing marks_standing(const struct room *room, uint32_t q);
bool marks_counts(enum mark_standing standing);

enum mark_cell {
    CELL_OUT,    /* the question does not count */
    CELL_BEFORE, /* over before they came in */
    CELL_NONE,   /* not answered */
    CELL_LATE,   /* answered after the bell */
    CELL_WRONG,
    CELL_PARTLY,
    CELL_RIGHT,
    CELL_COUNT
};
/* `credit`: thousandths of the question. */
enum mark_cell marks_cell(const struct room *room, uint32_t q, uint32_t seat, uint32_t *credit);

struct mark_line {
    uint32_t cells[CELL_COUNT]; /* how many of each */
    uint32_t counted;           /* questions that count for this one */
    uint64_t credit;
    int64_t points; /* with what judges have added */
    int64_t most_points;
    bool disqualified; /* has no mark */
    int32_t mark;      /* tenths, or MARK_NONE */
};
void marks_line(const struct room *room, const struct marks_rules *rules, uint32_t seat, struct mark_line *out);

/* How one question went, without the removed, the disqualified and those who came in later. */
struct mark_question {
    enum mark_standing standing;
    uint32_t of;
    uint32_t cells[CELL_COUNT];
    int32_t right_percent;    /* of `of`; MARK_NONE if it does not count or nobody had it */
    struct answer_view wrong; /* the most given answer that is not entirely right; `given` false: there is none */
    uint32_t wrong_count;
};
void marks_question(const struct room *room, uint32_t q, struct mark_question *out);

/* 10 x got / most in tenths, halves up, between 0 and ten; MARK_NONE if nothing could be had. */
int32_t marks_tenths(int64_t got, int64_t most);

#endif
