/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/room_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"

static const char *const phases[PHASE_COUNT] = {
    [PHASE_LOBBY] = "lobby",       [PHASE_QUESTION] = "question", [PHASE_CLOSED] = "closed",
    [PHASE_REVEALED] = "revealed", [PHASE_RANKED] = "ranked",     [PHASE_ENDED] = "ended",
};

static const char *const statuses[] = {
    [ANSWER_NONE] = "none", [ANSWER_ACCEPTED] = "accepted", [ANSWER_LATE] = "late", [ANSWER_DUPLICATE] = "duplicate"};

const char *phase_name(enum phase phase)
{
    return phases[phase];
}

const char *answer_status_name(enum answer_status status)
{
    return statuses[status];
}

/* What may happen when. Whether it has effect then is the handler's to say. */
#define JUDGED                                                                                                         \
    [EVENT_ADJUSTED] = true, [EVENT_DISQUALIFIED] = true, [EVENT_REINSTATED] = true, [EVENT_MOVED] = true,             \
    [EVENT_VOIDED] = true, [EVENT_REKEYED] = true, [EVENT_HELD] = true, [EVENT_RELEASED] = true,                       \
    [EVENT_FROZEN] = true, [EVENT_UNFROZEN] = true, [EVENT_NOTICED] = true
#define ALWAYS                                                                                                         \
    [EVENT_JOINED] = true, [EVENT_ATTACHED] = true, [EVENT_LEFT] = true, [EVENT_RESEATED] = true,                      \
    [EVENT_RENAMED] = true, [EVENT_NODDED] = true, [EVENT_ACCOMMODATED] = true, [EVENT_REMOVED] = true,                \
    [EVENT_LOCKED] = true, [EVENT_UNLOCKED] = true, [EVENT_ANSWERS] = true, JUDGED
#define LIVE ALWAYS, [EVENT_PAUSED] = true, [EVENT_RESUMED] = true, [EVENT_ENDED] = true
static const bool allowed[PHASE_COUNT][EVENT_COUNT] = {
    [PHASE_LOBBY] = {LIVE, [EVENT_OPENED] = true},
    [PHASE_QUESTION] =
        {LIVE, [EVENT_CLOSED] = true, [EVENT_EXTENDED] = true, [EVENT_SKIPPED] = true, [EVENT_ACCEPTED] = true},
    [PHASE_CLOSED] = {LIVE, [EVENT_REOPENED] = true, [EVENT_REVEALED] = true, [EVENT_OPENED] = true,
                      [EVENT_SKIPPED] = true, [EVENT_ACCEPTED] = true},
    [PHASE_REVEALED] = {LIVE, [EVENT_RANKED] = true, [EVENT_OPENED] = true},
    [PHASE_RANKED] = {LIVE, [EVENT_OPENED] = true},
    [PHASE_ENDED] = {ALWAYS, [EVENT_FINALISED] = true},
};
#undef LIVE
#undef ALWAYS
#undef JUDGED

/* ---- effects ---- */

void effects_init(struct effects *effects)
{
    *effects = (struct effects){0};
}

void effects_clear(struct effects *effects)
{
    free(effects->list);
    effects_init(effects);
}

struct effect *effects_add(struct effects *effects, const struct room *room, const struct event *event, uint64_t player)
{
    if (effects->count == effects->capacity) {
        effects->capacity = effects->capacity == 0 ? 16 : effects->capacity * 2;
        effects->list = memory_grow(effects->list, effects->capacity, sizeof *effects->list);
    }
    struct effect *effect = &effects->list[effects->count++];
    *effect = (struct effect){.type = event->type, .player = player, .seat = room_find(room, player)};
    return effect;
}

/* ---- making and reading ---- */

struct room *room_new(void)
{
    struct room *room = memory_new(1, sizeof *room);
    room->longest_factor = 100;
    return room;
}

void room_free(struct room *room)
{
    if (room == NULL)
        return;
    size_t rounds = room->plan == NULL ? 0 : room->plan->question_count;
    for (size_t i = 0; i < rounds; i++) {
        free(room->rounds[i].answers);
        free(room->rounds[i].texts);
    }
    for (size_t i = 0; i < room->text_count; i++)
        free(room->texts[i]);
    free(room->rounds);
    free(room->texts);
    free(room->outcomes);
    free(room->frozen_lines);
    map_clear(&room->text_index);
    map_clear(&room->seen);
    roster_clear(room);
    plan_free(room->plan);
    free(room);
}

struct round *room_round(const struct room *room, uint32_t q)
{
    assert(q >= 1 && q <= room->plan->question_count);
    return &room->rounds[q - 1];
}

struct answer *round_answer(const struct round *round, uint32_t seat)
{
    return seat < round->capacity && round->answers[seat].status != ANSWER_NONE ? &round->answers[seat] : NULL;
}

bool round_has(const struct round *round, uint32_t seat)
{
    const struct answer *answer = round_answer(round, seat);
    return answer != NULL && answer->status == ANSWER_ACCEPTED;
}

