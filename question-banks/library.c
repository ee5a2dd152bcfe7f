/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/library.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "question-banks/bank_change.h"
#include "question-banks/memory.h"
#include "question-banks/version.h"

#define ENTRIES_STEP 32
#define ENDING ".json"

struct library {
    char **folders;
    size_t folder_count;
    struct ledger *ledger;
    struct library_entry *entries;
    size_t count;
    size_t dropped;
    size_t changed; /* in this refresh */
};

static int compare_versions(const char *a, const char *b)
{
    struct version one;
    struct version other;
    bool sound = version_read(a, &one);

    if (version_read(b, &other) && sound)
        return version_compare(&one, &other);
    return strcmp(a, b);
}

static int by_id_and_version(const void *a, const void *b)
{
    const struct library_entry *one = a;
    const struct library_entry *other = b;
    int order = strcmp(one->id, other->id);

    if (order == 0)
        order = compare_versions(one->version, other->version);
    return order == 0 ? strcmp(one->path, other->path) : order;
}

static void entry_clear(struct library_entry *entry)
{
    bank_free(entry->bank);
    faults_clear(&entry->faults);
    faults_clear(&entry->warnings);
    free(entry->path);
}

static struct library_entry *find_path(const struct library *library, const char *path)
{
    for (size_t i = 0; i < library->count; i++) {
        if (strcmp(library->entries[i].path, path) == 0)
            return &library->entries[i];
    }
    return NULL;
}

static struct library_entry *add_entry(struct library *library, const char *path, const char *id, const char *file)
{
    if (library->count == LIBRARY_FILES_MAX) {
        library->dropped++;
        return NULL;
    }
    if (library->count % ENTRIES_STEP == 0)
        library->entries = memory_grow(library->entries, library->count + ENTRIES_STEP, sizeof *library->entries);
    struct library_entry *entry = &library->entries[library->count++];
    *entry = (struct library_entry){.path = memory_copy(path, strlen(path))};
    memcpy(entry->id, id, strlen(id) + 1); /* both fit: longer names are not looked at */
    memcpy(entry->version, file, strlen(file) - strlen(ENDING));
    faults_init(&entry->faults, path);
    faults_init(&entry->warnings, path);
    return entry;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same_stamp(const struct file_stamp *a, const struct file_stamp *b)
{
    return is_same_time(&a->changed_at, &b->changed_at) && is_same_time(&a->media_changed_at, &b->media_changed_at) &&
           a->size == b->size && a->inode == b->inode;
}

/* False if it is no plain file. */
static bool take_stamp(const char *folder, const char *path, struct file_stamp *out)
{
    struct stat about;
    char *media = NULL;

    *out = (struct file_stamp){0};
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode))
        return false;
    out->changed_at = about.st_mtim;
    out->size = about.st_size;
    out->inode = about.st_ino;
    if (asprintf(&media, "%s/media", folder) < 0)
        abort();
    if (stat(media, &about) == 0)
        out->media_changed_at = about.st_mtim;
    free(media);
    return true;
}

/* What only the place of a file and the ledger can tell. */
static void check_place(const struct library *library, struct library_entry *entry, const struct bank *bank)
{
    const struct digest *published =
        library->ledger == NULL ? NULL : ledger_find(library->ledger, bank->id, bank->version);
    char was[DIGEST_HEX_SIZE];
    char is[DIGEST_HEX_SIZE];

    if (strcmp(bank->id, entry->id) != 0)
        faults_add(&entry->faults, 1, 1, NULL, "id", "is %s, expected %s as its folder is called", bank->id, entry->id);
    if (strcmp(bank->version, entry->version) != 0)
        faults_add(&entry->faults, 1, 1, NULL, "version", "is %s, expected %s as its file is called", bank->version,
                   entry->version);
    if (published == NULL || memcmp(published, &bank->sha256, sizeof *published) == 0)
        return;
    digest_hex(published, was);
    digest_hex(&bank->sha256, is);
    faults_add(&entry->faults, 1, 1, NULL, "version",
               "%s@%s was published with SHA-256 %s and now has %s; expected a new version for new content", bank->id,
               bank->version, was, is);
}

/* The same id and version may stand in one folder only: the first one read keeps it. */
static void check_alone(const struct library *library, struct library_entry *entry)
{
    for (size_t i = 0; i < library->count; i++) {
        const struct library_entry *other = &library->entries[i];
        if (other != entry && other->bank != NULL && strcmp(other->id, entry->id) == 0 &&
            strcmp(other->version, entry->version) == 0)
            faults_add(&entry->faults, 1, 1, NULL, "version", "is already in %s", other->path);
    }
}

static void read_entry(struct library *library, struct library_entry *entry)
{
    struct bank *bank = NULL;

    faults_clear(&entry->faults);
    faults_init(&entry->faults, entry->path);
    if (bank_load(entry->path, &bank, &entry->faults) == BANK_OK) {
        check_place(library, entry, bank);
        check_alone(library, entry);
    }
    if (bank == NULL || entry->faults.count > 0) {
        bank_free(bank);
        return;
    }
    bank_free(entry->bank);
    entry->bank = bank;
    if (library->ledger != NULL)
        ledger_add(library->ledger, bank->id, bank->version, &bank->sha256);
}

