/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>
#include "tests/support/reader.h"
#include "tests/support/store.h"

#define AN "an0000000001"
#define VY "vy0000000002"
#define BANK_FILE "question-banks/digital-citizen/1.0.0.json"

struct scene {
    struct store store;
    uv_loop_t loop;
    struct log *log;
    struct reader *reader;
    struct log *other_log; /* a second worker */
    struct reader *other;
    uint64_t want;
    const char *room;
};

static char *bank_text(void)
{
    FILE *file = fopen(BANK_FILE, "rb");
    cr_assert_not_null(file);
    char *text = calloc(1, 1 << 20);
    cr_assert_gt(fread(text, 1, (1 << 20) - 1, file), 0);
    fclose(file);
    return text;
}

static void put_bank(const struct store *store, const char *room)
{
    char key[64];
    char *text = bank_text();
    struct redis_sync *redis = store_open(store);
    snprintf(key, sizeof key, "hoithi:{%s}:bank", room);
    freeReplyObject(redis_sync_ask(redis, "SET", key, text, NULL));
    redis_sync_close(redis);
    free(text);
}

static struct log *new_log(struct scene *scene, struct reader *reader)
{
    struct log_events events = reader_events(reader);
    return log_new(&scene->loop, &scene->store.address, &events);
}

static void scene_start(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    store_start(&scene->store);
    put_bank(&scene->store, AN);
    put_bank(&scene->store, VY);
    uv_loop_init(&scene->loop);
    scene->reader = calloc(1, sizeof *scene->reader);
    scene->other = calloc(1, sizeof *scene->other);
    scene->log = new_log(scene, scene->reader);
    scene->room = AN;
}

static void scene_end(struct scene *scene)
{
    log_close(scene->log);
    log_close(scene->other_log);
    loop_end(&scene->loop);
    reader_clear(scene->reader);
    reader_clear(scene->other);
    free(scene->reader);
    free(scene->other);
    store_end(&scene->store);
}

static void append(struct scene *scene, const char *room, uint64_t number)
{
    char e[32];
    snprintf(e, sizeof e, "%llu", (unsigned long long)number);
    struct append one = {.room = room, .e = e, .e_length = strlen(e), .ticket = number};
    log_append(scene->log, &one);
}

static bool has_read(void *context)
{
    struct scene *scene = context;
    return reader_room(scene->reader, scene->room)->position >= scene->want;
}

static bool other_has_read(void *context)
{
    struct scene *scene = context;
    return reader_room(scene->other, scene->room)->position >= scene->want;
}

static bool all_stored(void *context)
{
    return log_is_idle(((struct scene *)context)->log);
}

static bool all_told(void *context)
{
    struct scene *scene = context;
    return scene->reader->appended >= scene->want;
}

static bool is_here(void *context)
{
    struct scene *scene = context;
    return reader_room(scene->reader, scene->room)->caught_up > 0;
}

static bool other_is_here(void *context)
{
    struct scene *scene = context;
    return reader_room(scene->other, scene->room)->caught_up > 0;
}

static bool is_missing(void *context)
{
    struct scene *scene = context;
    return reader_room(scene->reader, scene->room)->missing > 0;
}

static bool is_away(void *context)
{
    return ((struct scene *)context)->reader->storage == STORAGE_AWAY;
}

static bool is_full(void *context)
{
    return ((struct scene *)context)->reader->storage == STORAGE_FULL;
}

static bool is_fine_again(void *context)
{
    struct scene *scene = context;
    return scene->reader->storage == STORAGE_OK && all_stored(context);
}

static bool was_lost_and_read_again(void *context)
{
    struct scene *scene = context;
    struct read_room *room = reader_room(scene->reader, scene->room);
    return room->lost == 1 && room->caught_up == 2 && room->position >= scene->want;
}

