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

/* While the room is frozen the staff sees more than everybody else; otherwise all see the same. */
static bool reveal_head(struct hall *hall, bool staff, struct buffer *head)
{
    bool counts = staff || !room_frozen(hall->room);
    uint32_t q = room_q(hall->room);
    struct distribution distribution;
    const struct key *key = room_view_key(hall->room, q);

    if (key == NULL || !room_view_distribution(hall->room, q, &distribution))
        return false;
    encode_reveal_head(head, q, room_at(hall->room), &room_plan(hall->room)->questions[q - 1], key, hall_texts(hall, q),
                       counts ? &distribution : NULL);
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

static size_t read_lines(const struct hall *hall, bool staff, size_t first, size_t count, struct board_line *lines)
{
    bool (*read_row)(const struct room *, size_t, char *, struct board_row *, uint32_t *, uint32_t *) =
        staff ? room_view_row : room_view_public_row;
    size_t read = 0;
    uint32_t seat;
    while (read < count &&
           read_row(hall->room, first + read, lines[read].id, &lines[read].row, &lines[read].rank_before, &seat)) {
        lines[read].row.player = lines[read].id;
        read++;
    }
    return read;
}

/* Whether there is a public board at all, frozen or not, does not change with a freeze. */
static bool board_is_public(const struct hall *hall)
{
    enum board_shown board = room_plan(hall->room)->board;
    return board == BOARD_EACH || (board == BOARD_END && room_phase(hall->room) == PHASE_ENDED);
}

static bool board_head(struct hall *hall, bool staff, struct buffer *head)
{
    struct board_line lines[BOARD_ROWS_SHOWN];
    struct view view;
    room_view(hall->room, ROLE_SCREEN, NO_SEAT, &view);
    bool shown = staff || board_is_public(hall);
    size_t count = shown ? read_lines(hall, staff, 0, BOARD_ROWS_SHOWN, lines) : 0;
    encode_board_head(head, lines, count, &view);
    return true;
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
        count = read_lines(hall, false, place > 0 ? place - 1 : 0, 3, near);
    }
    struct buffer *tail = scratch(hall);
    encode_board_tail(tail, own ? &result : NULL, near, count);
    send_joined(session, head, tail);
}

static bool ended_head(struct hall *hall, bool staff, struct buffer *head)
{
    struct board_line lines[PODIUM_MAX];
    struct view view;
    room_view(hall->room, ROLE_SCREEN, NO_SEAT, &view);
    bool shown = staff || (board_is_public(hall) && !room_frozen(hall->room)); /* no podium before it is thawed */
    size_t count = shown && view.q > 0 ? read_lines(hall, staff, 0, PODIUM_MAX, lines) : 0;
    while (count > 0 && lines[count - 1].row.rank > 3)
        count--;
    encode_ended_head(head, lines, count, room_at(hall->room));
    return true;
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

/* A frame of which every member gets the same head and a tail of their own. */
static const struct {
    bool (*head)(struct hall *, bool staff, struct buffer *); /* false: nothing to show */
    void (*send)(struct session *, const struct buffer *);
} headed[HEADED_COUNT] = {
    [HEADED_REVEAL] = {reveal_head, send_reveal},
    [HEADED_BOARD] = {board_head, send_board},
    [HEADED_ENDED] = {ended_head, send_ended},
};

/* Heads are kept until the next event that can change them, so that fifty thousand who come back cost fifty thousand
 * tails. */
static const struct buffer *kept_head(struct hall *hall, enum headed_type type, bool staff)
{
    struct kept_head *kept = &hall->heads[type][staff && room_frozen(hall->room)];

    if (!kept->valid) {
        buffer_rewind(&kept->text, 0);
        kept->shown = headed[type].head(hall, staff, &kept->text);
        kept->valid = true;
    }
    return kept->shown ? &kept->text : NULL;
}

void show_forget_heads(struct hall *hall)
{
    for (size_t type = 0; type < HEADED_COUNT; type++)
        hall->heads[type][0].valid = hall->heads[type][1].valid = false;
}

static void show_headed_to(struct session *session, enum headed_type type)
{
    const struct buffer *head = kept_head(session->hall, type, is_staff(session));
    if (head != NULL)
        headed[type].send(session, head);
}

static void show_headed(struct hall *hall, enum headed_type type)
{
    for (size_t i = 0; i < hall->session_count; i++)
        if (is_member(hall->sessions[i]))
            show_headed_to(hall->sessions[i], type);
}

static enum headed_type table_of(const struct hall *hall)
{
    return room_phase(hall->room) == PHASE_ENDED ? HEADED_ENDED : HEADED_BOARD;
}

static void put_closed(struct hall *hall, const struct session *session, struct buffer *text)
{
    bool said = !room_frozen(hall->room) || is_staff(session);
    encode_closed(text, room_q(hall->room), said ? hall->why : CLOSE_WHY_COUNT, room_at(hall->room));
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
        put_closed(hall, session, text);
        session_send_text(hall->hub, session, text);
    }
    if (phase == PHASE_REVEALED)
        show_headed_to(session, HEADED_REVEAL);
    if (phase == PHASE_RANKED || phase == PHASE_ENDED)
        show_headed_to(session, table_of(hall));
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
                                  .saving = hall->hub->storage != STORAGE_OK,
                                  .acts = commands_acts(session->role)};

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

