/* SPDX-License-Identifier: Apache-2.0 */
/* Other people's files over HTTP: read into a preview, written from a bank, or blank. All of it in another thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/http_call.h"
#include "engine/media_store.h"
#include "question-banks/class_names.h"
#include "question-banks/export.h"
#include "question-banks/import.h"
#include "question-banks/template.h"

#define FORMAT_NAME_SIZE 16
#define LANGUAGE_SIZE 36

/* ---- a preview ---- */

struct reading {
    uv_work_t work;
    struct call *call;
    enum import_format format;
    char *json;
};

/* So that the preview can show them, and a bank that is made of it has them. What could not be kept is told when it is.
 */
static void keep_pictures(const struct import *import, const char *data)
{
    for (size_t i = 0; i < import->count; i++) {
        const struct draft_picture *picture = import->drafts[i].picture;
        if (picture != NULL && !media_folder_has(data, &picture->reading.media))
            (void)media_folder_keep(data, &picture->reading.media, picture->reading.bytes, picture->reading.length);
    }
}

static void read_drafts(uv_work_t *work)
{
    struct reading *reading = work->data;
    const struct call *call = reading->call;
    struct import import;

    /* Whether there was anything in it is said by the preview itself: no questions, and a warning why. */
    (void)import_run(call->body, call->body_length, reading->format, &import);
    keep_pictures(&import, call->engine->options.data);
    reading->json = import_to_preview(&import);
    import_clear(&import);
}

static void drafts_read(uv_work_t *work, int status)
{
    struct reading *reading = work->data;

    if (status != 0)
        call_error(reading->call, 503, "busy", "The server is stopping; try again in a moment.");
    else
        call_json(reading->call, 200, reading->json, strlen(reading->json));
    free(reading->json);
    free(reading);
}

void banks_import(struct call *call)
{
    char name[FORMAT_NAME_SIZE] = "auto";

    if (strstr(call->query, "format=") != NULL && !call_word(call, "format", name, sizeof name))
        name[0] = '\0';
    enum import_format format = import_format_from_name(name);
    if (format == IMPORT_FORMAT_COUNT) {
        call_error(call, 400, "bad_args",
                   "format: expected auto, text, docx, csv, xlsx, gift, aiken, moodle, qti or opentdb");
    } else if (call->body_length == 0) {
        call_error(call, 400, "bad_args", "The body must be the file, or the pasted text.");
    } else {
        struct reading *reading = memory_new(1, sizeof *reading);
        *reading = (struct reading){.work.data = reading, .call = call, .format = format};
        uv_queue_work(&call->engine->loop, &reading->work, read_drafts, drafts_read);
    }
}

/* ---- the names of a class ---- */

static void read_names(uv_work_t *work)
{
    struct reading *reading = work->data;
    struct class_names names;

    class_names_read(reading->call->body, reading->call->body_length, &names);
    reading->json = class_names_to_json(&names);
    class_names_clear(&names);
}

/* Nothing is kept: the page shows what was found, and gives the names along when it opens a room. */
void names_read(struct call *call)
{
    if (call->body_length == 0) {
        call_error(call, 400, "bad_args", "The body must be the file, or the pasted text.");
        return;
    }
    struct reading *reading = memory_new(1, sizeof *reading);
    *reading = (struct reading){.work.data = reading, .call = call};
    uv_queue_work(&call->engine->loop, &reading->work, read_names, drafts_read);
}

/* ---- a bank in another format ---- */

struct writing {
    uv_work_t work;
    struct call *call;
    char *path;
    struct digest sha256; /* of the content that the caller may see */
    enum export_format format;
    char language[LANGUAGE_SIZE];
    bool tells; /* what would be lost, not the file */
    bool moved; /* the file has another content by now */
    char *bytes;
    size_t length;
    struct faults losses;
    char name[BANK_ID_MAX + BANK_VERSION_MAX + FORMAT_NAME_SIZE];
};

static void write_export(uv_work_t *work)
{
    struct writing *writing = work->data;
    struct bank *bank = NULL;
    struct faults faults;

    faults_init(&faults, writing->path);
    writing->moved = bank_load(writing->path, &bank, &faults) != BANK_OK ||
                     memcmp(&bank->sha256, &writing->sha256, sizeof bank->sha256) != 0;
    if (!writing->moved)
        writing->bytes = export_run(bank, writing->format, writing->language, &writing->length, &writing->losses);
    bank_free(bank);
    faults_clear(&faults);
}

