/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "engine/clocks.h"

static char folder[] = "/tmp/hoithi-clocks-XXXXXX";
static char path[64];

static void set_up(void)
{
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/%s", folder, CLOCKS_FILE);
}

static void tear_down(void)
{
    (void)unlink(path);
    (void)rmdir(folder);
}

TestSuite(clocks, .init = set_up, .fini = tear_down);

Test(clocks, what_one_worker_notes_another_finds_and_so_does_one_that_comes_later)
{
    struct clocks *one = clocks_open(folder), *other = clocks_open(folder);
    int64_t ms = 0;

    cr_expect_not(clocks_find(other, 7, &ms));
    clocks_keep(one, 7, 123456);
    cr_assert(clocks_find(other, 7, &ms));
    cr_expect_eq(ms, 123456);
    clocks_keep(other, 7, -5);
    cr_assert(clocks_find(one, 7, &ms));
    cr_expect_eq(ms, -5);
    clocks_close(one);
    clocks_close(other);
    one = clocks_open(folder);
    cr_assert(clocks_find(one, 7, &ms));
    cr_expect_eq(ms, -5);
    clocks_close(one);
}

Test(clocks, of_two_keys_in_one_place_the_later_stands_and_the_other_is_not_taken_for_it)
{
    struct clocks *clocks = clocks_open(folder);
    int64_t ms = 0;

    clocks_keep(clocks, 7, 1);
    clocks_keep(clocks, 7 + CLOCKS_NOTES, 2);
    cr_expect_not(clocks_find(clocks, 7, &ms));
    cr_assert(clocks_find(clocks, 7 + CLOCKS_NOTES, &ms));
    cr_expect_eq(ms, 2);
    clocks_close(clocks);
}

static void write_at(off_t at, const char *text)
{
    int fd = open(path, O_WRONLY);
    cr_assert_geq(fd, 0);
    cr_assert_eq(pwrite(fd, text, 1, at), 1);
    (void)close(fd);
}

Test(clocks, notes_from_before_the_machine_was_started_anew_are_void)
{
    struct clocks *clocks = clocks_open(folder);
    int64_t ms = 0;

    clocks_keep(clocks, 7, 1);
    clocks_close(clocks);
    write_at(0, "?"); /* another start's mark */
    clocks = clocks_open(folder);
    cr_expect_not(clocks_find(clocks, 7, &ms));
    clocks_close(clocks);
}

Test(clocks, a_file_of_another_length_is_made_anew)
{
    struct clocks *clocks = clocks_open(folder);
    int64_t ms = 0;

    clocks_keep(clocks, 7, 1);
    clocks_close(clocks);
    cr_assert_eq(truncate(path, 100), 0);
    clocks = clocks_open(folder);
    cr_expect_not(clocks_find(clocks, 7, &ms));
    clocks_keep(clocks, 7, 1);
    cr_expect(clocks_find(clocks, 7, &ms));
    clocks_close(clocks);
}

Test(clocks, without_a_folder_nothing_is_kept_and_nothing_breaks)
{
    struct clocks *clocks = clocks_open("/nowhere/at/all");
    int64_t ms = 0;

    clocks_keep(clocks, 7, 1);
    cr_expect_not(clocks_find(clocks, 7, &ms));
    clocks_close(clocks);
}
