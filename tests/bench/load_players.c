/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <signal.h>
#include <cjson/cJSON.h>
#include "question-banks/memory.h"

#define WHEEL_SLOTS 65536 /* milliseconds */
#define NOBODY UINT32_MAX
#define CONNECTING_MAX 400 /* begun and not yet in, so that no accept queue overflows */
#define EVENTS_MAX 512
#define ANSWERS_MAX 8
#define ANSWER_SIZE 240
#define ONCE_SIZE 32

enum step { STEP_OUT, STEP_CONNECTING, STEP_UPGRADING, STEP_ASKING, STEP_IN, STEP_LOST };

struct player {
    struct wire wire;
    uint32_t number;
    uint32_t next; /* in the wheel */
    uint32_t q;
    uint8_t step;
    bool acked;
    bool answered;
    bool again; /* is coming back */
    bool waits; /* stands in the wheel */
    int32_t total;
    int64_t begun_us; /* of the connection */
    int64_t shown_us; /* the question was here */
    int64_t sent_us;
    char *token;
};

struct crowd {
    struct shared *shared;
    const struct options *options;
    struct player *players;
    uint32_t count, first;
    uint32_t begun, connecting;
    int epoll;
    uint32_t *wheel;
    uint32_t waiting;
    int64_t wheel_ms;
    int64_t started_us;
    uint64_t chance;
    uint32_t answers_q;
    size_t answer_count;
    char answers[ANSWERS_MAX][ANSWER_SIZE];
    bool stormed;
};

/* One process has one crowd; frames come with the player only. */
static struct crowd crowd;

static uint64_t next_random(void)
{
    uint64_t z = crowd.chance += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int64_t number_after(const char *text, const char *name, int64_t otherwise)
{
    const char *found = strstr(text, name);
    return found == NULL ? otherwise : strtoll(found + strlen(name), NULL, 10);
}

static void set_first(_Atomic int64_t *first, int64_t us)
{
    int64_t none = 0;
    atomic_compare_exchange_strong(first, &none, us);
}

static void set_last(_Atomic int64_t *last, int64_t us)
{
    int64_t before = *last;
    while (us > before && !atomic_compare_exchange_weak(last, &before, us)) {
    }
}

static void count_frame(struct frame_count *count, size_t length)
{
    count->frames++;
    count->bytes += length;
}

/* ---- the wheel: who does something later ---- */

static void do_later(struct player *player, uint32_t after_ms)
{
    uint32_t slot = (uint32_t)((crowd.wheel_ms + after_ms + 1) % WHEEL_SLOTS);
    if (player->waits)
        return;
    player->waits = true;
    player->next = crowd.wheel[slot];
    crowd.wheel[slot] = (uint32_t)(player - crowd.players);
    crowd.waiting++;
}

/* ---- connecting ---- */

static struct round_count *round_of(uint32_t q)
{
    return &crowd.shared->rounds[q < ROUNDS_MAX ? q : 0];
}

static void lose(struct player *player)
{
    if (player->step == STEP_CONNECTING || player->step == STEP_UPGRADING || player->step == STEP_ASKING)
        crowd.connecting--;
    if (crowd.shared->order != ORDER_STOP) {
        crowd.shared->dropped++;
        if (crowd.shared->dropped <= 3)
            fprintf(stderr, "load: player %u lost in step %d, close code %d: %s\n", player->number, player->step,
                    player->wire.close_code, strerror(errno));
    }
    wire_close(&player->wire);
    player->step = STEP_LOST;
    player->again = player->token != NULL;
    do_later(player, 500 + (uint32_t)(next_random() % 1500));
}

static void begin(struct player *player)
{
    struct epoll_event event = {.events = EPOLLOUT, .data.u32 = (uint32_t)(player - crowd.players)};

    player->begun_us = wire_now_us();
    player->step = STEP_CONNECTING;
    crowd.connecting++;
    if (wire_connect(&player->wire, crowd.options->port, player->number / PLAYERS_A_SOURCE, 0) != 0) {
        fprintf(stderr, "load: connect: %s\n", strerror(errno));
        exit(1);
    }
    epoll_ctl(crowd.epoll, EPOLL_CTL_ADD, player->wire.fd, &event);
}

static void go_on(struct player *player)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)(player - crowd.players)};

    player->step = STEP_UPGRADING;
    epoll_ctl(crowd.epoll, EPOLL_CTL_MOD, player->wire.fd, &event);
    if (!wire_upgrade(&player->wire, crowd.options->port))
        lose(player);
}

