/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include "tests/support/stage.h"

/* One question of every kind, An right and Vy wrong, to the podium. */
Test(smoke, a_whole_round_of_every_kind_goes_from_lobby_to_podium)
{
    struct stage stage;

    stage_start(&stage, "{}");
    cr_assert_eq(stage_join(&stage, "An"), REFUSAL_NONE);
    cr_assert_eq(stage_join(&stage, "Vy"), REFUSAL_NONE);
    for (uint32_t q = 1; q <= STAGE_QUESTIONS; q++) {
        stage.now_ms += 1000;
        cr_assert_eq(stage_do(&stage, EVENT_OPENED), REFUSAL_NONE, "question %u", q);
        cr_assert_eq(room_phase(stage.room), PHASE_QUESTION);
        cr_expect_eq(stage_answer(&stage, 0, stage_right(q), 4310).status, ANSWER_ACCEPTED, "question %u", q);
        cr_expect_eq(stage_answer(&stage, 1, stage_wrong(q), 1000).status, ANSWER_ACCEPTED, "question %u", q);
        cr_expect(room_all_answered(stage.room));
        cr_assert_eq(stage_close(&stage, CLOSED_BY_HOST), REFUSAL_NONE);
        cr_assert_eq(stage_do(&stage, EVENT_REVEALED), REFUSAL_NONE);
        cr_assert_eq(stage_do(&stage, EVENT_RANKED), REFUSAL_NONE);
    }
    cr_assert_eq(stage_do(&stage, EVENT_ENDED), REFUSAL_NONE);
    cr_expect_eq(room_phase(stage.room), PHASE_ENDED);
    cr_expect_eq(stage_points(&stage, 0), 8000, "%d", stage_points(&stage, 0)); /* a prediction has no key */
    cr_expect_eq(stage_points(&stage, 1), 0, "%d", stage_points(&stage, 1));
    cr_expect_eq(stage_rank(&stage, 0), 1);
    cr_expect_eq(stage_rank(&stage, 1), 2, "%u", stage_rank(&stage, 1));
    stage_end(&stage);
}
