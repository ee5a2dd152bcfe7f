/* SPDX-License-Identifier: Apache-2.0 */
/* A host's own bank: checked in another thread, kept for good, and in the list when the reply comes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/http_call.h"
#include "engine/media_keep.h"
#include "engine/media_pack.h"
#include "engine/report.h"
#include "engine/shelf.h"

struct publication {
    uv_work_t work;
    struct call *call;
    struct media_pack pack; /* if it came as a ZIP file */
    const char *text;       /* of the bank */
    size_t length;
    struct media_errands media; /* what it brings along */
    struct faults notes;        /* what was changed in it to make it safe */
    char *folder;
    struct bank *bank; /* NULL: `faults` says why */
    struct faults faults;
    bool foreign; /* somebody else claimed the id first */
    enum shelf_result result;
    int fault;         /* errno of SHELF_FAULT */
    const char *taken; /* the picture that SHELF_TAKEN is about, or NULL: the version */
};

struct bank *banks_parse(const struct call *call, struct faults *faults)
{
    struct bank *bank = NULL;

    if (bank_parse_beside(call->body, call->body_length, call->engine->options.data, &bank, faults) == BANK_OK)
        return bank;
    return NULL;
}

/* Pictures and sounds lie in the ZIP file, or came before by POST /api/media: then they lie in DATA/media. */
static void check(uv_work_t *work)
{
    struct publication *publication = work->data;
    const struct call *call = publication->call;
    const char *beside = call->engine->options.data;

    publication->text = call->body;
    publication->length = call->body_length;
    if (media_pack_is_one(call->body, call->body_length)) {
        if (!media_pack_open(call->body, call->body_length, beside, &publication->pack, &publication->faults,
                             &publication->notes))
            return;
        publication->text = publication->pack.text;
        publication->length = publication->pack.length;
        beside = publication->pack.folder;
    }
    if (bank_parse_beside(publication->text, publication->length, beside, &publication->bank, &publication->faults) !=
        BANK_OK)
        return;
    publication->media.folder = memory_copy(beside, strlen(beside));
    for (size_t i = 0; i < publication->bank->question_count; i++)
        media_errands_add(&publication->media, &publication->bank->questions[i]);
}

