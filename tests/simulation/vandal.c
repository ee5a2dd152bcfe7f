/* SPDX-License-Identifier: Apache-2.0 */
/* A client that sends whatever it likes. It must not be able to harm anybody but itself. */
#include "tests/simulation/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const scribbles[] = {
    "",
    "{",
    "[]",
    "null",
    "{\"t\":5}",
    "{\"t\":\"nothing\"}",
    "{\"t\":\"answer\"}",
    "{\"t\":\"answer\",\"q\":0,\"a\":[\"a\"]}",
    "{\"t\":\"answer\",\"q\":1.5,\"a\":[\"a\"]}",
    "{\"t\":\"answer\",\"q\":499,\"a\":[\"a\"]}",
    "{\"t\":\"answer\",\"q\":1,\"n\":0,\"a\":[\"a\"]}",
    "{\"t\":\"answer\",\"q\":1,\"a\":{\"a\":{\"a\":[[[[]]]]}}}",
    "{\"t\":\"answer\",\"q\":1,\"a\":[\"zz\"]}",
    "{\"t\":\"answer\",\"q\":1,\"a\":\"1.000\"}",
    "{\"t\":\"answer\",\"q\":2,\"a\":1e999}",
    "{\"t\":\"do\",\"id\":\"x\",\"cmd\":\"next\"}",
    "{\"t\":\"do\",\"id\":\"x\",\"cmd\":\"remove\",\"args\":{\"player\":\"0\"}}",
    "{\"t\":\"review\"}",
    "{\"t\":\"ping\",\"c\":1e999}",
    "{\"t\":\"ping\",\"c\":\"x\"}",
    "{\"t\":\"ping\",\"c\":12}",
    "{\"t\":\"join\",\"pin\":\"" PIN "\",\"name\":\"An\"}",
    "{\"t\":\"join\",\"pin\":\"000000\",\"name\":\"An\"}",
    "{\"t\":\"attach\",\"token\":\"t1.1.nobody.0.\"}",
    "{\"t\":\"attach\",\"token\":\"t1.3.-.0\"}",
    "{\"t\":\"attach\",\"pin\":\"" PIN "\",\"code\":\"K7QF2M9T\"}",
    "{\"t\":\"attach\",\"pin\":\"" PIN "\"}",
    "{\"t\":\"attach\",\"token\":\"t1.2.-.0.\"}",
    "\xff\xfe{\"t\":\"ping\"}",
    "{\"t\":\"ping\",\"c\":1}{\"t\":\"ping\",\"c\":1}",
};

static void send_long(struct world *world, struct client *client)
{
    size_t length = (size_t)chance_between(&world->chance, FRAME_PLAYER_MAX_BYTES - 1, FRAME_PLAYER_MAX_BYTES + 2);
    char *text = memory_new(length + 1, 1);
    memset(text, ' ', length);
    memcpy(text, "{\"t\":\"ping\",\"c\":1}", 18);
    client_send(world, client, text);
    free(text);
}

/* Comes in on a line that has a seat already, as somebody else. */
static void borrow_token(struct world *world, struct client *client)
{
    char text[TOKEN_MAX + 64];
    struct client *other = &world->clients[chance_between(&world->chance, 0, (int64_t)world->player_count - 1)];

    if (other->token[0] == '\0')
        return;
    other->shares = true;
    snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"%s\"}", other->token);
    client_send(world, client, text);
}

void vandal_beat(struct world *world, struct client *client)
{
    int64_t what = chance_between(&world->chance, 0, 20);

    client->answer.sending = false;
    if (what == 0)
        send_long(world, client);
    else if (what < 3)
        borrow_token(world, client);
    else if (what < 6)
        player_beat(world, client);
    else
        client_send(world, client,
                    scribbles[chance_between(&world->chance, 0, sizeof scribbles / sizeof *scribbles - 1)]);
}
