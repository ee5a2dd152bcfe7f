/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.c - taking the answers of a batch, one row after the other.
 */
#include "rooms/room_state.h"

#include <string.h>
#include "rooms/buffer.h"

static void make_answer_place(struct room *room, struct round *round, bool texts)
{
    if (round->capacity >= room->seats)
        return;
    size_t capacity = room->capacity;
    round->answers = memory_grow(round->answers, capacity, sizeof *round->answers);
    memset(round->answers + round->capacity, 0, (capacity - round->capacity) * sizeof *round->answers);
    if (texts) {
        round->texts = memory_grow(round->texts, capacity, sizeof *round->texts);
        memset(round->texts + round->capacity, 0, (capacity - round->capacity) * sizeof *round->texts);
    }
    round->capacity = capacity;
}

static uint32_t keep_text(struct room *room, const char *text)
{
    uint64_t key = map_key(text);
    const uint32_t *found = map_find(&room->text_index, key);
    if (found != NULL)
        return *found;
    if (room->text_count == room->text_capacity) {
        room->text_capacity = room->text_capacity == 0 ? 16 : room->text_capacity * 2;
        room->texts = memory_grow(room->texts, room->text_capacity, sizeof *room->texts);
    }
    room->texts[room->text_count++] = memory_copy(text, strlen(text));
    map_set(&room->text_index, key, (uint32_t)room->text_count);
    return (uint32_t)room->text_count;
}

static void keep_answer(struct room *room, struct round *round, uint32_t seat, const struct event_row *row,
                        struct answer answer)
{
    bool first = !round_has(round, seat);

    round->answers[seat] = answer;
    if (round->texts != NULL)
        round->texts[seat] = row->shown == NULL ? 0 : keep_text(room, row->shown);
    if (first && answer.status == ANSWER_ACCEPTED) {
        round->answered++;
        if (room->players[seat].present)
            room->present_answered++;
    }
}

static enum answer_status take_answer(struct room *room, uint32_t seat, const struct event *event,
                                      const struct event_row *row, uint64_t value)
{
    struct round *round = room_round(room, event->q);
    uint32_t time_ms = answer_time_ms(row->elapsed_ms, row->own_ms, row->credit_limit);
    uint32_t credited = row->elapsed_ms - row->elapsed_ms % TIME_STEP_MS;
    const struct answer *standing = round_answer(round, seat);

    if (standing != NULL && standing->status == ANSWER_ACCEPTED &&
        (room->plan->change == CHANGE_NO || row->n <= standing->n))
        return ANSWER_DUPLICATE;
    enum answer_status status = time_ms > room_seat_limit_ms(room, seat) ? ANSWER_LATE : ANSWER_ACCEPTED;
    if (standing != NULL && status == ANSWER_LATE)
        return ANSWER_LATE; /* what stands, stands */
    credited = credited > time_ms ? credited - time_ms : 0;
    struct answer answer = {.value = value,
                            .position = (uint32_t)event->position,
                            .time_ms = time_ms,
                            .n = (uint16_t)(row->n > UINT16_MAX ? UINT16_MAX : row->n),
                            .credit_ms = (uint16_t)(credited > UINT16_MAX ? UINT16_MAX : credited),
                            .factor = room->players[seat].factor,
                            .status = (uint8_t)status};
    keep_answer(room, round, seat, row, answer);
    return status;
}

static void apply_answer(struct room *room, const struct event *event, const struct event_row *row,
                         struct effect *effect)
{
    const struct shape *shape = &room->plan->questions[event->q - 1].shape;
    uint64_t value = 0;

    effect->n = row->n;
    if (effect->seat == NO_SEAT)
        effect->refusal = REFUSAL_NOT_JOINED;
    else if (room->players[effect->seat].removed)
        effect->refusal = REFUSAL_NOT_ALLOWED;
    else if (!kind_read_log(shape, row->form, &value))
        effect->refusal = REFUSAL_BAD_ANSWER;
    else
        effect->status = take_answer(room, effect->seat, event, row, value);
}

enum refusal answers_take(struct room *room, struct event *event, struct effects *effects)
{
    bool open = (room->phase == PHASE_QUESTION || room->phase == PHASE_CLOSED) && event->q == room->q;

    if (open)
        make_answer_place(room, room_round(room, event->q),
                          room->plan->questions[event->q - 1].shape.kind == KIND_TEXT);
    for (size_t i = 0; i < event->row_count; i++) {
        struct effect *effect = effects_add(effects, room, event, event->rows[i].player);
        effect->n = event->rows[i].n;
        if (open)
            apply_answer(room, event, &event->rows[i], effect);
        else
            effect->refusal = REFUSAL_WRONG_PHASE;
    }
    return REFUSAL_NONE;
}
