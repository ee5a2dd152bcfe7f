/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulation/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_EVERY_MS 300 /* as LOG_LOOK_EVERY_MS: well within the settle time */

int64_t worker_now_ms(const struct world *world, const struct worker *worker)
{
    return world->now_ms + worker->machine->skew_ms;
}

static void schedule(struct worker *worker, enum happening_type type, int64_t at_ms, uint64_t number)
{
    world_schedule(worker->world, (struct happening){.at_ms = at_ms,
                                                     .type = type,
                                                     .target = worker->index,
                                                     .incarnation = worker->incarnation,
                                                     .epoch = worker->epoch,
                                                     .number = number});
}

/* The hub may have set itself a time. */
static void wake_in_time(struct worker *worker)
{
    struct world *world = worker->world;
    int64_t due_ms = hub_due_ms(worker->hub);

    if (due_ms == INT64_MAX)
        return;
    int64_t at_ms = due_ms - worker->machine->skew_ms;
    at_ms = at_ms < world->now_ms ? world->now_ms : at_ms;
    if (worker->tick_at_ms >= world->now_ms && worker->tick_at_ms <= at_ms)
        return;
    worker->tick_at_ms = at_ms;
    schedule(worker, AT_TICK, at_ms, 0);
}

/* After whatever was done with the hub: it may have something to write. */
static void look_after(struct worker *worker)
{
    wake_in_time(worker);
    if (worker->flushing || !worker->wants_flush)
        return;
    worker->flushing = true;
    schedule(worker, AT_FLUSH, worker->world->now_ms + (chance_of(&worker->world->chance, 100) ? 3 : 0), 0);
}

/* ---- ports ---- */

static void port_append(void *engine, const struct append *append)
{
    struct worker *worker = engine;
    struct world *world = worker->world;

    if (worker->queued == worker->queue_capacity) {
        worker->queue_capacity = worker->queue_capacity == 0 ? 16 : worker->queue_capacity * 2;
        worker->queue = memory_grow(worker->queue, worker->queue_capacity, sizeof *worker->queue);
    }
    worker->queue[worker->queued++] =
        (struct waiting){.e = memory_copy(append->e, append->e_length),
                         .p = append->p_length == 0 ? NULL : memory_copy(append->p, append->p_length),
                         .ticket = append->ticket};
    if (!worker->connected)
        return;
    int64_t at_ms = world->now_ms + world_delay(world);
    worker->append_at_ms = at_ms > worker->append_at_ms ? at_ms : worker->append_at_ms;
    schedule(worker, AT_APPEND, worker->append_at_ms, 0);
}

static void port_writable(void *engine, void *connection)
{
    ((struct worker *)engine)->wants_flush = true;
    ((struct wire *)connection)->writable = true;
}

static void port_close(void *engine, void *connection, enum close_code code)
{
    struct wire *line = connection;
    ((struct worker *)engine)->wants_flush = true;
    line->closing = true;
    line->close_code = code;
}

static void port_find_pin(void *engine, void *connection, const char *pin, uint64_t session_number)
{
    struct worker *worker = engine;
    (void)connection;
    world_schedule(worker->world, (struct happening){.at_ms = worker->world->now_ms + world_delay(worker->world),
                                                     .type = AT_PIN,
                                                     .target = worker->index,
                                                     .incarnation = worker->incarnation,
                                                     .number = session_number,
                                                     .epoch = strcmp(pin, PIN) == 0});
}

static void read_on(struct worker *worker);

static void port_follow(void *engine, const char *room)
{
    struct worker *worker = engine;
    (void)room;
    worker->followed = true;
    worker->has_bank = worker->caught_up = false;
    worker->known = 0;
    read_on(worker);
}

static void port_unfollow(void *engine, const char *room)
{
    (void)room;
    ((struct worker *)engine)->followed = false;
}

/* "t1.<role>.<room>.<player>.<generation>" is as good as a signed one here: a page that changes it is refused. */
static enum token_result port_read_token(void *engine, const char *token, size_t length, struct claims *out)
{
    char player[PLAYER_ID_MAX + 1] = "";
    int role = 0;
    unsigned generation = 0;
    (void)engine;
    (void)length;

