/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "tests/support/front.h"

static void say_join(struct guest *guest, const char *name, const char *once)
{
    char text[200];
    snprintf(text, sizeof text, "{\"t\":\"join\",\"pin\":\"" STAGE_PIN "\",\"name\":\"%s\",\"once\":\"%s\"}", name,
             once);
    guest_say(guest, text);
}

static void attach(struct guest *guest, const char *token)
{
    char text[TOKEN_MAX + 60];
    snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"%s\"}", token);
    guest_ask(guest, text);
}

static const char *token_of(const struct guest *guest)
{
    return frame_text(guest_heard(guest, "joined"), "token");
}

static const char *error_of(const struct guest *guest)
{
    return frame_text(guest_heard(guest, "error"), "code");
}

/* ---- join ---- */

Test(hub_join, who_joins_gets_a_token_and_the_state_once_the_entry_is_in_the_log)
{
    struct front *front = front_new("{}");
    struct guest *an = front_guest(front, 0);

    say_join(an, "An", "once-0000000000000001");
    hub_pin_found(front->hubs[0].hub, front->hubs[0].session_asks_pin, PIN_FOUND, FRONT_ROOM, front->now_ms);
    front->hubs[0].session_asks_pin = 0;
    front_wait(front, 10);
    front_flush(front);
    cr_expect_null(guest_heard(an, "joined"), "not before it is stored");
    front_store(front, 0);
    front_flush(front);
    cr_expect_null(guest_heard(an, "joined"), "not before it is read back");
    front_read(front, 0);
    front_flush(front);
    cr_assert_not_null(guest_heard(an, "joined"));
    cr_expect_str_eq(frame_text(guest_heard(an, "joined"), "name"), "An");
    cr_expect_str_eq(frame_text(guest_heard(an, "state"), "phase"), "lobby");
    front_free(front);
}

Test(hub_join, a_join_whose_reply_was_lost_is_the_same_seat_on_any_worker)
{
    struct front *front = front_new("{}");
    struct guest *first = front_guest(front, 0);

    say_join(first, "An", "once-0000000000000001");
    front_settle(front);
    guest_hang_up(first);
    struct guest *again = front_guest(front, 1);
    say_join(again, "An", "once-0000000000000001");
    front_settle(front);
    cr_expect_str_eq(frame_text(guest_heard(again, "joined"), "player"),
                     frame_text(guest_heard(first, "joined"), "player"));
    cr_expect_str_eq(frame_text(guest_heard(again, "joined"), "code"),
                     frame_text(guest_heard(first, "joined"), "code"));
    cr_expect_eq(room_seats(front_hall(front, 0)->room), 1);
    front_free(front);
}

Test(hub_join, two_of_one_name_are_told_apart_across_workers)
{
    struct front *front = front_new("{}");
    struct guest *one = front_join(front, 0, "An"), *two = front_join(front, 1, "An");

    cr_expect_str_eq(frame_text(guest_heard(one, "joined"), "name"), "An");
    cr_expect_str_eq(frame_text(guest_heard(two, "joined"), "name"), "An (2)");
    cr_expect_not_null(strstr(guest_heard(two, "joined"), "\"renamed\":true"));
    front_free(front);
}

