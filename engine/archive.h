/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive.h - rooms that are over, as bundles: DATA/archive/ROOM.bundle.
 *
 * A room stands in the store as long as its log does; then it is archived: its record says `archived_at`, and the file
 * is its only truth. Between the two lies one script, so a crash leaves either. The file is written, synced, renamed
 * and replayed before; one that lies there while the log still stands means nothing and is written anew.
 *
 * The record (who owns it, its title, how many played) stays in the store, so lists know the room; its PIN is free.
 * Everything here blocks: never in a worker's loop.
 */
#ifndef HOITHI_ENGINE_ARCHIVE_H
#define HOITHI_ENGINE_ARCHIVE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/replay.h"
#include "engine/results.h"

#define ARCHIVE_WHY_MAX 500
#define ARCHIVE_PATH_MAX PATH_MAX
#define ARCHIVE_SET "hoithi:archived" /* sorted set: room → when */

struct archive_place {
    struct redis_sync *redis;
    const char *data; /* the data directory */
    /* NULL, or asked right before a file takes its name: may this process still do so? */
    bool (*may_publish)(void *context);
    void *context;
};

/* ---- reading ---- */

/* A bundle, mapped. */
struct archive_map {
    const char *bytes;
    size_t length;
};
enum archive_found { ARCHIVE_HERE, ARCHIVE_NONE, ARCHIVE_FAULT /* errno */ };
enum archive_found archive_map_room(const char *data, const char *room, struct archive_map *map);
void archive_unmap(struct archive_map *map);
/* DATA/archive/ROOM.bundle */
void archive_path(const char *data, const char *room, char out[ARCHIVE_PATH_MAX]);

/* The room as it was played, out of the store or out of its bundle. Clear `replay` in any case. */
enum replay_status archive_replay(const struct archive_place *place, const char *room, struct replay *replay);
/* As results_write() and bundle_write(), wherever the room is; the bundle is signed if it can be. */
enum results_status archive_results(const struct archive_place *place, const char *room, enum results_format format,
                                    struct results_bytes *out, char *why, size_t why_size);
enum results_status archive_bundle(const struct archive_place *place, const char *room, struct results_bytes *out,
                                   char *why, size_t why_size);
/* Bundles in the directory. */
size_t archive_count_files(const char *data);
/* What is wrong between the files and the store: files that no record knows, records whose file is gone. False: the
 * store does not answer. */
bool archive_compare(const struct archive_place *place, size_t *unknown, size_t *missing);

/* ---- archiving ---- */

struct archive_spans {
    int64_t final_ms; /* so long after it became final; 0: never */
    int64_t ended_ms; /* so long after it ended, final or not; 0: never */
};

enum archive_result { ARCHIVE_DONE, ARCHIVE_NOT_DUE, ARCHIVE_MOVED_ON, ARCHIVE_NO_ROOM, ARCHIVE_FAILED };

/* Archives the room if its time has come; looks into a log only if it has grown since it was looked into last. */
enum archive_result archive_room(const struct archive_place *place, const char *room, const struct archive_spans *spans,
                                 int64_t wall_ms, char why[ARCHIVE_WHY_MAX]);
/* Whether the record says so. False if the store does not answer, too. */
bool archive_is_archived(struct redis_sync *redis, const char *room);
/* Takes the personal parts out of an archived room's bundle; its signature stays right. Twice is once; `now`: it
 * was there to be done. */
enum archive_result archive_erase(const struct archive_place *place, const char *room, bool *now,
                                  char why[ARCHIVE_WHY_MAX]);
/* File, record and places in the lists: the room is gone. Only for archived rooms. */
enum archive_result archive_delete(const struct archive_place *place, const char *room, char why[ARCHIVE_WHY_MAX]);
/* Removes drafts and bundles of rooms that are in the store: what crashes have left. Nobody else may be archiving. */
bool archive_tidy(const struct archive_place *place);

/* ---- its steps, in order; tests die between them ---- */

struct archiving {
    const struct archive_place *place;
    const char *room;
    char draft[ARCHIVE_PATH_MAX]; /* "" once it has its name */
    bool erased;                  /* as the record said when it was read */
    uint64_t position;
    char last_id[REPLAY_ID_MAX];
    struct digest head;
    char pin[PIN_DIGITS + 1];
    const char *state; /* a constant of the room's */
    size_t players;
    char *why; /* ARCHIVE_WHY_MAX */
};
typedef enum archive_result archive_step_fn(struct archiving *archiving);
#define ARCHIVE_STEPS 4
extern archive_step_fn *const archive_steps[ARCHIVE_STEPS]; /* write, publish, prove, release */

#endif
