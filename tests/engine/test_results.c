/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include "engine/bundle.h"
#include "engine/results_csv.h"
#include "engine/retention.h"
#include "engine/verify.h"
#include "tests/support/desk.h"

struct scene {
    struct store store;
    uv_loop_t loop;
    struct desk desk;
    struct redis_sync *redis;
    char why[500];
    char *bytes;
    size_t length;
};

static void answer(struct client *client, const char *choice)
{
    char frame[100];
    snprintf(frame, sizeof frame, "{\"t\":\"answer\",\"q\":1,\"a\":[\"%s\"],\"n\":1,\"ms\":10}", choice);
    client_say(client, frame);
    client_wait(client, "ack");
}

/* A round of two questions: An, "=1+1" and Vy, who joins too late to be ranked. */
static void scene_start(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    store_start(&scene->store);
    uv_loop_init(&scene->loop);
    desk_start(&scene->desk, &scene->loop, &scene->store);
    const struct room_ids *room = desk_room(&scene->desk, "{\"bank\":\"x\",\"questions\":{\"count\":2}}");
    struct client *host = desk_host(&scene->desk, room->room);
    struct client *an = desk_join(&scene->desk, room->pin, "An");
    struct client *formula = desk_join(&scene->desk, room->pin, "=1+1");
    client_do(host, "start");
    answer(an, "a");
    answer(formula, "b");
    client_do(host, "close");
    client_do(host, "reveal");
    if (client_heard(host, "reveal") == NULL)
        client_wait(host, "reveal");
    desk_join(&scene->desk, room->pin, "Vy");
    client_do(host, "end");
    scene->redis = store_open(&scene->store);
}

static void scene_end(struct scene *scene)
{
    redis_sync_close(scene->redis);
    desk_end(&scene->desk);
    loop_end(&scene->loop);
    store_end(&scene->store);
    free(scene->bytes);
}

static void write_as(struct scene *scene, enum results_format format)
{
    free(scene->bytes);
    enum results_status status = results_write(scene->redis, scene->desk.made.room, format, &scene->bytes,
                                               &scene->length, scene->why, sizeof scene->why);
    cr_assert_eq(status, RESULTS_OK, "%s", scene->why);
}

Test(results, json_says_who_answered_what)
{
    struct scene scene;
    scene_start(&scene);
    write_as(&scene, RESULTS_JSON);
    cJSON *json = cJSON_Parse(scene.bytes);
    cr_assert_not_null(json, "%s", scene.bytes);
    cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(json, "state")), "provisional");
    cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(json, "phase")), "ended");
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(json, "questions")), 2);
    const cJSON *rows = cJSON_GetObjectItem(json, "rows");
    cr_assert_eq(cJSON_GetArraySize(rows), 3);
    const cJSON *first = cJSON_GetArrayItem(rows, 0);
    cr_expect_eq(cJSON_GetObjectItem(first, "rank")->valueint, 1);
    const cJSON *answers = cJSON_GetObjectItem(first, "answers");
    cr_assert_eq(cJSON_GetArraySize(answers), 2);
    const cJSON *one = cJSON_GetArrayItem(answers, 0);
    cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(one, "status")), "accepted");
    cr_expect_not_null(cJSON_GetObjectItem(one, "points"));
    cr_expect(cJSON_IsNull(cJSON_GetArrayItem(answers, 1)), "question 2 was never asked");
    cJSON_Delete(json);
    scene_end(&scene);
}

Test(results, csv_begins_with_a_byte_order_mark_and_runs_no_formula)
{
    struct scene scene;
    scene_start(&scene);
    write_as(&scene, RESULTS_CSV);
    cr_expect_eq(memcmp(scene.bytes, "\xef\xbb\xbfrank,name,", 13), 0);
    cr_expect_not_null(strstr(scene.bytes, ",\"An\",\"6a1\","));
    cr_expect_not_null(strstr(scene.bytes, ",\"'=1+1\",\"6a1\","));
    cr_expect_null(strstr(scene.bytes, "\"=1+1"));
    cr_expect_not_null(strstr(scene.bytes, "\r\n"));
    scene_end(&scene);
}

Test(results, what_could_be_a_formula_is_made_text_and_quotes_are_doubled)
{
    static const char *const cells[][2] = {
        {"An", "\"An\""},    {"=cmd", "\"'=cmd\""}, {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},   {"@a", "\"'@a\""},     {"\ta", "\"'\ta\""},
        {"\ra", "\"'\ra\""}, {"a=1", "\"a=1\""},    {"Hà \"Mít\", 6a", "\"Hà \"\"Mít\"\", 6a\""},
        {"", "\"\""}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        struct buffer out;
        buffer_init(&out);
        csv_put_text(&out, cells[i][0]);
        cr_expect_str_eq(out.text, cells[i][1]);
        buffer_clear(&out);
    }
}

