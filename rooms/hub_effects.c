/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <string.h>
#include "rooms/hub_show.h"

static struct session *session_at(const struct hall *hall, uint32_t seat)
{
    return seat < hall->by_seat_capacity ? hall->by_seat[seat] : NULL;
}

/* The seat is now held by another connection, perhaps in another worker: the one here is closed. */
static void check_takeover(struct hall *hall, uint32_t seat)
{
    struct session *session = session_at(hall, seat);
    struct seat_state state;

    if (session == NULL || !room_seat_state(hall->room, seat, &state))
        return;
    if (state.connection == session->connection_id)
        session->attaching = false;
    if (state.connection == session->connection_id || session->attaching)
        return;
    hall->by_seat[seat] = NULL;
    session->seat = NO_SEAT;
    session_close(hall->hub, session, CLOSE_TAKEN_OVER);
}

static struct session *joiner(struct hall *hall, uint64_t key)
{
    const uint32_t *slot = map_find(&hall->joiners, key);
    struct session *session = slot == NULL || *slot >= hall->hub->slot_count ? NULL : hall->hub->slots[*slot];
    return session != NULL && session->hall == hall && session->joining != NULL ? session : NULL;
}

static void show_joined(struct hall *hall, const struct event *event, const struct effect *effect, size_t index,
                        int64_t now_ms)
{
    struct session *session = joiner(hall, effect->player);
    struct view view;

    if (effect->refusal == REFUSAL_NONE)
        check_takeover(hall, effect->seat);
    if (session == NULL)
        return;
    if (effect->refusal != REFUSAL_NONE) {
        session_leave_hall(session, now_ms);
        bool overtaken = effect->refusal == REFUSAL_STALE; /* this very join came in on another line, later */
        session_error(hall->hub, session, overtaken ? REFUSAL_BUSY : effect->refusal);
        return;
    }
    room_view(hall->room, ROLE_PLAYER, effect->seat, &view);
    const char *asked = event->rows[index].shown;
    session_joined(session, effect->seat, asked != NULL && strcmp(asked, view.name) != 0, now_ms);
}

/* An entry that had to wait until somebody came in on a later line has no effect; then that line has the seat. */
static void show_attached(struct hall *hall, const struct event *event, const struct effect *effect, size_t index)
{
    struct session *session = session_at(hall, effect->seat);

    if (event->type != EVENT_ATTACHED || session == NULL)
        return;
    if (session->connection_id == event->rows[index].connection)
        session->attaching = false;
    check_takeover(hall, effect->seat);
}

static void show_answered(struct hall *hall, const struct event *event, const struct effect *effect)
{
    struct session *session = session_at(hall, effect->seat);
    struct answer_view standing;

    if (session == NULL)
        return;
    if (session->pending_q == event->q && session->pending_n <= effect->n)
        session->pending_q = 0;
    struct buffer *text = hall_scratch(hall);
    if (effect->refusal != REFUSAL_NONE) {
        encode_answer_refused(text, event->q, effect->n, effect->refusal, NULL);
    } else {
        room_view_answer(hall->room, event->q, effect->seat, &standing);
        encode_ack(text, &room_plan(hall->room)->questions[event->q - 1].shape, &standing, effect->n, effect->status);
        hall->hub->counts.acks++;
    }
    session_send_text(hall->hub, session, text);
}

static void show_removed(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)now_ms;
    uint32_t seat = effect->seat;
    struct session *session = session_at(hall, seat);

    if (session == NULL)
        return;
    struct buffer *text = hall_scratch(hall);
    encode_removed(text, event->ban);
    session_send_text(hall->hub, session, text);
    hall->by_seat[seat] = NULL;
    session->seat = NO_SEAT;
    session_close(hall->hub, session, CLOSE_REMOVED);
}

void show_renamed(struct hall *hall, uint32_t seat)
{
    struct session *session = session_at(hall, seat);
    struct view view;

    room_view(hall->room, ROLE_PLAYER, seat, &view);
    struct buffer *text = hall_scratch(hall);
    encode_renamed(text, view.player, view.name);
    hall_tell_watchers(hall, text, session_is_watcher);
    if (session != NULL)
        session_send_text(hall->hub, session, text);
}

/* Who brought the code on this very line: others may have brought the same one. */
static struct session *bringer(struct hall *hall, const struct event *event)
{
    bool brought = event->type == EVENT_RESEATED && event->take != 0 && event->connection != 0;
    struct session *session = brought ? joiner(hall, event->connection) : NULL;
    return session != NULL && session->connection_id == event->connection ? session : NULL;
}

