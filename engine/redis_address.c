/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/redis.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATABASE_MAX 1000000

void redis_address_of_path(const char *path, struct redis_address *out)
{
    *out = (struct redis_address){.port = REDIS_PORT_DEFAULT};
    snprintf(out->path, sizeof out->path, "%s", path);
}

/* A whole decimal number in [0, max]; -1 if it is none. */
static int small_number(const char *text, size_t length, int max)
{
    long value = 0;
    if (length == 0 || length > 7)
        return -1;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value > max ? -1 : (int)value;
}

static int hex_digit(char letter)
{
    const char *digits = "0123456789abcdef";
    const char *found = strchr(digits, tolower((unsigned char)letter));
    return letter == '\0' || found == NULL ? -1 : (int)(found - digits);
}

/* A part of a URL, its %XX undone. False if it does not fit. */
static bool take_part(const char *text, size_t length, char *out, size_t size)
{
    size_t made = 0;
    for (size_t i = 0; i < length; i++, made++) {
        if (made + 1 >= size)
            return false;
        out[made] = text[i];
        if (text[i] != '%' || i + 2 >= length)
            continue;
        int high = hex_digit(text[i + 1]);
        int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0)
            return false;
        out[made] = (char)(high * 16 + low);
        i += 2;
    }
    out[made] = '\0';
    return memchr(out, '\0', made) == NULL;
}

static bool read_unix(const char *rest, struct redis_address *out)
{
    if (strncmp(rest, "//", 2) == 0)
        rest += 2;
    size_t length = strcspn(rest, "?");
    if (length == 0 || !take_part(rest, length, out->path, sizeof out->path))
        return false;
    if (rest[length] == '\0')
        return true;
    if (strncmp(rest + length, "?db=", 4) != 0)
        return false;
    const char *database = rest + length + 4;
    out->database = small_number(database, strlen(database), DATABASE_MAX);
    return out->database >= 0;
}

static bool read_login(const char *text, size_t length, struct redis_address *out)
{
    const char *colon = memchr(text, ':', length);
    size_t user = colon == NULL ? 0 : (size_t)(colon - text);
    const char *password = colon == NULL ? text : colon + 1;
    return take_part(text, user, out->user, sizeof out->user) &&
           take_part(password, length - (size_t)(password - text), out->password, sizeof out->password);
}

static bool read_host(const char *text, size_t length, struct redis_address *out)
{
    bool bracket = length > 0 && text[0] == '[';
    const char *end = bracket ? memchr(text, ']', length) : text + strcspn(text, ":/");
    if (end == NULL)
        return false;
    if (end > text + length)
        end = text + length;
    const char *start = bracket ? text + 1 : text;
    if (end == start || !take_part(start, (size_t)(end - start), out->host, sizeof out->host))
        return false;
    const char *port = bracket ? end + 1 : end;
    if (port == text + length)
        return true;
    if (*port != ':')
        return false;
    out->port = small_number(port + 1, (size_t)(text + length - port - 1), 65535);
    return out->port > 0;
}

static bool read_tcp(const char *rest, struct redis_address *out)
{
    size_t length = strcspn(rest, "/");
    const char *at = memrchr(rest, '@', length);
    if (at != NULL && !read_login(rest, (size_t)(at - rest), out))
        return false;
    const char *host = at == NULL ? rest : at + 1;
    if (!read_host(host, length - (size_t)(host - rest), out))
        return false;
    const char *database = rest + length;
    if (*database == '\0' || database[1] == '\0')
        return true;
    out->database = small_number(database + 1, strlen(database + 1), DATABASE_MAX);
    return out->database >= 0;
}

bool redis_address_read(const char *url, struct redis_address *out, char *why, size_t why_size)
{
    *out = (struct redis_address){.port = REDIS_PORT_DEFAULT};
    bool read = strncmp(url, "unix:", 5) == 0      ? read_unix(url + 5, out)
                : strncmp(url, "redis://", 8) == 0 ? read_tcp(url + 8, out)
                                                   : false;
    if (!read)
        snprintf(why, why_size,
                 "not the address of a Redis; expected redis://[user:password@]host[:port][/database] or unix:///path");
    return read;
}
