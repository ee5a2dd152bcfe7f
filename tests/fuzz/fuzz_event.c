/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of a log, a line each (`e`, or `e`, a tab and `p`), applied to a room: whatever is in them, the room stays
 * whole, and what is refused changes nothing. */
#include <stdlib.h>
#include <string.h>
#include "rooms/room_state.h"
#include "tests/support/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void apply_line(struct stage *stage, const char *line, size_t length)
{
    const char *tab = memchr(line, '\t', length);
    struct entry entry = {.position = stage->position + 1,
                          .id = "1-0",
                          .at_ms = stage->now_ms += 700,
                          .e = line,
                          .e_length = tab == NULL ? length : (size_t)(tab - line),
                          .p = tab == NULL ? NULL : tab + 1,
                          .p_length = tab == NULL ? 0 : length - (size_t)(tab + 1 - line)};
    struct event event;
    struct digest before, after;

    if (event_read(&entry, &event) != EVENT_READ)
        return;
    room_digest(stage->room, &before);
    uint64_t position = stage->room->position;
    size_t outcomes = stage->room->outcome_count;
    enum refusal refusal = room_apply(stage->room, &event, &stage->effects);
    stage->position++;
    if (refusal != REFUSAL_NONE && stage->room->outcome_count == outcomes) {
        stage->room->position = position;
        room_digest(stage->room, &after);
        if (memcmp(&before, &after, sizeof before) != 0)
            abort();
        stage->room->position = stage->position;
    }
    event_clear(&event);
}

static void look(const struct stage *stage)
{
    for (size_t role = 0; role < ROLE_COUNT; role++) {
        for (uint32_t seat = 0; seat <= room_seats(stage->room); seat++) {
            struct view view;
            room_view(stage->room, (enum role)role, seat == room_seats(stage->room) ? NO_SEAT : seat, &view);
        }
    }
    struct distribution distribution;
    room_view_distribution(stage->room, room_q(stage->room), &distribution);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stage stage;
    const char *text = (const char *)data;

    stage_start(&stage, "{\"class_list\":[\"An\",\"Lan\",\"Lan\"]}");
    stage_join(&stage, "An");
    stage_join(&stage, "Vy");
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - text) - at;
        apply_line(&stage, text + at, length);
        at += length + 1;
    }
    look(&stage);
    stage_end(&stage);
    return 0;
}
