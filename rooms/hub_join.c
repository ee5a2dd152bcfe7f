/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <stdlib.h>
#include <string.h>
#include "rooms/hub_message.h"

/* What a session asked for cannot be had; it may ask for something else. */
static void give_up(struct session *session, enum refusal why, struct hub *hub)
{
    session_forget_joining(session);
    session_error(hub, session, why);
}

static void end_token(struct hub *hub, struct session *session, enum refusal why)
{
    session_error(hub, session, why);
    session_close(hub, session, CLOSE_TOKEN_ENDED);
}

/* ---- join ---- */

static bool read_unit(const cJSON *frame, struct joining *joining)
{
    const char *unit = frame_field(frame, "unit");
    if (unit == NULL || unit[0] == '\0')
        return true;
    char *shown = text_shown_form(unit, strlen(unit));
    bool fits = shown != NULL && strlen(shown) <= UNIT_MAX_BYTES;
    if (fits)
        memcpy(joining->unit, shown, strlen(shown) + 1);
    free(shown);
    return fits;
}

/* A row of the class list; none said is 0. */
static bool read_row(const cJSON *frame, struct joining *joining)
{
    const cJSON *row = cJSON_GetObjectItemCaseSensitive(frame, "row");
    if (row == NULL || cJSON_IsNull(row))
        return true;
    if (!cJSON_IsNumber(row) || !(row->valuedouble >= 1 && row->valuedouble <= CLASS_LIST_MAX))
        return false;
    joining->row = (uint32_t)row->valuedouble;
    return (double)joining->row == row->valuedouble;
}

/* Who has tapped a row is called as the list says. */
static bool read_name(const cJSON *frame, struct joining *joining)
{
    const char *name = frame_field(frame, "name");
    return joining->row > 0 || (name != NULL && name_clean(name, strlen(name), &joining->name) == NAME_FINE);
}

/* Id and return code come from `once`, so that a join sent again is the same join. */
static bool read_once(struct hub *hub, const cJSON *frame, char once[ONCE_MAX + 1])
{
    const char *given = frame_field(frame, "once");
    if (given != NULL && !text_is_word(given, ONCE_MIN, ONCE_MAX))
        return false;
    if (given != NULL) {
        memcpy(once, given, strlen(given) + 1);
        return true;
    }
    uint8_t random[12];
    hub->ports.random(hub->ports.engine, random, sizeof random);
    eid_write(random, once);
    return true;
}

static void read_lang(struct session *session, const cJSON *frame)
{
    const char *lang = frame_field(frame, "lang");
    if (lang != NULL && strlen(lang) == 2 && text_is_word(lang, 2, 2))
        memcpy(session->lang, lang, 3);
}

void message_join(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const char *pin = frame_field(frame, "pin");

    if (session->joining != NULL)
        return; /* on its way already */
    if (session->role != ROLE_NONE || session->claims != NULL) {
        session_error(hub, session, REFUSAL_NOT_ALLOWED);
        return;
    }
    struct joining *joining = memory_new(1, sizeof *joining);
    session->joining = joining;
    session->came_ms = now_ms;
    bool row_read = read_row(frame, joining);
    if (!text_is_pin(pin))
        give_up(session, REFUSAL_WRONG_PIN, hub);
    else if (!read_name(frame, joining))
        give_up(session, REFUSAL_BAD_NAME, hub);
    else if (!row_read || !read_unit(frame, joining) || !read_once(hub, frame, joining->once)) {
        session_forget_joining(session);
        session_bad_frame(hub, session, REFUSAL_BAD_FRAME);
    } else {
        read_lang(session, frame);
        hub->ports.find_pin(hub->ports.engine, session->connection, pin, session->number);
    }
}

static void handle_code(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const char *pin = frame_field(frame, "pin"), *code = frame_field(frame, "code");

    if (session->joining != NULL)
        return;
    if (!text_is_pin(pin) || code_digest("", code) == 0) {
        session_error(hub, session, text_is_pin(pin) ? REFUSAL_BAD_TOKEN : REFUSAL_WRONG_PIN);
        return;
    }
    session->joining = memory_new(1, sizeof *session->joining);
    session->joining->by_code = true;
    session->came_ms = now_ms;
    strncpy(session->joining->once, code, ONCE_MAX);
    hub->ports.find_pin(hub->ports.engine, session->connection, pin, session->number);
}

void hub_pin_found(struct hub *hub, uint64_t session_number, enum pin_answer answer, const char *room, int64_t now_ms)
{
    static const enum refusal refusals[] = {[PIN_FOUND] = REFUSAL_NONE,
                                            [PIN_UNKNOWN] = REFUSAL_WRONG_PIN,
                                            [PIN_TOO_FAST] = REFUSAL_TOO_FAST,
                                            [PIN_UNAVAILABLE] = REFUSAL_BUSY};
    struct session *session = hub_session(hub, session_number);

    if (session == NULL || session->joining == NULL)
        return; /* they left meanwhile */
    if (answer != PIN_FOUND) {
        give_up(session, refusals[answer], hub);
        return;
    }
    struct hall *hall = hub_need_hall(hub, room, now_ms);
    session_enter(session, hall);
    if (hall->caught_up)
        session_resume(session, now_ms);
}

