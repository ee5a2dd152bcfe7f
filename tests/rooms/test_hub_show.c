/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/support/front.h"

static const char *error_of(const struct guest *guest)
{
    return frame_text(guest_heard(guest, "error"), "code");
}

/* ---- frames that are none ---- */

static const struct {
    const char *bytes;
    size_t length; /* 0: all */
    const char *code;
} frames[] = {
    {"{\"t\":\"ping\",\"c\":1", 0, "bad_frame"},
    {"{\"t\":\"ping\",\"c\":1}}", 0, "bad_frame"},
    {"{\"t\":\"ping\",\"c\":1}\0", 20, "bad_frame"},
    {"", 0, "bad_frame"},
    {"7", 0, "bad_frame"},
    {"\"ping\"", 0, "bad_frame"},
    {"[{\"t\":\"ping\"}]", 0, "bad_frame"},
    {"{}", 0, "bad_frame"},
    {"{\"t\":null}", 0, "bad_frame"},
    {"{\"t\":\"ping\"}", 0, "bad_frame"},
    {"{\"t\":\"ping\",\"c\":1e999}", 0, "bad_frame"},
    {"{\"t\":\"ping\",\"c\":\"\xff\"}", 0, "bad_frame"},
    {"{\"t\":\"ping\",\"c\":\"\xc3\"}", 0, "bad_frame"},
    {"{\"t\":\"ping\",\"c\":\"\xed\xa0\x80\"}", 0, "bad_frame"},
    {"{\"t\":\"pong\",\"c\":1}", 0, "unknown_type"},
    {"{\"t\":\"ack\",\"q\":1}", 0, "unknown_type"},
};

Test(hub_show, a_frame_that_is_none_is_answered_with_its_code_and_changes_nothing)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An");
    size_t entries = front->entry_count;

    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        size_t before = guest_count(an, "error"),
               length = frames[i].length == 0 ? strlen(frames[i].bytes) : frames[i].length;
        guest_say_bytes(an, frames[i].bytes, length);
        front_flush(front);
        cr_expect_eq(guest_count(an, "error"), before + 1, "%s", frames[i].bytes);
        cr_expect_str_eq(error_of(an), frames[i].code, "%s", frames[i].bytes);
    }
    cr_expect_eq(front->entry_count, entries);
    guest_say(an, " {\"t\":\"ping\",\"c\":123456}\r\n");
    front_flush(front);
    cr_expect_eq(frame_number(guest_heard(an, "pong"), "c"), 123456);
    front_free(front);
}

Test(hub_show, who_keeps_sending_such_is_shown_out)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An"), *vy = front_join(front, 0, "Vy");

    for (int i = 0; i < BAD_FRAMES_MAX; i++) {
        cr_expect_not(an->closing, "after %d", i);
        guest_say(an, "{");
    }
    cr_expect_eq(an->code, CLOSE_ABUSE);
    front_flush(front);
    cr_expect_null(an->session);
    cr_expect_not(vy->closing);
    front_free(front);
}

static char *ping_of(size_t length)
{
    char *text = memory_new(length + 1, 1);
    memset(text, ' ', length);
    memcpy(text, "{\"t\":\"ping\",\"c\":1}", 18);
    return text;
}

Test(hub_show, a_frame_may_be_as_large_as_its_role_may_send_and_not_one_byte_larger)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An"), *host = front_host(front, 0);
    struct guest *guests[2] = {an, host};
    static const size_t limits[2] = {FRAME_PLAYER_MAX_BYTES, FRAME_HOST_MAX_BYTES};

    for (size_t i = 0; i < 2; i++) {
        char *text = ping_of(limits[i] + 1);
        guest_say_bytes(guests[i], text, limits[i]);
        front_flush(front);
        cr_expect_eq(guest_count(guests[i], "pong"), 1);
        guest_say_bytes(guests[i], text, limits[i] + 1);
        front_flush(front);
        cr_expect_eq(guest_count(guests[i], "pong"), 1);
        cr_expect_str_eq(error_of(guests[i]), "too_big");
        free(text);
    }
    front_free(front);
}

