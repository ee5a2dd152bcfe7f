/* SPDX-License-Identifier: Apache-2.0 */
/* Two workers, one room, and a Redis that is killed in the middle of every question. */
#include <criterion/criterion.h>
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include "engine/replay.h"
#include "engine/verify.h"
#include "engine/bundle.h"
#include "rooms/identity.h"
#include "rooms/view.h"
#include "tests/support/desk.h"

#define PLAYERS 12
#define QUESTIONS_MAX 40
#define QUESTIONS 4 /* HOITHI_KILLS says otherwise; a kill costs the two seconds that a room waits after an outage */
#define SEED UINT64_C(20261124)

/* What a player was told. */
struct told {
    char a[64]; /* JSON of the answer that stands */
    bool acked;
};

struct scene {
    struct store store;
    uv_loop_t loop;
    struct desk desks[2];
    struct client *host;
    struct client *players[PLAYERS];
    uint64_t ids[PLAYERS];
    struct told told[PLAYERS][QUESTIONS_MAX + 1];
    uint32_t q, questions;
    uint64_t chance;
};

static uint32_t chance(struct scene *scene, uint32_t below)
{
    scene->chance = scene->chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(scene->chance >> 33) % below;
}

static const char *text_of(const cJSON *json, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));
    return text == NULL ? "" : text;
}

static void scene_start(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    const char *kills = getenv("HOITHI_KILLS");
    scene->questions = kills == NULL ? QUESTIONS : (uint32_t)strtoul(kills, NULL, 10);
    cr_assert(scene->questions > 0 && scene->questions <= QUESTIONS_MAX);
    scene->chance = SEED;
    store_start(&scene->store);
    uv_loop_init(&scene->loop);
    desk_start(&scene->desks[0], &scene->loop, &scene->store);
    desk_start(&scene->desks[1], &scene->loop, &scene->store);
    const struct room_ids *room = desk_room(
        &scene->desks[0],
        "{\"bank\":\"x\",\"change\":\"no\",\"close_all\":false,\"questions\":{\"count\":40,\"order\":\"written\"}}");
    scene->host = desk_host(&scene->desks[0], room->room);
    for (int i = 0; i < PLAYERS; i++) {
        char name[16];
        snprintf(name, sizeof name, "An %d", i);
        scene->players[i] = desk_join(&scene->desks[i % 2], room->pin, name);
        cJSON *joined = cJSON_Parse(client_heard(scene->players[i], "joined"));
        scene->ids[i] = player_id_read(text_of(joined, "player"));
        cJSON_Delete(joined);
    }
}

static void scene_end(struct scene *scene)
{
    desk_end(&scene->desks[0]);
    desk_end(&scene->desks[1]);
    loop_end(&scene->loop);
    store_end(&scene->store);
}

/* ---- one question ---- */

static bool all_see_the_question(void *context)
{
    struct scene *scene = context;
    for (int i = 0; i < PLAYERS; i++) {
        const char *frame = client_heard(scene->players[i], "question");
        cJSON *json = frame == NULL ? NULL : cJSON_Parse(frame);
        const cJSON *q = cJSON_GetObjectItem(json, "q");
        bool sees = q != NULL && (uint32_t)q->valueint == scene->q;
        cJSON_Delete(json);
        if (!sees)
            return false;
    }
    return true;
}

/* Some answer that fits the question; false for kinds that this test does not answer. */
static bool some_answer(struct scene *scene, const struct client *client, char out[64])
{
    cJSON *json = cJSON_Parse(client_heard(client, "question"));
    const char *kind = text_of(json, "kind");
    const cJSON *choices = cJSON_GetObjectItem(json, "choices");
    int count = cJSON_GetArraySize(choices);
    bool fits = true;

    if (strcmp(kind, "truefalse") == 0)
        snprintf(out, 64, "[\"%s\"]", chance(scene, 2) == 0 ? "true" : "false");
    else if ((strcmp(kind, "single") == 0 || strcmp(kind, "multiple") == 0) && count > 0)
        snprintf(out, 64, "[\"%s\"]", text_of(cJSON_GetArrayItem(choices, (int)chance(scene, (uint32_t)count)), "id"));
    else
        fits = false;
    cJSON_Delete(json);
    return fits;
}

static void say_answer(struct scene *scene, int player, const char *a)
{
    char frame[1000];
    snprintf(frame, sizeof frame, "{\"t\":\"answer\",\"q\":%u,\"a\":%s,\"n\":1,\"ms\":50}", scene->q, a);
    client_say(scene->players[player], frame);
}

static void take_ack(struct scene *scene, int player)
{
    const struct client *client = scene->players[player];
    for (size_t i = 0; i < client->frame_count; i++) {
        if (strncmp(client->frames[i], "{\"t\":\"ack\"", 10) != 0)
            continue;
        cJSON *json = cJSON_Parse(client->frames[i]);
        const cJSON *q = cJSON_GetObjectItem(json, "q");
        if (q != NULL && (uint32_t)q->valueint == scene->q) {
            char *a = cJSON_PrintUnformatted(cJSON_GetObjectItem(json, "a"));
            struct told *told = &scene->told[player][scene->q];
            snprintf(told->a, sizeof told->a, "%s", a);
            told->acked = true;
            free(a);
        }
        cJSON_Delete(json);
    }
}