/* Leaves the hall again, as if the session had never found it. */
static void turn_away(struct session *session, enum refusal why, int64_t now_ms)
{
    struct hub *hub = session->hall->hub;
    session_leave_hall(session, now_ms);
    session_error(hub, session, why);
}

static void begin_code(struct session *session, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct joining *joining = session->joining;
    struct seat_state state;

    joining->code = code_digest(hall->id, joining->once);
    if (!room_seat_state(hall->room, room_find_code(hall->room, joining->code), &state) || state.removed) {
        turn_away(session, REFUSAL_BAD_TOKEN, now_ms);
        return;
    }
    if (hall->in_flight >= COMMANDS_MAX) {
        turn_away(session, REFUSAL_BUSY, now_ms); /* the store is away: what waits is bounded */
        return;
    }
    joining->player = state.player;
    joining->queued = session->attaching = true;
    map_set(&hall->joiners, session->connection_id, session->slot);
    struct event event = {
        .type = EVENT_RESEATED, .player = state.player, .take = joining->code, .connection = session->connection_id};
    hall_propose(hall, &event);
}

static enum refusal may_begin(const struct hall *hall, const struct joining *joining)
{
    struct seat_state state;
    if (room_seat_state(hall->room, room_find(hall->room, joining->player), &state))
        return state.removed ? (state.banned ? REFUSAL_BANNED : REFUSAL_BAD_TOKEN) : REFUSAL_NONE;
    enum refusal refusal = room_may_join(hall->room);
    if (refusal == REFUSAL_NONE)
        refusal = room_may_take(hall->room, joining->row);
    if (refusal != REFUSAL_NONE || joining->row > 0)
        return refusal;
    bool spoof = room_name_is_spoof(hall->room, joining->name.key, joining->name.skeleton);
    return spoof ? REFUSAL_BAD_NAME : REFUSAL_NONE;
}

/* Who types their name instead of tapping it means the same row; a second one of that name is somebody else. */
static void find_row(const struct room *room, struct joining *joining)
{
    if (joining->row > 0)
        return;
    uint32_t row = room_find_row(room, joining->name.key);
    if (row > 0 && (room_plan(room)->list_only || room_may_take(room, row) == REFUSAL_NONE))
        joining->row = row;
}

static void begin_join(struct session *session, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct joining *joining = session->joining;
    char code[CODE_TEXT_SIZE];

    joining->player = player_id_of(hall->id, joining->once);
    joining->code_bits = code_of(hall->id, joining->once);
    code_write(joining->code_bits, code);
    joining->code = code_digest(hall->id, code);
    find_row(hall->room, joining);
    enum refusal refusal = may_begin(hall, joining);
    bool listed = joining->row > 0;
    struct event_row row = {.player = joining->player,
                            .connection = session->connection_id,
                            .read_at_ms = session->came_ms + hall->wall_offset_ms,
                            .code = joining->code,
                            .unit = joining->unit,
                            .row = joining->row,
                            .shown = listed ? NULL : joining->name.shown,
                            .key = listed ? NULL : joining->name.key,
                            .skeleton = listed ? NULL : joining->name.skeleton};
    if (refusal == REFUSAL_NONE && !batch_add(hall, EVENT_JOINED, 0, &row, now_ms))
        refusal = REFUSAL_SAVING_FULL;
    if (refusal != REFUSAL_NONE) {
        turn_away(session, refusal, now_ms);
        return;
    }
    joining->queued = session->attaching = true;
    map_set(&hall->joiners, joining->player, session->slot);
}

void session_joined(struct session *session, uint32_t seat, bool renamed, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct hub *hub = hall->hub;
    struct claims claims = {.role = ROLE_PLAYER};
    struct seat_state state;
    struct view view;
    char token[TOKEN_MAX], code[CODE_TEXT_SIZE];
    bool by_code = session->joining->by_code;

    code_write(session->joining->code_bits, code);
    session_forget_joining(session);
    if (!room_seat_state(hall->room, seat, &state))
        return;
    session->role = ROLE_PLAYER;
    session->player = state.player;
    session->generation = state.generation;
    session->attaching = session->attaching && state.connection != session->connection_id;
    session_sit(session, seat, now_ms);
    memcpy(claims.room, hall->id, sizeof claims.room);
    player_id_write(state.player, claims.player);
    claims.generation = state.generation;
    hub->ports.write_token(hub->ports.engine, &claims, token);
    room_view(hall->room, ROLE_PLAYER, seat, &view);
    buffer_rewind(&hub->scratch, 0);
    encode_joined(&hub->scratch, &view, hall->id, token, by_code ? NULL : code, renamed);
    session_send_text(hub, session, &hub->scratch);
    hub->counts.joins++;
    show_state(session, now_ms);
}

