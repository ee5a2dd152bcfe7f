/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ws.h - sockets, through libwebsockets: WebSocket sessions of the hub, and HTTP requests handed to http.h.
 *
 * All that was learned about libwebsockets 4.1.6 stands in ws.c. It knows the hub, and no Redis. One thread, the
 * caller's loop.
 */
#ifndef HOITHI_ENGINE_WS_H
#define HOITHI_ENGINE_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>
#include "engine/pins.h"
#include "rooms/hub.h"

#define WS_SILENT_JOIN_MS 30000 /* a connection that never joins is ended after this */
#define WS_PING_EVERY_MS 25000
#define WS_SILENCE_MS 60000
#define WS_FLUSH_MAX 2000 /* frames in one pass, so that answers are read in between */

struct ws;
struct connection;

struct ws_settings {
    uv_loop_t *loop;
    struct hub *hub;
    int listener; /* taken over from the supervisor; stays open when this ends */
    uint32_t connections_max;
    bool trust_proxy;
    const char *allowed_origin; /* of --public-url, or NULL: the Host that was asked */
    void *http;                 /* for http.h */
};

/* NULL: reported. */
struct ws *ws_new(const struct ws_settings *settings);
/* No more connections are taken; those there are stay. */
void ws_stop_listening(struct ws *ws);
void ws_free(struct ws *ws);
size_t ws_connections(const struct ws *ws);
/* Length of the loop's last turn. */
uint32_t ws_turn_ms(const struct ws *ws);
int64_t ws_now_ms(const struct ws *ws);

/* The hub's ports. */
void ws_writable(struct connection *connection);
void ws_close(struct connection *connection, enum close_code code);
void ws_line(struct connection *connection, struct line *out);
struct guesser *ws_guesser(struct connection *connection);

#endif
