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

#endif