/* A class of four: Vy (row 3) and Lan (row 2) came, and a guest; An and Tường Vi stayed away. */
static void class_start(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    store_start(&scene->store);
    uv_loop_init(&scene->loop);
    desk_start(&scene->desk, &scene->loop, &scene->store);
    const struct room_ids *room =
        desk_room(&scene->desk,
                  "{\"bank\":\"x\",\"questions\":{\"count\":1},\"class_list\":[\"An\",\"Lan\",\"Vy\",\"Tường Vi\"]}");
    struct client *host = desk_host(&scene->desk, room->room);
    struct client *vy = desk_join(&scene->desk, room->pin, "Vy");
    struct client *guest = desk_join(&scene->desk, room->pin, "Khách");
    struct client *lan = desk_join(&scene->desk, room->pin, "Lan");
    client_do(host, "start");
    answer(vy, "a");
    answer(guest, "b");
    answer(lan, "c");
    client_do(host, "close");
    client_do(host, "reveal");
    client_do(host, "end");
    scene->redis = store_open(&scene->store);
}

Test(results, keep_the_order_of_the_class_list_and_show_who_was_absent)
{
    static const struct {
        const char *name;
        int row; /* 0: not on the list */
        bool absent;
    } expected[] = {{"An", 1, true}, {"Lan", 2, false}, {"Vy", 3, false}, {"Tường Vi", 4, true}, {"Khách", 0, false}};
    struct scene scene;
    class_start(&scene);
    write_as(&scene, RESULTS_JSON);
    cJSON *json = cJSON_Parse(scene.bytes);
    const cJSON *rows = cJSON_GetObjectItem(json, "rows");
    cr_assert_eq(cJSON_GetArraySize(rows), 5, "%s", scene.bytes);
    for (int i = 0; i < 5; i++) {
        const cJSON *line = cJSON_GetArrayItem(rows, i), *row = cJSON_GetObjectItem(line, "row");
        cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(line, "name")), expected[i].name);
        cr_expect_eq(cJSON_IsNull(row) ? 0 : row->valueint, expected[i].row);
        cr_expect_eq(cJSON_IsTrue(cJSON_GetObjectItem(line, "absent")), expected[i].absent);
        cr_expect_eq(cJSON_IsNull(cJSON_GetObjectItem(line, "player")), expected[i].absent);
        cr_expect_eq(cJSON_IsNull(cJSON_GetObjectItem(line, "rank")), expected[i].absent);
        cr_expect_eq(cJSON_IsNull(cJSON_GetArrayItem(cJSON_GetObjectItem(line, "answers"), 0)), expected[i].absent);
    }
    cJSON_Delete(json);
    write_as(&scene, RESULTS_CSV);
    cr_expect_not_null(strstr(scene.bytes, "q1_points,row,absent\r\n,\"An\",\"\",0,0,0,\"\",,,,1,1\r\n"), "%s",
                       scene.bytes);
    cr_expect_not_null(strstr(scene.bytes, ",,0\r\n"));
    write_as(&scene, RESULTS_XLSX);
    scene_end(&scene);
}

Test(results, a_class_list_is_forgotten_with_the_names_and_the_order_stays)
{
    struct scene scene;
    class_start(&scene);
    free(scene.bytes);
    cr_assert_eq(
        bundle_write(scene.redis, scene.desk.made.room, &scene.bytes, &scene.length, scene.why, sizeof scene.why),
        RESULTS_OK);
    cr_expect(verify_bundle(scene.bytes, scene.length, scene.why, sizeof scene.why), "%s", scene.why);
    cr_expect_not_null(strstr(scene.bytes, "Tường Vi"));
    cr_assert_eq(retention_erase(scene.redis, scene.desk.made.room), RETENTION_DONE);
    free(scene.bytes);
    cr_assert_eq(
        bundle_write(scene.redis, scene.desk.made.room, &scene.bytes, &scene.length, scene.why, sizeof scene.why),
        RESULTS_OK);
    cr_expect_null(strstr(scene.bytes, "Tường Vi"));
    cr_expect_null(strstr(scene.bytes, "tường vi"));
    cr_expect(verify_bundle(scene.bytes, scene.length, scene.why, sizeof scene.why), "%s", scene.why);
    write_as(&scene, RESULTS_JSON);
    cr_expect_null(strstr(scene.bytes, "Tường Vi"));
    cr_expect_not_null(strstr(scene.bytes, "\"row\":4,\"absent\":true,\"name\":\"\""));
    cr_expect_not_null(strstr(scene.bytes, "\"row\":3,\"absent\":false,\"name\":\"\""));
    scene_end(&scene);
}

Test(results, a_sheet_is_a_zip_file)
{
    struct scene scene;
    scene_start(&scene);
    write_as(&scene, RESULTS_XLSX);
    cr_expect_gt(scene.length, 2000);
    cr_expect_eq(memcmp(scene.bytes, "PK\x03\x04", 4), 0);
    scene_end(&scene);
}

