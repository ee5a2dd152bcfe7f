/* SPDX-License-Identifier: Apache-2.0 */
/*
 * results_table.h - the results of a replayed room as rows and cells, whatever they are written as.
 *
 * For results*.c, marks*.c and bundle.c alone. Everything is borrowed from the replay.
 */
#ifndef HOITHI_ENGINE_RESULTS_TABLE_H
#define HOITHI_ENGINE_RESULTS_TABLE_H

#include "engine/replay.h"
#include "engine/results.h"
#include "rooms/buffer.h"
#include "rooms/view.h"

struct results_line {
    struct board_row row; /* rank 0: has none */
    char id[PLAYER_TEXT_SIZE];
    uint32_t seat;   /* NO_SEAT of who is absent */
    uint32_t listed; /* row of the class list, from 1; 0: not on it */
    bool absent;     /* on the class list, and nobody played under this name: no rank, id, points or answers */
};

struct results_table {
    const struct replay *replay;
    const struct plan *plan;
    /* First the class list, if there is one, in its order. Then the others in the official order; who joined after the
     * last ranking comes last. */
    struct results_line *lines;
    size_t count;
};

/* What one player answered to one question. */
struct results_cell {
    bool given;
    bool counted; /* the question was revealed: right, points and ms mean something */
    bool number;  /* `text` is a plain number */
    char form[KIND_LOG_FORM_MAX];
    const char *text;
    const char *status;
    bool right;
    int32_t points;
    uint32_t ms;
    struct answer_view answer;
};

void results_table_init(struct results_table *table, const struct replay *replay);
void results_table_clear(struct results_table *table);
void results_cell(const struct results_table *table, const struct results_line *line, uint32_t q,
                  struct results_cell *out);
/* The bank's text of question `q` in one language: "vi", else the first there is. A new string. */
char *results_question_text(const struct results_table *table, uint32_t q);
char *results_title(const struct results_table *table);

enum results_status results_status_of(enum replay_status status);
void results_put_json(struct buffer *out, const struct results_table *table);
void results_put_csv(struct buffer *out, const struct results_table *table);
/* False: `why` says what failed. `bytes` are new. */
bool results_make_xlsx(const struct results_table *table, char **bytes, size_t *length, char *why, size_t why_size);
/* The bytes of a book that `write` makes at the path it is given. */
bool results_book(bool (*write)(const char *path, const void *context), const void *context, struct results_bytes *out,
                  char *why, size_t why_size);

#endif
