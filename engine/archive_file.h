/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive_file.h - the folder of bundles: drafts that become files, whole or not at all. For archive*.c alone.
 */
#ifndef HOITHI_ENGINE_ARCHIVE_FILE_H
#define HOITHI_ENGINE_ARCHIVE_FILE_H

#include <stdio.h>
#include "engine/archive.h"

#define ARCHIVE_FOLDER "archive"
#define ARCHIVE_ENDING ".bundle"

/* A new draft beside the bundles, which nobody reads: `path` is its name. NULL: errno. */
FILE *archive_draft(const char *data, char path[ARCHIVE_PATH_MAX]);
/* Synced and closed in any case. False: errno. */
bool archive_draft_end(FILE *draft);
/* The draft takes the room's name, for good. False: errno. */
bool archive_draft_publish(const char *data, const char *draft, const char *room);
/* False: errno; a file that is not there is removed. */
bool archive_remove(const char *data, const char *room);
/* Maps any file. */
enum archive_found archive_map_file(const char *path, struct archive_map *map);

/* Calls `each` with the room of every bundle, and removes drafts if `drafts` says so. False: errno. */
bool archive_walk(const char *data, bool drafts, void (*each)(void *context, const char *room), void *context);

#endif
