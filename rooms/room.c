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
    return memory_new(1, sizeof(struct room));
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

const struct plan *room_plan(const struct room *room)
{
    return room->plan;
}

enum phase room_phase(const struct room *room)
{
    return room->phase;
}

bool room_paused(const struct room *room)
{
    return room->paused;
}

bool room_locked(const struct room *room)
{
    return room->locked;
}

bool room_frozen(const struct room *room)
{
    return room->frozen;
}

bool room_held(const struct room *room)
{
    return room->held;
}

const char *room_result_name(const struct room *room)
{
    return room->final ? "final" : room->phase == PHASE_ENDED ? "provisional" : "live";
}

uint64_t room_at(const struct room *room)
{
    return room->at;
}

uint64_t room_position(const struct room *room)
{
    return room->position;
}

uint32_t room_q(const struct room *room)
{
    return room->q;
}

uint32_t room_clock(const struct room *room)
{
    return room->clock;
}

size_t room_seats(const struct room *room)
{
    return room->seats;
}

size_t room_players(const struct room *room)
{
    return room->seats - room->removed;
}

size_t room_answered(const struct room *room)
{
    return room->q == 0 ? 0 : room_round(room, room->q)->answered;
}

bool room_all_answered(const struct room *room)
{
    return room->phase == PHASE_QUESTION && !room->paused && room->present > 0 &&
           room->present_answered == room->present;
}

bool room_question_is_last(const struct room *room)
{
    return room->q == room->plan->question_count;
}

int64_t room_open_ms(const struct room *room, int64_t wall_ms)
{
    int64_t until = room->phase == PHASE_QUESTION ? (room->paused ? room->paused_at_ms : wall_ms) : room->closed_at_ms;
    int64_t open = until - room->opened_at_ms - room->stood_still_ms;
    return open > 0 ? open : 0;
}

uint32_t room_limit_ms(const struct room *room)
{
    if (room->q == 0)
        return 0;
    return room->plan->questions[room->q - 1].limit_ms + room_round(room, room->q)->extended_ms;
}

static uint32_t limit_by_factor(const struct room *room, uint32_t factor)
{
    uint64_t limit = (uint64_t)room_limit_ms(room) * factor / 100;
    return factor == 0 || limit >= LIMIT_NONE ? LIMIT_NONE : (uint32_t)limit;
}

uint32_t room_seat_limit_ms(const struct room *room, uint32_t seat)
{
    return limit_by_factor(room, room->players[seat].factor);
}

uint32_t room_longest_limit_ms(const struct room *room)
{
    uint32_t longest = 100;
    for (size_t i = 0; i < room->seats; i++) {
        const struct player *player = &room->players[i];
        if (!player->removed && player->factor == 0)
            return LIMIT_NONE;
        if (!player->removed && player->factor > longest)
            longest = player->factor;
    }
    return limit_by_factor(room, longest);
}

/* ---- the roster's events ---- */

enum refusal room_may_join(const struct room *room)
{
    if (room->phase == PHASE_ENDED)
        return REFUSAL_WRONG_PHASE;
    if (room->locked || (room->plan->no_late_join && room->phase != PHASE_LOBBY))
        return REFUSAL_ROOM_LOCKED;
    return room_players(room) >= room->plan->players_max ? REFUSAL_ROOM_FULL : REFUSAL_NONE;
}

/* A join that comes again (its reply was lost) finds its seat: for it the doors are never locked. */
static enum refusal join_again(struct room *room, struct player *player, uint64_t connection)
{
    if (player->removed)
        return player->banned ? REFUSAL_BANNED : REFUSAL_BAD_TOKEN;
    roster_attach(room, player, connection);
    return REFUSAL_NONE;
}

static enum refusal apply_joined(struct room *room, const struct event *event, struct effects *effects)
{
    for (size_t i = 0; i < event->row_count; i++) {
        const struct event_row *row = &event->rows[i];
        uint32_t seat = room_find(room, row->player);
        enum refusal refusal =
            seat != NO_SEAT ? join_again(room, &room->players[seat], row->connection) : room_may_join(room);
        if (seat == NO_SEAT && refusal == REFUSAL_NONE)
            roster_add(room, row);
        effects_add(effects, room, event, row->player)->refusal = refusal;
    }
    return REFUSAL_NONE;
}

static enum refusal apply_presence(struct room *room, const struct event *event, struct effects *effects)
{
    for (size_t i = 0; i < event->row_count; i++) {
        const struct event_row *row = &event->rows[i];
        struct player *player = roster_at(room, room_find(room, row->player));
        struct effect *effect = effects_add(effects, room, event, row->player);
        if (player == NULL || player->removed)
            effect->refusal = player == NULL ? REFUSAL_BAD_TOKEN : REFUSAL_NOT_ALLOWED;
        else if (event->type == EVENT_ATTACHED)
            roster_attach(room, player, row->connection);
        else if (player->connection == row->connection)
            roster_leave(room, player);
        else
            effect->refusal = REFUSAL_STALE; /* they are back already, on another connection */
    }
    return REFUSAL_NONE;
}

