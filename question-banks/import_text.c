/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests as teachers write them in Word: "Câu 1." and "A." to "D.", in lines or several choices on one.
 *
 * What says the right answer is gathered as evidence for each question and weighed at the end, because a table of
 * answers may stand there: a star, an answer line, the table, formatting. Where they disagree nothing is guessed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/answer_table.h"
#include "question-banks/evidence.h"
#include "question-banks/importer.h"
#include "question-banks/label.h"
#include "question-banks/memory.h"
#include "question-banks/text.h"

#define STEP 256
#define PAIRS_MAX LABEL_PAIRS_MAX
#define SHORT_ANSWER_MAX_BYTES 60

enum into { INTO_NOTHING, INTO_TEXT, INTO_CHOICE, INTO_EXPLAIN, INTO_SOURCE };

struct reader {
    struct import *import;
    size_t first;              /* drafts before it came from elsewhere */
    struct evidence *evidence; /* one a draft, from the first */
    size_t evidence_count;
    bool has_words;   /* questions are called "Câu 1", so a number alone begins none */
    bool has_numbers; /* or at least "1." */
    bool has_choices; /* or there are choices or answers, without which text alone is no test */
    bool full;        /* IMPORT_DRAFTS_MAX is reached */
    bool in_answers;  /* the table at the end has begun */
    size_t last_number;
    bool joined; /* the last line was joined to a choice */
    enum into into;
    const struct paragraph *next; /* behind the one that is read, or NULL */
    const struct paragraph *skip; /* it was read already */
    size_t part;                  /* of the test, by its last heading; 0: none yet */
    struct answer_table table;
};

static struct draft *current(const struct reader *reader)
{
    return reader->import->count == reader->first ? NULL : &reader->import->drafts[reader->import->count - 1];
}

static struct evidence *current_evidence(const struct reader *reader)
{
    return &reader->evidence[reader->evidence_count - 1];
}

static void begin_question(struct reader *reader, const struct paragraph *paragraph, size_t number)
{
    struct draft *draft = import_add(reader->import, paragraph->line);

    reader->full = draft == NULL;
    reader->into = draft == NULL ? INTO_NOTHING : INTO_TEXT;
    if (draft == NULL)
        return;
    if (reader->evidence_count % STEP == 0)
        reader->evidence = memory_grow(reader->evidence, reader->evidence_count + STEP, sizeof *reader->evidence);
    reader->evidence[reader->evidence_count++] = (struct evidence){.part = reader->part};
    draft->number = number;
    reader->last_number = number;
    reader->in_answers = false;
}

/* The formatting that every visible byte from `from` to `to` has. */
static uint8_t common_marks(const struct paragraph *paragraph, size_t from, size_t to)
{
    uint8_t common = UINT8_MAX;
    bool any = false;

    for (size_t i = from; paragraph->marks != NULL && i < to; i++) {
        if (paragraph->text[i] == ' ')
            continue;
        common &= paragraph->marks[i];
        any = true;
    }
    return any ? common : 0;
}

/* A choice found in a paragraph. */
struct found_choice {
    size_t index; /* of its letter */
    size_t label; /* where it begins, its star included */
    size_t text;
    size_t end;
    bool star;
};

/* Whether a choice's label stands at `at`. */
static bool choice_at(const char *text, size_t at, struct found_choice *out)
{
    size_t star = text[at] == '*' ? 1 + strspn(text + at + 1, " ") : 0;
    size_t length = label_choice(text + at + star, &out->index);

    *out = (struct found_choice){.index = out->index, .label = at, .text = at + star + length, .star = star > 0};
    return length > 0;
}

/* Where the label of choice `index` begins behind white space, from `at` on; the end if it does not. */
static size_t next_choice(const char *text, size_t at, size_t index)
{
    struct found_choice found = {0};

    for (; text[at] != '\0'; at++) {
        if (at > 0 && text[at - 1] == ' ' && text[at] != ' ' && choice_at(text, at, &found) && found.index == index)
            return at;
    }
    return at;
}

