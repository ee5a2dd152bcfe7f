/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version.h - version numbers as Semantic Versioning 2.0.0 (semver.org) has them, without build metadata: it takes no
 * part in the order, and two files with the same version must not exist.
 */
#ifndef HOITHI_VERSION_H
#define HOITHI_VERSION_H

#include <stdbool.h>
#include <stdint.h>

struct version {
    uint32_t major;
    uint32_t minor;
    uint32_t patch;
    const char *prerelease; /* borrowed, "" if there is none */
};

/* False if `text` is no such version. Numbers have at most nine digits. */
bool version_read(const char *text, struct version *out);
/* Less than, equal to or greater than 0, by the precedence of Semantic Versioning. */
int version_compare(const struct version *a, const struct version *b);

#endif
