/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aiken: a line of question, options "A. " or "A) ", and "ANSWER: A". Source: docs.moodle.org, Aiken format. A question
 * of several lines is joined, where Moodle would keep the last.
 */
#include <string.h>
#include "question-banks/importer.h"

struct aiken {
    struct import *import;
    struct draft *draft; /* the one that is open, or NULL */
    size_t line;
};

static void open_question(struct aiken *aiken)
{
    if (aiken->draft == NULL)
        aiken->draft = import_add(aiken->import, aiken->line);
}

static bool is_option(const char *text, size_t length)
{
    return length >= 3 && text[0] >= 'A' && text[0] <= 'Z' && (text[1] == '.' || text[1] == ')') &&
           (text[2] == ' ' || text[2] == '\t');
}

static void close_question(struct aiken *aiken, const char *answer, size_t length)
{
    struct draft *draft = aiken->draft;
    size_t index = length == 0 ? DRAFT_CHOICES_MAX : (size_t)(answer[0] - 'A');
    bool alone = length < 2 || answer[1] == ' ' || answer[1] == '\t';

    if (draft == NULL) {
        import_warn(aiken->import, aiken->line, "an answer without a question");
        return;
    }
    if (alone && index < draft->choice_count)
        draft->choices[index].right = true;
    else
        draft_doubt(draft, "its ANSWER is none of its options");
    draft_settle_choices(draft);
    aiken->draft = NULL;
}

static void take_option(struct aiken *aiken, const char *text, size_t length)
{
    if (aiken->draft == NULL) {
        import_warn(aiken->import, aiken->line, "an option without a question");
        return;
    }
    if ((size_t)(text[0] - 'A') != aiken->draft->choice_count)
        draft_doubt(aiken->draft, "its options do not follow each other");
    draft_add_choice(aiken->draft, text + 3, length - 3);
}

static void take_text(struct aiken *aiken, const char *text, size_t length)
{
    open_question(aiken);
    if (aiken->draft == NULL)
        return;
    if (aiken->draft->choice_count > 0) {
        import_warn(aiken->import, aiken->line,
                    "text behind the options, before ANSWER, was joined to the last option");
        draft_append(&aiken->draft->choices[aiken->draft->choice_count - 1].text, text, length);
        return;
    }
    if (aiken->draft->text != NULL)
        import_warn(aiken->import, aiken->line, "the question has several lines; they were joined");
    draft_append(&aiken->draft->text, text, length);
}

static void take_line(struct aiken *aiken, const char *text, size_t length)
{
    static const char answer[] = "ANSWER:";

    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
        length--;
    if (length == 0)
        return;
    if (length >= strlen(answer) && memcmp(text, answer, strlen(answer)) == 0) {
        size_t gap = strlen(answer);
        while (gap < length && text[gap] == ' ')
            gap++;
        close_question(aiken, text + gap, length - gap);
    } else if (is_option(text, length)) {
        take_option(aiken, text, length);
    } else {
        take_text(aiken, text, length);
    }
}

enum import_status import_aiken(const char *text, size_t length, struct import *import)
{
    struct aiken aiken = {.import = import};
    const char *end = text + length;

    for (const char *from = text; from < end && !import->full;) {
        const char *stop = memchr(from, '\n', (size_t)(end - from));
        stop = stop == NULL ? end : stop;
        aiken.line++;
        take_line(&aiken, from, (size_t)(stop - from));
        from = stop + 1;
    }
    if (aiken.draft != NULL)
        draft_doubt(aiken.draft, "it has no ANSWER line");
    return import->count == 0 ? IMPORT_NOTHING : IMPORT_OK;
}
