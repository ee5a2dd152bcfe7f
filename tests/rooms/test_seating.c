/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "tests/support/stage.h"

static void expect_name(const struct stage *stage, uint32_t seat, const char *name)
{
    cr_expect_str_eq(stage_name(stage, seat), name, "seat %u is %s", seat, stage_name(stage, seat));
}

static enum refusal rename_to(struct stage *stage, uint32_t seat, const char *name)
{
    struct name cleaned;
    cr_assert_eq(name_clean(name, strlen(name), &cleaned), NAME_FINE);
    struct event_row row = {
        .player = stage_player(seat), .shown = cleaned.shown, .key = cleaned.key, .skeleton = cleaned.skeleton};
    struct event event = {.type = EVENT_RENAMED, .player = stage_player(seat), .rows = &row, .row_count = 1};
    enum refusal refusal = stage_apply(stage, &event);
    name_clear(&cleaned);
    return refusal;
}

static enum refusal join_again(struct stage *stage, uint32_t seat, uint64_t connection)
{
    struct event_row row = {.player = stage_player(seat), .connection = connection, .unit = ""};
    struct event event = {.type = EVENT_JOINED, .rows = &row, .row_count = 1};
    cr_assert_eq(stage_apply(stage, &event), REFUSAL_NONE);
    return stage->effects.list[0].refusal;
}

static struct seat_state seat_of(const struct stage *stage, uint32_t seat)
{
    struct seat_state state = {0};
    cr_assert(room_seat_state(stage->room, seat, &state));
    return state;
}

/* ---- names ---- */

Test(seating, a_name_that_is_taken_gets_a_number)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_join(&stage, "An");
    stage_join(&stage, "AN");
    stage_join(&stage, "Hà");
    expect_name(&stage, 0, "An");
    expect_name(&stage, 1, "An (2)");
    expect_name(&stage, 2, "AN (3)");
    expect_name(&stage, 3, "Hà");
    stage_end(&stage);
}

Test(seating, a_number_is_not_given_to_a_name_that_somebody_has_written_so)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_join(&stage, "An (2)");
    stage_join(&stage, "An");
    expect_name(&stage, 1, "An (2)");
    expect_name(&stage, 2, "An (3)");
    stage_join(&stage, "An (3)");
    expect_name(&stage, 3, "An (3) (2)");
    stage_end(&stage);
}

Test(seating, who_is_renamed_to_what_they_are_called_already_keeps_the_number)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "an");
    stage_join(&stage, "Vy");
    cr_expect_eq(rename_to(&stage, 0, "An"), REFUSAL_NONE);
    expect_name(&stage, 0, "An");
    rename_to(&stage, 1, "An");
    expect_name(&stage, 1, "An (2)");
    rename_to(&stage, 1, "AN");
    expect_name(&stage, 1, "AN (2)");
    stage_end(&stage);
}

Test(seating, a_name_that_only_looks_like_anothers_is_a_trick)
{
    struct stage stage;
    struct name latin, cyrillic;

    stage_start(&stage, "{}");
    stage_join(&stage, "Ao");
    name_clean("Ao", 2, &latin);
    name_clean("А"
               "о",
               4, &cyrillic); /* both letters Cyrillic */
    cr_expect_not(room_name_is_spoof(stage.room, latin.key, latin.skeleton));
    cr_expect(room_name_is_spoof(stage.room, cyrillic.key, cyrillic.skeleton));
    name_clear(&latin);
    name_clear(&cyrillic);
    stage_end(&stage);
}

Test(seating, names_may_wait_for_the_hosts_nod)
{
    struct stage stage;
    struct person_view person;

    stage_start(&stage, "{\"names\":\"nod\"}");
    stage_join(&stage, "An");
    room_view_person(stage.room, 0, &person);
    cr_expect(person.waiting);
    cr_expect_eq(stage_act(&stage, EVENT_NODDED, 0), REFUSAL_NONE);
    room_view_person(stage.room, 0, &person);
    cr_expect_not(person.waiting);
    stage_end(&stage);
}

/* ---- the door ---- */

Test(seating, people_may_come_in_late_but_not_through_a_locked_door_and_not_at_the_end)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_do(&stage, EVENT_OPENED);
    cr_expect_eq(stage_join(&stage, "An"), REFUSAL_NONE, "late");
    cr_expect_eq(stage_do(&stage, EVENT_LOCKED), REFUSAL_NONE);
    cr_expect_eq(stage_do(&stage, EVENT_LOCKED), REFUSAL_WRONG_PHASE, "it is locked");
    cr_expect_eq(stage_join(&stage, "Vy"), REFUSAL_ROOM_LOCKED);
    cr_expect_eq(join_again(&stage, 0, 77), REFUSAL_NONE, "who is in finds the seat again");
    cr_expect_eq(stage_do(&stage, EVENT_UNLOCKED), REFUSAL_NONE);
    cr_expect_eq(stage_join(&stage, "Vy"), REFUSAL_NONE);
    stage_do(&stage, EVENT_ENDED);
    cr_expect_eq(stage_join(&stage, "Lan"), REFUSAL_WRONG_PHASE);
    cr_expect_eq(room_seats(stage.room), 2);
    stage_end(&stage);
}

