/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include "engine/results_table.h"
#include "question-banks/memory.h"

/* A bundle on its way into a file, a line at a time. */
struct writing {
    FILE *out;
    const struct replay *replay;
    struct buffer line;
};

static void put_line(struct writing *writing)
{
    (void)fwrite(writing->line.text, 1, writing->line.length, writing->out);
    buffer_rewind(&writing->line, 0);
}

static void put_head(struct writing *writing)
{
    buffer_print(&writing->line,
                 "{\"hoithi\":\"bundle\",\"format\":%d,\"room\":\"%s\",\"program\":\"" HOITHI_VERSION "\"}\n",
                 BUNDLE_FORMAT, writing->replay->name);
    buffer_put(&writing->line, "{\"bank\":");
    buffer_quote(&writing->line, writing->replay->bank_text);
    buffer_put(&writing->line, "}\n");
    put_line(writing);
}

static void quote(struct buffer *out, const char *text, size_t length)
{
    char *ended = memory_copy(text, length);
    buffer_quote(out, ended);
    free(ended);
}

void bundle_put_entry(struct buffer *out, const struct entry *entry)
{
    buffer_print(out, "{\"n\":%llu,\"id\":", (unsigned long long)entry->position);
    buffer_quote(out, entry->id);
    buffer_put(out, ",\"e\":");
    quote(out, entry->e, entry->e_length);
    if (entry->p != NULL) {
        buffer_put(out, ",\"p\":");
        quote(out, entry->p, entry->p_length);
    }
    buffer_put(out, "}\n");
}

static void take_entry(void *context, const struct entry *entry)
{
    struct writing *writing = context;
    if (entry->position == 1)
        put_head(writing);
    bundle_put_entry(&writing->line, entry);
    put_line(writing);
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

static void put_end(struct writing *writing)
{
    const struct replay *replay = writing->replay;
    struct buffer *out = &writing->line;
    char head[DIGEST_HEX_SIZE];

    digest_hex(&replay->head, head);
    buffer_print(out,
                 "{\"entries\":%llu,\"head\":\"%s\",\"state\":\"%s\",\"board\":", (unsigned long long)replay->position,
                 head, room_result_name(replay->room));
    bundle_put_board(out, replay->room);
    buffer_put(out, "}\n");
    put_line(writing);
}

enum replay_status bundle_write_file(struct redis_sync *redis, const char *room, FILE *out, struct replay *replay)
{
    struct writing writing = {.out = out, .replay = replay};

    buffer_init(&writing.line);
    enum replay_status status = replay_store(replay, redis, room, take_entry, &writing);
    if (status == REPLAY_OK)
        put_end(&writing);
    buffer_clear(&writing.line);
    return status;
}

enum results_status bundle_write(struct redis_sync *redis, const char *room, char **bytes, size_t *length, char *why,
                                 size_t why_size)
{
    struct replay replay;

    *bytes = NULL;
    *length = 0;
    FILE *out = open_memstream(bytes, length);
    if (out == NULL)
        abort();
    enum results_status status = results_status_of(bundle_write_file(redis, room, out, &replay));
    if (fclose(out) != 0)
        abort(); /* out of memory */
    if (status != RESULTS_OK) {
        snprintf(why, why_size, "%s", replay.why);
        free(*bytes);
        *bytes = NULL;
        *length = 0;
    }
    replay_clear(&replay);
    return status;
}
