/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"
#include "rooms/hub_state.h"
#include "tests/support/counter.h"
#include "tests/support/store.h"

static uv_loop_t loop;
static struct counter counter;
static struct ask ask, waiting;
static char id[POLL_ID_SIZE];

static void open_counter(void)
{
    uv_loop_init(&loop);
    counter_open(&counter, &loop, 1, NULL);
}

static void close_counter(void)
{
    counter_close(&counter);
    loop_end(&loop);
    ask_clear(&ask);
    ask_clear(&waiting);
}

TestSuite(poll, .init = open_counter, .fini = close_counter);

/* {"s":ID,…the rest}; the reply is in `to`. */
static void say(struct ask *to, const char *rest, ...) __attribute__((format(printf, 2, 3)));
static void say(struct ask *to, const char *rest, ...)
{
    char *more;
    char body[1024];
    va_list list;

    va_start(list, rest);
    cr_assert_geq(vasprintf(&more, rest, list), 0);
    va_end(list);
    snprintf(body, sizeof body, "{\"s\":\"%s\"%s}", id, more);
    free(more);
    ask_clear(to);
    counter_ask(&counter, to, body);
}

#define PING ",\"frames\":[{\"t\":\"ping\",\"c\":1}]"
#define WAIT ",\"wait\":true"

Test(poll, a_session_is_made_without_an_id_and_frames_are_counted_from_one)
{
    counter_session(&counter, id);
    cr_expect_eq(polls_count(counter.polls), 1);
    cr_expect_eq(polls_count(NULL), 0);
    say(&ask, PING);
    cr_expect_eq(ask_from(&ask), 1);
    cr_expect_eq(ask_frames(&ask), 1);
    cr_expect_str_eq(ask_frame(&ask, 0), "pong");
}

Test(poll, what_was_not_named_as_got_comes_again_with_the_same_numbers)
{
    counter_session(&counter, id);
    say(&ask, PING);
    say(&ask, PING);
    cr_expect_eq(ask_from(&ask), 1);
    cr_expect_eq(ask_frames(&ask), 2);
    say(&ask, ",\"got\":1");
    cr_expect_eq(ask_from(&ask), 2);
    cr_expect_eq(ask_frames(&ask), 1);
    static const char *const nothing[] = {",\"got\":1",     ",\"got\":0",    ",\"got\":-5",
                                          ",\"got\":\"2\"", ",\"got\":null", ""};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        say(&ask, "%s", nothing[i]);
        cr_expect_eq(ask_from(&ask), 2, "%s", nothing[i]);
    }
}

Test(poll, a_got_beyond_what_was_sent_drops_what_there_is_and_skips_no_number)
{
    counter_session(&counter, id);
    say(&ask, PING);
    say(&ask, ",\"got\":1e300" PING);
    cr_expect_eq(ask_from(&ask), 2);
    cr_expect_eq(ask_frames(&ask), 1);
}

Test(poll, a_waiting_request_is_answered_when_there_is_a_frame)
{
    counter_session(&counter, id);
    say(&waiting, WAIT);
    loop_turn(&loop);
    cr_expect_not(waiting.answered);
    say(&ask, PING);
    cr_expect_eq(ask_frames(&ask), 0, "the one that waits brings it");
    loop_turn(&loop);
    cr_expect_eq(ask_frames(&waiting), 1);
}

Test(poll, a_waiting_request_is_held_for_twenty_seconds)
{
    counter_host(&counter, id);
    say(&ask, ",\"got\":1000");
    int64_t now_ms = counter_now(&counter);
    say(&waiting, ",\"got\":1000" WAIT);
    polls_look(counter.polls, now_ms + POLL_HOLD_MS - 1);
    cr_expect_not(waiting.answered);
    polls_look(counter.polls, now_ms + POLL_HOLD_MS);
    cr_expect_eq(ask_frames(&waiting), 0);
    cr_expect_eq(ask_close(&waiting), -1);
}

Test(poll, a_newer_waiting_request_answers_the_older_one_without_frames)
{
    counter_session(&counter, id);
    struct ask newer;
    say(&waiting, WAIT);
    memset(&newer, 0, sizeof newer);
    say(&newer, WAIT);
    cr_expect_eq(ask_frames(&waiting), 0);
    cr_expect_not(newer.answered);
    say(&ask, PING);
    loop_turn(&loop);
    cr_expect_eq(ask_frames(&newer), 1);
    ask_clear(&newer);
}

