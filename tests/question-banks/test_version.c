/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include "question-banks/version.h"

Test(version, is_three_numbers_and_perhaps_a_preview)
{
    static const char *const good[] = {"0.0.0",   "1.2.3",     "10.20.30",      "1.0.0-rc.1",
                                       "1.0.0-0", "1.0.0-x-y", "999999999.0.0", "1.0.0-0a"};
    static const char *const bad[] = {"",         "1",          "1.0",     "1.0.0.0", "01.0.0", "1.0.0-",
                                      "1.0.0-01", "1.0.0-a..b", "1.0.0+b", "v1.0.0",  "1.0.0 ", "1000000000.0.0",
                                      "-1.0.0",   "1.0.0-é"};
    struct version version;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        cr_expect(version_read(good[i], &version), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_not(version_read(bad[i], &version), "%s", bad[i]);
}

/* The order given in clause 11 of Semantic Versioning 2.0.0, and more around it. */
Test(version, order_is_that_of_semantic_versioning)
{
    static const char *const order[] = {"0.9.9",      "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                        "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                                        "1.0.0",      "1.0.1",        "1.2.0",         "1.10.0",
                                        "2.0.0"};
    size_t count = sizeof order / sizeof order[0];
    struct version a;
    struct version b;

    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            cr_assert(version_read(order[i], &a) && version_read(order[j], &b));
            int sign = version_compare(&a, &b);
            cr_expect_eq((sign > 0) - (sign < 0), (i > j) - (i < j), "%s and %s", order[i], order[j]);
        }
    }
}
