/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <stdio.h>
#include <string.h>

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- the local clock follows the log ---- */

static void start_question(struct hall *hall, int64_t now_ms)
{
    hall->opened_ms = now_ms;
    hall->spread_ms = -1;
    hall->closing_ms = -1;
    hall->stands_still = false;
    for (size_t i = 0; i < hall->session_count; i++)
        hall->sessions[i]->question_offset_ms = -1;
}

/* A question stands still from its pause or its close, whichever was first, until it goes on. */
static void stand_still(struct hall *hall, int64_t now_ms)
{
    if (!hall->stands_still)
        hall->stopped_ms = now_ms;
    hall->stands_still = true;
    hall->closing_ms = -1;
}

static void go_on(struct hall *hall, int64_t now_ms)
{
    if (hall->stands_still)
        hall->opened_ms += now_ms - hall->stopped_ms;
    hall->stands_still = false;
}

/* A note for those who did not see it: since when the question has been open or, while it stands still, for how long it
 * was. */
static uint64_t note_key(const struct hall *hall)
{
    char text[ROOM_ID_MAX + 80];
    snprintf(text, sizeof text, "%s:%u:%lld:%s", hall->id, room_clock(hall->room),
             (long long)room_time_mark(hall->room), hall->stands_still ? "still" : "open");
    return map_key(text);
}

static void leave_note(struct hall *hall)
{
    const struct hub_ports *ports = &hall->hub->ports;
    int64_t ms = hall->stands_still ? hall->stopped_ms - hall->opened_ms : hall->opened_ms;
    int64_t mark = room_time_mark(hall->room);

    if (!hall->caught_up || (room_clock(hall->room) == hall->noted_clock && mark == hall->noted_mark))
        return;
    hall->noted_clock = room_clock(hall->room);
    hall->noted_mark = mark;
    ports->keep_time(ports->engine, note_key(hall), ms);
}

void clock_by_wall(struct hall *hall, int64_t wall_ms, int64_t now_ms)
{
    const struct hub_ports *ports = &hall->hub->ports;
    int64_t noted_ms, open_ms = room_open_ms(hall->room, wall_ms);

    hall->stopped_ms = now_ms;
    hall->stands_still = room_phase(hall->room) != PHASE_QUESTION || room_paused(hall->room);
    if (ports->kept_time(ports->engine, note_key(hall), &noted_ms))
        open_ms = hall->stands_still ? noted_ms : now_ms - noted_ms;
    hall->opened_ms = now_ms - open_ms;
    hall->closed_ms = now_ms;
    hall->spread_ms = 0;
}

void clock_apply(struct hall *hall, const struct event *event, int64_t now_ms)
{
    bool asked = room_phase(hall->room) == PHASE_QUESTION;

    hall->jitter_ms = (int64_t)hub_chance(hall->hub, TIMER_SPREAD_MS + 1);
    if (event->type == EVENT_OPENED || (event->type == EVENT_SKIPPED && asked)) {
        start_question(hall, now_ms);
    } else if (event->type == EVENT_PAUSED && asked) {
        stand_still(hall, now_ms);
    } else if (event->type == EVENT_CLOSED) {
        stand_still(hall, now_ms);
        hall->closed_ms = now_ms;
        hall->why = event->why;
    } else if ((event->type == EVENT_RESUMED && asked) || event->type == EVENT_REOPENED) {
        go_on(hall, now_ms);
    }
    leave_note(hall);
}

bool clock_settled(const struct hall *hall, int64_t now_ms)
{
    const struct hub *hub = hall->hub;
    return hub->storage == STORAGE_OK && now_ms - hub->store_back_ms >= STORE_BACK_MS &&
           now_ms - hall->closed_ms >= SETTLE_MS;
}

/* ---- closing ---- */

static void propose_close(struct hall *hall, enum close_why why)
{
    struct event event = {.type = EVENT_CLOSED, .q = room_q(hall->room), .clock = room_clock(hall->room), .why = why};
    hall_propose(hall, &event);
}

/* Every worker proposes after the longest limit and its own small delay; the first wins, the others have no effect. */
static int64_t close_by_time(struct hall *hall, int64_t now_ms)
{
    uint32_t longest = room_longest_limit_ms(hall->room);
    uint32_t clock = room_clock(hall->room) + 1;

    if (longest == LIMIT_NONE || hall->proposed_clock == clock)
        return INT64_MAX;
    int64_t spread = hall->spread_ms < 0 ? SPREAD_MAX_MS : hall->spread_ms;
    int64_t at_ms = hall->opened_ms + longest + spread + room_plan(hall->room)->cap_ms + hall->jitter_ms;
    if (now_ms < at_ms)
        return at_ms;
    hall->proposed_clock = clock;
    propose_close(hall, CLOSED_BY_TIME);
    return INT64_MAX;
}

