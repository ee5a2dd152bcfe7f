/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <stdlib.h>
#include <string.h>

static struct buffer *scratch(struct hall *hall)
{
    buffer_rewind(&hall->hub->scratch, 0);
    return &hall->hub->scratch;
}

static bool is_member(const struct session *session)
{
    return session->role != ROLE_NONE && !session->closing &&
           (session->role != ROLE_PLAYER || session->seat != NO_SEAT);
}

static bool is_staff(const struct session *session)
{
    return session->role == ROLE_HOST || session->role == ROLE_JUDGE || session->role == ROLE_ADMIN;
}

/* The same bytes to every member for whom `wanted` (NULL: all) holds. */
static void broadcast(struct hall *hall, const struct buffer *text, bool (*wanted)(const struct session *))
{
    struct frame *frame = frame_of(text->text, text->length);
    for (size_t i = 0; i < hall->session_count; i++) {
        struct session *session = hall->sessions[i];
        if (is_member(session) && (wanted == NULL || wanted(session)))
            session_send(hall->hub, session, frame);
    }
    frame_drop(frame);
}

/* A head that all share and a tail of one's own, joined into one frame. */
static void send_joined(struct session *session, const struct buffer *head, const struct buffer *tail)
{
    struct frame *frame = frame_new(head->length + tail->length);
    memcpy(frame->text, head->text, head->length);
    memcpy(frame->text + head->length, tail->text, tail->length);
    session_send(session->hall->hub, session, frame);
    frame_drop(frame);
}

/* ---- question ---- */

int64_t hall_left_ms(const struct hall *hall, uint32_t limit_ms, int64_t now_ms)
{
    if (limit_ms == LIMIT_NONE || room_phase(hall->room) != PHASE_QUESTION)
        return -1;
    int64_t until = room_paused(hall->room) ? hall->stopped_ms : now_ms;
    int64_t left = (int64_t)limit_ms - (until - hall->opened_ms);
    return left < 0 ? 0 : left;
}

static void send_question(struct session *session, const struct buffer *head, uint32_t limit_ms, int64_t now_ms)
{
    struct buffer tail;
    int64_t left = hall_left_ms(session->hall, limit_ms, now_ms);

    buffer_init(&tail);
    encode_question_tail(&tail, limit_ms, left);
    send_joined(session, head, &tail);
    buffer_clear(&tail);
}

static void question_head(const struct session *session, struct buffer *head)
{
    struct view view;
    const struct hall *hall = session->hall;
    room_view(hall->room, session->role, session->seat, &view);
    encode_question_head(head, &view, room_plan(hall->room), hall_texts(hall, view.q));
}

/* Most get the very same frame; whoever has time of their own gets theirs. */
static void show_question(struct hall *hall, int64_t now_ms)
{
    struct buffer heads[2];
    struct frame *shared[2] = {NULL, NULL};
    uint32_t limit_ms = room_limit_ms(hall->room);

    buffer_init(&heads[0]);
    buffer_init(&heads[1]);
    for (size_t i = 0; i < hall->session_count; i++) {
        struct session *session = hall->sessions[i];
        size_t kind = session->role == ROLE_PLAYER ? 0 : 1;
        if (!is_member(session))
            continue;
        if (heads[kind].length == 0) {
            question_head(session, &heads[kind]);
            struct buffer *whole = scratch(hall);
            buffer_add(whole, heads[kind].text, heads[kind].length);
            encode_question_tail(whole, limit_ms, hall_left_ms(hall, limit_ms, now_ms));
            shared[kind] = frame_of(whole->text, whole->length);
        }
        uint32_t own_ms = kind == 0 ? room_seat_limit_ms(hall->room, session->seat) : limit_ms;
        if (own_ms != limit_ms) {
            send_question(session, &heads[kind], own_ms, now_ms);
            continue;
        }
        frame_drop(session->question);
        session->question = frame_keep(shared[kind]); /* its first write starts this phone's time */
        session_send(hall->hub, session, shared[kind]);
    }
    for (size_t kind = 0; kind < 2; kind++) {
        buffer_clear(&heads[kind]);
        frame_drop(shared[kind]);
    }
}

