/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_text.h - where things stand in a JSON text.
 *
 * cJSON reads values but forgets their places, and lets through what the standard (RFC 8259) does not. This scanner
 * builds nothing: it holds the text to the standard, says where it breaks, and finds places again. It knows no bank.
 */
#ifndef HOITHI_JSON_TEXT_H
#define HOITHI_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_DEPTH_MAX 16
#define JSON_NUMBER_MAX_BYTES 60 /* cJSON reads no longer ones */

struct span {
    size_t offset;
    size_t length;
};

/* What a scan finds of the array that stands under one name in the outermost object. */
struct outline {
    const char *name;   /* which; set by the caller */
    struct span *items; /* its elements; the caller's to free */
    size_t count;
    struct span inside; /* all between its brackets; zero if there is no such array */
};

struct json_break {
    size_t offset;
    const char *expected; /* what is wrong there, or what was expected */
};

/* False if `bytes` are no JSON text; then `out->items` is empty. UTF-8 is not checked. */
bool json_text_scan(const char *bytes, size_t length, struct outline *out, struct json_break *where);

/* Where the value `number` begins, counting every value in the order in which they begin (0 is the whole). The text
 * must be sound. */
size_t json_text_offset(const char *bytes, size_t length, size_t number);

#endif
