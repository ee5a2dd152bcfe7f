/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity.h - the small names of things in a log: players, events, return codes.
 *
 * A player is a 60-bit number, written as 12 letters and digits (Crockford's base 32 in lower case: no i, l, o, u).
 * An event id is 96 bits in 24 hex digits. A code is 40 bits in 8 capitals and digits; logs hold only its digest.
 */
#ifndef HOITHI_IDENTITY_H
#define HOITHI_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAYER_TEXT_SIZE 13
#define EID_TEXT_SIZE 25
#define CODE_TEXT_SIZE 9
#define ONCE_MIN 16
#define ONCE_MAX 64

void player_id_write(uint64_t id, char out[PLAYER_TEXT_SIZE]);
/* 0 if it is none. */
uint64_t player_id_read(const char *text);
/* The id of whoever holds the secret `once` in this room: nobody can get back from it to `once`. Never 0. */
uint64_t player_id_of(const char *room, const char *once);

void code_write(uint64_t bits, char out[CODE_TEXT_SIZE]);
/* The return code of whoever holds `once`. */
uint64_t code_of(const char *room, const char *once);
/* Digest under which a code stands in the log; 0 if `text` (case, spaces and dashes aside) is no code. */
uint64_t code_digest(const char *room, const char *text);

void eid_write(const uint8_t bytes[12], char out[EID_TEXT_SIZE]);
/* The event id of command `id` from page `page` of the bearer of `token_name`: the same command has the same id
 * everywhere. */
void eid_of_command(const char *token_name, const char *page, const char *id, char out[EID_TEXT_SIZE]);
/* A map key; 0 if malformed. */
uint64_t eid_key(const char *text);

#endif
