/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/evidence.h"
#include <string.h>
#include "question-banks/importer.h"
#include "question-banks/label.h"

/* The choices that one kind of formatting points out: some, but not all. */
static uint32_t pointed_out(const uint8_t *marks, size_t count, unsigned bit)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < count; i++)
        mask |= (uint32_t)((marks[i] >> bit & 1) != 0) << i;
    return mask == (uint32_t)((UINT64_C(1) << count) - 1) ? 0 : mask;
}

/*
 * What formatting says: the one choice that each kind of it points out, if all that point out one agree. 0 if there is
 * none; `doubt` says why if there is something, but nothing sure.
 */
static uint32_t weigh_formatting(const struct evidence *evidence, size_t count, const char **doubt)
{
    uint32_t one = 0;
    bool several = false;
    bool torn = false;

    for (unsigned i = 0; i < 2 * FORMAT_KINDS; i++) {
        const uint8_t *marks = i % 2 == 0 ? evidence->texts : evidence->labels;
        uint32_t mask = pointed_out(marks, count, i / 2);
        bool single = mask != 0 && (mask & (mask - 1)) == 0;
        several = several || (mask != 0 && !single);
        torn = torn || (single && one != 0 && one != mask);
        one = single ? mask : one;
    }
    *doubt = torn                  ? "bold, underline and colour point out different choices"
             : several && one == 0 ? "several choices are bold, underlined or coloured"
                                   : NULL;
    return torn ? 0 : one;
}

/* The answer line as a mask; a choice's letter may be followed by its text. */
static uint32_t answer_mask(struct draft *draft, const char *answer)
{
    uint32_t mask = 0;
    size_t index = 0;
    size_t label = label_choice(answer, &index);

    if (label_letters(answer, draft->choice_count, &mask))
        return mask;
    for (size_t i = 0; i < draft->choice_count; i++) {
        const char *text = draft->choices[i].text == NULL ? "" : draft->choices[i].text;
        if (strcmp(answer + label, text) == 0 && (label == 0 || index == i))
            return 1u << i;
    }
    draft_doubt(draft, "its answer line \"%.*s\" is none of its choices", shown(answer, strlen(answer)), answer);
    return 0;
}

static bool settle_statements(struct draft *draft, const struct evidence *evidence)
{
    uint32_t mask = 0;

    if (evidence->answer == NULL || draft->choice_count < 2 ||
        !label_truths(evidence->answer, draft->choice_count, &mask))
        return false;
    for (size_t i = 0; i < draft->choice_count; i++)
        draft->choices[i].right = (mask >> i & 1) != 0;
    draft->kind = KIND_STATEMENTS;
    draft->sure = draft->doubt == NULL;
    return true;
}

/* Whatever is there has to say the same. */
static uint32_t weigh(struct draft *draft, const struct evidence *evidence)
{
    const char *doubt = NULL;
    uint32_t said[] = {evidence->stars, evidence->answer == NULL ? 0 : answer_mask(draft, evidence->answer),
                       evidence->table, weigh_formatting(evidence, draft->choice_count, &doubt)};
    uint32_t all = 0;

    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        if (said[i] != 0 && all != 0 && said[i] != all)
            draft_doubt(draft, "star, answer line, table and formatting do not say the same");
        all = all == 0 ? said[i] : all;
    }
    if (all == 0 && doubt != NULL)
        draft_doubt(draft, "%s", doubt);
    return all;
}

void evidence_settle(const struct evidence *evidence, struct draft *draft)
{
    if (settle_statements(draft, evidence))
        return;
    if (draft->choice_count == 0) {
        const char *answer = evidence->answer == NULL ? "" : evidence->answer;
        draft_settle_answer(draft, answer, strlen(answer));
        return;
    }
    uint32_t mask = weigh(draft, evidence);
    for (size_t i = 0; i < draft->choice_count; i++)
        draft->choices[i].right = (mask >> i & 1) != 0;
    draft_settle_choices(draft);
}
