/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/encode.h"
#include "tests/support/stage.h"

/* Everything that the encoders can say to a role about the running question before it is revealed. */
static void write_all(struct stage *stage, enum role role, uint32_t seat, struct buffer *out)
{
    struct view view;
    struct answer_view answer;
    const struct plan *plan = room_plan(stage->room);
    uint32_t q = room_q(stage->room);
    struct state_extras extras = {.room = STAGE_ROOM, .plan = plan, .bank = stage->bank};

    room_view(stage->room, role, seat, &view);
    encode_state(out, &view, &extras);
    encode_question_head(out, &view, plan, &stage->bank->questions[plan->questions[q - 1].bank_index]);
    encode_question_tail(out, view.limit_ms, 1000);
    room_view_answer(stage->room, q, seat, &answer);
    encode_ack(out, &plan->questions[q - 1].shape, &answer, 1, ANSWER_ACCEPTED);
    encode_closed(out, q, CLOSED_BY_HOST, view.at);
    encode_progress(out, q, room_answered(stage->room), view.players, -1);
    encode_board_head(out, NULL, 0, &view);
}

static void expect_silence(struct stage *stage, const char *when)
{
    static const char *const telling[] = {"\"key\"", "\"explain\"", "because", "\"right\":", "\"counts\""};
    static const enum role roles[] = {ROLE_PLAYER, ROLE_SCREEN, ROLE_HOST, ROLE_JUDGE, ROLE_ADMIN};
    struct distribution distribution;
    struct result_view result;
    uint32_t q = room_q(stage->room);

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        struct buffer text;
        buffer_init(&text);
        write_all(stage, roles[i], roles[i] == ROLE_PLAYER ? 0 : NO_SEAT, &text);
        for (size_t word = 0; word < sizeof telling / sizeof *telling; word++)
            cr_expect_null(strstr(text.text, telling[word]), "%s, %s: %s", when, role_name(roles[i]), text.text);
        buffer_clear(&text);
    }
    cr_expect_null(room_view_key(stage->room, q));
    cr_expect_not(room_view_distribution(stage->room, q, &distribution));
    cr_expect_not(room_view_result(stage->room, q, 0, &result));
    cr_expect_eq(stage_points(stage, 0), (int32_t)(q - 1) * 1000, "%s: points tell nothing", when);
}

Test(view, nothing_tells_the_key_of_any_kind_to_any_role_before_the_reveal)
{
    struct stage stage;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_join(&stage, "Vy");
    for (uint32_t q = 1; q <= STAGE_QUESTIONS; q++) {
        stage_do(&stage, EVENT_OPENED);
        expect_silence(&stage, "opened");
        stage_answer(&stage, 0, stage_right(q), 1000);
        stage_answer(&stage, 1, stage_wrong(q), 1000);
        expect_silence(&stage, "answered");
        stage_do(&stage, EVENT_PAUSED);
        expect_silence(&stage, "paused");
        stage_close(&stage, CLOSED_BY_HOST);
        expect_silence(&stage, "closed");
        stage_do(&stage, EVENT_REVEALED);
        cr_expect_not_null(room_view_key(stage.room, q));
    }
    stage_end(&stage);
}

Test(view, the_reveal_says_key_explanation_and_how_all_answered)
{
    struct stage stage;
    struct distribution distribution;
    struct buffer text;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_join(&stage, "Vy");
    stage_join(&stage, "Lan");
    stage_do(&stage, EVENT_OPENED);
    stage_answer(&stage, 0, "b", 1000);
    stage_answer(&stage, 1, "d", 1000);
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_REVEALED);
    cr_assert(room_view_distribution(stage.room, 1, &distribution));
    buffer_init(&text);
    encode_reveal_head(&text, 1, 9, &room_plan(stage.room)->questions[0], room_view_key(stage.room, 1),
                       &stage.bank->questions[0], &distribution);
    cr_expect_str_eq(
        text.text,
        "{\"t\":\"reveal\",\"q\":1,\"at\":9,\"key\":[\"b\"],\"explain\":\"because-1\",\"answered\":2,\"of\":3,"
        "\"counts\":{\"a\":0,\"b\":1,\"c\":0,\"d\":1},\"you\":",
        "%s", text.text);
    buffer_clear(&text);
    stage_end(&stage);
}

/* Who sees ranks: [board][phase revealed, ended] for a player; staff always does. */
static const struct {
    const char *settings;
    bool revealed, ended;
} boards[] = {
    {"{\"board\":\"each\"}", true, true}, {"{\"board\":\"end\"}", false, true}, {"{\"board\":\"none\"}", false, false}};

static bool sees_ranks(const struct stage *stage, enum role role)
{
    struct view view;
    room_view(stage->room, role, role == ROLE_PLAYER ? 0 : NO_SEAT, &view);
    return view.ranks;
}

Test(view, ranks_are_shown_when_the_board_is)
{
    for (size_t i = 0; i < sizeof boards / sizeof *boards; i++) {
        struct stage stage;
        stage_start(&stage, boards[i].settings);
        stage_join(&stage, "An");
        stage_do(&stage, EVENT_OPENED);
        stage_close(&stage, CLOSED_BY_HOST);
        stage_do(&stage, EVENT_REVEALED);
        cr_expect_eq(sees_ranks(&stage, ROLE_PLAYER), boards[i].revealed, "%s", boards[i].settings);
        cr_expect_eq(sees_ranks(&stage, ROLE_SCREEN), boards[i].revealed, "%s", boards[i].settings);
        cr_expect(sees_ranks(&stage, ROLE_HOST));
        stage_do(&stage, EVENT_ENDED);
        cr_expect_eq(sees_ranks(&stage, ROLE_PLAYER), boards[i].ended, "%s", boards[i].settings);
        cr_expect(sees_ranks(&stage, ROLE_JUDGE));
        stage_end(&stage);
    }
}

