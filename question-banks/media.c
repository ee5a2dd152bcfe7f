/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/media.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/media_parts.h"
#include "question-banks/memory.h"

struct row {
    const char *ending;
    const char *content_type;
    bool sound;
    const char *(*read)(const uint8_t *bytes, size_t length, struct media *out); /* NULL: SVG */
};
static const struct row rows[MEDIA_TYPE_COUNT] = {
    [MEDIA_PNG] = {"png", "image/png", false, media_read_png},
    [MEDIA_JPEG] = {"jpg", "image/jpeg", false, media_read_jpeg},
    [MEDIA_WEBP] = {"webp", "image/webp", false, media_read_webp},
    [MEDIA_SVG] = {"svg", "image/svg+xml", false, NULL},
    [MEDIA_MP3] = {"mp3", "audio/mpeg", true, media_read_mp3},
    [MEDIA_OGG] = {"ogg", "audio/ogg", true, media_read_ogg},
    [MEDIA_M4A] = {"m4a", "audio/mp4", true, media_read_m4a},
};

bool media_is_sound(enum media_type type)
{
    return rows[type].sound;
}

const char *media_ending(enum media_type type)
{
    return rows[type].ending;
}

const char *media_content_type(enum media_type type)
{
    return rows[type].content_type;
}

enum media_type media_type_of_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t type = 0;

    if (dot == NULL)
        return MEDIA_TYPE_COUNT;
    if (strcmp(dot, ".jpeg") == 0)
        return MEDIA_JPEG;
    while (type < MEDIA_TYPE_COUNT && strcmp(dot + 1, rows[type].ending) != 0)
        type++;
    return (enum media_type)type;
}

/* ---- by the first bytes ---- */

struct magic {
    enum media_type type;
    size_t offset;
    const char *bytes;
    size_t length;
};
static const struct magic magics[] = {
    {MEDIA_PNG, 0, "\x89PNG\r\n\x1a\n", 8},
    {MEDIA_JPEG, 0, "\xff\xd8\xff", 3},
    {MEDIA_WEBP, 8, "WEBP", 4},
    {MEDIA_OGG, 0, "OggS", 4},
    {MEDIA_M4A, 4, "ftyp", 4},
    {MEDIA_MP3, 0, "ID3", 3},
    {MEDIA_MP3, 0, "\xff\xfb", 2},
    {MEDIA_MP3, 0, "\xff\xf3", 2},
    {MEDIA_MP3, 0, "\xff\xf2", 2},
    {MEDIA_MP3, 0, "\xff\xfa", 2},
};

/* Text that begins with a tag, behind a byte order mark and white space; the parser says whether it is SVG. */
static bool begins_with_tag(const char *bytes, size_t length)
{
    size_t at = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    while (at < length && strchr(" \t\r\n", bytes[at]) != NULL && bytes[at] != '\0')
        at++;
    return at < length && bytes[at] == '<';
}

enum media_type media_sniff(const char *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        const struct magic *magic = &magics[i];
        if (length >= magic->offset + magic->length && memcmp(bytes + magic->offset, magic->bytes, magic->length) == 0)
            return magic->type;
    }
    return begins_with_tag(bytes, length) ? MEDIA_SVG : MEDIA_TYPE_COUNT;
}

/* ---- names ---- */

void media_name(const struct media *media, char out[MEDIA_NAME_SIZE])
{
    digest_hex(&media->sha256, out);
    snprintf(out + DIGEST_HEX_SIZE - 1, MEDIA_NAME_SIZE - DIGEST_HEX_SIZE + 1, ".%s", media_ending(media->type));
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool media_name_read(const char *name, struct digest *sha256, enum media_type *type)
{
    if (strnlen(name, DIGEST_HEX_SIZE) < DIGEST_HEX_SIZE || name[DIGEST_HEX_SIZE - 1] != '.')
        return false;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        int high = hex_value(name[2 * i]);
        int low = hex_value(name[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        sha256->bytes[i] = (uint8_t)(high * 16 + low);
    }
    *type = media_type_of_name(name);
    return *type != MEDIA_TYPE_COUNT && strcmp(name + DIGEST_HEX_SIZE, rows[*type].ending) == 0;
}

/* ---- reading ---- */

__attribute__((format(printf, 2, 3))) static bool fail(struct media_reading *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang 14 forgets the line above */
    vsnprintf(out->why, sizeof out->why, format, arguments);
    va_end(arguments);
    return false;
}

static bool check_size(struct media_reading *out)
{
    const struct media *media = &out->media;

    if (media_is_sound(media->type)) {
        if (media->length_ms > MEDIA_SOUND_MAX_MS)
            return fail(out, "lasts %u ms, expected at most %d", media->length_ms, MEDIA_SOUND_MAX_MS);
        return true;
    }
    if (media->width == 0 || media->height == 0)
        return fail(out, "has no width or no height");
    if (media->width > MEDIA_SIDE_MAX_PX || media->height > MEDIA_SIDE_MAX_PX)
        return fail(out, "is %u by %u pixels, expected at most %d each way", media->width, media->height,
                    MEDIA_SIDE_MAX_PX);
    if ((uint64_t)media->width * media->height > MEDIA_PIXELS_MAX)
        return fail(out, "has %llu pixels, expected at most %u", (unsigned long long)media->width * media->height,
                    MEDIA_PIXELS_MAX);
    return true;
}

static bool read_plain(const char *bytes, size_t length, struct media_reading *out)
{
    const char *why = rows[out->media.type].read((const uint8_t *)bytes, length, &out->media);

    if (why != NULL)
        return fail(out, "%s", why);
    out->bytes = memory_copy(bytes, length);
    out->length = length;
    return true;
}

bool media_read(const char *bytes, size_t length, enum media_type type, struct media_reading *out)
{
    size_t max = type == MEDIA_SVG ? MEDIA_SVG_MAX_BYTES : MEDIA_FILE_MAX_BYTES;
    enum media_type is = media_sniff(bytes, length);

    *out = (struct media_reading){.media.type = type};
    if (length > max)
        return fail(out, "has %zu bytes, expected at most %zu", length, max);
    if (is != type)
        return fail(out, "holds %s, expected %s as its name says",
                    is == MEDIA_TYPE_COUNT ? "something else" : rows[is].content_type, rows[type].content_type);
    if (type == MEDIA_SVG)
        media_read_svg(bytes, length, out);
    else if (!read_plain(bytes, length, out))
        return false;
    if (out->why[0] != '\0' || !check_size(out))
        return false;
    digest_of(out->bytes, out->length, &out->media.sha256);
    return true;
}

void media_reading_clear(struct media_reading *reading)
{
    free(reading->bytes);
    reading->bytes = NULL;
}
