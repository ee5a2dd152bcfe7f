/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MP3 (ISO/IEC 11172-3 and 13818-3), Ogg with Opus (RFC 7845) or Vorbis, M4A (ISO/IEC 14496-12): how long a sound
 * lasts, as its frames, its last page or its head say. A recording that does not say it (a fragmented M4A) counts as 0
 * and is held by its bytes alone.
 */
#include <string.h>
#include "question-banks/media_parts.h"

static const char broken[] = "is broken or was cut off";

static uint64_t little(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = bytes; i > 0; i--)
        value = value << 8 | at[i - 1];
    return value;
}

static uint32_t as_ms(uint64_t units, uint64_t per_second)
{
    uint64_t seconds = per_second == 0 ? 0 : units / per_second;

    if (seconds >= UINT32_MAX / 1000 - 1)
        return UINT32_MAX;
    return per_second == 0 ? 0 : (uint32_t)(seconds * 1000 + units % per_second * 1000 / per_second);
}

/* ---- MP3 ---- */

#define ID3_HEAD 10
#define MP3_HEAD 4

struct mp3_frame {
    size_t bytes;
    uint32_t samples;
    uint32_t rate;
};

/* False if no frame of layer III begins here. */
static bool read_mp3_frame(const uint8_t *at, struct mp3_frame *out)
{
    static const uint16_t kbits[2][16] = {{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
                                          {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}};
    static const uint32_t rates[4] = {44100, 48000, 32000, 0};
    unsigned version = at[1] >> 3 & 3; /* 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5 */
    unsigned kbit = kbits[version == 3 ? 0 : 1][at[2] >> 4];

    if (at[0] != 0xFF || (at[1] & 0xE6) != 0xE2 || version == 1)
        return false;
    out->rate = rates[at[2] >> 2 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
    if (kbit == 0 || out->rate == 0)
        return false;
    out->samples = version == 3 ? 1152 : 576;
    out->bytes = (size_t)out->samples / 8 * kbit * 1000 / out->rate + (at[2] >> 1 & 1);
    return true;
}

static size_t skip_id3(const uint8_t *bytes, size_t length)
{
    if (length < ID3_HEAD || memcmp(bytes, "ID3", 3) != 0)
        return 0;
    return ID3_HEAD + ((size_t)(bytes[6] & 0x7F) << 21 | (size_t)(bytes[7] & 0x7F) << 14 |
                       (size_t)(bytes[8] & 0x7F) << 7 | (size_t)(bytes[9] & 0x7F));
}

const char *media_read_mp3(const uint8_t *bytes, size_t length, struct media *out)
{
    uint64_t micros = 0;
    struct mp3_frame frame;

    for (size_t at = skip_id3(bytes, length); at + MP3_HEAD <= length;) {
        if (!read_mp3_frame(bytes + at, &frame)) {
            at++; /* padding, or a tag at the end */
            continue;
        }
        micros += (uint64_t)frame.samples * 1000000 / frame.rate;
        at += frame.bytes;
    }
    out->length_ms = as_ms(micros, 1000000);
    return micros == 0 ? broken : NULL;
}

/* ---- Ogg ---- */

#define OGG_HEAD 27
#define OPUS_RATE 48000

struct ogg_stream {
    uint64_t rate;
    uint64_t skipped;
};

static bool read_ogg_head(const uint8_t *data, size_t length, struct ogg_stream *out)
{
    if (length >= 19 && memcmp(data, "OpusHead", 8) == 0) {
        *out = (struct ogg_stream){OPUS_RATE, little(data + 10, 2)};
        return true;
    }
    if (length < 30 || memcmp(data, "\x01vorbis", 7) != 0)
        return false;
    *out = (struct ogg_stream){little(data + 12, 4), 0};
    return out->rate > 0;
}

/* The bytes of a page, or 0 if none begins at `at` or it was cut off. `*data` is what it carries. */
static size_t read_page(const uint8_t *at, size_t length, size_t *data)
{
    size_t size = OGG_HEAD;

    if (length < OGG_HEAD || memcmp(at, "OggS", 4) != 0 || length < OGG_HEAD + (size_t)at[26])
        return 0;
    *data = size += at[26];
    for (size_t i = 0; i < at[26]; i++)
        size += at[OGG_HEAD + i];
    return size <= length ? size : 0;
}

const char *media_read_ogg(const uint8_t *bytes, size_t length, struct media *out)
{
    struct ogg_stream stream = {0};
    uint64_t last = 0;
    size_t data = 0;

    for (size_t at = 0; at < length;) {
        size_t size = read_page(bytes + at, length - at, &data);
        if (size == 0)
            return broken;
        if (at == 0 && !read_ogg_head(bytes + data, size - data, &stream))
            return "holds neither Opus nor Vorbis";
        uint64_t position = little(bytes + at + 6, 8);
        if (position != UINT64_MAX && position > last)
            last = position;
        at += size;
    }
    out->length_ms = as_ms(last > stream.skipped ? last - stream.skipped : 0, stream.rate);
    return stream.rate == 0 ? broken : NULL;
}

/* ---- M4A ---- */

struct box {
    const uint8_t *data;
    size_t length;
};

/* The first box called `name` inside `outer`. False if there is none, or boxes lie outside their own. */
static bool find_box(const struct box *outer, const char *name, struct box *out)
{
    size_t at = 0;

    while (outer->length - at >= 8) {
        const uint8_t *head = outer->data + at;
        size_t left = outer->length - at;
        size_t size = media_u32(head);
        size_t own = 8;
        if (size == 1 && left >= 16) {
            size = media_u32(head + 8) == 0 ? media_u32(head + 12) : SIZE_MAX;
            own = 16;
        } else if (size == 0) {
            size = left;
        }
        if (size < own || size > left)
            return false;
        *out = (struct box){head + own, size - own};
        if (memcmp(head + 4, name, 4) == 0)
            return true;
        at += size;
    }
    return false;
}

const char *media_read_m4a(const uint8_t *bytes, size_t length, struct media *out)
{
    struct box file = {bytes, length};
    struct box movie;
    struct box head;

    if (!find_box(&file, "moov", &movie) || !find_box(&movie, "mvhd", &head) || head.length < 20)
        return "is broken, was cut off, or is no sound";
    bool wide = head.data[0] == 1;
    if (wide && head.length < 32)
        return broken;
    uint64_t per_second = media_u32(head.data + (wide ? 20 : 12));
    uint64_t units =
        wide ? (uint64_t)media_u32(head.data + 24) << 32 | media_u32(head.data + 28) : media_u32(head.data + 16);
    out->length_ms = as_ms(units, per_second);
    return NULL;
}
