/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h - memory that is always there: out of memory ends the worker, which comes back by replay.
 *
 * What is returned belongs to the caller and is released by free().
 */
#ifndef HOITHI_MEMORY_H
#define HOITHI_MEMORY_H

#include <stddef.h>

/* Zeroed; `count` and `size` may be 0. */
void *memory_new(size_t count, size_t size);
void *memory_grow(void *old, size_t count, size_t size);
/* A terminated copy. */
char *memory_copy(const char *bytes, size_t length);

#endif
