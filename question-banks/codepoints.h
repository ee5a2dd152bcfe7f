/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codepoints.h - a text as Unicode code points, and what each of them is.
 *
 * The only door to utf8proc. It knows no rule of names or answers.
 */
#ifndef HOITHI_CODEPOINTS_H
#define HOITHI_CODEPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct codepoints {
    int32_t *at;
    size_t count;
};

enum decomposition {
    DECOMPOSE_CANONICAL,        /* NFD */
    DECOMPOSE_COMPATIBLE,       /* NFKD */
    DECOMPOSE_COMPATIBLE_FOLDED /* NFKD, case folded, default-ignorable code points out */
};

enum codepoint_class {
    CODEPOINT_VISIBLE,
    CODEPOINT_MARK,      /* stands above, below or around the base before it */
    CODEPOINT_SPACE,     /* all white space, line breaks too */
    CODEPOINT_CONTROL,   /* C0 and C1 without white space */
    CODEPOINT_INVISIBLE, /* takes no ink: zero-width, fillers, private use, tags */
    CODEPOINT_BIDI,      /* turns the direction of what follows */
    CODEPOINT_JOINER,    /* ZWJ and ZWNJ: emoji and Indic scripts need them */
    CODEPOINT_SELECTOR   /* variation selectors: emoji need them */
};

/* False, and `out` empty, if `bytes` are not UTF-8. */
bool codepoints_read(const char *bytes, size_t length, enum decomposition form, struct codepoints *out);
void codepoints_clear(struct codepoints *codepoints);
/* Only onto one that began empty, not onto what codepoints_read gave. */
void codepoints_add(struct codepoints *codepoints, int32_t codepoint);
/* NFC (or NFKC); terminated, the caller's. */
char *codepoints_write(const struct codepoints *codepoints, bool compatible);

enum codepoint_class codepoint_class(int32_t codepoint);
bool codepoint_is_word(int32_t codepoint); /* letter, digit or mark */
int32_t codepoint_lower(int32_t codepoint);
int32_t codepoint_upper(int32_t codepoint);
/* The code point at `bytes` and how many bytes it takes; 0 if it is not UTF-8. */
size_t codepoint_next(const char *bytes, size_t length, int32_t *codepoint);
/* An accent of the European kind, Vietnamese tones included; no vowel sign of an Indic or Thai script. */
bool codepoint_is_accent(int32_t codepoint);
/* Characters as a person counts them. Not UTF-8: 0. */
size_t codepoints_clusters(const char *bytes, size_t length);
/* Where UTF-8 stops to hold, or `length`. */
size_t codepoints_valid_length(const char *bytes, size_t length);

#endif
