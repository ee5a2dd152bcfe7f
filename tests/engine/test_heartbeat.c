/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/heartbeat.h"

#include <criterion/criterion.h>
#include <time.h>
#include <unistd.h>

/* A process from its start on, looked at once a second. */
struct watched {
    struct heartbeat heartbeat;
    int64_t now_ms;
    struct heartbeat_use use;
};

static void watched_start(struct watched *watched)
{
    *watched = (struct watched){.now_ms = 1000000, .use = {.cpu_ms = 300, .state = 'R'}};
    heartbeat_start(&watched->heartbeat, watched->now_ms);
}

static enum heartbeat_verdict second(struct watched *watched, int64_t cpu_ms)
{
    watched->now_ms += HEARTBEAT_EVERY_MS;
    watched->use.cpu_ms += cpu_ms;
    return heartbeat_look(&watched->heartbeat, watched->now_ms, watched->use);
}

/* In which second of silence it is found to hang; 0: not within `most`. */
static int found_in(struct watched *watched, int64_t cpu_a_second_ms, int most, enum heartbeat_verdict *verdict)
{
    heartbeat_beat(&watched->heartbeat, watched->now_ms);
    for (int i = 1; i <= most; i++) {
        *verdict = second(watched, cpu_a_second_ms);
        if (*verdict != HEARTBEAT_WELL)
            return i;
    }
    return 0;
}

Test(heartbeat, who_beats_is_well_however_much_it_works)
{
    struct watched watched;
    watched_start(&watched);
    for (int i = 0; i < 200; i++) {
        heartbeat_beat(&watched.heartbeat, watched.now_ms);
        cr_expect_eq(second(&watched, 1000), HEARTBEAT_WELL);
    }
}

Test(heartbeat, who_is_silent_and_keeps_a_processor_busy_is_caught_in_a_loop)
{
    struct watched watched;
    enum heartbeat_verdict verdict;
    watched_start(&watched);
    cr_expect_eq(found_in(&watched, 1000, 60, &verdict), HEARTBEAT_SILENT_MS / 1000 + 1);
    cr_expect_eq(verdict, HEARTBEAT_SPINS);
}

Test(heartbeat, who_gets_a_fourteenth_of_a_processor_is_not_ended_for_its_silence)
{
    struct watched watched;
    enum heartbeat_verdict verdict;
    watched_start(&watched);
    cr_expect_eq(found_in(&watched, 70, 30, &verdict), 0);
    heartbeat_beat(&watched.heartbeat, watched.now_ms);
    cr_expect_eq(second(&watched, 70), HEARTBEAT_WELL);
}

Test(heartbeat, who_wants_the_processor_and_does_not_get_it_is_never_ended)
{
    struct watched watched;
    enum heartbeat_verdict verdict;
    watched_start(&watched);
    cr_expect_eq(found_in(&watched, 0, 1000, &verdict), 0);
}

Test(heartbeat, who_sleeps_through_its_beats_waits_for_what_does_not_come)
{
    struct watched watched;
    enum heartbeat_verdict verdict;
    watched_start(&watched);
    watched.use.state = 'S';
    cr_expect_eq(found_in(&watched, 0, 100, &verdict), HEARTBEAT_ASLEEP_MS / 1000);
    cr_expect_eq(verdict, HEARTBEAT_STANDS_STILL);
}

Test(heartbeat, who_is_starved_and_caught_in_a_loop_is_found_once_it_has_had_its_seconds)
{
    struct watched watched;
    enum heartbeat_verdict verdict;
    watched_start(&watched);
    cr_expect_eq(found_in(&watched, 100, 100, &verdict), 1 + HEARTBEAT_SPUN_MS / 100);
    cr_expect_eq(verdict, HEARTBEAT_SPINS);
}

Test(heartbeat, who_is_paused_for_thirty_seconds_comes_back)
{
    struct watched watched;
    enum heartbeat_verdict verdict;
    watched_start(&watched);
    watched.use.state = 'T';
    cr_expect_eq(found_in(&watched, 0, 30, &verdict), 0);
    heartbeat_beat(&watched.heartbeat, watched.now_ms);
    cr_expect_eq(found_in(&watched, 0, 200, &verdict), HEARTBEAT_STILL_MS / 1000);
    cr_expect_eq(verdict, HEARTBEAT_STANDS_STILL);
}

Test(heartbeat, a_start_may_use_more_of_the_processor_before_the_first_beat)
{
    struct watched watched;
    watched_start(&watched);
    int seconds = 1;
    while (second(&watched, 1000) == HEARTBEAT_WELL)
        seconds++;
    cr_expect_eq(seconds, 1 + START_SPUN_MS / 1000);
}

Test(heartbeat, when_it_was_the_watcher_that_slept_nobody_is_to_blame)
{
    struct watched watched;
    enum heartbeat_verdict verdict;
    watched_start(&watched);
    watched.use.state = 'T';
    cr_expect_eq(found_in(&watched, 0, 35, &verdict), 0);
    watched.now_ms += 3600 * 1000;
    heartbeat_excuse(&watched.heartbeat, watched.now_ms);
    cr_expect_eq(second(&watched, 5000), HEARTBEAT_WELL);
    cr_expect_eq(second(&watched, 0), HEARTBEAT_WELL);
}

Test(heartbeat, what_a_process_has_used_is_read_and_grows)
{
    int64_t before = heartbeat_read(getpid()).cpu_ms;
    struct timespec used = {0};
    do { /* until this thread itself has used a tenth of a second: no clock on the wall is asked */
        for (int i = 0; i < 1000; i++)
            (void)heartbeat_read(getpid());
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    } while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < before + 100);
    cr_expect_gt(heartbeat_read(getpid()).cpu_ms, before);
    cr_expect_eq(heartbeat_read(getpid()).state, 'R');
    cr_expect_eq(heartbeat_read(0).cpu_ms, 0);
}
