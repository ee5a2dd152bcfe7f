/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/media_store.h"
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "engine/media_keep.h"
#include "engine/media_pack.h"
#include "engine/shelf.h"
#include "question-banks/archive.h"
#include "question-banks/memory.h"
#include "tests/support/media_bytes.h"

static char data[64];

static void make_data(void)
{
    strcpy(data, "/tmp/hoithi-media-XXXXXX");
    cr_assert_not_null(mkdtemp(data));
}

static void remove_data(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -r %s", data);
    cr_expect_eq(system(command), 0);
}

TestSuite(media_store, .init = make_data, .fini = remove_data);

/* A picture that is told from others by its size; `*name` is what it is called. */
static char *picture(uint32_t width, size_t *length, struct media *media, char name[MEDIA_NAME_SIZE])
{
    struct media_reading reading;
    char *bytes = media_png(width, 1, 0, length);

    cr_assert(media_read(bytes, *length, MEDIA_PNG, &reading));
    *media = reading.media;
    media_name(media, name);
    media_reading_clear(&reading);
    return bytes;
}

static char *in_data(const char *name)
{
    char *path = NULL;

    cr_assert(asprintf(&path, "%s/media/%s", data, name) > 0);
    return path;
}

Test(media_store, what_is_kept_is_found_by_its_content)
{
    struct media media;
    char name[MEDIA_NAME_SIZE];
    size_t length = 0;
    char *bytes = picture(3, &length, &media, name);
    struct media_store *store = media_store_new(data);

    cr_expect_null(media_store_find(store, name));
    cr_expect_not(media_folder_has(data, &media));
    cr_expect(media_folder_keep(data, &media, bytes, length));
    cr_expect(media_folder_keep(data, &media, bytes, length), "twice is no harm");
    cr_expect(media_folder_has(data, &media));
    struct media_bytes *file = media_store_find(store, name);
    cr_assert_not_null(file);
    cr_expect_eq(file->length, length);
    cr_expect_arr_eq(file->bytes, bytes, length);
    cr_expect_eq(media_store_find(store, name), file, "the second time from memory");
    media_bytes_drop(file);
    media_store_free(store); /* who still holds it keeps it */
    cr_expect_arr_eq(file->bytes, bytes, length);
    media_bytes_drop(file);
    free(bytes);
}

Test(media_store, a_file_with_other_content_than_its_name_is_not_given)
{
    struct media media;
    char name[MEDIA_NAME_SIZE];
    size_t length = 0;
    char *bytes = picture(3, &length, &media, name);
    struct media_store *store = media_store_new(data);
    char *path = in_data(name);

    cr_expect(media_folder_keep(data, &media, bytes, length));
    FILE *file = fopen(path, "w");
    fputs("something else", file);
    fclose(file);
    cr_expect_null(media_store_find(store, name));
    cr_expect_not(media_folder_has(data, &media));
    cr_expect(media_folder_keep(data, &media, bytes, length), "and is mended");
    cr_expect(media_folder_has(data, &media));
    cr_expect_null(media_store_find(store, "../node.key"));
    media_store_free(store);
    free(path);
    free(bytes);
}

Test(media_store, the_cache_has_a_limit_and_forgets_what_was_used_longest_ago)
{
    struct media_store *store = media_store_new(data);
    char name[MEDIA_NAME_SIZE];
    size_t half = MEDIA_CACHE_MAX_BYTES / 2;

    for (uint8_t i = 0; i < 2; i++) {
        struct media media = {.type = MEDIA_PNG, .sha256 = {{i}}};
        media_name(&media, name);
        media_bytes_drop(media_store_remember(store, name, memory_new(half, 1), half));
    }
    struct media first = {.type = MEDIA_PNG, .sha256 = {{0}}};
    media_name(&first, name);
    struct media_bytes *found = media_store_find(store, name);
    cr_assert_not_null(found, "both fit, to the byte");
    media_bytes_drop(found);
    struct media third = {.type = MEDIA_PNG, .sha256 = {{2}}};
    media_name(&third, name);
    media_bytes_drop(media_store_remember(store, name, memory_new(1, 1), 1));
    media_name(&first, name);
    found = media_store_find(store, name);
    cr_expect_not_null(found, "was used last");
    if (found != NULL)
        media_bytes_drop(found);
    struct media second = {.type = MEDIA_PNG, .sha256 = {{1}}};
    media_name(&second, name);
    cr_expect_null(media_store_find(store, name), "one byte more, and the other is forgotten");
    media_store_free(store);
}

