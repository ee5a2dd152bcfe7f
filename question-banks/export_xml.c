/* SPDX-License-Identifier: Apache-2.0 */
/* Moodle XML and QTI 2.1 items. */
#include <stdlib.h>
#include <string.h>
#include "question-banks/exporter.h"

#define WHOLE 100.0

static void write_element(FILE *out, const char *open, const char *text, const char *close)
{
    fputs(open, out);
    xml_write(out, text);
    fputs(close, out);
}

/* plain_text, or Moodle would read markup in it. */
#define PLAIN " format=\"plain_text\"><text>"

static void write_moodle_answer(FILE *out, double fraction, const char *text)
{
    fprintf(out, "<answer fraction=\"%.7g\"" PLAIN, fraction);
    xml_write(out, text);
    fputs("</text></answer>\n", out);
}

static void write_moodle_choices(struct export *export, const struct plain_question *plain)
{
    size_t count = plain->question->shape.choice_count;
    bool multiple = plain->question->shape.kind == KIND_MULTIPLE;
    double rights = 0;

    fprintf(export->out, "<single>%s</single><shuffleanswers>true</shuffleanswers>\n", multiple ? "false" : "true");
    for (size_t i = 0; i < count; i++)
        rights += plain_is_right(plain, i);
    for (size_t i = 0; i < count; i++) {
        double wrong = multiple ? -WHOLE : 0;
        write_moodle_answer(export->out, plain_is_right(plain, i) ? WHOLE / rights : wrong, plain->choices[i]);
    }
}

static void write_moodle_truth(struct export *export, const struct plain_question *plain)
{
    write_moodle_answer(export->out, plain_truth(plain) ? WHOLE : 0, "true");
    write_moodle_answer(export->out, plain_truth(plain) ? 0 : WHOLE, "false");
}

/* A middle and how far it may be off; halves of the last decimal need one more. */
static void write_moodle_number(struct export *export, const struct plain_question *plain)
{
    const struct key_range *range = plain->question->key.ranges;
    double middle = ((double)range->low + (double)range->high) / 2 / KIND_NUMBER_SCALE;
    double tolerance = ((double)range->high - (double)range->low) / 2 / KIND_NUMBER_SCALE;

    fprintf(export->out, "<answer fraction=\"100\"><text>%.16g</text><tolerance>%.16g</tolerance></answer>\n", middle,
            tolerance);
}

static void write_moodle_forms(struct export *export, const struct plain_question *plain)
{
    const struct question *question = plain->question;

    fprintf(export->out, "<usecase>%d</usecase>\n", !question->rule.ignore_case);
    for (size_t i = 0; i < question->accept_count; i++) {
        if (strchr(question->accept[i], '*') != NULL)
            export_lost(export, plain, "an accepted form with *, Moodle's wildcard, was left out");
        else
            write_moodle_answer(export->out, WHOLE, question->accept[i]);
    }
    if (question->rule.ignore_diacritics)
        export_lost(export, plain, "Moodle minds diacritics, which this question ignores");
}

static void write_moodle_pair(FILE *out, const char *left, const char *right)
{
    write_element(out, "<subquestion" PLAIN, left, "</text>");
    write_element(out, "<answer><text>", right, "</text></answer></subquestion>\n");
}

static void write_moodle_pairs(struct export *export, const struct plain_question *plain)
{
    const struct shape *shape = &plain->question->shape;
    uint32_t used = 0;

    for (size_t i = 0; i < shape->choice_count; i++) {
        int right = plain_placed(plain, i);
        write_moodle_pair(export->out, plain->choices[i], plain->rights[right]);
        used |= 1u << right;
    }
    for (size_t i = 0; i < shape->right_count; i++) {
        if ((used >> i & 1) == 0)
            write_moodle_pair(export->out, "", plain->rights[i]);
    }
}

