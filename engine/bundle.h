/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle.h - a room in one file that proves itself: bank, every entry with its id, the board, the chain's head.
 *
 * NDJSON: a line that says what it is, the bank, one line an entry, and a last line with board and head.
 */
#ifndef HOITHI_ENGINE_BUNDLE_H
#define HOITHI_ENGINE_BUNDLE_H

#include <stddef.h>
#include "engine/results.h"
#include "rooms/buffer.h"
#include "rooms/room.h"

#define BUNDLE_FORMAT 1
#define BUNDLE_MAX_BYTES (1u << 30)

/* As results_write(): blocks, and gives new bytes. */
enum results_status bundle_write(struct redis_sync *redis, const char *room, char **bytes, size_t *length, char *why,
                                 size_t why_size);
/* The official order without names, as it stands in a bundle: a JSON array. */
void bundle_put_board(struct buffer *out, const struct room *room);

/* `hoithi bundle ROOM -o FILE`: argv[0] is "bundle". Exit status. */
int bundle_command(int argc, char **argv);

#endif
