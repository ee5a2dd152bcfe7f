/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a class round written down a second time, from the log's JSON alone: slower, plainer, and by other means
 * than rooms/. What both say of answers and points must be the same.
 */
#include "tests/simulation/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLACK_MS 400        /* a worker hears of a pause this much later than the store, if nothing is wrong */
#define SLACK_BELOW_MS 2200 /* spread, the ways to the store and back, a replay's rounding */
#define GUARDS_MAX 4000

struct oracle_question {
    uint32_t bank_question;
    int64_t limit_ms, points, extended_ms;
    cJSON *keys;
    bool scored, skipped, gift;
};

struct oracle {
    struct world *world;
    cJSON *created;
    bool speed, changes;
    struct oracle_question questions[STAGE_QUESTIONS + 1];
    size_t question_count;
    struct oracle_player players[ORACLE_PLAYERS_MAX];
    size_t player_count;
    struct map seen;
    uint64_t guards[GUARDS_MAX];
    size_t guard_count;
    enum phase phase;
    bool paused, locked;
    uint32_t q, clock;
    uint64_t at;
    int64_t opened_at, closed_at, paused_at, still;
    /* of the entry that is being read */
    const cJSON *entry;
    uint64_t position;
    int64_t now;
};

/* ---- reading ---- */

static const char *text_of(const struct oracle *oracle, const char *name)
{
    return client_string(oracle->entry, name);
}

static int64_t number_of(const struct oracle *oracle, const char *name)
{
    return (int64_t)client_number(oracle->entry, name);
}

static struct oracle_player *find(const struct oracle *oracle, const char *id)
{
    for (size_t i = 0; i < oracle->player_count; i++)
        if (strcmp(oracle->players[i].id, id) == 0)
            return (struct oracle_player *)&oracle->players[i];
    return NULL;
}

const struct oracle_player *oracle_find(const struct oracle *oracle, const char *player)
{
    return find(oracle, player);
}

/* ---- is it right? ---- */

static bool in_range(const char *range, const char *form)
{
    const char *to = strstr(range, "..");
    double value = strtod(form, NULL), low = strtod(range, NULL);
    return value >= low && value <= (to == NULL ? low : strtod(to + 2, NULL));
}

static bool is_key(const struct oracle_question *question, const char *form)
{
    const cJSON *key;
    cJSON_ArrayForEach(key, question->keys)
    {
        if (question->bank_question == Q_NUMBER ? in_range(key->valuestring, form)
                                                : strcmp(key->valuestring, form) == 0)
            return true;
    }
    return false;
}

/* How many statements of "a=true,b=false" stand in the key, too. */
static int statements_right(const struct oracle_question *question, const char *form)
{
    char copy[64], *rest = copy, *part;
    int right = 0;

    if (cJSON_GetArraySize(question->keys) == 0)
        return 0;
    snprintf(copy, sizeof copy, "%s", form);
    while ((part = strsep(&rest, ",")) != NULL)
        right += part[0] != '\0' && strstr(question->keys->child->valuestring, part) != NULL;
    return right;
}

static int64_t points_of(const struct oracle *oracle, uint32_t q, const struct oracle_answer *answer)
{
    static const int tenths[4] = {0, 100, 250, 500};
    const struct oracle_question *question = &oracle->questions[q];

    if (!is_key(question, answer->form))
        return question->bank_question == Q_STATEMENTS
                   ? question->points * tenths[statements_right(question, answer->form)] / 1000
                   : 0;
    if (!oracle->speed)
        return question->points;
    int64_t limit = (question->limit_ms + question->extended_ms) * (answer->factor == 0 ? 200 : answer->factor) / 100;
    int64_t whole = question->points * (2 * limit - (answer->time_ms < limit ? answer->time_ms : limit));
    return whole / (2 * limit) + (2 * (whole % (2 * limit)) >= 2 * limit);
}

static void score(struct oracle *oracle)
{
    oracle->questions[oracle->q].scored = true;
}

/* Once the whole log has been read: judges may have changed what a question is worth at any time. */
static void add_up(struct oracle *oracle)
{
    for (size_t i = 0; i < oracle->player_count; i++) {
        struct oracle_player *player = &oracle->players[i];
        player->points = player->adjusted;
        for (uint32_t q = 1; q <= oracle->question_count; q++) {
            const struct oracle_question *question = &oracle->questions[q];
            const struct oracle_answer *answer = &player->answers[q];
            if (question->scored && !question->skipped && answer->accepted)
                player->points += question->gift ? question->points : points_of(oracle, q, answer);
        }
    }
}

