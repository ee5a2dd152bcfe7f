/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "question-banks/memory.h"

#define FOLDER_MODE 0755
#define FILE_MODE 0644
#define OWNER_NAME "owner"
#define VERSION_ENDING ".json"

static char *joined(const char *front, const char *name, const char *ending)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s%s", front, name, ending) < 0)
        abort();
    return path;
}

char *shelf_folder(const char *data)
{
    return joined(data, "banks", "");
}

static bool make_folder(const char *path)
{
    return mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST;
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return synced;
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
    return fsync(fd) == 0;
}

/* What to put where, whole and synced, and never over another file. */
struct placing {
    const char *folder; /* it is there */
    const char *path;
    const char *bytes;
    size_t length;
};

static bool has_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "rbe");

    if (file == NULL)
        return false;
    char *there = memory_new(length + 1, 1);
    bool same = fread(there, 1, length + 1, file) == length && memcmp(there, bytes, length) == 0;
    fclose(file);
    free(there);
    return same;
}

/* link() fails where a name is taken; rename() would put the new file over the old one. */
static enum shelf_result publish(const char *draft, const struct placing *placing)
{
    if (link(draft, placing->path) == 0)
        return SHELF_KEPT;
    if (errno != EEXIST)
        return SHELF_FAULT;
    return has_bytes(placing->path, placing->bytes, placing->length) ? SHELF_SAME : SHELF_TAKEN;
}

static enum shelf_result place(const struct placing *placing)
{
    char *draft = joined(placing->folder, ".new-XXXXXX", ""); /* the library passes over names with a dot in front */
    enum shelf_result result = SHELF_FAULT;
    int fd = mkostemp(draft, O_CLOEXEC);

    if (fd >= 0 && write_all(fd, placing->bytes, placing->length) && fchmod(fd, FILE_MODE) == 0)
        result = publish(draft, placing);
    if (result == SHELF_KEPT && !sync_folder(placing->folder))
        result = SHELF_FAULT;
    int fault = errno;
    if (fd >= 0) {
        close(fd);
        unlink(draft);
    }
    errno = fault;
    free(draft);
    return result;
}

enum shelf_result shelf_keep(const char *folder, const struct bank *bank, const char *bytes, size_t length)
{
    char *own = joined(folder, bank->id, "");
    char *path = joined(own, bank->version, ".json");
    enum shelf_result result = SHELF_FAULT;

    if (make_folder(folder) && make_folder(own))
        result = place(&(struct placing){own, path, bytes, length});
    if (result == SHELF_KEPT && !sync_folder(folder))
        result = SHELF_FAULT;
    free(path);
    free(own);
    return result;
}

enum shelf_result shelf_keep_media(const char *folder, const char *bank_id, const struct shelf_media *media)
{
    char *own = joined(folder, bank_id, "");
    char *pictures = joined(own, "media", "");
    char *path = joined(own, media->file, "");
    enum shelf_result result = SHELF_FAULT;

    if (make_folder(folder) && make_folder(own) && make_folder(pictures))
        result = place(&(struct placing){pictures, path, media->bytes, media->length});
    if (result == SHELF_KEPT && (!sync_folder(own) || !sync_folder(folder)))
        result = SHELF_FAULT;
    free(path);
    free(pictures);
    free(own);
    return result;
}

/* ---- whose a bank is ---- */

void shelf_owner(const char *folder, const char *id, char owner[SHELF_OWNER_SIZE])
{
    char *own = joined(folder, id, "");
    char *path = joined(own, OWNER_NAME, "");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, owner, SHELF_OWNER_SIZE - 1);

    owner[length < 0 ? 0 : length] = '\0';
    owner[strcspn(owner, "\n")] = '\0';
    if (fd >= 0)
        close(fd);
    free(path);
    free(own);
}

static int is_version(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    size_t ending = strlen(VERSION_ENDING);

    return entry->d_name[0] != '.' && length > ending && strcmp(entry->d_name + length - ending, VERSION_ENDING) == 0;
}

/* Somebody put versions there by hand: then it is not for the first who comes. */
static bool has_versions(const char *own)
{
    struct dirent **names = NULL;
    int count = scandir(own, &names, is_version, NULL);

    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return count > 0;
}

/* False: the disk says no. That it is there already is as well. */
static bool write_owner(const char *own, const char *key)
{
    char *path = joined(own, OWNER_NAME, "");
    char *draft = joined(own, ".new-XXXXXX", "");
    char *line = NULL;
    int length = asprintf(&line, "%s\n", key);
    int fd = mkostemp(draft, O_CLOEXEC);

    if (length < 0)
        abort();
    bool written = fd >= 0 && write_all(fd, line, (size_t)length) && fchmod(fd, FILE_MODE) == 0 &&
                   (link(draft, path) == 0 || errno == EEXIST) && sync_folder(own);
    if (fd >= 0) {
        close(fd);
        unlink(draft);
    }
    free(line);
    free(draft);
    free(path);
    return written;
}

enum shelf_claim shelf_claim(const char *folder, const char *id, const char *key)
{
    char *own = joined(folder, id, "");
    char owner[SHELF_OWNER_SIZE];
    enum shelf_claim claim = CLAIM_FAULT;

    shelf_owner(folder, id, owner);
    if (owner[0] == '\0' && has_versions(own)) {
        claim = CLAIM_FOREIGN;
    } else if (owner[0] != '\0' || (make_folder(folder) && make_folder(own) && write_owner(own, key))) {
        shelf_owner(folder, id, owner);
        claim = strcmp(owner, key) == 0 ? CLAIM_OWN : CLAIM_FOREIGN;
    }
    free(own);
    return claim;
}

enum shelf_limit shelf_limit(const struct shelf_use *use, const struct shelf_use *more)
{
    const struct {
        enum shelf_limit limit;
        size_t sum, added, max;
    } rows[] = {
        {LIMIT_BANKS, use->banks + more->banks, more->banks, SHELF_BANKS_MAX},
        {LIMIT_VERSIONS, use->versions + more->versions, more->versions, SHELF_VERSIONS_MAX},
        {LIMIT_QUESTIONS, use->questions + more->questions, more->questions, SHELF_QUESTIONS_MAX},
        {LIMIT_BYTES, use->bytes + more->bytes, more->bytes, SHELF_BYTES_MAX},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].added > 0 && rows[i].sum > rows[i].max)
            return rows[i].limit;
    return LIMIT_NONE;
}
