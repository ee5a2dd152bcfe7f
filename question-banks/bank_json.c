/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank file is read in one pass: bytes, then places (json_text.h), then its head, then one question after another,
 * each with a tree of its own that is gone before the next is made.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "question-banks/bank.h"
#include "question-banks/check.h"
#include "question-banks/codepoints.h"
#include "question-banks/memory.h"
#include "question-banks/version.h"

static void read_bank_id(struct check *check, const cJSON *item, void *into)
{
    struct bank *bank = into;

    if (!cJSON_IsString(item) || !check_is_kebab(item->valuestring, BANK_ID_MAX))
        check_fault(check, item, "id", "expected 1 to %d lower-case letters, digits and single hyphens", BANK_ID_MAX);
    else
        memcpy(bank->id, item->valuestring, strlen(item->valuestring) + 1);
}

static void read_version(struct check *check, const cJSON *item, void *into)
{
    const char *text = cJSON_IsString(item) ? item->valuestring : "";
    struct bank *bank = into;
    struct version version;

    if (strlen(text) > BANK_VERSION_MAX || !version_read(text, &version))
        check_fault(check, item, "version", "expected a version like 1.2.0 (semver.org), without build metadata");
    else
        memcpy(bank->version, text, strlen(text) + 1);
}

static bool is_language_name(const char *name)
{
    size_t letters = strspn(name, "abcdefghijklmnopqrstuvwxyz");

    if (letters < 2 || letters > 3)
        return false;
    for (name += letters; *name != '\0'; name += letters) {
        letters = strspn(name + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        if (*name != '-' || letters < 2 || letters > 8)
            return false;
        letters++;
    }
    return true;
}

static void keep_language(struct check *check, const cJSON *item)
{
    const char *name = cJSON_IsString(item) ? item->valuestring : "";
    bool twice = false;

    for (size_t i = 0; i < check->language_count; i++)
        twice = twice || strcmp(check->languages[i], name) == 0;
    if (twice)
        check_fault(check, item, "", "stands twice, expected once");
    else if (strlen(name) > 35 || !is_language_name(name))
        check_fault(check, item, "", "expected a language tag like \"vi\" or \"en\"");
    else
        check->languages[check->language_count++] = memory_copy(name, strlen(name));
}

static void read_languages(struct check *check, const cJSON *item, void *into)
{
    size_t count = cJSON_IsArray(item) ? (size_t)cJSON_GetArraySize(item) : 0;
    const cJSON *language = NULL;

    if (count == 0 || count > BANK_LANGUAGES_MAX) {
        check_fault(check, item, "languages", "expected an array of 1 to %d language tags", BANK_LANGUAGES_MAX);
        return;
    }
    check->array = "languages";
    check->index = 0;
    cJSON_ArrayForEach(language, item)
    {
        keep_language(check, language);
        check->index++;
    }
    check->array = NULL;
    ((struct bank *)into)->languages_json = check_json(check, item);
}

static void read_title(struct check *check, const cJSON *item, void *into)
{
    ((struct bank *)into)->title_json = check_text(check, item, "title", BANK_TITLE_MAX_BYTES);
}

static void read_description(struct check *check, const cJSON *item, void *into)
{
    ((struct bank *)into)->description_json = check_text(check, item, "description", QUESTION_TEXT_MAX_BYTES);
}

static void read_licence(struct check *check, const cJSON *item, void *into)
{
    ((struct bank *)into)->licence = check_string(check, item, "licence", BANK_LICENCE_MAX_BYTES);
}

static void read_authors(struct check *check, const cJSON *item, void *into)
{
    size_t count = cJSON_IsArray(item) ? (size_t)cJSON_GetArraySize(item) : 0;
    const cJSON *author = NULL;

    (void)into;
    if (count == 0 || count > BANK_AUTHORS_MAX) {
        check_fault(check, item, "authors", "expected an array of 1 to %d names", BANK_AUTHORS_MAX);
        return;
    }
    check->array = "authors";
    check->index = 0;
    cJSON_ArrayForEach(author, item)
    {
        free(check_string(check, author, "", BANK_AUTHOR_MAX_BYTES));
        check->index++;
    }
    check->array = NULL;
}

static void read_visibility(struct check *check, const cJSON *item, void *into)
{
    static const char *const names[] = {
        [VISIBILITY_HOSTS] = "hosts", [VISIBILITY_PRACTICE] = "practice", [VISIBILITY_SEALED] = "sealed"};

    for (size_t i = 0; cJSON_IsString(item) && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(item->valuestring, names[i]) == 0) {
            ((struct bank *)into)->visibility = (enum visibility)i;
            return;
        }
    }
    check_fault(check, item, "visibility", "expected \"hosts\", \"practice\" or \"sealed\"");
}