static void free_publication(struct publication *publication)
{
    bank_free(publication->bank);
    faults_clear(&publication->faults);
    faults_clear(&publication->notes);
    media_errands_clear(&publication->media);
    media_pack_close(&publication->pack);
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
    buffer_put(&json, ",\"notes\":");
    banks_put_faults(&json, &publication->notes);
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

static void refuse_foreign(struct publication *publication)
{
    refuse(publication, 403, "not_yours",
           "This bank belongs to another key: copy it, and keep the copy under an id of your own.");
}

static void refuse_taken(struct publication *publication)
{
    char why[MEDIA_NAME_MAX_BYTES + 160] =
        "This version is there already, with other content: a version never changes. Take the next one.";

    if (publication->taken != NULL)
        snprintf(why, sizeof why,
                 "%s is there already, with other content, and a version before may show it: give it another name.",
                 publication->taken);
    refuse(publication, 409, "exists", why);
}

static enum shelf_result keep_media(const struct publication *publication, const struct media_errand *errand)
{
    size_t length = 0;
    char *bytes = media_errand_read(&publication->media, errand, &length);
    struct shelf_media media = {.file = errand->file, .bytes = bytes, .length = length};
    enum shelf_result result = SHELF_FAULT;

    if (bytes == NULL)
        errno = ESTALE;
    else
        result = shelf_keep_media(publication->folder, publication->bank->id, &media);
    free(bytes);
    return result;
}

/* By its content first: another worker may be asked for a picture before it has looked at this bank. */
static enum shelf_result keep_all_media(struct publication *publication)
{
    const struct media_errands *media = &publication->media;
    enum shelf_result result = SHELF_FAULT;

    if (media_errands_keep(media, publication->call->engine->options.data) == MEDIA_KEPT)
        result = SHELF_KEPT;
    for (size_t i = 0; i < media->count && result != SHELF_FAULT; i++) {
        result = keep_media(publication, &media->list[i]);
        if (result != SHELF_TAKEN)
            continue;
        publication->taken = media->list[i].file;
        return SHELF_TAKEN;
    }
    return result == SHELF_FAULT ? SHELF_FAULT : SHELF_KEPT;
}

/* The bank comes last: whoever sees it sees its pictures. */
static void keep(uv_work_t *work)
{
    struct publication *publication = work->data;
    const struct call *call = publication->call;
    enum shelf_claim claim = shelf_claim(publication->folder, publication->bank->id, call->caller.key);

    publication->result = SHELF_FAULT;
    publication->fault = errno;
    publication->foreign = claim == CLAIM_FOREIGN && call->caller.role != ROLE_ADMIN;
    if (claim == CLAIM_FAULT || publication->foreign)
        return;
    publication->result = keep_all_media(publication);
    if (publication->result == SHELF_KEPT)
        publication->result =
            shelf_keep(publication->folder, publication->bank, publication->text, publication->length);
    publication->fault = errno;
}

static void kept(uv_work_t *work, int status)
{
    struct publication *publication = work->data;

    if (status == 0 && publication->foreign) {
        refuse_foreign(publication);
    } else if (status != 0 || publication->result == SHELF_FAULT) {
        if (status == 0)
            report("cannot keep a bank in %s: %s", publication->folder, strerror(publication->fault));
        refuse(publication, 503, publication->fault == ENOSPC ? "storage_full" : "busy",
               "The bank could not be written to the disk of the server.");
    } else if (publication->result == SHELF_TAKEN) {
        refuse_taken(publication);
    } else {
        library_refresh(publication->call->engine->library);
        tell_kept(publication);
    }
}

/* ---- what one key may keep ---- */

static const struct {
    const char *code;
    const char *what;
    size_t max;
} limits[] = {
    [LIMIT_NONE] = {"", "", 0},
    [LIMIT_BANKS] = {"too_many_banks", "banks", SHELF_BANKS_MAX},
    [LIMIT_VERSIONS] = {"too_many_versions", "versions of banks", SHELF_VERSIONS_MAX},
    [LIMIT_QUESTIONS] = {"too_many_questions", "questions in all versions of its banks", SHELF_QUESTIONS_MAX},
    [LIMIT_BYTES] = {"too_many_bytes", "bytes in all versions of its banks", SHELF_BYTES_MAX},
};

/* The library is sorted by id, so each owner is asked for once. */
static struct shelf_use used_by(const struct publication *publication, const char *key)
{
    const struct library *library = publication->call->engine->library;
    size_t length = strlen(publication->folder);
    struct shelf_use use = {0};
    char owner[SHELF_OWNER_SIZE] = "";
    const char *id = "";

    for (size_t i = 0; i < library_count(library); i++) {
        const struct library_entry *entry = library_at(library, i);
        bool next = strcmp(entry->id, id) != 0;
        if (strncmp(entry->path, publication->folder, length) != 0 || entry->path[length] != '/')
            continue;
        if (next)
            shelf_owner(publication->folder, entry->id, owner);
        id = entry->id;
        if (strcmp(owner, key) != 0)
            continue;
        use.banks += next;
        use.versions++;
        use.questions += entry->bank == NULL ? 0 : entry->bank->question_count;
        use.bytes += (size_t)entry->stamp.size;
    }
    return use;
}

/* An admin's limit is the disk. What is there already takes no place. */
static enum shelf_limit passed_limit(const struct publication *publication, enum standing standing)
{
    const struct call *call = publication->call;
    const struct bank *bank = publication->bank;
    char name[BANK_ID_MAX + BANK_VERSION_MAX + 2];

    snprintf(name, sizeof name, "%s@%s", bank->id, bank->version);
    if (call->caller.role == ROLE_ADMIN || library_find(call->engine->library, name) != NULL)
        return LIMIT_NONE;
    struct shelf_use use = used_by(publication, call->caller.key);
    struct shelf_use more = {.banks = standing == STANDING_NEW,
                             .versions = 1,
                             .questions = bank->question_count,
                             .bytes = publication->length};
    return shelf_limit(&use, &more);
}

static void refuse_limit(struct publication *publication, enum shelf_limit limit)
{
    struct buffer json;

    buffer_init(&json);
    buffer_print(&json,
                 "{\"error\":{\"code\":\"%s\",\"message\":\"A key may keep at most %zu %s; ask who runs this server "
                 "to remove old ones.\"},\"max\":%zu}",
                 limits[limit].code, limits[limit].max, limits[limit].what, limits[limit].max);
    call_json(publication->call, 409, json.text, json.length);
    buffer_clear(&json);
    free_publication(publication);
}

/* It was published before, its file has gone, and this is something else. */
static bool is_in_ledger_otherwise(const struct publication *publication)
{
    const struct bank *bank = publication->bank;
    const struct digest *published = ledger_find(&publication->call->engine->ledger, bank->id, bank->version);

    return published != NULL && memcmp(published, &bank->sha256, sizeof *published) != 0;
}

/* It is a bank; may it be kept here, under this id, by this key? */
static void admit(struct publication *publication)
{
    struct engine *engine = publication->call->engine;
    enum standing standing = banks_standing(publication->call, publication->bank->id);
    enum shelf_limit limit = passed_limit(publication, standing);

    if (standing == STANDING_FIXED)
        refuse(publication, 409, "exists", "Another bank has this id; choose a new one.");
    else if (standing == STANDING_FOREIGN)
        refuse_foreign(publication);
    else if (is_in_ledger_otherwise(publication))
        refuse(publication, 409, "exists",
               "This version was published before with other content: a version never changes. Take the next one.");
    else if (library_count(engine->library) >= LIBRARY_FILES_MAX)
        refuse(publication, 409, "full", "This server has as many banks as it can hold.");
    else if (limit != LIMIT_NONE)
        refuse_limit(publication, limit);
    else
        uv_queue_work(&engine->loop, &publication->work, keep, kept);
}

static void checked(uv_work_t *work, int status)
{
    struct publication *publication = work->data;

    if (status == 0)
        library_refresh(publication->call->engine->library);
    if (status != 0)
        refuse(publication, 503, "busy", "The server is stopping; try again in a moment.");
    else if (publication->bank == NULL)
        tell_faults(publication);
    else
        admit(publication);
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
    faults_init(&publication->notes, "");
    uv_queue_work(&call->engine->loop, &publication->work, check, checked);
}
