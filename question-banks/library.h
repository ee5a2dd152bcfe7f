/* SPDX-License-Identifier: Apache-2.0 */
/*
 * library.h - all banks of some folders, each file FOLDER/ID/VERSION.json.
 *
 * A file that is at fault harms no other: it is listed with its faults, and what it held before (if it was read while
 * the library lived) stays in use. It watches nothing by itself: library_refresh looks again.
 */
#ifndef HOITHI_LIBRARY_H
#define HOITHI_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>
#include "question-banks/bank.h"
#include "question-banks/ledger.h"

#define LIBRARY_FILES_MAX 2000

/* When a file was as it was read. */
struct file_stamp {
    struct timespec changed_at;
    struct timespec media_changed_at; /* of the folder media beside it */
    off_t size;
    ino_t inode;
};

struct library_entry {
    char *path;
    char id[BANK_ID_MAX + 1];           /* the folder's name; the bank's id if it is good */
    char version[BANK_VERSION_MAX + 1]; /* the file's name without .json */
    struct bank *bank;                  /* the last good content, or NULL */
    struct faults faults;               /* of the file as it stands now; none: `bank` is what it says */
    struct faults warnings;             /* a version step that is too small for what changed */
    struct file_stamp stamp;
    bool seen;
};

struct library;

/* Borrows `ledger` (or NULL) for its life: a version that is in there with other content is refused, a good one that is
 * not is added. Folders that are not there count as empty. */
struct library *library_scan(const char *const *folders, size_t count, struct ledger *ledger);
void library_free(struct library *library);
/* Reads what is new or changed, forgets what is gone; how many files that were. Entries and banks handed out before are
 * invalid if it is not 0. */
size_t library_refresh(struct library *library);

/* All files, by id, then by version from old to new. */
size_t library_count(const struct library *library);
const struct library_entry *library_at(const struct library *library, size_t index);
/* How many files did not fit into LIBRARY_FILES_MAX. */
size_t library_dropped(const struct library *library);

/* "id@version", or "id" for its newest version: previews (1.0.0-rc.1) only if there is nothing else. NULL if no good
 * one is there. */
const struct library_entry *library_find(const struct library *library, const char *name);

#endif
