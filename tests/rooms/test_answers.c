/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include "tests/support/stage.h"

static void open_with_two(struct stage *stage, const char *settings)
{
    stage_start(stage, settings);
    stage_join(stage, "An");
    stage_join(stage, "Vy");
    cr_assert_eq(stage_do(stage, EVENT_OPENED), REFUSAL_NONE);
}

static struct effect answer_n(struct stage *stage, uint32_t seat, const char *form, uint32_t n, uint32_t elapsed_ms)
{
    struct event_row row = {.player = stage_player(seat), .form = form, .n = n, .elapsed_ms = elapsed_ms, .own_ms = -1};
    return stage_answer_row(stage, room_q(stage->room), &row);
}

static struct answer_view standing(const struct stage *stage, uint32_t seat)
{
    struct answer_view answer;
    room_view_answer(stage->room, room_q(stage->room), seat, &answer);
    return answer;
}

Test(answers, the_first_stands_where_they_may_not_change)
{
    struct stage stage;

    open_with_two(&stage, "{}");
    cr_expect_eq(answer_n(&stage, 0, "b", 1, 1000).status, ANSWER_ACCEPTED);
    cr_expect_eq(answer_n(&stage, 0, "b", 1, 1000).status, ANSWER_DUPLICATE, "sent again");
    cr_expect_eq(answer_n(&stage, 0, "a", 2, 2000).status, ANSWER_DUPLICATE, "changed");
    cr_expect_eq(standing(&stage, 0).value, 2, "b is the second bit");
    cr_expect_eq(room_answered(stage.room), 1);
    stage_end(&stage);
}

Test(answers, the_last_stands_where_they_may_change_until_the_close)
{
    struct stage stage;

    open_with_two(&stage, "{\"change\":\"until-close\",\"scoring\":\"speed\"}");
    cr_expect_eq(answer_n(&stage, 0, "a", 1, 1000).status, ANSWER_ACCEPTED);
    cr_expect_eq(answer_n(&stage, 0, "b", 2, 10000).status, ANSWER_ACCEPTED);
    cr_expect_eq(answer_n(&stage, 0, "a", 1, 1000).status, ANSWER_DUPLICATE, "the first, sent again, changes nothing");
    cr_expect_eq(answer_n(&stage, 0, "c", 2, 11000).status, ANSWER_DUPLICATE, "the same n is the same answer");
    cr_expect_eq(answer_n(&stage, 0, "c", 3, 20050).status, ANSWER_LATE);
    cr_expect_eq(standing(&stage, 0).value, 2);
    cr_expect_eq(room_answered(stage.room), 1);
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_REVEALED);
    cr_expect_eq(stage_points(&stage, 0), 750, "and its time counts");
    stage_end(&stage);
}

Test(answers, one_on_the_bell_counts_and_one_past_it_does_not)
{
    struct stage stage;

    open_with_two(&stage, "{}");
    cr_expect_eq(stage_answer(&stage, 0, "b", STAGE_LIMIT_MS).status, ANSWER_ACCEPTED);
    cr_expect_eq(stage_answer(&stage, 1, "b", STAGE_LIMIT_MS + TIME_STEP_MS).status, ANSWER_LATE);
    cr_expect_eq(standing(&stage, 1).status, ANSWER_LATE);
    cr_expect_eq(room_answered(stage.room), 1);
    stage_close(&stage, CLOSED_BY_TIME);
    stage_do(&stage, EVENT_REVEALED);
    cr_expect_eq(stage_points(&stage, 1), 0);
    stage_end(&stage);
}

Test(answers, a_late_one_may_be_followed_by_one_in_time_once_the_question_is_longer)
{
    struct stage stage;
    struct event longer = {.type = EVENT_EXTENDED, .q = 1, .ms = 10000};

    open_with_two(&stage, "{}");
    cr_expect_eq(stage_answer(&stage, 0, "a", 21000).status, ANSWER_LATE);
    cr_expect_eq(stage_apply(&stage, &longer), REFUSAL_NONE);
    cr_expect_eq(stage_answer(&stage, 0, "b", 22000).status, ANSWER_ACCEPTED);
    cr_expect_eq(room_answered(stage.room), 1);
    stage_end(&stage);
}

Test(answers, one_stamped_in_time_still_counts_after_the_close_but_not_after_the_reveal)
{
    struct stage stage;

    open_with_two(&stage, "{}");
    stage_close(&stage, CLOSED_BY_HOST);
    cr_expect_eq(stage_answer(&stage, 0, "b", 3000).status, ANSWER_ACCEPTED);
    stage_do(&stage, EVENT_REVEALED);
    cr_expect_eq(stage_answer(&stage, 1, "b", 3000).refusal, REFUSAL_WRONG_PHASE);
    cr_expect_eq(stage_points(&stage, 0), 1000);
    cr_expect_eq(stage_points(&stage, 1), 0);
    stage_end(&stage);
}

Test(answers, one_to_another_question_has_no_effect)
{
    struct stage stage;
    struct event_row row = {.player = stage_player(0), .form = "true", .n = 1, .own_ms = -1};

    open_with_two(&stage, "{}");
    cr_expect_eq(stage_answer_row(&stage, 2, &row).refusal, REFUSAL_WRONG_PHASE);
    cr_expect_eq(stage_answer_row(&stage, 0, &row).refusal, REFUSAL_WRONG_PHASE);
    cr_expect_eq(stage_answer_row(&stage, UINT32_MAX, &row).refusal, REFUSAL_WRONG_PHASE);
    stage_end(&stage);
}

