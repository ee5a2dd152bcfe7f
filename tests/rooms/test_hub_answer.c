/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "tests/support/front.h"

/* A host at hub 0, An at hub 0, Vy at hub 1; question 1 (single choice, 20 s) is open. */
struct round_of_two {
    struct front *front;
    struct guest *host, *an, *vy;
};

static struct round_of_two begin(const char *settings)
{
    struct round_of_two round = {.front = front_new(settings)};
    round.host = front_host(round.front, 0);
    round.an = front_join(round.front, 0, "An");
    round.vy = front_join(round.front, 1, "Vy");
    cr_assert_str_eq(guest_do(round.host, "\"start\""), "");
    return round;
}

static const char *refused_of(const struct guest *guest)
{
    return frame_text(guest_heard(guest, "refused"), "why");
}

static const char *ack_of(const struct guest *guest)
{
    return frame_text(guest_heard(guest, "ack"), "status");
}

Test(hub_answer, is_acknowledged_only_once_its_entry_has_come_back)
{
    struct round_of_two round = begin("{}");

    guest_say(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"n\":1}");
    front_wait(round.front, 10);
    front_flush(round.front);
    cr_expect_null(guest_heard(round.an, "ack"));
    front_store(round.front, 0);
    front_flush(round.front);
    cr_expect_null(guest_heard(round.an, "ack"), "stored is not read back");
    front_read(round.front, 0);
    front_flush(round.front);
    cr_expect_str_eq(ack_of(round.an), "accepted");
    cr_expect_eq(frame_number(guest_heard(round.an, "ack"), "pos"), (int64_t)round.front->entry_count);
    cr_expect_not_null(strstr(guest_heard(round.an, "ack"), "\"a\":[\"b\"]"));
    front_free(round.front);
}

Test(hub_answer, sent_again_is_acknowledged_again_and_counts_once)
{
    struct round_of_two round = begin("{}");

    guest_say(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"n\":1}");
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"n\":1}");
    cr_expect_eq(guest_count(round.an, "ack"), 1, "the second was on its way already");
    size_t entries = round.front->entry_count;
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"a\"],\"n\":1}");
    cr_expect_str_eq(ack_of(round.an), "duplicate");
    cr_expect_not_null(strstr(guest_heard(round.an, "ack"), "\"a\":[\"b\"]"), "what stands");
    cr_expect_eq(round.front->entry_count, entries, "and the log has not grown");
    cr_expect_eq(room_answered(front_hall(round.front, 1)->room), 1);
    front_free(round.front);
}

/* Sent while question 1 is open: what comes of it. */
static const struct {
    const char *frame, *code;
    bool error; /* an error frame, else `refused` */
} bad_answers[] = {
    {"{\"t\":\"answer\",\"q\":1}", "bad_frame", true},
    {"{\"t\":\"answer\",\"a\":[\"b\"]}", "bad_frame", true},
    {"{\"t\":\"answer\",\"q\":\"1\",\"a\":[\"b\"]}", "bad_frame", true},
    {"{\"t\":\"answer\",\"q\":0,\"a\":[\"b\"]}", "bad_frame", true},
    {"{\"t\":\"answer\",\"q\":501,\"a\":[\"b\"]}", "bad_frame", true},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"n\":0}", "bad_frame", true},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"n\":10001}", "bad_frame", true},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"ms\":-1}", "bad_frame", true},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"ms\":86400001}", "bad_frame", true},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"ms\":1e999}", "bad_frame", true},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[\"e\"]}", "bad_answer", false},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[]}", "bad_answer", false},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[\"a\",\"b\"]}", "bad_answer", false},
    {"{\"t\":\"answer\",\"q\":1,\"a\":\"b\"}", "bad_answer", false},
    {"{\"t\":\"answer\",\"q\":1,\"a\":{\"b\":true}}", "bad_answer", false},
    {"{\"t\":\"answer\",\"q\":1,\"a\":null}", "bad_answer", false},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[[\"b\"]]}", "bad_answer", false},
    {"{\"t\":\"answer\",\"q\":2,\"a\":[\"b\"]}", "wrong_phase", false},
    {"{\"t\":\"answer\",\"q\":500,\"a\":[\"b\"]}", "wrong_phase", false},
};

Test(hub_answer, that_cannot_be_one_is_refused_with_its_code_and_harms_nobody)
{
    struct round_of_two round = begin("{}");
    size_t entries = round.front->entry_count;

    for (size_t i = 0; i < sizeof bad_answers / sizeof *bad_answers; i++) {
        struct guest *guest = i % 2 == 0 ? round.an : round.vy;
        guest_ask(guest, bad_answers[i].frame);
        const char *code = bad_answers[i].error ? frame_text(guest_heard(guest, "error"), "code") : refused_of(guest);
        cr_expect_str_eq(code, bad_answers[i].code, "%s gives %s", bad_answers[i].frame, code);
    }
    cr_expect_eq(round.front->entry_count, entries, "nothing of it is in the log");
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    cr_expect_str_eq(ack_of(round.an), "accepted");
    front_free(round.front);
}