static bool judged(struct oracle *oracle, const char *type)
{
    int64_t q = number_of(oracle, "q");

    if (q < 1 || q > oracle->q)
        return false;
    if (strcmp(type, "voided") == 0)
        oracle->questions[q].skipped = true;
    if (strcmp(type, "rekeyed") == 0)
        oracle->questions[q].gift = true;
    return true;
}

static bool accepted(struct oracle *oracle)
{
    struct oracle_question *question = &oracle->questions[oracle->q];

    if ((oracle->phase != PHASE_QUESTION && oracle->phase != PHASE_CLOSED) || cJSON_GetArraySize(question->keys) >= 64)
        return false;
    cJSON_AddItemToArray(question->keys, cJSON_CreateString(text_of(oracle, "form")));
    return true;
}

/* ---- people ---- */

static struct oracle_player *sit(struct oracle *oracle, const cJSON *row)
{
    if (oracle->player_count == ORACLE_PLAYERS_MAX)
        abort();
    struct oracle_player *player = &oracle->players[oracle->player_count++];
    *player = (struct oracle_player){.factor = 100};
    snprintf(player->id, sizeof player->id, "%s", row->child->valuestring);
    snprintf(player->code, sizeof player->code, "%s", row->child->next->next->next->valuestring);
    const cJSON *listed = cJSON_GetArrayItem(row, 5);
    player->listed = listed == NULL ? 0 : (uint32_t)listed->valuedouble;
    return player;
}

/* Who came earlier than the seat's connection, but was heard of later, takes nothing. */
static void attach(struct oracle_player *player, int64_t connection, int64_t came)
{
    if (came < player->came && player->came - came <= 300000)
        return;
    player->came = came;
    player->connection = connection;
    player->present = true;
}

static int64_t came_at(const struct oracle *oracle, const char *type, const cJSON *row)
{
    const cJSON *when = cJSON_GetArrayItem(row, strcmp(type, "joined") == 0 ? 4 : 2);
    return when == NULL || when->valuedouble > (double)oracle->now ? oracle->now : (int64_t)when->valuedouble;
}

/* A row of the class list is one player's, until that one is removed. */
static bool row_is_taken(const struct oracle *oracle, const cJSON *row)
{
    const cJSON *listed = cJSON_GetArrayItem(row, 5);
    for (size_t i = 0; listed != NULL && i < oracle->player_count; i++) {
        const struct oracle_player *player = &oracle->players[i];
        if (player->listed == (uint32_t)listed->valuedouble && (!player->removed || player->banned))
            return true;
    }
    return false;
}

static void take_people(struct oracle *oracle, const char *type)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(oracle->entry, "r"))
    {
        struct oracle_player *player = find(oracle, row->child->valuestring);
        int64_t connection = (int64_t)row->child->next->valuedouble;
        if (player == NULL && strcmp(type, "joined") == 0 && !oracle->locked && oracle->phase != PHASE_ENDED &&
            !row_is_taken(oracle, row))
            player = sit(oracle, row);
        if (player == NULL || player->removed)
            continue;
        if (strcmp(type, "left") != 0)
            attach(player, connection, came_at(oracle, type, row));
        else if (player->connection == connection)
            player->present = false;
    }
}

static bool is_a_code(const struct oracle *oracle, const char *code)
{
    for (size_t i = 0; i < oracle->player_count; i++)
        if (strcmp(oracle->players[i].code, code) == 0 || strcmp(oracle->players[i].seat_code, code) == 0)
            return true;
    return false;
}

static bool reseated(const struct oracle *oracle, struct oracle_player *player)
{
    const char *code = text_of(oracle, "code"), *take = text_of(oracle, "take");

    if (code[0] != '\0') {
        if (!is_a_code(oracle, code))
            snprintf(player->seat_code, sizeof player->seat_code, "%s", code);
    } else if (strcmp(take, player->seat_code) == 0 || strcmp(take, player->code) == 0) {
        if (strcmp(take, player->seat_code) == 0)
            player->seat_code[0] = '\0';
        player->came = 0;
        attach(player, number_of(oracle, "conn"), oracle->now);
    }
    return true;
}

static bool all_have_answered(const struct oracle *oracle)
{
    size_t present = 0, answered = 0;
    for (size_t i = 0; i < oracle->player_count; i++) {
        present += oracle->players[i].present;
        answered += oracle->players[i].present && oracle->players[i].answers[oracle->q].accepted;
    }
    return present > 0 && answered == present;
}

