/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.h - what a reader sees of a piece of HTML, as plain text.
 *
 * Tags go, entities become letters, paragraphs and <br> become line breaks, raised and lowered digits stay raised and
 * lowered. What text cannot hold (pictures, sound, formulas) is told. Nothing of the markup survives.
 */
#ifndef HOITHI_HTML_H
#define HOITHI_HTML_H

#include <stdbool.h>
#include <stddef.h>

/* The caller's. `lost` (or NULL) is set to what did not come through, else to NULL; static. */
char *html_to_text(const char *html, size_t length, const char **lost);
/* Entities alone: &eacute; &#233; &#xE9;. */
char *html_decode(const char *text, size_t length);

/* "²" for '2' raised, "₂" lowered; NULL if Unicode has no such sign. */
const char *html_shifted(char c, bool raised);

#endif
