/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option_row.h - the table of all options, and how the value of each is read. options.c says where values come from.
 */
#ifndef HOITHI_ENGINE_OPTION_ROW_H
#define HOITHI_ENGINE_OPTION_ROW_H

#include "engine/options.h"

#define OPTION_ROWS_MAX 40

enum option_type { OPTION_TEXT, OPTION_LIST, OPTION_NUMBER, OPTION_FLAG, OPTION_SPAN };

struct option_row {
    const char *name;     /* without the dashes; HOITHI_NAME in the environment */
    const char *argument; /* in --help; NULL for flags */
    const char *fallback; /* NULL: none */
    const char *help;     /* NULL: not shown, and neither environment nor file can say it */
    size_t offset;
    uint32_t least;
    uint32_t most;
    unsigned commands;
    enum option_type type;
    char letter;
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Where in `options` the value lies. */
void *option_field(struct options *options, const struct option_row *row);
/* False, and reported, if `value` is none for this option. An item of a list is put behind the others. */
bool option_put(struct options *options, const struct option_row *row, const char *value);
void option_list_clear(struct option_list *list);

#endif
