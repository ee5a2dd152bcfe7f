/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "question-banks/bank_change.h"
#include "question-banks/library.h"

static char root[64];
static size_t writes;

static void make_root(void)
{
    strcpy(root, "/tmp/hoithi-library-XXXXXX");
    cr_assert_not_null(mkdtemp(root));
}

static void remove_root(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", root);
    cr_assert_eq(system(command), 0);
}

TestSuite(library, .init = make_root, .fini = remove_root);

/* Writes FOLDER/ID/FILE below the root, each time with another time, so that no test has to wait for the clock. */
static void put(const char *folder, const char *id, const char *file, const char *text)
{
    char path[256];
    struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000 + (time_t)++writes}};

    snprintf(path, sizeof path, "%s/%s", root, folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s", root, folder, id);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s/%s", root, folder, id, file);
    FILE *out = fopen(path, "w");
    fputs(text, out);
    fclose(out);
    utimensat(AT_FDCWD, path, times, 0);
}

static void take_away(const char *folder, const char *id, const char *file)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s/%s/%s", root, folder, id, file);
    cr_assert_eq(unlink(path), 0);
}

/* A bank with the questions q1 (key true) and whatever `more` adds. */
static char *bank_text(const char *id, const char *version, const char *q1, const char *more)
{
    char *text = NULL;

    cr_assert(asprintf(&text,
                       "{\"id\":\"%s\",\"version\":\"%s\",\"languages\":[\"vi\"],\"title\":\"T\",\"questions\":"
                       "[{\"id\":\"q1\",\"kind\":\"truefalse\",%s}%s]}",
                       id, version, q1, more) > 0);
    return text;
}

#define PLAIN "\"text\":\"A\",\"key\":true"

static void put_bank(const char *folder, const char *id, const char *version, const char *q1, const char *more)
{
    char *text = bank_text(id, version, q1, more);
    char file[64];

    snprintf(file, sizeof file, "%s.json", version);
    put(folder, id, file, text);
    free(text);
}

static struct library *scan_one(struct ledger *ledger)
{
    char folder[128];
    const char *const folders[] = {folder};

    snprintf(folder, sizeof folder, "%s/a", root);
    return library_scan(folders, 1, ledger);
}

Test(library, finds_a_version_by_name_and_the_newest_by_id)
{
    put_bank("a", "sea", "1.0.0", PLAIN, "");
    put_bank("a", "sea", "1.10.0", PLAIN, "");
    put_bank("a", "sea", "1.9.0", PLAIN, "");
    put_bank("a", "sea", "2.0.0-rc.1", PLAIN, "");
    put_bank("a", "sky", "1.0.0-rc.2", PLAIN, "");
    put_bank("a", "sky", "1.0.0-rc.10", PLAIN, "");
    struct library *library = scan_one(NULL);

    cr_expect_eq(library_count(library), 6);
    cr_expect_str_eq(library_find(library, "sea")->version, "1.10.0");
    cr_expect_str_eq(library_find(library, "sea@1.9.0")->bank->version, "1.9.0");
    cr_expect_str_eq(library_find(library, "sky")->version, "1.0.0-rc.10");
    cr_expect_null(library_find(library, "se"));
    cr_expect_null(library_find(library, "seaside"));
    cr_expect_null(library_find(library, "sea@"));
    cr_expect_null(library_find(library, "sea@3.0.0"));
    cr_expect_null(library_find(library, "@1.0.0"));
    cr_expect_null(library_find(library, ""));
    library_free(library);
}

Test(library, a_bad_file_is_listed_with_its_faults_and_harms_no_other)
{
    put_bank("a", "sea", "1.0.0", PLAIN, "");
    put("a", "sea", "1.1.0.json", "{");
    struct library *library = scan_one(NULL);

    cr_expect_eq(library_count(library), 2);
    cr_expect_str_eq(library_find(library, "sea")->version, "1.0.0");
    const struct library_entry *bad = library_at(library, 1);
    cr_expect_str_eq(bad->version, "1.1.0");
    cr_expect_null(bad->bank);
    cr_expect_eq(bad->faults.count, 1);
    cr_expect_null(library_find(library, "sea@1.1.0"));
    library_free(library);
}

