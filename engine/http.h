/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h - what is asked over HTTP: pages, banks, rooms, boards, exports. One table of routes.
 */
#ifndef HOITHI_ENGINE_HTTP_H
#define HOITHI_ENGINE_HTTP_H

#include "engine/request.h"

struct engine;

/* `request` is borrowed for the call; the reply goes to `exchange`, now or later. */
void http_handle(struct engine *engine, const struct request *request, struct exchange *exchange);

/* What is kept of an archived room's board between its pages. Takes NULL. */
struct archived_rows;
void archived_rows_free(struct archived_rows *board);

/* How long a body this address takes: asked before it is read. */
size_t http_body_max(const struct engine *engine, enum method method, const char *path);

#endif
