/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>
#include "tests/support/stage.h"

static void open_with_an(struct stage *stage, const char *settings)
{
    stage_start(stage, settings);
    stage_join(stage, "An");
    cr_assert_eq(stage_do(stage, EVENT_OPENED), REFUSAL_NONE);
}

/* ---- phases ---- */

/* In which phases an event of the host has effect: lobby, question, closed, revealed, ranked, ended. */
static const struct {
    enum event_type type;
    const char *effect; /* 'x' has effect, '.' has none */
} phases[] = {
    {EVENT_OPENED, "x.xxx."},   {EVENT_CLOSED, ".x...."},   {EVENT_REOPENED, "..x..."},  {EVENT_SKIPPED, ".xx..."},
    {EVENT_REVEALED, "..x..."}, {EVENT_RANKED, "...x.."},   {EVENT_PAUSED, "xxxxx."},    {EVENT_LOCKED, "xxxxxx"},
    {EVENT_ENDED, "xxxxx."},    {EVENT_EXTENDED, ".x...."}, {EVENT_FINALISED, ".....x"},
};

static void go_to(struct stage *stage, enum phase phase)
{
    stage_start(stage, "{}");
    stage_join(stage, "An");
    if (phase >= PHASE_QUESTION)
        stage_do(stage, EVENT_OPENED);
    if (phase >= PHASE_CLOSED)
        stage_close(stage, CLOSED_BY_HOST);
    if (phase >= PHASE_REVEALED)
        stage_do(stage, EVENT_REVEALED);
    if (phase >= PHASE_RANKED)
        stage_do(stage, EVENT_RANKED);
    if (phase >= PHASE_ENDED)
        stage_do(stage, EVENT_ENDED);
    cr_assert_eq(room_phase(stage->room), phase);
}

Test(room, each_event_has_effect_in_its_phases_only_and_leaves_the_room_alone_in_the_others)
{
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        for (int phase = 0; phase < PHASE_COUNT; phase++) {
            struct stage stage;
            go_to(&stage, (enum phase)phase);
            uint32_t q = room_q(stage.room);
            struct event event = {.type = phases[i].type,
                                  .q = phases[i].type == EVENT_OPENED ? q + 1 : q,
                                  .clock = room_clock(stage.room),
                                  .why = CLOSED_BY_HOST,
                                  .ms = 5000};
            uint64_t at = room_at(stage.room);
            enum refusal refusal = stage_apply(&stage, &event);
            cr_expect_eq(refusal == REFUSAL_NONE, phases[i].effect[phase] == 'x', "%s in %s: %s",
                         event_name(phases[i].type), phase_name((enum phase)phase), refusal_code(refusal));
            if (refusal != REFUSAL_NONE) {
                cr_expect_eq(stage.effects.count, 0);
                cr_expect_eq(room_phase(stage.room), (enum phase)phase);
                cr_expect_eq(room_at(stage.room), at);
            }
            stage_end(&stage);
        }
    }
}

Test(room, questions_are_opened_one_after_the_other_to_the_last)
{
    struct stage stage;
    struct event second = {.type = EVENT_OPENED, .q = 2};

    stage_start(&stage, "{\"questions\":{\"count\":2}}");
    cr_expect_eq(stage_apply(&stage, &second), REFUSAL_STALE, "the first is first");
    stage_do(&stage, EVENT_OPENED);
    stage_close(&stage, CLOSED_BY_HOST);
    cr_expect_not(room_question_is_last(stage.room));
    cr_expect_eq(stage_do(&stage, EVENT_OPENED), REFUSAL_NONE);
    cr_expect(room_question_is_last(stage.room));
    stage_close(&stage, CLOSED_BY_HOST);
    cr_expect_eq(stage_do(&stage, EVENT_OPENED), REFUSAL_WRONG_PHASE);
    cr_expect_eq(stage_do(&stage, EVENT_SKIPPED), REFUSAL_NONE, "skipping the last ends the contest");
    cr_expect_eq(room_phase(stage.room), PHASE_ENDED);
    stage_end(&stage);
}