Test(library, a_file_that_turns_bad_leaves_what_it_was_in_use)
{
    put_bank("a", "sea", "1.0.0", PLAIN, "");
    struct library *library = scan_one(NULL);

    put("a", "sea", "1.0.0.json", "{");
    cr_expect_eq(library_refresh(library), 1);
    const struct library_entry *entry = library_find(library, "sea");
    cr_assert_not_null(entry);
    cr_expect_eq(entry->bank->question_count, 1);
    cr_expect_eq(entry->faults.count, 1);
    put_bank("a", "sea", "1.0.0", PLAIN, "");
    cr_expect_eq(library_refresh(library), 1);
    cr_expect_eq(library_find(library, "sea")->faults.count, 0);
    cr_expect_eq(library_refresh(library), 0);
    library_free(library);
}

Test(library, new_files_are_seen_and_gone_ones_forgotten)
{
    struct library *library = scan_one(NULL);

    cr_expect_eq(library_count(library), 0);
    put_bank("a", "sea", "1.0.0", PLAIN, "");
    cr_expect_eq(library_refresh(library), 1);
    cr_expect_not_null(library_find(library, "sea"));
    take_away("a", "sea", "1.0.0.json");
    cr_expect_eq(library_refresh(library), 1);
    cr_expect_null(library_find(library, "sea"));
    library_free(library);
}

Test(library, a_file_has_to_say_what_its_place_says)
{
    put_bank("a", "sea", "1.0.0", PLAIN, "");
    char *text = bank_text("sky", "2.0.0", PLAIN, "");
    put("a", "sea", "1.1.0.json", text);
    free(text);
    struct library *library = scan_one(NULL);
    const struct library_entry *entry = library_at(library, 1);

    cr_expect_null(entry->bank);
    cr_expect_eq(entry->faults.count, 2);
    cr_expect_not_null(strstr(entry->faults.list[0].message, "expected sea"));
    cr_expect_not_null(strstr(entry->faults.list[1].message, "expected 1.1.0"));
    library_free(library);
}

Test(library, one_version_stands_in_one_folder_only)
{
    char a[128];
    char b[128];
    const char *const folders[] = {a, b};

    snprintf(a, sizeof a, "%s/a", root);
    snprintf(b, sizeof b, "%s/b", root);
    put_bank("a", "sea", "1.0.0", PLAIN, "");
    put_bank("b", "sea", "1.0.0", PLAIN, "");
    put_bank("b", "sea", "1.0.1", PLAIN, "");
    struct library *library = library_scan(folders, 2, NULL);

    cr_expect_eq(library_count(library), 3);
    cr_expect_eq(library_at(library, 0)->faults.count, 0);
    cr_expect_eq(library_at(library, 1)->faults.count, 1);
    cr_expect_str_eq(library_find(library, "sea")->version, "1.0.1");
    take_away("a", "sea", "1.0.0.json");
    library_refresh(library);
    cr_expect_eq(library_at(library, 0)->faults.count, 0);
    library_free(library);
}

Test(library, a_published_version_with_other_content_is_refused_with_both_hashes)
{
    struct ledger ledger;

    ledger_init(&ledger);
    put_bank("a", "sea", "1.0.0", PLAIN, "");
    struct library *library = scan_one(&ledger);
    cr_expect_eq(ledger.count, 1);
    put_bank("a", "sea", "1.0.0", "\"text\":\"A\",\"key\":false", "");
    library_refresh(library);
    const struct library_entry *entry = library_find(library, "sea");
    cr_expect_eq(entry->bank->questions[0].key.ranges[0].low, 1, "the published content stays");
    cr_expect_eq(entry->faults.count, 1);
    library_free(library);

    library = scan_one(&ledger);
    cr_expect_null(library_find(library, "sea"), "also after a restart");
    char hex[DIGEST_HEX_SIZE];
    digest_hex(ledger_find(&ledger, "sea", "1.0.0"), hex);
    cr_expect_not_null(strstr(library_at(library, 0)->faults.list[0].message, hex));
    library_free(library);
    ledger_clear(&ledger);
}

#define TWO ",{\"id\":\"q2\",\"kind\":\"truefalse\",\"text\":\"B\",\"key\":true}"

