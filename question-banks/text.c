/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/text.h"
#include <stdlib.h>
#include <string.h>
#include "question-banks/codepoints.h"
#include "question-banks/memory.h"

#define TONE_GRAVE 0x0300
#define TONE_ACUTE 0x0301
#define TONE_TILDE 0x0303
#define TONE_HOOK 0x0309
#define TONE_DOT 0x0323

bool text_is_utf8(const char *bytes, size_t length)
{
    return codepoints_valid_length(bytes, length) == length;
}

/* Code points that no composition ever touches, so most texts need no second look: Latin up to U+02FF, Vietnamese
 * letters, punctuation (but not U+2000 and U+2001). */
static bool is_surely_composed(const unsigned char *c, size_t left)
{
    if (c[0] < 0xCC)
        return true;
    if (left < 3)
        return false;
    if (c[0] == 0xE1)
        return c[1] >= 0xB8 && c[1] <= 0xBB;
    return c[0] == 0xE2 && ((c[1] == 0x80 && c[2] >= 0x82) || c[1] == 0x81);
}

bool text_is_nfc(const char *bytes, size_t length)
{
    struct codepoints text;
    bool composed = true;

    for (size_t i = 0; i < length && composed; i++) {
        const unsigned char *c = (const unsigned char *)bytes + i;
        composed = *c < 0xC0 || is_surely_composed(c, length - i);
    }
    if (composed)
        return true;
    if (!codepoints_read(bytes, length, DECOMPOSE_CANONICAL, &text))
        return false;
    char *form = codepoints_write(&text, false);
    composed = strlen(form) == length && memcmp(form, bytes, length) == 0;
    free(form);
    codepoints_clear(&text);
    return composed;
}

static bool is_tone(int32_t c)
{
    return c == TONE_GRAVE || c == TONE_ACUTE || c == TONE_TILDE || c == TONE_HOOK || c == TONE_DOT;
}

/* The three pairs in which Vietnamese writes the tone on the first vowel (old style: hòa, khỏe, thúy) or on the second
 * (new style: hoà, khoẻ, thuý). Source: Decision 240/QĐ of the Ministry of Education, 5 March 1984 (new style), and the
 * older dictionaries' use. */
static bool is_open_pair(int32_t first, int32_t second)
{
    static const char pairs[][2] = {{'o', 'a'}, {'o', 'e'}, {'u', 'y'}};
    int32_t a = codepoint_lower(first);
    int32_t b = codepoint_lower(second);

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (a == pairs[i][0] && b == pairs[i][1])
            return true;
    }
    return false;
}

/* Moves the tone of an open pair to its second vowel. */
static void place_tones(struct codepoints *text)
{
    int32_t *at = text->at;

    for (size_t i = 0; i + 2 < text->count; i++) {
        bool bare = i + 3 >= text->count || !codepoint_is_accent(at[i + 3]);
        if (bare && is_tone(at[i + 1]) && is_open_pair(at[i], at[i + 2])) {
            int32_t tone = at[i + 1];
            at[i + 1] = at[i + 2];
            at[i + 2] = tone;
        }
    }
}

/* đ, and ð which some keyboards give for it (their capitals look the same). */
static int32_t without_stroke(int32_t c)
{
    if (c == 0x0111 || c == 0x00F0)
        return 'd';
    return c == 0x0110 || c == 0x00D0 ? 'D' : c;
}

static void strip_accents(struct codepoints *text)
{
    size_t used = 0;

    for (size_t i = 0; i < text->count; i++) {
        if (!codepoint_is_accent(text->at[i]))
            text->at[used++] = without_stroke(text->at[i]);
    }
    text->count = used;
}

/* What an answer may not carry onto a wall. */
static bool is_silent(int32_t codepoint)
{
    enum codepoint_class class = codepoint_class(codepoint);

    return class == CODEPOINT_CONTROL || class == CODEPOINT_BIDI || class == CODEPOINT_INVISIBLE;
}

static void clean_spaces(struct codepoints *text, bool single)
{
    size_t used = 0;

    for (size_t i = 0; i < text->count; i++) {
        bool space = codepoint_class(text->at[i]) == CODEPOINT_SPACE;
        bool after_space = used == 0 || (single && text->at[used - 1] == ' ');
        if (is_silent(text->at[i]) || (space && after_space))
            continue;
        text->at[used++] = space ? ' ' : text->at[i];
    }
    while (used > 0 && text->at[used - 1] == ' ')
        used--;
    text->count = used;
}

/* Phones write one when the space bar is hit twice. What is nothing but full stops stays. */
static void leave_full_stop(struct codepoints *text)
{
    size_t used = text->count;

    while (used > 0 && (text->at[used - 1] == '.' || text->at[used - 1] == ' '))
        used--;
    if (used > 0)
        text->count = used;
}

static char *write_unless_empty(struct codepoints *text, bool compatible)
{
    char *form = text->count == 0 ? NULL : codepoints_write(text, compatible);

    codepoints_clear(text);
    return form;
}

char *text_normal_form(const char *raw, size_t length, const struct text_rule *rule)
{
    struct codepoints text;
    enum decomposition form = rule->ignore_case ? DECOMPOSE_COMPATIBLE_FOLDED : DECOMPOSE_COMPATIBLE;

    if (length > TEXT_ANSWER_MAX_BYTES || !codepoints_read(raw, length, form, &text))
        return NULL;
    clean_spaces(&text, true);
    if (rule->ignore_diacritics)
        strip_accents(&text);
    else if (rule->ignore_tone_place)
        place_tones(&text);
    clean_spaces(&text, true);
    leave_full_stop(&text);
    return write_unless_empty(&text, true);
}

