/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange.h - HTTP as libwebsockets carries it: reads one request, writes its reply. For ws.c, which owns the context.
 *
 * What a request means is told by http.h. Limits: path and query and each header as request.h says, a body of
 * REQUEST_BODY_MAX_BYTES with its length said beforehand.
 */
#ifndef HOITHI_ENGINE_EXCHANGE_H
#define HOITHI_ENGINE_EXCHANGE_H

#include <libwebsockets.h>
#include "engine/request.h"

struct engine;

/* What libwebsockets keeps with an HTTP connection, zeroed. */
struct exchange_slot {
    struct exchange *exchange; /* NULL: none begun */
};

/* The callback of the protocol "http"; its `user` is the engine. */
int exchange_on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length);

#endif
