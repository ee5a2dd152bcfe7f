/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/results_table.h"
#include "engine/verify.h"

static const struct {
    const char *name;
    const char *type;
} formats[RESULTS_FORMAT_COUNT] = {
    [RESULTS_JSON] = {"json", "application/json"},
    [RESULTS_CSV] = {"csv", "text/csv; charset=utf-8"},
    [RESULTS_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

enum results_format results_format_of(const char *name)
{
    enum results_format format = RESULTS_JSON;
    while (format < RESULTS_FORMAT_COUNT && strcmp(formats[format].name, name) != 0)
        format++;
    return format;
}

const char *results_type(enum results_format format)
{
    return formats[format].type;
}

enum results_status results_status_of(enum replay_status status)
{
    static const enum results_status statuses[] = {[REPLAY_OK] = RESULTS_OK,
                                                   [REPLAY_NO_ROOM] = RESULTS_NO_ROOM,
                                                   [REPLAY_UNREADABLE] = RESULTS_UNREADABLE,
                                                   [REPLAY_STORE_FAILED] = RESULTS_STORE_FAILED};
    return statuses[status];
}

static void write_text(const struct results_table *table, enum results_format format, char **bytes, size_t *length)
{
    struct buffer out;
    buffer_init(&out);
    if (format == RESULTS_JSON)
        results_put_json(&out, table);
    else
        results_put_csv(&out, table);
    *length = out.length;
    *bytes = buffer_take(&out);
}

enum results_status results_of_replay(struct replay *replay, enum results_format format, struct results_bytes *out,
                                      char *why, size_t why_size)
{
    struct results_table table;
    enum results_status status = RESULTS_OK;

    results_table_init(&table, replay);
    if (format != RESULTS_XLSX)
        write_text(&table, format, &out->bytes, &out->length);
    else if (!results_make_xlsx(&table, &out->bytes, &out->length, why, why_size))
        status = RESULTS_STORE_FAILED;
    results_table_clear(&table);
    replay_clear(replay);
    return status;
}

enum results_status results_write(struct redis_sync *redis, const char *room, enum results_format format, char **bytes,
                                  size_t *length, char *why, size_t why_size)
{
    struct replay replay;
    struct results_bytes out = {0};

    enum results_status status = results_status_of(replay_store(&replay, redis, room, NULL, NULL));
    if (status == RESULTS_OK) {
        status = results_of_replay(&replay, format, &out, why, why_size);
    } else {
        snprintf(why, why_size, "%s", replay.why);
        replay_clear(&replay);
    }
    *bytes = out.bytes;
    *length = out.length;
    return status;
}

enum results_status results_of_bundle(const struct results_bytes *bundle, enum results_format format,
                                      struct results_bytes *out, char *why, size_t why_size)
{
    struct replay replay;

    *out = (struct results_bytes){0};
    if (!verify_replay(bundle->bytes, bundle->length, &replay, why, why_size))
        return RESULTS_UNREADABLE;
    return results_of_replay(&replay, format, out, why, why_size);
}
