/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/bank_change.h"
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"
#include "question-banks/version.h"

#define STEP 16

static void add(struct differences *out, enum change change, const char *question, const char *what)
{
    if (out->count % STEP == 0)
        out->list = memory_grow(out->list, out->count + STEP, sizeof *out->list);
    out->list[out->count++] = (struct difference){.change = change, .question = question, .what = what};
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
        add(out, CHANGE_MAJOR, after->id, "kind of");
    else if (!same_shape(&before->shape, &after->shape))
        add(out, CHANGE_MAJOR, after->id, "choices of");
    else if (!same_key(before, after))
        add(out, CHANGE_MAJOR, after->id, "key of");
    if (!same_wording(before, after))
        add(out, CHANGE_PATCH, after->id, "wording of");
    if (!same_rest(before, after))
        add(out, CHANGE_PATCH, after->id, "source, topic, points or time of");
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
        add(out, CHANGE_PATCH, NULL, "title, description, languages, licence or visibility");
    while (i < before->question_count || j < after->question_count) {
        int order = i == before->question_count ? 1 : j == after->question_count ? -1 : by_id(&old[i], &new[j]);
        if (order < 0)
            add(out, CHANGE_MAJOR, old[i++]->id, "removed:");
        else if (order > 0)
            add(out, CHANGE_MINOR, new[j++]->id, "new:");
        else
            compare_questions(old[i++], new[j++], out);
    }
    free(old);
    free(new);
}

/* How large a step the two numbers claim. */
static enum change step_of(const struct version *before, const struct version *after)
{
    if (before->major != after->major)
        return CHANGE_MAJOR;
    if (before->minor != after->minor)
        return CHANGE_MINOR;
    return before->patch != after->patch ? CHANGE_PATCH : CHANGE_NONE;
}

static void warn(const struct difference *difference, struct faults *warnings)
{
    static const char *const names[] = {
        [CHANGE_NONE] = "no", [CHANGE_PATCH] = "patch", [CHANGE_MINOR] = "minor", [CHANGE_MAJOR] = "major"};
    const char *end = strchr(difference->what, ':') == NULL ? " changed" : "";

    faults_add(warnings, 1, 1, difference->question, "version", "this is a %s change: %s%s%s%s",
               names[difference->change], difference->what, difference->question == NULL ? "" : " ",
               difference->question == NULL ? "" : difference->question, end);
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
