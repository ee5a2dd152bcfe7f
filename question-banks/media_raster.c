/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PNG (W3C, Portable Network Graphics), JPEG (ITU-T T.81) and WebP (RFC 9649): how large a picture says it is, and
 * whether its parts lie where they should. Nothing is unpacked here: what a browser would need for it follows from the
 * size.
 */
#include <string.h>
#include "question-banks/media_parts.h"

static const char broken[] = "is broken or was cut off";

static uint32_t little(const uint8_t *at, size_t bytes)
{
    uint32_t value = 0;

    for (size_t i = bytes; i > 0; i--)
        value = value << 8 | at[i - 1];
    return value;
}

/* ---- PNG ---- */

#define PNG_SIGNATURE 8
#define PNG_AROUND 12 /* length, name and checksum of a chunk */

const char *media_read_png(const uint8_t *bytes, size_t length, struct media *out)
{
    bool pixels = false;
    size_t at = PNG_SIGNATURE;

    if (length < at + PNG_AROUND + 13 || media_u32(bytes + at) != 13 || memcmp(bytes + at + 4, "IHDR", 4) != 0)
        return broken;
    out->width = media_u32(bytes + at + 8);
    out->height = media_u32(bytes + at + 12);
    while (length - at >= PNG_AROUND) {
        size_t size = media_u32(bytes + at);
        const uint8_t *name = bytes + at + 4;
        if (size > length - at - PNG_AROUND)
            return broken;
        if (memcmp(name, "IEND", 4) == 0)
            return pixels ? NULL : broken;
        pixels = pixels || memcmp(name, "IDAT", 4) == 0;
        at += size + PNG_AROUND;
    }
    return broken;
}

/* ---- JPEG ---- */

enum { JPEG_START = 0xD8, JPEG_END = 0xD9, JPEG_SCAN = 0xDA, JPEG_RESTART = 0xD0, JPEG_TEMPORARY = 0x01 };

static bool stands_alone(uint8_t marker)
{
    return (marker >= JPEG_RESTART && marker <= JPEG_START) || marker == JPEG_TEMPORARY;
}

/* C0 to CF but for tables (C4), an extension (C8) and conditioning (CC). */
static bool is_frame(uint8_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

static const char *read_frame(const uint8_t *segment, size_t size, uint8_t marker, struct media *out)
{
    if (marker > 0xC2)
        return "is a JPEG of a kind that browsers do not show";
    if (size < 8)
        return broken;
    out->height = media_u16(segment + 3);
    out->width = media_u16(segment + 5);
    return NULL;
}

const char *media_read_jpeg(const uint8_t *bytes, size_t length, struct media *out)
{
    size_t at = 2;

    while (length - at >= 4) {
        uint8_t marker = bytes[at + 1];
        if (bytes[at] != 0xFF)
            return broken;
        if (marker == 0xFF || stands_alone(marker)) {
            at += marker == 0xFF ? 1 : 2;
            continue;
        }
        size_t size = media_u16(bytes + at + 2);
        if (marker == JPEG_END || size < 2 || size > length - at - 2)
            return broken;
        if (marker == JPEG_SCAN)
            return out->width > 0 ? NULL : broken;
        const char *why = is_frame(marker) ? read_frame(bytes + at + 2, size, marker, out) : NULL;
        if (why != NULL)
            return why;
        at += 2 + size;
    }
    return broken;
}

/* ---- WebP ---- */

#define WEBP_DATA 20 /* behind RIFF, size, WEBP, and the first chunk's name and size */

const char *media_read_webp(const uint8_t *bytes, size_t length, struct media *out)
{
    const uint8_t *data = bytes + WEBP_DATA;

    if (length < WEBP_DATA + 10 || memcmp(bytes, "RIFF", 4) != 0 || little(bytes + 4, 4) > length - 8)
        return broken;
    if (memcmp(bytes + 12, "VP8X", 4) == 0) {
        out->width = little(data + 4, 3) + 1;
        out->height = little(data + 7, 3) + 1;
    } else if (memcmp(bytes + 12, "VP8L", 4) == 0 && data[0] == 0x2F) {
        uint32_t bits = little(data + 1, 4);
        out->width = (bits & 0x3FFF) + 1;
        out->height = (bits >> 14 & 0x3FFF) + 1;
    } else if (memcmp(bytes + 12, "VP8 ", 4) == 0 && memcmp(data + 3, "\x9d\x01\x2a", 3) == 0) {
        out->width = little(data + 6, 2) & 0x3FFF;
        out->height = little(data + 8, 2) & 0x3FFF;
    } else {
        return broken;
    }
    return NULL;
}
