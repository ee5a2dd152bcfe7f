/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/address.h"
#include "engine/http_call.h"
#include "engine/pages.h"

/* ---- replies ---- */

static void free_call(struct call *call)
{
    free(call->body);
    free(call);
}

static void add_header(struct reply *reply, const char *name, const char *value)
{
    if (reply->header_count < REPLY_HEADERS_MAX)
        reply->headers[reply->header_count++] = (struct reply_header){name, value};
}

void call_reply(struct call *call, const struct reply *reply)
{
    struct reply whole = *reply;

    add_header(&whole, "x-content-type-options:", "nosniff");
    add_header(&whole, "referrer-policy:", "no-referrer");
    if (call->engine->options.tls_cert != NULL)
        add_header(&whole, "strict-transport-security:", "max-age=31536000");
    exchange_reply(call->exchange, &whole);
    free_call(call);
}

void call_json(struct call *call, unsigned status, const char *json, size_t length)
{
    struct reply reply = {.status = status, .type = "application/json; charset=utf-8", .body = json, .length = length};
    add_header(&reply, "cache-control:", "no-store");
    call_reply(call, &reply);
}

void call_error(struct call *call, unsigned status, const char *code, const char *message)
{
    struct buffer json;

    buffer_init(&json);
    buffer_put(&json, "{\"error\":{\"code\":");
    buffer_quote(&json, code);
    buffer_put(&json, ",\"message\":");
    buffer_quote(&json, message);
    buffer_put(&json, "}}");
    call_json(call, status, json.text, json.length);
    buffer_clear(&json);
}

void call_file(struct call *call, const char *type, const char *name, const void *bytes, size_t length)
{
    char disposition[160];
    struct reply reply = {.status = 200, .type = type, .body = bytes, .length = length};

    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s\"", name);
    add_header(&reply, "content-disposition:", disposition);
    add_header(&reply, "cache-control:", "no-store");
    call_reply(call, &reply);
}

/* ---- the query ---- */

static int hex_digit(char digit)
{
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                          : -1;
}

static bool decode(const char *text, size_t length, char *out, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        char letter = text[i] == '+' ? ' ' : text[i];
        if (letter == '%' && i + 2 < length + 0 && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            letter = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        }
        if (letter == '\0' || used + 1 >= size)
            return false;
        out[used++] = letter;
    }
    out[used] = '\0';
    return text_is_utf8(out, used);
}

bool call_word(const struct call *call, const char *name, char *out, size_t size)
{
    size_t name_length = strlen(name);

    for (const char *at = call->query; *at != '\0'; at += strcspn(at, "&"), at += *at == '&') {
        if (strncmp(at, name, name_length) == 0 && at[name_length] == '=') {
            const char *value = at + name_length + 1;
            return decode(value, strcspn(value, "&"), out, size);
        }
    }
    return false;
}

uint64_t call_number(const struct call *call, const char *name, uint64_t otherwise)
{
    char text[24];

    if (!call_word(call, name, text, sizeof text) || text[0] == '\0' || strspn(text, "0123456789") != strlen(text) ||
        strlen(text) > 18)
        return otherwise;
    return strtoull(text, NULL, 10);
}

/* ---- pages ---- */

static const struct page *find_page(const char *path)
{
    for (size_t i = 0; i < page_count; i++)
        if (strcmp(pages[i].path, path) == 0)
            return &pages[i];
    return NULL;
}

