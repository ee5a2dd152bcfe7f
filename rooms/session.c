/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const roles[ROLE_COUNT] = {
    [ROLE_NONE] = "none", [ROLE_PLAYER] = "player", [ROLE_SCREEN] = "screen",
    [ROLE_HOST] = "host", [ROLE_JUDGE] = "judge",   [ROLE_ADMIN] = "admin",
};

const char *role_name(enum role role)
{
    return roles[role];
}

enum role session_role(const struct session *session)
{
    return session->role;
}

size_t session_frame_limit(const struct session *session)
{
    return session->role == ROLE_HOST || session->role == ROLE_JUDGE ? FRAME_HOST_MAX_BYTES : FRAME_PLAYER_MAX_BYTES;
}

/* ---- the hub's list ---- */

static uint32_t take_slot(struct hub *hub, struct session *session)
{
    if (hub->free_count > 0) {
        uint32_t slot = hub->free_slots[--hub->free_count];
        hub->slots[slot] = session;
        return slot;
    }
    if (hub->slot_count == hub->slot_capacity) {
        hub->slot_capacity = hub->slot_capacity == 0 ? 64 : hub->slot_capacity * 2;
        hub->slots = memory_grow(hub->slots, hub->slot_capacity, sizeof(struct session *));
        hub->free_slots = memory_grow(hub->free_slots, hub->slot_capacity, sizeof *hub->free_slots);
    }
    hub->slots[hub->slot_count] = session;
    return (uint32_t)hub->slot_count++;
}

struct session *hub_session(const struct hub *hub, uint64_t number)
{
    size_t slot = number & ((1u << SLOT_BITS) - 1);
    struct session *session = slot < hub->slot_count ? hub->slots[slot] : NULL;
    return session != NULL && session->number == number ? session : NULL;
}

void *hub_connection(const struct hub *hub, uint64_t session_number)
{
    const struct session *session = hub_session(hub, session_number);
    return session == NULL ? NULL : session->connection;
}

struct session *hub_connected(struct hub *hub, void *connection, int64_t now_ms)
{
    struct session *session = memory_new(1, sizeof *session);
    uint64_t random = 0;

    hub->ports.random(hub->ports.engine, &random, sizeof random);
    session->connection = connection;
    session->slot = take_slot(hub, session);
    session->number = ++hub->next_number << SLOT_BITS | session->slot;
    session->seat = NO_SEAT;
    session->connection_id = (random >> 16) | 1;
    session->question_offset_ms = -1;
    session->message_credit = MESSAGES_BURST;
    session->credit_at_ms = now_ms;
    hub->sessions++;
    return session;
}

static void free_outbox(struct session *session)
{
    if (session->outbox != session->usual)
        free(session->outbox);
}

static void drop_outbox(struct session *session)
{
    for (uint16_t i = 0; i < session->waiting; i++)
        frame_drop(session->outbox[(session->first + i) % session->room]);
    session->first = session->waiting = 0;
    session->waiting_bytes = 0;
}

void session_free(struct session *session)
{
    drop_outbox(session);
    free_outbox(session);
    frame_drop(session->question);
    session_forget_joining(session);
    free(session->claims);
    free(session);
}

void hub_disconnected(struct hub *hub, struct session *session, int64_t now_ms)
{
    session_leave_hall(session, now_ms);
    hub->slots[session->slot] = NULL;
    hub->free_slots[hub->free_count++] = session->slot;
    hub->sessions--;
    session_free(session);
}

void session_forget_joining(struct session *session)
{
    struct joining *joining = session->joining;
    if (joining == NULL)
        return;
    if (session->hall != NULL) {
        uint64_t key = joining->by_code ? session->connection_id : joining->player;
        const uint32_t *slot = map_find(&session->hall->joiners, key);
        if (slot != NULL && *slot == session->slot)
            map_remove(&session->hall->joiners, key);
    }
    name_clear(&joining->name);
    free(joining);
    session->joining = NULL;
}

/* ---- its place in a hall ---- */

