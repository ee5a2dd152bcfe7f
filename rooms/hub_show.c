/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"
#include "rooms/hub_show.h"
#include "rooms/wall.h"

#include <stdlib.h>
#include <string.h>

struct buffer *hall_scratch(struct hall *hall)
{
    buffer_rewind(&hall->hub->scratch, 0);
    return &hall->hub->scratch;
}

bool session_is_member(const struct session *session)
{
    return session->role != ROLE_NONE && !session->closing &&
           (session->role != ROLE_PLAYER || session->seat != NO_SEAT);
}

bool session_is_staff(const struct session *session)
{
    return session->role == ROLE_HOST || session->role == ROLE_JUDGE || session->role == ROLE_ADMIN;
}

static void send_to_first(struct hall *hall, size_t count, const struct buffer *text,
                          bool (*wanted)(const struct session *))
{
    struct frame *frame = frame_of(text->text, text->length);
    for (size_t i = 0; i < count; i++) {
        struct session *session = hall->sessions[i];
        if (session_is_member(session) && (wanted == NULL || wanted(session)))
            session_send(hall->hub, session, frame);
    }
    frame_drop(frame);
}

/* The same bytes to every member for whom `wanted` (NULL: all) holds. */
void hall_broadcast(struct hall *hall, const struct buffer *text, bool (*wanted)(const struct session *))
{
    send_to_first(hall, hall->session_count, text, wanted);
}

void hall_tell_watchers(struct hall *hall, const struct buffer *text, bool (*wanted)(const struct session *))
{
    send_to_first(hall, hall->watcher_count, text, wanted);
}

/* A head that all share and a tail of one's own, as one new frame. */
static struct frame *join_frame(const struct buffer *head, const struct buffer *tail)
{
    struct frame *frame = frame_new(head->length + tail->length);
    memcpy(frame->text, head->text, head->length);
    memcpy(frame->text + head->length, tail->text, tail->length);
    return frame;
}

static void send_joined(struct session *session, const struct buffer *head, const struct buffer *tail)
{
    struct frame *frame = join_frame(head, tail);
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

/* The first write of a question that has just opened starts this phone's time. */
static void send_opened(struct session *session, struct frame *frame)
{
    frame_drop(session->question);
    session->question = frame_keep(frame);
    session_send(session->hall->hub, session, frame);
}

static struct frame *question_frame(struct hall *hall, const struct buffer *head, uint32_t limit_ms, int64_t now_ms)
{
    struct buffer *tail = hall_scratch(hall);
    encode_question_tail(tail, limit_ms, hall_left_ms(hall, limit_ms, now_ms));
    return join_frame(head, tail);
}

static void question_head(const struct session *session, struct buffer *head)
{
    struct view view;
    const struct hall *hall = session->hall;
    room_view(hall->room, session->role, session->seat, &view);
    encode_question_head(head, &view, room_plan(hall->room), hall_texts(hall, view.q));
}

/* Most get the very same frame; whoever has time of their own gets theirs. */
void show_question(struct hall *hall, int64_t now_ms)
{
    struct buffer heads[2];
    struct frame *shared[2] = {NULL, NULL};
    uint32_t limit_ms = room_limit_ms(hall->room);

    buffer_init(&heads[0]);
    buffer_init(&heads[1]);
    for (size_t i = 0; i < hall->session_count; i++) {
        struct session *session = hall->sessions[i];
        size_t kind = session->role == ROLE_PLAYER ? 0 : 1;
        if (!session_is_member(session))
            continue;
        if (heads[kind].length == 0) {
            question_head(session, &heads[kind]);
            shared[kind] = question_frame(hall, &heads[kind], limit_ms, now_ms);
        }
        uint32_t own_ms = kind == 0 ? room_seat_limit_ms(hall->room, session->seat) : limit_ms;
        struct frame *frame =
            own_ms == limit_ms ? frame_keep(shared[kind]) : question_frame(hall, &heads[kind], own_ms, now_ms);
        if (hall->spread_ms < 0)
            send_opened(session, frame);
        else
            session_send(hall->hub, session, frame); /* reopened: their time has begun long ago */
        frame_drop(frame);
    }
    for (size_t kind = 0; kind < 2; kind++) {
        buffer_clear(&heads[kind]);
        frame_drop(shared[kind]);
    }
}

/* Limits moved: everybody is told their own. */
void show_extended(struct hall *hall, const struct event *event, int64_t now_ms)
{
    for (size_t i = 0; i < hall->session_count; i++) {
        struct session *session = hall->sessions[i];
        if (!session_is_member(session))
            continue;
        uint32_t limit_ms =
            session->role == ROLE_PLAYER ? room_seat_limit_ms(hall->room, session->seat) : room_limit_ms(hall->room);
        struct buffer *text = hall_scratch(hall);
        encode_extended(text, event->q, event->ms, limit_ms, hall_left_ms(hall, limit_ms, now_ms));
        session_send_text(hall->hub, session, text);
    }
}

/* ---- reveal ---- */

/* The staff sees names as they were given, and what a freeze hides from everybody else. */
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
    struct buffer *tail = hall_scratch(hall);
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
        lines[read].wall = NULL;
        read++;
    }
    return read;
}

