/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"
#include "tests/support/stage.h"

#define CLASS "{\"class_list\":[\"Nguyễn Văn An\",\"Lê Lan\",\"Trần Vy\",\"Lê Lan\"]"
#define OPEN CLASS "}"
#define ONLY CLASS ",\"list_only\":true}"

static const uint8_t salt[TEXT_SALT_BYTES] = "salt of a class";

static struct plan *build(const char *settings, char why[200])
{
    struct bank *bank = stage_bank();
    cJSON *json = cJSON_Parse(settings);
    cr_assert_not_null(json, "%.80s", settings);
    struct plan *plan = plan_build(bank, json, 1, salt, why, 200);
    cJSON_Delete(json);
    bank_free(bank);
    return plan;
}

static void expect_fault(const char *settings, const char *fault)
{
    char why[200] = "";
    struct plan *plan = build(settings, why);
    if (fault == NULL)
        cr_expect_not_null(plan, "%.80s: %s", settings, why);
    else
        cr_expect(plan == NULL && strstr(why, fault) != NULL, "%.80s: %s", settings, why);
    plan_free(plan);
}

Test(class_list, says_which_row_cannot_be_a_name)
{
    expect_fault("{\"class_list\":[]}", NULL);
    expect_fault("{\"class_list\":null,\"list_only\":null}", NULL);
    expect_fault("{\"class_list\":[\"An\"]}", NULL);
    expect_fault("{\"class_list\":[\"An\",\"  \"]}", "row 2: there is no name");
    expect_fault("{\"class_list\":[\"An\",7]}", "row 2: this is no text");
    expect_fault("{\"class_list\":[\"An\",\"Vy\",\"a\\u202eb\"]}", "row 3: the name holds");
    expect_fault("{\"class_list\":\"An\"}", "class_list: expected a list");
    expect_fault("{\"class_list\":{\"1\":\"An\"}}", "class_list: expected a list");
    expect_fault("{\"class_list\":[\"An\"],\"list_only\":1}", "list_only");
    expect_fault("{\"class_list\":[],\"list_only\":true}", "list_only: there is no class_list");
    expect_fault("{\"list_only\":true}", "list_only: there is no class_list");
}

/* `count` names of `length` letters. */
static char *long_list(size_t count, size_t length)
{
    struct buffer text;
    buffer_init(&text);
    buffer_put(&text, "{\"class_list\":[");
    for (size_t i = 0; i < count; i++) {
        buffer_put(&text, i == 0 ? "\"" : ",\"");
        for (size_t letter = 0; letter < length; letter++)
            buffer_put(&text, "a");
        buffer_put(&text, "\"");
    }
    buffer_put(&text, "]}");
    return buffer_take(&text);
}

Test(class_list, holds_five_hundred_names_and_not_one_more)
{
    static const struct {
        size_t count, length;
        const char *fault;
    } cases[] = {{CLASS_LIST_MAX, 3, NULL},
                 {CLASS_LIST_MAX + 1, 3, "at most 500"},
                 {1, NAME_MAX_CLUSTERS, NULL},
                 {1, NAME_MAX_CLUSTERS + 1, "row 1: the name is too long"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *settings = long_list(cases[i].count, cases[i].length);
        expect_fault(settings, cases[i].fault);
        free(settings);
    }
}

Test(class_list, stands_in_the_personal_part_only_and_is_read_back_from_there)
{
    char why[200], *e, *p;
    struct plan *plan = build(ONLY, why);
    cr_assert_not_null(plan);
    plan_write_created(plan, "c0dec0dec0dec0dec0dec0de", &e, &p);
    cr_expect_null(strstr(e, "Nguyễn"));
    cr_expect_not_null(strstr(e, "\"listed\":4,\"list_only\":true"));
    cr_expect_not_null(strstr(p, "[\"Nguyễn Văn An\",\"nguyễn văn an\""));

    cJSON *chained = cJSON_Parse(e), *personal = cJSON_Parse(p + 32);
    struct plan *read = plan_read_created(chained, personal), *erased = plan_read_created(chained, NULL);
    cr_assert(read != NULL && erased != NULL);
    cr_expect(read->listed == 4 && read->list_only);
    cr_assert_not_null(read->names);
    cr_expect_str_eq(read->names[2].shown, "Trần Vy");
    cr_expect(erased->listed == 4 && erased->list_only && erased->names == NULL);
    plan_free(plan);
    plan_free(read);
    plan_free(erased);
    cJSON_Delete(chained);
    cJSON_Delete(personal);
    free(e);
    free(p);
}

Test(class_list, an_entry_that_says_what_no_list_has_is_no_entry)
{
    static const char *const wrong[] = {"0", "501", "1.5", "-1", "\"4\"", "true", "1e300"};
    char why[200], *e, *p;
    struct plan *plan = build("{}", why);
    plan_write_created(plan, "c0dec0dec0dec0dec0dec0de", &e, &p);
    cr_expect_null(strstr(e, "listed"), "without a list nothing is said of one");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cJSON *json = cJSON_Parse(e);
        cJSON_AddItemToObject(json, "listed", cJSON_Parse(wrong[i]));
        cr_expect_null(plan_read_created(json, NULL), "%s", wrong[i]);
        cJSON_Delete(json);
    }
    plan_free(plan);
    free(e);
    free(p);
}

