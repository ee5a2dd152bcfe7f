/* SPDX-License-Identifier: Apache-2.0 */
/* A room, wherever it is: out of the store while it has a log there, out of its bundle afterwards. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "engine/archive_file.h"
#include "engine/bundle.h"
#include "engine/results_table.h"
#include "engine/verify.h"
#include "question-banks/memory.h"

/* What is to be said of a room of which there is neither log nor file. */
static enum replay_status say_missing(const struct archive_place *place, const char *room, char *why, size_t why_size)
{
    if (archive_is_archived(place->redis, room)) {
        snprintf(why, why_size,
                 "room %.24s: it is archived, but its bundle is not in the folder " ARCHIVE_FOLDER
                 " of the data directory",
                 room);
        return REPLAY_UNREADABLE;
    }
    snprintf(why, why_size, "room %.24s: there is no such room", room);
    return REPLAY_NO_ROOM;
}

/* ARCHIVE_HERE: `map` is open. Otherwise `status` and `why` say what follows. */
static enum archive_found find_file(const struct archive_place *place, const char *room, struct archive_map *map,
                                    enum replay_status *status, struct replay *said)
{
    enum archive_found found = archive_map_room(place->data, room, map);
    if (found == ARCHIVE_NONE) {
        *status = say_missing(place, room, said->why, sizeof said->why);
    } else if (found == ARCHIVE_FAULT) {
        snprintf(said->why, sizeof said->why, "room %.24s: its bundle cannot be read: %s", room, strerror(errno));
        *status = REPLAY_STORE_FAILED;
    }
    return found;
}

static enum replay_status replay_file(const struct archive_place *place, const char *room, struct replay *replay)
{
    struct archive_map map;
    char said[sizeof replay->why];
    enum replay_status status = REPLAY_OK;

    if (find_file(place, room, &map, &status, replay) != ARCHIVE_HERE)
        return status;
    if (!verify_replay(map.bytes, map.length, replay, said, sizeof said)) {
        memset(replay, 0, sizeof *replay);
        snprintf(replay->why, sizeof replay->why, "room %.24s: its bundle cannot be believed: %.300s", room, said);
        status = REPLAY_UNREADABLE;
    } else if (strcmp(replay->name, room) != 0) {
        snprintf(replay->why, sizeof replay->why, "room %.24s: its bundle is another room's", room);
        status = REPLAY_UNREADABLE;
    }
    archive_unmap(&map);
    return status;
}

enum replay_status archive_replay(const struct archive_place *place, const char *room, struct replay *replay)
{
    enum replay_status status = replay_store(replay, place->redis, room, NULL, NULL);
    if (status != REPLAY_NO_ROOM)
        return status;
    replay_clear(replay);
    return replay_file(place, room, replay);
}

enum results_status archive_results(const struct archive_place *place, const char *room, enum results_format format,
                                    struct results_bytes *out, char *why, size_t why_size)
{
    struct replay replay;

    *out = (struct results_bytes){0};
    enum results_status status = results_status_of(archive_replay(place, room, &replay));
    if (status == RESULTS_OK)
        return results_of_replay(&replay, format, out, why, why_size);
    snprintf(why, why_size, "%s", replay.why);
    replay_clear(&replay);
    return status;
}

/* The file as it lies there: it was signed when it was written. */
static enum results_status copy_file(const struct archive_place *place, const char *room, struct results_bytes *out,
                                     char *why, size_t why_size)
{
    struct archive_map map;
    struct replay said = {0};
    enum replay_status status = REPLAY_OK;

    if (find_file(place, room, &map, &status, &said) == ARCHIVE_HERE) {
        out->bytes = memory_copy(map.bytes, map.length);
        out->length = map.length;
        archive_unmap(&map);
    }
    snprintf(why, why_size, "%s", said.why);
    return results_status_of(status);
}

enum results_status archive_bundle(const struct archive_place *place, const char *room, struct results_bytes *out,
                                   char *why, size_t why_size)
{
    char unsigned_why[BUNDLE_WHY_MAX];

    *out = (struct results_bytes){0};
    enum results_status status = bundle_write(place->redis, room, &out->bytes, &out->length, why, why_size);
    if (status == RESULTS_NO_ROOM)
        return copy_file(place, room, out, why, why_size);
    if (status == RESULTS_OK && !bundle_sign(place->data, room, &out->bytes, &out->length, unsigned_why))
        fprintf(stderr, "archive: a bundle goes out without a signature: %s\n", unsigned_why);
    return status;
}