void banks_put_faults(struct buffer *json, const struct faults *faults)
{
    buffer_put(json, "[");
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->list[i];
        buffer_print(json, "%s{\"line\":%zu,\"column\":%zu,\"question\":", i == 0 ? "" : ",", fault->line,
                     fault->column);
        buffer_quote(json, fault->question);
        buffer_put(json, ",\"field\":");
        buffer_quote(json, fault->field);
        buffer_put(json, ",\"message\":");
        buffer_quote(json, fault->message);
        buffer_put(json, "}");
    }
    buffer_put(json, "]");
}

static void tell_losses(struct writing *writing)
{
    struct buffer json;

    buffer_init(&json);
    buffer_print(&json, "{\"format\":\"%s\",\"bytes\":%zu,\"losses\":", export_format_name(writing->format),
                 writing->length);
    banks_put_faults(&json, &writing->losses);
    buffer_put(&json, "}");
    call_json(writing->call, 200, json.text, json.length);
    buffer_clear(&json);
}

static void export_written(uv_work_t *work, int status)
{
    struct writing *writing = work->data;

    if (status != 0 || writing->moved)
        call_error(writing->call, 503, "busy", "This bank is being changed; try again in a moment.");
    else if (writing->tells)
        tell_losses(writing);
    else if (writing->bytes == NULL)
        call_error(writing->call, 422, "nothing", "Not one question of this bank can be written in this format.");
    else
        call_file(writing->call, export_media_type(writing->format), writing->name, writing->bytes, writing->length);
    free(writing->bytes);
    free(writing->path);
    faults_clear(&writing->losses);
    free(writing);
}

void banks_export(struct call *call)
{
    char name[FORMAT_NAME_SIZE] = "", tell[FORMAT_NAME_SIZE];
    const struct library_entry *entry = banks_open_one(call);
    enum export_format format = EXPORT_FORMAT_COUNT;

    if (call_word(call, "format", name, sizeof name))
        format = export_format_from_name(name);
    if (entry == NULL) {
        call_error(call, 404, "not_found", "There is no such bank for you.");
        return;
    }
    if (format == EXPORT_FORMAT_COUNT) {
        call_error(call, 400, "bad_args", "format: expected gift, aiken, moodle, qti, csv or xlsx");
        return;
    }
    struct writing *writing = memory_new(1, sizeof *writing);
    writing->work.data = writing;
    writing->call = call;
    writing->path = memory_copy(entry->path, strlen(entry->path));
    writing->sha256 = entry->bank->sha256;
    writing->format = format;
    writing->tells = call_word(call, "tell", tell, sizeof tell) && strcmp(tell, "losses") == 0;
    if (!call_word(call, "lang", writing->language, sizeof writing->language))
        memcpy(writing->language, "vi", sizeof "vi");
    snprintf(writing->name, sizeof writing->name, "%s-%s%s", entry->bank->id, entry->bank->version,
             export_ending(format));
    faults_init(&writing->losses, NULL);
    uv_queue_work(&call->engine->loop, &writing->work, write_export, export_written);
}

/* ---- blank ---- */

/* Small and made of constants, so it is made here and now. */
void banks_template(struct call *call)
{
    char name[FORMAT_NAME_SIZE] = "", file[FORMAT_NAME_SIZE + sizeof "hoithi."];
    enum import_format format = IMPORT_FORMAT_COUNT;
    size_t length = 0;

    if (call_word(call, "format", name, sizeof name))
        format = import_format_from_name(name);
    if (format == IMPORT_FORMAT_COUNT || template_media_type(format) == NULL) {
        call_error(call, 400, "bad_args", "format: expected text, docx, csv, xlsx, gift, aiken, moodle or qti");
        return;
    }
    char *bytes = template_make(format, &length);
    snprintf(file, sizeof file, "hoithi%s", template_ending(format));
    if (bytes == NULL)
        call_error(call, 503, "busy", "The file could not be made; try again in a moment.");
    else
        call_file(call, template_media_type(format), file, bytes, length);
    free(bytes);
}
