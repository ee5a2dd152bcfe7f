/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct frame *frame_new(size_t length)
{
    assert(length <= UINT32_MAX - sizeof(struct frame) - FRAME_HEADROOM);
    struct frame *frame = malloc(sizeof *frame + FRAME_HEADROOM + length + 1);
    if (frame == NULL)
        abort(); /* out of memory ends the worker; it comes back by replay */
    frame->references = 1;
    frame->length = (uint32_t)length;
    frame->text = (unsigned char *)(frame + 1) + FRAME_HEADROOM;
    frame->text[length] = '\0';
    return frame;
}

struct frame *frame_of(const char *text, size_t length)
{
    struct frame *frame = frame_new(length);
    memcpy(frame->text, text, length);
    return frame;
}

struct frame *frame_keep(struct frame *frame)
{
    frame->references++;
    return frame;
}

void frame_drop(struct frame *frame)
{
    if (frame != NULL && --frame->references == 0)
        free(frame);
}
