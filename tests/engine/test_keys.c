/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "engine/keys.h"
#include "tests/support/store.h"

struct scene {
    struct store store;
    uv_loop_t loop;
    struct redis *redis;
    struct redis_sync *sync;
    struct keys *keys;
    int answers;
    enum key_answer last;
    struct key_record record;
};

static bool is_up(void *context)
{
    return redis_is_up(((struct scene *)context)->redis);
}

static void scene_start(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    store_start(&scene->store);
    uv_loop_init(&scene->loop);
    scene->sync = store_open(&scene->store);
    scene->redis = redis_new(&scene->loop, &scene->store.address, NULL);
    scene->keys = keys_new(scene->redis);
    loop_until(&scene->loop, is_up, scene);
}

static void scene_end(struct scene *scene)
{
    redis_sync_close(scene->sync);
    redis_close(scene->redis);
    keys_free(scene->keys);
    loop_end(&scene->loop);
    store_end(&scene->store);
}

static void checked(void *context, enum key_answer answer, const struct key_record *record)
{
    struct scene *scene = context;
    scene->answers++;
    scene->last = answer;
    scene->record = record == NULL ? (struct key_record){.role = ROLE_NONE} : *record;
}

static bool is_answered(void *context)
{
    return ((struct scene *)context)->answers > 0;
}

static enum key_answer check_at(struct scene *scene, const char *key, int64_t now_ms)
{
    scene->answers = 0;
    keys_check(scene->keys, key, strlen(key), now_ms, checked, scene);
    loop_until(&scene->loop, is_answered, scene);
    cr_expect_eq(scene->answers, 1);
    return scene->last;
}

Test(keys, a_new_key_opens_and_only_its_hash_is_stored)
{
    struct scene scene;
    char key[KEY_TEXT_SIZE];

    scene_start(&scene);
    cr_assert_eq(keys_add(scene.sync, ROLE_HOST, "cô Lan", key), KEY_ADDED);
    cr_expect_eq(strlen(key), KEY_TEXT_SIZE - 1);
    cr_expect_eq(check_at(&scene, key, 0), KEY_OK);
    cr_expect_eq(scene.record.role, ROLE_HOST);
    cr_expect_str_eq(scene.record.name, "cô Lan");

    struct redisReply *all = redis_sync_ask(scene.sync, "HGETALL", "hoithi:keys", NULL);
    cr_assert_eq(all->elements, 2);
    cr_expect_str_eq(all->element[0]->str, scene.record.id);
    cr_expect_null(strstr(all->element[1]->str, key + 12), "the secret itself is nowhere");
    freeReplyObject(all);
    scene_end(&scene);
}

Test(keys, a_key_changed_in_any_letter_is_unknown)
{
    struct scene scene;
    char key[KEY_TEXT_SIZE];

    scene_start(&scene);
    keys_add(scene.sync, ROLE_JUDGE, "An", key);
    for (size_t i = 0; i < KEY_TEXT_SIZE - 1; i++) {
        char before = key[i];
        key[i] = before == '7' ? '8' : '7';
        cr_expect_eq(check_at(&scene, key, 0), KEY_UNKNOWN, "letter %zu", i);
        key[i] = before;
    }
    cr_expect_eq(check_at(&scene, "", 0), KEY_UNKNOWN);
    cr_expect_eq(check_at(&scene, "hk_", 0), KEY_UNKNOWN);
    cr_expect_eq(check_at(&scene, key, 0), KEY_OK);
    scene_end(&scene);
}

Test(keys, a_revoked_key_is_refused_within_seconds)
{
    struct scene scene;
    char key[KEY_TEXT_SIZE];

    scene_start(&scene);
    keys_add(scene.sync, ROLE_ADMIN, "An", key);
    cr_expect_eq(check_at(&scene, key, 1000), KEY_OK);
    cr_expect_eq(keys_revoke(scene.sync, "An"), KEY_OK);
    cr_expect_eq(check_at(&scene, key, 1000 + KEY_CACHE_MS - 1), KEY_OK, "still remembered");
    cr_expect_eq(check_at(&scene, key, 1000 + KEY_CACHE_MS), KEY_REVOKED);
    cr_expect_eq(keys_revoke(scene.sync, "An"), KEY_UNKNOWN, "there is no such key any more");
    cr_expect_eq(keys_add(scene.sync, ROLE_HOST, "An", key), KEY_ADDED, "and the name is free");
    scene_end(&scene);
}

Test(keys, a_name_stands_for_one_key_and_is_text_of_bounded_length)
{
    struct scene scene;
    char key[KEY_TEXT_SIZE], name[KEY_NAME_MAX + 2];

    scene_start(&scene);
    cr_expect_eq(keys_add(scene.sync, ROLE_HOST, "An", key), KEY_ADDED);
    cr_expect_eq(keys_add(scene.sync, ROLE_HOST, "An", key), KEY_NAME_TAKEN);
    cr_expect_str_eq(key, "");
    cr_expect_eq(keys_add(scene.sync, ROLE_HOST, "", key), KEY_NAME_BAD);
    cr_expect_eq(keys_add(scene.sync, ROLE_HOST, "a\nb", key), KEY_NAME_BAD);
    cr_expect_eq(keys_add(scene.sync, ROLE_HOST, "\xff", key), KEY_NAME_BAD);
    cr_expect_eq(keys_add(scene.sync, ROLE_PLAYER, "Vy", key), KEY_ROLE_BAD);
    memset(name, 'a', sizeof name);
    name[KEY_NAME_MAX + 1] = '\0';
    cr_expect_eq(keys_add(scene.sync, ROLE_HOST, name, key), KEY_NAME_BAD);
    name[KEY_NAME_MAX] = '\0';
    cr_expect_eq(keys_add(scene.sync, ROLE_HOST, name, key), KEY_ADDED);
    cr_expect_eq(keys_count(scene.sync), 2);
    scene_end(&scene);
}

static int64_t wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void next_millisecond(void)
{
    int64_t now = wall_ms();
    while (wall_ms() == now)
        continue;
}

static void count_keys(void *context, const struct key_record *record)
{
    int *count = context;
    cr_expect_str_eq(record->name, *count == 0 ? "An" : "Vy");
    ++*count;
}

Test(keys, the_list_is_in_the_order_of_making)
{
    struct scene scene;
    char key[KEY_TEXT_SIZE];
    int count = 0;

    scene_start(&scene);
    keys_add(scene.sync, ROLE_HOST, "An", key);
    next_millisecond();
    keys_add(scene.sync, ROLE_HOST, "Vy", key);
    cr_expect(keys_list(scene.sync, count_keys, &count));
    cr_expect_eq(count, 2);
    scene_end(&scene);
}

Test(keys, while_redis_is_away_a_key_is_neither_right_nor_wrong)
{
    struct scene scene;
    char key[KEY_TEXT_SIZE];

    scene_start(&scene);
    keys_add(scene.sync, ROLE_HOST, "An", key);
    store_kill(&scene.store);
    cr_expect_eq(check_at(&scene, key, 0), KEY_AWAY);
    scene_end(&scene);
}
