/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/class_list.h"
#include "rooms/plan_media.h"

/* What a setting says in words, in the order of its enum. */
static const char *const scorings[SCORING_COUNT] = {"accuracy", "speed"};
static const char *const changes[CHANGE_COUNT] = {"no", "until-close"};
static const char *const boards[BOARD_SHOWN_COUNT] = {"each", "end", "none"};
static const char *const texts[TEXT_ON_COUNT] = {"phones", "screen"};
static const char *const sounds[SOUND_ON_COUNT] = {"screen", "phones"};
static const char *const ties[TIE_COUNT] = {"points", "time", "right"};

struct preset {
    const char *name;
    enum scoring scoring;
    enum board_shown board;
    uint32_t cap_ms;
    bool close_all;
};
static const struct preset presets[] = {
    {"class-round", SCORING_ACCURACY, BOARD_EACH, CAP_MS_CLASS, true},
    {"race", SCORING_SPEED, BOARD_EACH, CAP_MS_DEFAULT, true},
};

const char *plan_scoring_name(enum scoring scoring)
{
    return scorings[scoring];
}

const char *plan_change_name(enum change change)
{
    return changes[change];
}

const char *plan_board_name(enum board_shown board)
{
    return boards[board];
}

const char *plan_text_name(enum text_on text)
{
    return texts[text];
}

const char *plan_sound_name(enum sound_on sound)
{
    return sounds[sound];
}

const char *plan_tie_name(enum tie tie)
{
    return ties[tie];
}

void plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    for (size_t i = 0; i < plan->question_count; i++)
        free(plan->questions[i].key.ranges);
    free(plan->questions);
    class_list_clear(plan);
    free(plan);
}

/* ---- settings ---- */

struct reading {
    const cJSON *settings;
    char *why;
    size_t why_size;
    bool failed;
};

static void fail(struct reading *reading, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fail(struct reading *reading, const char *format, ...)
{
    va_list arguments;
    if (reading->failed)
        return;
    reading->failed = true;
    va_start(arguments, format);
    vsnprintf(reading->why, reading->why_size, format, arguments);
    va_end(arguments);
}

static int word_index(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return (int)i;
    return -1;
}

static int setting_word(struct reading *reading, const char *name, const char *const *words, size_t count,
                        int otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(reading->settings, name);
    if (item == NULL || cJSON_IsNull(item))
        return otherwise;
    int index = cJSON_IsString(item) ? word_index(item->valuestring, words, count) : -1;
    if (index < 0)
        fail(reading, "%s: expected one of \"%s\", \"%s\"%s%s", name, words[0], words[1], count > 2 ? ", " : "",
             count > 2 ? words[2] : "");
    return index < 0 ? otherwise : index;
}

static bool setting_flag(struct reading *reading, const char *name, bool otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(reading->settings, name);
    if (item == NULL || cJSON_IsNull(item))
        return otherwise;
    if (!cJSON_IsBool(item))
        fail(reading, "%s: expected true or false", name);
    return cJSON_IsTrue(item);
}

static uint32_t setting_number(struct reading *reading, const cJSON *where, const char *name, uint32_t low,
                               uint32_t high, uint32_t otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(where, name);
    if (item == NULL || cJSON_IsNull(item))
        return otherwise;
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= low && item->valuedouble <= high) ||
        item->valuedouble != (double)(uint32_t)item->valuedouble) {
        fail(reading, "%s: expected a whole number from %u to %u", name, low, high);
        return otherwise;
    }
    return (uint32_t)item->valuedouble;
}

static const struct preset *setting_preset(struct reading *reading)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(reading->settings, "preset");
    if (item == NULL || cJSON_IsNull(item))
        return &presets[0];
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (cJSON_IsString(item) && strcmp(item->valuestring, presets[i].name) == 0)
            return &presets[i];
    fail(reading, "preset: expected \"class-round\" or \"race\"");
    return &presets[0];
}

