/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - what needs Unicode tables: checking, cleaning and comparing what people type.
 *
 * Behind it codepoints.c is the only file that knows utf8proc. All strings are UTF-8, pointer then length; what is
 * returned is terminated, and the caller frees it.
 */
#ifndef HOITHI_TEXT_H
#define HOITHI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define NAME_MAX_CLUSTERS 32
#define NAME_MAX_BYTES 128
#define NAME_MAX_MARKS 4

bool text_is_utf8(const char *bytes, size_t length);
/* Composed (NFC), as everything in a bank has to be. False too if not UTF-8. */
bool text_is_nfc(const char *bytes, size_t length);

enum name_fault { NAME_FINE, NAME_EMPTY, NAME_TOO_LONG, NAME_NOT_TEXT, NAME_TRICK };

/* A name as it may stand on a wall, and the two forms by which names are compared. */
struct name {
    char *shown; /* NFC, trimmed, inner spaces single, no control or invisible characters */
    char *key;   /* equal for names that people call the same: case folded, compatibility forms folded */
    char *skeleton; /* equal for names that look the same: key with look-alike letters folded (Cyrillic а, Greek ο …) */
};

/*
 * Cleans `raw`. NAME_TRICK: bidirectional controls, more than NAME_MAX_MARKS marks on a base, or nothing visible.
 * On anything but NAME_FINE `out` is all NULL.
 */
enum name_fault name_clean(const char *raw, size_t length, struct name *out);
void name_clear(struct name *name);

/* How a short text answer is compared. */
struct text_rule {
    bool ignore_case;
    bool ignore_diacritics; /* "Hai Phong" is "Hải Phòng", đ is d */
    bool ignore_tone_place; /* "hòa" is "hoà"; implied by ignore_diacritics */
};

#define TEXT_ANSWER_MAX_BYTES 400

/*
 * The form in which answers are compared: NFKC, trimmed, inner white space single, without a full stop at its
 * end, and what `rule` ignores folded away.
 * NULL if `raw` is not UTF-8, longer than TEXT_ANSWER_MAX_BYTES, or empty once cleaned.
 */
char *text_normal_form(const char *raw, size_t length, const struct text_rule *rule);
/* NFC, trimmed, control characters out; for showing. NULL as above. */
char *text_shown_form(const char *raw, size_t length);

/* As texts stand in a bank: NFC, no control or invisible characters, single spaces, line ends as \n, no empty lines,
 * nothing white at the ends. NULL if not UTF-8. May be empty. */
char *text_tidy(const char *raw, size_t length);
/* Lower case, no diacritics, đ as d. NULL if not UTF-8. */
char *text_fold_plain(const char *raw, size_t length);
/* Masks the words of `words` (each already folded by text_fold_plain) in `name` with '*', also when written without
 * diacritics. A new string. */
char *text_mask(const char *name, const char *const *words, size_t count);

#endif
