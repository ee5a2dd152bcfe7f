/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include "rooms/marks.h"
#include "tests/support/stage.h"

enum { AN, VY, BINH };

static const struct marks_rules by_right = {.rule = MARKS_BY_RIGHT};
static const struct marks_rules by_points = {.rule = MARKS_BY_POINTS};

static void expect_done(enum refusal refusal)
{
    cr_assert_eq(refusal, REFUSAL_NONE);
}

static void reveal(struct stage *stage)
{
    expect_done(stage_close(stage, CLOSED_BY_HOST));
    expect_done(stage_do(stage, EVENT_REVEALED));
}

/* Opens the next question, takes an answer of each (NULL: none), and reveals. */
static void play(struct stage *stage, const char *an, const char *vy)
{
    const char *forms[] = {an, vy};

    expect_done(stage_do(stage, EVENT_OPENED));
    for (uint32_t seat = AN; seat <= VY; seat++)
        if (forms[seat] != NULL)
            cr_assert_eq(stage_answer(stage, seat, forms[seat], 1000).status, ANSWER_ACCEPTED);
    reveal(stage);
}

static void start(struct stage *stage, const char *settings)
{
    stage_start(stage, settings);
    expect_done(stage_join(stage, "An"));
    expect_done(stage_join(stage, "Vy"));
}

static struct mark_line line_of(const struct stage *stage, const struct marks_rules *rules, uint32_t seat)
{
    struct mark_line line;
    marks_line(stage->room, rules, seat, &line);
    return line;
}

static int32_t mark_of(const struct stage *stage, const struct marks_rules *rules, uint32_t seat)
{
    return line_of(stage, rules, seat).mark;
}

static struct mark_question question_of(const struct stage *stage, uint32_t q)
{
    struct mark_question question;
    marks_question(stage->room, q, &question);
    return question;
}

static void judge(struct stage *stage, struct event event)
{
    memcpy(event.actor, "judge", 6);
    expect_done(stage_apply(stage, &event));
}

