/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/encoding.h"
#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "question-banks/codepoints.h"
#include "question-banks/memory.h"
#include "question-banks/text.h"

#define FIRST_HIGH 0x80

/* NULL if a byte has no meaning in `from`. */
static char *convert(const char *bytes, size_t length, const char *from, size_t *out_length)
{
    iconv_t converter = iconv_open("UTF-8", from);
    size_t room = 4 * length + 16;
    char *text = memory_new(room + 1, 1);
    char *in = (char *)(uintptr_t)bytes;
    char *out = text;
    size_t left = room;

    if (converter == (iconv_t)-1) {
        free(text);
        return NULL;
    }
    bool whole = iconv(converter, &in, &length, &out, &left) != (size_t)-1 &&
                 iconv(converter, NULL, NULL, &out, &left) != (size_t)-1;
    iconv_close(converter);
    if (!whole) {
        free(text);
        return NULL;
    }
    *out_length = room - left;
    text[*out_length] = '\0';
    return text;
}

/* Every second byte of Latin text in UTF-16 is zero, and a text has none otherwise. */
static const char *utf16_name(const char *bytes, size_t length)
{
    const unsigned char *b = (const unsigned char *)bytes;
    size_t zeros[2] = {0};

    if (length < 2 || length % 2 != 0)
        return NULL;
    if (b[0] == 0xFF && b[1] == 0xFE)
        return "UTF-16LE";
    if (b[0] == 0xFE && b[1] == 0xFF)
        return "UTF-16BE";
    for (size_t i = 0; i < length; i++)
        zeros[i % 2] += b[i] == 0;
    if (zeros[1] > length / 8 && zeros[1] > 4 * zeros[0])
        return "UTF-16LE";
    return zeros[0] > length / 8 && zeros[0] > 4 * zeros[1] ? "UTF-16BE" : NULL;
}

static char *without_mark(char *text, size_t *length)
{
    if (text != NULL && *length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        *length -= 3;
        memmove(text, text + 3, *length + 1);
    }
    return text;
}

char *encoding_to_utf8(const char *bytes, size_t length, enum encoding *found, size_t *out_length)
{
    const char *utf16 = utf16_name(bytes, length);
    char *text = NULL;

    *out_length = length;
    if (utf16 != NULL) {
        *found = ENCODING_UTF16;
        text = convert(bytes, length, utf16, out_length);
    } else if (codepoints_valid_length(bytes, length) == length) {
        *found = ENCODING_UTF8;
        text = memory_copy(bytes, length);
    } else {
        *found = ENCODING_CP1258;
        text = convert(bytes, length, "CP1258", out_length);
    }
    if (text == NULL || memchr(text, '\0', *out_length) != NULL) {
        *found = ENCODING_UNKNOWN;
        free(text);
        return NULL;
    }
    return without_mark(text, out_length);
}

enum legacy_font legacy_font_of(const char *name)
{
    size_t length = strlen(name);

    if (strncasecmp(name, ".Vn", 3) == 0)
        return name[length - 1] == 'H' ? FONT_TCVN3_CAPITALS : FONT_TCVN3;
    return strncasecmp(name, "VNI-", 4) == 0 ? FONT_VNI : FONT_UNICODE;
}

/*
 * The letters of TCVN 5712:1993 (its set VN3) from 0xA1 on, as .Vn fonts draw them; 0 is none. Compared by the tests
 * with glibc's TCVN5712-1, which holds the same rows.
 */
static const uint16_t tcvn3[] = {
    /* A1 */ 0x102,  0xC2,   0xCA,   0xD4,   0x1A0,  0x1AF,  0x110,  0x103,  0xE2,   0xEA,   0xF4,   0x1A1,
    /* AD */ 0x1B0,  0x111,  0,      0,      0,      0,      0,      0,      0xE0,   0x1EA3, 0xE3,   0xE1,
    /* B9 */ 0x1EA1, 0,      0x1EB1, 0x1EB3, 0x1EB5, 0x1EAF, 0,      0,      0,      0,      0,      0,
    /* C5 */ 0,      0x1EB7, 0x1EA7, 0x1EA9, 0x1EAB, 0x1EA5, 0x1EAD, 0xE8,   0,      0x1EBB, 0x1EBD, 0xE9,
    /* D1 */ 0x1EB9, 0x1EC1, 0x1EC3, 0x1EC5, 0x1EBF, 0x1EC7, 0xEC,   0x1EC9, 0,      0,      0,      0x129,
    /* DD */ 0xED,   0x1ECB, 0xF2,   0,      0x1ECF, 0xF5,   0xF3,   0x1ECD, 0x1ED3, 0x1ED5, 0x1ED7, 0x1ED1,
    /* E9 */ 0x1ED9, 0x1EDD, 0x1EDF, 0x1EE1, 0x1EDB, 0x1EE3, 0xF9,   0,      0x1EE7, 0x169,  0xFA,   0x1EE5,
    /* F5 */ 0x1EEB, 0x1EED, 0x1EEF, 0x1EE9, 0x1EF1, 0x1EF3, 0x1EF7, 0x1EF9, 0xFD,   0x1EF5, 0,
};
#define TCVN3_FIRST 0xA1