static void read_ties(struct reading *reading, struct plan *plan)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(reading->settings, "ties");
    const cJSON *item;

    plan->ties[0] = TIE_POINTS;
    plan->ties[1] = TIE_TIME;
    plan->tie_count = plan->scoring == SCORING_SPEED ? 1 : 2;
    if (list == NULL || cJSON_IsNull(list))
        return;
    plan->tie_count = 0;
    cJSON_ArrayForEach(item, list)
    {
        int index = cJSON_IsString(item) ? word_index(item->valuestring, ties, TIE_COUNT) : -1;
        if (index < 0 || plan->tie_count >= TIE_COUNT) {
            fail(reading, "ties: expected a list of \"points\", \"time\", \"right\"");
            return;
        }
        plan->ties[plan->tie_count++] = (enum tie)index;
    }
    if (plan->tie_count == 0 || plan->ties[0] != TIE_POINTS)
        fail(reading, "ties: the first must be \"points\"");
}

static void read_title(struct reading *reading, struct plan *plan)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(reading->settings, "title");
    if (item == NULL || cJSON_IsNull(item))
        return;
    char *shown = cJSON_IsString(item) ? text_shown_form(item->valuestring, strlen(item->valuestring)) : NULL;
    if (cJSON_IsString(item) && item->valuestring[0] == '\0')
        return;
    if (shown == NULL || strlen(shown) > TITLE_MAX_BYTES)
        fail(reading, "title: expected text of at most %d bytes", TITLE_MAX_BYTES);
    else
        memcpy(plan->title, shown, strlen(shown) + 1);
    free(shown);
}

static void read_settings(struct reading *reading, struct plan *plan)
{
    const struct preset *preset = setting_preset(reading);

    plan->scoring = (enum scoring)setting_word(reading, "scoring", scorings, SCORING_COUNT, (int)preset->scoring);
    plan->change = (enum change)setting_word(reading, "change", changes, CHANGE_COUNT, CHANGE_NO);
    plan->board = (enum board_shown)setting_word(reading, "board", boards, BOARD_SHOWN_COUNT, (int)preset->board);
    plan->text = (enum text_on)setting_word(reading, "text", texts, TEXT_ON_COUNT, TEXT_ON_PHONES);
    plan->sound = (enum sound_on)setting_word(reading, "sound", sounds, SOUND_ON_COUNT, SOUND_ON_SCREEN);
    static const char *const name_rules[2] = {"open", "nod"};
    plan->names_nod = setting_word(reading, "names", name_rules, 2, 0) == 1;
    plan->close_all = setting_flag(reading, "close_all", preset->close_all);
    plan->shuffle = setting_flag(reading, "shuffle", false);
    plan->no_late_join = setting_flag(reading, "no_late_join", false);
    plan->second_judge = setting_flag(reading, "second_judge", false);
    plan->cap_ms = setting_number(reading, reading->settings, "cap_ms", 0, CAP_MS_MAX, preset->cap_ms);
    plan->players_max = setting_number(reading, reading->settings, "players_max", 1, PLAYERS_MAX, PLAYERS_MAX);
    read_ties(reading, plan);
    read_title(reading, plan);
}

/* ---- questions ---- */

static void copy_key(struct plan_question *to, const struct question *from, const uint8_t *salt)
{
    size_t count = from->shape.kind == KIND_TEXT ? from->accept_count : from->key.count;

    to->key.ranges = memory_new(count, sizeof *to->key.ranges);
    if (from->shape.kind != KIND_TEXT) {
        for (size_t i = 0; i < count; i++) /* a prediction has none, and no array either */
            to->key.ranges[i] = from->key.ranges[i];
        to->key.count = count;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char *normal = text_normal_form(from->accept[i], strlen(from->accept[i]), &from->rule);
        if (normal == NULL)
            continue; /* the loader refuses such a form; a bank in memory may differ */
        int64_t value = (int64_t)kind_text_value(normal, salt);
        to->key.ranges[to->key.count++] = (struct key_range){value, value};
        free(normal);
    }
}