Test(poll, who_has_not_joined_after_thirty_seconds_is_gone)
{
    counter_session(&counter, id);
    int64_t made_ms = counter_now(&counter);
    polls_look(counter.polls, made_ms + POLL_JOIN_MAX_MS - 1);
    cr_expect_eq(polls_count(counter.polls), 1);
    say(&waiting, WAIT);
    polls_look(counter.polls, made_ms + POLL_JOIN_MAX_MS);
    cr_expect_eq(polls_count(counter.polls), 0);
    cr_expect(waiting.answered);
    say(&ask, PING);
    cr_expect(ask_is_gone(&ask));
}

Test(poll, who_has_joined_and_says_nothing_for_sixty_seconds_is_gone)
{
    counter_host(&counter, id);
    say(&ask, ",\"got\":0");
    int64_t heard_ms = counter_now(&counter);
    polls_look(counter.polls, heard_ms + POLL_SILENT_MAX_MS - 1);
    cr_expect_eq(polls_count(counter.polls), 1);
    polls_look(counter.polls, heard_ms + POLL_SILENT_MAX_MS);
    cr_expect_eq(polls_count(counter.polls), 0);
    struct hub_counts counts;
    hub_count(counter.hub, &counts);
    cr_expect_eq(counts.sessions, 0);
}

Test(poll, silence_counts_from_the_end_of_a_wait)
{
    counter_host(&counter, id);
    say(&ask, ",\"got\":1000");
    int64_t now_ms = counter_now(&counter);
    say(&waiting, ",\"got\":1000" WAIT);
    polls_look(counter.polls, now_ms + POLL_HOLD_MS + 5);
    cr_expect(waiting.answered);
    polls_look(counter.polls, now_ms + POLL_HOLD_MS + 5 + POLL_SILENT_MAX_MS - 1);
    cr_expect_eq(polls_count(counter.polls), 1);
    polls_look(counter.polls, now_ms + POLL_HOLD_MS + 5 + POLL_SILENT_MAX_MS);
    cr_expect_eq(polls_count(counter.polls), 0);
}

static void ask_with_frames(int count)
{
    struct buffer body;
    buffer_init(&body);
    buffer_put(&body, "{\"frames\":[");
    for (int i = 0; i < count; i++)
        buffer_print(&body, "%s{\"t\":\"ping\",\"c\":%d}", i == 0 ? "" : ",", i);
    buffer_put(&body, "]}");
    ask_clear(&ask);
    counter_ask_bytes(&counter, &ask, body.text, body.length);
    buffer_clear(&body);
}

Test(poll, a_body_brings_twenty_frames_and_not_one_more)
{
    ask_with_frames(POLL_FRAMES_A_BODY);
    cr_expect_eq(ask.status, 200);
    cr_expect_eq(ask_frames(&ask), POLL_FRAMES_A_BODY);
    ask_with_frames(POLL_FRAMES_A_BODY + 1);
    cr_expect_eq(ask.status, 400);
    cr_expect_str_eq(ask_error(&ask), "bad_frame");
    cr_expect_eq(polls_count(counter.polls), 1);
}

Test(poll, a_body_has_at_most_sixty_four_kilobytes)
{
    char *body = memory_new(POLL_BODY_MAX_BYTES + 2, 1);
    memset(body, ' ', POLL_BODY_MAX_BYTES + 1);
    memcpy(body, "{\"frames\":[]}", 13);
    counter_ask_bytes(&counter, &ask, body, POLL_BODY_MAX_BYTES);
    cr_expect_eq(ask.status, 200);
    ask_clear(&ask);
    counter_ask_bytes(&counter, &ask, body, POLL_BODY_MAX_BYTES + 1);
    cr_expect_eq(ask.status, 413);
    cr_expect_str_eq(ask_error(&ask), "too_big");
    free(body);
}

Test(poll, what_is_no_object_with_a_list_of_frames_is_refused)
{
    static const char *const bodies[] = {"", "{", "[]", "3", "null", "\"x\"", "{\"frames\":{}}", "{\"frames\":\"x\"}"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        ask_clear(&ask);
        counter_ask(&counter, &ask, bodies[i]);
        cr_expect_eq(ask.status, 400, "%s", bodies[i]);
    }
    cr_expect_eq(polls_count(counter.polls), 0);
}

