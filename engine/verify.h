/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify.h - replays a bundle and compares everything in it with what comes out.
 */
#ifndef HOITHI_ENGINE_VERIFY_H
#define HOITHI_ENGINE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include "engine/replay.h"

/* True: the chain, the head and the board agree with the entries. `said` says what was found, one line. */
bool verify_bundle(const char *bytes, size_t length, char *said, size_t said_size);
/* The same, and, unless `fingerprint` is NULL, it was signed by that key (node_key_fingerprint(); colons, blanks and
 * case do not matter). A signature that is wrong is found in any case. */
bool verify_bundle_by(const char *bytes, size_t length, const char *fingerprint, char *said, size_t said_size);
/* As verify_bundle(), and gives the room as it was replayed, for the caller to replay_clear() if it is true. */
bool verify_replay(const char *bytes, size_t length, struct replay *replay, char *said, size_t said_size);
/* `hoithi verify BUNDLE [--key FINGERPRINT]`: argv[0] is "verify". Exit status. */
int verify_command(int argc, char **argv);

#endif
