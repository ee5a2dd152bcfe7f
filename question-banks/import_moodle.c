/* SPDX-License-Identifier: Apache-2.0 */
/* Moodle XML. Source: docs.moodle.org, Moodle XML format. Weights that are not whole, feedback of single answers and
 * pictures have no place in a bank: they are told and left out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/html.h"
#include "question-banks/importer.h"
#include "question-banks/xml.h"

#define WHOLE_FRACTION 99.9 /* 100, written with decimals by some versions */

struct moodle {
    struct import *import;
    char *topic;
};

/* The <text> below `node`, as plain text. */
static void set_text(const struct moodle *moodle, const struct xml_node *node, char **field)
{
    if (node == NULL)
        return;
    const struct xml_node *text = xml_child(node, "text");
    const char *format = xml_attribute(node, "format");
    char *raw = xml_text(text != NULL ? text : node);
    const char *lost = NULL;

    bool html = format == NULL || strcmp(format, "html") == 0 || strcmp(format, "moodle_auto_format") == 0;
    if (html) {
        char *plain = html_to_text(raw, strlen(raw), &lost);
        free(raw);
        raw = plain;
    }
    if (lost != NULL || xml_child(node, "file") != NULL)
        import_warn(moodle->import, node->line, "%s did not come in", lost == NULL ? "a file" : lost);
    draft_set(field, raw, strlen(raw));
    free(raw);
}

static double fraction_of(const struct xml_node *answer)
{
    const char *fraction = xml_attribute(answer, "fraction");

    return fraction == NULL ? 0 : strtod(fraction, NULL);
}

/* Whether a child holds this word; XML may have blanks around it. */
static bool says(const struct xml_node *node, const char *name, const char *word)
{
    char *text = xml_text(xml_child(node, name));
    bool same = strncmp(text + strspn(text, " \t\r\n"), word, strlen(word)) == 0;

    free(text);
    return same;
}

static void warn_of_feedback(const struct moodle *moodle, const struct xml_node *answer)
{
    char *text = xml_text(xml_child(answer, "feedback"));

    if (text[strspn(text, " \t\r\n")] != '\0')
        import_warn(moodle->import, answer->line, "feedback for a single answer was left out");
    free(text);
}

static void read_choices(const struct moodle *moodle, const struct xml_node *question, struct draft *draft)
{
    bool single = !says(question, "single", "false") && !says(question, "single", "0");
    bool uneven = false;

    for (const struct xml_node *answer = xml_child(question, "answer"); answer != NULL;
         answer = xml_next(answer, "answer")) {
        double fraction = fraction_of(answer);
        struct draft_choice *choice = draft_add_choice(draft, "", 0);
        if (choice == NULL) {
            import_warn(moodle->import, answer->line, "more than %d answers; the rest was left out", DRAFT_CHOICES_MAX);
            break;
        }
        set_text(moodle, answer, &choice->text);
        choice->right = single ? fraction >= WHOLE_FRACTION : fraction > 0;
        uneven = uneven || (single && fraction > 0 && fraction < WHOLE_FRACTION);
        warn_of_feedback(moodle, answer);
    }
    if (uneven)
        draft_doubt(draft, "a wrong answer gives part of the points, which a bank cannot hold");
    draft_settle_choices(draft);
    if (!single && draft->kind == KIND_SINGLE && draft->sure)
        draft->kind = KIND_MULTIPLE;
    else if (single && draft->kind == KIND_MULTIPLE)
        draft_doubt(draft, "more than one answer is right, though only one may be given");
}

static void read_truth(const struct moodle *moodle, const struct xml_node *question, struct draft *draft)
{
    draft->kind = KIND_TRUEFALSE;
    for (const struct xml_node *answer = xml_child(question, "answer"); answer != NULL;
         answer = xml_next(answer, "answer")) {
        char *text = xml_text(xml_child(answer, "text"));
        int truth = draft_read_truth(text, strlen(text));
        if (fraction_of(answer) >= WHOLE_FRACTION && truth >= 0) {
            draft->truth = truth == 1;
            draft->sure = true;
        }
        warn_of_feedback(moodle, answer);
        free(text);
    }
}

static void read_short(const struct moodle *moodle, const struct xml_node *question, struct draft *draft)
{
    draft->kind = KIND_TEXT;
    draft->rule = (struct text_rule){.ignore_case = !says(question, "usecase", "1"), .ignore_tone_place = true};
    for (const struct xml_node *answer = xml_child(question, "answer"); answer != NULL;
         answer = xml_next(answer, "answer")) {
        char *text = xml_text(xml_child(answer, "text"));
        if (fraction_of(answer) < WHOLE_FRACTION)
            import_warn(moodle->import, answer->line, "an answer that gives part of the points or none was left out");
        else if (strchr(text, '*') != NULL)
            import_warn(moodle->import, answer->line, "an answer with a wildcard was left out");
        else if (!draft_accept(draft, text, strlen(text)))
            import_warn(moodle->import, answer->line, "an answer was left out");
        warn_of_feedback(moodle, answer);
        free(text);
    }
    draft->sure = draft->accept_count > 0;
}

