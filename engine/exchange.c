/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/exchange.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "engine/http.h"
#include "engine/worker.h"
#include "engine/ws_state.h"
#include "question-banks/memory.h"

#define BODY_CHUNK_BYTES 16384
#define BODY_READ_AWAY_MAX (64 << 20) /* of a body that is refused: read and dropped, so its sender can read why */
#define HEADERS_MAX_BYTES 4096
#define LENGTH_TEXT_MAX 24

struct exchange {
    struct engine *engine;
    struct lws *wsi; /* NULL: the client has gone */
    struct request request;
    size_t body_max;
    bool counted; /* in the engine's file_bodies */
    bool handled; /* http_handle() knows it, so it must be replied to */
    bool replied;
    bool headers_sent;
    bool closes;                   /* the connection is of no use afterwards: what comes next is not the next request */
    const struct refusal *refusal; /* once the body has been read away */
    unsigned status;
    char *headers; /* "name:\tvalue\n" for each */
    char *type;
    unsigned char *body;
    const unsigned char *bytes; /* of the body, or constant */
    void (*release)(void *owner);
    void *owner;
    size_t length, sent;
};

static void exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    if (exchange->counted)
        exchange->engine->file_bodies--;
    free(exchange->request.body);
    free(exchange->headers);
    free(exchange->type);
    free(exchange->body);
    if (exchange->release != NULL)
        exchange->release(exchange->owner);
    free(exchange);
}

/* ---- the reply ---- */

static void copy_headers(struct exchange *exchange, const struct reply *reply)
{
    size_t length = 0;
    exchange->headers = memory_new(HEADERS_MAX_BYTES, 1);
    for (size_t i = 0; i < reply->header_count; i++) {
        int added = snprintf(exchange->headers + length, HEADERS_MAX_BYTES - length, "%s\t%s\n", reply->headers[i].name,
                             reply->headers[i].value);
        if (added < 0 || length + (size_t)added >= HEADERS_MAX_BYTES)
            break;
        length += (size_t)added;
    }
    exchange->headers[length] = '\0';
}

void exchange_reply(struct exchange *exchange, const struct reply *reply)
{
    assert(!exchange->replied);
    exchange->replied = true;
    exchange->release = reply->release;
    exchange->owner = reply->owner;
    if (exchange->wsi == NULL) {
        exchange_free(exchange);
        return;
    }
    exchange->status = reply->status;
    exchange->type = reply->type == NULL ? NULL : memory_copy(reply->type, strlen(reply->type));
    exchange->length = reply->length;
    copy_headers(exchange, reply);
    if (reply->constant)
        exchange->bytes = reply->body;
    else
        exchange->bytes = exchange->body = (unsigned char *)memory_copy(reply->body, reply->length);
    lws_callback_on_writable(exchange->wsi);
}

/* Faults of the request itself, before anybody is asked what it means. */
struct refusal {
    unsigned status;
    const char *code;
    const char *message;
};
static const struct refusal no_length = {411, "bad_args", "A body must say its length beforehand (Content-Length)."};
static const struct refusal long_body = {413, "too_big", "A body has at most 262144 bytes."};
static const struct refusal long_file = {413, "too_big", "A file has at most 8388608 bytes."};
static const struct refusal many_files = {503, "busy", "Several files are being read; try again in a moment."};
static const struct refusal long_address = {414, "too_big", "This address is too long."};
static const struct refusal long_header = {431, "too_big", "A header is too long."};
_Static_assert(REQUEST_BODY_MAX_BYTES == 262144 && REQUEST_FILE_MAX_BYTES == 8388608, "as the messages say");

static void refuse(struct exchange *exchange)
{
    const struct refusal *refusal = exchange->refusal;
    char json[256];
    struct reply reply = {.status = refusal->status, .type = "application/json; charset=utf-8", .body = json};

    int length = snprintf(json, sizeof json, "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}", refusal->code,
                          refusal->message);
    assert(length > 0 && (size_t)length < sizeof json);
    reply.length = (size_t)length;
    exchange->handled = true;
    exchange_reply(exchange, &reply);
}

static bool add_header(struct lws *wsi, const char *name, const char *value, unsigned char **at, unsigned char *end)
{
    return lws_add_http_header_by_name(wsi, (const unsigned char *)name, (const unsigned char *)value,
                                       (int)strlen(value), at, end) == 0;
}

static bool add_headers(struct exchange *exchange, unsigned char **at, unsigned char *end)
{
    struct lws *wsi = exchange->wsi;

    if (exchange->type != NULL && !add_header(wsi, "content-type:", exchange->type, at, end))
        return false;
    if (exchange->closes && !add_header(wsi, "connection:", "close", at, end))
        return false;
    for (char *line = exchange->headers; *line != '\0';) {
        char *tab = strchr(line, '\t');
        char *stop = strchr(tab, '\n');
        *tab = *stop = '\0';
        if (!add_header(wsi, line, tab + 1, at, end))
            return false;
        line = stop + 1;
    }
    return true;
}

