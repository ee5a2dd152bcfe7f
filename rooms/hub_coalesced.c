/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <stdlib.h>
#include "rooms/hub_show.h"
#include "rooms/wall.h"

static bool is_player(const struct session *session)
{
    return session->role == ROLE_PLAYER;
}

bool session_is_watcher(const struct session *session)
{
    return session->role != ROLE_PLAYER;
}

static bool has_any(const struct hall *hall, bool (*wanted)(const struct session *))
{
    for (size_t i = 0; i < hall->watcher_count; i++)
        if (session_is_member(hall->sessions[i]) && wanted(hall->sessions[i]))
            return true;
    return false;
}

static bool put_lobby_name(const struct hall *hall, uint32_t seat, bool staff, struct buffer *text)
{
    struct person_view person;
    if (!room_view_person(hall->room, seat, &person) || person.removed || (person.waiting && !staff))
        return false;
    char *wall = staff ? NULL : wall_name(person.name);
    buffer_print(text, "%s{\"player\":\"%s\",\"name\":", text->text[text->length - 1] == '[' ? "" : ",", person.id);
    buffer_quote(text, wall != NULL ? wall : person.name);
    free(wall);
    buffer_print(text, ",\"waiting\":%s}", person.waiting ? "true" : "false");
    return true;
}

static bool is_screen(const struct session *session)
{
    return session->role == ROLE_SCREEN;
}

static void show_lobby_names(struct hall *hall, bool staff)
{
    bool (*wanted)(const struct session *) = staff ? session_is_staff : is_screen;
    size_t shown = 0;

    if (!has_any(hall, wanted))
        return;
    struct buffer *text = hall_scratch(hall);
    buffer_print(text, "{\"t\":\"lobby\",\"players\":%zu,\"names\":[", room_players(hall->room));
    for (size_t i = room_seats(hall->room); i > 0 && shown < LOBBY_NAMES_MAX; i--)
        shown += put_lobby_name(hall, (uint32_t)(i - 1), staff, text);
    buffer_put(text, "]}");
    hall_tell_watchers(hall, text, wanted);
}

void show_lobby_count(struct hall *hall)
{
    struct buffer *text = hall_scratch(hall);

    if (room_phase(hall->room) != PHASE_LOBBY)
        return;
    buffer_print(text, "{\"t\":\"lobby\",\"players\":%zu}", room_players(hall->room));
    hall_broadcast(hall, text, is_player);
}

void show_lobby(struct hall *hall)
{
    if (room_phase(hall->room) != PHASE_LOBBY)
        return;
    show_lobby_names(hall, false);
    show_lobby_names(hall, true);
}

/* Those about whom a host can do something come first: waiting for the nod, not answered; then by seat. */
static bool matters(const struct hall *hall, const struct person_view *person)
{
    bool asked = room_phase(hall->room) == PHASE_QUESTION;
    return !person->removed && (person->waiting || (asked && person->present && !person->answered));
}

void show_people(struct hall *hall)
{
    struct person_view person;
    size_t seats = room_seats(hall->room), rows = 0;

    if (!has_any(hall, session_is_staff))
        return;
    struct buffer *text = hall_scratch(hall);
    buffer_print(text, "{\"t\":\"people\",\"total\":%zu,\"rows\":[", room_players(hall->room));
    for (int pass = seats <= PEOPLE_ROWS_MAX ? 1 : 0; pass < 2; pass++) {
        for (uint32_t seat = 0; seat < seats && rows < PEOPLE_ROWS_MAX; seat++) {
            room_view_person(hall->room, seat, &person);
            if (seats > PEOPLE_ROWS_MAX && matters(hall, &person) != (pass == 0))
                continue;
            buffer_put(text, rows++ == 0 ? "" : ",");
            encode_person(text, &person);
        }
    }
    buffer_put(text, "]");
    show_missing(hall->room, text);
    buffer_put(text, "}");
    hall_tell_watchers(hall, text, session_is_staff);
}

void show_progress(struct hall *hall, int64_t now_ms)
{
    if (room_phase(hall->room) != PHASE_QUESTION && room_phase(hall->room) != PHASE_CLOSED)
        return;
    int64_t closing = hall->closing_ms < 0 ? -1 : hall->closing_ms > now_ms ? hall->closing_ms - now_ms : 0;
    struct buffer *text = hall_scratch(hall);
    encode_progress(text, room_q(hall->room), room_answered(hall->room), room_players(hall->room), closing);
    /* Players are told only that it closes now, and that it does not after all: not how many have answered at each
     * moment. */
    bool all = closing >= 0 || hall->closing_told;
    hall->closing_told = closing >= 0;
    if (all && !room_frozen(hall->room))
        hall_broadcast(hall, text, NULL);
    else
        hall_tell_watchers(hall, text, room_frozen(hall->room) ? session_is_staff : session_is_watcher);
}

void show_storage(struct hub *hub)
{
    for (size_t i = 0; i < hub->hall_count; i++) {
        struct buffer *text = hall_scratch(hub->halls[i]);
        encode_saving(text, hub->storage);
        hall_broadcast(hub->halls[i], text, NULL);
    }
}

void show_review(struct session *session)
{
    struct hall *hall = session->hall;
    const struct plan *plan = room_plan(hall->room);
    struct buffer *text = hall_scratch(hall);
    bool first = true;

    buffer_put(text, "{\"t\":\"review\",\"rows\":[");
    for (uint32_t q = 1; q <= plan->question_count; q++) {
        struct result_view result;
        const struct key *key = room_view_key(hall->room, q);
        if (key == NULL || !room_view_result(hall->room, q, session->seat, &result))
            continue; /* never revealed: its key stays unseen */
        buffer_put(text, first ? "" : ",");
        first = false;
        encode_review_row(text, q, &plan->questions[q - 1], key, hall_texts(hall, q), &result);
    }
    buffer_put(text, "]}");
    session_send_text(hall->hub, session, text);
}