static int64_t close_by_all(struct hall *hall, int64_t now_ms)
{
    bool all = room_plan(hall->room)->close_all && room_all_answered(hall->room);
    uint32_t clock = room_clock(hall->room) + 1;

    if (!all) {
        if (hall->closing_ms >= 0)
            hall->progress_dirty = true;
        hall->closing_ms = -1;
        hall->proposed_all = 0;
        return INT64_MAX;
    }
    if (hall->closing_ms < 0) {
        hall->closing_ms = now_ms + CLOSING_SHOWN_MS;
        hall->progress_dirty = true;
    }
    if (hall->proposed_all == clock)
        return INT64_MAX;
    if (now_ms < hall->closing_ms + hall->jitter_ms)
        return hall->closing_ms + hall->jitter_ms;
    hall->proposed_all = clock;
    propose_close(hall, CLOSED_BY_ALL);
    return INT64_MAX;
}

/* ---- presence ---- */

/* Everybody is given the same time to come back, so the first of the list is the first that is due. */
static int64_t propose_absences(struct hall *hall, int64_t now_ms)
{
    while (hall->leaving_first < hall->leaving_count) {
        const struct leaving *leaving = &hall->leaving[hall->leaving_first];
        struct event_row row = {.player = leaving->player, .connection = leaving->connection_id};
        struct seat_state state;
        if (now_ms < leaving->at_ms)
            return leaving->at_ms;
        bool gone = room_seat_state(hall->room, room_find(hall->room, leaving->player), &state) &&
                    state.connection == leaving->connection_id && state.present;
        if (gone && !batch_add(hall, EVENT_LEFT, 0, &row, now_ms))
            return now_ms + ABSENT_AFTER_MS;
        hall->leaving_first++;
    }
    hall->leaving_first = hall->leaving_count = 0;
    return INT64_MAX;
}

/* ---- views that are sent together ---- */

static int64_t coalesce(bool *dirty, int64_t *at_ms, int64_t every_ms, int64_t now_ms, bool *show)
{
    *show = false;
    if (!*dirty)
        return INT64_MAX;
    if (now_ms < *at_ms)
        return *at_ms;
    *dirty = false;
    *at_ms = now_ms + every_ms;
    *show = true;
    return INT64_MAX;
}

static int64_t show_coalesced(struct hall *hall, int64_t now_ms)
{
    bool show;
    int64_t next = coalesce(&hall->progress_dirty, &hall->progress_at_ms, PROGRESS_EVERY_MS, now_ms, &show);
    if (show)
        show_progress(hall, now_ms);
    next = earlier(next, coalesce(&hall->lobby_dirty, &hall->lobby_at_ms, LOBBY_EVERY_MS, now_ms, &show));
    if (show) {
        show_lobby(hall);
        hall->count_dirty = true;
    }
    int64_t count_every_ms = COUNT_EVERY_MS_A_PLAYER * (int64_t)hall->session_count;
    if (count_every_ms < LOBBY_EVERY_MS)
        count_every_ms = LOBBY_EVERY_MS;
    next = earlier(next, coalesce(&hall->count_dirty, &hall->count_at_ms, count_every_ms, now_ms, &show));
    if (show)
        show_lobby_count(hall);
    next = earlier(next, coalesce(&hall->people_dirty, &hall->people_at_ms, PEOPLE_EVERY_MS, now_ms, &show));
    if (show)
        show_people(hall);
    return next;
}

/* Company for what waits has not come. */
static int64_t hurry_all(struct hall *hall, int64_t now_ms)
{
    if (now_ms < hall->hurry_ms)
        return hall->hurry_ms;
    for (size_t i = 0; i < hall->session_count; i++)
        session_hurry(hall->hub, hall->sessions[i]);
    hall->hurry_ms = INT64_MAX;
    return INT64_MAX;
}

int64_t clock_tick(struct hall *hall, int64_t now_ms)
{
    int64_t next = INT64_MAX;

    if (room_phase(hall->room) == PHASE_QUESTION && !room_paused(hall->room)) {
        next = close_by_time(hall, now_ms);
        next = earlier(next, close_by_all(hall, now_ms));
    }
    next = earlier(next, propose_absences(hall, now_ms));
    next = earlier(next, hurry_all(hall, now_ms));
    return earlier(next, show_coalesced(hall, now_ms));
}