static bool has_body(const struct exchange *exchange)
{
    return exchange->length > 0 && exchange->request.method != METHOD_HEAD && exchange->status != 304;
}

static bool send_headers(struct exchange *exchange)
{
    unsigned char buffer[LWS_PRE + 2 * HEADERS_MAX_BYTES];
    unsigned char *start = buffer + LWS_PRE;
    unsigned char *at = start;
    unsigned char *end = buffer + sizeof buffer - 1;
    struct lws *wsi = exchange->wsi;

    if (lws_add_http_header_status(wsi, exchange->status, &at, end) || !add_headers(exchange, &at, end))
        return false;
    /* A 304 has the length of what it does not send, or none: so none. */
    if (exchange->status != 304 && lws_add_http_header_content_length(wsi, exchange->length, &at, end))
        return false;
    if (lws_finalize_http_header(wsi, &at, end))
        return false;
    enum lws_write_protocol how = LWS_WRITE_HTTP_HEADERS;
    if (!has_body(exchange)) {
        how = LWS_WRITE_HTTP_HEADERS | LWS_WRITE_H2_STREAM_END;
        exchange->sent = exchange->length;
    }
    exchange->headers_sent = true;
    return lws_write(wsi, start, (size_t)(at - start), how) >= 0;
}

static bool send_body(struct exchange *exchange)
{
    unsigned char chunk[LWS_PRE + BODY_CHUNK_BYTES];
    size_t length = exchange->length - exchange->sent;

    if (length > BODY_CHUNK_BYTES)
        length = BODY_CHUNK_BYTES;
    memcpy(chunk + LWS_PRE, exchange->bytes + exchange->sent, length);
    exchange->sent += length;
    return lws_write(exchange->wsi, chunk + LWS_PRE, length,
                     exchange->sent == exchange->length ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) >= 0;
}

static int on_writeable(struct exchange_slot *slot)
{
    struct exchange *exchange = slot->exchange;

    if (exchange == NULL || !exchange->replied)
        return 0;
    struct lws *wsi = exchange->wsi;
    if (!exchange->headers_sent && !send_headers(exchange))
        return -1;
    if (exchange->sent < exchange->length && !send_body(exchange))
        return -1;
    if (exchange->sent < exchange->length) {
        lws_callback_on_writable(wsi);
        return 0;
    }
    bool closes = exchange->closes;
    exchange_free(exchange);
    slot->exchange = NULL;
    return lws_http_transaction_completed(wsi) || closes ? -1 : 0;
}

/* ---- the request ---- */

static const struct {
    enum lws_token_indexes token;
    enum method method;
} methods[] = {{WSI_TOKEN_GET_URI, METHOD_GET}, {WSI_TOKEN_HEAD_URI, METHOD_HEAD}, {WSI_TOKEN_POST_URI, METHOD_POST}};

static enum method method_of(struct lws *wsi)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (lws_hdr_total_length(wsi, methods[i].token) > 0)
            return methods[i].method;
    return METHOD_OTHER;
}

/* False: too long. A header that is absent is "". */
static bool read_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t size)
{
    out[0] = '\0';
    if (lws_hdr_total_length(wsi, token) <= 0)
        return true;
    if (lws_hdr_copy(wsi, out, (int)size, token) >= 0)
        return true;
    out[0] = '\0';
    return false;
}

static bool read_query(struct lws *wsi, struct request *request)
{
    char piece[REQUEST_QUERY_MAX];
    size_t used = 0;

    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS) >= REQUEST_QUERY_MAX)
        return false;
    for (int i = 0; lws_hdr_copy_fragment(wsi, piece, sizeof piece, WSI_TOKEN_HTTP_URI_ARGS, i) > 0; i++) {
        int added = snprintf(request->query + used, sizeof request->query - used, "%s%s", used == 0 ? "" : "&", piece);
        if (added < 0 || used + (size_t)added >= sizeof request->query)
            return false;
        used += (size_t)added;
    }
    return true;
}

static bool read_headers(struct lws *wsi, struct request *request)
{
    char value[REQUEST_HEADER_MAX];

    if (!read_header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, value, sizeof value))
        return false;
    if (strncasecmp(value, "Bearer ", 7) == 0)
        memcpy(request->bearer, value + 7, strlen(value + 7) + 1);
    explicit_bzero(value, sizeof value);
    if (!read_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, request->if_none_match, sizeof request->if_none_match) ||
        !read_header(wsi, WSI_TOKEN_HOST, request->host, sizeof request->host) ||
        !read_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, value, sizeof value))
        return false;
    request->gzip = strstr(value, "gzip") != NULL;
    (void)read_header(wsi, WSI_TOKEN_HTTP_RANGE, request->range, sizeof request->range);
    return true;
}

