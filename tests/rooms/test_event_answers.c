/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"
#include "rooms/event_fields.h"

#define BATCHES 400
#define BREAKS 60

static uint64_t chance;

static uint64_t next_random(uint64_t below)
{
    uint64_t z = chance += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % below;
}

static struct entry entry_of(const char *e)
{
    return (struct entry){.position = 7, .id = "1-0", .at_ms = 1, .e = e, .e_length = strlen(e)};
}

static void write_batch(size_t rows, struct written *out)
{
    static const char *const forms[] = {"b", "a,c", "true", "3.5", "-12", "#0123456789abcdef", "l1=r2,l2=r1", ""};
    static const uint8_t salt[16] = {0};
    struct event_row list[EVENT_ROWS_MAX] = {0};
    struct event event = {.type = EVENT_ANSWERS, .q = (uint32_t)next_random(500), .rows = list, .row_count = rows};

    for (size_t i = 0; i < rows; i++)
        list[i] = (struct event_row){.player = next_random(UINT64_C(1) << 60) | 1,
                                     .form = forms[next_random(8)],
                                     .n = 1 + (uint32_t)next_random(3),
                                     .elapsed_ms = (uint32_t)next_random(INT32_MAX),
                                     .own_ms = (int32_t)next_random(20000) - 1,
                                     .credit_limit = (uint32_t)next_random(300)};
    event_write(&event, salt, out);
}

static void expect_alike(const struct event *scanned, const struct event *read)
{
    cr_assert_eq(scanned->type, read->type);
    cr_assert_eq(scanned->position, read->position);
    cr_assert_eq(scanned->at_ms, read->at_ms);
    cr_assert_eq(scanned->q, read->q);
    cr_assert_eq(scanned->guarded, read->guarded);
    cr_assert_str_eq(scanned->eid, read->eid);
    cr_assert_str_eq(scanned->actor, read->actor);
    cr_assert_eq(scanned->row_count, read->row_count);
    for (size_t i = 0; i < read->row_count; i++) {
        const struct event_row *a = &scanned->rows[i], *b = &read->rows[i];
        cr_assert_eq(a->player, b->player);
        cr_assert_str_eq(a->form, b->form);
        cr_assert_str_eq(a->unit, b->unit);
        cr_assert_eq(a->n, b->n);
        cr_assert_eq(a->elapsed_ms, b->elapsed_ms);
        cr_assert_eq(a->own_ms, b->own_ms);
        cr_assert_eq(a->credit_limit, b->credit_limit);
        cr_assert(a->shown == NULL && b->shown == NULL);
    }
}

/* What the quick way reads, the thorough one reads alike. */
static bool compare(const struct entry *entry)
{
    struct event scanned, read;

    if (!event_scan_answers(entry, &scanned))
        return false;
    cr_assert_eq(event_read_json(entry, &read), EVENT_READ, "%s", entry->e);
    expect_alike(&scanned, &read);
    event_clear(&scanned);
    event_clear(&read);
    return true;
}

Test(event_answers, a_batch_as_it_is_written_is_read_alike_by_both_ways)
{
    for (size_t i = 0; i < BATCHES; i++) {
        struct written written = {0};
        write_batch(1 + next_random(i % 10 == 0 ? EVENT_ROWS_MAX : 8), &written);
        struct entry entry = entry_of(written.e);
        cr_assert(compare(&entry), "%s", written.e);
        written_clear(&written);
    }
}

Test(event_answers, a_batch_that_was_broken_anywhere_is_read_alike_or_not_quickly_at_all)
{
    static const char bytes[] = "\"[]{},:0123456789-+.eE \\\nabt\x80\x01";

    for (size_t i = 0; i < BATCHES; i++) {
        struct written written = {0};
        write_batch(1 + next_random(3), &written);
        for (size_t j = 0; j < BREAKS; j++) {
            char *broken = memory_copy(written.e, strlen(written.e));
            size_t at = next_random(strlen(broken));
            if (j % 3 == 0)
                broken[at] = '\0';
            else if (j % 3 == 1)
                broken[at] = bytes[next_random(sizeof bytes - 1)];
            else
                memmove(broken + at, broken + at + 1, strlen(broken + at));
            struct entry entry = entry_of(broken);
            (void)compare(&entry);
            free(broken);
        }
        written_clear(&written);
    }
}

Test(event_answers, what_is_not_written_so_is_left_to_the_reader_of_json)
{
    static const char *const texts[] = {
        "",
        "{\"t\":\"answers\",\"q\":1,\"r\":[]}",
        "{\"t\":\"answers\",\"q\":01,\"r\":[[\"0123456789ab\",\"b\",1,2,3,4]]}",
        "{\"t\":\"answers\",\"q\":4294967296,\"r\":[[\"0123456789ab\",\"b\",1,2,3,4]]}",
        "{\"t\":\"answers\",\"q\":1,\"r\":[[\"0123456789ab\",\"b\",0,2,3,4]]}",
        "{\"t\":\"answers\",\"q\":1,\"r\":[[\"0123456789ab\",\"b\",1,2147483648,3,4]]}",
        "{\"t\":\"answers\",\"q\":1,\"r\":[[\"0123456789ab\",\"b\",1,2,-2,4]]}",
        "{\"t\":\"answers\",\"q\":1,\"r\":[[\"0123456789au\",\"b\",1,2,3,4]]}",
        "{\"t\":\"answers\",\"q\":1,\"r\":[[\"0123456789ab\",\"\\u0062\",1,2,3,4]]}",
        "{\"t\":\"answers\",\"q\":1,\"r\":[[\"0123456789ab\",\"b\",1,2,3,4]]} ",
        "{\"t\":\"answers\",\"q\":1,\"r\":[[\"0123456789ab\",\"b\",1,2,3,4]],\"ph\":\"00\"}",
        "{\"t\":\"joined\",\"q\":1,\"r\":[[\"0123456789ab\",\"b\",1,2,3,4]]}",
    };
    struct event event;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct entry entry = entry_of(texts[i]);
        cr_expect_not(event_scan_answers(&entry, &event), "%s", texts[i]);
    }
}

Test(event_answers, a_batch_holds_as_many_rows_as_are_allowed_and_not_one_more)
{
    struct written written = {0};
    struct buffer more;

    write_batch(EVENT_ROWS_MAX, &written);
    struct entry entry = entry_of(written.e);
    cr_expect(compare(&entry));
    buffer_init(&more);
    buffer_add(&more, written.e, strlen(written.e) - 2);
    buffer_put(&more, ",[\"0123456789ab\",\"b\",1,2,3,4]]}");
    entry = entry_of(more.text);
    struct event event;
    cr_expect_not(event_scan_answers(&entry, &event));
    cr_expect_eq(event_read(&entry, &event), EVENT_MALFORMED);
    buffer_clear(&more);
    written_clear(&written);
}