Test(room, there_is_one_beginning)
{
    struct room *room = room_new();
    struct effects effects;
    struct event opened = {.type = EVENT_OPENED, .q = 1, .position = 1, .eid = "0123456789abcdef01234567"};

    effects_init(&effects);
    cr_expect_eq(room_apply(room, &opened, &effects), REFUSAL_WRONG_PHASE, "nothing before `created`");
    cr_expect_null(room_plan(room));
    effects_clear(&effects);
    room_free(room);

    struct stage stage;
    struct written written = {0};
    struct event again;
    stage_start(&stage, "{}");
    plan_write_created(room_plan(stage.room), "0123456789abcdef01234567", &written.e, &written.p);
    struct entry entry = {.position = 2, .id = "2-0", .e = written.e, .e_length = strlen(written.e)};
    cr_assert_eq(event_read(&entry, &again), EVENT_READ);
    cr_expect_eq(room_apply(stage.room, &again, &stage.effects), REFUSAL_WRONG_PHASE);
    event_clear(&again);
    written_clear(&written);
    stage_end(&stage);
}

/* ---- guards and repeats ---- */

Test(room, a_command_that_saw_an_older_phase_is_stale)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    struct event close = {
        .type = EVENT_CLOSED, .q = 1, .why = CLOSED_BY_HOST, .guarded = true, .guard = room_at(stage.room)};
    struct event late = close;
    cr_expect_eq(stage_apply(&stage, &close), REFUSAL_NONE);
    cr_expect_eq(stage_apply(&stage, &late), REFUSAL_STALE);
    struct event reveal = {.type = EVENT_REVEALED, .q = 1, .guarded = true, .guard = room_at(stage.room)};
    cr_expect_eq(stage_apply(&stage, &reveal), REFUSAL_NONE);
    stage_end(&stage);
}

Test(room, two_hosts_who_press_at_once_move_one_step)
{
    struct stage stage;

    stage_start(&stage, "{}");
    struct event first = {.type = EVENT_OPENED, .q = 1, .guarded = true, .guard = room_at(stage.room)};
    struct event second = first;
    cr_expect_eq(stage_apply(&stage, &first), REFUSAL_NONE);
    cr_expect_eq(stage_apply(&stage, &second), REFUSAL_STALE);
    cr_expect_eq(room_q(stage.room), 1);
    stage_end(&stage);
}

Test(room, an_event_that_comes_again_gives_the_first_outcome_and_does_nothing)
{
    struct stage stage;
    struct digest before, after;
    enum refusal refusal;
    uint64_t position;

    open_with_an(&stage, "{}");
    struct event longer = {.type = EVENT_EXTENDED, .q = 1, .ms = 10000, .eid = "aaaaaaaaaaaaaaaaaaaaaaaa"};
    struct event again = longer;
    struct event refused = {.type = EVENT_REVEALED, .q = 1, .eid = "bbbbbbbbbbbbbbbbbbbbbbbb"};
    struct event refused_again = refused;

    cr_expect_eq(stage_apply(&stage, &longer), REFUSAL_NONE);
    uint64_t first = stage.position;
    cr_expect_eq(stage_apply(&stage, &again), REFUSAL_NONE);
    cr_expect(stage.effects.repeated);
    cr_expect_eq(stage.effects.first_position, first);
    cr_expect_eq(room_limit_ms(stage.room), STAGE_LIMIT_MS + 10000);
    cr_expect(room_outcome(stage.room, longer.eid, &refusal, &position) && position == first);

    cr_expect_eq(stage_apply(&stage, &refused), REFUSAL_WRONG_PHASE);
    stage_close(&stage, CLOSED_BY_HOST);
    stage.position++;
    room_digest(stage.room, &before);
    stage.position--;
    cr_expect_eq(stage_apply(&stage, &refused_again), REFUSAL_WRONG_PHASE, "though it would have effect by now");
    cr_expect_eq(room_phase(stage.room), PHASE_CLOSED);
    room_digest(stage.room, &after);
    cr_expect_neq(memcmp(&before, &after, sizeof before), 0, "the position alone has moved");
    stage_end(&stage);
}