static void ask_in(struct player *player)
{
    char text[800];
    int length;

    crowd.shared->connected++;
    player->step = STEP_ASKING;
    if (player->token != NULL)
        length = snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"%s\"}", player->token);
    else
        length = snprintf(text, sizeof text,
                          "{\"t\":\"join\",\"pin\":\"%s\",\"name\":\"Người %05u\",\"unit\":\"6a1\",\"lang\":\"vi\","
                          "\"once\":\"%010u%016llx\"}",
                          crowd.options->pin, player->number, player->number,
                          (unsigned long long)crowd.started_us * 1000003);
    if (!wire_send(&player->wire, text, (size_t)length))
        lose(player);
}

/* ---- answers ---- */

static void add_answer(const char *a)
{
    if (crowd.answer_count < ANSWERS_MAX)
        snprintf(crowd.answers[crowd.answer_count++], ANSWER_SIZE, "%s", a);
}

/* One way of choosing for each choice: it alone for single and multiple, else all of them in one order or another. */
static void add_choices(const cJSON *question, const char *kind)
{
    const cJSON *choices = cJSON_GetObjectItem(question, "choices"), *rights = cJSON_GetObjectItem(question, "rights");
    int count = cJSON_GetArraySize(choices), right_count = cJSON_GetArraySize(rights);
    bool object = strcmp(kind, "match") == 0 || strcmp(kind, "statements") == 0;
    bool all = object || strcmp(kind, "order") == 0;

    for (int i = 0; i < count; i++) {
        cJSON *a = object ? cJSON_CreateObject() : cJSON_CreateArray();
        for (int j = 0; j < (all ? count : 1); j++) {
            const char *id =
                cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(choices, (i + j) % count), "id"));
            if (!object)
                cJSON_AddItemToArray(a, cJSON_CreateString(id));
            else if (right_count == 0)
                cJSON_AddBoolToObject(a, id, (i + j) % 2);
            else
                cJSON_AddStringToObject(
                    a, id,
                    cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(rights, j % right_count), "id")));
        }
        char *text = cJSON_PrintUnformatted(a);
        add_answer(text);
        free(text);
        cJSON_Delete(a);
    }
}

/* The first player of a process who sees a question finds out how it can be answered. */
static void learn_question(const char *text, uint32_t q)
{
    cJSON *question = cJSON_Parse(text);
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItem(question, "kind"));

    crowd.answers_q = q;
    crowd.answer_count = 0;
    if (kind == NULL || strcmp(kind, "truefalse") == 0) {
        add_answer("[\"true\"]");
        add_answer("[\"false\"]");
    } else if (strcmp(kind, "number") == 0 || strcmp(kind, "prediction") == 0) {
        add_answer("12");
        add_answer("\"2015\"");
    } else if (strcmp(kind, "text") == 0) {
        add_answer("\"Hải Phòng\"");
        add_answer("\"học\"");
    } else {
        add_choices(question, kind);
    }
    if (crowd.answer_count == 0)
        add_answer("[]");
    cJSON_Delete(question);
}

static void answer(struct player *player, int64_t now_us)
{
    char text[ANSWER_SIZE + 100];
    const char *a = crowd.answers[next_random() % crowd.answer_count];

    if (player->step != STEP_IN || player->acked || player->q != crowd.answers_q)
        return;
    int length = snprintf(text, sizeof text, "{\"t\":\"answer\",\"q\":%u,\"a\":%s,\"n\":1,\"ms\":%lld}", player->q, a,
                          (long long)((now_us - player->shown_us) / 1000));
    player->sent_us = now_us;
    player->answered = true;
    if (!wire_send(&player->wire, text, (size_t)length))
        lose(player);
}

/* ---- what comes from the server ---- */

static void take_joined(struct player *player, const char *text, size_t length)
{
    const char *token = strstr(text, "\"token\":\"");
    const char *end = token == NULL ? NULL : strchr(token + 9, '"');

    count_frame(&crowd.shared->joined_bytes, length);
    if (end == NULL)
        return;
    free(player->token);
    player->token = memory_copy(token + 9, (size_t)(end - token - 9));
}