/* ---- in the room ---- */

static void expect_row(const struct stage *stage, uint32_t row, const char *name, uint32_t seat)
{
    struct listed_view listed;
    cr_assert(room_view_listed(stage->room, row, &listed), "row %u", row);
    cr_expect_str_eq(listed.name, name);
    cr_expect_eq(listed.seat, seat, "row %u is seat %u", row, listed.seat);
}

Test(class_list, equal_names_are_told_apart_as_in_joining)
{
    struct stage stage;
    struct listed_view listed;

    stage_start(&stage, OPEN);
    expect_row(&stage, 1, "Nguyễn Văn An", NO_SEAT);
    expect_row(&stage, 2, "Lê Lan", NO_SEAT);
    expect_row(&stage, 4, "Lê Lan (2)", NO_SEAT);
    cr_expect_not(room_view_listed(stage.room, 0, &listed));
    cr_expect_not(room_view_listed(stage.room, 5, &listed));
    stage_end(&stage);
}

Test(class_list, one_row_is_taken_by_one_player)
{
    struct stage stage;
    struct person_view person;

    stage_start(&stage, OPEN);
    cr_expect_eq(stage_join_row(&stage, 4), REFUSAL_NONE);
    cr_expect_eq(stage_join_row(&stage, 4), REFUSAL_NAME_TAKEN);
    cr_expect_eq(room_seats(stage.room), 1);
    cr_expect_eq(stage_join_row(&stage, 5), REFUSAL_NOT_LISTED);
    cr_expect_eq(stage_join_row(&stage, 1), REFUSAL_NONE);
    expect_row(&stage, 4, "Lê Lan (2)", 0);
    expect_row(&stage, 1, "Nguyễn Văn An", 1);
    cr_expect_str_eq(stage_name(&stage, 0), "Lê Lan (2)");
    cr_assert(room_view_person(stage.room, 0, &person));
    cr_expect_eq(person.row, 4);
    stage_end(&stage);
}

Test(class_list, of_two_in_one_batch_the_first_gets_the_row)
{
    struct stage stage;
    struct event_row rows[2] = {{.player = 100, .connection = 200, .unit = "", .row = 1},
                                {.player = 101, .connection = 201, .unit = "", .row = 1}};
    struct event event = {.type = EVENT_JOINED, .rows = rows, .row_count = 2};

    stage_start(&stage, OPEN);
    cr_assert_eq(stage_apply(&stage, &event), REFUSAL_NONE);
    cr_expect_eq(stage.effects.list[0].refusal, REFUSAL_NONE);
    cr_expect_eq(stage.effects.list[1].refusal, REFUSAL_NAME_TAKEN);
    stage_end(&stage);
}

Test(class_list, a_join_that_comes_again_keeps_its_row)
{
    struct stage stage;
    struct event_row row = {.player = stage_player(0), .connection = 900, .unit = "", .row = 1};
    struct event event = {.type = EVENT_JOINED, .rows = &row, .row_count = 1};

    stage_start(&stage, OPEN);
    cr_expect_eq(stage_join_row(&stage, 1), REFUSAL_NONE);
    cr_assert_eq(stage_apply(&stage, &event), REFUSAL_NONE);
    cr_expect_eq(stage.effects.list[0].refusal, REFUSAL_NONE);
    expect_row(&stage, 1, "Nguyễn Văn An", 0);
    stage_end(&stage);
}

