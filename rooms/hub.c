/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct hub *hub_new(const struct hub_ports *ports, uint64_t seed)
{
    struct hub *hub = memory_new(1, sizeof *hub);
    hub->ports = *ports;
    hub->seed = seed;
    hub->due_ms = INT64_MAX;
    hub->store_back_ms = -STORE_BACK_MS;
    effects_init(&hub->effects);
    buffer_init(&hub->scratch);
    return hub;
}

void hall_free(struct hall *hall)
{
    commands_clear(hall);
    batch_clear(hall);
    for (size_t type = 0; type < HEADED_COUNT; type++) {
        buffer_clear(&hall->heads[type][0].text);
        buffer_clear(&hall->heads[type][1].text);
    }
    room_free(hall->room);
    bank_free(hall->bank);
    map_clear(&hall->joiners);
    free(hall->sessions);
    free(hall->by_seat);
    free(hall->leaving);
    free(hall);
}

void hub_free(struct hub *hub)
{
    if (hub == NULL)
        return;
    for (size_t i = 0; i < hub->slot_count; i++) {
        if (hub->slots[i] != NULL) {
            hub->slots[i]->hall = NULL;
            session_free(hub->slots[i]);
        }
    }
    for (size_t i = 0; i < hub->hall_count; i++)
        hall_free(hub->halls[i]);
    free(hub->halls);
    free(hub->slots);
    free(hub->free_slots);
    free(hub->public_url);
    effects_clear(&hub->effects);
    buffer_clear(&hub->scratch);
    free(hub);
}

void hub_set_public_url(struct hub *hub, const char *public_url)
{
    free(hub->public_url);
    hub->public_url = public_url == NULL ? NULL : memory_copy(public_url, strlen(public_url));
}

/* SplitMix64. */
uint64_t hub_chance(struct hub *hub, uint64_t limit)
{
    uint64_t z = hub->seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % limit;
}

/* ---- halls ---- */

struct hall *hub_hall(const struct hub *hub, const char *room)
{
    for (size_t i = 0; i < hub->hall_count; i++)
        if (strcmp(hub->halls[i]->id, room) == 0)
            return hub->halls[i];
    return NULL;
}

static void reset_time(struct hall *hall)
{
    hall->opened_ms = hall->closed_ms = hall->stopped_ms = 0;
    hall->spread_ms = 0;
    hall->closing_ms = -1;
    hall->proposed_clock = hall->proposed_all = 0;
}

struct hall *hub_need_hall(struct hub *hub, const char *room, int64_t now_ms)
{
    struct hall *hall = hub_hall(hub, room);
    if (hall != NULL || strlen(room) > ROOM_ID_MAX)
        return hall;
    if (hub->hall_count == hub->hall_capacity) {
        hub->hall_capacity = hub->hall_capacity == 0 ? 16 : hub->hall_capacity * 2;
        hub->halls = memory_grow(hub->halls, hub->hall_capacity, sizeof(struct hall *));
    }
    hall = memory_new(1, sizeof *hall);
    hall->hub = hub;
    memcpy(hall->id, room, strlen(room) + 1);
    memcpy(hall->last_id, "0-0", 4);
    hall->room = room_new();
    hall->empty_since_ms = now_ms;
    hall->hurry_ms = INT64_MAX;
    reset_time(hall);
    hub->halls[hub->hall_count++] = hall;
    hub->ports.follow(hub->ports.engine, room);
    hub_wake(hub, now_ms + EMPTY_HALL_MS);
    return hall;
}

static void forget_hall(struct hub *hub, struct hall *hall, int64_t now_ms)
{
    while (hall->session_count > 0)
        session_leave_hall(hall->sessions[0], now_ms);
    hub->ports.unfollow(hub->ports.engine, hall->id);
    size_t index = 0;
    while (hub->halls[index] != hall)
        index++;
    hub->halls[index] = hub->halls[--hub->hall_count];
    hall_free(hall);
}

const struct question *hall_texts(const struct hall *hall, uint32_t q)
{
    const struct plan *plan = room_plan(hall->room);
    if (hall->bank == NULL || plan == NULL || q == 0 || q > plan->question_count)
        return NULL;
    uint32_t index = plan->questions[q - 1].bank_index;
    return index < hall->bank->question_count ? &hall->bank->questions[index] : NULL;
}

