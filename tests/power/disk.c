/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.c - a disk that forgets what was not synced; a library for LD_PRELOAD.
 *
 * The folder POWER_DIR plays the page cache: programs write and read there as ever. The folder POWER_DISK plays the
 * disk: only fsync and fdatasync bring something there. Of a file its bytes (POWER_DISK/files/INODE-BIRTH), of a folder
 * its names (POWER_DISK/names/INODE-BIRTH): as POSIX has it, a name is on the disk once its folder was synced. After a
 * power cut power.mjs builds the folder again from what lies on the disk.
 *
 * A write in the middle of a file, before what was last synced, is not seen by it, so the disk would hold the older
 * bytes: it may forget too much and never too little.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SHORTENED_MAX 64
#define PIECE_BYTES 65536
#define NAME_BYTES 64

/* Files that were cut shorter since they were last synced, so what lies on the disk is no beginning of them. */
static struct {
    char name[NAME_BYTES];
    off_t length;
} shortened[SHORTENED_MAX];
static size_t shortened_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- which file ---- */

static bool is_ours(int fd)
{
    char link[64], path[PATH_MAX];
    const char *folder = getenv("POWER_DIR");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (folder == NULL || getenv("POWER_DISK") == NULL || length < 0)
        return false;
    path[length] = '\0';
    size_t front = strlen(folder);
    return strncmp(path, folder, front) == 0 && (path[front] == '/' || path[front] == '\0');
}

/* An inode's number is given again to a newer file; together with its birth it is one of a kind. */
static bool name_of(int at, const char *path, char out[NAME_BYTES])
{
    struct statx about;
    if (statx(at, path, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &about) != 0)
        return false;
    snprintf(out, NAME_BYTES, "%llu-%lld.%09u", (unsigned long long)about.stx_ino, (long long)about.stx_btime.tv_sec,
             about.stx_btime.tv_nsec);
    return true;
}

static void on_disk(const char *what, const char *name, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/%s/%s", getenv("POWER_DISK"), what, name);
}

/* ---- a file's bytes ---- */

static void note_shortened(int fd, off_t length)
{
    char name[NAME_BYTES];
    if (!is_ours(fd) || !name_of(fd, "", name))
        return;
    pthread_mutex_lock(&lock);
    if (shortened_count == SHORTENED_MAX)
        abort();
    memcpy(shortened[shortened_count].name, name, NAME_BYTES);
    shortened[shortened_count++].length = length;
    pthread_mutex_unlock(&lock);
}

static off_t first_new(const char *name, off_t synced)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < shortened_count;) {
        if (strcmp(shortened[i].name, name) != 0) {
            i++;
            continue;
        }
        synced = shortened[i].length < synced ? shortened[i].length : synced;
        shortened[i] = shortened[--shortened_count];
    }
    pthread_mutex_unlock(&lock);
    return synced;
}

/* From `from` to the end; the file's end becomes the copy's. */
static bool copy_tail(int fd, int disk, off_t from)
{
    char piece[PIECE_BYTES];
    ssize_t got;
    while ((got = pread(fd, piece, sizeof piece, from)) > 0) {
        if (pwrite(disk, piece, (size_t)got, from) != got)
            return false;
        from += got;
    }
    return got == 0 && syscall(SYS_ftruncate, disk, from) == 0;
}

static bool sync_file(int fd)
{
    char name[NAME_BYTES], path[PATH_MAX], again[64];
    struct stat about;
    if (!name_of(fd, "", name))
        return false;
    on_disk("files", name, path);
    snprintf(again, sizeof again, "/proc/self/fd/%d", fd);
    int readable = open(again, O_RDONLY | O_CLOEXEC); /* `fd` may be for writing only */
    int disk = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool synced = readable >= 0 && disk >= 0 && fstat(disk, &about) == 0 &&
                  copy_tail(readable, disk, first_new(name, about.st_size));
    if (readable >= 0)
        close(readable);
    if (disk >= 0)
        close(disk);
    return synced;
}

/* ---- a folder's names ---- */

static bool list_names(int fd, FILE *out)
{
    char name[NAME_BYTES];
    int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = again < 0 ? NULL : fdopendir(again);
    if (folder == NULL)
        return false;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && name_of(fd, entry->d_name, name))
            fprintf(out, "%s %d %s\n", name, entry->d_type == DT_DIR, entry->d_name);
    closedir(folder);
    return true;
}

static bool sync_folder(int fd)
{
    char name[NAME_BYTES], path[PATH_MAX], draft[PATH_MAX + 24];
    if (!name_of(fd, "", name))
        return false;
    on_disk("names", name, path);
    snprintf(draft, sizeof draft, "%s.%d", path, (int)gettid());
    FILE *out = fopen(draft, "we");
    if (out == NULL)
        return false;
    bool listed = list_names(fd, out);
    return fclose(out) == 0 && listed && rename(draft, path) == 0;
}

/* ---- the calls in front of which this stands ---- */

static int sync_either(int fd, const char *call)
{
    struct stat about;
    if (!is_ours(fd)) {
        int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, call);
        return next(fd);
    }
    if (fstat(fd, &about) == 0 && (S_ISDIR(about.st_mode) ? sync_folder(fd) : sync_file(fd)))
        return 0;
    errno = EIO;
    return -1;
}

int fsync(int fd)
{
    return sync_either(fd, "fsync");
}

int fdatasync(int fd)
{
    return sync_either(fd, "fdatasync");
}

int ftruncate64(int fd, off_t length)
{
    note_shortened(fd, length);
    return (int)syscall(SYS_ftruncate, fd, length);
}

int ftruncate(int fd, off_t length)
{
    return ftruncate64(fd, length);
}

int truncate64(const char *path, off_t length)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int result = ftruncate64(fd, length);
    close(fd);
    return result;
}

int truncate(const char *path, off_t length)
{
    return truncate64(path, length);
}