static void look_at_file(struct library *library, const char *folder, const char *id, const char *file)
{
    char *path = NULL;
    struct file_stamp stamp;

    if (asprintf(&path, "%s/%s", folder, file) < 0)
        abort();
    struct library_entry *entry = find_path(library, path);
    if (take_stamp(folder, path, &stamp)) {
        bool unchanged = entry != NULL && is_same_stamp(&entry->stamp, &stamp);
        if (entry == NULL)
            entry = add_entry(library, path, id, file);
        if (entry != NULL && !unchanged) {
            read_entry(library, entry);
            library->changed++;
        }
        if (entry != NULL) {
            entry->stamp = stamp;
            entry->seen = true;
        }
    }
    free(path);
}

static int takes_bank_file(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return entry->d_name[0] != '.' && length > strlen(ENDING) && length <= BANK_VERSION_MAX + strlen(ENDING) &&
           strcmp(entry->d_name + length - strlen(ENDING), ENDING) == 0;
}

static int takes_bank_folder(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strlen(entry->d_name) <= BANK_ID_MAX;
}

/* Calls look_at_file for each bank file of one bank's folder. */
static void look_at_bank(struct library *library, const char *folder, const char *id)
{
    struct dirent **files = NULL;
    char *path = NULL;

    if (asprintf(&path, "%s/%s", folder, id) < 0)
        abort();
    int count = scandir(path, &files, takes_bank_file, alphasort);
    for (int i = 0; i < count; i++) {
        look_at_file(library, path, id, files[i]->d_name);
        free(files[i]);
    }
    free(files);
    free(path);
}

static void look_at_folder(struct library *library, const char *folder)
{
    struct dirent **banks = NULL;
    int count = scandir(folder, &banks, takes_bank_folder, alphasort);

    for (int i = 0; i < count; i++) {
        look_at_bank(library, folder, banks[i]->d_name);
        free(banks[i]);
    }
    free(banks);
}

static void forget_unseen(struct library *library)
{
    size_t kept = 0;

    for (size_t i = 0; i < library->count; i++) {
        if (library->entries[i].seen) {
            library->entries[kept++] = library->entries[i];
            continue;
        }
        entry_clear(&library->entries[i]);
        library->changed++;
    }
    library->count = kept;
}

/* What was at fault may be so no longer: the other file with the same version may be gone. */
static void retry_faulty(struct library *library)
{
    for (size_t i = 0; i < library->count; i++) {
        if (library->entries[i].faults.count > 0)
            read_entry(library, &library->entries[i]);
    }
}

/* Each good version against the good one before it. */
static void check_steps(struct library *library)
{
    const struct library_entry *before = NULL;

    for (size_t i = 0; i < library->count; i++) {
        struct library_entry *entry = &library->entries[i];
        faults_clear(&entry->warnings);
        faults_init(&entry->warnings, entry->path);
        if (entry->bank == NULL)
            continue;
        if (before != NULL && strcmp(before->id, entry->id) == 0)
            bank_check_step(before->bank, entry->bank, &entry->warnings);
        before = entry;
    }
}

size_t library_refresh(struct library *library)
{
    library->changed = 0;
    library->dropped = 0;
    for (size_t i = 0; i < library->count; i++)
        library->entries[i].seen = false;
    for (size_t i = 0; i < library->folder_count; i++)
        look_at_folder(library, library->folders[i]);
    forget_unseen(library);
    if (library->changed > 0) {
        retry_faulty(library);
        qsort(library->entries, library->count, sizeof *library->entries, by_id_and_version);
        check_steps(library);
    }
    return library->changed;
}

struct library *library_scan(const char *const *folders, size_t count, struct ledger *ledger)
{
    struct library *library = memory_new(1, sizeof *library);

    library->ledger = ledger;
    library->folders = memory_new(count, sizeof *library->folders);
    library->folder_count = count;
    for (size_t i = 0; i < count; i++)
        library->folders[i] = memory_copy(folders[i], strlen(folders[i]));
    library_refresh(library);
    return library;
}

void library_free(struct library *library)
{
    if (library == NULL)
        return;
    for (size_t i = 0; i < library->count; i++)
        entry_clear(&library->entries[i]);
    for (size_t i = 0; i < library->folder_count; i++)
        free(library->folders[i]);
    free(library->folders);
    free(library->entries);
    free(library);
}

size_t library_count(const struct library *library)
{
    return library->count;
}

const struct library_entry *library_at(const struct library *library, size_t index)
{
    return &library->entries[index];
}

size_t library_dropped(const struct library *library)
{
    return library->dropped;
}

static bool is_preview(const char *version)
{
    return strchr(version, '-') != NULL;
}

/* Entries are sorted, so the last one that fits is the newest. */
static const struct library_entry *find_newest(const struct library *library, const char *id)
{
    const struct library_entry *newest = NULL;

    for (size_t i = 0; i < library->count; i++) {
        const struct library_entry *entry = &library->entries[i];
        if (entry->bank == NULL || strcmp(entry->id, id) != 0)
            continue;
        if (newest == NULL || is_preview(newest->version) || !is_preview(entry->version))
            newest = entry;
    }
    return newest;
}

const struct library_entry *library_find(const struct library *library, const char *name)
{
    const char *at = strchr(name, '@');

    if (at == NULL)
        return find_newest(library, name);
    for (size_t i = 0; i < library->count; i++) {
        const struct library_entry *entry = &library->entries[i];
        if (entry->bank != NULL && strncmp(entry->id, name, (size_t)(at - name)) == 0 && entry->id[at - name] == '\0' &&
            strcmp(entry->version, at + 1) == 0)
            return entry;
    }
    return NULL;
}