static bool change_person(struct oracle *oracle, const char *type)
{
    struct oracle_player *player = find(oracle, text_of(oracle, "player"));

    if (player == NULL || player->removed)
        return false;
    if (strcmp(type, "reseated") == 0)
        return reseated(oracle, player);
    if (strcmp(type, "removed") == 0) {
        player->removed = true;
        player->banned = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(oracle->entry, "ban"));
        player->present = false;
    }
    if (strcmp(type, "accommodated") == 0) {
        player->factor = (uint32_t)number_of(oracle, "factor");
        oracle->clock++;
    }
    if (strcmp(type, "adjusted") == 0)
        player->adjusted += number_of(oracle, "points");
    return true;
}

/* ---- answers ---- */

/* E against the time for which the question has been open by the store's clock. */
static void check_time(struct oracle *oracle, const char *id, int64_t elapsed_ms)
{
    int64_t open_ms =
        (oracle->phase == PHASE_CLOSED ? oracle->closed_at : oracle->now) - oracle->opened_at - oracle->still;

    if (oracle->world->answers_may_miss || oracle->world->store.away_count > 0 || oracle->world->notices_get_lost)
        return;
    if (elapsed_ms > open_ms + SLACK_MS || elapsed_ms + SLACK_BELOW_MS < open_ms)
        world_fail(oracle->world, "time_is_fair", "%s: E is %lld ms, the question has been open for %lld ms", id,
                   (long long)elapsed_ms, (long long)open_ms);
}

static bool is_in_time(const struct oracle *oracle, const struct oracle_player *player, int64_t time_ms)
{
    const struct oracle_question *question = &oracle->questions[oracle->q];
    int64_t limit = (question->limit_ms + question->extended_ms) * player->factor / 100;
    return player->factor == 0 || time_ms <= limit;
}

static void take_answer(struct oracle *oracle, struct oracle_player *player, const cJSON *row)
{
    const cJSON *form = row->child->next, *n = form->next, *elapsed = n->next, *own = elapsed->next,
                *credit = own->next;
    struct oracle_answer *standing = &player->answers[oracle->q];
    int64_t E = (int64_t)elapsed->valuedouble, line = own->valuedouble < 0 ? 0 : E - (int64_t)own->valuedouble;

    line = line < 0 ? 0 : line > credit->valuedouble ? (int64_t)credit->valuedouble : line;
    int64_t time_ms = (E - (line > E ? E : line)) / 50 * 50;
    check_time(oracle, player->id, E);
    if (standing->accepted && (!oracle->changes || n->valuedouble <= standing->n))
        return;
    if (!is_in_time(oracle, player, time_ms))
        return;
    *standing = (struct oracle_answer){.given = true,
                                       .accepted = true,
                                       .time_ms = (uint32_t)time_ms,
                                       .n = (uint32_t)n->valuedouble,
                                       .factor = player->factor,
                                       .position = oracle->position};
    snprintf(standing->form, sizeof standing->form, "%s", form->valuestring);
}

/* Nobody's answer comes too late because of others, unless their own worker was cut off or stood still. */
static void check_missed(struct oracle *oracle, const char *id, uint32_t q)
{
    const struct oracle_player *player = find(oracle, id);
    bool scored = q >= 1 && q <= oracle->question_count && oracle->questions[q].scored && !oracle->questions[q].skipped;
    bool counted = player != NULL && scored && player->answers[q].accepted;
    struct world *world = oracle->world;

    if (scored && !counted && player != NULL && !player->removed && !world->answers_may_miss &&
        world->store.forgot_count == 0)
        world_fail(world, "in_time_is_never_late",
                   "%s: the answer to %u reached the log at %llu, after its doors were shut", id, q,
                   (unsigned long long)oracle->position);
}

static bool take_answers(struct oracle *oracle)
{
    uint32_t q = (uint32_t)number_of(oracle, "q");
    bool open = (oracle->phase == PHASE_QUESTION || oracle->phase == PHASE_CLOSED) && q == oracle->q;
    const cJSON *row;

    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(oracle->entry, "r"))
    {
        struct oracle_player *player = find(oracle, row->child->valuestring);
        if (!open)
            check_missed(oracle, row->child->valuestring, q);
        else if (player != NULL && !player->removed)
            take_answer(oracle, player, row);
    }
    return true;
}

/* ---- phases ---- */

static void move_to(struct oracle *oracle, enum phase phase)
{
    if (oracle->paused && oracle->phase == PHASE_QUESTION)
        oracle->still += oracle->now - oracle->paused_at;
    oracle->paused = false;
    oracle->phase = phase;
    oracle->at = oracle->position;
}

