/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a file of every format. */
#include "tests/fuzz/import_holds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    for (size_t format = 0; format < IMPORT_FORMAT_COUNT; format++)
        import_holds((const char *)bytes, length, (enum import_format)format);
    return 0;
}
