/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/archive_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/bundle.h"
#include "engine/rooms.h"

#define FOLDER_MODE 0700
#define DRAFT_BEGIN ".draft-" /* a backup passes over names with a dot in front */

void archive_path(const char *data, const char *room, char out[ARCHIVE_PATH_MAX])
{
    (void)snprintf(out, ARCHIVE_PATH_MAX, "%.4000s/" ARCHIVE_FOLDER "/%.24s" ARCHIVE_ENDING, data, room);
}

static void folder_path(const char *data, char out[ARCHIVE_PATH_MAX])
{
    (void)snprintf(out, ARCHIVE_PATH_MAX, "%.4000s/" ARCHIVE_FOLDER, data);
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    int fault = errno;
    if (fd >= 0)
        close(fd);
    errno = fault;
    return synced;
}

/* ---- drafts ---- */

FILE *archive_draft(const char *data, char path[ARCHIVE_PATH_MAX])
{
    folder_path(data, path);
    if (mkdir(path, FOLDER_MODE) == 0) {
        if (!sync_folder(data))
            return NULL;
    } else if (errno != EEXIST) {
        return NULL;
    }
    (void)snprintf(path, ARCHIVE_PATH_MAX, "%.4000s/" ARCHIVE_FOLDER "/" DRAFT_BEGIN "XXXXXX", data);
    int fd = mkostemp(path, O_CLOEXEC); /* mode 0600: it holds names */
    FILE *draft = fd < 0 ? NULL : fdopen(fd, "w");
    if (fd >= 0 && draft == NULL)
        close(fd);
    if (draft == NULL)
        path[0] = '\0';
    return draft;
}

bool archive_draft_end(FILE *draft)
{
    bool synced = fflush(draft) == 0 && ferror(draft) == 0 && fsync(fileno(draft)) == 0;
    int fault = errno;
    if (fclose(draft) != 0 && synced)
        return false;
    errno = fault;
    return synced;
}

bool archive_draft_publish(const char *data, const char *draft, const char *room)
{
    char path[ARCHIVE_PATH_MAX];
    archive_path(data, room, path);
    if (rename(draft, path) != 0)
        return false;
    folder_path(data, path);
    return sync_folder(path);
}

bool archive_remove(const char *data, const char *room)
{
    char path[ARCHIVE_PATH_MAX];
    archive_path(data, room, path);
    if (unlink(path) != 0)
        return errno == ENOENT;
    folder_path(data, path);
    return sync_folder(path);
}

/* ---- reading ---- */

enum archive_found archive_map_file(const char *path, struct archive_map *map)
{
    struct stat about;

    *map = (struct archive_map){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? ARCHIVE_NONE : ARCHIVE_FAULT;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 && about.st_size <= BUNDLE_MAX_BYTES) {
        void *bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes != MAP_FAILED)
            *map = (struct archive_map){.bytes = bytes, .length = (size_t)about.st_size};
    } else {
        errno = EIO;
    }
    int fault = errno;
    close(fd);
    errno = fault;
    return map->bytes == NULL ? ARCHIVE_FAULT : ARCHIVE_HERE;
}

enum archive_found archive_map_room(const char *data, const char *room, struct archive_map *map)
{
    char path[ARCHIVE_PATH_MAX];

    *map = (struct archive_map){0};
    if (!room_id_is_one(room))
        return ARCHIVE_NONE;
    archive_path(data, room, path);
    return archive_map_file(path, map);
}

void archive_unmap(struct archive_map *map)
{
    if (map->bytes != NULL)
        munmap((void *)map->bytes, map->length);
    *map = (struct archive_map){0};
}

/* ---- the folder ---- */

/* The room of a bundle's name; false: it is none. */
static bool room_of(const char *name, char room[ROOM_ID_MAX + 1])
{
    size_t length = strlen(name);
    size_t ending = strlen(ARCHIVE_ENDING);
    if (length <= ending || length - ending > ROOM_ID_MAX || strcmp(name + length - ending, ARCHIVE_ENDING) != 0)
        return false;
    (void)snprintf(room, ROOM_ID_MAX + 1, "%.*s", (int)(length - ending), name);
    return room_id_is_one(room);
}

bool archive_walk(const char *data, bool drafts, void (*each)(void *context, const char *room), void *context)
{
    char path[ARCHIVE_PATH_MAX];
    char room[ROOM_ID_MAX + 1];

    folder_path(data, path);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return errno == ENOENT;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (drafts && strncmp(entry->d_name, DRAFT_BEGIN, strlen(DRAFT_BEGIN)) == 0)
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
        else if (room_of(entry->d_name, room))
            each(context, room);
    }
    closedir(folder);
    return true;
}

static void count_one(void *context, const char *room)
{
    (void)room;
    ++*(size_t *)context;
}

size_t archive_count_files(const char *data)
{
    size_t count = 0;
    (void)archive_walk(data, false, count_one, &count);
    return count;
}