    if (sscanf(token, "t1.%d.%16[^.].%u.", &role, player, &generation) != 3 || role <= ROLE_NONE || role >= ROLE_COUNT)
        return TOKEN_BAD;
    if (token[strlen(token) - 1] != '.')
        return TOKEN_BAD;
    *out = (struct claims){.role = (enum role)role, .room = ROOM, .generation = generation};
    if (role == ROLE_PLAYER)
        memcpy(out->player, player, sizeof out->player);
    return TOKEN_FINE;
}

static void port_write_token(void *engine, const struct claims *claims, char out[TOKEN_MAX])
{
    (void)engine;
    snprintf(out, TOKEN_MAX, "t1.%d.%s.%u.", (int)claims->role, claims->player, claims->generation);
}

static void port_random(void *engine, void *bytes, size_t length)
{
    chance_fill(&((struct worker *)engine)->world->chance, bytes, length);
}

static void port_line(void *engine, void *connection, struct line *out)
{
    struct worker *worker = engine;
    (void)connection;
    *out = (struct line){.rtt_ms = (uint32_t)chance_between(&worker->world->chance, 0, 400), .turn_ms = 1};
}

static void port_board_changed(void *engine, const char *room, uint64_t position)
{
    struct worker *worker = engine;
    struct board_row row;
    (void)position;
    for (size_t i = 0; hub_board_row(worker->hub, room, i, &row); i++)
        if (row.rank == 0 || row.removed)
            world_fail(worker->world, "a_board_has_ranks", "row %zu has none", i);
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
    struct machine *machine = ((struct worker *)engine)->machine;
    machine->noted_keys[key % NOTES] = key;
    machine->noted_ms[key % NOTES] = ms;
}

static bool port_kept_time(void *engine, uint64_t key, int64_t *ms)
{
    const struct machine *machine = ((struct worker *)engine)->machine;
    *ms = machine->noted_ms[key % NOTES];
    return machine->noted_keys[key % NOTES] == key;
}

/* ---- starting, crashing ---- */

