/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - a bank in the formats of other programs, in one of its languages.
 *
 * What a format cannot hold is told, question by question, and left out; what is written comes back by import_run as it
 * was. Nothing here is kept: .xlsx passes through a temporary file, because its library writes to files only.
 */
#ifndef HOITHI_EXPORT_H
#define HOITHI_EXPORT_H

#include "question-banks/bank.h"
#include "question-banks/faults.h"

enum export_format {
    EXPORT_GIFT,
    EXPORT_AIKEN,
    EXPORT_MOODLE_XML,
    EXPORT_QTI, /* a package of 2.1 items */
    EXPORT_CSV,
    EXPORT_XLSX,
    EXPORT_FORMAT_COUNT
};

/* "gift" and so on; EXPORT_FORMAT_COUNT if there is no such format. */
enum export_format export_format_from_name(const char *name);
const char *export_format_name(enum export_format format);
const char *export_media_type(enum export_format format);
/* With its dot: ".gift". */
const char *export_ending(enum export_format format);

/*
 * The file, the caller's; NULL if not one question could be written, or the temporary file could not. `language` may be
 * any: where a text is not in it, its first language stands. What is lost goes to `warnings`.
 */
char *export_run(const struct bank *bank, enum export_format format, const char *language, size_t *length,
                 struct faults *warnings);

#endif