void hub_room_bank(struct hub *hub, const char *room, struct bank *bank)
{
    struct hall *hall = hub_hall(hub, room);
    if (hall == NULL) {
        bank_free(bank);
        return;
    }
    bank_free(hall->bank);
    hall->bank = bank;
    show_forget_heads(hall);
}

static void turn_out(struct hub *hub, const char *room, enum refusal why, int64_t now_ms)
{
    struct hall *hall = hub_hall(hub, room);
    if (hall == NULL)
        return;
    while (hall->session_count > 0) {
        struct session *session = hall->sessions[0];
        session_leave_hall(session, now_ms);
        session_error(hub, session, why);
        session_close(hub, session, CLOSE_TOKEN_ENDED);
    }
    forget_hall(hub, hall, now_ms);
}

void hub_room_missing(struct hub *hub, const char *room, int64_t now_ms)
{
    turn_out(hub, room, REFUSAL_BAD_TOKEN, now_ms);
}

void hub_room_archived(struct hub *hub, const char *room, int64_t now_ms)
{
    turn_out(hub, room, REFUSAL_ARCHIVED, now_ms);
}

void hub_visit(struct hub *hub, const char *room, int64_t now_ms)
{
    struct hall *hall = hub_need_hall(hub, room, now_ms);
    if (hall != NULL && hall->session_count == 0)
        hall->empty_since_ms = now_ms;
    hub_wake(hub, now_ms);
}

/* ---- entries ---- */

static void remember_entry(struct hall *hall, const struct entry *entry)
{
    size_t length = strlen(entry->id);
    assert(length < sizeof hall->last_id);
    hall->wall_behind = hall->wall_behind && entry->at_ms <= hall->last_at_ms;
    hall->last_at_ms = entry->at_ms;
    hall->head_before = hall->head;
    chain_fold(&hall->head, entry);
    memcpy(hall->last_id, entry->id, length + 1);
}

static bool changes_board(enum event_type type)
{
    switch (type) {
    case EVENT_REVEALED:
    case EVENT_OPENED: /* from closed: the question was scored */
    case EVENT_ENDED:
    case EVENT_SKIPPED:
    case EVENT_REMOVED:
    case EVENT_RENAMED:
    case EVENT_ADJUSTED:
    case EVENT_DISQUALIFIED:
    case EVENT_REINSTATED:
    case EVENT_MOVED:
    case EVENT_VOIDED:
    case EVENT_REKEYED:
    case EVENT_FROZEN:
    case EVENT_UNFROZEN:
    case EVENT_FINALISED:
        return true;
    case EVENT_CREATED:
    case EVENT_JOINED:
    case EVENT_ATTACHED:
    case EVENT_LEFT:
    case EVENT_RESEATED:
    case EVENT_NODDED:
    case EVENT_ACCOMMODATED:
    case EVENT_LOCKED:
    case EVENT_UNLOCKED:
    case EVENT_ANSWERS:
    case EVENT_CLOSED:
    case EVENT_REOPENED:
    case EVENT_EXTENDED:
    case EVENT_ACCEPTED:
    case EVENT_RANKED:
    case EVENT_PAUSED:
    case EVENT_RESUMED:
    case EVENT_HELD:
    case EVENT_RELEASED:
    case EVENT_NOTICED:
    case EVENT_COUNT:
        break;
    }
    return false;
}

static void tell_engine(struct hall *hall, const struct event *event, bool mine)
{
    const struct hub_ports *ports = &hall->hub->ports;

    if (changes_board(event->type)) {
        hall->board_position = event->position;
        if (mine)
            ports->board_changed(ports->engine, hall->id, event->position);
    }
    if (event->type == EVENT_ENDED && mine)
        ports->pin_free(ports->engine, hall->id, room_plan(hall->room)->pin, PIN_FREE_AFTER_MS);
    if (event->type == EVENT_CLOSED)
        ports->due(ports->engine, hall->id, 0);
    if (!mine || room_phase(hall->room) != PHASE_QUESTION)
        return;
    uint32_t longest = room_longest_limit_ms(hall->room);
    bool timed = longest != LIMIT_NONE && !room_paused(hall->room);
    int64_t left = timed ? (int64_t)longest - room_open_ms(hall->room, event->at_ms) : 0;
    ports->due(ports->engine, hall->id, timed ? event->at_ms + left + 2 * SPREAD_MAX_MS + CAP_MS_MAX : 0);
}