static void mask_lines(struct board_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        lines[i].wall = wall_name(lines[i].row.name);
}

static void forget_lines(struct board_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(lines[i].wall);
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
    if (!staff)
        mask_lines(lines, count);
    encode_board_head(head, lines, count, &view);
    forget_lines(lines, count);
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
    struct buffer *tail = hall_scratch(hall);
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
    if (!staff)
        mask_lines(lines, count);
    encode_ended_head(head, lines, count, room_at(hall->room));
    forget_lines(lines, count);
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
    struct buffer *tail = hall_scratch(hall);
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
    struct kept_head *kept = &hall->heads[type][staff];

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
    const struct buffer *head = kept_head(session->hall, type, session_is_staff(session));
    if (head != NULL)
        headed[type].send(session, head);
}

void show_headed(struct hall *hall, enum headed_type type)
{
    for (size_t i = 0; i < hall->session_count; i++)
        if (session_is_member(hall->sessions[i]))
            show_headed_to(hall->sessions[i], type);
}

enum headed_type hall_table(const struct hall *hall)
{
    return room_phase(hall->room) == PHASE_ENDED ? HEADED_ENDED : HEADED_BOARD;
}

static void put_closed(struct hall *hall, const struct session *session, struct buffer *text)
{
    bool said = !room_frozen(hall->room) || session_is_staff(session);
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
        struct frame *frame = question_frame(hall, &head, limit_ms, now_ms);
        session_send(hall->hub, session, frame);
        frame_drop(frame);
        buffer_clear(&head);
    }
    if (phase == PHASE_CLOSED) {
        struct buffer *text = hall_scratch(hall);
        put_closed(hall, session, text);
        session_send_text(hall->hub, session, text);
    }
    if (phase == PHASE_REVEALED)
        show_headed_to(session, HEADED_REVEAL);
    if (phase == PHASE_RANKED || phase == PHASE_ENDED)
        show_headed_to(session, hall_table(hall));
    if (room_paused(hall->room)) {
        struct buffer *text = hall_scratch(hall);
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
    struct buffer *text = hall_scratch(hall);
    encode_state(text, &view, &extras);
    session_send_text(hall->hub, session, text);
    show_list(session);
    show_phase(session, now_ms);
    hall->progress_dirty = hall->progress_dirty || session->role != ROLE_PLAYER;
    hall->lobby_dirty = hall->lobby_dirty || room_phase(hall->room) == PHASE_LOBBY;
    hall->people_dirty = hall->people_dirty || session_is_staff(session);
    hub_wake(hall->hub, now_ms);
}