static const struct {
    const char *frame, *code;
} doors[] = {
    {"{\"t\":\"join\",\"pin\":\"48291\",\"name\":\"An\"}", "wrong_pin"},
    {"{\"t\":\"join\",\"pin\":\"48291x\",\"name\":\"An\"}", "wrong_pin"},
    {"{\"t\":\"join\",\"pin\":482913,\"name\":\"An\"}", "wrong_pin"},
    {"{\"t\":\"join\",\"name\":\"An\"}", "wrong_pin"},
    {"{\"t\":\"join\",\"pin\":\"482913\"}", "bad_name"},
    {"{\"t\":\"join\",\"pin\":\"482913\",\"name\":\"\"}", "bad_name"},
    {"{\"t\":\"join\",\"pin\":\"482913\",\"name\":\"\\u200b\"}", "bad_name"},
    {"{\"t\":\"join\",\"pin\":\"482913\",\"name\":\"abcdefghijklmnopqrstuvwxyz1234567\"}", "bad_name"},
    {"{\"t\":\"join\",\"pin\":\"482913\",\"name\":\"An\",\"once\":\"short\"}", "bad_frame"},
    {"{\"t\":\"join\",\"pin\":\"482913\",\"name\":\"An\",\"once\":\"with spaces in the once\"}", "bad_frame"},
    {"{\"t\":\"join\",\"pin\":\"482913\",\"name\":\"An\",\"unit\":\"0123456789012345678901234567890123456789x\"}",
     "bad_frame"},
    {"{\"t\":\"attach\"}", "bad_frame"},
    {"{\"t\":\"attach\",\"token\":7}", "bad_frame"},
    {"{\"t\":\"attach\",\"token\":\"forged\"}", "bad_token"},
    {"{\"t\":\"attach\",\"token\":\"expired\"}", "expired_token"},
    {"{\"t\":\"attach\",\"token\":\"player:000000000007:0\"}", "bad_token"},
    {"{\"t\":\"attach\",\"pin\":\"482913\",\"code\":\"K7QF2M9T\"}", "bad_token"},
    {"{\"t\":\"attach\",\"pin\":\"482913\",\"code\":\"K7QF\"}", "bad_token"},
    {"{\"t\":\"attach\",\"pin\":\"4829\",\"code\":\"K7QF2M9T\"}", "wrong_pin"},
    {"{\"t\":\"answer\",\"q\":1,\"a\":[\"a\"]}", "not_joined"},
    {"{\"t\":\"do\",\"id\":\"c1\",\"cmd\":\"next\"}", "not_joined"},
    {"{\"t\":\"review\"}", "not_joined"},
};

Test(hub_join, whoever_may_not_come_in_is_told_why)
{
    struct front *front = front_new("{}");

    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        struct guest *guest = front_guest(front, 0);
        guest_ask(guest, doors[i].frame);
        cr_expect_str_eq(error_of(guest), doors[i].code, "%s gives %s", doors[i].frame, error_of(guest));
    }
    cr_expect_eq(room_seats(front_hall(front, 0)->room), 0);
    front_free(front);
}

Test(hub_join, a_pin_that_no_room_has_and_a_name_that_only_looks_like_anothers_are_refused)
{
    struct front *front = front_new("{}");
    struct guest *guest = front_guest(front, 0);

    front_join(front, 0, "Ao");
    front->pin_unknown = true;
    say_join(guest, "Vy", "once-0000000000000009");
    front_settle(front);
    cr_expect_str_eq(error_of(guest), "wrong_pin");
    front->pin_unknown = false;
    say_join(guest, "\xd0\x90\xd0\xbe", "once-0000000000000009"); /* Ao in Cyrillic letters */
    front_settle(front);
    cr_expect_str_eq(error_of(guest), "bad_name");
    say_join(guest, "Vy", "once-0000000000000009");
    front_settle(front);
    cr_expect_not_null(guest_heard(guest, "joined"), "and may try again on the same line");
    front_free(front);
}

Test(hub_join, a_locked_room_and_a_full_room_say_so)
{
    struct front *front = front_new("{\"players_max\":1}");
    struct guest *host = front_host(front, 0);

    cr_expect_str_eq(guest_do(host, "\"lock\""), "");
    cr_expect_str_eq(error_of(front_join(front, 1, "An")), "room_locked");
    guest_do(host, "\"unlock\"");
    front_join(front, 1, "An");
    cr_expect_str_eq(error_of(front_join(front, 0, "Vy")), "room_full");
    front_free(front);
}

/* ---- attach ---- */

Test(hub_join, a_token_works_on_another_phone_and_the_old_one_is_told_to_stay_away)
{
    for (size_t other = 0; other < FRONT_HUBS; other++) {
        struct front *front = front_new("{}");
        struct guest *old = front_join(front, 0, "An"), *fresh = front_guest(front, other);
        attach(fresh, token_of(old));
        cr_expect_not_null(guest_heard(fresh, "state"));
        cr_expect_eq(old->code, CLOSE_TAKEN_OVER, "%d", (int)old->code);
        cr_expect_null(old->session);
        cr_expect_not(fresh->closing);
        front_free(front);
    }
}

