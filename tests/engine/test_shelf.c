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

Test(shelf, a_bank_belongs_to_the_key_that_claims_it_first)
{
    char owner[SHELF_OWNER_SIZE];

    shelf_owner(folder, "mine", owner);
    cr_expect_str_eq(owner, "");
    cr_expect_eq(shelf_claim(folder, "mine", "k1234567"), CLAIM_OWN);
    cr_expect_eq(shelf_claim(folder, "mine", "k7654321"), CLAIM_FOREIGN);
    cr_expect_eq(shelf_claim(folder, "mine", "k1234567"), CLAIM_OWN);
    shelf_owner(folder, "mine", owner);
    cr_expect_str_eq(owner, "k1234567");
    cr_expect_eq(names_in("mine"), 1, "the owner's name and nothing else");
}

Test(shelf, what_was_put_there_by_hand_is_nobodys_to_claim)
{
    cr_expect_eq(keep(BANK("mine", "1.0.0", "true")), SHELF_KEPT);
    cr_expect_eq(shelf_claim(folder, "mine", "k1234567"), CLAIM_FOREIGN);
}

Test(shelf, a_claim_that_cannot_be_written_is_a_fault)
{
    FILE *file = fopen(folder, "w");

    cr_assert_not_null(file);
    fclose(file);
    cr_expect_eq(shelf_claim(folder, "mine", "k1234567"), CLAIM_FAULT);
}

Test(shelf, a_key_may_keep_so_much_and_not_one_more)
{
    struct shelf_use full = {SHELF_BANKS_MAX, SHELF_VERSIONS_MAX, SHELF_QUESTIONS_MAX, SHELF_BYTES_MAX};
    struct shelf_use none = {0};

    cr_expect_eq(shelf_limit(&none, &full), LIMIT_NONE);
    cr_expect_eq(shelf_limit(&full, &none), LIMIT_NONE);
    cr_expect_eq(shelf_limit(&full, &(struct shelf_use){.banks = 1, .versions = 1}), LIMIT_BANKS);
    cr_expect_eq(shelf_limit(&full, &(struct shelf_use){.versions = 1, .questions = 1}), LIMIT_VERSIONS);
    cr_expect_eq(shelf_limit(&full, &(struct shelf_use){.questions = 1, .bytes = 1}), LIMIT_QUESTIONS);
    cr_expect_eq(shelf_limit(&full, &(struct shelf_use){.bytes = 1}), LIMIT_BYTES);
}