/* The entries without repeats are 1, 2, … in order. */
static void expect_numbers(struct reader *reader, const char *name, uint64_t first, uint64_t last)
{
    struct read_room *room = reader_room(reader, name);
    uint64_t next = first;
    for (uint64_t i = 0; i < room->position; i++) {
        uint64_t number = strtoull(room->texts[i], NULL, 10);
        cr_assert_leq(number, next, "%llu came before %llu", (unsigned long long)number, (unsigned long long)next);
        if (number == next)
            next++;
    }
    cr_assert_eq(next, last + 1, "%llu entries are missing", (unsigned long long)(last + 1 - next));
}

Test(log, entries_come_back_in_the_order_they_were_appended)
{
    struct scene scene;
    scene_start(&scene);
    log_follow(scene.log, AN);
    for (uint64_t i = 1; i <= 1000; i++)
        append(&scene, AN, i);
    scene.want = 1000;
    loop_until(&scene.loop, has_read, &scene);
    loop_until(&scene.loop, all_stored, &scene);
    loop_until(&scene.loop, is_here, &scene);
    expect_numbers(scene.reader, AN, 1, 1000);
    cr_expect_eq(scene.reader->appended, 1000);
    cr_expect_eq(reader_room(scene.reader, AN)->banks, 1);
    cr_expect_eq(reader_room(scene.reader, AN)->position, 1000, "nothing twice while nothing breaks");
    cr_expect_gt(reader_room(scene.reader, AN)->wall_ms, 1600000000000);
    scene_end(&scene);
}

Test(log, the_personal_part_goes_along_and_may_hold_any_bytes)
{
    struct scene scene;
    scene_start(&scene);
    struct append one = {.room = AN, .e = "{}", .e_length = 2, .p = "a\0\r\nb", .p_length = 5, .ticket = 1};
    log_append(scene.log, &one);
    loop_until(&scene.loop, all_stored, &scene);

    struct redis_sync *redis = store_open(&scene.store);
    struct redisReply *reply = redis_sync_ask(redis, "XRANGE", "hoithi:{" AN "}:log", "-", "+", NULL);
    cr_assert_eq(reply->elements, 1);
    const struct redisReply *fields = reply->element[0]->element[1];
    cr_assert_eq(fields->elements, 4);
    cr_expect_eq(fields->element[3]->len, 5);
    cr_expect_arr_eq(fields->element[3]->str, "a\0\r\nb", 5);
    freeReplyObject(reply);
    redis_sync_close(redis);
    scene_end(&scene);
}

Test(log, another_worker_reads_what_this_one_appended)
{
    struct scene scene;
    scene_start(&scene);
    scene.other_log = new_log(&scene, scene.other);
    log_follow(scene.other_log, AN);
    loop_until(&scene.loop, other_is_here, &scene);
    for (uint64_t i = 1; i <= 300; i++)
        append(&scene, AN, i);
    scene.want = 300;
    loop_until(&scene.loop, other_has_read, &scene);
    expect_numbers(scene.other, AN, 1, 300);
    cr_expect_eq(reader_room(scene.reader, AN)->position, 0, "a room that is not followed is not read");
    scene_end(&scene);
}

Test(log, a_lost_notice_costs_a_second_and_no_entry)
{
    struct scene scene;
    scene_start(&scene);
    log_follow(scene.log, AN);
    loop_until(&scene.loop, is_here, &scene);
    struct redis_sync *redis = store_open(&scene.store);
    freeReplyObject(redis_sync_ask(redis, "XADD", "hoithi:{" AN "}:log", "*", "e", "1", NULL));
    redis_sync_close(redis);
    scene.want = 1;
    loop_until(&scene.loop, has_read, &scene);
    scene_end(&scene);
}

