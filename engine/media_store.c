/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/media_store.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "question-banks/memory.h"

#define FOLDER_MODE 0755
#define FILE_MODE 0644

struct media_store {
    char *data;
    struct media_bytes *files[MEDIA_CACHE_FILES_MAX];
    size_t count;
    size_t bytes;
    uint64_t uses;
};

static char *path_of(const char *data, const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/media/%s", data, name) < 0)
        abort();
    return path;
}

/* ---- the cache ---- */

struct media_store *media_store_new(const char *data)
{
    struct media_store *store = memory_new(1, sizeof *store);

    store->data = memory_copy(data, strlen(data));
    return store;
}

void media_bytes_drop(void *bytes)
{
    struct media_bytes *file = bytes;

    assert(file->holds > 0);
    if (--file->holds > 0)
        return;
    free(file->bytes);
    free(file);
}

void media_store_free(struct media_store *store)
{
    if (store == NULL)
        return;
    for (size_t i = 0; i < store->count; i++)
        media_bytes_drop(store->files[i]);
    free(store->data);
    free(store);
}

static void forget_oldest(struct media_store *store)
{
    size_t oldest = 0;

    for (size_t i = 1; i < store->count; i++) {
        if (store->files[i]->used < store->files[oldest]->used)
            oldest = i;
    }
    store->bytes -= store->files[oldest]->length;
    media_bytes_drop(store->files[oldest]);
    store->files[oldest] = store->files[--store->count];
}

struct media_bytes *media_store_remember(struct media_store *store, const char *name, char *bytes, size_t length)
{
    struct media_bytes *file = memory_new(1, sizeof *file);

    while (store->count > 0 && (store->count == MEDIA_CACHE_FILES_MAX || store->bytes + length > MEDIA_CACHE_MAX_BYTES))
        forget_oldest(store);
    snprintf(file->name, sizeof file->name, "%s", name);
    file->bytes = bytes;
    file->length = length;
    file->holds = 2; /* the cache's and the caller's */
    file->used = ++store->uses;
    store->files[store->count++] = file;
    store->bytes += length;
    return file;
}

static struct media_bytes *recall(struct media_store *store, const char *name)
{
    for (size_t i = 0; i < store->count; i++) {
        struct media_bytes *file = store->files[i];
        if (strcmp(file->name, name) != 0)
            continue;
        file->used = ++store->uses;
        file->holds++;
        return file;
    }
    return NULL;
}

/* ---- the folder ---- */

/* NULL if it is not there, or not what its name says. */
static char *read_kept(const char *path, const struct digest *sha256, size_t *length)
{
    FILE *file = fopen(path, "rbe");
    struct digest is;

    if (file == NULL)
        return NULL;
    char *bytes = memory_new(MEDIA_FILE_MAX_BYTES + 1, 1);
    *length = fread(bytes, 1, MEDIA_FILE_MAX_BYTES + 1, file);
    fclose(file);
    digest_of(bytes, *length, &is);
    if (memcmp(&is, sha256, sizeof is) == 0)
        return memory_grow(bytes, *length + 1, 1);
    free(bytes);
    return NULL;
}

static void begin_life_anew(const char *path)
{
    (void)utimensat(AT_FDCWD, path, NULL, 0); /* at worst it goes early, and its bank still has it */
}

struct media_bytes *media_store_find(struct media_store *store, const char *name)
{
    struct media_bytes *file = recall(store, name);
    struct digest sha256;
    enum media_type type = MEDIA_TYPE_COUNT;
    size_t length = 0;

    if (file != NULL || !media_name_read(name, &sha256, &type))
        return file;
    char *path = path_of(store->data, name);
    char *bytes = read_kept(path, &sha256, &length);
    if (bytes != NULL) {
        begin_life_anew(path);
        file = media_store_remember(store, name, bytes, length);
    }
    free(path);
    return file;
}

bool media_folder_has(const char *data, const struct media *media)
{
    char name[MEDIA_NAME_SIZE];
    size_t length = 0;

    media_name(media, name);
    char *path = path_of(data, name);
    char *bytes = read_kept(path, &media->sha256, &length);
    if (bytes != NULL)
        begin_life_anew(path);
    free(path);
    free(bytes);
    return bytes != NULL;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return fsync(fd) == 0 && fchmod(fd, FILE_MODE) == 0;
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return synced;
}

/* Of all files in it; the last ones to come at the same moment may each not see the others. */
static bool has_room(const char *folder, size_t length)
{
    DIR *opened = opendir(folder);
    uint64_t total = length;
    struct stat about;

    if (opened == NULL)
        return true;
    for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
        if (fstatat(dirfd(opened), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode))
            total += (uint64_t)about.st_size;
    }
    closedir(opened);
    if (total > MEDIA_FOLDER_MAX_BYTES)
        errno = ENOSPC;
    return total <= MEDIA_FOLDER_MAX_BYTES;
}

/* rename() over a file of that name: it has the same bytes, or broken ones. */
bool media_folder_keep(const char *data, const struct media *media, const char *bytes, size_t length)
{
    char name[MEDIA_NAME_SIZE];
    char *folder = path_of(data, "");
    char *draft = path_of(data, ".new-XXXXXX");
    bool kept = false;
    int fd = -1;

    media_name(media, name);
    char *path = path_of(data, name);
    if ((mkdir(folder, FOLDER_MODE) == 0 || errno == EEXIST) && has_room(folder, length) &&
        (fd = mkostemp(draft, O_CLOEXEC)) >= 0)
        kept = write_all(fd, bytes, length) && rename(draft, path) == 0 && sync_folder(folder);
    int fault = errno;
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && !kept)
        unlink(draft);
    errno = fault;
    free(path);
    free(draft);
    free(folder);
    return kept;
}

/* Ours, or a draft that somebody left behind. */
static bool is_kept_name(const char *name)
{
    struct digest sha256;
    enum media_type type = MEDIA_TYPE_COUNT;

    return media_name_read(name, &sha256, &type) || strncmp(name, ".new-", 5) == 0;
}

size_t media_folder_sweep(const char *data, int64_t now_s)
{
    char *folder = path_of(data, "");
    DIR *opened = opendir(folder);
    struct stat about;
    size_t count = 0;

    free(folder);
    if (opened == NULL)
        return 0;
    for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
        int fd = dirfd(opened);
        if (is_kept_name(entry->d_name) && fstatat(fd, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
            about.st_mtim.tv_sec + MEDIA_LIFE_S < now_s && unlinkat(fd, entry->d_name, 0) == 0)
            count++;
    }
    closedir(opened);
    return count;
}
