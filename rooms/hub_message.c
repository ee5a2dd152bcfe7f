/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <stdlib.h>
#include <string.h>

static const char *field(const cJSON *frame, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(frame, name);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

static bool is_word(const char *text, size_t low, size_t high)
{
    size_t length = text == NULL ? 0 : strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    return text != NULL && length >= low && length <= high && text[length] == '\0';
}

static bool is_pin(const char *text)
{
    return text != NULL && strlen(text) == PIN_DIGITS && strspn(text, "0123456789") == PIN_DIGITS;
}

static void bad_frame(struct hub *hub, struct session *session, enum refusal code)
{
    hub->counts.bad_frames++;
    session_error(hub, session, code);
    if (++session->bad_frames >= BAD_FRAMES_MAX)
        session_close(hub, session, CLOSE_ABUSE);
}

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
    const char *unit = field(frame, "unit");
    if (unit == NULL || unit[0] == '\0')
        return true;
    char *shown = text_shown_form(unit, strlen(unit));
    bool fits = shown != NULL && strlen(shown) <= UNIT_MAX_BYTES;
    if (fits)
        memcpy(joining->unit, shown, strlen(shown) + 1);
    free(shown);
    return fits;
}

/* Id and return code come from `once`, so that a join sent again is the same join. */
static bool read_once(struct hub *hub, const cJSON *frame, char once[ONCE_MAX + 1])
{
    const char *given = field(frame, "once");
    if (given != NULL && !is_word(given, ONCE_MIN, ONCE_MAX))
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
    const char *lang = field(frame, "lang");
    if (lang != NULL && strlen(lang) == 2 && is_word(lang, 2, 2))
        memcpy(session->lang, lang, 3);
}

static void handle_join(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const char *pin = field(frame, "pin"), *name = field(frame, "name");
    (void)now_ms;

    if (session->joining != NULL)
        return; /* on its way already */
    if (session->role != ROLE_NONE || session->claims != NULL) {
        session_error(hub, session, REFUSAL_NOT_ALLOWED);
        return;
    }
    struct joining *joining = memory_new(1, sizeof *joining);
    session->joining = joining;
    if (!is_pin(pin))
        give_up(session, REFUSAL_WRONG_PIN, hub);
    else if (name == NULL || name_clean(name, strlen(name), &joining->name) != NAME_FINE)
        give_up(session, REFUSAL_BAD_NAME, hub);
    else if (!read_unit(frame, joining) || !read_once(hub, frame, joining->once)) {
        session_forget_joining(session);
        bad_frame(hub, session, REFUSAL_BAD_FRAME);
    } else {
        read_lang(session, frame);
        hub->ports.find_pin(hub->ports.engine, session->connection, pin, session->number);
    }
}

static void handle_code(struct hub *hub, struct session *session, const char *pin, const char *code)
{
    if (session->joining != NULL)
        return;
    if (!is_pin(pin) || code_digest("", code) == 0) {
        session_error(hub, session, is_pin(pin) ? REFUSAL_BAD_TOKEN : REFUSAL_WRONG_PIN);
        return;
    }
    session->joining = memory_new(1, sizeof *session->joining);
    session->joining->by_code = true;
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
    joining->player = state.player;
    joining->queued = true;
    map_set(&hall->joiners, joining->code, session->slot);
    struct event event = {
        .type = EVENT_RESEATED, .player = state.player, .take = joining->code, .connection = session->connection_id};
    hall_propose(hall, &event);
}

