/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marks.h - a room's marks as a teacher takes them home: JSON, CSV, or a book of three sheets.
 *
 * The figures are rooms/marks.h's; here they get names, texts of the bank and the words of a language.
 */
#ifndef HOITHI_ENGINE_MARKS_H
#define HOITHI_ENGINE_MARKS_H

#include "engine/results.h"
#include "rooms/marks.h"

enum marks_language { MARKS_VI, MARKS_EN, MARKS_LANGUAGE_COUNT };
/* What stands for the mark of who was not there: nothing, or 0. */
enum marks_absent { MARKS_ABSENT_EMPTY, MARKS_ABSENT_ZERO, MARKS_ABSENT_COUNT };

struct marks_wish {
    struct marks_rules rules;
    enum marks_absent absent;
    enum marks_language language; /* of words and texts in CSV and sheets */
};

/* The options by which a wish is told, in this order: rule, before, absent, lang. NULL past the last. */
const char *marks_option(size_t index);
/* One option; false if there is no such option or value: the wish is as it was. */
bool marks_wish_set(struct marks_wish *wish, const char *option, const char *value);
/* "right, points": what an option may be. */
const char *marks_option_values(const char *option);

/* Like archive_results(): the room may be archived. */
struct archive_place;
struct marks_request {
    const char *room;
    enum results_format format;
    struct marks_wish wish;
};
enum results_status marks_write(const struct archive_place *place, const struct marks_request *request,
                                struct results_bytes *out, char *why, size_t why_size);

#endif
