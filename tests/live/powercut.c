/* SPDX-License-Identifier: Apache-2.0 */
/*
 * powercut.c - what of a file would survive a power cut: a library to preload into redis-server.
 *
 * After every fsync and fdatasync it appends "SIZE PATH" to the file that POWERCUT_LOG names. Whoever plays the power
 * cut ends all processes and cuts each file to the last size that stands there: storage that forgets whatever was not
 * synced. It does not play a disk that loses renames, or one that lies about a sync.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void note(int fd)
{
    char link[64], path[PATH_MAX], line[PATH_MAX + 32];
    const char *log = getenv("POWERCUT_LOG");
    struct stat stat;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (log == NULL || length < 0 || fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode))
        return;
    path[length] = '\0';
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0)
        return;
    int size = snprintf(line, sizeof line, "%lld %s\n", (long long)stat.st_size, path);
    if (write(out, line, (size_t)size) != size)
        abort();
    close(out);
}

static int sync_and_note(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(fd);
    if (result == 0)
        note(fd);
    return result;
}

int fsync(int fd)
{
    return sync_and_note("fsync", fd);
}

int fdatasync(int fd)
{
    return sync_and_note("fdatasync", fd);
}
