/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "tests/support/front.h"

static enum phase phase_at(const struct front *front, size_t hub)
{
    return room_phase(front_hall(front, hub)->room);
}

static const char *refused_of(const struct guest *guest)
{
    return frame_text(guest_heard(guest, "refused"), "why");
}

/* What is refused to a host in the lobby. */
static const struct {
    const char *frame, *why;
} refused[] = {
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"dance\"}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\"}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":7}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"next\",\"at\":99}", "stale"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"next\",\"at\":-1}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"next\",\"at\":\"1\"}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"next\",\"at\":1.5}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"close\"}", "wrong_phase"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"reveal\"}", "wrong_phase"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"rank\"}", "wrong_phase"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"reopen\"}", "wrong_phase"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"skip\"}", "wrong_phase"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"resume\"}", "wrong_phase"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"unlock\"}", "wrong_phase"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"extend\",\"args\":{}}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"extend\",\"args\":{\"ms\":0}}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"extend\",\"args\":{\"ms\":600001}}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"extend\",\"args\":{\"ms\":600000}}", "wrong_phase"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"remove\"}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"remove\",\"args\":{\"player\":\"000000000007\"}}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"accept\",\"args\":{\"q\":1,\"text\":\"x\"}}", "bad_args"},
    {"{\"t\":\"do\",\"id\":\"c%zu\",\"cmd\":\"hold\"}", "not_allowed"},
};

Test(hub_command, that_cannot_be_done_is_refused_with_its_code)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0);

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        size_t before = guest_count(host, "refused");
        char text[160];
        snprintf(text, sizeof text, refused[i].frame, i);
        guest_ask(host, text);
        cr_expect_eq(guest_count(host, "refused"), before + 1, "%s", refused[i].frame);
        cr_expect_str_eq(refused_of(host), refused[i].why, "%s gives %s", refused[i].frame, refused_of(host));
        front_wait(front, 100);
    }
    cr_expect_eq(phase_at(front, 0), PHASE_LOBBY);
    guest_ask(host, "{\"t\":\"do\",\"cmd\":\"next\"}");
    cr_expect_str_eq(frame_text(guest_heard(host, "error"), "code"), "bad_frame",
                     "without an id nobody can be answered");
    guest_ask(host, "{\"t\":\"do\",\"id\":\"0123456789012345678901234567890123\",\"cmd\":\"next\"}");
    cr_expect_eq(phase_at(front, 0), PHASE_LOBBY);
    front_free(front);
}

Test(hub_command, is_for_hosts_and_judges_only)
{
    static const char *const tokens[] = {"screen", "judge"};
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An");

    guest_ask(an, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\"}");
    cr_expect_str_eq(refused_of(an), "not_allowed");
    for (size_t i = 0; i < 2; i++) {
        char text[80];
        struct guest *guest = front_guest(front, 0);
        snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"%s\"}", tokens[i]);
        guest_ask(guest, text);
        guest_ask(guest, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\"}");
        cr_expect_str_eq(refused_of(guest), "not_allowed", "%s", tokens[i]);
    }
    cr_expect_eq(phase_at(front, 0), PHASE_LOBBY);
    front_free(front);
}

Test(hub_command, next_goes_through_a_whole_round)
{
    struct front *front = front_new("{\"questions\":{\"count\":2}}");
    struct guest *host = front_host(front, 0);
    static const enum phase way[] = {PHASE_QUESTION, PHASE_CLOSED,   PHASE_REVEALED, PHASE_RANKED, PHASE_QUESTION,
                                     PHASE_CLOSED,   PHASE_REVEALED, PHASE_RANKED,   PHASE_ENDED};

    front_join(front, 1, "An");
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        front_wait(front, 1000);
        cr_assert_str_eq(guest_do(host, "\"next\""), "", "step %zu", i);
        cr_assert_eq(phase_at(front, 1), way[i], "step %zu", i);
    }
    cr_expect_str_eq(guest_do(host, "\"next\""), "wrong_phase");
    front_free(front);
}