/* ---- attach ---- */

/* By the store's clock; not said while that runs behind its own entries: then the log's order decides. */
static int64_t came_at_ms(const struct session *session)
{
    const struct hall *hall = session->hall;
    return hall->wall_behind ? 0 : session->came_ms + hall->wall_offset_ms;
}

static void take_seat_back(struct session *session, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct hub *hub = hall->hub;
    uint32_t seat = room_find(hall->room, session->player);
    struct seat_state state;

    if (!room_seat_state(hall->room, seat, &state) || state.generation != session->generation) {
        end_token(hub, session, REFUSAL_BAD_TOKEN);
        return;
    }
    if (state.removed) {
        buffer_rewind(&hub->scratch, 0);
        encode_removed(&hub->scratch, state.banned);
        session_send_text(hub, session, &hub->scratch);
        session_close(hub, session, CLOSE_REMOVED);
        return;
    }
    session_sit(session, seat, now_ms);
    struct event_row row = {
        .player = session->player, .connection = session->connection_id, .read_at_ms = came_at_ms(session)};
    session->attaching = batch_add(hall, EVENT_ATTACHED, 0, &row, now_ms);
    if (!session->attaching)
        session_error(hub, session, REFUSAL_SAVING_FULL);
    show_state(session, now_ms);
}

static void begin_attach(struct session *session, int64_t now_ms)
{
    struct claims *claims = session->claims;

    session->claims = NULL;
    session->role = claims->role;
    session->generation = claims->generation;
    session->player = claims->role == ROLE_PLAYER ? player_id_read(claims->player) : 0;
    free(claims);
    if (session->role == ROLE_PLAYER) {
        take_seat_back(session, now_ms);
        return;
    }
    session_watch(session);
    show_state(session, now_ms);
}

void session_resume(struct session *session, int64_t now_ms)
{
    if (session->closing)
        return;
    if (session->joining != NULL && !session->joining->queued) {
        if (session->joining->looks)
            session_look(session, now_ms);
        else if (session->joining->by_code)
            begin_code(session, now_ms);
        else
            begin_join(session, now_ms);
    } else if (session->claims != NULL) {
        begin_attach(session, now_ms);
    } else if (session->role == ROLE_PLAYER) {
        take_seat_back(session, now_ms); /* the log was read anew */
    } else if (session->role != ROLE_NONE) {
        show_state(session, now_ms);
    }
}

static void name_page(struct session *session, const cJSON *frame)
{
    const char *page = frame_field(frame, "page");
    if (text_is_word(page, 1, sizeof session->page - 1))
        memcpy(session->page, page, strlen(page) + 1);
    else
        eid_write((const uint8_t[12]){(uint8_t)(session->connection_id >> 40), (uint8_t)(session->connection_id >> 32),
                                      (uint8_t)(session->connection_id >> 24), (uint8_t)(session->connection_id >> 16),
                                      (uint8_t)(session->connection_id >> 8), (uint8_t)session->connection_id},
                  session->page);
}

static void attach_token(struct hub *hub, struct session *session, const cJSON *frame, const char *token,
                         int64_t now_ms)
{
    struct claims claims = {0};
    enum token_result result = hub->ports.read_token(hub->ports.engine, token, strlen(token), &claims);

    if (result != TOKEN_FINE) {
        end_token(hub, session, result == TOKEN_EXPIRED ? REFUSAL_EXPIRED_TOKEN : REFUSAL_BAD_TOKEN);
        return;
    }
    bool other = session->role != claims.role ||
                 (claims.role == ROLE_PLAYER && session->player != player_id_read(claims.player));
    if (session->hall != NULL && (strcmp(session->hall->id, claims.room) != 0 || other)) {
        session_error(hub, session, REFUSAL_NOT_ALLOWED);
        return;
    }
    session->bearer = map_key(token);
    session->came_ms = now_ms;
    name_page(session, frame);
    read_lang(session, frame);
    free(session->claims);
    session->claims = memory_new(1, sizeof claims);
    *session->claims = claims;
    struct hall *hall = hub_need_hall(hub, claims.room, now_ms);
    session_enter(session, hall);
    if (hall->caught_up)
        session_resume(session, now_ms);
}

void message_attach(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const char *token = frame_field(frame, "token"), *code = frame_field(frame, "code");

    if (session->joining != NULL)
        return;
    if (token != NULL && strlen(token) < TOKEN_MAX)
        attach_token(hub, session, frame, token, now_ms);
    else if (token != NULL)
        end_token(hub, session, REFUSAL_BAD_TOKEN);
    else if (code != NULL && session->role == ROLE_NONE && session->hall == NULL)
        handle_code(hub, session, frame, now_ms);
    else
        session_bad_frame(hub, session, REFUSAL_BAD_FRAME);
}
