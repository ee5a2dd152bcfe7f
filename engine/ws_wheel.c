/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ws_state.h"
#include <string.h>

#define PING_AGAIN_S 10

void wheel_add(struct connection *connection, uint32_t after_s)
{
    struct ws *ws = connection->ws;
    connection->wheel_slot = (uint8_t)((ws->now_s + after_s) % WHEEL_SLOTS);
    struct connection **slot = &ws->wheel[connection->wheel_slot];
    connection->wheel_previous = NULL;
    connection->wheel_next = *slot;
    if (*slot != NULL)
        (*slot)->wheel_previous = connection;
    *slot = connection;
}

void wheel_remove(struct connection *connection)
{
    if (connection->wheel_previous != NULL)
        connection->wheel_previous->wheel_next = connection->wheel_next;
    else
        connection->ws->wheel[connection->wheel_slot] = connection->wheel_next;
    if (connection->wheel_next != NULL)
        connection->wheel_next->wheel_previous = connection->wheel_previous;
    connection->wheel_next = connection->wheel_previous = NULL;
}

static bool has_joined(const struct connection *connection)
{
    return connection->session != NULL && session_role(connection->session) != ROLE_NONE;
}

/* How long until the next look; 0: it has been closed. */
static uint32_t look(struct connection *connection)
{
    struct ws *ws = connection->ws;
    uint32_t silent_s = ws->now_s - connection->read_at_s;
    uint32_t age_s = ws->now_s - connection->connected_at_s;

    if (silent_s >= WS_SILENT_MAX_S || (!has_joined(connection) && age_s >= WS_JOIN_MAX_S)) {
        ws->counts.silent_closed++;
        /* No handshake of farewell: whoever is silent would not answer it. */
        lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
        return 0;
    }
    if (silent_s >= WS_PING_AFTER_S || ws->settings.trust_proxy) {
        connection->ping_due = true;
        lws_callback_on_writable(connection->wsi);
    }
    if (silent_s >= WS_PING_AFTER_S)
        return PING_AGAIN_S;
    if (!has_joined(connection))
        return age_s >= WS_JOIN_MAX_S ? 1 : WS_JOIN_MAX_S - age_s;
    return WS_PING_AFTER_S - silent_s;
}

void wheel_turn(struct ws *ws)
{
    struct connection *connection = ws->wheel[ws->now_s % WHEEL_SLOTS];
    while (connection != NULL) {
        struct connection *next = connection->wheel_next;
        uint32_t after_s = look(connection);
        wheel_remove(connection);
        wheel_add(connection, after_s == 0 ? WHEEL_SLOTS - 1 : after_s);
        connection = next;
    }
}

bool wheel_write_ping(struct connection *connection)
{
    unsigned char bytes[LWS_PRE + 1] = {[LWS_PRE] = '?'}; /* libwebsockets keeps an empty pong to itself */

    if (!connection->ping_due || lws_partial_buffered(connection->wsi))
        return true;
    connection->ping_due = false;
    connection->ping_at_ms = (uint32_t)uv_now(connection->ws->settings.loop);
    return lws_write(connection->wsi, bytes + LWS_PRE, 1, LWS_WRITE_PING) >= 0;
}

void wheel_pong(struct connection *connection)
{
    uint32_t took_ms = (uint32_t)uv_now(connection->ws->settings.loop) - connection->ping_at_ms;
    if (connection->ping_at_ms == 0 || took_ms > UINT16_MAX)
        return;
    connection->ping_at_ms = 0;
    memmove(connection->round_trips_ms + 1, connection->round_trips_ms,
            (ROUND_TRIPS - 1) * sizeof connection->round_trips_ms[0]);
    connection->round_trips_ms[0] = (uint16_t)took_ms;
    if (connection->round_trip_count < ROUND_TRIPS)
        connection->round_trip_count++;
}

/* The middle one of the last three; the lower one of two. */
uint32_t wheel_round_trip_ms(const struct connection *connection)
{
    const uint16_t *t = connection->round_trips_ms;
    uint16_t low = t[0] < t[1] ? t[0] : t[1];
    uint16_t high = t[0] < t[1] ? t[1] : t[0];

    if (connection->round_trip_count == 0)
        return 0;
    if (connection->round_trip_count == 1)
        return t[0];
    if (connection->round_trip_count == 2 || t[2] <= low)
        return low;
    return t[2] < high ? t[2] : high;
}
