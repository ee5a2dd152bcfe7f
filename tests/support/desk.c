/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/desk.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/chance.h"
#include "question-banks/memory.h"

static int64_t now_ms(const struct desk *desk)
{
    return (int64_t)uv_now(desk->loop);
}

/* ---- the hub's ports ---- */

static void port_append(void *engine, const struct append *append)
{
    log_append(((struct desk *)engine)->log, append);
}

static void port_writable(void *engine, void *connection)
{
    (void)engine;
    ((struct client *)connection)->wants_write = true;
}

static void port_close(void *engine, void *connection, enum close_code code)
{
    struct client *client = connection;
    (void)engine;
    client->wants_close = true;
    client->close_code = code;
}

static void pin_found(void *context, uint64_t session_number, enum pin_answer answer, const char *room)
{
    struct desk *desk = context;
    hub_pin_found(desk->hub, session_number, answer, room, now_ms(desk));
}

static void port_find_pin(void *engine, void *connection, const char *pin, uint64_t session_number)
{
    struct desk *desk = engine;
    struct client *client = connection;
    struct pin_question question = {.guesser = &client->guesser, .pin = pin, .session_number = session_number};
    pins_find(desk->pins, &question, now_ms(desk), pin_found, desk);
}

static void port_follow(void *engine, const char *room)
{
    log_follow(((struct desk *)engine)->log, room);
}

static void port_unfollow(void *engine, const char *room)
{
    log_unfollow(((struct desk *)engine)->log, room);
}

static enum token_result port_read_token(void *engine, const char *token, size_t length, struct claims *out)
{
    struct desk *desk = engine;
    return tokens_read(desk->tokens, token, length, log_wall_ms(desk->log), out);
}

static void port_write_token(void *engine, const struct claims *claims, char out[TOKEN_MAX])
{
    struct desk *desk = engine;
    tokens_write(desk->tokens, claims, log_wall_ms(desk->log), out);
}

static void port_random(void *engine, void *bytes, size_t length)
{
    (void)engine;
    chance_bytes(bytes, length);
}

static void port_line(void *engine, void *connection, struct line *out)
{
    (void)engine;
    (void)connection;
    *out = (struct line){.rtt_ms = 1, .turn_ms = 1};
}

static void port_board_changed(void *engine, const char *room, uint64_t position)
{
    boards_changed(((struct desk *)engine)->boards, room, position);
}

static void port_due(void *engine, const char *room, int64_t wall_ms)
{
    due_set(((struct desk *)engine)->due, room, wall_ms);
}