Test(answers, one_of_a_stranger_or_of_the_removed_or_of_no_such_form_has_no_effect)
{
    struct stage stage;

    open_with_two(&stage, "{}");
    cr_expect_eq(stage_answer(&stage, 7, "b", 1000).refusal, REFUSAL_NOT_JOINED);
    cr_expect_eq(stage_answer(&stage, 0, "e", 1000).refusal, REFUSAL_BAD_ANSWER);
    cr_expect_eq(stage_answer(&stage, 0, "", 1000).refusal, REFUSAL_BAD_ANSWER);
    stage_act(&stage, EVENT_REMOVED, 1);
    cr_expect_eq(stage_answer(&stage, 1, "b", 1000).refusal, REFUSAL_NOT_ALLOWED);
    cr_expect_eq(room_answered(stage.room), 0);
    stage_end(&stage);
}

Test(answers, everybody_has_answered_when_all_who_are_present_have)
{
    struct stage stage;

    open_with_two(&stage, "{}");
    cr_expect_not(room_all_answered(stage.room));
    stage_answer(&stage, 0, "b", 1000);
    cr_expect_not(room_all_answered(stage.room));
    stage_act(&stage, EVENT_LEFT, 1);
    cr_expect(room_all_answered(stage.room), "who has left is not waited for");
    stage_act(&stage, EVENT_ATTACHED, 1);
    cr_expect_not(room_all_answered(stage.room));
    stage_act(&stage, EVENT_REMOVED, 1);
    cr_expect(room_all_answered(stage.room));
    stage_act(&stage, EVENT_LEFT, 0);
    cr_expect_not(room_all_answered(stage.room), "nobody is not everybody");
    stage_end(&stage);
}

Test(answers, of_the_removed_are_not_among_those_counted)
{
    struct stage stage;

    open_with_two(&stage, "{}");
    stage_answer(&stage, 0, "b", 1000);
    stage_answer(&stage, 1, "b", 1000);
    stage_act(&stage, EVENT_REMOVED, 1);
    cr_expect_eq(room_answered(stage.room), 1);
    cr_expect_eq(room_players(stage.room), 1);
    stage_end(&stage);
}

Test(answers, one_more_right_form_counts_for_those_who_gave_it_before)
{
    struct stage stage;
    struct event wide = {.type = EVENT_ACCEPTED, .form = "6..7"};
    struct event no_number = {.type = EVENT_ACCEPTED, .form = "a", .q = Q_NUMBER};

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    for (uint32_t q = 1; q <= Q_NUMBER; q++) {
        stage_do(&stage, EVENT_OPENED);
        if (q < Q_NUMBER) {
            struct event early = {.type = EVENT_ACCEPTED, .form = "6", .q = q};
            cr_expect_eq(stage_apply(&stage, &early), REFUSAL_BAD_ARGS, "only numbers and texts have more forms");
            stage_close(&stage, CLOSED_BY_HOST);
            stage_do(&stage, EVENT_REVEALED);
        }
    }
    stage_answer(&stage, 0, "6", 1000);
    cr_expect_eq(stage_apply(&stage, &no_number), REFUSAL_BAD_ARGS);
    wide.q = Q_NUMBER - 1;
    cr_expect_eq(stage_apply(&stage, &wide), REFUSAL_STALE);
    struct event again = {.type = EVENT_ACCEPTED, .form = "6..7", .q = Q_NUMBER};
    stage_close(&stage, CLOSED_BY_HOST);
    cr_expect_eq(stage_apply(&stage, &again), REFUSAL_NONE, "also once it is closed");
    stage_do(&stage, EVENT_REVEALED);
    cr_expect_eq(stage_points(&stage, 0), 1000);
    struct event after = {.type = EVENT_ACCEPTED, .form = "8", .q = Q_NUMBER};
    cr_expect_eq(stage_apply(&stage, &after), REFUSAL_WRONG_PHASE);
    stage_end(&stage);
}

Test(answers, right_forms_are_bounded)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    for (uint32_t q = 1; q <= Q_NUMBER; q++) {
        stage_do(&stage, EVENT_OPENED);
        if (q < Q_NUMBER)
            stage_close(&stage, CLOSED_BY_HOST), stage_do(&stage, EVENT_REVEALED);
    }
    for (size_t i = 1; i < KEY_RANGES_MAX; i++) {
        struct event more = {.type = EVENT_ACCEPTED, .form = "9", .q = Q_NUMBER};
        cr_assert_eq(stage_apply(&stage, &more), REFUSAL_NONE, "form %zu", i);
    }
    struct event past = {.type = EVENT_ACCEPTED, .form = "9", .q = Q_NUMBER};
    cr_expect_eq(stage_apply(&stage, &past), REFUSAL_BAD_ARGS);
    stage_end(&stage);
}

Test(answers, the_credit_given_is_kept_to_be_shown)
{
    struct stage stage;
    struct event_row row = {
        .player = stage_player(0), .form = "b", .n = 1, .elapsed_ms = 4310, .own_ms = 4000, .credit_limit = 300};

    open_with_two(&stage, "{}");
    stage_answer_row(&stage, 1, &row);
    cr_expect_eq(standing(&stage, 0).credit_ms, 300, "%u", standing(&stage, 0).credit_ms);
    stage_end(&stage);
}