Test(hub_show, who_sends_faster_than_any_page_is_told_so)
{
    struct front *front = front_new("{}");
    struct guest *an = front_guest(front, 0);

    for (int i = 0; i < MESSAGES_BURST; i++)
        guest_say(an, "{\"t\":\"ping\",\"c\":1}");
    front_flush(front);
    cr_expect_null(guest_heard(an, "error"));
    guest_say(an, "{\"t\":\"ping\",\"c\":1}");
    front_flush(front);
    cr_expect_str_eq(error_of(an), "too_fast");
    front_wait(front, 1000);
    size_t before = guest_count(an, "pong");
    for (int i = 0; i < MESSAGES_PER_S; i++)
        guest_say(an, "{\"t\":\"ping\",\"c\":1}");
    front_flush(front);
    cr_expect_eq(guest_count(an, "pong"), before + MESSAGES_PER_S);
    front_free(front);
}

/* ---- who does not read ---- */

Test(hub_show, who_does_not_read_gets_one_fresh_view_instead_of_all_that_was_missed)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An");
    struct hub_counts counts;

    an->deaf = true;
    for (int i = 0; i < OUTBOX_FRAMES_MAX; i++) {
        cr_assert_str_eq(guest_do(host, i % 2 == 0 ? "\"lock\"" : "\"unlock\""), "");
        front_wait(front, 100);
    }
    guest_do(host, "\"start\"");
    cr_expect_leq(an->session->waiting, OUTBOX_FRAMES_MAX);
    hub_count(front->hubs[0].hub, &counts);
    cr_expect_geq(counts.replaced_views, 1);
    an->deaf = false;
    size_t heard = an->heard_count;
    front_flush(front);
    cr_expect_leq(an->heard_count, heard + 3, "%zu", an->heard_count - heard); /* one half written, state, question */
    cr_expect_str_eq(frame_text(guest_heard(an, "state"), "phase"), "question");
    cr_expect_not_null(guest_heard(an, "question"));
    front_free(front);
}

/* ---- what is told together ---- */

Test(hub_show, the_lobby_is_told_at_most_five_times_a_second)
{
    struct front *front = front_new("{}");
    struct guest *screen = front_guest(front, 0);
    guest_ask(screen, "{\"t\":\"attach\",\"token\":\"screen\"}");
    size_t before = guest_count(screen, "lobby");
    int64_t from_ms = front->now_ms;

    for (int i = 0; i < 30; i++)
        front_join(front, i % 2, "An");
    front_wait(front, LOBBY_EVERY_MS);
    front_flush(front);
    size_t told = guest_count(screen, "lobby") - before;
    cr_expect_leq(told, (size_t)((front->now_ms - from_ms) / LOBBY_EVERY_MS + 1), "%zu", told);
    cr_expect_eq(frame_number(guest_heard(screen, "lobby"), "players"), 30);
    cr_expect_not_null(strstr(guest_heard(screen, "lobby"), "An (30)"));
    cr_expect_null(strstr(guest_heard(&front->guests[1], "lobby"), "names"), "players get the count alone");
    front_free(front);
}

Test(hub_show, players_are_not_told_how_many_have_answered)
{
    struct front *front = front_new("{\"close_all\":false}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An");

    front_join(front, 1, "Vy");
    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    front_wait(front, PROGRESS_EVERY_MS);
    front_flush(front);
    cr_expect_eq(frame_number(guest_heard(host, "progress"), "answered"), 1);
    cr_expect_null(guest_heard(an, "progress"));
    front_free(front);
}

Test(hub_show, whoever_has_answered_hears_of_the_close_with_the_result)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An"), *vy = front_join(front, 0, "Vy");

    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    guest_ask(host, "{\"t\":\"do\",\"id\":\"r1\",\"cmd\":\"reveal\"}");
    cr_expect_not_null(guest_heard(host, "closed"));
    cr_expect_not_null(guest_heard(vy, "closed"), "who could still answer is told at once");
    cr_expect_null(guest_heard(an, "closed"));
    front_wait(front, SETTLE_MS);
    front_settle(front);
    cr_expect_not_null(guest_heard(an, "reveal"));
    cr_expect_eq(guest_count(an, "closed"), 1);
    cr_expect_eq(guest_count(vy, "closed"), 1);
    front_free(front);
}

Test(hub_show, the_close_waits_for_the_result_only_so_long)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An");

    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    guest_do(host, "\"close\"");
    int64_t closed_ms = front_hall(front, 0)->closed_ms;
    front_wait(front, closed_ms + CLOSED_LATER_MS - 1 - front->now_ms);
    front_flush(front);
    cr_expect_null(guest_heard(an, "closed"));
    front_wait(front, 1);
    front_flush(front);
    cr_expect_eq(guest_count(an, "closed"), 1);
    front_free(front);
}

