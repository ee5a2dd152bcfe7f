/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/front.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- ports ---- */

static size_t rows_of(const char *e)
{
    cJSON *json = cJSON_Parse(e);
    size_t rows = (size_t)cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "r"));
    cJSON_Delete(json);
    return rows;
}

static void port_append(void *engine, const struct append *append)
{
    struct front_hub *at = engine;
    size_t rows = rows_of(append->e);

    at->waiting = memory_grow(at->waiting, at->waiting_count + 1, sizeof *at->waiting);
    at->waiting[at->waiting_count++] =
        (struct front_append){.e = memory_copy(append->e, append->e_length),
                              .p = append->p_length == 0 ? NULL : memory_copy(append->p, append->p_length),
                              .ticket = append->ticket};
    if (at->waiting_count > at->waiting_most)
        at->waiting_most = at->waiting_count;
    if (rows > at->front->largest_batch)
        at->front->largest_batch = rows;
}

static void port_writable(void *engine, void *connection)
{
    (void)engine;
    ((struct guest *)connection)->writable = true;
}

static void port_close(void *engine, void *connection, enum close_code code)
{
    struct guest *guest = connection;
    (void)engine;
    guest->closing = true;
    guest->code = code;
}

static void port_find_pin(void *engine, void *connection, const char *pin, uint64_t session_number)
{
    (void)connection;
    (void)pin;
    ((struct front_hub *)engine)->session_asks_pin = session_number;
}

static void port_follow(void *engine, const char *room)
{
    (void)room;
    ((struct front_hub *)engine)->followed = true;
    ((struct front_hub *)engine)->caught_up = false;
}

static void port_unfollow(void *engine, const char *room)
{
    (void)room;
    ((struct front_hub *)engine)->followed = false;
}

static enum token_result port_read_token(void *engine, const char *token, size_t length, struct claims *out)
{
    (void)engine;
    (void)length;
    *out = (struct claims){.role = ROLE_NONE, .room = FRONT_ROOM};
    if (strcmp(token, "expired") == 0)
        return TOKEN_EXPIRED;
    if (strcmp(token, "elsewhere") == 0) {
        memcpy(out->room, "room2", 6);
        out->role = ROLE_HOST;
        return TOKEN_FINE;
    }
    for (int role = ROLE_SCREEN; role < ROLE_COUNT; role++)
        if (strcmp(token, role_name((enum role)role)) == 0)
            out->role = (enum role)role;
    if (sscanf(token, "player:%16[^:]:%u", out->player, &out->generation) == 2)
        out->role = ROLE_PLAYER;
    return out->role == ROLE_NONE ? TOKEN_BAD : TOKEN_FINE;
}

static void port_write_token(void *engine, const struct claims *claims, char out[TOKEN_MAX])
{
    (void)engine;
    snprintf(out, TOKEN_MAX, "player:%s:%u", claims->player, claims->generation);
}

static void port_random(void *engine, void *bytes, size_t length)
{
    struct front *front = ((struct front_hub *)engine)->front;
    for (size_t i = 0; i < length; i++) {
        front->random = front->random * UINT64_C(6364136223846793005) + 1442695040888963407;
        ((uint8_t *)bytes)[i] = (uint8_t)(front->random >> 56);
    }
}

static void port_line(void *engine, void *connection, struct line *out)
{
    (void)engine;
    (void)connection;
    *out = (struct line){.rtt_ms = 20, .turn_ms = 1};
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
    struct front *front = ((struct front_hub *)engine)->front;
    front->noted_keys[key % FRONT_NOTES] = key;
    front->noted_ms[key % FRONT_NOTES] = ms;
}

static bool port_kept_time(void *engine, uint64_t key, int64_t *ms)
{
    const struct front *front = ((struct front_hub *)engine)->front;
    *ms = front->noted_ms[key % FRONT_NOTES];
    return front->noted_keys[key % FRONT_NOTES] == key;
}

/* ---- making ---- */

