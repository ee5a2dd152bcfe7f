/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include "engine/results_table.h"
#include "question-banks/memory.h"

static void put_entry(void *context, const struct entry *entry)
{
    struct buffer *out = context;
    char *e = memory_copy(entry->e, entry->e_length);

    buffer_print(out, "{\"n\":%llu,\"id\":", (unsigned long long)entry->position);
    buffer_quote(out, entry->id);
    buffer_put(out, ",\"e\":");
    buffer_quote(out, e);
    free(e);
    if (entry->p != NULL) {
        char *p = memory_copy(entry->p, entry->p_length);
        buffer_put(out, ",\"p\":");
        buffer_quote(out, p);
        free(p);
    }
    buffer_put(out, "}\n");
}

void bundle_put_board(struct buffer *out, const struct room *room)
{
    char id[PLAYER_TEXT_SIZE];
    struct board_row row;
    uint32_t before, seat;

    buffer_put(out, "[");
    for (size_t i = 0; room_view_row(room, i, id, &row, &before, &seat); i++)
        buffer_print(out, "%s{\"rank\":%u,\"player\":\"%s\",\"points\":%lld,\"right\":%u,\"ms\":%lld,\"removed\":%s}",
                     i == 0 ? "" : ",", row.rank, row.player, (long long)row.points, row.right, (long long)row.ms,
                     row.removed ? "true" : "false");
    buffer_put(out, "]");
}

static void put_head(struct buffer *out, const struct replay *replay, const struct buffer *entries)
{
    buffer_print(out, "{\"hoithi\":\"bundle\",\"format\":%d,\"room\":\"%s\",\"program\":\"" HOITHI_VERSION "\"}\n",
                 BUNDLE_FORMAT, replay->name);
    buffer_put(out, "{\"bank\":");
    buffer_quote(out, replay->bank_text);
    buffer_put(out, "}\n");
    buffer_add(out, entries->text, entries->length);
}

static void put_end(struct buffer *out, const struct replay *replay)
{
    char head[DIGEST_HEX_SIZE];
    digest_hex(&replay->head, head);
    buffer_print(out,
                 "{\"entries\":%llu,\"head\":\"%s\",\"state\":\"%s\",\"board\":", (unsigned long long)replay->position,
                 head, room_result_name(replay->room));
    bundle_put_board(out, replay->room);
    buffer_put(out, "}\n");
}

enum results_status bundle_write(struct redis_sync *redis, const char *room, char **bytes, size_t *length, char *why,
                                 size_t why_size)
{
    struct replay replay;
    struct buffer entries, out;

    *bytes = NULL;
    *length = 0;
    buffer_init(&entries);
    enum results_status status = results_status_of(replay_store(&replay, redis, room, put_entry, &entries));
    if (status == RESULTS_OK) {
        buffer_init(&out);
        put_head(&out, &replay, &entries);
        put_end(&out, &replay);
        *length = out.length;
        *bytes = buffer_take(&out);
    } else {
        snprintf(why, why_size, "%s", replay.why);
    }
    buffer_clear(&entries);
    replay_clear(&replay);
    return status;
}
