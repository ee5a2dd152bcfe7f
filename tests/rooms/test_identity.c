/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>
#include "rooms/identity.h"
#include "rooms/map.h"

Test(identity, a_player_is_twelve_letters_and_digits_and_back)
{
    static const uint64_t ids[] = {1, 31, 32, 0x123456789abcdefULL, (UINT64_C(1) << 60) - 1};
    char text[PLAYER_TEXT_SIZE];

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        player_id_write(ids[i], text);
        cr_expect_eq(strlen(text), 12);
        cr_expect_eq(player_id_read(text), ids[i]);
    }
    cr_expect_eq(player_id_read(""), 0);
    cr_expect_eq(player_id_read("00000000000"), 0, "eleven");
    cr_expect_eq(player_id_read("0000000000001"), 0, "thirteen");
    cr_expect_eq(player_id_read("00000000000I"), 0);
    cr_expect_eq(player_id_read("00000000000u"), 0);
}

Test(identity, the_same_once_is_the_same_player_in_one_room_and_another_in_another)
{
    cr_expect_eq(player_id_of("room1", "abcdefghijklmnop"), player_id_of("room1", "abcdefghijklmnop"));
    cr_expect_neq(player_id_of("room1", "abcdefghijklmnop"), player_id_of("room2", "abcdefghijklmnop"));
    cr_expect_neq(player_id_of("room1", "abcdefghijklmnop"), player_id_of("room1", "abcdefghijklmnoq"));
}

Test(identity, a_code_is_read_however_it_is_typed)
{
    uint64_t digest = code_digest("room1", "K7QF2M9T");

    cr_expect_neq(digest, 0);
    cr_expect_eq(code_digest("room1", "k7qf-2m9t"), digest);
    cr_expect_eq(code_digest("room1", " K7QF 2M9T "), digest);
    cr_expect_eq(code_digest("room1", "KLLO0000"), code_digest("room1", "k1100o0O"), "l and i are 1, o is 0");
    cr_expect_neq(code_digest("room2", "K7QF2M9T"), digest);
    cr_expect_eq(code_digest("room1", "K7QF2M9"), 0);
    cr_expect_eq(code_digest("room1", "K7QF2M9TT"), 0);
    cr_expect_eq(code_digest("room1", "K7QF2M9U"), 0);
    cr_expect_eq(code_digest("room1", ""), 0);
}

Test(identity, a_command_is_the_same_event_only_for_the_same_bearer_page_and_id)
{
    char one[EID_TEXT_SIZE], two[EID_TEXT_SIZE];

    eid_of_command("token", "page", "c1", one);
    eid_of_command("token", "page", "c1", two);
    cr_expect_str_eq(one, two);
    eid_of_command("token", "pagec", "1", two);
    cr_expect_str_neq(one, two, "the parts do not run together");
    eid_of_command("tokenpage", "", "c1", two);
    cr_expect_str_neq(one, two);
    cr_expect_neq(eid_key(one), 0);
    cr_expect_eq(eid_key("0123"), 0);
}

Test(identity, a_map_finds_what_stays_after_others_have_gone)
{
    struct map map;

    map_init(&map);
    cr_expect_null(map_find(&map, 5));
    for (uint64_t key = 1; key <= 3000; key++)
        map_set(&map, key * 64, (uint32_t)key);
    for (uint64_t key = 1; key <= 3000; key += 3)
        map_remove(&map, key * 64);
    map_remove(&map, 1);
    for (uint64_t key = 1; key <= 3000; key++) {
        const uint32_t *found = map_find(&map, key * 64);
        if (key % 3 == 1)
            cr_assert_null(found, "%llu", (unsigned long long)key);
        else
            cr_assert(found != NULL && *found == key);
    }
    cr_expect_eq(map.count, 2000);
    map_clear(&map);
}