Test(view, texts_are_on_phones_unless_the_room_shows_them_on_the_screen_only)
{
    struct stage stage;
    struct view view;
    struct buffer text;

    stage_start(&stage, "{\"text\":\"screen\"}");
    stage_join(&stage, "An");
    stage_do(&stage, EVENT_OPENED);
    buffer_init(&text);
    room_view(stage.room, ROLE_PLAYER, 0, &view);
    encode_question_head(&text, &view, room_plan(stage.room), &stage.bank->questions[0]);
    cr_expect_null(strstr(text.text, "Ask one"));
    cr_expect_null(strstr(text.text, "choice a"));
    cr_expect_not_null(strstr(text.text, "\"id\":\"a\""));
    room_view(stage.room, ROLE_SCREEN, NO_SEAT, &view);
    encode_question_head(&text, &view, room_plan(stage.room), &stage.bank->questions[0]);
    cr_expect_not_null(strstr(text.text, "Ask one"));
    buffer_clear(&text);
    stage_end(&stage);
}

static void play_one(struct stage *stage, const char *first, const char *second)
{
    stage_do(stage, EVENT_OPENED);
    uint32_t q = room_q(stage->room);
    stage_answer(stage, 0, first == NULL ? stage_right(q) : first, 1000);
    stage_answer(stage, 1, second == NULL ? stage_right(q) : second, 1000);
    stage_close(stage, CLOSED_BY_HOST);
    stage_do(stage, EVENT_REVEALED);
}

Test(view, while_it_is_frozen_everybody_sees_the_board_as_it_stood)
{
    struct stage stage;
    char id[PLAYER_TEXT_SIZE];
    struct board_row row;
    struct view view;
    uint32_t before, seat;

    stage_start(&stage, "{}");
    stage_join(&stage, "An");
    stage_join(&stage, "Vy");
    play_one(&stage, NULL, "a");
    stage_do(&stage, EVENT_FROZEN);
    play_one(&stage, "b", NULL);
    play_one(&stage, "false", NULL);
    cr_assert(room_view_public_row(stage.room, 0, id, &row, &before, &seat));
    cr_expect(seat == 0 && row.points == 1000);
    cr_assert(room_view_row(stage.room, 0, id, &row, &before, &seat));
    cr_expect(seat == 1 && row.points == 2000, "the staff sees it as it is");
    room_view(stage.room, ROLE_PLAYER, 1, &view);
    cr_expect(view.frozen && !view.ranks);
    cr_expect_eq(view.total, 2000, "one's own points stay");
    stage_do(&stage, EVENT_UNFROZEN);
    cr_assert(room_view_public_row(stage.room, 0, id, &row, &before, &seat));
    cr_expect_eq(seat, 1);
    stage_end(&stage);
}

Test(view, a_name_that_waits_for_the_nod_stands_on_no_public_board)
{
    struct stage stage;
    char id[PLAYER_TEXT_SIZE];
    struct board_row row;
    uint32_t before, seat;

    stage_start(&stage, "{\"names\":\"nod\"}");
    stage_join(&stage, "An");
    cr_assert(room_view_public_row(stage.room, 0, id, &row, &before, &seat));
    cr_expect_str_eq(row.name, "…");
    stage_act(&stage, EVENT_NODDED, 0);
    cr_assert(room_view_public_row(stage.room, 0, id, &row, &before, &seat));
    cr_expect_str_eq(row.name, "An");
    stage_end(&stage);
}

Test(view, values_that_are_not_bars_are_listed_by_how_many_gave_them)
{
    struct stage stage;
    struct distribution distribution;

    stage_start(&stage, "{}");
    for (uint32_t seat = 0; seat < 20; seat++)
        stage_join(&stage, "An");
    for (uint32_t q = 1; q < Q_NUMBER; q++) {
        stage_do(&stage, EVENT_OPENED);
        stage_close(&stage, CLOSED_BY_HOST);
        stage_do(&stage, EVENT_REVEALED);
    }
    stage_do(&stage, EVENT_OPENED);
    for (uint32_t seat = 0; seat < 20; seat++) {
        char form[8];
        snprintf(form, sizeof form, "%u", seat < 5 ? 5u : seat < 7 ? 0u : seat);
        cr_assert_eq(stage_answer(&stage, seat, form, 1000).status, ANSWER_ACCEPTED);
    }
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_REVEALED);
    cr_assert(room_view_distribution(stage.room, Q_NUMBER, &distribution));
    cr_expect_eq(distribution.bars, 0);
    cr_expect_eq(distribution.answered, 20);
    cr_expect_eq(distribution.values, DISTRIBUTION_VALUES_MAX);
    cr_expect(distribution.value[0].count == 5 && distribution.value[0].right);
    cr_expect(distribution.value[1].count == 2 && distribution.value[1].value == 0 && !distribution.value[1].right);
    stage_end(&stage);
}
