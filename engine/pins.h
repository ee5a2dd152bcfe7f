/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pins.h - from a PIN to its room, and what keeps people from guessing.
 *
 * Only wrong guesses count, so a whole school behind one address does not feel it: a bucket of PIN_GUESSES tokens for
 * each IPv4 address or IPv6 /64, filled by PIN_GUESSES_A_SECOND; and PIN_WRONG_A_CONNECTION on one connection. The
 * table of buckets is this worker's own, and bounded: when it is full the fullest old bucket makes room.
 */
#ifndef HOITHI_ENGINE_PINS_H
#define HOITHI_ENGINE_PINS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>
#include "engine/redis.h"
#include "rooms/hub.h"

#define PIN_GUESSES 300
#define PIN_GUESSES_A_SECOND 2
#define PIN_WRONG_A_CONNECTION 10
#define PIN_ADDRESSES_MAX 8192

/* What is kept with a connection. */
struct guesser {
    uint64_t network; /* 0: not known, then only the connection's own count holds */
    uint32_t wrong;
};
void guesser_init(struct guesser *guesser, const struct sockaddr *peer);
/* The same from text, as a trusted proxy's header gives it: "192.0.2.7" or "2001:db8::1". */
void guesser_init_text(struct guesser *guesser, const char *address);

struct pins;
struct pins *pins_new(uv_loop_t *loop, struct redis *redis);
/* After the connection was closed. The loop must run on for a turn. Takes NULL. */
void pins_free(struct pins *pins);

typedef void pin_found_fn(void *context, uint64_t session_number, enum pin_answer answer, const char *room);
/* `found` is called once, always from the loop (so this may be called from inside the hub). On PIN_UNKNOWN the caller
 * raises `wrong` of the connection, if it is still there. */
struct pin_question {
    const struct guesser *guesser;
    const char *pin;
    uint64_t session_number;
};
void pins_find(struct pins *pins, const struct pin_question *question, int64_t now_ms, pin_found_fn *found,
               void *context);

/* ---- pure: the buckets ---- */
struct guesses;
struct guesses *guesses_new(void);
void guesses_free(struct guesses *guesses);
bool guesses_may_ask(const struct guesses *guesses, const struct guesser *guesser, int64_t now_ms);
void guesses_was_wrong(struct guesses *guesses, uint64_t network, int64_t now_ms);
uint32_t guesses_count(const struct guesses *guesses);

#endif
