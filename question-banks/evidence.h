/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence.h - what a pasted test says about the right answer of one question, and what follows from it.
 *
 * A star, an answer line, a table of answers, formatting: whatever is there has to say the same, or nothing is sure.
 * Private to the importers.
 */
#ifndef HOITHI_EVIDENCE_H
#define HOITHI_EVIDENCE_H

#include "question-banks/draft.h"

/* Masks have a bit for each choice. */
struct evidence {
    size_t part; /* of the test that the question stands in, or 0 */
    uint32_t stars;
    uint32_t table;
    char *answer; /* what stood behind "Đáp án:", or NULL */
    /* For label and text of each choice: which formatting all of it has. */
    uint8_t labels[DRAFT_CHOICES_MAX];
    uint8_t texts[DRAFT_CHOICES_MAX];
};

/* Gives `draft` its kind and key, or a doubt. */
void evidence_settle(const struct evidence *evidence, struct draft *draft);

#endif
