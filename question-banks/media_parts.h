/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_parts.h - one reader for each kind of file; private to the files that read media.
 *
 * A reader is given bytes of its own type. It fills in the size or the length and returns NULL, or what is wrong
 * (static, "is broken" or so). It reads headers only and allocates nothing, but for SVG.
 */
#ifndef HOITHI_MEDIA_PARTS_H
#define HOITHI_MEDIA_PARTS_H

#include "question-banks/media.h"

#define SVG_ELEMENTS_MAX 20000
#define SVG_DRAWN_MAX 200000 /* elements, counted again for each use */

const char *media_read_png(const uint8_t *bytes, size_t length, struct media *out);
const char *media_read_jpeg(const uint8_t *bytes, size_t length, struct media *out);
const char *media_read_webp(const uint8_t *bytes, size_t length, struct media *out);
const char *media_read_mp3(const uint8_t *bytes, size_t length, struct media *out);
const char *media_read_ogg(const uint8_t *bytes, size_t length, struct media *out);
const char *media_read_m4a(const uint8_t *bytes, size_t length, struct media *out);

/* Fills in size, bytes and `dropped` of `out`; or `why`. */
void media_read_svg(const char *bytes, size_t length, struct media_reading *out);

/* Big-endian numbers; the bytes must be there. */
static inline uint32_t media_u16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}
static inline uint32_t media_u32(const uint8_t *at)
{
    return media_u16(at) << 16 | media_u16(at + 2);
}

#endif