/* Limits moved: everybody is told their own. */
static void show_extended(struct hall *hall, const struct event *event, int64_t now_ms)
{
    for (size_t i = 0; i < hall->session_count; i++) {
        struct session *session = hall->sessions[i];
        if (!is_member(session))
            continue;
        uint32_t limit_ms =
            session->role == ROLE_PLAYER ? room_seat_limit_ms(hall->room, session->seat) : room_limit_ms(hall->room);
        struct buffer *text = scratch(hall);
        encode_extended(text, event->q, event->ms, limit_ms, hall_left_ms(hall, limit_ms, now_ms));
        session_send_text(hall->hub, session, text);
    }
}

/* ---- reveal ---- */

static bool reveal_head(struct hall *hall, struct buffer *head)
{
    uint32_t q = room_q(hall->room);
    struct distribution distribution;
    const struct key *key = room_view_key(hall->room, q);

    if (key == NULL || !room_view_distribution(hall->room, q, &distribution))
        return false;
    encode_reveal_head(head, q, room_at(hall->room), &room_plan(hall->room)->questions[q - 1], key, hall_texts(hall, q),
                       &distribution);
    return true;
}

static void send_reveal(struct session *session, const struct buffer *head)
{
    struct hall *hall = session->hall;
    uint32_t q = room_q(hall->room);
    struct result_view result;
    struct view view;
    bool own = session->role == ROLE_PLAYER && room_view_result(hall->room, q, session->seat, &result);

    room_view(hall->room, session->role, NO_SEAT, &view);
    struct buffer *tail = scratch(hall);
    encode_reveal_tail(tail, &room_plan(hall->room)->questions[q - 1].shape, own ? &result : NULL, view.ranks);
    send_joined(session, head, tail);
}

/* ---- boards ---- */

static size_t read_lines(const struct hall *hall, size_t first, size_t count, struct board_line *lines)
{
    size_t read = 0;
    uint32_t seat;
    while (read < count &&
           room_view_row(hall->room, first + read, lines[read].id, &lines[read].row, &lines[read].rank_before, &seat)) {
        lines[read].row.player = lines[read].id;
        read++;
    }
    return read;
}

static void board_head(struct hall *hall, struct buffer *head)
{
    struct board_line lines[BOARD_ROWS_SHOWN];
    struct view view;
    room_view(hall->room, ROLE_SCREEN, NO_SEAT, &view);
    size_t count = view.ranks ? read_lines(hall, 0, BOARD_ROWS_SHOWN, lines) : 0;
    encode_board_head(head, lines, count, &view);
}

static void send_board(struct session *session, const struct buffer *head)
{
    struct hall *hall = session->hall;
    struct board_line near[3];
    struct result_view result;
    struct view view;
    size_t count = 0;
    uint32_t q = room_q(hall->room);

    room_view(hall->room, session->role, NO_SEAT, &view);
    bool own = session->role == ROLE_PLAYER && view.ranks && room_view_result(hall->room, q, session->seat, &result);
    if (own) {
        size_t place = room_view_place(hall->room, session->seat);
        count = read_lines(hall, place > 0 ? place - 1 : 0, 3, near);
    }
    struct buffer *tail = scratch(hall);
    encode_board_tail(tail, own ? &result : NULL, near, count);
    send_joined(session, head, tail);
}

static void ended_head(struct hall *hall, struct buffer *head)
{
    struct board_line lines[PODIUM_MAX];
    struct view view;
    room_view(hall->room, ROLE_SCREEN, NO_SEAT, &view);
    size_t count = view.ranks && view.q > 0 ? read_lines(hall, 0, PODIUM_MAX, lines) : 0;
    while (count > 0 && lines[count - 1].row.rank > 3)
        count--;
    encode_ended_head(head, lines, count, room_at(hall->room));
}

static bool last_result(const struct hall *hall, uint32_t seat, struct result_view *result)
{
    for (uint32_t q = room_q(hall->room); q > 0; q--)
        if (room_view_result(hall->room, q, seat, result))
            return true;
    return false;
}

static void send_ended(struct session *session, const struct buffer *head)
{
    struct hall *hall = session->hall;
    struct result_view result;
    struct view view;

    room_view(hall->room, session->role, NO_SEAT, &view);
    bool own = session->role == ROLE_PLAYER && last_result(hall, session->seat, &result);
    struct buffer *tail = scratch(hall);
    encode_ended_tail(tail, own ? &result : NULL, view.ranks);
    send_joined(session, head, tail);
}

/* ---- the same frames, live to all or to one who comes ---- */

