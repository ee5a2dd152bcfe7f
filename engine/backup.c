/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <hiredis/hiredis.h>
#include "question-banks/digest.h"
#include "question-banks/memory.h"
#include "rooms/buffer.h"

#define SCAN_COUNT "500"

const char *const backup_folders[] = {"banks", "archive", "media", NULL};
const char *const backup_files[] = {"banks.ledger", "node.key", NULL};

struct key_names {
    char **names;
    size_t count, capacity;
};

static bool fault(struct backup *backup, const char *what, const char *why)
{
    (void)snprintf(backup->why, sizeof backup->why, "%.300s: %.180s", what, why);
    return false;
}

/* ---- which keys there are ---- */

static void names_clear(struct key_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    *names = (struct key_names){0};
}

static void names_add(struct key_names *names, const struct redisReply *key)
{
    if (names->count == names->capacity) {
        names->capacity = names->capacity == 0 ? 256 : 2 * names->capacity;
        names->names = memory_grow(names->names, names->capacity, sizeof *names->names);
    }
    names->names[names->count++] = memory_copy(key->str, key->len);
}

/* The part in braces, which all keys of a room share; empty for the others. */
static size_t tag_of(const char *key, const char **tag)
{
    *tag = strchr(key, '{');
    return *tag == NULL ? 0 : strcspn(*tag, "}");
}

/* Those of no room first: a list must not name a room that this backup lacks. */
static int by_tag(const void *one, const void *two)
{
    const char *a = *(char *const *)one;
    const char *b = *(char *const *)two;
    const char *tag_a;
    const char *tag_b;
    size_t length_a = tag_of(a, &tag_a);
    size_t length_b = tag_of(b, &tag_b);
    size_t least = length_a < length_b ? length_a : length_b;
    int order = least == 0 ? 0 : memcmp(tag_a, tag_b, least);

    if (order == 0)
        order = (length_a > length_b) - (length_a < length_b);
    return order != 0 ? order : strcmp(a, b);
}

static bool same_tag(const char *a, const char *b)
{
    const char *tag_a;
    const char *tag_b;
    size_t length = tag_of(a, &tag_a);
    return tag_of(b, &tag_b) == length && (length == 0 || memcmp(tag_a, tag_b, length) == 0);
}

/* SCAN may give a key twice. */
static void sort_names(struct key_names *names)
{
    size_t kept = 0;
    if (names->count > 0)
        qsort(names->names, names->count, sizeof *names->names, by_tag);
    for (size_t i = 0; i < names->count; i++) {
        if (kept > 0 && strcmp(names->names[kept - 1], names->names[i]) == 0)
            free(names->names[i]);
        else
            names->names[kept++] = names->names[i];
    }
    names->count = kept;
}

static bool list_keys(struct backup *backup, struct key_names *names)
{
    char cursor[32] = "0";
    do {
        struct redisReply *page =
            redis_sync_ask(backup->redis, "SCAN", cursor, "MATCH", "hoithi:*", "COUNT", SCAN_COUNT, NULL);
        if (page == NULL)
            return fault(backup, "the store", redis_sync_fault(backup->redis));
        (void)snprintf(cursor, sizeof cursor, "%s", page->element[0]->str);
        for (size_t i = 0; i < page->element[1]->elements; i++)
            names_add(names, page->element[1]->element[i]);
        freeReplyObject(page);
    } while (strcmp(cursor, "0") != 0);
    sort_names(names);
    return true;
}

bool backup_store_is_empty(struct backup *backup)
{
    struct key_names names = {0};
    bool listed = list_keys(backup, &names);
    bool empty = listed && names.count == 0;
    names_clear(&names);
    return empty || (listed && fault(backup, "the store", "it is not empty"));
}

/* ---- their bytes ---- */

static void put_part(FILE *out, const char *head, const void *bytes, size_t length)
{
    (void)fprintf(out, "%s,\"bytes\":%zu}\n", head, length);
    (void)fwrite(bytes, 1, length, out);
    (void)fputc('\n', out);
}

static void put_key(struct backup *backup, FILE *out, const char *name, const struct redisReply *dump,
                    int64_t expires_at_ms)
{
    struct buffer head;
    buffer_init(&head);
    buffer_put(&head, "{\"key\":");
    buffer_quote(&head, name);
    buffer_print(&head, ",\"expires_at\":%" PRId64, expires_at_ms);
    put_part(out, head.text, dump->str, dump->len);
    buffer_clear(&head);
    backup->keys++;
    size_t length = strlen(name);
    backup->rooms += length > 4 && strcmp(name + length - 5, "}:log") == 0;
}

static int64_t time_of(const struct redisReply *reply)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2)
        return 0;
    return strtoll(reply->element[0]->str, NULL, 10) * 1000 + strtoll(reply->element[1]->str, NULL, 10) / 1000;
}

/* TIME, then DUMP and PTTL of each key. */
static bool put_replies(struct backup *backup, FILE *out, char **names, const struct redisReply *replies)
{
    if (replies->type != REDIS_REPLY_ARRAY || replies->elements < 1)
        return fault(backup, names[0], "Redis does not read it");
    int64_t now_ms = time_of(replies->element[0]);
    for (size_t i = 0; 2 * i + 2 < replies->elements; i++) {
        const struct redisReply *dump = replies->element[2 * i + 1];
        long long left_ms = replies->element[2 * i + 2]->integer;
        if (dump->type == REDIS_REPLY_NIL)
            continue; /* it went since it was listed */
        if (dump->type != REDIS_REPLY_STRING || dump->len > BACKUP_PART_MAX_BYTES || strlen(names[i]) > BACKUP_NAME_MAX)
            return fault(backup, names[i], "it cannot be dumped, or is too big");
        put_key(backup, out, names[i], dump, left_ms < 0 ? 0 : now_ms + left_ms);
    }
    return true;
}

