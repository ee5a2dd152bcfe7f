/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <cjson/cJSON.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>
#include "engine/retention.h"
#include "tests/support/desk.h"

struct scene {
    struct store store;
    uv_loop_t loop;
    struct desk desk;
    char *list;
    enum rooms_answer answer;
    struct room_record record;
    char title[200];
    bool answered;
};

static void scene_start(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    store_start(&scene->store);
    uv_loop_init(&scene->loop);
    desk_start(&scene->desk, &scene->loop, &scene->store);
}

static void scene_end(struct scene *scene)
{
    desk_end(&scene->desk);
    loop_end(&scene->loop);
    store_end(&scene->store);
    free(scene->list);
}

static bool is_answered(void *context)
{
    return ((struct scene *)context)->answered;
}

static void took_list(void *context, enum rooms_answer answer, const char *json, size_t length)
{
    struct scene *scene = context;
    free(scene->list);
    scene->list = json == NULL ? NULL : strndup(json, length);
    scene->answer = answer;
    scene->answered = true;
}

static cJSON *list_of(struct scene *scene, const char *owner)
{
    scene->answered = false;
    rooms_list(log_redis(scene->desk.log), owner, took_list, scene);
    loop_until(&scene->loop, is_answered, scene);
    cJSON *json = scene->list == NULL ? NULL : cJSON_Parse(scene->list);
    cr_assert(scene->list == NULL || json != NULL, "%s", scene->list);
    return json;
}

static void took_record(void *context, enum rooms_answer answer, const struct room_record *record)
{
    struct scene *scene = context;
    scene->answer = answer;
    scene->answered = true;
    if (record == NULL)
        return;
    scene->record = *record;
    snprintf(scene->title, sizeof scene->title, "%s", record->title_json);
    cr_expect_str_eq(record->owner, "key00001");
    cr_expect_str_eq(record->bank, "digital-citizen@1.0.0");
}

static enum rooms_answer find(struct scene *scene, const char *room)
{
    scene->answered = false;
    rooms_find(log_redis(scene->desk.log), room, took_record, scene);
    loop_until(&scene->loop, is_answered, scene);
    return scene->answer;
}

Test(rooms, a_new_room_has_a_pin_a_record_and_a_first_entry)
{
    struct scene scene;
    char key[64];
    scene_start(&scene);
    const struct room_ids *room = desk_room(&scene.desk, "{\"bank\":\"x\",\"title\":\"6A1\"}");
    cr_assert_eq(scene.desk.made_answer, ROOMS_OK);
    cr_expect_eq(strlen(room->room), ROOM_ID_LENGTH);
    cr_expect_eq(strlen(room->pin), PIN_DIGITS);
    snprintf(key, sizeof key, "hoithi:{%s}:log", room->room);
    cr_expect_eq(store_number(&scene.store, "XLEN", key, NULL), 1);
    cr_expect_eq(find(&scene, room->room), ROOMS_OK);
    cr_expect_str_eq(scene.title, "\"6A1\"");
    cr_expect_gt(scene.record.created_at_ms, 1600000000000);
    cr_expect_eq(find(&scene, "nobody"), ROOMS_UNKNOWN);
    cr_expect_eq(find(&scene, "no body"), ROOMS_UNKNOWN);
    scene_end(&scene);
}

Test(rooms, a_key_sees_its_own_rooms_and_an_admin_all)
{
    struct scene scene;
    scene_start(&scene);
    cJSON *list = list_of(&scene, NULL);
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(list, "rooms")), 0);
    cJSON_Delete(list);
    desk_room(&scene.desk, "{\"bank\":\"x\"}");
    const struct room_ids *newest = desk_room(&scene.desk, "{\"bank\":\"x\"}");

    list = list_of(&scene, NULL);
    const cJSON *rooms = cJSON_GetObjectItem(list, "rooms");
    cr_expect_eq(cJSON_GetArraySize(rooms), 2);
    const cJSON *first = cJSON_GetArrayItem(rooms, 0);
    cr_expect_not_null(cJSON_GetObjectItem(cJSON_GetObjectItem(first, "title"), "vi"), "the bank's title");
    cr_expect_eq(strlen(cJSON_GetStringValue(cJSON_GetObjectItem(first, "pin"))), PIN_DIGITS);
    (void)newest;
    cJSON_Delete(list);

    list = list_of(&scene, "key00001");
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(list, "rooms")), 2);
    cJSON_Delete(list);
    list = list_of(&scene, "key00002");
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(list, "rooms")), 0);
    cJSON_Delete(list);
    scene_end(&scene);
}

