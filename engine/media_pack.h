/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_pack.h - a ZIP file with one bank and its pictures and sounds, laid out in a folder of its own as they lie
 * beside a bank: FOLDER/media/NAME. For another thread; it knows no library.
 *
 * In the ZIP stands one file that ends in .json, and beside it a folder `media`. Both may stand in folders.
 */
#ifndef HOITHI_ENGINE_MEDIA_PACK_H
#define HOITHI_ENGINE_MEDIA_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "question-banks/faults.h"

#define MEDIA_PACK_LIFE_S (24 * 3600)
#define MEDIA_PACK_MAX_BYTES (64u << 20) /* of all pictures and sounds in it, unpacked */

struct media_pack {
    char *folder; /* NULL: none was made */
    char *text;   /* of the bank's file */
    size_t length;
};

bool media_pack_is_one(const char *bytes, size_t length);
/* False, and a fault, if it holds no bank or cannot be laid out. `notes` gets what SVGs lost to be safe. To be closed
 * in any case. */
bool media_pack_open(const char *bytes, size_t length, const char *data, struct media_pack *out, struct faults *faults,
                     struct faults *notes);
/* Removes the folder. */
void media_pack_close(struct media_pack *pack);
/* Removes the folders below `data` that a server left behind when it was killed: those older than a day at `now_s`. */
void media_pack_sweep(const char *data, int64_t now_s);

#endif