static void show_reseated(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    uint32_t seat = effect->seat;
    struct session *session = bringer(hall, event);
    if (event->take == 0)
        return;
    check_takeover(hall, seat);
    if (session != NULL)
        session_joined(session, seat, false, now_ms);
}

static void show_factor(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)event;
    uint32_t seat = effect->seat;
    struct session *session = session_at(hall, seat);
    if (session == NULL || room_phase(hall->room) != PHASE_QUESTION)
        return;
    uint32_t limit_ms = room_seat_limit_ms(hall->room, seat);
    struct buffer *text = hall_scratch(hall);
    encode_extended(text, room_q(hall->room), 0, limit_ms, hall_left_ms(hall, limit_ms, now_ms));
    session_send_text(hall->hub, session, text);
}

static void show_moved(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)effect;
    for (size_t i = 0; i < hall->session_count; i++) {
        struct session *session = hall->sessions[i];
        if (!session_is_member(session))
            continue;
        uint32_t limit_ms = session->role == ROLE_PLAYER && room_q(hall->room) > 0
                                ? room_seat_limit_ms(hall->room, session->seat)
                                : room_limit_ms(hall->room);
        struct buffer *text = hall_scratch(hall);
        encode_moved(text, event_name(event->type), room_at(hall->room), hall_left_ms(hall, limit_ms, now_ms));
        session_send_text(hall->hub, session, text);
    }
}

static void show_word(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)effect;
    (void)now_ms;
    struct buffer *text = hall_scratch(hall);
    buffer_print(text, "{\"t\":\"%s\"}", event_name(event->type));
    hall_broadcast(hall, text, NULL);
}

static struct frame *closed_frame(struct hall *hall, bool staff)
{
    struct buffer *text = hall_scratch(hall);
    bool said = staff || !room_frozen(hall->room);
    encode_closed(text, room_q(hall->room), said ? hall->why : CLOSE_WHY_COUNT, room_at(hall->room));
    return frame_of(text->text, text->length);
}

/* There is nothing left that they could do with the question. */
static bool is_done(const struct session *session)
{
    const struct room *room = session->hall->room;
    struct answer_view standing;

    if (session->role != ROLE_PLAYER || room_plan(room)->change != CHANGE_NO)
        return false;
    room_view_answer(room, room_q(room), session->seat, &standing);
    return standing.given && standing.status == ANSWER_ACCEPTED;
}

/* A send costs more than anything else that is done for a player. So those who have answered get the close together
 * with the result, if it comes soon. */
static void show_closed(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    struct frame *frames[2] = {closed_frame(hall, false), closed_frame(hall, true)};
    (void)event;
    (void)effect;

    for (size_t i = 0; i < hall->session_count; i++) {
        struct session *session = hall->sessions[i];
        if (session_is_member(session) && is_done(session))
            session_send_unhurried(hall->hub, session, frames[0]);
        else if (session_is_member(session))
            session_send(hall->hub, session, frames[session_is_staff(session)]);
    }
    frame_drop(frames[0]);
    frame_drop(frames[1]);
    hall->hurry_ms = now_ms + CLOSED_LATER_MS;
    hall->closing_told = false; /* `closed` says it */
    hall->progress_dirty = true;
}

static void show_skipped(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)effect;
    struct buffer *text = hall_scratch(hall);
    encode_closed(text, event->q, CLOSED_BY_SKIP, room_at(hall->room));
    hall_broadcast(hall, text, NULL);
    if (room_phase(hall->room) == PHASE_QUESTION)
        show_question(hall, now_ms);
    else
        show_headed(hall, hall_table(hall));
}

/* Points or a key were corrected: what is on the pages is shown anew. */
static void show_corrected(struct hall *hall, const struct effect *effect, int64_t now_ms)
{
    struct session *session = session_at(hall, effect->seat);

    if (effect->waits)
        return; /* nothing has changed yet */
    if (session != NULL)
        show_state(session, now_ms);
    else if (room_phase(hall->room) == PHASE_REVEALED)
        show_headed(hall, HEADED_REVEAL);
    if (room_phase(hall->room) == PHASE_RANKED || room_phase(hall->room) == PHASE_ENDED)
        show_headed(hall, hall_table(hall));
}

static void show_state_to_all(struct hall *hall, int64_t now_ms)
{
    for (size_t i = 0; i < hall->session_count; i++)
        if (session_is_member(hall->sessions[i]))
            show_state(hall->sessions[i], now_ms);
}

static void show_notice(struct hall *hall, const struct event *event)
{
    if (event->rows[0].shown == NULL)
        return;
    struct buffer *text = hall_scratch(hall);
    encode_notice(text, event->rows[0].shown);
    hall_broadcast(hall, text, NULL);
}

