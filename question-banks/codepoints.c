/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/codepoints.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "question-banks/memory.h"

static const utf8proc_option_t options[] = {
    [DECOMPOSE_CANONICAL] = UTF8PROC_DECOMPOSE | UTF8PROC_STABLE,
    [DECOMPOSE_COMPATIBLE] = UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | UTF8PROC_COMPAT,
    [DECOMPOSE_COMPATIBLE_FOLDED] =
        UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
};

bool codepoints_read(const char *bytes, size_t length, enum decomposition form, struct codepoints *out)
{
    const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)bytes;

    *out = (struct codepoints){0};
    utf8proc_ssize_t count = utf8proc_decompose(text, (utf8proc_ssize_t)length, NULL, 0, options[form]);
    if (count < 0)
        return false;
    out->at = memory_new((size_t)count, sizeof *out->at);
    utf8proc_decompose(text, (utf8proc_ssize_t)length, out->at, count, options[form]);
    out->count = (size_t)count;
    return true;
}

void codepoints_clear(struct codepoints *codepoints)
{
    free(codepoints->at);
    *codepoints = (struct codepoints){0};
}

void codepoints_add(struct codepoints *codepoints, int32_t codepoint)
{
    bool full = (codepoints->count & (codepoints->count - 1)) == 0; /* a power of two, or nothing yet */

    if (full)
        codepoints->at =
            memory_grow(codepoints->at, codepoints->count == 0 ? 1 : 2 * codepoints->count, sizeof *codepoints->at);
    codepoints->at[codepoints->count++] = codepoint;
}

char *codepoints_write(const struct codepoints *codepoints, bool compatible)
{
    utf8proc_option_t form = UTF8PROC_COMPOSE | UTF8PROC_STABLE | (compatible ? UTF8PROC_COMPAT : 0);
    utf8proc_uint8_t *bytes = memory_new(4 * codepoints->count + 1, 1);
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t length = 0;

    for (size_t i = 0; i < codepoints->count; i++)
        length += utf8proc_encode_char(codepoints->at[i], bytes + length);
    utf8proc_ssize_t made = utf8proc_map(bytes, length, &composed, form);
    assert(made >= 0);
    free(bytes);
    return (char *)composed;
}

/* Code points of every category that leave no ink, or none of their own (Unicode: Default_Ignorable_Code_Point, and
 * the blank Braille pattern). */
static bool leaves_no_ink(int32_t c)
{
    static const int32_t ranges[][2] = {
        {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x115F, 0x1160}, {0x17B4, 0x17B5},   {0x180B, 0x180F},
        {0x200B, 0x200B},   {0x2060, 0x2065},   {0x206A, 0x206F}, {0x2800, 0x2800},   {0x3164, 0x3164},
        {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
        {0xE0000, 0xE00FF}, {0xE01F0, 0xE0FFF},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    }
    return false;
}

static bool turns_direction(int32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

enum codepoint_class codepoint_class(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);

    if (turns_direction(c))
        return CODEPOINT_BIDI;
    if (c == 0x200C || c == 0x200D)
        return CODEPOINT_JOINER;
    if ((c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF))
        return CODEPOINT_SELECTOR;
    if ((c >= 0x09 && c <= 0x0D) || c == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
        category == UTF8PROC_CATEGORY_ZP)
        return CODEPOINT_SPACE;
    if (category == UTF8PROC_CATEGORY_CC)
        return CODEPOINT_CONTROL;
    if (leaves_no_ink(c) || category == UTF8PROC_CATEGORY_CO || category == UTF8PROC_CATEGORY_CS ||
        (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF))
        return CODEPOINT_INVISIBLE;
    if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME)
        return CODEPOINT_MARK;
    return CODEPOINT_VISIBLE;
}

bool codepoint_is_word(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);

    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

int32_t codepoint_lower(int32_t c)
{
    return utf8proc_tolower(c);
}

int32_t codepoint_upper(int32_t c)
{
    return utf8proc_toupper(c);
}

size_t codepoint_next(const char *bytes, size_t length, int32_t *codepoint)
{
    utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length, codepoint);

    return step <= 0 ? 0 : (size_t)step;
}

bool codepoint_is_accent(int32_t c)
{
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
           (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F);
}

size_t codepoints_clusters(const char *bytes, size_t length)
{
    const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)bytes;
    utf8proc_int32_t state = 0;
    utf8proc_int32_t before = 0;
    utf8proc_int32_t codepoint = 0;
    size_t clusters = 0;

    for (size_t i = 0; i < length;) {
        utf8proc_ssize_t step = utf8proc_iterate(text + i, (utf8proc_ssize_t)(length - i), &codepoint);
        if (step <= 0)
            return 0;
        if (i == 0 || utf8proc_grapheme_break_stateful(before, codepoint, &state))
            clusters++;
        before = codepoint;
        i += (size_t)step;
    }
    return clusters;
}

static bool continues(utf8proc_uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* The length of the sequences that most texts are made of; 0: look closer. */
static size_t common_length(const utf8proc_uint8_t *text, size_t left)
{
    if (text[0] < 0x80)
        return 1;
    if (left >= 2 && text[0] >= 0xC2 && text[0] <= 0xDF && continues(text[1]))
        return 2;
    if (left >= 3 && text[0] >= 0xE1 && text[0] <= 0xEC && continues(text[1]) && continues(text[2]))
        return 3;
    return 0;
}

size_t codepoints_valid_length(const char *bytes, size_t length)
{
    const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)bytes;
    utf8proc_int32_t codepoint = 0;
    size_t i = 0;

    while (i < length) {
        size_t step = common_length(text + i, length - i);
        if (step == 0) {
            utf8proc_ssize_t taken = utf8proc_iterate(text + i, (utf8proc_ssize_t)(length - i), &codepoint);
            if (taken <= 0)
                return i;
            step = (size_t)taken;
        }
        i += step;
    }
    return i;
}
