/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames from clients, a line each; its first letter says from whom (h a host, p a player, j a judge, s a screen, else
 * somebody new), the rest is the frame. The log takes everything at once. Whatever comes, the hub stays whole, and
 * nobody but the staff is told a key before its reveal.
 */
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"
#include "rooms/hub.h"
#include "tests/support/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SESSIONS 5
#define ENTRIES_MAX 400

struct world {
    struct hub *hub;
    struct session *sessions[SESSIONS];
    bool closing[SESSIONS];
    struct {
        char *e;
        char *p;
        size_t p_length;
    } entries[ENTRIES_MAX];
    size_t entries_count, entries_read;
    uint64_t pin_asked;
    int64_t now_ms;
    uint64_t random;
};

static void take_append(void *engine, const struct append *append)
{
    struct world *world = engine;
    if (world->entries_count == ENTRIES_MAX)
        return;
    size_t i = world->entries_count++;
    world->entries[i].e = memory_copy(append->e, append->e_length);
    world->entries[i].p = append->p_length == 0 ? NULL : memory_copy(append->p, append->p_length);
    world->entries[i].p_length = append->p_length;
}

static void note_writable(void *engine, void *connection)
{
    (void)engine;
    (void)connection;
}

static void note_close(void *engine, void *connection, enum close_code code)
{
    (void)code;
    ((struct world *)engine)->closing[(size_t)connection - 1] = true;
}

static void ask_pin(void *engine, void *connection, const char *pin, uint64_t session_number)
{
    (void)connection;
    (void)pin;
    ((struct world *)engine)->pin_asked = session_number;
}

static void ignore_room(void *engine, const char *room)
{
    (void)engine;
    (void)room;
}

static enum token_result read_token(void *engine, const char *token, size_t length, struct claims *out)
{
    static const char letters[] = "hpjs";
    static const enum role roles[] = {ROLE_HOST, ROLE_PLAYER, ROLE_JUDGE, ROLE_SCREEN};
    const char *found = length == 0 ? NULL : memchr(letters, token[0], 4);
    (void)engine;
    if (found == NULL)
        return TOKEN_BAD;
    *out = (struct claims){.role = roles[found - letters]};
    memcpy(out->room, STAGE_ROOM, sizeof STAGE_ROOM);
    if (out->role == ROLE_PLAYER)
        player_id_write(stage_player(0), out->player);
    return TOKEN_FINE;
}

static void write_token(void *engine, const struct claims *claims, char out[TOKEN_MAX])
{
    (void)engine;
    (void)claims;
    memcpy(out, "p", 2);
}

static void draw(void *engine, void *bytes, size_t length)
{
    struct world *world = engine;
    for (size_t i = 0; i < length; i++)
        ((uint8_t *)bytes)[i] =
            (uint8_t)((world->random = world->random * 6364136223846793005u + 1442695040888963407u) >> 56);
}

static void tell_line(void *engine, void *connection, struct line *out)
{
    (void)engine;
    (void)connection;
    *out = (struct line){.rtt_ms = 20, .turn_ms = 1};
}

static void ignore_board(void *engine, const char *room, uint64_t position)
{
    (void)engine;
    (void)room;
    (void)position;
}

static void ignore_due(void *engine, const char *room, int64_t wall_ms)
{
    (void)engine;
    (void)room;
    (void)wall_ms;
}

static void ignore_pin(void *engine, const char *room, const char *pin, int64_t after_ms)
{
    (void)engine;
    (void)room;
    (void)pin;
    (void)after_ms;
}

static void apply_entries(struct world *world)
{
    while (world->entries_read < world->entries_count) {
        size_t i = world->entries_read++;
        struct entry entry = {.position = i + 1,
                              .id = "1-0",
                              .at_ms = 1000000 + world->now_ms,
                              .e = world->entries[i].e,
                              .e_length = strlen(world->entries[i].e),
                              .p = world->entries[i].p,
                              .p_length = world->entries[i].p_length};
        if (hub_entry(world->hub, STAGE_ROOM, &entry, world->now_ms) != HUB_ENTRY_TAKEN)
            abort(); /* the hub must understand what it wrote */
        hub_appended(world->hub, STAGE_ROOM, 0, i + 1, world->now_ms);
    }
}

