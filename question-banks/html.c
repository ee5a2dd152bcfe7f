/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/html.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX 12

/* Those that question files use; the rest stays as it is written. Source: the HTML 4 entity sets. */
static const struct {
    const char *name;
    uint16_t code;
} entities[] = {
    {"amp", '&'},      {"lt", '<'},        {"gt", '>'},        {"quot", '"'},     {"apos", '\''},
    {"nbsp", ' '},     {"iexcl", 0xA1},    {"cent", 0xA2},     {"pound", 0xA3},   {"yen", 0xA5},
    {"sect", 0xA7},    {"copy", 0xA9},     {"laquo", 0xAB},    {"reg", 0xAE},     {"deg", 0xB0},
    {"plusmn", 0xB1},  {"sup2", 0xB2},     {"sup3", 0xB3},     {"acute", 0xB4},   {"micro", 0xB5},
    {"para", 0xB6},    {"middot", 0xB7},   {"sup1", 0xB9},     {"ordm", 0xBA},    {"raquo", 0xBB},
    {"frac14", 0xBC},  {"frac12", 0xBD},   {"frac34", 0xBE},   {"iquest", 0xBF},  {"times", 0xD7},
    {"divide", 0xF7},  {"Agrave", 0xC0},   {"Aacute", 0xC1},   {"Acirc", 0xC2},   {"Atilde", 0xC3},
    {"Auml", 0xC4},    {"Aring", 0xC5},    {"AElig", 0xC6},    {"Ccedil", 0xC7},  {"Egrave", 0xC8},
    {"Eacute", 0xC9},  {"Ecirc", 0xCA},    {"Euml", 0xCB},     {"Igrave", 0xCC},  {"Iacute", 0xCD},
    {"Icirc", 0xCE},   {"Iuml", 0xCF},     {"Ntilde", 0xD1},   {"Ograve", 0xD2},  {"Oacute", 0xD3},
    {"Ocirc", 0xD4},   {"Otilde", 0xD5},   {"Ouml", 0xD6},     {"Oslash", 0xD8},  {"Ugrave", 0xD9},
    {"Uacute", 0xDA},  {"Ucirc", 0xDB},    {"Uuml", 0xDC},     {"Yacute", 0xDD},  {"szlig", 0xDF},
    {"agrave", 0xE0},  {"aacute", 0xE1},   {"acirc", 0xE2},    {"atilde", 0xE3},  {"auml", 0xE4},
    {"aring", 0xE5},   {"aelig", 0xE6},    {"ccedil", 0xE7},   {"egrave", 0xE8},  {"eacute", 0xE9},
    {"ecirc", 0xEA},   {"euml", 0xEB},     {"igrave", 0xEC},   {"iacute", 0xED},  {"icirc", 0xEE},
    {"iuml", 0xEF},    {"ntilde", 0xF1},   {"ograve", 0xF2},   {"oacute", 0xF3},  {"ocirc", 0xF4},
    {"otilde", 0xF5},  {"ouml", 0xF6},     {"oslash", 0xF8},   {"ugrave", 0xF9},  {"uacute", 0xFA},
    {"ucirc", 0xFB},   {"uuml", 0xFC},     {"yacute", 0xFD},   {"yuml", 0xFF},    {"scaron", 0x161},
    {"Delta", 0x394},  {"Omega", 0x3A9},   {"alpha", 0x3B1},   {"beta", 0x3B2},   {"gamma", 0x3B3},
    {"delta", 0x3B4},  {"epsilon", 0x3B5}, {"lambda", 0x3BB},  {"mu", 0x3BC},     {"pi", 0x3C0},
    {"sigma", 0x3C3},  {"omega", 0x3C9},   {"ndash", 0x2013},  {"mdash", 0x2014}, {"lsquo", 0x2018},
    {"rsquo", 0x2019}, {"sbquo", 0x201A},  {"ldquo", 0x201C},  {"rdquo", 0x201D}, {"bdquo", 0x201E},
    {"bull", 0x2022},  {"hellip", 0x2026}, {"permil", 0x2030}, {"prime", 0x2032}, {"euro", 0x20AC},
    {"trade", 0x2122}, {"larr", 0x2190},   {"uarr", 0x2191},   {"rarr", 0x2192},  {"darr", 0x2193},
    {"harr", 0x2194},  {"forall", 0x2200}, {"part", 0x2202},   {"exist", 0x2203}, {"empty", 0x2205},
    {"isin", 0x2208},  {"sum", 0x2211},    {"minus", 0x2212},  {"radic", 0x221A}, {"infin", 0x221E},
    {"cap", 0x2229},   {"cup", 0x222A},    {"int", 0x222B},    {"asymp", 0x2248}, {"ne", 0x2260},
    {"equiv", 0x2261}, {"le", 0x2264},     {"ge", 0x2265},     {"sub", 0x2282},   {"sup", 0x2283},
    {"shy", 0xAD},
};

