/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/shelf.h"

#define BANK(id, version, key)                                                                                         \
    "{\"id\":\"" id "\",\"version\":\"" version "\",\"languages\":[\"vi\"],\"title\":\"t\",\"questions\":[{\"id\":"    \
    "\"q1\",\"kind\":\"truefalse\",\"text\":\"?\",\"key\":" key "}]}"

static char data[] = "/tmp/hoithi-shelf-XXXXXX";
static char *folder;

static void set_up(void)
{
    cr_assert_not_null(mkdtemp(data));
    folder = shelf_folder(data);
}

static void tear_down(void)
{
    char *command = NULL;

    cr_assert(asprintf(&command, "rm -r %s", data) > 0);
    cr_assert_eq(system(command), 0);
    free(command);
    free(folder);
}

static enum shelf_result keep(const char *bytes)
{
    struct bank *bank = NULL;
    struct faults faults;

    faults_init(&faults, "");
    cr_assert_eq(bank_parse(bytes, strlen(bytes), &bank, &faults), BANK_OK);
    enum shelf_result result = shelf_keep(folder, bank, bytes, strlen(bytes));
    bank_free(bank);
    faults_clear(&faults);
    return result;
}

static int names_in(const char *id)
{
    struct dirent **names = NULL;
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, id);
    int count = scandir(path, &names, NULL, NULL);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return count - 2; /* without . and .. */
}

TestSuite(shelf, .init = set_up, .fini = tear_down);

Test(shelf, a_version_is_kept_in_a_file_of_its_own_and_nothing_is_left_beside_it)
{
    char path[128];
    struct stat about;

    cr_expect_eq(keep(BANK("mine", "1.0.0", "true")), SHELF_KEPT);
    cr_expect_eq(keep(BANK("mine", "1.0.1", "true")), SHELF_KEPT);
    cr_expect_eq(names_in("mine"), 2);
    snprintf(path, sizeof path, "%s/mine/1.0.0.json", folder);
    cr_expect_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_size, (off_t)strlen(BANK("mine", "1.0.0", "true")));
}

Test(shelf, a_version_never_changes)
{
    cr_expect_eq(keep(BANK("mine", "1.0.0", "true")), SHELF_KEPT);
    cr_expect_eq(keep(BANK("mine", "1.0.0", "false")), SHELF_TAKEN);
    cr_expect_eq(keep(BANK("mine", "1.0.0", "true")), SHELF_SAME);
    cr_expect_eq(names_in("mine"), 1);
}

Test(shelf, a_file_where_the_folder_should_be_is_a_fault)
{
    FILE *file = fopen(folder, "w");

    cr_assert_not_null(file);
    fclose(file);
    cr_expect_eq(keep(BANK("mine", "1.0.0", "true")), SHELF_FAULT);
}
