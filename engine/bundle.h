/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle.h - a room in one file that proves itself: bank, every entry with its id, the board, the chain's head.
 *
 * NDJSON: a line that says what it is, the bank, one line an entry, a line with board and head, and, if it is signed, a
 * last line with the signer's public key and the signature of bundle_statement(). The head covers every entry, these
 * the bank's digest and the digests of the personal parts; so the signature holds when names are erased.
 */
#ifndef HOITHI_ENGINE_BUNDLE_H
#define HOITHI_ENGINE_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "engine/replay.h"
#include "engine/results.h"
#include "rooms/buffer.h"
#include "rooms/room.h"

#define BUNDLE_FORMAT 1
#define BUNDLE_MAX_BYTES (1u << 30)
#define BUNDLE_STATEMENT_MAX 200
#define BUNDLE_WHY_MAX 400

/* As results_write(): blocks, and gives new bytes. */
enum results_status bundle_write(struct redis_sync *redis, const char *room, char **bytes, size_t *length, char *why,
                                 size_t why_size);
/* The same into a file, line by line and without its signature. Clear `replay` in any case: it is the room as it was
 * written, or says why not. */
enum replay_status bundle_write_file(struct redis_sync *redis, const char *room, FILE *out, struct replay *replay);
/* One entry as it stands in a bundle, with its line feed. */
void bundle_put_entry(struct buffer *out, const struct entry *entry);
/* The official order without names, as it stands in a bundle: a JSON array. */
void bundle_put_board(struct buffer *out, const struct room *room);

/* What a signature is made of; its length. */
int bundle_statement(char out[BUNDLE_STATEMENT_MAX], const char *room, uint64_t entries, const char *head);
/* The last line of a bundle that makes this statement, signed with the key of the data directory. False: `why`. */
bool bundle_put_signature(struct buffer *out, const char *data, const char *statement, char why[BUNDLE_WHY_MAX]);
/* Signs what bundle_write() wrote with the key of the data directory `data`; grows `*bytes`. False: unchanged, `why`.
 */
bool bundle_sign(const char *data, const char *room, char **bytes, size_t *length, char why[BUNDLE_WHY_MAX]);

/* The whole file, or stdin for "-"; new. NULL (reported): it cannot be read, or is past BUNDLE_MAX_BYTES. */
char *bundle_file_read(const char *path, size_t *length);

/* `hoithi bundle ROOM -o FILE`: argv[0] is "bundle". Exit status. */
int bundle_command(int argc, char **argv);

#endif