static void add_choice(struct reader *reader, const struct paragraph *paragraph, struct found_choice found)
{
    const char *text = paragraph->text;
    struct draft *draft = current(reader);
    struct evidence *evidence = current_evidence(reader);
    size_t end = found.end;

    while (end > found.text && text[end - 1] == ' ')
        end--;
    if (end > found.text && text[end - 1] == '*') {
        found.star = true;
        end--;
    }
    if (text[found.text] == '*' && found.text < end) { /* "B.* Huế" */
        found.star = true;
        found.text++;
    }
    if (found.index != draft->choice_count)
        draft_doubt(draft, "choice %c does not follow the one before it", (char)('A' + found.index));
    if (draft_add_choice(draft, text + found.text, end - found.text) == NULL)
        return;
    size_t index = draft->choice_count - 1;
    evidence->stars |= (uint32_t)found.star << index;
    size_t letter = found.label + strspn(text + found.label, "* ");
    evidence->labels[index] = common_marks(paragraph, letter, letter + 1); /* the dot behind it is often left out */
    evidence->texts[index] = common_marks(paragraph, found.text, end);
    reader->into = INTO_CHOICE;
    reader->joined = false;
}

/* Takes the choices that stand on one line from `at` on. */
static void take_choices(struct reader *reader, const struct paragraph *paragraph, size_t at)
{
    struct found_choice found = {0};

    while (paragraph->text[at] != '\0' && choice_at(paragraph->text, at, &found)) {
        found.end = next_choice(paragraph->text, found.text, found.index + 1);
        at = found.end;
        add_choice(reader, paragraph, found);
    }
}

/* The text of a question, and the choices that may follow it on the same line. */
static void take_question_text(struct reader *reader, const struct paragraph *paragraph, size_t from)
{
    const char *text = paragraph->text;
    size_t first = from == 0 ? next_choice(text, 0, 0) : next_choice(text, from - 1, 0);
    size_t second = text[first] == '\0' ? first : next_choice(text, first + 1, 1);
    bool inlined = text[first] != '\0' && text[second] != '\0';

    if (first > from || !inlined)
        draft_append(&current(reader)->text, text + from, (inlined ? first : strlen(text)) - from);
    if (inlined)
        take_choices(reader, paragraph, first);
}

static void keep_pairs(struct reader *reader, const struct answer_pair *pairs, size_t count, size_t line)
{
    answer_table_add(&reader->table, pairs, count, line);
    reader->into = INTO_NOTHING;
}

/* A row of numbers, if the next line has a letter below each. */
static bool take_rows(struct reader *reader, const struct paragraph *paragraph)
{
    struct answer_pair pairs[PAIRS_MAX];
    size_t count = reader->next == NULL ? 0 : label_rows(paragraph->text, reader->next->text, pairs, PAIRS_MAX);

    if (count == 0)
        return false;
    keep_pairs(reader, pairs, count, paragraph->line);
    reader->skip = reader->next;
    return true;
}

static bool has_number(const struct reader *reader, size_t number)
{
    for (size_t i = reader->first; i < reader->import->count; i++) {
        if (reader->import->drafts[i].number == number)
            return true;
    }
    return false;
}

/* The questions as a table may mean them: counted, if the test numbers none. The caller's. */
static struct numbered *numbered_questions(struct reader *reader)
{
    struct numbered *questions = memory_new(reader->evidence_count, sizeof *questions);

    for (size_t i = 0; i < reader->evidence_count; i++) {
        struct draft *draft = &reader->import->drafts[reader->first + i];
        bool counted = draft->number == 0 && !reader->has_words && !reader->has_numbers;
        questions[i] = (struct numbered){.part = reader->evidence[i].part,
                                         .number = counted ? i + 1 : draft->number,
                                         .draft = draft,
                                         .evidence = &reader->evidence[i]};
    }
    return questions;
}

