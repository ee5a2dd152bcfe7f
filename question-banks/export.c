/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/export.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "question-banks/archive.h"
#include "question-banks/exporter.h"
#include "question-banks/memory.h"

#define PLACE_BITS 4
#define STATEMENT_BITS 2
#define MANIFEST "imsmanifest.xml"
#define WIDE_COLUMN 40
#define ITEM_NAME_SIZE 32

static const struct {
    const char *name;
    const char *media_type;
    const char *ending;
    const char *before;
    const char *after;
    bool (*write)(struct export *, const struct plain_question *); /* NULL: not one text, written apart */
} formats[EXPORT_FORMAT_COUNT] = {
    [EXPORT_GIFT] = {"gift", "text/plain; charset=utf-8", ".gift.txt", "", "", gift_write},
    [EXPORT_AIKEN] = {"aiken", "text/plain; charset=utf-8", ".aiken.txt", "", "", aiken_write},
    [EXPORT_MOODLE_XML] = {"moodle", "application/xml", ".xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n",
                           "</quiz>\n", moodle_write},
    [EXPORT_QTI] = {"qti", "application/zip", ".qti.zip", "", "", NULL},
    [EXPORT_CSV] = {"csv", "text/csv; charset=utf-8", ".csv", NULL, "", csv_write},
    [EXPORT_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", "", "",
                     NULL},
};

enum export_format export_format_from_name(const char *name)
{
    size_t format = 0;

    while (format < EXPORT_FORMAT_COUNT && strcmp(formats[format].name, name) != 0)
        format++;
    return (enum export_format)format;
}

const char *export_format_name(enum export_format format)
{
    return formats[format].name;
}

const char *export_media_type(enum export_format format)
{
    return formats[format].media_type;
}

const char *export_ending(enum export_format format)
{
    return formats[format].ending;
}

static char *copy(const char *text)
{
    return memory_copy(text, strlen(text));
}

/* A text of the bank in one language, else in its first; NULL for NULL. */
static char *text_in(const char *json, const char *language)
{
    cJSON *text = json == NULL ? NULL : cJSON_Parse(json);
    const cJSON *inner = cJSON_GetObjectItemCaseSensitive(text, "text"); /* of a source */
    const cJSON *item = inner != NULL ? inner : text;
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(item, language);

    if (item != NULL && cJSON_IsObject(item))
        item = own != NULL ? own : item->child;
    char *plain = item != NULL && cJSON_IsString(item) ? copy(item->valuestring) : NULL;
    cJSON_Delete(text);
    return plain;
}

static void plain_init(struct plain_question *plain, const struct question *question, size_t number,
                       const char *language)
{
    *plain = (struct plain_question){.question = question, .number = number};
    plain->text = text_in(question->text_json, language);
    plain->explain = text_in(question->explain_json, language);
    plain->source = text_in(question->source_json, language);
    for (size_t i = 0; i < question->shape.choice_count; i++)
        plain->choices[i] = text_in(question->choices[i].text_json, language);
    for (size_t i = 0; i < question->shape.right_count; i++)
        plain->rights[i] = text_in(question->rights[i].text_json, language);
}

static void plain_clear(struct plain_question *plain)
{
    for (size_t i = 0; i < CHOICES_MAX; i++) {
        free(plain->choices[i]);
        free(plain->rights[i]);
    }
    free(plain->text);
    free(plain->explain);
    free(plain->source);
}

static uint64_t key_of(const struct plain_question *plain)
{
    const struct key *key = &plain->question->key;

    return key->count == 0 ? 0 : (uint64_t)key->ranges[0].low;
}

bool plain_is_right(const struct plain_question *plain, size_t choice)
{
    return (key_of(plain) >> choice & 1) != 0;
}

int plain_placed(const struct plain_question *plain, size_t index)
{
    return (int)(key_of(plain) >> (PLACE_BITS * index) & 15) - 1;
}

int plain_truth(const struct plain_question *plain)
{
    return key_of(plain) == 1;
}

int plain_statement(const struct plain_question *plain, size_t choice)
{
    return (key_of(plain) >> (STATEMENT_BITS * choice) & 3) == 1;
}