Test(hub_show, who_may_still_change_an_answer_hears_of_the_close_at_once)
{
    struct front *front = front_new("{\"change\":\"until-close\"}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An");

    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"],\"n\":1}");
    guest_do(host, "\"close\"");
    cr_expect_eq(guest_count(an, "closed"), 1);
    front_free(front);
}

Test(hub_show, everybody_is_told_that_saving_waits_and_that_it_goes_on)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An");

    hub_storage(front->hubs[0].hub, STORAGE_FULL, front->now_ms);
    front_flush(front);
    cr_expect_str_eq(frame_text(guest_heard(an, "saving"), "why"), "storage_full");
    hub_storage(front->hubs[0].hub, STORAGE_OK, front->now_ms);
    front_flush(front);
    cr_expect_str_eq(guest_heard(an, "saving"), "{\"t\":\"saving\",\"on\":false}");
    front_free(front);
}

/* ---- coming back ---- */

Test(hub_show, who_comes_back_in_mid_question_gets_it_with_the_time_left_and_the_answer_that_stands)
{
    struct front *front = front_new("{\"close_all\":false}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An"), *back = front_guest(front, 1);
    char text[TOKEN_MAX + 60];

    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"c\"]}");
    front_wait(front, 5000);
    snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"%s\"}", frame_text(guest_heard(an, "joined"), "token"));
    guest_ask(back, text);
    cr_expect_not_null(strstr(guest_heard(back, "state"), "\"answer\":{\"q\":1,\"n\":1,\"status\":\"accepted\""));
    int64_t left_ms = frame_number(guest_heard(back, "question"), "left_ms");
    cr_expect(left_ms > 14000 && left_ms <= 15000, "%lld", (long long)left_ms);
    cr_expect_str_eq(guest_heard(back, "question") == NULL ? "" : frame_text(guest_heard(back, "question"), "id"),
                     "one");
    front_free(front);
}

Test(hub_show, a_reveal_and_a_board_are_the_same_live_and_for_who_comes_later)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *screen = front_guest(front, 0), *later = front_guest(front, 1);

    front_join(front, 1, "An");
    guest_ask(screen, "{\"t\":\"attach\",\"token\":\"screen\"}");
    guest_do(host, "\"start\"");
    guest_do(host, "\"close\"");
    front_wait(front, SETTLE_MS);
    guest_do(host, "\"reveal\"");
    guest_ask(later, "{\"t\":\"attach\",\"token\":\"screen\"}");
    cr_expect_str_eq(guest_heard(later, "reveal"), guest_heard(screen, "reveal"));
    guest_do(host, "\"rank\"");
    cr_expect_str_eq(guest_heard(later, "board"), guest_heard(screen, "board"));
    front_free(front);
}

Test(hub_show, a_review_is_given_at_the_end_and_not_before)
{
    struct front *front = front_new("{\"questions\":{\"count\":2}}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 1, "An");

    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    guest_ask(an, "{\"t\":\"review\"}");
    cr_expect_str_eq(error_of(an), "wrong_phase");
    guest_do(host, "\"close\"");
    front_wait(front, SETTLE_MS);
    guest_do(host, "\"reveal\"");
    guest_do(host, "\"open\"");
    guest_do(host, "\"end\"");
    guest_ask(an, "{\"t\":\"review\"}");
    const char *review = guest_heard(an, "review");
    cr_assert_not_null(review);
    cr_expect_not_null(strstr(review, "because-1"));
    cr_expect_null(strstr(review, "because-2"), "what was never revealed stays unseen");
    front_free(front);
}

/* ---- the log ---- */

Test(hub_show, a_gap_is_said_a_repeat_is_taken_and_an_unknown_entry_ends_the_room_here)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An");
    struct hub *hub = front->hubs[0].hub;
    const char *id;
    uint64_t position = hub_position(hub, FRONT_ROOM, &id);
    struct entry entry = {.position = position + 2, .id = "9-9", .e = "{\"t\":\"danced\"}", .e_length = 14};

    cr_expect_eq(hub_entry(hub, FRONT_ROOM, &entry, front->now_ms), HUB_ENTRY_GAP);
    entry.position = position;
    cr_expect_eq(hub_entry(hub, FRONT_ROOM, &entry, front->now_ms), HUB_ENTRY_TAKEN);
    cr_expect_eq(hub_position(hub, FRONT_ROOM, &id), position);
    entry.position = position + 1;
    cr_expect_eq(hub_entry(hub, FRONT_ROOM, &entry, front->now_ms), HUB_ENTRY_UNKNOWN);
    cr_expect_not(front->hubs[0].followed);
    front_flush(front);
    cr_expect_eq(an->code, CLOSE_BUSY);
    front_free(front);
}

