/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/pins.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <hiredis/hiredis.h>
#include "engine/rooms.h"
#include "question-banks/memory.h"

#define FRESH_PINS 16
#define FRESH_MS 1000

/* One question under way. */
struct asking {
    TAILQ_ENTRY(asking) next; /* among those that are answered without Redis */
    struct pins *pins;
    uint64_t session_number;
    uint64_t network;
    enum pin_answer answer;
    char pin[PIN_DIGITS + 1];
    char room[ROOM_ID_MAX + 1]; /* with PIN_FOUND */
    pin_found_fn *found;
    void *context;
};

/* A PIN that Redis has just told. */
struct fresh_pin {
    char pin[PIN_DIGITS + 1];
    char room[ROOM_ID_MAX + 1];
    int64_t until_ms;
};

TAILQ_HEAD(asking_list, asking);

struct pins {
    uv_loop_t *loop;
    struct redis *redis;
    struct guesses *guesses;
    uv_idle_t answering; /* active while `known` is not empty */
    struct asking_list known;
    struct fresh_pin fresh[FRESH_PINS];
    size_t fresh_next;
};

struct pins *pins_new(uv_loop_t *loop, struct redis *redis)
{
    struct pins *pins = memory_new(1, sizeof *pins);
    pins->loop = loop;
    pins->redis = redis;
    pins->guesses = guesses_new();
    TAILQ_INIT(&pins->known);
    uv_idle_init(loop, &pins->answering);
    pins->answering.data = pins;
    return pins;
}

static void answering_closed(uv_handle_t *handle)
{
    struct pins *pins = handle->data;
    guesses_free(pins->guesses);
    free(pins);
}

void pins_free(struct pins *pins)
{
    if (pins == NULL)
        return;
    struct asking *asking, *after;
    for (asking = TAILQ_FIRST(&pins->known); asking != NULL; asking = after) {
        after = TAILQ_NEXT(asking, next);
        free(asking);
    }
    uv_close((uv_handle_t *)&pins->answering, answering_closed);
}

static void finish(struct asking *asking, enum pin_answer answer, const char *room)
{
    asking->found(asking->context, asking->session_number, answer, room);
    free(asking);
}

static void was_wrong(struct asking *asking)
{
    struct pins *pins = asking->pins;
    guesses_was_wrong(pins->guesses, asking->network, (int64_t)uv_now(pins->loop));
}

/* A crowd brings the same PIN many times within a second. A freed PIN is not given anew so soon. */
static void keep_fresh(struct pins *pins, const char *pin, const char *room)
{
    struct fresh_pin *fresh = &pins->fresh[pins->fresh_next++ % FRESH_PINS];
    memcpy(fresh->pin, pin, sizeof fresh->pin);
    snprintf(fresh->room, sizeof fresh->room, "%s", room);
    fresh->until_ms = (int64_t)uv_now(pins->loop) + FRESH_MS;
}

static const char *fresh_room(const struct pins *pins, const char *pin)
{
    for (size_t i = 0; i < FRESH_PINS; i++)
        if (pins->fresh[i].until_ms > (int64_t)uv_now(pins->loop) && strcmp(pins->fresh[i].pin, pin) == 0)
            return pins->fresh[i].room;
    return NULL;
}

static void took_pin(void *context, const struct redisReply *reply)
{
    struct asking *asking = context;

    if (reply != NULL && reply->type == REDIS_REPLY_STRING && room_id_is_one(reply->str)) {
        if (fresh_room(asking->pins, asking->pin) == NULL)
            keep_fresh(asking->pins, asking->pin, reply->str);
        finish(asking, PIN_FOUND, reply->str);
    } else if (reply != NULL && reply->type == REDIS_REPLY_NIL) {
        was_wrong(asking);
        finish(asking, PIN_UNKNOWN, NULL);
    } else {
        finish(asking, PIN_UNAVAILABLE, NULL);
    }
}

static void answer_known(uv_idle_t *idle)
{
    struct pins *pins = idle->data;
    struct asking_list known = TAILQ_HEAD_INITIALIZER(known);

    uv_idle_stop(idle);
    TAILQ_CONCAT(&known, &pins->known, next);
    struct asking *asking, *after;
    for (asking = TAILQ_FIRST(&known); asking != NULL; asking = after) {
        after = TAILQ_NEXT(asking, next);
        finish(asking, asking->answer, asking->answer == PIN_FOUND ? asking->room : NULL);
    }
}

static void answer_later(struct asking *asking, enum pin_answer answer)
{
    asking->answer = answer;
    TAILQ_INSERT_TAIL(&asking->pins->known, asking, next);
    uv_idle_start(&asking->pins->answering, answer_known);
}

static bool is_pin(const char *text)
{
    for (size_t i = 0; i < PIN_DIGITS; i++)
        if (!isdigit((unsigned char)text[i]))
            return false;
    return text[PIN_DIGITS] == '\0';
}

void pins_find(struct pins *pins, const struct pin_question *question, int64_t now_ms, pin_found_fn *found,
               void *context)
{
    char key[32];
    struct asking *asking = memory_new(1, sizeof *asking);
    *asking = (struct asking){.pins = pins,
                              .session_number = question->session_number,
                              .network = question->guesser->network,
                              .found = found,
                              .context = context};
    if (!guesses_may_ask(pins->guesses, question->guesser, now_ms)) {
        answer_later(asking, PIN_TOO_FAST);
        return;
    }
    if (!is_pin(question->pin)) {
        was_wrong(asking);
        answer_later(asking, PIN_UNKNOWN);
        return;
    }
    memcpy(asking->pin, question->pin, sizeof asking->pin);
    const char *room = fresh_room(pins, question->pin);
    if (room != NULL) {
        memcpy(asking->room, room, sizeof asking->room);
        answer_later(asking, PIN_FOUND);
        return;
    }
    snprintf(key, sizeof key, "hoithi:pin:%s", question->pin);
    if (!redis_ask(pins->redis, took_pin, asking, "GET", key, NULL))
        answer_later(asking, PIN_UNAVAILABLE);
}
