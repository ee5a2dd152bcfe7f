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

/* As results_write(): blocks, and gives new bytes. */
enum results_status bundle_write(struct redis_sync *redis, const char *room, char **bytes, size_t *length, char *why,
                                 size_t why_size);
/* `hoithi bundle ROOM -o FILE`: argv[0] is "bundle". Exit status. */
int bundle_command(int argc, char **argv);

#endif
