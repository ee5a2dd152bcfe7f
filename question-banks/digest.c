/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/digest.h"
#include <assert.h>
#include <stdbool.h>
#include <openssl/evp.h>

void digest_of(const void *bytes, size_t length, struct digest *out)
{
    struct slice part = {.bytes = bytes, .length = length};

    digest_join(&part, 1, out);
}

void digest_join(const struct slice *parts, size_t count, struct digest *out)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned length = 0;
    bool made = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;

    for (size_t i = 0; made && i < count; i++)
        made = parts[i].length == 0 || EVP_DigestUpdate(context, parts[i].bytes, parts[i].length) == 1;
    made = made && EVP_DigestFinal_ex(context, out->bytes, &length) == 1;
    EVP_MD_CTX_free(context);
    assert(made && length == DIGEST_BYTES);
}

void digest_hex(const struct digest *digest, char out[DIGEST_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        out[2 * i] = digits[digest->bytes[i] >> 4];
        out[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    out[DIGEST_HEX_SIZE - 1] = '\0';
}

uint64_t digest_prefix(const struct digest *digest)
{
    uint64_t prefix = 0;

    for (size_t i = 0; i < sizeof prefix; i++)
        prefix = prefix << 8 | digest->bytes[i];
    return prefix;
}