static enum refusal may_begin(const struct hall *hall, const struct joining *joining)
{
    struct seat_state state;
    if (room_seat_state(hall->room, room_find(hall->room, joining->player), &state))
        return state.removed ? (state.banned ? REFUSAL_BANNED : REFUSAL_BAD_TOKEN) : REFUSAL_NONE;
    if (room_name_is_spoof(hall->room, joining->name.key, joining->name.skeleton))
        return REFUSAL_BAD_NAME;
    return room_may_join(hall->room);
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
    enum refusal refusal = may_begin(hall, joining);
    struct event_row row = {.player = joining->player,
                            .connection = session->connection_id,
                            .code = joining->code,
                            .unit = joining->unit,
                            .shown = joining->name.shown,
                            .key = joining->name.key,
                            .skeleton = joining->name.skeleton};
    if (refusal == REFUSAL_NONE && !batch_add(hall, EVENT_JOINED, 0, &row, now_ms))
        refusal = REFUSAL_SAVING_FULL;
    if (refusal != REFUSAL_NONE) {
        turn_away(session, refusal, now_ms);
        return;
    }
    joining->queued = true;
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
    session_sit(session, seat);
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
    session_sit(session, seat);
    struct event_row row = {.player = session->player, .connection = session->connection_id};
    if (!batch_add(hall, EVENT_ATTACHED, 0, &row, now_ms))
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
    if (session->role == ROLE_PLAYER)
        take_seat_back(session, now_ms);
    else
        show_state(session, now_ms);
}

void session_resume(struct session *session, int64_t now_ms)
{
    if (session->closing)
        return;
    if (session->joining != NULL && !session->joining->queued) {
        if (session->joining->by_code)
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
    const char *page = field(frame, "page");
    if (is_word(page, 1, sizeof session->page - 1))
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
    if (session->hall != NULL && (strcmp(session->hall->id, claims.room) != 0 || session->role != claims.role)) {
        session_error(hub, session, REFUSAL_NOT_ALLOWED);
        return;
    }
    session->bearer = map_key(token);
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

static void handle_attach(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const char *token = field(frame, "token"), *code = field(frame, "code");

    if (session->joining != NULL)
        return;
    if (token != NULL && strlen(token) < TOKEN_MAX)
        attach_token(hub, session, frame, token, now_ms);
    else if (token != NULL)
        end_token(hub, session, REFUSAL_BAD_TOKEN);
    else if (code != NULL && session->role == ROLE_NONE)
        handle_code(hub, session, field(frame, "pin"), code);
    else
        bad_frame(hub, session, REFUSAL_BAD_FRAME);
}

/* ---- answer ---- */

static bool whole(const cJSON *item, double low, double high, int64_t *out)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= low && item->valuedouble <= high))
        return false;
    *out = (int64_t)item->valuedouble;
    return (double)*out == item->valuedouble;
}

#define ANSWER_N_MAX 10000
#define OWN_MS_MAX 86400000

struct answer_frame {
    int64_t q, n, ms;
    const cJSON *a;
};

static bool read_answer(const cJSON *frame, struct answer_frame *out)
{
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(frame, "n");
    const cJSON *ms = cJSON_GetObjectItemCaseSensitive(frame, "ms");

    out->n = 1;
    out->ms = -1;
    out->a = cJSON_GetObjectItemCaseSensitive(frame, "a");
    return out->a != NULL && whole(cJSON_GetObjectItemCaseSensitive(frame, "q"), 1, PLAN_QUESTIONS_MAX, &out->q) &&
           (n == NULL || whole(n, 1, ANSWER_N_MAX, &out->n)) &&
           (ms == NULL || cJSON_IsNull(ms) || whole(ms, 0, OWN_MS_MAX, &out->ms));
}

static void refuse_answer(struct session *session, const struct answer_frame *answer, enum refusal why,
                          const int64_t *readings)
{
    struct hub *hub = session->hall->hub;
    buffer_rewind(&hub->scratch, 0);
    encode_answer_refused(&hub->scratch, (uint32_t)answer->q, (uint32_t)answer->n, why, readings);
    session_send_text(hub, session, &hub->scratch);
    hub->counts.refused++;
}

