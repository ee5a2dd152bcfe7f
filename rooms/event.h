/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event.h - one entry of a log, read.
 *
 * An entry has a chained part `e` (JSON, no personal data) and may have a personal part `p`: 32 hex digits of salt,
 * then JSON. `e` carries "ph" = SHA-256(p), so a `p` that was changed is told from one that was erased; both count as
 * absent. The writers below give the exact bytes; reading what was written gives the same event.
 */
#ifndef HOITHI_EVENT_H
#define HOITHI_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "rooms/hub.h"
#include "rooms/identity.h"
#include "rooms/plan.h"

enum event_type {
    EVENT_CREATED,
    EVENT_JOINED,
    EVENT_ATTACHED,
    EVENT_LEFT,
    EVENT_RESEATED, /* with `code`: a one-time code was given out; with `take`: somebody came with a code */
    EVENT_RENAMED,
    EVENT_NODDED,
    EVENT_ACCOMMODATED,
    EVENT_REMOVED,
    EVENT_LOCKED,
    EVENT_UNLOCKED,
    EVENT_OPENED,
    EVENT_ANSWERS,
    EVENT_CLOSED,
    EVENT_REOPENED,
    EVENT_EXTENDED,
    EVENT_SKIPPED,
    EVENT_ACCEPTED, /* one more right form */
    EVENT_REVEALED,
    EVENT_RANKED,
    EVENT_PAUSED,
    EVENT_RESUMED,
    EVENT_ENDED,
    EVENT_ADJUSTED, /* from here on: acts of judges */
    EVENT_DISQUALIFIED,
    EVENT_REINSTATED,
    EVENT_MOVED,
    EVENT_VOIDED,
    EVENT_REKEYED,
    EVENT_HELD,
    EVENT_RELEASED,
    EVENT_FROZEN,
    EVENT_UNFROZEN,
    EVENT_NOTICED,
    EVENT_FINALISED,
    EVENT_COUNT
};
const char *event_name(enum event_type type);

enum close_why { CLOSED_BY_TIME, CLOSED_BY_HOST, CLOSED_BY_ALL, CLOSED_BY_SKIP, CLOSE_WHY_COUNT };
const char *close_why_name(enum close_why why);

/* What a corrected key does to those who have answered: marks anew; only adds; full points to all who answered. */
enum rekey_policy { REKEY_RESCORE, REKEY_ACCEPT_ALSO, REKEY_GIFT, REKEY_POLICY_COUNT };
const char *rekey_policy_name(enum rekey_policy policy);

#define UNIT_MAX_BYTES 40
#define FORM_NAMES 3
#define EXTEND_MS_MAX 600000
#define EVENT_ROWS_MAX BATCH_ROWS_MAX
#define ACTOR_MAX 31
#define REASON_MAX_BYTES 500
#define ADJUST_POINTS_MAX 100000
#define REKEY_FORMS_MAX_BYTES 8192

/* One line of a batch. Strings are borrowed from the event. */
struct event_row {
    uint64_t player;
    uint64_t connection;   /* joined, attached, left */
    int64_t read_at_ms;    /* joined, attached: when a worker read it, by the store's clock; 0: not said */
    uint64_t code;         /* joined: digest of the return code */
    uint32_t row;          /* joined: of the class list, from 1; the name is the list's then. 0: none */
    const char *unit;      /* joined: "" if none */
    const char *form;      /* answers: the log form of the answer */
    uint32_t n;            /* answers */
    uint32_t elapsed_ms;   /* answers: E */
    int32_t own_ms;        /* answers: the phone's own measure, -1 if it sent none */
    uint32_t credit_limit; /* answers: L, in ms */
    const char *shown;     /* personal: the name, or the text of an answer; NULL if absent */
    const char *key;       /* personal, joined: how the name compares */
    const char *skeleton;  /* personal, joined: how it looks */
};

struct event {
    enum event_type type;
    char eid[EID_TEXT_SIZE];   /* "" for answers */
    char actor[ACTOR_MAX + 1]; /* who did it: role and id of a key or page; "" for the machine */
    uint64_t position;
    int64_t at_ms; /* of the entry */
    bool guarded;
    uint64_t guard; /* the phase change that the actor saw */
    uint32_t q;
    uint32_t clock; /* closed by time or by all: of which opening, pause or extension */
    enum close_why why;
    int64_t ms; /* extended */
    uint64_t player;
    uint32_t factor; /* accommodated: per cent, 0 untimed */
    bool ban;
    uint64_t code; /* reseated: digest of the code given out, or 0 */
    uint64_t take; /* reseated: digest of the code brought, or 0 */
    uint64_t connection;
    const char *form; /* accepted; rekeyed: the ranges of the key, a line each */
    int32_t points;   /* adjusted */
    enum rekey_policy policy;
    const char *unit;  /* moved */
    struct plan *plan; /* created; room_apply() takes it */
    struct event_row *rows;
    size_t row_count;
    cJSON *json; /* what the borrowed strings live in: a tree, or a copy of the entry */
    cJSON *personal;
    char *text;
};

enum event_result { EVENT_READ, EVENT_UNKNOWN, EVENT_MALFORMED };

/* On EVENT_READ the caller owns `event` and clears it. EVENT_UNKNOWN: a type or rules version that this program does
 * not have. */
MUST_CHECK enum event_result event_read(const struct entry *entry, struct event *event);
void event_clear(struct event *event);

/* ---- writing ---- */

/* The two parts of an entry, new strings; `p` may be NULL. */
struct written {
    char *e;
    char *p;
};
void written_clear(struct written *written);

/* A single event: type, eid and actor, and what its type needs of the other fields. `salt` (16 random bytes) is used
 * only when a name goes along (renamed: rows[0] with player, shown, key, skeleton). */
void event_write(const struct event *event, const uint8_t salt[16], struct written *out);

#endif
