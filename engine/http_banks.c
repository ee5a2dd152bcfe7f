/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/http_call.h"
#include "engine/shelf.h"

static const char *const visibilities[] = {
    [VISIBILITY_HOSTS] = "hosts", [VISIBILITY_PRACTICE] = "practice", [VISIBILITY_SEALED] = "sealed"};

static bool is_staff(const struct call *call)
{
    return call->caller.role == ROLE_HOST || call->caller.role == ROLE_JUDGE || call->caller.role == ROLE_ADMIN;
}

static bool may_list(const struct call *call, const struct bank *bank)
{
    return is_staff(call) || bank->visibility == VISIBILITY_PRACTICE;
}

static void put_kinds(struct buffer *json, const struct bank *bank)
{
    uint32_t counts[KIND_COUNT] = {0};
    bool first = true;

    for (size_t i = 0; i < bank->question_count; i++)
        counts[bank->questions[i].shape.kind]++;
    buffer_put(json, "{");
    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        if (counts[kind] == 0)
            continue;
        buffer_print(json, "%s\"%s\":%u", first ? "" : ",", kind_name((enum kind)kind), counts[kind]);
        first = false;
    }
    buffer_put(json, "}");
}

static void put_versions(struct buffer *json, const struct library *library, const char *id)
{
    bool first = true;

    buffer_put(json, "[");
    for (size_t i = 0; i < library_count(library); i++) {
        const struct library_entry *entry = library_at(library, i);
        if (entry->bank == NULL || strcmp(entry->id, id) != 0)
            continue;
        buffer_put(json, first ? "" : ",");
        buffer_quote(json, entry->version);
        first = false;
    }
    buffer_put(json, "]");
}

static bool is_in(const char *folder, const char *path)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

static enum standing standing_on(const struct call *call, const char *folder, const char *id)
{
    const struct library *library = call->engine->library;
    char owner[SHELF_OWNER_SIZE];
    bool there = false;

    for (size_t i = 0; i < library_count(library); i++) {
        const struct library_entry *entry = library_at(library, i);
        if (strcmp(entry->id, id) != 0)
            continue;
        if (!is_in(folder, entry->path))
            return STANDING_FIXED;
        there = true;
    }
    shelf_owner(folder, id, owner);
    if (!there && owner[0] == '\0')
        return STANDING_NEW;
    return call->caller.by_key && (call->caller.role == ROLE_ADMIN || strcmp(owner, call->caller.key) == 0)
               ? STANDING_OWN
               : STANDING_FOREIGN;
}

enum standing banks_standing(const struct call *call, const char *id)
{
    char *folder = shelf_folder(call->engine->options.data);
    enum standing standing = standing_on(call, folder, id);

    free(folder);
    return standing;
}

static void put_bank(struct buffer *json, const struct call *call, const struct bank *bank)
{
    const struct library *library = call->engine->library;
    char sha256[DIGEST_HEX_SIZE];

    digest_hex(&bank->sha256, sha256);
    buffer_print(json, "{\"id\":\"%s\",\"version\":\"%s\",\"versions\":", bank->id, bank->version);
    put_versions(json, library, bank->id);
    buffer_print(json, ",\"title\":%s,\"description\":%s,\"languages\":%s", bank->title_json,
                 bank->description_json == NULL ? "null" : bank->description_json, bank->languages_json);
    buffer_print(json, ",\"questions\":%zu,\"sha256\":\"%s\",\"visibility\":\"%s\",\"kinds\":", bank->question_count,
                 sha256, visibilities[bank->visibility]);
    put_kinds(json, bank);
    if (call->caller.by_key)
        buffer_print(json, ",\"own\":%s", banks_standing(call, bank->id) == STANDING_OWN ? "true" : "false");
    buffer_put(json, ",\"faults\":0}");
}

static void put_faulty(struct buffer *json, const struct library_entry *entry)
{
    buffer_put(json, "{\"id\":");
    buffer_quote(json, entry->id);
    buffer_put(json, ",\"version\":");
    buffer_quote(json, entry->version);
    buffer_print(json, ",\"faults\":%zu,\"fault\":", entry->faults.count + entry->faults.dropped);
    const struct fault *fault = &entry->faults.list[0];
    struct buffer line;
    buffer_init(&line);
    buffer_print(&line, "%s:%zu:%zu: %s", entry->path, fault->line, fault->column, fault->message);
    buffer_quote(json, line.text);
    buffer_clear(&line);
    buffer_put(json, "}");
}

