/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a token, and its seal: pure. */
#include "engine/tokens.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>

#define PREFIX "h1."
#define PREFIX_LENGTH 3
#define KID_LENGTH (TOKEN_KID_SIZE - 1)
#define MAC_BYTES 32
#define MAC_LENGTH 43   /* in base64url */
#define PAYLOAD_MAX 120 /* bytes: five fields and what is between them */
#define PAYLOAD_FIELDS 5

/* ---- base64url (RFC 4648, section 5), without padding ---- */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t base64_write(const uint8_t *bytes, size_t length, char *out)
{
    size_t made = 0;
    uint32_t held = 0;
    int bits = 0;
    for (size_t i = 0; i < length; i++) {
        held = held << 8 | bytes[i];
        for (bits += 8; bits >= 6; bits -= 6)
            out[made++] = alphabet[held >> (bits - 6) & 63];
    }
    if (bits > 0)
        out[made++] = alphabet[held << (6 - bits) & 63];
    out[made] = '\0';
    return made;
}

/* How many bytes, or -1. Only the one form that base64_write() gives is taken. */
static int base64_read(const char *text, size_t length, uint8_t *out, size_t size)
{
    size_t made = 0;
    uint32_t held = 0;
    int bits = 0;
    for (size_t i = 0; i < length; i++) {
        const char *found = text[i] == '\0' ? NULL : strchr(alphabet, text[i]);
        if (found == NULL)
            return -1;
        held = held << 6 | (uint32_t)(found - alphabet);
        bits += 6;
        if (bits < 8)
            continue;
        if (made == size)
            return -1;
        bits -= 8;
        out[made++] = (uint8_t)(held >> bits);
    }
    return bits >= 6 || (held & ((1u << bits) - 1)) != 0 ? -1 : (int)made;
}

/* ---- the payload: role|room|player|generation|expiry ---- */

static bool is_word(const char *text, size_t max)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]))
            return false;
    return length <= max;
}

static enum role role_of(const char *name)
{
    for (enum role role = ROLE_PLAYER; role < ROLE_COUNT; role++)
        if (strcmp(name, role_name(role)) == 0)
            return role;
    return ROLE_NONE;
}

static bool number_read(const char *text, int64_t max, int64_t *out)
{
    char *end;
    if (!isdigit((unsigned char)text[0]) || strlen(text) > 18)
        return false;
    *out = strtoll(text, &end, 10);
    return *end == '\0' && *out <= max;
}

/* Cuts at '|'. False if there are not exactly `count` fields. */
static bool split(char *text, char *fields[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fields[i] = text;
        char *bar = text == NULL ? NULL : strchr(text, '|');
        if (text == NULL || (bar == NULL) != (i + 1 == count))
            return false;
        if (bar != NULL)
            *bar = '\0';
        text = bar == NULL ? NULL : bar + 1;
    }
    return true;
}

static bool payload_read(char *payload, struct claims *out)
{
    char *fields[PAYLOAD_FIELDS];
    int64_t generation, expires_at_ms;

    if (!split(payload, fields, PAYLOAD_FIELDS) || role_of(fields[0]) == ROLE_NONE || fields[1][0] == '\0' ||
        !is_word(fields[1], ROOM_ID_MAX) || !is_word(fields[2], PLAYER_ID_MAX) ||
        !number_read(fields[3], UINT32_MAX, &generation) || !number_read(fields[4], INT64_MAX, &expires_at_ms))
        return false;
    *out =
        (struct claims){.role = role_of(fields[0]), .generation = (uint32_t)generation, .expires_at_ms = expires_at_ms};
    snprintf(out->room, sizeof out->room, "%s", fields[1]);
    snprintf(out->player, sizeof out->player, "%s", fields[2]);
    return out->role != ROLE_PLAYER || out->player[0] != '\0';
}

/* ---- the seal ---- */

static void seal(const struct token_key *key, const char *text, size_t length, uint8_t out[MAC_BYTES])
{
    unsigned size = MAC_BYTES;
    const unsigned char *made =
        HMAC(EVP_sha256(), key->secret, TOKEN_SECRET_BYTES, (const unsigned char *)text, length, out, &size);
    assert(made != NULL && size == MAC_BYTES);
}