const char *plain_scaled(int64_t scaled, char out[SCALED_SIZE])
{
    uint64_t size = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    int length = snprintf(out, SCALED_SIZE, "%s%" PRIu64 ".%06" PRIu64, scaled < 0 ? "-" : "", size / KIND_NUMBER_SCALE,
                          size % KIND_NUMBER_SCALE);

    while (out[length - 1] == '0')
        out[--length] = '\0';
    if (out[length - 1] == '.')
        out[length - 1] = '\0';
    return out;
}

char *plain_one_line(const char *text)
{
    char *line = copy(text);

    for (char *c = line; *c != '\0'; c++)
        *c = *c == '\n' ? ' ' : *c;
    return line;
}

void export_lost(struct export *export, const struct plain_question *plain, const char *what)
{
    faults_add(export->warnings, plain->number, 1, plain->question->id, NULL, "%s", what);
}

bool export_new_topic(struct export *export, const char *topic)
{
    bool same = topic == NULL || export->topic == NULL ? topic == export->topic : strcmp(topic, export->topic) == 0;

    if (same)
        return false;
    free(export->topic);
    export->topic = topic == NULL ? NULL : copy(topic);
    return true;
}

void xml_write(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '>')
            fputs("&gt;", out);
        else if (*text == '"')
            fputs("&quot;", out);
        else
            fputc(*text, out);
    }
}

/* The kinds that go into one text, one behind the other. */
static size_t write_text(struct export *export, const struct bank *bank, enum export_format format)
{
    size_t written = 0;

    if (format == EXPORT_CSV) {
        fputs("\xEF\xBB\xBF", export->out); /* or Excel takes it for Windows-1252 */
        for (size_t i = 0; i < SHEET_HEADER_COUNT; i++)
            fprintf(export->out, "%s%s", sheet_headers[i], i + 1 < SHEET_HEADER_COUNT ? "," : "\r\n");
    } else {
        fputs(formats[format].before, export->out);
    }
    for (size_t i = 0; i < bank->question_count; i++) {
        struct plain_question plain;
        plain_init(&plain, &bank->questions[i], i + 1, export->language);
        written += formats[format].write(export, &plain);
        plain_clear(&plain);
    }
    fputs(formats[format].after, export->out);
    return written;
}

static void add_part(struct archive_part *parts, size_t *count, char *text, const char *question)
{
    char name[ITEM_NAME_SIZE + QUESTION_ID_MAX];

    snprintf(name, sizeof name, question == NULL ? MANIFEST : "%05zu-%s.xml", *count, question);
    parts[*count] = (struct archive_part){.name = copy(name), .bytes = text, .length = strlen(text)};
    ++*count;
}

/* Parts 1 to count-1 are items; the manifest, part 0, names them. */
static char *manifest_of(const struct archive_part *parts, size_t count)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest xmlns=\"http://www.imsglobal.org/xsd/imscp_v1p1\" "
          "identifier=\"hoithi\">\n<organizations/>\n<resources>\n",
          out);
    for (size_t i = 1; i < count; i++)
        fprintf(
            out,
            "<resource identifier=\"r%zu\" type=\"imsqti_item_xmlv2p1\" href=\"%s\"><file href=\"%s\"/></resource>\n",
            i, parts[i].name, parts[i].name);
    fputs("</resources>\n</manifest>\n", out);
    fclose(out);
    return text;
}

static char *write_package(struct export *export, const struct bank *bank, size_t *length)
{
    struct archive_part *parts = memory_new(bank->question_count + 1, sizeof *parts);
    size_t count = 0;
    char *package = NULL;

    add_part(parts, &count, copy(""), NULL);
    for (size_t i = 0; i < bank->question_count; i++) {
        struct plain_question plain;
        plain_init(&plain, &bank->questions[i], i + 1, export->language);
        char *item = qti_item(export, &plain);
        if (item != NULL)
            add_part(parts, &count, item, plain.question->id);
        plain_clear(&plain);
    }
    free(parts[0].bytes);
    parts[0].bytes = manifest_of(parts, count);
    parts[0].length = strlen(parts[0].bytes);
    if (count > 1)
        package = archive_write(parts, count, length);
    for (size_t i = 0; i < count; i++) {
        free((char *)(uintptr_t)parts[i].name);
        free(parts[i].bytes);
    }
    free(parts);
    return package;
}