static void read_questions(struct check *check, const cJSON *item, void *into)
{
    struct bank *bank = into;

    if (!cJSON_IsArray(item) || bank->question_count == 0 || bank->question_count > BANK_QUESTIONS_MAX)
        check_fault(check, item, "questions", "expected an array of 1 to %d questions", BANK_QUESTIONS_MAX);
}

/* Languages first: all texts are checked against them. */
static const struct field head_fields[] = {
    {"id", true, 0, read_bank_id},
    {"version", true, 0, read_version},
    {"languages", true, 0, read_languages},
    {"title", true, 0, read_title},
    {"description", false, 0, read_description},
    {"licence", false, 0, read_licence},
    {"authors", false, 0, read_authors},
    {"visibility", false, 0, read_visibility},
    {"questions", true, 0, read_questions},
};

/* `bank->question_count` is already what the outline counted. */
void bank_read_head(struct check *check, struct bank *bank)
{
    struct field_table table = {head_fields, sizeof head_fields / sizeof head_fields[0]};

    if (cJSON_IsObject(check->piece.root))
        check_fields(check, check->piece.root, table, bank);
    else
        check_fault(check, NULL, NULL, "expected an object");
}

/* Reads the file without its questions. */
static void read_head(struct check *check, const struct outline *outline, struct bank *bank)
{
    size_t tail = outline->inside.offset + outline->inside.length;
    size_t length = check->file.length - outline->inside.length;
    char *head = memory_new(length + 1, 1);

    memcpy(head, check->bytes, outline->inside.offset);
    memcpy(head + outline->inside.offset, check->bytes + tail, check->file.length - tail);
    cJSON *root = cJSON_ParseWithLength(head, length);
    check->piece = (struct piece){.bytes = head, .length = length, .gap = outline->inside, .root = root};
    if (root == NULL)
        check_fault_at(check, 0, "cannot be read as JSON");
    else
        bank_read_head(check, bank);
    cJSON_Delete(root);
    free(head);
    check->piece = (struct piece){0};
}

static void read_question(struct check *check, const struct span *span, struct question *question, size_t number)
{
    cJSON *root = cJSON_ParseWithLength(check->bytes + span->offset, span->length);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(root, "id");
    char name[32];

    if (root == NULL) {
        check_fault_at(check, span->offset, "cannot be read as JSON");
        return;
    }
    snprintf(name, sizeof name, "#%zu", number);
    bool named = cJSON_IsString(id) && check_is_kebab(id->valuestring, QUESTION_ID_MAX);
    check->piece = (struct piece){.bytes = check->bytes + span->offset,
                                  .length = span->length,
                                  .offset = span->offset,
                                  .root = root,
                                  .question = named ? id->valuestring : name};
    question_read(check, question);
    cJSON_Delete(root);
    check->piece = (struct piece){0};
}

static int by_id_then_place(const void *a, const void *b)
{
    const struct question *one = *(const struct question *const *)a;
    const struct question *other = *(const struct question *const *)b;
    int order = strcmp(one->id, other->id);

    return order != 0 ? order : (one > other) - (one < other);
}

static void check_ids(struct check *check, const struct outline *outline, const struct bank *bank)
{
    const struct question **sorted = memory_new(bank->question_count, sizeof *sorted);

    for (size_t i = 0; i < bank->question_count; i++)
        sorted[i] = &bank->questions[i];
    qsort(sorted, bank->question_count, sizeof *sorted, by_id_then_place);
    for (size_t i = 1; i < bank->question_count; i++) {
        const struct question *question = sorted[i];
        if (question->id[0] == '\0' || strcmp(question->id, sorted[i - 1]->id) != 0)
            continue;
        const struct span *span = &outline->items[question - bank->questions];
        check->piece = (struct piece){.bytes = check->bytes + span->offset,
                                      .length = span->length,
                                      .offset = span->offset,
                                      .question = question->id};
        check_fault(check, NULL, "id", "stands twice in this bank, expected once");
    }
    check->piece = (struct piece){0};
    free(sorted);
}

