/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulation/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAL_WITHIN_MS 240000

/* ---- saying ---- */

void world_say(struct world *world, const char *format, ...)
{
    va_list arguments;
    if (!world->verbose)
        return;
    va_start(arguments, format);
    printf("%8lld  ", (long long)world->now_ms);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

void world_fail(struct world *world, const char *invariant, const char *format, ...)
{
    va_list arguments;
    if (world->failed)
        return;
    world->failed = true;
    va_start(arguments, format);
    printf("seed %llu, at %lld ms: %s: ", (unsigned long long)world->seed, (long long)world->now_ms, invariant);
    vprintf(format, arguments);
    printf("\nsee it again: build/simulation --seed %llu --verbose\n", (unsigned long long)world->seed);
    va_end(arguments);
}

/* ---- the calendar: a heap by time, then by order ---- */

static bool before(const struct happening *a, const struct happening *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void put(struct world *world, struct happening happening)
{
    if (world->happenings == world->calendar_capacity) {
        world->calendar_capacity = world->calendar_capacity == 0 ? 256 : world->calendar_capacity * 2;
        world->calendar = memory_grow(world->calendar, world->calendar_capacity, sizeof *world->calendar);
    }
    size_t i = world->happenings++;
    while (i > 0 && before(&happening, &world->calendar[(i - 1) / 2])) {
        world->calendar[i] = world->calendar[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    world->calendar[i] = happening;
}

void world_schedule(struct world *world, struct happening happening)
{
    happening.order = ++world->order;
    put(world, happening);
}

static struct happening take(struct world *world)
{
    struct happening first = world->calendar[0], last = world->calendar[--world->happenings];
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= world->happenings)
            break;
        if (child + 1 < world->happenings && before(&world->calendar[child + 1], &world->calendar[child]))
            child++;
        if (!before(&world->calendar[child], &last))
            break;
        world->calendar[i] = world->calendar[child];
        i = child;
    }
    world->calendar[i] = last;
    return first;
}

int64_t world_delay(struct world *world)
{
    return chance_of(&world->chance, 900) ? chance_between(&world->chance, 1, 8)
                                          : chance_between(&world->chance, 1, DELAY_LAST_MS);
}

/* ---- trouble ---- */

static void stall(struct world *world, size_t index)
{
    int64_t until_ms = world->now_ms + chance_between(&world->chance, 100, 4000);
    world_say(world, "w%zu stands still until %lld", index, (long long)until_ms);
    world->workers[index].stalled_until_ms = until_ms;
    world->answers_may_miss = true;
}

static void make_trouble(struct world *world)
{
    const struct roughness *rough = &world->rough;
    size_t index = (size_t)chance_between(&world->chance, 0, (int64_t)world->worker_count - 1);

    if (chance_of(&world->chance, rough->crashes) && world->workers[index].hub != NULL)
        worker_crash(world, index);
    else if (chance_of(&world->chance, rough->stalls))
        stall(world, index);
    else if (chance_of(&world->chance, rough->breaks) && !world->store.away) {
        world->answers_may_miss = true;
        worker_break(world, index);
    } else if (chance_of(&world->chance, rough->aways) && !world->store.away)
        store_go_away(world);
}

static void heal(struct world *world)
{
    world_say(world, "no more trouble");
    world->healing = true;
    world->rough = (struct roughness){0};
}

static void trouble(struct world *world)
{
    if (world->now_ms >= world->heal_at_ms && !world->healing)
        heal(world);
    if (!world->healing)
        make_trouble(world);
    world_schedule(world, (struct happening){.at_ms = world->now_ms + 1000, .type = AT_TROUBLE});
}

/* ---- making a world ---- */

static int rate(struct chance *chance, int often, int last)
{
    return chance_of(chance, often) ? (int)chance_between(chance, 1, last) : 0;
}

static void make_rough(struct world *world)
{
    struct chance *chance = &world->chance;
    if (chance_of(chance, 150))
        return;                              /* a quiet day */
    struct roughness *rough = &world->rough; /* one after the other: every compiler draws in the same order */
    rough->lost_notices = rate(chance, 500, 600);
    rough->breaks = rate(chance, 300, 150);
    rough->crashes = rate(chance, 400, 120);
    rough->stalls = rate(chance, 300, 150);
    rough->aways = rate(chance, 400, 120);
    rough->forgets = rate(chance, 200, 900);
    rough->drops = rate(chance, 600, 60);
    rough->slow = rate(chance, 300, 40);
    rough->takeovers = rate(chance, 400, 15);
    rough->vandals = chance_of(chance, 250);
}

static const char *pick(struct chance *chance, const char *a, const char *b, const char *c)
{
    int64_t which = chance_between(chance, 0, 2);
    return which == 0 ? a : which == 1 ? b : c;
}

static void make_room(struct world *world)
{
    struct chance *chance = &world->chance;
    char settings[500];

    world->question_count = (size_t)chance_between(chance, 1, 4);
    int limit_s = (int)chance_between(chance, 2, 15), cap_ms = (int)chance_between(chance, 0, 600);
    const char *scoring = pick(chance, "speed", "accuracy", "speed"), *change = pick(chance, "no", "no", "until-close");
    const char *board = pick(chance, "each", "end", "none"), *close_all = pick(chance, "true", "true", "false");
    const char *names = pick(chance, "open", "open", "nod"), *text = pick(chance, "phones", "phones", "screen");
    const char *list = pick(chance, "[]", "[]", "[\"Hà\",\"An\",\"Lan\",\"Vy\"]");
    snprintf(
        settings, sizeof settings,
        "{\"questions\":{\"count\":%zu,\"order\":\"shuffled\"},\"limit_s\":%d,\"scoring\":\"%s\",\"change\":\"%s\","
        "\"board\":\"%s\",\"close_all\":%s,\"names\":\"%s\",\"cap_ms\":%d,\"text\":\"%s\",\"class_list\":%s}",
        world->question_count, limit_s, scoring, change, board, close_all, names, cap_ms, text, list);
    world_say(world, "%s", settings);
    store_create_room(world, settings);
}

static size_t how_many_players(struct chance *chance)
{
    if (chance_of(chance, 2))
        return (size_t)chance_between(chance, 200, 400);
    if (chance_of(chance, 30))
        return (size_t)chance_between(chance, 20, 60);
    return (size_t)chance_between(chance, 1, 9);
}

void world_init(struct world *world, uint64_t seed, bool verbose)
{
    *world = (struct world){.seed = seed, .chance = {seed * UINT64_C(0x9E3779B97F4A7C15) + 1}, .verbose = verbose};
    make_rough(world);
    world->notices_get_lost = world->rough.lost_notices > 0;
    for (size_t i = 0; i < MACHINES; i++)
        world->machines[i].skew_ms = chance_between(&world->chance, 0, 100000000);
    world->worker_count = (size_t)chance_between(&world->chance, 1, WORKERS_MAX);
    world->player_count = how_many_players(&world->chance);
    world->host_count = (size_t)chance_between(&world->chance, 1, 2);
    world->digest_stride = world->player_count > 20 ? 16 : 1;
    world->heal_at_ms = chance_between(&world->chance, 15000, 60000);
    make_room(world);
    for (size_t i = 0; i < world->worker_count; i++)
        worker_start(world, i);
    for (size_t i = 0; i < world->player_count; i++)
        client_start(world, world->client_count++, ROLE_PLAYER);
    for (size_t i = 0; i < world->host_count; i++)
        client_start(world, world->client_count++, ROLE_HOST);
    client_start(world, world->client_count++, ROLE_SCREEN);
    client_start(world, world->client_count++, ROLE_JUDGE);
    world_schedule(world, (struct happening){.at_ms = 1000, .type = AT_TROUBLE});
}

void world_clear(struct world *world)
{
    for (size_t i = 0; i < world->worker_count; i++)
        worker_clear(world, i);
    for (size_t i = 0; i < world->happenings; i++)
        free(world->calendar[i].text);
    while (world->all_lines != NULL) {
        struct wire *line = world->all_lines;
        world->all_lines = line->next;
        free(line);
    }
    store_clear(&world->store);
    bank_free(world->bank);
    free(world->calendar);
    free(world->told);
    free(world->digests);
    free(world->digest_set);
}

/* ---- running ---- */

static bool is_for_worker(enum happening_type type)
{
    switch (type) {
    case AT_CLIENT_BEAT:
    case AT_CLIENT_FRAME:
    case AT_CLIENT_CLOSED:
    case AT_STORE_BACK:
    case AT_TROUBLE:
    case AT_RESTART:
    case AT_APPEND: /* happens at the store, however the worker is */
        return false;
    case AT_LINE_OPEN:
    case AT_LINE_MESSAGE:
    case AT_LINE_GONE:
    case AT_PIN:
    case AT_FLUSH:
    case AT_TICK:
    case AT_APPENDED:
    case AT_NOTICE:
    case AT_READ:
    case AT_COMPARE:
    case AT_LOOK:
    case AT_RECONNECT:
        break;
    }
    return true;
}

static void happen(struct world *world, struct happening *happening)
{
    switch (happening->type) {
    case AT_TROUBLE:
        trouble(world);
        break;
    case AT_STORE_BACK:
        store_come_back(world);
        break;
    case AT_CLIENT_BEAT:
    case AT_CLIENT_FRAME:
    case AT_CLIENT_CLOSED:
        client_happening(world, happening);
        break;
    case AT_RESTART:
        worker_start(world, happening->target);
        break;
    case AT_LINE_OPEN:
    case AT_LINE_MESSAGE:
    case AT_LINE_GONE:
    case AT_PIN:
    case AT_FLUSH:
    case AT_TICK:
    case AT_APPEND:
    case AT_APPENDED:
    case AT_NOTICE:
    case AT_READ:
    case AT_COMPARE:
    case AT_LOOK:
    case AT_RECONNECT:
        worker_happening(world, happening);
        break;
    }
}

void world_run(struct world *world)
{
    while (!world->failed) {
        struct happening next = take(world);
        int64_t stalled_until_ms = is_for_worker(next.type) ? world->workers[next.target].stalled_until_ms : 0;
        if (stalled_until_ms > next.at_ms) {
            next.at_ms = stalled_until_ms; /* it keeps its place in the order */
            put(world, next);
            continue;
        }
        world->now_ms = next.at_ms;
        happen(world, &next);
        free(next.text);
        if (world->healing && next.type == AT_TROUBLE && world_is_at_rest(world))
            break;
        if (world->now_ms > world->heal_at_ms + HEAL_WITHIN_MS)
            world_fail(world, "everything_comes_to_rest", "it does not");
    }
    if (!world->failed)
        check_rest(world);
}
