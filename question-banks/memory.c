/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *memory_or_end(void *memory)
{
    if (memory == NULL) {
        fputs("hoithi: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *memory_new(size_t count, size_t size)
{
    return memory_or_end(calloc(count == 0 ? 1 : count, size == 0 ? 1 : size));
}

void *memory_grow(void *old, size_t count, size_t size)
{
    return memory_or_end(reallocarray(old, count == 0 ? 1 : count, size == 0 ? 1 : size));
}

char *memory_copy(const char *bytes, size_t length)
{
    char *copy = memory_grow(NULL, length + 1, 1);

    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}
