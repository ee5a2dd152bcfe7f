/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chance.h - random ids and secrets, as text. OpenSSL's generator stands behind it.
 */
#ifndef HOITHI_ENGINE_CHANCE_H
#define HOITHI_ENGINE_CHANCE_H

#include <stddef.h>
#include <stdint.h>

#define CHANCE_TEXT_MAX 64

/* A machine without randomness cannot go on: ends the process. */
void chance_bytes(void *bytes, size_t length);
uint64_t chance_number(void);
/* `length` random letters and digits (Crockford's base 32 in lower case: five bits each, no i, l, o, u) and the end. */
void chance_text(char *out, size_t length);

#endif