static double number_in(const struct xml_node *node)
{
    char *text = xml_text(node);
    char *end = NULL;
    double number = strtod(text, &end);
    bool sound = end != text && end[strspn(end, " \t\r\n")] == '\0' && fabs(number) <= (double)KIND_NUMBER_MAX;

    free(text);
    return sound ? number : NAN;
}

static void read_number(const struct moodle *moodle, const struct xml_node *question, struct draft *draft)
{
    size_t whole = 0;

    draft->kind = KIND_NUMBER;
    for (const struct xml_node *answer = xml_child(question, "answer"); answer != NULL;
         answer = xml_next(answer, "answer")) {
        const struct xml_node *tolerance_node = xml_child(answer, "tolerance");
        double value = number_in(xml_child(answer, "text"));
        double tolerance = tolerance_node == NULL ? 0 : number_in(tolerance_node);
        if (fraction_of(answer) < WHOLE_FRACTION) {
            import_warn(moodle->import, answer->line, "an answer that gives part of the points or none was left out");
            continue;
        }
        whole += isnan(value) || isnan(tolerance) ? 2 : 1;
        if (whole == 1) {
            draft->low = llround((value - fabs(tolerance)) * KIND_NUMBER_SCALE);
            draft->high = llround((value + fabs(tolerance)) * KIND_NUMBER_SCALE);
        }
        warn_of_feedback(moodle, answer);
    }
    draft->sure = whole == 1;
    if (whole != 1)
        draft_doubt(draft, "it has not exactly one right number");
    if (xml_child(question, "units") != NULL)
        import_warn(moodle->import, question->line, "units were left out; the number alone counts");
}

static void read_match(const struct moodle *moodle, const struct xml_node *question, struct draft *draft)
{
    draft->kind = KIND_MATCH;
    draft->sure = true;
    for (const struct xml_node *pair = xml_child(question, "subquestion"); pair != NULL;
         pair = xml_next(pair, "subquestion")) {
        struct draft_choice *choice = draft_add_choice(draft, "", 0);
        if (choice == NULL)
            break;
        set_text(moodle, pair, &choice->text);
        char *right = xml_text(xml_child(xml_child(pair, "answer"), "text")); /* plain, unlike the left side */
        draft_set(&choice->pair, right, strlen(right));
        free(right);
        if (choice->pair == NULL)
            draft_doubt(draft, "a left side has no right side");
    }
}

/* ddwtos, ordering and other plugins are not here: what is not in the table is told. */
static const struct {
    const char *type;
    void (*read)(const struct moodle *, const struct xml_node *, struct draft *);
} types[] = {
    {"multichoice", read_choices}, {"truefalse", read_truth}, {"shortanswer", read_short},
    {"numerical", read_number},    {"matching", read_match},  {"match", read_match},
};

static void read_category(struct moodle *moodle, const struct xml_node *question)
{
    char *path = xml_text(xml_child(xml_child(question, "category"), "text"));
    const char *last = strrchr(path, '/');

    last = last == NULL ? path : last + 1;
    draft_set(&moodle->topic, last, strlen(last));
    if (moodle->topic != NULL && strncmp(moodle->topic, "$course$", strlen("$course$")) == 0)
        draft_set(&moodle->topic, "", 0);
    free(path);
}

static void read_question(struct moodle *moodle, const struct xml_node *question)
{
    const char *type = xml_attribute(question, "type");
    size_t i = 0;

    if (type != NULL && strcmp(type, "category") == 0) {
        read_category(moodle, question);
        return;
    }
    while (i < sizeof types / sizeof types[0] && (type == NULL || strcmp(types[i].type, type) != 0))
        i++;
    if (i == sizeof types / sizeof types[0]) {
        import_warn(moodle->import, question->line, "a question of type \"%.40s\" was left out",
                    type == NULL ? "" : type);
        return;
    }
    struct draft *draft = import_add(moodle->import, question->line);
    if (draft == NULL)
        return;
    set_text(moodle, xml_child(question, "questiontext"), &draft->text);
    if (xml_child(question, "generalfeedback") != NULL)
        set_text(moodle, xml_child(question, "generalfeedback"), &draft->explain);
    if (moodle->topic != NULL)
        draft_set(&draft->topic, moodle->topic, strlen(moodle->topic));
    types[i].read(moodle, question, draft);
}

enum import_status import_moodle_xml(const char *text, size_t length, struct import *import)
{
    struct moodle moodle = {.import = import};
    const char *why = NULL;
    size_t line = 0;
    struct xml_node *quiz = xml_parse(text, length, &line, &why);

    if (quiz == NULL || !xml_is(quiz, "quiz")) {
        import_warn(import, quiz == NULL ? line : 1, "is no Moodle XML: %s", quiz == NULL ? why : "no <quiz>");
        xml_free(quiz);
        return IMPORT_UNREADABLE;
    }
    for (const struct xml_node *question = xml_child(quiz, "question"); question != NULL;
         question = xml_next(question, "question"))
        read_question(&moodle, question);
    free(moodle.topic);
    xml_free(quiz);
    return import->count == 0 ? IMPORT_NOTHING : IMPORT_OK;
}
