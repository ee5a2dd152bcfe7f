/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include "question-banks/template.h"

Test(template, every_one_comes_in_whole_and_sure)
{
    static const size_t wanted[IMPORT_FORMAT_COUNT] = {
        [IMPORT_TEXT] = 5, [IMPORT_DOCX] = 5,  [IMPORT_CSV] = 5,        [IMPORT_XLSX] = 5,
        [IMPORT_GIFT] = 4, [IMPORT_AIKEN] = 2, [IMPORT_MOODLE_XML] = 4, [IMPORT_QTI] = 5};

    for (size_t format = 0; format < IMPORT_FORMAT_COUNT; format++) {
        struct import import;
        size_t length = 0;
        char *bytes = template_make((enum import_format)format, &length);
        cr_expect_eq(bytes == NULL, wanted[format] == 0);
        cr_expect_eq(template_ending((enum import_format)format) == NULL, wanted[format] == 0);
        if (bytes == NULL)
            continue;
        cr_expect_eq(import_run(bytes, length, IMPORT_AUTO, &import), IMPORT_OK);
        cr_expect_eq(import.format, format);
        cr_expect_eq(import.count, wanted[format], "%s", import_format_name((enum import_format)format));
        cr_expect_eq(import.warnings.count, 0);
        for (size_t i = 0; i < import.count; i++)
            cr_expect(import.drafts[i].sure, "%s %zu: %s", import_format_name((enum import_format)format), i,
                      import.drafts[i].doubt);
        import_clear(&import);
        free(bytes);
    }
    cr_expect_null(template_media_type(IMPORT_FORMAT_COUNT));
}
