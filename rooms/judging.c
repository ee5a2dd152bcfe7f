/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judging.c - the acts of judges. Each is an event with who, when and why, and works by counting again from the answers
 * that stand in the log: nothing is patched, so a replay gives the same.
 */
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"
#include "rooms/room_state.h"

/* What an act would do, whoever does it: two judges agree if these are equal. */
static uint64_t what_of(const struct event *event)
{
    const char *form = event->form == NULL ? "" : event->form;
    struct slice parts[] = {{&event->type, sizeof event->type},
                            {&event->q, sizeof event->q},
                            {&event->player, sizeof event->player},
                            {&event->policy, sizeof event->policy},
                            {form, strlen(form)}};
    struct digest digest;
    digest_join(parts, sizeof parts / sizeof *parts, &digest);
    return digest_prefix(&digest);
}

static bool needs_second(enum event_type type)
{
    return type == EVENT_REKEYED || type == EVENT_VOIDED || type == EVENT_DISQUALIFIED;
}

/* True if the act may take effect now; otherwise it is kept for the second judge's yes. */
static bool agreed(struct room *room, const struct event *event, struct effects *effects)
{
    if (!room->plan->second_judge || room->phase != PHASE_ENDED || !needs_second(event->type))
        return true;
    uint64_t what = what_of(event);
    if (room->pending.what == what && strcmp(room->pending.actor, event->actor) != 0) {
        room->pending = (struct pending_act){0};
        return true;
    }
    room->pending.what = what;
    memcpy(room->pending.actor, event->actor, sizeof room->pending.actor);
    effects_add(effects, room, event, event->player)->waits = true;
    return false;
}

static enum refusal change_judged(struct room *room, struct player *player, const struct event *event)
{
    if (event->type == EVENT_ADJUSTED) {
        if (abs(player->adjusted + event->points) > ADJUST_POINTS_MAX)
            return REFUSAL_BAD_ARGS;
        player->adjusted += event->points;
    } else if (event->type == EVENT_MOVED) {
        player->unit = roster_unit_index(room, event->unit);
    } else {
        bool out = event->type == EVENT_DISQUALIFIED;
        if (player->disqualified == out)
            return REFUSAL_WRONG_PHASE;
        player->disqualified = out;
    }
    return REFUSAL_NONE;
}

enum refusal judge_player(struct room *room, struct event *event, struct effects *effects)
{
    struct player *player = roster_at(room, room_find(room, event->player));

    if (player == NULL || player->removed)
        return REFUSAL_BAD_ARGS;
    if (room->final)
        return REFUSAL_WRONG_PHASE;
    if (!agreed(room, event, effects))
        return REFUSAL_NONE;
    enum refusal refusal = change_judged(room, player, event);
    if (refusal != REFUSAL_NONE)
        return refusal;
    score_again(room);
    effects_add(effects, room, event, event->player);
    return REFUSAL_NONE;
}

/* The ranges of `forms`, a line each, into a new key. False if a line is none; `key` is to be freed all the same. */
static bool read_key(const struct shape *shape, const char *forms, struct key *key)
{
    char form[KIND_LOG_FORM_MAX];

    *key = (struct key){.ranges = memory_new(KEY_RANGES_MAX, sizeof *key->ranges)};
    while (*forms != '\0' && key->count < KEY_RANGES_MAX) {
        size_t length = strcspn(forms, "\n");
        if (length == 0 || length >= sizeof form)
            return false;
        memcpy(form, forms, length);
        form[length] = '\0';
        if (!kind_read_range(shape, form, &key->ranges[key->count++]))
            return false;
        forms += length + (forms[length] == '\n');
    }
    return key->count > 0 && *forms == '\0';
}

static bool replace_key(struct plan_question *question, const struct event *event)
{
    struct key key;
    bool also = event->policy == REKEY_ACCEPT_ALSO;

    if (!read_key(&question->shape, event->form, &key) || (also && key.count + question->key.count > KEY_RANGES_MAX)) {
        free(key.ranges);
        return false;
    }
    for (size_t i = 0; also && i < question->key.count; i++)
        key.ranges[key.count++] = question->key.ranges[i];
    free(question->key.ranges);
    question->key = key;
    return true;
}

static enum refusal change_question(struct room *room, const struct event *event)
{
    struct round *round = room_round(room, event->q);

    if (event->type == EVENT_VOIDED) {
        if (round->skipped)
            return REFUSAL_WRONG_PHASE;
        round->skipped = true;
        return REFUSAL_NONE;
    }
    if (event->policy == REKEY_GIFT)
        round->gift = true;
    else if (!replace_key(&room->plan->questions[event->q - 1], event))
        return REFUSAL_BAD_ARGS;
    return REFUSAL_NONE;
}

enum refusal judge_question(struct room *room, struct event *event, struct effects *effects)
{
    if (event->q == 0 || event->q > room->q)
        return REFUSAL_BAD_ARGS;
    if (room->final)
        return REFUSAL_WRONG_PHASE;
    if (!agreed(room, event, effects))
        return REFUSAL_NONE;
    enum refusal refusal = change_question(room, event);
    if (refusal != REFUSAL_NONE)
        return refusal;
    score_again(room);
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}

static void freeze(struct room *room)
{
    free(room->frozen_lines);
    room->frozen_lines = memory_new(room->ordered, sizeof *room->frozen_lines);
    room->frozen_count = room->ordered;
    for (size_t i = 0; i < room->ordered; i++) {
        const struct player *player = &room->players[room->order[i]];
        room->frozen_lines[i] = (struct frozen_line){.seat = room->order[i],
                                                     .rank = player->rank,
                                                     .rank_before = player->rank_before,
                                                     .points = player->points,
                                                     .right_ms = player->right_ms,
                                                     .right = player->right};
    }
}

static bool set_claim(bool *claim, bool value)
{
    bool changed = *claim != value;
    *claim = value;
    return changed;
}

enum refusal judge_room(struct room *room, struct event *event, struct effects *effects)
{
    bool changed = true;

    if (event->type == EVENT_HELD || event->type == EVENT_RELEASED)
        changed = set_claim(&room->held, event->type == EVENT_HELD);
    if (event->type == EVENT_FROZEN || event->type == EVENT_UNFROZEN)
        changed = set_claim(&room->frozen, event->type == EVENT_FROZEN);
    if (event->type == EVENT_FINALISED)
        changed = room->pending.what == 0 && set_claim(&room->final, true);
    if (!changed)
        return REFUSAL_WRONG_PHASE;
    if (event->type == EVENT_FROZEN)
        freeze(room);
    effects_add(effects, room, event, 0);
    return REFUSAL_NONE;
}
