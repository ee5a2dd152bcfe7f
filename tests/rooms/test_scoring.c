/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include "tests/support/stage.h"

/* ---- the time that counts ---- */

static const struct {
    uint32_t elapsed_ms;
    int32_t own_ms;
    uint32_t credit_limit;
    uint32_t time_ms;
} times[] = {
    {4310, -1, 300, 4300},   /* no measure of its own: E, rounded down */
    {4310, 4310, 300, 4300}, /* the line took nothing */
    {4310, 4210, 300, 4200}, /* 100 ms of line are given back */
    {4310, 4010, 300, 4000}, /* exactly the limit */
    {4310, 4009, 300, 4000}, /* one past it */
    {4310, 0, 300, 4000},    /* a lie gains no more than the limit */
    {4310, 9000, 300, 4300}, /* a phone that says more than E loses nothing */
    {4349, -1, 0, 4300},
    {4350, -1, 0, 4350},
    {49, -1, 0, 0},
    {50, -1, 0, 50},
    {100, 0, 600, 0}, /* never below zero */
    {0, 0, 0, 0},
    {INT32_MAX, 0, 0, INT32_MAX - INT32_MAX % 50},
    {INT32_MAX, -1, UINT32_MAX, INT32_MAX - INT32_MAX % 50},
};

Test(scoring, the_time_that_counts_gives_back_the_line_up_to_the_credit_limit)
{
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        cr_expect_eq(answer_time_ms(times[i].elapsed_ms, times[i].own_ms, times[i].credit_limit), times[i].time_ms,
                     "case %zu: %u", i, answer_time_ms(times[i].elapsed_ms, times[i].own_ms, times[i].credit_limit));
}

Test(scoring, the_time_that_counts_lies_between_E_less_L_and_E)
{
    for (uint32_t elapsed = 0; elapsed < 3000; elapsed += 7) {
        for (int32_t own = -1; own < 3200; own += 13) {
            for (uint32_t limit = 0; limit <= 600; limit += 200) {
                uint32_t time = answer_time_ms(elapsed, own, limit);
                cr_assert(time <= elapsed && time % TIME_STEP_MS == 0);
                cr_assert(time + limit + TIME_STEP_MS > elapsed, "E %u ms %d L %u T %u", elapsed, own, limit, time);
            }
        }
    }
}

/* ---- points ---- */

static const struct {
    uint32_t time_ms, limit_ms;
    int32_t points, got;
} speeds[] = {
    {0, 20000, 1000, 1000},
    {20000, 20000, 1000, 500},
    {10000, 20000, 1000, 750},
    {50, 20000, 1000, 999},  /* 998.75 */
    {100, 20000, 1000, 998}, /* 997.5: halves go up */
    {150, 20000, 1000, 996}, /* 996.25 */
    {50, 60000, 1000, 1000}, /* 999.58… */
    {30000, 20000, 1000, 500},
    {1, 1, 1000, 500},
    {2500, 7500, 1000, 833}, /* 833.33… */
    {5000, 7500, 1000, 667}, /* 666.66… */
    {0, 3600000, 100000, 100000},
    {3600000, 3600000, 100000, 50000},
    {3600000, INT32_MAX, 400000, 399665}, /* 399664.70… */
};

Test(scoring, speed_gives_P_times_one_less_half_the_share_of_the_limit_rounded_halves_up)
{
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        int32_t got = scoring_points(SCORING_SPEED, speeds[i].points, speeds[i].time_ms, speeds[i].limit_ms);
        cr_expect_eq(got, speeds[i].got, "case %zu: %d", i, got);
    }
}

Test(scoring, accuracy_gives_the_full_mark_at_any_time)
{
    cr_expect_eq(scoring_points(SCORING_ACCURACY, 1000, 0, 20000), 1000);
    cr_expect_eq(scoring_points(SCORING_ACCURACY, 1000, 20000, 20000), 1000);
}

static enum refusal accommodate(struct stage *stage, uint32_t seat, uint32_t factor)
{
    struct event event = {.type = EVENT_ACCOMMODATED, .player = stage_player(seat), .factor = factor};
    return stage_apply(stage, &event);
}

/* Four people answer right after 20 s; the limit is 20 s, 30 s, 40 s and none. */
Test(scoring, points_are_measured_on_each_persons_own_limit)
{
    struct stage stage;
    static const uint32_t factors[4] = {100, 150, 200, 0};
    static const int32_t points[4] = {500, 667, 750, 750}; /* untimed: as if twice the limit */

    stage_start(&stage, "{\"scoring\":\"speed\"}");
    for (uint32_t seat = 0; seat < 4; seat++) {
        stage_join(&stage, "An");
        cr_assert_eq(accommodate(&stage, seat, factors[seat]), REFUSAL_NONE);
    }
    stage_do(&stage, EVENT_OPENED);
    for (uint32_t seat = 0; seat < 4; seat++)
        cr_expect_eq(stage_answer(&stage, seat, "b", 20000).status, ANSWER_ACCEPTED);
    stage_close(&stage, CLOSED_BY_TIME);
    stage_do(&stage, EVENT_REVEALED);
    for (uint32_t seat = 0; seat < 4; seat++)
        cr_expect_eq(stage_points(&stage, seat), points[seat], "seat %u: %d", seat, stage_points(&stage, seat));
    stage_end(&stage);
}

