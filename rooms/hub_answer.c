/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <stdlib.h>
#include "rooms/hub_message.h"

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

/* How much of the line's time may be credited at most. What the phone does not claim need not be measured: asking the
 * kernel for the round trip is a system call an answer. */
static uint32_t credit_limit(const struct session *session, const struct answer_frame *answer, uint32_t elapsed)
{
    const struct hub *hub = session->hall->hub;
    int64_t claimed_ms = answer->ms < 0 ? 0 : (int64_t)elapsed - answer->ms;
    struct line line = {.wanted_ms = claimed_ms > LINE_SLACK_MS ? (uint32_t)claimed_ms - LINE_SLACK_MS : 0};
    uint32_t cap = room_plan(session->hall->room)->cap_ms;

    hub->ports.line(hub->ports.engine, session->connection, &line);
    uint32_t limit = line.rtt_ms + LINE_SLACK_MS + line.turn_ms;
    return limit < cap ? limit : cap;
}

static void take_reading(struct session *session, const struct answer_frame *answer,
                         const struct answer_reading *reading, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct hub *hub = hall->hub;
    uint32_t elapsed = elapsed_ms(session, now_ms);
    char form[KIND_LOG_FORM_MAX];

    kind_write_log(&room_plan(hall->room)->questions[answer->q - 1].shape, reading->value, form);
    struct event_row row = {.player = session->player,
                            .form = form,
                            .n = (uint32_t)answer->n,
                            .elapsed_ms = elapsed,
                            .own_ms = (int32_t)answer->ms,
                            .credit_limit = credit_limit(session, answer, elapsed),
                            .shown = reading->shown};
    if (!batch_add(hall, EVENT_ANSWERS, (uint32_t)answer->q, &row, now_ms)) {
        refuse_answer(session, answer, hub->storage == STORAGE_FULL ? REFUSAL_STORAGE_FULL : REFUSAL_SAVING_FULL, NULL);
        return;
    }
    session->pending_q = (uint32_t)answer->q;
    session->pending_n = (uint32_t)answer->n;
    hub->counts.answers++;
}

void message_answer(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct answer_frame answer;
    struct answer_reading reading = {0};

    if (session->role != ROLE_PLAYER || hall == NULL || !hall->caught_up || session->seat == NO_SEAT) {
        session_error(hub, session, REFUSAL_NOT_JOINED);
        return;
    }
    if (!read_answer(frame, &answer)) {
        session_bad_frame(hub, session, REFUSAL_BAD_FRAME);
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
