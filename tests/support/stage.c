/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/stage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/text.h"

#define QUESTION(id, kind, rest)                                                                                       \
    "{\"id\":\"" id "\",\"kind\":\"" kind "\",\"limit_s\":20,\"text\":{\"vi\":\"Hỏi " id "?\",\"en\":\"Ask " id        \
    "?\"},\"source\":\"s\"," rest "}"
#define CHOICE(id) "{\"id\":\"" id "\",\"text\":\"choice " id "\"}"

const char stage_bank_json
    [] = "{\"id\":\"stage\",\"version\":\"1.0.0\",\"languages\":[\"vi\",\"en\"],\"title\":{\"vi\":\"Sân "
         "khấu\",\"en\":"
         "\"Stage\"},\"licence\":\"CC-BY-SA-4.0\",\"authors\":[\"hoithi contributors\"],\"visibility\":\"hosts\","
         "\"questions\":[" QUESTION(
             "one", "single",
             "\"choices\":[" CHOICE("a") "," CHOICE("b") "," CHOICE("c") "," CHOICE(
                 "d") "],\"key\":[\"b\"],\"explain\":\"because-1\"") "," QUESTION("two", "multiple",
                                                                                  "\"choices\":[" CHOICE("a") "," CHOICE("b") "," CHOICE(
                                                                                      "c") "],\"key\":[\"a\",\"c\"],"
                                                                                           "\"explain\":\"because-"
                                                                                           "2\"") "," QUESTION("thre"
                                                                                                               "e",
                                                                                                               "true"
                                                                                                               "fals"
                                                                                                               "e",
                                                                                                               "\"ke"
                                                                                                               "y\":"
                                                                                                               "true"
                                                                                                               ",\"e"
                                                                                                               "xpla"
                                                                                                               "in\""
                                                                                                               ":\"b"
                                                                                                               "ecau"
                                                                                                               "se-"
                                                                                                               "3\"") "," QUESTION("four",
                                                                                                                                   "statements",
                                                                                                                                   "\"choices\":[" CHOICE("a") "," CHOICE("b") "," CHOICE("c") "," CHOICE("d") "],\"key\":{\"a\":true,\"b\":false,\"c\":true,\"d\":true},\"explain\":\"because-4\"") "," QUESTION("five",
                                                                                                                                                                                                                                                                                                                  "number", "\"key\":{\"low\":4.5,\"high\":5.5},\"explain\":\"because-5\"") "," QUESTION("six",
                                                                                                                                                                                                                                                                                                                                                                                                         "text",
                                                                                                                                                                                                                                                                                                                                                                                                         "\"key\":{\"accept\":[\"Hải Phòng\"],\"ignore\":[\"case\",\"diacritics\",\"tone-place\"]},"
                                                                                                                                                                                                                                                                                                                                                                                                         "\"explain\":\"because-6\"") "," QUESTION("seven",
                                                                                                                                                                                                                                                                                                                                                                                                                                                   "order", "\"choices\":[" CHOICE("a") "," CHOICE("b") "," CHOICE("c") "],\"key\":[\"c\",\"a\",\"b\"],\"explain\":\"because-7\"") "," QUESTION("eight",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                "match",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                "\"left\":[" CHOICE("l1") "," CHOICE(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "l2") "],\"right\":[" CHOICE("r1") "," CHOICE("r2") "],\"key\":{\"l1\":\"r2\",\"l2\":\"r1\"},\"explain\":\"because-8\"") "," QUESTION("nine",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                          "prediction",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                          "\"of\":\"all-correct\",\"key\":null,\"explain\":\"because-9\"") "]}";

static const uint8_t salt[TEXT_SALT_BYTES] = "salt of a stage";

struct bank *stage_bank(void)
{
    struct faults faults;
    struct bank *bank = NULL;

    faults_init(&faults, "stage");
    if (bank_parse(stage_bank_json, strlen(stage_bank_json), &bank, &faults) != BANK_OK) {
        faults_print(&faults, stderr);
        abort();
    }
    faults_clear(&faults);
    return bank;
}

