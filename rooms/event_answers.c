/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_answers.c - batches of answers, read without a tree: nearly all of a log is made of them.
 *
 * Only the very bytes that event_write() makes are understood here. Whatever deviates by one byte (another order, a
 * blank, an escape, a personal part, a number out of range) is left to the reader of JSON, so that nothing is ever read
 * in two ways.
 */
#include "rooms/event_fields.h"

#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"

#define DIGITS_MAX 10
#define ROW_LEAST_BYTES 24

/* Where we are in a terminated copy of the entry. */
struct scan {
    char *at;
};

static bool take(struct scan *scan, const char *word, size_t length)
{
    if (strncmp(scan->at, word, length) != 0)
        return false;
    scan->at += length;
    return true;
}

/* Digits as a number is printed: no sign, no zero in front. */
static bool take_number(struct scan *scan, uint32_t low, uint32_t high, uint32_t *out)
{
    const char *first = scan->at;
    uint64_t number = 0;

    while (*scan->at >= '0' && *scan->at <= '9' && scan->at - first < DIGITS_MAX)
        number = number * 10 + (uint64_t)(*scan->at++ - '0');
    if (scan->at == first || (*first == '0' && scan->at - first > 1) || number < low || number > high)
        return false;
    *out = (uint32_t)number;
    return true;
}

/* A string of plain letters; it is terminated where its closing quote stood. */
static bool take_string(struct scan *scan, const char **out)
{
    char *first = scan->at + 1;

    if (*scan->at != '"')
        return false;
    for (scan->at = first; *scan->at != '"'; scan->at++)
        if (*scan->at < ' ' || *scan->at > '~' || *scan->at == '\\')
            return false; /* the end of the entry is among them */
    *scan->at++ = '\0';
    *out = first;
    return true;
}

static bool take_own_ms(struct scan *scan, int32_t *out)
{
    uint32_t number = 0;

    if (take(scan, "-1", 2)) {
        *out = -1;
        return true;
    }
    if (!take_number(scan, 0, INT32_MAX, &number))
        return false;
    *out = (int32_t)number;
    return true;
}

/* ["player","form",n,E,ms,L] */
static bool take_row(struct scan *scan, struct event_row *row)
{
    const char *player = NULL;

    *row = (struct event_row){.unit = ""};
    if (!take(scan, "[", 1) || !take_string(scan, &player) || !take(scan, ",", 1) || !take_string(scan, &row->form) ||
        !take(scan, ",", 1) || !take_number(scan, 1, INT32_MAX, &row->n) || !take(scan, ",", 1) ||
        !take_number(scan, 0, INT32_MAX, &row->elapsed_ms) || !take(scan, ",", 1) || !take_own_ms(scan, &row->own_ms) ||
        !take(scan, ",", 1) || !take_number(scan, 0, INT32_MAX, &row->credit_limit) || !take(scan, "]", 1))
        return false;
    row->player = player_id_read(player);
    return row->player != 0;
}

static bool take_rows(struct scan *scan, struct event *event, size_t most)
{
    do {
        if (event->row_count == most || !take_row(scan, &event->rows[event->row_count]))
            return false;
        event->row_count++;
    } while (take(scan, ",", 1));
    return true;
}

bool event_scan_answers(const struct entry *entry, struct event *event)
{
    static const char head[] = "{\"t\":\"answers\",\"q\":", rows[] = ",\"r\":[", tail[] = "]}";

    if (entry->e_length < sizeof head || memcmp(entry->e, head, sizeof head - 1) != 0)
        return false;
    *event = (struct event){.type = EVENT_ANSWERS, .position = entry->position, .at_ms = entry->at_ms};
    event->text = memory_copy(entry->e, entry->e_length);
    size_t most = entry->e_length / ROW_LEAST_BYTES;
    most = most < EVENT_ROWS_MAX ? most : EVENT_ROWS_MAX;
    event->rows = memory_new(most, sizeof *event->rows);
    struct scan scan = {.at = event->text + sizeof head - 1};
    if (take_number(&scan, 0, UINT32_MAX, &event->q) && take(&scan, rows, sizeof rows - 1) &&
        take_rows(&scan, event, most) && take(&scan, tail, sizeof tail - 1) && scan.at == event->text + entry->e_length)
        return true;
    event_clear(event);
    return false;
}