/* Kinds that are not here Moodle does not have without a plugin. */
static const struct {
    const char *type;
    void (*write)(struct export *, const struct plain_question *);
} moodle_kinds[KIND_COUNT] = {
    [KIND_SINGLE] = {"multichoice", write_moodle_choices}, [KIND_MULTIPLE] = {"multichoice", write_moodle_choices},
    [KIND_TRUEFALSE] = {"truefalse", write_moodle_truth},  [KIND_NUMBER] = {"numerical", write_moodle_number},
    [KIND_TEXT] = {"shortanswer", write_moodle_forms},     [KIND_MATCH] = {"matching", write_moodle_pairs},
};

bool moodle_write(struct export *export, const struct plain_question *plain)
{
    enum kind kind = plain->question->shape.kind;
    const char *topic = plain->question->topic;

    if (moodle_kinds[kind].write == NULL) {
        export_lost(export, plain, "Moodle has no such kind of question; it was left out");
        return false;
    }
    if (export_new_topic(export, topic)) {
        write_element(export->out, "<question type=\"category\"><category><text>$course$/", topic == NULL ? "" : topic,
                      "</text></category></question>\n");
    }
    fprintf(export->out, "<question type=\"%s\"><name><text>%s</text></name>\n", moodle_kinds[kind].type,
            plain->question->id);
    write_element(export->out, "<questiontext" PLAIN, plain->text, "</text></questiontext>\n");
    if (plain->explain != NULL)
        write_element(export->out, "<generalfeedback" PLAIN, plain->explain, "</text></generalfeedback>\n");
    moodle_kinds[kind].write(export, plain);
    fputs("</question>\n", export->out);
    return true;
}

static void qti_declaration(FILE *out, const char *cardinality, const char *type)
{
    fprintf(out, "<responseDeclaration identifier=\"RESPONSE\" cardinality=\"%s\" baseType=\"%s\"><correctResponse>",
            cardinality, type);
}

static void qti_choices(FILE *out, const struct plain_question *plain, const char *interaction, const char *attributes)
{
    fprintf(out, "<%s responseIdentifier=\"RESPONSE\" shuffle=\"true\"%s>\n", interaction, attributes);
    for (size_t i = 0; i < plain->question->shape.choice_count; i++) {
        fprintf(out, "<simpleChoice identifier=\"C%zu\">", i);
        write_element(out, "", plain->choices[i], "</simpleChoice>\n");
    }
    fprintf(out, "</%s>", interaction);
}

static void qti_ticks_key(struct export *export, const struct plain_question *plain, FILE *out)
{
    bool multiple = plain->question->shape.kind == KIND_MULTIPLE;

    (void)export;
    qti_declaration(out, multiple ? "multiple" : "single", "identifier");
    for (size_t i = 0; i < plain->question->shape.choice_count; i++) {
        if (plain_is_right(plain, i))
            fprintf(out, "<value>C%zu</value>", i);
    }
}

static void qti_ticks(struct export *export, const struct plain_question *plain, FILE *out)
{
    (void)export;
    qti_choices(out, plain, "choiceInteraction",
                plain->question->shape.kind == KIND_MULTIPLE ? " maxChoices=\"0\"" : " maxChoices=\"1\"");
}

static const char *truth_word(const struct export *export, bool truth)
{
    if (strcmp(export->language, "vi") == 0)
        return truth ? "Đúng" : "Sai";
    return truth ? "True" : "False";
}

static void qti_truth_key(struct export *export, const struct plain_question *plain, FILE *out)
{
    (void)export;
    qti_declaration(out, "single", "identifier");
    fprintf(out, "<value>%s</value>", plain_truth(plain) ? "T" : "F");
}

static void qti_truth(struct export *export, const struct plain_question *plain, FILE *out)
{
    (void)plain;
    fprintf(out,
            "<choiceInteraction responseIdentifier=\"RESPONSE\" shuffle=\"false\" maxChoices=\"1\">"
            "<simpleChoice identifier=\"T\">%s</simpleChoice><simpleChoice identifier=\"F\">%s</simpleChoice>"
            "</choiceInteraction>",
            truth_word(export, true), truth_word(export, false));
}

