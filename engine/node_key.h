/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node_key.h - the Ed25519 key of one machine, DATA/node.key, and what it signs: the head of a bundle's chain.
 *
 * The key never leaves its file (mode 0600): it is not in Redis and in no bundle. Who knows its fingerprint can tell
 * which server a bundle came from. It knows OpenSSL's keys and nothing of rooms.
 */
#ifndef HOITHI_ENGINE_NODE_KEY_H
#define HOITHI_ENGINE_NODE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NODE_KEY_FILE "node.key"
#define NODE_PUBLIC_BYTES 32
#define NODE_SIGNATURE_BYTES 64
#define FINGERPRINT_SIZE 65 /* the SHA-256 of the public key, in hex */

struct node_key;

/* Reads DATA/node.key; makes it if it is missing (not the directory). NULL: `why`. */
struct node_key *node_key_open(const char *data, char *why, size_t why_size);
/* Wipes it. Takes NULL. */
void node_key_close(struct node_key *key);
void node_key_public(const struct node_key *key, uint8_t out[NODE_PUBLIC_BYTES]);
bool node_key_sign(const struct node_key *key, const char *text, size_t length, uint8_t out[NODE_SIGNATURE_BYTES]);

bool node_key_signed(const uint8_t public_key[NODE_PUBLIC_BYTES], const char *text, size_t length,
                     const uint8_t signature[NODE_SIGNATURE_BYTES]);
void node_key_fingerprint(const uint8_t public_key[NODE_PUBLIC_BYTES], char out[FINGERPRINT_SIZE]);

#endif