/* An answer that was given before is acknowledged again, without the log. True if that was it. */
static bool answered_before(struct session *session, const struct answer_frame *answer)
{
    struct hall *hall = session->hall;
    struct answer_view standing;

    if (answer->q > room_q(hall->room))
        return false;
    room_view_answer(hall->room, (uint32_t)answer->q, session->seat, &standing);
    if (!standing.given || standing.status != ANSWER_ACCEPTED)
        return false;
    bool open = answer->q == room_q(hall->room) && room_phase(hall->room) == PHASE_QUESTION;
    if (open && room_plan(hall->room)->change == CHANGE_UNTIL_CLOSE && answer->n > standing.n)
        return false;
    buffer_rewind(&hall->hub->scratch, 0);
    encode_ack(&hall->hub->scratch, &room_plan(hall->room)->questions[answer->q - 1].shape, &standing,
               (uint32_t)answer->n, ANSWER_DUPLICATE);
    session_send_text(hall->hub, session, &hall->hub->scratch);
    return true;
}

/* E: from the question's first write to this phone, or the broadcast's end, whichever was first, to now. */
static uint32_t elapsed_ms(const struct session *session, int64_t now_ms)
{
    const struct hall *hall = session->hall;
    int64_t offset = session->question_offset_ms;
    int64_t spread = hall->spread_ms < 0 ? SPREAD_MAX_MS : hall->spread_ms;

    if (offset < 0)
        offset = 0;
    if (offset > spread)
        offset = spread;
    int64_t elapsed = now_ms - hall->opened_ms - offset;
    return elapsed < 0 ? 0 : elapsed > INT32_MAX ? INT32_MAX : (uint32_t)elapsed;
}

static void take_reading(struct session *session, const struct answer_frame *answer,
                         const struct answer_reading *reading, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct hub *hub = hall->hub;
    struct line line = {0};
    char form[KIND_LOG_FORM_MAX];

    hub->ports.line(hub->ports.engine, session->connection, &line);
    uint32_t limit = line.rtt_ms + LINE_SLACK_MS + line.turn_ms;
    uint32_t cap = room_plan(hall->room)->cap_ms;
    kind_write_log(&room_plan(hall->room)->questions[answer->q - 1].shape, reading->value, form);
    struct event_row row = {.player = session->player,
                            .form = form,
                            .n = (uint32_t)answer->n,
                            .elapsed_ms = elapsed_ms(session, now_ms),
                            .own_ms = (int32_t)answer->ms,
                            .credit_limit = limit < cap ? limit : cap,
                            .shown = reading->shown};
    if (!batch_add(hall, EVENT_ANSWERS, (uint32_t)answer->q, &row, now_ms)) {
        refuse_answer(session, answer, hub->storage == STORAGE_FULL ? REFUSAL_STORAGE_FULL : REFUSAL_SAVING_FULL, NULL);
        return;
    }
    session->pending_q = (uint32_t)answer->q;
    session->pending_n = (uint32_t)answer->n;
    hub->counts.answers++;
}

static void handle_answer(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct answer_frame answer;
    struct answer_reading reading = {0};

    if (session->role != ROLE_PLAYER || hall == NULL || !hall->caught_up || session->seat == NO_SEAT) {
        session_error(hub, session, REFUSAL_NOT_JOINED);
        return;
    }
    if (!read_answer(frame, &answer)) {
        bad_frame(hub, session, REFUSAL_BAD_FRAME);
        return;
    }
    if (session->pending_q == answer.q && session->pending_n >= answer.n)
        return; /* on its way already; its ack will come */
    if (answered_before(session, &answer))
        return;
    if (room_phase(hall->room) != PHASE_QUESTION || room_paused(hall->room) || answer.q != room_q(hall->room)) {
        refuse_answer(session, &answer, REFUSAL_WRONG_PHASE, NULL);
        return;
    }
    const struct question *texts = hall_texts(hall, (uint32_t)answer.q);
    static const struct text_rule plain = {0};
    enum answer_fault fault =
        kind_read_wire(&room_plan(hall->room)->questions[answer.q - 1].shape, texts == NULL ? &plain : &texts->rule,
                       room_plan(hall->room)->salt, answer.a, &reading);
    if (fault == ANSWER_READ)
        take_reading(session, &answer, &reading, now_ms);
    else
        refuse_answer(session, &answer, REFUSAL_BAD_ANSWER, fault == ANSWER_AMBIGUOUS ? reading.readings : NULL);
    free(reading.shown);
}

