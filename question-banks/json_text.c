/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/json_text.h"
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"

#define ITEMS_STEP 256

struct scanner {
    const char *bytes;
    size_t length;
    size_t at;
    size_t depth;
    const char *expected; /* not NULL: it broke at `broken` */
    size_t broken;
    struct outline *outline;
    size_t values; /* how many began */
    size_t wanted; /* the number of the value looked for */
    size_t found;
};

static void scan_value(struct scanner *scanner);

static int peek(const struct scanner *scanner)
{
    return scanner->at < scanner->length ? (unsigned char)scanner->bytes[scanner->at] : -1;
}

static void fail(struct scanner *scanner, const char *expected)
{
    if (scanner->expected != NULL)
        return;
    scanner->expected = expected;
    scanner->broken = scanner->at;
}

static void skip_space(struct scanner *scanner)
{
    int c = peek(scanner);

    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        scanner->at++;
        c = peek(scanner);
    }
}

static bool take(struct scanner *scanner, char wanted)
{
    if (peek(scanner) != wanted)
        return false;
    scanner->at++;
    return true;
}

/* Four hex digits; -1 if they are not. */
static int take_hex(struct scanner *scanner)
{
    int value = 0;

    for (size_t i = 0; i < 4; i++) {
        int c = peek(scanner);
        int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (c < 0 || digit < 0)
            return -1;
        value = 16 * value + digit;
        scanner->at++;
    }
    return value;
}

static void scan_unicode_escape(struct scanner *scanner)
{
    int unit = take_hex(scanner);

    if (unit < 0) {
        fail(scanner, "expected four hex digits after \\u");
    } else if (unit == 0) {
        fail(scanner, "\\u0000 is not allowed in a text");
    } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
        fail(scanner, "the second half of a surrogate pair stands alone");
    } else if (unit >= 0xD800 && unit <= 0xDBFF) {
        bool escape = take(scanner, '\\') && take(scanner, 'u');
        int low = escape ? take_hex(scanner) : -1;
        if (low < 0xDC00 || low > 0xDFFF)
            fail(scanner, "the first half of a surrogate pair stands alone");
    }
}

static void scan_escape(struct scanner *scanner)
{
    int c = peek(scanner);

    if (c < 0 || strchr("\"\\/bfnrtu", c) == NULL || c == 0) {
        fail(scanner, "expected one of \" \\ / b f n r t u after a backslash");
        return;
    }
    scanner->at++;
    if (c == 'u')
        scan_unicode_escape(scanner);
}

static void scan_string(struct scanner *scanner)
{
    if (!take(scanner, '"')) {
        fail(scanner, "expected a string in double quotes");
        return;
    }
    while (scanner->expected == NULL) {
        int c = peek(scanner);
        if (c < 0x20) {
            fail(scanner, c < 0 ? "the text ends inside a string"
                                : "a line break or control character inside a string, expected \\n or the like");
            return;
        }
        scanner->at++;
        if (c == '"')
            return;
        if (c == '\\')
            scan_escape(scanner);
    }
}

static size_t skip_digits(struct scanner *scanner)
{
    size_t from = scanner->at;

    while (peek(scanner) >= '0' && peek(scanner) <= '9')
        scanner->at++;
    return scanner->at - from;
}

static void scan_number(struct scanner *scanner)
{
    size_t from = scanner->at;

    take(scanner, '-');
    bool sound = take(scanner, '0') || skip_digits(scanner) > 0;
    if (sound && take(scanner, '.'))
        sound = skip_digits(scanner) > 0;
    if (sound && (take(scanner, 'e') || take(scanner, 'E'))) {
        if (!take(scanner, '+'))
            take(scanner, '-');
        sound = skip_digits(scanner) > 0;
    }
    if (!sound)
        fail(scanner, "not a number that JSON knows");
    if (scanner->at - from > JSON_NUMBER_MAX_BYTES)
        fail(scanner, "a number longer than 60 characters");
}

static void scan_literal(struct scanner *scanner)
{
    static const char *const literals[] = {"true", "false", "null"};

    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        size_t length = strlen(literals[i]);
        if (scanner->length - scanner->at >= length && memcmp(scanner->bytes + scanner->at, literals[i], length) == 0) {
            scanner->at += length;
            return;
        }
    }
    fail(scanner, peek(scanner) < 0 ? "the text ends too early, expected a value" : "expected a value");
}