static int32_t tcvn3_letter(int32_t code)
{
    int32_t index = code - TCVN3_FIRST;

    if (index < 0 || index >= (int32_t)(sizeof tcvn3 / sizeof tcvn3[0]) || tcvn3[index] == 0)
        return code;
    return tcvn3[index];
}

/*
 * VNI for Windows: a vowel is followed by a code for its marks, some letters have a code of their own. Lower case; the
 * capitals lie 0x20 below. Source: the VNI Windows table of vietunicode.sourceforge.net/charset.
 */
static const struct {
    uint8_t code;
    uint16_t letter;
} vni_letters[] = {{0xF1, 0x111},  {0xF4, 0x1A1}, {0xF6, 0x1B0},  {0xED, 0xED},  {0xEC, 0xEC},
                   {0xE6, 0x1EC9}, {0xF3, 0x129}, {0xF2, 0x1ECB}, {0xEE, 0x1EF5}};
static const struct {
    uint8_t code;
    uint16_t marks[2]; /* combining */
} vni_marks[] = {
    {0xF9, {0x301, 0}},     {0xF8, {0x300, 0}},     {0xFB, {0x309, 0}},     {0xF5, {0x303, 0}},
    {0xEF, {0x323, 0}},     {0xE2, {0x302, 0}},     {0xE1, {0x302, 0x301}}, {0xE0, {0x302, 0x300}},
    {0xE5, {0x302, 0x309}}, {0xE3, {0x302, 0x303}}, {0xE4, {0x302, 0x323}}, {0xEA, {0x306, 0}},
    {0xE9, {0x306, 0x301}}, {0xE8, {0x306, 0x300}}, {0xFA, {0x306, 0x309}}, {0xFC, {0x306, 0x303}},
    {0xEB, {0x306, 0x323}},
};

static bool is_vowel(int32_t c)
{
    return c < FIRST_HIGH ? c != 0 && strchr("aeouyAEOUY", (int)c) != NULL
                          : c == 0x1A1 || c == 0x1A0 || c == 0x1B0 || c == 0x1AF;
}

/* A mark code behind a vowel; false if it is none. */
static bool add_vni_marks(struct codepoints *out, int32_t code)
{
    int32_t lower = code >= 0xC0 && code < 0xE0 ? code + 0x20 : code;

    for (size_t i = 0; i < sizeof vni_marks / sizeof vni_marks[0]; i++) {
        if (vni_marks[i].code != lower)
            continue;
        codepoints_add(out, vni_marks[i].marks[0]);
        if (vni_marks[i].marks[1] != 0)
            codepoints_add(out, vni_marks[i].marks[1]);
        return true;
    }
    return false;
}

static int32_t capital_of(int32_t letter)
{
    return letter >= 0x1000 || letter == 0x1A1 || letter == 0x129 || letter == 0x111 ? letter - 1
           : letter == 0x1B0                                                         ? 0x1AF
                                                                                     : letter - 0x20;
}

static int32_t vni_letter(int32_t code)
{
    for (size_t i = 0; i < sizeof vni_letters / sizeof vni_letters[0]; i++) {
        if (code == vni_letters[i].code)
            return vni_letters[i].letter;
        if (code == vni_letters[i].code - 0x20)
            return capital_of(vni_letters[i].letter);
    }
    return code;
}

static void read_vni(const int32_t *codes, size_t count, struct codepoints *out)
{
    for (size_t i = 0; i < count; i++) {
        bool after_vowel = out->count > 0 && is_vowel(out->at[out->count - 1]);
        if (!after_vowel || !add_vni_marks(out, codes[i]))
            codepoints_add(out, vni_letter(codes[i]));
    }
}

static void read_tcvn3(const int32_t *codes, size_t count, bool capitals, struct codepoints *out)
{
    for (size_t i = 0; i < count; i++) {
        int32_t letter = tcvn3_letter(codes[i]);
        codepoints_add(out, capitals ? codepoint_upper(letter) : letter);
    }
}

/* As many code points as characters: nothing is decomposed, and symbol-font codes (U+F0xx) lose their front. */
static struct codepoints codes_of(const char *text, size_t length)
{
    struct codepoints codes = {0};

    for (size_t i = 0; i < length;) {
        int32_t code = 0;
        size_t step = codepoint_next(text + i, length - i, &code);
        if (step == 0)
            break;
        codepoints_add(&codes, code >= 0xF020 && code <= 0xF0FF ? code - 0xF000 : code);
        i += step;
    }
    return codes;
}

char *legacy_font_read(const char *text, size_t length, enum legacy_font font)
{
    struct codepoints codes = codes_of(text, length);
    struct codepoints out = {0};

    switch (font) {
    case FONT_UNICODE:
        break;
    case FONT_TCVN3:
    case FONT_TCVN3_CAPITALS:
        read_tcvn3(codes.at, codes.count, font == FONT_TCVN3_CAPITALS, &out);
        break;
    case FONT_VNI:
        read_vni(codes.at, codes.count, &out);
        break;
    }
    char *read = font == FONT_UNICODE ? memory_copy(text, length) : codepoints_write(&out, false);
    codepoints_clear(&codes);
    codepoints_clear(&out);
    return read;
}
