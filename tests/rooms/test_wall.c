/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include "rooms/wall.h"

static void shows(const char *name, const char *expected)
{
    char *wall = wall_name(name);
    cr_expect_str_eq(wall, expected, "%s became %s", name, wall);
    free(wall);
}

Test(wall, decent_names_stand_as_they_were_given)
{
    static const char *const names[] = {
        "An", "Vy", "Lan", "Các bạn lớp 6A1", "Đi học", "Bưởi", "Long", "Essex", "Nguyễn Thị Hà (2)", "李", "🌸"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        shows(names[i], names[i]);
}

Test(wall, what_a_hall_should_not_read_is_masked_with_and_without_marks)
{
    shows("Fuck", "****");
    shows("du má", "** **");
    shows("An sex", "An ***");
}
