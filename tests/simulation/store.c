/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulation/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t salt[TEXT_SALT_BYTES] = "salt of a world";

static char *copy(const char *text)
{
    return text == NULL ? NULL : memory_copy(text, strlen(text));
}

static void tell(struct world *world, uint64_t position)
{
    for (size_t i = 0; i < world->worker_count; i++) {
        const struct worker *worker = &world->workers[i];
        if (worker->hub == NULL || !worker->connected || chance_of(&world->chance, world->rough.lost_notices))
            continue;
        world_schedule(world, (struct happening){.at_ms = world->now_ms + world_delay(world),
                                                 .type = AT_NOTICE,
                                                 .target = i,
                                                 .incarnation = worker->incarnation,
                                                 .epoch = worker->epoch,
                                                 .number = position});
    }
}

uint64_t store_append(struct world *world, size_t worker, const char *e, const char *p)
{
    struct store *store = &world->store;

    if (store->count == store->capacity) {
        store->capacity = store->capacity == 0 ? 64 : store->capacity * 2;
        store->entries = memory_grow(store->entries, store->capacity, sizeof *store->entries);
    }
    int64_t at_ms = WALL_MS + world->now_ms;
    store->in_this_ms = store->last_ms == at_ms ? store->in_this_ms + 1 : 0;
    store->last_ms = at_ms;
    struct stored *entry = &store->entries[store->count++];
    *entry = (struct stored){.e = copy(e), .p = copy(p), .at_ms = at_ms, .worker = worker};
    snprintf(entry->id, sizeof entry->id, "%lld-%u", (long long)at_ms, store->in_this_ms);
    world_say(world, "log %zu by w%zu: %s", store->count, worker, e);
    tell(world, store->count);
    return store->count;
}

void store_entry(const struct store *store, size_t index, struct entry *out)
{
    const struct stored *stored = &store->entries[index];
    *out = (struct entry){.position = index + 1,
                          .id = stored->id,
                          .at_ms = stored->at_ms,
                          .e = stored->e,
                          .e_length = strlen(stored->e),
                          .p = stored->p,
                          .p_length = stored->p == NULL ? 0 : strlen(stored->p)};
}

void store_create_room(struct world *world, const char *settings)
{
    char why[200], *e, *p;
    cJSON *json = cJSON_Parse(settings);

    world->bank = stage_bank();
    struct plan *plan = plan_build(world->bank, json, chance_next(&world->chance), salt, why, sizeof why);
    if (plan == NULL) {
        printf("%s\n", why);
        abort();
    }
    memcpy(plan->pin, PIN, sizeof PIN);
    plan_write_created(plan, "c0dec0dec0dec0dec0dec0de", &e, &p);
    store_append(world, 0, e, p);
    free(e);
    free(p);
    plan_free(plan);
    cJSON_Delete(json);
}

void store_go_away(struct world *world)
{
    int64_t back_ms = world->now_ms + chance_between(&world->chance, 100, 8000);
    world_say(world, "the store is away until %lld", (long long)back_ms);
    world->store.away = true;
    world->store.away_count++;
    for (size_t i = 0; i < world->worker_count; i++)
        worker_break(world, i);
    world_schedule(world, (struct happening){.at_ms = back_ms, .type = AT_STORE_BACK});
}

/* The last writes are gone. What was acknowledged of them is lost, and must be noticed. */
static void forget(struct world *world)
{
    struct store *store = &world->store;
    size_t kept = store->count - (size_t)chance_between(&world->chance, 1, 12);

    if (kept < 1 || kept > store->count)
        return;
    world_say(world, "the store forgets all after %zu", kept);
    for (size_t i = kept; i < store->count; i++) {
        free(store->entries[i].e);
        free(store->entries[i].p);
    }
    store->count = kept;
    store->forgot_count++;
    for (size_t i = 0; i < world->told_count; i++)
        if (world->told[i].position > kept)
            world->told[i].forgotten = true;
    for (size_t i = kept + 1; i < world->digest_capacity; i++)
        world->digest_set[i] = 0;
}

void store_come_back(struct world *world)
{
    world_say(world, "the store is back");
    world->store.away = false;
    if (chance_of(&world->chance, world->rough.forgets))
        forget(world);
}

void store_clear(struct store *store)
{
    for (size_t i = 0; i < store->count; i++) {
        free(store->entries[i].e);
        free(store->entries[i].p);
    }
    free(store->entries);
}