/* A frame of a type that nobody knows, of so many bytes. */
static void say_long(size_t bytes)
{
    struct buffer body;
    buffer_init(&body);
    buffer_print(&body, "{\"s\":\"%s\",\"got\":1000,\"frames\":[{\"t\":\"", id);
    for (size_t i = strlen("{\"t\":\"\"}"); i < bytes; i++)
        buffer_put(&body, "x");
    buffer_put(&body, "\"}]}");
    ask_clear(&ask);
    counter_ask_bytes(&counter, &ask, body.text, body.length);
    buffer_clear(&body);
}

Test(poll, a_frame_is_as_long_as_its_role_allows)
{
    counter_session(&counter, id);
    say_long(FRAME_PLAYER_MAX_BYTES);
    cr_expect_str_eq(ask_frame(&ask, 0), "unknown_type");
    say_long(FRAME_PLAYER_MAX_BYTES + 1);
    cr_expect_str_eq(ask_frame(&ask, 0), "too_big");
    counter_host(&counter, id);
    say(&ask, ",\"got\":1000");
    say_long(FRAME_HOST_MAX_BYTES);
    cr_expect_str_eq(ask_frame(&ask, 0), "unknown_type");
    say_long(FRAME_HOST_MAX_BYTES + 1);
    cr_expect_str_eq(ask_frame(&ask, 0), "too_big");
}

Test(poll, at_most_thirty_two_frames_are_kept_and_none_is_lost_beyond)
{
    counter_session(&counter, id);
    say(&ask, PING);
    for (int i = 1; i < POLL_KEPT_MAX + 5; i++)
        say(&ask, PING);
    cr_expect_eq(ask_from(&ask), 1);
    cr_expect_eq(ask_frames(&ask), POLL_KEPT_MAX);
    say(&ask, ",\"got\":%d" WAIT, POLL_KEPT_MAX);
    cr_expect_eq(ask_from(&ask), POLL_KEPT_MAX + 1);
    cr_expect_eq(ask_frames(&ask), 5);
}

/* `state` for a host carries the public address, so it can be as long as one likes. */
static void say_large_state(size_t bytes)
{
    char *url = memory_new(bytes + 1, 1);
    memset(url, 'u', bytes);
    hub_set_public_url(counter.hub, url);
    say(&ask, ",\"frames\":[{\"t\":\"attach\",\"token\":\"%s\"}]", COUNTER_HOST);
    free(url);
}

static size_t frame_bytes(const struct ask *reply)
{
    char *text = cJSON_PrintUnformatted(cJSON_GetObjectItem(reply->json, "frames"));
    size_t length = strlen(text);
    cJSON_free(text);
    return length;
}

Test(poll, frames_are_kept_up_to_so_many_bytes_and_the_rest_follows)
{
    counter_host(&counter, id);
    say(&ask, ",\"got\":1000");
    int first = ask_from(&ask), heard = 0;
    for (int i = 0; i < 4; i++)
        say_large_state(POLL_KEPT_MAX_BYTES / 3);
    cr_expect_leq(frame_bytes(&ask), POLL_KEPT_MAX_BYTES + 2 * POLL_KEPT_MAX);
    for (int i = 0; i < 10 && ask_frames(&ask) > 0; i++) {
        cr_expect_eq(ask_from(&ask), first + heard);
        for (int f = 0; f < ask_frames(&ask); f++)
            heard++;
        say(&ask, ",\"got\":%d", first + heard - 1);
    }
    cr_expect_geq(heard, 4);
    cr_expect_eq(ask_frames(&ask), 0);
}

Test(poll, a_single_larger_frame_comes_alone)
{
    counter_host(&counter, id);
    say_large_state(POLL_KEPT_MAX_BYTES + 1);
    cr_expect_eq(ask_frames(&ask), 1);
    cr_expect_str_eq(ask_frame(&ask, 0), "state");
    cr_expect_gt(frame_bytes(&ask), POLL_KEPT_MAX_BYTES);
}

Test(poll, a_full_house_turns_the_next_one_away_and_serves_those_inside)
{
    for (int i = 0; i < POLL_SESSIONS_MAX; i++)
        counter_session(&counter, id);
    counter_ask(&counter, &ask, "{\"frames\":[]}");
    cr_expect_eq(ask.status, 503);
    cr_expect_str_eq(ask_error(&ask), "busy");
    say(&ask, PING);
    cr_expect_eq(ask_frames(&ask), 1);
    say(&ask, ",\"bye\":true");
    counter_session(&counter, id);
    cr_expect_eq(polls_count(counter.polls), POLL_SESSIONS_MAX);
}

