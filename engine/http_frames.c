/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/http_call.h"

static void replied(void *context, unsigned status, const char *json, size_t length)
{
    call_json(context, status, json, length);
}

void frames_carry(struct call *call)
{
    struct poll_request request = {.body = call->body == NULL ? "" : call->body,
                                   .length = call->body_length,
                                   .guesser = call->guesser,
                                   .reply = replied,
                                   .context = call};
    if (call->foreign)
        call_error(call, 403, "not_allowed", "Pages of other sites may not speak here.");
    else if (call->engine->polls == NULL || call->engine->leaving_ms != 0)
        call_error(call, 503, "busy", "This server ends or begins; come back in a moment.");
    else
        polls_request(call->engine->polls, &request);
}
