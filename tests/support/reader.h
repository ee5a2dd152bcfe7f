/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.h - somebody for a log to tell, who only writes down what he was told: rooms, entries in order, losses.
 */
#ifndef HOITHI_TESTS_READER_H
#define HOITHI_TESTS_READER_H

#include "engine/log.h"

#define READER_ROOMS_MAX 64
#define READER_ENTRIES_MAX 20000

struct read_room {
    char name[ROOM_ID_MAX + 1];
    int banks, missing, caught_up, lost;
    uint64_t position;
    char last_id[64];
    char last_e[64];
    char *texts[READER_ENTRIES_MAX]; /* e of each */
    int64_t wall_ms;
};

struct reader {
    struct read_room rooms[READER_ROOMS_MAX];
    size_t room_count;
    uint64_t appended;
    uint64_t last_ticket;
    enum storage storage;
    int told[3];       /* how often each state of the storage was told */
    bool stop_at_next; /* the next entry is one that cannot be served */
};

struct log_events reader_events(struct reader *reader);
struct read_room *reader_room(struct reader *reader, const char *name);
void reader_clear(struct reader *reader);

#endif
