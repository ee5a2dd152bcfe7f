/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/chance.h"

#include <assert.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

void chance_bytes(void *bytes, size_t length)
{
    int made = RAND_bytes(bytes, (int)length);
    assert(made == 1);
}

uint64_t chance_number(void)
{
    uint64_t number;
    chance_bytes(&number, sizeof number);
    return number;
}

void chance_text(char *out, size_t length)
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    uint8_t bytes[CHANCE_TEXT_MAX];

    assert(length <= sizeof bytes);
    chance_bytes(bytes, length);
    for (size_t i = 0; i < length; i++)
        out[i] = letters[bytes[i] & 31];
    out[length] = '\0';
    OPENSSL_cleanse(bytes, sizeof bytes);
}