Test(seating, a_plan_may_shut_the_door_at_the_start)
{
    struct stage stage;

    stage_start(&stage, "{\"no_late_join\":true}");
    cr_expect_eq(stage_join(&stage, "An"), REFUSAL_NONE);
    stage_do(&stage, EVENT_OPENED);
    cr_expect_eq(stage_join(&stage, "Vy"), REFUSAL_ROOM_LOCKED);
    stage_end(&stage);
}

Test(seating, a_room_takes_as_many_as_its_plan_says_and_a_removed_one_makes_room)
{
    struct stage stage;

    stage_start(&stage, "{\"players_max\":2}");
    cr_expect_eq(stage_join(&stage, "An"), REFUSAL_NONE);
    cr_expect_eq(stage_join(&stage, "Vy"), REFUSAL_NONE);
    cr_expect_eq(stage_join(&stage, "Lan"), REFUSAL_ROOM_FULL);
    stage_act(&stage, EVENT_REMOVED, 0);
    cr_expect_eq(stage_join(&stage, "Lan"), REFUSAL_NONE);
    stage_end(&stage);
}

Test(seating, a_join_sent_again_is_the_same_seat)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    cr_expect_eq(join_again(&stage, 0, 77), REFUSAL_NONE);
    cr_expect_eq(room_seats(stage.room), 1);
    cr_expect_eq(seat_of(&stage, 0).connection, 77);
    stage_end(&stage);
}

Test(seating, who_was_removed_cannot_come_back_to_the_seat)
{
    struct stage stage;
    struct event ban = {.type = EVENT_REMOVED, .player = stage_player(1), .ban = true};

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_join(&stage, "Vy");
    stage_act(&stage, EVENT_REMOVED, 0);
    cr_expect_eq(stage_apply(&stage, &ban), REFUSAL_NONE);
    cr_expect_eq(join_again(&stage, 0, 77), REFUSAL_BAD_TOKEN);
    cr_expect_eq(join_again(&stage, 1, 78), REFUSAL_BANNED);
    cr_expect_eq(stage_act(&stage, EVENT_ATTACHED, 0), REFUSAL_NOT_ALLOWED);
    cr_expect_eq(stage_act(&stage, EVENT_REMOVED, 0), REFUSAL_BAD_ARGS, "not twice");
    cr_expect_eq(room_players(stage.room), 0);
    stage_end(&stage);
}

/* ---- presence ---- */

Test(seating, who_left_is_absent_unless_they_are_back_on_another_connection)
{
    struct stage stage;
    struct event_row old = {.player = stage_player(0), .connection = 200};
    struct event left = {.type = EVENT_LEFT, .rows = &old, .row_count = 1};

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    cr_expect(seat_of(&stage, 0).present);
    cr_expect_eq(stage_act(&stage, EVENT_LEFT, 0), REFUSAL_NONE);
    cr_expect_not(seat_of(&stage, 0).present);
    join_again(&stage, 0, 77);
    cr_expect(seat_of(&stage, 0).present);
    stage_apply(&stage, &left);
    cr_expect_eq(stage.effects.list[0].refusal, REFUSAL_STALE);
    cr_expect(seat_of(&stage, 0).present);
    cr_expect_eq(stage_act(&stage, EVENT_ATTACHED, 9), REFUSAL_BAD_TOKEN);
    stage_end(&stage);
}

/* ---- codes ---- */

static enum refusal take_code(struct stage *stage, uint32_t seat, uint64_t code, uint64_t connection)
{
    struct event event = {.type = EVENT_RESEATED, .player = stage_player(seat), .take = code, .connection = connection};
    return stage_apply(stage, &event);
}

static enum refusal give_code(struct stage *stage, uint32_t seat, uint64_t code)
{
    struct event event = {.type = EVENT_RESEATED, .player = stage_player(seat), .code = code};
    return stage_apply(stage, &event);
}

