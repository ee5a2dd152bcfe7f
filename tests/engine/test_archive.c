/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/archive.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "engine/retention.h"
#include "engine/verify.h"
#include "tests/support/desk.h"

#define DAY_MS INT64_C(86400000)

static const struct archive_spans spans = {.final_ms = DAY_MS, .ended_ms = 7 * DAY_MS};

struct scene {
    struct store store;
    uv_loop_t loop;
    struct desk desk;
    struct redis_sync *redis;
    struct archive_place place;
    char data[64];
    char why[ARCHIVE_WHY_MAX];
    const char *room;
    const char *pin;
    struct client *host;
    char *csv; /* the results while the room was in the store */
    int64_t ended_ms;
};

static char *csv_of(struct scene *scene)
{
    struct results_bytes out;
    char why[500];
    enum results_status status = archive_results(&scene->place, scene->room, RESULTS_CSV, &out, why, sizeof why);
    cr_assert_eq(status, RESULTS_OK, "%s", why);
    return out.bytes;
}

static int64_t last_ms(struct scene *scene)
{
    char key[64];
    snprintf(key, sizeof key, "hoithi:{%s}:log", scene->room);
    struct redisReply *reply = redis_sync_ask(scene->redis, "XREVRANGE", key, "+", "-", "COUNT", "1", NULL);
    int64_t at_ms = strtoll(reply->element[0]->element[0]->str, NULL, 10);
    freeReplyObject(reply);
    return at_ms;
}

static bool record_says_ended(void *context)
{
    struct scene *scene = context;
    char key[64];
    snprintf(key, sizeof key, "hoithi:{%s}:meta", scene->room);
    struct redisReply *reply = redis_sync_ask(scene->redis, "HGET", key, "phase", NULL);
    bool ended = reply != NULL && reply->type == REDIS_REPLY_STRING && strcmp(reply->str, "ended") == 0;
    freeReplyObject(reply);
    return ended;
}

/* A round with two players of two classes, which has ended. */
static void scene_start(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    store_start(&scene->store);
    uv_loop_init(&scene->loop);
    desk_start(&scene->desk, &scene->loop, &scene->store);
    scene->redis = store_open(&scene->store);
    snprintf(scene->data, sizeof scene->data, "%s", scene->store.directory);
    scene->place = (struct archive_place){.redis = scene->redis, .data = scene->data};
    const struct room_ids *room = desk_room(&scene->desk, "{\"bank\":\"x\",\"questions\":{\"count\":1}}");
    scene->room = room->room;
    scene->pin = room->pin;
    scene->host = desk_host(&scene->desk, room->room);
    struct client *an = desk_join(&scene->desk, room->pin, "Nguyệt");
    desk_join(&scene->desk, room->pin, "Vy");
    client_do(scene->host, "start");
    client_say(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"a\"],\"n\":1,\"ms\":10}");
    client_wait(an, "ack");
    client_do(scene->host, "close");
    client_do(scene->host, "reveal");
    client_do(scene->host, "end");
    loop_until(&scene->loop, record_says_ended, scene);
    scene->ended_ms = last_ms(scene);
    scene->csv = csv_of(scene);
}

static void remove_folder(const char *data)
{
    char path[ARCHIVE_PATH_MAX];
    snprintf(path, sizeof path, "%.64s/archive", data);
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder != NULL)
        closedir(folder);
    rmdir(path);
}

static void scene_end(struct scene *scene)
{
    remove_folder(scene->data);
    redis_sync_close(scene->redis);
    desk_end(&scene->desk);
    loop_end(&scene->loop);
    store_end(&scene->store);
    free(scene->csv);
}

static enum archive_result archive_at(struct scene *scene, int64_t wall_ms)
{
    return archive_room(&scene->place, scene->room, &spans, wall_ms, scene->why);
}

static long long keys_of(struct scene *scene, const char *what)
{
    char pattern[80];
    snprintf(pattern, sizeof pattern, "hoithi:{%s}:%s", scene->room, what);
    struct redisReply *reply = redis_sync_ask(scene->redis, "KEYS", pattern, NULL);
    long long count = (long long)reply->elements;
    freeReplyObject(reply);
    return count;
}

static bool file_is_there(const struct scene *scene)
{
    char path[ARCHIVE_PATH_MAX];
    archive_path(scene->data, scene->room, path);
    return access(path, F_OK) == 0;
}

/* Whatever stands where: the results are what they were. */
static void expect_same_results(struct scene *scene, const char *when)
{
    char *csv = csv_of(scene);
    cr_expect_str_eq(csv, scene->csv, "%s", when);
    free(csv);
}

