/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kind_row.h - what a kind of question has to say for itself; private to the kind_*.c files.
 *
 * A row is all that kind.c knows of a kind. Functions that a kind leaves at NULL have a plain meaning, given below.
 */
#ifndef HOITHI_KIND_ROW_H
#define HOITHI_KIND_ROW_H

#include "question-banks/kind.h"

/* A log form being written; it always fits, because shapes are bounded. */
struct log_form {
    char *out;
    size_t used;
};

struct kind_row {
    const char *name;
    bool has_choices;
    enum answer_fault (*read)(const struct shape *shape, const struct text_rule *rule, const uint8_t *salt,
                              const cJSON *wire, struct answer_reading *out);
    cJSON *(*to_wire)(const struct shape *shape, uint64_t value, const char *shown);
    void (*write)(const struct shape *shape, uint64_t value, struct log_form *form);
    /* May be lenient: what does not write back to the same form is refused by kind_read_log. */
    bool (*parse)(const struct shape *shape, const char *form, uint64_t *value);
    /* How far `value` agrees with the one right value `key`. NULL: it is one part, right or wrong. */
    void (*compare)(const struct shape *shape, uint64_t key, uint64_t value, struct mark *out);
    /* Distribution bars. NULL: none. */
    size_t (*bars)(const struct shape *shape);
    void (*count)(const struct shape *shape, uint64_t value, uint32_t *bars);
};

extern const struct kind_row kind_single, kind_multiple, kind_truefalse, kind_statements, kind_number, kind_text,
    kind_order, kind_match, kind_prediction;

void log_form_add(struct log_form *form, const char *text);
/* Copies what stands before `separator` (or the end) into `token` and moves on; false at the end or if too long. */
bool log_form_next(const char **form, char separator, char token[CHOICE_ID_MAX + 1]);

/* The index of `id`, or -1. */
int shape_find(const char ids[][CHOICE_ID_MAX + 1], size_t count, const char *id);
int shape_find_item(const char ids[][CHOICE_ID_MAX + 1], size_t count, const cJSON *item);

#endif