Test(hub_show, the_last_entry_is_known_again_by_its_bytes)
{
    struct front *front = front_new("{}");
    struct hub *hub = front->hubs[0].hub;
    front_join(front, 0, "An");
    const struct front_entry *last = &front->entries[front->entry_count - 1];
    struct entry entry = {.position = front->entry_count, .id = last->id, .e = last->e, .e_length = strlen(last->e)};

    cr_expect(hub_same_last(hub, FRONT_ROOM, &entry));
    cr_expect_not(hub_same_last(hub, FRONT_ROOM, NULL), "gone");
    entry.e_length--;
    cr_expect_not(hub_same_last(hub, FRONT_ROOM, &entry), "other bytes");
    entry.e_length++;
    entry.id = "1-1";
    cr_expect_not(hub_same_last(hub, FRONT_ROOM, &entry), "another id");
    cr_expect(hub_same_last(hub, "nowhere", NULL), "nothing was read that could differ");
    front_free(front);
}

Test(hub_show, an_empty_hall_is_let_go_after_a_while)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An");

    guest_hang_up(an);
    front_wait(front, ABSENT_AFTER_MS);
    front_settle(front);
    front_wait(front, EMPTY_HALL_MS + 1000);
    cr_expect_null(front_hall(front, 0));
    cr_expect_not(front->hubs[0].followed);
    front_free(front);
}

/* ---- frozen ---- */

Test(hub_show, while_it_is_frozen_only_the_staff_hears_how_all_others_answer)
{
    struct front *front = front_new("{\"questions\":{\"count\":2}}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An"), *screen = front_guest(front, 1);

    guest_ask(screen, "{\"t\":\"attach\",\"token\":\"screen\"}");
    guest_do(host, "\"freeze\"");
    guest_do(host, "\"start\"");
    guest_ask(an, "{\"t\":\"answer\",\"q\":1,\"a\":[\"b\"]}");
    front_wait(front, 1000);
    front_flush(front);
    cr_expect_null(guest_heard(screen, "progress"));
    cr_expect_null(guest_heard(an, "progress"));
    cr_expect_eq(frame_number(guest_heard(host, "progress"), "answered"), 1);
    front_wait(front, CLOSING_SHOWN_MS + TIMER_SPREAD_MS);
    front_settle(front);
    cr_expect_str_eq(frame_text(guest_heard(host, "closed"), "why"), "all");
    cr_expect_null(strstr(guest_heard(screen, "closed"), "why"));
    front_wait(front, SETTLE_MS);
    guest_do(host, "\"reveal\"");
    cr_expect_null(strstr(guest_heard(an, "closed"), "why"), "%s", guest_heard(an, "closed"));
    cr_expect_not_null(strstr(guest_heard(an, "reveal"), "\"counts\":null"));
    cr_expect_not_null(strstr(guest_heard(an, "reveal"), "\"right\":true"), "one's own stays");
    cr_expect_not_null(strstr(guest_heard(an, "reveal"), "\"rank\":null"));
    cr_expect_not_null(strstr(guest_heard(screen, "reveal"), "\"counts\":null"));
    cr_expect_not_null(strstr(guest_heard(host, "reveal"), "\"b\":1"));
    guest_do(host, "\"rank\"");
    cr_expect_not_null(strstr(guest_heard(screen, "board"), "\"points\":0"), "the board as it stood");
    cr_expect_not_null(strstr(guest_heard(host, "board"), "\"points\":1000"));
    guest_do(host, "\"unfreeze\"");
    cr_expect_not_null(strstr(guest_heard(screen, "board"), "\"points\":1000"));
    front_free(front);
}

Test(hub_show, a_worker_that_ends_in_order_tells_everybody_to_come_back)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An"), *stranger = front_guest(front, 0), *vy = front_join(front, 1, "Vy");
    struct hub_counts counts;

    hub_goodbye(front->hubs[0].hub, front->now_ms);
    cr_expect_eq(an->code, CLOSE_RESTART);
    cr_expect_eq(stranger->code, CLOSE_RESTART);
    cr_expect_not(vy->closing, "the other worker goes on");
    front_flush(front);
    hub_count(front->hubs[0].hub, &counts);
    cr_expect_eq(counts.sessions, 0);
    hub_count(front->hubs[1].hub, &counts);
    cr_expect_eq(counts.sessions, 1);
    cr_expect_eq(counts.players, 2);
    front_free(front);
}
