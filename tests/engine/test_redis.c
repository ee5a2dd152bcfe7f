/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <hiredis/hiredis.h>
#include <string.h>
#include "tests/support/store.h"

/* ---- addresses ---- */

static bool reads(const char *url, struct redis_address *out)
{
    char why[200];
    return redis_address_read(url, out, why, sizeof why);
}

Test(redis, an_address_names_host_port_database_and_login)
{
    struct redis_address address;

    cr_assert(reads("redis://an:m%40t@redis.example:6380/3", &address));
    cr_expect_str_eq(address.host, "redis.example");
    cr_expect_eq(address.port, 6380);
    cr_expect_eq(address.database, 3);
    cr_expect_str_eq(address.user, "an");
    cr_expect_str_eq(address.password, "m@t");

    cr_assert(reads("redis://:secret@[::1]:7000", &address));
    cr_expect_str_eq(address.host, "::1");
    cr_expect_eq(address.port, 7000);
    cr_expect_str_eq(address.user, "");
    cr_expect_str_eq(address.password, "secret");

    cr_assert(reads("redis://localhost", &address));
    cr_expect_eq(address.port, REDIS_PORT_DEFAULT);

    cr_assert(reads("unix:///run/redis/redis.sock?db=2", &address));
    cr_expect_str_eq(address.path, "/run/redis/redis.sock");
    cr_expect_eq(address.database, 2);
    cr_assert(reads("unix:/run/redis.sock", &address));
    cr_expect_str_eq(address.path, "/run/redis.sock");
}

Test(redis, what_is_no_address_is_refused)
{
    static const char *const wrong[] = {"",
                                        "http://localhost",
                                        "redis://",
                                        "redis://:6379",
                                        "redis://host:0",
                                        "redis://host:65536",
                                        "redis://host:x",
                                        "redis://host/x",
                                        "redis://[::1",
                                        "redis://a%00b@host",
                                        "unix://",
                                        "unix:///a?x=1",
                                        "unix:///a?db=-1"};
    struct redis_address address;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_expect_not(reads(wrong[i], &address), "%s", wrong[i]);
}

Test(redis, a_socket_path_may_be_as_long_as_the_kernel_takes_and_no_longer)
{
    char url[300] = "unix://";
    struct redis_address address;
    size_t start = strlen(url);

    memset(url + start, 'a', REDIS_PATH_MAX - 1);
    cr_expect(reads(url, &address));
    url[start + REDIS_PATH_MAX - 1] = 'a';
    cr_expect_not(reads(url, &address));
}

/* ---- the connection ---- */

struct scene {
    struct store store;
    uv_loop_t loop;
    struct redis *redis;
    int ups, downs, replies, lost;
    char last[64];
};

static void went_up(void *context)
{
    ((struct scene *)context)->ups++;
}

static void went_down(void *context, const char *why)
{
    (void)why;
    ((struct scene *)context)->downs++;
}

static void replied(void *context, const struct redisReply *reply)
{
    struct scene *scene = context;
    scene->replies++;
    if (reply == NULL)
        scene->lost++;
    else if (reply->str != NULL)
        snprintf(scene->last, sizeof scene->last, "%s", reply->str);
}

static bool is_up(void *context)
{
    return redis_is_up(((struct scene *)context)->redis);
}

static bool is_up_twice(void *context)
{
    return ((struct scene *)context)->ups == 2;
}

static bool is_down(void *context)
{
    return !is_up(context);
}

static bool has_three(void *context)
{
    return ((struct scene *)context)->replies == 3;
}

static void scene_start(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    store_start(&scene->store);
    uv_loop_init(&scene->loop);
    struct redis_events events = {.context = scene, .up = went_up, .down = went_down};
    scene->redis = redis_new(&scene->loop, &scene->store.address, &events);
}

static void scene_end(struct scene *scene)
{
    redis_close(scene->redis);
    loop_end(&scene->loop);
    store_end(&scene->store);
}

