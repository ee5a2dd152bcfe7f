/* SPDX-License-Identifier: Apache-2.0 */
/* A host's own bank: checked in another thread, kept for good, and in the list when the reply comes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/http_call.h"
#include "engine/report.h"
#include "engine/shelf.h"

struct publication {
    uv_work_t work;
    struct call *call;
    char *folder;
    struct bank *bank; /* NULL: `faults` says why */
    struct faults faults;
    enum shelf_result result;
    int fault; /* errno of SHELF_FAULT */
};

/* A file of its own cannot bring pictures or sounds along, and without them the library would not take it. */
static void refuse_media(struct publication *publication)
{
    const struct bank *bank = publication->bank;

    for (size_t i = 0; i < bank->question_count; i++)
        if (bank->questions[i].media_json != NULL)
            faults_add(&publication->faults, 1, 1, bank->questions[i].id, "media",
                       "a bank that is sent this way has no pictures or sounds");
}

static void check(uv_work_t *work)
{
    struct publication *publication = work->data;
    const struct call *call = publication->call;

    if (bank_parse(call->body, call->body_length, &publication->bank, &publication->faults) != BANK_OK)
        return;
    refuse_media(publication);
}

static void free_publication(struct publication *publication)
{
    bank_free(publication->bank);
    faults_clear(&publication->faults);
    free(publication->folder);
    free(publication);
}

static void tell_faults(struct publication *publication)
{
    struct buffer json;

    buffer_init(&json);
    buffer_put(&json,
               "{\"error\":{\"code\":\"faulty\",\"message\":\"This is no bank yet; see its faults.\"},\"faults\":");
    banks_put_faults(&json, &publication->faults);
    buffer_print(&json, ",\"more\":%zu}", publication->faults.dropped);
    call_json(publication->call, 422, json.text, json.length);
    buffer_clear(&json);
    free_publication(publication);
}

static void tell_kept(struct publication *publication)
{
    const struct library *library = publication->call->engine->library;
    const struct bank *bank = publication->bank;
    char name[BANK_ID_MAX + BANK_VERSION_MAX + 2], sha256[DIGEST_HEX_SIZE];
    struct buffer json;

    snprintf(name, sizeof name, "%s@%s", bank->id, bank->version);
    digest_hex(&bank->sha256, sha256);
    buffer_init(&json);
    buffer_print(&json, "{\"id\":\"%s\",\"version\":\"%s\",\"sha256\":\"%s\",\"questions\":%zu,\"warnings\":", bank->id,
                 bank->version, sha256, bank->question_count);
    const struct library_entry *entry = library_find(library, name);
    if (entry == NULL)
        buffer_put(&json, "[]");
    else
        banks_put_faults(&json, &entry->warnings);
    buffer_put(&json, "}");
    call_json(publication->call, publication->result == SHELF_KEPT ? 201 : 200, json.text, json.length);
    buffer_clear(&json);
    free_publication(publication);
}

static void refuse(struct publication *publication, unsigned status, const char *code, const char *message)
{
    call_error(publication->call, status, code, message);
    free_publication(publication);
}

static void keep(uv_work_t *work)
{
    struct publication *publication = work->data;
    const struct call *call = publication->call;

    publication->result = shelf_keep(publication->folder, publication->bank, call->body, call->body_length);
    publication->fault = errno;
}

static void kept(uv_work_t *work, int status)
{
    struct publication *publication = work->data;

    if (status != 0 || publication->result == SHELF_FAULT) {
        if (status == 0)
            report("cannot keep a bank in %s: %s", publication->folder, strerror(publication->fault));
        refuse(publication, 503, publication->fault == ENOSPC ? "storage_full" : "busy",
               "The bank could not be written to the disk of the server.");
    } else if (publication->result == SHELF_TAKEN) {
        refuse(publication, 409, "exists",
               "This version is there already, with other content: a version never changes. Take the next one.");
    } else {
        library_refresh(publication->call->engine->library);
        tell_kept(publication);
    }
}

/* Banks that came with the server, or stand in a folder of its owner, are theirs: nobody adds versions to them here. */
static bool is_of_another_folder(const struct publication *publication)
{
    const struct library *library = publication->call->engine->library;
    size_t length = strlen(publication->folder);

    for (size_t i = 0; i < library_count(library); i++) {
        const struct library_entry *entry = library_at(library, i);
        bool own = strncmp(entry->path, publication->folder, length) == 0 && entry->path[length] == '/';
        if (!own && strcmp(entry->id, publication->bank->id) == 0)
            return true;
    }
    return false;
}

/* It was published before, its file has gone, and this is something else. */
static bool is_in_ledger_otherwise(const struct publication *publication)
{
    const struct bank *bank = publication->bank;
    const struct digest *published = ledger_find(&publication->call->engine->ledger, bank->id, bank->version);

    return published != NULL && memcmp(published, &bank->sha256, sizeof *published) != 0;
}

static void checked(uv_work_t *work, int status)
{
    struct publication *publication = work->data;
    struct engine *engine = publication->call->engine;

    if (status == 0)
        library_refresh(engine->library);
    if (status != 0)
        refuse(publication, 503, "busy", "The server is stopping; try again in a moment.");
    else if (publication->faults.count > 0)
        tell_faults(publication);
    else if (is_of_another_folder(publication))
        refuse(publication, 409, "exists", "Another bank has this id; choose a new one.");
    else if (is_in_ledger_otherwise(publication))
        refuse(publication, 409, "exists",
               "This version was published before with other content: a version never changes. Take the next one.");
    else if (library_count(engine->library) >= LIBRARY_FILES_MAX)
        refuse(publication, 409, "full", "This server has as many banks as it can hold.");
    else
        uv_queue_work(&engine->loop, work, keep, kept);
}

void banks_publish(struct call *call)
{
    if (call->body_length == 0) {
        call_error(call, 400, "bad_args", "The body must be a bank: see docs/bank-format.md.");
        return;
    }
    struct publication *publication = memory_new(1, sizeof *publication);
    publication->work.data = publication;
    publication->call = call;
    publication->folder = shelf_folder(call->engine->options.data);
    faults_init(&publication->faults, "");
    uv_queue_work(&call->engine->loop, &publication->work, check, checked);
}