static void keep_item(struct outline *outline, size_t from, size_t to)
{
    if (outline->count % ITEMS_STEP == 0)
        outline->items = memory_grow(outline->items, outline->count + ITEMS_STEP, sizeof *outline->items);
    outline->items[outline->count++] = (struct span){.offset = from, .length = to - from};
}

/* The elements of an array; `outline` keeps their places if it is the one looked for. */
static void scan_array(struct scanner *scanner, struct outline *outline)
{
    scanner->at++;
    size_t inside = scanner->at;
    skip_space(scanner);
    bool more = peek(scanner) != ']';
    while (more && scanner->expected == NULL) {
        skip_space(scanner);
        size_t from = scanner->at;
        scan_value(scanner);
        if (outline != NULL && scanner->expected == NULL)
            keep_item(outline, from, scanner->at);
        skip_space(scanner);
        more = take(scanner, ',');
    }
    if (outline != NULL)
        outline->inside = (struct span){.offset = inside, .length = scanner->at - inside};
    if (scanner->expected == NULL && !take(scanner, ']'))
        fail(scanner, "expected a comma or ]");
}

static bool is_outlined(const struct scanner *scanner, size_t name, size_t name_end)
{
    const struct outline *outline = scanner->outline;

    return outline != NULL && scanner->depth == 1 && outline->inside.offset == 0 && peek(scanner) == '[' &&
           name_end - name == strlen(outline->name) + 2 &&
           memcmp(scanner->bytes + name + 1, outline->name, name_end - name - 2) == 0;
}

static void scan_member(struct scanner *scanner)
{
    size_t name = scanner->at;

    scan_string(scanner);
    size_t name_end = scanner->at;
    skip_space(scanner);
    if (scanner->expected == NULL && !take(scanner, ':'))
        fail(scanner, "expected a colon");
    skip_space(scanner);
    if (scanner->expected != NULL)
        return;
    if (!is_outlined(scanner, name, name_end)) {
        scan_value(scanner);
        return;
    }
    scanner->values++;
    scanner->depth++;
    scan_array(scanner, scanner->outline);
    scanner->depth--;
}

static void scan_object(struct scanner *scanner)
{
    scanner->at++;
    skip_space(scanner);
    bool more = peek(scanner) != '}';
    while (more && scanner->expected == NULL) {
        skip_space(scanner);
        scan_member(scanner);
        skip_space(scanner);
        more = scanner->expected == NULL && take(scanner, ',');
    }
    if (scanner->expected == NULL && !take(scanner, '}'))
        fail(scanner, "expected a comma or }");
}

static void scan_value(struct scanner *scanner)
{
    int c = peek(scanner);

    if (scanner->values++ == scanner->wanted)
        scanner->found = scanner->at;
    if (scanner->depth == JSON_DEPTH_MAX) {
        fail(scanner, "nested more than 16 deep");
        return;
    }
    scanner->depth++;
    if (c == '{')
        scan_object(scanner);
    else if (c == '[')
        scan_array(scanner, NULL);
    else if (c == '"')
        scan_string(scanner);
    else if (c == '-' || (c >= '0' && c <= '9'))
        scan_number(scanner);
    else
        scan_literal(scanner);
    scanner->depth--;
}

bool json_text_scan(const char *bytes, size_t length, struct outline *out, struct json_break *where)
{
    struct scanner scanner = {.bytes = bytes, .length = length, .outline = out, .wanted = (size_t)-1};

    skip_space(&scanner);
    scan_value(&scanner);
    skip_space(&scanner);
    if (scanner.expected == NULL && scanner.at < length)
        fail(&scanner, "expected nothing more after the end");
    if (scanner.expected == NULL)
        return true;
    free(out->items);
    *out = (struct outline){.name = out->name};
    *where = (struct json_break){.offset = scanner.broken, .expected = scanner.expected};
    return false;
}

size_t json_text_offset(const char *bytes, size_t length, size_t number)
{
    struct scanner scanner = {.bytes = bytes, .length = length, .wanted = number};

    skip_space(&scanner);
    scan_value(&scanner);
    return scanner.found;
}
