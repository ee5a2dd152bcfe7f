/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QTI 2.1 and 3.0: an assessmentItem, or a package of them. Sources: IMS QTI 2.1 implementation guide, 1EdTech QTI 3.0.
 * Read: choiceInteraction, orderInteraction, matchInteraction, textEntryInteraction, one an item. 3.0 has the same
 * model with names like qti-choice-interaction and max-choices.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/archive.h"
#include "question-banks/encoding.h"
#include "question-banks/html.h"
#include "question-banks/importer.h"
#include "question-banks/xml.h"

#define IDENTIFIERS_MAX DRAFT_CHOICES_MAX

struct qti {
    struct import *import;
    size_t line;
    const struct xml_node *item;
};

/* "choiceInteraction" and "qti-choice-interaction" are one name; so are "maxChoices" and "max-choices". */
static bool is_name(const char *found, const char *camel)
{
    if (strncmp(found, "qti-", 4) == 0)
        found += 4;
    for (; *camel != '\0'; camel++) {
        bool hyphen = isupper((unsigned char)*camel) && *found == '-';
        found += hyphen;
        if (*found++ != (hyphen ? tolower((unsigned char)*camel) : *camel))
            return false;
    }
    return *found == '\0';
}

static bool is(const struct xml_node *node, const char *name)
{
    return node->name != NULL && is_name(node->name, name);
}

static const struct xml_node *next(const struct xml_node *node, const char *name)
{
    while (node != NULL && !is(node, name))
        node = node->next;
    return node;
}

static const struct xml_node *child(const struct xml_node *node, const char *name)
{
    return node == NULL ? NULL : next(node->first, name);
}

static const struct xml_node *find(const struct xml_node *node, const char *name)
{
    const struct xml_node *found = NULL;

    for (const struct xml_node *c = node == NULL ? NULL : node->first; c != NULL && found == NULL; c = c->next)
        found = is(c, name) ? c : find(c, name);
    return found;
}

static const char *attribute(const struct xml_node *node, const char *name)
{
    for (size_t i = 0; node != NULL && node->attributes != NULL && node->attributes[i] != NULL; i += 2) {
        if (is_name(node->attributes[i], name))
            return node->attributes[i + 1];
    }
    return "";
}

static bool is_interaction(const struct xml_node *node)
{
    size_t length = node->name == NULL ? 0 : strlen(node->name);

    return length > 11 && (strcmp(node->name + length - 11, "Interaction") == 0 ||
                           strcmp(node->name + length - 11, "interaction") == 0);
}

static bool breaks_line(const struct xml_node *node)
{
    static const char *const names[] = {"p", "br", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "prompt"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (is(node, names[i]))
            return true;
    }
    return false;
}

static void write_words(const struct xml_node *node, bool raised, bool lowered, FILE *out)
{
    for (size_t i = 0; i < node->text_length; i++) {
        char c = node->text[i];
        const char *sign = raised || lowered ? html_shifted(c, raised) : NULL;
        if (sign != NULL)
            fputs(sign, out);
        else
            fputc(c == '\n' || c == '\r' || c == '\t' ? ' ' : c, out);
    }
}

/* The words below `node`; an interaction is a gap in them, or nothing if it stands as a block of its own. */
static void write_block(struct qti *qti, const struct xml_node *node, FILE *out)
{
    for (const struct xml_node *c = node == NULL ? NULL : node->first; c != NULL; c = c->next) {
        if (c->name == NULL) {
            write_words(c, is(node, "sup"), is(node, "sub"), out);
        } else if (is(c, "textEntryInteraction")) {
            fputs(" _____ ", out);
        } else if (is(c, "img") || is(c, "object") || is(c, "math") || is(c, "audio") || is(c, "video")) {
            import_warn(qti->import, qti->line, "a picture, sound or formula did not come in");
        } else if (!is_interaction(c) && !is(c, "feedbackInline") && !is(c, "feedbackBlock")) {
            write_block(qti, c, out);
        }
        if (c->name != NULL && breaks_line(c))
            fputc('\n', out);
    }
}

static void set_block(struct qti *qti, char **field, const struct xml_node *node)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    write_block(qti, node, out);
    fclose(out);
    draft_append(field, text, length);
    free(text);
}

