/* SPDX-License-Identifier: Apache-2.0 */
/* GIFT and Aiken. What they can say is in the notes at their importers. */
#include <stdlib.h>
#include <string.h>
#include "question-banks/exporter.h"

static void write_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            fputs("\\n", out);
        else if (strchr("~=#{}:\\", *text) != NULL)
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

/* An answer behind its sign. Without [plain] Moodle would read markup in it. */
static void write_answer(FILE *out, const char *sign, const char *text)
{
    fprintf(out, "\n  %s[plain]", sign);
    write_escaped(out, text);
}

static void write_choices(struct export *export, const struct plain_question *plain)
{
    size_t count = plain->question->shape.choice_count;
    bool multiple = plain->question->shape.kind == KIND_MULTIPLE;
    char sign[32];
    size_t rights = 0;

    for (size_t i = 0; i < count; i++)
        rights += plain_is_right(plain, i);
    for (size_t i = 0; i < count; i++) {
        bool right = plain_is_right(plain, i);
        snprintf(sign, sizeof sign, "~%%%.5g%%", right ? 100.0 / (double)rights : -100.0);
        write_answer(export->out, multiple ? sign : right ? "=" : "~", plain->choices[i]);
    }
}

static void write_number(struct export *export, const struct key_range *range)
{
    char low[SCALED_SIZE];
    char high[SCALED_SIZE];

    if (range->low == range->high)
        fprintf(export->out, "#%s", plain_scaled(range->low, low));
    else
        fprintf(export->out, "#%s..%s", plain_scaled(range->low, low), plain_scaled(range->high, high));
}

static void write_forms(struct export *export, const struct plain_question *plain)
{
    const struct question *question = plain->question;

    for (size_t i = 0; i < question->accept_count; i++) {
        fputs("\n  =", export->out);
        if (question->accept[i][0] == '%')
            fputs("%100%", export->out);
        write_escaped(export->out, question->accept[i]);
    }
    if (!question->rule.ignore_case || question->rule.ignore_diacritics)
        export_lost(export, plain, "GIFT ignores case and minds diacritics, which this question does otherwise");
}

static void write_pairs(struct export *export, const struct plain_question *plain)
{
    const struct shape *shape = &plain->question->shape;
    uint32_t used = 0;

    for (size_t i = 0; i < shape->choice_count; i++) {
        int right = plain_placed(plain, i);
        fputs("\n  =", export->out);
        write_escaped(export->out, plain->choices[i]);
        fputs(" -> ", export->out);
        write_escaped(export->out, plain->rights[right]);
        used |= 1u << right;
    }
    for (size_t i = 0; i < shape->right_count; i++) {
        if ((used >> i & 1) != 0)
            continue;
        fputs("\n  = -> ", export->out);
        write_escaped(export->out, plain->rights[i]);
    }
}

static bool holds_arrow(const struct plain_question *plain)
{
    bool arrow = false;

    for (size_t i = 0; i < CHOICES_MAX; i++) {
        arrow = arrow || (plain->choices[i] != NULL && strstr(plain->choices[i], "->") != NULL);
        arrow = arrow || (plain->rights[i] != NULL && strstr(plain->rights[i], "->") != NULL);
    }
    return arrow;
}

/* NULL if GIFT can say it. */
static const char *gift_refuses(const struct plain_question *plain)
{
    switch (plain->question->shape.kind) {
    case KIND_SINGLE:
    case KIND_MULTIPLE:
    case KIND_TRUEFALSE:
    case KIND_NUMBER:
    case KIND_TEXT:
        return NULL;
    case KIND_MATCH:
        return holds_arrow(plain) ? "GIFT cannot hold -> inside of a pair; the question was left out" : NULL;
    case KIND_STATEMENTS:
    case KIND_ORDER:
    case KIND_PREDICTION:
    case KIND_COUNT:
        break;
    }
    return "GIFT has no such kind of question; it was left out";
}

static void write_gift_answers(struct export *export, const struct plain_question *plain)
{
    switch (plain->question->shape.kind) {
    case KIND_SINGLE:
    case KIND_MULTIPLE:
        write_choices(export, plain);
        break;
    case KIND_TRUEFALSE:
        fputs(plain_truth(plain) ? "TRUE" : "FALSE", export->out);
        break;
    case KIND_NUMBER:
        write_number(export, plain->question->key.ranges);
        break;
    case KIND_TEXT:
        write_forms(export, plain);
        break;
    case KIND_MATCH:
        write_pairs(export, plain);
        break;
    case KIND_STATEMENTS:
    case KIND_ORDER:
    case KIND_PREDICTION:
    case KIND_COUNT:
        break;
    }
}

bool gift_write(struct export *export, const struct plain_question *plain)
{
    const char *refusal = gift_refuses(plain);
    const char *topic = plain->question->topic;

    if (refusal != NULL) {
        export_lost(export, plain, refusal);
        return false;
    }
    if (export_new_topic(export, topic)) {
        fputs("$CATEGORY: $course$", export->out);
        if (topic != NULL) {
            fputc('/', export->out);
            write_escaped(export->out, topic);
        }
        fputs("\n\n", export->out);
    }
    fprintf(export->out, "::%s::[plain]", plain->question->id);
    write_escaped(export->out, plain->text);
    fputs(" {", export->out);
    write_gift_answers(export, plain);
    if (plain->explain != NULL) {
        fputs("\n  ####", export->out);
        write_escaped(export->out, plain->explain);
    }
    fputs("\n}\n\n", export->out);
    return true;
}

static void write_line(FILE *out, const char *before, const char *text)
{
    char *line = plain_one_line(text);

    fprintf(out, "%s%s\n", before, line);
    free(line);
}

static bool looks_like_aiken(const char *text)
{
    bool option = text[0] >= 'A' && text[0] <= 'Z' && (text[1] == '.' || text[1] == ')') && text[2] == ' ';

    return option || strncmp(text, "ANSWER:", strlen("ANSWER:")) == 0;
}

bool aiken_write(struct export *export, const struct plain_question *plain)
{
    const struct shape *shape = &plain->question->shape;
    bool vietnamese = strcmp(export->language, "vi") == 0;
    char letter[] = "A. ";
    char answer = 'A';

    if (shape->kind != KIND_SINGLE && shape->kind != KIND_TRUEFALSE) {
        export_lost(export, plain, "Aiken holds questions with one right choice only; it was left out");
        return false;
    }
    if (looks_like_aiken(plain->text)) {
        export_lost(export, plain, "its text would be read as an option; it was left out");
        return false;
    }
    write_line(export->out, "", plain->text);
    for (size_t i = 0; i < shape->choice_count; i++) {
        letter[0] = (char)('A' + i);
        answer = plain_is_right(plain, i) && shape->kind == KIND_SINGLE ? letter[0] : answer;
        write_line(export->out, letter, plain->choices[i]);
    }
    if (shape->kind == KIND_TRUEFALSE) {
        fputs(vietnamese ? "A. Đúng\nB. Sai\n" : "A. True\nB. False\n", export->out);
        answer = plain_truth(plain) ? 'A' : 'B';
    }
    fprintf(export->out, "ANSWER: %c\n\n", answer);
    if (plain->explain != NULL)
        export_lost(export, plain, "Aiken has no place for its explanation");
    return true;
}