Test(hub_command, next_leaves_out_a_board_that_the_room_does_not_show_and_ends_a_pause)
{
    struct front *front = front_new("{\"board\":\"end\",\"questions\":{\"count\":2}}");
    struct guest *host = front_host(front, 0);

    guest_do(host, "\"next\"");
    guest_do(host, "\"pause\"");
    cr_expect_str_eq(guest_do(host, "\"next\""), "");
    cr_expect_eq(phase_at(front, 0), PHASE_QUESTION);
    cr_expect_not(room_paused(front_hall(front, 0)->room));
    guest_do(host, "\"next\"");
    front_wait(front, 1000);
    guest_do(host, "\"next\"");
    cr_expect_eq(phase_at(front, 0), PHASE_REVEALED);
    guest_do(host, "\"next\"");
    cr_expect_eq(phase_at(front, 0), PHASE_QUESTION);
    cr_expect_eq(room_q(front_hall(front, 0)->room), 2);
    front_free(front);
}

Test(hub_command, two_hosts_who_saw_the_same_move_one_step)
{
    struct front *front = front_new("{}");
    struct guest *one = front_host(front, 0), *two = front_host(front, 1);

    guest_say(one, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\",\"at\":1}");
    guest_say(two, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\",\"at\":1}");
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_QUESTION);
    cr_expect_eq(guest_count(one, "done") + guest_count(two, "done"), 1);
    cr_expect_str_eq(refused_of(guest_heard(one, "refused") != NULL ? one : two), "stale");
    front_free(front);
}

static void attach_page(struct guest *guest)
{
    guest_ask(guest, "{\"t\":\"attach\",\"token\":\"host\",\"page\":\"mypage\"}");
}

Test(hub_command, sent_again_gets_the_first_outcome_also_on_another_worker)
{
    struct front *front = front_new("{}");
    struct guest *first = front_guest(front, 0), *again = front_guest(front, 1);

    attach_page(first);
    guest_ask(first, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\"}");
    size_t entries = front->entry_count;
    guest_hang_up(first);
    attach_page(again);
    guest_ask(again, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\"}");
    cr_expect_eq(front->entry_count, entries);
    cr_expect_eq(frame_number(guest_heard(again, "done"), "pos"), frame_number(guest_heard(first, "done"), "pos"));
    guest_ask(again, "{\"t\":\"do\",\"id\":\"c2\",\"cmd\":\"next\"}");
    cr_expect_eq(phase_at(front, 0), PHASE_CLOSED, "another id is another press");
    front_free(front);
}

Test(hub_command, sent_again_on_a_new_line_before_its_outcome_is_answered_there)
{
    struct front *front = front_new("{}");
    struct guest *first = front_guest(front, 0), *again = front_guest(front, 0);

    attach_page(first);
    guest_say(first, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\"}");
    guest_hang_up(first);
    guest_say(again, "{\"t\":\"attach\",\"token\":\"host\",\"page\":\"mypage\"}");
    guest_say(again, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\"}");
    front_settle(front);
    cr_expect_not_null(guest_heard(again, "done"));
    cr_expect_eq(room_q(front_hall(front, 0)->room), 1);
    front_free(front);
}

/* ---- the settle time ---- */

Test(hub_command, a_reveal_waits_until_answers_on_their_way_have_had_their_time)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0);

    front_join(front, 1, "An");
    guest_do(host, "\"next\"");
    guest_say(host, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\"}");
    front_store(front, 0);
    front_read(front, 0);
    int64_t closed_ms = front->now_ms;
    guest_say(host, "{\"t\":\"do\",\"id\":\"c2\",\"cmd\":\"next\"}");
    front_wait(front, SETTLE_MS - 1);
    cr_expect_eq(front->hubs[0].waiting_count, 0, "nothing is proposed yet");
    front_wait(front, 1);
    cr_expect_eq(front->hubs[0].waiting_count, 1);
    cr_expect_eq(front->now_ms - closed_ms, SETTLE_MS);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_REVEALED);
    front_free(front);
}

