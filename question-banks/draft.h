/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft.h - building drafts; private to the importers.
 */
#ifndef HOITHI_DRAFT_H
#define HOITHI_DRAFT_H

#include <cjson/cJSON.h>
#include "question-banks/import.h"

/* A new draft at the end, or NULL (and one warning) when IMPORT_DRAFTS_MAX is reached. Borrowed until the next one. */
struct draft *import_add(struct import *import, size_t line);
void import_warn(struct import *import, size_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* How much of a text a message shows: for "%.*s". Ends at a whole character. */
#define SHOWN_BYTES 60
int shown(const char *text, size_t length);

void draft_clear(struct draft *draft);
void draft_picture_free(struct draft_picture *picture);
/* Replaces what `field` holds by a tidy copy of `text`; nothing is left of an empty one. */
void draft_set(char **field, const char *text, size_t length);
/* Adds a line to what `field` holds. */
void draft_append(char **field, const char *text, size_t length);
/* NULL if there are DRAFT_CHOICES_MAX already. */
struct draft_choice *draft_add_choice(struct draft *draft, const char *text, size_t length);
bool draft_accept(struct draft *draft, const char *text, size_t length);
/* Marks it as not sure; the first reason stays. */
void draft_doubt(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets kind and key from choices that are marked right: single, multiple, or true/false if they are just these words.
 */
void draft_settle_choices(struct draft *draft);
/* Sets kind and key from an answer in words, when there are no choices: true/false, a number, or a text. */
void draft_settle_answer(struct draft *draft, const char *answer, size_t length);
/* 1 true, 0 false, -1 neither: "Đúng", "Sai", "True", "F", … */
int draft_read_truth(const char *text, size_t length);

/* As in a bank file. Without a key if the draft is not sure. */
cJSON *draft_to_json(const struct draft *draft, const char *id);

#endif
