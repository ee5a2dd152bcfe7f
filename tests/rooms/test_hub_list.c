/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "tests/support/front.h"

#define CLASS "{\"class_list\":[\"Nguyễn Văn An\",\"Lê Lan\",\"Trần Vy\"]"
#define OPEN CLASS "}"
#define ONLY CLASS ",\"list_only\":true}"
#define LOOK "{\"t\":\"look\",\"pin\":\"" STAGE_PIN "\"}"

static const char *error_of(const struct guest *guest)
{
    const char *frame = guest_heard(guest, "error");
    return frame == NULL ? "" : frame_text(frame, "code");
}

static void tap(struct guest *guest, uint32_t row, const char *once)
{
    char text[200];
    snprintf(text, sizeof text, "{\"t\":\"join\",\"pin\":\"" STAGE_PIN "\",\"row\":%u,\"once\":\"%s\"}", row, once);
    guest_say(guest, text);
}

Test(hub_list, whoever_has_the_pin_sees_the_names_and_may_then_join_on_the_same_line)
{
    struct front *front = front_new(OPEN);
    struct guest *an = front_guest(front, 0);

    guest_ask(an, LOOK);
    cr_expect_str_eq(guest_heard(an, "list"), "{\"t\":\"list\",\"names\":["
                                              "{\"row\":1,\"name\":\"Nguyễn Văn An\",\"taken\":false},"
                                              "{\"row\":2,\"name\":\"Lê Lan\",\"taken\":false},"
                                              "{\"row\":3,\"name\":\"Trần Vy\",\"taken\":false}],\"list_only\":false}");
    tap(an, 2, "once-0000000000000001");
    front_settle(front);
    cr_assert_not_null(guest_heard(an, "joined"));
    cr_expect_str_eq(frame_text(guest_heard(an, "joined"), "name"), "Lê Lan");
    cr_expect_not_null(strstr(guest_heard(an, "joined"), "\"renamed\":false"));

    struct guest *vy = front_guest(front, 1);
    guest_ask(vy, LOOK);
    cr_expect_not_null(strstr(guest_heard(vy, "list"), "{\"row\":2,\"name\":\"Lê Lan\",\"taken\":true}"));
    guest_ask(an, LOOK);
    cr_expect_str_eq(error_of(an), "not_allowed", "who is in does not ask any more");
    front_free(front);
}

Test(hub_list, a_room_without_a_list_has_an_empty_one)
{
    struct front *front = front_new("{}");
    struct guest *an = front_guest(front, 0);

    guest_ask(an, LOOK);
    cr_expect_str_eq(guest_heard(an, "list"), "{\"t\":\"list\",\"names\":[],\"list_only\":false}");
    front_free(front);
}

Test(hub_list, nobody_sees_the_names_without_the_pin_or_when_the_doors_are_shut)
{
    struct front *front = front_new(OPEN);
    struct guest *host = front_host(front, 0), *stranger = front_guest(front, 0);

    guest_ask(stranger, "{\"t\":\"look\",\"pin\":\"12345\"}");
    cr_expect_str_eq(error_of(stranger), "wrong_pin");
    front->pin_unknown = true;
    guest_ask(stranger, LOOK);
    cr_expect_str_eq(error_of(stranger), "wrong_pin");
    front->pin_unknown = false;
    guest_do(host, "\"lock\"");
    guest_ask(stranger, LOOK);
    cr_expect_str_eq(error_of(stranger), "room_locked");
    cr_expect_null(guest_heard(stranger, "list"));
    front_free(front);
}

Test(hub_list, of_two_who_tap_the_same_name_at_once_in_two_workers_one_gets_it)
{
    struct front *front = front_new(OPEN);
    struct guest *first = front_guest(front, 0), *second = front_guest(front, 1);

    guest_ask(first, LOOK);
    guest_ask(second, LOOK);
    tap(first, 1, "once-0000000000000001");
    tap(second, 1, "once-0000000000000002");
    front_settle(front);
    bool won = guest_heard(first, "joined") != NULL;
    cr_expect_neq(won, guest_heard(second, "joined") != NULL);
    cr_expect_str_eq(error_of(won ? second : first), "name_taken");
    tap(won ? second : first, 3, "once-0000000000000003");
    front_settle(front);
    cr_expect_str_eq(frame_text(guest_heard(won ? second : first, "joined"), "name"), "Trần Vy",
                     "another may be tapped on the same line");
    front_free(front);
}

Test(hub_list, a_name_typed_as_it_stands_on_the_list_is_that_row)
{
    struct front *front = front_new(OPEN);
    struct guest *an = front_join(front, 0, "nguyễn  văn an"), *again = front_join(front, 0, "Nguyễn Văn An");

    cr_expect_str_eq(frame_text(guest_heard(an, "joined"), "name"), "Nguyễn Văn An");
    cr_expect_str_eq(frame_text(guest_heard(again, "joined"), "name"), "Nguyễn Văn An (2)");
    front_free(front);
}

Test(hub_list, where_only_the_list_comes_in_others_are_told_so)
{
    struct front *front = front_new(ONLY);
    struct guest *an = front_join(front, 0, "nguyễn văn an");

    cr_expect_not_null(guest_heard(an, "joined"));
    cr_expect_str_eq(error_of(front_join(front, 0, "Khách")), "not_listed");
    cr_expect_str_eq(error_of(front_join(front, 0, "Nguyễn Văn An")), "name_taken");
    struct guest *far = front_guest(front, 0);
    tap(far, 4, "once-0000000000000001");
    front_settle(front);
    cr_expect_str_eq(error_of(far), "not_listed");
    front_free(front);
}

Test(hub_list, a_row_must_be_one)
{
    static const char *const rows[] = {"0", "501", "1.5", "-1", "\"1\"", "[1]", "true", "1e300"};
    struct front *front = front_new(OPEN);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200];
        struct guest *guest = front_guest(front, 0);
        snprintf(text, sizeof text, "{\"t\":\"join\",\"pin\":\"" STAGE_PIN "\",\"name\":\"Vũ\",\"row\":%s}", rows[i]);
        guest_ask(guest, text);
        cr_expect_str_eq(error_of(guest), "bad_frame", "%s", rows[i]);
    }
    front_free(front);
}

Test(hub_list, the_host_sees_the_list_and_who_is_missing)
{
    struct front *front = front_new(OPEN);
    struct guest *host = front_host(front, 0);
    struct guest *vy = front_guest(front, 0);

    cr_assert_not_null(guest_heard(host, "list"));
    front_wait(front, 1000);
    front_settle(front);
    cr_expect_not_null(strstr(guest_heard(host, "people"), "\"missing\":[1,2,3]"));
    tap(vy, 3, "once-0000000000000001");
    front_settle(front);
    front_wait(front, 1000);
    front_settle(front);
    cr_expect_not_null(strstr(guest_heard(host, "people"), "\"missing\":[1,2]"), "%s", guest_heard(host, "people"));
    cr_expect_not_null(strstr(guest_heard(host, "people"), "\"row\":3"));
    cr_expect_null(guest_heard(vy, "list"), "players get none");
    front_free(front);
}

Test(hub_list, a_look_that_waits_for_its_room_is_answered_once_it_is_read)
{
    struct front *front = front_new(OPEN);
    struct guest *an = front_guest(front, 1);

    guest_say(an, LOOK);
    guest_say(an, LOOK);
    front_settle(front);
    cr_expect_eq(guest_count(an, "list"), 1, "the second came while the first was on its way");
    front_forget(front, 1);
    guest_ask(an, LOOK);
    cr_expect_eq(guest_count(an, "list"), 2);
    front_free(front);
}
