/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include "question-banks/digest.h"

/* From FIPS 180-2, appendix B. */
#define SHA_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

Test(digest, of_abc_is_what_the_standard_says)
{
    struct digest digest;
    char hex[DIGEST_HEX_SIZE];

    digest_of("abc", 3, &digest);
    digest_hex(&digest, hex);
    cr_expect_str_eq(hex, SHA_ABC);
    cr_expect_eq(digest_prefix(&digest), UINT64_C(0xba7816bf8f01cfea));
}

Test(digest, of_parts_is_that_of_the_whole)
{
    struct slice parts[] = {{"a", 1}, {NULL, 0}, {"bc", 2}};
    struct digest digest;
    char hex[DIGEST_HEX_SIZE];

    digest_join(parts, 3, &digest);
    digest_hex(&digest, hex);
    cr_expect_str_eq(hex, SHA_ABC);
}

Test(digest, of_nothing_exists)
{
    struct digest digest;
    char hex[DIGEST_HEX_SIZE];

    digest_join(NULL, 0, &digest);
    digest_hex(&digest, hex);
    cr_expect_str_eq(hex, SHA_NOTHING);
}