static size_t write_rows(struct export *export, const struct bank *bank, lxw_worksheet *sheet)
{
    size_t written = 0;

    for (size_t i = 0; i < SHEET_HEADER_COUNT; i++)
        worksheet_write_string(sheet, 0, (lxw_col_t)i, sheet_headers[i], NULL);
    worksheet_set_column(sheet, 1, 1, WIDE_COLUMN, NULL);
    worksheet_freeze_panes(sheet, 1, 0);
    for (size_t i = 0; i < bank->question_count; i++) {
        char *cells[SHEET_HEADER_COUNT] = {NULL};
        struct plain_question plain;
        plain_init(&plain, &bank->questions[i], i + 1, export->language);
        bool held = sheet_cells(export, &plain, cells);
        written += held;
        for (size_t j = 0; j < SHEET_HEADER_COUNT; j++) {
            if (held && cells[j] != NULL)
                worksheet_write_string(sheet, (lxw_row_t)written, (lxw_col_t)j, cells[j], NULL);
            free(cells[j]);
        }
        plain_clear(&plain);
    }
    return written;
}

static char *read_back(int file, size_t *length)
{
    off_t size = lseek(file, 0, SEEK_END);
    char *bytes = size <= 0 ? NULL : memory_new((size_t)size + 1, 1);

    if (bytes != NULL && pread(file, bytes, (size_t)size, 0) != size) {
        free(bytes);
        return NULL;
    }
    *length = size <= 0 ? 0 : (size_t)size;
    return bytes;
}

static char *write_xlsx(struct export *export, const struct bank *bank, size_t *length)
{
    char path[] = "/tmp/hoithi-export-XXXXXX";
    int file = mkstemp(path);
    char *bytes = NULL;

    if (file < 0) {
        faults_add(export->warnings, 1, 1, NULL, NULL, "no temporary file could be made");
        return NULL;
    }
    lxw_workbook *book = workbook_new(path);
    lxw_doc_properties properties = {.created = 1}; /* the same bank gives the same file */
    workbook_set_properties(book, &properties);
    size_t written = write_rows(export, bank, workbook_add_worksheet(book, NULL));
    if (workbook_close(book) != LXW_NO_ERROR)
        faults_add(export->warnings, 1, 1, NULL, NULL, "the temporary file could not be written");
    else if (written > 0)
        bytes = read_back(file, length);
    close(file);
    unlink(path);
    return bytes;
}

/* What is lost of all questions alike is told once, or once a question for pictures and sound. */
static void tell_losses(const struct bank *bank, enum export_format format, struct faults *warnings)
{
    bool sheet = format == EXPORT_CSV || format == EXPORT_XLSX;
    bool details = false;
    bool topics = false;

    for (size_t i = 0; i < bank->question_count; i++) {
        const struct question *question = &bank->questions[i];
        details = details || question->source_json != NULL || question->difficulty > 0 || question->limit_ms > 0 ||
                  question->weight != 1;
        topics = topics || question->topic != NULL;
        if (question->media_json != NULL)
            faults_add(warnings, i + 1, 1, question->id, "media", "its picture or sound was left out");
    }
    if (strchr(bank->languages_json, ',') != NULL)
        faults_add(warnings, 1, 1, NULL, NULL, "one language was written, the others were left out");
    if (details && !sheet)
        faults_add(warnings, 1, 1, NULL, NULL, "sources, difficulties, times and points have no place in this format");
    if (topics && (format == EXPORT_AIKEN || format == EXPORT_QTI))
        faults_add(warnings, 1, 1, NULL, NULL, "topics have no place in this format");
}

char *export_run(const struct bank *bank, enum export_format format, const char *language, size_t *length,
                 struct faults *warnings)
{
    struct export export = {.language = language, .warnings = warnings};
    char *bytes = NULL;

    *length = 0;
    tell_losses(bank, format, warnings);
    if (format == EXPORT_QTI)
        return write_package(&export, bank, length);
    if (format == EXPORT_XLSX)
        return write_xlsx(&export, bank, length);
    export.out = open_memstream(&bytes, length);
    size_t written = write_text(&export, bank, format);
    fclose(export.out);
    free(export.topic);
    if (written > 0)
        return bytes;
    free(bytes);
    return NULL;
}