Test(hub_join, an_older_line_of_ones_own_that_is_heard_of_late_closes_nothing)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An");
    char token[TOKEN_MAX];

    snprintf(token, sizeof token, "%s", token_of(an));
    guest_hang_up(an);
    struct guest *cut_off = front_guest(front, 1); /* its worker cannot reach the store */
    char text[TOKEN_MAX + 60];
    snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"%s\"}", token);
    guest_say(cut_off, text);
    front_wait(front, 100);
    guest_hang_up(cut_off);
    front_wait(front, 1000);
    struct guest *back = front_guest(front, 0);
    guest_say(back, text);
    front_wait(front, 10);
    front_store(front, 0);
    front_read(front, 0);
    front_store(front, 1); /* now it can */
    front_settle(front);
    cr_expect_not(back->closing);
    cr_expect_not_null(back->session);
    front_free(front);
}

Test(hub_join, one_line_has_one_seat)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An"), *vy = front_join(front, 1, "Vy");
    struct guest *third = front_guest(front, 0);

    attach(an, token_of(vy));
    cr_expect_str_eq(error_of(an), "not_allowed");
    cr_expect_not(vy->closing);
    attach(an, "host");
    cr_expect_str_eq(error_of(an), "not_allowed");
    attach(an, "elsewhere");
    cr_expect_str_eq(error_of(an), "not_allowed");
    attach(an, token_of(an));
    cr_expect_eq(guest_count(an, "state"), 2, "but it may come in again");
    guest_hang_up(an);
    attach(third, token_of(an));
    cr_expect_not_null(guest_heard(third, "state"));
    front_free(front);
}

Test(hub_join, a_line_that_waits_for_one_room_brings_no_code_of_another)
{
    struct front *front = front_new("{}");
    struct guest *guest = front_guest(front, 0);

    guest_say(guest, "{\"t\":\"attach\",\"token\":\"elsewhere\"}"); /* room2 has not been brought yet */
    guest_say(guest, "{\"t\":\"attach\",\"pin\":\"482913\",\"code\":\"K7QF2M9T\"}");
    front_settle(front);
    cr_expect_str_eq(error_of(guest), "bad_frame");
    hub_room_missing(front->hubs[0].hub, "room2", front->now_ms);
    front_settle(front);
    cr_expect_eq(guest->code, CLOSE_TOKEN_ENDED);
    front_free(front);
}

/* ---- codes ---- */

static void bring_code(struct guest *guest, const char *code)
{
    char text[120];
    snprintf(text, sizeof text, "{\"t\":\"attach\",\"pin\":\"" STAGE_PIN "\",\"code\":\"%s\"}", code);
    guest_say(guest, text);
}

Test(hub_join, the_return_code_gives_the_seat_back)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An"), *fresh = front_guest(front, 1);

    bring_code(fresh, frame_text(guest_heard(an, "joined"), "code"));
    front_settle(front);
    cr_expect_str_eq(frame_text(guest_heard(fresh, "joined"), "player"),
                     frame_text(guest_heard(an, "joined"), "player"));
    cr_expect_str_eq(token_of(fresh), token_of(an), "the old token stays good");
    cr_expect_eq(an->code, CLOSE_TAKEN_OVER);
    front_free(front);
}

static void reseat(struct front *front, struct guest *host, const struct guest *player, char code[CODE_TEXT_SIZE])
{
    char text[120];
    snprintf(text, sizeof text, "\"reseat\",\"args\":{\"player\":\"%s\"}",
             frame_text(guest_heard(player, "joined"), "player"));
    cr_expect_str_eq(guest_do(host, text), "");
    snprintf(code, CODE_TEXT_SIZE, "%s", frame_text(guest_heard(host, "done"), "code"));
    cr_expect_eq(strlen(code), CODE_TEXT_SIZE - 1);
    front_settle(front);
}

Test(hub_join, a_one_time_code_ends_the_old_phones_token)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An"), *fresh = front_guest(front, 1);
    struct guest *old = front_guest(front, 0);
    char code[CODE_TEXT_SIZE];

    reseat(front, host, an, code);
    bring_code(fresh, code);
    front_settle(front);
    cr_assert_not_null(guest_heard(fresh, "joined"));
    attach(old, token_of(an));
    cr_expect_str_eq(error_of(old), "bad_token");
    cr_expect_eq(old->code, CLOSE_TOKEN_ENDED);
    attach(front_guest(front, 0), token_of(fresh));
    cr_expect_eq(fresh->code, CLOSE_TAKEN_OVER, "the new token is good");
    front_free(front);
}