/* ---- the rest ---- */

static void handle_ping(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const cJSON *c = cJSON_GetObjectItemCaseSensitive(frame, "c");
    if (!cJSON_IsNumber(c)) {
        bad_frame(hub, session, REFUSAL_BAD_FRAME);
        return;
    }
    buffer_rewind(&hub->scratch, 0);
    buffer_print(&hub->scratch, "{\"t\":\"pong\",\"c\":%.15g,\"s\":%lld}", c->valuedouble, (long long)now_ms);
    session_send_text(hub, session, &hub->scratch);
}

static void handle_do(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    if (session->hall == NULL || session->role == ROLE_NONE || !session->hall->caught_up)
        session_error(hub, session, REFUSAL_NOT_JOINED);
    else
        command_receive(session, frame, now_ms);
}

static void handle_review(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const struct hall *hall = session->hall;
    (void)frame;
    (void)now_ms;
    if (session->role != ROLE_PLAYER || hall == NULL || !hall->caught_up || session->seat == NO_SEAT)
        session_error(hub, session, REFUSAL_NOT_JOINED);
    else if (room_phase(hall->room) != PHASE_ENDED)
        session_error(hub, session, REFUSAL_WRONG_PHASE);
    else
        show_review(session);
}

static const struct {
    const char *type;
    void (*handle)(struct hub *, struct session *, const cJSON *, int64_t now_ms);
} messages[] = {
    {"answer", handle_answer}, {"ping", handle_ping}, {"join", handle_join},
    {"attach", handle_attach}, {"do", handle_do},     {"review", handle_review},
};

/* A token bucket: who sends faster than any page would is told so, and in the end shown out. */
static bool too_fast(struct session *session, int64_t now_ms)
{
    int64_t earned = (now_ms - session->credit_at_ms) * MESSAGES_PER_S / 1000;
    if (earned > 0) {
        int64_t credit = session->message_credit + earned;
        session->message_credit = (uint16_t)(credit > MESSAGES_BURST ? MESSAGES_BURST : credit);
        session->credit_at_ms = now_ms;
    }
    if (session->message_credit == 0)
        return true;
    session->message_credit--;
    return false;
}

static void dispatch(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const char *type = field(frame, "t");

    if (!cJSON_IsObject(frame) || type == NULL) {
        bad_frame(hub, session, REFUSAL_BAD_FRAME);
        return;
    }
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        if (strcmp(messages[i].type, type) == 0) {
            messages[i].handle(hub, session, frame, now_ms);
            return;
        }
    }
    bad_frame(hub, session, REFUSAL_UNKNOWN_TYPE);
}

void hub_message(struct hub *hub, struct session *session, const char *bytes, size_t length, int64_t now_ms)
{
    hub->counts.messages++;
    if (session->closing)
        return;
    if (length > session_frame_limit(session)) {
        bad_frame(hub, session, REFUSAL_TOO_BIG);
        return;
    }
    if (too_fast(session, now_ms)) {
        bad_frame(hub, session, REFUSAL_TOO_FAST);
        return;
    }
    const char *end = NULL;
    cJSON *frame = text_is_utf8(bytes, length) ? cJSON_ParseWithLengthOpts(bytes, length, &end, false) : NULL;
    while (frame != NULL && end < bytes + length && strchr(" \t\r\n", *end) != NULL && *end != '\0')
        end++;
    if (frame == NULL || end != bytes + length)
        bad_frame(hub, session, REFUSAL_BAD_FRAME);
    else
        dispatch(hub, session, frame, now_ms);
    cJSON_Delete(frame);
}

void hub_too_big(struct hub *hub, struct session *session, int64_t now_ms)
{
    (void)now_ms;
    hub->counts.messages++;
    bad_frame(hub, session, REFUSAL_TOO_BIG);
}