Test(results, a_room_that_is_not_there_is_said)
{
    struct scene scene;
    scene_start(&scene);
    cr_expect_eq(
        results_write(scene.redis, "nobody", RESULTS_JSON, &scene.bytes, &scene.length, scene.why, sizeof scene.why),
        RESULTS_NO_ROOM);
    cr_expect_not_null(strstr(scene.why, "nobody"));
    cr_expect_null(scene.bytes);
    cr_expect_eq(results_format_of("csv"), RESULTS_CSV);
    cr_expect_eq(results_format_of("pdf"), RESULTS_FORMAT_COUNT);
    scene_end(&scene);
}

/* ---- bundles ---- */

static void make_bundle(struct scene *scene)
{
    free(scene->bytes);
    enum results_status status =
        bundle_write(scene->redis, scene->desk.made.room, &scene->bytes, &scene->length, scene->why, sizeof scene->why);
    cr_assert_eq(status, RESULTS_OK, "%s", scene->why);
}

static bool verifies(struct scene *scene)
{
    return verify_bundle(scene->bytes, scene->length, scene->why, sizeof scene->why);
}

Test(verify, a_bundle_proves_itself_after_the_server_is_gone)
{
    struct scene scene;
    scene_start(&scene);
    make_bundle(&scene);
    store_kill(&scene.store);
    cr_expect(verifies(&scene), "%s", scene.why);
    cr_expect_not_null(strstr(scene.why, "consistent, signer not checked"), "%s", scene.why);
    scene_end(&scene);
}

/* Replaces `from` by `to`, of the same length, behind `behind`. */
static void forge(struct scene *scene, const char *behind, const char *from, const char *to)
{
    char *place = strstr(scene->bytes, behind);
    cr_assert_not_null(place, "%s", behind);
    place = strstr(place, from);
    cr_assert_not_null(place, "%s", from);
    bool same = memcmp(place, to, strlen(to)) == 0; /* a digest may begin with that very digit */
    memcpy(place, to, strlen(to));
    place[strlen(to) - 1] ^= same ? 1 : 0;
}

Test(verify, every_forgery_is_found)
{
    static const char *const forgeries[][4] = {
        {"{\"entries\":", "\"head\":\"", "\"head\":\"0", "head"},
        {"{\"entries\":", "\"points\":", "\"points\":7", "board"},
        {"{\"entries\":", "\"state\":\"p", "\"state\":\"f", "state"},
        {"{\"n\":2,", "\\\"t\\\":\\\"", "\\\"t\\\":\\\"x", "kind"},
        {"{\"n\":3,", "\"id\":\"1", "\"id\":\"2", "head"},
        {"{\"n\":3,", "{\"n\":3", "{\"n\":4", "missing"},
        {"{\"n\":4,", "{\"n\":4,\"id\"", "{\"n\":1e99    ", "is none"},
        {"{\"bank\":", "1.0.0", "1.0.1", "bank"},
        {"{\"hoithi\":", "bundle", "bundel", "not a bundle"},
    };
    struct scene scene;
    scene_start(&scene);
    for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
        make_bundle(&scene);
        forge(&scene, forgeries[i][0], forgeries[i][1], forgeries[i][2]);
        cr_expect_not(verifies(&scene), "%s", forgeries[i][3]);
        cr_expect_not_null(strstr(scene.why, forgeries[i][3]), "%s: %s", forgeries[i][3], scene.why);
    }
    scene_end(&scene);
}

Test(verify, a_changed_name_is_found)
{
    struct scene scene;
    scene_start(&scene);
    make_bundle(&scene);
    forge(&scene, "\"p\":", "An", "Vy");
    cr_expect_not(verifies(&scene));
    cr_expect_not_null(strstr(scene.why, "personal part"), "%s", scene.why);
    scene_end(&scene);
}

Test(verify, a_bundle_cut_anywhere_is_found)
{
    struct scene scene;
    scene_start(&scene);
    make_bundle(&scene);
    size_t whole = scene.length;
    for (size_t i = 0; i < 40; i++) {
        scene.length = whole * i / 40;
        cr_expect_not(verifies(&scene), "cut at %zu", scene.length);
    }
    scene.length = whole - 1;
    cr_expect_not(verifies(&scene), "without its last line end");
    scene_end(&scene);
}

Test(verify, a_room_whose_names_were_erased_still_proves_its_points)
{
    struct scene scene;
    scene_start(&scene);
    cr_assert_eq(retention_erase(scene.redis, scene.desk.made.room), RETENTION_DONE);
    make_bundle(&scene);
    cr_expect_null(strstr(scene.bytes, "=1+1"));
    cr_expect(verifies(&scene), "%s", scene.why);
    cr_expect_not_null(strstr(scene.why, "names erased"), "%s", scene.why);
    scene_end(&scene);
}
