/* SPDX-License-Identifier: Apache-2.0 */
/*
 * results.h - what came out of a room: who answered what, by replaying its log.
 *
 * Written as JSON, CSV (UTF-8 with BOM, no cell is a formula) or a sheet.
 */
#ifndef HOITHI_ENGINE_RESULTS_H
#define HOITHI_ENGINE_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/redis_sync.h"
#include "rooms/hub.h"

enum results_format { RESULTS_JSON, RESULTS_CSV, RESULTS_XLSX, RESULTS_FORMAT_COUNT };
enum results_format results_format_of(const char *name); /* RESULTS_FORMAT_COUNT: none */
const char *results_type(enum results_format format);    /* the Content-Type */

enum results_status { RESULTS_OK, RESULTS_NO_ROOM, RESULTS_UNREADABLE, RESULTS_STORE_FAILED };

/*
 * Reads the whole room from the store and writes it as `format` into `*bytes` (new, the caller's). Blocks: a worker
 * runs it in uv_queue_work with its own connection. `why` says what failed.
 */
enum results_status results_write(struct redis_sync *redis, const char *room, enum results_format format, char **bytes,
                                  size_t *length, char *why, size_t why_size);

/* The same from a bundle, which must be consistent: for rooms whose server is gone. `out->bytes` are new. */
struct results_bytes {
    char *bytes;
    size_t length;
};
enum results_status results_of_bundle(const struct results_bytes *bundle, enum results_format format,
                                      struct results_bytes *out, char *why, size_t why_size);

/* The same from a room that was replayed; clears it. */
struct replay;
enum results_status results_of_replay(struct replay *replay, enum results_format format, struct results_bytes *out,
                                      char *why, size_t why_size);

/* `hoithi results ROOM|BUNDLE --format F`: argv[0] is "results". Exit status. */
int results_command(int argc, char **argv);

#endif
