/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/encode_parts.h"

static void expect_as_the_tree(const struct shape *shape, uint64_t value)
{
    struct answer_view answer = {.given = true, .value = value};
    struct buffer quick, tree;

    buffer_init(&quick);
    buffer_init(&tree);
    encode_answer(&quick, shape, &answer);
    encode_item(&tree, kind_to_wire(shape, value, NULL));
    cr_expect_str_eq(quick.text, tree.text);
    buffer_clear(&quick);
    buffer_clear(&tree);
}

Test(encode, an_answer_is_written_as_its_kind_says)
{
    static const enum kind kinds[] = {KIND_SINGLE, KIND_MULTIPLE, KIND_TRUEFALSE, KIND_ORDER};
    struct shape shape = {.choice_count = 3};

    memcpy(shape.choices[0], "a", 2);
    memcpy(shape.choices[1], "long-id", 8);
    memcpy(shape.choices[2], "c", 2);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        shape.kind = kinds[i];
        for (uint64_t value = 0; value < 8; value++)
            expect_as_the_tree(&shape, value);
    }
}

Test(encode, who_has_given_none_has_null)
{
    struct shape shape = {.kind = KIND_SINGLE};
    struct answer_view answer = {0};
    struct buffer out;

    buffer_init(&out);
    encode_answer(&out, &shape, &answer);
    cr_expect_str_eq(out.text, "null");
    buffer_clear(&out);
}
