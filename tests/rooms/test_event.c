/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "tests/support/stage.h"

static const uint8_t salt[16] = "salt for a test";
#define EID "0123456789abcdef01234567"

static struct entry entry_of(const struct written *written)
{
    return (struct entry){.position = 7,
                          .id = "1732431600000-0",
                          .at_ms = 1732431600000,
                          .e = written->e,
                          .e_length = strlen(written->e),
                          .p = written->p,
                          .p_length = written->p == NULL ? 0 : strlen(written->p)};
}

/* An event of this type with everything in it that its kind may say. */
static struct event full_event(enum event_type type, struct event_row *row)
{
    *row = (struct event_row){.player = 1234567,
                              .connection = (UINT64_C(1) << 48) - 1,
                              .read_at_ms = 1732431599990,
                              .code = 0xfeedfacecafebeef,
                              .unit = "Lớp \"6A1\" \\ Ước Mơ",
                              .form = "a,c",
                              .n = 3,
                              .elapsed_ms = INT32_MAX,
                              .own_ms = -1,
                              .credit_limit = 600,
                              .shown = "Nguyễn \"Bi\" Ẩn",
                              .key = "nguyen",
                              .skeleton = "nguyen|"};
    return (struct event){.type = type,
                          .eid = EID,
                          .actor = "host/p\"1",
                          .guarded = true,
                          .guard = UINT32_MAX,
                          .q = 3,
                          .clock = 9,
                          .why = CLOSED_BY_ALL,
                          .ms = EXTEND_MS_MAX,
                          .player = 1234567,
                          .factor = 150,
                          .ban = true,
                          .code = type == EVENT_RESEATED ? UINT64_C(0x1122334455667788) : 0,
                          .form = "4.5..5.5",
                          .points = -ADJUST_POINTS_MAX,
                          .policy = REKEY_GIFT,
                          .unit = "Trường \"A\"",
                          .rows = row,
                          .row_count = 1};
}

static void expect_row(const struct event_row *got, const struct event_row *want, enum event_type type)
{
    cr_expect_eq(got->player, want->player);
    cr_expect_str_eq(got->shown, want->shown, "%s", event_name(type));
    if (type == EVENT_ANSWERS) {
        cr_expect_str_eq(got->form, want->form);
        cr_expect_eq(got->n, want->n);
        cr_expect_eq(got->elapsed_ms, want->elapsed_ms);
        cr_expect_eq(got->own_ms, want->own_ms);
        cr_expect_eq(got->credit_limit, want->credit_limit);
    } else {
        cr_expect_eq(got->connection, want->connection);
    }
    if (type == EVENT_JOINED) {
        cr_expect_str_eq(got->unit, want->unit);
        cr_expect_eq(got->code, want->code);
        cr_expect_eq(got->read_at_ms, want->read_at_ms);
        cr_expect_str_eq(got->key, want->key);
        cr_expect_str_eq(got->skeleton, want->skeleton);
    }
}

static bool has_rows(enum event_type type)
{
    return type == EVENT_JOINED || type == EVENT_ATTACHED || type == EVENT_LEFT || type == EVENT_ANSWERS;
}

Test(event, of_every_type_is_read_as_it_was_written)
{
    for (int type = EVENT_CREATED + 1; type < EVENT_COUNT; type++) {
        struct event_row row;
        struct event event = full_event((enum event_type)type, &row), got;
        struct written written = {0}, again = {0};

        event_write(&event, salt, &written);
        struct entry entry = entry_of(&written);
        cr_assert_eq(event_read(&entry, &got), EVENT_READ, "%s", written.e);
        cr_expect_eq(got.type, event.type);
        cr_expect_eq(got.position, 7);
        cr_expect_eq(got.at_ms, 1732431600000);
        cr_expect_str_eq(got.eid, EID);
        cr_expect_str_eq(got.actor, event.actor);
        cr_expect(got.guarded && got.guard == UINT32_MAX);
        if (has_rows(got.type))
            expect_row(&got.rows[0], &row, got.type);
        got.rows = got.row_count == 0 ? NULL : got.rows;
        event_write(&got, salt, &again);
        cr_expect_str_eq(again.e, written.e, "the same bytes again");
        if (written.p != NULL)
            cr_expect_str_eq(again.p, written.p);
        event_clear(&got);
        written_clear(&written);
        written_clear(&again);
    }
}

Test(event, cut_short_anywhere_is_malformed)
{
    for (int type = EVENT_CREATED + 1; type < EVENT_COUNT; type++) {
        struct event_row row;
        struct event event = full_event((enum event_type)type, &row), got;
        struct written written = {0};

        event_write(&event, salt, &written);
        for (size_t length = 0; length < strlen(written.e); length++) {
            char *cut = malloc(length + 1); /* its own memory, so that a look past the end is seen */
            memcpy(cut, written.e, length);
            struct entry entry = {.position = 1, .id = "1-0", .e = cut, .e_length = length};
            cr_expect_eq(event_read(&entry, &got), EVENT_MALFORMED, "%.*s", (int)length, written.e);
            free(cut);
        }
        written_clear(&written);
    }
}

