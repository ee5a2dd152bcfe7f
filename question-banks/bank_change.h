/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bank_change.h - what one version of a bank changed against another, and whether its number says so.
 *
 * Wording is a patch, a new question is minor, a changed key, kind or set of choices, or a removed question, is major.
 */
#ifndef HOITHI_BANK_CHANGE_H
#define HOITHI_BANK_CHANGE_H

#include "question-banks/bank.h"

enum change { CHANGE_NONE, CHANGE_PATCH, CHANGE_MINOR, CHANGE_MAJOR };

/* One difference. `question` is borrowed from the bank that has it, NULL for the head. */
struct difference {
    enum change change;
    const char *question;
    const char *what; /* "key of", "is gone" …; static */
};
struct differences {
    struct difference *list; /* the caller's to free */
    size_t count;
    enum change greatest;
};

/* Compares by question ids; what stands where does not matter. */
void bank_compare(const struct bank *before, const struct bank *after, struct differences *out);
/*
 * Adds to `warnings` what makes `after`'s version number too small a step from `before`'s: "this is a major change: key
 * of q7 changed". Versions below 1.0.0 promise nothing and are not looked at.
 */
void bank_check_step(const struct bank *before, const struct bank *after, struct faults *warnings);

#endif