static const char *text_form(const char *text)
{
    static char forms[4][KIND_LOG_FORM_MAX];
    static size_t next;
    static const struct text_rule lenient = {true, true, true};
    static const struct shape shape = {.kind = KIND_TEXT};
    char *out = forms[next++ % 4];
    char *normal = text_normal_form(text, strlen(text), &lenient);

    assert(normal != NULL);
    kind_write_log(&shape, kind_text_value(normal, salt), out);
    free(normal);
    return out;
}

const char *stage_right(uint32_t q)
{
    static const char *const forms[STAGE_QUESTIONS + 1] = {
        [Q_SINGLE] = "b",          [Q_MULTIPLE] = "a,c",
        [Q_TRUEFALSE] = "true",    [Q_STATEMENTS] = "a=true,b=false,c=true,d=true",
        [Q_NUMBER] = "5",          [Q_ORDER] = "c,a,b",
        [Q_MATCH] = "l1=r2,l2=r1", [Q_PREDICTION] = "7"};
    return q == Q_TEXT ? text_form("hai phong") : forms[q];
}

const char *stage_wrong(uint32_t q)
{
    static const char *const forms[STAGE_QUESTIONS + 1] = {
        [Q_SINGLE] = "a",          [Q_MULTIPLE] = "a,b",
        [Q_TRUEFALSE] = "false",   [Q_STATEMENTS] = "a=false,b=true,c=false,d=false",
        [Q_NUMBER] = "6",          [Q_ORDER] = "a,b,c",
        [Q_MATCH] = "l1=r1,l2=r2", [Q_PREDICTION] = "9"};
    return q == Q_TEXT ? text_form("Hà Nội") : forms[q];
}

/* ---- events ---- */

static void fold(struct stage *stage, const struct entry *entry)
{
    chain_fold(&stage->head, entry);
}

static enum refusal apply_written(struct stage *stage, const struct written *written)
{
    char id[48];
    struct event event;

    snprintf(id, sizeof id, "%lld-0", (long long)stage->now_ms);
    struct entry entry = {.position = ++stage->position,
                          .id = id,
                          .at_ms = stage->now_ms,
                          .e = written->e,
                          .e_length = strlen(written->e),
                          .p = written->p,
                          .p_length = written->p == NULL ? 0 : strlen(written->p)};
    fold(stage, &entry);
    enum event_result read = event_read(&entry, &event);
    if (read != EVENT_READ) {
        fprintf(stderr, "cannot be read (%d): %s\n", (int)read, written->e);
        abort();
    }
    enum refusal refusal = room_apply(stage->room, &event, &stage->effects);
    event_clear(&event);
    return refusal;
}

enum refusal stage_apply(struct stage *stage, struct event *event)
{
    struct written written = {0};

    stage->events++;
    if (event->eid[0] == '\0' && event->type != EVENT_ANSWERS)
        snprintf(event->eid, sizeof event->eid, "%016x%08x", stage->events, 7u);
    event_write(event, salt, &written);
    enum refusal refusal = apply_written(stage, &written);
    written_clear(&written);
    return refusal;
}

static void start(struct stage *stage, const char *settings, bool erased)
{
    char why[200] = "";
    cJSON *json = cJSON_Parse(settings);
    struct written written = {0};

    assert(json != NULL);
    *stage = (struct stage){.bank = stage_bank(), .room = room_new(), .now_ms = 1000000};
    struct plan *plan = plan_build(stage->bank, json, 1, salt, why, sizeof why);
    if (plan == NULL) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    memcpy(plan->pin, STAGE_PIN, sizeof STAGE_PIN);
    plan_write_created(plan, "c0dec0dec0dec0dec0dec0de", &written.e, &written.p);
    if (erased) {
        free(written.p);
        written.p = NULL;
    }
    if (apply_written(stage, &written) != REFUSAL_NONE)
        abort();
    written_clear(&written);
    plan_free(plan);
    cJSON_Delete(json);
}

void stage_start(struct stage *stage, const char *settings)
{
    start(stage, settings, false);
}

