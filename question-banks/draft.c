/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/draft.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"
#include "question-banks/text.h"

#define DRAFTS_STEP 64

struct draft *import_add(struct import *import, size_t line)
{
    if (import->count == IMPORT_DRAFTS_MAX) {
        if (!import->full)
            import_warn(import, line, "more than %d questions; the rest was left out", IMPORT_DRAFTS_MAX);
        import->full = true;
        return NULL;
    }
    if (import->count % DRAFTS_STEP == 0)
        import->drafts = memory_grow(import->drafts, import->count + DRAFTS_STEP, sizeof *import->drafts);
    struct draft *draft = &import->drafts[import->count++];
    *draft = (struct draft){.line = line, .weight = -1};
    return draft;
}

void import_warn(struct import *import, size_t line, const char *format, ...)
{
    char message[400];
    va_list arguments;

    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang 14 forgets the line above */
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    faults_add(&import->warnings, line, 1, NULL, NULL, "%s", message);
}

int shown(const char *text, size_t length)
{
    size_t end = length > SHOWN_BYTES ? SHOWN_BYTES : length;

    while (length > SHOWN_BYTES && end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    return (int)end;
}

void draft_picture_free(struct draft_picture *picture)
{
    if (picture == NULL)
        return;
    media_reading_clear(&picture->reading);
    free(picture->alt);
    free(picture);
}

bool draft_is_whole(const struct draft *draft)
{
    return draft->sure && (draft->picture == NULL || draft->picture->alt != NULL);
}

void draft_clear(struct draft *draft)
{
    for (size_t i = 0; i < draft->choice_count; i++) {
        free(draft->choices[i].text);
        free(draft->choices[i].pair);
    }
    for (size_t i = 0; i < draft->accept_count; i++)
        free(draft->accept[i]);
    free(draft->text);
    free(draft->explain);
    free(draft->source);
    free(draft->topic);
    free(draft->doubt);
    draft_picture_free(draft->picture);
}

static char *tidy_or_null(const char *text, size_t length)
{
    char *tidy = text_tidy(text, length);

    if (tidy != NULL && tidy[0] == '\0') {
        free(tidy);
        return NULL;
    }
    return tidy;
}

void draft_set(char **field, const char *text, size_t length)
{
    char *tidy = tidy_or_null(text, length);

    free(*field);
    *field = tidy;
}

void draft_append(char **field, const char *text, size_t length)
{
    char *tidy = tidy_or_null(text, length);
    char *joined = NULL;

    if (tidy == NULL)
        return;
    if (*field == NULL) {
        *field = tidy;
        return;
    }
    if (asprintf(&joined, "%s\n%s", *field, tidy) < 0)
        abort();
    free(*field);
    free(tidy);
    *field = joined;
}

struct draft_choice *draft_add_choice(struct draft *draft, const char *text, size_t length)
{
    if (draft->choice_count == DRAFT_CHOICES_MAX)
        return NULL;
    struct draft_choice *choice = &draft->choices[draft->choice_count++];
    *choice = (struct draft_choice){.place = (uint8_t)(draft->choice_count - 1)};
    draft_set(&choice->text, text, length);
    return choice;
}

bool draft_accept(struct draft *draft, const char *text, size_t length)
{
    char *tidy = draft->accept_count == DRAFT_ACCEPT_MAX ? NULL : tidy_or_null(text, length);

    for (size_t i = 0; tidy != NULL && i < draft->accept_count; i++) {
        if (strcmp(draft->accept[i], tidy) == 0) {
            free(tidy);
            return true;
        }
    }
    if (tidy != NULL)
        draft->accept[draft->accept_count++] = tidy;
    return tidy != NULL;
}

void draft_doubt(struct draft *draft, const char *format, ...)
{
    va_list arguments;

    draft->sure = false;
    if (draft->doubt != NULL)
        return;
    va_start(arguments, format);
    if (vasprintf(&draft->doubt, format, arguments) < 0)
        abort();
    va_end(arguments);
}

int draft_read_truth(const char *text, size_t length)
{
    static const struct {
        const char *word;
        int truth;
    } words[] = {{"dung", 1}, {"d", 1}, {"true", 1}, {"t", 1}, {"sai", 0}, {"s", 0}, {"false", 0}, {"f", 0}};
    char *tidy = text_tidy(text, length);
    char *plain = tidy == NULL ? NULL : text_fold_plain(tidy, strlen(tidy));
    int truth = -1;

    for (size_t i = 0; plain != NULL && i < sizeof words / sizeof words[0]; i++)
        truth = strcmp(plain, words[i].word) == 0 ? words[i].truth : truth;
    free(tidy);
    free(plain);
    return truth;
}

/* "Đúng" and "Sai" as the only choices. "D" and "S" would be too little to be sure of. */
static bool is_true_and_false(const struct draft *draft)
{
    if (draft->choice_count != 2 || draft->choices[0].text == NULL || draft->choices[1].text == NULL)
        return false;
    const char *first = draft->choices[0].text;
    const char *second = draft->choices[1].text;
    int one = strlen(first) < 3 ? -1 : draft_read_truth(first, strlen(first));
    int other = strlen(second) < 3 ? -1 : draft_read_truth(second, strlen(second));
    return one >= 0 && other >= 0 && one != other;
}

static void settle_truth(struct draft *draft)
{
    size_t right = draft->choices[0].right ? 0 : 1;

    draft->truth = draft_read_truth(draft->choices[right].text, strlen(draft->choices[right].text)) == 1;
    draft->kind = KIND_TRUEFALSE;
    for (size_t i = 0; i < draft->choice_count; i++)
        free(draft->choices[i].text);
    draft->choice_count = 0;
}

void draft_settle_choices(struct draft *draft)
{
    size_t rights = 0;

    for (size_t i = 0; i < draft->choice_count; i++)
        rights += draft->choices[i].right;
    draft->kind = rights > 1 ? KIND_MULTIPLE : KIND_SINGLE;
    draft->sure = rights > 0 && draft->doubt == NULL;
    if (rights == 0)
        draft_doubt(draft, "nothing says which answer is right");
    else if (rights == 1 && is_true_and_false(draft))
        settle_truth(draft);
}

void draft_settle_answer(struct draft *draft, const char *answer, size_t length)
{
    char *tidy = text_tidy(answer, length);
    struct answer_reading reading;

    if (tidy == NULL || tidy[0] == '\0') {
        draft->kind = KIND_TEXT;
        draft_doubt(draft, "it has no answer");
        free(tidy);
        return;
    }
    size_t tidy_length = strlen(tidy);
    int truth = draft_read_truth(tidy, tidy_length);
    enum answer_fault fault = kind_read_number(tidy, tidy_length, &reading);
    draft->sure = draft->doubt == NULL;
    if (truth >= 0 && tidy_length > 2) {
        draft->kind = KIND_TRUEFALSE;
        draft->truth = truth == 1;
    } else if (fault == ANSWER_READ || fault == ANSWER_AMBIGUOUS) {
        draft->kind = KIND_NUMBER;
        draft->low = draft->high = (int64_t)reading.value;
        if (fault == ANSWER_AMBIGUOUS)
            draft_doubt(draft, "the answer %.*s can be read as two numbers", shown(tidy, tidy_length), tidy);
    } else {
        draft->kind = KIND_TEXT;
        draft->rule = (struct text_rule){.ignore_case = true, .ignore_tone_place = true};
        draft_accept(draft, tidy, tidy_length);
    }
    free(tidy);
}
