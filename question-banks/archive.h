/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive.h - the parts of a ZIP file in memory. The only file that knows libzip.
 */
#ifndef HOITHI_ARCHIVE_H
#define HOITHI_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

#define ARCHIVE_PARTS_MAX 2000

struct archive;

/* Borrows `bytes`. NULL if they are no ZIP file, or one with more than ARCHIVE_PARTS_MAX parts. */
struct archive *archive_open(const char *bytes, size_t length);
void archive_close(struct archive *archive);
bool archive_has(const struct archive *archive, const char *name);
size_t archive_count(const struct archive *archive);
/* Borrowed. */
const char *archive_name(const struct archive *archive, size_t index);
/* A terminated copy, the caller's. NULL if there is no such part, it is damaged, or unpacks to more than `max`. */
char *archive_read(const struct archive *archive, const char *name, size_t max, size_t *length);

/* A part to write. */
struct archive_part {
    const char *name;
    char *bytes;
    size_t length;
};
/* A ZIP file of these parts; the caller's. The same parts give the same file. */
char *archive_write(const struct archive_part *parts, size_t count, size_t *length);

#endif