void worker_start(struct world *world, size_t index)
{
    struct worker *worker = &world->workers[index];
    uint64_t incarnation = worker->incarnation + 1, epoch = worker->epoch + 1;
    struct hub_ports ports = {.engine = worker,
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

    *worker = (struct worker){.world = world,
                              .index = index,
                              .incarnation = incarnation,
                              .epoch = epoch,
                              .machine = &world->machines[chance_between(&world->chance, 0, MACHINES - 1)],
                              .connected = !world->store.away,
                              .tick_at_ms = -1};
    world_say(world, "w%zu starts", index);
    worker->hub = hub_new(&ports, chance_next(&world->chance));
    if (!worker->connected)
        hub_storage(worker->hub, STORAGE_AWAY, worker_now_ms(world, worker));
    schedule(worker, AT_LOOK, world->now_ms + LOOK_EVERY_MS, 0);
    schedule(worker, AT_RECONNECT, world->now_ms + 100, 0);
}

static void forget_queue(struct worker *worker)
{
    for (size_t i = 0; i < worker->queued; i++) {
        free(worker->queue[i].e);
        free(worker->queue[i].p);
    }
    free(worker->queue);
    worker->queue = NULL;
    worker->queued = worker->queue_capacity = worker->landed = 0;
}

/* Of what was sent, the store may have taken a part, in order; nobody hears of it. */
static void land_some(struct world *world, struct worker *worker)
{
    size_t sent = worker->connected && !world->store.away ? worker->queued : 0;
    size_t more =
        worker->landed < sent ? (size_t)chance_between(&world->chance, 0, (int64_t)(sent - worker->landed)) : 0;
    for (size_t i = 0; i < more; i++)
        store_append(world, worker->index, worker->queue[worker->landed + i].e, worker->queue[worker->landed + i].p);
    worker->landed = 0;
}

void worker_crash(struct world *world, size_t index)
{
    struct worker *worker = &world->workers[index];

    world_say(world, "w%zu crashes", index);
    land_some(world, worker);
    for (size_t i = 0; i < worker->line_count; i++) {
        worker->lines[i]->session = NULL;
        world_schedule(world, (struct happening){.at_ms = world->now_ms + chance_between(&world->chance, 1, 200),
                                                 .type = AT_CLIENT_CLOSED,
                                                 .target = worker->lines[i]->client,
                                                 .line = worker->lines[i]});
    }
    hub_free(worker->hub);
    worker->hub = NULL;
    worker->stalled_until_ms = 0;
    worker->line_count = 0;
    free(worker->lines);
    worker->lines = NULL;
    forget_queue(worker);
    world_schedule(world, (struct happening){.at_ms = world->now_ms + chance_between(&world->chance, 50, 3000),
                                             .type = AT_RESTART,
                                             .target = index});
}

void worker_clear(struct world *world, size_t index)
{
    struct worker *worker = &world->workers[index];
    hub_free(worker->hub);
    forget_queue(worker);
    free(worker->lines);
}

void worker_break(struct world *world, size_t index)
{
    struct worker *worker = &world->workers[index];

    if (worker->hub == NULL || !worker->connected)
        return;
    world_say(world, "w%zu loses its connection", index);
    land_some(world, worker);
    worker->connected = worker->reading = false;
    worker->epoch++;
    hub_storage(worker->hub, STORAGE_AWAY, worker_now_ms(world, worker));
    look_after(worker);
    schedule(worker, AT_RECONNECT, world->now_ms + chance_between(&world->chance, 50, 1000), 0);
}

static void reconnect(struct world *world, struct worker *worker)
{
    if (world->store.away) {
        schedule(worker, AT_RECONNECT, world->now_ms + chance_between(&world->chance, 50, 1000), 0);
        return;
    }
    if (!worker->connected) {
        world_say(world, "w%zu is connected again and sends %zu again", worker->index, worker->queued);
        worker->connected = true;
        worker->append_at_ms = world->now_ms;
        for (size_t i = 0; i < worker->queued; i++) {
            worker->append_at_ms += world_delay(world) / 8;
            schedule(worker, AT_APPEND, worker->append_at_ms, 0);
        }
        hub_storage(worker->hub, STORAGE_OK, worker_now_ms(world, worker));
    }
    worker->compare = worker->followed;
    worker->known = world->store.count;
    read_on(worker);
}

/* ---- reading ---- */

static uint64_t position_of(const struct worker *worker)
{
    const char *id;
    return hub_position(worker->hub, ROOM, &id);
}

static void read_on(struct worker *worker)
{
    if (worker->reading || !worker->connected || !worker->followed)
        return;
    if (!worker->compare && worker->caught_up && worker->known <= position_of(worker))
        return;
    worker->reading = true;
    schedule(worker, worker->compare ? AT_COMPARE : AT_READ, worker->world->now_ms + world_delay(worker->world), 0);
}

static void compare(struct world *world, struct worker *worker)
{
    struct entry entry;
    uint64_t position = position_of(worker);
    bool here = position > 0 && position <= world->store.count;

    worker->reading = worker->compare = false;
    if (here)
        store_entry(&world->store, position - 1, &entry);
    if (position > 0 && !hub_same_last(worker->hub, ROOM, here ? &entry : NULL)) {
        world_say(world, "w%zu has lost the room at %llu", worker->index, (unsigned long long)position);
        worker->has_bank = worker->caught_up = false;
        hub_room_lost(worker->hub, ROOM, worker_now_ms(world, worker));
    }
    read_on(worker);
}

static void read_page(struct world *world, struct worker *worker)
{
    uint64_t position = position_of(worker), page = (uint64_t)chance_between(&world->chance, 1, 40);
    int64_t now_ms = worker_now_ms(world, worker);

    worker->reading = false;
    if (!worker->has_bank)
        hub_room_bank(worker->hub, ROOM, stage_bank());
    worker->has_bank = true;
    for (uint64_t i = 0; i < page && position < world->store.count && !world->failed; i++) {
        struct entry entry;
        store_entry(&world->store, position, &entry);
        if (hub_entry(worker->hub, ROOM, &entry, now_ms) != HUB_ENTRY_TAKEN) {
            world_fail(world, "entries_are_taken", "w%zu does not take %llu", worker->index,
                       (unsigned long long)position + 1);
            return;
        }
        position++;
        world->entries_applied++;
        check_entry(world, worker->index);
    }
    if (worker->known < position)
        worker->known = position;
    if (!worker->caught_up && position == world->store.count) {
        worker->caught_up = true;
        world_say(world, "w%zu has caught up at %llu", worker->index, (unsigned long long)position);
        hub_caught_up(worker->hub, ROOM, WALL_MS + world->now_ms - chance_between(&world->chance, 0, DELAY_LAST_MS),
                      now_ms);
    }
    worker->wants_flush = true; /* a turn of the loop ends with a flush, also when there was nobody to write to */
    read_on(worker);
}

void worker_note_position(struct world *world, size_t index, uint64_t position)
{
    struct worker *worker = &world->workers[index];
    if (position > worker->known)
        worker->known = position;
    read_on(worker);
}

static void look(struct world *world, struct worker *worker)
{
    if (worker->connected && worker->followed) {
        if (world->store.count > worker->known)
            worker->known = world->store.count;
        if (world->store.count < position_of(worker))
            worker->compare = true;
        read_on(worker);
    }
    schedule(worker, AT_LOOK, world->now_ms + LOOK_EVERY_MS, 0);
}

/* ---- appending ---- */

static void append(struct world *world, struct worker *worker)
{
    if (worker->landed >= worker->queued)
        return;
    const struct waiting *waiting = &worker->queue[worker->landed++];
    uint64_t position = store_append(world, worker->index, waiting->e, waiting->p);
    int64_t at_ms = world->now_ms + world_delay(world);
    worker->reply_at_ms = at_ms > worker->reply_at_ms ? at_ms : worker->reply_at_ms;
    schedule(worker, AT_APPENDED, worker->reply_at_ms, position);
}

static void appended(struct world *world, struct worker *worker, uint64_t position)
{
    struct waiting first = worker->queue[0];

    worker->queued--;
    worker->landed--;
    memmove(worker->queue, worker->queue + 1, worker->queued * sizeof *worker->queue);
    hub_appended(worker->hub, ROOM, first.ticket, position, worker_now_ms(world, worker));
    free(first.e);
    free(first.p);
    worker_note_position(world, worker->index, position);
}

/* ---- writing to lines ---- */

static void send_down(struct world *world, struct wire *line, struct happening happening)
{
    int64_t at_ms = world->now_ms + world_delay(world);
    line->down_at_ms = at_ms > line->down_at_ms ? at_ms : line->down_at_ms;
    happening.at_ms = line->down_at_ms;
    happening.target = line->client;
    happening.line = line;
    world_schedule(world, happening);
}

static void write_line(struct world *world, struct worker *worker, struct wire *line)
{
    struct frame *frame;

    if (world->now_ms < line->slow_until_ms && !line->closing)
        return;
    line->writable = false;
    while ((frame = session_next(line->session)) != NULL) {
        char *text = memory_copy((const char *)frame->text, frame->length);
        world->frames++;
        check_frame(world, line, text);
        send_down(world, line, (struct happening){.type = AT_CLIENT_FRAME, .text = text});
        session_wrote(worker->hub, line->session, worker_now_ms(world, worker));
    }
}

static void forget_line(struct worker *worker, struct wire *line)
{
    for (size_t i = 0; i < worker->line_count; i++)
        if (worker->lines[i] == line)
            worker->lines[i] = worker->lines[--worker->line_count];
    hub_disconnected(worker->hub, line->session, worker_now_ms(worker->world, worker));
    line->session = NULL;
}

static void flush(struct world *world, struct worker *worker)
{
    bool waits = false;

    worker->flushing = worker->wants_flush = false;
    for (size_t i = 0; i < worker->line_count; i++) {
        struct wire *line = worker->lines[i];
        if (line->writable || line->closing)
            write_line(world, worker, line);
        waits = waits || line->writable;
    }
    for (size_t i = worker->line_count; i > 0; i--) {
        struct wire *line = worker->lines[i - 1];
        if (!line->closing)
            continue;
        send_down(world, line, (struct happening){.type = AT_CLIENT_CLOSED, .number = line->close_code});
        forget_line(worker, line);
    }
    hub_flushed(worker->hub, worker_now_ms(world, worker));
    if (waits) {
        worker->flushing = worker->wants_flush = true;
        schedule(worker, AT_FLUSH, world->now_ms + 50, 0);
    }
}

/* ---- lines that open, speak and end ---- */

static void open_line(struct world *world, struct worker *worker, struct wire *line)
{
    if (worker->line_count == worker->line_capacity) {
        worker->line_capacity = worker->line_capacity == 0 ? 16 : worker->line_capacity * 2;
        worker->lines = memory_grow(worker->lines, worker->line_capacity, sizeof *worker->lines);
    }
    line->incarnation = worker->incarnation;
    line->session = hub_connected(worker->hub, line, worker_now_ms(world, worker));
    worker->lines[worker->line_count++] = line;
}

static void line_happening(struct world *world, struct worker *worker, struct happening *happening)
{
    struct wire *line = happening->line;

    if (happening->type == AT_LINE_OPEN) {
        open_line(world, worker, line);
        return;
    }
    if (line->session == NULL)
        return; /* ended on this side already */
    if (happening->type == AT_LINE_GONE)
        forget_line(worker, line);
    else
        hub_message(worker->hub, line->session, happening->text, happening->number, worker_now_ms(world, worker));
}

/* ---- what happens to a worker ---- */

static void refuse_line(struct world *world, struct wire *line)
{
    world_schedule(
        world,
        (struct happening){.at_ms = world->now_ms + 5, .type = AT_CLIENT_CLOSED, .target = line->client, .line = line});
}

static void with_hub(struct world *world, struct worker *worker, struct happening *happening)
{
    bool connected = worker->connected && happening->epoch == worker->epoch;

    if (happening->type == AT_TICK)
        hub_tick(worker->hub, worker_now_ms(world, worker));
    else if (happening->type == AT_FLUSH)
        flush(world, worker);
    else if (happening->type == AT_PIN)
        hub_pin_found(worker->hub, happening->number,
                      world->store.away  ? PIN_UNAVAILABLE
                      : happening->epoch ? PIN_FOUND
                                         : PIN_UNKNOWN,
                      ROOM, worker_now_ms(world, worker));
    else if (happening->type == AT_RECONNECT)
        reconnect(world, worker);
    else if (happening->type == AT_LOOK)
        look(world, worker);
    else if (happening->line != NULL)
        line_happening(world, worker, happening);
    else if (!connected)
        return;
    else if (happening->type == AT_APPENDED)
        appended(world, worker, happening->number);
    else if (happening->type == AT_NOTICE)
        worker_note_position(world, worker->index, happening->number);
    else if (happening->type == AT_READ)
        read_page(world, worker);
    else if (happening->type == AT_COMPARE)
        compare(world, worker);
}

void worker_happening(struct world *world, struct happening *happening)
{
    struct worker *worker = &world->workers[happening->target];

    if (worker->hub == NULL && happening->type == AT_LINE_OPEN)
        refuse_line(world, happening->line);
    if (worker->hub == NULL)
        return;
    bool any = happening->type == AT_LINE_OPEN || happening->type == AT_LINE_MESSAGE || happening->type == AT_LINE_GONE;
    if (!any && happening->incarnation != worker->incarnation)
        return;
    if (any && happening->type != AT_LINE_OPEN && happening->line->incarnation != worker->incarnation)
        return;
    if (happening->type == AT_APPEND) {
        if (worker->connected && happening->epoch == worker->epoch)
            append(world, worker);
        return;
    }
    if (happening->type == AT_TICK && worker->tick_at_ms == happening->at_ms)
        worker->tick_at_ms = -1;
    with_hub(world, worker, happening);
    if (!world->failed)
        look_after(worker);
}
