/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest.h - SHA-256, over parts that lie in different places.
 *
 * The one file that knows how a hash is made (OpenSSL stands behind it). It knows no log,
 * no bank and no key.
 */
#ifndef HOITHI_DIGEST_H
#define HOITHI_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 32
#define DIGEST_HEX_SIZE (2 * DIGEST_BYTES + 1)

struct digest {
    uint8_t bytes[DIGEST_BYTES];
};

/* A borrowed piece of memory. */
struct slice {
    const void *bytes;
    size_t length;
};

void digest_of(const void *bytes, size_t length, struct digest *out);
/* The digest of the parts written one behind the other. */
void digest_join(const struct slice *parts, size_t count, struct digest *out);
/* Lower-case hex, always terminated. */
void digest_hex(const struct digest *digest, char out[DIGEST_HEX_SIZE]);
/* The first 64 bits, as a number (big-endian). */
uint64_t digest_prefix(const struct digest *digest);

#endif
