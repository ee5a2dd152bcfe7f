/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/command.h"
#include "question-banks/bank.h"

static char output[64];

static void quiet(void)
{
    cr_redirect_stdout();
    cr_redirect_stderr();
    strcpy(output, "/tmp/hoithi-banks-XXXXXX");
    close(mkstemp(output));
}

static void clean(void)
{
    unlink(output);
}

TestSuite(banks_command, .init = quiet, .fini = clean);

/* Up to six words behind `bank`. */
static int run(const char *const *words)
{
    char *arguments[10] = {"bank"};
    int count = 1;

    for (; words[count - 1] != NULL; count++)
        arguments[count] = (char *)(uintptr_t)words[count - 1];
    return banks_command(count, arguments);
}
#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

Test(banks_command, checks_files_and_folders)
{
    cr_expect_eq(RUN("check", "tests/banks/good/all-kinds.json", "tests/banks/good/small.json"), EXIT_DONE);
    cr_expect_eq(RUN("check", "tests/banks/good/small.json", "tests/banks/bad/no-id.json"), EXIT_REFUSED);
    cr_expect_eq(RUN("check", "question-banks"), EXIT_DONE);
    cr_expect_eq(RUN("check", "tests"), EXIT_REFUSED); /* its files are not called as their versions are */
    cr_expect_eq(RUN("check", "/nowhere"), EXIT_REFUSED);
}

Test(banks_command, imports_a_file_into_a_bank_that_loads_and_exports_it_again)
{
    struct bank *bank = NULL;
    struct faults faults;

    cr_assert_eq(RUN("import", "tests/imports/formatting.docx", "-o", output), EXIT_DONE);
    faults_init(&faults, output);
    cr_assert_eq(bank_load(output, &bank, &faults), BANK_OK);
    cr_expect_str_eq(bank->id, "formatting");
    cr_expect_eq(bank->question_count, 7);
    bank_free(bank);
    faults_clear(&faults);
    cr_expect_eq(RUN("export", output, "--format", "gift", "-o", output), EXIT_DONE);
    cr_expect_eq(RUN("import", output, "--format", "gift", "-o", output), EXIT_DONE);
}

Test(banks_command, makes_a_template_that_imports)
{
    cr_assert_eq(RUN("template", "--format", "docx", "-o", output), EXIT_DONE);
    cr_expect_eq(RUN("import", output, "-o", output), EXIT_DONE);
}

Test(banks_command, says_what_it_cannot_do)
{
    cr_expect_eq(RUN("import", "tests/imports/nothing.txt", "-o", output), EXIT_REFUSED);
    cr_expect_eq(RUN("import", "/nowhere"), EXIT_REFUSED);
    cr_expect_eq(RUN("import", "tests/imports/bom.txt", "--format", "pdf"), EXIT_USAGE);
    cr_expect_eq(RUN("export", "tests/banks/good/small.json", "--format", "pdf"), EXIT_USAGE);
    cr_expect_eq(RUN("export", "tests/banks/bad/no-id.json", "-o", output), EXIT_REFUSED);
    cr_expect_eq(RUN("template", "--format", "opentdb"), EXIT_USAGE);
    cr_expect_eq(RUN("check"), EXIT_USAGE);
    cr_expect_eq(RUN("import", "a", "b"), EXIT_USAGE);
    cr_expect_eq(RUN("frobnicate"), EXIT_USAGE);
}