static void apply_entry(struct hall *hall, struct event *event, int64_t now_ms)
{
    struct hub *hub = hall->hub;
    enum refusal refusal = room_apply(hall->room, event, &hub->effects);
    bool mine = hall->caught_up && commands_mine(hall, event->eid);

    if (refusal == REFUSAL_NONE && !hub->effects.repeated)
        clock_apply(hall, event, now_ms);
    if (!hall->caught_up) {
        if (changes_board(event->type))
            hall->board_position = event->position;
        return;
    }
    if (refusal == REFUSAL_NONE && !hub->effects.repeated) {
        tell_engine(hall, event, mine);
        show_effects(hall, event, &hub->effects, now_ms);
    }
    if (refusal != REFUSAL_NONE && !hub->effects.repeated)
        show_refusal(hall, event, now_ms);
    commands_outcome(hall, event, refusal, hub->effects.repeated ? hub->effects.first_position : event->position);
    hub_wake(hub, now_ms);
}

static enum hub_entry_result cannot_serve(struct hub *hub, struct hall *hall, int64_t now_ms)
{
    for (size_t i = 0; i < hall->session_count; i++)
        session_close(hub, hall->sessions[i], CLOSE_BUSY);
    forget_hall(hub, hall, now_ms);
    return HUB_ENTRY_UNKNOWN;
}

/* What an entry shows of the store's clock is short by the time for which it travelled: the greatest is the nearest,
 * unless the clock was set back by more than entries ever travel. */
static void learn_wall(struct hall *hall, int64_t offset_ms)
{
    if (offset_ms > hall->wall_offset_ms || offset_ms < hall->wall_offset_ms - WALL_SET_BACK_MS)
        hall->wall_offset_ms = offset_ms;
}

enum hub_entry_result hub_entry(struct hub *hub, const char *room, const struct entry *entry, int64_t now_ms)
{
    struct hall *hall = hub_hall(hub, room);
    struct event event;

    if (hall == NULL)
        return HUB_ENTRY_TAKEN;
    if (entry->position <= room_position(hall->room))
        return HUB_ENTRY_TAKEN; /* seen already: reading may overlap */
    if (entry->position != room_position(hall->room) + 1)
        return HUB_ENTRY_GAP;
    if (event_read(entry, &event) != EVENT_READ)
        return cannot_serve(hub, hall, now_ms);
    hub->counts.entries++;
    if (hall->caught_up)
        learn_wall(hall, entry->at_ms - now_ms);
    remember_entry(hall, entry);
    apply_entry(hall, &event, now_ms);
    event_clear(&event);
    return HUB_ENTRY_TAKEN;
}

void hub_caught_up(struct hub *hub, const char *room, int64_t wall_ms, int64_t now_ms)
{
    struct hall *hall = hub_hall(hub, room);

    if (hall == NULL || hall->caught_up)
        return;
    if (room_plan(hall->room) == NULL) {
        hub_room_missing(hub, room, now_ms);
        return;
    }
    hall->caught_up = true;
    hall->lost = false;
    hall->wall_offset_ms = wall_ms - now_ms;
    hall->wall_behind = wall_ms + WALL_BEHIND_MS < hall->last_at_ms;
    clock_by_wall(hall, wall_ms, now_ms);
    hall->people_dirty = hall->lobby_dirty = hall->progress_dirty = true;
    for (size_t i = 0; i < hall->session_count; i++) {
        struct session *session = hall->sessions[i];
        size_t before = hall->session_count;
        session_resume(session, now_ms);
        if (hall->session_count < before)
            i--; /* it left; another stands in its place */
    }
    hub_wake(hub, now_ms);
}

uint64_t hub_position(const struct hub *hub, const char *room, const char **id)
{
    const struct hall *hall = hub_hall(hub, room);
    *id = hall == NULL ? "0-0" : hall->last_id;
    return hall == NULL ? 0 : room_position(hall->room);
}

bool hub_same_last(const struct hub *hub, const char *room, const struct entry *entry)
{
    const struct hall *hall = hub_hall(hub, room);

    if (hall == NULL || room_position(hall->room) == 0)
        return true; /* nothing was read that could differ */
    if (entry == NULL || entry->position != room_position(hall->room) || strcmp(entry->id, hall->last_id) != 0)
        return false;
    struct digest head = hall->head_before;
    chain_fold(&head, entry);
    return memcmp(head.bytes, hall->head.bytes, DIGEST_BYTES) == 0;
}