void session_enter(struct session *session, struct hall *hall)
{
    if (session->hall == hall)
        return;
    assert(session->hall == NULL);
    if (hall->session_count == hall->session_capacity) {
        hall->session_capacity = hall->session_capacity == 0 ? 16 : hall->session_capacity * 2;
        hall->sessions = memory_grow(hall->sessions, hall->session_capacity, sizeof(struct session *));
    }
    session->hall = hall;
    session->place = (uint32_t)hall->session_count;
    hall->sessions[hall->session_count++] = session;
}

static void put_at(struct hall *hall, uint32_t place, struct session *session)
{
    hall->sessions[place] = session;
    session->place = place;
}

void session_watch(struct session *session)
{
    struct hall *hall = session->hall;

    if (session->place < hall->watcher_count)
        return;
    put_at(hall, session->place, hall->sessions[hall->watcher_count]);
    put_at(hall, (uint32_t)hall->watcher_count++, session);
}

static void will_be_absent(struct hall *hall, const struct session *session, int64_t now_ms)
{
    if (hall->leaving_first > hall->leaving_count / 2) {
        hall->leaving_count -= hall->leaving_first;
        memmove(hall->leaving, hall->leaving + hall->leaving_first, hall->leaving_count * sizeof *hall->leaving);
        hall->leaving_first = 0;
    }
    if (hall->leaving_count == hall->leaving_capacity) {
        hall->leaving_capacity = hall->leaving_capacity == 0 ? 16 : hall->leaving_capacity * 2;
        hall->leaving = memory_grow(hall->leaving, hall->leaving_capacity, sizeof *hall->leaving);
    }
    hall->leaving[hall->leaving_count++] = (struct leaving){
        .player = session->player, .connection_id = session->connection_id, .at_ms = now_ms + ABSENT_AFTER_MS};
    hub_wake(hall->hub, now_ms + ABSENT_AFTER_MS);
}

/* Nobody may be found at a seat that they have left. */
static void leave_seat(struct session *session, int64_t now_ms)
{
    struct hall *hall = session->hall;

    bool seated = session->seat < hall->by_seat_capacity && hall->by_seat[session->seat] == session;
    if (seated)
        hall->by_seat[session->seat] = NULL;
    if (seated || (session->seat != NO_SEAT && hall->lost)) /* whoever is there again by then is not absent */
        will_be_absent(hall, session, now_ms);
    session->seat = NO_SEAT;
}

void session_leave_hall(struct session *session, int64_t now_ms)
{
    struct hall *hall = session->hall;

    if (hall == NULL)
        return;
    session_forget_joining(session);
    leave_seat(session, now_ms);
    uint32_t hole = session->place;
    if (hole < hall->watcher_count) {
        put_at(hall, hole, hall->sessions[--hall->watcher_count]);
        hole = (uint32_t)hall->watcher_count;
    }
    if (hole < --hall->session_count)
        put_at(hall, hole, hall->sessions[hall->session_count]);
    session_hurry(hall->hub, session); /* nothing of this hall will come for what waits to go out with */
    session->hall = NULL;
    if (hall->session_count == 0)
        hall->empty_since_ms = now_ms;
}

void session_sit(struct session *session, uint32_t seat, int64_t now_ms)
{
    struct hall *hall = session->hall;

    if (seat >= hall->by_seat_capacity) {
        size_t capacity = hall->by_seat_capacity == 0 ? 64 : hall->by_seat_capacity;
        while (capacity <= seat)
            capacity *= 2;
        hall->by_seat = memory_grow(hall->by_seat, capacity, sizeof(struct session *));
        memset(hall->by_seat + hall->by_seat_capacity, 0,
               (capacity - hall->by_seat_capacity) * sizeof(struct session *));
        hall->by_seat_capacity = capacity;
    }
    struct session *before = hall->by_seat[seat];
    if (session->seat != seat)
        leave_seat(session, now_ms);
    session->seat = seat;
    hall->by_seat[seat] = session;
    if (before != NULL && before != session) {
        before->seat = NO_SEAT;
        session_close(hall->hub, before, CLOSE_TAKEN_OVER);
    }
}

/* ---- the outbox ---- */