Test(event, the_beginning_cut_short_anywhere_is_malformed)
{
    struct stage stage;
    struct written written = {0};
    struct event got;

    stage_start(&stage, "{}");
    plan_write_created(room_plan(stage.room), EID, &written.e, &written.p);
    for (size_t length = 0; length < strlen(written.e); length++) {
        char *cut = malloc(length + 1);
        memcpy(cut, written.e, length);
        struct entry entry = {.position = 1, .id = "1-0", .e = cut, .e_length = length};
        cr_assert_eq(event_read(&entry, &got), EVENT_MALFORMED, "%zu", length);
        free(cut);
    }
    struct entry whole = entry_of(&written);
    cr_assert_eq(event_read(&whole, &got), EVENT_READ);
    cr_expect_eq(got.plan->question_count, STAGE_QUESTIONS);
    cr_expect_arr_eq(got.plan->salt, room_plan(stage.room)->salt, TEXT_SALT_BYTES);
    event_clear(&got);
    written_clear(&written);
    stage_end(&stage);
}

static enum event_result read_text(const char *e)
{
    struct event event;
    struct entry entry = {.position = 1, .id = "1-0", .e = e, .e_length = strlen(e)};
    enum event_result result = event_read(&entry, &event);
    if (result == EVENT_READ)
        event_clear(&event);
    return result;
}

static const struct {
    const char *e;
    enum event_result result;
} texts[] = {
    {"{\"t\":\"danced\",\"id\":\"" EID "\"}", EVENT_UNKNOWN},
    {"{\"t\":\"created\",\"id\":\"" EID "\",\"rules\":2}", EVENT_UNKNOWN},
    {"{\"t\":\"created\",\"id\":\"" EID "\",\"rules\":\"1\"}", EVENT_MALFORMED},
    {"{\"t\":\"created\",\"id\":\"" EID "\",\"rules\":1}", EVENT_MALFORMED},
    {"{\"t\":\"locked\",\"id\":\"" EID "\"}", EVENT_READ},
    {"{\"t\":\"locked\"}", EVENT_MALFORMED},
    {"{\"t\":\"locked\",\"id\":\"0123456789abcdef0123456\"}", EVENT_MALFORMED},
    {"{\"t\":\"locked\",\"id\":\"0123456789ABCDEF01234567\"}", EVENT_MALFORMED},
    {"{\"t\":\"locked\",\"id\":7}", EVENT_MALFORMED},
    {"{\"t\":7,\"id\":\"" EID "\"}", EVENT_MALFORMED},
    {"[]", EVENT_MALFORMED},
    {"\"locked\"", EVENT_MALFORMED},
    {"", EVENT_MALFORMED},
    {"{\"t\":\"opened\",\"id\":\"" EID "\",\"q\":1}", EVENT_READ},
    {"{\"t\":\"opened\",\"id\":\"" EID "\",\"q\":1.5}", EVENT_MALFORMED},
    {"{\"t\":\"opened\",\"id\":\"" EID "\",\"q\":-1}", EVENT_MALFORMED},
    {"{\"t\":\"opened\",\"id\":\"" EID "\",\"q\":4294967295}", EVENT_READ},
    {"{\"t\":\"opened\",\"id\":\"" EID "\",\"q\":4294967296}", EVENT_MALFORMED},
    {"{\"t\":\"extended\",\"id\":\"" EID "\",\"q\":1,\"ms\":600000}", EVENT_READ},
    {"{\"t\":\"extended\",\"id\":\"" EID "\",\"q\":1,\"ms\":600001}", EVENT_MALFORMED},
    {"{\"t\":\"extended\",\"id\":\"" EID "\",\"q\":1,\"ms\":0}", EVENT_MALFORMED},
    {"{\"t\":\"closed\",\"id\":\"" EID "\",\"q\":1,\"clock\":1,\"why\":\"boredom\"}", EVENT_MALFORMED},
    {"{\"t\":\"removed\",\"id\":\"" EID "\",\"player\":\"00000000000\"}", EVENT_MALFORMED},
    {"{\"t\":\"removed\",\"id\":\"" EID "\",\"player\":\"000000000000\"}", EVENT_MALFORMED},
    {"{\"t\":\"removed\",\"id\":\"" EID "\",\"player\":\"00000000000l\"}", EVENT_MALFORMED},
    {"{\"t\":\"removed\",\"id\":\"" EID "\",\"player\":\"000000000001\"}", EVENT_READ},
    {"{\"t\":\"reseated\",\"id\":\"" EID "\",\"player\":\"000000000001\"}", EVENT_MALFORMED},
    {"{\"t\":\"answers\",\"q\":1,\"r\":[]}", EVENT_MALFORMED},
    {"{\"t\":\"answers\",\"q\":1,\"r\":{}}", EVENT_MALFORMED},
    {"{\"t\":\"answers\",\"q\":1,\"r\":[[]]}", EVENT_MALFORMED},
    {"{\"t\":\"answers\",\"q\":1,\"r\":[\"x\"]}", EVENT_MALFORMED},
    {"{\"t\":\"answers\",\"q\":1,\"r\":[[\"000000000001\",\"b\",1,1000,-1,300]]}", EVENT_READ},
    {"{\"t\":\"answers\",\"q\":1,\"r\":[[\"000000000001\",\"b\",0,1000,-1,300]]}", EVENT_MALFORMED},
    {"{\"t\":\"answers\",\"q\":1,\"r\":[[\"000000000001\",\"b\",1,-1,-1,300]]}", EVENT_MALFORMED},
    {"{\"t\":\"answers\",\"q\":1,\"r\":[[\"000000000001\",\"b\",1,1000,-2,300]]}", EVENT_MALFORMED},
    {"{\"t\":\"answers\",\"q\":1,\"r\":[[\"000000000001\",\"b\",1,2147483648,-1,300]]}", EVENT_MALFORMED},
    {"{\"t\":\"answers\",\"q\":1,\"r\":[[\"000000000001\",\"b\",1,1000,-1]]}", EVENT_MALFORMED},
    {"{\"t\":\"attached\",\"id\":\"" EID "\",\"r\":[[\"000000000001\",281474976710656]]}", EVENT_READ},
    {"{\"t\":\"attached\",\"id\":\"" EID "\",\"r\":[[\"000000000001\",281474976710657]]}", EVENT_MALFORMED},
    {"{\"t\":\"attached\",\"id\":\"" EID "\",\"r\":[[\"000000000001\",5,\"x\"]]}", EVENT_MALFORMED},
    {"{\"t\":\"joined\",\"id\":\"" EID "\",\"r\":[[\"000000000001\",5]]}", EVENT_MALFORMED},
    {"{\"t\":\"joined\",\"id\":\"" EID "\",\"r\":[[\"000000000001\",5,\"\",\"0000000000000001\"]]}", EVENT_READ},
};