/* Whether what stands behind a number in the table can be that question's answer in words. */
static bool can_be_answer(const struct draft *draft, const char *answer)
{
    uint32_t mask = 0;

    if (draft->choice_count == 0)
        return answer[0] != '\0' && strlen(answer) < SHORT_ANSWER_MAX_BYTES;
    return draft->choice_count > 1 && label_truths(answer, draft->choice_count, &mask);
}

/* "Câu 1: a) Đ b) S …" or "Câu 3: 12,5" in the table. */
static bool take_worded_answer(struct reader *reader, const struct paragraph *paragraph)
{
    size_t number = 0;
    size_t at = label_question(paragraph->text, &number);
    const char *answer = paragraph->text + (at > 0 ? at : label_number(paragraph->text, &number));

    if (!reader->in_answers || number == 0)
        return false;
    struct numbered *questions = numbered_questions(reader);
    const struct numbered *question = answer_table_find(questions, reader->evidence_count, reader->table.part, number);
    bool taken = question != NULL && can_be_answer(question->draft, answer);
    if (taken && question->evidence->answer != NULL)
        draft_doubt(question->draft, "it has two answer lines");
    else if (taken)
        question->evidence->answer = memory_copy(answer, strlen(answer));
    free(questions);
    return taken;
}

/* "PHẦN II": of the test, or of its table of answers. */
static bool take_part(struct reader *reader, const struct paragraph *paragraph)
{
    size_t part = label_part(paragraph->text);
    bool capitals = strncmp(paragraph->text, "PH", 2) == 0 || strncmp(paragraph->text, "PA", 2) == 0;

    if (part == 0 || (reader->into == INTO_TEXT && !capitals)) /* "Phần 1 của bài …" may be a question's second line */
        return false;
    *(reader->in_answers ? &reader->table.part : &reader->part) = part;
    reader->last_number = 0;
    reader->into = INTO_NOTHING;
    return true;
}

/* The table of answers, in any of its forms. */
static bool take_table(struct reader *reader, const struct paragraph *paragraph)
{
    struct answer_pair pairs[PAIRS_MAX];
    size_t count = label_pairs(paragraph->text, pairs, PAIRS_MAX);

    if (count >= 2 || (count == 1 && (reader->in_answers || has_number(reader, pairs[0].number)))) {
        keep_pairs(reader, pairs, count, paragraph->line);
        return true;
    }
    return take_rows(reader, paragraph);
}

static const char *const answer_labels[] = {
    "dap an dung la", "dap an dung", "dap an la", "dap an",      "dap so", "tra loi",
    "correct answer", "answer",      "key",       "chon dap an", "chon",   NULL};
static const char *const explain_labels[] = {"giai thich",  "loi giai", "huong dan giai",
                                             "explanation", "feedback", NULL};
static const char *const source_labels[] = {"nguon", "source", NULL};
static const char *const topic_labels[] = {"chu de", "topic", NULL};

/* `label` and a colon: where what it names begins, 0 if it is not there. */
static size_t named(const char *text, const char *const *labels)
{
    size_t at = label_match_any(text, labels);

    at += at > 0 ? strspn(text + at, " ") : 0;
    return at > 0 && text[at] == ':' ? at + 1 + strspn(text + at + 1, " ") : 0;
}

/* Where the answer of "Đáp án: B", "ĐA: B" or "Chọn B" begins; 0 if the line is none. */
static size_t answer_at(const char *text, const struct draft *draft)
{
    size_t at = named(text, answer_labels);
    size_t word = label_match_any(text, answer_labels);
    uint32_t mask = 0;

    if (strncmp(text, "ĐA", strlen("ĐA")) == 0)
        word = strlen("ĐA") + strspn(text + strlen("ĐA"), " :");
    if (at > 0 || word == 0)
        return at;
    return label_letters(text + word, draft->choice_count, &mask) ? word + strspn(text + word, " ") : 0;
}