/* No inline script or style, nothing from another host; the socket goes back to where the page came from. */
static void write_policy(const struct call *call, char *out, size_t size)
{
    bool plain =
        call->host[0] != '\0' &&
        strspn(call->host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") == strlen(call->host);
    snprintf(out, size,
             "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
             "connect-src 'self'"
             "%s%s%s%s; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
             plain ? " ws://" : "", plain ? call->host : "", plain ? " wss://" : "", plain ? call->host : "");
}

static void send_page(struct call *call, const struct page *page)
{
    char policy[REQUEST_HEADER_MAX * 2 + 400];
    bool kept = strncmp(page->path, "/a/", 3) == 0;
    struct reply reply = {.status = 200, .type = page->type, .constant = true};

    write_policy(call, policy, sizeof policy);
    add_header(&reply, "etag:", page->etag);
    add_header(&reply, "cache-control:", kept ? "public, max-age=31536000, immutable" : "no-cache");
    add_header(&reply, "vary:", "accept-encoding");
    add_header(&reply, "content-security-policy:", policy);
    add_header(&reply, "x-frame-options:", "DENY");
    if (strcmp(call->if_none_match, page->etag) == 0) {
        reply.status = 304;
        reply.body = "";
    } else if (call->gzip && page->gzip != NULL) {
        add_header(&reply, "content-encoding:", "gzip");
        reply.body = page->gzip;
        reply.length = page->gzip_length;
    } else {
        reply.body = page->plain;
        reply.length = page->plain_length;
    }
    call_reply(call, &reply);
}

/* ---- small answers ---- */

static void show_health(struct call *call)
{
    struct engine *engine = call->engine;
    struct log_counts counts;
    struct buffer json;

    log_count(engine->log, &counts);
    buffer_init(&json);
    bool well = counts.storage == STORAGE_OK && engine->leaving_ms == 0;
    buffer_print(&json, "{\"status\":\"%s\",\"redis\":\"%s\",\"worker\":%u,\"version\":\"%s\"}", well ? "ok" : "unwell",
                 counts.storage == STORAGE_OK     ? "ok"
                 : counts.storage == STORAGE_FULL ? "full"
                                                  : "away",
                 engine->options.worker, HOITHI_VERSION);
    call_json(call, well ? 200 : 503, json.text, json.length);
    buffer_clear(&json);
}

static void show_metrics(struct call *call)
{
    char *text = metrics_text(call->engine);
    struct reply reply = {
        .status = 200, .type = "text/plain; version=0.0.4; charset=utf-8", .body = text, .length = strlen(text)};
    call_reply(call, &reply);
    free(text);
}

static void show_where(struct call *call)
{
    struct buffer json;
    struct listen_address listen;
    struct addresses addresses = {.count = 0};

    buffer_init(&json);
    buffer_put(&json, "{\"public_url\":");
    buffer_quote(&json, call->engine->options.public_url);
    buffer_put(&json, ",\"addresses\":[");
    if (listener_parse(call->engine->options.listen, &listen))
        addresses_find(&listen, call->engine->options.tls_cert == NULL ? "http" : "https", &addresses);
    for (size_t i = 0; i < addresses.count; i++) {
        buffer_put(&json, i == 0 ? "" : ",");
        buffer_quote(&json, addresses.urls[i]);
    }
    buffer_put(&json, "]}");
    call_json(call, 200, json.text, json.length);
    buffer_clear(&json);
}

/* ---- who asks ---- */

#define BY(role) (1u << (role))
#define ANYBODY 0u
#define HOST_KEY 1u << 16 /* a key, not a token */
#define HOSTS (BY(ROLE_HOST) | BY(ROLE_ADMIN))
#define JUDGES (HOSTS | BY(ROLE_JUDGE))

struct route {
    const char *pattern; /* '*' stands for one part of the path */
    enum method method;
    unsigned roles;
    void (*handle)(struct call *call);
    size_t body_max; /* 0: REQUEST_BODY_MAX_BYTES */
};

static const struct route routes[] = {
    {"/healthz", METHOD_GET, ANYBODY, show_health},
    {"/metrics", METHOD_GET, ANYBODY, show_metrics},
    {"/api/where", METHOD_GET, ANYBODY, show_where},
    {"/api/frames", METHOD_POST, ANYBODY, frames_carry},
    {"/api/banks", METHOD_GET, ANYBODY, banks_list},
    {"/api/banks", METHOD_POST, HOSTS | HOST_KEY, banks_publish, REQUEST_FILE_MAX_BYTES},
    {"/api/banks/check", METHOD_POST, HOSTS | HOST_KEY, banks_check, REQUEST_FILE_MAX_BYTES},
    {"/api/banks/import", METHOD_POST, HOSTS | HOST_KEY, banks_import, REQUEST_FILE_MAX_BYTES},
    {"/api/banks/template", METHOD_GET, ANYBODY, banks_template},
    {"/api/banks/*/compare", METHOD_GET, ANYBODY, banks_compare},
    {"/api/banks/*/*/export", METHOD_GET, ANYBODY, banks_export},
    {"/api/banks/*/*/media", METHOD_GET, ANYBODY, media_list},
    {"/api/banks/*/*/pack", METHOD_GET, ANYBODY, media_pack},
    {"/api/media", METHOD_POST, HOSTS | HOST_KEY, media_take, REQUEST_FILE_MAX_BYTES},
    {"/media/*", METHOD_GET, ANYBODY, media_show},
    {"/api/banks/*", METHOD_GET, ANYBODY, banks_show},
    {"/api/banks/*/*", METHOD_GET, ANYBODY, banks_show},
    {"/api/names", METHOD_POST, HOSTS | HOST_KEY, names_read, REQUEST_FILE_MAX_BYTES},
    {"/api/rooms", METHOD_POST, HOSTS | HOST_KEY, rooms_make},
    {"/api/rooms", METHOD_GET, JUDGES | HOST_KEY, rooms_show},
    {"/api/rooms/*/tokens", METHOD_POST, JUDGES, rooms_tokens},
    {"/api/rooms/*/given", METHOD_GET, HOSTS, rooms_given},
    {"/api/rooms/*/given", METHOD_POST, HOSTS, rooms_given},
    {"/api/rooms/*/board", METHOD_GET, JUDGES, rooms_board},
    {"/api/rooms/*/events", METHOD_GET, JUDGES, rooms_events},
    {"/api/rooms/*/marks", METHOD_GET, JUDGES, rooms_marks},
    {"/api/rooms/*/marks.*", METHOD_GET, JUDGES, rooms_marks},
    {"/api/rooms/*/*", METHOD_GET, JUDGES, rooms_export},
};

static bool match(const char *pattern, const char *path, char arguments[2][REQUEST_PATH_MAX])
{
    size_t argument = 0;

    while (*pattern != '\0') {
        if (*pattern != '*') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        size_t length = strcspn(path, "/");
        if (length == 0 || !decode(path, length, arguments[argument], REQUEST_PATH_MAX))
            return false;
        argument++;
        pattern++;
        path += length;
    }
    return *path == '\0';
}

static void enter(struct call *call)
{
    unsigned roles = call->route->roles;

    if (roles == ANYBODY) {
        call->route->handle(call);
        return;
    }
    if (call->caller.role == ROLE_NONE)
        call_error(call, 401, "bad_token", "This needs a key or a token: Authorization: Bearer ...");
    else if (!(roles & BY(call->caller.role)) || ((roles & (HOST_KEY)) && !call->caller.by_key))
        call_error(call, 403, "not_allowed", "This key or token may not do that.");
    else
        call->route->handle(call);
}

static void key_checked(void *context, enum key_answer answer, const struct key_record *record)
{
    struct call *call = context;

    if (answer == KEY_AWAY) {
        call_error(call, 503, "busy", "Storage is away; try again in a moment.");
        return;
    }
    if (answer == KEY_OK) {
        call->caller.role = record->role;
        call->caller.by_key = true;
        memcpy(call->caller.key, record->id, sizeof call->caller.key);
    } else if (call->route->roles != ANYBODY) {
        call_error(call, 401, "bad_token", "This key is not known here, or has been revoked.");
        return;
    }
    enter(call);
}

static void identify(struct call *call, const char *bearer)
{
    struct engine *engine = call->engine;
    struct claims claims;

    if (strncmp(bearer, "hk_", 3) == 0) {
        keys_check(engine->keys, bearer, strlen(bearer), (int64_t)uv_now(&engine->loop), key_checked, call);
        return;
    }
    if (bearer[0] != '\0') {
        enum token_result result =
            tokens_read(engine->tokens, bearer, strlen(bearer), log_wall_ms(engine->log), &claims);
        if (result != TOKEN_FINE && call->route->roles != ANYBODY) {
            call_error(call, 401, result == TOKEN_EXPIRED ? "expired_token" : "bad_token", "This token is not valid.");
            return;
        }
        if (result == TOKEN_FINE) {
            call->caller.role = claims.role;
            memcpy(call->caller.room, claims.room, sizeof call->caller.room);
        }
    }
    enter(call);
}

/* ---- a room that may be acted in ---- */

struct room_step {
    struct call *call;
    void (*next)(struct call *call);
};

static void room_found(void *context, enum rooms_answer answer, const struct room_record *record)
{
    struct room_step step = *(struct room_step *)context;
    struct call *call = step.call;

    free(context);
    if (answer == ROOMS_AWAY)
        call_error(call, 503, "busy", "Storage is away; try again in a moment.");
    else if (answer != ROOMS_OK || (call->caller.role != ROLE_ADMIN && !room_is_of(record, call->caller.key)))
        call_error(call, 404, "not_found", "There is no such room among yours.");
    else
        step.next(call);
}

void call_need_room(struct call *call, void (*next)(struct call *call))
{
    const char *room = call->arguments[0];

    if (!room_id_is_one(room)) {
        call_error(call, 404, "not_found", "There is no such room among yours.");
        return;
    }
    if (!call->caller.by_key) {
        if (strcmp(call->caller.room, room) == 0)
            next(call);
        else
            call_error(call, 403, "not_allowed", "This token is for another room.");
        return;
    }
    struct room_step *step = memory_new(1, sizeof *step);
    *step = (struct room_step){call, next};
    rooms_find(log_redis(call->engine->log), room, room_found, step);
}

/* ---- dispatch ---- */

/* A proxy may leave the sub-path of --public-url in front. */
static const char *without_prefix(const struct engine *engine, const char *path)
{
    const char *url = engine->options.public_url;
    const char *host = url == NULL ? NULL : strstr(url, "://");
    const char *prefix = host == NULL ? NULL : strchr(host + 3, '/');
    size_t length = prefix == NULL ? 0 : strlen(prefix);

    while (length > 0 && prefix[length - 1] == '/')
        length--;
    if (length == 0 || strncmp(path, prefix, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return path;
    return path[length] == '\0' ? "/" : path + length;
}

static struct call *new_call(struct engine *engine, const struct request *request, struct exchange *exchange)
{
    struct call *call = memory_new(1, sizeof *call);

    call->engine = engine;
    call->exchange = exchange;
    call->method = request->method;
    call->gzip = request->gzip;
    call->foreign = request->foreign;
    call->guesser = request->guesser;
    memcpy(call->query, request->query, sizeof call->query);
    memcpy(call->if_none_match, request->if_none_match, sizeof call->if_none_match);
    memcpy(call->host, request->host, sizeof call->host);
    memcpy(call->range, request->range, sizeof call->range);
    if (request->body != NULL) {
        call->body = memory_copy(request->body, request->body_length);
        call->body_length = request->body_length;
    }
    return call;
}

size_t http_body_max(const struct engine *engine, enum method method, const char *path)
{
    char arguments[2][REQUEST_PATH_MAX];

    path = without_prefix(engine, path);
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (routes[i].method == method && routes[i].body_max > 0 && match(routes[i].pattern, path, arguments))
            return routes[i].body_max;
    return REQUEST_BODY_MAX_BYTES;
}

void http_handle(struct engine *engine, const struct request *request, struct exchange *exchange)
{
    struct call *call = new_call(engine, request, exchange);
    const char *path = without_prefix(engine, request->path);
    enum method method = request->method == METHOD_HEAD ? METHOD_GET : request->method;
    const struct page *page = find_page(path);
    bool other_method = page != NULL;

    if (page != NULL && method == METHOD_GET) {
        send_page(call, page);
        return;
    }
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (!match(routes[i].pattern, path, call->arguments))
            continue;
        other_method = true;
        if (routes[i].method != method)
            continue;
        call->route = &routes[i];
        identify(call, request->bearer);
        return;
    }
    if (other_method)
        call_error(call, 405, "bad_method", "This address does not take that method.");
    else
        call_error(call, 404, "not_found", "There is nothing at this address.");
}
