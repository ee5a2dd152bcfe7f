/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_fields.h - which fields an entry of each type has. For event.c, event_answers.c and event_write.c.
 */
#ifndef HOITHI_EVENT_FIELDS_H
#define HOITHI_EVENT_FIELDS_H

#include "rooms/event.h"

/* What an entry of each type holds besides t, id, by and at. */
enum field {
    FIELD_PLAN = 1 << 0,
    FIELD_ROWS = 1 << 1,
    FIELD_Q = 1 << 2,
    FIELD_CLOCK = 1 << 3,
    FIELD_MS = 1 << 4,
    FIELD_PLAYER = 1 << 5,
    FIELD_FACTOR = 1 << 6,
    FIELD_BAN = 1 << 7,
    FIELD_CODE = 1 << 8,
    FIELD_FORM = 1 << 9,
    FIELD_NAME = 1 << 10,  /* personal: a name */
    FIELD_WORDS = 1 << 11, /* personal: a judge's reason, or the text of a notice */
    FIELD_POINTS = 1 << 12,
    FIELD_POLICY = 1 << 13,
    FIELD_UNIT = 1 << 14
};

unsigned event_fields(enum event_type type);

/* The two ways of event_read(): any entry, and quickly what event_write() makes of answers without a personal part.
 * False: not that, and `event` is empty; the other way must be gone. */
MUST_CHECK enum event_result event_read_json(const struct entry *entry, struct event *event);
MUST_CHECK bool event_scan_answers(const struct entry *entry, struct event *event);

#endif
