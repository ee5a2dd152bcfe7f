/* SPDX-License-Identifier: Apache-2.0 */
/* ws_state.h - what ws.c, ws_wheel.c and exchange.c share. */
#ifndef HOITHI_ENGINE_WS_STATE_H
#define HOITHI_ENGINE_WS_STATE_H

#include <libwebsockets.h>
#include "engine/carrier.h"
#include "engine/ws.h"

#define WHEEL_SLOTS 64 /* a second each; more than WS_SILENT_MAX_S */
#define ROUND_TRIPS 3

/* What libwebsockets keeps for us with a socket. Small: there may be fifty thousand. */
struct connection {
    enum carrier carrier; /* first */
    struct lws *wsi;
    struct ws *ws;
    struct session *session; /* NULL: too busy, it is being closed */
    struct connection *flush_next, *flush_previous;
    struct connection *wheel_next, *wheel_previous;
    char *joined; /* the pieces of a long frame so far */
    struct guesser guesser;
    uint32_t joined_length;
    uint32_t read_at_s;
    uint32_t connected_at_s;
    uint32_t ping_at_ms;
    uint16_t round_trips_ms[ROUND_TRIPS];
    uint16_t close_code; /* 0: none */
    uint8_t wheel_slot;
    uint8_t round_trip_count;
    bool flushing; /* is in the flush list */
    bool waiting;  /* its socket is full: libwebsockets will call */
    bool oversized;
    bool ping_due;
    bool broken;
};

struct ws {
    struct ws_settings settings;
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct lws_protocols protocols[3];
    uv_poll_t listener;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t more; /* active while the flush list is not empty: the loop must not sleep on it */
    uv_timer_t second;
    uint64_t woke_at_ms;
    uint32_t now_s;
    struct connection *flush_first, *flush_last;
    struct connection *wheel[WHEEL_SLOTS];
    struct ws_counts counts;
    int handles; /* open ones of the above */
    bool listening;
};

/* Before a connection is upgraded: 0, or the HTTP status to refuse it with. `upgrade` is "websocket" or "h2c". */
unsigned ws_refusal(struct lws *wsi, const char *upgrade);
bool ws_origin_is_ours(struct lws *wsi);
void ws_know_peer(struct lws *wsi, struct guesser *out);

/* ---- the ping wheel ---- */
/* One look a second at a sixtieth of the connections, instead of a timer each. */
void wheel_add(struct connection *connection, uint32_t after_s);
void wheel_remove(struct connection *connection);
/* The second `ws->now_s` has come. */
void wheel_turn(struct ws *ws);
void wheel_pong(struct connection *connection);
uint32_t wheel_round_trip_ms(const struct connection *connection);
/* In a writable moment: a ping that was due. False: the connection is broken. */
bool wheel_write_ping(struct connection *connection);

#endif