void banks_list(struct call *call)
{
    const struct library *library = call->engine->library;
    struct buffer json;
    bool first = true;

    if (is_staff(call)) /* another worker may just have kept a new one */
        library_refresh(call->engine->library);
    buffer_init(&json);
    buffer_put(&json, "{\"banks\":[");
    for (size_t i = 0; i < library_count(library); i++) {
        const struct library_entry *entry = library_at(library, i);
        bool faulty = entry->faults.count > 0 && is_staff(call);
        bool newest = entry->bank != NULL && library_find(library, entry->id) == entry;
        if (!(newest && may_list(call, entry->bank)) && !faulty)
            continue;
        buffer_put(&json, first ? "" : ",");
        first = false;
        if (faulty)
            put_faulty(&json, entry);
        else
            put_bank(&json, call, entry->bank);
    }
    buffer_put(&json, "]}");
    call_json(call, 200, json.text, json.length);
    buffer_clear(&json);
}

/* ---- one bank ---- */

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;

    *length = 0;
    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && ftell(file) >= 0 && (unsigned long)ftell(file) <= BANK_FILE_MAX_BYTES) {
        size_t size = (size_t)ftell(file);
        rewind(file);
        bytes = memory_new(size + 1, 1);
        *length = fread(bytes, 1, size, file);
    }
    fclose(file);
    return bytes;
}

static void send_bank(struct call *call, const struct library_entry *entry)
{
    char etag[DIGEST_HEX_SIZE + 2], sha256[DIGEST_HEX_SIZE];
    struct reply reply = {.status = 200, .type = "application/json; charset=utf-8"};
    size_t length = 0;
    struct digest digest;

    digest_hex(&entry->bank->sha256, sha256);
    snprintf(etag, sizeof etag, "\"%s\"", sha256);
    reply.headers[reply.header_count++] = (struct reply_header){"etag:", etag};
    reply.headers[reply.header_count++] = (struct reply_header){"cache-control:", "no-cache"};
    if (strcmp(call->if_none_match, etag) == 0) {
        reply.status = 304;
        reply.body = "";
        call_reply(call, &reply);
        return;
    }
    char *bytes = read_file(entry->path, &length);
    if (bytes != NULL)
        digest_of(bytes, length, &digest);
    if (bytes == NULL || memcmp(&digest, &entry->bank->sha256, sizeof digest) != 0) {
        call_error(call, 503, "busy", "This bank is being changed; try again in a moment.");
    } else {
        reply.body = bytes;
        reply.length = length;
        call_reply(call, &reply);
    }
    free(bytes);
}

static const struct library_entry *find(const struct call *call, const char *id, const char *version)
{
    char name[2 * REQUEST_PATH_MAX + 2];

    snprintf(name, sizeof name, version[0] == '\0' ? "%s" : "%s@%s", id, version);
    const struct library_entry *entry = library_find(call->engine->library, name);
    if (entry != NULL || !is_staff(call) || library_refresh(call->engine->library) == 0)
        return entry;
    return library_find(call->engine->library, name); /* another worker had just kept it */
}

bool banks_is_open(const struct call *call, const struct bank *bank)
{
    switch (bank->visibility) {
    case VISIBILITY_PRACTICE:
        return true;
    case VISIBILITY_HOSTS:
        return is_staff(call);
    case VISIBILITY_SEALED:
        return call->caller.role == ROLE_ADMIN || banks_standing(call, bank->id) == STANDING_OWN;
    }
    return false;
}

const struct library_entry *banks_open(const struct call *call, const char *id, const char *version)
{
    const struct library_entry *entry = find(call, id, version);

    return entry != NULL && banks_is_open(call, entry->bank) ? entry : NULL;
}

const struct library_entry *banks_open_one(const struct call *call)
{
    return banks_open(call, call->arguments[0], call->arguments[1]);
}

void banks_show(struct call *call)
{
    const struct library_entry *entry = find(call, call->arguments[0], call->arguments[1]);

    if (entry != NULL && banks_is_open(call, entry->bank)) {
        send_bank(call, entry);
    } else if (entry != NULL && is_staff(call)) {
        struct buffer json; /* sealed: that it is there, and which content it has */
        buffer_init(&json);
        put_bank(&json, call, entry->bank);
        call_json(call, 200, json.text, json.length);
        buffer_clear(&json);
    } else {
        call_error(call, 404, "not_found", "There is no such bank for you.");
    }
}
