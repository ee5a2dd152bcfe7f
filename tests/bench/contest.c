/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/contest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/faults.h"
#include "rooms/buffer.h"

#define FIRST_AT_MS INT64_C(1764000000000)
#define NAME_SIZE 48

static uint64_t next_random(struct contest *contest)
{
    uint64_t z = contest->seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

uint64_t contest_player(uint32_t seat)
{
    struct contest spread = {.seed = seat};
    return (next_random(&spread) >> 4) | 1;
}

/* Takes `written`. */
static void add_entry(struct contest *contest, struct written *written)
{
    char id[48];

    if (contest->entry_count == contest->entry_capacity) {
        contest->entry_capacity = contest->entry_capacity == 0 ? 256 : contest->entry_capacity * 2;
        contest->entries = memory_grow(contest->entries, contest->entry_capacity, sizeof *contest->entries);
    }
    int64_t at_ms = FIRST_AT_MS + (int64_t)contest->entry_count * 5;
    int length = snprintf(id, sizeof id, "%lld-0", (long long)at_ms);
    struct entry *entry = &contest->entries[contest->entry_count++];
    *entry = (struct entry){.position = contest->entry_count,
                            .id = memory_copy(id, (size_t)length),
                            .at_ms = at_ms,
                            .e = written->e,
                            .e_length = strlen(written->e),
                            .p = written->p,
                            .p_length = written->p == NULL ? 0 : strlen(written->p)};
    contest->bytes += entry->e_length + entry->p_length;
    *written = (struct written){0};
}

static void add_event(struct contest *contest, struct event *event)
{
    uint64_t random[4] = {next_random(contest), next_random(contest), next_random(contest), next_random(contest)};
    struct written written = {0};

    if (event->type != EVENT_ANSWERS)
        eid_write((const uint8_t *)&random[2], event->eid);
    event_write(event, (const uint8_t *)random, &written);
    add_entry(contest, &written);
}

static void add_created(struct contest *contest, struct plan *plan)
{
    uint64_t random[2] = {next_random(contest), next_random(contest)};
    char eid[EID_TEXT_SIZE];
    struct written written;

    eid_write((const uint8_t *)random, eid);
    plan_write_created(plan, eid, &written.e, &written.p);
    add_entry(contest, &written);
}

static void add_joins(struct contest *contest, uint32_t first, uint32_t count)
{
    struct event_row rows[EVENT_ROWS_MAX] = {0};
    char names[EVENT_ROWS_MAX][3][NAME_SIZE];
    struct event event = {.type = EVENT_JOINED, .rows = rows, .row_count = count};

    for (uint32_t i = 0; i < count; i++) {
        snprintf(names[i][0], NAME_SIZE, "Người %05u", first + i);
        snprintf(names[i][1], NAME_SIZE, "người %05u", first + i);
        snprintf(names[i][2], NAME_SIZE, "nguoi %05u", first + i);
        rows[i] = (struct event_row){.player = contest_player(first + i),
                                     .connection = next_random(contest) >> 16,
                                     .code = next_random(contest) | 1,
                                     .unit = "6a1",
                                     .shown = names[i][0],
                                     .key = names[i][1],
                                     .skeleton = names[i][2]};
    }
    add_event(contest, &event);
}

/* Something that answers the question: half of the time what is right, else what is not. */
static void write_form(struct contest *contest, const struct plan_question *question, char out[KIND_LOG_FORM_MAX])
{
    const struct shape *shape = &question->shape;
    uint64_t value = question->key.count > 0 ? (uint64_t)question->key.ranges[0].low : 1;
    bool wrong = next_random(contest) % 2 == 0;

    if (wrong && (shape->kind == KIND_SINGLE || shape->kind == KIND_MULTIPLE))
        value = UINT64_C(1) << next_random(contest) % shape->choice_count;
    else if (wrong && shape->kind == KIND_TRUEFALSE)
        value = 3 - value;
    else if (wrong && shape->kind == KIND_NUMBER)
        value += KIND_NUMBER_SCALE * (next_random(contest) % 20);
    kind_write_log(shape, value, out);
}

static void add_answers(struct contest *contest, const struct plan *plan, uint32_t q, uint32_t first, uint32_t count)
{
    struct event_row rows[EVENT_ROWS_MAX] = {0};
    char forms[EVENT_ROWS_MAX][KIND_LOG_FORM_MAX];
    struct event event = {.type = EVENT_ANSWERS, .q = q, .rows = rows, .row_count = count};
    bool text = plan->questions[q - 1].shape.kind == KIND_TEXT;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t elapsed_ms = (uint32_t)(900 + next_random(contest) % 14000);
        write_form(contest, &plan->questions[q - 1], forms[i]);
        rows[i] = (struct event_row){.player = contest_player(first + i),
                                     .form = forms[i],
                                     .n = 1,
                                     .elapsed_ms = elapsed_ms,
                                     .own_ms = (int32_t)(elapsed_ms - next_random(contest) % 90),
                                     .credit_limit = 80,
                                     .shown = text ? "Hải Phòng" : NULL};
    }
    add_event(contest, &event);
    contest->answers += count;
}

