/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include "tests/support/stage.h"

/* Plays question 1: seat i answers right after times[i] ms, or wrong if it is 0. */
static void play(struct stage *stage, const char *settings, const uint32_t *times, uint32_t count)
{
    char name[16];

    stage_start(stage, settings);
    for (uint32_t seat = 0; seat < count; seat++) {
        snprintf(name, sizeof name, "N%u", seat);
        cr_assert_eq(stage_join(stage, name), REFUSAL_NONE);
    }
    stage_do(stage, EVENT_OPENED);
    for (uint32_t seat = 0; seat < count; seat++)
        cr_assert_eq(
            stage_answer(stage, seat, times[seat] == 0 ? "a" : "b", times[seat] == 0 ? 500 : times[seat]).status,
            ANSWER_ACCEPTED);
    stage_close(stage, CLOSED_BY_HOST);
    cr_assert_eq(stage_do(stage, EVENT_REVEALED), REFUSAL_NONE);
}

static void expect_ranks(const struct stage *stage, const uint32_t *ranks, uint32_t count)
{
    for (uint32_t seat = 0; seat < count; seat++)
        cr_expect_eq(stage_rank(stage, seat), ranks[seat], "seat %u has rank %u", seat, stage_rank(stage, seat));
}

Test(ranking, equal_people_share_a_rank_and_the_next_is_left_empty)
{
    struct stage stage;
    static const uint32_t times[] = {2000, 1000, 2000, 3000};
    static const uint32_t ranks[] = {2, 1, 2, 4};

    play(&stage, "{}", times, 4);
    expect_ranks(&stage, ranks, 4);
    stage_end(&stage);
}

Test(ranking, times_within_one_step_are_equal)
{
    struct stage stage;
    static const uint32_t times[] = {1000, 1049, 1050};
    static const uint32_t ranks[] = {1, 1, 3};

    play(&stage, "{}", times, 3);
    expect_ranks(&stage, ranks, 3);
    stage_end(&stage);
}

Test(ranking, under_speed_only_the_points_rank_unless_the_plan_says_more)
{
    struct stage stage;
    static const uint32_t times[] = {50, 80, 0};
    static const uint32_t ranks[] = {1, 1, 3};

    play(&stage, "{\"scoring\":\"speed\"}", times, 3);
    expect_ranks(&stage, ranks, 3);
    stage_end(&stage);
}

Test(ranking, ties_are_broken_in_the_plans_order)
{
    struct stage stage;
    static const uint32_t times[] = {2000, 1000, 0, 0};
    static const uint32_t by_points[] = {1, 1, 3, 3}, by_time[] = {2, 1, 3, 3};

    play(&stage, "{\"ties\":[\"points\"]}", times, 4);
    expect_ranks(&stage, by_points, 4);
    stage_end(&stage);
    play(&stage, "{\"ties\":[\"points\",\"time\"]}", times, 4);
    expect_ranks(&stage, by_time, 4);
    stage_end(&stage);
    play(&stage, "{\"ties\":[\"points\",\"right\",\"time\"]}", times, 4);
    expect_ranks(&stage, by_time, 4);
    stage_end(&stage);
}

Test(ranking, who_was_removed_or_disqualified_has_no_rank_and_nobody_stays_behind_them)
{
    struct stage stage;
    static const uint32_t times[] = {1000, 2000, 3000};
    static const uint32_t without_first[] = {0, 1, 2}, without_two[] = {0, 0, 1}, back[] = {0, 1, 2};

    play(&stage, "{}", times, 3);
    cr_expect_eq(stage_act(&stage, EVENT_REMOVED, 0), REFUSAL_NONE);
    expect_ranks(&stage, without_first, 3);
    cr_expect_eq(stage_act(&stage, EVENT_DISQUALIFIED, 1), REFUSAL_NONE);
    expect_ranks(&stage, without_two, 3);
    cr_expect_eq(stage_act(&stage, EVENT_REINSTATED, 1), REFUSAL_NONE);
    expect_ranks(&stage, back, 3);
    stage_end(&stage);
}

Test(ranking, before_anybody_has_points_all_share_the_first_rank)
{
    struct stage stage;

    stage_start(&stage, "{}");
    for (int i = 0; i < 3; i++)
        stage_join(&stage, "An");
    for (uint32_t seat = 0; seat < 3; seat++)
        cr_expect_eq(stage_rank(&stage, seat), 1);
    stage_end(&stage);
}

Test(ranking, who_comes_late_stands_behind_all_who_have_points_and_beside_those_who_have_none)
{
    struct stage stage;
    static const uint32_t times[] = {1000, 0};

    play(&stage, "{}", times, 2);
    stage_join(&stage, "Vy");
    cr_expect_eq(stage_rank(&stage, 2), 2, "shared with the other who has nothing");
    stage_do(&stage, EVENT_OPENED);
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_REVEALED);
    cr_expect_eq(stage_rank(&stage, 2), 2, "as before");
    stage_end(&stage);
}

Test(ranking, the_one_ahead_is_the_last_of_the_better_rank)
{
    struct stage stage;
    struct result_view result;
    static const uint32_t times[] = {1000, 2000, 2000, 3000};

    play(&stage, "{}", times, 4);
    cr_assert(room_view_result(stage.room, 1, 3, &result));
    cr_expect_eq(result.ahead, 2);
    cr_assert(room_view_result(stage.room, 1, 2, &result));
    cr_expect_eq(result.ahead, 0, "who shares the rank is not ahead");
    cr_assert(room_view_result(stage.room, 1, 0, &result));
    cr_expect_eq(result.ahead, NO_SEAT);
    stage_end(&stage);
}

Test(ranking, every_seat_is_found_at_its_place)
{
    struct stage stage;
    uint32_t times[40];

    for (uint32_t i = 0; i < 40; i++)
        times[i] = i % 7 * 500;
    play(&stage, "{}", times, 40);
    for (size_t place = 0; place < 40; place++) {
        char id[PLAYER_TEXT_SIZE];
        struct board_row row;
        uint32_t before, seat;
        cr_assert(room_view_row(stage.room, place, id, &row, &before, &seat));
        cr_expect_eq(room_view_place(stage.room, seat), place);
    }
    stage_end(&stage);
}

Test(ranking, the_total_time_of_right_answers_never_wraps)
{
    struct stage stage;
    struct event factor = {.type = EVENT_ACCOMMODATED, .factor = 0};
    char id[PLAYER_TEXT_SIZE];
    struct board_row row;
    uint32_t before, seat;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_join(&stage, "Vy");
    factor.player = stage_player(0);
    stage_apply(&stage, &factor);
    for (uint32_t q = 1; q <= 3; q++) {
        stage_do(&stage, EVENT_OPENED);
        stage_answer(&stage, 0, stage_right(q), 1431655800); /* untimed: after 16 days; three times 2^32 / 3 */
        stage_answer(&stage, 1, stage_right(q), 1000);
        stage_close(&stage, CLOSED_BY_HOST);
        stage_do(&stage, EVENT_REVEALED);
    }
    cr_assert(room_view_row(stage.room, 0, id, &row, &before, &seat));
    cr_expect_eq(seat, 1, "the faster one stands first");
    stage_end(&stage);
}
