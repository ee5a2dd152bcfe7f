/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/marks.h"

#include <stdio.h>
#include <string.h>
#include "engine/archive.h"
#include "engine/marks_text.h"

#define VALUES_MAX 2

enum option { OPTION_RULE, OPTION_BEFORE, OPTION_ABSENT, OPTION_LANG, OPTION_COUNT };

static const struct {
    const char *name;
    const char *values[VALUES_MAX];
    const char *told;
} options[OPTION_COUNT] = {
    [OPTION_RULE] = {"rule", {[MARKS_BY_RIGHT] = "right", [MARKS_BY_POINTS] = "points"}, "right, points"},
    [OPTION_BEFORE] = {"before",
                       {[MARKS_BEFORE_MISSED] = "missed", [MARKS_BEFORE_LEFT_OUT] = "left-out"},
                       "missed, left-out"},
    [OPTION_ABSENT] = {"absent", {[MARKS_ABSENT_EMPTY] = "empty", [MARKS_ABSENT_ZERO] = "zero"}, "empty, zero"},
    [OPTION_LANG] = {"lang", {[MARKS_VI] = "vi", [MARKS_EN] = "en"}, "vi, en"},
};

const char *marks_option(size_t index)
{
    return index < OPTION_COUNT ? options[index].name : NULL;
}

static enum option find_option(const char *name)
{
    enum option index = OPTION_RULE;
    while (index < OPTION_COUNT && strcmp(options[index].name, name) != 0)
        index++;
    return index;
}

const char *marks_option_values(const char *option)
{
    enum option index = find_option(option);
    return index < OPTION_COUNT ? options[index].told : "";
}

static void set_option(struct marks_wish *wish, enum option option, int value)
{
    switch (option) {
    case OPTION_RULE:
        wish->rules.rule = (enum marks_rule)value;
        break;
    case OPTION_BEFORE:
        wish->rules.before = (enum marks_before)value;
        break;
    case OPTION_ABSENT:
        wish->absent = (enum marks_absent)value;
        break;
    case OPTION_LANG:
        wish->language = (enum marks_language)value;
        break;
    case OPTION_COUNT:
        break;
    }
}

bool marks_wish_set(struct marks_wish *wish, const char *option, const char *value)
{
    enum option index = find_option(option);

    for (int i = 0; index < OPTION_COUNT && i < VALUES_MAX; i++)
        if (strcmp(options[index].values[i], value) == 0) {
            set_option(wish, index, i);
            return true;
        }
    return false;
}

const char *marks_rule_name(enum marks_rule rule)
{
    return options[OPTION_RULE].values[rule];
}

const char *marks_before_name(enum marks_before before)
{
    return options[OPTION_BEFORE].values[before];
}

const char *marks_absent_name(enum marks_absent absent)
{
    return options[OPTION_ABSENT].values[absent];
}

static enum results_status write_sheet(const struct marks_sheet *sheet, enum results_format format,
                                       struct results_bytes *out, char *why, size_t why_size)
{
    struct buffer text;

    if (format == RESULTS_XLSX)
        return marks_make_xlsx(sheet, out, why, why_size) ? RESULTS_OK : RESULTS_STORE_FAILED;
    buffer_init(&text);
    if (format == RESULTS_JSON)
        marks_put_json(&text, sheet);
    else
        marks_put_csv(&text, sheet);
    out->length = text.length;
    out->bytes = buffer_take(&text);
    return RESULTS_OK;
}

enum results_status marks_write(const struct archive_place *place, const struct marks_request *request,
                                struct results_bytes *out, char *why, size_t why_size)
{
    struct replay replay;
    struct results_table table;

    *out = (struct results_bytes){0};
    enum results_status status = results_status_of(archive_replay(place, request->room, &replay));
    if (status == RESULTS_OK) {
        results_table_init(&table, &replay);
        struct marks_sheet sheet = {.table = &table, .wish = &request->wish};
        status = write_sheet(&sheet, request->format, out, why, why_size);
        results_table_clear(&table);
    } else {
        snprintf(why, why_size, "%s", replay.why);
    }
    replay_clear(&replay);
    return status;
}