/* ---- closing ---- */

Test(room, a_close_by_time_of_an_older_clock_has_no_effect)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    struct event by_time = {.type = EVENT_CLOSED, .q = 1, .clock = room_clock(stage.room), .why = CLOSED_BY_TIME};
    struct event longer = {.type = EVENT_EXTENDED, .q = 1, .ms = 1};
    stage_apply(&stage, &longer);
    cr_expect_eq(stage_apply(&stage, &by_time), REFUSAL_STALE);
    cr_expect_eq(stage_close(&stage, CLOSED_BY_TIME), REFUSAL_NONE);
    stage_end(&stage);
}

Test(room, time_does_not_close_a_paused_question_but_the_host_does)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    stage_do(&stage, EVENT_PAUSED);
    cr_expect_eq(stage_close(&stage, CLOSED_BY_TIME), REFUSAL_STALE);
    cr_expect_eq(stage_close(&stage, CLOSED_BY_HOST), REFUSAL_NONE);
    cr_expect_not(room_paused(stage.room));
    stage_end(&stage);
}

Test(room, a_close_by_all_counts_only_if_all_have_answered)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    cr_expect_eq(stage_close(&stage, CLOSED_BY_ALL), REFUSAL_STALE);
    stage_answer(&stage, 0, "b", 1000);
    stage_join(&stage, "Vy");
    cr_expect_eq(stage_close(&stage, CLOSED_BY_ALL), REFUSAL_STALE, "somebody came in meanwhile");
    stage_answer(&stage, 1, "b", 1000);
    cr_expect_eq(stage_close(&stage, CLOSED_BY_ALL), REFUSAL_NONE);
    stage_end(&stage);
}

/* ---- time ---- */

Test(room, a_pause_stops_the_time)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    stage.now_ms += 4000;
    uint32_t clock = room_clock(stage.room);
    stage_do(&stage, EVENT_PAUSED);
    cr_expect_eq(room_clock(stage.room), clock + 1);
    stage.now_ms += 60000;
    cr_expect_eq(room_open_ms(stage.room, stage.now_ms), 4000);
    cr_expect_eq(stage_do(&stage, EVENT_PAUSED), REFUSAL_WRONG_PHASE);
    stage_do(&stage, EVENT_RESUMED);
    cr_expect_eq(stage_do(&stage, EVENT_RESUMED), REFUSAL_WRONG_PHASE);
    stage.now_ms += 1000;
    cr_expect_eq(room_open_ms(stage.room, stage.now_ms), 5000);
    stage_end(&stage);
}

Test(room, a_pause_between_questions_takes_nothing_from_the_next)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_PAUSED);
    stage.now_ms += 60000;
    stage_do(&stage, EVENT_RESUMED);
    stage_do(&stage, EVENT_REVEALED);
    stage_do(&stage, EVENT_OPENED);
    stage.now_ms += 3000;
    cr_expect_eq(room_open_ms(stage.room, stage.now_ms), 3000);
    stage_end(&stage);
}

Test(room, an_extension_is_added_to_everybodys_limit)
{
    struct stage stage;
    struct event factor = {.type = EVENT_ACCOMMODATED, .player = stage_player(0), .factor = 150};
    struct event longer = {.type = EVENT_EXTENDED, .q = 1, .ms = 10000};

    open_with_an(&stage, "{}");
    stage_join(&stage, "Vy");
    stage_apply(&stage, &factor);
    stage_apply(&stage, &longer);
    cr_expect_eq(room_limit_ms(stage.room), 30000);
    cr_expect_eq(room_seat_limit_ms(stage.room, 0), 45000);
    cr_expect_eq(room_seat_limit_ms(stage.room, 1), 30000);
    stage_close(&stage, CLOSED_BY_HOST);
    stage_do(&stage, EVENT_OPENED);
    cr_expect_eq(room_limit_ms(stage.room), STAGE_LIMIT_MS, "of that question alone");
    stage_end(&stage);
}