static void take_question(struct plan *plan, const struct bank *bank, size_t index, uint32_t limit_ms)
{
    const struct question *from = &bank->questions[index];
    struct plan_question *to = &plan->questions[plan->question_count++];

    memcpy(to->id, from->id, sizeof to->id);
    to->shape = from->shape;
    to->limit_ms = limit_ms != 0 ? limit_ms : from->limit_ms != 0 ? from->limit_ms : LIMIT_MS_DEFAULT;
    to->points = (int32_t)from->weight * 1000;
    to->bank_index = (uint32_t)index;
    to->has_media = from->media != NULL;
    if (to->has_media)
        to->media = *from->media;
    copy_key(to, from, plan->salt);
}

static void draw_questions(struct reading *reading, struct plan *plan, const struct bank *bank, uint64_t seed)
{
    static const char *const orders[2] = {"written", "shuffled"};
    const cJSON *questions = cJSON_GetObjectItemCaseSensitive(reading->settings, "questions");
    struct reading inner = *reading;

    inner.settings = questions;
    uint32_t count = setting_number(&inner, questions, "count", 1, PLAN_QUESTIONS_MAX, 0);
    int order = questions == NULL ? 0 : setting_word(&inner, "order", orders, 2, 0);
    uint32_t limit_s =
        setting_number(reading, reading->settings, "limit_s", QUESTION_LIMIT_MIN_S, QUESTION_LIMIT_MAX_S, 0);
    reading->failed = reading->failed || inner.failed;
    if (reading->failed)
        return;

    size_t *indexes = memory_new(bank->question_count, sizeof *indexes);
    size_t drawn = bank_draw(bank, count, order == 1, seed, indexes);
    plan->questions = memory_new(drawn, sizeof *plan->questions);
    for (size_t i = 0; i < drawn; i++)
        take_question(plan, bank, indexes[i], limit_s * 1000);
    free(indexes);
}

static void check_totals(struct reading *reading, const struct plan *plan)
{
    int64_t points = 0;
    for (size_t i = 0; i < plan->question_count; i++)
        points += plan->questions[i].points;
    if (plan->question_count == 0 || plan->question_count > PLAN_QUESTIONS_MAX)
        fail(reading, "questions: a room takes 1 to %d questions, this would be %zu", PLAN_QUESTIONS_MAX,
             plan->question_count);
    if (points > PLAN_POINTS_MAX)
        fail(reading, "questions: all full marks together are %lld points, at most %d can be ranked", (long long)points,
             PLAN_POINTS_MAX);
}

struct plan *plan_build(const struct bank *bank, const cJSON *settings, uint64_t seed,
                        const uint8_t salt[TEXT_SALT_BYTES], char *why, size_t why_size)
{
    struct reading reading = {.settings = settings, .why = why, .why_size = why_size};
    struct plan *plan = memory_new(1, sizeof *plan);

    plan->rules = RULES_VERSION;
    memcpy(plan->salt, salt, TEXT_SALT_BYTES);
    memcpy(plan->bank_id, bank->id, sizeof plan->bank_id);
    memcpy(plan->bank_version, bank->version, sizeof plan->bank_version);
    digest_hex(&bank->sha256, plan->bank_sha256);
    read_settings(&reading, plan);
    if (!reading.failed)
        reading.failed = !class_list_build(plan, settings, why, why_size);
    if (!reading.failed)
        draw_questions(&reading, plan, bank, seed);
    if (!reading.failed)
        check_totals(&reading, plan);
    if (!reading.failed)
        return plan;
    plan_free(plan);
    return NULL;
}

/* ---- the created event, read; plan_written.c writes it ---- */

static bool read_string(const cJSON *json, const char *name, char *out, size_t size)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    if (!cJSON_IsString(item) || strlen(item->valuestring) >= size)
        return false;
    memcpy(out, item->valuestring, strlen(item->valuestring) + 1);
    return true;
}

static bool read_ids(const cJSON *json, const char *name, char ids[][CHOICE_ID_MAX + 1], uint8_t *count)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, name);
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (*count >= CHOICES_MAX || !cJSON_IsString(item) || strlen(item->valuestring) > CHOICE_ID_MAX)
            return false;
        memcpy(ids[(*count)++], item->valuestring, strlen(item->valuestring) + 1);
    }
    return true;
}