Test(log, a_redis_killed_in_mid_sentence_loses_nothing_and_changes_no_order)
{
    struct scene scene;
    scene_start(&scene);
    log_follow(scene.log, AN);
    log_follow(scene.log, VY);
    uint64_t next = 1;
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 400; i++, next++) {
            append(&scene, AN, next);
            append(&scene, VY, next);
        }
        scene.want = next - 300;
        loop_until(&scene.loop, has_read, &scene);
        store_kill(&scene.store);
        loop_until(&scene.loop, is_away, &scene);
        append(&scene, AN, next);
        append(&scene, VY, next);
        next++;
        store_restart(&scene.store);
        loop_until(&scene.loop, is_fine_again, &scene);
    }
    scene.want = (uint64_t)store_number(&scene.store, "XLEN", "hoithi:{" AN "}:log", NULL);
    loop_until(&scene.loop, has_read, &scene);
    scene.room = VY;
    scene.want = (uint64_t)store_number(&scene.store, "XLEN", "hoithi:{" VY "}:log", NULL);
    loop_until(&scene.loop, has_read, &scene);
    expect_numbers(scene.reader, AN, 1, next - 1);
    expect_numbers(scene.reader, VY, 1, next - 1);
    cr_expect_eq(reader_room(scene.reader, AN)->lost, 0);
    cr_expect_eq(reader_room(scene.reader, VY)->lost, 0);
    cr_expect_eq(reader_room(scene.reader, AN)->banks, 1);
    scene_end(&scene);
}

Test(log, a_redis_that_forgot_its_last_writes_is_found_out)
{
    struct scene scene;
    struct log_counts counts;
    scene_start(&scene);
    log_follow(scene.log, AN);
    for (uint64_t i = 1; i <= 10; i++)
        append(&scene, AN, i);
    scene.want = 10;
    loop_until(&scene.loop, has_read, &scene);
    loop_until(&scene.loop, is_here, &scene);
    loop_until(&scene.loop, all_told, &scene); /* else what Redis did not answer is sent again, rightly */

    store_kill(&scene.store);
    store_forget(&scene.store);
    store_restart(&scene.store);
    put_bank(&scene.store, AN);
    struct redis_sync *redis = store_open(&scene.store);
    for (int i = 0; i < 7; i++)
        freeReplyObject(redis_sync_ask(redis, "XADD", "hoithi:{" AN "}:log", "*", "e", "1", NULL));
    redis_sync_close(redis);
    scene.want = 7;
    loop_until(&scene.loop, was_lost_and_read_again, &scene);
    cr_expect_eq(reader_room(scene.reader, AN)->position, 7);
    cr_expect_eq(reader_room(scene.reader, AN)->banks, 2);
    log_count(scene.log, &counts);
    cr_expect_eq(counts.losses, 1);
    scene_end(&scene);
}

Test(log, a_full_redis_is_said_and_everything_is_stored_when_there_is_room)
{
    struct scene scene;
    scene_start(&scene);
    log_follow(scene.log, AN);
    loop_until(&scene.loop, is_here, &scene);
    struct redis_sync *redis = store_open(&scene.store);
    freeReplyObject(redis_sync_ask(redis, "CONFIG", "SET", "maxmemory", "1", NULL));
    for (uint64_t i = 1; i <= 50; i++)
        append(&scene, AN, i);
    loop_until(&scene.loop, is_full, &scene);
    cr_expect_eq(scene.reader->appended, 0);
    freeReplyObject(redis_sync_ask(redis, "CONFIG", "SET", "maxmemory", "0", NULL));
    redis_sync_close(redis);
    loop_until(&scene.loop, is_fine_again, &scene);
    scene.want = 50;
    loop_until(&scene.loop, has_read, &scene);
    expect_numbers(scene.reader, AN, 1, 50);
    scene_end(&scene);
}

