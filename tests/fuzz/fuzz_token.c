/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a token: none opens but those that were signed, and what was signed reads back the same. */
#include <assert.h>
#include <string.h>
#include "engine/tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct token_keys keys = {
    .count = 2,
    .list = {{.kid = "00000001", .secret = {1}, .from_ms = 0}, {.kid = "00000002", .secret = {2}, .from_ms = 1000}},
};

/* A room of these bytes, as far as they are letters and digits. */
static void name_of(const uint8_t *bytes, size_t length, size_t max, char *out)
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    size_t made = 0;
    for (; made < length && made < max; made++)
        out[made] = letters[bytes[made] & 31];
    out[made] = '\0';
}

static void signed_reads_back(const uint8_t *bytes, size_t length)
{
    struct claims claims = {.role = ROLE_HOST, .expires_at_ms = 5000}, read;
    char token[TOKEN_MAX];

    if (length < 2)
        return;
    claims.role = ROLE_PLAYER + bytes[0] % (ROLE_COUNT - ROLE_PLAYER);
    claims.generation = bytes[1];
    name_of(bytes, length, ROOM_ID_MAX, claims.room);
    name_of(bytes + 1, length - 1, PLAYER_ID_MAX, claims.player);
    assert(token_sign(&keys, &claims, bytes[1] * 100, token));
    assert(token_open(&keys, token, strlen(token), 4999, &read) == TOKEN_FINE);
    assert(read.role == claims.role && read.generation == claims.generation);
    assert(strcmp(read.room, claims.room) == 0 && strcmp(read.player, claims.player) == 0);
    assert(token_open(&keys, token, strlen(token), 5000, &read) == TOKEN_EXPIRED);
    token[bytes[0] % strlen(token)] ^= 1;
    assert(token_open(&keys, token, strlen(token), 4999, &read) == TOKEN_BAD);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct claims claims;

    assert(token_open(&keys, (const char *)bytes, length, 0, &claims) == TOKEN_BAD);
    assert(claims.role == ROLE_NONE);
    signed_reads_back(bytes, length);
    return 0;
}