Test(redis, replies_come_in_the_order_of_the_commands)
{
    struct scene scene;
    scene_start(&scene);
    cr_expect_not(redis_ask(scene.redis, replied, &scene, "PING", NULL), "not yet connected");
    loop_until(&scene.loop, is_up, &scene);
    cr_expect(redis_ask(scene.redis, replied, &scene, "SET", "a", "1", NULL));
    cr_expect(redis_ask(scene.redis, replied, &scene, "NOSUCH", NULL));
    cr_expect(redis_ask(scene.redis, replied, &scene, "GET", "a", NULL));
    cr_expect_eq(scene.replies, 0, "nothing is called back before the loop runs");
    loop_until(&scene.loop, has_three, &scene);
    cr_expect_str_eq(scene.last, "1");
    cr_expect_eq(scene.lost, 0);
    scene_end(&scene);
}

Test(redis, a_killed_redis_answers_every_waiting_command_with_nothing_and_is_found_again)
{
    struct scene scene;
    scene_start(&scene);
    loop_until(&scene.loop, is_up, &scene);
    store_pause(&scene.store);
    for (int i = 0; i < 3; i++)
        cr_expect(redis_ask(scene.redis, replied, &scene, "INCR", "a", NULL));
    uv_run(&scene.loop, UV_RUN_NOWAIT);
    store_kill(&scene.store);
    loop_until(&scene.loop, is_down, &scene);
    cr_expect_eq(scene.replies, 3);
    cr_expect_eq(scene.lost, 3);
    cr_expect_eq(scene.downs, 1);
    cr_expect(strlen(redis_fault(scene.redis)) > 0);
    store_restart(&scene.store);
    loop_until(&scene.loop, is_up_twice, &scene);
    scene_end(&scene);
}

Test(redis, a_connection_can_be_closed_with_commands_under_way)
{
    struct scene scene;
    scene_start(&scene);
    loop_until(&scene.loop, is_up, &scene);
    redis_ask(scene.redis, replied, &scene, "PING", NULL);
    uv_run(&scene.loop, UV_RUN_NOWAIT);
    redis_ask(scene.redis, replied, &scene, "PING", NULL);
    redis_ask(scene.redis, replied, &scene, "PING", NULL);
    redis_close(scene.redis);
    cr_expect_eq(scene.replies, 3, "every command is answered before it closes");
    loop_end(&scene.loop);
    store_end(&scene.store);
}

Test(redis, a_wrong_password_is_said_and_tried_again)
{
    struct scene scene;
    scene_start(&scene);
    loop_until(&scene.loop, is_up, &scene);
    redis_close(scene.redis);
    struct redis_sync *admin = store_open(&scene.store);
    freeReplyObject(redis_sync_ask(admin, "CONFIG", "SET", "requirepass", "hoa", NULL));

    struct redis_address address = scene.store.address;
    struct redis_events events = {.context = &scene, .up = went_up, .down = went_down};
    scene.redis = redis_new(&scene.loop, &address, &events);
    while (redis_fault(scene.redis)[0] == '\0')
        uv_run(&scene.loop, UV_RUN_ONCE);
    cr_expect_not_null(strstr(redis_fault(scene.redis), "NOAUTH"));
    redis_close(scene.redis);

    snprintf(address.password, sizeof address.password, "hoa");
    scene.redis = redis_new(&scene.loop, &address, &events);
    loop_until(&scene.loop, is_up, &scene);
    redis_sync_close(admin);
    scene_end(&scene);
}

Test(redis, a_refused_connection_is_tried_again_and_does_not_hang)
{
    struct scene scene = {0};
    struct redis_address address;
    uv_loop_init(&scene.loop);
    cr_assert(reads("redis://127.0.0.1:1", &address));
    scene.redis = redis_new(&scene.loop, &address, NULL);
    while (redis_fault(scene.redis)[0] == '\0')
        uv_run(&scene.loop, UV_RUN_ONCE);
    cr_expect_not(redis_is_up(scene.redis));
    redis_close(scene.redis);
    loop_end(&scene.loop);
}