static bool all_acked(void *context)
{
    struct scene *scene = context;
    bool all = true;
    for (int i = 0; i < PLAYERS; i++) {
        if (!scene->told[i][scene->q].acked)
            take_ack(scene, i);
        all = all && scene->told[i][scene->q].acked;
    }
    return all;
}

static void some_turns(struct scene *scene, uint32_t most)
{
    for (uint32_t i = chance(scene, most); i > 0; i--)
        uv_run(&scene->loop, UV_RUN_NOWAIT);
}

static void answer_and_kill(struct scene *scene)
{
    char answers[PLAYERS][64];

    for (int i = 0; i < PLAYERS; i++) {
        if (!some_answer(scene, scene->players[i], answers[i]))
            return;
        say_answer(scene, i, answers[i]);
        some_turns(scene, 3);
    }
    some_turns(scene, 30);
    store_kill(&scene->store);
    some_turns(scene, 30);
    for (int i = 0; i < PLAYERS; i += 3) /* a phone that heard nothing sends again */
        say_answer(scene, i, answers[i]);
    store_restart(&scene->store);
    loop_until(&scene->loop, all_acked, scene);
}

/* ---- afterwards ---- */

static bool both_are_at_the_end(void *context)
{
    struct scene *scene = context;
    const char *room = scene->desks[0].made.room, *id;
    char key[64];
    snprintf(key, sizeof key, "hoithi:{%s}:log", room);
    uint64_t length = (uint64_t)store_number(&scene->store, "XLEN", key, NULL);
    snprintf(key, sizeof key, "hoithi:{%s}:board:at", room);
    uint64_t board = hub_board_position(scene->desks[0].hub, room);
    return hub_position(scene->desks[0].hub, room, &id) == length &&
           hub_position(scene->desks[1].hub, room, &id) == length && board > 0 &&
           store_number(&scene->store, "HGET", key, "position", NULL) >= (long long)board;
}

static void expect_told_is_true(struct scene *scene, const struct room *room)
{
    const struct plan *plan = room_plan(room);
    int checked = 0;
    for (int i = 0; i < PLAYERS; i++)
        for (uint32_t q = 1; q <= scene->questions; q++) {
            struct answer_view answer;
            const struct told *told = &scene->told[i][q];
            if (!told->acked)
                continue;
            room_view_answer(room, q, room_find(room, scene->ids[i]), &answer);
            cr_assert(answer.given, "player %d, question %u: an acknowledged answer is lost", i, q);
            cJSON *wire = kind_to_wire(&plan->questions[q - 1].shape, answer.value, NULL);
            char *a = cJSON_PrintUnformatted(wire);
            cr_expect_str_eq(a, told->a, "player %d, question %u", i, q);
            free(a);
            cJSON_Delete(wire);
            checked++;
        }
    cr_expect_gt(checked, PLAYERS * (int)scene->questions / 2);
}

static void expect_same_rows(struct scene *scene, const struct room *room)
{
    char id[PLAYER_TEXT_SIZE];
    struct board_row row, other;
    uint32_t before, seat;
    char key[64];

    for (size_t i = 0; room_view_row(room, i, id, &row, &before, &seat); i++)
        for (int desk = 0; desk < 2; desk++) {
            cr_assert(hub_board_row(scene->desks[desk].hub, scene->desks[0].made.room, i, &other));
            cr_expect_str_eq(other.player, row.player);
            cr_expect_eq(other.points, row.points);
            cr_expect_eq(other.rank, row.rank);
            cr_expect_eq(other.ms, row.ms);
            snprintf(key, sizeof key, "hoithi:{%s}:board", scene->desks[0].made.room);
            cr_expect_eq(store_number(&scene->store, "ZREVRANK", key, row.player, NULL), (long long)i,
                         "the stored board stands in the official order");
        }
}

static void expect_bundle_verifies(struct scene *scene)
{
    char why[500] = "";
    char *bytes = NULL;
    size_t length;
    struct redis_sync *redis = store_open(&scene->store);
    cr_assert_eq(bundle_write(redis, scene->desks[0].made.room, &bytes, &length, why, sizeof why), RESULTS_OK, "%s",
                 why);
    cr_expect(verify_bundle(bytes, length, why, sizeof why), "%s", why);
    free(bytes);
    redis_sync_close(redis);
}

Test(kill, an_acknowledged_answer_survives_redis_killed_in_every_question, .timeout = 120)
{
    static struct scene scene;
    struct replay replay;

    scene_start(&scene);
    for (scene.q = 1; scene.q <= scene.questions; scene.q++) {
        client_do(scene.host, scene.q == 1 ? "start" : "open");
        loop_until(&scene.loop, all_see_the_question, &scene);
        answer_and_kill(&scene);
        client_do(scene.host, "close");
        client_do(scene.host, "reveal");
        client_do(scene.host, "rank");
    }
    client_do(scene.host, "end");
    loop_until(&scene.loop, both_are_at_the_end, &scene);

    struct redis_sync *redis = store_open(&scene.store);
    cr_assert_eq(replay_store(&replay, redis, scene.desks[0].made.room, NULL, NULL), REPLAY_OK, "%s", replay.why);
    redis_sync_close(redis);
    expect_told_is_true(&scene, replay.room);
    expect_same_rows(&scene, replay.room);
    replay_clear(&replay);
    expect_bundle_verifies(&scene);
    scene_end(&scene);
}
