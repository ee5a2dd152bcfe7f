/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wall.h - names as they may stand on a wall, before a whole hall.
 *
 * A short list of words (Vietnamese and English, folded: also found when written without diacritics) is masked. Only
 * what everybody sees is masked: hosts, judges and the log have the name as it was given.
 */
#ifndef HOITHI_WALL_H
#define HOITHI_WALL_H

#include <stddef.h>

/* A new string. */
char *wall_name(const char *name);

#endif