static bool take_answer(struct reader *reader, const struct paragraph *paragraph)
{
    const char *text = paragraph->text;
    struct draft *draft = current(reader);
    size_t at = draft == NULL ? 0 : answer_at(text, draft);

    if (at > 0 && text[at + strspn(text + at, "._ ")] == '\0')
        return true; /* dots to write an answer on */
    if (at == 0) {
        bool heading = label_is_table_heading(text);
        reader->in_answers = reader->in_answers || heading;
        reader->into = heading ? INTO_NOTHING : reader->into;
        return heading;
    }
    struct evidence *evidence = current_evidence(reader);
    if (evidence->answer != NULL)
        draft_doubt(draft, "it has two answer lines");
    else
        evidence->answer = memory_copy(text + at, strlen(text + at));
    reader->into = INTO_NOTHING;
    return true;
}

static bool take_named(struct reader *reader, const struct paragraph *paragraph)
{
    const char *text = paragraph->text;
    struct draft *draft = current(reader);
    size_t explain = named(text, explain_labels);
    size_t source = named(text, source_labels);
    size_t topic = named(text, topic_labels);

    if (draft == NULL || explain + source + topic == 0)
        return false;
    if (explain > 0)
        draft_append(&draft->explain, text + explain, strlen(text + explain));
    else if (source > 0)
        draft_append(&draft->source, text + source, strlen(text + source));
    else
        draft_set(&draft->topic, text + topic, strlen(text + topic));
    reader->into = explain > 0 ? INTO_EXPLAIN : source > 0 ? INTO_SOURCE : INTO_NOTHING;
    return true;
}

/* Where the text of a new question begins in `text`, or 0 if none begins here. */
static size_t question_start(const struct reader *reader, const char *text, size_t *number)
{
    size_t at = label_question(text, number);

    if (at > 0 || reader->has_words)
        return at;
    at = label_number(text, number);
    return at > 0 && (*number == reader->last_number + 1 || reader->last_number == 0) ? at : 0;
}

/* In tests without numbers a question begins where text follows choices or an answer. */
static bool begins_unnumbered(const struct reader *reader)
{
    const struct draft *draft = current(reader);

    if (reader->has_words || reader->has_numbers || reader->in_answers || !reader->has_choices)
        return false;
    return draft == NULL || (reader->into != INTO_TEXT && draft->choice_count + (reader->into == INTO_NOTHING) > 0);
}

static void join_to_choice(struct reader *reader, const struct paragraph *paragraph)
{
    struct draft *draft = current(reader);
    int length = shown(paragraph->text, strlen(paragraph->text));

    reader->joined = true;
    import_warn(reader->import, paragraph->line, "was joined to the choice above it: %.*s", length, paragraph->text);
    draft_append(&draft->choices[draft->choice_count - 1].text, paragraph->text, strlen(paragraph->text));
}

static void append(struct reader *reader, const struct paragraph *paragraph)
{
    const char *text = paragraph->text;
    struct draft *draft = current(reader);

    if (label_is_footer(text)) {
        import_warn(reader->import, paragraph->line, "was left out: %.*s", shown(text, strlen(text)), text);
        return;
    }
    if (label_is_end(text) || (label_is_heading(text) && reader->into != INTO_TEXT))
        reader->into = INTO_NOTHING;
    switch (reader->into) {
    case INTO_TEXT:
        take_question_text(reader, paragraph, 0);
        break;
    case INTO_CHOICE:
        join_to_choice(reader, paragraph);
        break;
    case INTO_EXPLAIN:
        draft_append(&draft->explain, text, strlen(text));
        break;
    case INTO_SOURCE:
        draft_append(&draft->source, text, strlen(text));
        break;
    case INTO_NOTHING:
        import_warn(reader->import, paragraph->line, "belongs to no question: %.*s", shown(text, strlen(text)), text);
        break;
    }
}

