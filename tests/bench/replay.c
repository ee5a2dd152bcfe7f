/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - how long a room takes to come back from its log, and what it costs to show it.
 *
 *   replay [players] [questions] [runs]
 *
 * The log is made in memory first; then, without Redis and sockets, every entry is hashed into the chain, read and
 * applied, as a worker does it. Best of the runs. Printed as lines "name value unit".
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "rooms/encode.h"
#include "tests/bench/contest.h"

#define BANK "question-banks/digital-citizen/1.0.0.json"

enum part { PART_CHAIN, PART_READ, PART_APPLY, PART_COUNT };

struct figures {
    double part_ms[PART_COUNT];
    size_t room_bytes;
    size_t accepted;
};

/* Of this process's own running: whoever else uses the machine is not counted. */
static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static size_t used_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void apply_one(struct room *room, const struct entry *entry, struct effects *effects, struct figures *figures)
{
    struct event event;
    double from = now_ms();

    if (event_read(entry, &event) != EVENT_READ) {
        fprintf(stderr, "entry %llu could not be read\n", (unsigned long long)entry->position);
        exit(1);
    }
    double read = now_ms();
    if (room_apply(room, &event, effects) != REFUSAL_NONE) {
        fprintf(stderr, "entry %llu (%s) had no effect\n", (unsigned long long)entry->position, event_name(event.type));
        exit(1);
    }
    double applied = now_ms();
    for (size_t i = 0; i < effects->count && event.type == EVENT_ANSWERS; i++)
        figures->accepted += effects->list[i].status == ANSWER_ACCEPTED;
    event_clear(&event);
    figures->part_ms[PART_READ] += read - from + (now_ms() - applied);
    figures->part_ms[PART_APPLY] += applied - read;
}

static struct room *replay(const struct contest *contest, struct figures *figures)
{
    struct digest head = {0};
    struct effects effects;
    size_t before = used_bytes();
    struct room *room = room_new();

    *figures = (struct figures){0};
    effects_init(&effects);
    for (size_t i = 0; i < contest->entry_count; i++) {
        double from = now_ms();
        chain_fold(&head, &contest->entries[i]);
        figures->part_ms[PART_CHAIN] += now_ms() - from;
        apply_one(room, &contest->entries[i], &effects, figures);
    }
    effects_clear(&effects);
    figures->room_bytes = used_bytes() - before;
    return room;
}

static void best_of(const struct contest *contest, int runs, struct figures *best, struct room **room)
{
    for (int run = 0; run < runs; run++) {
        struct figures figures;
        room_free(*room);
        *room = replay(contest, &figures);
        double sum = 0, best_sum = 0;
        for (size_t part = 0; part < PART_COUNT; part++) {
            sum += figures.part_ms[part];
            best_sum += best->part_ms[part];
        }
        if (run == 0 || sum < best_sum)
            *best = figures;
    }
}

/* ---- what is done once for everybody ---- */

static double time_distribution(const struct room *room)
{
    struct distribution distribution;
    double from = now_ms();
    for (uint32_t q = 1; q <= room_q(room); q++)
        (void)room_view_distribution(room, q, &distribution);
    return (now_ms() - from) / room_q(room);
}

/* A reveal for each seat, as the hub makes it: own result, own tail. */
static double time_reveals(const struct room *room, size_t *bytes)
{
    uint32_t q = room_q(room);
    struct buffer tail;
    double from = now_ms();

    buffer_init(&tail);
    *bytes = 0;
    for (uint32_t seat = 0; seat < room_seats(room); seat++) {
        struct result_view result;
        struct view view;
        bool own = room_view_result(room, q, seat, &result);
        room_view(room, ROLE_PLAYER, NO_SEAT, &view);
        buffer_rewind(&tail, 0);
        encode_reveal_tail(&tail, &room_plan(room)->questions[q - 1].shape, own ? &result : NULL, view.ranks);
        *bytes += tail.length;
    }
    double took = now_ms() - from;
    buffer_clear(&tail);
    return took;
}

