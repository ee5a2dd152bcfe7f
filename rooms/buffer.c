/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"

void buffer_init(struct buffer *buffer)
{
    *buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer)
{
    free(buffer->text);
    buffer_init(buffer);
}

void buffer_rewind(struct buffer *buffer, size_t length)
{
    if (length < buffer->length) {
        buffer->length = length;
        buffer->text[length] = '\0';
    }
}

static void reserve(struct buffer *buffer, size_t more)
{
    size_t needed = buffer->length + more + 1;
    if (needed <= buffer->capacity)
        return;
    size_t capacity = buffer->capacity < 256 ? 256 : buffer->capacity;
    while (capacity < needed)
        capacity *= 2;
    buffer->text = memory_grow(buffer->text, capacity, 1);
    buffer->capacity = capacity;
}

void buffer_add(struct buffer *buffer, const char *text, size_t length)
{
    reserve(buffer, length);
    memcpy(buffer->text + buffer->length, text, length);
    buffer->length += length;
    buffer->text[buffer->length] = '\0';
}

#define DIGITS_MAX 20

void buffer_put_number(struct buffer *buffer, int64_t number)
{
    char digits[DIGITS_MAX];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        digits[--at] = '-';
    buffer_add(buffer, digits + at, sizeof digits - at);
}

/* Mostly it fits where there is room already: then it is formatted once. */
void buffer_print(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;

    reserve(buffer, 64);
    va_start(arguments, format);
    va_copy(again, arguments);
    size_t room = buffer->capacity - buffer->length;
    int length = vsnprintf(buffer->text + buffer->length, room, format, again);
    va_end(again);
    if (length > 0 && (size_t)length >= room) {
        reserve(buffer, (size_t)length);
        vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, arguments);
    }
    if (length > 0)
        buffer->length += (size_t)length;
    va_end(arguments);
}

static const char *escape_of(unsigned char byte)
{
    switch (byte) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    }
    return NULL;
}

/* Names and texts are quoted by the ten thousand: whole runs are copied, and only what must be escaped is looked at. */
void buffer_quote(struct buffer *buffer, const char *text)
{
    if (text == NULL) {
        buffer_put(buffer, "null");
        return;
    }
    const char *run = text;
    buffer_add(buffer, "\"", 1);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= ' ' && byte != '"' && byte != '\\')
            continue;
        buffer_add(buffer, run, (size_t)(text - run));
        run = text + 1;
        if (escape_of(byte) != NULL)
            buffer_put(buffer, escape_of(byte));
        else
            buffer_print(buffer, "\\u%04x", byte);
    }
    buffer_add(buffer, run, (size_t)(text - run));
    buffer_add(buffer, "\"", 1);
}

char *json_quoted(const char *text)
{
    struct buffer quoted;
    buffer_init(&quoted);
    buffer_quote(&quoted, text);
    return buffer_take(&quoted);
}

char *buffer_take(struct buffer *buffer)
{
    reserve(buffer, 0);
    buffer->text[buffer->length] = '\0';
    char *text = buffer->text;
    buffer_init(buffer);
    return text;
}
