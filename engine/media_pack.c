/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/media_pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "question-banks/archive.h"
#include "question-banks/bank.h"
#include "question-banks/memory.h"

#define ENDING ".json"
#define PACK_NAME ".pack-"
#define FOLDER_MODE 0700

struct opening {
    struct archive *archive;
    struct media_pack *pack;
    struct faults *faults;
    struct faults *notes;
    const char *bank; /* the name of its part */
    size_t front;     /* how much of the name stands in front of the file's own */
    size_t total;
};

bool media_pack_is_one(const char *bytes, size_t length)
{
    return length >= 4 && memcmp(bytes, "PK\x03\x04", 4) == 0;
}

static char *joined(const char *front, const char *back)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", front, back) < 0)
        abort();
    return path;
}

static const char *own_name(const char *name)
{
    const char *slash = strrchr(name, '/');

    return slash == NULL ? name : slash + 1;
}

/* Not what some programs add for themselves (__MACOSX/._bank.json). */
static bool is_bank_name(const char *name)
{
    size_t length = strlen(name);

    return own_name(name)[0] != '.' && length > strlen(ENDING) && strcmp(name + length - strlen(ENDING), ENDING) == 0;
}

static bool find_bank(struct opening *opening)
{
    for (size_t i = 0; i < archive_count(opening->archive); i++) {
        const char *name = archive_name(opening->archive, i);
        if (name == NULL || !is_bank_name(name))
            continue;
        if (opening->bank != NULL) {
            faults_add(opening->faults, 1, 1, NULL, NULL, "the ZIP file holds more than one .json file");
            return false;
        }
        opening->bank = name;
        opening->front = (size_t)(own_name(name) - name);
    }
    if (opening->bank == NULL)
        faults_add(opening->faults, 1, 1, NULL, NULL, "the ZIP file holds no bank.json");
    return opening->bank != NULL;
}

static bool make_folder(struct opening *opening, const char *data)
{
    struct media_pack *pack = opening->pack;
    char *folder = joined(data, PACK_NAME "XXXXXX");

    if (mkdtemp(folder) == NULL) {
        faults_add(opening->faults, 1, 1, NULL, NULL, "cannot be unpacked here: %s", strerror(errno));
        free(folder);
        return false;
    }
    pack->folder = folder;
    char *media = joined(folder, "media");
    bool made = mkdir(media, FOLDER_MODE) == 0;
    free(media);
    return made;
}

static bool write_file(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wbxe");
    bool written = file != NULL && fwrite(bytes, 1, length, file) == length;

    return (file == NULL || fclose(file) == 0) && written;
}

/* An SVG is made safe here. What cannot be read goes as it is: the bank's reader says why. */
static bool lay_out(struct opening *opening, const char *name, const char *bytes, size_t length)
{
    struct media_reading reading = {.bytes = NULL};
    enum media_type type = media_type_of_name(name);
    bool fine = type != MEDIA_TYPE_COUNT && media_read(bytes, length, type, &reading);
    char *path = joined(opening->pack->folder, name);

    if (fine && reading.dropped[0] != '\0')
        faults_add(opening->notes, 1, 1, NULL, "media", "%s lost what a picture may not hold: %s", name,
                   reading.dropped);
    bool written = write_file(path, fine ? reading.bytes : bytes, fine ? reading.length : length);
    if (!written)
        faults_add(opening->faults, 1, 1, NULL, NULL, "%s cannot be unpacked here: %s", name, strerror(errno));
    media_reading_clear(&reading);
    free(path);
    return written;
}

static bool is_media_part(const struct opening *opening, const char *name)
{
    return strncmp(name, opening->bank, opening->front) == 0 && strncmp(name + opening->front, "media/", 6) == 0 &&
           name[opening->front + 6] != '.' && name[opening->front + 6] != '\0' &&
           strchr(name + opening->front + 6, '/') == NULL && strlen(name + opening->front) <= MEDIA_NAME_MAX_BYTES;
}

static bool unpack(struct opening *opening, const char *name)
{
    size_t length = 0;
    char *bytes = archive_read(opening->archive, name, MEDIA_FILE_MAX_BYTES, &length);
    const char *own = name + opening->front;
    bool fine = false;

    opening->total += length;
    if (bytes == NULL)
        faults_add(opening->faults, 1, 1, NULL, NULL, "%s is damaged, or has more than %u bytes", own,
                   MEDIA_FILE_MAX_BYTES);
    else if (opening->total > MEDIA_PACK_MAX_BYTES)
        faults_add(opening->faults, 1, 1, NULL, NULL, "its pictures and sounds have more than %u bytes together",
                   MEDIA_PACK_MAX_BYTES);
    else
        fine = lay_out(opening, own, bytes, length);
    free(bytes);
    return fine;
}

static bool unpack_all(struct opening *opening)
{
    struct media_pack *pack = opening->pack;

    pack->text = archive_read(opening->archive, opening->bank, BANK_FILE_MAX_BYTES, &pack->length);
    if (pack->text == NULL)
        faults_add(opening->faults, 1, 1, NULL, NULL, "%s is damaged, or too long", opening->bank);
    bool fine = pack->text != NULL;
    for (size_t i = 0; fine && i < archive_count(opening->archive); i++) {
        const char *name = archive_name(opening->archive, i);
        if (name != NULL && is_media_part(opening, name))
            fine = unpack(opening, name);
    }
    return fine;
}

bool media_pack_open(const char *bytes, size_t length, const char *data, struct media_pack *out, struct faults *faults,
                     struct faults *notes)
{
    struct opening opening = {.archive = archive_open(bytes, length), .pack = out, .faults = faults, .notes = notes};

    *out = (struct media_pack){.folder = NULL};
    if (opening.archive == NULL) {
        faults_add(faults, 1, 1, NULL, NULL, "the ZIP file is damaged, or has more than %d parts", ARCHIVE_PARTS_MAX);
        return false;
    }
    bool fine = find_bank(&opening) && make_folder(&opening, data) && unpack_all(&opening);
    archive_close(opening.archive);
    return fine;
}

static void remove_files(const char *folder)
{
    DIR *opened = opendir(folder);

    if (opened == NULL)
        return;
    for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
        if (entry->d_type == DT_REG)
            unlinkat(dirfd(opened), entry->d_name, 0);
    }
    closedir(opened);
}

static void remove_folder(const char *folder)
{
    char *media = joined(folder, "media");

    remove_files(media);
    rmdir(media);
    rmdir(folder);
    free(media);
}

void media_pack_sweep(const char *data, int64_t now_s)
{
    DIR *opened = opendir(data);
    struct stat about;

    if (opened == NULL)
        return;
    for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
        if (strncmp(entry->d_name, PACK_NAME, strlen(PACK_NAME)) != 0 ||
            fstatat(dirfd(opened), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(about.st_mode) ||
            about.st_mtim.tv_sec + MEDIA_PACK_LIFE_S >= now_s)
            continue;
        char *folder = joined(data, entry->d_name);
        remove_folder(folder);
        free(folder);
    }
    closedir(opened);
}

void media_pack_close(struct media_pack *pack)
{
    if (pack->folder != NULL)
        remove_folder(pack->folder);
    free(pack->folder);
    free(pack->text);
    *pack = (struct media_pack){.folder = NULL};
}