static void check_settle(struct oracle *oracle)
{
    if (oracle->now - oracle->closed_at < SETTLE_MS)
        world_fail(oracle->world, "the_reveal_waits_for_answers_on_their_way",
                   "closed and counted %lld ms later, at %llu", (long long)(oracle->now - oracle->closed_at),
                   (unsigned long long)oracle->position);
}

static bool opened(struct oracle *oracle)
{
    uint32_t q = (uint32_t)number_of(oracle, "q");
    if (oracle->phase == PHASE_QUESTION || oracle->phase == PHASE_ENDED || q != oracle->q + 1 ||
        q > oracle->question_count)
        return false;
    if (oracle->phase == PHASE_CLOSED) {
        check_settle(oracle);
        score(oracle);
    }
    move_to(oracle, PHASE_QUESTION);
    oracle->q = q;
    oracle->clock++;
    oracle->opened_at = oracle->now;
    oracle->still = 0;
    return true;
}

static bool closed(struct oracle *oracle)
{
    bool host = strcmp(text_of(oracle, "why"), "host") == 0;
    if (oracle->phase != PHASE_QUESTION || number_of(oracle, "q") != oracle->q)
        return false;
    if (!host && (number_of(oracle, "clock") != oracle->clock || oracle->paused))
        return false;
    if (strcmp(text_of(oracle, "why"), "all") == 0 && !all_have_answered(oracle))
        return false;
    move_to(oracle, PHASE_CLOSED);
    oracle->closed_at = oracle->now;
    return true;
}

static bool reopened(struct oracle *oracle)
{
    struct oracle_question *question = &oracle->questions[oracle->q];
    if (oracle->phase != PHASE_CLOSED)
        return false;
    int64_t left = question->limit_ms + question->extended_ms - (oracle->closed_at - oracle->opened_at - oracle->still);
    if (left < 10000)
        question->extended_ms += 10000 - left;
    oracle->still += oracle->now - oracle->closed_at;
    move_to(oracle, PHASE_QUESTION);
    oracle->clock++;
    return true;
}

static bool skipped(struct oracle *oracle)
{
    if (oracle->phase != PHASE_QUESTION && oracle->phase != PHASE_CLOSED)
        return false;
    oracle->questions[oracle->q].skipped = true;
    if (oracle->q == oracle->question_count) {
        move_to(oracle, PHASE_ENDED);
        return true;
    }
    move_to(oracle, PHASE_QUESTION);
    oracle->q++;
    oracle->clock++;
    oracle->opened_at = oracle->now;
    oracle->still = 0;
    return true;
}

static bool paused(struct oracle *oracle, bool pause)
{
    if (oracle->phase == PHASE_ENDED || oracle->paused == pause)
        return false;
    if (pause)
        oracle->paused_at = oracle->now;
    else if (oracle->phase == PHASE_QUESTION)
        oracle->still += oracle->now - oracle->paused_at;
    oracle->paused = pause;
    oracle->clock++;
    oracle->at = oracle->position;
    return true;
}

static bool move(struct oracle *oracle, enum phase from, enum phase to)
{
    if (oracle->phase != from)
        return false;
    if (to == PHASE_REVEALED) {
        check_settle(oracle);
        score(oracle);
    }
    move_to(oracle, to);
    return true;
}

static bool ended(struct oracle *oracle)
{
    if (oracle->phase == PHASE_ENDED)
        return false;
    if (oracle->phase == PHASE_CLOSED) {
        check_settle(oracle);
        score(oracle);
    }
    move_to(oracle, PHASE_ENDED);
    return true;
}

static bool extended(struct oracle *oracle)
{
    if (oracle->phase != PHASE_QUESTION)
        return false;
    oracle->questions[oracle->q].extended_ms += number_of(oracle, "ms");
    oracle->clock++;
    return true;
}

static bool lock(struct oracle *oracle, bool on)
{
    bool changed = oracle->locked != on;
    oracle->locked = on;
    return changed;
}