static const struct token_key *key_find(const struct token_keys *keys, const char *kid)
{
    for (size_t i = 0; i < keys->count; i++)
        if (memcmp(keys->list[i].kid, kid, KID_LENGTH) == 0)
            return &keys->list[i];
    return NULL;
}

static bool seal_is_right(const struct token_keys *keys, const char *token, size_t length)
{
    const struct token_key *key = key_find(keys, token + PREFIX_LENGTH);
    uint8_t said[MAC_BYTES], right[MAC_BYTES];
    if (key == NULL || base64_read(token + length - MAC_LENGTH, MAC_LENGTH, said, sizeof said) != MAC_BYTES)
        return false;
    seal(key, token, length - MAC_LENGTH - 1, right);
    return CRYPTO_memcmp(said, right, MAC_BYTES) == 0;
}

enum token_result token_open(const struct token_keys *keys, const char *token, size_t length, int64_t wall_ms,
                             struct claims *out)
{
    uint8_t payload[PAYLOAD_MAX + 1];
    const size_t before = PREFIX_LENGTH + KID_LENGTH + 1;
    const size_t behind = MAC_LENGTH + 1;

    *out = (struct claims){.role = ROLE_NONE};
    if (length >= TOKEN_MAX || length <= before + behind || memcmp(token, PREFIX, PREFIX_LENGTH) != 0 ||
        token[before - 1] != '.' || token[length - behind] != '.' || !seal_is_right(keys, token, length))
        return TOKEN_BAD;
    int bytes = base64_read(token + before, length - before - behind, payload, PAYLOAD_MAX);
    if (bytes < 0 || memchr(payload, '\0', (size_t)bytes) != NULL)
        return TOKEN_BAD;
    payload[bytes] = '\0';
    if (!payload_read((char *)payload, out)) {
        *out = (struct claims){.role = ROLE_NONE};
        return TOKEN_BAD;
    }
    return out->expires_at_ms <= wall_ms ? TOKEN_EXPIRED : TOKEN_FINE;
}

/* The newest whose time has come; the oldest if none has (the clock was set back). */
static const struct token_key *key_for(const struct token_keys *keys, int64_t wall_ms)
{
    for (size_t i = keys->count; i > 0; i--)
        if (keys->list[i - 1].from_ms <= wall_ms)
            return &keys->list[i - 1];
    return keys->count == 0 ? NULL : &keys->list[0];
}

bool token_sign(const struct token_keys *keys, const struct claims *claims, int64_t wall_ms, char out[TOKEN_MAX])
{
    const struct token_key *key = key_for(keys, wall_ms);
    char payload[PAYLOAD_MAX + 1];
    uint8_t mac[MAC_BYTES];

    out[0] = '\0';
    if (key == NULL)
        return false;
    int bytes = snprintf(payload, sizeof payload, "%s|%s|%s|%" PRIu32 "|%" PRId64, role_name(claims->role),
                         claims->room, claims->player, claims->generation, claims->expires_at_ms);
    assert(bytes > 0 && bytes <= PAYLOAD_MAX);
    size_t length = (size_t)snprintf(out, TOKEN_MAX, PREFIX "%.*s.", (int)KID_LENGTH, key->kid);
    length += base64_write((const uint8_t *)payload, (size_t)bytes, out + length);
    seal(key, out, length, mac);
    out[length++] = '.';
    base64_write(mac, sizeof mac, out + length);
    return true;
}

int64_t token_life_ms(enum role role)
{
    static const int64_t lives[ROLE_COUNT] = {[ROLE_PLAYER] = TOKEN_PLAYER_MS,
                                              [ROLE_SCREEN] = TOKEN_SCREEN_MS,
                                              [ROLE_HOST] = TOKEN_HOST_MS,
                                              [ROLE_JUDGE] = TOKEN_HOST_MS,
                                              [ROLE_ADMIN] = TOKEN_HOST_MS};
    return lives[role];
}
