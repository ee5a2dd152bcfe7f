/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exporter.h - what the exporters of all formats share; private to them.
 */
#ifndef HOITHI_EXPORTER_H
#define HOITHI_EXPORTER_H

#include <stdio.h>
#include "question-banks/export.h"

/* A question in one language. Sides that it does not have are NULL. */
struct plain_question {
    const struct question *question;
    size_t number; /* from 1 */
    char *text;
    char *choices[CHOICES_MAX];
    char *rights[CHOICES_MAX];
    char *explain;
    char *source;
};

struct export
{
    const char *language;
    FILE *out;
    struct faults *warnings;
    char *topic; /* that was last written, or NULL */
};

/* A question of that kind, and no faults for it; `format` names the format in the warning otherwise. */
void export_lost(struct export *export, const struct plain_question *plain, const char *what);
/* Whether that choice is right (single, multiple). */
bool plain_is_right(const struct plain_question *plain, size_t choice);
/* Which right side belongs to that left one; which choice stands at that place of an order; -1 if none. */
int plain_placed(const struct plain_question *plain, size_t index);
/* 1 true, 0 false: of a truefalse, or of one statement. */
int plain_truth(const struct plain_question *plain);
int plain_statement(const struct plain_question *plain, size_t choice);
/* A scaled number with a point and no more digits than it needs. */
#define SCALED_SIZE 32
const char *plain_scaled(int64_t scaled, char out[SCALED_SIZE]);
/* Line breaks become spaces; the caller's. */
char *plain_one_line(const char *text);
/* Whether the bank's topic differs from the last one; then it is the last one. */
bool export_new_topic(struct export *export, const char *topic);

/* Each writes one question and says whether it could. */
bool gift_write(struct export *export, const struct plain_question *plain);
bool aiken_write(struct export *export, const struct plain_question *plain);
bool moodle_write(struct export *export, const struct plain_question *plain);
/* One item, as XML; the caller's. NULL if QTI cannot hold it. */
char *qti_item(struct export *export, const struct plain_question *plain);

/* The columns of a sheet; what a question has in each. */
#define SHEET_HEADER_COUNT 18
extern const char *const sheet_headers[SHEET_HEADER_COUNT];
/* Fills `cells` (the caller's to free; NULL where there is nothing). */
bool sheet_cells(struct export *export, const struct plain_question *plain, char *cells[SHEET_HEADER_COUNT]);
bool csv_write(struct export *export, const struct plain_question *plain);
/* Any text as XML. */
void xml_write(FILE *out, const char *text);

#endif