/* ---- when ---- */

Test(archive, a_room_that_ended_becomes_a_file_after_a_week_and_not_before)
{
    struct scene scene;
    scene_start(&scene);
    cr_expect_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS - 1), ARCHIVE_NOT_DUE);
    cr_expect_not(file_is_there(&scene));
    cr_expect_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_DONE, "%s", scene.why);
    cr_expect(file_is_there(&scene));
    cr_expect_eq(keys_of(&scene, "*"), 1, "the record stays, and nothing else");
    cr_expect_eq(keys_of(&scene, "meta"), 1);
    expect_same_results(&scene, "archived");
    cr_expect_eq(archive_at(&scene, scene.ended_ms + 8 * DAY_MS), ARCHIVE_NO_ROOM, "twice is once");
    scene_end(&scene);
}

Test(archive, a_final_room_becomes_a_file_after_a_day)
{
    struct scene scene;
    scene_start(&scene);
    cr_expect_eq(archive_at(&scene, scene.ended_ms + 2 * DAY_MS), ARCHIVE_NOT_DUE, "it is provisional");
    client_do(scene.host, "finalise");
    int64_t final_ms = last_ms(&scene);
    cr_expect_eq(archive_at(&scene, final_ms + DAY_MS - 1), ARCHIVE_NOT_DUE);
    cr_expect_eq(archive_at(&scene, final_ms + DAY_MS), ARCHIVE_DONE, "%s", scene.why);
    scene_end(&scene);
}

Test(archive, a_span_of_nought_means_never)
{
    static const struct archive_spans never = {0};
    struct scene scene;
    scene_start(&scene);
    cr_expect_eq(archive_room(&scene.place, scene.room, &never, scene.ended_ms + 900 * DAY_MS, scene.why),
                 ARCHIVE_NOT_DUE);
    scene_end(&scene);
}

Test(archive, a_room_that_never_ended_stays_and_its_log_is_read_once)
{
    struct scene scene;
    char key[64];
    scene_start(&scene);
    const struct room_ids *room = desk_room(&scene.desk, "{\"bank\":\"x\"}");
    scene.room = room->room;
    int64_t later = last_ms(&scene) + 30 * DAY_MS;
    cr_expect_eq(archive_at(&scene, later), ARCHIVE_NOT_DUE);
    snprintf(key, sizeof key, "hoithi:{%s}:meta", scene.room);
    struct redisReply *note = redis_sync_ask(scene.redis, "HGET", key, "archive_note", NULL);
    cr_assert_eq(note->type, REDIS_REPLY_STRING);
    cr_expect_not_null(strstr(note->str, "1:"), "%s", note->str);
    freeReplyObject(note);
    cr_expect_eq(archive_at(&scene, later), ARCHIVE_NOT_DUE);
    cr_expect_eq(archive_room(&scene.place, "nobody", &spans, later, scene.why), ARCHIVE_NO_ROOM);
    cr_expect_eq(archive_room(&scene.place, "../../etc", &spans, later, scene.why), ARCHIVE_NO_ROOM);
    scene_end(&scene);
}

/* ---- what is left ---- */

Test(archive, the_pin_is_free_and_the_lists_still_know_the_room)
{
    struct scene scene;
    char key[64];
    scene_start(&scene);
    snprintf(key, sizeof key, "hoithi:pin:%s", scene.pin);
    cr_expect_eq(store_number(&scene.store, "EXISTS", key, NULL), 1);
    cr_assert_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_DONE, "%s", scene.why);
    cr_expect_eq(store_number(&scene.store, "EXISTS", key, NULL), 0);
    cr_expect_eq(store_number(&scene.store, "ZCARD", "hoithi:rooms", NULL), 1);
    cr_expect_eq(store_number(&scene.store, "ZCARD", ARCHIVE_SET, NULL), 1);
    cr_expect_eq(store_number(&scene.store, "ZCARD", "hoithi:due", NULL), 0);
    cr_expect(archive_is_archived(scene.redis, scene.room));
    scene_end(&scene);
}

Test(archive, a_pin_that_has_gone_to_another_room_stays_there)
{
    struct scene scene;
    char key[64];
    scene_start(&scene);
    snprintf(key, sizeof key, "hoithi:pin:%s", scene.pin);
    freeReplyObject(redis_sync_ask(scene.redis, "SET", key, "another", NULL));
    cr_assert_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_DONE, "%s", scene.why);
    cr_expect_eq(store_number(&scene.store, "EXISTS", key, NULL), 1);
    scene_end(&scene);
}

