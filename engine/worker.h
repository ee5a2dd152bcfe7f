/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.h - one worker process: everything that it is made of, wired together.
 *
 * A worker owns no room and knows no other worker; it can be killed at any moment. Its listener and its heartbeat come
 * from the supervisor.
 */
#ifndef HOITHI_ENGINE_WORKER_H
#define HOITHI_ENGINE_WORKER_H

#include <stdbool.h>
#include <uv.h>
#include "engine/board.h"
#include "engine/clocks.h"
#include "engine/due.h"
#include "engine/keys.h"
#include "engine/log.h"
#include "engine/media_store.h"
#include "engine/options.h"
#include "engine/pins.h"
#include "engine/poll.h"
#include "engine/retention.h"
#include "engine/tokens.h"
#include "engine/ws.h"
#include "question-banks/library.h"
#include "rooms/hub.h"

#define HEARTBEAT_MS 1000
#define LIBRARY_LOOK_MS 3000
#define MEDIA_SWEEP_MS (24 * 3600 * 1000)
#define FAREWELL_MS 5000 /* how long a worker that ends in order waits for its clients and its appends */

struct engine {
    struct options options;
    uv_loop_t loop;
    struct hub *hub;
    struct log *log;
    struct ws *ws;
    struct polls *polls;
    struct tokens *tokens;
    struct pins *pins;
    struct keys *keys;
    struct boards *boards;
    struct due *due;
    struct clocks *clocks;
    struct retention *retention;
    struct archived_rows *archived_rows; /* the board that was asked for last of those that are archived; or NULL */
    struct library *library;
    struct media_store *media;
    int64_t media_swept_ms; /* 0: not yet */
    struct ledger ledger;
    bool ledger_read; /* false: it stands there and cannot be used, so it is not written over */
    char redis_url[OPTION_VALUE_MAX_BYTES];
    char origin[OPTION_VALUE_MAX_BYTES]; /* scheme://host[:port] of --public-url; "" without */
    uv_prepare_t first;                  /* runs before the sockets are written to */
    uv_prepare_t last;                   /* runs behind that: when must the hub tick next? */
    uv_timer_t tick;
    uv_timer_t heartbeat;
    uv_timer_t look;
    uv_timer_t farewell;
    uv_signal_t terminate;
    uv_signal_t interrupt;
    uint32_t file_bodies; /* being read or answered: see REQUEST_FILES_MAX */
    int64_t started_ms;
    int64_t leaving_ms; /* 0: staying */
};

#endif