Test(log, a_redis_that_forgot_the_script_is_given_it_again)
{
    struct scene scene;
    scene_start(&scene);
    log_follow(scene.log, AN);
    append(&scene, AN, 1);
    scene.want = 1;
    loop_until(&scene.loop, has_read, &scene);
    struct redis_sync *redis = store_open(&scene.store);
    freeReplyObject(redis_sync_ask(redis, "SCRIPT", "FLUSH", NULL));
    redis_sync_close(redis);
    for (uint64_t i = 2; i <= 40; i++)
        append(&scene, AN, i);
    scene.want = 40;
    loop_until(&scene.loop, has_read, &scene);
    expect_numbers(scene.reader, AN, 1, 40);
    scene_end(&scene);
}

Test(log, a_redis_that_stands_still_is_away_and_then_goes_on)
{
    struct scene scene;
    scene_start(&scene);
    log_follow(scene.log, AN);
    loop_until(&scene.loop, is_here, &scene);
    store_pause(&scene.store);
    for (uint64_t i = 1; i <= 20; i++)
        append(&scene, AN, i);
    loop_until(&scene.loop, is_away, &scene);
    store_continue(&scene.store);
    loop_until(&scene.loop, is_fine_again, &scene);
    scene.want = 20;
    loop_until(&scene.loop, has_read, &scene);
    expect_numbers(scene.reader, AN, 1, 20);
    scene_end(&scene);
}

Test(log, a_room_that_is_not_there_is_missing)
{
    struct scene scene;
    scene_start(&scene);
    scene.room = "nobody";
    log_follow(scene.log, "nobody");
    loop_until(&scene.loop, is_missing, &scene);
    cr_expect_eq(reader_room(scene.reader, "nobody")->caught_up, 0);
    scene_end(&scene);
}

Test(log, a_long_log_comes_page_by_page_and_is_here_only_at_its_end)
{
    struct scene scene;
    scene_start(&scene);
    struct redis_sync *redis = store_open(&scene.store);
    for (int i = 1; i <= 3 * LOG_PAGE_ENTRIES; i++) {
        char e[16];
        snprintf(e, sizeof e, "%d", i);
        freeReplyObject(redis_sync_ask(redis, "XADD", "hoithi:{" AN "}:log", "*", "e", e, NULL));
    }
    redis_sync_close(redis);
    log_follow(scene.log, AN);
    loop_until(&scene.loop, is_here, &scene);
    cr_expect_eq(reader_room(scene.reader, AN)->position, 3 * LOG_PAGE_ENTRIES);
    scene_end(&scene);
}

Test(log, an_entry_that_this_program_does_not_know_ends_the_following)
{
    struct scene scene;
    struct log_counts counts;
    scene_start(&scene);
    log_follow(scene.log, AN);
    loop_until(&scene.loop, is_here, &scene);
    scene.reader->stop_at_next = true;
    append(&scene, AN, 1);
    loop_until(&scene.loop, all_stored, &scene);
    do {
        uv_run(&scene.loop, UV_RUN_ONCE);
        log_count(scene.log, &counts);
    } while (counts.followed > 0);
    scene_end(&scene);
}

Test(log, a_room_can_be_let_go_and_followed_again_at_any_time)
{
    struct scene scene;
    scene_start(&scene);
    for (int i = 0; i < 20; i++) {
        log_follow(scene.log, AN);
        for (int turn = 0; turn < i; turn++)
            uv_run(&scene.loop, UV_RUN_NOWAIT);
        log_unfollow(scene.log, AN);
    }
    log_follow(scene.log, AN);
    append(&scene, AN, 1);
    scene.want = 1;
    loop_until(&scene.loop, has_read, &scene);
    scene_end(&scene);
}

Test(log, a_log_can_be_closed_with_everything_under_way)
{
    struct scene scene;
    scene_start(&scene);
    log_follow(scene.log, AN);
    loop_until(&scene.loop, is_here, &scene);
    for (uint64_t i = 1; i <= 100; i++)
        append(&scene, AN, i);
    log_follow(scene.log, VY);
    uv_run(&scene.loop, UV_RUN_NOWAIT);
    scene_end(&scene);
}
