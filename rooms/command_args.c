/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/command_args.h"

#include <stdlib.h>
#include <string.h>

const char *command_text(const cJSON *args, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(args, name);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

bool command_number(const cJSON *args, const char *name, double low, double high, double *out)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(args, name);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= low && item->valuedouble <= high) ||
        item->valuedouble != (double)(int64_t)item->valuedouble)
        return false;
    *out = item->valuedouble;
    return true;
}

/* Adds the log form of one right answer to a line of its own. */
static bool add_form(const struct shape *shape, const struct question *texts, const uint8_t *salt, const cJSON *wire,
                     struct buffer *forms)
{
    static const struct text_rule plain = {0};
    struct answer_reading reading = {0};
    char form[KIND_LOG_FORM_MAX];

    if (kind_read_wire(shape, texts == NULL ? &plain : &texts->rule, salt, wire, &reading) != ANSWER_READ)
        return false;
    kind_write_log(shape, reading.value, form);
    free(reading.shown);
    buffer_print(forms, "%s%s", forms->length == 0 ? "" : "\n", form);
    return forms->length <= REKEY_FORMS_MAX_BYTES;
}

/* A range of numbers: {"low":…,"high":…}. */
static bool add_range(const struct shape *shape, const cJSON *wire, struct buffer *forms)
{
    struct answer_reading low = {0}, high = {0};
    char form[KIND_LOG_FORM_MAX];
    static const uint8_t no_salt[TEXT_SALT_BYTES] = {0};
    static const struct text_rule plain = {0};
    const cJSON *from = cJSON_GetObjectItemCaseSensitive(wire, "low"),
                *to = cJSON_GetObjectItemCaseSensitive(wire, "high");

    if (from == NULL || to == NULL || kind_read_wire(shape, &plain, no_salt, from, &low) != ANSWER_READ ||
        kind_read_wire(shape, &plain, no_salt, to, &high) != ANSWER_READ || (int64_t)low.value > (int64_t)high.value)
        return false;
    struct key_range range = {(int64_t)low.value, (int64_t)high.value};
    kind_write_range(shape, &range, form);
    buffer_print(forms, "%s%s", forms->length == 0 ? "" : "\n", form);
    return true;
}

/* A whole key: for single choice each id of the list is right; for texts and numbers each item; otherwise one answer.
 */
static bool add_key(const struct shape *shape, const struct question *texts, const uint8_t *salt, const cJSON *key,
                    struct buffer *forms)
{
    bool each =
        cJSON_IsArray(key) && (shape->kind == KIND_SINGLE || shape->kind == KIND_TEXT || shape->kind == KIND_NUMBER);
    const cJSON *item;

    if (cJSON_IsObject(key) && shape->kind == KIND_NUMBER)
        return add_range(shape, key, forms);
    if (!each)
        return add_form(shape, texts, salt, key, forms);
    cJSON_ArrayForEach(item, key)
    {
        cJSON *alone = shape->kind == KIND_SINGLE ? cJSON_CreateArray() : NULL;
        if (alone != NULL)
            cJSON_AddItemToArray(alone, cJSON_Duplicate(item, true));
        bool added = add_form(shape, texts, salt, alone == NULL ? item : alone, forms);
        cJSON_Delete(alone);
        if (!added)
            return false;
    }
    return forms->length > 0;
}

static bool read_policy(const cJSON *args, struct command *command)
{
    const char *name = command_text(args, "policy");
    for (int i = 0; i < REKEY_POLICY_COUNT; i++) {
        if (name != NULL && strcmp(name, rekey_policy_name((enum rekey_policy)i)) == 0) {
            command->policy = (enum rekey_policy)i;
            return true;
        }
    }
    return false;
}

static bool read_key(const struct hall *hall, const cJSON *args, struct command *command)
{
    const struct plan *plan = room_plan(hall->room);
    const cJSON *key = cJSON_GetObjectItemCaseSensitive(args, "key");
    struct buffer forms;

    if (!read_policy(args, command))
        return false;
    buffer_init(&forms);
    bool read = command->policy == REKEY_GIFT ||
                (key != NULL && add_key(&plan->questions[command->q - 1].shape, hall_texts(hall, command->q),
                                        plan->salt, key, &forms));
    command->form = buffer_take(&forms);
    return read;
}