void hub_room_lost(struct hub *hub, const char *room, int64_t now_ms)
{
    struct hall *hall = hub_hall(hub, room);

    if (hall == NULL)
        return;
    hub->counts.losses++;
    room_free(hall->room);
    hall->room = room_new();
    hall->caught_up = false;
    hall->lost = true;
    hall->board_position = 0;
    memset(&hall->head, 0, sizeof hall->head);
    memcpy(hall->last_id, "0-0", 4);
    reset_time(hall);
    show_forget_heads(hall);
    for (size_t i = 0; i < hall->by_seat_capacity; i++)
        hall->by_seat[i] = NULL;
    commands_clear(hall); /* whoever gave them gives them again */
    for (size_t i = 0; i < hall->session_count; i++) {
        hall->sessions[i]->pending_q = 0;
        hall->sessions[i]->attaching = false;
        if (hall->sessions[i]->joining != NULL)
            hall->sessions[i]->joining->queued = false;
        frame_drop(hall->sessions[i]->question);
        hall->sessions[i]->question = NULL;
    }
    hub_wake(hub, now_ms);
}

void hub_appended(struct hub *hub, const char *room, uint64_t ticket, uint64_t position, int64_t now_ms)
{
    struct hall *hall = hub_hall(hub, room);
    (void)ticket;
    (void)position;
    if (hall != NULL && hall->in_flight > 0)
        hall->in_flight--;
    hub_wake(hub, now_ms);
}

void hub_storage(struct hub *hub, enum storage storage, int64_t now_ms)
{
    if (storage == hub->storage)
        return;
    hub->storage = storage;
    if (storage == STORAGE_OK)
        hub->store_back_ms = now_ms;
    show_storage(hub);
    hub_wake(hub, now_ms);
}

/* ---- time ---- */

void hub_wake(struct hub *hub, int64_t at_ms)
{
    if (at_ms < hub->due_ms)
        hub->due_ms = at_ms;
}

int64_t hub_due_ms(const struct hub *hub)
{
    return hub->due_ms;
}

/* A hall that nobody is in is kept for a while, and for as long as something of it waits. */
static bool is_over(const struct hall *hall, int64_t now_ms)
{
    bool running = hall->caught_up && room_phase(hall->room) == PHASE_QUESTION && !room_paused(hall->room) &&
                   room_longest_limit_ms(hall->room) != LIMIT_NONE;
    return hall->session_count == 0 && now_ms - hall->empty_since_ms >= EMPTY_HALL_MS && hall->in_flight == 0 &&
           hall->command_count == 0 && hall->leaving_count == 0 && !running;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t tick_hall(struct hall *hall, int64_t now_ms)
{
    int64_t next = hall->session_count == 0 ? hall->empty_since_ms + EMPTY_HALL_MS : INT64_MAX;

    if (next <= now_ms)
        next = now_ms + EMPTY_HALL_MS; /* kept alive by something else, which wakes by itself */
    if (!hall->caught_up)
        return next;
    next = earlier(next, commands_tick(hall, now_ms));
    next = earlier(next, clock_tick(hall, now_ms));
    return earlier(next, batch_tick(hall, now_ms));
}

void hub_tick(struct hub *hub, int64_t now_ms)
{
    hub->due_ms = INT64_MAX;
    for (size_t i = hub->hall_count; i > 0; i--) { /* downward: a hall that goes is replaced by one already seen */
        struct hall *hall = hub->halls[i - 1];
        if (is_over(hall, now_ms))
            forget_hall(hub, hall, now_ms);
        else
            hub_wake(hub, tick_hall(hall, now_ms));
    }
}

void hub_goodbye(struct hub *hub, int64_t now_ms)
{
    hub->leaving = true;
    for (size_t i = 0; i < hub->slot_count; i++)
        if (hub->slots[i] != NULL)
            session_close(hub, hub->slots[i], CLOSE_RESTART);
    (void)now_ms;
}

void hub_flushed(struct hub *hub, int64_t now_ms)
{
    for (size_t i = 0; i < hub->hall_count; i++) {
        struct hall *hall = hub->halls[i];
        if (hall->spread_ms >= 0)
            continue;
        int64_t spread = now_ms - hall->opened_ms;
        hall->spread_ms = spread < 0 ? 0 : spread > SPREAD_MAX_MS ? SPREAD_MAX_MS : spread;
        hub_wake(hub, now_ms);
    }
}
