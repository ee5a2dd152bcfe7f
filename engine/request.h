/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - one HTTP request as it was read, and its reply. Carried by ws.c (libwebsockets), answered by http.c.
 */
#ifndef HOITHI_ENGINE_REQUEST_H
#define HOITHI_ENGINE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/pins.h"

#define REQUEST_BODY_MAX_BYTES (256u << 10)
#define REQUEST_FILE_MAX_BYTES (8u << 20) /* where a file may be sent: see http_body_max() */
#define REQUEST_FILES_MAX 8               /* such bodies at once, a worker */
#define REQUEST_PATH_MAX 512
#define REQUEST_QUERY_MAX 512
#define REQUEST_HEADER_MAX 512
#define REQUEST_RANGE_MAX 64
#define REPLY_HEADERS_MAX 12

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OTHER };

struct request {
    enum method method;
    char path[REQUEST_PATH_MAX];
    char query[REQUEST_QUERY_MAX];
    char bearer[REQUEST_HEADER_MAX]; /* of Authorization; "" if none */
    char if_none_match[REQUEST_HEADER_MAX];
    char host[REQUEST_HEADER_MAX];
    char range[REQUEST_RANGE_MAX]; /* of bytes; "" if none, or too long to be one */
    bool gzip;                     /* is accepted */
    bool foreign;                  /* POST: a page of another site speaks */
    struct guesser guesser;        /* POST: from where */
    char *body;
    size_t body_length;
};

struct reply_header {
    const char *name; /* lower case, with its colon */
    const char *value;
};

/* Strings and bytes are copied, unless `constant`: then they live as long as the program, or until `release` is called
 * with `owner`. */
struct reply {
    unsigned status;
    const char *type;
    const void *body;
    size_t length;
    bool constant;
    void (*release)(void *owner); /* or NULL */
    void *owner;
    struct reply_header headers[REPLY_HEADERS_MAX];
    size_t header_count;
};

/* Names a request that waits for its reply; the client may have gone meanwhile, then the reply is dropped. */
struct exchange;
/* Once for each request, from inside http_handle() or later from the loop. */
void exchange_reply(struct exchange *exchange, const struct reply *reply);

#endif
