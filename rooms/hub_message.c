/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_message.h"

#include <stdlib.h>
#include <string.h>

const char *frame_field(const cJSON *frame, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(frame, name);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

bool text_is_word(const char *text, size_t low, size_t high)
{
    size_t length = text == NULL ? 0 : strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    return text != NULL && length >= low && length <= high && text[length] == '\0';
}

bool text_is_pin(const char *text)
{
    return text != NULL && strlen(text) == PIN_DIGITS && strspn(text, "0123456789") == PIN_DIGITS;
}

void session_bad_frame(struct hub *hub, struct session *session, enum refusal code)
{
    hub->counts.bad_frames++;
    session_error(hub, session, code);
    if (++session->bad_frames >= BAD_FRAMES_MAX)
        session_close(hub, session, CLOSE_ABUSE);
}

/* ---- the rest ---- */

#define PING_MAX 9e15 /* whole numbers that every reader of JSON takes exactly */

static void handle_ping(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const cJSON *c = cJSON_GetObjectItemCaseSensitive(frame, "c");
    if (!cJSON_IsNumber(c) || !(c->valuedouble >= -PING_MAX && c->valuedouble <= PING_MAX)) {
        session_bad_frame(hub, session, REFUSAL_BAD_FRAME);
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
    {"answer", message_answer}, {"ping", handle_ping},     {"join", message_join}, {"attach", message_attach},
    {"do", handle_do},          {"review", handle_review}, {"look", message_look},
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
    const char *type = frame_field(frame, "t");

    if (!cJSON_IsObject(frame) || type == NULL) {
        session_bad_frame(hub, session, REFUSAL_BAD_FRAME);
        return;
    }
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        if (strcmp(messages[i].type, type) == 0) {
            messages[i].handle(hub, session, frame, now_ms);
            return;
        }
    }
    session_bad_frame(hub, session, REFUSAL_UNKNOWN_TYPE);
}

void hub_message(struct hub *hub, struct session *session, const char *bytes, size_t length, int64_t now_ms)
{
    hub->counts.messages++;
    if (session->closing)
        return;
    if (length > session_frame_limit(session)) {
        session_bad_frame(hub, session, REFUSAL_TOO_BIG);
        return;
    }
    if (too_fast(session, now_ms)) {
        session_bad_frame(hub, session, REFUSAL_TOO_FAST);
        return;
    }
    const char *end = NULL;
    cJSON *frame = text_is_utf8(bytes, length) ? cJSON_ParseWithLengthOpts(bytes, length, &end, false) : NULL;
    while (frame != NULL && end < bytes + length && strchr(" \t\r\n", *end) != NULL && *end != '\0')
        end++;
    if (frame == NULL || end != bytes + length)
        session_bad_frame(hub, session, REFUSAL_BAD_FRAME);
    else
        dispatch(hub, session, frame, now_ms);
    cJSON_Delete(frame);
}

void hub_too_big(struct hub *hub, struct session *session, int64_t now_ms)
{
    (void)now_ms;
    hub->counts.messages++;
    session_bad_frame(hub, session, REFUSAL_TOO_BIG);
}
