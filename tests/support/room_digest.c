/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of a room that two workers must agree on, folded into one digest. */
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"
#include "rooms/room_state.h"
#include "tests/support/stage.h"

static void put_head(const struct room *room, struct buffer *out)
{
    buffer_print(out, "%d %d%d%d%d%d|%llu %llu %u %u|", (int)room->phase, room->paused, room->locked, room->held,
                 room->frozen, room->final, (unsigned long long)room->position, (unsigned long long)room->at, room->q,
                 room->clock);
    buffer_print(out, "%lld %lld %lld %lld|", (long long)room->created_at_ms, (long long)room->opened_at_ms,
                 (long long)room->closed_at_ms, (long long)room->stood_still_ms);
    buffer_print(out, "%zu %zu %u %zu %zu %zu|", room->seats, room->removed, room->longest_factor, room->present,
                 room->present_answered, room->outcome_count);
    buffer_print(out, "%llu %s|", (unsigned long long)room->pending.what, room->pending.actor);
}

static void put_player(const struct room *room, const struct player *player, struct buffer *out)
{
    buffer_print(out, "%llu %llu %llu %llu %s/%s|", (unsigned long long)player->id,
                 (unsigned long long)player->connection, (unsigned long long)player->code,
                 (unsigned long long)player->seat_code, player->name == NULL ? "" : player->name,
                 roster_unit(room, player));
    buffer_print(out, "%u %u %u %u %d%d%d%d%d|", player->factor, player->generation, player->right, player->first_q,
                 player->present, player->removed, player->banned, player->waiting, player->disqualified);
    buffer_print(out, "%u ", player->row);
    buffer_print(out, "%d %d %u %u %u;", player->points, player->adjusted, player->right_ms, player->rank,
                 player->rank_before);
}

static void put_round(const struct room *room, const struct round *round, struct buffer *out)
{
    buffer_print(out, "\nround %u %u %d%d%d%d|", round->extended_ms, round->answered, round->scored, round->skipped,
                 round->gift, round->revealed);
    for (uint32_t seat = 0; seat < room->seats; seat++) {
        const struct answer *answer = round_answer(round, seat);
        if (answer == NULL)
            continue;
        uint32_t text = round->texts == NULL ? 0 : round->texts[seat];
        buffer_print(out, "%u:%llu %u %u %u %u %u %s;", seat, (unsigned long long)answer->value, answer->position,
                     answer->time_ms, answer->n, answer->credit_ms, answer->status,
                     text == 0 ? "" : room->texts[text - 1]);
    }
}

static void put_list(const struct room *room, struct buffer *out)
{
    for (uint32_t i = 0; room->plan != NULL && i < room->plan->listed; i++)
        buffer_print(out, "%s %u;", room->listed[i].name == NULL ? "" : room->listed[i].name, room->listed[i].seat);
}

static void put_keys(const struct plan *plan, struct buffer *out)
{
    for (size_t q = 0; q < plan->question_count; q++)
        for (size_t i = 0; i < plan->questions[q].key.count; i++)
            buffer_print(out, "%zu:%lld-%lld ", q, (long long)plan->questions[q].key.ranges[i].low,
                         (long long)plan->questions[q].key.ranges[i].high);
}

void room_digest(const struct room *room, struct digest *out)
{
    struct buffer text;

    buffer_init(&text);
    put_head(room, &text);
    put_list(room, &text);
    for (size_t i = 0; i < room->seats; i++)
        put_player(room, &room->players[i], &text);
    for (size_t i = 0; room->plan != NULL && i < room->plan->question_count; i++)
        put_round(room, &room->rounds[i], &text);
    for (size_t i = 0; i < room->ordered; i++)
        buffer_print(&text, " %u", room->order[i]);
    for (size_t i = 0; i < room->outcome_count; i++)
        buffer_print(&text, " %llu=%d", (unsigned long long)room->outcomes[i].position, (int)room->outcomes[i].refusal);
    if (room->plan != NULL)
        put_keys(room->plan, &text);
    digest_of(text.text, text.length, out);
    buffer_clear(&text);
}