static void add_phase(struct contest *contest, enum event_type type, uint32_t q)
{
    struct event event = {.type = type, .q = q, .clock = q, .why = CLOSED_BY_TIME};
    add_event(contest, &event);
}

static void add_question(struct contest *contest, const struct plan *plan, uint32_t q)
{
    add_phase(contest, EVENT_OPENED, q);
    for (uint32_t first = 0; first < contest->players; first += EVENT_ROWS_MAX) {
        uint32_t rest = contest->players - first;
        add_answers(contest, plan, q, first, rest < EVENT_ROWS_MAX ? rest : EVENT_ROWS_MAX);
    }
    add_phase(contest, EVENT_CLOSED, q);
    add_phase(contest, EVENT_REVEALED, q);
    add_phase(contest, EVENT_RANKED, q);
}

static struct plan *build_plan(const struct contest *contest)
{
    static const uint8_t salt[TEXT_SALT_BYTES] = {1};
    struct bank *bank = NULL;
    struct faults faults;
    char settings[120], why[200] = "";

    faults_init(&faults, contest->bank_path);
    if (bank_load(contest->bank_path, &bank, &faults) != BANK_OK) {
        faults_print(&faults, stderr);
        exit(1);
    }
    snprintf(settings, sizeof settings, "{\"questions\":{\"count\":%u},\"scoring\":\"speed\",\"board\":\"each\"}",
             contest->questions);
    cJSON *json = cJSON_Parse(settings);
    struct plan *plan = plan_build(bank, json, 1, salt, why, sizeof why);
    if (plan == NULL || plan->question_count < contest->questions) {
        fprintf(stderr, "no plan of %u questions: %s\n", contest->questions, why);
        exit(1);
    }
    snprintf(plan->owner, sizeof plan->owner, "key00001");
    snprintf(plan->pin, sizeof plan->pin, "482913");
    plan->players_max = PLAYERS_MAX;
    cJSON_Delete(json);
    bank_free(bank);
    faults_clear(&faults);
    return plan;
}

void contest_write(struct contest *contest)
{
    struct plan *plan = build_plan(contest);

    add_created(contest, plan);
    for (uint32_t first = 0; first < contest->players; first += EVENT_ROWS_MAX) {
        uint32_t rest = contest->players - first;
        add_joins(contest, first, rest < EVENT_ROWS_MAX ? rest : EVENT_ROWS_MAX);
    }
    for (uint32_t q = 1; q <= contest->questions; q++)
        add_question(contest, plan, q);
    plan_free(plan);
}

void contest_clear(struct contest *contest)
{
    for (size_t i = 0; i < contest->entry_count; i++) {
        free((char *)contest->entries[i].id);
        free((char *)contest->entries[i].e);
        free((char *)contest->entries[i].p);
    }
    free(contest->entries);
    contest->entries = NULL;
    contest->entry_count = contest->entry_capacity = 0;
}
