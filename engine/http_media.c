/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures and sounds over HTTP, under the name of their content. Whoever knows a SHA-256 may have the file: it is told
 * in the question's frame, or in the list of a bank that one may see, and nowhere else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/http_call.h"
#include "engine/media_keep.h"

static const char no_media[] = "There is no such picture or sound.";

/* ---- one file ---- */

/* The question of a bank here that has it; `*entry` is the bank's. */
static const struct question *find_in_library(const struct library *library, const struct digest *sha256,
                                              const struct library_entry **entry)
{
    for (size_t i = 0; i < library_count(library); i++) {
        *entry = library_at(library, i);
        const struct bank *bank = (*entry)->bank;
        for (size_t q = 0; bank != NULL && q < bank->question_count; q++) {
            const struct media *media = bank->questions[q].media;
            if (media != NULL && memcmp(&media->sha256, sha256, sizeof *sha256) == 0)
                return &bank->questions[q];
        }
    }
    return NULL;
}

static struct media_bytes *read_from_library(struct engine *engine, const char *name, const struct digest *sha256)
{
    const struct library_entry *entry = NULL;
    const struct question *question = find_in_library(engine->library, sha256, &entry);
    char own[MEDIA_NAME_SIZE];
    struct media_errands errands;
    size_t length = 0;

    if (question == NULL)
        return NULL;
    media_name(question->media, own);
    if (strcmp(own, name) != 0)
        return NULL;
    media_errands_init(&errands, entry->path);
    media_errands_add(&errands, question);
    char *bytes = media_errand_read(&errands, &errands.list[0], &length);
    media_errands_clear(&errands);
    return bytes == NULL ? NULL : media_store_remember(engine->media, name, bytes, length);
}

struct range {
    size_t from;
    size_t length;
};
enum range_said { RANGE_NONE, RANGE_FINE, RANGE_OUTSIDE };

/* False if there are no digits, or far too many. */
static bool read_digits(const char **at, uint64_t *out)
{
    size_t digits = strspn(*at, "0123456789");

    if (digits == 0 || digits > 15)
        return false;
    *out = strtoull(*at, NULL, 10);
    *at += digits;
    return true;
}

/* "bytes=0-99", "bytes=100-", "bytes=-100" (RFC 9110, 14.2). What is none of these, or several at once, is passed over:
 * then the whole file goes out. */
static enum range_said read_range(const char *text, size_t length, struct range *out)
{
    uint64_t first = 0;
    uint64_t last = 0;

    if (strncmp(text, "bytes=", 6) != 0)
        return RANGE_NONE;
    text += 6;
    bool has_first = read_digits(&text, &first);
    if (*text++ != '-')
        return RANGE_NONE;
    bool has_last = read_digits(&text, &last);
    if (*text != '\0' || (!has_first && !has_last) || (has_first && has_last && last < first))
        return RANGE_NONE;
    if (!has_first) {
        first = last >= length ? 0 : length - last;
        has_last = last > 0;
        last = length - 1;
        if (!has_last)
            return RANGE_OUTSIDE;
    }
    if (first >= length)
        return RANGE_OUTSIDE;
    if (!has_last || last >= length)
        last = length - 1;
    *out = (struct range){first, last - first + 1};
    return RANGE_FINE;
}

static void put_header(struct reply *reply, const char *name, const char *value)
{
    reply->headers[reply->header_count++] = (struct reply_header){name, value};
}

/* Takes the hold on `file`: the reply gives it back once it is sent. */
static void send_file(struct call *call, struct media_bytes *file, const char *type)
{
    struct range range = {0, file->length};
    enum range_said said = read_range(call->range, file->length, &range);
    char etag[MEDIA_NAME_SIZE + 2], told[80];
    struct reply reply = {.type = type, .constant = true, .release = media_bytes_drop, .owner = file};

    snprintf(etag, sizeof etag, "\"%.64s\"", file->name);
    put_header(&reply, "etag:", etag);
    put_header(&reply, "cache-control:", "public, max-age=31536000, immutable");
    put_header(&reply, "accept-ranges:", "bytes");
    put_header(&reply, "content-security-policy:", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    put_header(&reply, "cross-origin-resource-policy:", "same-origin");
    reply.status = said == RANGE_NONE ? 200 : said == RANGE_FINE ? 206 : 416;
    reply.body = file->bytes + range.from;
    reply.length = range.length;
    if (strcmp(call->if_none_match, etag) == 0) {
        reply.status = 304;
        reply.length = 0;
    } else if (said == RANGE_FINE) {
        snprintf(told, sizeof told, "bytes %zu-%zu/%zu", range.from, range.from + range.length - 1, file->length);
        put_header(&reply, "content-range:", told);
    } else if (said == RANGE_OUTSIDE) {
        snprintf(told, sizeof told, "bytes */%zu", file->length);
        put_header(&reply, "content-range:", told);
        reply.length = 0;
    }
    call_reply(call, &reply);
}

void media_show(struct call *call)
{
    const char *name = call->arguments[0];
    struct digest sha256;
    enum media_type type = MEDIA_TYPE_COUNT;

    if (!media_name_read(name, &sha256, &type)) {
        call_error(call, 404, "not_found", no_media);
        return;
    }
    struct media_bytes *file = media_store_find(call->engine->media, name);
    if (file == NULL)
        file = read_from_library(call->engine, name, &sha256);
    if (file == NULL)
        call_error(call, 404, "not_found", no_media);
    else
        send_file(call, file, media_content_type(type));
}

/* ---- all of a bank ---- */

void media_put(struct buffer *json, const struct media *media)
{
    char name[MEDIA_NAME_SIZE];

    media_name(media, name);
    buffer_print(json, "{\"url\":\"media/%s\",\"kind\":\"%s\"", name,
                 media_is_sound(media->type) ? "sound" : "picture");
    if (media_is_sound(media->type))
        buffer_print(json, ",\"length_ms\":%u}", media->length_ms);
    else
        buffer_print(json, ",\"width\":%u,\"height\":%u}", media->width, media->height);
}

/* {"media/NAME": {…}}: a file that two questions have stands there once. */
static void put_all(struct buffer *json, const struct bank *bank)
{
    bool first = true;

    for (size_t i = 0; i < bank->question_count; i++) {
        const struct question *question = &bank->questions[i];
        size_t before = 0;
        if (question->media == NULL)
            continue;
        while (before < i && (bank->questions[before].media == NULL ||
                              strcmp(bank->questions[before].media_file, question->media_file) != 0))
            before++;
        if (before < i)
            continue;
        buffer_put(json, first ? "" : ",");
        buffer_quote(json, question->media_file);
        buffer_put(json, ":");
        media_put(json, question->media);
        first = false;
    }
}

void media_list(struct call *call)
{
    const struct library_entry *entry = banks_open_one(call);
    struct buffer json;

    if (entry == NULL) {
        call_error(call, 404, "not_found", "There is no such bank for you.");
        return;
    }
    buffer_init(&json);
    buffer_put(&json, "{\"media\":{");
    put_all(&json, entry->bank);
    buffer_put(&json, "}}");
    call_json(call, 200, json.text, json.length);
    buffer_clear(&json);
}
