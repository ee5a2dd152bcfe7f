/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "question-banks/memory.h"
#include "tests/support/counter.h"
#include "tests/support/store.h"

static uv_loop_t loop;
static struct counter one, two;
static struct ask ask;
static char folder[64], id[POLL_ID_SIZE];

static void open_both(void)
{
    snprintf(folder, sizeof folder, "/tmp/hoithi-relay-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    uv_loop_init(&loop);
    counter_open(&one, &loop, 1, folder);
    counter_open(&two, &loop, 2, folder);
}

static void close_both(void)
{
    char path[100];
    counter_close(&one);
    counter_close(&two);
    loop_end(&loop);
    ask_clear(&ask);
    for (int worker = 1; worker <= 9; worker++) {
        snprintf(path, sizeof path, "%s/poll-%d.sock", folder, worker);
        (void)unlink(path);
    }
    cr_expect_eq(rmdir(folder), 0);
}

TestSuite(poll_relay, .init = open_both, .fini = close_both);

static bool is_answered(void *context)
{
    return ((struct ask *)context)->answered;
}

/* Asks worker one, about a session of another. */
static void carry(struct ask *to, const char *rest)
{
    char body[300];
    snprintf(body, sizeof body, "{\"s\":\"%s\"%s}", id, rest);
    counter_ask(&one, to, body);
}

/* A worker that is the test itself: listens on its socket. */
static int stand_in(int worker)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_geq(fd, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/poll-%d.sock", folder, worker);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(listen(fd, 4), 0);
    return fd;
}

Test(poll_relay, a_request_reaches_the_worker_that_holds_the_session)
{
    counter_session(&two, id);
    carry(&ask, ",\"frames\":[{\"t\":\"ping\",\"c\":1}]");
    cr_expect_not(ask.answered);
    loop_until(&loop, is_answered, &ask);
    cr_expect_eq(ask.status, 200);
    cr_expect_eq(ask_frames(&ask), 1);
    cr_expect_str_eq(ask_frame(&ask, 0), "pong");
    cr_expect_eq(polls_count(one.polls), 0);
}

Test(poll_relay, a_waiting_request_waits_over_there)
{
    struct ask other;
    counter_session(&two, id);
    carry(&ask, ",\"wait\":true");
    loop_turn(&loop);
    cr_expect_not(ask.answered);
    carry(&other, ",\"frames\":[{\"t\":\"ping\",\"c\":1}]");
    loop_until(&loop, is_answered, &ask);
    loop_until(&loop, is_answered, &other);
    cr_expect_eq(ask_frames(&ask) + ask_frames(&other), 1, "one of them brings it");
    ask_clear(&other);
}

Test(poll_relay, a_worker_that_is_not_there_has_no_session_any_more)
{
    snprintf(id, sizeof id, "7-abcdefghij");
    carry(&ask, "");
    loop_until(&loop, is_answered, &ask);
    cr_expect(ask_is_gone(&ask));
}

Test(poll_relay, a_socket_that_a_killed_worker_left_behind_is_nobody)
{
    close(stand_in(7));
    snprintf(id, sizeof id, "7-abcdefghij");
    carry(&ask, "");
    loop_until(&loop, is_answered, &ask);
    cr_expect(ask_is_gone(&ask));
}

Test(poll_relay, a_worker_that_dies_before_it_answers_has_no_session_any_more)
{
    int fd = stand_in(7);
    snprintf(id, sizeof id, "7-abcdefghij");
    carry(&ask, "");
    loop_turn(&loop);
    int line = accept(fd, NULL, NULL);
    loop_turn(&loop);
    cr_expect_not(ask.answered, "it is waited for");
    close(line);
    loop_until(&loop, is_answered, &ask);
    cr_expect(ask_is_gone(&ask));
    close(fd);
}

Test(poll_relay, a_slow_worker_s_reply_is_put_together)
{
    static const char reply[] = "{\"s\":\"7-abcdefghij\",\"from\":4,\"frames\":[{\"t\":\"pong\",\"c\":1,\"s\":2}]}\n";
    int fd = stand_in(7);
    snprintf(id, sizeof id, "7-abcdefghij");
    carry(&ask, "");
    loop_turn(&loop);
    int line = accept(fd, NULL, NULL);
    for (size_t i = 0; i < sizeof reply - 1; i++) {
        cr_assert_eq(write(line, reply + i, 1), 1);
        loop_turn(&loop);
        cr_assert_not(ask.answered);
    }
    close(line);
    loop_until(&loop, is_answered, &ask);
    cr_expect_eq(ask_from(&ask), 4);
    cr_expect_str_eq(ask_frame(&ask, 0), "pong");
    close(fd);
}

Test(poll_relay, the_beginning_of_a_reply_is_none)
{
    static const char beginning[] = "{\"s\":\"7-abcdefghij\",\"from\":4,\"frames\":[{\"t\":\"pong\"}";
    int fd = stand_in(7);
    snprintf(id, sizeof id, "7-abcdefghij");
    carry(&ask, "");
    loop_turn(&loop);
    int line = accept(fd, NULL, NULL);
    cr_assert_eq(write(line, beginning, sizeof beginning - 1), (ssize_t)sizeof beginning - 1);
    loop_turn(&loop);
    close(line);
    loop_until(&loop, is_answered, &ask);
    cr_expect(ask_is_gone(&ask));
    close(fd);
}

Test(poll_relay, a_request_that_was_carried_is_not_carried_on)
{
    char body[] = "{\"s\":\"2-abcdefghij\"}";
    snprintf(id, sizeof id, "2-abcdefghij");
    carry(&ask, ""); /* two has no such session; nobody else is asked */
    loop_until(&loop, is_answered, &ask);
    cr_expect(ask_is_gone(&ask));
    ask_clear(&ask);
    counter_ask(&two, &ask, body);
    cr_expect(ask_is_gone(&ask));
}

Test(poll_relay, a_worker_whose_queue_is_full_is_busy_and_not_gone)
{
    struct ask asks[12];
    int fd = stand_in(7), busy = 0;
    snprintf(id, sizeof id, "7-abcdefghij");
    for (int i = 0; i < 12; i++)
        carry(&asks[i], "");
    loop_turn(&loop);
    for (int i = 0; i < 12; i++)
        if (asks[i].answered) {
            cr_expect_eq(asks[i].status, 503);
            cr_expect_str_eq(ask_error(&asks[i]), "busy");
            busy++;
        }
    cr_expect_geq(busy, 1);
    cr_expect_lt(busy, 12);
    close(fd);
    for (int i = 0; i < 12; i++) {
        loop_until(&loop, is_answered, &asks[i]);
        ask_clear(&asks[i]);
    }
}

Test(poll_relay, so_many_requests_are_carried_at_once_and_one_more_is_told_to_come_back)
{
    struct ask *asks = memory_new(POLL_RELAYED_MAX + 1, sizeof *asks);
    snprintf(id, sizeof id, "7-abcdefghij");
    for (int i = 0; i <= POLL_RELAYED_MAX; i++)
        carry(&asks[i], "");
    cr_expect_not(asks[POLL_RELAYED_MAX - 1].answered);
    cr_expect(asks[POLL_RELAYED_MAX].answered);
    cr_expect_eq(asks[POLL_RELAYED_MAX].status, 503);
    for (int i = 0; i <= POLL_RELAYED_MAX; i++) {
        loop_until(&loop, is_answered, &asks[i]);
        ask_clear(&asks[i]);
    }
    free(asks);
    carry(&ask, "");
    loop_until(&loop, is_answered, &ask);
    cr_expect(ask_is_gone(&ask), "there is room again");
}

Test(poll_relay, what_comes_in_by_the_relay_s_door_has_the_same_limit)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char bytes[4096], byte;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/poll-2.sock", folder);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    memset(bytes, ' ', sizeof bytes);
    for (size_t sent = 0; sent <= POLL_BODY_MAX_BYTES; sent += sizeof bytes) {
        if (write(fd, bytes, sizeof bytes) < 0)
            break;
        loop_turn(&loop);
    }
    loop_turn(&loop);
    ssize_t length = recv(fd, &byte, 1, MSG_DONTWAIT);
    cr_expect(length == 0 || (length < 0 && errno == ECONNRESET), "it was hung up on");
    close(fd);
}
