/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <cjson/cJSON.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>
#include "tests/support/desk.h"

/* ---- the score ---- */

Test(board, more_points_stand_before_less_time_and_less_time_before_more)
{
    cr_expect_gt(board_score(2000, 90000), board_score(1000, 0));
    cr_expect_gt(board_score(1000, 100), board_score(1000, 101));
    cr_expect_eq(board_score(1000, 100), board_score(1000, 100));
    cr_expect_gt(board_score(0, 0), board_score(-1, 0));
}

Test(board, a_score_fits_53_bits_and_a_double_keeps_it)
{
    const int64_t points[] = {-(1 << 19), -1, 0, 1, 400000, (1 << 19) - 1};
    const int64_t times[] = {0, 1, 30000, (INT64_C(1) << 33) - 1};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        for (size_t j = 0; j < sizeof times / sizeof times[0]; j++) {
            int64_t score = board_score(points[i], times[j]);
            cr_expect_geq(score, 0);
            cr_expect_lt(score, INT64_C(1) << 53);
            cr_expect_eq((int64_t)(double)score, score);
            cr_expect_eq(board_score_points(score), points[i]);
        }
}

Test(board, what_is_past_the_bits_is_cut_and_never_wraps)
{
    cr_expect_eq(board_score(1 << 19, 0), board_score((1 << 19) - 1, 0));
    cr_expect_eq(board_score(-(1 << 19) - 1, 0), board_score(-(1 << 19), 0));
    cr_expect_eq(board_score(5, INT64_C(1) << 33), board_score(5, (INT64_C(1) << 33) - 1));
    cr_expect_eq(board_score(5, -1), board_score(5, 0));
}

/* ---- boards of rooms ---- */

struct scene {
    struct store store;
    uv_loop_t loop;
    struct desk desk, other;
    char *page;
    enum board_answer answer;
    bool has_page;
    const char *want;
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
    free(scene->page);
}

static void took_page(void *context, enum board_answer answer, const char *json, size_t length)
{
    struct scene *scene = context;
    free(scene->page);
    scene->page = json == NULL ? NULL : strndup(json, length);
    scene->answer = answer;
    scene->has_page = true;
}

static bool has_page(void *context)
{
    return ((struct scene *)context)->has_page;
}

static cJSON *page_of(struct scene *scene, const struct board_question *question)
{
    scene->has_page = false;
    board_page(log_redis(scene->desk.log), question, took_page, scene);
    loop_until(&scene->loop, has_page, scene);
    cJSON *json = scene->page == NULL ? NULL : cJSON_Parse(scene->page);
    cr_assert(scene->page == NULL || json != NULL, "%s", scene->page);
    return json;
}

static const char *text_of(const cJSON *json, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));
    return text == NULL ? "" : text;
}

static int number_of(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(json, name);
    return item == NULL ? -1 : item->valueint;
}

/* The stored board is as far as the hub's. */
static bool is_written(void *context)
{
    struct scene *scene = context;
    char key[64];
    snprintf(key, sizeof key, "hoithi:{%s}:board:at", scene->desk.made.room);
    uint64_t position = hub_board_position(scene->desk.hub, scene->desk.made.room);
    return position > 0 && store_number(&scene->store, "HGET", key, "position", NULL) >= (long long)position;
}

static bool record_says_two(void *context)
{
    struct scene *scene = context;
    char key[64];
    snprintf(key, sizeof key, "hoithi:{%s}:meta", scene->desk.made.room);
    return store_number(&scene->store, "HGET", key, "players", NULL) == 2;
}

static void answer(struct client *client, const char *choice)
{
    char frame[100];
    snprintf(frame, sizeof frame, "{\"t\":\"answer\",\"q\":1,\"a\":[\"%s\"],\"n\":1,\"ms\":10}", choice);
    client_say(client, frame);
}

/* The key of question 1, as the reveal says it. */
static const char *key_of(const char *reveal, char out[32])
{
    cJSON *json = cJSON_Parse(reveal);
    snprintf(out, 32, "%s", cJSON_GetStringValue(cJSON_GetArrayItem(cJSON_GetObjectItem(json, "key"), 0)));
    cJSON_Delete(json);
    return out;
}