static void take_state(struct player *player, size_t length, int64_t now_us)
{
    count_frame(&crowd.shared->state, length);
    crowd.shared->states++;
    if (player->step != STEP_ASKING)
        return;
    player->step = STEP_IN;
    crowd.connecting--;
    if (player->again) {
        crowd.shared->reconnected++;
        histogram_add(&crowd.shared->storm_us, now_us - player->begun_us);
    } else {
        crowd.shared->joined++;
        histogram_add(&crowd.shared->join_us, now_us - player->begun_us);
    }
}

static void take_question(struct player *player, const char *text, size_t length, int64_t now_us)
{
    uint32_t q = (uint32_t)number_after(text, "\"q\":", 0);
    struct round_count *round = round_of(q);

    if (q != crowd.answers_q)
        learn_question(text, q);
    if (player->q == q) {
        if (player->answered && !player->acked)
            answer(player, now_us); /* sent before the line was cut: once more */
        return;
    }
    player->q = q;
    player->acked = player->answered = false;
    player->shown_us = now_us;
    count_frame(&crowd.shared->question, length);
    set_first(&round->first_us, now_us);
    set_last(&round->last_us, now_us);
    round->questions++;
    histogram_add(&crowd.shared->question_us, now_us - round->first_us);
    if (crowd.options->spread_ms == 0)
        answer(player, now_us);
    else
        do_later(player, (uint32_t)(next_random() % crowd.options->spread_ms));
}

static void take_ack(struct player *player, const char *text, size_t length, int64_t now_us)
{
    struct shared *shared = crowd.shared;
    uint32_t q = (uint32_t)number_after(text, "\"q\":", 0);

    count_frame(&shared->ack, length);
    if (q != player->q || player->acked) {
        shared->acked_twice++;
        return;
    }
    player->acked = true;
    histogram_add(&shared->ack_us, now_us - player->sent_us);
    if (strstr(text, "\"accepted\"") != NULL)
        shared->accepted++;
    else if (strstr(text, "\"late\"") != NULL)
        shared->late++;
    else
        shared->duplicate++;
    round_of(q)->acks++;
}

static void take_reveal(struct player *player, const char *text, size_t length, int64_t now_us)
{
    struct round_count *round = round_of((uint32_t)number_after(text, "\"q\":", 0));
    const char *you = strstr(text, "\"you\":{");

    count_frame(&crowd.shared->reveal, length);
    set_first(&round->revealed_first_us, now_us);
    set_last(&round->revealed_last_us, now_us);
    round->reveals++;
    histogram_add(&crowd.shared->result_us, now_us - round->revealed_first_us);
    if (you == NULL)
        return;
    int32_t total = (int32_t)number_after(you, "\"total\":", 0);
    crowd.shared->points_sum += number_after(you, "\"points\":", 0);
    crowd.shared->totals_sum += total - player->total;
    player->total = total;
}

static void take_trouble(const char *text, _Atomic uint32_t *count)
{
    if ((*count)++ < 3)
        fprintf(stderr, "load: %s\n", text);
}

static void take_board(const char *text, size_t length, int64_t now_us)
{
    struct round_count *round = NULL;
    (void)text;
    count_frame(&crowd.shared->board, length);
    for (uint32_t q = ROUNDS_MAX - 1; q > 0 && round == NULL; q--)
        round = crowd.shared->rounds[q].reveals > 0 ? &crowd.shared->rounds[q] : NULL;
    if (round == NULL)
        return;
    round->boards++;
    histogram_add(&crowd.shared->board_us, now_us - round->revealed_last_us);
}

static void take_text(struct player *player, const char *text, size_t length, int64_t now_us)
{
    static const char head[] = "{\"t\":\"";
    const char *type = text + sizeof head - 1;

    if (strncmp(text, head, sizeof head - 1) != 0)
        return;
    if (strncmp(type, "question\"", 9) == 0)
        take_question(player, text, length, now_us);
    else if (strncmp(type, "ack\"", 4) == 0)
        take_ack(player, text, length, now_us);
    else if (strncmp(type, "reveal\"", 7) == 0)
        take_reveal(player, text, length, now_us);
    else if (strncmp(type, "board\"", 6) == 0)
        take_board(text, length, now_us);
    else if (strncmp(type, "joined\"", 7) == 0)
        take_joined(player, text, length);
    else if (strncmp(type, "state\"", 6) == 0)
        take_state(player, length, now_us);
    else if (strncmp(type, "error\"", 6) == 0)
        take_trouble(text, &crowd.shared->errors);
    else if (strncmp(type, "refused\"", 8) == 0)
        take_trouble(text, &crowd.shared->refused);
}