/* A gap at the very end says no more than that an answer is wanted. */
static void without_last_gap(char **field)
{
    static const char gap[] = "_____";
    size_t length = *field == NULL ? 0 : strlen(*field);

    if (length > strlen(gap) && strcmp(*field + length - strlen(gap), gap) == 0) {
        char *whole = *field;
        *field = NULL;
        draft_set(field, whole, length - strlen(gap));
        free(whole);
    }
}

/* The declaration that the interaction names. */
static const struct xml_node *declaration_of(struct qti *qti, const struct xml_node *interaction)
{
    const char *identifier = attribute(interaction, "responseIdentifier");
    const struct xml_node *found = child(qti->item, "responseDeclaration");

    while (found != NULL && strcmp(attribute(found, "identifier"), identifier) != 0)
        found = next(found->next, "responseDeclaration");
    return found;
}

/* The values of the right answer, trimmed; the caller's. */
struct values {
    char *list[IDENTIFIERS_MAX];
    size_t count;
};

static struct values right_values(struct qti *qti, const struct xml_node *interaction)
{
    const struct xml_node *declaration = declaration_of(qti, interaction);
    const struct xml_node *value = child(child(declaration, "correctResponse"), "value");
    struct values values = {0};

    for (; value != NULL && values.count < IDENTIFIERS_MAX; value = next(value->next, "value")) {
        char *text = xml_text(value);
        draft_set(&values.list[values.count], text, strlen(text));
        values.count += values.list[values.count] != NULL;
        free(text);
    }
    return values;
}

static void values_clear(struct values *values)
{
    for (size_t i = 0; i < values->count; i++)
        free(values->list[i]);
}

static bool holds(const struct values *values, const char *identifier)
{
    for (size_t i = 0; i < values->count; i++) {
        if (strcmp(values->list[i], identifier) == 0)
            return true;
    }
    return false;
}

static void read_choice(struct qti *qti, const struct xml_node *interaction, struct draft *draft)
{
    const struct xml_node *declaration = declaration_of(qti, interaction);
    struct values right = right_values(qti, interaction);
    size_t found = 0;

    for (const struct xml_node *c = child(interaction, "simpleChoice"); c != NULL; c = next(c->next, "simpleChoice")) {
        struct draft_choice *choice = draft_add_choice(draft, "", 0);
        if (choice == NULL)
            break;
        set_block(qti, &choice->text, c);
        choice->right = holds(&right, attribute(c, "identifier"));
        found += choice->right;
    }
    if (found != right.count)
        draft_doubt(draft, "its right answer names a choice that is not there");
    draft_settle_choices(draft);
    if (strcmp(attribute(declaration, "cardinality"), "multiple") != 0 && draft->kind == KIND_MULTIPLE)
        draft_doubt(draft, "it has several right answers, though it takes one only");
    else if (strcmp(attribute(declaration, "cardinality"), "multiple") == 0 && draft->kind == KIND_SINGLE)
        draft->kind = KIND_MULTIPLE;
    values_clear(&right);
}

static void read_order(struct qti *qti, const struct xml_node *interaction, struct draft *draft)
{
    struct values right = right_values(qti, interaction);
    size_t found = 0;

    draft->kind = KIND_ORDER;
    for (const struct xml_node *c = child(interaction, "simpleChoice"); c != NULL; c = next(c->next, "simpleChoice")) {
        struct draft_choice *choice = draft_add_choice(draft, "", 0);
        if (choice == NULL)
            break;
        set_block(qti, &choice->text, c);
        for (size_t i = 0; i < right.count; i++) {
            if (strcmp(right.list[i], attribute(c, "identifier")) != 0)
                continue;
            choice->place = (uint8_t)i;
            found++;
        }
    }
    draft->sure = found == draft->choice_count && right.count == draft->choice_count;
    if (!draft->sure)
        draft_doubt(draft, "its right answer is not an order of all its choices");
    values_clear(&right);
}

/* The target that `source` goes with: values are "source target". */
static const char *target_of(const struct values *right, const char *source)
{
    size_t length = strlen(source);
    const char *target = NULL;

    for (size_t i = 0; i < right->count; i++) {
        if (strncmp(right->list[i], source, length) != 0 || right->list[i][length] != ' ')
            continue;
        if (target != NULL)
            return NULL; /* two targets */
        target = right->list[i] + length + 1;
    }
    return target;
}

static void set_target(struct qti *qti, char **field, const struct xml_node *set, const char *identifier)
{
    const struct xml_node *c = child(set, "simpleAssociableChoice");

    while (c != NULL && strcmp(attribute(c, "identifier"), identifier) != 0)
        c = next(c->next, "simpleAssociableChoice");
    if (c != NULL)
        set_block(qti, field, c);
}