/* One more right form, brought into the form that the log and room_apply() compare. */
static bool read_form(const struct hall *hall, const cJSON *args, struct command *command)
{
    const struct plan *plan = room_plan(hall->room);
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(args, "text");
    double q = 0;
    struct buffer forms;

    if (text == NULL || !command_number(args, "q", 1, PLAN_QUESTIONS_MAX, &q) || (uint32_t)q != room_q(hall->room))
        return false;
    const struct shape *shape = &plan->questions[(uint32_t)q - 1].shape;
    if (shape->kind != KIND_TEXT && shape->kind != KIND_NUMBER)
        return false;
    buffer_init(&forms);
    bool read = add_form(shape, hall_texts(hall, (uint32_t)q), plan->salt, text, &forms);
    command->form = buffer_take(&forms);
    return read;
}

/* Words of a judge: cleaned, bounded. */
static bool read_words(const cJSON *args, const char *name, struct command *command)
{
    const char *given = command_text(args, name);
    command->words = given == NULL ? NULL : text_shown_form(given, strlen(given));
    return command->words != NULL && strlen(command->words) <= REASON_MAX_BYTES;
}

static enum refusal read_judged_args(const struct hall *hall, unsigned needed, const cJSON *args,
                                     struct command *command)
{
    double number = 0;

    if (needed & ARG_POINTS) {
        if (!command_number(args, "points", -ADJUST_POINTS_MAX, ADJUST_POINTS_MAX, &number) || number == 0)
            return REFUSAL_BAD_ARGS;
        command->points = (int32_t)number;
    }
    if (needed & ARG_UNIT) {
        const char *unit = command_text(args, "unit");
        if (unit == NULL || strlen(unit) > UNIT_MAX_BYTES)
            return REFUSAL_BAD_ARGS;
        memcpy(command->unit, unit, strlen(unit) + 1);
    }
    if (needed & ARG_Q) {
        if (room_q(hall->room) == 0 || !command_number(args, "q", 1, room_q(hall->room), &number))
            return REFUSAL_BAD_ARGS;
        command->q = (uint32_t)number;
    }
    if ((needed & ARG_KEY) && !read_key(hall, args, command))
        return REFUSAL_BAD_ARGS;
    if ((needed & ARG_REASON) && !read_words(args, "reason", command))
        return REFUSAL_REASON_MISSING;
    return (needed & ARG_TEXT) && !read_words(args, "text", command) ? REFUSAL_BAD_ARGS : REFUSAL_NONE;
}

static void make_code(struct hub *hub, struct command *command)
{
    uint64_t random = 0;
    hub->ports.random(hub->ports.engine, &random, sizeof random);
    code_write(random, command->code);
}

enum refusal command_read_args(struct hall *hall, unsigned needed, const cJSON *args, struct command *command)
{
    double number = 0;

    if (needed & ARG_PLAYER) {
        const char *player = command_text(args, "player");
        command->player = player == NULL ? 0 : player_id_read(player);
        if (room_find(hall->room, command->player) == NO_SEAT)
            return REFUSAL_BAD_ARGS;
    }
    if (needed & ARG_MS) {
        if (!command_number(args, "ms", 1, EXTEND_MS_MAX, &number))
            return REFUSAL_BAD_ARGS;
        command->ms = (int64_t)number;
    }
    if (needed & ARG_FACTOR) {
        if (!command_number(args, "factor", 0, FACTOR_MAX, &number) || (number > 0 && number < 100))
            return REFUSAL_BAD_ARGS;
        command->factor = (uint32_t)number;
    }
    if (needed & ARG_BAN)
        command->ban = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(args, "ban"));
    if (needed & ARG_NAME) {
        const char *name = command_text(args, "name");
        if (name == NULL || name_clean(name, strlen(name), &command->name) != NAME_FINE)
            return REFUSAL_BAD_NAME;
    }
    if (needed & ARG_CODE)
        make_code(hall->hub, command);
    if ((needed & ARG_FORM) && !read_form(hall, args, command))
        return REFUSAL_BAD_ARGS;
    return read_judged_args(hall, needed, args, command);
}