Test(room, a_question_can_be_extended_to_a_bound_and_not_past_it)
{
    struct stage stage;
    enum refusal refusal = REFUSAL_NONE;
    size_t times = 0;

    open_with_an(&stage, "{}");
    while (refusal == REFUSAL_NONE && times < 10000) {
        struct event longer = {.type = EVENT_EXTENDED, .q = 1, .ms = EXTEND_MS_MAX};
        refusal = stage_apply(&stage, &longer);
        times++;
    }
    cr_expect_eq(refusal, REFUSAL_BAD_ARGS);
    cr_expect(room_limit_ms(stage.room) <= INT32_MAX);
    stage_end(&stage);
}

Test(room, a_reopened_question_goes_on_for_the_time_that_was_left)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    stage.now_ms += 5000;
    stage_close(&stage, CLOSED_BY_HOST);
    stage.now_ms += 30000;
    cr_expect_eq(stage_do(&stage, EVENT_REOPENED), REFUSAL_NONE);
    cr_expect_eq(room_open_ms(stage.room, stage.now_ms), 5000);
    cr_expect_eq(room_limit_ms(stage.room), STAGE_LIMIT_MS);
    stage_end(&stage);
}

Test(room, a_reopened_question_has_at_least_ten_seconds)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    stage.now_ms += 21000;
    stage_close(&stage, CLOSED_BY_TIME);
    stage_do(&stage, EVENT_REOPENED);
    cr_expect_eq(room_limit_ms(stage.room) - room_open_ms(stage.room, stage.now_ms), REOPEN_LEAST_MS);
    stage_end(&stage);
}

Test(room, a_pause_of_a_closed_question_is_not_counted_twice_when_it_is_reopened)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    stage.now_ms += 5000;
    stage_close(&stage, CLOSED_BY_HOST);
    stage.now_ms += 1000;
    stage_do(&stage, EVENT_PAUSED);
    stage.now_ms += 1000;
    stage_do(&stage, EVENT_REOPENED);
    cr_expect_not(room_paused(stage.room));
    stage.now_ms += 1000;
    cr_expect_eq(room_open_ms(stage.room, stage.now_ms), 6000);
    stage_end(&stage);
}

Test(room, a_question_closed_in_a_pause_and_reopened_has_lost_no_time)
{
    struct stage stage;

    open_with_an(&stage, "{}");
    stage.now_ms += 5000;
    stage_do(&stage, EVENT_PAUSED);
    stage.now_ms += 7000;
    stage_close(&stage, CLOSED_BY_HOST);
    stage.now_ms += 3000;
    stage_do(&stage, EVENT_REOPENED);
    cr_expect_eq(room_open_ms(stage.room, stage.now_ms), 5000);
    stage_end(&stage);
}

/* ---- the chain ---- */

Test(room, the_chain_folds_what_another_tool_would_fold)
{
    struct digest head = {0}, by_hand;
    static const char e[] = "{\"t\":\"opened\"}";
    struct entry entry = {.position = 118, .id = "1732431600000-0", .e = e, .e_length = sizeof e - 1};
    char hex[DIGEST_HEX_SIZE];
    uint8_t all[DIGEST_BYTES + 128] = {0};

    memcpy(all + DIGEST_BYTES,
           "118"
           "1732431600000-0"
           "{\"t\":\"opened\"}",
           3 + 15 + sizeof e - 1);
    digest_of(all, DIGEST_BYTES + 3 + 15 + sizeof e - 1, &by_hand);
    chain_fold(&head, &entry);
    cr_expect_arr_eq(head.bytes, by_hand.bytes, DIGEST_BYTES);
    /* (head -c 32 /dev/zero; printf '1181732431600000-0{"t":"opened"}') | sha256sum */
    digest_hex(&head, hex);
    cr_expect_str_eq(hex, "f5a135a772715475717aee0340317b236d0d346de360587b2aa765a6404c291b", "%s", hex);
}
