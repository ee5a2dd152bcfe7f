/* SPDX-License-Identifier: Apache-2.0 */
/* media_bytes.h - small files of each kind, made for a test. All are the caller's. */
#ifndef HOITHI_TEST_MEDIA_BYTES_H
#define HOITHI_TEST_MEDIA_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* A PNG that says it is `width` by `height`; exactly `bytes` long (0: as short as it can be). */
char *media_png(uint32_t width, uint32_t height, size_t bytes, size_t *length);
char *media_jpeg(uint16_t width, uint16_t height, uint8_t frame, size_t *length);
/* `kind`: "VP8 ", "VP8L" or "VP8X". */
char *media_webp(const char *kind, uint32_t width, uint32_t height, size_t *length);
/* Frames of MPEG 1 layer III, 44.1 kHz, 32 kbit/s, behind an ID3 tag. */
char *media_mp3(size_t frames, size_t *length);
char *media_opus(uint64_t samples, size_t *length);
char *media_m4a(uint32_t per_second, uint32_t units, size_t *length);

#endif
