/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_MODE 0755
#define FILE_MODE 0644

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

static enum shelf_result compare(const char *path, const struct bank *bank)
{
    struct bank *there = NULL;
    struct faults faults;

    faults_init(&faults, path);
    bool same =
        bank_load(path, &there, &faults) == BANK_OK && memcmp(&there->sha256, &bank->sha256, sizeof bank->sha256) == 0;
    bank_free(there);
    faults_clear(&faults);
    return same ? SHELF_SAME : SHELF_TAKEN;
}

/* link() fails where a name is taken; rename() would put the new file over the old one. */
static enum shelf_result publish(const char *draft, const char *path, const struct bank *bank)
{
    if (link(draft, path) == 0)
        return SHELF_KEPT;
    return errno == EEXIST ? compare(path, bank) : SHELF_FAULT;
}

enum shelf_result shelf_keep(const char *folder, const struct bank *bank, const char *bytes, size_t length)
{
    char *own = joined(folder, bank->id, "");
    char *path = joined(own, bank->version, ".json");
    char *draft = joined(own, ".new-XXXXXX", ""); /* the library passes over names with a dot in front */
    enum shelf_result result = SHELF_FAULT;
    int fd = -1;

    if (!make_folder(folder) || !make_folder(own) || (fd = mkostemp(draft, O_CLOEXEC)) < 0)
        goto done;
    if (write_all(fd, bytes, length) && fchmod(fd, FILE_MODE) == 0)
        result = publish(draft, path, bank);
    if (result == SHELF_KEPT && (!sync_folder(own) || !sync_folder(folder)))
        result = SHELF_FAULT;
    int fault = errno;
    close(fd);
    unlink(draft);
    errno = fault;
done:
    free(draft);
    free(path);
    free(own);
    return result;
}