/* -1: said, but not a length. */
static long long length_said(struct lws *wsi)
{
    char text[LENGTH_TEXT_MAX];
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0)
        return 0;
    if (lws_hdr_copy(wsi, text, sizeof text, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0 || strlen(text) > 15 ||
        strspn(text, "0123456789") != strlen(text))
        return -1;
    return strtoll(text, NULL, 10);
}

/* Most addresses take short bodies only; where a file may come, few may come at once. */
static const struct refusal *admit_body(struct exchange *exchange, const char *path, long long length)
{
    exchange->body_max = REQUEST_BODY_MAX_BYTES;
    if (length <= (long long)REQUEST_BODY_MAX_BYTES)
        return NULL;
    exchange->body_max = http_body_max(exchange->engine, exchange->request.method, path);
    if (length > (long long)exchange->body_max)
        return exchange->body_max == REQUEST_BODY_MAX_BYTES ? &long_body : &long_file;
    if (exchange->engine->file_bodies >= REQUEST_FILES_MAX)
        return &many_files;
    exchange->engine->file_bodies++;
    exchange->counted = true;
    return NULL;
}

static const struct refusal *read_request(struct exchange *exchange, const char *path, long long length)
{
    struct request *request = &exchange->request;

    request->method = method_of(exchange->wsi);
    if (lws_hdr_total_length(exchange->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0 || length < 0)
        return &no_length;
    if (strlen(path) >= sizeof request->path || !read_query(exchange->wsi, request))
        return &long_address;
    if (!read_headers(exchange->wsi, request))
        return &long_header;
    memcpy(request->path, path, strlen(path) + 1);
    if (request->method == METHOD_POST) {
        request->foreign = !ws_origin_is_ours(exchange->wsi);
        ws_know_peer(exchange->wsi, &request->guesser);
    }
    return admit_body(exchange, path, length);
}

/* The request is whole: its body has been read, or read away. */
static void handle(struct exchange *exchange)
{
    exchange->handled = true;
    if (exchange->refusal != NULL)
        refuse(exchange);
    else
        http_handle(exchange->engine, &exchange->request, exchange);
}

static void begin(struct exchange *exchange, const char *path)
{
    long long length = length_said(exchange->wsi);

    exchange->refusal = read_request(exchange, path, length);
    exchange->closes = exchange->refusal == &no_length || (exchange->refusal != NULL && length > BODY_READ_AWAY_MAX);
    if (length <= 0 || exchange->closes)
        handle(exchange); /* otherwise HTTP_BODY and its completion follow */
}

static int on_request(struct lws *wsi, struct exchange_slot *slot, const char *path)
{
    if (slot->exchange != NULL) /* the one before is not answered yet: it cannot be followed */
        return -1;
    slot->exchange = memory_new(1, sizeof *slot->exchange);
    slot->exchange->wsi = wsi;
    slot->exchange->engine = lws_get_protocol(wsi)->user;
    begin(slot->exchange, path);
    return 0;
}

static int on_body(struct exchange *exchange, const void *bytes, size_t length)
{
    if (exchange == NULL)
        return -1;
    struct request *request = &exchange->request;
    if (exchange->handled || exchange->refusal != NULL)
        return 0;
    if (request->body_length + length > exchange->body_max) {
        exchange->refusal = &long_body;
        return 0;
    }
    request->body = memory_grow(request->body, request->body_length + length + 1, 1);
    memcpy(request->body + request->body_length, bytes, length);
    request->body_length += length;
    request->body[request->body_length] = '\0';
    return 0;
}

static int on_body_end(struct exchange *exchange)
{
    if (exchange == NULL)
        return -1;
    if (!exchange->handled)
        handle(exchange);
    return 0;
}

static void on_gone(struct exchange_slot *slot)
{
    struct exchange *exchange = slot->exchange;

    slot->exchange = NULL;
    if (exchange == NULL)
        return;
    if (exchange->handled && !exchange->replied)
        exchange->wsi = NULL; /* whoever is to reply frees it */
    else
        exchange_free(exchange);
}

/* 0: go on; 1: it has been answered here; -1: hang up. */
static int on_upgrade(struct lws *wsi, const char *upgrade)
{
    unsigned status = ws_refusal(wsi, upgrade);
    if (status == 0)
        return 0;
    (void)lws_return_http_status(wsi, status, NULL);
    return -1;
}

int exchange_on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
    struct exchange_slot *slot = user;

    switch ((int)reason) {
    case LWS_CALLBACK_HTTP:
        return on_request(wsi, slot, in);
    case LWS_CALLBACK_HTTP_BODY:
        return on_body(slot->exchange, in, length);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return on_body_end(slot->exchange);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return on_writeable(slot);
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        if (slot != NULL)
            on_gone(slot);
        return 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return on_upgrade(wsi, in);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: /* a WebSocket is not spoken here */
        return -1;
    default: /* libwebsockets has a hundred reasons more */
        return 0;
    }
}