static bool is_not_staff(const struct session *session)
{
    return !is_staff(session);
}

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
    broadcast(hall, text, room_frozen(hall->room) ? is_staff : closing >= 0 ? NULL : is_watcher);
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
    for (int staff = 0; staff < 2; staff++) {
        struct buffer *text = scratch(hall);
        bool said = staff == 1 || !room_frozen(hall->room);
        encode_closed(text, room_q(hall->room), said ? hall->why : CLOSE_WHY_COUNT, room_at(hall->room));
        broadcast(hall, text, staff == 1 ? is_staff : is_not_staff);
    }
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
        show_headed(hall, table_of(hall));
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
        show_headed(hall, table_of(hall));
}

static void show_state_to_all(struct hall *hall, int64_t now_ms)
{
    for (size_t i = 0; i < hall->session_count; i++)
        if (is_member(hall->sessions[i]))
            show_state(hall->sessions[i], now_ms);
}

static void show_notice(struct hall *hall, const struct event *event)
{
    if (event->rows[0].shown == NULL)
        return;
    struct buffer *text = scratch(hall);
    encode_notice(text, event->rows[0].shown);
    broadcast(hall, text, NULL);
}

static void show_judged(struct hall *hall, const struct event *event, const struct effect *effect, int64_t now_ms)
{
    if (event->type == EVENT_NOTICED)
        show_notice(hall, event);
    else if (event->type == EVENT_HELD || event->type == EVENT_RELEASED) {
        struct buffer *text = scratch(hall);
        buffer_print(text, "{\"t\":\"%s\"}", event_name(event->type));
        broadcast(hall, text, is_watcher);
    } else if (event->type == EVENT_FROZEN || event->type == EVENT_UNFROZEN || event->type == EVENT_FINALISED)
        show_state_to_all(hall, now_ms);
    else
        show_corrected(hall, effect, now_ms);
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
        show_headed(hall, HEADED_REVEAL);
        break;
    case EVENT_RANKED:
    case EVENT_ENDED:
        show_headed(hall, table_of(hall));
        break;
    case EVENT_PAUSED:
    case EVENT_RESUMED:
        show_moved(hall, event_name(event->type), now_ms);
        break;
    case EVENT_ADJUSTED:
    case EVENT_DISQUALIFIED:
    case EVENT_REINSTATED:
    case EVENT_MOVED:
    case EVENT_VOIDED:
    case EVENT_REKEYED:
    case EVENT_HELD:
    case EVENT_RELEASED:
    case EVENT_FROZEN:
    case EVENT_UNFROZEN:
    case EVENT_NOTICED:
    case EVENT_FINALISED:
        show_judged(hall, event, effect, now_ms);
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
            show_attached(hall, effect);
        else
            show_single(hall, event, effect, now_ms);
    }
    hall->people_dirty = true;
    hall->lobby_dirty = room_phase(hall->room) == PHASE_LOBBY;
    hall->progress_dirty = hall->progress_dirty || room_phase(hall->room) == PHASE_QUESTION;
}
