/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poll.h - sessions whose frames travel in HTTP requests: POST /api/frames, for networks that let no WebSocket through.
 *
 * Frames to the client are numbered from 1 and kept until it says that they came; a lost reply is answered again. More
 * is taken from the hub only as far as the client takes it, so the hub's own bound holds for the rest. A session lives
 * in one worker; poll_relay.c carries a request to it that came to another.
 */
#ifndef HOITHI_ENGINE_POLL_H
#define HOITHI_ENGINE_POLL_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>
#include "engine/pins.h"
#include "rooms/hub.h"

#define POLL_BODY_MAX_BYTES (64u << 10)
#define POLL_FRAMES_A_BODY 20
#define POLL_SESSIONS_MAX 5000
#define POLL_RELAYED_MAX POLL_SESSIONS_MAX /* requests that another worker is asked at once */
#define POLL_KEPT_MAX 32                   /* frames that wait to be acknowledged, */
#define POLL_KEPT_MAX_BYTES (128u << 10)   /* or so many bytes, a single larger frame aside */
#define POLL_HOLD_MS 20000
#define POLL_SILENT_MAX_MS 60000
#define POLL_JOIN_MAX_MS 30000
#define POLL_ID_SIZE 48

struct polls;
struct poll_session;

struct poll_settings {
    uv_loop_t *loop;
    struct hub *hub;
    uint32_t worker;
    const char *folder;                       /* where the workers' relay sockets are */
    uint32_t (*turn_ms)(const void *context); /* how long the loop's last turn took */
    const void *context;
};

/* Called once for each request, now or later; `json` is borrowed. */
typedef void poll_reply_fn(void *context, unsigned status, const char *json, size_t length);

struct poll_request {
    const char *body; /* terminated */
    size_t length;
    struct guesser guesser;
    bool relayed; /* by another worker: not to be carried on */
    poll_reply_fn *reply;
    void *context;
};

struct polls *polls_new(const struct poll_settings *settings);
/* Answers whoever waits. The loop must run on for a turn or two. Takes NULL. */
void polls_free(struct polls *polls);
void polls_request(struct polls *polls, const struct poll_request *request);
/* Looks for silent sessions and for replies that were held long enough; by itself once a second. */
void polls_look(struct polls *polls, int64_t now_ms);
/* Takes NULL: 0. */
uint32_t polls_count(const struct polls *polls);

/* The hub's ports. */
void poll_writable(struct poll_session *session);
void poll_close(struct poll_session *session, enum close_code code);
void poll_line(const struct poll_session *session, struct line *out);
struct guesser *poll_guesser(struct poll_session *session);

/* ---- poll_relay.c ---- */
struct relay;
/* NULL: reported; then requests of other workers' sessions find them gone. */
struct relay *relay_new(struct polls *polls, const struct poll_settings *settings);
void relay_free(struct relay *relay);
/* Has worker `worker` answer. */
void relay_ask(struct relay *relay, uint32_t worker, const struct poll_request *request);

#endif
