/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding.h - bytes of old and new Vietnamese files as UTF-8.
 */
#ifndef HOITHI_ENCODING_H
#define HOITHI_ENCODING_H

#include <stddef.h>
#include <stdint.h>

enum encoding { ENCODING_UTF8, ENCODING_UTF16, ENCODING_CP1258, ENCODING_UNKNOWN };

/*
 * UTF-8 without its byte order mark; the caller's, terminated. UTF-16 is known by its mark or by its zeros, and what is
 * neither is taken for Windows-1258. NULL and ENCODING_UNKNOWN if it cannot be that either.
 */
char *encoding_to_utf8(const char *bytes, size_t length, enum encoding *found, size_t *out_length);

/* The fonts that drew Vietnamese letters over Western codes. */
enum legacy_font { FONT_UNICODE, FONT_TCVN3, FONT_TCVN3_CAPITALS, FONT_VNI };

/* By its name: .VnTime and its kin are TCVN3 (.VnTimeH draws capitals), VNI-Times and its kin VNI. */
enum legacy_font legacy_font_of(const char *name);
/* What a reader saw of `text` (UTF-8, as Word stores it) in that font; the caller's. */
char *legacy_font_read(const char *text, size_t length, enum legacy_font font);

#endif