static const struct {
    void (*head)(struct hall *, struct buffer *);
    void (*send)(struct session *, const struct buffer *);
} board_frames = {board_head, send_board}, ended_frames = {ended_head, send_ended};

static void to_all(struct hall *hall, const struct buffer *head, void (*send)(struct session *, const struct buffer *))
{
    for (size_t i = 0; i < hall->session_count; i++)
        if (is_member(hall->sessions[i]))
            send(hall->sessions[i], head);
}

static void show_reveal(struct hall *hall, struct session *only)
{
    struct buffer head;
    buffer_init(&head);
    if (reveal_head(hall, &head)) {
        if (only != NULL)
            send_reveal(only, &head);
        else
            to_all(hall, &head, send_reveal);
    }
    buffer_clear(&head);
}

static void show_table(struct hall *hall, struct session *only, bool ended)
{
    struct buffer head;
    buffer_init(&head);
    (ended ? ended_frames.head : board_frames.head)(hall, &head);
    if (only != NULL)
        (ended ? ended_frames.send : board_frames.send)(only, &head);
    else
        to_all(hall, &head, ended ? ended_frames.send : board_frames.send);
    buffer_clear(&head);
}

static void put_closed(struct hall *hall, struct buffer *text)
{
    encode_closed(text, room_q(hall->room), hall->why, room_at(hall->room));
}

static void show_phase(struct session *session, int64_t now_ms)
{
    struct hall *hall = session->hall;
    enum phase phase = room_phase(hall->room);

    if (phase == PHASE_QUESTION || phase == PHASE_CLOSED || phase == PHASE_REVEALED) {
        struct buffer head;
        buffer_init(&head);
        question_head(session, &head);
        uint32_t limit_ms =
            session->seat == NO_SEAT ? room_limit_ms(hall->room) : room_seat_limit_ms(hall->room, session->seat);
        send_question(session, &head, limit_ms, now_ms);
        buffer_clear(&head);
    }
    if (phase == PHASE_CLOSED) {
        struct buffer *text = scratch(hall);
        put_closed(hall, text);
        session_send_text(hall->hub, session, text);
    }
    if (phase == PHASE_REVEALED)
        show_reveal(hall, session);
    if (phase == PHASE_RANKED || phase == PHASE_ENDED)
        show_table(hall, session, phase == PHASE_ENDED);
    if (room_paused(hall->room)) {
        struct buffer *text = scratch(hall);
        encode_moved(text, "paused", room_at(hall->room), -1);
        session_send_text(hall->hub, session, text);
    }
}

void show_state(struct session *session, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct view view;
    struct state_extras extras = {.room = hall->id,
                                  .plan = room_plan(hall->room),
                                  .bank = hall->bank,
                                  .lang = session->lang[0] == '\0' ? NULL : session->lang,
                                  .public_url = hall->hub->public_url,
                                  .saving = hall->hub->storage != STORAGE_OK};

    session->pending_q = 0;
    room_view(hall->room, session->role, session->seat, &view);
    struct buffer *text = scratch(hall);
    encode_state(text, &view, &extras);
    session_send_text(hall->hub, session, text);
    show_phase(session, now_ms);
    hall->progress_dirty = hall->progress_dirty || session->role != ROLE_PLAYER;
    hall->lobby_dirty = hall->lobby_dirty || room_phase(hall->room) == PHASE_LOBBY;
    hall->people_dirty = hall->people_dirty || is_staff(session);
    hub_wake(hall->hub, now_ms);
}

/* ---- coalesced views ---- */

static bool is_player(const struct session *session)
{
    return session->role == ROLE_PLAYER;
}

static bool is_watcher(const struct session *session)
{
    return session->role != ROLE_PLAYER;
}

static bool has_any(const struct hall *hall, bool (*wanted)(const struct session *))
{
    for (size_t i = 0; i < hall->session_count; i++)
        if (is_member(hall->sessions[i]) && wanted(hall->sessions[i]))
            return true;
    return false;
}

static bool put_lobby_name(const struct hall *hall, uint32_t seat, struct buffer *text, bool first)
{
    struct person_view person;
    if (!room_view_person(hall->room, seat, &person) || person.removed || person.waiting)
        return false;
    buffer_print(text, "%s{\"player\":\"%s\",\"name\":", first ? "" : ",", person.id);
    buffer_quote(text, person.name);
    buffer_put(text, ",\"waiting\":false}");
    return true;
}

