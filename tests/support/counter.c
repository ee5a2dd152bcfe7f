/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/counter.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/chance.h"
#include "question-banks/memory.h"
#include "tests/support/front.h"

/* ---- the hub's ports ---- */

static void port_append(void *engine, const struct append *append)
{
    (void)engine;
    (void)append;
}

static void port_writable(void *engine, void *connection)
{
    struct counter *counter = engine;
    counter->newest = connection;
    poll_writable(connection);
}

static void port_close(void *engine, void *connection, enum close_code code)
{
    (void)engine;
    poll_close(connection, code);
}

static void port_find_pin(void *engine, void *connection, const char *pin, uint64_t session_number)
{
    (void)engine;
    (void)connection;
    (void)pin;
    (void)session_number;
}

static void port_room(void *engine, const char *room)
{
    (void)engine;
    (void)room;
}

static enum token_result port_read_token(void *engine, const char *token, size_t length, struct claims *out)
{
    (void)engine;
    (void)length;
    *out = (struct claims){.role = ROLE_HOST, .room = COUNTER_ROOM};
    return strcmp(token, COUNTER_HOST) == 0 ? TOKEN_FINE : TOKEN_BAD;
}

static void port_write_token(void *engine, const struct claims *claims, char out[TOKEN_MAX])
{
    (void)engine;
    snprintf(out, TOKEN_MAX, "player:%s", claims->player);
}

static void port_random(void *engine, void *bytes, size_t length)
{
    (void)engine;
    chance_bytes(bytes, length);
}

static void port_line(void *engine, void *connection, struct line *out)
{
    (void)engine;
    poll_line(connection, out);
}

static void port_board_changed(void *engine, const char *room, uint64_t position)
{
    (void)engine;
    (void)room;
    (void)position;
}

static void port_due(void *engine, const char *room, int64_t wall_ms)
{
    (void)engine;
    (void)room;
    (void)wall_ms;
}

static void port_pin_free(void *engine, const char *room, const char *pin, int64_t after_ms)
{
    (void)engine;
    (void)room;
    (void)pin;
    (void)after_ms;
}

static void port_keep_time(void *engine, uint64_t key, int64_t ms)
{
    (void)engine;
    (void)key;
    (void)ms;
}

static bool port_kept_time(void *engine, uint64_t key, int64_t *ms)
{
    (void)engine;
    (void)key;
    (void)ms;
    return false;
}

static uint32_t turn_ms(const void *context)
{
    (void)context;
    return COUNTER_TURN_MS;
}

/* ---- opening and closing ---- */

static void write_room(struct counter *counter)
{
    static const uint8_t salt[TEXT_SALT_BYTES] = "salt of counter";
    char why[200] = "";
    struct bank *bank = stage_bank();
    cJSON *settings = cJSON_Parse("{}");
    struct plan *plan = plan_build(bank, settings, 1, salt, why, sizeof why);

    cr_assert_not_null(plan, "%s", why);
    memcpy(plan->pin, STAGE_PIN, sizeof STAGE_PIN);
    plan_write_created(plan, "c0dec0dec0dec0dec0dec0de", &counter->e, &counter->p);
    plan_free(plan);
    cJSON_Delete(settings);
    bank_free(bank);
}

void counter_open(struct counter *counter, uv_loop_t *loop, uint32_t worker, const char *folder)
{
    struct hub_ports ports = {.engine = counter,
                              .append = port_append,
                              .writable = port_writable,
                              .close = port_close,
                              .find_pin = port_find_pin,
                              .follow = port_room,
                              .unfollow = port_room,
                              .read_token = port_read_token,
                              .write_token = port_write_token,
                              .random = port_random,
                              .line = port_line,
                              .board_changed = port_board_changed,
                              .due = port_due,
                              .pin_free = port_pin_free,
                              .keep_time = port_keep_time,
                              .kept_time = port_kept_time};

    memset(counter, 0, sizeof *counter);
    counter->loop = loop;
    counter->hub = hub_new(&ports, worker);
    struct poll_settings settings = {
        .loop = loop, .hub = counter->hub, .worker = worker, .folder = folder, .turn_ms = turn_ms};
    counter->polls = polls_new(&settings);
    write_room(counter);
}

void counter_close(struct counter *counter)
{
    polls_free(counter->polls);
    hub_free(counter->hub);
    free(counter->e);
    free(counter->p);
}