/* Pairs that all end in "true" or "false" are statements. */
static void settle_match(struct draft *draft)
{
    bool truths = draft->choice_count > 0;

    draft->kind = KIND_MATCH;
    draft->sure = draft->doubt == NULL;
    for (size_t i = 0; i < draft->choice_count; i++) {
        const char *pair = draft->choices[i].pair == NULL ? "" : draft->choices[i].pair;
        int truth = strlen(pair) < 3 ? -1 : draft_read_truth(pair, strlen(pair));
        draft->choices[i].right = truth == 1;
        truths = truths && truth >= 0;
    }
    if (truths)
        draft->kind = KIND_STATEMENTS;
}

/* Right sides that belong to no left one stay as such. */
static void add_extra_targets(struct qti *qti, struct draft *draft, const struct xml_node *set,
                              const struct values *right)
{
    for (const struct xml_node *c = child(set, "simpleAssociableChoice"); c != NULL;
         c = next(c->next, "simpleAssociableChoice")) {
        const char *identifier = attribute(c, "identifier");
        bool used = false;
        for (size_t i = 0; i < right->count; i++) {
            const char *target = strchr(right->list[i], ' ');
            used = used || (target != NULL && strcmp(target + 1, identifier) == 0);
        }
        struct draft_choice *extra = used ? NULL : draft_add_choice(draft, "", 0);
        if (extra != NULL)
            set_block(qti, &extra->pair, c);
    }
}

static void read_match(struct qti *qti, const struct xml_node *interaction, struct draft *draft)
{
    const struct xml_node *left = child(interaction, "simpleMatchSet");
    const struct xml_node *set = left == NULL ? NULL : next(left->next, "simpleMatchSet");
    struct values right = right_values(qti, interaction);

    for (const struct xml_node *c = child(left, "simpleAssociableChoice"); c != NULL;
         c = next(c->next, "simpleAssociableChoice")) {
        const char *target = target_of(&right, attribute(c, "identifier"));
        struct draft_choice *choice = draft_add_choice(draft, "", 0);
        if (choice == NULL)
            break;
        set_block(qti, &choice->text, c);
        if (target != NULL)
            set_target(qti, &choice->pair, set, target);
        if (choice->pair == NULL)
            draft_doubt(draft, "a left side has not exactly one right side");
    }
    settle_match(draft);
    if (draft->kind == KIND_MATCH)
        add_extra_targets(qti, draft, set, &right);
    values_clear(&right);
}

static void read_number(struct qti *qti, const struct values *right, struct draft *draft)
{
    const struct xml_node *equal = find(child(qti->item, "responseProcessing"), "equal");
    double value = strtod(right->list[0], NULL);
    double below = 0;
    double above = 0;

    if (strcmp(attribute(equal, "toleranceMode"), "absolute") == 0) {
        int read = sscanf(attribute(equal, "tolerance"), "%lf %lf", &below, &above);
        above = read == 1 ? below : above;
    }
    draft->kind = KIND_NUMBER;
    draft->sure = fabs(value) <= (double)KIND_NUMBER_MAX && below >= 0 && above >= 0 &&
                  below <= (double)KIND_NUMBER_MAX && above <= (double)KIND_NUMBER_MAX;
    if (!draft->sure) {
        draft_doubt(draft, "its right answer is no number");
        return;
    }
    draft->low = llround((value - below) * KIND_NUMBER_SCALE);
    draft->high = llround((value + above) * KIND_NUMBER_SCALE);
}

static void read_entry(struct qti *qti, const struct xml_node *interaction, struct draft *draft)
{
    const struct xml_node *declaration = declaration_of(qti, interaction);
    const char *type = attribute(declaration, "baseType");
    struct values right = right_values(qti, interaction);
    const struct xml_node *entry = child(child(declaration, "mapping"), "mapEntry");

    without_last_gap(&draft->text);
    if (right.count > 0 && (strcmp(type, "float") == 0 || strcmp(type, "integer") == 0)) {
        read_number(qti, &right, draft);
        values_clear(&right);
        return;
    }
    draft->kind = KIND_TEXT;
    draft->rule.ignore_tone_place = true;
    draft->rule.ignore_case = entry == NULL;
    for (size_t i = 0; i < right.count; i++)
        draft_accept(draft, right.list[i], strlen(right.list[i]));
    for (; entry != NULL; entry = next(entry->next, "mapEntry")) {
        draft->rule.ignore_case = draft->rule.ignore_case || strcmp(attribute(entry, "caseSensitive"), "false") == 0;
        if (strtod(attribute(entry, "mappedValue"), NULL) >= 1)
            draft_accept(draft, attribute(entry, "mapKey"), strlen(attribute(entry, "mapKey")));
    }
    draft->sure = draft->accept_count > 0;
    values_clear(&right);
}

