/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/bank_change.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"
#include "question-banks/version.h"

#define STEP 16
#define NUMBER_MAX 999999999u /* as version_read() takes them */

static void add(struct differences *out, enum bank_step change, enum bank_part part, const char *question)
{
    if (out->count % STEP == 0)
        out->list = memory_grow(out->list, out->count + STEP, sizeof *out->list);
    out->list[out->count++] = (struct difference){.change = change, .part = part, .question = question};
    if (change > out->greatest)
        out->greatest = change;
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_ids(const char a[][CHOICE_ID_MAX + 1], const char b[][CHOICE_ID_MAX + 1], size_t count)
{
    bool equal = true;

    for (size_t i = 0; i < count && equal; i++)
        equal = strcmp(a[i], b[i]) == 0;
    return equal;
}

static bool same_shape(const struct shape *a, const struct shape *b)
{
    return a->kind == b->kind && a->choice_count == b->choice_count && a->right_count == b->right_count &&
           same_ids(a->choices, b->choices, a->choice_count) && same_ids(a->rights, b->rights, a->right_count);
}

static bool same_rule(const struct text_rule *a, const struct text_rule *b)
{
    return a->ignore_case == b->ignore_case && a->ignore_diacritics == b->ignore_diacritics &&
           a->ignore_tone_place == b->ignore_tone_place;
}

static bool same_key(const struct question *a, const struct question *b)
{
    bool equal = a->key.count == b->key.count && a->accept_count == b->accept_count && same_rule(&a->rule, &b->rule) &&
                 same(a->prediction_of, b->prediction_of);

    for (size_t i = 0; equal && i < a->key.count; i++)
        equal = a->key.ranges[i].low == b->key.ranges[i].low && a->key.ranges[i].high == b->key.ranges[i].high;
    for (size_t i = 0; equal && i < a->accept_count; i++)
        equal = strcmp(a->accept[i], b->accept[i]) == 0;
    return equal;
}

static bool same_choices(const struct choice *a, const struct choice *b)
{
    bool equal = true;

    for (size_t i = 0; i < CHOICES_MAX && equal; i++)
        equal = same(a[i].text_json, b[i].text_json);
    return equal;
}

static bool same_wording(const struct question *a, const struct question *b)
{
    return same(a->text_json, b->text_json) && same_choices(a->choices, b->choices) &&
           same_choices(a->rights, b->rights) && same(a->explain_json, b->explain_json);
}

static bool same_rest(const struct question *a, const struct question *b)
{
    return same(a->source_json, b->source_json) && same(a->media_json, b->media_json) && same(a->topic, b->topic) &&
           a->difficulty == b->difficulty && a->weight == b->weight && a->limit_ms == b->limit_ms;
}

static void compare_questions(const struct question *before, const struct question *after, struct differences *out)
{
    if (before->shape.kind != after->shape.kind)
        add(out, BANK_STEP_MAJOR, PART_KIND, after->id);
    else if (!same_shape(&before->shape, &after->shape))
        add(out, BANK_STEP_MAJOR, PART_CHOICES, after->id);
    else if (!same_key(before, after))
        add(out, BANK_STEP_MAJOR, PART_KEY, after->id);
    if (!same_wording(before, after))
        add(out, BANK_STEP_PATCH, PART_WORDING, after->id);
    if (!same_rest(before, after))
        add(out, BANK_STEP_PATCH, PART_REST, after->id);
}

static int by_id(const void *a, const void *b)
{
    return strcmp((*(const struct question *const *)a)->id, (*(const struct question *const *)b)->id);
}

static const struct question **sorted(const struct bank *bank)
{
    const struct question **list = memory_new(bank->question_count, sizeof *list);

    for (size_t i = 0; i < bank->question_count; i++)
        list[i] = &bank->questions[i];
    qsort(list, bank->question_count, sizeof *list, by_id);
    return list;
}

void bank_compare(const struct bank *before, const struct bank *after, struct differences *out)
{
    const struct question **old = sorted(before);
    const struct question **new = sorted(after);
    size_t i = 0;
    size_t j = 0;

    *out = (struct differences){0};
    if (!same(before->title_json, after->title_json) || !same(before->description_json, after->description_json) ||
        !same(before->languages_json, after->languages_json) || !same(before->licence, after->licence) ||
        before->visibility != after->visibility)
        add(out, BANK_STEP_PATCH, PART_HEAD, NULL);
    while (i < before->question_count || j < after->question_count) {
        int order = i == before->question_count ? 1 : j == after->question_count ? -1 : by_id(&old[i], &new[j]);
        if (order < 0)
            add(out, BANK_STEP_MAJOR, PART_REMOVED, old[i++]->id);
        else if (order > 0)
            add(out, BANK_STEP_MINOR, PART_NEW, new[j++]->id);
        else
            compare_questions(old[i++], new[j++], out);
    }
    free(old);
    free(new);
}

/* How large a step the two numbers claim. */
static enum bank_step step_of(const struct version *before, const struct version *after)
{
    if (before->major != after->major)
        return BANK_STEP_MAJOR;
    if (before->minor != after->minor)
        return BANK_STEP_MINOR;
    return before->patch != after->patch ? BANK_STEP_PATCH : BANK_STEP_NONE;
}

const char *bank_step_name(enum bank_step change)
{
    static const char *const names[] = {
        [BANK_STEP_NONE] = "no", [BANK_STEP_PATCH] = "patch", [BANK_STEP_MINOR] = "minor", [BANK_STEP_MAJOR] = "major"};

    return names[change];
}

static const struct {
    const char *name;
    const char *said; /* before the question's id */
    const char *end;
} parts[] = {
    [PART_HEAD] = {"head", "title, description, languages, licence or visibility", " changed"},
    [PART_KIND] = {"kind", "kind of", " changed"},
    [PART_CHOICES] = {"choices", "choices of", " changed"},
    [PART_KEY] = {"key", "key of", " changed"},
    [PART_WORDING] = {"wording", "wording of", " changed"},
    [PART_REST] = {"rest", "source, topic, points or time of", " changed"},
    [PART_REMOVED] = {"removed", "removed:", ""},
    [PART_NEW] = {"new", "new:", ""},
};

const char *bank_part_name(enum bank_part part)
{
    return parts[part].name;
}

static void warn(const struct difference *difference, struct faults *warnings)
{
    faults_add(warnings, 1, 1, difference->question, "version", "this is a %s change: %s%s%s%s",
               bank_step_name(difference->change), parts[difference->part].said,
               difference->question == NULL ? "" : " ", difference->question == NULL ? "" : difference->question,
               parts[difference->part].end);
}

void bank_check_step(const struct bank *before, const struct bank *after, struct faults *warnings)
{
    struct differences differences;
    struct version from;
    struct version to;

    if (!version_read(before->version, &from) || !version_read(after->version, &to) || from.major == 0)
        return;
    if (from.prerelease[0] != '\0' || to.prerelease[0] != '\0')
        return; /* previews may still change in any way */
    bank_compare(before, after, &differences);
    for (size_t i = 0; i < differences.count; i++) {
        if (differences.list[i].change > step_of(&from, &to))
            warn(&differences.list[i], warnings);
    }
    free(differences.list);
}

/* By what the number says alone: a preview goes to its version, whatever changed. */
static struct version step_up(struct version from, enum bank_step change)
{
    if (from.prerelease[0] != '\0')
        return from;
    if (from.major > 0 && change == BANK_STEP_MAJOR)
        return (struct version){.major = from.major + 1};
    if (change == BANK_STEP_MAJOR || change == BANK_STEP_MINOR)
        return (struct version){.major = from.major, .minor = from.minor + 1};
    return (struct version){.major = from.major, .minor = from.minor, .patch = from.patch + 1};
}

bool bank_next_version(const char *before, enum bank_step change, char out[BANK_VERSION_MAX + 1])
{
    struct version from;

    if (!version_read(before, &from))
        return false;
    struct version to = step_up(from, change);
    if (to.major > NUMBER_MAX || to.minor > NUMBER_MAX || to.patch > NUMBER_MAX)
        return false;
    snprintf(out, BANK_VERSION_MAX + 1, "%u.%u.%u", to.major, to.minor, to.patch);
    return true;
}
