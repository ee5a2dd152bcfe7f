/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/version.h"
#include <stddef.h>
#include <string.h>

#define NUMBER_DIGITS_MAX 9

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_identifier_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool read_number(const char **text, uint32_t *out)
{
    size_t digits = 0;

    *out = 0;
    while (is_digit((*text)[digits]) && digits <= NUMBER_DIGITS_MAX)
        *out = 10 * *out + (uint32_t)((*text)[digits++] - '0');
    if (digits == 0 || digits > NUMBER_DIGITS_MAX || ((*text)[0] == '0' && digits > 1))
        return false;
    *text += digits;
    return true;
}

static bool take(const char **text, char c)
{
    if (**text != c)
        return false;
    ++*text;
    return true;
}

/* How long the dot-separated identifier at `text` is, and whether it is a number. */
static size_t identifier_length(const char *text, bool *numeric)
{
    size_t length = 0;

    *numeric = true;
    while (is_identifier_char(text[length]))
        *numeric = is_digit(text[length++]) && *numeric;
    return length;
}

static bool is_prerelease(const char *text)
{
    do {
        bool numeric = false;
        size_t length = identifier_length(text, &numeric);
        if (length == 0 || (numeric && length > 1 && text[0] == '0'))
            return false;
        text += length;
    } while (take(&text, '.'));
    return *text == '\0';
}

bool version_read(const char *text, struct version *out)
{
    if (!read_number(&text, &out->major) || !take(&text, '.') || !read_number(&text, &out->minor) ||
        !take(&text, '.') || !read_number(&text, &out->patch))
        return false;
    out->prerelease = "";
    if (*text == '\0')
        return true;
    if (!take(&text, '-') || !is_prerelease(text))
        return false;
    out->prerelease = text;
    return true;
}

static int compare_numbers(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_identifiers(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t shared = a_length < b_length ? a_length : b_length;
    int order = memcmp(a, b, shared);

    return order != 0 ? order : compare_numbers(a_length, b_length);
}

static int compare_prereleases(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        bool a_numeric = false;
        bool b_numeric = false;
        size_t a_length = identifier_length(a, &a_numeric);
        size_t b_length = identifier_length(b, &b_numeric);
        int order = compare_identifiers(a, a_length, b, b_length);

        if (a_numeric != b_numeric)
            return a_numeric ? -1 : 1;
        if (a_numeric && a_length != b_length) /* no leading zeros: the longer number is the greater */
            return compare_numbers(a_length, b_length);
        if (order != 0)
            return order;
        a += a_length + (a[a_length] == '.');
        b += b_length + (b[b_length] == '.');
    }
    return compare_numbers(*a != '\0', *b != '\0');
}

int version_compare(const struct version *a, const struct version *b)
{
    if (a->major != b->major)
        return compare_numbers(a->major, b->major);
    if (a->minor != b->minor)
        return compare_numbers(a->minor, b->minor);
    if (a->patch != b->patch)
        return compare_numbers(a->patch, b->patch);
    if (*a->prerelease == '\0' || *b->prerelease == '\0') /* a version comes after its own previews */
        return compare_numbers(*a->prerelease == '\0', *b->prerelease == '\0');
    return compare_prereleases(a->prerelease, b->prerelease);
}