Test(archive, who_is_in_the_room_and_who_comes_with_an_old_token_is_told_that_it_is_archived)
{
    struct scene scene;
    scene_start(&scene);
    cr_assert_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_DONE, "%s", scene.why);
    cr_expect_not_null(strstr(client_wait(scene.host, "error"), "\"archived\""));
    cr_expect_eq(scene.host->close_code, CLOSE_TOKEN_ENDED);

    char token[TOKEN_MAX], frame[TOKEN_MAX + 60];
    struct claims claims = {.role = ROLE_HOST};
    snprintf(claims.room, sizeof claims.room, "%s", scene.room);
    tokens_write(scene.desk.tokens, &claims, log_wall_ms(scene.desk.log), token);
    struct client *late = desk_client(&scene.desk);
    snprintf(frame, sizeof frame, "{\"t\":\"attach\",\"token\":\"%s\",\"page\":\"page12345678\"}", token);
    client_say(late, frame);
    cr_expect_not_null(strstr(client_wait(late, "error"), "\"archived\""));
    cr_expect_eq(keys_of(&scene, "*"), 1, "nothing has come back");
    struct log_counts counts;
    log_count(scene.desk.log, &counts);
    cr_expect_eq(counts.losses, 0, "an archived room is no loss");
    scene_end(&scene);
}

static bool is_idle(void *context)
{
    return log_is_idle(((struct scene *)context)->desk.log);
}

Test(archive, nothing_is_appended_to_an_archived_room)
{
    struct scene scene;
    scene_start(&scene);
    cr_assert_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_DONE, "%s", scene.why);
    struct append append = {.room = scene.room, .e = "{\"t\":\"left\"}", .e_length = 12};
    log_append(scene.desk.log, &append);
    loop_until(&scene.loop, is_idle, &scene);
    if (client_heard(scene.host, "error") == NULL)
        client_wait(scene.host, "error");
    cr_expect_eq(keys_of(&scene, "log"), 0);
    cr_expect_eq(keys_of(&scene, "board*"), 0);
    scene_end(&scene);
}

/* ---- dying in between ---- */

/* In a process of its own, which ends in mid-work, as SIGKILL would end it. */
static void die_after(struct scene *scene, size_t steps)
{
    pid_t pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0) {
        char why[ARCHIVE_WHY_MAX] = "";
        struct archive_place place = {.redis = store_open(&scene->store), .data = scene->data};
        struct archiving archiving = {.place = &place, .room = scene->room, .why = why};
        for (size_t i = 0; i < steps; i++)
            if (archive_steps[i](&archiving) != ARCHIVE_DONE)
                _exit(1);
        raise(SIGKILL);
    }
    int status = 0;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFSIGNALED(status), "a step failed: %d", status);
}

Test(archive, whoever_dies_between_two_steps_leaves_the_room_whole_in_one_place)
{
    struct scene scene;
    scene_start(&scene);
    for (size_t steps = 0; steps < ARCHIVE_STEPS; steps++) {
        die_after(&scene, steps);
        cr_expect_not(archive_is_archived(scene.redis, scene.room), "after %zu steps", steps);
        cr_expect_eq(keys_of(&scene, "log"), 1);
        expect_same_results(&scene, "in the store");
        cr_expect(archive_tidy(&scene.place));
        cr_expect_not(file_is_there(&scene), "a bundle of a room that is in the store means nothing");
        cr_expect_eq(archive_count_files(scene.data), 0);
    }
    die_after(&scene, ARCHIVE_STEPS);
    cr_expect(archive_is_archived(scene.redis, scene.room));
    cr_expect_eq(keys_of(&scene, "log"), 0);
    cr_expect(archive_tidy(&scene.place));
    expect_same_results(&scene, "in its bundle");
    scene_end(&scene);
}

Test(archive, a_room_in_which_something_was_appended_meanwhile_stays_in_the_store)
{
    struct scene scene;
    scene_start(&scene);
    struct archiving archiving = {.place = &scene.place, .room = scene.room, .why = scene.why};
    for (size_t i = 0; i + 1 < ARCHIVE_STEPS; i++)
        cr_assert_eq(archive_steps[i](&archiving), ARCHIVE_DONE, "%s", scene.why);
    client_do(scene.host, "finalise");
    cr_expect_eq(archive_steps[ARCHIVE_STEPS - 1](&archiving), ARCHIVE_MOVED_ON);
    cr_expect_not(archive_is_archived(scene.redis, scene.room));
    cr_expect_eq(keys_of(&scene, "log"), 1);
    scene_end(&scene);
}