static bool take_choice_line(struct reader *reader, const struct paragraph *paragraph)
{
    struct found_choice found = {0};
    struct draft *draft = current(reader);

    if (draft == NULL || reader->in_answers || !choice_at(paragraph->text, 0, &found))
        return false;
    bool small = paragraph->text[found.star ? strspn(paragraph->text, "* ") : 0] >= 'a';
    if (small && found.index != draft->choice_count)
        return false;
    bool again = found.index == 0 && draft->choice_count > 0;
    if (again && reader->joined)
        draft_doubt(draft, "the text behind its last choice may be the next question's");
    if (again)
        begin_question(reader, paragraph, 0);
    if (!reader->full)
        take_choices(reader, paragraph, 0);
    return true;
}

static void take_paragraph(struct reader *reader, const struct paragraph *paragraph)
{
    size_t number = 0;

    if (paragraph->text[0] == '\0' || reader->full || paragraph == reader->skip)
        return;
    if (take_table(reader, paragraph) || take_part(reader, paragraph) || take_worded_answer(reader, paragraph))
        return;
    size_t at = question_start(reader, paragraph->text, &number);
    if (at > 0) {
        begin_question(reader, paragraph, number);
        if (reader->into == INTO_TEXT)
            take_question_text(reader, paragraph, at);
        return;
    }
    if (take_choice_line(reader, paragraph) || take_answer(reader, paragraph) || take_named(reader, paragraph))
        return;
    if (begins_unnumbered(reader))
        begin_question(reader, paragraph, 0);
    if (!reader->full)
        append(reader, paragraph);
}

static void look_for_numbers(struct reader *reader, const struct paragraphs *paragraphs)
{
    struct answer_pair pairs[1];
    struct found_choice found = {0};
    size_t number = 0;

    for (size_t i = 0; i < paragraphs->count; i++) {
        const char *text = paragraphs->list[i].text;
        if (label_pairs(text, pairs, 1) > 0)
            continue;
        reader->has_choices = reader->has_choices || choice_at(text, 0, &found) || named(text, answer_labels) > 0;
        reader->has_words = reader->has_words || label_question(text, &number) > 0;
        reader->has_numbers = reader->has_numbers || label_number(text, &number) > 0;
    }
}

enum import_status import_paragraphs(const struct paragraphs *paragraphs, struct import *import)
{
    struct reader reader = {.import = import, .first = import->count};

    look_for_numbers(&reader, paragraphs);
    for (size_t i = 0; i < paragraphs->count; i++) {
        reader.next = i + 1 < paragraphs->count ? &paragraphs->list[i + 1] : NULL;
        take_paragraph(&reader, &paragraphs->list[i]);
    }
    struct numbered *questions = numbered_questions(&reader);
    answer_table_apply(&reader.table, questions, reader.evidence_count, import);
    free(questions);
    for (size_t i = 0; i < reader.evidence_count; i++) {
        evidence_settle(&reader.evidence[i], &import->drafts[reader.first + i]);
        free(reader.evidence[i].answer);
    }
    free(reader.evidence);
    answer_table_clear(&reader.table);
    return import->count == 0 ? IMPORT_NOTHING : IMPORT_OK;
}

enum import_status import_text(const char *text, size_t length, struct import *import)
{
    struct paragraphs paragraphs = {0};
    const char *end = text + length;
    size_t line = 1;

    for (const char *from = text; from < end; line++) {
        const char *stop = memchr(from, '\n', (size_t)(end - from));
        stop = stop == NULL ? end : stop;
        char *tidy = text_tidy(from, (size_t)(stop - from));
        if (tidy != NULL)
            paragraphs_add(&paragraphs, tidy, NULL, line);
        from = stop + 1;
    }
    enum import_status status = import_paragraphs(&paragraphs, import);
    paragraphs_clear(&paragraphs);
    return status;
}
