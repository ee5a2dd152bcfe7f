/* SPDX-License-Identifier: Apache-2.0 */
/* hoithi backup -o FILE and hoithi restore FILE --data DIR */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "engine/backup.h"
#include "engine/command.h"
#include "engine/report.h"
#include "engine/store_command.h"

/* ---- backup ---- */

static void say_done(const struct backup *backup, const char *where)
{
    printf("%s: %zu rooms, %zu keys, %zu files", where, backup->rooms, backup->keys, backup->files);
    if (backup->archived > 0)
        printf(", %zu of them archived rooms", backup->archived);
    putchar('\n');
}

static int write_backup(struct store_command *command)
{
    struct backup backup = {.redis = command->redis, .data = command->options.data, .path = command->options.output};
    if (!backup_write(&backup)) {
        report("no backup was made: %s", backup.why);
        return EXIT_REFUSED;
    }
    say_done(&backup, backup.path);
    return EXIT_DONE;
}

int backup_command(int argc, char **argv)
{
    struct store_command command;
    int status = store_command_read(&command, FOR_BACKUP, argc, argv);
    if (status == EXIT_DONE && (command.options.argument_count != 0 || command.options.output == NULL)) {
        report("usage: hoithi backup -o FILE");
        status = EXIT_USAGE;
    }
    if (status == EXIT_DONE)
        status = store_command_enter(&command);
    if (status == EXIT_DONE)
        status = write_backup(&command);
    store_command_close(&command);
    return status;
}

/* ---- restore ---- */

static bool is_empty_folder(const char *path)
{
    size_t names = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        if (errno == ENOENT)
            return true;
        report("%s: %s", path, strerror(errno));
        return false;
    }
    while (readdir(folder) != NULL)
        names++;
    closedir(folder);
    if (names <= 2) /* . and .. */
        return true;
    report("%s is not empty: restore into a new data directory, with --data DIR", path);
    return false;
}

static int restore(struct store_command *command, struct backup *backup, const struct backup_bytes *bytes)
{
    int status = store_command_enter(command);
    if (status != EXIT_DONE)
        return status;
    backup->redis = command->redis;
    if (!backup_store_is_empty(backup) || !backup_restore(backup, bytes)) {
        report("nothing can be served from %s: %s; empty it and try again", backup->data, backup->why);
        return EXIT_REFUSED;
    }
    say_done(backup, backup->data);
    return EXIT_DONE;
}

int restore_command(int argc, char **argv)
{
    struct store_command command;
    struct backup_bytes bytes = {0};
    int status = store_command_read(&command, FOR_RESTORE, argc, argv);
    if (status == EXIT_DONE && command.options.argument_count != 1) {
        report("usage: hoithi restore FILE --data DIR");
        status = EXIT_USAGE;
    }
    if (status == EXIT_DONE) {
        struct backup backup = {.data = command.options.data, .path = command.options.arguments[0]};
        if (!backup_open(&backup, &bytes)) {
            report("%s", backup.why);
            status = EXIT_REFUSED;
        } else {
            status = is_empty_folder(backup.data) ? restore(&command, &backup, &bytes) : EXIT_REFUSED;
        }
    }
    backup_close(&bytes);
    store_command_close(&command);
    return status;
}
