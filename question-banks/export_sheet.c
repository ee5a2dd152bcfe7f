/* SPDX-License-Identifier: Apache-2.0 */
/* One row a question, for .csv and .xlsx: all kinds but predictions, in the columns that import_sheet.c reads. */
#include <stdlib.h>
#include <string.h>
#include "question-banks/exporter.h"
#include "question-banks/memory.h"

enum place {
    PLACE_KIND,
    PLACE_TEXT,
    PLACE_CHOICES,
    PLACE_CORRECT = PLACE_CHOICES + CHOICES_MAX,
    PLACE_IGNORE,
    PLACE_EXPLAIN,
    PLACE_SOURCE,
    PLACE_TOPIC,
    PLACE_DIFFICULTY,
    PLACE_TIME,
    PLACE_WEIGHT,
    PLACE_COUNT
};
_Static_assert((int)PLACE_COUNT == SHEET_HEADER_COUNT, "a header for each place");

const char *const sheet_headers[SHEET_HEADER_COUNT] = {
    [PLACE_KIND] = "kind",       [PLACE_TEXT] = "question",
    [PLACE_CHOICES] = "A",       [PLACE_CHOICES + 1] = "B",
    [PLACE_CHOICES + 2] = "C",   [PLACE_CHOICES + 3] = "D",
    [PLACE_CHOICES + 4] = "E",   [PLACE_CHOICES + 5] = "F",
    [PLACE_CHOICES + 6] = "G",   [PLACE_CHOICES + 7] = "H",
    [PLACE_CORRECT] = "correct", [PLACE_IGNORE] = "ignore",
    [PLACE_EXPLAIN] = "explain", [PLACE_SOURCE] = "source",
    [PLACE_TOPIC] = "topic",     [PLACE_DIFFICULTY] = "difficulty",
    [PLACE_TIME] = "time",       [PLACE_WEIGHT] = "weight",
};

static char *copy(const char *text)
{
    return text == NULL ? NULL : memory_copy(text, strlen(text));
}

static char *number(unsigned value)
{
    char text[16];

    snprintf(text, sizeof text, "%u", value);
    return copy(text);
}

/* "1.234" could be a thousand: a fourth decimal says that it is not. */
static void write_scaled(FILE *out, int64_t scaled)
{
    char text[SCALED_SIZE];
    const char *point = strchr(plain_scaled(scaled, text), '.');

    fprintf(out, "%s%s", text, point != NULL && strlen(point) == 4 ? "0" : "");
}

static void write_accepted(struct export *export, const struct plain_question *plain, FILE *out)
{
    const struct question *question = plain->question;
    size_t written = 0;

    for (size_t i = 0; i < question->accept_count; i++) {
        if (strchr(question->accept[i], '|') != NULL)
            export_lost(export, plain, "an accepted form with | in it was left out");
        else
            fprintf(out, "%s%s", written++ == 0 ? "" : "|", question->accept[i]);
    }
}

static void write_letters(const struct plain_question *plain, FILE *out)
{
    const char *comma = "";

    for (size_t i = 0; i < plain->question->shape.choice_count; i++) {
        if (!plain_is_right(plain, i))
            continue;
        fprintf(out, "%s%c", comma, (char)('A' + i));
        comma = ",";
    }
}

static void write_range(const struct key_range *range, FILE *out)
{
    write_scaled(out, range->low);
    if (range->low == range->high)
        return;
    fputs("..", out);
    write_scaled(out, range->high);
}

static void write_each(const struct plain_question *plain, FILE *out)
{
    bool order = plain->question->shape.kind == KIND_ORDER;

    for (size_t i = 0; i < plain->question->shape.choice_count; i++) {
        fputs(i == 0 ? "" : ",", out);
        if (order)
            fputc('A' + plain_placed(plain, i), out);
        else
            fputs(plain_statement(plain, i) ? "Đ" : "S", out);
    }
}

static void write_correct(struct export *export, const struct plain_question *plain, FILE *out)
{
    switch (plain->question->shape.kind) {
    case KIND_SINGLE:
    case KIND_MULTIPLE:
        write_letters(plain, out);
        break;
    case KIND_TRUEFALSE:
        fputs(plain_truth(plain) ? "true" : "false", out);
        break;
    case KIND_NUMBER:
        write_range(plain->question->key.ranges, out);
        break;
    case KIND_TEXT:
        write_accepted(export, plain, out);
        break;
    case KIND_STATEMENTS:
    case KIND_ORDER:
        write_each(plain, out);
        break;
    case KIND_MATCH:
    case KIND_PREDICTION:
    case KIND_COUNT:
        break;
    }
}