static void put_entry(struct front *front, const char *e, const char *p)
{
    front->entries = memory_grow(front->entries, front->entry_count + 1, sizeof *front->entries);
    struct front_entry *entry = &front->entries[front->entry_count++];
    int64_t at_ms = FRONT_WALL_MS + front->wall_shift_ms + front->now_ms;
    *entry = (struct front_entry){.e = memory_copy(e, strlen(e)),
                                  .p = p == NULL ? NULL : memory_copy(p, strlen(p)),
                                  .at_ms = at_ms < front->last_at_ms ? front->last_at_ms : at_ms};
    front->last_at_ms = entry->at_ms;
    snprintf(entry->id, sizeof entry->id, "%lld-%zu", (long long)entry->at_ms, front->entry_count);
}

static void create_room(struct front *front, const char *settings)
{
    static const uint8_t salt[TEXT_SALT_BYTES] = "salt of a front";
    char why[200] = "", *e, *p;
    cJSON *json = cJSON_Parse(settings);
    struct plan *plan = plan_build(front->bank, json, 1, salt, why, sizeof why);

    if (plan == NULL) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    memcpy(plan->pin, STAGE_PIN, sizeof STAGE_PIN);
    plan_write_created(plan, "c0dec0dec0dec0dec0dec0de", &e, &p);
    put_entry(front, e, p);
    free(e);
    free(p);
    plan_free(plan);
    cJSON_Delete(json);
}

struct front *front_new(const char *settings)
{
    struct front *front = memory_new(1, sizeof *front);