Test(rooms, a_pin_of_another_room_is_not_freed_by_an_old_one)
{
    struct scene scene;
    char key[64];
    scene_start(&scene);
    const struct room_ids *room = desk_room(&scene.desk, "{\"bank\":\"x\"}");
    snprintf(key, sizeof key, "hoithi:pin:%s", room->pin);
    rooms_free_pin(log_redis(scene.desk.log), "anotherroom1", room->pin, 1000);
    cr_expect_eq(find(&scene, room->room), ROOMS_OK, "the reply to what was sent behind it");
    cr_expect_gt(store_number(&scene.store, "TTL", key, NULL), 1000);
    rooms_free_pin(log_redis(scene.desk.log), room->room, room->pin, 100000);
    cr_expect_eq(find(&scene, room->room), ROOMS_OK);
    long long left = store_number(&scene.store, "TTL", key, NULL);
    cr_expect(left > 0 && left <= 100, "%lld", left);
    scene_end(&scene);
}

Test(rooms, while_redis_is_away_no_room_is_made_and_none_is_missing)
{
    struct scene scene;
    scene_start(&scene);
    store_kill(&scene.store);
    desk_room(&scene.desk, "{\"bank\":\"x\"}");
    cr_expect_eq(scene.desk.made_answer, ROOMS_AWAY);
    cr_expect_eq(find(&scene, "nobody"), ROOMS_AWAY);
    cr_expect_null(list_of(&scene, NULL));
    cr_expect_eq(scene.answer, ROOMS_AWAY);
    scene_end(&scene);
}

/* ---- due times ---- */

static bool was_visited(void *context)
{
    struct scene *scene = context;
    return strcmp(scene->desk.visited, scene->desk.made.room) == 0;
}

static bool is_set(void *context)
{
    struct scene *scene = context;
    return store_number(&scene->store, "ZSCORE", "hoithi:due", "later0000001", NULL) == 99999999999999;
}

static bool is_gone(void *context)
{
    struct scene *scene = context;
    return store_number(&scene->store, "ZCARD", "hoithi:due", NULL) == 0;
}

Test(due, a_room_that_is_due_is_visited_and_one_that_is_not_is_left_alone)
{
    struct scene scene;
    scene_start(&scene);
    const struct room_ids *room = desk_room(&scene.desk, "{\"bank\":\"x\"}");
    due_set(scene.desk.due, "later0000001", 99999999999999);
    due_set(scene.desk.due, room->room, 1);
    loop_until(&scene.loop, was_visited, &scene);
    cr_expect(is_set(&scene));
    long long ahead = store_number(&scene.store, "ZSCORE", "hoithi:due", room->room, NULL);
    cr_expect_gt(ahead, 1600000000000, "put ahead, for another worker if this one dies");
    due_set(scene.desk.due, room->room, 0);
    due_set(scene.desk.due, "later0000001", 0);
    loop_until(&scene.loop, is_gone, &scene);
    scene_end(&scene);
}

Test(due, a_time_set_while_redis_is_away_is_kept)
{
    struct scene scene;
    scene_start(&scene);
    store_kill(&scene.store);
    due_set(scene.desk.due, "later0000001", 5);
    due_set(scene.desk.due, "later0000001", 99999999999999);
    uv_run(&scene.loop, UV_RUN_NOWAIT);
    store_restart(&scene.store);
    loop_until(&scene.loop, is_set, &scene);
    scene_end(&scene);
}

/* ---- retention ---- */

static bool names_are_on_the_board(void *context)
{
    struct scene *scene = context;
    char key[64];
    snprintf(key, sizeof key, "hoithi:{%s}:board:rows", scene->desk.made.room);
    return store_number(&scene->store, "HLEN", key, NULL) == 1;
}