static char *correct_of(struct export *export, const struct plain_question *plain)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    write_correct(export, plain, out);
    fclose(out);
    return text;
}

static char *ignored_of(const struct text_rule *rule)
{
    char text[64];

    snprintf(text, sizeof text, "%s%s%s", rule->ignore_case ? "case " : "",
             rule->ignore_diacritics ? "diacritics " : "", rule->ignore_tone_place ? "tone-place" : "");
    return text[0] == '\0' ? NULL : copy(text);
}

static void set_pair(char **cell, const char *left, const char *right)
{
    if (asprintf(cell, "%s -> %s", left, right) < 0)
        abort();
}

static bool set_pairs(struct export *export, const struct plain_question *plain, char **cells)
{
    const struct shape *shape = &plain->question->shape;
    size_t used_count = shape->choice_count;
    uint32_t used = 0;

    for (size_t i = 0; i < shape->choice_count; i++) {
        int right = plain_placed(plain, i);
        if (strstr(plain->choices[i], "->") != NULL) {
            export_lost(export, plain, "a sheet cannot hold -> inside of a left side; the question was left out");
            return false;
        }
        set_pair(&cells[i], plain->choices[i], plain->rights[right]);
        used |= 1u << right;
    }
    for (size_t i = 0; i < shape->right_count; i++) {
        if ((used >> i & 1) == 0)
            set_pair(&cells[used_count++], "", plain->rights[i]);
    }
    return true;
}

bool sheet_cells(struct export *export, const struct plain_question *plain, char *cells[SHEET_HEADER_COUNT])
{
    const struct question *question = plain->question;

    if (question->shape.kind == KIND_PREDICTION) {
        export_lost(export, plain, "a sheet has no such kind of question; it was left out");
        return false;
    }
    cells[PLACE_KIND] = copy(kind_name(question->shape.kind));
    cells[PLACE_TEXT] = copy(plain->text);
    if (question->shape.kind == KIND_MATCH && !set_pairs(export, plain, cells + PLACE_CHOICES))
        return false;
    for (size_t i = 0; i < question->shape.choice_count && question->shape.kind != KIND_MATCH; i++)
        cells[PLACE_CHOICES + i] = copy(plain->choices[i]);
    cells[PLACE_CORRECT] = correct_of(export, plain);
    cells[PLACE_IGNORE] = ignored_of(&question->rule);
    cells[PLACE_EXPLAIN] = copy(plain->explain);
    cells[PLACE_SOURCE] = copy(plain->source);
    cells[PLACE_TOPIC] = copy(question->topic);
    cells[PLACE_DIFFICULTY] = question->difficulty == 0 ? NULL : number(question->difficulty);
    cells[PLACE_TIME] = question->limit_ms == 0 ? NULL : number(question->limit_ms / 1000);
    cells[PLACE_WEIGHT] = number(question->weight);
    return true;
}

/* What a spreadsheet would take for a formula. Numbers are none. */
static bool is_formula(const char *text)
{
    struct answer_reading reading;

    return text[0] != '\0' && strchr("=+-@", text[0]) != NULL &&
           kind_read_number(text, strlen(text), &reading) != ANSWER_READ;
}

static void write_cell(FILE *out, const char *text)
{
    bool quoted = strpbrk(text, ",\"\r\n") != NULL || text[0] == ' ';

    fputs(quoted ? "\"" : "", out);
    if (is_formula(text))
        fputc('\'', out); /* import takes it off again */
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputs(quoted ? "\"" : "", out);
}

bool csv_write(struct export *export, const struct plain_question *plain)
{
    char *cells[SHEET_HEADER_COUNT] = {NULL};
    bool held = sheet_cells(export, plain, cells);

    for (size_t i = 0; i < SHEET_HEADER_COUNT; i++) {
        if (held && cells[i] != NULL)
            write_cell(export->out, cells[i]);
        if (held)
            fputs(i + 1 < SHEET_HEADER_COUNT ? "," : "\r\n", export->out);
        free(cells[i]);
    }
    return held;
}
