/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media.h - the picture or sound of a question: what its bytes are, and whether they may be shown to a hall.
 *
 * A file is believed by its bytes, never by its name alone. The SHA-256 of what is served is its identity: under that
 * name it is kept, asked for and cached, and it never changes. It knows no file, no bank and no room.
 */
#ifndef HOITHI_MEDIA_H
#define HOITHI_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "question-banks/digest.h"

#define MEDIA_FILE_MAX_BYTES (2u << 20)
#define MEDIA_SVG_MAX_BYTES (512u << 10)
#define MEDIA_SIDE_MAX_PX 4096
#define MEDIA_PIXELS_MAX (12u << 20) /* a phone unpacks each to four bytes */
#define MEDIA_SOUND_MAX_MS 120000
#define MEDIA_WHY_MAX 200
#define MEDIA_NAME_SIZE (DIGEST_HEX_SIZE + 5) /* SHA-256 and an ending */

enum media_type {
    MEDIA_PNG,
    MEDIA_JPEG,
    MEDIA_WEBP,
    MEDIA_SVG,
    MEDIA_MP3,
    MEDIA_OGG, /* Opus or Vorbis */
    MEDIA_M4A,
    MEDIA_TYPE_COUNT
};

struct media {
    enum media_type type;
    struct digest sha256;   /* of the bytes that are served */
    uint32_t width, height; /* of a picture, in pixels */
    uint32_t length_ms;     /* of a sound */
};

bool media_is_sound(enum media_type type);
/* "png": what stands behind the dot of a name that the server gives. */
const char *media_ending(enum media_type type);
const char *media_content_type(enum media_type type);
/* By the ending of a file's name (.jpeg is a JPEG too), or by its first bytes. MEDIA_TYPE_COUNT: none of ours. */
enum media_type media_type_of_name(const char *name);
enum media_type media_sniff(const char *bytes, size_t length);

/* SHA-256 in hex, a dot, the ending: how a file is called where it is kept by its content. */
void media_name(const struct media *media, char out[MEDIA_NAME_SIZE]);
/* False if `name` is not exactly such a name. */
bool media_name_read(const char *name, struct digest *sha256, enum media_type *type);

/* What was read. `bytes` are those to serve: the same, or an SVG made safe. */
struct media_reading {
    struct media media;
    char *bytes;
    size_t length;
    char why[MEDIA_WHY_MAX];     /* it cannot be used; "" if it can */
    char dropped[MEDIA_WHY_MAX]; /* what an SVG lost because it could act or fetch, or "" */
};
/* False, and `why`, if it is not of `type`, broken, or past a limit. To be cleared in any case. */
bool media_read(const char *bytes, size_t length, enum media_type type, struct media_reading *out);
void media_reading_clear(struct media_reading *reading);

#endif
