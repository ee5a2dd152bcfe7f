/* SPDX-License-Identifier: Apache-2.0 */
/* The way back: a backup into an empty data directory and an empty store. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cjson/cJSON.h>
#include <hiredis/hiredis.h>
#include "engine/backup.h"
#include "question-banks/digest.h"

#define LINE_MAX_BYTES 2048

/* One key or file as it stands in the backup. `name` belongs to `json`. */
struct part {
    cJSON *json;
    const char *name;
    bool is_file;
    int64_t number; /* when it expires, or its mode */
    const char *bytes;
    size_t length;
};

static bool fault(struct backup *backup, const char *what, const char *why)
{
    (void)snprintf(backup->why, sizeof backup->why, "%.300s: %.180s", what, why);
    return false;
}

/* ---- reading ---- */

static cJSON *line_at(const struct backup_bytes *bytes, size_t *at)
{
    size_t most = bytes->length - *at < LINE_MAX_BYTES ? bytes->length - *at : LINE_MAX_BYTES;
    const char *begin = bytes->bytes + *at;
    const char *end = memchr(begin, '\n', most);
    if (end == NULL)
        return NULL;
    *at += (size_t)(end - begin) + 1;
    return cJSON_ParseWithLength(begin, (size_t)(end - begin));
}

static double number_of(const cJSON *json, const char *name)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(json, name);
    return cJSON_IsNumber(number) ? number->valuedouble : -1;
}

