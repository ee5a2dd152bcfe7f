/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup.h - everything that a server keeps, in one file, and back again.
 *
 * The file: a line that says what it is; for each key and each file a line of JSON with its name and size, then its
 * bytes and a line feed; and a last line with the SHA-256 of all before it. Keys are as Redis' DUMP gives them.
 *
 * A room's keys are read in one step, so each room is whole, as it stood at one moment; the lists of rooms are read
 * before the rooms. It holds the secrets that the data directory holds. Blocks; only for subcommands.
 */
#ifndef HOITHI_ENGINE_BACKUP_H
#define HOITHI_ENGINE_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/redis_sync.h"

#define BACKUP_FORMAT 1
#define BACKUP_WHY_MAX 500
#define BACKUP_NAME_MAX 300                     /* of a key or a file, bytes */
#define BACKUP_PART_MAX_BYTES ((size_t)1 << 30) /* of a key or a file */
#define BACKUP_FOLDERS_DEEP 4

/* What a data directory has besides Redis' own: these folders and files. */
extern const char *const backup_folders[];
extern const char *const backup_files[];

struct backup {
    struct redis_sync *redis;
    const char *data; /* the data directory */
    const char *path; /* the backup */
    size_t keys, files, rooms, archived;
    char why[BACKUP_WHY_MAX]; /* if something failed */
};

/* The name of a file: an archived room? */
bool backup_is_archived(const char *name);
/* Whole or not at all: it is made beside `path`, synced and renamed. False: `why`. */
bool backup_write(struct backup *backup);

/* ---- back again ---- */
/* A backup that was read and whose digest is right. */
struct backup_bytes {
    const char *bytes;
    size_t length;
};
bool backup_open(struct backup *backup, struct backup_bytes *bytes);
void backup_close(struct backup_bytes *bytes);
/* The files into the data directory, then the keys, all of them in one step: Redis has all or none. */
bool backup_restore(struct backup *backup, const struct backup_bytes *bytes);
/* Whether the store has no key of hoithi. False: it has, or does not answer: `why`. */
bool backup_store_is_empty(struct backup *backup);

/* `hoithi backup -o FILE` and `hoithi restore FILE --data DIR`. Exit status. */
int backup_command(int argc, char **argv);
int restore_command(int argc, char **argv);

#endif
