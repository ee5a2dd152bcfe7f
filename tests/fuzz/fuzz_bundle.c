/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a bundle: verification says yes or no in words, and breaks on nothing. */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include "engine/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char said[600] = "";
    bool fine = verify_bundle((const char *)bytes, length, said, sizeof said);

    assert(said[0] != '\0');
    assert(fine == (strncmp(said, "consistent", 10) == 0));
    return 0;
}
