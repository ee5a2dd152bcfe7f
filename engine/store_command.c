/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store_command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "engine/command.h"
#include "engine/report.h"

#define PATH_MAX_BYTES 4096

int store_command_read(struct store_command *command, unsigned bit, int argc, char **argv)
{
    memset(command, 0, sizeof *command);
    return options_read(&command->options, bit, argc - 1, argv + 1) == OPTIONS_OK ? EXIT_DONE : EXIT_USAGE;
}

int store_command_enter(struct store_command *command)
{
    struct redis_address address;
    char why[REDIS_FAULT_MAX];

    if (!store_enter(&command->options, &command->place))
        return EXIT_REFUSED;
    command->entered = true;
    if (redis_address_read(command->place.url, &address, why, sizeof why))
        command->redis = redis_sync_open(&address, why, sizeof why);
    if (command->redis == NULL)
        report("%s", why);
    explicit_bzero(address.password, sizeof address.password);
    return command->redis == NULL ? EXIT_REFUSED : EXIT_DONE;
}

void store_command_close(struct store_command *command)
{
    redis_sync_close(command->redis);
    if (command->entered)
        store_leave(&command->place);
    options_clear(&command->options);
}

/* ---- output ---- */

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool write_file(const char *path, const char *bytes, size_t length)
{
    char beside[PATH_MAX_BYTES];
    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside) {
        errno = ENAMETOOLONG;
        return false;
    }
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool written = write_all(fd, bytes, length) && fsync(fd) == 0;
    written = close(fd) == 0 && written && rename(beside, path) == 0;
    int fault = errno;
    if (!written)
        unlink(beside);
    errno = fault;
    return written;
}

int store_command_output(const char *path, const char *bytes, size_t length)
{
    bool to_stdout = path == NULL || strcmp(path, "-") == 0;
    bool written = to_stdout ? write_all(STDOUT_FILENO, bytes, length) : write_file(path, bytes, length);
    if (!written)
        report("cannot write %s: %s", to_stdout ? "the output" : path, strerror(errno));
    return written ? EXIT_DONE : EXIT_REFUSED;
}