void show_lobby(struct hall *hall)
{
    struct buffer *text = scratch(hall);
    size_t players = room_players(hall->room), seats = room_seats(hall->room), shown = 0;

    if (room_phase(hall->room) != PHASE_LOBBY)
        return;
    buffer_print(text, "{\"t\":\"lobby\",\"players\":%zu}", players);
    broadcast(hall, text, is_player);
    if (!has_any(hall, is_watcher))
        return;
    text = scratch(hall);
    buffer_print(text, "{\"t\":\"lobby\",\"players\":%zu,\"names\":[", players);
    for (size_t i = seats; i > 0 && shown < LOBBY_NAMES_MAX; i--)
        shown += put_lobby_name(hall, (uint32_t)(i - 1), text, shown == 0);
    buffer_put(text, "]}");
    broadcast(hall, text, is_watcher);
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

    if (!has_any(hall, is_staff))
        return;
    struct buffer *text = scratch(hall);
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
    buffer_put(text, "]}");
    broadcast(hall, text, is_staff);
}

void show_progress(struct hall *hall, int64_t now_ms)
{
    if (room_phase(hall->room) != PHASE_QUESTION && room_phase(hall->room) != PHASE_CLOSED)
        return;
    int64_t closing = hall->closing_ms < 0 ? -1 : hall->closing_ms > now_ms ? hall->closing_ms - now_ms : 0;
    struct buffer *text = scratch(hall);
    encode_progress(text, room_q(hall->room), room_answered(hall->room), room_players(hall->room), closing);
    /* Players are told only that it closes now, not how many have answered at each moment. */
    broadcast(hall, text, closing >= 0 ? NULL : is_watcher);
}

void show_storage(struct hub *hub)
{
    for (size_t i = 0; i < hub->hall_count; i++) {
        struct buffer *text = scratch(hub->halls[i]);
        encode_saving(text, hub->storage);
        broadcast(hub->halls[i], text, NULL);
    }
}

void show_review(struct session *session)
{
    struct hall *hall = session->hall;
    const struct plan *plan = room_plan(hall->room);
    struct buffer *text = scratch(hall);
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

/* ---- effects ---- */

static struct session *session_at(const struct hall *hall, uint32_t seat)
{
    return seat < hall->by_seat_capacity ? hall->by_seat[seat] : NULL;
}

/* The seat is now held by another connection, perhaps in another worker: the one here is closed. */
static void check_takeover(struct hall *hall, uint32_t seat)
{
    struct session *session = session_at(hall, seat);
    struct seat_state state;

    if (session == NULL || !room_seat_state(hall->room, seat, &state) || state.connection == session->connection_id)
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
        session_error(hall->hub, session, effect->refusal);
        return;
    }
    room_view(hall->room, ROLE_PLAYER, effect->seat, &view);
    const char *asked = event->rows[index].shown;
    session_joined(session, effect->seat, asked != NULL && strcmp(asked, view.name) != 0, now_ms);
}

static void show_attached(struct hall *hall, const struct effect *effect)
{
    if (effect->refusal == REFUSAL_NONE && effect->type == EVENT_ATTACHED)
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
    struct buffer *text = scratch(hall);
    if (effect->refusal != REFUSAL_NONE) {
        encode_answer_refused(text, event->q, effect->n, effect->refusal, NULL);
    } else {
        room_view_answer(hall->room, event->q, effect->seat, &standing);
        encode_ack(text, &room_plan(hall->room)->questions[event->q - 1].shape, &standing, effect->n, effect->status);
        hall->hub->counts.acks++;
    }
    session_send_text(hall->hub, session, text);
}

static void show_removed(struct hall *hall, const struct event *event, uint32_t seat)
{
    struct session *session = session_at(hall, seat);

    if (session == NULL)
        return;
    struct buffer *text = scratch(hall);
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
    struct buffer *text = scratch(hall);
    encode_renamed(text, view.player, view.name);
    broadcast(hall, text, is_watcher);
    if (session != NULL)
        session_send_text(hall->hub, session, text);
}

static void show_reseated(struct hall *hall, const struct event *event, uint32_t seat, int64_t now_ms)
{
    struct session *session = event->take == 0 ? NULL : joiner(hall, event->take);
    if (event->take == 0)
        return;
    check_takeover(hall, seat);
    if (session != NULL)
        session_joined(session, seat, false, now_ms);
}

