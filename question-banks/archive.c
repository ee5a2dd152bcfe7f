/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/archive.h"
#include <assert.h>
#include <stdlib.h>
#include <zip.h>
#include "question-banks/memory.h"

#define CHUNK_BYTES (64 << 10)
#define FIXED_TIME 1767225600 /* 1 January 2026 */

struct archive {
    zip_t *zip;
};

struct archive *archive_open(const char *bytes, size_t length)
{
    zip_error_t error;

    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, length, 0, &error);
    zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, &error);
    zip_error_fini(&error);
    if (zip == NULL) {
        zip_source_free(source);
        return NULL;
    }
    if (zip_get_num_entries(zip, 0) > ARCHIVE_PARTS_MAX) {
        zip_discard(zip);
        return NULL;
    }
    struct archive *archive = memory_new(1, sizeof *archive);
    archive->zip = zip;
    return archive;
}

void archive_close(struct archive *archive)
{
    if (archive == NULL)
        return;
    zip_discard(archive->zip);
    free(archive);
}

bool archive_has(const struct archive *archive, const char *name)
{
    return zip_name_locate(archive->zip, name, 0) >= 0;
}

size_t archive_count(const struct archive *archive)
{
    return (size_t)zip_get_num_entries(archive->zip, 0);
}

const char *archive_name(const struct archive *archive, size_t index)
{
    const char *name = zip_get_name(archive->zip, index, 0);

    return name == NULL ? "" : name;
}

/* What the directory says of a size is not believed: it is counted while unpacking. */
char *archive_read(const struct archive *archive, const char *name, size_t max, size_t *length)
{
    zip_file_t *file = zip_fopen(archive->zip, name, 0);
    char *bytes = NULL;
    size_t room = 0;
    zip_int64_t got = 0;

    *length = 0;
    if (file == NULL)
        return NULL;
    do {
        if (room - *length < CHUNK_BYTES + 1) {
            room = 2 * room + CHUNK_BYTES + 1;
            bytes = memory_grow(bytes, room, 1);
        }
        got = zip_fread(file, bytes + *length, CHUNK_BYTES);
        *length += got > 0 ? (size_t)got : 0;
    } while (got > 0 && *length <= max);
    zip_fclose(file);
    if (got < 0 || *length > max) {
        free(bytes);
        return NULL;
    }
    bytes[*length] = '\0';
    return bytes;
}

static void add_part(zip_t *zip, const struct archive_part *part)
{
    zip_source_t *source = zip_source_buffer(zip, part->bytes, part->length, 0);
    zip_int64_t index = source == NULL ? -1 : zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8);

    if (index >= 0)
        zip_file_set_mtime(zip, (zip_uint64_t)index, FIXED_TIME, 0);
}

/* What a source in memory holds. */
static char *read_source(zip_source_t *source, size_t *length)
{
    zip_stat_t about;
    char *bytes = NULL;

    if (zip_source_stat(source, &about) == 0 && zip_source_open(source) == 0) {
        bytes = memory_new(about.size + 1, 1);
        *length = about.size;
        zip_int64_t got = zip_source_read(source, bytes, about.size);
        assert(got == (zip_int64_t)about.size);
        zip_source_close(source);
    }
    return bytes;
}

char *archive_write(const struct archive_part *parts, size_t count, size_t *length)
{
    zip_error_t error;

    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_TRUNCATE, &error);
    zip_error_fini(&error);
    assert(zip != NULL);
    zip_source_keep(source);
    for (size_t i = 0; i < count; i++)
        add_part(zip, &parts[i]);
    int closed = zip_close(zip);
    assert(closed == 0);
    char *bytes = read_source(source, length);
    zip_source_free(source);
    return bytes;
}