Test(library, a_step_too_small_for_what_changed_is_warned_of)
{
    static const struct {
        const char *version;
        const char *q1;
        const char *more;
        const char *warning;
    } table[] = {
        {"1.0.1", PLAIN, TWO, NULL},
        {"1.0.1", "\"text\":\"A!\",\"key\":true", TWO, NULL},
        {"1.0.1", "\"text\":\"A\",\"key\":false", TWO, "this is a major change: key of q1 changed"},
        {"1.1.0", "\"text\":\"A\",\"key\":false", TWO, "this is a major change: key of q1 changed"},
        {"2.0.0", "\"text\":\"A\",\"key\":false", TWO, NULL},
        {"1.1.0", PLAIN, "", "this is a major change: removed: q2"},
        {"1.0.1", PLAIN, TWO ",{\"id\":\"q3\",\"kind\":\"truefalse\",\"text\":\"C\",\"key\":true}",
         "this is a minor change: new: q3"},
        {"1.1.0", PLAIN, TWO ",{\"id\":\"q3\",\"kind\":\"truefalse\",\"text\":\"C\",\"key\":true}", NULL},
        {"1.1.0", PLAIN, ",{\"id\":\"q2\",\"kind\":\"number\",\"text\":\"B\",\"key\":{\"value\":1}}",
         "this is a major change: kind of q2 changed"},
        {"1.0.1-rc.1", "\"text\":\"A\",\"key\":false", TWO, NULL},
    };

    put_bank("a", "sea", "1.0.0", PLAIN, TWO);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char file[64];
        put_bank("a", "sea", table[i].version, table[i].q1, table[i].more);
        struct library *library = scan_one(NULL);
        const struct library_entry *entry = library_at(library, 1);
        cr_expect_eq(entry->warnings.count, table[i].warning == NULL ? 0 : 1, "row %zu", i);
        if (table[i].warning != NULL && entry->warnings.count > 0)
            cr_expect_str_eq(entry->warnings.list[0].message, table[i].warning);
        cr_expect_eq(entry->faults.count, 0);
        cr_expect_not_null(entry->bank);
        library_free(library);
        snprintf(file, sizeof file, "%s.json", table[i].version);
        take_away("a", "sea", file);
    }
}

Test(library, a_ledger_comes_back_as_it_was_written)
{
    struct ledger ledger;
    struct ledger again;
    struct faults faults;
    struct digest digest;
    char path[128];

    snprintf(path, sizeof path, "%s/ledger", root);
    faults_init(&faults, path);
    cr_expect(ledger_read(&ledger, path, &faults), "no file is an empty ledger");
    digest_of("x", 1, &digest);
    ledger_add(&ledger, "sea", "1.0.0", &digest);
    ledger_add(&ledger, "sea", "1.0.0", &digest);
    cr_expect_eq(ledger.count, 1);
    cr_expect(ledger.changed);
    cr_expect(ledger_write(&ledger, path, &faults));
    cr_expect_not(ledger.changed);
    cr_expect(ledger_read(&again, path, &faults));
    cr_assert_not_null(ledger_find(&again, "sea", "1.0.0"));
    cr_expect_arr_eq(ledger_find(&again, "sea", "1.0.0")->bytes, digest.bytes, DIGEST_BYTES);
    cr_expect_null(ledger_find(&again, "sea", "1.0.1"));
    cr_expect_eq(faults.count, 0);
    cr_expect_not(ledger_write(&ledger, "/nowhere/at/all", &faults));
    cr_expect_eq(faults.count, 1);
    ledger_clear(&ledger);
    ledger_clear(&again);
    faults_clear(&faults);
}

Test(library, a_broken_ledger_is_a_fault)
{
    struct ledger ledger;
    char path[128];

    put("a", "sea", "ledger", "0123 sea@1.0.0\n");
    snprintf(path, sizeof path, "%s/a/sea/ledger", root);
    struct faults faults;
    faults_init(&faults, path);
    cr_expect_not(ledger_read(&ledger, path, &faults));
    cr_expect_eq(faults.count, 1);
    ledger_clear(&ledger);
    faults_clear(&faults);
}
