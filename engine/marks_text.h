/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marks_text.h - the words of a list of marks in Vietnamese and English, and what a student answered as a text.
 *
 * For marks*.c alone. New strings are the caller's.
 */
#ifndef HOITHI_ENGINE_MARKS_TEXT_H
#define HOITHI_ENGINE_MARKS_TEXT_H

#include "engine/marks.h"
#include "engine/results_table.h"

/* What the writers of each format are given. */
struct marks_sheet {
    const struct results_table *table;
    const struct marks_wish *wish;
};

enum marks_word {
    WORD_MARKS,
    WORD_QUESTIONS,
    WORD_ANSWERS,
    WORD_BANK,
    WORD_DATE,
    WORD_STATE,
    WORD_RULE,
    WORD_NUMBER,
    WORD_NAME,
    WORD_UNIT,
    WORD_MARK,
    WORD_RIGHT,
    WORD_PARTLY,
    WORD_WRONG,
    WORD_NONE,
    WORD_COUNTED,
    WORD_POINTS,
    WORD_RANK,
    WORD_NOTE,
    WORD_QUESTION,
    WORD_TEXT,
    WORD_TOPIC,
    WORD_STANDING,
    WORD_OF,
    WORD_RIGHT_SHARE,
    WORD_MOST_WRONG,
    WORD_HOW_MANY,
    WORD_DISQUALIFIED,
    WORD_ABSENT,
    WORD_CAME_LATE,
    WORD_CAME_AFTER,
    WORD_LATE,
    WORD_BEFORE,
    WORD_TEACHER,
    WORD_TRUE,
    WORD_FALSE,
    WORD_ERASED,
    WORD_LEGEND,
    WORD_COUNT
};
const char *marks_word(enum marks_language language, enum marks_word word);

/* By what rule the marks are, in sentences. */
const char *marks_rule_text(const struct marks_wish *wish, enum marks_language language);
const char *marks_before_text(const struct marks_wish *wish, enum marks_language language);
const char *marks_absent_text(const struct marks_wish *wish, enum marks_language language);
const char *marks_standing_text(enum mark_standing standing, enum marks_language language);
const char *marks_state_text(const struct room *room, enum marks_language language);
/* Names in JSON and CSV. */
const char *marks_rule_name(enum marks_rule rule);
const char *marks_before_name(enum marks_before before);
const char *marks_absent_name(enum marks_absent absent);
const char *marks_standing_name(enum mark_standing standing);
const char *marks_cell_name(enum mark_cell cell);

/* The day of the room where it is held (Vietnam: UTC+7), as "24/11/2026" or "24 Nov 2026". */
#define MARKS_DATE_MAX 32
void marks_date(int64_t at_ms, enum marks_language language, char out[MARKS_DATE_MAX]);

/* The bank's question behind question `q`, or NULL. Borrowed. */
const struct question *marks_bank_question(const struct results_table *table, uint32_t q);
/* A text of the bank in this language, else in the first there is; NULL gives "". */
char *marks_text_in(const char *json, enum marks_language language);
char *marks_title(const struct results_table *table, enum marks_language language);
/* "Hà Nội", "A; C", "1 → 2", "left – right", "a) Đúng; b) Sai", "3,5". */
char *marks_answer_text(const struct results_table *table, const struct answer_view *answer,
                        enum marks_language language);

/* The figures of a line; of who was absent: no answers, and a mark as the wish says. */
void marks_of_line(const struct marks_sheet *sheet, const struct results_line *line, struct mark_line *out);
/* The name; once it is erased, the word for that. Borrowed. */
const char *marks_name(const struct results_line *line, enum marks_language language);
/* Not answered, too late, or (if the rule counts that) over before they came. */
uint32_t marks_missed(const struct mark_line *marks, const struct marks_wish *wish);
/* What a teacher should know of a line: absent, disqualified, came late. */
char *marks_note(const struct marks_sheet *sheet, const struct results_line *line, const struct mark_line *marks);

void marks_put_json(struct buffer *out, const struct marks_sheet *sheet);
void marks_put_csv(struct buffer *out, const struct marks_sheet *sheet);
/* False: `why` says what failed. */
bool marks_make_xlsx(const struct marks_sheet *sheet, struct results_bytes *out, char *why, size_t why_size);

#endif
