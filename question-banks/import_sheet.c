/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row a question: .csv, .xlsx, tables in Word, and Kahoot's template, which is such a sheet. Columns are found by
 * what the header calls them, never by where they stand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/importer.h"
#include "question-banks/label.h"
#include "question-banks/text.h"

#define HEADER_ROWS_MAX 20 /* Kahoot's template has a title and rules above its header */

enum column {
    COLUMN_NONE,
    COLUMN_TEXT,
    COLUMN_CHOICE,
    COLUMN_CORRECT,
    COLUMN_KIND,
    COLUMN_IGNORE,
    COLUMN_EXPLAIN,
    COLUMN_SOURCE,
    COLUMN_TOPIC,
    COLUMN_DIFFICULTY,
    COLUMN_LIMIT,
    COLUMN_WEIGHT,
    COLUMN_COUNT
};

/* Names without case and diacritics; the first that fits the front of a header cell. Longer ones stand first. */
static const struct {
    const char *name;
    enum column column;
} names[] = {
    {"cau hoi", COLUMN_TEXT},
    {"noi dung cau hoi", COLUMN_TEXT},
    {"noi dung", COLUMN_TEXT},
    {"de bai", COLUMN_TEXT},
    {"question text", COLUMN_TEXT},
    {"question", COLUMN_TEXT},
    {"dap an dung", COLUMN_CORRECT},
    {"cau tra loi dung", COLUMN_CORRECT},
    {"dap an", COLUMN_CORRECT},
    {"correct answer(s)", COLUMN_CORRECT},
    {"correct answers", COLUMN_CORRECT},
    {"correct answer", COLUMN_CORRECT},
    {"correct", COLUMN_CORRECT},
    {"answer", COLUMN_CORRECT},
    {"key", COLUMN_CORRECT},
    {"loai", COLUMN_KIND},
    {"kind", COLUMN_KIND},
    {"question type", COLUMN_KIND},
    {"type", COLUMN_KIND},
    {"bo qua", COLUMN_IGNORE},
    {"ignore", COLUMN_IGNORE},
    {"giai thich", COLUMN_EXPLAIN},
    {"loi giai", COLUMN_EXPLAIN},
    {"explanation", COLUMN_EXPLAIN},
    {"explain", COLUMN_EXPLAIN},
    {"nguon", COLUMN_SOURCE},
    {"source", COLUMN_SOURCE},
    {"chu de", COLUMN_TOPIC},
    {"topic", COLUMN_TOPIC},
    {"category", COLUMN_TOPIC},
    {"do kho", COLUMN_DIFFICULTY},
    {"difficulty", COLUMN_DIFFICULTY},
    {"thoi gian", COLUMN_LIMIT},
    {"time limit", COLUMN_LIMIT},
    {"time", COLUMN_LIMIT},
    {"trong so", COLUMN_WEIGHT},
    {"diem", COLUMN_WEIGHT},
    {"weight", COLUMN_WEIGHT},
};
static const char *const choice_names[] = {"dap an", "phuong an", "lua chon", "cau tra loi", "tra loi",
                                           "answer", "option",    "choice",   NULL};

/* Which column stands where. */
struct header {
    size_t row;
    size_t at[COLUMN_COUNT];           /* one more than the place, 0: none */
    size_t choices[DRAFT_CHOICES_MAX]; /* the same */
    size_t choice_count;               /* one more than the last of them */
};

static const char *cell(const struct sheet_row *row, size_t column)
{
    return column < row->count && row->cells[column] != NULL ? row->cells[column] : "";
}

static const char *field(const struct sheet_row *row, const struct header *header, enum column column)
{
    return header->at[column] == 0 ? "" : cell(row, header->at[column] - 1);
}

/* "A", "Đáp án A", "Answer 1 - max 75 characters": which choice, or -1. */
static int choice_of(const char *name)
{
    size_t at = label_match_any(name, choice_names);
    char *end = NULL;

    at += strspn(name + at, " ");
    char letter = (char)(name[at] & ~0x20);
    char behind = name[at] == '\0' ? '\0' : name[at + 1];
    if (letter >= 'A' && letter <= 'Z' && (behind == '\0' || behind == ' ' || behind == '.' || behind == ')'))
        return at == 0 && (behind == ' ' || letter > 'H') ? -1 : letter - 'A';
    unsigned long number = at == 0 || name[at] < '0' || name[at] > '9' ? 0 : strtoul(name + at, &end, 10);
    return number >= 1 && number <= DRAFT_CHOICES_MAX ? (int)number - 1 : -1;
}