static void put_codepoint(FILE *out, uint32_t c)
{
    if (c < 0x80) {
        fputc((int)c, out);
    } else if (c < 0x800) {
        fprintf(out, "%c%c", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 63)));
    } else if (c < 0x10000) {
        fprintf(out, "%c%c%c", (int)(0xE0 | c >> 12), (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
    } else {
        fprintf(out, "%c%c%c%c", (int)(0xF0 | c >> 18), (int)(0x80 | (c >> 12 & 63)), (int)(0x80 | (c >> 6 & 63)),
                (int)(0x80 | (c & 63)));
    }
}

/* &#233; or &#xE9;: the code point, 0 if it is none. `at` stands behind the #. */
static uint32_t numeric_entity(const char *at, size_t length)
{
    bool hex = length > 1 && (*at | 0x20) == 'x';
    char digits[NAME_MAX] = "";
    char *end = NULL;

    at += hex;
    length -= hex;
    if (length == 0 || length >= sizeof digits)
        return 0;
    memcpy(digits, at, length);
    unsigned long code = strtoul(digits, &end, hex ? 16 : 10);
    bool sound = *end == '\0' && digits[0] != '-' && digits[0] != '+' && digits[0] != ' ';
    bool character = code >= 0x20 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    return sound && (character || code == '\n' || code == '\t') ? (uint32_t)code : 0;
}

static uint32_t entity_code(const char *name, size_t length)
{
    if (length > 1 && name[0] == '#')
        return numeric_entity(name + 1, length - 1);
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (strlen(entities[i].name) == length && memcmp(entities[i].name, name, length) == 0)
            return entities[i].code;
    }
    return 0;
}

/* Writes the character at `text`, decoded if it is an entity; how many bytes that took. */
static size_t put_decoded(FILE *out, const char *text, size_t length)
{
    size_t stop = 1;

    while (*text == '&' && stop < length && stop <= NAME_MAX && text[stop] != ';' && text[stop] != '&')
        stop++;
    uint32_t code = *text == '&' && stop < length && text[stop] == ';' ? entity_code(text + 1, stop - 1) : 0;
    if (code == 0) {
        fputc(*text, out);
        return 1;
    }
    put_codepoint(out, code);
    return stop + 1;
}

char *html_decode(const char *text, size_t length)
{
    char *decoded = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&decoded, &size);

    for (size_t i = 0; i < length;)
        i += put_decoded(out, text + i, length - i);
    fclose(out);
    return decoded;
}

struct stripping {
    FILE *out;
    const char *lost;
    bool raised;
    bool lowered;
    bool skipping; /* inside <script> or <style> */
};

static const struct {
    const char *tag;
    const char *lost;
} losses[] = {{"img", "a picture"},    {"audio", "sound"},    {"video", "a film"},
              {"object", "an object"}, {"iframe", "a frame"}, {"embed", "an object"},
              {"math", "a formula"},   {"svg", "a drawing"},  {"table", "a table's lines"}};