Test(archive, a_room_whose_names_were_erased_meanwhile_is_not_archived_with_them)
{
    struct scene scene;
    scene_start(&scene);
    struct archiving archiving = {.place = &scene.place, .room = scene.room, .why = scene.why};
    for (size_t i = 0; i + 1 < ARCHIVE_STEPS; i++)
        cr_assert_eq(archive_steps[i](&archiving), ARCHIVE_DONE, "%s", scene.why);
    cr_assert_eq(retention_erase(scene.redis, scene.room), RETENTION_DONE);
    cr_expect_eq(archive_steps[ARCHIVE_STEPS - 1](&archiving), ARCHIVE_MOVED_ON);
    scene_end(&scene);
}

static bool never(void *context)
{
    (void)context;
    return false;
}

Test(archive, who_has_lost_the_lock_gives_no_file_its_name)
{
    struct scene scene;
    scene_start(&scene);
    scene.place.may_publish = never;
    cr_expect_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_FAILED);
    cr_expect_not(file_is_there(&scene));
    cr_expect_eq(keys_of(&scene, "log"), 1);
    scene_end(&scene);
}

Test(archive, a_folder_that_cannot_be_written_leaves_the_room_in_the_store)
{
    struct scene scene;
    scene_start(&scene);
    scene.place.data = "/proc";
    cr_expect_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_FAILED);
    cr_expect_not_null(strstr(scene.why, "/proc/archive"), "%s", scene.why);
    cr_expect_eq(keys_of(&scene, "log"), 1);
    scene_end(&scene);
}

/* ---- forgetting ---- */

static bool bundle_has(const struct scene *scene, const char *text)
{
    struct archive_map map;
    cr_assert_eq(archive_map_room(scene->data, scene->room, &map), ARCHIVE_HERE);
    bool has = memmem(map.bytes, map.length, text, strlen(text)) != NULL;
    archive_unmap(&map);
    return has;
}

Test(archive, erasing_takes_the_names_out_of_a_bundle_and_leaves_its_proof_and_its_signature)
{
    struct scene scene;
    struct archive_map map;
    bool now;
    scene_start(&scene);
    cr_expect_eq(archive_erase(&scene.place, scene.room, &now, scene.why), ARCHIVE_NO_ROOM, "it is in the store");
    cr_assert_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_DONE, "%s", scene.why);
    cr_expect(bundle_has(&scene, "Nguyệt"));
    cr_expect_eq(archive_erase(&scene.place, scene.room, &now, scene.why), ARCHIVE_DONE, "%s", scene.why);
    cr_expect(now);
    cr_expect_not(bundle_has(&scene, "Nguyệt"));
    cr_expect(bundle_has(&scene, "\"signature\":"));
    cr_assert_eq(archive_map_room(scene.data, scene.room, &map), ARCHIVE_HERE);
    cr_expect(verify_bundle(map.bytes, map.length, scene.why, sizeof scene.why), "%s", scene.why);
    cr_expect_not_null(strstr(scene.why, "names erased"), "%s", scene.why);
    cr_expect_not_null(strstr(scene.why, "signed by"), "%s", scene.why);
    archive_unmap(&map);
    cr_expect_eq(archive_erase(&scene.place, scene.room, &now, scene.why), ARCHIVE_DONE);
    cr_expect_not(now, "twice is once");
    scene_end(&scene);
}

Test(archive, a_deleted_room_leaves_nothing)
{
    struct scene scene;
    scene_start(&scene);
    cr_expect_eq(archive_delete(&scene.place, scene.room, scene.why), ARCHIVE_NO_ROOM, "only archived rooms go");
    cr_assert_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_DONE, "%s", scene.why);
    cr_expect_eq(archive_delete(&scene.place, scene.room, scene.why), ARCHIVE_DONE, "%s", scene.why);
    cr_expect_not(file_is_there(&scene));
    cr_expect_eq(keys_of(&scene, "*"), 0);
    cr_expect_eq(store_number(&scene.store, "ZCARD", "hoithi:rooms", NULL), 0);
    cr_expect_eq(store_number(&scene.store, "ZCARD", ARCHIVE_SET, NULL), 0);
    struct results_bytes out;
    cr_expect_eq(archive_results(&scene.place, scene.room, RESULTS_CSV, &out, scene.why, sizeof scene.why),
                 RESULTS_NO_ROOM);
    scene_end(&scene);
}