    front->bank = stage_bank();
    front->now_ms = 1000000;
    create_room(front, settings);
    for (size_t i = 0; i < FRONT_HUBS; i++) {
        struct front_hub *at = &front->hubs[i];
        struct hub_ports ports = {.engine = at,
                                  .append = port_append,
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
        at->front = front;
        at->hub = hub_new(&ports, i);
        hub_visit(at->hub, FRONT_ROOM, front->now_ms);
    }
    front_settle(front);
    return front;
}

static void free_waiting(struct front_hub *at, size_t index)
{
    free(at->waiting[index].e);
    free(at->waiting[index].p);
}

void front_free(struct front *front)
{
    for (size_t i = 0; i < FRONT_HUBS; i++) {
        hub_free(front->hubs[i].hub);
        for (size_t w = 0; w < front->hubs[i].waiting_count; w++)
            free_waiting(&front->hubs[i], w);
        free(front->hubs[i].waiting);
    }
    for (size_t i = 0; i < front->guest_count; i++)
        for (size_t h = 0; h < front->guests[i].heard_count; h++)
            free(front->guests[i].heard[h]);
    for (size_t i = 0; i < front->entry_count; i++) {
        free(front->entries[i].e);
        free(front->entries[i].p);
    }
    free(front->entries);
    bank_free(front->bank);
    free(front);
}

struct hall *front_hall(const struct front *front, size_t hub)
{
    return hub_hall(front->hubs[hub].hub, FRONT_ROOM);
}

/* ---- what moves ---- */

void front_wait(struct front *front, int64_t ms)
{
    int64_t until_ms = front->now_ms + ms;

    while (front->now_ms < until_ms) {
        int64_t next_ms = until_ms;
        for (size_t i = 0; i < FRONT_HUBS; i++) {
            int64_t due_ms = hub_due_ms(front->hubs[i].hub);
            if (due_ms <= front->now_ms)
                due_ms = front->now_ms + 1;
            next_ms = due_ms < next_ms ? due_ms : next_ms;
        }
        front->now_ms = next_ms;
        for (size_t i = 0; i < FRONT_HUBS; i++)
            if (hub_due_ms(front->hubs[i].hub) <= front->now_ms)
                hub_tick(front->hubs[i].hub, front->now_ms);
    }
}

void front_store(struct front *front, size_t hub)
{
    struct front_hub *at = &front->hubs[hub];

    while (at->waiting_count > 0) {
        put_entry(front, at->waiting[0].e, at->waiting[0].p);
        uint64_t ticket = at->waiting[0].ticket;
        free_waiting(at, 0);
        memmove(at->waiting, at->waiting + 1, --at->waiting_count * sizeof *at->waiting);
        hub_appended(at->hub, FRONT_ROOM, ticket, front->entry_count, front->now_ms);
    }
}

static struct entry entry_at(const struct front *front, size_t index)
{
    const struct front_entry *entry = &front->entries[index];
    return (struct entry){.position = index + 1,
                          .id = entry->id,
                          .at_ms = entry->at_ms,
                          .e = entry->e,
                          .e_length = strlen(entry->e),
                          .p = entry->p,
                          .p_length = entry->p == NULL ? 0 : strlen(entry->p)};
}

void front_read(struct front *front, size_t hub)
{
    struct front_hub *at = &front->hubs[hub];
    const char *id;

    if (!at->followed)
        return;
    if (!at->caught_up)
        hub_room_bank(at->hub, FRONT_ROOM, stage_bank());
    for (size_t i = hub_position(at->hub, FRONT_ROOM, &id); i < front->entry_count && at->followed; i++) {
        struct entry entry = entry_at(front, i);
        if (hub_entry(at->hub, FRONT_ROOM, &entry, front->now_ms) == HUB_ENTRY_UNKNOWN)
            return;
    }
    if (!at->caught_up)
        hub_caught_up(at->hub, FRONT_ROOM, FRONT_WALL_MS + front->wall_shift_ms + front->now_ms, front->now_ms);
    at->caught_up = true;
}

static void hear(struct guest *guest)
{
    struct hub *hub = guest->front->hubs[guest->hub].hub;
    struct frame *frame;

    if (guest->deaf || !(guest->writable || guest->closing))
        return;
    guest->writable = false;
    while ((frame = session_next(guest->session)) != NULL) {
        if (guest->heard_count == FRONT_HEARD_MAX) {
            free(guest->heard[0]);
            memmove(guest->heard, guest->heard + 1, --guest->heard_count * sizeof *guest->heard);
        }
        guest->heard[guest->heard_count++] = memory_copy((const char *)frame->text, frame->length);
        session_wrote(hub, guest->session, guest->front->now_ms);
    }
}

void front_flush(struct front *front)
{
    for (size_t i = 0; i < front->guest_count; i++) {
        struct guest *guest = &front->guests[i];
        if (guest->session == NULL)
            continue;
        hear(guest);
        if (guest->closing)
            guest_hang_up(guest);
    }
    for (size_t i = 0; i < FRONT_HUBS; i++)
        hub_flushed(front->hubs[i].hub, front->now_ms);
}

static void find_pin(struct front *front, struct front_hub *at)
{
    uint64_t number = at->session_asks_pin;
    at->session_asks_pin = 0;
    if (number != 0)
        hub_pin_found(at->hub, number, front->pin_unknown ? PIN_UNKNOWN : PIN_FOUND, FRONT_ROOM, front->now_ms);
}

void front_settle(struct front *front)
{
    for (int turn = 0; turn < 8; turn++) {
        for (size_t i = 0; i < FRONT_HUBS; i++)
            find_pin(front, &front->hubs[i]);
        front_wait(front, LINGER_MS + 1);
        for (size_t i = 0; i < FRONT_HUBS; i++)
            front_store(front, i);
        for (size_t i = 0; i < FRONT_HUBS; i++)
            front_read(front, i);
        front_flush(front);
    }
}

void front_forget(struct front *front, size_t kept)
{
    for (size_t i = kept; i < front->entry_count; i++) {
        free(front->entries[i].e);
        free(front->entries[i].p);
    }
    front->entry_count = kept;
    for (size_t i = 0; i < FRONT_HUBS; i++) {
        hub_room_lost(front->hubs[i].hub, FRONT_ROOM, front->now_ms);
        front->hubs[i].caught_up = false;
    }
}

/* ---- guests ---- */

struct guest *front_guest(struct front *front, size_t hub)
{
    assert(front->guest_count < FRONT_GUESTS_MAX);
    struct guest *guest = &front->guests[front->guest_count++];
    *guest = (struct guest){.front = front, .hub = hub};
    guest->session = hub_connected(front->hubs[hub].hub, guest, front->now_ms);
    return guest;
}

void guest_say_bytes(struct guest *guest, const char *bytes, size_t length)
{
    char *copy = memory_copy(bytes, length); /* its own memory, so that a look past the end is seen */
    if (guest->session != NULL)
        hub_message(guest->front->hubs[guest->hub].hub, guest->session, copy, length, guest->front->now_ms);
    free(copy);
}

void guest_say(struct guest *guest, const char *text)
{
    guest_say_bytes(guest, text, strlen(text));
}

void guest_ask(struct guest *guest, const char *text)
{
    guest_say(guest, text);
    front_settle(guest->front);
}

void guest_hang_up(struct guest *guest)
{
    if (guest->session != NULL)
        hub_disconnected(guest->front->hubs[guest->hub].hub, guest->session, guest->front->now_ms);
    guest->session = NULL;
}

static bool is_of_type(const char *frame, const char *type)
{
    char head[40];
    snprintf(head, sizeof head, "{\"t\":\"%s\"", type);
    return strncmp(frame, head, strlen(head)) == 0;
}

const char *guest_heard(const struct guest *guest, const char *type)
{
    for (size_t i = guest->heard_count; i > 0; i--)
        if (is_of_type(guest->heard[i - 1], type))
            return guest->heard[i - 1];
    return NULL;
}

size_t guest_count(const struct guest *guest, const char *type)
{
    size_t count = 0;
    for (size_t i = 0; i < guest->heard_count; i++)
        count += is_of_type(guest->heard[i], type);
    return count;
}

const char *frame_text(const char *frame, const char *name)
{
    static char texts[8][TOKEN_MAX];
    static size_t next;
    cJSON *json = frame == NULL ? NULL : cJSON_Parse(frame);
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    char *out = texts[next++ % 8];
    snprintf(out, TOKEN_MAX, "%s", cJSON_IsString(item) ? item->valuestring : "");
    cJSON_Delete(json);
    return out;
}

int64_t frame_number(const char *frame, const char *name)
{
    cJSON *json = frame == NULL ? NULL : cJSON_Parse(frame);
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    int64_t number = cJSON_IsNumber(item) ? (int64_t)item->valuedouble : -1;
    cJSON_Delete(json);
    return number;
}

struct guest *front_join(struct front *front, size_t hub, const char *name)
{
    char text[200];
    struct guest *guest = front_guest(front, hub);
    snprintf(text, sizeof text, "{\"t\":\"join\",\"pin\":\"" STAGE_PIN "\",\"name\":\"%s\",\"once\":\"once-%012zu\"}",
             name, front->guest_count);
    guest_ask(guest, text);
    return guest;
}

struct guest *front_host(struct front *front, size_t hub)
{
    char text[120];
    struct guest *guest = front_guest(front, hub);
    snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"host\",\"page\":\"page%zu\"}", front->guest_count);
    guest_ask(guest, text);
    return guest;
}

const char *guest_do(struct guest *guest, const char *command)
{
    static unsigned next;
    char text[300], id[16];

    snprintf(id, sizeof id, "k%u", ++next);
    snprintf(text, sizeof text, "{\"t\":\"do\",\"id\":\"%s\",\"cmd\":%s}", id, command);
    guest_ask(guest, text);
    const char *done = guest_heard(guest, "done"), *refused = guest_heard(guest, "refused");
    if (done != NULL && strcmp(frame_text(done, "id"), id) == 0)
        return "";
    return refused != NULL && strcmp(frame_text(refused, "id"), id) == 0 ? frame_text(refused, "why") : "no answer";
}
