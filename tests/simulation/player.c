/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulation/world.h"

#include <stdio.h>
#include <string.h>

#define SEND_AGAIN_MS 2000
#define ANSWERS_MAX 4

/* What a phone sends for each question of the stage's bank: right, wrong, wrong otherwise. */
static const char *const wires[STAGE_QUESTIONS + 1][3] = {
    [Q_SINGLE] = {"[\"b\"]", "[\"a\"]", "[\"d\"]"},
    [Q_MULTIPLE] = {"[\"c\",\"a\"]", "[\"a\"]", "[\"a\",\"b\",\"c\"]"},
    [Q_TRUEFALSE] = {"[\"true\"]", "[\"false\"]", "[\"false\"]"},
    [Q_STATEMENTS] = {"{\"a\":true,\"b\":false,\"c\":true,\"d\":true}",
                      "{\"a\":true,\"b\":true,\"c\":true,\"d\":false}", "{\"a\":true}"},
    [Q_NUMBER] = {"5", "\"7,5\"", "-3"},
    [Q_TEXT] = {"\"hải PHÒNG\"", "\"Hà Nội\"", "\"“Huế” \\\\ \\\"\""},
    [Q_ORDER] = {"[\"c\",\"a\",\"b\"]", "[\"a\",\"b\",\"c\"]", "[\"b\",\"a\",\"c\"]"},
    [Q_MATCH] = {"{\"l1\":\"r2\",\"l2\":\"r1\"}", "{\"l1\":\"r1\",\"l2\":\"r2\"}", "{\"l1\":\"r1\"}"},
    [Q_PREDICTION] = {"7", "0", "1000000"},
};

static uint32_t bank_question(const char *id)
{
    static const char *const ids[] = {"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
    uint32_t q = STAGE_QUESTIONS;
    while (q > 0 && strcmp(ids[q], id) != 0)
        q--;
    return q;
}

static void send_answer(struct world *world, struct client *client)
{
    char text[300];
    struct given_answer *answer = &client->answer;

    answer->sent_at_ms = world->now_ms;
    snprintf(text, sizeof text, "{\"t\":\"answer\",\"q\":%u,\"n\":%u,\"a\":%s,\"ms\":%lld}", answer->q, answer->n,
             answer->a, (long long)answer->ms);
    client_send(world, client, text);
}

static void give_answer(struct world *world, struct client *client)
{
    struct given_answer *answer = &client->answer;
    bool again = answer->q == client->q;

    *answer = (struct given_answer){.sending = true, .q = client->q, .n = again ? answer->n + 1 : 1};
    answer->ms = chance_of(&world->chance, 500) ? chance_between(&world->chance, 0, 20000) : 0;
    snprintf(answer->a, sizeof answer->a, "%s", wires[client->bank_question][chance_between(&world->chance, 0, 2)]);
    send_answer(world, client);
    bool more = client->may_change && answer->n < ANSWERS_MAX && chance_of(&world->chance, 400);
    client->think_until_ms = more ? world->now_ms + chance_between(&world->chance, 100, 6000) : INT64_MAX;
}

static void asked(struct world *world, struct client *client, const cJSON *frame)
{
    client->bank_question = bank_question(client_string(frame, "id"));
    client->may_change = strcmp(client_string(frame, "change"), "until-close") == 0;
    if (client->thought_q == client->q)
        return;
    client->thought_q = client->q;
    int64_t limit_ms = (int64_t)client_number(frame, "limit_ms");
    client->think_until_ms =
        chance_of(&world->chance, 100) ? INT64_MAX : world->now_ms + chance_between(&world->chance, 0, limit_ms + 500);
}

/* The state says which answer stands; what was on its way and is not there is sent again. */
static void came_back(struct world *world, struct client *client, const cJSON *frame)
{
    const cJSON *standing = cJSON_GetObjectItemCaseSensitive(frame, "answer");
    struct given_answer *answer = &client->answer;

    client->back_at_ms = 0;
    if (!answer->sending)
        return;
    if (cJSON_IsObject(standing) && (uint32_t)client_number(standing, "q") == answer->q &&
        (uint32_t)client_number(standing, "n") >= answer->n)
        answer->sending = false;
    else
        send_answer(world, client);
}

static void settle(struct client *client, const cJSON *frame)
{
    struct given_answer *answer = &client->answer;
    if ((uint32_t)client_number(frame, "q") == answer->q && (uint32_t)client_number(frame, "n") >= answer->n)
        answer->sending = false;
}

void player_frame(struct world *world, struct client *client, const char *type, const cJSON *frame)
{
    if (strcmp(type, "joined") == 0) {
        if (strcmp(client->player, client_string(frame, "player")) != 0)
            client->answer.sending = false;
        snprintf(client->token, sizeof client->token, "%s", client_string(frame, "token"));
        snprintf(client->player, sizeof client->player, "%s", client_string(frame, "player"));
        client->code[0] = '\0';
    } else if (strcmp(type, "state") == 0) {
        came_back(world, client, frame);
    } else if (strcmp(type, "question") == 0) {
        asked(world, client, frame);
    } else if (strcmp(type, "ack") == 0) {
        settle(client, frame);
    } else if (strcmp(type, "refused") == 0) {
        const char *why = client_string(frame, "why");
        if (strcmp(why, "saving_full") == 0 || strcmp(why, "storage_full") == 0)
            return;
        if (strcmp(why, "wrong_phase") != 0 && strcmp(why, "not_allowed") != 0 && !client->vandal)
            world_fail(world, "good_answers_are_understood", "%s: %s", client->answer.a, why);
        settle(client, frame);
    }
}

void player_beat(struct world *world, struct client *client)
{
    struct given_answer *answer = &client->answer;

    if (answer->sending) {
        if (world->now_ms - answer->sent_at_ms >= SEND_AGAIN_MS)
            send_answer(world, client);
        return;
    }
    if (client->phase == PHASE_QUESTION && !client->paused && client->thought_q == client->q &&
        world->now_ms >= client->think_until_ms)
        give_answer(world, client);
}
