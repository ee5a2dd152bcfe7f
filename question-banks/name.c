/* SPDX-License-Identifier: Apache-2.0 */
/* What people call themselves: cleaned for a wall, and folded for comparing. */
#include <stdlib.h>
#include <string.h>
#include "question-banks/codepoints.h"
#include "question-banks/memory.h"
#include "question-banks/text.h"

#define NAME_RAW_MAX_BYTES 1024

/*
 * Letters of other alphabets (and odd Latin ones) that look like a Latin letter, in the case in which they do. Source:
 * Unicode Technical Standard #39, confusables.txt, single letters of Cyrillic, Greek, Armenian and Latin only.
 * Full-width and mathematical letters need no row: their compatibility decomposition is the plain letter.
 */
static const struct {
    int32_t from;
    char to;
} look_alikes[] = {
    /* Cyrillic */
    {0x0410, 'A'},
    {0x0412, 'B'},
    {0x0415, 'E'},
    {0x0417, '3'},
    {0x041A, 'K'},
    {0x041C, 'M'},
    {0x041D, 'H'},
    {0x041E, 'O'},
    {0x0420, 'P'},
    {0x0421, 'C'},
    {0x0422, 'T'},
    {0x0423, 'Y'},
    {0x0425, 'X'},
    {0x042C, 'b'},
    {0x0430, 'a'},
    {0x0433, 'r'},
    {0x0435, 'e'},
    {0x043E, 'o'},
    {0x0440, 'p'},
    {0x0441, 'c'},
    {0x0443, 'y'},
    {0x0445, 'x'},
    {0x0405, 'S'},
    {0x0406, 'I'},
    {0x0408, 'J'},
    {0x0455, 's'},
    {0x0456, 'i'},
    {0x0458, 'j'},
    {0x0474, 'V'},
    {0x0475, 'v'},
    {0x04AE, 'Y'},
    {0x04AF, 'y'},
    {0x04BA, 'h'},
    {0x04BB, 'h'},
    {0x04C0, 'l'},
    {0x04CF, 'l'},
    {0x0501, 'd'},
    {0x050C, 'G'},
    {0x051A, 'Q'},
    {0x051B, 'q'},
    {0x051C, 'W'},
    {0x051D, 'w'},
    /* Greek */
    {0x0391, 'A'},
    {0x0392, 'B'},
    {0x0395, 'E'},
    {0x0396, 'Z'},
    {0x0397, 'H'},
    {0x0399, 'I'},
    {0x039A, 'K'},
    {0x039C, 'M'},
    {0x039D, 'N'},
    {0x039F, 'O'},
    {0x03A1, 'P'},
    {0x03A4, 'T'},
    {0x03A5, 'Y'},
    {0x03A7, 'X'},
    {0x03B1, 'a'},
    {0x03B3, 'y'},
    {0x03B9, 'i'},
    {0x03BD, 'v'},
    {0x03BF, 'o'},
    {0x03C1, 'p'},
    {0x03C3, 'o'},
    {0x03C5, 'u'},
    {0x037F, 'J'},
    {0x03F2, 'c'},
    {0x03F3, 'j'},
    {0x03F9, 'C'},
    /* Armenian */
    {0x054D, 'U'},
    {0x0555, 'O'},
    {0x0561, 'w'},
    {0x0563, 'q'},
    {0x0566, 'q'},
    {0x0570, 'h'},
    {0x0578, 'n'},
    {0x057D, 'u'},
    {0x0581, 'g'},
    {0x0585, 'o'},
    /* Latin */
    {0x0131, 'i'},
    {0x0251, 'a'},
    {0x0261, 'g'},
    {0x0269, 'i'},
    {0x028B, 'u'},
};

static int32_t look_alike(int32_t codepoint)
{
    for (size_t i = 0; i < sizeof look_alikes / sizeof look_alikes[0]; i++) {
        if (look_alikes[i].from == codepoint)
            return look_alikes[i].to;
    }
    return codepoint;
}

/* ZWJ, ZWNJ and variation selectors only change how something looks behind an emoji or a letter of a script that joins;
 * behind anything else they are a way to write a taken name anew. */
static bool may_follow(int32_t before)
{
    return (before >= 0x0600 && before <= 0x1DFF) || before >= 0x2190;
}

/* The walk over a raw name, code point by code point. */
struct cleaning {
    struct codepoints kept;
    size_t marks; /* on the last base */
    bool gap;     /* white space was seen since the last kept code point */
    bool dropped; /* something that was no white space was thrown away */
};