static bool take_entry(struct oracle *oracle, const char *type)
{
    bool of_this_question = number_of(oracle, "q") == oracle->q;

    if (strcmp(type, "opened") == 0)
        return opened(oracle);
    if (strcmp(type, "closed") == 0)
        return closed(oracle);
    if (strcmp(type, "paused") == 0 || strcmp(type, "resumed") == 0)
        return paused(oracle, type[0] == 'p');
    if (strcmp(type, "ended") == 0)
        return ended(oracle);
    if (strcmp(type, "locked") == 0 || strcmp(type, "unlocked") == 0)
        return lock(oracle, type[0] == 'l');
    if (strcmp(type, "removed") == 0 || strcmp(type, "accommodated") == 0 || strcmp(type, "adjusted") == 0 ||
        strcmp(type, "reseated") == 0)
        return change_person(oracle, type);
    if (strcmp(type, "voided") == 0 || strcmp(type, "rekeyed") == 0)
        return judged(oracle, type);
    if (strcmp(type, "accepted") == 0)
        return of_this_question && accepted(oracle);
    if (strcmp(type, "revealed") == 0)
        return of_this_question && move(oracle, PHASE_CLOSED, PHASE_REVEALED);
    if (strcmp(type, "ranked") == 0)
        return of_this_question && move(oracle, PHASE_REVEALED, PHASE_RANKED);
    if (strcmp(type, "reopened") == 0)
        return of_this_question && reopened(oracle);
    if (strcmp(type, "skipped") == 0)
        return of_this_question && skipped(oracle);
    if (strcmp(type, "extended") == 0)
        return of_this_question && extended(oracle);
    return true;
}

/* ---- the whole log ---- */

static bool is_repeat(struct oracle *oracle)
{
    uint64_t key = eid_key(text_of(oracle, "id"));
    if (map_find(&oracle->seen, key) != NULL)
        return true;
    map_set(&oracle->seen, key, 1);
    return false;
}

/* Two presses that saw the same phase move it once. */
static void check_guard(struct oracle *oracle, uint64_t guard)
{
    for (size_t i = 0; i < oracle->guard_count; i++)
        if (oracle->guards[i] == guard)
            world_fail(oracle->world, "one_press_is_one_step", "two presses that saw %llu both moved the room",
                       (unsigned long long)guard);
    if (oracle->guard_count < GUARDS_MAX)
        oracle->guards[oracle->guard_count++] = guard;
}

static void take_one(struct oracle *oracle)
{
    const char *type = text_of(oracle, "t");
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(oracle->entry, "at");

    if (strcmp(type, "answers") == 0) {
        take_answers(oracle);
        return;
    }
    if (is_repeat(oracle))
        return;
    if (strcmp(type, "joined") == 0 || strcmp(type, "attached") == 0 || strcmp(type, "left") == 0) {
        take_people(oracle, type);
        return;
    }
    if (at != NULL && (uint64_t)at->valuedouble != oracle->at)
        return;
    if (take_entry(oracle, type) && at != NULL)
        check_guard(oracle, (uint64_t)at->valuedouble);
}

static void begin(struct oracle *oracle, cJSON *created)
{
    static const char *const ids[] = {"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
    const cJSON *settings = cJSON_GetObjectItemCaseSensitive(created, "settings"), *question;

    oracle->created = created;
    oracle->at = 1;
    oracle->speed = strcmp(client_string(settings, "scoring"), "speed") == 0;
    oracle->changes = strcmp(client_string(settings, "change"), "until-close") == 0;
    cJSON_ArrayForEach(question, cJSON_GetObjectItemCaseSensitive(created, "questions"))
    {
        struct oracle_question *out = &oracle->questions[++oracle->question_count];
        *out = (struct oracle_question){.limit_ms = (int64_t)client_number(question, "limit_ms"),
                                        .points = (int64_t)client_number(question, "points"),
                                        .keys = cJSON_GetObjectItemCaseSensitive(question, "key")};
        for (uint32_t i = 1; i <= STAGE_QUESTIONS; i++)
            if (strcmp(ids[i], client_string(question, "id")) == 0)
                out->bank_question = i;
    }
}

struct oracle *oracle_read(struct world *world)
{
    struct oracle *oracle = memory_new(1, sizeof *oracle);

    oracle->world = world;
    map_init(&oracle->seen);
    begin(oracle, cJSON_Parse(world->store.entries[0].e));
    for (size_t i = 1; i < world->store.count && !world->failed; i++) {
        cJSON *entry = cJSON_Parse(world->store.entries[i].e);
        oracle->entry = entry;
        oracle->position = i + 1;
        oracle->now = world->store.entries[i].at_ms;
        take_one(oracle);
        cJSON_Delete(entry);
    }
    add_up(oracle);
    return oracle;
}

void oracle_free(struct oracle *oracle)
{
    cJSON_Delete(oracle->created);
    map_clear(&oracle->seen);
    free(oracle);
}

size_t oracle_answered(const struct oracle *oracle, uint32_t q)
{
    size_t answered = 0;
    for (size_t i = 0; i < oracle->player_count; i++)
        answered += oracle->players[i].answers[q].accepted;
    return answered;
}

size_t oracle_players(const struct oracle *oracle)
{
    return oracle->player_count;
}