Test(hub_join, of_two_who_bring_one_code_at_once_one_is_seated_and_the_other_is_told)
{
    for (size_t other = 0; other < FRONT_HUBS; other++) {
        struct front *front = front_new("{}");
        struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An");
        struct guest *one = front_guest(front, 0), *two = front_guest(front, other);
        char code[CODE_TEXT_SIZE];

        reseat(front, host, an, code);
        bring_code(one, code);
        hub_pin_found(front->hubs[0].hub, front->hubs[0].session_asks_pin, PIN_FOUND, FRONT_ROOM, front->now_ms);
        front->hubs[0].session_asks_pin = 0;
        bring_code(two, code);
        front_settle(front);
        cr_expect_not_null(guest_heard(one, "joined"), "two at hub %zu", other);
        cr_expect_null(guest_heard(two, "joined"), "two at hub %zu", other);
        cr_expect_str_eq(error_of(two), "bad_token", "two at hub %zu", other);
        cr_expect_not_null(two->session, "and may try something else");
        front_free(front);
    }
}

/* ---- being shown out ---- */

Test(hub_join, who_is_removed_is_told_and_does_not_come_back)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 1, "An"), *back = front_guest(front, 0);
    char text[120];

    snprintf(text, sizeof text, "\"remove\",\"args\":{\"player\":\"%s\",\"ban\":true}",
             frame_text(guest_heard(an, "joined"), "player"));
    cr_expect_str_eq(guest_do(host, text), "");
    cr_expect_str_eq(frame_text(guest_heard(an, "removed"), "why"), "banned");
    cr_expect_eq(an->code, CLOSE_REMOVED);
    attach(back, token_of(an));
    cr_expect_eq(back->code, CLOSE_REMOVED);
    front_free(front);
}

Test(hub_join, who_is_away_for_ten_seconds_is_absent_and_for_less_is_not)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An");
    struct seat_state state;

    guest_hang_up(an);
    front_wait(front, ABSENT_AFTER_MS - 1);
    front_settle(front);
    room_seat_state(front_hall(front, 1)->room, 0, &state);
    cr_expect_not(state.present, "settling takes longer than the last millisecond");
    struct guest *vy = front_join(front, 0, "Vy");
    guest_hang_up(vy);
    front_wait(front, ABSENT_AFTER_MS - 1000);
    attach(front_guest(front, 1), token_of(vy));
    front_wait(front, 5000);
    front_settle(front);
    room_seat_state(front_hall(front, 1)->room, 1, &state);
    cr_expect(state.present, "back in time, on another worker");
    front_free(front);
}

Test(hub_join, when_the_log_has_lost_entries_members_get_a_new_state_and_lost_seats_end)
{
    struct front *front = front_new("{}");
    struct guest *host = front_host(front, 0), *an = front_join(front, 0, "An");
    size_t kept = front->entry_count;
    struct guest *vy = front_join(front, 1, "Vy");
    struct hub_counts counts;

    front_forget(front, kept);
    front_settle(front);
    cr_expect_eq(guest_count(host, "state"), 2);
    cr_expect_eq(guest_count(an, "state"), 2);
    cr_expect_not(an->closing);
    cr_expect_eq(vy->code, CLOSE_TOKEN_ENDED);
    hub_count(front->hubs[0].hub, &counts);
    cr_expect_eq(counts.losses, 1, "it is counted");
    front_free(front);
}

Test(hub_join, who_goes_while_the_log_is_read_anew_or_went_just_before_is_absent_too)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An"), *vy = front_join(front, 0, "Vy");
    struct seat_state state;

    guest_hang_up(an);
    front_wait(front, 1000);
    front_forget(front, front->entry_count);
    guest_hang_up(vy);
    front_settle(front);
    front_wait(front, ABSENT_AFTER_MS);
    front_settle(front);
    for (uint32_t seat = 0; seat < 2; seat++) {
        cr_assert(room_seat_state(front_hall(front, 1)->room, seat, &state));
        cr_expect_not(state.present, "seat %u", seat);
    }
    front_free(front);
}

static int64_t offset_after(struct front *front, int64_t clock_ms)
{
    const char *id;
    char eid[80];
    struct hub *hub = front->hubs[0].hub;
    uint64_t position = hub_position(hub, FRONT_ROOM, &id);
    snprintf(eid, sizeof eid, "{\"t\":\"locked\",\"id\":\"%024llu\"}", (unsigned long long)position);
    struct entry entry = {
        .position = position + 1, .id = "1-1", .at_ms = front->now_ms + clock_ms, .e = eid, .e_length = strlen(eid)};
    cr_assert_eq(hub_entry(hub, FRONT_ROOM, &entry, front->now_ms), HUB_ENTRY_TAKEN);
    return front_hall(front, 0)->wall_offset_ms - FRONT_WALL_MS;
}

