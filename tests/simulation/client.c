/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulation/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GIVES_UP_WAITING_MS 8000
#define BEAT_LAST_MS 700

const char *client_string(const cJSON *frame, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(frame, name);
    return cJSON_IsString(item) ? item->valuestring : "";
}

double client_number(const cJSON *frame, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(frame, name);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static size_t index_of(const struct world *world, const struct client *client)
{
    return (size_t)(client - world->clients);
}

static void new_once(struct world *world, struct client *client)
{
    snprintf(client->once, sizeof client->once, "once-%016llx", (unsigned long long)chance_next(&world->chance));
}

void client_start(struct world *world, size_t index, enum role role)
{
    static const char *const names[] = {"An", "Vy", "Hà", "Lan", "Nguyễn Văn Bình", "An"};
    struct client *client = &world->clients[index];

    *client = (struct client){.role = role, .back_at_ms = chance_between(&world->chance, 0, 3000)};
    client->vandal = role == ROLE_PLAYER && world->rough.vandals && index == 0;
    new_once(world, client);
    snprintf(client->name, sizeof client->name, "%s", names[chance_between(&world->chance, 0, 5)]);
    snprintf(client->page, sizeof client->page, "page%zu", index);
    if (role != ROLE_PLAYER)
        snprintf(client->token, sizeof client->token, "t1.%d.-.0.", (int)role);
    world_schedule(world, (struct happening){.at_ms = client->back_at_ms, .type = AT_CLIENT_BEAT, .target = index});
}

/* ---- lines ---- */

void client_send(struct world *world, struct client *client, const char *text)
{
    struct wire *line = client->line;
    if (line == NULL)
        return;
    int64_t at_ms = world->now_ms + world_delay(world);
    line->up_at_ms = at_ms > line->up_at_ms ? at_ms : line->up_at_ms;
    world_say(world, "c%zu > w%zu %s", index_of(world, client), line->worker, text);
    world_schedule(world, (struct happening){.at_ms = line->up_at_ms,
                                             .type = AT_LINE_MESSAGE,
                                             .target = line->worker,
                                             .line = line,
                                             .text = memory_copy(text, strlen(text)),
                                             .number = strlen(text)});
}

static void say_hello(struct world *world, struct client *client)
{
    char text[400];

    if (client->code[0] != '\0')
        snprintf(text, sizeof text, "{\"t\":\"attach\",\"pin\":\"" PIN "\",\"code\":\"%s\"}", client->code);
    else if (client->token[0] != '\0')
        snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"%s\",\"page\":\"%s\"}", client->token, client->page);
    else
        snprintf(text, sizeof text, "{\"t\":\"join\",\"pin\":\"" PIN "\",\"name\":\"%s\",\"once\":\"%s\"}",
                 client->name, client->once);
    client_send(world, client, text);
}

static void open_line(struct world *world, struct client *client)
{
    struct wire *line = memory_new(1, sizeof *line);

    line->next = world->all_lines;
    world->all_lines = line;
    line->client = index_of(world, client);
    line->worker = (size_t)chance_between(&world->chance, 0, (int64_t)world->worker_count - 1);
    line->up_at_ms = line->down_at_ms = world->now_ms + world_delay(world);
    client->line = line;
    client->in = false;
    client->opened_at_ms = world->now_ms;
    world_schedule(
        world, (struct happening){.at_ms = line->up_at_ms, .type = AT_LINE_OPEN, .target = line->worker, .line = line});
    say_hello(world, client);
}

/* The page lets its line go; the worker hears of it soon, or late. */
void client_drop(struct world *world, struct client *client)
{
    struct wire *line = client->line;

    if (line == NULL)
        return;
    int64_t heard_ms = chance_between(&world->chance, 1, chance_of(&world->chance, 300) ? 15000 : 100);
    int64_t at_ms = world->now_ms + heard_ms;
    line->up_at_ms = at_ms > line->up_at_ms ? at_ms : line->up_at_ms;
    world_say(world, "c%zu drops its line to w%zu", index_of(world, client), line->worker);
    world_schedule(
        world, (struct happening){.at_ms = line->up_at_ms, .type = AT_LINE_GONE, .target = line->worker, .line = line});
    client->line = NULL;
    client->in = false;
    client->back_at_ms = world->now_ms + chance_between(&world->chance, 100, 3000);
}

static void ended_by_token(struct world *world, struct client *client)
{
    if (client->role != ROLE_PLAYER) {
        world_fail(world, "staff_stays_in", "client %zu is sent away", index_of(world, client));
        return;
    }
    client->token[0] = '\0';
    client->answer.sending = false; /* it was another person's */
    new_once(world, client);
}

static void closed(struct world *world, struct client *client, uint64_t code)
{
    world_say(world, "c%zu is closed with %llu", index_of(world, client), (unsigned long long)code);
    client->line = NULL;
    client->in = false;
    client->back_at_ms = world->now_ms + chance_between(&world->chance, 100, 2000);
    if (code == CLOSE_TAKEN_OVER && !client->shares && !client->vandal)
        world_fail(world, "nobody_is_thrown_out_by_himself", "client %zu has one phone, and was taken over",
                   index_of(world, client));
    if (code == CLOSE_TAKEN_OVER)
        client->back_at_ms += 5000;
    if (code == CLOSE_TAKEN_OVER && world->healing)
        client->gone = true; /* two people with one seat: one of them lets it be */
    if (code == CLOSE_REMOVED)
        client->gone = true;
    if (code == CLOSE_TOKEN_ENDED)
        ended_by_token(world, client);
    if (code == CLOSE_ABUSE && !client->vandal)
        world_fail(world, "no_honest_page_is_shown_out", "client %zu is", index_of(world, client));
}

