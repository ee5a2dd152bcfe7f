/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer_table.h - the table of answers at the end of a test, given back to the questions by part and number.
 *
 * Private to the importers. A number that stands twice says nothing sure.
 */
#ifndef HOITHI_ANSWER_TABLE_H
#define HOITHI_ANSWER_TABLE_H

#include "question-banks/evidence.h"
#include "question-banks/label.h"

/* A question as the table may mean it. */
struct numbered {
    size_t part; /* "PHẦN II" is 2; 0: the test has no parts */
    size_t number;
    struct draft *draft;
    struct evidence *evidence;
};

struct answer_table {
    struct answer_pair *pairs;
    size_t count;
    size_t part; /* under whose heading the next pairs stand */
};

void answer_table_add(struct answer_table *table, const struct answer_pair *pairs, size_t count, size_t line);
void answer_table_clear(struct answer_table *table);
/* The only question with that number (in that part, if both say one); NULL if there is none, or several. */
const struct numbered *answer_table_find(const struct numbered *questions, size_t count, size_t part, size_t number);
/* Gives each pair to its question's evidence, or a doubt; a pair without a question is warned of. */
void answer_table_apply(const struct answer_table *table, const struct numbered *questions, size_t count,
                        struct import *import);

#endif
