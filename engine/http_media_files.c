/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures and sounds that hosts bring, one by one, and a whole bank with all of its own as a ZIP file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/http_call.h"
#include "engine/media_keep.h"
#include "engine/report.h"
#include "question-banks/archive.h"

/* ---- one comes ---- */

struct taking {
    uv_work_t work;
    struct call *call;
    struct media_reading reading;
    bool fine;
    bool kept;
    int fault; /* errno, if it was fine and not kept */
};

static void take(uv_work_t *work)
{
    struct taking *taking = work->data;
    const struct call *call = taking->call;
    enum media_type type = media_sniff(call->body, call->body_length);

    if (type == MEDIA_TYPE_COUNT)
        return;
    taking->fine = media_read(call->body, call->body_length, type, &taking->reading);
    if (!taking->fine)
        return;
    taking->kept = media_folder_keep(call->engine->options.data, &taking->reading.media, taking->reading.bytes,
                                     taking->reading.length);
    taking->fault = errno;
}

/* {"file","media":{…},"dropped"}: `file` is what a bank that is sent to POST /api/banks may call it. */
static void tell_taken(const struct taking *taking)
{
    char name[MEDIA_NAME_SIZE];
    struct buffer json;

    media_name(&taking->reading.media, name);
    buffer_init(&json);
    buffer_print(&json, "{\"file\":\"media/%s\",\"media\":", name);
    media_put(&json, &taking->reading.media);
    buffer_put(&json, ",\"dropped\":");
    buffer_quote(&json, taking->reading.dropped);
    buffer_put(&json, "}");
    call_json(taking->call, 201, json.text, json.length);
    buffer_clear(&json);
}

static void taken(uv_work_t *work, int status)
{
    struct taking *taking = work->data;
    char why[MEDIA_WHY_MAX + 16];

    snprintf(why, sizeof why, "This file %s.",
             taking->reading.why[0] == '\0' ? "is no picture or sound that is shown here" : taking->reading.why);
    if (status != 0)
        call_error(taking->call, 503, "busy", "The server is stopping; try again in a moment.");
    else if (!taking->fine)
        call_error(taking->call, 422, "faulty", why);
    else if (taking->kept)
        tell_taken(taking);
    else {
        report("cannot keep a picture in %s/media: %s", taking->call->engine->options.data, strerror(taking->fault));
        call_error(taking->call, 503, taking->fault == ENOSPC ? "storage_full" : "busy",
                   "The picture could not be written to the disk of the server.");
    }
    media_reading_clear(&taking->reading);
    free(taking);
}

void media_take(struct call *call)
{
    if (call->body_length == 0) {
        call_error(call, 400, "bad_args", "The body must be a picture or a sound.");
        return;
    }
    struct taking *taking = memory_new(1, sizeof *taking);
    taking->work.data = taking;
    taking->call = call;
    uv_queue_work(&call->engine->loop, &taking->work, take, taken);
}

/* ---- a bank goes, with all that is its own ---- */

struct packing {
    uv_work_t work;
    struct call *call;
    char *path;
    struct digest sha256;
    struct media_errands errands;
    char *bytes; /* NULL: something has changed meanwhile */
    size_t length;
    char name[BANK_ID_MAX + BANK_VERSION_MAX + 8];
};

static char *read_bank_file(const struct packing *packing, size_t *length)
{
    FILE *file = fopen(packing->path, "rbe");
    struct digest digest;

    if (file == NULL)
        return NULL;
    char *bytes = memory_new(BANK_FILE_MAX_BYTES, 1);
    *length = fread(bytes, 1, BANK_FILE_MAX_BYTES, file);
    fclose(file);
    digest_of(bytes, *length, &digest);
    if (memcmp(&digest, &packing->sha256, sizeof digest) == 0)
        return bytes;
    free(bytes);
    return NULL;
}

static void pack(uv_work_t *work)
{
    struct packing *packing = work->data;
    size_t count = packing->errands.count + 1;
    struct archive_part *parts = memory_new(count, sizeof *parts);
    bool whole = true;

    parts[0].name = "bank.json";
    parts[0].bytes = read_bank_file(packing, &parts[0].length);
    for (size_t i = 1; i < count; i++) {
        const struct media_errand *errand = &packing->errands.list[i - 1];
        parts[i].name = errand->file;
        parts[i].bytes = media_errand_read(&packing->errands, errand, &parts[i].length);
    }
    for (size_t i = 0; i < count; i++)
        whole = whole && parts[i].bytes != NULL;
    if (whole)
        packing->bytes = archive_write(parts, count, &packing->length);
    for (size_t i = 0; i < count; i++)
        free(parts[i].bytes);
    free(parts);
}

static void packed(uv_work_t *work, int status)
{
    struct packing *packing = work->data;

    if (status != 0 || packing->bytes == NULL)
        call_error(packing->call, 503, "busy", "This bank is being changed; try again in a moment.");
    else
        call_file(packing->call, "application/zip", packing->name, packing->bytes, packing->length);
    free(packing->bytes);
    free(packing->path);
    media_errands_clear(&packing->errands);
    free(packing);
}

/* A file that two questions have goes in once. */
static bool is_in(const struct media_errands *errands, const struct question *question)
{
    for (size_t i = 0; i < errands->count; i++) {
        if (question->media_file != NULL && strcmp(errands->list[i].file, question->media_file) == 0)
            return true;
    }
    return false;
}

void media_pack(struct call *call)
{
    const struct library_entry *entry = banks_open_one(call);

    if (entry == NULL) {
        call_error(call, 404, "not_found", "There is no such bank for you.");
        return;
    }
    struct packing *packing = memory_new(1, sizeof *packing);
    packing->work.data = packing;
    packing->call = call;
    packing->path = memory_copy(entry->path, strlen(entry->path));
    packing->sha256 = entry->bank->sha256;
    snprintf(packing->name, sizeof packing->name, "%s-%s.zip", entry->bank->id, entry->bank->version);
    media_errands_init(&packing->errands, entry->path);
    for (size_t i = 0; i < entry->bank->question_count; i++) {
        if (!is_in(&packing->errands, &entry->bank->questions[i]))
            media_errands_add(&packing->errands, &entry->bank->questions[i]);
    }
    uv_queue_work(&call->engine->loop, &packing->work, pack, packed);
}
