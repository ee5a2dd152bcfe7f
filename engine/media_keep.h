/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_keep.h - files on their way from beside a bank to where they are kept. Everything here reads and syncs, so it
 * runs in another thread; it knows no library and no room.
 */
#ifndef HOITHI_ENGINE_MEDIA_KEEP_H
#define HOITHI_ENGINE_MEDIA_KEEP_H

#include <stdbool.h>
#include "question-banks/bank.h"

/* What to keep: FOLDER/media/NAME for each. Owned by the list. */
struct media_errand {
    char *file; /* "media/NAME" */
    struct media media;
};
struct media_errands {
    char *folder;
    struct media_errand *list;
    size_t count;
};
/* Of the bank in the file `path`. */
void media_errands_init(struct media_errands *errands, const char *path);
void media_errands_add(struct media_errands *errands, const struct question *question);
void media_errands_clear(struct media_errands *errands);

/* The bytes to serve, the caller's; NULL if the file is no longer what it was. */
char *media_errand_read(const struct media_errands *errands, const struct media_errand *errand, size_t *length);

enum media_kept {
    MEDIA_KEPT,
    MEDIA_MOVED, /* a file beside the bank is not what it was when the bank was read */
    MEDIA_FAULT  /* the disk says no; errno tells why */
};
/* Puts all into DATA/media. */
enum media_kept media_errands_keep(const struct media_errands *errands, const char *data);

#endif