static bool put_group(struct backup *backup, FILE *out, char **names, size_t count)
{
    struct redis_sync *redis = backup->redis;
    struct redisReply *reply = redis_sync_ask(redis, "MULTI", NULL);
    bool fine = reply != NULL;

    freeReplyObject(reply);
    reply = fine ? redis_sync_ask(redis, "TIME", NULL) : NULL;
    fine = reply != NULL;
    freeReplyObject(reply);
    for (size_t i = 0; fine && i < count; i++) {
        struct redisReply *dump = redis_sync_ask(redis, "DUMP", names[i], NULL);
        struct redisReply *left = redis_sync_ask(redis, "PTTL", names[i], NULL);
        fine = dump != NULL && left != NULL;
        freeReplyObject(dump);
        freeReplyObject(left);
    }
    reply = fine ? redis_sync_ask(redis, "EXEC", NULL) : NULL;
    fine = reply != NULL ? put_replies(backup, out, names, reply)
                         : fault(backup, names[0], redis_sync_fault(backup->redis));
    freeReplyObject(reply);
    return fine;
}

static bool put_keys(struct backup *backup, FILE *out)
{
    struct key_names names = {0};
    bool fine = list_keys(backup, &names);

    for (size_t i = 0, next; fine && i < names.count; i = next) {
        for (next = i + 1; next < names.count && same_tag(names.names[i], names.names[next]);)
            next++;
        fine = put_group(backup, out, names.names + i, next - i);
    }
    names_clear(&names);
    return fine;
}

/* ---- files ---- */

bool backup_is_archived(const char *name)
{
    size_t length = strlen(name);
    return strncmp(name, "archive/", 8) == 0 && length > 7 && strcmp(name + length - 7, ".bundle") == 0;
}

static bool put_file(struct backup *backup, FILE *out, const char *name)
{
    char path[PATH_MAX];
    struct stat about;
    struct buffer head;

    (void)snprintf(path, sizeof path, "%s/%s", backup->data, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT || fault(backup, path, strerror(errno));
    bool fine =
        fstat(fd, &about) == 0 && (size_t)about.st_size <= BACKUP_PART_MAX_BYTES && strlen(name) <= BACKUP_NAME_MAX;
    size_t length = fine ? (size_t)about.st_size : 0;
    char *bytes = memory_new(length + 1, 1);
    fine = fine && read(fd, bytes, length) == (ssize_t)length;
    close(fd);
    if (fine) {
        buffer_init(&head);
        buffer_put(&head, "{\"file\":");
        buffer_quote(&head, name);
        buffer_print(&head, ",\"mode\":%u", (unsigned)(about.st_mode & 0777));
        put_part(out, head.text, bytes, length);
        buffer_clear(&head);
        backup->files++;
        backup->archived += backup_is_archived(name);
    }
    free(bytes);
    return fine || fault(backup, path, "it cannot be read, or is too big");
}

static bool put_folder(struct backup *backup, FILE *out, const char *name, int depth)
{
    char path[PATH_MAX];
    bool fine = true;

    (void)snprintf(path, sizeof path, "%s/%s", backup->data, name);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return errno == ENOENT || fault(backup, path, strerror(errno));
    for (struct dirent *entry; fine && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.') /* drafts begin with a dot */
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
        if (entry->d_type == DT_REG)
            fine = put_file(backup, out, path);
        else if (entry->d_type == DT_DIR && depth > 1)
            fine = put_folder(backup, out, path, depth - 1);
    }
    closedir(folder);
    return fine;
}

static bool put_files(struct backup *backup, FILE *out)
{
    bool fine = true;
    for (size_t i = 0; fine && backup_folders[i] != NULL; i++)
        fine = put_folder(backup, out, backup_folders[i], BACKUP_FOLDERS_DEEP);
    for (size_t i = 0; fine && backup_files[i] != NULL; i++)
        fine = put_file(backup, out, backup_files[i]);
    return fine;
}

/* ---- the whole ---- */

static bool put_end(FILE *out)
{
    struct digest digest;
    char hex[DIGEST_HEX_SIZE];
    struct stat about;

    if (fflush(out) != 0 || fstat(fileno(out), &about) != 0)
        return false;
    void *bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fileno(out), 0);
    if (bytes == MAP_FAILED)
        return false;
    digest_of(bytes, (size_t)about.st_size, &digest);
    munmap(bytes, (size_t)about.st_size);
    digest_hex(&digest, hex);
    (void)fprintf(out, "{\"end\":true,\"sha256\":\"%s\"}\n", hex);
    return fflush(out) == 0 && ferror(out) == 0 && fsync(fileno(out)) == 0;
}

static bool sync_folder_of(const char *path)
{
    char copy[PATH_MAX];
    (void)snprintf(copy, sizeof copy, "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced;
}

bool backup_write(struct backup *backup)
{
    char beside[PATH_MAX];
    (void)snprintf(beside, sizeof beside, "%s.new", backup->path);
    int fd = open(beside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w+");

    if (out == NULL)
        return fault(backup, beside, strerror(errno));
    (void)fprintf(out, "{\"hoithi\":\"backup\",\"format\":%d,\"program\":\"" HOITHI_VERSION "\"}\n", BACKUP_FORMAT);
    /* A room that is archived meanwhile is found as a file: so files come last. */
    bool fine = put_keys(backup, out) && put_files(backup, out);
    if (fine && !put_end(out))
        fine = fault(backup, beside, strerror(errno));
    (void)fclose(out);
    if (fine && (rename(beside, backup->path) != 0 || !sync_folder_of(backup->path)))
        fine = fault(backup, backup->path, strerror(errno));
    if (!fine)
        unlink(beside);
    return fine;
}