static void settle(struct world *world)
{
    for (int turn = 0; turn < 3; turn++) {
        if (world->pin_asked != 0) {
            uint64_t number = world->pin_asked;
            world->pin_asked = 0;
            hub_pin_found(world->hub, number, PIN_FOUND, STAGE_ROOM, world->now_ms);
        }
        world->now_ms += 5;
        if (hub_due_ms(world->hub) <= world->now_ms)
            hub_tick(world->hub, world->now_ms);
        apply_entries(world);
        for (size_t i = 0; i < SESSIONS; i++) {
            while (session_next(world->sessions[i]) != NULL)
                session_wrote(world->hub, world->sessions[i], world->now_ms);
            if (world->closing[i]) {
                hub_disconnected(world->hub, world->sessions[i], world->now_ms);
                world->closing[i] = false;
                world->sessions[i] = hub_connected(world->hub, (void *)(i + 1), world->now_ms);
            }
        }
        hub_flushed(world->hub, world->now_ms);
    }
}

static void forget_time(void *engine, uint64_t key, int64_t ms)
{
    (void)engine;
    (void)key;
    (void)ms;
}

static bool know_no_time(void *engine, uint64_t key, int64_t *ms)
{
    (void)engine;
    (void)key;
    (void)ms;
    return false;
}

static void begin(struct world *world)
{
    static const uint8_t salt[TEXT_SALT_BYTES] = {7};
    struct hub_ports ports = {.engine = world,
                              .append = take_append,
                              .writable = note_writable,
                              .close = note_close,
                              .find_pin = ask_pin,
                              .follow = ignore_room,
                              .unfollow = ignore_room,
                              .read_token = read_token,
                              .write_token = write_token,
                              .random = draw,
                              .line = tell_line,
                              .board_changed = ignore_board,
                              .due = ignore_due,
                              .pin_free = ignore_pin,
                              .keep_time = forget_time,
                              .kept_time = know_no_time};
    char why[200];
    struct bank *bank = stage_bank();
    cJSON *settings = cJSON_Parse("{\"class_list\":[\"An\",\"Lan\",\"Lan\"]}");
    struct plan *plan = plan_build(bank, settings, 7, salt, why, sizeof why);
    struct append created = {.room = STAGE_ROOM};
    char *e, *p;

    memcpy(plan->pin, STAGE_PIN, sizeof STAGE_PIN);
    plan_write_created(plan, "0123456789abcdef01234567", &e, &p);
    created = (struct append){.room = STAGE_ROOM, .e = e, .e_length = strlen(e), .p = p, .p_length = strlen(p)};
    take_append(world, &created);
    free(e);
    free(p);
    plan_free(plan);
    cJSON_Delete(settings);
    world->hub = hub_new(&ports, 7);
    for (size_t i = 0; i < SESSIONS; i++)
        world->sessions[i] = hub_connected(world->hub, (void *)(i + 1), world->now_ms);
    hub_visit(world->hub, STAGE_ROOM, world->now_ms);
    hub_room_bank(world->hub, STAGE_ROOM, bank);
    apply_entries(world);
    hub_caught_up(world->hub, STAGE_ROOM, 1000000 + world->now_ms, world->now_ms);
}

static void say(struct world *world, const char *line, size_t length)
{
    static const char letters[] = "hpjs";
    const char *found = length == 0 ? NULL : memchr(letters, line[0], 4);
    size_t who = found == NULL ? 4 : (size_t)(found - letters);

    if (length > 0)
        hub_message(world->hub, world->sessions[who], line + 1, length - 1, world->now_ms);
    world->now_ms += length > 0 && line[0] == 'h' ? 600 : 50;
    settle(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world *world = memory_new(1, sizeof *world);
    const char *text = (const char *)data;

    world->now_ms = 10000;
    begin(world);
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - text) - at;
        say(world, text + at, length);
        at += length + 1;
    }
    hub_free(world->hub);
    for (size_t i = 0; i < world->entries_count; i++) {
        free(world->entries[i].e);
        free(world->entries[i].p);
    }
    free(world);
    return 0;
}