static void read_all(struct check *check, const struct outline *outline, struct bank *bank)
{
    bank->question_count = outline->count;
    read_head(check, outline, bank);
    if (outline->count > BANK_QUESTIONS_MAX)
        return;
    bank->questions = memory_new(outline->count, sizeof *bank->questions);
    for (size_t i = 0; i < outline->count; i++)
        read_question(check, &outline->items[i], &bank->questions[i], i + 1);
    check_ids(check, outline, bank);
}

/* Whether the bytes are a JSON text at all. */
static bool is_sound(struct check *check, struct outline *outline)
{
    struct json_break where;
    size_t valid = codepoints_valid_length(check->bytes, check->file.length);

    if (check->file.length > BANK_FILE_MAX_BYTES)
        faults_add(check->faults, 1, 1, NULL, NULL, "has %zu bytes, expected at most %u", check->file.length,
                   BANK_FILE_MAX_BYTES);
    else if (check->file.length >= 3 && memcmp(check->bytes, "\xEF\xBB\xBF", 3) == 0)
        check_fault_at(check, 0, "begins with a byte order mark, expected UTF-8 without one");
    else if (valid < check->file.length)
        check_fault_at(check, valid, "is not UTF-8 from here on");
    else if (!json_text_scan(check->bytes, check->file.length, outline, &where))
        check_fault_at(check, where.offset, where.expected);
    else
        return true;
    return false;
}

/* Dropped if there is a fault. */
static enum bank_status bank_read(struct check *check, struct bank **out)
{
    struct outline outline = {.name = "questions"};
    size_t before = check->faults->count + check->faults->dropped;
    struct bank *bank = memory_new(1, sizeof *bank);

    if (is_sound(check, &outline)) {
        digest_of(check->bytes, check->file.length, &bank->sha256);
        read_all(check, &outline, bank);
    }
    free(outline.items);
    free(check->scratch);
    for (size_t i = 0; i < check->language_count; i++)
        free(check->languages[i]);
    if (check->faults->count + check->faults->dropped > before) {
        faults_sort(check->faults);
        bank->question_count = bank->questions == NULL ? 0 : bank->question_count;
        bank_free(bank);
        return BANK_FAULTY;
    }
    *out = bank;
    return BANK_OK;
}

enum bank_status bank_parse_beside(const char *bytes, size_t length, const char *folder, struct bank **bank,
                                   struct faults *faults)
{
    struct check check = {.faults = faults, .bytes = bytes, .file = {.length = length}, .folder = folder};

    *bank = NULL;
    return bank_read(&check, bank);
}

enum bank_status bank_parse(const char *bytes, size_t length, struct bank **bank, struct faults *faults)
{
    return bank_parse_beside(bytes, length, NULL, bank, faults);
}

/* The whole file, or NULL and a fault. A byte past the limit is read, so that the limit is seen. */
static char *read_file(FILE *file, size_t *length, struct faults *faults)
{
    struct stat about;
    off_t size = fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode) ? about.st_size : 0;
    size_t room = size > BANK_FILE_MAX_BYTES ? BANK_FILE_MAX_BYTES + 1 : (size_t)size + 1;
    char *bytes = memory_grow(NULL, room, 1);

    *length = fread(bytes, 1, room, file);
    if (!ferror(file))
        return bytes;
    faults_add(faults, 1, 1, NULL, NULL, "cannot be read: %s", strerror(errno));
    free(bytes);
    return NULL;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? memory_copy(".", 1) : memory_copy(path, (size_t)(slash - path));
}

enum bank_status bank_load(const char *path, struct bank **bank, struct faults *faults)
{
    struct check check = {.faults = faults};
    FILE *file = fopen(path, "rbe");

    *bank = NULL;
    if (file == NULL) {
        faults_add(faults, 1, 1, NULL, NULL, "cannot be opened: %s", strerror(errno));
        return BANK_UNREADABLE;
    }
    char *bytes = read_file(file, &check.file.length, faults);
    fclose(file);
    if (bytes == NULL)
        return BANK_UNREADABLE;
    char *folder = folder_of(path);
    check.bytes = bytes;
    check.folder = folder;
    enum bank_status status = bank_read(&check, bank);
    free(folder);
    free(bytes);
    return status;
}

void bank_free(struct bank *bank)
{
    if (bank == NULL)
        return;
    for (size_t i = 0; i < bank->question_count; i++)
        question_clear(&bank->questions[i]);
    free(bank->questions);
    free(bank->title_json);
    free(bank->description_json);
    free(bank->languages_json);
    free(bank->licence);
    free(bank);
}