static void take_frame(void *context, const char *text, size_t length)
{
    struct player *player = context;
    if (text == NULL)
        ask_in(player);
    else
        take_text(player, text, length, wire_now_us());
}

/* ---- one turn ---- */

static void be_woken(struct player *player)
{
    player->waits = false;
    if (crowd.shared->order == ORDER_STOP)
        return;
    if (player->step == STEP_LOST) {
        if (crowd.connecting < CONNECTING_MAX)
            begin(player);
        else
            do_later(player, 20);
    } else {
        answer(player, wire_now_us());
    }
}

static void turn_wheel(void)
{
    int64_t now_ms = wire_now_us() / 1000;

    while (crowd.wheel_ms < now_ms) {
        crowd.wheel_ms++;
        uint32_t *slot = &crowd.wheel[crowd.wheel_ms % WHEEL_SLOTS];
        uint32_t next = *slot;
        *slot = NOBODY;
        while (next != NOBODY) {
            struct player *player = &crowd.players[next];
            next = player->next;
            crowd.waiting--;
            be_woken(player);
        }
    }
}

static void open_more(void)
{
    int64_t since_us = wire_now_us() - crowd.started_us;
    uint64_t rate = crowd.options->rate / crowd.options->processes;
    uint64_t due = rate == 0 ? crowd.count : rate * (uint64_t)since_us / 1000000;

    while (crowd.begun < crowd.count && crowd.begun < due && crowd.connecting < CONNECTING_MAX)
        begin(&crowd.players[crowd.begun++]);
}

/* All lines are cut; everybody comes back at a moment of their own, as the pages do. */
static void storm(void)
{
    crowd.stormed = true;
    for (uint32_t i = 0; i < crowd.count; i++) {
        struct player *player = &crowd.players[i];
        if (player->step != STEP_IN)
            continue;
        wire_close(&player->wire);
        player->step = STEP_LOST;
        player->again = true;
        do_later(player, (uint32_t)(next_random() % crowd.options->storm_ms));
    }
}

static void take_event(const struct epoll_event *event)
{
    struct player *player = &crowd.players[event->data.u32];

    if (player->wire.fd < 0)
        return;
    if (player->step == STEP_CONNECTING) {
        if (event->events & (EPOLLERR | EPOLLHUP))
            lose(player);
        else
            go_on(player);
    } else if (!wire_read(&player->wire, take_frame, player)) {
        lose(player);
    }
}

static void prepare(struct shared *shared, const struct options *options, uint32_t first, uint32_t count)
{
    crowd = (struct crowd){.shared = shared,
                           .options = options,
                           .players = memory_new(count, sizeof(struct player)),
                           .count = count,
                           .first = first,
                           .epoll = epoll_create1(EPOLL_CLOEXEC),
                           .wheel = memory_new(WHEEL_SLOTS, sizeof(uint32_t)),
                           .started_us = wire_now_us(),
                           .chance = first + 1};
    crowd.wheel_ms = crowd.started_us / 1000;
    for (uint32_t i = 0; i < WHEEL_SLOTS; i++)
        crowd.wheel[i] = NOBODY;
    for (uint32_t i = 0; i < count; i++)
        crowd.players[i] = (struct player){.wire.fd = -1, .number = first + i};
}

_Noreturn void players_run(struct shared *shared, const struct options *options, uint32_t first, uint32_t count)
{
    static struct epoll_event events[EVENTS_MAX];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prepare(shared, options, first, count);
    while (shared->order != ORDER_STOP) {
        bool soon = crowd.waiting > 0 || crowd.begun < crowd.count;
        int ready = epoll_wait(crowd.epoll, events, EVENTS_MAX, soon ? 1 : 10);
        for (int i = 0; i < ready; i++)
            take_event(&events[i]);
        turn_wheel();
        open_more();
        if (shared->order == ORDER_STORM && !crowd.stormed)
            storm();
    }
    exit(0);
}
