/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ws.h - libwebsockets: the clients of one worker, their WebSocket sessions, and every trick that makes it fast.
 *
 * It owns the context (HTTP lives in it, too: exchange.h) and takes clients from a listening socket that it is lent. It
 * carries frames between sockets and the hub; it knows no message, no room and no key. One thread, the caller's loop.
 */
#ifndef HOITHI_ENGINE_WS_H
#define HOITHI_ENGINE_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>
#include "engine/pins.h"
#include "rooms/hub.h"

#define WS_SUBPROTOCOL "hoithi.v1"
#define WS_PATH "/ws"
#define WS_PING_AFTER_S 25 /* of silence */
#define WS_SILENT_MAX_S 60 /* then it is closed */
#define WS_JOIN_MAX_S 30   /* without join or attach */
#define WS_ACCEPT_A_TURN 64
#define WS_TURNED_AWAY_MAX 256 /* connections beyond the most that are told so (1013); more are closed at once */
#define WS_MANY 20000          /* with more to write to, */
#define WS_FLUSH_A_TURN 2000   /* at most so many a turn, so that answers are read in between */

struct ws;
struct connection;
struct engine;

struct ws_settings {
    uv_loop_t *loop;
    struct hub *hub;
    struct engine *engine; /* for http.h */
    int listener;          /* lent; stays open when this ends */
    uint32_t connections_max;
    bool trust_proxy;
    const char *allowed_origin; /* of --public-url, or NULL: the Host that was asked */
    const char *tls_cert;       /* or NULL */
    const char *tls_key;
};

struct ws_counts {
    uint64_t accepted, frames_out, bytes_in, bytes_out, waits, turned_away, silent_closed;
    uint32_t connections, flushing, turn_ms, turn_max_ms;
};

/* Takes clients from then on. NULL: reported. */
struct ws *ws_new(const struct ws_settings *settings);
/* No more clients are taken; those there are stay. */
void ws_stop_listening(struct ws *ws);
/* The loop must run on for a turn or two. Takes NULL. */
void ws_free(struct ws *ws);
void ws_count(const struct ws *ws, struct ws_counts *out);

/* The hub's ports. */
void ws_writable(struct connection *connection);
void ws_close(struct connection *connection, enum close_code code);
void ws_line(struct connection *connection, struct line *out);
/* The PIN guesses of a connection. */
struct guesser *ws_guesser(struct connection *connection);

#endif