static enum column column_of(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (label_match(name, names[i].name) > 0)
            return names[i].column;
    }
    return COLUMN_NONE;
}

static void read_header_cell(struct header *header, const char *raw, size_t place)
{
    char *name = text_tidy(raw, strlen(raw));
    int choice = name == NULL || name[0] == '\0' ? -1 : choice_of(name);
    enum column column = name == NULL || choice >= 0 ? COLUMN_NONE : column_of(name);

    if (choice >= 0 && header->choices[choice] == 0) {
        header->choices[choice] = place + 1;
        header->choice_count = header->choice_count > (size_t)choice ? header->choice_count : (size_t)choice + 1;
    } else if (column != COLUMN_NONE && header->at[column] == 0) {
        header->at[column] = place + 1;
    }
    free(name);
}

static bool find_header(const struct sheet *sheet, struct header *out)
{
    for (size_t i = 0; i < sheet->count && i < HEADER_ROWS_MAX; i++) {
        *out = (struct header){.row = i};
        for (size_t j = 0; j < sheet->rows[i].count; j++)
            read_header_cell(out, cell(&sheet->rows[i], j), j);
        if (out->at[COLUMN_TEXT] > 0 && (out->at[COLUMN_CORRECT] > 0 || out->choice_count >= 2))
            return true;
    }
    return false;
}

bool sheet_has_header(const struct sheet *sheet)
{
    struct header header;

    return find_header(sheet, &header);
}

/* A whole number from 1 to `max`, or 0. */
static unsigned small_number(const char *text, unsigned max)
{
    struct answer_reading reading;
    bool read = kind_read_number(text, strlen(text), &reading) == ANSWER_READ;
    int64_t number = (int64_t)reading.value;

    return read && number > 0 && number <= (int64_t)max * KIND_NUMBER_SCALE && number % KIND_NUMBER_SCALE == 0
               ? (unsigned)(number / KIND_NUMBER_SCALE)
               : 0;
}

/* "1,3" or "2": numbers of choices, as Kahoot has them. */
static bool read_numbers(const char *text, size_t count, uint32_t *mask)
{
    *mask = 0;
    for (text += strspn(text, " ,;"); *text != '\0'; text += strspn(text, " ,;")) {
        size_t digits = strspn(text, "0123456789");
        unsigned long number = digits > 0 && digits < 3 ? strtoul(text, NULL, 10) : 0;
        if (number == 0 || number > count)
            return false;
        mask[0] |= 1u << (number - 1);
        text += digits;
    }
    return *mask != 0;
}

/* The choices whose text the cell repeats. */
static uint32_t same_text(const struct draft *draft, const char *text)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < draft->choice_count; i++) {
        if (draft->choices[i].text != NULL && strcmp(draft->choices[i].text, text) == 0)
            mask |= 1u << i;
    }
    return mask;
}

static void settle_letters(struct draft *draft, uint32_t letters)
{
    for (size_t i = 0; i < draft->choice_count; i++)
        draft->choices[i].right = (letters >> i & 1) != 0;
    draft_settle_choices(draft);
}

/* What the cell says as a letter, as a number and as a text; if two of them differ, nothing is sure. */
static void settle_ticks(struct draft *draft, const char *correct)
{
    uint32_t said[3] = {0};
    uint32_t all = 0;

    if (!label_letters(correct, draft->choice_count, &said[0]))
        said[0] = 0;
    if (!read_numbers(correct, draft->choice_count, &said[1]))
        said[1] = 0;
    said[2] = same_text(draft, correct);
    for (size_t i = 0; i < 3; i++) {
        if (said[i] != 0 && all != 0 && said[i] != all)
            draft_doubt(draft, "\"%.*s\" names one choice and is another one's text", shown(correct, strlen(correct)),
                        correct);
        all = all == 0 ? said[i] : all;
    }
    if (all == 0 && correct[0] != '\0')
        draft_doubt(draft, "\"%.*s\" is none of its choices", shown(correct, strlen(correct)), correct);
    settle_letters(draft, all);
}

