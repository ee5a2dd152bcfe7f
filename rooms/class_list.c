/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/class_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool refuse_name(enum name_fault fault, int row, char *why, size_t why_size)
{
    static const char *const expected[] = {
        [NAME_EMPTY] = "there is no name",
        [NAME_TOO_LONG] = "the name is too long",
        [NAME_NOT_TEXT] = "this is no text",
        [NAME_TRICK] = "the name holds characters that are not shown, or too many marks",
    };
    snprintf(why, why_size, "class_list: row %d: %s", row, expected[fault]);
    return false;
}

static bool take_names(struct plan *plan, const cJSON *list, char *why, size_t why_size)
{
    const cJSON *item;

    plan->names = memory_new((size_t)cJSON_GetArraySize(list), sizeof *plan->names);
    cJSON_ArrayForEach(item, list)
    {
        const char *text = cJSON_GetStringValue(item);
        enum name_fault fault =
            text == NULL ? NAME_NOT_TEXT : name_clean(text, strlen(text), &plan->names[plan->listed]);
        if (fault != NAME_FINE)
            return refuse_name(fault, (int)plan->listed + 1, why, why_size);
        plan->listed++;
    }
    return true;
}

bool class_list_build(struct plan *plan, const cJSON *settings, char *why, size_t why_size)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(settings, "class_list");
    const cJSON *only = cJSON_GetObjectItemCaseSensitive(settings, "list_only");
    bool given = list != NULL && !cJSON_IsNull(list);

    if (given && (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > CLASS_LIST_MAX)) {
        snprintf(why, why_size, "class_list: expected a list of at most %d names", CLASS_LIST_MAX);
        return false;
    }
    if (only != NULL && !cJSON_IsNull(only) && !cJSON_IsBool(only)) {
        snprintf(why, why_size, "list_only: expected true or false");
        return false;
    }
    if (given && cJSON_GetArraySize(list) > 0 && !take_names(plan, list, why, why_size))
        return false;
    plan->list_only = cJSON_IsTrue(only);
    if (!plan->list_only || plan->listed > 0)
        return true;
    snprintf(why, why_size, "list_only: there is no class_list");
    return false;
}

void class_list_clear(struct plan *plan)
{
    for (uint32_t i = 0; plan->names != NULL && i < plan->listed; i++)
        name_clear(&plan->names[i]);
    free(plan->names);
    plan->names = NULL;
}

/* ---- in the log ---- */

void class_list_write(const struct plan *plan, struct buffer *e)
{
    if (plan->listed > 0)
        buffer_print(e, ",\"listed\":%u%s", plan->listed, plan->list_only ? ",\"list_only\":true" : "");
}

void class_list_write_names(const struct plan *plan, struct buffer *p)
{
    if (plan->names == NULL)
        return;
    buffer_put(p, ",\"names\":[");
    for (uint32_t i = 0; i < plan->listed; i++) {
        const struct name *name = &plan->names[i];
        buffer_put(p, i == 0 ? "[" : ",[");
        buffer_quote(p, name->shown);
        buffer_put(p, ",");
        buffer_quote(p, name->key);
        buffer_put(p, ",");
        buffer_quote(p, name->skeleton);
        buffer_put(p, "]");
    }
    buffer_put(p, "]");
}

static char *copy_string(const cJSON *item)
{
    const char *text = cJSON_GetStringValue(item);
    return text == NULL ? NULL : memory_copy(text, strlen(text));
}

static bool read_name(const cJSON *line, struct name *name)
{
    const cJSON *shown = line->child;
    const cJSON *key = shown == NULL ? NULL : shown->next;

    name->shown = copy_string(shown);
    name->key = copy_string(key);
    name->skeleton = copy_string(key == NULL ? NULL : key->next);
    return name->shown != NULL && name->key != NULL && name->skeleton != NULL;
}

/* All or none: a list with holes would be of no use to anybody. */
static void read_names(struct plan *plan, const cJSON *list)
{
    const cJSON *line;
    uint32_t row = 0;
    bool whole = cJSON_IsArray(list) && cJSON_GetArraySize(list) == (int)plan->listed;

    if (!whole || plan->listed == 0)
        return;
    plan->names = memory_new(plan->listed, sizeof *plan->names);
    cJSON_ArrayForEach(line, list)
    {
        whole = read_name(line, &plan->names[row++]) && whole;
    }
    if (!whole)
        class_list_clear(plan);
}

bool class_list_read(struct plan *plan, const cJSON *e, const cJSON *p)
{
    const cJSON *listed = cJSON_GetObjectItemCaseSensitive(e, "listed");

    if (listed == NULL)
        return true;
    double count = cJSON_IsNumber(listed) ? listed->valuedouble : 0;
    if (!(count >= 1 && count <= CLASS_LIST_MAX) || count != (double)(uint32_t)count)
        return false;
    plan->listed = (uint32_t)count;
    plan->list_only = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(e, "list_only"));
    read_names(plan, cJSON_GetObjectItemCaseSensitive(p, "names"));
    return true;
}