/* ---- frames ---- */

static void refused_at_the_door(struct world *world, struct client *client, const char *code)
{
    static const char *const for_now[] = {"busy",     "saving_full", "storage_full",
                                          "too_fast", "not_joined",  "name_taken"};

    if (client->vandal)
        return;
    if (client->code[0] != '\0') {
        client->code[0] = '\0'; /* used by somebody else: back to one's own token */
        client_drop(world, client);
        return;
    }
    for (size_t i = 0; i < sizeof for_now / sizeof *for_now; i++)
        if (strcmp(code, for_now[i]) == 0) {
            client_drop(world, client);
            return;
        }
    if (strcmp(code, "bad_token") == 0 && client->token[0] != '\0')
        return; /* the line is closed next */
    world_say(world, "c%zu may not come in: %s", index_of(world, client), code);
    client->gone = true;
    client_drop(world, client);
}

static enum phase phase_of(const char *name)
{
    enum phase phase = PHASE_LOBBY;
    while (phase < PHASE_COUNT && strcmp(phase_name(phase), name) != 0)
        phase++;
    return phase;
}

/* What every page knows of the room. */
static void learn(struct client *client, const char *type, const cJSON *frame)
{
    static const struct {
        const char *type;
        enum phase phase;
    } moves[] = {
        {"question", PHASE_QUESTION}, {"closed", PHASE_CLOSED}, {"reveal", PHASE_REVEALED}, {"ended", PHASE_ENDED}};

    if (strcmp(type, "state") == 0) {
        client->in = true;
        client->phase = phase_of(client_string(frame, "phase"));
        client->paused = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(frame, "paused"));
        client->q = (uint32_t)client_number(frame, "q");
    }
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (strcmp(type, moves[i].type) == 0)
            client->phase = moves[i].phase;
    if (strcmp(type, "board") == 0 && client->phase != PHASE_ENDED)
        client->phase = PHASE_RANKED;
    if (strcmp(type, "question") == 0)
        client->q = (uint32_t)client_number(frame, "q");
    if (strcmp(type, "paused") == 0 || strcmp(type, "resumed") == 0)
        client->paused = strcmp(type, "paused") == 0;
    else if (cJSON_GetObjectItemCaseSensitive(frame, "at") != NULL && strcmp(type, "state") != 0)
        client->paused = false;
    if (cJSON_GetObjectItemCaseSensitive(frame, "at") != NULL)
        client->at = (uint64_t)client_number(frame, "at");
}

static void frame_came(struct world *world, struct client *client, const char *text)
{
    cJSON *frame = cJSON_Parse(text);
    const char *type = client_string(frame, "t");

    world_say(world, "c%zu < %s", index_of(world, client), text);
    if (frame == NULL)
        world_fail(world, "frames_are_json", "%s", text);
    else if (strcmp(type, "error") == 0 && !client->in)
        refused_at_the_door(world, client, client_string(frame, "code"));
    else {
        learn(client, type, frame);
        if (client->role == ROLE_PLAYER)
            player_frame(world, client, type, frame);
        else if (client->role == ROLE_HOST)
            host_frame(world, client, type, frame);
    }
    cJSON_Delete(frame);
}

/* ---- a page looks around ---- */

static void trouble(struct world *world, struct client *client)
{
    const struct roughness *rough = &world->rough;

    if (chance_of(&world->chance, rough->slow))
        client->line->slow_until_ms = world->now_ms + chance_between(&world->chance, 100, 20000);
    if (chance_of(&world->chance, rough->drops)) {
        client_drop(world, client);
    } else if (client->role == ROLE_PLAYER && chance_of(&world->chance, rough->takeovers)) {
        world_say(world, "c%zu opens another phone", index_of(world, client));
        client->shares = true;
        open_line(world, client);
    }
}

static void beat(struct world *world, struct client *client)
{
    if (client->line == NULL) {
        if (world->now_ms >= client->back_at_ms)
            open_line(world, client);
    } else if (!client->in) {
        if (world->now_ms - client->opened_at_ms > GIVES_UP_WAITING_MS)
            client_drop(world, client);
    } else if (client->vandal && !world->healing) {
        vandal_beat(world, client);
    } else if (client->role == ROLE_PLAYER) {
        player_beat(world, client);
    } else if (client->role == ROLE_HOST) {
        host_beat(world, client);
    }
    if (client->line != NULL && client->in)
        trouble(world, client);
}

void client_happening(struct world *world, struct happening *happening)
{
    struct client *client = &world->clients[happening->target];

    if (happening->type == AT_CLIENT_BEAT) {
        if (client->gone)
            return;
        beat(world, client);
        world_schedule(world,
                       (struct happening){.at_ms = world->now_ms + chance_between(&world->chance, 50, BEAT_LAST_MS),
                                          .type = AT_CLIENT_BEAT,
                                          .target = happening->target});
        return;
    }
    if (client->line == NULL || client->line != happening->line)
        return; /* of a line that the page has let go */
    if (happening->type == AT_CLIENT_FRAME)
        frame_came(world, client, happening->text);
    else
        closed(world, client, happening->number);
}
