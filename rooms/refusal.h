/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.h - why the rules say no, in the words of the protocol. No failure: told to whoever asked, and forgotten.
 */
#ifndef HOITHI_REFUSAL_H
#define HOITHI_REFUSAL_H

enum refusal {
    REFUSAL_NONE, /* not refused */
    REFUSAL_BAD_FRAME,
    REFUSAL_UNKNOWN_TYPE,
    REFUSAL_TOO_BIG,
    REFUSAL_NOT_JOINED,
    REFUSAL_WRONG_PIN,
    REFUSAL_ROOM_LOCKED,
    REFUSAL_ROOM_FULL,
    REFUSAL_BAD_NAME,
    REFUSAL_NAME_TAKEN,
    REFUSAL_NOT_LISTED,
    REFUSAL_BANNED,
    REFUSAL_BAD_TOKEN,
    REFUSAL_EXPIRED_TOKEN,
    REFUSAL_ARCHIVED,
    REFUSAL_NOT_ALLOWED,
    REFUSAL_WRONG_PHASE,
    REFUSAL_STALE,
    REFUSAL_BAD_ANSWER,
    REFUSAL_BAD_ARGS,
    REFUSAL_REASON_MISSING,
    REFUSAL_BUSY,
    REFUSAL_SAVING_FULL,
    REFUSAL_STORAGE_FULL,
    REFUSAL_TOO_FAST,
    REFUSAL_COUNT
};

/* The code on the wire; "" for REFUSAL_NONE. */
const char *refusal_code(enum refusal refusal);
/* One English sentence for logs and for whoever reads frames; pages have their own words. */
const char *refusal_message(enum refusal refusal);

#endif