static const char *text_of(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

/* Where the last line begins. */
static size_t end_of(const struct backup_bytes *bytes)
{
    const char *before = bytes->length < 2 ? NULL : memrchr(bytes->bytes, '\n', bytes->length - 1);
    return before == NULL ? 0 : (size_t)(before - bytes->bytes) + 1;
}

static bool check_digest(struct backup *backup, const struct backup_bytes *bytes)
{
    struct digest digest;
    char hex[DIGEST_HEX_SIZE];
    size_t end = end_of(bytes);
    size_t at = end;
    size_t start = 0;
    cJSON *head = line_at(bytes, &start);
    cJSON *last = line_at(bytes, &at);
    const char *what = text_of(head, "hoithi");
    const char *said = text_of(last, "sha256");
    bool known = what != NULL && strcmp(what, "backup") == 0;
    bool readable = known && number_of(head, "format") == BACKUP_FORMAT;

    digest_of(bytes->bytes, end, &digest);
    digest_hex(&digest, hex);
    bool whole = said != NULL && strcmp(said, hex) == 0;
    cJSON_Delete(head);
    cJSON_Delete(last);
    if (!known)
        return fault(backup, backup->path, "this is not a backup of hoithi");
    if (!readable)
        return fault(backup, backup->path, "it has a format that this program does not know");
    return whole || fault(backup, backup->path, "it is damaged: its digest is another one");
}

bool backup_open(struct backup *backup, struct backup_bytes *bytes)
{
    struct stat about;
    *bytes = (struct backup_bytes){0};
    int fd = open(backup->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fault(backup, backup->path, strerror(errno));
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
        void *there = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (there != MAP_FAILED)
            *bytes = (struct backup_bytes){.bytes = there, .length = (size_t)about.st_size};
    }
    close(fd);
    if (bytes->bytes == NULL)
        return fault(backup, backup->path, "it is no file, or empty");
    if (check_digest(backup, bytes))
        return true;
    backup_close(bytes);
    return false;
}

void backup_close(struct backup_bytes *bytes)
{
    if (bytes->bytes != NULL)
        munmap((void *)bytes->bytes, bytes->length);
    *bytes = (struct backup_bytes){0};
}

/* ---- parts ---- */

/* Only what a backup has: nothing may climb out of the data directory. */
static bool is_a_name(const char *name)
{
    if (strstr(name, "..") != NULL || strlen(name) > BACKUP_NAME_MAX)
        return false;
    for (size_t i = 0; backup_files[i] != NULL; i++)
        if (strcmp(name, backup_files[i]) == 0)
            return true;
    for (size_t i = 0; backup_folders[i] != NULL; i++)
        if (strncmp(name, backup_folders[i], strlen(backup_folders[i])) == 0 && name[strlen(backup_folders[i])] == '/')
            return true;
    return false;
}

static bool read_part(struct backup *backup, const struct backup_bytes *bytes, size_t *at, struct part *part)
{
    part->json = line_at(bytes, at);
    const char *file = text_of(part->json, "file");
    const char *key = text_of(part->json, "key");
    double length = number_of(part->json, "bytes");

    part->is_file = file != NULL;
    part->name = file != NULL ? file : key;
    part->number = (int64_t)number_of(part->json, file != NULL ? "mode" : "expires_at");
    bool named = part->name != NULL && (file == NULL ? strncmp(key, "hoithi:", 7) == 0 : is_a_name(file));
    if (!named || part->number < 0 || length < 0 || length > BACKUP_PART_MAX_BYTES ||
        (size_t)length >= bytes->length - *at)
        return fault(backup, backup->path, "a part of it cannot be read");
    part->bytes = bytes->bytes + *at;
    part->length = (size_t)length;
    *at += part->length + 1;
    return true;
}

static bool make_folders_of(const char *data, const char *name)
{
    char path[PATH_MAX];
    for (const char *slash = strchr(name, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        (void)snprintf(path, sizeof path, "%s/%.*s", data, (int)(slash - name), name);
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

static bool restore_file(struct backup *backup, const struct part *part)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", backup->data, part->name);
    int fd = make_folders_of(backup->data, part->name)
                 ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)(part->number & 0777))
                 : -1;
    if (fd < 0)
        return fault(backup, path, strerror(errno));
    bool written = write(fd, part->bytes, part->length) == (ssize_t)part->length && fsync(fd) == 0;
    if (!written)
        (void)fault(backup, path, strerror(errno));
    close(fd);
    backup->files += written;
    backup->archived += written && backup_is_archived(part->name);
    return written;
}

/* Queued: EXEC runs it. */
static bool restore_key(struct backup *backup, const struct part *part)
{
    char expires[24];
    (void)snprintf(expires, sizeof expires, "%lld", (long long)part->number);
    const char *words[] = {"RESTORE", part->name, expires, part->bytes, "ABSTTL"};
    size_t lengths[] = {7, strlen(part->name), strlen(expires), part->length, 6};
    struct redisReply *reply =
        redis_sync_send(backup->redis, &(struct redis_command){.count = 5, .words = words, .lengths = lengths});
    bool queued = reply != NULL;
    freeReplyObject(reply);
    backup->keys++;
    backup->rooms += strlen(part->name) > 4 && strcmp(part->name + strlen(part->name) - 5, "}:log") == 0;
    return queued || fault(backup, part->name, redis_sync_fault(backup->redis));
}

static bool each_part(struct backup *backup, const struct backup_bytes *bytes, bool files,
                      bool (*take)(struct backup *backup, const struct part *part))
{
    size_t end = end_of(bytes);
    size_t at = 0;
    bool fine = true;

    cJSON_Delete(line_at(bytes, &at));
    while (fine && at < end) {
        struct part part = {0};
        fine = read_part(backup, bytes, &at, &part);
        if (fine && part.is_file == files)
            fine = take(backup, &part);
        cJSON_Delete(part.json);
    }
    return fine;
}

static bool execute(struct backup *backup)
{
    struct redisReply *replies = redis_sync_ask(backup->redis, "EXEC", NULL);
    bool fine = replies != NULL && replies->type == REDIS_REPLY_ARRAY;

    if (!fine)
        (void)fault(backup, "the store", replies == NULL ? redis_sync_fault(backup->redis) : "it takes nothing");
    for (size_t i = 0; fine && i < replies->elements; i++)
        if (replies->element[i]->type == REDIS_REPLY_ERROR)
            fine = fault(backup, "the store", replies->element[i]->str);
    freeReplyObject(replies);
    return fine;
}

bool backup_restore(struct backup *backup, const struct backup_bytes *bytes)
{
    if (!each_part(backup, bytes, true, restore_file))
        return false;
    struct redisReply *reply = redis_sync_ask(backup->redis, "MULTI", NULL);
    bool begun = reply != NULL;
    freeReplyObject(reply);
    if (!begun)
        return fault(backup, "the store", redis_sync_fault(backup->redis));
    return each_part(backup, bytes, false, restore_key) && execute(backup);
}
