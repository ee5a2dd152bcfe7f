/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulation/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- at each entry ---- */

static const struct hall *hall_of(const struct world *world, size_t worker)
{
    return world->workers[worker].hub == NULL ? NULL : hub_hall(world->workers[worker].hub, ROOM);
}

static void make_place(struct world *world, size_t position)
{
    size_t capacity = world->digest_capacity;
    if (position < capacity)
        return;
    while (capacity <= position)
        capacity = capacity == 0 ? 128 : capacity * 2;
    world->digests = memory_grow(world->digests, capacity, sizeof *world->digests);
    world->digest_set = memory_grow(world->digest_set, capacity, sizeof *world->digest_set);
    for (size_t i = world->digest_capacity; i < capacity; i++)
        world->digest_set[i] = 0;
    world->digest_capacity = capacity;
}

static void note_revealed(struct world *world, const struct room *room)
{
    for (uint32_t q = 1; q <= room_q(room); q++)
        if (room_view_key(room, q) != NULL)
            world->revealed |= 1u << (room_plan(room)->questions[q - 1].bank_index + 1);
}

void check_entry(struct world *world, size_t worker)
{
    const struct hall *hall = hall_of(world, worker);
    if (hall == NULL)
        return;
    uint64_t position = room_position(hall->room);
    struct digest digest;

    note_revealed(world, hall->room);
    if (position % world->digest_stride != 0)
        return;
    room_digest(hall->room, &digest);
    make_place(world, position);
    if (world->digest_set[position] == 0) {
        world->digests[position] = digest;
        world->digest_set[position] = 1;
    } else if (memcmp(&digest, &world->digests[position], sizeof digest) != 0) {
        world_fail(world, "all_replicas_are_equal", "w%zu differs at %llu", worker, (unsigned long long)position);
    }
}

/* ---- at each frame ---- */

static void note_ack(struct world *world, const struct client *client, const char *text)
{
    cJSON *frame = cJSON_Parse(text);
    const char *status = client_string(frame, "status");

    if (world->told_count == world->told_capacity) {
        world->told_capacity = world->told_capacity == 0 ? 64 : world->told_capacity * 2;
        world->told = memory_grow(world->told, world->told_capacity, sizeof *world->told);
    }
    struct told *told = &world->told[world->told_count++];
    *told = (struct told){.client = (size_t)(client - world->clients),
                          .q = (uint32_t)client_number(frame, "q"),
                          .n = (uint32_t)client_number(frame, "n"),
                          .position = (uint64_t)client_number(frame, "pos"),
                          .status = strcmp(status, "accepted") == 0 ? ANSWER_ACCEPTED
                                    : strcmp(status, "late") == 0   ? ANSWER_LATE
                                                                    : ANSWER_DUPLICATE};
    char *a = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(frame, "a"));
    snprintf(told->a, sizeof told->a, "%s", a == NULL ? "null" : a);
    free(a);
    cJSON_Delete(frame);
}

/* Whose answer it was, and whether the worker that says so still has the log that the store has. */
static void note_teller(struct world *world, const struct wire *line)
{
    struct told *told = &world->told[world->told_count - 1];
    const struct hall *hall = hall_of(world, line->worker);
    uint64_t position = hall == NULL ? 0 : room_position(hall->room);
    struct entry entry;

    player_id_write(line->session->player, told->player);
    if (world->store.forgot_count == 0 || position == 0)
        return;
    if (position <= world->store.count)
        store_entry(&world->store, position - 1, &entry);
    told->forgotten = position > world->store.count || !hub_same_last(world->workers[line->worker].hub, ROOM, &entry);
    /* An ack may have waited for a slow phone while the store forgot; the new state behind it puts it right. */
    const char *e =
        told->position == 0 || told->position > world->store.count ? "" : world->store.entries[told->position - 1].e;
    if (strncmp(e, "{\"t\":\"answers\"", 14) != 0 || strstr(e, told->player) == NULL)
        told->forgotten = true;
}

static void check_reveal(struct world *world, size_t client, const char *text)
{
    for (uint32_t q = 1; q <= STAGE_QUESTIONS; q++) {
        char because[16];
        snprintf(because, sizeof because, "because-%u", q);
        if (strstr(text, because) != NULL && !(world->revealed & 1u << q))
            world_fail(world, "nothing_tells_before_the_reveal", "client %zu: %s", client, text);
    }
}

void check_frame(struct world *world, const struct wire *line, const char *text)
{
    static const char *const telling[] = {"\"key\"", "\"explain\"", "\"counts\"", "\"right\":", "because-"};
    const struct client *client = &world->clients[line->client];
    bool may_tell = strncmp(text, "{\"t\":\"reveal\"", 13) == 0 || strncmp(text, "{\"t\":\"review\"", 13) == 0;
    bool ranks = strncmp(text, "{\"t\":\"board\"", 12) == 0 || strncmp(text, "{\"t\":\"ended\"", 12) == 0;

    if (strncmp(text, "{\"t\":\"ack\"", 10) == 0) {
        note_ack(world, client, text);
        note_teller(world, line);
    }
    if (may_tell) {
        check_reveal(world, line->client, text);
        return;
    }
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
        if (strstr(text, telling[i]) != NULL && !(ranks && i == 3))
            world_fail(world, "nothing_tells_before_the_reveal", "client %zu: %s", line->client, text);
}

/* ---- at rest ---- */