static bool read_key(const cJSON *json, struct plan_question *question)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "key");
    const cJSON *item;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > KEY_RANGES_MAX)
        return false;
    question->key.ranges = memory_new((size_t)cJSON_GetArraySize(list), sizeof *question->key.ranges);
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item) ||
            !kind_read_range(&question->shape, item->valuestring, &question->key.ranges[question->key.count++]))
            return false;
    }
    return true;
}

static bool read_question(const cJSON *json, struct plan_question *question)
{
    char kind[32];
    char none[] = "";
    struct reading numbers = {.why = none, .why_size = 0};

    if (!read_string(json, "id", question->id, sizeof question->id) || !read_string(json, "kind", kind, sizeof kind))
        return false;
    question->shape.kind = kind_from_name(kind);
    question->limit_ms = setting_number(&numbers, json, "limit_ms", 1, UINT32_MAX, 0);
    question->points = (int32_t)setting_number(&numbers, json, "points", 0, PLAN_POINTS_MAX, 0);
    question->bank_index = setting_number(&numbers, json, "from", 0, BANK_QUESTIONS_MAX, 0);
    return question->shape.kind != KIND_COUNT && question->limit_ms > 0 && !numbers.failed &&
           read_ids(json, "choices", question->shape.choices, &question->shape.choice_count) &&
           read_ids(json, "rights", question->shape.rights, &question->shape.right_count) && read_key(json, question) &&
           plan_read_media(json, question);
}

static bool read_questions(const cJSON *e, struct plan *plan)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(e, "questions");
    const cJSON *item;
    int count = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;

    if (count < 1 || count > PLAN_QUESTIONS_MAX)
        return false;
    plan->questions = memory_new((size_t)count, sizeof *plan->questions);
    cJSON_ArrayForEach(item, list)
    {
        if (!read_question(item, &plan->questions[plan->question_count++]))
            return false;
    }
    return true;
}

static void read_salt(const cJSON *p, struct plan *plan)
{
    const cJSON *salt = cJSON_GetObjectItemCaseSensitive(p, "salt");
    if (!cJSON_IsString(salt) || strlen(salt->valuestring) != 2 * (size_t)TEXT_SALT_BYTES)
        return;
    for (size_t i = 0; i < TEXT_SALT_BYTES; i++) {
        char digits[3] = {salt->valuestring[2 * i], salt->valuestring[2 * i + 1], '\0'};
        plan->salt[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
}

static bool read_head(const cJSON *e, struct plan *plan)
{
    const cJSON *bank = cJSON_GetObjectItemCaseSensitive(e, "bank");
    plan->rules = RULES_VERSION;
    return read_string(e, "pin", plan->pin, sizeof plan->pin) &&
           read_string(e, "owner", plan->owner, sizeof plan->owner) &&
           read_string(e, "title", plan->title, sizeof plan->title) &&
           read_string(bank, "id", plan->bank_id, sizeof plan->bank_id) &&
           read_string(bank, "version", plan->bank_version, sizeof plan->bank_version) &&
           read_string(bank, "sha256", plan->bank_sha256, sizeof plan->bank_sha256);
}

struct plan *plan_read_created(const cJSON *e, const cJSON *p)
{
    char why[160];
    struct plan *plan = memory_new(1, sizeof *plan);
    struct reading reading = {
        .settings = cJSON_GetObjectItemCaseSensitive(e, "settings"), .why = why, .why_size = sizeof why};

    if (!cJSON_IsObject(reading.settings) || !read_head(e, plan) || !read_questions(e, plan)) {
        plan_free(plan);
        return NULL;
    }
    char title[TITLE_MAX_BYTES + 1];
    memcpy(title, plan->title, sizeof title);
    read_settings(&reading, plan);
    memcpy(plan->title, title, sizeof title);
    read_salt(p, plan);
    if (!reading.failed && class_list_read(plan, e, p))
        return plan;
    plan_free(plan);
    return NULL;
}