static void qti_order_key(struct export *export, const struct plain_question *plain, FILE *out)
{
    (void)export;
    qti_declaration(out, "ordered", "identifier");
    for (size_t i = 0; i < plain->question->shape.choice_count; i++)
        fprintf(out, "<value>C%d</value>", plain_placed(plain, i));
}

static void qti_order(struct export *export, const struct plain_question *plain, FILE *out)
{
    (void)export;
    qti_choices(out, plain, "orderInteraction", "");
}

/* Statements are pairs with true or false. */
static void qti_match_key(struct export *export, const struct plain_question *plain, FILE *out)
{
    bool statements = plain->question->shape.kind == KIND_STATEMENTS;

    (void)export;
    qti_declaration(out, "multiple", "directedPair");
    for (size_t i = 0; i < plain->question->shape.choice_count; i++) {
        int right = statements ? !plain_statement(plain, i) : plain_placed(plain, i);
        fprintf(out, "<value>L%zu R%d</value>", i, right);
    }
}

static void qti_side(FILE *out, const char *letter, size_t index, const char *text, size_t most)
{
    fprintf(out, "<simpleAssociableChoice identifier=\"%s%zu\" matchMax=\"%zu\">", letter, index, most);
    write_element(out, "", text, "</simpleAssociableChoice>\n");
}

static void qti_match(struct export *export, const struct plain_question *plain, FILE *out)
{
    const struct shape *shape = &plain->question->shape;
    bool statements = shape->kind == KIND_STATEMENTS;

    fprintf(out,
            "<matchInteraction responseIdentifier=\"RESPONSE\" shuffle=\"true\" "
            "maxAssociations=\"%u\">\n<simpleMatchSet>\n",
            shape->choice_count);
    for (size_t i = 0; i < shape->choice_count; i++)
        qti_side(out, "L", i, plain->choices[i], 1);
    fputs("</simpleMatchSet>\n<simpleMatchSet>\n", out);
    for (size_t i = 0; i < shape->right_count; i++)
        qti_side(out, "R", i, plain->rights[i], 1);
    for (size_t i = 0; statements && i < 2; i++)
        qti_side(out, "R", i, truth_word(export, i == 0), shape->choice_count);
    fputs("</simpleMatchSet>\n</matchInteraction>", out);
}

/* The lower end is the value, and the upper end its tolerance upwards: so both stay exact. */
static void qti_number_key(struct export *export, const struct plain_question *plain, FILE *out)
{
    char low[SCALED_SIZE];

    (void)export;
    qti_declaration(out, "single", "float");
    fprintf(out, "<value>%s</value>", plain_scaled(plain->question->key.ranges[0].low, low));
}

static void qti_text_key(struct export *export, const struct plain_question *plain, FILE *out)
{
    const struct question *question = plain->question;

    qti_declaration(out, "single", "string");
    write_element(out, "<value>", question->accept[0], "</value>");
    if (question->rule.ignore_diacritics)
        export_lost(export, plain, "QTI minds diacritics, which this question ignores");
}

static void qti_entry(struct export *export, const struct plain_question *plain, FILE *out)
{
    (void)export;
    (void)plain;
    fputs("<p><textEntryInteraction responseIdentifier=\"RESPONSE\"/></p>", out);
}

static void qti_mapping(const struct question *question, FILE *out)
{
    fputs("<mapping defaultValue=\"0\">", out);
    for (size_t i = 0; i < question->accept_count; i++) {
        write_element(out, "<mapEntry mapKey=\"", question->accept[i], "\" mappedValue=\"1\"");
        fprintf(out, " caseSensitive=\"%s\"/>", question->rule.ignore_case ? "false" : "true");
    }
    fputs("</mapping>", out);
}

