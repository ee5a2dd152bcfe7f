/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bank_change.h - what one version of a bank changed against another, and whether its number says so.
 *
 * Wording is a patch, a new question is minor, a changed key, kind or set of choices, or a removed question, is major.
 */
#ifndef HOITHI_BANK_CHANGE_H
#define HOITHI_BANK_CHANGE_H

#include <stdbool.h>
#include "question-banks/bank.h"

enum bank_step { BANK_STEP_NONE, BANK_STEP_PATCH, BANK_STEP_MINOR, BANK_STEP_MAJOR };

/* What of a bank is another: of its head, of a question, or whether the question is there at all. */
enum bank_part { PART_HEAD, PART_KIND, PART_CHOICES, PART_KEY, PART_WORDING, PART_REST, PART_REMOVED, PART_NEW };

/* One difference. `question` is borrowed from the bank that has it, NULL for the head. */
struct difference {
    enum bank_step change;
    enum bank_part part;
    const char *question;
};
struct differences {
    struct difference *list; /* the caller's to free */
    size_t count;
    enum bank_step greatest;
};

/* Compares by question ids; what stands where does not matter. */
void bank_compare(const struct bank *before, const struct bank *after, struct differences *out);
/*
 * Adds to `warnings` what makes `after`'s version number too small a step from `before`'s: "this is a major change: key
 * of q7 changed". Versions below 1.0.0 promise nothing and are not looked at.
 */
void bank_check_step(const struct bank *before, const struct bank *after, struct faults *warnings);

/* "patch", "key" …: the words that programs read. */
const char *bank_step_name(enum bank_step change);
const char *bank_part_name(enum bank_part part);

/*
 * The version after `before` for a change of this size: 1.2.3 to 2.0.0, 1.3.0 or 1.2.4, a preview to what it is a
 * preview of. Below 1.0.0 a major change counts as a minor one. False if the numbers end there.
 */
bool bank_next_version(const char *before, enum bank_step change, char out[BANK_VERSION_MAX + 1]);

#endif
