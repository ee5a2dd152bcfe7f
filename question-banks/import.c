/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/import.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/archive.h"
#include "question-banks/bank.h"
#include "question-banks/encoding.h"
#include "question-banks/importer.h"
#include "question-banks/memory.h"

/* What looks like a format is looked for in this many bytes. */
#define LOOK_BYTES 4096
#define ID_SIZE 24

static const struct {
    const char *name;
    bool is_text;
    enum import_status (*run)(const char *bytes, size_t length, struct import *import);
} formats[IMPORT_FORMAT_COUNT] = {
    [IMPORT_AUTO] = {"auto", true, NULL},           [IMPORT_TEXT] = {"text", true, import_text},
    [IMPORT_DOCX] = {"docx", false, import_docx},   [IMPORT_CSV] = {"csv", true, import_csv},
    [IMPORT_XLSX] = {"xlsx", false, import_xlsx},   [IMPORT_GIFT] = {"gift", true, import_gift},
    [IMPORT_AIKEN] = {"aiken", true, import_aiken}, [IMPORT_MOODLE_XML] = {"moodle", true, import_moodle_xml},
    [IMPORT_QTI] = {"qti", false, import_qti},      [IMPORT_OPENTDB] = {"opentdb", true, import_opentdb},
};

enum import_format import_format_from_name(const char *name)
{
    size_t format = 0;

    while (format < IMPORT_FORMAT_COUNT && strcmp(formats[format].name, name) != 0)
        format++;
    return (enum import_format)format;
}

const char *import_format_name(enum import_format format)
{
    return formats[format].name;
}

static bool holds(const char *text, const char *what)
{
    return strstr(text, what) != NULL;
}

static enum import_format format_of_archive(const char *bytes, size_t length)
{
    static const struct {
        const char *part;
        enum import_format format;
    } parts[] = {{"word/document.xml", IMPORT_DOCX}, {"xl/workbook.xml", IMPORT_XLSX}, {"imsmanifest.xml", IMPORT_QTI}};
    struct archive *archive = archive_open(bytes, length);
    enum import_format format = IMPORT_FORMAT_COUNT;

    for (size_t i = 0; archive != NULL && i < sizeof parts / sizeof parts[0]; i++) {
        if (format == IMPORT_FORMAT_COUNT && archive_has(archive, parts[i].part))
            format = parts[i].format;
    }
    archive_close(archive);
    return format;
}

/* A line that is `ANSWER: X` alone, and none of the marks of a Vietnamese test. */
static bool looks_like_aiken(const char *text)
{
    const char *answer = strstr(text, "ANSWER: ");

    return answer != NULL && (answer == text || answer[-1] == '\n') && isupper((unsigned char)answer[8]) &&
           !isalpha((unsigned char)answer[9]) && !holds(text, "Câu 1") && !holds(text, "áp án:");
}

/* Braces with an answer in them. */
static bool looks_like_gift(const char *text)
{
    for (const char *open = strchr(text, '{'); open != NULL; open = strchr(open + 1, '{')) {
        const char *first = open + 1 + strspn(open + 1, " \t\r\n");
        if (*first == '=' || *first == '~' || *first == '#' || *first == '}' || strncmp(first, "TRUE", 4) == 0 ||
            strncmp(first, "FALSE", 5) == 0 || strncmp(first, "T}", 2) == 0 || strncmp(first, "F}", 2) == 0)
            return true;
    }
    return holds(text, "$CATEGORY:");
}

static enum import_format format_of_text(const char *text, size_t length)
{
    char *start = memory_copy(text, length < LOOK_BYTES ? length : LOOK_BYTES);
    const char *first = start + strspn(start, " \t\r\n");
    enum import_format format = IMPORT_TEXT;

    if (*first == '<' && (holds(start, "assessmentItem") || holds(start, "assessment-item")))
        format = IMPORT_QTI;
    else if (*first == '<' && holds(start, "<quiz"))
        format = IMPORT_MOODLE_XML;
    else if ((*first == '{' || *first == '[') && holds(start, "\"correct_answer\""))
        format = IMPORT_OPENTDB;
    else if (csv_has_header(text, length))
        format = IMPORT_CSV;
    else if (looks_like_aiken(start))
        format = IMPORT_AIKEN;
    else if (looks_like_gift(start))
        format = IMPORT_GIFT;
    free(start);
    return format;
}

static enum import_status run_text(const char *bytes, size_t length, enum import_format format, struct import *out)
{
    enum encoding encoding = ENCODING_UNKNOWN;
    size_t text_length = 0;
    char *text = encoding_to_utf8(bytes, length, &encoding, &text_length);

    if (text == NULL) {
        import_warn(out, 1, "is no text: neither UTF-8 nor UTF-16 nor Windows-1258");
        return IMPORT_UNREADABLE;
    }
    if (encoding == ENCODING_CP1258)
        import_warn(out, 1, "is no UTF-8; it was read as Windows-1258, so look at the letters with marks");
    out->format = format == IMPORT_AUTO ? format_of_text(text, text_length) : format;
    enum import_status status = formats[out->format].run(text, text_length, out);
    free(text);
    return status;
}

static cJSON *bank_json(const struct import_head *head, cJSON *questions)
{
    cJSON *bank = cJSON_CreateObject();
    cJSON *languages = NULL;

    cJSON_AddStringToObject(bank, "id", head->id);
    cJSON_AddStringToObject(bank, "version", head->version);
    languages = cJSON_AddArrayToObject(bank, "languages");
    cJSON_AddItemToArray(languages, cJSON_CreateString(head->language));
    cJSON_AddStringToObject(bank, "title", head->title);
    cJSON_AddItemToObject(bank, "questions", questions);
    return bank;
}

