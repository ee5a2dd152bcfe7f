/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>
#include "engine/tokens.h"
#include "tests/support/store.h"

#define NOW INT64_C(1790000000000)

static const struct token_keys two_keys = {
    .count = 2,
    .list = {{.kid = "00000001", .secret = {1}, .from_ms = NOW - 1000},
             {.kid = "00000002", .secret = {2}, .from_ms = NOW + 1000}},
};

static struct claims an(void)
{
    struct claims claims = {.role = ROLE_PLAYER, .generation = 3, .expires_at_ms = NOW + 5000};
    strcpy(claims.room, "7h3k9m2p4q6r");
    strcpy(claims.player, "0123456789ab");
    return claims;
}

static enum token_result opens(const char *token, int64_t wall_ms, struct claims *out)
{
    return token_open(&two_keys, token, strlen(token), wall_ms, out);
}

Test(tokens, a_token_says_what_was_signed)
{
    struct claims claims = an(), read;
    char token[TOKEN_MAX];

    cr_assert(token_sign(&two_keys, &claims, NOW, token));
    cr_expect_eq(strncmp(token, "h1.00000001.", 12), 0, "signed with the key whose time has come: %s", token);
    cr_assert_eq(opens(token, NOW, &read), TOKEN_FINE);
    cr_expect_eq(read.role, ROLE_PLAYER);
    cr_expect_str_eq(read.room, claims.room);
    cr_expect_str_eq(read.player, claims.player);
    cr_expect_eq(read.generation, 3);
    cr_expect_eq(read.expires_at_ms, claims.expires_at_ms);
}

Test(tokens, a_new_key_signs_from_its_time_on)
{
    struct claims claims = an(), read;
    char token[TOKEN_MAX];

    cr_assert(token_sign(&two_keys, &claims, NOW + 1000, token));
    cr_expect_eq(strncmp(token, "h1.00000002.", 12), 0);
    cr_assert_eq(opens(token, NOW, &read), TOKEN_FINE);
    cr_assert(token_sign(&two_keys, &claims, 0, token), "a clock that was set back signs with the oldest");
    cr_expect_eq(strncmp(token, "h1.00000001.", 12), 0);
}

Test(tokens, a_token_ends_at_its_time)
{
    struct claims claims = an(), read;
    char token[TOKEN_MAX];

    token_sign(&two_keys, &claims, NOW, token);
    cr_expect_eq(opens(token, claims.expires_at_ms - 1, &read), TOKEN_FINE);
    cr_expect_eq(opens(token, claims.expires_at_ms, &read), TOKEN_EXPIRED);
}

Test(tokens, a_token_changed_in_any_byte_is_bad)
{
    struct claims claims = an(), read;
    char token[TOKEN_MAX];

    token_sign(&two_keys, &claims, NOW, token);
    size_t length = strlen(token);
    for (size_t i = 0; i < length; i++) {
        char before = token[i];
        for (const char *other = "A.b-|"; *other != '\0'; other++) {
            if (*other == before)
                continue;
            token[i] = *other;
            cr_expect_eq(opens(token, NOW, &read), TOKEN_BAD, "byte %zu as %c", i, *other);
            cr_expect_eq(read.role, ROLE_NONE);
        }
        token[i] = before;
    }
}

Test(tokens, every_truncation_of_a_token_is_bad)
{
    struct claims claims = an(), read;
    char token[TOKEN_MAX];

    token_sign(&two_keys, &claims, NOW, token);
    for (size_t length = 0; length < strlen(token); length++)
        cr_expect_eq(token_open(&two_keys, token, length, NOW, &read), TOKEN_BAD, "length %zu", length);
}

Test(tokens, a_token_of_an_unknown_key_or_too_long_is_bad)
{
    struct token_keys none = {.count = 0};
    struct claims claims = an(), read;
    char token[TOKEN_MAX], longer[TOKEN_MAX + 1];

    token_sign(&two_keys, &claims, NOW, token);
    cr_expect_eq(token_open(&none, token, strlen(token), NOW, &read), TOKEN_BAD);
    memset(longer, 'a', sizeof longer);
    memcpy(longer, token, 12);
    cr_expect_eq(token_open(&two_keys, longer, TOKEN_MAX - 1, NOW, &read), TOKEN_BAD);
    cr_expect_eq(token_open(&two_keys, longer, TOKEN_MAX, NOW, &read), TOKEN_BAD);
    cr_expect_not(token_sign(&none, &claims, NOW, token));
}