static const struct {
    const char *name;
    void (*read)(struct qti *, const struct xml_node *, struct draft *);
} interactions[] = {{"choiceInteraction", read_choice},
                    {"orderInteraction", read_order},
                    {"matchInteraction", read_match},
                    {"textEntryInteraction", read_entry}};

/* Counts the interactions below `node` and gives the last of them. */
static size_t count_interactions(const struct xml_node *node, const struct xml_node **found)
{
    size_t count = 0;

    for (const struct xml_node *c = node->first; c != NULL; c = c->next) {
        if (is_interaction(c)) {
            *found = c;
            count++;
        }
        count += count_interactions(c, found);
    }
    return count;
}

static void read_item(struct qti *qti)
{
    const struct xml_node *body = child(qti->item, "itemBody");
    const struct xml_node *interaction = NULL;
    size_t count = body == NULL ? 0 : count_interactions(body, &interaction);
    size_t i = 0;

    while (count == 1 && i < sizeof interactions / sizeof interactions[0] && !is(interaction, interactions[i].name))
        i++;
    if (count != 1 || i == sizeof interactions / sizeof interactions[0]) {
        import_warn(qti->import, qti->line, "an item with %zu interactions (%.40s) was left out", count,
                    interaction == NULL ? "none" : interaction->name);
        return;
    }
    struct draft *draft = import_add(qti->import, qti->line);
    if (draft == NULL)
        return;
    set_block(qti, &draft->text, body);
    if (child(interaction, "prompt") != NULL)
        set_block(qti, &draft->text, child(interaction, "prompt"));
    if (child(qti->item, "modalFeedback") != NULL)
        set_block(qti, &draft->explain, child(qti->item, "modalFeedback"));
    interactions[i].read(qti, interaction, draft);
}

/* False if it is no item. */
static bool read_part(struct qti *qti, const char *bytes, size_t length, const char **why, size_t *line)
{
    enum encoding encoding = ENCODING_UNKNOWN;
    size_t text_length = 0;
    char *text = encoding_to_utf8(bytes, length, &encoding, &text_length);
    struct xml_node *root = text == NULL ? NULL : xml_parse(text, text_length, line, why);
    bool item = root != NULL && is(root, "assessmentItem");

    if (item) {
        qti->item = root;
        read_item(qti);
    }
    xml_free(root);
    free(text);
    return item;
}

static enum import_status read_package(struct qti *qti, const struct archive *archive)
{
    const char *why = NULL;
    size_t line = 0;

    for (size_t i = 0; i < archive_count(archive); i++) {
        const char *name = archive_name(archive, i);
        size_t length = strlen(name);
        if (length < 4 || strcmp(name + length - 4, ".xml") != 0 || strcmp(name, "imsmanifest.xml") == 0)
            continue;
        size_t part_length = 0;
        char *part = archive_read(archive, name, IMPORT_PART_MAX_BYTES, &part_length);
        qti->line++;
        if (part == NULL || !read_part(qti, part, part_length, &why, &line))
            import_warn(qti->import, qti->line, "%.100s is no item", name);
        free(part);
    }
    return qti->import->count == 0 ? IMPORT_NOTHING : IMPORT_OK;
}

enum import_status import_qti(const char *bytes, size_t length, struct import *import)
{
    struct qti qti = {.import = import};
    struct archive *archive = archive_open(bytes, length);
    const char *why = "no assessmentItem";
    size_t line = 1;

    if (archive != NULL) {
        enum import_status status = read_package(&qti, archive);
        archive_close(archive);
        return status;
    }
    qti.line = 1;
    if (read_part(&qti, bytes, length, &why, &line))
        return import->count == 0 ? IMPORT_NOTHING : IMPORT_OK;
    import_warn(import, line, "is no QTI item: %s", why == NULL ? "no assessmentItem" : why);
    return IMPORT_UNREADABLE;
}