/* A code that was good when it was brought may be used up when its entry comes: then there is no effect to show. */
static void show_factor(struct hall *hall, uint32_t seat, int64_t now_ms)
{
    struct session *session = session_at(hall, seat);
    if (session == NULL || room_phase(hall->room) != PHASE_QUESTION)
        return;
    uint32_t limit_ms = room_seat_limit_ms(hall->room, seat);
    struct buffer *text = scratch(hall);
    encode_extended(text, room_q(hall->room), 0, limit_ms, hall_left_ms(hall, limit_ms, now_ms));
    session_send_text(hall->hub, session, text);
}

static void show_moved(struct hall *hall, const char *type, int64_t now_ms)
{
    for (size_t i = 0; i < hall->session_count; i++) {
        struct session *session = hall->sessions[i];
        if (!is_member(session))
            continue;
        uint32_t limit_ms = session->role == ROLE_PLAYER && room_q(hall->room) > 0
                                ? room_seat_limit_ms(hall->room, session->seat)
                                : room_limit_ms(hall->room);
        struct buffer *text = scratch(hall);
        encode_moved(text, type, room_at(hall->room), hall_left_ms(hall, limit_ms, now_ms));
        session_send_text(hall->hub, session, text);
    }
}

static void show_word(struct hall *hall, const char *word)
{
    struct buffer *text = scratch(hall);
    buffer_print(text, "{\"t\":\"%s\"}", word);
    broadcast(hall, text, NULL);
}

static void show_closed(struct hall *hall)
{
    struct buffer *text = scratch(hall);
    put_closed(hall, text);
    broadcast(hall, text, NULL);
    hall->progress_dirty = true;
}

static void show_skipped(struct hall *hall, const struct event *event, int64_t now_ms)
{
    struct buffer *text = scratch(hall);
    encode_closed(text, event->q, CLOSED_BY_SKIP, room_at(hall->room));
    broadcast(hall, text, NULL);
    if (room_phase(hall->room) == PHASE_QUESTION)
        show_question(hall, now_ms);
    else
        show_table(hall, NULL, true);
}

/* What a whole event (not a batch) shows. */
static void show_single(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    switch (event->type) {
    case EVENT_RESEATED:
        show_reseated(hall, event, effect->seat, now_ms);
        break;
    case EVENT_RENAMED:
        show_renamed(hall, effect->seat);
        break;
    case EVENT_ACCOMMODATED:
        show_factor(hall, effect->seat, now_ms);
        break;
    case EVENT_REMOVED:
        show_removed(hall, event, effect->seat);
        break;
    case EVENT_LOCKED:
    case EVENT_UNLOCKED:
        show_word(hall, event_name(event->type));
        break;
    case EVENT_OPENED:
    case EVENT_REOPENED:
        show_question(hall, now_ms);
        break;
    case EVENT_CLOSED:
        show_closed(hall);
        break;
    case EVENT_EXTENDED:
        show_extended(hall, event, now_ms);
        break;
    case EVENT_SKIPPED:
        show_skipped(hall, event, now_ms);
        break;
    case EVENT_REVEALED:
        show_reveal(hall, NULL);
        break;
    case EVENT_RANKED:
    case EVENT_ENDED:
        show_table(hall, NULL, event->type == EVENT_ENDED);
        break;
    case EVENT_PAUSED:
    case EVENT_RESUMED:
        show_moved(hall, event_name(event->type), now_ms);
        break;
    case EVENT_CREATED:
    case EVENT_JOINED:
    case EVENT_ATTACHED:
    case EVENT_LEFT:
    case EVENT_NODDED:
    case EVENT_ACCEPTED:
    case EVENT_ANSWERS:
    case EVENT_COUNT:
        break;
    }
}

void show_effects(struct hall *hall, const struct event *event, const struct effects *effects, int64_t now_ms)
{
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->list[i];
        if (event->type == EVENT_JOINED)
            show_joined(hall, event, effect, i, now_ms);
        else if (event->type == EVENT_ANSWERS)
            show_answered(hall, event, effect);
        else if (event->type == EVENT_ATTACHED || event->type == EVENT_LEFT)
            show_attached(hall, effect);
        else
            show_single(hall, event, effect, now_ms);
    }
    hall->people_dirty = true;
    hall->lobby_dirty = room_phase(hall->room) == PHASE_LOBBY;
    hall->progress_dirty = hall->progress_dirty || room_phase(hall->room) == PHASE_QUESTION;
}
