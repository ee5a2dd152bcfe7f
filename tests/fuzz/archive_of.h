/* SPDX-License-Identifier: Apache-2.0 */
/* A ZIP file in memory, so that a fuzzer meets what lies behind its checksums. */
#ifndef HOITHI_ARCHIVE_OF_H
#define HOITHI_ARCHIVE_OF_H

#include <assert.h>
#include <stdlib.h>
#include <zip.h>

struct archive_part {
    const char *name;
    const void *bytes;
    size_t length;
};

/* The caller's. */
static char *archive_of(const struct archive_part *parts, size_t count, size_t *length)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    zip_stat_t about;

    assert(zip != NULL);
    zip_source_keep(source);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *part = zip_source_buffer(zip, parts[i].bytes, parts[i].length, 0);
        zip_int64_t index = zip_file_add(zip, parts[i].name, part, 0);
        assert(index >= 0);
        zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0);
    }
    assert(zip_close(zip) == 0);
    zip_source_open(source);
    zip_source_stat(source, &about);
    *length = about.size;
    char *bytes = malloc(about.size + 1);
    assert(bytes != NULL && zip_source_read(source, bytes, about.size) == (zip_int64_t)about.size);
    zip_source_close(source);
    zip_source_free(source);
    zip_error_fini(&error);
    return bytes;
}

#endif
