/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tokens.h - signed tokens of room roles: "h1.<kid>.<payload>.<HMAC-SHA256>", the last two in base64url.
 *
 * The keys are shared by all workers through Redis and changed every TOKEN_KEY_AGE_MS; a new one is known to everybody
 * before it is first used, an old one is kept until its last token has expired. Reading is done from memory.
 */
#ifndef HOITHI_ENGINE_TOKENS_H
#define HOITHI_ENGINE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>
#include "engine/redis.h"
#include "rooms/hub.h"

#define TOKEN_KEYS_MAX 16
#define TOKEN_KEY_AGE_MS INT64_C(2592000000) /* 30 days */
#define TOKEN_KEY_EARLY_MS INT64_C(120000)   /* between being written and being used */
#define TOKEN_REFRESH_MS 10000
#define TOKEN_PLAYER_MS INT64_C(2592000000) /* 30 days */
#define TOKEN_SCREEN_MS INT64_C(604800000)  /* 7 days */
#define TOKEN_HOST_MS INT64_C(7776000000)   /* 90 days; judges too */

struct tokens;
/* Starts to read the keys, making the first one if there is none. `ready` is called once, when tokens can be read and
 * written; a worker takes nobody in before that. */
struct tokens *tokens_new(uv_loop_t *loop, struct redis *redis, void (*ready)(void *context), void *context);
/* Wipes the keys. After the connection was closed; the loop must run on for a turn. Takes NULL. */
void tokens_free(struct tokens *tokens);
bool tokens_are_ready(const struct tokens *tokens);

/* The ports read_token and write_token; `wall_ms` is log_wall_ms(). */
enum token_result tokens_read(struct tokens *tokens, const char *token, size_t length, int64_t wall_ms,
                              struct claims *out);
/* expires_at_ms 0: as long as the role's tokens live. Needs tokens_are_ready(). */
void tokens_write(struct tokens *tokens, const struct claims *claims, int64_t wall_ms, char out[TOKEN_MAX]);

/* ---- pure, for the above and for tests ---- */
#define TOKEN_KID_SIZE 9
#define TOKEN_SECRET_BYTES 32
struct token_key {
    char kid[TOKEN_KID_SIZE];
    uint8_t secret[TOKEN_SECRET_BYTES];
    int64_t from_ms; /* used for new tokens from then on */
};
struct token_keys {
    struct token_key list[TOKEN_KEYS_MAX]; /* oldest first */
    size_t count;
};
enum token_result token_open(const struct token_keys *keys, const char *token, size_t length, int64_t wall_ms,
                             struct claims *out);
/* Signs with the newest key whose time has come. False: there is none. */
bool token_sign(const struct token_keys *keys, const struct claims *claims, int64_t wall_ms, char out[TOKEN_MAX]);
int64_t token_life_ms(enum role role);

#endif
