/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.h - the pages and their assets, built into the program by web/build.mjs.
 *
 * It knows no HTTP: a row says what lies at a path, in plain and in compressed bytes. Rows are sorted by path.
 * Paths under "/a/" carry their content's hash and may be kept for ever ("immutable"); the others are asked for again
 * with their ETag.
 */
#ifndef HOITHI_ENGINE_PAGES_H
#define HOITHI_ENGINE_PAGES_H

#include <stddef.h>

struct page {
    const char *path; /* "/", "/host", "/a/student.9f3c1a2b.js" */
    const char *type; /* the Content-Type */
    const char *etag; /* with its quotes */
    const unsigned char *gzip;
    size_t gzip_length;
    const unsigned char *plain;
    size_t plain_length;
};

extern const struct page pages[];
extern const size_t page_count;

#endif
