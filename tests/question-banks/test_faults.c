/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include "question-banks/faults.h"

static char *printed(const struct faults *faults)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    faults_print(faults, out);
    fclose(out);
    return text;
}

Test(faults, say_file_line_column_question_and_field)
{
    struct faults faults;

    faults_init(&faults, "a.json");
    faults_add(&faults, 3, 7, "q1", "key", "expected %d", 5);
    faults_add(&faults, 1, 1, NULL, "title", "is missing");
    faults_add(&faults, 9, 2, NULL, NULL, "two\nlines");
    char *text = printed(&faults);
    cr_expect_str_eq(text, "a.json:3:7: question q1, key: expected 5\n"
                           "a.json:1:1: title: is missing\n"
                           "a.json:9:2: two lines\n");
    free(text);
    faults_clear(&faults);
}

Test(faults, past_the_limit_are_counted_and_not_kept)
{
    struct faults faults;

    faults_init(&faults, "a.json");
    for (size_t i = 0; i < FAULTS_MAX; i++)
        faults_add(&faults, 1, 1, NULL, NULL, "x");
    cr_expect_eq(faults.count, FAULTS_MAX);
    cr_expect_eq(faults.dropped, 0);
    faults_add(&faults, 1, 1, NULL, NULL, "x");
    cr_expect_eq(faults.count, FAULTS_MAX);
    cr_expect_eq(faults.dropped, 1);
    faults_clear(&faults);
}