static void settle_statements(struct draft *draft, const char *correct)
{
    uint32_t mask = 0;

    draft->kind = KIND_STATEMENTS;
    draft->sure = label_truths(correct, draft->choice_count, &mask);
    if (!draft->sure)
        draft_doubt(draft, "\"%.*s\" does not say true or false of each statement", shown(correct, strlen(correct)),
                    correct);
    for (size_t i = 0; i < draft->choice_count; i++)
        draft->choices[i].right = (mask >> i & 1) != 0;
}

/* "C, A, B": the letters in the right order. */
static void settle_order(struct draft *draft, const char *correct)
{
    uint32_t seen = 0;
    size_t place = 0;

    draft->kind = KIND_ORDER;
    for (; *correct != '\0'; correct++) {
        size_t index = (size_t)((*correct | 0x20) - 'a');
        if (strchr(" ,;>-", *correct) != NULL)
            continue;
        if (index >= draft->choice_count || (seen >> index & 1) != 0)
            break;
        seen |= 1u << index;
        draft->choices[index].place = (uint8_t)place++;
    }
    draft->sure = *correct == '\0' && place == draft->choice_count;
    if (!draft->sure)
        draft_doubt(draft, "its answer is not all of its letters in an order");
}

static void settle_match(struct draft *draft)
{
    draft->kind = KIND_MATCH;
    draft->sure = true;
    for (size_t i = 0; i < draft->choice_count; i++) {
        struct draft_choice *choice = &draft->choices[i];
        char *arrow = choice->text == NULL ? NULL : strstr(choice->text, "->");
        if (arrow == NULL) {
            draft_doubt(draft, "a pair is not written as \"left -> right\"");
            continue;
        }
        draft_set(&choice->pair, arrow + 2, strlen(arrow + 2));
        char *whole = choice->text;
        choice->text = NULL;
        draft_set(&choice->text, whole, (size_t)(arrow - whole));
        free(whole);
    }
}

static void settle_text(struct draft *draft, const char *correct, const char *ignore)
{
    draft->kind = KIND_TEXT;
    draft->rule = (struct text_rule){.ignore_case = strstr(ignore, "case") != NULL,
                                     .ignore_diacritics = strstr(ignore, "diacritics") != NULL,
                                     .ignore_tone_place = strstr(ignore, "tone-place") != NULL};
    while (*correct != '\0') {
        size_t length = strcspn(correct, "|");
        draft_accept(draft, correct, length);
        correct += length + (correct[length] == '|');
    }
    draft->sure = draft->accept_count > 0;
}

static void settle_number(struct draft *draft, const char *correct)
{
    const char *dots = strstr(correct, "..");
    size_t length = dots == NULL ? strlen(correct) : (size_t)(dots - correct);
    const char *high = dots == NULL ? correct : dots + 2;
    struct answer_reading from;
    struct answer_reading to;

    draft->kind = KIND_NUMBER;
    draft->sure = kind_read_number(correct, length, &from) == ANSWER_READ &&
                  kind_read_number(high, strlen(high), &to) == ANSWER_READ;
    if (!draft->sure) {
        draft_doubt(draft, "\"%.*s\" is not one number, and no range", shown(correct, strlen(correct)), correct);
        return;
    }
    draft->low = (int64_t)from.value;
    draft->high = (int64_t)to.value;
}

static enum kind kind_of(const char *name)
{
    char *plain = text_fold_plain(name, strlen(name));
    enum kind kind = plain == NULL ? KIND_COUNT : kind_from_name(plain);

    free(plain);
    return kind;
}

