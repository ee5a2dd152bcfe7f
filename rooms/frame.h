/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame.h - bytes on their way to one or many clients: encoded once, shared by count.
 *
 * FRAME_HEADROOM bytes in front of the text belong to whoever carries it (libwebsockets writes its header there), so
 * nothing is copied at write time. One thread; the count is a plain integer.
 */
#ifndef HOITHI_FRAME_H
#define HOITHI_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADROOM 16

struct frame {
    uint32_t references;
    uint32_t length;     /* of the text */
    unsigned char *text; /* FRAME_HEADROOM writable bytes lie before it */
};

/* A new frame with one reference and room for `length` bytes. Never NULL. */
struct frame *frame_new(size_t length);
/* A new frame holding a copy of `text`. */
struct frame *frame_of(const char *text, size_t length);
struct frame *frame_keep(struct frame *frame);
/* Takes NULL. */
void frame_drop(struct frame *frame);

#endif