static void make_room(struct session *session)
{
    if (session->waiting < session->room)
        return;
    if (session->room == 0) {
        session->outbox = session->usual;
        session->room = OUTBOX_USUAL;
        return;
    }
    uint16_t room = (uint16_t)(session->room * 2);
    struct frame **outbox = memory_new(room, sizeof(struct frame *));
    for (uint16_t i = 0; i < session->waiting; i++)
        outbox[i] = session->outbox[(session->first + i) % session->room];
    free_outbox(session);
    session->outbox = outbox;
    session->room = room;
    session->first = 0;
}

/* Who does not read gets, once they do, one fresh view instead of all that they missed. */
static bool overflows(struct hub *hub, struct session *session, const struct frame *frame)
{
    if (session->waiting < OUTBOX_FRAMES_MAX && session->waiting_bytes + frame->length <= OUTBOX_BYTES_MAX)
        return false;
    if (session->waiting == 0)
        return false;              /* one large frame alone may pass */
    while (session->waiting > 1) { /* the first may be half written */
        session->waiting--;
        struct frame *last = session->outbox[(session->first + session->waiting) % session->room];
        session->waiting_bytes -= last->length;
        frame_drop(last);
    }
    session->outdated = true;
    hub->counts.replaced_views++;
    return true;
}

static bool push(struct hub *hub, struct session *session, struct frame *frame)
{
    if (session->closing || session->outdated || overflows(hub, session, frame))
        return false;
    make_room(session);
    session->outbox[(session->first + session->waiting++) % session->room] = frame_keep(frame);
    session->waiting_bytes += frame->length;
    return true;
}

void session_send(struct hub *hub, struct session *session, struct frame *frame)
{
    bool pushed = push(hub, session, frame);

    if (session->unhurried)
        session_hurry(hub, session);
    else if (pushed && session->waiting == 1)
        hub->ports.writable(hub->ports.engine, session->connection);
}

void session_send_unhurried(struct hub *hub, struct session *session, struct frame *frame)
{
    if (push(hub, session, frame) && session->waiting == 1)
        session->unhurried = true;
}

void session_hurry(struct hub *hub, struct session *session)
{
    if (!session->unhurried)
        return;
    session->unhurried = false;
    hub->ports.writable(hub->ports.engine, session->connection);
}

void session_send_text(struct hub *hub, struct session *session, const struct buffer *text)
{
    struct frame *frame = frame_of(text->text, text->length);
    session_send(hub, session, frame);
    frame_drop(frame);
}

void session_error(struct hub *hub, struct session *session, enum refusal code)
{
    buffer_rewind(&hub->scratch, 0);
    encode_error(&hub->scratch, code);
    session_send_text(hub, session, &hub->scratch);
    hub->counts.refused++;
}

void session_close(struct hub *hub, struct session *session, enum close_code code)
{
    if (session->closing)
        return;
    session->closing = true;
    hub->ports.close(hub->ports.engine, session->connection, code);
}

struct frame *session_next(const struct session *session)
{
    return session_waiting(session, 0);
}

struct frame *session_waiting(const struct session *session, size_t index)
{
    return index >= session->waiting ? NULL : session->outbox[(session->first + index) % session->room];
}

static void question_written(struct session *session, int64_t now_ms)
{
    int64_t offset = session->hall == NULL ? 0 : now_ms - session->hall->opened_ms;
    session->question_offset_ms = (int32_t)(offset < 0 ? 0 : offset > SPREAD_MAX_MS ? SPREAD_MAX_MS : offset);
    frame_drop(session->question);
    session->question = NULL;
}

void session_wrote(struct hub *hub, struct session *session, int64_t now_ms)
{
    assert(session->waiting > 0);
    struct frame *frame = session->outbox[session->first];

    session->first = (uint16_t)((session->first + 1) % session->room);
    session->waiting--;
    session->waiting_bytes -= frame->length;
    session->unhurried = false;
    if (frame == session->question)
        question_written(session, now_ms);
    frame_drop(frame);
    if (session->waiting > 0)
        return;
    free_outbox(session); /* most of the time nobody waits: memory for fifty thousand */
    session->outbox = NULL;
    session->first = session->room = 0;
    if (session->outdated) {
        session->outdated = false;
        if (session->hall != NULL && session->hall->caught_up && session->role != ROLE_NONE)
            show_state(session, now_ms);
    }
    (void)hub;
}
