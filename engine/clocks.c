/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/clocks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/options.h"
#include "engine/report.h"
#include "question-banks/memory.h"

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id" /* proc(5): another one after each start of the machine */
#define BOOT_ID_MAX 64

struct note {
    _Atomic uint64_t key; /* 0 while it is being written */
    _Atomic int64_t ms;
};

struct sheet {
    char boot_id[BOOT_ID_MAX];
    struct note notes[CLOCKS_NOTES];
};

struct clocks {
    struct sheet *sheet; /* NULL: nothing is kept */
};

static void read_boot_id(char out[BOOT_ID_MAX])
{
    int fd = open(BOOT_ID_PATH, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, out, BOOT_ID_MAX - 1);

    memset(out + (length < 0 ? 0 : length), 0, BOOT_ID_MAX - (size_t)(length < 0 ? 0 : length));
    if (fd >= 0)
        (void)close(fd);
}

/* What was noted before the machine was started anew is of another clock. Under the file's lock. */
static bool make_ready(int fd, const char *boot_id)
{
    char noted[BOOT_ID_MAX] = "";
    struct stat about;

    if (fstat(fd, &about) != 0)
        return false;
    if (about.st_size == (off_t)sizeof(struct sheet) && pread(fd, noted, BOOT_ID_MAX, 0) == BOOT_ID_MAX &&
        memcmp(noted, boot_id, BOOT_ID_MAX) == 0)
        return true;
    return ftruncate(fd, 0) == 0 && ftruncate(fd, (off_t)sizeof(struct sheet)) == 0 &&
           pwrite(fd, boot_id, BOOT_ID_MAX, 0) == BOOT_ID_MAX;
}

static struct sheet *map_sheet(int fd)
{
    char boot_id[BOOT_ID_MAX];
    void *at = MAP_FAILED;

    read_boot_id(boot_id);
    if (flock(fd, LOCK_EX) == 0 && make_ready(fd, boot_id))
        at = mmap(NULL, sizeof(struct sheet), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)flock(fd, LOCK_UN);
    return at == MAP_FAILED ? NULL : at;
}

struct clocks *clocks_open(const char *folder)
{
    struct clocks *clocks = memory_new(1, sizeof *clocks);
    char path[OPTION_VALUE_MAX_BYTES + sizeof CLOCKS_FILE + 1];

    (void)snprintf(path, sizeof path, "%s/%s", folder, CLOCKS_FILE);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    clocks->sheet = fd < 0 ? NULL : map_sheet(fd);
    if (clocks->sheet == NULL)
        report("%s: %s; questions will go by the store's clock after a restart", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return clocks;
}

void clocks_close(struct clocks *clocks)
{
    if (clocks == NULL)
        return;
    if (clocks->sheet != NULL)
        (void)munmap(clocks->sheet, sizeof *clocks->sheet);
    free(clocks);
}

void clocks_keep(struct clocks *clocks, uint64_t key, int64_t ms)
{
    if (clocks->sheet == NULL)
        return;
    struct note *note = &clocks->sheet->notes[key % CLOCKS_NOTES];
    atomic_store(&note->key, 0);
    atomic_store(&note->ms, ms);
    atomic_store(&note->key, key);
}

bool clocks_find(const struct clocks *clocks, uint64_t key, int64_t *ms)
{
    if (clocks->sheet == NULL)
        return false;
    struct note *note = &clocks->sheet->notes[key % CLOCKS_NOTES];
    if (atomic_load(&note->key) != key)
        return false;
    *ms = atomic_load(&note->ms);
    return atomic_load(&note->key) == key;
}