static double time_acks(const struct room *room)
{
    uint32_t q = room_q(room);
    struct buffer text;
    double from = now_ms();

    buffer_init(&text);
    for (uint32_t seat = 0; seat < room_seats(room); seat++) {
        struct answer_view standing;
        room_view_answer(room, q, seat, &standing);
        buffer_rewind(&text, 0);
        encode_ack(&text, &room_plan(room)->questions[q - 1].shape, &standing, 1, ANSWER_ACCEPTED);
    }
    double took = now_ms() - from;
    buffer_clear(&text);
    return took;
}

static double time_places(const struct room *room)
{
    size_t sum = 0;
    double from = now_ms();
    for (uint32_t seat = 0; seat < room_seats(room); seat++)
        sum += room_view_place(room, seat);
    double took = now_ms() - from;
    return sum == 0 && room_seats(room) > 1 ? -1 : took;
}

/* A removal sorts everybody anew: it is the dearest thing that a host can do. */
static double time_sort(struct room *room)
{
    struct event event = {.type = EVENT_REMOVED, .position = room_position(room) + 1, .player = contest_player(0)};
    struct effects effects;
    double from = now_ms();

    snprintf(event.eid, sizeof event.eid, "%024x", 1);
    effects_init(&effects);
    if (room_apply(room, &event, &effects) != REFUSAL_NONE)
        exit(1);
    effects_clear(&effects);
    return now_ms() - from;
}

/* Nobody has answered anything: all share one rank. */
static double time_places_of_equals(uint32_t players)
{
    struct contest contest = {.players = players, .questions = 1, .bank_path = BANK, .seed = 2};
    struct room *room = room_new();
    struct figures figures = {0};
    struct effects effects;

    contest_write(&contest);
    effects_init(&effects);
    for (size_t i = 0; i < contest.entry_count; i++) {
        if (strstr(contest.entries[i].e, "\"t\":\"answers\"") == NULL)
            apply_one(room, &contest.entries[i], &effects, &figures);
    }
    double took = time_places(room);
    effects_clear(&effects);
    contest_clear(&contest);
    room_free(room);
    return took;
}

static void print_shown(struct room *room)
{
    size_t bytes = 0;
    uint32_t players = (uint32_t)room_seats(room);
    double reveals_ms = time_reveals(room, &bytes);

    printf("distribution_ms %.2f\n", time_distribution(room));
    printf("reveals_ms %.1f\n", reveals_ms);
    printf("reveal_us_a_player %.2f\n", reveals_ms * 1e3 / players);
    printf("reveal_tail_bytes %.0f\n", (double)bytes / players);
    printf("acks_ms %.1f\n", time_acks(room));
    printf("places_ms %.2f\n", time_places(room));
    printf("places_of_equals_ms %.2f\n", time_places_of_equals(players));
    printf("remove_and_sort_ms %.1f\n", time_sort(room));
}

int main(int argc, char **argv)
{
    struct contest contest = {.players = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 50000,
                              .questions = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 30,
                              .bank_path = BANK,
                              .seed = 1};
    int runs = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 3;
    struct figures best = {0};
    struct room *room = NULL;

    contest_write(&contest);
    best_of(&contest, runs, &best, &room);
    const double *part = best.part_ms;
    printf("players %u\nquestions %u\nentries %zu\nlog_mb %.1f\n", contest.players, contest.questions,
           contest.entry_count, (double)contest.bytes / 1e6);
    printf("accepted %zu\n", best.accepted);
    printf("replay_ms %.0f\n", part[PART_CHAIN] + part[PART_READ] + part[PART_APPLY]);
    printf("chain_ms %.0f\nread_ms %.0f\napply_ms %.0f\n", part[PART_CHAIN], part[PART_READ], part[PART_APPLY]);
    printf("room_bytes_a_player %.0f\n", (double)best.room_bytes / contest.players);
    print_shown(room);
    room_free(room);
    contest_clear(&contest);
    return 0;
}
