/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/answer_table.h"
#include <stdlib.h>
#include "question-banks/memory.h"

#define STEP 256

void answer_table_add(struct answer_table *table, const struct answer_pair *pairs, size_t count, size_t line)
{
    for (size_t i = 0; i < count; i++) {
        if (table->count % STEP == 0)
            table->pairs = memory_grow(table->pairs, table->count + STEP, sizeof *table->pairs);
        struct answer_pair *pair = &table->pairs[table->count++];
        *pair = pairs[i];
        pair->line = line;
        pair->part = table->part;
    }
}

void answer_table_clear(struct answer_table *table)
{
    free(table->pairs);
    *table = (struct answer_table){0};
}

static bool is_meant(const struct numbered *question, size_t part, size_t number)
{
    return question->number == number && (part == 0 || question->part == 0 || part == question->part);
}

static size_t count_meant(const struct numbered *questions, size_t count, size_t part, size_t number)
{
    size_t meant = 0;

    for (size_t i = 0; i < count; i++)
        meant += is_meant(&questions[i], part, number);
    return meant;
}

const struct numbered *answer_table_find(const struct numbered *questions, size_t count, size_t part, size_t number)
{
    size_t i = 0;

    if (count_meant(questions, count, part, number) != 1)
        return NULL;
    while (!is_meant(&questions[i], part, number))
        i++;
    return &questions[i];
}

static void give(const struct numbered *question, const struct answer_pair *pair, bool alone)
{
    uint32_t bit = pair->index < question->draft->choice_count ? 1u << pair->index : 0;
    uint32_t before = question->evidence->table;

    if (bit == 0)
        draft_doubt(question->draft, "the table gives %c, which is no choice", (char)('A' + pair->index));
    if (!alone || (before != 0 && before != bit))
        draft_doubt(question->draft, "the number %zu stands twice, so the table does not say which is meant",
                    pair->number);
    question->evidence->table |= bit;
}

void answer_table_apply(const struct answer_table *table, const struct numbered *questions, size_t count,
                        struct import *import)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct answer_pair *pair = &table->pairs[i];
        size_t meant = count_meant(questions, count, pair->part, pair->number);
        if (meant == 0)
            import_warn(import, pair->line, "the table of answers has %zu, but no question has", pair->number);
        for (size_t j = 0; j < count && meant > 0; j++) {
            if (is_meant(&questions[j], pair->part, pair->number))
                give(&questions[j], pair, meant == 1);
        }
    }
}