Test(scoring, an_untimed_person_is_never_late_and_keeps_half_the_mark)
{
    struct stage stage;

    stage_start(&stage, "{\"scoring\":\"speed\"}");
    stage_join(&stage, "An");
    accommodate(&stage, 0, 0);
    stage_do(&stage, EVENT_OPENED);
    cr_expect_eq(room_longest_limit_ms(stage.room), LIMIT_NONE);
    cr_expect_eq(stage_answer(&stage, 0, "b", 900000).status, ANSWER_ACCEPTED);
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_REVEALED);
    cr_expect_eq(stage_points(&stage, 0), 500);
    stage_end(&stage);
}

Test(scoring, extra_time_is_one_to_four_times_the_limit_or_none)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_do(&stage, EVENT_OPENED);
    cr_expect_eq(accommodate(&stage, 0, 99), REFUSAL_BAD_ARGS);
    cr_expect_eq(accommodate(&stage, 0, FACTOR_MAX + 1), REFUSAL_BAD_ARGS);
    cr_expect_eq(room_seat_limit_ms(stage.room, 0), STAGE_LIMIT_MS);
    cr_expect_eq(accommodate(&stage, 0, FACTOR_MAX), REFUSAL_NONE);
    cr_expect_eq(room_seat_limit_ms(stage.room, 0), 4 * STAGE_LIMIT_MS);
    cr_expect_eq(room_longest_limit_ms(stage.room), 4 * STAGE_LIMIT_MS);
    stage_act(&stage, EVENT_REMOVED, 0);
    cr_expect_eq(room_longest_limit_ms(stage.room), STAGE_LIMIT_MS, "who is gone holds up nobody");
    stage_end(&stage);
}

/* What a statements question of 1000 points gives for 0 to 4 right ones. */
Test(scoring, statements_give_a_tenth_a_quarter_a_half_and_all)
{
    static const char *const forms[5] = {"a=false,b=true,c=false,d=false", "a=true,b=true,c=false,d=false",
                                         "a=true,b=false,c=false,d=false", "a=true,b=false,c=true,d=false",
                                         "a=true,b=false,c=true,d=true"};
    static const int32_t points[5] = {0, 100, 250, 500, 1000};
    struct stage stage;

    stage_start(&stage, "{}");
    for (uint32_t seat = 0; seat < 5; seat++)
        stage_join(&stage, "An");
    for (uint32_t q = 1; q < Q_STATEMENTS; q++) {
        stage_do(&stage, EVENT_OPENED);
        stage_close(&stage, CLOSED_BY_HOST);
        stage_do(&stage, EVENT_REVEALED);
    }
    stage_do(&stage, EVENT_OPENED);
    for (uint32_t seat = 0; seat < 5; seat++)
        stage_answer(&stage, seat, forms[seat], 1000);
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_REVEALED);
    for (uint32_t seat = 0; seat < 5; seat++)
        cr_expect_eq(stage_points(&stage, seat), points[seat], "%u right: %d", seat, stage_points(&stage, seat));
    stage_end(&stage);
}

Test(scoring, a_question_counts_once_its_doors_were_shut_though_it_was_never_revealed)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_do(&stage, EVENT_OPENED);
    stage_answer(&stage, 0, "b", 1000);
    stage_close(&stage, CLOSED_BY_HOST);
    cr_expect_eq(stage_points(&stage, 0), 0);
    stage_do(&stage, EVENT_OPENED);
    cr_expect_eq(stage_points(&stage, 0), 1000);
    cr_expect_null(room_view_key(stage.room, 1));
    stage_end(&stage);
}

Test(scoring, a_skipped_question_gives_nobody_anything_and_shows_no_key)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_do(&stage, EVENT_OPENED);
    stage_answer(&stage, 0, "b", 1000);
    cr_expect_eq(stage_do(&stage, EVENT_SKIPPED), REFUSAL_NONE);
    cr_expect_eq(room_q(stage.room), 2);
    cr_expect_eq(room_phase(stage.room), PHASE_QUESTION);
    cr_expect(room_view_skipped(stage.room, 1));
    cr_expect_null(room_view_key(stage.room, 1));
    stage_close(&stage, CLOSED_BY_HOST);
    cr_expect_eq(stage_do(&stage, EVENT_SKIPPED), REFUSAL_NONE, "also when it is closed");
    cr_expect_eq(room_q(stage.room), 3);
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_REVEALED);
    cr_expect_eq(stage_points(&stage, 0), 0);
    stage_end(&stage);
}

Test(scoring, extra_time_given_later_changes_no_question_that_is_over)
{
    struct stage stage;
    struct event adjust = {.type = EVENT_ADJUSTED, .player = stage_player(0), .points = 1};

    stage_start(&stage, "{\"scoring\":\"speed\"}");
    stage_join(&stage, "An");
    stage_do(&stage, EVENT_OPENED);
    stage_answer(&stage, 0, "b", 20000);
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_REVEALED);
    cr_expect_eq(stage_points(&stage, 0), 500);
    accommodate(&stage, 0, 200);
    stage_apply(&stage, &adjust); /* everything is counted again */
    cr_expect_eq(stage_points(&stage, 0), 501, "%d", stage_points(&stage, 0));
    stage_end(&stage);
}