Test(media_store, a_file_that_nobody_used_for_its_life_goes)
{
    struct media media;
    char name[MEDIA_NAME_SIZE];
    size_t length = 0;
    char *bytes = picture(3, &length, &media, name);
    char *path = in_data(name);
    char *other = in_data("readme.txt");
    const struct timespec then[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};

    cr_expect_eq(media_folder_sweep(data, 1), 0, "no folder yet");
    cr_expect(media_folder_keep(data, &media, bytes, length));
    fclose(fopen(other, "w"));
    utimensat(AT_FDCWD, path, then, 0);
    utimensat(AT_FDCWD, other, then, 0);
    cr_expect_eq(media_folder_sweep(data, 1000000 + MEDIA_LIFE_S), 0);
    cr_expect_eq(media_folder_sweep(data, 1000000 + MEDIA_LIFE_S + 1), 1);
    cr_expect_neq(access(path, F_OK), 0);
    cr_expect_eq(access(other, F_OK), 0, "what is not ours stays");
    cr_expect(media_folder_keep(data, &media, bytes, length));
    utimensat(AT_FDCWD, path, then, 0);
    cr_expect(media_folder_has(data, &media));
    cr_expect_eq(media_folder_sweep(data, 1000000 + MEDIA_LIFE_S + 1), 0, "to be asked for begins its life anew");
    free(other);
    free(path);
    free(bytes);
}

Test(media_store, the_folder_has_a_limit)
{
    struct media media;
    char name[MEDIA_NAME_SIZE];
    size_t length = 0;
    char *bytes = picture(3, &length, &media, name);
    char *folder = in_data("");
    char *hole = in_data("hole");

    cr_assert_eq(mkdir(folder, 0700), 0);
    fclose(fopen(hole, "w"));
    cr_assert_eq(truncate(hole, (off_t)(MEDIA_FOLDER_MAX_BYTES - length + 1)), 0); /* takes no place on the disk */
    cr_expect_not(media_folder_keep(data, &media, bytes, length));
    cr_expect_eq(errno, ENOSPC);
    cr_assert_eq(truncate(hole, (off_t)(MEDIA_FOLDER_MAX_BYTES - length)), 0);
    cr_expect(media_folder_keep(data, &media, bytes, length));
    free(hole);
    free(folder);
    free(bytes);
}

/* ---- beside a bank ---- */

Test(media_store, a_banks_picture_is_never_written_over)
{
    static const struct shelf_media first = {"media/a.png", "one", 3};
    static const struct shelf_media other = {"media/a.png", "two", 3};
    static const struct shelf_media longer = {"media/a.png", "one!", 4};
    char *folder = shelf_folder(data);

    cr_expect_eq(shelf_keep_media(folder, "b", &first), SHELF_KEPT);
    cr_expect_eq(shelf_keep_media(folder, "b", &first), SHELF_SAME);
    cr_expect_eq(shelf_keep_media(folder, "b", &other), SHELF_TAKEN);
    cr_expect_eq(shelf_keep_media(folder, "b", &longer), SHELF_TAKEN);
    free(folder);
}

#define BANK(file)                                                                                                     \
    "{\"id\":\"t\",\"version\":\"1.0.0\",\"languages\":[\"vi\"],\"title\":\"T\",\"questions\":[{\"id\":\"q\","         \
    "\"kind\":\"truefalse\","                                                                                          \
    "\"text\":\"Q\",\"key\":true,\"media\":{\"file\":\"" file "\",\"alt\":\"a\"}}]}"

/* Opens a ZIP of these parts; the first fault's message, or "" if there is none. */
static void expect_pack(const struct archive_part *parts, size_t count, const char *fault)
{
    struct media_pack pack;
    struct faults faults, notes;
    size_t length = 0;
    char *zip = archive_write(parts, count, &length);

    faults_init(&faults, NULL);
    faults_init(&notes, NULL);
    bool fine = media_pack_open(zip, length, data, &pack, &faults, &notes);
    cr_expect_eq(fine, fault[0] == '\0', "%s", faults.count == 0 ? fault : faults.list[0].message);
    if (!fine && faults.count > 0)
        cr_expect_not_null(strstr(faults.list[0].message, fault), "%s: %s", fault, faults.list[0].message);
    char *folder = pack.folder == NULL ? NULL : memory_copy(pack.folder, strlen(pack.folder));
    media_pack_close(&pack);
    cr_expect(folder == NULL || access(folder, F_OK) != 0, "nothing stays");
    free(folder);
    faults_clear(&faults);
    faults_clear(&notes);
    free(zip);
}