static enum refusal give_code(struct room *room, struct player *player, const struct event *event)
{
    if (map_find(&room->by_code, event->code) != NULL)
        return REFUSAL_BUSY;
    if (player->seat_code != 0)
        map_remove(&room->by_code, player->seat_code);
    player->seat_code = event->code;
    map_set(&room->by_code, event->code, (uint32_t)(player - room->players));
    return REFUSAL_NONE;
}

static enum refusal take_code(struct room *room, struct player *player, const struct event *event)
{
    if (event->take == player->seat_code) {
        /* One time only, and the old phone's token ends with it. */
        map_remove(&room->by_code, player->seat_code);
        player->seat_code = 0;
        player->generation++;
    } else if (event->take != player->code) {
        return REFUSAL_BAD_TOKEN;
    }
    roster_attach(room, player, event->connection);
    return REFUSAL_NONE;
}

static enum refusal change_player(struct room *room, struct player *player, const struct event *event)
{
    if (event->type == EVENT_RESEATED)
        return event->code != 0 ? give_code(room, player, event) : take_code(room, player, event);
    if (event->type == EVENT_RENAMED)
        roster_name(room, player, &event->rows[0]);
    if (event->type == EVENT_NODDED)
        player->waiting = false;
    if (event->type == EVENT_REMOVED)
        roster_remove(room, player, event->ban);
    if (event->type == EVENT_ACCOMMODATED) {
        if (event->factor != 0 && (event->factor < 100 || event->factor > FACTOR_MAX))
            return REFUSAL_BAD_ARGS;
        player->factor = (uint16_t)event->factor;
        room->clock++; /* the question may now close later, or earlier */
    }
    return REFUSAL_NONE;
}

static enum refusal apply_to_player(struct room *room, struct event *event, struct effects *effects)
{
    struct player *player = roster_at(room, room_find(room, event->player));

    if (player == NULL || player->removed)
        return REFUSAL_BAD_ARGS;
    enum refusal refusal = change_player(room, player, event);
    if (refusal == REFUSAL_NONE)
        effects_add(effects, room, event, event->player);
    return refusal;
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

/* ---- answers ---- */

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

static enum refusal apply_answers(struct room *room, struct event *event, struct effects *effects)
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
    room->created_at_ms = event->at_ms;
    room->at = event->position;
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static enum refusal apply_rows(struct room *room, struct event *event, struct effects *effects)
{
    return event->type == EVENT_JOINED ? apply_joined(room, event, effects) : apply_presence(room, event, effects);
}

static enum refusal (*const handlers[EVENT_COUNT])(struct room *, struct event *, struct effects *) = {
    [EVENT_CREATED] = apply_created,     [EVENT_JOINED] = apply_rows,
    [EVENT_ATTACHED] = apply_rows,       [EVENT_LEFT] = apply_rows,
    [EVENT_RESEATED] = apply_to_player,  [EVENT_RENAMED] = apply_to_player,
    [EVENT_NODDED] = apply_to_player,    [EVENT_ACCOMMODATED] = apply_to_player,
    [EVENT_REMOVED] = apply_to_player,   [EVENT_LOCKED] = apply_lock,
    [EVENT_UNLOCKED] = apply_lock,       [EVENT_OPENED] = apply_opened,
    [EVENT_ANSWERS] = apply_answers,     [EVENT_CLOSED] = apply_closed,
    [EVENT_REOPENED] = apply_reopened,   [EVENT_EXTENDED] = apply_extended,
    [EVENT_SKIPPED] = apply_skipped,     [EVENT_ACCEPTED] = apply_accepted,
    [EVENT_REVEALED] = apply_revealed,   [EVENT_RANKED] = apply_ranked,
    [EVENT_PAUSED] = apply_pause,        [EVENT_RESUMED] = apply_pause,
    [EVENT_ENDED] = apply_ended,         [EVENT_ADJUSTED] = judge_player,
    [EVENT_DISQUALIFIED] = judge_player, [EVENT_REINSTATED] = judge_player,
    [EVENT_MOVED] = judge_player,        [EVENT_VOIDED] = judge_question,
    [EVENT_REKEYED] = judge_question,    [EVENT_HELD] = judge_room,
    [EVENT_RELEASED] = judge_room,       [EVENT_FROZEN] = judge_room,
    [EVENT_UNFROZEN] = judge_room,       [EVENT_NOTICED] = judge_room,
    [EVENT_FINALISED] = judge_room,
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
