/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/log_state.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "question-banks/memory.h"
#include "rooms/map.h"

#define NOTICE_PREFIX "hoithi:{"
#define NOTICE_SUFFIX "}:notice"

static void go_on(struct followed *room);
static void bring_next(struct log *log);

/* ---- the followed rooms ---- */

static struct followed **bucket_of(const struct log *log, const char *room)
{
    return (struct followed **)&log->buckets[map_key(room) % LOG_BUCKETS];
}

struct followed *reading_find(const struct log *log, const char *room)
{
    struct followed *found = *bucket_of(log, room);
    while (found != NULL && strcmp(found->room, room) != 0)
        found = found->bucket_next;
    return found;
}

static void take_out_of_bucket(struct followed *room)
{
    struct followed **place = bucket_of(room->log, room->room);
    while (*place != room)
        place = &(*place)->bucket_next;
    *place = room->bucket_next;
}

static bool is_bringing(const struct followed *room)
{
    return !room->caught_up && (room->reading == READING_BANK || room->reading == READING_PAGE);
}

/* The one setter of what a room waits for: it keeps the count of those being brought. */
static void set_reading(struct followed *room, enum reading reading)
{
    struct log *log = room->log;
    if (is_bringing(room))
        log->bringing--;
    room->reading = reading;
    if (is_bringing(room))
        log->bringing++;
}

static void free_if_done(struct followed *room)
{
    if (room->gone && room->asked == 0)
        free(room);
}

static void let_go(struct followed *room)
{
    struct log *log = room->log;
    set_reading(room, READING_NOTHING);
    take_out_of_bucket(room);
    TAILQ_REMOVE(&log->rooms, room, next);
    log->counts.followed--;
    room->gone = true;
    free_if_done(room);
}

/* Counts a reply in. False: the room is not followed any more, and may just have been freed. */
static bool still_here(struct followed *room)
{
    room->asked--;
    if (!room->gone)
        return true;
    free_if_done(room);
    return false;
}

static bool ask(struct followed *room, const struct redis_command *command, redis_reply_fn *reply)
{
    bool sent = redis_send(room->log->reader, command, reply, room);
    if (sent)
        room->asked++;
    return sent;
}

static void room_key(const struct followed *room, const char *what, char out[LOG_KEY_MAX])
{
    snprintf(out, LOG_KEY_MAX, "hoithi:{%s}:%s", room->room, what);
}

/* ---- entries ---- */

static const struct redisReply *field_of(const struct redisReply *fields, const char *name)
{
    if (fields->type != REDIS_REPLY_ARRAY)
        return NULL;
    for (size_t i = 0; i + 1 < fields->elements; i += 2)
        if (fields->element[i]->type == REDIS_REPLY_STRING && strcmp(fields->element[i]->str, name) == 0)
            return fields->element[i + 1];
    return NULL;
}

/* From one element of XRANGE's reply. False: not an entry of ours. */
static bool entry_of(const struct redisReply *reply, uint64_t position, struct entry *out)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 || reply->element[0]->type != REDIS_REPLY_STRING)
        return false;
    const struct redisReply *e = field_of(reply->element[1], "e");
    const struct redisReply *p = field_of(reply->element[1], "p");
    if (e == NULL)
        return false;
    *out = (struct entry){.position = position,
                          .id = reply->element[0]->str,
                          .at_ms = strtoll(reply->element[0]->str, NULL, 10),
                          .e = e->str,
                          .e_length = e->len,
                          .p = p == NULL ? NULL : p->str,
                          .p_length = p == NULL ? 0 : p->len};
    return true;
}

/* True: go on with the next one. */
static bool give_entry(struct followed *room, const struct redisReply *reply, uint64_t position)
{
    struct log *log = room->log;
    struct entry entry;

    if (!entry_of(reply, position, &entry)) {
        fprintf(stderr, "log: room %s has an entry without e at %llu\n", room->room, (unsigned long long)position);
        room->unreadable = true;
        return false;
    }
    log->counts.entries_read++;
    enum hub_entry_result result = log->events.entry(log->events.context, room->room, &entry, log_now_ms(log));
    if (room->gone) /* the hub let it go in the meantime */
        return false;
    switch (result) {
    case HUB_ENTRY_TAKEN:
        return true;
    case HUB_ENTRY_GAP: /* read again from where the hub is */
        log->counts.gaps++;
        room->page_entries = LOG_PAGE_ENTRIES;
        return false;
    case HUB_ENTRY_UNKNOWN:
        room->unreadable = true;
        return false;
    }
    return false;
}