static bool client_is_at_rest(const struct client *client)
{
    if (client->gone || client->vandal)
        return true;
    return client->in && client->phase == PHASE_ENDED && !client->answer.sending && !client->press.sending;
}

static bool worker_is_at_rest(const struct world *world, size_t index)
{
    const struct worker *worker = &world->workers[index];
    const struct hall *hall = hall_of(world, index);
    struct hub_counts counts;

    if (worker->hub == NULL || !worker->connected || worker->queued > 0)
        return false;
    hub_count(worker->hub, &counts);
    return counts.pending_rows == 0 && (hall == NULL || (hall->caught_up && hall->in_flight == 0 &&
                                                         room_position(hall->room) == world->store.count));
}

bool world_is_at_rest(const struct world *world)
{
    for (size_t i = 0; i < world->client_count; i++)
        if (!client_is_at_rest(&world->clients[i]))
            return false;
    for (size_t i = 0; i < world->worker_count; i++)
        if (!worker_is_at_rest(world, i))
            return false;
    return true;
}

static struct room *replay(struct world *world, struct digest *head)
{
    struct room *room = room_new();
    struct effects effects;

    effects_init(&effects);
    for (size_t i = 0; i < world->store.count; i++) {
        struct entry entry;
        struct event event;
        store_entry(&world->store, i, &entry);
        chain_fold(head, &entry);
        if (event_read(&entry, &event) != EVENT_READ) {
            world_fail(world, "entries_can_be_read", "not %zu", i + 1);
            break;
        }
        if (room_apply(room, &event, &effects) == REFUSAL_COUNT)
            break;
        event_clear(&event);
    }
    effects_clear(&effects);
    return room;
}

static void check_replicas(struct world *world, const struct room *room, const struct digest *head)
{
    struct digest replayed, live;

    room_digest(room, &replayed);
    for (size_t i = 0; i < world->worker_count; i++) {
        const struct hall *hall = hall_of(world, i);
        if (hall == NULL)
            continue;
        room_digest(hall->room, &live);
        if (memcmp(&live, &replayed, sizeof live) != 0)
            world_fail(world, "replay_equals_live", "w%zu differs at the end", i);
        if (memcmp(&hall->head, head, sizeof *head) != 0)
            world_fail(world, "heads_are_equal", "w%zu has another head", i);
        if (hall->command_count > 0)
            world_fail(world, "every_frame_is_answered", "w%zu keeps a command", i);
    }
}

static void check_points(struct world *world, const struct room *room, const struct oracle *oracle)
{
    if (room_seats(room) != oracle_players(oracle))
        world_fail(world, "seats_are_the_logs", "%zu, not %zu", room_seats(room), oracle_players(oracle));
    for (uint32_t seat = 0; seat < room_seats(room) && !world->failed; seat++) {
        struct person_view person;
        room_view_person(room, seat, &person);
        const struct oracle_player *player = oracle_find(oracle, person.id);
        if (player == NULL || player->points != person.points)
            world_fail(world, "points_are_the_logs", "%s has %d, by the log it is %lld", person.id, person.points,
                       player == NULL ? -1 : (long long)player->points);
        for (uint32_t q = 1; player != NULL && q <= room_q(room); q++) {
            struct answer_view answer;
            room_view_answer(room, q, seat, &answer);
            if ((answer.given && answer.status == ANSWER_ACCEPTED) != player->answers[q].accepted)
                world_fail(world, "an_answer_counts_once", "%s and question %u", person.id, q);
        }
    }
}

/* What an ack said in the form that the log has. */
static void form_of(const struct room *room, uint32_t q, const char *a, char form[KIND_LOG_FORM_MAX])
{
    static const struct text_rule lenient = {true, true, true};
    const struct plan *plan = room_plan(room);
    struct answer_reading reading = {0};
    cJSON *wire = cJSON_Parse(a);

    form[0] = '\0';
    if (kind_read_wire(&plan->questions[q - 1].shape, &lenient, plan->salt, wire, &reading) == ANSWER_READ)
        kind_write_log(&plan->questions[q - 1].shape, reading.value, form);
    free(reading.shown);
    cJSON_Delete(wire);
}

static void check_told(struct world *world, const struct room *room, const struct oracle *oracle)
{
    for (size_t i = 0; i < world->told_count && !world->failed; i++) {
        const struct told *told = &world->told[i];
        const struct oracle_player *player = oracle_find(oracle, told->player);
        char form[KIND_LOG_FORM_MAX];
        if (told->forgotten || told->status != ANSWER_ACCEPTED)
            continue;
        const struct oracle_answer *answer = player == NULL ? NULL : &player->answers[told->q];
        if (answer == NULL || !answer->accepted || answer->position < told->position || answer->n < told->n) {
            world_fail(world, "no_acknowledged_answer_is_lost", "%s was told that %u stands at %llu", told->player,
                       told->q, (unsigned long long)told->position);
            continue;
        }
        form_of(room, told->q, told->a, form);
        if (answer->position == told->position && strcmp(form, answer->form) != 0)
            world_fail(world, "an_ack_says_what_stands", "%s was told %s, the log has %s", told->player, told->a,
                       answer->form);
    }
}

void check_rest(struct world *world)
{
    struct digest head = {0};
    struct room *room = replay(world, &head);
    struct oracle *oracle = oracle_read(world);

    check_replicas(world, room, &head);
    check_points(world, room, oracle);
    check_told(world, room, oracle);
    oracle_free(oracle);
    room_free(room);
}
