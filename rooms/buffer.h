/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buffer.h - text that grows while it is written. Always terminated. Out of memory ends the process.
 */
#ifndef HOITHI_BUFFER_H
#define HOITHI_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "question-banks/memory.h"

struct buffer {
    char *text;
    size_t length;
    size_t capacity;
};

void buffer_init(struct buffer *buffer);
void buffer_clear(struct buffer *buffer);
/* Keeps the memory. */
void buffer_rewind(struct buffer *buffer, size_t length);
void buffer_add(struct buffer *buffer, const char *text, size_t length);
/* Here, so that the length of a literal is known when it is compiled. */
static inline void buffer_put(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}
/* In decimal; many times as fast as buffer_print(). */
void buffer_put_number(struct buffer *buffer, int64_t number);
void buffer_print(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `text` as a JSON string, quotes included; NULL becomes null. */
void buffer_quote(struct buffer *buffer, const char *text);
/* The text, now the caller's; the buffer is empty afterwards. */
char *buffer_take(struct buffer *buffer);

/* A JSON string of `text`, new. */
char *json_quoted(const char *text);

#endif
