/* SPDX-License-Identifier: Apache-2.0 */
/* Open Trivia DB: a JSON answer of its API, text with HTML entities. Its licence is CC BY-SA 4.0, so each question
 * names its source. Source: opentdb.com/api_config.php. */
#include <stdlib.h>
#include <string.h>
#include "question-banks/html.h"
#include "question-banks/importer.h"

static void set_decoded(char **field, const cJSON *item)
{
    if (!cJSON_IsString(item))
        return;
    char *text = html_decode(item->valuestring, strlen(item->valuestring));
    draft_set(field, text, strlen(text));
    free(text);
}

static void add_choice(struct draft *draft, const cJSON *item, bool right)
{
    struct draft_choice *choice = cJSON_IsString(item) ? draft_add_choice(draft, "", 0) : NULL;

    if (choice == NULL)
        return;
    set_decoded(&choice->text, item);
    choice->right = right;
}

/* The right answer must not stand first in every question: its place comes from the question's own text. */
static size_t place_of(const char *text, size_t count)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (; text != NULL && *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash % count;
}

static void read_choices(struct draft *draft, const cJSON *row)
{
    const cJSON *wrong = cJSON_GetObjectItemCaseSensitive(row, "incorrect_answers");
    const cJSON *right = cJSON_GetObjectItemCaseSensitive(row, "correct_answer");
    const cJSON *item = NULL;
    size_t count = (size_t)cJSON_GetArraySize(wrong) + 1;
    size_t place = place_of(draft->text, count);

    cJSON_ArrayForEach(item, wrong)
    {
        if (draft->choice_count == place)
            add_choice(draft, right, true);
        add_choice(draft, item, false);
    }
    if (draft->choice_count == place)
        add_choice(draft, right, true);
    draft_settle_choices(draft);
}

static void read_row(struct import *import, const cJSON *row, size_t number)
{
    static const char *const levels[] = {"easy", "medium", "hard"};
    const cJSON *level = cJSON_GetObjectItemCaseSensitive(row, "difficulty");
    static const char source[] = "Open Trivia DB (opentdb.com), CC BY-SA 4.0";
    struct draft *draft = cJSON_IsObject(row) ? import_add(import, number) : NULL;

    if (!cJSON_IsObject(row))
        import_warn(import, number, "result %zu is no question", number);
    if (draft == NULL)
        return;
    set_decoded(&draft->text, cJSON_GetObjectItemCaseSensitive(row, "question"));
    set_decoded(&draft->topic, cJSON_GetObjectItemCaseSensitive(row, "category"));
    draft_set(&draft->source, source, strlen(source));
    for (unsigned i = 0; cJSON_IsString(level) && i < sizeof levels / sizeof levels[0]; i++)
        draft->difficulty = strcmp(level->valuestring, levels[i]) == 0 ? i + 1 : draft->difficulty;
    read_choices(draft, row);
}

enum import_status import_opentdb(const char *text, size_t length, struct import *import)
{
    cJSON *json = cJSON_ParseWithLength(text, length);
    const cJSON *results = cJSON_IsArray(json) ? json : cJSON_GetObjectItemCaseSensitive(json, "results");
    const cJSON *row = NULL;
    size_t number = 0;

    if (!cJSON_IsArray(results)) {
        import_warn(import, 1, "expected JSON with an array \"results\"");
        cJSON_Delete(json);
        return IMPORT_UNREADABLE;
    }
    cJSON_ArrayForEach(row, results)
    {
        if (!import->full)
            read_row(import, row, ++number);
    }
    cJSON_Delete(json);
    return import->count == 0 ? IMPORT_NOTHING : IMPORT_OK;
}