static void show_judged(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    if (event->type == EVENT_NOTICED)
        show_notice(hall, event);
    else if (event->type == EVENT_HELD || event->type == EVENT_RELEASED) {
        struct buffer *text = hall_scratch(hall);
        buffer_print(text, "{\"t\":\"%s\"}", event_name(event->type));
        hall_tell_watchers(hall, text, session_is_watcher);
    } else if (event->type == EVENT_FROZEN || event->type == EVENT_UNFROZEN || event->type == EVENT_FINALISED)
        show_state_to_all(hall, now_ms);
    else
        show_corrected(hall, effect, now_ms);
}

static void show_name(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)event;
    (void)now_ms;
    show_renamed(hall, effect->seat);
}

/* Who waited for the nod sees that the name stands. */
static void show_nodded(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    struct session *session = session_at(hall, effect->seat);
    (void)event;
    if (session != NULL)
        show_state(session, now_ms);
}

static void show_opened(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)event;
    (void)effect;
    show_question(hall, now_ms);
}

static void show_longer(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)effect;
    show_extended(hall, event, now_ms);
}

static void show_revealed(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)event;
    (void)effect;
    (void)now_ms;
    show_headed(hall, HEADED_REVEAL);
}

static void show_ranked(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    (void)event;
    (void)effect;
    (void)now_ms;
    show_headed(hall, hall_table(hall));
}

/* What an event that is no batch shows; nothing if it is not here. */
static void (*const shows[EVENT_COUNT])(struct hall *, const struct event *, const struct effect *, int64_t now_ms) = {
    [EVENT_RESEATED] = show_reseated, [EVENT_RENAMED] = show_name,    [EVENT_ACCOMMODATED] = show_factor,
    [EVENT_REMOVED] = show_removed,   [EVENT_LOCKED] = show_word,     [EVENT_UNLOCKED] = show_word,
    [EVENT_OPENED] = show_opened,     [EVENT_REOPENED] = show_opened, [EVENT_CLOSED] = show_closed,
    [EVENT_EXTENDED] = show_longer,   [EVENT_SKIPPED] = show_skipped, [EVENT_REVEALED] = show_revealed,
    [EVENT_RANKED] = show_ranked,     [EVENT_ENDED] = show_ranked,    [EVENT_PAUSED] = show_moved,
    [EVENT_RESUMED] = show_moved,     [EVENT_ADJUSTED] = show_judged, [EVENT_DISQUALIFIED] = show_judged,
    [EVENT_REINSTATED] = show_judged, [EVENT_MOVED] = show_judged,    [EVENT_VOIDED] = show_judged,
    [EVENT_REKEYED] = show_judged,    [EVENT_HELD] = show_judged,     [EVENT_RELEASED] = show_judged,
    [EVENT_FROZEN] = show_judged,     [EVENT_UNFROZEN] = show_judged, [EVENT_NOTICED] = show_judged,
    [EVENT_FINALISED] = show_judged,  [EVENT_NODDED] = show_nodded,
};

void show_refusal(struct hall *hall, const struct event *event, int64_t now_ms)
{
    if (event->type == EVENT_CLOSED)
        hall->proposed_all = 0; /* somebody came in meanwhile; they may all have answered by now */
    struct session *session = bringer(hall, event);
    if (session == NULL)
        return;
    session_leave_hall(session, now_ms); /* the code was used up while this one was on its way */
    session_error(hall->hub, session, REFUSAL_BAD_TOKEN);
}

static bool is_batch(enum event_type type)
{
    return type == EVENT_JOINED || type == EVENT_ANSWERS || type == EVENT_ATTACHED || type == EVENT_LEFT;
}

void show_effects(struct hall *hall, const struct event *event, const struct effects *effects, int64_t now_ms)
{
    if (!is_batch(event->type))
        show_forget_heads(hall);
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->list[i];
        if (event->type == EVENT_JOINED)
            show_joined(hall, event, effect, i, now_ms);
        else if (event->type == EVENT_ANSWERS)
            show_answered(hall, event, effect);
        else if (event->type == EVENT_ATTACHED || event->type == EVENT_LEFT)
            show_attached(hall, event, effect, i);
        else if (shows[event->type] != NULL)
            shows[event->type](hall, event, effect, now_ms);
    }
    hall->people_dirty = true;
    hall->lobby_dirty = room_phase(hall->room) == PHASE_LOBBY;
    hall->progress_dirty = hall->progress_dirty || room_phase(hall->room) == PHASE_QUESTION;
}