Test(hub_answer, in_a_number_that_can_be_read_in_two_ways_is_asked_back)
{
    struct round_of_two round = begin("{}");

    for (uint32_t q = 1; q < Q_NUMBER; q++) {
        guest_do(round.host, "\"skip\"");
    }
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":5,\"a\":\"1.000\"}");
    cr_expect_str_eq(refused_of(round.an), "bad_answer");
    cr_expect_not_null(strstr(guest_heard(round.an, "refused"), "\"ask\":[1000,1]"), "%s",
                       guest_heard(round.an, "refused"));
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":5,\"a\":1000}");
    cr_expect_str_eq(ack_of(round.an), "accepted");
    guest_ask(round.vy, "{\"t\":\"answer\",\"q\":5,\"a\":\"5,25\"}");
    cr_expect_not_null(strstr(guest_heard(round.vy, "ack"), "\"a\":5.25"));
    front_free(round.front);
}

Test(hub_answer, read_after_the_close_or_in_a_pause_is_refused)
{
    struct round_of_two round = begin("{}");

    guest_do(round.host, "\"pause\"");
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    cr_expect_str_eq(refused_of(round.an), "wrong_phase");
    guest_do(round.host, "\"resume\"");
    guest_do(round.host, "\"close\"");
    guest_ask(round.vy, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    cr_expect_str_eq(refused_of(round.vy), "wrong_phase");
    front_free(round.front);
}

Test(hub_answer, stamped_before_a_close_that_its_worker_had_not_heard_of_counts)
{
    struct round_of_two round = begin("{}");

    guest_say(round.host, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"close\"}");
    front_store(round.front, 0);
    guest_say(round.vy, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    front_read(round.front, 0);
    front_read(round.front, 1);
    front_settle(round.front);
    cr_expect_str_eq(frame_text(guest_heard(round.vy, "closed"), "why"), "host");
    cr_expect_str_eq(ack_of(round.vy), "accepted");
    front_free(round.front);
}

Test(hub_answer, may_be_changed_until_the_close_where_the_room_says_so)
{
    struct round_of_two round = begin("{\"change\":\"until-close\"}");

    guest_ask(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"a\"],\"n\":1}");
    guest_say(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"c\"],\"n\":2}");
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"n\":3}");
    cr_expect_eq(guest_count(round.an, "ack"), 3);
    cr_expect_not_null(strstr(guest_heard(round.an, "ack"), "\"a\":[\"b\"]"));
    guest_do(round.host, "\"close\"");
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"d\"],\"n\":4}");
    cr_expect_str_eq(ack_of(round.an), "duplicate", "closed: what stands is said");
    front_free(round.front);
}

Test(hub_answer, waits_in_memory_up_to_a_bound_and_is_refused_past_it)
{
    struct round_of_two round = begin("{}");
    struct hub *hub = round.front->hubs[0].hub;

    hub->pending_rows = PENDING_ROWS_MAX - 1;
    guest_say(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    cr_expect_eq(hub->pending_rows, PENDING_ROWS_MAX);
    struct guest *lan = front_guest(round.front, 0);
    guest_say(lan, "{\"t\":\"join\",\"pin\":\"" STAGE_PIN "\",\"name\":\"Lan\"}");
    hub_pin_found(hub, round.front->hubs[0].session_asks_pin, PIN_FOUND, FRONT_ROOM, round.front->now_ms);
    front_flush(round.front);
    cr_expect_str_eq(frame_text(guest_heard(lan, "error"), "code"), "saving_full");
    hub->pending_rows -= PENDING_ROWS_MAX - 1;
    round.front->hubs[0].session_asks_pin = 0;
    front_settle(round.front);
    cr_expect_str_eq(ack_of(round.an), "accepted", "what was held is kept");
    front_free(round.front);
}

Test(hub_answer, of_an_untimed_player_has_no_limit_and_nobody_else_sees_that)
{
    struct round_of_two round = begin("{}");
    char text[120];

    snprintf(text, sizeof text, "\"accommodate\",\"args\":{\"player\":\"%s\",\"factor\":0}",
             frame_text(guest_heard(round.an, "joined"), "player"));
    guest_do(round.host, text);
    guest_do(round.host, "\"skip\"");
    cr_expect_not_null(strstr(guest_heard(round.an, "question"), "\"limit_ms\":null"));
    cr_expect_eq(frame_number(guest_heard(round.vy, "question"), "limit_ms"), 20000);
    front_wait(round.front, 600000);
    front_settle(round.front);
    cr_expect_eq(room_phase(front_hall(round.front, 0)->room), PHASE_QUESTION, "nothing closes it but the host");
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":2,\"a\":[\"a\",\"c\"]}");
    cr_expect_str_eq(ack_of(round.an), "accepted");
    guest_ask(round.vy, "{\"t\":\"answer\",\"q\":2,\"a\":[\"a\",\"c\"]}");
    cr_expect_str_eq(ack_of(round.vy), "late");
    front_free(round.front);
}

