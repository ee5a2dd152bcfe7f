/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/event_fields.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"

void written_clear(struct written *written)
{
    free(written->e);
    free(written->p);
    *written = (struct written){0};
}

static void write_member_rows(const struct event *event, struct buffer *e)
{
    char player[PLAYER_TEXT_SIZE];
    for (size_t i = 0; i < event->row_count; i++) {
        const struct event_row *row = &event->rows[i];
        player_id_write(row->player, player);
        buffer_print(e, "%s[\"%s\",%llu", i == 0 ? "" : ",", player, (unsigned long long)row->connection);
        if (event->type == EVENT_JOINED) {
            buffer_put(e, ",");
            buffer_quote(e, row->unit == NULL ? "" : row->unit);
            buffer_print(e, ",\"%016llx\"", (unsigned long long)row->code);
        }
        bool listed = event->type == EVENT_JOINED && row->row > 0;
        if (event->type != EVENT_LEFT && (row->read_at_ms > 0 || listed))
            buffer_print(e, ",%lld", (long long)row->read_at_ms);
        if (listed)
            buffer_print(e, ",%u", row->row);
        buffer_put(e, "]");
    }
}

static void write_answer_rows(const struct event *event, struct buffer *e)
{
    char player[PLAYER_TEXT_SIZE];
    for (size_t i = 0; i < event->row_count; i++) {
        const struct event_row *row = &event->rows[i];
        player_id_write(row->player, player);
        /* A log form holds ids, digits, '=', ',', '.', '#' and '-' only: nothing that JSON would escape. */
        buffer_put(e, i == 0 ? "[\"" : ",[\"");
        buffer_put(e, player);
        buffer_put(e, "\",\"");
        buffer_put(e, row->form);
        buffer_put(e, "\",");
        const int64_t numbers[] = {row->n, row->elapsed_ms, row->own_ms, row->credit_limit};
        for (size_t number = 0; number < 4; number++) {
            buffer_put_number(e, numbers[number]);
            buffer_put(e, number < 3 ? "," : "]");
        }
    }
}

static char *write_personal(const struct event *event, const uint8_t salt[16])
{
    struct buffer p;
    bool any = false;

    buffer_init(&p);
    for (size_t i = 0; i < 16; i++)
        buffer_print(&p, "%02x", salt[i]);
    buffer_put(&p, "[");
    for (size_t i = 0; i < event->row_count; i++) {
        const struct event_row *row = &event->rows[i];
        buffer_put(&p, i == 0 ? "[" : ",[");
        if (row->shown != NULL) {
            any = true;
            buffer_quote(&p, row->shown);
            if (row->key != NULL) {
                buffer_put(&p, ",");
                buffer_quote(&p, row->key);
                buffer_put(&p, ",");
                buffer_quote(&p, row->skeleton);
            }
        }
        buffer_put(&p, "]");
    }
    buffer_put(&p, "]");
    if (any)
        return buffer_take(&p);
    buffer_clear(&p);
    return NULL;
}

static void write_fields(const struct event *event, struct buffer *e)
{
    unsigned fields = event_fields(event->type);
    char player[PLAYER_TEXT_SIZE];

    if (fields & FIELD_Q)
        buffer_print(e, ",\"q\":%u", event->q);
    if (fields & FIELD_CLOCK)
        buffer_print(e, ",\"clock\":%u,\"why\":\"%s\"", event->clock, close_why_name(event->why));
    if (fields & FIELD_MS)
        buffer_print(e, ",\"ms\":%lld", (long long)event->ms);
    if (fields & (FIELD_PLAYER | FIELD_CODE)) {
        player_id_write(event->player, player);
        buffer_print(e, ",\"player\":\"%s\"", player);
    }
    if (fields & FIELD_FACTOR)
        buffer_print(e, ",\"factor\":%u", event->factor);
    if (fields & FIELD_BAN)
        buffer_print(e, ",\"ban\":%s", event->ban ? "true" : "false");
    if (fields & FIELD_CODE && event->code != 0)
        buffer_print(e, ",\"code\":\"%016llx\"", (unsigned long long)event->code);
    if (fields & FIELD_CODE && event->take != 0)
        buffer_print(e, ",\"take\":\"%016llx\",\"conn\":%llu", (unsigned long long)event->take,
                     (unsigned long long)event->connection);
    if (fields & FIELD_FORM) {
        buffer_put(e, ",\"form\":");
        buffer_quote(e, event->form);
    }
    if (fields & FIELD_POINTS)
        buffer_print(e, ",\"points\":%d", event->points);
    if (fields & FIELD_POLICY)
        buffer_print(e, ",\"policy\":\"%s\"", rekey_policy_name(event->policy));
    if (fields & FIELD_UNIT) {
        buffer_put(e, ",\"unit\":");
        buffer_quote(e, event->unit);
    }
}

void event_write(const struct event *event, const uint8_t salt[16], struct written *out)
{
    unsigned fields = event_fields(event->type);
    struct buffer e;

    assert(event->type != EVENT_CREATED);
    buffer_init(&e);
    buffer_print(&e, "{\"t\":\"%s\"", event_name(event->type));
    if (event->eid[0] != '\0')
        buffer_print(&e, ",\"id\":\"%s\"", event->eid);
    if (event->actor[0] != '\0') {
        buffer_put(&e, ",\"by\":");
        buffer_quote(&e, event->actor);
    }
    if (event->guarded)
        buffer_print(&e, ",\"at\":%llu", (unsigned long long)event->guard);
    write_fields(event, &e);
    if (fields & FIELD_ROWS) {
        buffer_put(&e, ",\"r\":[");
        if (event->type == EVENT_ANSWERS)
            write_answer_rows(event, &e);
        else
            write_member_rows(event, &e);
        buffer_put(&e, "]");
    }
    out->p = fields & (FIELD_ROWS | FIELD_NAME | FIELD_WORDS) ? write_personal(event, salt) : NULL;
    if (out->p != NULL) {
        struct digest digest;
        char hex[DIGEST_HEX_SIZE];
        digest_of(out->p, strlen(out->p), &digest);
        digest_hex(&digest, hex);
        buffer_print(&e, ",\"ph\":\"%s\"", hex);
    }
    buffer_put(&e, "}");
    out->e = buffer_take(&e);
}
