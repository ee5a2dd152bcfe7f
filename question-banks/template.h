/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template.h - for each format a small file that shows how questions are written in it, to fill in and import.
 */
#ifndef HOITHI_TEMPLATE_H
#define HOITHI_TEMPLATE_H

#include "question-banks/import.h"

/* The file, the caller's. NULL for formats that nobody writes by hand (IMPORT_AUTO, IMPORT_OPENTDB). */
char *template_make(enum import_format format, size_t *length);
/* "application/…" and ".docx", for a download; NULL as above. */
const char *template_media_type(enum import_format format);
const char *template_ending(enum import_format format);

#endif
