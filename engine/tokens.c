/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/tokens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include <openssl/crypto.h>
#include "engine/chance.h"
#include "question-banks/memory.h"

#define TOKEN_KEYS "hoithi:tokenkeys"
#define HEX_SIZE (2 * TOKEN_SECRET_BYTES + 1)

/*
 * Makes the first key, or the next when the newest is old enough; forgets those whose last token has expired; gives all
 * of them. A value is "from_ms secret-in-hex". ARGV: kid and secret if one is to be made, age, time between making and
 * use, time to keep (ms).
 */
static const char keys_script[] =
    "local t = redis.call('TIME')\n"
    "local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"
    "local age, early, keep = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])\n"
    "local function from(kid) return tonumber(string.match(redis.call('HGET', KEYS[1], kid) or '', '^(%d+) ')) end\n"
    "local current = redis.call('HGET', KEYS[1], 'current')\n"
    "local since = current and from(current)\n"
    "if not since or now >= since + age then\n"
    "  local start = since and now + early or now\n"
    "  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', start, ARGV[2]), 'current', ARGV[1])\n"
    "  for _, kid in ipairs(redis.call('HKEYS', KEYS[1])) do\n"
    "    if kid ~= 'current' and (from(kid) or 0) + age + early + keep < now then\n"
    "      redis.call('HDEL', KEYS[1], kid)\n"
    "    end\n"
    "  end\n"
    "end\n"
    "return redis.call('HGETALL', KEYS[1])\n";

struct tokens {
    struct redis *redis;
    uv_timer_t refresh;
    struct token_keys keys;
    void (*ready)(void *context);
    void *context;
    bool is_ready, asking;
};

#define TRY_AGAIN_MS 100
#define UNKNOWN_KID_MS 1000

/* ---- reading the keys ---- */

