/* SPDX-License-Identifier: Apache-2.0 */
/* Sources age: which questions should be read again. */
#include <stdio.h>
#include "question-banks/bank.h"

#define LAST_MONTH 12
#define LAST_DAY 31

/* The last day that "2025", "2025-03" or "2025-03-01" can mean; false if there is no date, or time does not matter. */
static bool day_of(const char *source_json, struct bank_day *out)
{
    cJSON *source = source_json == NULL ? NULL : cJSON_Parse(source_json);
    const cJSON *date = cJSON_GetObjectItemCaseSensitive(source, "date");
    bool stable = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(source, "stable"));

    *out = (struct bank_day){.month = LAST_MONTH, .day = LAST_DAY};
    bool dated = !stable && cJSON_IsString(date) &&
                 sscanf(date->valuestring, "%4d-%2d-%2d", &out->year, &out->month, &out->day) >= 1;
    cJSON_Delete(source);
    return dated;
}

static long number_of(struct bank_day day)
{
    return (day.year * 100L + day.month) * 100L + day.day;
}

size_t bank_stale(const struct bank *bank, struct bank_day today, size_t *indexes)
{
    size_t count = 0;

    today.year--;
    for (size_t i = 0; i < bank->question_count; i++) {
        struct bank_day day;
        if (day_of(bank->questions[i].source_json, &day) && number_of(day) < number_of(today))
            indexes[count++] = i;
    }
    return count;
}