static void port_pin_free(void *engine, const char *room, const char *pin, int64_t after_ms)
{
    rooms_free_pin(log_redis(((struct desk *)engine)->log), room, pin, after_ms);
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

static const struct hub_ports ports = {.append = port_append,
                                       .writable = port_writable,
                                       .close = port_close,
                                       .find_pin = port_find_pin,
                                       .follow = port_follow,
                                       .unfollow = port_unfollow,
                                       .read_token = port_read_token,
                                       .write_token = port_write_token,
                                       .random = port_random,
                                       .line = port_line,
                                       .board_changed = port_board_changed,
                                       .due = port_due,
                                       .pin_free = port_pin_free,
                                       .keep_time = port_keep_time,
                                       .kept_time = port_kept_time};

/* ---- a turn ---- */

static void write_frames(struct client *client)
{
    struct frame *frame;
    client->wants_write = false;
    while ((frame = session_next(client->session)) != NULL) {
        client->frames = memory_grow(client->frames, client->frame_count + 1, sizeof *client->frames);
        client->frames[client->frame_count++] = strndup((const char *)frame->text, frame->length);
        session_wrote(client->desk->hub, client->session, now_ms(client->desk));
    }
}

static void tick(uv_timer_t *timer)
{
    struct desk *desk = timer->data;
    hub_tick(desk->hub, now_ms(desk));
}

static void arm(struct desk *desk)
{
    int64_t due = hub_due_ms(desk->hub);
    if (due == INT64_MAX)
        uv_timer_stop(&desk->tick);
    else
        uv_timer_start(&desk->tick, tick, due > now_ms(desk) ? (uint64_t)(due - now_ms(desk)) : 0, 0);
}

static void flush(uv_prepare_t *prepare)
{
    struct desk *desk = prepare->data;
    bool wrote = false;

    for (size_t i = 0; i < desk->client_count; i++) {
        struct client *client = &desk->clients[i];
        if (client->session == NULL || !client->wants_write)
            continue;
        write_frames(client);
        wrote = true;
    }
    if (wrote)
        hub_flushed(desk->hub, now_ms(desk));
    for (size_t i = 0; i < desk->client_count; i++) {
        struct client *client = &desk->clients[i];
        if (client->session == NULL || !client->wants_close)
            continue;
        hub_disconnected(desk->hub, client->session, now_ms(desk));
        client->session = NULL;
    }
    arm(desk);
}

/* ---- starting and ending ---- */

static void tokens_ready(void *context)
{
    ((struct desk *)context)->ready = true;
}

static void visit(void *context, const char *room)
{
    struct desk *desk = context;
    snprintf(desk->visited, sizeof desk->visited, "%s", room);
    hub_visit(desk->hub, room, now_ms(desk));
}

static bool is_ready(void *context)
{
    const struct desk *desk = context;
    return desk->ready && log_wall_ms(desk->log) > 0;
}

void desk_start(struct desk *desk, uv_loop_t *loop, const struct store *store)
{
    struct hub_ports own = ports;

    memset(desk, 0, sizeof *desk);
    desk->loop = loop;
    own.engine = desk;
    desk->hub = hub_new(&own, 1);
    struct log_events events = log_events_of_hub(desk->hub);
    desk->log = log_new(loop, &store->address, &events);
    struct redis *redis = log_redis(desk->log);
    desk->tokens = tokens_new(loop, redis, tokens_ready, desk);
    desk->boards = boards_new(loop, redis, desk->hub);
    desk->pins = pins_new(loop, redis);
    desk->due = due_new(loop, redis, visit, desk);
    uv_prepare_init(loop, &desk->flush);
    uv_timer_init(loop, &desk->tick);
    desk->flush.data = desk->tick.data = desk;
    uv_prepare_start(&desk->flush, flush);
    loop_until(loop, is_ready, desk);
}

void desk_end(struct desk *desk)
{
    uv_close((uv_handle_t *)&desk->flush, NULL);
    uv_close((uv_handle_t *)&desk->tick, NULL);
    for (size_t i = 0; i < desk->client_count; i++) {
        struct client *client = &desk->clients[i];
        if (client->session != NULL)
            hub_disconnected(desk->hub, client->session, now_ms(desk));
        for (size_t frame = 0; frame < client->frame_count; frame++)
            free(client->frames[frame]);
        free(client->frames);
    }
    log_close(desk->log);
    tokens_free(desk->tokens);
    boards_free(desk->boards);
    pins_free(desk->pins);
    due_free(desk->due);
    hub_free(desk->hub);
}

/* ---- rooms and people ---- */

static void room_made(void *context, enum rooms_answer answer, const struct room_ids *ids)
{
    struct desk *desk = context;
    desk->made_answer = answer;
    if (ids != NULL)
        desk->made = *ids;
    desk->has_made = true;
}

static bool has_made(void *context)
{
    return ((struct desk *)context)->has_made;
}

static char *file_text(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    char *text = calloc(1, 1 << 20);
    *length = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    return text;
}

const struct room_ids *desk_room(struct desk *desk, const char *settings)
{
    size_t length;
    char *text = file_text(DESK_BANK, &length);
    char why[200] = "";
    struct faults faults;
    struct bank *bank = NULL;
    uint8_t salt[TEXT_SALT_BYTES] = {1};
    cJSON *json = cJSON_Parse(settings);

    faults_init(&faults, DESK_BANK);
    cr_assert_eq(bank_parse(text, length, &bank, &faults), BANK_OK);
    struct plan *plan = plan_build(bank, json, 1, salt, why, sizeof why);
    cr_assert_not_null(plan, "%s", why);
    snprintf(plan->owner, sizeof plan->owner, "key00001");
    desk->has_made = false;
    rooms_create(log_redis(desk->log), plan, text, length, room_made, desk);
    loop_until(desk->loop, has_made, desk);
    faults_clear(&faults);
    bank_free(bank);
    cJSON_Delete(json);
    free(text);
    return &desk->made;
}

struct client *desk_client(struct desk *desk)
{
    cr_assert_lt(desk->client_count, DESK_CLIENTS_MAX);
    struct client *client = &desk->clients[desk->client_count++];
    client->desk = desk;
    guesser_init_text(&client->guesser, "192.0.2.1");
    client->session = hub_connected(desk->hub, client, now_ms(desk));
    return client;
}

struct client *desk_join(struct desk *desk, const char *pin, const char *name)
{
    char frame[300];
    struct client *client = desk_client(desk);
    snprintf(frame, sizeof frame, "{\"t\":\"join\",\"pin\":\"%s\",\"name\":\"%s\",\"unit\":\"6a1\"}", pin, name);
    client_say(client, frame);
    if (client_heard(client, "state") == NULL)
        client_wait(client, "state");
    return client;
}

struct client *desk_host(struct desk *desk, const char *room)
{
    struct claims claims = {.role = ROLE_HOST};
    char token[TOKEN_MAX], frame[TOKEN_MAX + 60];
    struct client *client = desk_client(desk);

    snprintf(claims.room, sizeof claims.room, "%s", room);
    tokens_write(desk->tokens, &claims, log_wall_ms(desk->log), token);
    snprintf(frame, sizeof frame, "{\"t\":\"attach\",\"token\":\"%s\",\"page\":\"p%zu\"}", token, desk->client_count);
    client_say(client, frame);
    if (client_heard(client, "state") == NULL)
        client_wait(client, "state");
    return client;
}

void client_say(struct client *client, const char *frame)
{
    hub_message(client->desk->hub, client->session, frame, strlen(frame), now_ms(client->desk));
}

static bool has_type(const char *frame, const char *t)
{
    char start[40];
    snprintf(start, sizeof start, "{\"t\":\"%s\"", t);
    return strncmp(frame, start, strlen(start)) == 0;
}

const char *client_heard(const struct client *client, const char *t)
{
    for (size_t i = client->frame_count; i > 0; i--)
        if (has_type(client->frames[i - 1], t))
            return client->frames[i - 1];
    return NULL;
}

size_t client_count(const struct client *client, const char *t)
{
    size_t count = 0;
    for (size_t i = 0; i < client->frame_count; i++)
        count += has_type(client->frames[i], t);
    return count;
}

struct hearing {
    const struct client *client;
    const char *t;
    size_t count;
};

static bool hears(void *context)
{
    const struct hearing *hearing = context;
    return client_count(hearing->client, hearing->t) > hearing->count;
}

const char *client_wait(struct client *client, const char *t)
{
    struct hearing hearing = {client, t, client_count(client, t)};
    loop_until(client->desk->loop, hears, &hearing);
    return client_heard(client, t);
}

void client_do(struct client *client, const char *command)
{
    static int number; /* ids of commands are a page's own; a test has one host */
    char frame[120];
    snprintf(frame, sizeof frame, "{\"t\":\"do\",\"id\":\"c%d\",\"cmd\":\"%s\",\"args\":{}}", ++number, command);
    client_say(client, frame);
    client_wait(client, "done");
}