void counter_bring_room(struct counter *counter)
{
    struct entry entry = {.position = 1,
                          .id = "1-1",
                          .at_ms = FRONT_WALL_MS,
                          .e = counter->e,
                          .e_length = strlen(counter->e),
                          .p = counter->p,
                          .p_length = counter->p == NULL ? 0 : strlen(counter->p)};
    int64_t now_ms = counter_now(counter);

    hub_room_bank(counter->hub, COUNTER_ROOM, stage_bank());
    cr_assert_eq(hub_entry(counter->hub, COUNTER_ROOM, &entry, now_ms), HUB_ENTRY_TAKEN);
    hub_caught_up(counter->hub, COUNTER_ROOM, FRONT_WALL_MS, now_ms);
}

int64_t counter_now(const struct counter *counter)
{
    return (int64_t)uv_now(counter->loop);
}

void loop_turn(uv_loop_t *loop)
{
    for (int i = 0; i < 3; i++)
        uv_run(loop, UV_RUN_NOWAIT);
}

/* ---- asking ---- */

static void keep(void *context, unsigned status, const char *json, size_t length)
{
    struct ask *ask = context;
    cr_assert_not(ask->answered, "a request is answered once");
    ask->answered = true;
    ask->status = status;
    ask->json = cJSON_ParseWithLength(json, length);
}

void counter_ask_bytes(struct counter *counter, struct ask *ask, const char *body, size_t length)
{
    struct poll_request request = {.body = body, .length = length, .reply = keep, .context = ask};
    memset(ask, 0, sizeof *ask);
    polls_request(counter->polls, &request);
}

void counter_ask(struct counter *counter, struct ask *ask, const char *body)
{
    counter_ask_bytes(counter, ask, body, strlen(body));
}

void ask_clear(struct ask *ask)
{
    cJSON_Delete(ask->json);
    memset(ask, 0, sizeof *ask);
}

bool ask_is_gone(const struct ask *ask)
{
    return ask->answered && ask->status == 200 && cJSON_IsTrue(cJSON_GetObjectItem(ask->json, "gone"));
}

const char *ask_error(const struct ask *ask)
{
    const char *code = cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(ask->json, "error"), "code"));
    return code == NULL ? "" : code;
}

static int number(const struct ask *ask, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(ask->json, name);
    return cJSON_IsNumber(item) ? item->valueint : -1;
}

int ask_close(const struct ask *ask)
{
    return number(ask, "close");
}

int ask_from(const struct ask *ask)
{
    return number(ask, "from");
}

int ask_frames(const struct ask *ask)
{
    return ask->answered ? cJSON_GetArraySize(cJSON_GetObjectItem(ask->json, "frames")) : -1;
}

const char *ask_frame(const struct ask *ask, int index)
{
    const cJSON *frame = cJSON_GetArrayItem(cJSON_GetObjectItem(ask->json, "frames"), index);
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(frame, "t"));
    const char *code = cJSON_GetStringValue(cJSON_GetObjectItem(frame, "code"));
    return code != NULL ? code : type == NULL ? "" : type;
}

const char *counter_session(struct counter *counter, char id[POLL_ID_SIZE])
{
    struct ask ask;
    counter_ask(counter, &ask, "{\"frames\":[]}");
    cr_assert(ask.answered && ask.status == 200);
    snprintf(id, POLL_ID_SIZE, "%s", cJSON_GetStringValue(cJSON_GetObjectItem(ask.json, "s")));
    ask_clear(&ask);
    return id;
}

const char *counter_host(struct counter *counter, char id[POLL_ID_SIZE])
{
    struct ask ask;
    char body[200];

    counter_session(counter, id);
    snprintf(body, sizeof body, "{\"s\":\"%s\",\"frames\":[{\"t\":\"attach\",\"token\":\"%s\"}]}", id, COUNTER_HOST);
    counter_ask(counter, &ask, body);
    ask_clear(&ask);
    const char *last;
    if (hub_position(counter->hub, COUNTER_ROOM, &last) == 0)
        counter_bring_room(counter);
    loop_turn(counter->loop);
    for (int i = 0; i < 2; i++) { /* takes what there is, and says that it came */
        snprintf(body, sizeof body, "{\"s\":\"%s\",\"got\":%d}", id, i * 1000);
        counter_ask(counter, &ask, body);
        ask_clear(&ask);
    }
    return id;
}