char *text_shown_form(const char *raw, size_t length)
{
    struct codepoints text;

    if (length > TEXT_ANSWER_MAX_BYTES || !codepoints_read(raw, length, DECOMPOSE_CANONICAL, &text))
        return NULL;
    clean_spaces(&text, false);
    return write_unless_empty(&text, false);
}

/* Joiners and selectors stay: emoji and Indic scripts need them. */
static bool is_tidy(int32_t codepoint)
{
    enum codepoint_class class = codepoint_class(codepoint);

    return class != CODEPOINT_CONTROL && class != CODEPOINT_INVISIBLE && class != CODEPOINT_BIDI;
}

static bool is_line_end(int32_t codepoint)
{
    return codepoint == '\n' || codepoint == '\r' || codepoint == 0x0B || codepoint == 0x85 || codepoint == 0x2028 ||
           codepoint == 0x2029;
}

/* Puts `c` behind what is kept, unless it is white space behind white space; a line end replaces a space. */
static size_t keep_tidy(int32_t *kept, size_t used, int32_t c)
{
    int32_t before = used == 0 ? '\n' : kept[used - 1];

    if (codepoint_class(c) != CODEPOINT_SPACE) {
        kept[used++] = c;
        return used;
    }
    if (is_line_end(c) && before == ' ')
        kept[used - 1] = '\n';
    else if (before != ' ' && before != '\n')
        kept[used++] = is_line_end(c) ? '\n' : ' ';
    return used;
}

char *text_tidy(const char *raw, size_t length)
{
    struct codepoints text;
    size_t used = 0;

    if (!codepoints_read(raw, length, DECOMPOSE_CANONICAL, &text))
        return NULL;
    for (size_t i = 0; i < text.count; i++) {
        if (is_tidy(text.at[i]))
            used = keep_tidy(text.at, used, text.at[i]);
    }
    while (used > 0 && codepoint_class(text.at[used - 1]) == CODEPOINT_SPACE)
        used--;
    text.count = used;
    char *tidy = codepoints_write(&text, false);
    codepoints_clear(&text);
    return tidy;
}

static int32_t plain(int32_t codepoint)
{
    return codepoint_lower(without_stroke(codepoint));
}

char *text_fold_plain(const char *raw, size_t length)
{
    struct codepoints text;

    if (!codepoints_read(raw, length, DECOMPOSE_CANONICAL, &text))
        return NULL;
    strip_accents(&text);
    for (size_t i = 0; i < text.count; i++)
        text.at[i] = plain(text.at[i]);
    char *folded = codepoints_write(&text, false);
    codepoints_clear(&text);
    return folded;
}

/* A name and its plain form side by side: plain[i] stands at from[i] of the name. */
struct masking {
    struct codepoints name;
    struct codepoints plain;
    size_t *from;
};

static void masking_init(struct masking *masking)
{
    const struct codepoints *name = &masking->name;

    masking->from = memory_new(name->count + 1, sizeof *masking->from);
    for (size_t i = 0; i < name->count; i++) {
        if (codepoint_is_accent(name->at[i]))
            continue;
        masking->from[masking->plain.count] = i;
        codepoints_add(&masking->plain, plain(name->at[i]));
    }
    masking->from[masking->plain.count] = name->count;
}

/* Whole words only: nobody called Long wants to be masked for "lo". */
static bool word_stands_at(const struct codepoints *text, const struct codepoints *word, size_t start)
{
    size_t end = start + word->count;

    if (word->count == 0 || end > text->count ||
        memcmp(text->at + start, word->at, word->count * sizeof *word->at) != 0)
        return false;
    return (start == 0 || !codepoint_is_word(text->at[start - 1])) &&
           (end == text->count || !codepoint_is_word(text->at[end]));
}

static void mask_span(struct masking *masking, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        int32_t *c = &masking->name.at[i];
        if (codepoint_is_accent(*c))
            *c = 0; /* taken out when the name is written */
        else if (codepoint_class(*c) != CODEPOINT_SPACE)
            *c = '*';
    }
}

static void mask_word(struct masking *masking, const struct codepoints *word)
{
    for (size_t i = 0; i < masking->plain.count; i++) {
        if (word_stands_at(&masking->plain, word, i))
            mask_span(masking, masking->from[i], masking->from[i + word->count]);
    }
}

static char *masked(struct masking *masking)
{
    struct codepoints left = {0};

    for (size_t i = 0; i < masking->name.count; i++) {
        if (masking->name.at[i] != 0)
            codepoints_add(&left, masking->name.at[i]);
    }
    char *text = codepoints_write(&left, false);
    codepoints_clear(&left);
    return text;
}

char *text_mask(const char *name, const char *const *words, size_t count)
{
    struct masking masking = {0};
    struct codepoints word;

    if (!codepoints_read(name, strlen(name), DECOMPOSE_CANONICAL, &masking.name))
        return memory_copy("*", 1);
    masking_init(&masking);
    for (size_t i = 0; i < count; i++) {
        if (codepoints_read(words[i], strlen(words[i]), DECOMPOSE_CANONICAL, &word))
            mask_word(&masking, &word);
        codepoints_clear(&word);
    }
    char *text = masked(&masking);
    codepoints_clear(&masking.name);
    codepoints_clear(&masking.plain);
    free(masking.from);
    return text;
}