Test(hub_command, a_reveal_of_an_open_question_closes_it_first)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0);

    guest_do(host, "\"next\"");
    guest_ask(host, "{\"t\":\"do\",\"id\":\"r1\",\"cmd\":\"reveal\"}");
    cr_expect_eq(phase_at(front, 0), PHASE_CLOSED);
    front_wait(front, SETTLE_MS);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_REVEALED);
    cr_expect_str_eq(frame_text(guest_heard(host, "done"), "id"), "r1");
    front_free(front);
}

Test(hub_command, a_reveal_whose_worker_died_after_the_close_is_finished_by_another)
{
    struct front *front = front_new("{}");
    struct guest *first = front_guest(front, 0), *again = front_guest(front, 1);
    char text[100];

    attach_page(first);
    guest_do(first, "\"start\"");
    snprintf(text, sizeof text, "{\"t\":\"do\",\"id\":\"r1\",\"cmd\":\"reveal\",\"at\":%llu}",
             (unsigned long long)room_at(front_hall(front, 0)->room));
    guest_ask(first, text);
    cr_assert_eq(phase_at(front, 0), PHASE_CLOSED);
    commands_clear(front_hall(front, 0)); /* it dies */
    guest_hang_up(first);
    attach_page(again);
    guest_ask(again, text);
    front_wait(front, SETTLE_MS);
    front_settle(front);
    cr_expect_eq(phase_at(front, 1), PHASE_REVEALED);
    cr_expect_not_null(guest_heard(again, "done"), "refused: %s", refused_of(again));
    front_free(front);
}

Test(hub_command, nothing_is_revealed_while_the_store_is_away_or_within_two_seconds_of_its_return)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0);
    struct hub *hub = front->hubs[0].hub;

    guest_do(host, "\"next\"");
    guest_do(host, "\"next\"");
    front_wait(front, 60000);
    hub_storage(hub, STORAGE_AWAY, front->now_ms);
    guest_say(host, "{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\"}");
    front_wait(front, 60000);
    cr_expect_eq(front->hubs[0].waiting_count, 0, "away");
    hub_storage(hub, STORAGE_OK, front->now_ms);
    front_wait(front, STORE_BACK_MS - 1);
    cr_expect_eq(front->hubs[0].waiting_count, 0, "just back");
    front_wait(front, 1);
    cr_expect_eq(front->hubs[0].waiting_count, 1);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_REVEALED);
    front_free(front);
}

Test(hub_command, what_would_count_a_question_waits_as_a_reveal_does)
{
    static const char *const commands[] = {"\"open\"", "\"end\""};
    for (size_t i = 0; i < 2; i++) {
        struct front *front = front_new("{}");
        struct guest *host = front_host(front, 0);
        guest_do(host, "\"next\"");
        guest_do(host, "\"close\"");
        cr_expect_str_eq(guest_do(host, commands[i]), "no answer", "%s", commands[i]);
        cr_expect_eq(phase_at(front, 0), PHASE_CLOSED);
        front_wait(front, SETTLE_MS);
        front_settle(front);
        cr_expect_neq(phase_at(front, 0), PHASE_CLOSED);
        front_free(front);
    }
}

/* ---- bounds ---- */

Test(hub_command, as_many_wait_as_the_hall_holds_and_one_more_is_told_to_come_back)
{
    struct front *front = front_new("{}");
    struct guest *hosts[COMMANDS_MAX / 40 + 1];

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        hosts[i] = front_host(front, 0);
    for (size_t i = 0; i <= COMMANDS_MAX; i++) {
        char text[100];
        snprintf(text, sizeof text, "{\"t\":\"do\",\"id\":\"l%zu\",\"cmd\":\"%s\"}", i, i % 2 == 0 ? "lock" : "unlock");
        guest_say(hosts[i / 40], text);
        cr_assert_eq(front_hall(front, 0)->command_count, i < COMMANDS_MAX ? i + 1 : COMMANDS_MAX);
    }
    front_flush(front);
    cr_expect_str_eq(refused_of(hosts[COMMANDS_MAX / 40]), "busy");
    front_free(front);
}

