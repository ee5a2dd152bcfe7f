/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct row_queue *queue_of(struct hall *hall, enum event_type type)
{
    if (type == EVENT_JOINED)
        return &hall->joins;
    if (type == EVENT_ATTACHED)
        return &hall->attaches;
    if (type == EVENT_LEFT)
        return &hall->leaves;
    assert(type == EVENT_ANSWERS);
    return &hall->answers;
}

static char *copy_or_null(const char *text)
{
    return text == NULL ? NULL : memory_copy(text, strlen(text));
}

static void clear_row(struct event_row *row)
{
    free((char *)row->unit);
    free((char *)row->form);
    free((char *)row->shown);
    free((char *)row->key);
    free((char *)row->skeleton);
}

static void make_room(struct row_queue *queue)
{
    if (queue->first > 0 && queue->first == queue->count)
        queue->first = queue->count = 0;
    if (queue->count < queue->capacity)
        return;
    queue->capacity = queue->capacity == 0 ? 64 : queue->capacity * 2;
    queue->rows = memory_grow(queue->rows, queue->capacity, sizeof *queue->rows);
    queue->qs = memory_grow(queue->qs, queue->capacity, sizeof *queue->qs);
}

/* An entry costs as much for one row as for ten, and nobody in a crowd notices twenty milliseconds. */
static int64_t linger_ms(const struct hall *hall)
{
    int64_t wait_ms = LINGER_MS + (int64_t)(hall->session_count / LINGER_PLAYERS_A_MS);
    return wait_ms < LINGER_MOST_MS ? wait_ms : LINGER_MOST_MS;
}

bool batch_add(struct hall *hall, enum event_type type, uint32_t q, const struct event_row *row, int64_t now_ms)
{
    struct row_queue *queue = queue_of(hall, type);
    struct hub *hub = hall->hub;

    if (hub->pending_rows >= PENDING_ROWS_MAX)
        return false;
    make_room(queue);
    if (queue->count == queue->first)
        queue->since_ms = now_ms;
    struct event_row *kept = &queue->rows[queue->count];
    queue->qs[queue->count++] = q;
    *kept = *row;
    kept->unit = copy_or_null(row->unit);
    kept->form = copy_or_null(row->form);
    kept->shown = copy_or_null(row->shown);
    kept->key = copy_or_null(row->key);
    kept->skeleton = copy_or_null(row->skeleton);
    hub->pending_rows++;
    hub_wake(hub, now_ms + linger_ms(hall));
    return true;
}

static void append_written(struct hall *hall, const struct written *written)
{
    struct hub *hub = hall->hub;
    struct append append = {.room = hall->id,
                            .e = written->e,
                            .e_length = strlen(written->e),
                            .p = written->p,
                            .p_length = written->p == NULL ? 0 : strlen(written->p),
                            .ticket = ++hub->next_ticket};
    hall->in_flight++;
    hub->ports.append(hub->ports.engine, &append);
}

void hall_propose(struct hall *hall, struct event *event)
{
    struct hub *hub = hall->hub;
    struct written written = {0};
    uint8_t random[28];

    hub->ports.random(hub->ports.engine, random, sizeof random);
    if (event->eid[0] == '\0' && event->type != EVENT_ANSWERS)
        eid_write(random + 16, event->eid);
    event_write(event, random, &written);
    append_written(hall, &written);
    written_clear(&written);
}

/* The rows that go out together: of one question, and not too many. */
static size_t batch_size(const struct row_queue *queue)
{
    size_t size = 0;
    while (queue->first + size < queue->count && size < BATCH_ROWS_MAX &&
           queue->qs[queue->first + size] == queue->qs[queue->first])
        size++;
    return size;
}

static void send_batch(struct hall *hall, enum event_type type, struct row_queue *queue, size_t size)
{
    struct event event = {
        .type = type, .q = queue->qs[queue->first], .rows = &queue->rows[queue->first], .row_count = size};

    hall_propose(hall, &event);
    for (size_t i = 0; i < size; i++)
        clear_row(&queue->rows[queue->first + i]);
    queue->first += size;
    hall->hub->pending_rows -= size;
}

int64_t batch_tick(struct hall *hall, int64_t now_ms)
{
    static const enum event_type types[] = {EVENT_ATTACHED, EVENT_JOINED, EVENT_ANSWERS, EVENT_LEFT};
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct row_queue *queue = queue_of(hall, types[i]);
        size_t size = batch_size(queue);
        while (size > 0 && hall->in_flight < BATCHES_IN_FLIGHT_MAX) {
            if (size < BATCH_ROWS_MAX && now_ms - queue->since_ms < linger_ms(hall)) {
                if (queue->since_ms + linger_ms(hall) < next)
                    next = queue->since_ms + linger_ms(hall);
                break;
            }
            send_batch(hall, types[i], queue, size);
            size = batch_size(queue);
        }
    }
    return next; /* a full pipe wakes by hub_appended() */
}

static void clear_queue(struct hub *hub, struct row_queue *queue)
{
    for (size_t i = queue->first; i < queue->count; i++)
        clear_row(&queue->rows[i]);
    hub->pending_rows -= queue->count - queue->first;
    free(queue->rows);
    free(queue->qs);
    *queue = (struct row_queue){0};
}

void batch_clear(struct hall *hall)
{
    clear_queue(hall->hub, &hall->joins);
    clear_queue(hall->hub, &hall->attaches);
    clear_queue(hall->hub, &hall->leaves);
    clear_queue(hall->hub, &hall->answers);
}