static enum refusal apply_lock(struct room *room, struct event *event, struct effects *effects)
{
    bool lock = event->type == EVENT_LOCKED;
    if (room->locked == lock)
        return REFUSAL_WRONG_PHASE;
    room->locked = lock;
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

/* ---- the phases ---- */

static void move_to(struct room *room, enum phase phase, const struct event *event)
{
    if (room->paused && room->phase == PHASE_QUESTION)
        room->stood_still_ms += event->at_ms - room->paused_at_ms;
    room->paused = false;
    room->phase = phase;
    room->at = event->position;
}

static void open_question(struct room *room, const struct event *event, uint32_t q)
{
    move_to(room, PHASE_QUESTION, event);
    room->q = q;
    room->clock++;
    room->opened_at_ms = event->at_ms;
    room->stood_still_ms = 0;
    room->present_answered = 0;
}

static enum refusal apply_opened(struct room *room, struct event *event, struct effects *effects)
{
    if (event->q != room->q + 1)
        return REFUSAL_STALE;
    if (event->q > room->plan->question_count)
        return REFUSAL_WRONG_PHASE;
    if (room->phase == PHASE_CLOSED)
        score_question(room); /* once its doors are shut, a question counts, shown or not */
    open_question(room, event, event->q);
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_closed(struct room *room, struct event *event, struct effects *effects)
{
    if (event->q != room->q)
        return REFUSAL_STALE;
    if (event->why != CLOSED_BY_HOST && (event->clock != room->clock || room->paused))
        return REFUSAL_STALE;
    if (event->why == CLOSED_BY_ALL && !room_all_answered(room))
        return REFUSAL_STALE; /* somebody came in meanwhile */
    move_to(room, PHASE_CLOSED, event);
    room->closed_at_ms = event->at_ms;
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_reopened(struct room *room, struct event *event, struct effects *effects)
{
    struct round *round = room_round(room, room->q);

    if (event->q != room->q)
        return REFUSAL_STALE;
    int64_t left = (int64_t)room_limit_ms(room) - room_open_ms(room, event->at_ms);
    if (left < REOPEN_LEAST_MS)
        round->extended_ms += (uint32_t)(REOPEN_LEAST_MS - left);
    room->stood_still_ms += event->at_ms - room->closed_at_ms;
    move_to(room, PHASE_QUESTION, event);
    room->clock++;
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_extended(struct room *room, struct event *event, struct effects *effects)
{
    if (event->q != room->q)
        return REFUSAL_STALE;
    if (room_limit_ms(room) + event->ms > INT32_MAX)
        return REFUSAL_BAD_ARGS;
    room_round(room, room->q)->extended_ms += (uint32_t)event->ms;
    room->clock++;
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_skipped(struct room *room, struct event *event, struct effects *effects)
{
    if (event->q != room->q)
        return REFUSAL_STALE;
    room_round(room, room->q)->skipped = true;
    effects_add(effects, room, event, 0);
    if (room_question_is_last(room))
        move_to(room, PHASE_ENDED, event);
    else
        open_question(room, event, room->q + 1);
    return REFUSAL_NONE;
}

static enum refusal apply_accepted(struct room *room, struct event *event, struct effects *effects)
{
    if (event->q != room->q)
        return REFUSAL_STALE;
    struct plan_question *question = &room->plan->questions[room->q - 1];
    struct key_range range;

    if ((question->shape.kind != KIND_TEXT && question->shape.kind != KIND_NUMBER) ||
        question->key.count >= KEY_RANGES_MAX || !kind_read_range(&question->shape, event->form, &range))
        return REFUSAL_BAD_ARGS;
    question->key.ranges = memory_grow(question->key.ranges, question->key.count + 1, sizeof range);
    question->key.ranges[question->key.count++] = range;
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_revealed(struct room *room, struct event *event, struct effects *effects)
{
    if (event->q != room->q)
        return REFUSAL_STALE;
    score_question(room);
    room_round(room, room->q)->revealed = true;
    move_to(room, PHASE_REVEALED, event);
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_ranked(struct room *room, struct event *event, struct effects *effects)
{
    if (event->q != room->q)
        return REFUSAL_STALE;
    move_to(room, PHASE_RANKED, event);
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_pause(struct room *room, struct event *event, struct effects *effects)
{
    bool pause = event->type == EVENT_PAUSED;

    if (room->paused == pause)
        return REFUSAL_WRONG_PHASE;
    if (pause)
        room->paused_at_ms = event->at_ms;
    else if (room->phase == PHASE_QUESTION)
        room->stood_still_ms += event->at_ms - room->paused_at_ms;
    room->paused = pause;
    room->clock++;
    room->at = event->position;
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_ended(struct room *room, struct event *event, struct effects *effects)
{
    if (room->phase == PHASE_CLOSED)
        score_question(room);
    move_to(room, PHASE_ENDED, event);
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_created(struct room *room, struct event *event, struct effects *effects)
{
    room->plan = event->plan;
    event->plan = NULL;
    room->rounds = memory_new(room->plan->question_count, sizeof *room->rounds);
    roster_list(room);
    room->created_at_ms = event->at_ms;
    room->at = event->position;
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal (*const handlers[EVENT_COUNT])(struct room *, struct event *, struct effects *) = {
    [EVENT_CREATED] = apply_created,     [EVENT_JOINED] = seating_rows,         [EVENT_ATTACHED] = seating_rows,
    [EVENT_LEFT] = seating_rows,         [EVENT_RESEATED] = seating_change,     [EVENT_RENAMED] = seating_change,
    [EVENT_NODDED] = seating_change,     [EVENT_ACCOMMODATED] = seating_change, [EVENT_REMOVED] = seating_change,
    [EVENT_LOCKED] = apply_lock,         [EVENT_UNLOCKED] = apply_lock,         [EVENT_OPENED] = apply_opened,
    [EVENT_ANSWERS] = answers_take,      [EVENT_CLOSED] = apply_closed,         [EVENT_REOPENED] = apply_reopened,
    [EVENT_EXTENDED] = apply_extended,   [EVENT_SKIPPED] = apply_skipped,       [EVENT_ACCEPTED] = apply_accepted,
    [EVENT_REVEALED] = apply_revealed,   [EVENT_RANKED] = apply_ranked,         [EVENT_PAUSED] = apply_pause,
    [EVENT_RESUMED] = apply_pause,       [EVENT_ENDED] = apply_ended,           [EVENT_ADJUSTED] = judge_player,
    [EVENT_DISQUALIFIED] = judge_player, [EVENT_REINSTATED] = judge_player,     [EVENT_MOVED] = judge_player,
    [EVENT_VOIDED] = judge_question,     [EVENT_REKEYED] = judge_question,      [EVENT_HELD] = judge_room,
    [EVENT_RELEASED] = judge_room,       [EVENT_FROZEN] = judge_room,           [EVENT_UNFROZEN] = judge_room,
    [EVENT_NOTICED] = judge_room,        [EVENT_FINALISED] = judge_room,
};

/* ---- the one door ---- */

static void remember_outcome(struct room *room, const struct event *event, enum refusal refusal)
{
    if (room->outcome_count == room->outcome_capacity) {
        room->outcome_capacity = room->outcome_capacity == 0 ? 32 : room->outcome_capacity * 2;
        room->outcomes = memory_grow(room->outcomes, room->outcome_capacity, sizeof *room->outcomes);
    }
    room->outcomes[room->outcome_count] = (struct outcome){.position = event->position, .refusal = refusal};
    map_set(&room->seen, eid_key(event->eid), (uint32_t)room->outcome_count++);
}

bool room_outcome(const struct room *room, const char *eid, enum refusal *refusal, uint64_t *position)
{
    uint64_t key = eid_key(eid);
    const uint32_t *index = key == 0 ? NULL : map_find(&room->seen, key);
    if (index == NULL)
        return false;
    *refusal = room->outcomes[*index].refusal;
    *position = room->outcomes[*index].position;
    return true;
}

static bool moves_on(enum event_type type)
{
    return type == EVENT_REVEALED || type == EVENT_RANKED || type == EVENT_OPENED || type == EVENT_SKIPPED ||
           type == EVENT_ENDED || type == EVENT_FINALISED;
}

static enum refusal apply_new(struct room *room, struct event *event, struct effects *effects)
{
    if ((event->type == EVENT_CREATED) != (room->plan == NULL))
        return REFUSAL_WRONG_PHASE; /* one `created`, and it is the first */
    if (event->guarded && event->guard != room->at)
        return REFUSAL_STALE;
    if (event->type != EVENT_CREATED && !allowed[room->phase][event->type])
        return REFUSAL_WRONG_PHASE;
    if (room->held && moves_on(event->type))
        return REFUSAL_WRONG_PHASE; /* a judge has put a hold on it */
    return handlers[event->type](room, event, effects);
}

enum refusal room_apply(struct room *room, struct event *event, struct effects *effects)
{
    enum refusal refusal;

    effects->count = 0;
    effects->repeated = false;
    room->position = event->position;
    if (event->type != EVENT_ANSWERS && room_outcome(room, event->eid, &refusal, &effects->first_position)) {
        effects->repeated = true;
        return refusal;
    }
    refusal = apply_new(room, event, effects);
    if (event->type != EVENT_ANSWERS)
        remember_outcome(room, event, refusal);
    return refusal;
}

void chain_fold(struct digest *head, const struct entry *entry)
{
    char position[24];
    size_t digits = 0;
    uint64_t rest = entry->position;

    /* decimal, so that another tool can fold the same chain: h ‖ "118" ‖ "1732431600000-0" ‖ e */
    do {
        position[sizeof position - ++digits] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    struct slice parts[] = {{head->bytes, DIGEST_BYTES},
                            {position + sizeof position - digits, digits},
                            {entry->id, strlen(entry->id)},
                            {entry->e, entry->e_length}};
    digest_join(parts, 4, head);
}
