/* SPDX-License-Identifier: Apache-2.0 */
/*
 * class_list.h - the names of a class, as a room is made with them: read from the settings, kept in `created`.
 *
 * How many there are is chained; the names are personal, so forgetting takes them and leaves every row where it was.
 */
#ifndef HOITHI_CLASS_LIST_H
#define HOITHI_CLASS_LIST_H

#include "rooms/buffer.h"
#include "rooms/plan.h"

/*
 * `class_list` and `list_only` of the settings. Every name goes by the rules of names; on failure false, and `why` says
 * which row. Nothing is an empty row: whoever pastes a list takes them out.
 */
bool class_list_build(struct plan *plan, const cJSON *settings, char *why, size_t why_size);
/* Frees the names. */
void class_list_clear(struct plan *plan);

/* Into `e`: ,"listed":40,"list_only":true; nothing if there is no list. */
void class_list_write(const struct plan *plan, struct buffer *e);
/* Into `p`: ,"names":[[shown, key, skeleton], …]. */
void class_list_write_names(const struct plan *plan, struct buffer *p);
/* False: `e` says something that no list has. `p` may be NULL: the names are gone. */
bool class_list_read(struct plan *plan, const cJSON *e, const cJSON *p);

#endif
