/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine/options.h"

static enum options_result read_words(struct options *options, unsigned command, const char *const *words)
{
    int count = 0;
    while (words[count] != NULL)
        count++;
    return options_read(options, command, count, (char **)words);
}
#define READ(options, command, ...) read_words(options, command, (const char *const[]){__VA_ARGS__, NULL})

Test(options, what_nobody_says_has_a_default_that_suits_a_class)
{
    struct options options;
    cr_assert_eq(READ(&options, FOR_SERVE, NULL), OPTIONS_OK);
    cr_expect_str_eq(options.listen, "127.0.0.1:8080");
    cr_expect_str_eq(options.data, "data");
    cr_expect_eq(options.banks.count, 1);
    cr_expect_eq(options.workers, 0);
    cr_expect_null(options.public_url);
    cr_expect_null(options.redis);
    options_clear(&options);
}

Test(options, the_command_line_wins_over_the_environment_and_that_over_the_file)
{
    char path[] = "/tmp/hoithi-options-XXXXXX";
    const char *text = "# a class\n listen = 1.1.1.1:1 \ndata=from-file\nworkers = 3\n\nbanks = a\nbanks = b\n";
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    setenv("HOITHI_LISTEN", "2.2.2.2:2", 1);
    setenv("HOITHI_DATA", "from-environment", 1);

    struct options options;
    cr_assert_eq(READ(&options, FOR_SERVE, "--config", path, "--listen=3.3.3.3:3"), OPTIONS_OK);
    cr_expect_str_eq(options.listen, "3.3.3.3:3");
    cr_expect_str_eq(options.data, "from-environment");
    cr_expect_eq(options.workers, 3);
    cr_expect_eq(options.banks.count, 2, "the file's list replaces the default's");
    options_clear(&options);
    unlink(path);
}

Test(options, arguments_stay_in_order_between_options)
{
    struct options options;
    cr_assert_eq(READ(&options, FOR_BANK, "check", "-o", "out", "a.json", "--", "--odd"), OPTIONS_OK);
    cr_expect_eq(options.argument_count, 3);
    cr_expect_str_eq(options.arguments[1], "a.json");
    cr_expect_str_eq(options.arguments[2], "--odd");
    cr_expect_str_eq(options.output, "out");
    options_clear(&options);
}

Test(options, a_number_counts_up_to_its_limit_and_not_one_past_it)
{
    struct options options;
    cr_expect_eq(READ(&options, FOR_SERVE, "--workers", "64"), OPTIONS_OK);
    options_clear(&options);
    cr_expect_eq(READ(&options, FOR_SERVE, "--workers", "65"), OPTIONS_WRONG);
    options_clear(&options);
}

Test(options, what_a_subcommand_does_not_take_is_wrong_usage)
{
    static const char *const wrong[][3] = {
        {"--role", "host", NULL},
        {"--nothing", NULL, NULL},
        {"--listen", NULL, NULL},
        {"--workers", "two", NULL},
        {"--workers", "-1", NULL},
        {"--public-url", "ftp://x", NULL},
        {"--public-url", "http://x?y", NULL},
        {"--tls-cert", "x", NULL},
        {"-x", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct options options;
        cr_expect_eq(read_words(&options, FOR_SERVE, wrong[i]), OPTIONS_WRONG, "%s", wrong[i][0]);
        options_clear(&options);
    }
}

Test(options, a_public_url_loses_the_slash_at_its_end)
{
    struct options options;
    cr_assert_eq(READ(&options, FOR_SERVE, "--public-url", "https://a.vn/hoithi//"), OPTIONS_OK);
    cr_expect_str_eq(options.public_url, "https://a.vn/hoithi");
    options_clear(&options);
}

Test(options, a_list_holds_sixteen_and_not_seventeen)
{
    const char *words[2 * (OPTION_LIST_MAX + 1) + 1] = {NULL};
    struct options options;
    for (size_t i = 0; i < 2 * OPTION_LIST_MAX; i += 2) {
        words[i] = "--banks";
        words[i + 1] = "x";
    }
    cr_expect_eq(read_words(&options, FOR_SERVE, words), OPTIONS_OK);
    options_clear(&options);
    words[2 * OPTION_LIST_MAX] = "--banks";
    words[2 * OPTION_LIST_MAX + 1] = "x";
    cr_expect_eq(read_words(&options, FOR_SERVE, words), OPTIONS_WRONG);
    options_clear(&options);
}

/* ---- spans ---- */

Test(options, a_span_is_a_number_with_its_unit_or_never)
{
    static const struct {
        const char *text;
        int64_t ms;
    } spans[] = {{"30s", 30000}, {"10m", 600000}, {"12h", 43200000}, {"1d", 86400000}, {"36500d", 3153600000000},
                 {"never", 0},   {"0", 0}};
    static const char *const wrong[] = {"36501d", "3153600001s",           "1", "1w", "-1d", "d", "",
                                        "1d ",    "99999999999999999999d", "0d"};
    struct options options;
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        cr_expect_eq(READ(&options, FOR_SERVE, "--archive-final", spans[i].text), OPTIONS_OK, "%s", spans[i].text);
        cr_expect_eq(options.archive_final_ms, spans[i].ms, "%s", spans[i].text);
        options_clear(&options);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_eq(READ(&options, FOR_SERVE, "--keep-names", wrong[i]), OPTIONS_WRONG, "%s", wrong[i]);
        options_clear(&options);
    }
}