/* A picture without words says nothing against the question itself: somebody will say them. */
static cJSON *checked_form(const struct draft *draft)
{
    cJSON *question = draft_to_json(draft, "q");

    if (draft->picture != NULL && draft->picture->alt == NULL)
        cJSON_ReplaceItemInObject(cJSON_GetObjectItem(question, "media"), "alt", cJSON_CreateString("-"));
    return question;
}

/* Whether the loader takes it; its first fault goes to `draft`. */
static void check_draft(struct draft *draft)
{
    static const struct import_head head = {"check", "1.0.0", "-", "vi"};
    cJSON *questions = cJSON_CreateArray();
    struct bank *bank = NULL;
    struct faults faults;

    cJSON_AddItemToArray(questions, checked_form(draft));
    cJSON *json = bank_json(&head, questions);
    char *text = cJSON_PrintUnformatted(json);
    faults_init(&faults, NULL);
    if (bank_parse(text, strlen(text), &bank, &faults) != BANK_OK)
        draft_doubt(draft, "%s: %s", faults.list[0].field == NULL ? "question" : faults.list[0].field,
                    faults.list[0].message);
    bank_free(bank);
    faults_clear(&faults);
    free(text);
    cJSON_Delete(json);
}

static void check_all(struct import *import)
{
    for (size_t i = 0; i < import->count; i++) {
        struct draft *draft = &import->drafts[i];
        if (draft->text == NULL)
            draft_doubt(draft, "it has no text");
        draft->sure = draft->sure && draft->doubt == NULL; /* a doubt stays, whatever came after it */
        if (draft->sure)
            check_draft(draft);
        else
            draft_doubt(draft, "nothing says which answer is right");
    }
}

enum import_status import_run(const char *bytes, size_t length, enum import_format format, struct import *out)
{
    *out = (struct import){.format = format};
    faults_init(&out->warnings, NULL);
    if (length > IMPORT_MAX_BYTES) {
        import_warn(out, 1, "has %zu bytes, expected at most %u", length, IMPORT_MAX_BYTES);
        return IMPORT_UNREADABLE;
    }
    if (format == IMPORT_AUTO && length >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
        format = format_of_archive(bytes, length);
    if (format == IMPORT_FORMAT_COUNT) {
        import_warn(out, 1, "is a ZIP file, but neither .docx nor .xlsx nor a QTI package");
        return IMPORT_UNREADABLE;
    }
    out->format = format;
    enum import_status status =
        formats[format].is_text ? run_text(bytes, length, format, out) : formats[format].run(bytes, length, out);
    check_all(out);
    faults_sort(&out->warnings);
    return status == IMPORT_OK && out->count == 0 ? IMPORT_NOTHING : status;
}

void import_clear(struct import *import)
{
    for (size_t i = 0; i < import->count; i++)
        draft_clear(&import->drafts[i]);
    free(import->drafts);
    faults_clear(&import->warnings);
    *import = (struct import){0};
}

static const char *question_id(char out[ID_SIZE], size_t number)
{
    snprintf(out, ID_SIZE, "q%zu", number);
    return out;
}

char *import_to_json(const struct import *import, const struct import_head *head)
{
    cJSON *questions = cJSON_CreateArray();
    struct bank *bank = NULL;
    struct faults faults;
    char id[ID_SIZE];

    for (size_t i = 0; i < import->count; i++) {
        if (draft_is_whole(&import->drafts[i]))
            cJSON_AddItemToArray(questions, draft_to_json(&import->drafts[i], question_id(id, i + 1)));
    }
    cJSON *json = bank_json(head, questions);
    char *text = cJSON_Print(json);
    cJSON_Delete(json);
    faults_init(&faults, NULL);
    if (bank_parse(text, strlen(text), &bank, &faults) != BANK_OK) {
        free(text);
        text = NULL;
    }
    bank_free(bank);
    faults_clear(&faults);
    return text;
}

static cJSON *preview_of(const struct draft *draft, size_t number)
{
    cJSON *row = cJSON_CreateObject();
    char id[ID_SIZE];

    cJSON_AddNumberToObject(row, "line", (double)draft->line);
    cJSON_AddBoolToObject(row, "sure", draft->sure);
    if (draft->doubt == NULL)
        cJSON_AddNullToObject(row, "doubt");
    else
        cJSON_AddStringToObject(row, "doubt", draft->doubt);
    cJSON_AddItemToObject(row, "question", draft_to_json(draft, question_id(id, number)));
    return row;
}

char *import_to_preview(const struct import *import)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "format", import_format_name(import->format));
    cJSON *questions = cJSON_AddArrayToObject(json, "questions");
    for (size_t i = 0; i < import->count; i++)
        cJSON_AddItemToArray(questions, preview_of(&import->drafts[i], i + 1));
    cJSON *warnings = cJSON_AddArrayToObject(json, "warnings");
    for (size_t i = 0; i < import->warnings.count; i++) {
        cJSON *warning = cJSON_CreateObject();
        cJSON_AddNumberToObject(warning, "line", (double)import->warnings.list[i].line);
        cJSON_AddStringToObject(warning, "message", import->warnings.list[i].message);
        cJSON_AddItemToArray(warnings, warning);
    }
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}
