/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/bank_change.h"

#define QUESTION(id, text, key, rest)                                                                                  \
    "{\"id\":\"" id "\",\"kind\":\"truefalse\",\"text\":\"" text "\",\"key\":" key rest "}"
#define FIRST QUESTION("q1", "one", "true", "")
#define SECOND QUESTION("q2", "two", "true", "")

static struct bank *bank_of(const char *questions)
{
    char bytes[2000];
    struct bank *bank = NULL;
    struct faults faults;

    snprintf(bytes, sizeof bytes,
             "{\"id\":\"b\",\"version\":\"1.0.0\",\"languages\":[\"vi\"],\"title\":\"t\",\"questions\":[%s]}",
             questions);
    faults_init(&faults, "");
    cr_assert_eq(bank_parse(bytes, strlen(bytes), &bank, &faults), BANK_OK);
    faults_clear(&faults);
    return bank;
}

/* "major key q1, patch wording q2": all differences from FIRST and SECOND, in the order they are told. */
static const char *told(const char *after, char out[200])
{
    struct bank *old = bank_of(FIRST "," SECOND);
    struct bank *new = bank_of(after);
    struct differences differences;
    size_t used = 0;

    bank_compare(old, new, &differences);
    out[0] = '\0';
    for (size_t i = 0; i < differences.count; i++) {
        const struct difference *one = &differences.list[i];
        used += (size_t)snprintf(out + used, 200 - used, "%s%s %s %s", i == 0 ? "" : ", ", bank_step_name(one->change),
                                 bank_part_name(one->part), one->question == NULL ? "-" : one->question);
    }
    free(differences.list);
    bank_free(old);
    bank_free(new);
    return out;
}

Test(bank_change, each_part_has_its_step)
{
    char out[200];

    cr_expect_str_eq(told(FIRST "," SECOND, out), "");
    cr_expect_str_eq(told(SECOND "," FIRST, out), "", "where a question stands does not matter");
    cr_expect_str_eq(told(QUESTION("q1", "one", "false", "") "," SECOND, out), "major key q1");
    cr_expect_str_eq(told(QUESTION("q1", "ONE", "true", "") "," SECOND, out), "patch wording q1");
    cr_expect_str_eq(told(QUESTION("q1", "one", "true", ",\"limit_s\":9") "," SECOND, out), "patch rest q1");
    cr_expect_str_eq(told(FIRST, out), "major removed q2");
    cr_expect_str_eq(told(FIRST "," SECOND "," QUESTION("q3", "3", "true", ""), out), "minor new q3");
}

static const struct {
    const char *before;
    enum bank_step step;
    const char *next;
} steps[] = {
    {"1.2.3", BANK_STEP_MAJOR, "2.0.0"},
    {"1.2.3", BANK_STEP_MINOR, "1.3.0"},
    {"1.2.3", BANK_STEP_PATCH, "1.2.4"},
    {"1.2.3", BANK_STEP_NONE, "1.2.4"},
    {"0.2.3", BANK_STEP_MAJOR, "0.3.0"},
    {"2.0.0-rc.1", BANK_STEP_MAJOR, "2.0.0"},
    {"999999998.0.0", BANK_STEP_MAJOR, "999999999.0.0"},
};

Test(bank_change, the_next_version_is_as_large_a_step_as_the_change)
{
    char next[BANK_VERSION_MAX + 1];

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        cr_expect(bank_next_version(steps[i].before, steps[i].step, next));
        cr_expect_str_eq(next, steps[i].next);
    }
    cr_expect_not(bank_next_version("999999999.0.0", BANK_STEP_MAJOR, next), "the numbers end there");
    cr_expect_not(bank_next_version("one", BANK_STEP_PATCH, next));
}