Test(class_list, a_typed_name_leaves_the_lists_names_to_the_list)
{
    struct stage stage;

    stage_start(&stage, OPEN);
    cr_expect_eq(stage_join(&stage, "Lê Lan"), REFUSAL_NONE);
    cr_expect_str_eq(stage_name(&stage, 0), "Lê Lan (3)");
    cr_expect_eq(stage_join_row(&stage, 2), REFUSAL_NONE);
    cr_expect_str_eq(stage_name(&stage, 1), "Lê Lan");
    stage_end(&stage);
}

Test(class_list, where_only_the_list_comes_in_nobody_else_does)
{
    struct stage stage;

    stage_start(&stage, ONLY);
    cr_expect_eq(stage_join(&stage, "Khách"), REFUSAL_NOT_LISTED);
    cr_expect_eq(stage_join_row(&stage, 3), REFUSAL_NONE);
    cr_expect_eq(room_seats(stage.room), 1);
    stage_end(&stage);
}

static void remove_first(struct stage *stage, bool ban)
{
    struct event event = {.type = EVENT_REMOVED, .player = stage_player(0), .ban = ban};
    cr_assert_eq(stage_apply(stage, &event), REFUSAL_NONE);
}

Test(class_list, who_is_removed_frees_the_row_unless_banned)
{
    for (int ban = 0; ban < 2; ban++) {
        struct stage stage;
        struct listed_view listed;
        stage_start(&stage, OPEN);
        stage_join_row(&stage, 2);
        remove_first(&stage, ban == 1);
        cr_expect_eq(stage_join_row(&stage, 2), ban == 1 ? REFUSAL_NAME_TAKEN : REFUSAL_NONE);
        cr_assert(room_view_listed(stage.room, 2, &listed));
        cr_expect_eq(listed.absent, ban == 1, "a banned player is not there either");
        if (ban == 0)
            cr_expect_str_eq(stage_name(&stage, 1), "Lê Lan");
        stage_end(&stage);
    }
}

Test(class_list, the_hosts_nod_is_for_names_that_the_host_has_not_given)
{
    struct stage stage;
    struct person_view person;

    stage_start(&stage, CLASS ",\"names\":\"nod\"}");
    stage_join_row(&stage, 1);
    stage_join(&stage, "Khách");
    cr_assert(room_view_person(stage.room, 0, &person));
    cr_expect_not(person.waiting);
    cr_assert(room_view_person(stage.room, 1, &person));
    cr_expect(person.waiting);
    stage_end(&stage);
}

Test(class_list, with_its_names_erased_it_decides_the_same)
{
    struct stage whole, erased;
    struct listed_view listed;

    stage_start(&whole, ONLY);
    stage_start_erased(&erased, ONLY);
    for (uint32_t row = 0; row < 7; row++)
        cr_expect_eq(stage_join_row(&whole, row % 5 + 1), stage_join_row(&erased, row % 5 + 1), "row %u", row);
    cr_expect_eq(room_seats(whole.room), room_seats(erased.room));
    cr_assert(room_view_listed(erased.room, 2, &listed));
    cr_expect_str_eq(listed.name, "");
    cr_expect_eq(listed.seat, 1);
    cr_expect_str_eq(stage_name(&erased, 1), "");
    cr_expect_eq(memcmp(&whole.head, &erased.head, sizeof whole.head), 0);
    stage_end(&whole);
    stage_end(&erased);
}

Test(class_list, a_row_past_the_limit_is_no_entry)
{
    static const struct {
        const char *row;
        enum event_result result;
    } cases[] = {{"1", EVENT_READ},      {"500", EVENT_READ},      {"501", EVENT_MALFORMED},
                 {"0", EVENT_MALFORMED}, {"1.5", EVENT_MALFORMED}, {"\"1\"", EVENT_MALFORMED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char e[300];
        struct event event;
        snprintf(e, sizeof e,
                 "{\"t\":\"joined\",\"id\":\"c0dec0dec0dec0dec0dec0de\",\"r\":[[\"000000000034\",200,\"\","
                 "\"0000000000000001\",0,%s]]}",
                 cases[i].row);
        struct entry entry = {.position = 2, .id = "1-0", .at_ms = 1, .e = e, .e_length = strlen(e)};
        cr_expect_eq(event_read(&entry, &event), cases[i].result, "%s", cases[i].row);
        if (cases[i].result == EVENT_READ)
            event_clear(&event);
    }
}
