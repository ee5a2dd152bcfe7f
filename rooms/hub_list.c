/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hub_list.c - the class list on the wire: to whoever has the PIN and may still come in, and to host and judge.
 */
#include "rooms/encode_parts.h"
#include "rooms/hub_message.h"
#include "rooms/hub_show.h"

static void put_list(const struct room *room, struct buffer *text)
{
    struct listed_view listed;

    buffer_put(text, "{\"t\":\"list\",\"names\":[");
    for (uint32_t row = 1; room_view_listed(room, row, &listed); row++) {
        buffer_print(text, "%s{\"row\":%u,\"name\":", row == 1 ? "" : ",", row);
        buffer_quote(text, listed.name);
        buffer_print(text, ",\"taken\":%s}", encode_claim(listed.seat != NO_SEAT));
    }
    buffer_print(text, "],\"list_only\":%s}", encode_claim(room_plan(room)->list_only));
}

void message_look(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms)
{
    const char *pin = frame_field(frame, "pin");
    (void)now_ms;

    if (session->joining != NULL)
        return; /* on its way already */
    if (session->role != ROLE_NONE || session->claims != NULL) {
        session_error(hub, session, REFUSAL_NOT_ALLOWED);
        return;
    }
    if (!text_is_pin(pin)) {
        session_error(hub, session, REFUSAL_WRONG_PIN);
        return;
    }
    session->joining = memory_new(1, sizeof *session->joining);
    session->joining->looks = true;
    hub->ports.find_pin(hub->ports.engine, session->connection, pin, session->number);
}

void session_look(struct session *session, int64_t now_ms)
{
    struct hall *hall = session->hall;
    struct hub *hub = hall->hub;
    enum refusal refusal = room_may_join(hall->room);

    session_leave_hall(session, now_ms); /* it may look again, or join */
    if (refusal != REFUSAL_NONE) {
        session_error(hub, session, refusal);
        return;
    }
    struct buffer *text = hall_scratch(hall);
    put_list(hall->room, text);
    session_send_text(hub, session, text);
}

void show_list(struct session *session)
{
    struct hall *hall = session->hall;

    if (room_plan(hall->room)->listed == 0 || !session_is_staff(session))
        return;
    struct buffer *text = hall_scratch(hall);
    put_list(hall->room, text);
    session_send_text(hall->hub, session, text);
}

void show_missing(const struct room *room, struct buffer *text)
{
    struct listed_view listed;
    bool first = true;

    if (room_plan(room)->listed == 0)
        return;
    buffer_put(text, ",\"missing\":[");
    for (uint32_t row = 1; room_view_listed(room, row, &listed); row++) {
        if (!listed.absent)
            continue;
        buffer_print(text, "%s%u", first ? "" : ",", row);
        first = false;
    }
    buffer_put(text, "]");
}
