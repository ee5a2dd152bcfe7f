/* SPDX-License-Identifier: Apache-2.0 */
/* The field `media` of a question, and the file beside the bank that it names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "question-banks/check.h"
#include "question-banks/memory.h"

#define FOLDER "media/"
#define FOLDER_LENGTH (sizeof FOLDER - 1)

static bool is_media_name(const char *name)
{
    size_t length = strlen(name);

    return length <= MEDIA_NAME_MAX_BYTES && strncmp(name, FOLDER, FOLDER_LENGTH) == 0 && name[FOLDER_LENGTH] != '.' &&
           strspn(name + FOLDER_LENGTH, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               length - FOLDER_LENGTH &&
           media_type_of_name(name) != MEDIA_TYPE_COUNT;
}

/* What it holds, the caller's; NULL after a fault. */
static char *read_bytes(struct check *check, const cJSON *file, const char *path, size_t *length)
{
    struct stat about;
    FILE *opened = NULL;

    if (lstat(path, &about) != 0) {
        check_fault(check, file, "media.file", "no file %s beside the bank", file->valuestring);
    } else if (!S_ISREG(about.st_mode)) {
        check_fault(check, file, "media.file", "%s is not a plain file", file->valuestring);
    } else if (about.st_size > MEDIA_FILE_MAX_BYTES) {
        check_fault(check, file, "media.file", "%s has %lld bytes, expected at most %u", file->valuestring,
                    (long long)about.st_size, MEDIA_FILE_MAX_BYTES);
    } else if ((opened = fopen(path, "rbe")) == NULL) {
        check_fault(check, file, "media.file", "%s cannot be opened", file->valuestring);
    }
    if (opened == NULL)
        return NULL;
    char *bytes = memory_new(MEDIA_FILE_MAX_BYTES + 1, 1);
    *length = fread(bytes, 1, MEDIA_FILE_MAX_BYTES + 1, opened);
    fclose(opened);
    return bytes;
}

static struct media *read_file(struct check *check, const cJSON *file)
{
    char path[4096];
    size_t length = 0;
    struct media_reading reading;
    struct media *media = NULL;
    int path_length = snprintf(path, sizeof path, "%s/%s", check->folder, file->valuestring);
    char *bytes = path_length < (int)sizeof path ? read_bytes(check, file, path, &length) : NULL;

    if (bytes == NULL)
        return NULL;
    if (!media_read(bytes, length, media_type_of_name(file->valuestring), &reading)) {
        check_fault(check, file, "media.file", "%s %s", file->valuestring, reading.why);
    } else if (reading.dropped[0] != '\0') {
        check_fault(check, file, "media.file", "%s holds what a picture may not: %s", file->valuestring,
                    reading.dropped);
    } else {
        media = memory_new(1, sizeof *media);
        *media = reading.media;
    }
    media_reading_clear(&reading);
    free(bytes);
    return media;
}

static bool is_hex(const char *text)
{
    return strlen(text) == DIGEST_HEX_SIZE - 1 && strspn(text, "0123456789abcdef") == DIGEST_HEX_SIZE - 1;
}

/* With the SHA-256 in it, a bank's own SHA-256 covers its pictures too. */
static void check_digest(struct check *check, const cJSON *said, const struct media *media)
{
    char is[DIGEST_HEX_SIZE];

    if (!cJSON_IsString(said) || !is_hex(said->valuestring)) {
        check_fault(check, said, "media.sha256", "expected 64 hex digits, lower case");
        return;
    }
    if (media == NULL)
        return;
    digest_hex(&media->sha256, is);
    if (strcmp(is, said->valuestring) != 0)
        check_fault(check, said, "media.sha256", "the file has %s: it is another one", is);
}

static char *read_alt(struct check *check, const cJSON *item)
{
    const cJSON *alt = cJSON_GetObjectItemCaseSensitive(item, "alt");

    if (alt != NULL)
        return check_text(check, alt, "media.alt", CHOICE_TEXT_MAX_BYTES);
    check_fault(check, item, "media.alt", "is missing: what does it show to somebody who cannot see it?");
    return NULL;
}

void media_json_read(struct check *check, const cJSON *item, void *into)
{
    static const char *const names[] = {"file", "alt", "sha256", NULL};
    const cJSON *file = cJSON_GetObjectItemCaseSensitive(item, "file");
    const cJSON *sha256 = cJSON_GetObjectItemCaseSensitive(item, "sha256");
    struct question *question = into;

    if (!cJSON_IsObject(item)) {
        check_fault(check, item, "media", "expected an object with file and alt");
        return;
    }
    check_members(check, item, "media", names);
    if (!cJSON_IsString(file) || !is_media_name(file->valuestring)) {
        check_fault(check, file == NULL ? item : file, "media.file",
                    "expected \"media/NAME\" ending in .png .jpg .jpeg .webp .svg .mp3 .ogg or .m4a");
    } else {
        question->media_file = memory_copy(file->valuestring, strlen(file->valuestring));
        question->media = check->folder == NULL ? NULL : read_file(check, file);
    }
    if (sha256 != NULL)
        check_digest(check, sha256, question->media);
    question->media_alt_json = read_alt(check, item);
    question->media_json = check_json(check, item);
}