static uint32_t round_trip(void)
{
    struct line line;
    poll_line(counter.newest, &line);
    cr_expect_eq(line.turn_ms, COUNTER_TURN_MS);
    return line.rtt_ms;
}

Test(poll, the_round_trip_is_the_middle_one_of_the_last_three)
{
    static const struct {
        const char *said;
        uint32_t then;
    } steps[] = {{",\"rtt\":80", 80},       {",\"rtt\":200", 80},      {",\"rtt\":120", 120},
                 {",\"rtt\":90", 120},      {",\"rtt\":10", 90},       {",\"rtt\":10000", 90},
                 {",\"rtt\":10000", 10000}, {",\"rtt\":10001", 10000}, {",\"rtt\":-1", 10000},
                 {",\"rtt\":\"5\"", 10000}, {",\"rtt\":null", 10000},  {",\"rtt\":0", 10000},
                 {",\"rtt\":0", 0}};

    counter_session(&counter, id);
    say(&ask, PING);
    cr_expect_eq(round_trip(), 0, "none was told");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        say(&ask, "%s", steps[i].said);
        cr_expect_eq(round_trip(), steps[i].then, "step %zu", i);
    }
}

Test(poll, every_close_code_comes_after_the_frames_and_then_the_session_is_gone)
{
    static const enum close_code codes[] = {CLOSE_ABUSE,      CLOSE_RESTART, CLOSE_BUSY,
                                            CLOSE_TAKEN_OVER, CLOSE_REMOVED, CLOSE_TOKEN_ENDED};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        counter_session(&counter, id);
        say(&ask, PING);
        say(&waiting, ",\"got\":1" WAIT);
        cr_assert_not(waiting.answered);
        poll_close(counter.newest, codes[i]);
        poll_close(counter.newest, CLOSE_BUSY); /* the first one counts */
        loop_turn(&loop);
        cr_expect_eq(ask_close(&waiting), (int)codes[i]);
        say(&ask, WAIT);
        cr_expect_eq(ask_close(&ask), (int)codes[i], "if that reply was lost");
        say(&ask, WAIT);
        cr_expect(ask_is_gone(&ask));
        cr_expect_eq(polls_count(counter.polls), 0);
    }
}

Test(poll, twenty_frames_that_nobody_understands_end_a_session)
{
    counter_session(&counter, id);
    for (int i = 1; i < BAD_FRAMES_MAX; i++)
        say(&ask, ",\"got\":1000,\"frames\":[{\"t\":\"nonsense\"}]");
    cr_expect_eq(ask_close(&ask), -1);
    say(&ask, ",\"got\":1000,\"frames\":[17]");
    cr_expect_str_eq(ask_frame(&ask, 0), "bad_frame");
    cr_expect_eq(ask_close(&ask), CLOSE_ABUSE);
}

Test(poll, a_bad_token_closes_as_on_a_socket)
{
    counter_session(&counter, id);
    say(&ask, ",\"frames\":[{\"t\":\"attach\",\"token\":\"bad\"}]");
    cr_expect_str_eq(ask_frame(&ask, 0), "bad_token");
    cr_expect_eq(ask_close(&ask), CLOSE_TOKEN_ENDED);
}

Test(poll, who_says_goodbye_is_gone_at_once)
{
    counter_session(&counter, id);
    say(&waiting, WAIT);
    say(&ask, ",\"bye\":true");
    cr_expect(ask_is_gone(&ask));
    cr_expect(waiting.answered);
    cr_expect_eq(polls_count(counter.polls), 0);
    say(&ask, PING);
    cr_expect(ask_is_gone(&ask));
}

Test(poll, an_id_that_is_none_of_ours_is_gone)
{
    static const char *const ids[] = {"",
                                      "x",
                                      "-",
                                      "1",
                                      "1-",
                                      "1-nobody",
                                      "-1-x",
                                      "2-x",
                                      "999-x",
                                      "1000-x",
                                      "99999999999999999999-x",
                                      " 1-x",
                                      "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char body[200];
        ask_clear(&ask);
        snprintf(body, sizeof body, "{\"s\":\"%s\",\"frames\":[]}", ids[i]);
        counter_ask(&counter, &ask, body);
        cr_expect(ask_is_gone(&ask), "\"%s\"", ids[i]);
    }
}

Test(poll, an_end_answers_whoever_waits)
{
    counter_session(&counter, id);
    say(&waiting, WAIT);
    counter_close(&counter);
    cr_expect(waiting.answered);
    loop_turn(&loop);
    counter_open(&counter, &loop, 1, NULL); /* for close_counter() */
}