Test(hub_join, the_stores_clock_is_known_as_near_as_entries_have_shown_also_when_it_is_set_back)
{
    struct front *front = front_new("{}");

    cr_expect_eq(offset_after(front, FRONT_WALL_MS - 40), 0, "that one travelled for 40 ms");
    cr_expect_eq(offset_after(front, FRONT_WALL_MS + 5), 5);
    cr_expect_eq(offset_after(front, FRONT_WALL_MS + 5 - WALL_SET_BACK_MS), 5, "a worker was cut off for a minute");
    cr_expect_eq(offset_after(front, FRONT_WALL_MS + 4 - WALL_SET_BACK_MS), 4 - WALL_SET_BACK_MS,
                 "the clock was set back");
    cr_expect_eq(offset_after(front, FRONT_WALL_MS + 3600000), 3600000, "and forth");
    front_free(front);
}

/* Both hubs read the log anew after the store's clock was set, as workers do that were started just then. */
static int64_t left_after_clock_was_set(struct front *front, int64_t shift_ms)
{
    front->wall_shift_ms += shift_ms;
    front_forget(front, front->entry_count);
    front_settle(front);
    return hall_left_ms(front_hall(front, 1), 20000, front->now_ms);
}

static struct front *asked_for_five_seconds(void)
{
    struct front *front = front_new("{\"limit_s\":20,\"close_all\":false}");
    front_join(front, 0, "An");
    struct guest *host = front_host(front, 0);
    cr_assert_str_eq(guest_do(host, "\"open\""), "");
    front_wait(front, 5000);
    front_settle(front);
    return front;
}

Test(hub_join, a_worker_that_comes_after_the_clock_was_set_learns_from_the_others_how_long_the_question_is_open)
{
    static const int64_t shifts_ms[] = {3600000, -7200000, 3600000};
    struct front *front = asked_for_five_seconds();

    for (size_t i = 0; i < 3; i++) {
        int64_t left = left_after_clock_was_set(front, shifts_ms[i]);
        cr_expect(left > 14000 && left <= 15000, "%lld left", (long long)left);
    }
    cr_expect_eq(room_phase(front_hall(front, 1)->room), PHASE_QUESTION);
    front_free(front);
}

Test(hub_join, and_while_it_is_paused_for_how_long_it_was)
{
    struct front *front = asked_for_five_seconds();
    struct guest *host = front_host(front, 0);

    cr_assert_str_eq(guest_do(host, "\"pause\""), "");
    front_wait(front, 9000);
    left_after_clock_was_set(front, 3600000);
    host = front_host(front, 1);
    cr_assert_str_eq(guest_do(host, "\"resume\""), "");
    int64_t left = hall_left_ms(front_hall(front, 1), 20000, front->now_ms);
    cr_expect(left > 14000 && left <= 15000, "%lld left", (long long)left);
    front_free(front);
}

Test(hub_join, who_comes_back_just_after_the_clock_was_set_back_is_not_taken_for_who_came_before)
{
    struct front *front = front_new("{}");
    struct guest *an = front_join(front, 0, "An");

    front_wait(front, 60000);
    guest_hang_up(an);
    struct guest *again = front_guest(front, 0);
    attach(again, token_of(an));
    front->wall_shift_ms = -10000;
    front_forget(front, front->entry_count);
    front_settle(front);
    struct guest *later = front_guest(front, 1);
    attach(later, token_of(an));
    front_settle(front);
    cr_expect_eq(again->code, CLOSE_TAKEN_OVER, "%d", (int)again->code);
    cr_expect_not_null(later->session, "%d", (int)later->code);
    front_free(front);
}

Test(hub_join, without_a_note_the_stores_clock_is_believed)
{
    struct front *front = asked_for_five_seconds();

    memset(front->noted_keys, 0, sizeof front->noted_keys);
    left_after_clock_was_set(front, 12000);
    int64_t left = hall_left_ms(front_hall(front, 1), 20000, front->now_ms);
    cr_expect(left > 2000 && left <= 3000, "%lld left", (long long)left);
    front_free(front);
}