static void page_is_done(struct followed *room)
{
    struct log *log = room->log;
    uint64_t position = log->events.position(log->events.context, room->room, NULL);

    if (!room->caught_up && room->page_entries < LOG_PAGE_ENTRIES)
        return; /* the time that was asked for with this page comes next, and finishes */
    if (room->caught_up && room->page_entries == 0 && room->known > position) {
        room->known = position; /* Redis forgot what it had told: look closer */
        room->compare = true;
    }
    set_reading(room, READING_NOTHING);
    go_on(room);
}

static void took_page(void *context, const struct redisReply *reply)
{
    struct followed *room = context;
    struct log *log = room->log;
    bool readable = reply != NULL && reply->type == REDIS_REPLY_ARRAY;

    if (!room->gone && readable) {
        uint64_t position = log->events.position(log->events.context, room->room, NULL);
        log->counts.pages_read++;
        room->page_entries = reply->elements;
        for (size_t i = 0; i < reply->elements; i++)
            if (!give_entry(room, reply->element[i], position + 1 + i))
                break;
    }
    if (still_here(room)) {
        if (room->unreadable)
            let_go(room);
        else if (readable)
            page_is_done(room);
        else
            set_reading(room, READING_NOTHING); /* the next look, or reading_up(), goes on */
    }
    bring_next(log);
}

/* Behind the page of a room that is being brought: when that page was the last, the room is here. */
static void took_page_time(void *context, const struct redisReply *reply)
{
    struct followed *room = context;
    struct log *log = room->log;

    log_take_time(log, reply);
    if (!still_here(room))
        return;
    if (reply == NULL || room->reading != READING_PAGE || room->page_entries >= LOG_PAGE_ENTRIES)
        return;
    set_reading(room, READING_NOTHING);
    room->caught_up = true;
    log->events.caught_up(log->events.context, room->room, log_wall_ms(log), log_now_ms(log));
    if (!room->gone)
        go_on(room);
    bring_next(log);
}

static void read_page(struct followed *room)
{
    struct log *log = room->log;
    char key[LOG_KEY_MAX], start[64], count[16];
    const char *id = NULL;
    uint64_t position = log->events.position(log->events.context, room->room, &id);

    room_key(room, "log", key);
    snprintf(start, sizeof start, "%s%s", position == 0 ? "-" : "(", position == 0 ? "" : id);
    snprintf(count, sizeof count, "%d", LOG_PAGE_ENTRIES);
    const char *words[] = {"XRANGE", key, start, "+", "COUNT", count};
    if (!ask(room, &(struct redis_command){.count = 6, .words = words}, took_page))
        return;
    room->page_entries = LOG_PAGE_ENTRIES;
    set_reading(room, READING_PAGE);
    if (!room->caught_up)
        ask(room, &(struct redis_command){.count = 1, .words = (const char *[]){"TIME"}}, took_page_time);
}

/* ---- the bank ---- */

static void is_missing(struct followed *room)
{
    struct log *log = room->log;
    bool archived = room->archived;
    char name[ROOM_ID_MAX + 1];
    memcpy(name, room->room, sizeof name);
    let_go(room);
    if (archived)
        log->events.room_archived(log->events.context, name, log_now_ms(log));
    else
        log->events.room_missing(log->events.context, name, log_now_ms(log));
}

static void took_archived(void *context, const struct redisReply *reply)
{
    struct followed *room = context;
    if (still_here(room))
        room->archived = reply != NULL && reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;
}

/* Comes before the reply to whatever is asked next, which tells a room that is gone from one that is archived. */
static void ask_archived(struct followed *room)
{
    char key[LOG_KEY_MAX];
    room_key(room, "meta", key);
    ask(room, &(struct redis_command){.count = 3, .words = (const char *[]){"HEXISTS", key, "archived_at"}},
        took_archived);
}

static struct bank *parse_bank(const char *room, const struct redisReply *reply)
{
    struct faults faults;
    struct bank *bank = NULL;

    faults_init(&faults, room);
    if (bank_parse(reply->str, reply->len, &bank, &faults) != BANK_OK) {
        fprintf(stderr, "log: the bank of room %s cannot be read\n", room);
        faults_print(&faults, stderr);
    }
    faults_clear(&faults);
    return bank;
}