Test(hub_answer, batches_have_at_most_256_rows_and_four_are_on_their_way)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0);

    for (int i = 0; i < 600; i++) {
        char text[160];
        struct guest *guest = front_guest(front, 0);
        snprintf(text, sizeof text,
                 "{\"t\":\"join\",\"pin\":\"" STAGE_PIN "\",\"name\":\"N%d\",\"once\":\"once-%016d\"}", i, i);
        guest_say(guest, text);
        hub_pin_found(front->hubs[0].hub, front->hubs[0].session_asks_pin, PIN_FOUND, FRONT_ROOM, front->now_ms);
    }
    front->hubs[0].session_asks_pin = 0;
    front_settle(front);
    cr_expect_eq(room_seats(front_hall(front, 1)->room), 600);
    cr_expect_eq(front->largest_batch, BATCH_ROWS_MAX);
    cr_assert_str_eq(guest_do(host, "\"start\""), "");
    front->hubs[0].waiting_most = 0;
    for (int i = 0; i < 600; i++) {
        guest_say(&front->guests[1 + i], "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
        front_wait(front, 4); /* each alone in its batch, if more could be on their way */
    }
    cr_expect_eq(front->hubs[0].waiting_most, BATCHES_IN_FLIGHT_MAX);
    front_settle(front);
    cr_expect_eq(room_answered(front_hall(front, 1)->room), 600);
    front_free(front);
}

/* ---- the time that is written down ---- */

static int64_t elapsed_of_last(const struct front *front)
{
    cJSON *entry = cJSON_Parse(front->entries[front->entry_count - 1].e);
    const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(entry, "r"), 0);
    int64_t elapsed = row == NULL ? -1 : (int64_t)cJSON_GetArrayItem(row, 3)->valuedouble;
    cJSON_Delete(entry);
    return elapsed;
}

/* What the host does after 1000 ms of the question, and that time stands still in it. */
static void expect_time_stood_still(const char *const *commands, size_t count)
{
    struct round_of_two round = begin("{\"close_all\":false}");
    int64_t opened_ms = front_hall(round.front, 0)->opened_ms;

    front_wait(round.front, 1000 - (round.front->now_ms - opened_ms));
    for (size_t i = 0; i < count; i++) {
        cr_assert_str_eq(guest_do(round.host, commands[i]), "", "%s", commands[i]);
        if (i + 1 < count)
            front_wait(round.front, 3000);
    }
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    int64_t elapsed = elapsed_of_last(round.front);
    cr_expect(elapsed >= 1000 && elapsed < 1200, "E is %lld", (long long)elapsed); /* settling takes its time, too */
    front_free(round.front);
}

Test(hub_answer, takes_no_time_in_a_pause)
{
    static const char *const commands[] = {"\"pause\"", "\"resume\""};
    expect_time_stood_still(commands, 2);
}

Test(hub_answer, takes_no_time_while_the_question_is_closed)
{
    static const char *const commands[] = {"\"close\"", "\"reopen\""};
    expect_time_stood_still(commands, 2);
}

Test(hub_answer, takes_no_time_in_a_pause_that_ended_with_a_close)
{
    static const char *const commands[] = {"\"pause\"", "\"close\"", "\"reopen\""};
    expect_time_stood_still(commands, 3);
}

Test(hub_answer, takes_no_time_in_a_pause_of_a_closed_question)
{
    static const char *const commands[] = {"\"close\"", "\"pause\"", "\"reopen\""};
    expect_time_stood_still(commands, 3);
}

Test(hub_answer, time_begins_for_a_phone_when_the_question_is_first_written_to_it_but_no_later_than_for_the_others)
{
    struct round_of_two round = begin("{\"close_all\":false}");

    guest_say(round.host, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"skip\"}");
    front_store(round.front, 0);
    front_read(round.front, 0);
    int64_t opened_ms = round.front->now_ms;
    round.an->deaf = true; /* reads only later */
    front_wait(round.front, 40);
    front_flush(round.front); /* the others have it after 40 ms */
    front_wait(round.front, 5000);
    round.an->deaf = false;
    front_flush(round.front);
    guest_ask(round.an, "{\"t\":\"answer\",\"q\":2,\"a\":[\"b\"]}");
    cr_expect_eq(elapsed_of_last(round.front), 5000, "%lld after %lld", (long long)elapsed_of_last(round.front),
                 (long long)(round.front->now_ms - opened_ms));
    front_free(round.front);
}