static int hex_digit(char letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static bool secret_read(const char *hex, uint8_t out[TOKEN_SECRET_BYTES])
{
    if (strlen(hex) != HEX_SIZE - 1)
        return false;
    for (size_t i = 0; i < TOKEN_SECRET_BYTES; i++) {
        int high = hex_digit(hex[2 * i]);
        int low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

static bool key_read(const struct redisReply *kid, const struct redisReply *value, struct token_key *out)
{
    char *end;
    if (kid->type != REDIS_REPLY_STRING || kid->len != TOKEN_KID_SIZE - 1 || value->type != REDIS_REPLY_STRING)
        return false;
    memcpy(out->kid, kid->str, TOKEN_KID_SIZE);
    out->from_ms = strtoll(value->str, &end, 10);
    return *end == ' ' && secret_read(end + 1, out->secret);
}

/* Oldest first; when there are too many the oldest goes. */
static void keys_put(struct token_keys *keys, const struct token_key *key)
{
    size_t place = keys->count;
    while (place > 0 && keys->list[place - 1].from_ms > key->from_ms)
        place--;
    if (keys->count == TOKEN_KEYS_MAX) {
        if (place == 0)
            return;
        memmove(&keys->list[0], &keys->list[1], (place - 1) * sizeof *key);
        keys->list[place - 1] = *key;
        return;
    }
    memmove(&keys->list[place + 1], &keys->list[place], (keys->count - place) * sizeof *key);
    keys->list[place] = *key;
    keys->count++;
}

static void took_keys(void *context, const struct redisReply *reply)
{
    struct tokens *tokens = context;
    struct token_keys keys = {.count = 0};
    struct token_key key;

    tokens->asking = false;
    if (reply == NULL)
        return;
    if (reply->type != REDIS_REPLY_ARRAY) {
        fprintf(stderr, "tokens: Redis does not give the keys: %s\n", reply->str == NULL ? "?" : reply->str);
        return;
    }
    for (size_t i = 0; i + 1 < reply->elements; i += 2)
        if (key_read(reply->element[i], reply->element[i + 1], &key))
            keys_put(&keys, &key);
    if (keys.count > 0)
        tokens->keys = keys;
    OPENSSL_cleanse(&keys, sizeof keys);
    OPENSSL_cleanse(&key, sizeof key);
    if (tokens->keys.count == 0 || tokens->is_ready)
        return;
    tokens->is_ready = true;
    uv_timer_set_repeat(&tokens->refresh, TOKEN_REFRESH_MS);
    uv_timer_again(&tokens->refresh);
    if (tokens->ready != NULL)
        tokens->ready(tokens->context);
}

static void ask_keys(struct tokens *tokens)
{
    char kid[TOKEN_KID_SIZE], hex[HEX_SIZE], age[24], early[24], keep[24];
    uint8_t secret[TOKEN_SECRET_BYTES];

    if (tokens->asking || !redis_is_up(tokens->redis))
        return;
    chance_text(kid, sizeof kid - 1);
    chance_bytes(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++)
        snprintf(hex + 2 * i, 3, "%02x", secret[i]);
    snprintf(age, sizeof age, "%lld", (long long)TOKEN_KEY_AGE_MS);
    snprintf(early, sizeof early, "%lld", (long long)TOKEN_KEY_EARLY_MS);
    snprintf(keep, sizeof keep, "%lld", (long long)TOKEN_HOST_MS);
    tokens->asking = redis_ask(tokens->redis, took_keys, tokens, "EVAL", keys_script, "1", TOKEN_KEYS, kid, hex, age,
                               early, keep, NULL);
    OPENSSL_cleanse(secret, sizeof secret);
    OPENSSL_cleanse(hex, sizeof hex);
}

static void refresh(uv_timer_t *timer)
{
    ask_keys(timer->data);
}

struct tokens *tokens_new(uv_loop_t *loop, struct redis *redis, void (*ready)(void *context), void *context)
{
    struct tokens *tokens = memory_new(1, sizeof *tokens);
    tokens->redis = redis;
    tokens->ready = ready;
    tokens->context = context;
    uv_timer_init(loop, &tokens->refresh);
    tokens->refresh.data = tokens;
    uv_timer_start(&tokens->refresh, refresh, 0, TRY_AGAIN_MS);
    return tokens;
}

static void refresh_closed(uv_handle_t *handle)
{
    struct tokens *tokens = handle->data;
    OPENSSL_cleanse(tokens, sizeof *tokens);
    free(tokens);
}

void tokens_free(struct tokens *tokens)
{
    if (tokens != NULL)
        uv_close((uv_handle_t *)&tokens->refresh, refresh_closed);
}

bool tokens_are_ready(const struct tokens *tokens)
{
    return tokens->is_ready;
}

/* A key that another worker has just made: looked for soon; its tokens are not used before everybody knows it. */
static void look_soon(struct tokens *tokens, const char *token, size_t length)
{
    if (length < 4 + TOKEN_KID_SIZE || memcmp(token, "h1.", 3) != 0)
        return;
    for (size_t i = 0; i < tokens->keys.count; i++)
        if (memcmp(tokens->keys.list[i].kid, token + 3, TOKEN_KID_SIZE - 1) == 0)
            return;
    if (tokens->is_ready && uv_timer_get_due_in(&tokens->refresh) > UNKNOWN_KID_MS)
        uv_timer_start(&tokens->refresh, refresh, UNKNOWN_KID_MS, TOKEN_REFRESH_MS);
}

enum token_result tokens_read(struct tokens *tokens, const char *token, size_t length, int64_t wall_ms,
                              struct claims *out)
{
    enum token_result result = token_open(&tokens->keys, token, length, wall_ms, out);
    if (result == TOKEN_BAD)
        look_soon(tokens, token, length);
    return result;
}

void tokens_write(struct tokens *tokens, const struct claims *claims, int64_t wall_ms, char out[TOKEN_MAX])
{
    struct claims full = *claims;
    if (full.expires_at_ms == 0)
        full.expires_at_ms = wall_ms + token_life_ms(full.role);
    token_sign(&tokens->keys, &full, wall_ms, out);
}