static void took_bank(void *context, const struct redisReply *reply)
{
    struct followed *room = context;
    struct log *log = room->log;

    if (!still_here(room)) {
        bring_next(log);
        return;
    }
    set_reading(room, READING_NOTHING);
    if (reply == NULL || reply->type == REDIS_REPLY_ERROR)
        return;
    struct bank *bank = reply->type == REDIS_REPLY_STRING ? parse_bank(room->room, reply) : NULL;
    if (bank == NULL) {
        is_missing(room);
    } else {
        room->has_bank = true;
        log->events.room_bank(log->events.context, room->room, bank);
        if (!room->gone)
            go_on(room);
    }
    bring_next(log);
}

static void read_bank(struct followed *room)
{
    char key[LOG_KEY_MAX];
    room_key(room, "bank", key);
    ask_archived(room);
    if (ask(room, &(struct redis_command){.count = 2, .words = (const char *[]){"GET", key}}, took_bank))
        set_reading(room, READING_BANK);
}

/* ---- is it still the same log? ---- */

static void took_length_before(void *context, const struct redisReply *reply)
{
    struct followed *room = context;
    if (still_here(room))
        room->length = reply != NULL && reply->type == REDIS_REPLY_INTEGER ? (uint64_t)reply->integer : 0;
}

static void took_last(void *context, const struct redisReply *reply)
{
    struct followed *room = context;
    struct log *log = room->log;
    struct entry entry;

    if (!still_here(room))
        return;
    set_reading(room, READING_NOTHING);
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY)
        return; /* `compare` stands: asked again by the next look */
    room->compare = false;
    if (room->archived) {
        is_missing(room);
        return;
    }
    uint64_t position = log->events.position(log->events.context, room->room, NULL);
    bool here = room->length >= position && reply->elements == 1 && entry_of(reply->element[0], position, &entry);
    if (!log->events.same_last(log->events.context, room->room, here ? &entry : NULL)) {
        fprintf(stderr, "log: room %s has lost entries; it is read anew\n", room->room);
        log->counts.losses++;
        room->caught_up = room->has_bank = false;
        room->known = 0;
        log->events.room_lost(log->events.context, room->room, log_now_ms(log));
    }
    if (!room->gone)
        go_on(room);
}

static void compare_last(struct followed *room)
{
    char key[LOG_KEY_MAX];
    const char *id = NULL;

    if (room->log->events.position(room->log->events.context, room->room, &id) == 0) {
        room->compare = false;
        go_on(room);
        return;
    }
    room_key(room, "log", key);
    room->length = 0;
    ask_archived(room);
    ask(room, &(struct redis_command){.count = 2, .words = (const char *[]){"XLEN", key}}, took_length_before);
    if (ask(room, &(struct redis_command){.count = 4, .words = (const char *[]){"XRANGE", key, id, id}}, took_last))
        set_reading(room, READING_COMPARE);
}

/* ---- what comes next ---- */

/* The one place that decides what a room reads next. */
static void go_on(struct followed *room)
{
    struct log *log = room->log;

    if (room->reading != READING_NOTHING || log->closing || !redis_is_up(log->reader))
        return;
    if (room->compare)
        compare_last(room);
    else if (!room->caught_up && log->bringing >= LOG_REPLAYS_AT_ONCE)
        set_reading(room, READING_QUEUED);
    else if (!room->has_bank)
        read_bank(room);
    else if (!room->caught_up || room->known > log->events.position(log->events.context, room->room, NULL))
        read_page(room);
}

static void bring_next(struct log *log)
{
    struct followed *room, *after;
    for (room = TAILQ_FIRST(&log->rooms); room != NULL && log->bringing < LOG_REPLAYS_AT_ONCE; room = after) {
        after = TAILQ_NEXT(room, next);
        if (room->reading != READING_QUEUED)
            continue;
        set_reading(room, READING_NOTHING);
        go_on(room);
    }
}

/* ---- what wakes a room ---- */

void reading_reached(struct log *log, const char *name, uint64_t position)
{
    struct followed *room = reading_find(log, name);
    if (room == NULL || position <= room->known)
        return;
    room->known = position;
    go_on(room);
}