Test(marks, a_mark_is_rounded_to_a_tenth_and_halves_go_up)
{
    static const struct {
        int64_t got, most;
        int32_t tenths;
    } rows[] = {
        {0, 1, 0},
        {1, 1, 100},
        {1, 3, 33},
        {2, 3, 67},
        {1, 200, 1}, /* 0.05 */
        {1, 201, 0},
        {199, 200, 100},
        {198, 200, 99},
        {849, 1000, 85},
        {5, 8, 63}, /* 6.25 */
        {-5, 10, 0},
        {11, 10, 100},
        {0, 0, MARK_NONE},
        {5, 0, MARK_NONE},
        {3, -1, MARK_NONE},
        {499999, 1000000, 50},
        {400000, 400000, 100},
        {1, 400000, 0},
        {399999, 400000, 100},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect_eq(marks_tenths(rows[i].got, rows[i].most), rows[i].tenths, "%lld of %lld: %d",
                     (long long)rows[i].got, (long long)rows[i].most, marks_tenths(rows[i].got, rows[i].most));
}

Test(marks, nobody_has_a_mark_before_a_question_counts)
{
    struct stage stage;
    start(&stage, "{}");
    cr_expect_eq(mark_of(&stage, &by_right, AN), MARK_NONE);
    cr_expect_eq(mark_of(&stage, &by_points, AN), MARK_NONE);
    cr_expect_eq(marks_standing(stage.room, 1), MARK_STANDING_UNSCORED);
    cr_expect_eq(question_of(&stage, 1).of, 0);
    cr_expect_eq(question_of(&stage, 1).right_percent, MARK_NONE);
    stage_do(&stage, EVENT_OPENED);
    stage_answer(&stage, AN, stage_right(1), 1000);
    expect_done(stage_do(&stage, EVENT_ENDED));
    cr_expect_eq(mark_of(&stage, &by_right, AN), MARK_NONE, "the question was open when the room ended");
    stage_end(&stage);
}

Test(marks, what_counts_is_how_many_were_right_of_the_questions_that_were_asked)
{
    struct stage stage;
    start(&stage, "{}");
    play(&stage, stage_right(1), stage_right(1));
    play(&stage, stage_right(2), stage_wrong(2));
    play(&stage, stage_right(3), NULL);
    expect_done(stage_do(&stage, EVENT_ENDED));
    struct mark_line vy = line_of(&stage, &by_right, VY);
    cr_expect_eq(mark_of(&stage, &by_right, AN), 100);
    cr_expect_eq(vy.mark, 33);
    cr_expect_eq(vy.counted, 3, "questions that were never asked lower no mark");
    cr_expect_eq(vy.cells[CELL_RIGHT], 1);
    cr_expect_eq(vy.cells[CELL_WRONG], 1);
    cr_expect_eq(vy.cells[CELL_NONE], 1);
    cr_expect_eq(vy.cells[CELL_OUT], STAGE_QUESTIONS - 3);
    stage_end(&stage);
}

Test(marks, speed_lowers_the_mark_by_points_but_not_the_mark_by_right_answers)
{
    struct stage stage;
    start(&stage, "{\"scoring\":\"speed\"}");
    expect_done(stage_do(&stage, EVENT_OPENED));
    stage_answer(&stage, AN, stage_right(1), 0);
    stage_answer(&stage, VY, stage_right(1), STAGE_LIMIT_MS);
    reveal(&stage);
    cr_expect_eq(mark_of(&stage, &by_right, AN), 100);
    cr_expect_eq(mark_of(&stage, &by_right, VY), 100);
    cr_expect_eq(mark_of(&stage, &by_points, AN), 100);
    cr_expect_eq(mark_of(&stage, &by_points, VY), 50, "half the points at the bell");
    stage_end(&stage);
}

Test(marks, statements_give_a_part_of_the_credit)
{
    static const struct {
        const char *form;
        uint32_t credit;
        enum mark_cell cell;
    } rows[] = {{"a=false,b=true,c=false,d=false", 0, CELL_WRONG},
                {"a=true,b=true,c=false,d=false", 100, CELL_PARTLY},
                {"a=true,b=false,c=false,d=false", 250, CELL_PARTLY},
                {"a=true,b=false,c=true,d=false", 500, CELL_PARTLY},
                {"a=true,b=false,c=true,d=true", 1000, CELL_RIGHT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stage stage;
        uint32_t credit;
        start(&stage, "{\"scoring\":\"speed\"}");
        for (uint32_t q = 1; q < Q_STATEMENTS; q++)
            play(&stage, NULL, NULL);
        play(&stage, rows[i].form, NULL);
        cr_expect_eq(marks_cell(stage.room, Q_STATEMENTS, AN, &credit), rows[i].cell, "%s", rows[i].form);
        cr_expect_eq(credit, rows[i].credit, "%s: %u", rows[i].form, credit);
        cr_expect_eq(mark_of(&stage, &by_right, AN), marks_tenths(credit, 4 * CREDIT_FULL));
        stage_end(&stage);
    }
}

Test(marks, a_skipped_and_a_voided_question_lower_no_mark)
{
    struct stage stage;
    start(&stage, "{}");
    play(&stage, stage_right(1), stage_wrong(1));
    play(&stage, stage_wrong(2), stage_right(2));
    expect_done(stage_do(&stage, EVENT_OPENED));
    expect_done(stage_do(&stage, EVENT_SKIPPED));
    reveal(&stage);
    judge(&stage, (struct event){.type = EVENT_VOIDED, .q = 2});
    cr_expect_eq(marks_standing(stage.room, 2), MARK_STANDING_VOID);
    cr_expect_eq(marks_standing(stage.room, 3), MARK_STANDING_VOID);
    cr_expect_eq(line_of(&stage, &by_right, AN).counted, 2);
    cr_expect_eq(mark_of(&stage, &by_right, AN), 50);
    cr_expect_eq(mark_of(&stage, &by_points, AN), 50);
    cr_expect_eq(mark_of(&stage, &by_right, VY), 0);
    cr_expect_eq(question_of(&stage, 2).right_percent, MARK_NONE);
    judge(&stage, (struct event){.type = EVENT_VOIDED, .q = 1});
    judge(&stage, (struct event){.type = EVENT_VOIDED, .q = 4});
    cr_expect_eq(mark_of(&stage, &by_right, AN), MARK_NONE, "all void");
    cr_expect_eq(mark_of(&stage, &by_points, AN), MARK_NONE);
    stage_end(&stage);
}

Test(marks, a_corrected_key_marks_anew_and_a_gift_is_right_for_all_who_answered)
{
    struct stage stage;
    start(&stage, "{}");
    play(&stage, stage_wrong(1), stage_right(1));
    play(&stage, stage_wrong(2), NULL);
    judge(&stage, (struct event){.type = EVENT_REKEYED, .q = 1, .form = "a", .policy = REKEY_RESCORE});
    cr_expect_eq(mark_of(&stage, &by_right, AN), 50);
    cr_expect_eq(mark_of(&stage, &by_right, VY), 0);
    judge(&stage, (struct event){.type = EVENT_REKEYED, .q = 1, .form = "b", .policy = REKEY_ACCEPT_ALSO});
    cr_expect_eq(mark_of(&stage, &by_right, VY), 50);
    judge(&stage, (struct event){.type = EVENT_REKEYED, .q = 2, .form = "a,c", .policy = REKEY_GIFT});
    cr_expect_eq(marks_standing(stage.room, 2), MARK_STANDING_GIFT);
    cr_expect_eq(mark_of(&stage, &by_right, AN), 100);
    cr_expect_eq(mark_of(&stage, &by_right, VY), 50, "who did not answer gets no gift");
    cr_expect_eq(question_of(&stage, 2).right_percent, 50);
    stage_end(&stage);
}

Test(marks, a_prediction_counts_once_its_outcome_is_known)
{
    struct stage stage;
    start(&stage, "{}");
    for (uint32_t q = 1; q < Q_PREDICTION; q++)
        play(&stage, stage_right(q), NULL);
    play(&stage, "7", "9");
    cr_expect_eq(marks_standing(stage.room, Q_PREDICTION), MARK_STANDING_KEYLESS);
    cr_expect_eq(mark_of(&stage, &by_right, AN), 100);
    judge(&stage, (struct event){.type = EVENT_REKEYED, .q = Q_PREDICTION, .form = "9", .policy = REKEY_RESCORE});
    cr_expect_eq(mark_of(&stage, &by_right, AN), 89);
    cr_expect_eq(mark_of(&stage, &by_right, VY), 11);
    stage_end(&stage);
}

Test(marks, what_was_over_before_somebody_came_counts_as_the_rule_says)
{
    static const struct marks_rules left_out = {.rule = MARKS_BY_RIGHT, .before = MARKS_BEFORE_LEFT_OUT};
    static const struct marks_rules left_out_points = {.rule = MARKS_BY_POINTS, .before = MARKS_BEFORE_LEFT_OUT};
    struct stage stage;
    uint32_t credit;
    start(&stage, "{}");
    play(&stage, stage_right(1), NULL);
    expect_done(stage_do(&stage, EVENT_OPENED));
    expect_done(stage_join(&stage, "Bình"));
    stage_answer(&stage, BINH, stage_right(2), 1000);
    reveal(&stage);
    expect_done(stage_join(&stage, "Đến muộn"));
    expect_done(stage_do(&stage, EVENT_ENDED));
    cr_expect_eq(marks_cell(stage.room, 1, BINH, &credit), CELL_BEFORE);
    cr_expect_eq(mark_of(&stage, &by_right, BINH), 50);
    cr_expect_eq(mark_of(&stage, &left_out, BINH), 100);
    cr_expect_eq(mark_of(&stage, &left_out_points, BINH), 100);
    cr_expect_eq(line_of(&stage, &left_out, BINH).counted, 1);
    cr_expect_eq(mark_of(&stage, &by_right, BINH + 1), 0);
    cr_expect_eq(mark_of(&stage, &left_out, BINH + 1), MARK_NONE, "there was nothing to answer");
    cr_expect_eq(question_of(&stage, 1).of, 2, "who came later did not have it");
    cr_expect_eq(question_of(&stage, 2).of, 3);
    stage_end(&stage);
}

Test(marks, who_answers_a_reopened_question_is_marked_for_it)
{
    struct stage stage;
    uint32_t credit;
    start(&stage, "{}");
    expect_done(stage_do(&stage, EVENT_OPENED));
    expect_done(stage_close(&stage, CLOSED_BY_HOST));
    expect_done(stage_join(&stage, "Bình"));
    expect_done(stage_do(&stage, EVENT_REOPENED));
    stage_answer(&stage, BINH, stage_right(1), 1000);
    reveal(&stage);
    cr_expect_eq(marks_cell(stage.room, 1, BINH, &credit), CELL_RIGHT);
    stage_end(&stage);
}

Test(marks, a_late_answer_is_not_a_wrong_one)
{
    struct stage stage;
    uint32_t credit;
    start(&stage, "{}");
    expect_done(stage_do(&stage, EVENT_OPENED));
    stage_answer(&stage, AN, stage_wrong(1), STAGE_LIMIT_MS + 60000);
    reveal(&stage);
    cr_expect_eq(marks_cell(stage.room, 1, AN, &credit), CELL_LATE);
    cr_expect_eq(question_of(&stage, 1).wrong_count, 0);
    stage_end(&stage);
}

Test(marks, who_is_disqualified_has_no_mark_and_is_in_no_statistics)
{
    struct stage stage;
    start(&stage, "{}");
    play(&stage, stage_right(1), stage_wrong(1));
    judge(&stage, (struct event){.type = EVENT_DISQUALIFIED, .player = stage_player(VY)});
    struct mark_line vy = line_of(&stage, &by_right, VY);
    cr_expect(vy.disqualified);
    cr_expect_eq(vy.mark, MARK_NONE);
    cr_expect_eq(vy.cells[CELL_WRONG], 1);
    cr_expect_eq(question_of(&stage, 1).of, 1);
    cr_expect_eq(question_of(&stage, 1).right_percent, 100);
    cr_expect_not(question_of(&stage, 1).wrong.given);
    stage_end(&stage);
}

Test(marks, points_of_a_judge_count_by_points_alone_and_never_past_ten)
{
    struct stage stage;
    start(&stage, "{}");
    play(&stage, stage_right(1), NULL);
    play(&stage, NULL, NULL);
    judge(&stage, (struct event){.type = EVENT_ADJUSTED, .player = stage_player(AN), .points = 500});
    judge(&stage, (struct event){.type = EVENT_ADJUSTED, .player = stage_player(VY), .points = -500});
    cr_expect_eq(mark_of(&stage, &by_right, AN), 50);
    cr_expect_eq(mark_of(&stage, &by_points, AN), 75);
    cr_expect_eq(mark_of(&stage, &by_points, VY), 0);
    judge(&stage, (struct event){.type = EVENT_ADJUSTED, .player = stage_player(AN), .points = 5000});
    cr_expect_eq(mark_of(&stage, &by_points, AN), 100);
    stage_end(&stage);
}

Test(marks, the_most_given_wrong_answer_is_found_and_of_equals_the_first_choice)
{
    struct stage stage;
    start(&stage, "{}");
    for (int i = 0; i < 4; i++)
        expect_done(stage_join(&stage, "Thêm"));
    expect_done(stage_do(&stage, EVENT_OPENED));
    static const char *const forms[] = {"d", "c", "a", "d", "b", "c"};
    for (uint32_t seat = 0; seat < 6; seat++)
        stage_answer(&stage, seat, forms[seat], 1000);
    reveal(&stage);
    struct mark_question one = question_of(&stage, 1);
    cr_expect_eq(one.wrong_count, 2);
    cr_expect_eq(one.wrong.value, UINT64_C(1) << 2, "c before d");
    cr_expect_eq(one.cells[CELL_RIGHT], 1);
    cr_expect_eq(one.right_percent, 17);
    play(&stage, stage_right(2), NULL);
    cr_expect_not(question_of(&stage, 2).wrong.given, "all who answered were right");
    stage_end(&stage);
}