Test(seating, a_return_code_works_as_often_as_it_is_needed_and_ends_no_token)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    cr_expect_eq(room_find_code(stage.room, 300), 0);
    cr_expect_eq(take_code(&stage, 0, 300, 71), REFUSAL_NONE);
    cr_expect_eq(take_code(&stage, 0, 300, 72), REFUSAL_NONE);
    cr_expect_eq(seat_of(&stage, 0).connection, 72);
    cr_expect_eq(seat_of(&stage, 0).generation, 0);
    cr_expect_eq(take_code(&stage, 0, 999, 73), REFUSAL_BAD_TOKEN);
    stage_end(&stage);
}

Test(seating, a_one_time_code_works_once_and_ends_the_old_phones_token)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_join(&stage, "Vy");
    cr_expect_eq(give_code(&stage, 0, 900), REFUSAL_NONE);
    cr_expect_eq(give_code(&stage, 1, 900), REFUSAL_BUSY, "the code is somebody's already");
    cr_expect_eq(room_find_code(stage.room, 900), 0);
    cr_expect_eq(take_code(&stage, 0, 900, 71), REFUSAL_NONE);
    cr_expect_eq(seat_of(&stage, 0).generation, 1);
    cr_expect_eq(take_code(&stage, 0, 900, 72), REFUSAL_BAD_TOKEN);
    cr_expect_eq(room_find_code(stage.room, 900), NO_SEAT);
    cr_expect_eq(take_code(&stage, 0, 300, 73), REFUSAL_NONE, "the return code stays");
    cr_expect_eq(seat_of(&stage, 0).generation, 1);
    stage_end(&stage);
}

Test(seating, a_new_one_time_code_replaces_the_last)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    give_code(&stage, 0, 900);
    give_code(&stage, 0, 901);
    cr_expect_eq(take_code(&stage, 0, 900, 71), REFUSAL_BAD_TOKEN);
    cr_expect_eq(take_code(&stage, 0, 901, 71), REFUSAL_NONE);
    stage_end(&stage);
}

Test(seating, hundreds_are_found_again_by_player_and_by_code)
{
    struct stage stage;
    char name[16];

    stage_start(&stage, "{}");
    for (uint32_t seat = 0; seat < 500; seat++) {
        snprintf(name, sizeof name, "N%u", seat);
        cr_assert_eq(stage_join(&stage, name), REFUSAL_NONE);
    }
    for (uint32_t seat = 0; seat < 500; seat++) {
        cr_assert_eq(room_find(stage.room, stage_player(seat)), seat);
        cr_assert_eq(room_find_code(stage.room, seat + 300), seat);
    }
    stage_end(&stage);
}

/* ---- lines that were heard of late ---- */

static enum refusal attach_read_at(struct stage *stage, uint32_t seat, uint64_t connection, int64_t read_at_ms)
{
    struct event_row row = {.player = stage_player(seat), .connection = connection, .read_at_ms = read_at_ms};
    struct event event = {.type = EVENT_ATTACHED, .rows = &row, .row_count = 1};
    cr_assert_eq(stage_apply(stage, &event), REFUSAL_NONE);
    return stage->effects.list[0].refusal;
}

Test(seating, who_came_earlier_but_was_heard_of_later_takes_no_seat_from_who_came_last)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    int64_t now_ms = stage.now_ms;
    stage.now_ms += 600000;
    cr_expect_eq(attach_read_at(&stage, 0, 71, now_ms + 5000), REFUSAL_NONE);
    cr_expect_eq(attach_read_at(&stage, 0, 72, now_ms + 4999), REFUSAL_STALE);
    cr_expect_eq(seat_of(&stage, 0).connection, 71);
    cr_expect_eq(attach_read_at(&stage, 0, 73, now_ms + 5000), REFUSAL_NONE, "at once: the log decides");
    cr_expect_eq(attach_read_at(&stage, 0, 74, now_ms + 5000 - 300000), REFUSAL_STALE);
    cr_expect_eq(attach_read_at(&stage, 0, 75, now_ms + 5000 - 300001), REFUSAL_NONE, "a clock was set back");
    stage_end(&stage);
}

Test(seating, nobody_came_after_the_log_has_them_whatever_a_clock_that_was_set_back_says)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    cr_expect_eq(attach_read_at(&stage, 0, 71, stage.now_ms + 60000), REFUSAL_NONE);
    cr_expect_eq(attach_read_at(&stage, 0, 72, stage.now_ms + 9000), REFUSAL_NONE, "it is the later line");
    cr_expect_eq(seat_of(&stage, 0).connection, 72);
    stage_end(&stage);
}

Test(seating, a_code_that_is_brought_always_comes_last)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage.now_ms += 5000;
    attach_read_at(&stage, 0, 71, stage.now_ms);
    cr_expect_eq(take_code(&stage, 0, 300, 72), REFUSAL_NONE);
    cr_expect_eq(seat_of(&stage, 0).connection, 72);
    stage_end(&stage);
}