Test(tokens, the_longest_claims_fit)
{
    struct claims claims = {.role = ROLE_PLAYER, .generation = UINT32_MAX, .expires_at_ms = INT64_C(99999999999999)};
    struct claims read;
    char token[TOKEN_MAX];

    memset(claims.room, 'z', ROOM_ID_MAX);
    memset(claims.player, 'z', PLAYER_ID_MAX);
    cr_assert(token_sign(&two_keys, &claims, NOW, token));
    cr_expect_eq(opens(token, NOW, &read), TOKEN_FINE);
    cr_expect_str_eq(read.room, claims.room);
    cr_expect_eq(read.generation, UINT32_MAX);
}

Test(tokens, every_role_has_its_life)
{
    cr_expect_eq(token_life_ms(ROLE_PLAYER), TOKEN_PLAYER_MS);
    cr_expect_eq(token_life_ms(ROLE_SCREEN), TOKEN_SCREEN_MS);
    cr_expect_eq(token_life_ms(ROLE_HOST), TOKEN_HOST_MS);
    cr_expect_eq(token_life_ms(ROLE_JUDGE), TOKEN_HOST_MS);
}

/* ---- shared through Redis ---- */

struct scene {
    struct store store;
    uv_loop_t loop;
    struct redis *redis[2];
    struct tokens *tokens[2];
    int ready;
};

static void is_ready(void *context)
{
    ((struct scene *)context)->ready++;
}

static bool both_ready(void *context)
{
    return ((struct scene *)context)->ready == 2;
}

Test(tokens, two_workers_read_each_others_tokens)
{
    struct scene scene = {.ready = 0};
    struct claims claims = an(), read;
    char token[TOKEN_MAX];

    store_start(&scene.store);
    uv_loop_init(&scene.loop);
    for (int i = 0; i < 2; i++) {
        scene.redis[i] = redis_new(&scene.loop, &scene.store.address, NULL);
        scene.tokens[i] = tokens_new(&scene.loop, scene.redis[i], is_ready, &scene);
    }
    cr_expect_not(tokens_are_ready(scene.tokens[0]));
    loop_until(&scene.loop, both_ready, &scene);
    claims.expires_at_ms = 0;
    tokens_write(scene.tokens[0], &claims, NOW, token);
    cr_expect_eq(tokens_read(scene.tokens[1], token, strlen(token), NOW, &read), TOKEN_FINE);
    cr_expect_eq(read.expires_at_ms, NOW + TOKEN_PLAYER_MS);
    cr_expect_eq(store_number(&scene.store, "HLEN", "hoithi:tokenkeys", NULL), 2, "one key, and which it is");
    for (int i = 0; i < 2; i++) {
        redis_close(scene.redis[i]);
        tokens_free(scene.tokens[i]);
    }
    loop_end(&scene.loop);
    store_end(&scene.store);
}

Test(tokens, an_old_key_gets_a_successor_that_is_not_used_at_once)
{
    struct scene scene = {.ready = 1};
    struct claims claims = an(), read;
    char token[TOKEN_MAX];

    store_start(&scene.store);
    store_number(&scene.store, "HSET", "hoithi:tokenkeys", "00000001",
                 "1000 0101010101010101010101010101010101010101010101010101010101010101", "current", "00000001", NULL);
    uv_loop_init(&scene.loop);
    scene.redis[0] = redis_new(&scene.loop, &scene.store.address, NULL);
    scene.tokens[0] = tokens_new(&scene.loop, scene.redis[0], is_ready, &scene);
    loop_until(&scene.loop, both_ready, &scene);
    cr_expect_eq(store_number(&scene.store, "HLEN", "hoithi:tokenkeys", NULL), 2,
                 "its last token has long expired: it is forgotten");
    tokens_write(scene.tokens[0], &claims, NOW, token);
    cr_expect_eq(tokens_read(scene.tokens[0], token, strlen(token), NOW, &read), TOKEN_FINE);
    redis_close(scene.redis[0]);
    tokens_free(scene.tokens[0]);
    loop_end(&scene.loop);
    store_end(&scene.store);
}