Test(event, is_read_if_it_is_known_and_whole_and_within_its_bounds)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_expect_eq(read_text(texts[i].e), texts[i].result, "%s gives %d", texts[i].e, (int)read_text(texts[i].e));
}

Test(event, has_as_many_rows_as_a_batch_may_have_and_not_one_more)
{
    struct event_row rows[EVENT_ROWS_MAX + 1];
    struct event event = {.type = EVENT_LEFT, .eid = EID, .rows = rows, .row_count = EVENT_ROWS_MAX};

    for (size_t i = 0; i <= EVENT_ROWS_MAX; i++)
        rows[i] = (struct event_row){.player = i + 1, .connection = 1};
    for (int past = 0; past < 2; past++) {
        struct written written = {0};
        event_write(&event, salt, &written);
        cr_expect_eq(read_text(written.e), past ? EVENT_MALFORMED : EVENT_READ);
        written_clear(&written);
        event.row_count++;
    }
}

static void read_with(const struct written *written, const char *p, size_t length, struct event *out)
{
    struct entry entry = entry_of(written);
    entry.p = p;
    entry.p_length = length;
    cr_assert_eq(event_read(&entry, out), EVENT_READ);
}

Test(event, whose_personal_part_was_erased_or_changed_has_none_and_is_otherwise_the_same)
{
    struct event_row row;
    struct event event = full_event(EVENT_JOINED, &row), got;
    struct written written = {0};

    event_write(&event, salt, &written);
    read_with(&written, NULL, 0, &got);
    cr_expect_null(got.rows[0].shown);
    cr_expect_null(got.rows[0].key);
    cr_expect_eq(got.rows[0].player, row.player);
    event_clear(&got);
    for (size_t i = 0; i < strlen(written.p); i++) {
        written.p[i] ^= 1;
        read_with(&written, written.p, strlen(written.p), &got);
        cr_expect_null(got.rows[0].shown, "byte %zu", i);
        event_clear(&got);
        written.p[i] ^= 1;
    }
    for (size_t length = 0; length < strlen(written.p); length++) {
        read_with(&written, written.p, length, &got);
        cr_expect_null(got.rows[0].shown);
        event_clear(&got);
    }
    written_clear(&written);
}