static void settle(struct import *import, struct draft *draft, const struct sheet_row *row, const struct header *header)
{
    char *correct = text_tidy(field(row, header, COLUMN_CORRECT), strlen(field(row, header, COLUMN_CORRECT)));
    enum kind kind = kind_of(field(row, header, COLUMN_KIND));

    uint32_t letters = 0;
    bool ticks = (kind == KIND_SINGLE || kind == KIND_MULTIPLE) && correct != NULL &&
                 label_letters(correct, draft->choice_count, &letters);

    if (correct == NULL)
        draft_doubt(draft, "its answer is no text");
    else if (ticks) /* who names the kind writes letters, even where a letter is also a choice's text */
        settle_letters(draft, letters);
    else if (kind == KIND_ORDER)
        settle_order(draft, correct);
    else if (kind == KIND_STATEMENTS)
        settle_statements(draft, correct);
    else if (kind == KIND_MATCH)
        settle_match(draft);
    else if (kind == KIND_TEXT)
        settle_text(draft, correct, field(row, header, COLUMN_IGNORE));
    else if (kind == KIND_NUMBER)
        settle_number(draft, correct);
    else if (draft->choice_count > 0)
        settle_ticks(draft, correct);
    else
        draft_settle_answer(draft, correct, strlen(correct));
    if (kind == KIND_MULTIPLE && draft->kind == KIND_SINGLE)
        draft->kind = KIND_MULTIPLE;
    if (kind == KIND_COUNT && draft->sure && draft->kind == KIND_MULTIPLE)
        import_warn(import, row->line, "has several right answers: all of them will have to be ticked");
    free(correct);
}

/* Empty cells between two choices would move the letters behind them: then the letters mean nothing sure. */
static void read_choices(struct draft *draft, const struct sheet_row *row, const struct header *header)
{
    bool gap = false;

    for (size_t i = 0; i < header->choice_count; i++) {
        const char *text = header->choices[i] == 0 ? "" : cell(row, header->choices[i] - 1);
        bool empty = text[strspn(text, " \t\r\n")] == '\0';
        if (!empty && gap)
            draft_doubt(draft, "a choice before the last one is empty");
        if (!empty)
            draft_add_choice(draft, text, strlen(text));
        gap = gap || empty;
    }
}

static void set_field(char **into, const struct sheet_row *row, const struct header *header, enum column column)
{
    const char *text = field(row, header, column);

    draft_set(into, text, strlen(text));
}

static void read_row(struct import *import, const struct sheet_row *row, const struct header *header)
{
    const char *text = field(row, header, COLUMN_TEXT);
    const char *weight = field(row, header, COLUMN_WEIGHT);
    const char *limit = field(row, header, COLUMN_LIMIT);
    bool filled = false;

    for (size_t i = 0; i < row->count; i++)
        filled = filled || cell(row, i)[strspn(cell(row, i), " \t\r\n")] != '\0';
    if (!filled)
        return;
    if (text[strspn(text, " \t\r\n")] == '\0') {
        import_warn(import, row->line, "has no question in its cell");
        return;
    }
    struct draft *draft = import_add(import, row->line);
    if (draft == NULL)
        return;
    set_field(&draft->text, row, header, COLUMN_TEXT);
    set_field(&draft->explain, row, header, COLUMN_EXPLAIN);
    set_field(&draft->source, row, header, COLUMN_SOURCE);
    set_field(&draft->topic, row, header, COLUMN_TOPIC);
    draft->difficulty = small_number(field(row, header, COLUMN_DIFFICULTY), 3);
    draft->limit_s = small_number(limit, 3600);
    draft->weight = weight[0] == '0' && weight[1] == '\0' ? 0 : (int)small_number(weight, 100);
    if (draft->weight == 0 && weight[0] != '0')
        draft->weight = -1;
    if (limit[0] != '\0' && draft->limit_s == 0)
        import_warn(import, row->line, "time \"%.*s\" is not a number of seconds", shown(limit, strlen(limit)), limit);
    read_choices(draft, row, header);
    settle(import, draft, row, header);
}

enum import_status import_sheet(const struct sheet *sheet, struct import *import)
{
    struct header header;

    if (!find_header(sheet, &header)) {
        import_warn(import, 1,
                    "no row names the columns; expected one with \"Câu hỏi\", \"A\" to \"D\" and \"Đáp án\"");
        return IMPORT_UNREADABLE;
    }
    for (size_t i = header.row + 1; i < sheet->count && !import->full; i++)
        read_row(import, &sheet->rows[i], &header);
    if (sheet->count == SHEET_ROWS_MAX)
        import_warn(import, SHEET_ROWS_MAX, "more than %d rows; the rest was left out", SHEET_ROWS_MAX);
    return import->count == 0 ? IMPORT_NOTHING : IMPORT_OK;
}