static void keep(struct cleaning *cleaning, int32_t codepoint)
{
    if (cleaning->gap && cleaning->kept.count > 0)
        codepoints_add(&cleaning->kept, ' ');
    cleaning->gap = false;
    cleaning->marks = 0;
    codepoints_add(&cleaning->kept, codepoint);
}

static bool keep_mark(struct cleaning *cleaning, int32_t codepoint)
{
    if (cleaning->kept.count == 0 || cleaning->gap || ++cleaning->marks > NAME_MAX_MARKS)
        return false;
    codepoints_add(&cleaning->kept, codepoint);
    return true;
}

static void keep_if_joining(struct cleaning *cleaning, int32_t codepoint)
{
    const struct codepoints *kept = &cleaning->kept;

    if (kept->count > 0 && !cleaning->gap && may_follow(kept->at[kept->count - 1]))
        codepoints_add(&cleaning->kept, codepoint);
    else
        cleaning->dropped = true;
}

/* False: a trick. */
static bool clean_one(struct cleaning *cleaning, int32_t codepoint)
{
    switch (codepoint_class(codepoint)) {
    case CODEPOINT_VISIBLE:
        keep(cleaning, codepoint);
        return true;
    case CODEPOINT_MARK:
        return keep_mark(cleaning, codepoint);
    case CODEPOINT_SPACE:
        cleaning->gap = true;
        return true;
    case CODEPOINT_CONTROL:
    case CODEPOINT_INVISIBLE:
        cleaning->dropped = true;
        return true;
    case CODEPOINT_BIDI:
        return false;
    case CODEPOINT_JOINER:
    case CODEPOINT_SELECTOR:
        keep_if_joining(cleaning, codepoint);
        return true;
    }
    return false;
}

/* Single spaces, none at the ends; in place. */
static void single_spaces(struct codepoints *text)
{
    size_t used = 0;

    for (size_t i = 0; i < text->count; i++) {
        bool space = codepoint_class(text->at[i]) == CODEPOINT_SPACE;
        if (space && (used == 0 || text->at[used - 1] == ' '))
            continue;
        text->at[used++] = space ? ' ' : text->at[i];
    }
    text->count = used > 0 && text->at[used - 1] == ' ' ? used - 1 : used;
}

static char *name_key(const char *shown)
{
    struct codepoints text;

    codepoints_read(shown, strlen(shown), DECOMPOSE_COMPATIBLE_FOLDED, &text);
    single_spaces(&text);
    char *key = codepoints_write(&text, true);
    codepoints_clear(&text);
    return key;
}

static char *name_skeleton(const char *shown)
{
    struct codepoints text;

    codepoints_read(shown, strlen(shown), DECOMPOSE_COMPATIBLE, &text);
    for (size_t i = 0; i < text.count; i++)
        text.at[i] = look_alike(text.at[i]);
    char *looks = codepoints_write(&text, true);
    char *skeleton = name_key(looks);
    free(looks);
    codepoints_clear(&text);
    return skeleton;
}

static enum name_fault shown_form(const struct codepoints *raw, char **shown)
{
    struct cleaning cleaning = {0};
    enum name_fault fault = NAME_FINE;

    for (size_t i = 0; i < raw->count && fault == NAME_FINE; i++)
        fault = clean_one(&cleaning, raw->at[i]) ? NAME_FINE : NAME_TRICK;
    if (fault == NAME_FINE && cleaning.kept.count == 0)
        fault = cleaning.dropped ? NAME_TRICK : NAME_EMPTY;
    if (fault == NAME_FINE)
        *shown = codepoints_write(&cleaning.kept, false);
    codepoints_clear(&cleaning.kept);
    return fault;
}

enum name_fault name_clean(const char *raw, size_t length, struct name *out)
{
    struct codepoints text;
    char *shown = NULL;

    *out = (struct name){0};
    if (length > NAME_RAW_MAX_BYTES)
        return NAME_TOO_LONG;
    if (!codepoints_read(raw, length, DECOMPOSE_CANONICAL, &text))
        return NAME_NOT_TEXT;
    enum name_fault fault = shown_form(&text, &shown);
    codepoints_clear(&text);
    if (fault != NAME_FINE)
        return fault;
    if (strlen(shown) > NAME_MAX_BYTES || codepoints_clusters(shown, strlen(shown)) > NAME_MAX_CLUSTERS) {
        free(shown);
        return NAME_TOO_LONG;
    }
    *out = (struct name){.shown = shown, .key = name_key(shown), .skeleton = name_skeleton(shown)};
    return NAME_FINE;
}

void name_clear(struct name *name)
{
    free(name->shown);
    free(name->key);
    free(name->skeleton);
    *name = (struct name){0};
}