/* How often the name stands in the room's keys. */
static int names_left(struct scene *scene, const char *name)
{
    static const char *const commands[][3] = {{"XRANGE", "log", "-"}, {"HGETALL", "board:rows", NULL}};
    struct redis_sync *redis = store_open(&scene->store);
    char key[64];
    int found = 0;

    for (int i = 0; i < 2; i++) {
        snprintf(key, sizeof key, "hoithi:{%s}:%s", scene->desk.made.room, commands[i][1]);
        struct redisReply *reply =
            i == 0 ? redis_sync_ask(redis, "XRANGE", key, "-", "+", NULL) : redis_sync_ask(redis, "HGETALL", key, NULL);
        for (size_t j = 0; j < reply->elements; j++) {
            const struct redisReply *one = reply->element[j];
            const struct redisReply *fields = i == 0 ? one->element[1] : NULL;
            for (size_t k = 0; fields != NULL && k < fields->elements; k++)
                found += strstr(fields->element[k]->str, name) != NULL;
            found += one->type == REDIS_REPLY_STRING && strstr(one->str, name) != NULL;
        }
        freeReplyObject(reply);
    }
    redis_sync_close(redis);
    return found;
}

static void play_a_room(struct scene *scene)
{
    const struct room_ids *room = desk_room(&scene->desk, "{\"bank\":\"x\"}");
    struct client *host = desk_host(&scene->desk, room->room);
    desk_join(&scene->desk, room->pin, "Nguyệt");
    client_do(host, "start");
    client_do(host, "end");
    loop_until(&scene->loop, names_are_on_the_board, scene);
}

Test(retention, erasing_takes_the_names_and_leaves_ids_positions_and_what_is_chained)
{
    struct scene scene;
    char key[64];
    scene_start(&scene);
    play_a_room(&scene);
    snprintf(key, sizeof key, "hoithi:{%s}:log", scene.desk.made.room);
    struct redis_sync *redis = store_open(&scene.store);
    struct redisReply *before = redis_sync_ask(redis, "XRANGE", key, "-", "+", NULL);
    cr_expect_gt(names_left(&scene, "Nguyệt"), 1);

    cr_expect_eq(retention_erase(redis, "nobody"), RETENTION_NO_ROOM);
    cr_expect_eq(retention_erase(redis, scene.desk.made.room), RETENTION_DONE);
    cr_expect_eq(retention_erase(redis, scene.desk.made.room), RETENTION_DONE, "twice is once");
    cr_expect_eq(names_left(&scene, "Nguyệt"), 0);
    struct redisReply *after = redis_sync_ask(redis, "XRANGE", key, "-", "+", NULL);
    cr_assert_eq(after->elements, before->elements);
    for (size_t i = 0; i < after->elements; i++) {
        const struct redisReply *was = before->element[i], *is = after->element[i];
        cr_expect_str_eq(is->element[0]->str, was->element[0]->str);
        cr_expect_eq(is->element[1]->elements, 2);
        cr_expect_str_eq(is->element[1]->element[1]->str, was->element[1]->element[1]->str);
    }
    freeReplyObject(before);
    freeReplyObject(after);
    redis_sync_close(redis);
    scene_end(&scene);
}

static bool is_swept(void *context)
{
    return !retention_is_sweeping(context);
}

static void sweep(struct scene *scene, struct retention *retention, int64_t wall_ms)
{
    loop_until(&scene->loop, is_swept, retention); /* its own first one, if it has begun */
    retention_sweep(retention, wall_ms);
    loop_until(&scene->loop, is_swept, retention);
}

Test(retention, a_room_is_erased_when_its_time_has_passed_and_not_before)
{
    struct scene scene;
    scene_start(&scene);
    play_a_room(&scene);
    const int64_t span_ms = INT64_C(86400000) * 90;
    struct retention_settings settings = {
        .address = &scene.store.address, .data = scene.store.directory, .names_ms = span_ms};
    struct retention *retention = retention_new(&scene.loop, log_redis(scene.desk.log), &settings);
    cr_assert_eq(find(&scene, scene.desk.made.room), ROOMS_OK);
    int64_t created = scene.record.created_at_ms;

    sweep(&scene, retention, created + span_ms - 1);
    cr_expect_gt(names_left(&scene, "Nguyệt"), 0);
    sweep(&scene, retention, created + span_ms);
    cr_expect_eq(names_left(&scene, "Nguyệt"), 0);
    retention_free(retention);
    scene_end(&scene);
}