void stage_start_erased(struct stage *stage, const char *settings)
{
    start(stage, settings, true);
}

void stage_end(struct stage *stage)
{
    effects_clear(&stage->effects);
    room_free(stage->room);
    bank_free(stage->bank);
}

enum refusal stage_do(struct stage *stage, enum event_type type)
{
    uint32_t q = room_q(stage->room);
    struct event event = {.type = type, .q = type == EVENT_OPENED ? q + 1 : q};
    return stage_apply(stage, &event);
}

enum refusal stage_close(struct stage *stage, enum close_why why)
{
    struct event event = {.type = EVENT_CLOSED, .q = room_q(stage->room), .clock = room_clock(stage->room), .why = why};
    return stage_apply(stage, &event);
}

uint64_t stage_player(uint32_t seat)
{
    return seat + 100;
}

enum refusal stage_join(struct stage *stage, const char *name)
{
    struct name cleaned;
    uint32_t seat = (uint32_t)room_seats(stage->room);

    if (name_clean(name, strlen(name), &cleaned) != NAME_FINE)
        abort();
    struct event_row row = {.player = stage_player(seat),
                            .connection = seat + 200,
                            .code = seat + 300,
                            .unit = "6A1",
                            .shown = cleaned.shown,
                            .key = cleaned.key,
                            .skeleton = cleaned.skeleton};
    struct event event = {.type = EVENT_JOINED, .rows = &row, .row_count = 1};
    enum refusal refusal = stage_apply(stage, &event);
    name_clear(&cleaned);
    return refusal != REFUSAL_NONE ? refusal : stage->effects.list[0].refusal;
}

enum refusal stage_join_row(struct stage *stage, uint32_t row)
{
    uint32_t seat = (uint32_t)room_seats(stage->room);
    struct event_row line = {
        .player = stage_player(seat), .connection = seat + 200, .code = seat + 300, .unit = "6A1", .row = row};
    struct event event = {.type = EVENT_JOINED, .rows = &line, .row_count = 1};
    enum refusal refusal = stage_apply(stage, &event);
    return refusal != REFUSAL_NONE ? refusal : stage->effects.list[0].refusal;
}

enum refusal stage_act(struct stage *stage, enum event_type type, uint32_t seat)
{
    struct event_row row = {.player = stage_player(seat), .connection = seat + 200};
    struct event event = {.type = type, .player = stage_player(seat), .rows = &row, .row_count = 1};
    enum refusal refusal = stage_apply(stage, &event);
    bool batch = type == EVENT_ATTACHED || type == EVENT_LEFT;
    return refusal == REFUSAL_NONE && batch ? stage->effects.list[0].refusal : refusal;
}

struct effect stage_answer_row(struct stage *stage, uint32_t q, const struct event_row *row)
{
    struct event_row copy = *row;
    struct event event = {.type = EVENT_ANSWERS, .q = q, .rows = &copy, .row_count = 1};
    enum refusal refusal = stage_apply(stage, &event);
    return refusal == REFUSAL_NONE ? stage->effects.list[0] : (struct effect){.refusal = refusal};
}

struct effect stage_answer(struct stage *stage, uint32_t seat, const char *form, uint32_t elapsed_ms)
{
    struct event_row row = {.player = stage_player(seat), .form = form, .n = 1, .elapsed_ms = elapsed_ms, .own_ms = -1};
    return stage_answer_row(stage, room_q(stage->room), &row);
}

static void view_of(const struct stage *stage, uint32_t seat, struct view *view)
{
    room_view(stage->room, ROLE_HOST, seat, view);
}

int32_t stage_points(const struct stage *stage, uint32_t seat)
{
    struct view view;
    view_of(stage, seat, &view);
    return view.total;
}

uint32_t stage_rank(const struct stage *stage, uint32_t seat)
{
    struct view view;
    view_of(stage, seat, &view);
    return view.rank;
}

const char *stage_name(const struct stage *stage, uint32_t seat)
{
    struct view view;
    view_of(stage, seat, &view);
    return view.name;
}