static const char *const breaking[] = {"p",  "br", "div", "li", "tr",  "h1", "h2",
                                       "h3", "h4", "h5",  "h6", "pre", "ul", "ol"};

static void take_tag(struct stripping *stripping, const char *name, size_t length, bool closing)
{
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        if (strlen(losses[i].tag) == length && strncasecmp(name, losses[i].tag, length) == 0 && !closing)
            stripping->lost = losses[i].lost;
    }
    for (size_t i = 0; i < sizeof breaking / sizeof breaking[0]; i++) {
        if (strlen(breaking[i]) == length && strncasecmp(name, breaking[i], length) == 0)
            fputc('\n', stripping->out);
    }
    if (length == 2 && (strncasecmp(name, "td", 2) == 0 || strncasecmp(name, "th", 2) == 0))
        fputc(' ', stripping->out);
    if (length == 3 && strncasecmp(name, "sup", 3) == 0)
        stripping->raised = !closing;
    if (length == 3 && strncasecmp(name, "sub", 3) == 0)
        stripping->lowered = !closing;
    if ((length == 6 && strncasecmp(name, "script", 6) == 0) || (length == 5 && strncasecmp(name, "style", 5) == 0))
        stripping->skipping = !closing;
}

/* The tag at `html`: how many bytes, 0 if the < begins none ("a < b"). */
static size_t read_tag(struct stripping *stripping, const char *html, size_t length)
{
    bool closing = length > 1 && html[1] == '/';
    size_t name = closing ? 2 : 1;
    size_t end = name;

    if (length >= 4 && memcmp(html, "<!--", 4) == 0) {
        const char *stop = memmem(html, length, "-->", 3);
        return stop == NULL ? length : (size_t)(stop - html) + 3;
    }
    while (end < length &&
           ((html[end] | 0x20) >= 'a' ? (html[end] | 0x20) <= 'z' : html[end] >= '0' && html[end] <= '9'))
        end++;
    const char *stop = end == name ? NULL : memchr(html, '>', length);
    if (stop == NULL)
        return 0;
    take_tag(stripping, html + name, end - name, closing);
    return (size_t)(stop - html) + 1;
}

const char *html_shifted(char c, bool raised)
{
    static const char plain[] = "0123456789+-n";
    static const char *const up[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁺", "⁻", "ⁿ"};
    static const char *const down[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₊", "₋", "ₙ"};
    const char *found = c == '\0' ? NULL : strchr(plain, c);

    if (found == NULL)
        return NULL;
    return raised ? up[found - plain] : down[found - plain];
}

static bool put_shifted(const struct stripping *stripping, char c)
{
    const char *sign = stripping->raised || stripping->lowered ? html_shifted(c, stripping->raised) : NULL;

    if (sign != NULL)
        fputs(sign, stripping->out);
    return sign != NULL;
}

/* White space in HTML is one space; line breaks come from tags. */
static size_t put_text(struct stripping *stripping, const char *html, size_t length)
{
    if (strchr(" \t\r\n", *html) != NULL && *html != '\0') {
        fputc(' ', stripping->out);
        return 1;
    }
    if (put_shifted(stripping, *html))
        return 1;
    return put_decoded(stripping->out, html, length);
}

char *html_to_text(const char *html, size_t length, const char **lost)
{
    struct stripping stripping = {0};
    char *text = NULL;
    size_t size = 0;

    stripping.out = open_memstream(&text, &size);
    for (size_t i = 0; i < length;) {
        size_t tag = html[i] == '<' ? read_tag(&stripping, html + i, length - i) : 0;
        if (tag > 0)
            i += tag;
        else if (stripping.skipping)
            i++;
        else
            i += put_text(&stripping, html + i, length - i);
    }
    fclose(stripping.out);
    bool formula = strstr(text, "\\(") != NULL || strstr(text, "$$") != NULL || strstr(text, "\\[") != NULL;
    if (lost != NULL)
        *lost = stripping.lost == NULL && formula ? "a formula, which stays as it is written" : stripping.lost;
    return text;
}