/* ---- by itself ---- */

Test(hub_command, a_question_closes_by_itself_after_the_longest_limit_of_anybody_seated)
{
    struct front *front = front_new("{\"cap_ms\":300}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 1, "An");
    char text[120];

    snprintf(text, sizeof text, "\"accommodate\",\"args\":{\"player\":\"%s\",\"factor\":150}",
             frame_text(guest_heard(an, "joined"), "player"));
    guest_do(host, text);
    guest_do(host, "\"start\"");
    front_wait(front, 29000);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_QUESTION);
    front_wait(front, 1000 + 300 + TIMER_SPREAD_MS);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_CLOSED);
    cr_expect_str_eq(frame_text(guest_heard(an, "closed"), "why"), "time");
    front_free(front);
}

Test(hub_command, a_question_closes_three_seconds_after_all_who_are_present_have_answered)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An"), *vy = front_join(front, 1, "Vy");

    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    front_wait(front, 5000);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_QUESTION, "Vy has not");
    guest_ask(vy, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    front_wait(front, 1000);
    front_flush(front);
    cr_expect_gt(frame_number(guest_heard(an, "progress"), "closing_ms"), 0, "everybody is told");
    front_join(front, 0, "Lan");
    front_wait(front, 5000);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_QUESTION, "somebody came in");
    cr_expect_eq(frame_number(guest_heard(an, "progress"), "closing_ms"), -1, "and everybody is told that it goes on");
    guest_ask(&front->guests[3], "{\"t\":\"answer\",\"q\":1,\"a\":[\"a\"]}");
    front_wait(front, CLOSING_SHOWN_MS + TIMER_SPREAD_MS);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_CLOSED);
    cr_expect_str_eq(frame_text(guest_heard(host, "closed"), "why"), "all");
    front_free(front);
}

Test(hub_command, a_pause_stops_the_three_seconds_too)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An");

    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    front_wait(front, 1000);
    guest_do(host, "\"pause\"");
    front_wait(front, 60000);
    guest_do(host, "\"resume\"");
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_QUESTION, "they begin anew");
    front_wait(front, CLOSING_SHOWN_MS + TIMER_SPREAD_MS);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_CLOSED);
    front_free(front);
}

Test(hub_command, a_close_by_all_that_came_too_late_is_proposed_again)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An");

    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    front_wait(front, CLOSING_SHOWN_MS + TIMER_SPREAD_MS); /* both workers have proposed it */
    struct guest *vy = front_guest(front, 1);
    guest_say(vy, "{\"t\":\"join\",\"pin\":\"" STAGE_PIN "\",\"name\":\"Vy\",\"once\":\"once-0000000000000777\"}");
    hub_pin_found(front->hubs[1].hub, front->hubs[1].session_asks_pin, PIN_FOUND, FRONT_ROOM, front->now_ms);
    front->hubs[1].session_asks_pin = 0;
    struct front_append first = front->hubs[1].waiting[0]; /* the join overtakes the closes */
    front_wait(front, LINGER_MS + 1);
    front->hubs[1].waiting[0] = front->hubs[1].waiting[1];
    front->hubs[1].waiting[1] = first;
    front_store(front, 1);
    front_settle(front);
    cr_assert_not_null(guest_heard(vy, "joined"));
    cr_expect_eq(phase_at(front, 0), PHASE_QUESTION);
    guest_ask(vy, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    front_wait(front, CLOSING_SHOWN_MS + TIMER_SPREAD_MS);
    front_settle(front);
    cr_expect_eq(phase_at(front, 0), PHASE_CLOSED);
    front_free(front);
}
