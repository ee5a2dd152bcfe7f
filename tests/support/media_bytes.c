/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/media_bytes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"

static void put_u32(FILE *out, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        fputc((int)(value >> shift & 0xFF), out);
}

static void put_u16(FILE *out, uint16_t value)
{
    fputc(value >> 8, out);
    fputc(value & 0xFF, out);
}

static void put_little(FILE *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        fputc((int)(value >> (8 * i) & 0xFF), out);
}

static void put_zeros(FILE *out, size_t count)
{
    while (count-- > 0)
        fputc(0, out);
}

/* Nobody here looks at a checksum. */
static void put_chunk(FILE *out, const char *name, size_t zeros)
{
    put_u32(out, (uint32_t)zeros);
    fwrite(name, 1, 4, out);
    put_zeros(out, zeros + 4);
}

char *media_png(uint32_t width, uint32_t height, size_t bytes, size_t *length)
{
    static const size_t least = 8 + 25 + 12 + 12;
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    fwrite("\x89PNG\r\n\x1a\n", 1, 8, out);
    put_u32(out, 13);
    fwrite("IHDR", 1, 4, out);
    put_u32(out, width);
    put_u32(out, height);
    fwrite("\x08\x02\0\0\0\0\0\0\0", 1, 9, out);
    put_chunk(out, "IDAT", bytes > least ? bytes - least : 0);
    put_chunk(out, "IEND", 0);
    fclose(out);
    return text;
}

char *media_jpeg(uint16_t width, uint16_t height, uint8_t frame, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    fwrite("\xff\xd8\xff\xe0\0\x04hi\xff", 1, 9, out); /* a fill byte in front of the next marker */
    fputc(0xFF, out);
    fputc(frame, out);
    put_u16(out, 11);
    fputc(8, out);
    put_u16(out, height);
    put_u16(out, width);
    fwrite("\x01\x01\x11\0", 1, 4, out);
    fwrite("\xff\xda\0\x02xx\xff\xd9", 1, 8, out);
    fclose(out);
    return text;
}

char *media_webp(const char *kind, uint32_t width, uint32_t height, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    fwrite("RIFF", 1, 4, out);
    put_little(out, 22, 4);
    fwrite("WEBP", 1, 4, out);
    fwrite(kind, 1, 4, out);
    put_little(out, 10, 4);
    if (strcmp(kind, "VP8X") == 0) {
        put_zeros(out, 4);
        put_little(out, width - 1, 3);
        put_little(out, height - 1, 3);
    } else if (strcmp(kind, "VP8L") == 0) {
        fputc(0x2F, out);
        put_little(out, (width - 1) | (height - 1) << 14, 4);
        put_zeros(out, 5);
    } else {
        fwrite("\0\0\0\x9d\x01\x2a", 1, 6, out);
        put_little(out, width, 2);
        put_little(out, height, 2);
    }
    fclose(out);
    return text;
}

char *media_mp3(size_t frames, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    fwrite("ID3\x03\0\0\0\0\0\x05-tag-", 1, 15, out);
    for (size_t i = 0; i < frames; i++) {
        fwrite("\xff\xfb\x10\xc4", 1, 4, out);
        put_zeros(out, 104 - 4);
    }
    fclose(out);
    return text;
}

static void put_page(FILE *out, uint64_t position, const char *data, size_t length)
{
    fwrite("OggS\0\0", 1, 6, out);
    put_little(out, position, 8);
    put_zeros(out, 12); /* serial, number, checksum */
    fputc(1, out);
    fputc((int)length, out);
    fwrite(data, 1, length, out);
}

char *media_opus(uint64_t samples, size_t *length)
{
    static const char head[19] = "OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0"; /* 312 samples are skipped */
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    put_page(out, 0, head, sizeof head);
    put_page(out, UINT64_MAX, "tags", 4);
    put_page(out, samples + 312, "sound", 5);
    fclose(out);
    return text;
}

char *media_m4a(uint32_t per_second, uint32_t units, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    put_u32(out, 16);
    fwrite("ftypM4A \0\0\0\0", 1, 12, out);
    put_u32(out, 36);
    fwrite("moov", 1, 4, out);
    put_u32(out, 28);
    fwrite("mvhd", 1, 4, out);
    put_zeros(out, 12);
    put_u32(out, per_second);
    put_u32(out, units);
    fclose(out);
    return text;
}
