/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulation/world.h"

#include <stdio.h>
#include <string.h>

#define SEND_AGAIN_MS 2000

/* What a host presses, and how often in a thousand. */
static const struct {
    const char *cmd;
    int often;
    bool at;
    const char *args; /* %s: a player; %u: the question */
} presses[] = {
    {"next", 530, true, NULL},
    {"reveal", 60, true, NULL},
    {"open", 40, true, NULL},
    {"close", 30, true, NULL},
    {"reopen", 50, true, NULL},
    {"skip", 20, true, NULL},
    {"pause", 50, true, NULL},
    {"resume", 20, true, NULL},
    {"rank", 10, true, NULL},
    {"extend", 30, false, "{\"ms\":3000}"},
    {"lock", 10, false, NULL},
    {"unlock", 30, false, NULL},
    {"accommodate", 20, false, "{\"player\":\"%s\",\"factor\":150}"},
    {"accommodate", 10, false, "{\"player\":\"%s\",\"factor\":0}"},
    {"accommodate", 10, false, "{\"player\":\"%s\",\"factor\":100}"},
    {"remove", 5, false, "{\"player\":\"%s\",\"ban\":true}"},
    {"rename", 10, false, "{\"player\":\"%s\",\"name\":\"Vy\"}"},
    {"nod", 10, false, "{\"player\":\"%s\"}"},
    {"reseat", 15, false, "{\"player\":\"%s\"}"},
    {"adjust", 5, false, "{\"player\":\"%s\",\"points\":-50,\"reason\":\"x\"}"},
    {"void", 4, false, "{\"q\":%u,\"reason\":\"x\"}"},
    {"rekey", 4, false, "{\"q\":%u,\"policy\":\"gift\",\"reason\":\"x\"}"},
    {"accept", 10, false, "{\"q\":%u,\"text\":\"7,5\"}"},
    {"freeze", 5, false, NULL},
    {"unfreeze", 8, false, NULL},
    {"end", 5, true, NULL},
};

static struct client *some_player(struct world *world)
{
    return &world->clients[chance_between(&world->chance, 0, (int64_t)world->player_count - 1)];
}

static void send_press(struct world *world, struct client *client)
{
    client->press.sent_at_ms = world->now_ms;
    client_send(world, client, client->press.text);
}

static void make_press(struct world *world, struct client *client, size_t which)
{
    char args[120] = "{}", at[40] = "";
    struct press *press = &client->press;
    const struct client *player = some_player(world);

    if (presses[which].args != NULL && strstr(presses[which].args, "%s") != NULL && player->player[0] == '\0')
        return;
    if (presses[which].args != NULL && strstr(presses[which].args, "%u") != NULL)
        snprintf(args, sizeof args, presses[which].args, client->q);
    else if (presses[which].args != NULL)
        snprintf(args, sizeof args, presses[which].args, player->player);
    if (presses[which].at && chance_of(&world->chance, 950))
        snprintf(at, sizeof at, ",\"at\":%llu", (unsigned long long)client->at);
    *press = (struct press){.sending = true, .reseats = strcmp(presses[which].cmd, "reseat") == 0};
    snprintf(press->id, sizeof press->id, "c%u", ++client->presses);
    snprintf(press->text, sizeof press->text, "{\"t\":\"do\",\"id\":\"%s\",\"cmd\":\"%s\"%s,\"args\":%s}", press->id,
             presses[which].cmd, at, args);
    send_press(world, client);
}

/* While the store is away, what matters most is who reveals how soon after. */
static size_t choose_press(struct world *world)
{
    if (world->store.away && chance_of(&world->chance, 500))
        return 1;
    int64_t roll = chance_between(&world->chance, 0, 999);
    size_t which = 0;
    while (which + 1 < sizeof presses / sizeof *presses && roll >= presses[which].often)
        roll -= presses[which++].often;
    return which;
}

static void press_something(struct world *world, struct client *client)
{
    size_t which = world->healing ? 0 : choose_press(world);

    make_press(world, client, which);
    for (size_t i = 0; i < world->client_count && which == 0; i++) {
        struct client *other = &world->clients[i];
        if (other->role == ROLE_HOST && other != client && other->in && !other->press.sending &&
            chance_of(&world->chance, 500))
            make_press(world, other, 0); /* both at once */
    }
}

void host_beat(struct world *world, struct client *client)
{
    if (client->press.sending) {
        if (world->now_ms - client->press.sent_at_ms >= SEND_AGAIN_MS)
            send_press(world, client);
        return;
    }
    if (client->phase == PHASE_ENDED)
        return;
    int often = world->store.away ? 300 : client->phase == PHASE_QUESTION ? 80 : 300;
    if (chance_of(&world->chance, often) && world->now_ms > 4000)
        press_something(world, client);
}

/* The code that was read out is typed in, sometimes by two. */
static void hand_out(struct world *world, const char *code)
{
    for (int i = 0; i < 2; i++) {
        struct client *player = some_player(world);
        if (player->vandal || player->gone)
            continue;
        for (size_t other = 0; other < world->player_count; other++)
            world->clients[other].shares = true; /* whoever's seat it is */
        snprintf(player->code, sizeof player->code, "%s", code);
        client_drop(world, player);
    }
}

void host_frame(struct world *world, struct client *client, const char *type, const cJSON *frame)
{
    bool done = strcmp(type, "done") == 0, refused = strcmp(type, "refused") == 0;

    if ((!done && !refused) || strcmp(client_string(frame, "id"), client->press.id) != 0)
        return;
    bool busy = refused && strcmp(client_string(frame, "why"), "busy") == 0;
    client->press.sending = busy;
    if (done && client->press.reseats && client_string(frame, "code")[0] != '\0')
        hand_out(world, client_string(frame, "code"));
}
