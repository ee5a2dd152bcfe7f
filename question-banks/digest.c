/* SPDX-License-Identifier: Apache-2.0 */
#define OPENSSL_SUPPRESS_DEPRECATED /* OpenSSL 3 would have EVP used */
#include "question-banks/digest.h"
#include <assert.h>
#include <stdbool.h>
#include <openssl/sha.h>

void digest_of(const void *bytes, size_t length, struct digest *out)
{
    struct slice part = {.bytes = bytes, .length = length};

    digest_join(&part, 1, out);
}

/* Somebody who comes in costs half a dozen short digests: looking the algorithm up, as EVP does, takes longer than
 * they. */
void digest_join(const struct slice *parts, size_t count, struct digest *out)
{
    SHA256_CTX context;
    bool made = SHA256_Init(&context) == 1;

    for (size_t i = 0; made && i < count; i++)
        made = parts[i].length == 0 || SHA256_Update(&context, parts[i].bytes, parts[i].length) == 1;
    made = made && SHA256_Final(out->bytes, &context) == 1;
    assert(made);
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
