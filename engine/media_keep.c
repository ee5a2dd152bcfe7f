/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/media_keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/media_store.h"
#include "question-banks/memory.h"

void media_errands_init(struct media_errands *errands, const char *path)
{
    const char *slash = strrchr(path, '/');

    *errands = (struct media_errands){0};
    errands->folder = slash == NULL ? memory_copy(".", 1) : memory_copy(path, (size_t)(slash - path));
}

void media_errands_add(struct media_errands *errands, const struct question *question)
{
    if (question->media == NULL)
        return;
    errands->list = memory_grow(errands->list, errands->count + 1, sizeof *errands->list);
    errands->list[errands->count++] = (struct media_errand){
        .file = memory_copy(question->media_file, strlen(question->media_file)), .media = *question->media};
}

void media_errands_clear(struct media_errands *errands)
{
    for (size_t i = 0; i < errands->count; i++)
        free(errands->list[i].file);
    free(errands->list);
    free(errands->folder);
    *errands = (struct media_errands){0};
}

static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rbe");

    if (file == NULL)
        return NULL;
    char *bytes = memory_new(MEDIA_FILE_MAX_BYTES + 1, 1);
    *length = fread(bytes, 1, MEDIA_FILE_MAX_BYTES + 1, file);
    fclose(file);
    return bytes;
}

char *media_errand_read(const struct media_errands *errands, const struct media_errand *errand, size_t *length)
{
    struct media_reading reading = {.bytes = NULL};
    char *path = NULL;

    if (asprintf(&path, "%s/%s", errands->folder, errand->file) < 0)
        abort();
    char *bytes = read_whole(path, length);
    bool same = bytes != NULL && media_read(bytes, *length, errand->media.type, &reading) &&
                memcmp(&reading.media.sha256, &errand->media.sha256, sizeof errand->media.sha256) == 0;
    free(bytes);
    free(path);
    if (!same) {
        media_reading_clear(&reading);
        return NULL;
    }
    *length = reading.length;
    return reading.bytes;
}

enum media_kept media_errands_keep(const struct media_errands *errands, const char *data)
{
    enum media_kept result = MEDIA_KEPT;

    for (size_t i = 0; i < errands->count && result == MEDIA_KEPT; i++) {
        const struct media_errand *errand = &errands->list[i];
        size_t length = 0;
        if (media_folder_has(data, &errand->media))
            continue;
        char *bytes = media_errand_read(errands, errand, &length);
        if (bytes == NULL)
            result = MEDIA_MOVED;
        else if (!media_folder_keep(data, &errand->media, bytes, length))
            result = MEDIA_FAULT;
        free(bytes);
    }
    return result;
}