void reading_notice(void *context, const char *channel, const char *text, size_t length)
{
    char name[ROOM_ID_MAX + 1];
    size_t prefix = strlen(NOTICE_PREFIX);
    (void)length; /* hiredis terminates it */
    if (strncmp(channel, NOTICE_PREFIX, prefix) != 0)
        return;
    size_t name_length = strcspn(channel + prefix, "}");
    if (name_length > ROOM_ID_MAX)
        return;
    snprintf(name, sizeof name, "%.*s", (int)name_length, channel + prefix);
    reading_reached(context, name, strtoull(text, NULL, 10));
}

static void took_length(void *context, const struct redisReply *reply)
{
    struct followed *room = context;
    struct log *log = room->log;

    if (!still_here(room) || reply == NULL || reply->type != REDIS_REPLY_INTEGER)
        return;
    uint64_t length = (uint64_t)reply->integer;
    if (length > room->known)
        room->known = length;
    if (length < log->events.position(log->events.context, room->room, NULL))
        room->compare = true;
    go_on(room);
}

static void look_at(struct followed *room)
{
    char key[LOG_KEY_MAX];
    room_key(room, "log", key);
    ask(room, &(struct redis_command){.count = 2, .words = (const char *[]){"XLEN", key}}, took_length);
}

void reading_look(struct log *log)
{
    struct followed *room, *after;
    for (room = TAILQ_FIRST(&log->rooms); room != NULL; room = after) {
        after = TAILQ_NEXT(room, next);
        if (room->reading == READING_SUBSCRIBE && !redis_is_up(log->notices))
            set_reading(room, READING_NOTHING); /* notices are a help, not a need */
        if (room->reading != READING_NOTHING)
            continue;
        if (room->caught_up && !room->compare)
            look_at(room);
        else
            go_on(room);
    }
    bring_next(log);
}

void reading_compare_all(struct log *log)
{
    struct followed *room, *after;
    for (room = TAILQ_FIRST(&log->rooms); room != NULL; room = TAILQ_NEXT(room, next))
        room->compare = true;
    for (room = TAILQ_FIRST(&log->rooms); room != NULL; room = after) {
        after = TAILQ_NEXT(room, next);
        go_on(room);
    }
}

void reading_up(struct log *log)
{
    reading_compare_all(log);
    reading_look(log);
}

/* ---- following ---- */

static void took_subscription(void *context, const struct redisReply *reply)
{
    struct followed *room = context;
    if (!still_here(room))
        return;
    if (room->reading == READING_SUBSCRIBE)
        set_reading(room, READING_NOTHING);
    if (reply != NULL && room->caught_up)
        look_at(room);
    go_on(room);
}

static bool subscribe(struct followed *room)
{
    char channel[LOG_KEY_MAX];
    room_key(room, "notice", channel);
    if (!redis_ask(room->log->notices, took_subscription, room, "SUBSCRIBE", channel, NULL))
        return false;
    room->asked++;
    return true;
}

void reading_notices_up(struct log *log)
{
    struct followed *room;
    for (room = TAILQ_FIRST(&log->rooms); room != NULL; room = TAILQ_NEXT(room, next))
        subscribe(room);
}

void log_follow(struct log *log, const char *name)
{
    if (reading_find(log, name) != NULL)
        return;
    assert(strlen(name) <= ROOM_ID_MAX);
    struct followed *room = memory_new(1, sizeof *room);
    room->log = log;
    snprintf(room->room, sizeof room->room, "%s", name);
    room->reading = READING_NOTHING;
    room->bucket_next = *bucket_of(log, name);
    *bucket_of(log, name) = room;
    TAILQ_INSERT_TAIL(&log->rooms, room, next);
    log->counts.followed++;
    if (subscribe(room))
        set_reading(room, READING_SUBSCRIBE);
    else
        go_on(room);
}

void log_unfollow(struct log *log, const char *name)
{
    struct followed *room = reading_find(log, name);
    char channel[LOG_KEY_MAX];
    if (room == NULL)
        return;
    room_key(room, "notice", channel);
    redis_ask(log->notices, NULL, NULL, "UNSUBSCRIBE", channel, NULL);
    let_go(room);
}

void reading_clear(struct log *log)
{
    struct followed *room, *after;
    for (room = TAILQ_FIRST(&log->rooms); room != NULL; room = after) {
        after = TAILQ_NEXT(room, next);
        let_go(room);
    }
}