Test(archive, a_bundle_that_is_gone_or_damaged_is_said_and_not_believed)
{
    struct scene scene;
    struct results_bytes out;
    char path[ARCHIVE_PATH_MAX];
    size_t unknown, missing;
    scene_start(&scene);
    cr_assert_eq(archive_at(&scene, scene.ended_ms + 7 * DAY_MS), ARCHIVE_DONE, "%s", scene.why);
    cr_expect(archive_compare(&scene.place, &unknown, &missing));
    cr_expect_eq(unknown + missing, 0);
    archive_path(scene.data, scene.room, path);
    cr_assert_eq(truncate(path, 2000), 0);
    cr_expect_eq(archive_results(&scene.place, scene.room, RESULTS_CSV, &out, scene.why, sizeof scene.why),
                 RESULTS_UNREADABLE);
    cr_expect_not_null(strstr(scene.why, "cannot be believed"), "%s", scene.why);
    cr_assert_eq(unlink(path), 0);
    cr_expect_eq(archive_results(&scene.place, scene.room, RESULTS_CSV, &out, scene.why, sizeof scene.why),
                 RESULTS_UNREADABLE);
    cr_expect_not_null(strstr(scene.why, "is archived"), "%s", scene.why);
    cr_expect(archive_compare(&scene.place, &unknown, &missing));
    cr_expect_eq(missing, 1);
    scene_end(&scene);
}

/* ---- the sweep ---- */

static bool has_swept(void *context)
{
    return !retention_is_sweeping(context);
}

static void sweep(struct scene *scene, struct retention *retention, int64_t wall_ms)
{
    loop_until(&scene->loop, has_swept, retention); /* its own first one, if it has begun */
    retention_sweep(retention, wall_ms);
    loop_until(&scene->loop, has_swept, retention);
}

Test(retention, a_sweep_archives_then_erases_then_deletes_each_at_its_time)
{
    struct scene scene;
    struct retention_counts counts;
    scene_start(&scene);
    struct retention_settings settings = {.address = &scene.store.address,
                                          .data = scene.data,
                                          .final_ms = DAY_MS,
                                          .ended_ms = 7 * DAY_MS,
                                          .names_ms = 90 * DAY_MS,
                                          .rooms_ms = 400 * DAY_MS};
    struct retention *retention = retention_new(&scene.loop, log_redis(scene.desk.log), &settings);
    sweep(&scene, retention, scene.ended_ms + 6 * DAY_MS);
    cr_expect_not(archive_is_archived(scene.redis, scene.room));
    sweep(&scene, retention, scene.ended_ms + 8 * DAY_MS);
    cr_expect(archive_is_archived(scene.redis, scene.room));
    cr_expect(bundle_has(&scene, "Nguyệt"));
    sweep(&scene, retention, scene.ended_ms + 91 * DAY_MS);
    cr_expect_not(bundle_has(&scene, "Nguyệt"));
    sweep(&scene, retention, scene.ended_ms + 401 * DAY_MS);
    cr_expect_eq(keys_of(&scene, "*"), 0);
    retention_count(retention, &counts);
    cr_expect_eq(counts.archived, 1);
    cr_expect_eq(counts.erased, 1);
    cr_expect_eq(counts.deleted, 1);
    cr_expect_eq(counts.failed, 0);
    cr_expect_eq(store_number(&scene.store, "EXISTS", "hoithi:retention:lock", NULL), 0);
    retention_free(retention);
    scene_end(&scene);
}

Test(retention, while_another_worker_sweeps_this_one_does_nothing)
{
    struct scene scene;
    scene_start(&scene);
    struct retention_settings settings = {.address = &scene.store.address, .data = scene.data, .ended_ms = 7 * DAY_MS};
    struct retention *retention = retention_new(&scene.loop, log_redis(scene.desk.log), &settings);
    freeReplyObject(redis_sync_ask(scene.redis, "SET", "hoithi:retention:lock", "other", NULL));
    sweep(&scene, retention, scene.ended_ms + 8 * DAY_MS);
    cr_expect_not(archive_is_archived(scene.redis, scene.room));
    cr_expect_eq(store_number(&scene.store, "EXISTS", "hoithi:retention:lock", NULL), 1, "it is the other's");
    retention_free(retention);
    scene_end(&scene);
}

Test(retention, sweeps_come_hourly_or_as_often_as_a_short_span_needs)
{
    struct retention_settings settings = {.final_ms = DAY_MS, .ended_ms = 7 * DAY_MS, .names_ms = 90 * DAY_MS};
    cr_expect_eq(retention_every_ms(&settings), RETENTION_SWEEP_MOST_MS);
    settings.ended_ms = 2 * 3600 * 1000;
    cr_expect_eq(retention_every_ms(&settings), 300 * 1000);
    settings.final_ms = 1000;
    cr_expect_eq(retention_every_ms(&settings), RETENTION_SWEEP_LEAST_MS);
    cr_expect_eq(retention_every_ms(&(struct retention_settings){0}), RETENTION_SWEEP_MOST_MS);
}
