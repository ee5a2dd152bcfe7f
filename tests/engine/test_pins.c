/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include "engine/pins.h"
#include "engine/rooms.h"
#include "tests/support/store.h"

static struct guesser from(const char *address)
{
    struct guesser guesser;
    guesser_init_text(&guesser, address);
    return guesser;
}

Test(pins, an_address_is_its_ipv4_or_the_first_half_of_its_ipv6)
{
    cr_expect_eq(from("2001:db8:1:2::1").network, from("2001:db8:1:2:ffff::9").network);
    cr_expect_neq(from("2001:db8:1:2::1").network, from("2001:db8:1:3::1").network);
    cr_expect_neq(from("192.0.2.1").network, from("192.0.2.2").network);
    cr_expect_eq(from("::ffff:192.0.2.1").network, from("192.0.2.1").network);
    cr_expect_eq(from("nonsense").network, 0);
    cr_expect_neq(from("::1").network, 0);

    struct sockaddr_in peer = {.sin_family = AF_INET};
    struct guesser guesser;
    inet_pton(AF_INET, "192.0.2.1", &peer.sin_addr);
    guesser_init(&guesser, (struct sockaddr *)&peer);
    cr_expect_eq(guesser.network, from("192.0.2.1").network);
    guesser_init(&guesser, NULL);
    cr_expect_eq(guesser.network, 0);
}

Test(pins, an_address_may_guess_wrong_three_hundred_times_and_then_twice_a_second)
{
    struct guesses *guesses = guesses_new();
    struct guesser school = from("192.0.2.1"), other = from("192.0.2.2");

    for (int i = 0; i < PIN_GUESSES; i++) {
        cr_assert(guesses_may_ask(guesses, &school, 1000), "guess %d", i);
        guesses_was_wrong(guesses, school.network, 1000);
    }
    cr_expect_not(guesses_may_ask(guesses, &school, 1000));
    cr_expect(guesses_may_ask(guesses, &other, 1000), "another address does not feel it");
    cr_expect_not(guesses_may_ask(guesses, &school, 1499));
    cr_expect(guesses_may_ask(guesses, &school, 1500));
    guesses_was_wrong(guesses, school.network, 1500);
    cr_expect_not(guesses_may_ask(guesses, &school, 1500));
    cr_expect_not(guesses_may_ask(guesses, &school, 1000), "a clock that goes back gives nothing");
    guesses_free(guesses);
}

Test(pins, right_pins_cost_nothing)
{
    struct guesses *guesses = guesses_new();
    struct guesser school = from("192.0.2.1");
    for (int i = 0; i < 10 * PIN_GUESSES; i++)
        cr_assert(guesses_may_ask(guesses, &school, 0));
    cr_expect_eq(guesses_count(guesses), 0);
    guesses_free(guesses);
}

Test(pins, a_connection_may_guess_wrong_ten_times)
{
    struct guesses *guesses = guesses_new();
    struct guesser guesser = {.network = 0, .wrong = PIN_WRONG_A_CONNECTION - 1};
    cr_expect(guesses_may_ask(guesses, &guesser, 0));
    guesser.wrong = PIN_WRONG_A_CONNECTION;
    cr_expect_not(guesses_may_ask(guesses, &guesser, 0));
    guesses_free(guesses);
}

Test(pins, the_table_is_bounded_and_the_worst_guessers_stay_in_it)
{
    struct guesses *guesses = guesses_new();
    struct guesser bad = from("203.0.113.9");
    for (int i = 0; i < PIN_GUESSES; i++)
        guesses_was_wrong(guesses, bad.network, 0);
    for (uint32_t i = 0; i < 4 * PIN_ADDRESSES_MAX; i++)
        guesses_was_wrong(guesses, (UINT64_C(0x20010db8) << 32) + i, 1);
    cr_expect_leq(guesses_count(guesses), PIN_ADDRESSES_MAX);
    cr_expect_not(guesses_may_ask(guesses, &bad, 1));
    guesses_free(guesses);
}

/* ---- asking Redis ---- */

struct scene {
    struct store store;
    uv_loop_t loop;
    struct redis *redis;
    struct pins *pins;
    int answers;
    enum pin_answer last;
    char room[ROOM_ID_MAX + 1];
};

static void found(void *context, uint64_t session_number, enum pin_answer answer, const char *room)
{
    struct scene *scene = context;
    cr_expect_eq(session_number, 7);
    scene->answers++;
    scene->last = answer;
    snprintf(scene->room, sizeof scene->room, "%s", room == NULL ? "" : room);
}

static bool is_up(void *context)
{
    return redis_is_up(((struct scene *)context)->redis);
}

static bool is_answered(void *context)
{
    return ((struct scene *)context)->answers > 0;
}

static enum pin_answer ask(struct scene *scene, const struct guesser *guesser, const char *pin)
{
    struct pin_question question = {.guesser = guesser, .pin = pin, .session_number = 7};
    scene->answers = 0;
    pins_find(scene->pins, &question, (int64_t)uv_now(&scene->loop), found, scene);
    cr_expect_eq(scene->answers, 0, "never from inside the call");
    loop_until(&scene->loop, is_answered, scene);
    return scene->last;
}

Test(pins, a_pin_leads_to_its_room_and_a_wrong_one_counts)
{
    struct scene scene = {.answers = 0};
    struct guesser guesser = from("192.0.2.1"), tired = {.wrong = PIN_WRONG_A_CONNECTION};

    store_start(&scene.store);
    store_number(&scene.store, "SET", "hoithi:pin:482913", "7h3k9m2p4q6r", NULL);
    uv_loop_init(&scene.loop);
    scene.redis = redis_new(&scene.loop, &scene.store.address, NULL);
    scene.pins = pins_new(&scene.loop, scene.redis);
    cr_expect_eq(ask(&scene, &guesser, "482913"), PIN_UNAVAILABLE, "Redis is not there yet");
    loop_until(&scene.loop, is_up, &scene);

    cr_expect_eq(ask(&scene, &guesser, "482913"), PIN_FOUND);
    cr_expect_str_eq(scene.room, "7h3k9m2p4q6r");
    scene.room[0] = '\0';
    cr_expect_eq(ask(&scene, &guesser, "482913"), PIN_FOUND, "and the next of the crowd finds it, too");
    cr_expect_str_eq(scene.room, "7h3k9m2p4q6r");
    cr_expect_eq(ask(&scene, &guesser, "482914"), PIN_UNKNOWN);
    cr_expect_eq(ask(&scene, &guesser, ""), PIN_UNKNOWN);
    cr_expect_eq(ask(&scene, &guesser, "48291"), PIN_UNKNOWN);
    cr_expect_eq(ask(&scene, &guesser, "4829133"), PIN_UNKNOWN);
    cr_expect_eq(ask(&scene, &guesser, "48 913"), PIN_UNKNOWN);
    cr_expect_eq(ask(&scene, &tired, "482913"), PIN_TOO_FAST);

    redis_close(scene.redis);
    pins_free(scene.pins);
    loop_end(&scene.loop);
    store_end(&scene.store);
}

Test(pins, what_everybody_tries_first_is_never_given_out)
{
    static const char *const plain[] = {"000000", "111111", "123456", "654321", "012345", "121212", "100000", "112112"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        cr_expect(pin_is_plain(plain[i]), "%s", plain[i]);
    cr_expect_not(pin_is_plain("482913"));
    for (int i = 0; i < 2000; i++) {
        char pin[PIN_DIGITS + 1];
        pin_new(pin);
        cr_expect_eq(strlen(pin), PIN_DIGITS);
        cr_expect_not(pin_is_plain(pin));
    }
}