Test(board, after_a_question_the_stored_board_is_the_rooms)
{
    struct scene scene;
    char key[32];
    scene_start(&scene);
    const struct room_ids *room = desk_room(&scene.desk, "{\"bank\":\"x\",\"questions\":{\"order\":\"written\"}}");
    cr_assert_eq(scene.desk.made_answer, ROOMS_OK);
    struct client *host = desk_host(&scene.desk, room->room);
    struct client *an = desk_join(&scene.desk, room->pin, "An");
    struct client *vy = desk_join(&scene.desk, room->pin, "Vy");
    client_do(host, "start");
    answer(an, "a");
    answer(vy, "b");
    client_wait(vy, "ack");
    client_do(host, "close");
    client_do(host, "reveal");
    if (client_heard(host, "reveal") == NULL)
        client_wait(host, "reveal");
    loop_until(&scene.loop, is_written, &scene);

    key_of(client_heard(host, "reveal"), key);
    cJSON *page = page_of(&scene, &(struct board_question){.room = room->room});
    cr_expect_eq(scene.answer, BOARD_HERE);
    cr_expect_eq(number_of(page, "total"), 2);
    cr_expect_str_eq(text_of(page, "state"), "live");
    const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(page, "rows"), 0);
    const char *best = strcmp(key, "a") == 0 ? "An" : strcmp(key, "b") == 0 ? "Vy" : NULL;
    if (best != NULL) {
        cr_expect_str_eq(text_of(first, "name"), best);
        cr_expect_eq(number_of(first, "points"), 1000);
        cr_expect_eq(number_of(first, "right"), 1);
    }
    cr_expect_str_eq(text_of(first, "unit"), "6a1");
    cr_expect_eq(number_of(first, "rank"), 1);
    cJSON_Delete(page);

    loop_until(&scene.loop, record_says_two, &scene); /* for the list of rooms */

    page = page_of(&scene, &(struct board_question){.room = room->room, .unit = "6a1", .from = 1, .count = 1});
    cr_expect_eq(number_of(page, "total"), 2);
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(page, "rows")), 1);
    cJSON_Delete(page);
    page = page_of(&scene, &(struct board_question){.room = room->room, .unit = "6a2"});
    cr_expect_eq(number_of(page, "total"), 0);
    cJSON_Delete(page);
    scene_end(&scene);
}

Test(board, at_the_end_the_state_is_provisional_and_the_pin_is_on_its_way_out)
{
    struct scene scene;
    char key[64];
    scene_start(&scene);
    const struct room_ids *room = desk_room(&scene.desk, "{\"bank\":\"x\"}");
    struct client *host = desk_host(&scene.desk, room->room);
    desk_join(&scene.desk, room->pin, "An");
    client_do(host, "start");
    client_do(host, "end");
    loop_until(&scene.loop, is_written, &scene);
    cJSON *page = page_of(&scene, &(struct board_question){.room = room->room});
    cr_expect_str_eq(text_of(page, "state"), "provisional");
    cJSON_Delete(page);
    snprintf(key, sizeof key, "hoithi:pin:%s", room->pin);
    long long left = store_number(&scene.store, "TTL", key, NULL);
    cr_expect(left > 0 && left < PIN_LIFE_S / 2, "%lld s are left", left);
    scene_end(&scene);
}

Test(board, a_worker_that_slept_cannot_put_old_points_back)
{
    struct scene scene;
    char key[64];
    scene_start(&scene);
    const struct room_ids *room = desk_room(&scene.desk, "{\"bank\":\"x\"}");
    struct client *host = desk_host(&scene.desk, room->room);
    desk_join(&scene.desk, room->pin, "An");
    client_do(host, "start");
    client_do(host, "end");
    loop_until(&scene.loop, is_written, &scene);
    snprintf(key, sizeof key, "hoithi:{%s}:board:at", room->room);
    store_number(&scene.store, "HSET", key, "position", "1000", "writing", "1000", NULL);
    boards_changed(scene.desk.boards, room->room, 5);
    while (!boards_are_idle(scene.desk.boards))
        uv_run(&scene.loop, UV_RUN_ONCE);
    cr_expect_eq(store_number(&scene.store, "HGET", key, "position", NULL), 1000);
    scene_end(&scene);
}

Test(board, a_board_that_nobody_wrote_is_written_by_another_worker)
{
    struct scene scene;
    char key[64];
    scene_start(&scene);
    const struct room_ids *room = desk_room(&scene.desk, "{\"bank\":\"x\"}");
    struct client *host = desk_host(&scene.desk, room->room);
    desk_join(&scene.desk, room->pin, "An");
    client_do(host, "start");
    client_do(host, "end");
    loop_until(&scene.loop, is_written, &scene);
    snprintf(key, sizeof key, "hoithi:{%s}:board:at", room->room);
    store_number(&scene.store, "DEL", key, NULL); /* as if its writer had died before */
    loop_until(&scene.loop, is_written, &scene);
    scene_end(&scene);
}

Test(board, a_room_that_is_not_there_has_no_board)
{
    struct scene scene;
    scene_start(&scene);
    cr_expect_null(page_of(&scene, &(struct board_question){.room = "nobody"}));
    cr_expect_eq(scene.answer, BOARD_UNKNOWN);
    cr_expect_null(page_of(&scene, &(struct board_question){.room = "no:body"}));
    cr_expect_eq(scene.answer, BOARD_UNKNOWN);
    store_kill(&scene.store);
    cr_expect_null(page_of(&scene, &(struct board_question){.room = "nobody"}));
    cr_expect_eq(scene.answer, BOARD_AWAY);
    scene_end(&scene);
}