static void qti_processing(const struct question *question, FILE *out)
{
    const struct key_range *range = question->key.ranges;
    char width[SCALED_SIZE];

    if (question->shape.kind != KIND_NUMBER) {
        fprintf(out, "<responseProcessing template=\"http://www.imsglobal.org/question/qti_v2p1/rptemplates/%s\"/>\n",
                question->shape.kind == KIND_TEXT ? "map_response" : "match_correct");
        return;
    }
    fprintf(out,
            "<responseProcessing><responseCondition><responseIf><equal toleranceMode=\"absolute\" tolerance=\"0 %s\">"
            "<variable identifier=\"RESPONSE\"/><correct identifier=\"RESPONSE\"/></equal><setOutcomeValue "
            "identifier=\"SCORE\"><baseValue baseType=\"float\">1</baseValue></setOutcomeValue></responseIf>"
            "</responseCondition></responseProcessing>\n",
            plain_scaled(range->high - range->low, width));
}

static const struct {
    void (*key)(struct export *, const struct plain_question *, FILE *);
    void (*interaction)(struct export *, const struct plain_question *, FILE *);
} qti_kinds[KIND_COUNT] = {
    [KIND_SINGLE] = {qti_ticks_key, qti_ticks},     [KIND_MULTIPLE] = {qti_ticks_key, qti_ticks},
    [KIND_TRUEFALSE] = {qti_truth_key, qti_truth},  [KIND_ORDER] = {qti_order_key, qti_order},
    [KIND_STATEMENTS] = {qti_match_key, qti_match}, [KIND_MATCH] = {qti_match_key, qti_match},
    [KIND_NUMBER] = {qti_number_key, qti_entry},    [KIND_TEXT] = {qti_text_key, qti_entry},
};

/* A text of several lines as paragraphs. */
static void qti_paragraphs(FILE *out, const char *text)
{
    fputs("<p>", out);
    for (size_t length = 0; *text != '\0'; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        char *line = strndup(text, length);
        xml_write(out, line);
        fputs(text[length] == '\n' ? "</p>\n<p>" : "", out);
        free(line);
    }
    fputs("</p>\n", out);
}

char *qti_item(struct export *export, const struct plain_question *plain)
{
    const struct question *question = plain->question;
    enum kind kind = question->shape.kind;
    char *text = NULL;
    size_t length = 0;

    if (qti_kinds[kind].key == NULL) {
        export_lost(export, plain, "QTI has no such kind of question; it was left out");
        return NULL;
    }
    FILE *out = open_memstream(&text, &length);
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<assessmentItem "
            "xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p1\" "
            "identifier=\"q-%s\" title=\"%s\" adaptive=\"false\" timeDependent=\"false\">\n",
            question->id, question->id);
    qti_kinds[kind].key(export, plain, out);
    fputs("</correctResponse>", out);
    if (kind == KIND_TEXT)
        qti_mapping(question, out);
    fputs(
        "</responseDeclaration>\n<outcomeDeclaration identifier=\"SCORE\" cardinality=\"single\" baseType=\"float\"/>\n"
        "<outcomeDeclaration identifier=\"FEEDBACK\" cardinality=\"single\" baseType=\"identifier\"/>\n<itemBody>\n",
        out);
    qti_paragraphs(out, plain->text);
    qti_kinds[kind].interaction(export, plain, out);
    fputs("\n</itemBody>\n", out);
    qti_processing(question, out);
    if (plain->explain != NULL) {
        fputs("<modalFeedback outcomeIdentifier=\"FEEDBACK\" identifier=\"EXPLAIN\" showHide=\"show\">", out);
        qti_paragraphs(out, plain->explain);
        fputs("</modalFeedback>\n", out);
    }
    fputs("</assessmentItem>\n", out);
    fclose(out);
    return text;
}