Test(media_store, a_packed_bank_stands_alone_with_its_pictures)
{
    static char bank[] = BANK("media/a.png");
    size_t length = 0;
    char *png = media_png(2, 2, 0, &length);
    struct archive_part parts[] = {{"harbour/media/a.png", png, length},
                                   {"harbour/1.0.0.json", bank, sizeof bank - 1},
                                   {"__MACOSX/harbour/._1.0.0.json", bank, 3}};

    expect_pack(parts, 3, "");
    expect_pack(parts, 1, "holds no bank.json");
    parts[2].name = "harbour/2.0.0.json";
    expect_pack(parts, 3, "more than one .json");
    free(png);
}

Test(media_store, what_a_killed_server_left_unpacked_goes_after_a_day)
{
    static char bank[] = BANK("media/a.png");
    static char text[] = "x";
    struct archive_part parts[] = {{"bank.json", bank, sizeof bank - 1}, {"media/a.png", text, 1}};
    const struct timespec then[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};
    struct media_pack pack;
    struct faults faults;
    size_t length = 0;
    char *zip = archive_write(parts, 2, &length);

    faults_init(&faults, NULL);
    cr_assert(media_pack_open(zip, length, data, &pack, &faults, &faults));
    utimensat(AT_FDCWD, pack.folder, then, 0);
    media_pack_sweep(data, 1000000 + MEDIA_PACK_LIFE_S);
    cr_expect_eq(access(pack.folder, F_OK), 0);
    media_pack_sweep(data, 1000000 + MEDIA_PACK_LIFE_S + 1);
    cr_expect_neq(access(pack.folder, F_OK), 0);
    media_pack_close(&pack);
    faults_clear(&faults);
    free(zip);
}

Test(media_store, no_name_in_a_pack_leads_out_of_it)
{
    static char bank[] = BANK("media/a.png");
    static char text[] = "x";
    struct archive_part parts[] = {{"bank.json", bank, sizeof bank - 1},
                                   {"media/../../evil.png", text, 1},
                                   {"../media/evil.png", text, 1},
                                   {"media/.evil.png", text, 1}};
    struct media_pack pack;
    struct faults faults;
    size_t length = 0;
    char *zip = archive_write(parts, 4, &length);

    faults_init(&faults, NULL);
    cr_expect(media_pack_open(zip, length, data, &pack, &faults, &faults));
    char *media = NULL;
    cr_assert(asprintf(&media, "%s/media/.evil.png", pack.folder) > 0);
    cr_expect_neq(access(media, F_OK), 0);
    free(media);
    cr_assert(asprintf(&media, "%s/../evil.png", pack.folder) > 0);
    cr_expect_neq(access(media, F_OK), 0);
    free(media);
    media_pack_close(&pack);
    faults_clear(&faults);
    free(zip);
}

Test(media_store, a_packed_picture_has_a_limit)
{
    static char bank[] = BANK("media/a.png");
    size_t length = 0;
    char *png = media_png(2, 2, MEDIA_FILE_MAX_BYTES, &length);
    struct archive_part parts[] = {{"bank.json", bank, sizeof bank - 1}, {"media/a.png", png, length}};

    expect_pack(parts, 2, "");
    free(png);
    parts[1].bytes = png = media_png(2, 2, MEDIA_FILE_MAX_BYTES + 1, &parts[1].length);
    expect_pack(parts, 2, "more than 2097152 bytes");
    free(png);
}

Test(media_store, all_packed_pictures_have_a_limit_together)
{
    enum { MOST = MEDIA_PACK_MAX_BYTES / MEDIA_FILE_MAX_BYTES };
    static char bank[] = BANK("media/a.png");
    static char names[MOST + 1][24];
    size_t length = 0;
    char *png = media_png(2, 2, MEDIA_FILE_MAX_BYTES, &length);
    struct archive_part parts[MOST + 2] = {{"bank.json", bank, sizeof bank - 1}};

    for (size_t i = 0; i <= MOST; i++) {
        snprintf(names[i], sizeof names[i], "media/%zu.png", i);
        parts[i + 1] = (struct archive_part){names[i], png, length};
    }
    expect_pack(parts, MOST + 1, "");
    parts[MOST + 1].length = 1;
    expect_pack(parts, MOST + 2, "bytes together");
    free(png);
}
