/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shelf.h - the banks that hosts have made on this server: DATA/banks/ID/VERSION.json.
 *
 * A version is written once, whole and synced, and never over another one. It knows no request and no library.
 */
#ifndef HOITHI_ENGINE_SHELF_H
#define HOITHI_ENGINE_SHELF_H

#include <stddef.h>
#include "question-banks/bank.h"

enum shelf_result {
    SHELF_KEPT,
    SHELF_SAME,  /* this version is there already, with these very bytes */
    SHELF_TAKEN, /* this version is there already, with other bytes */
    SHELF_FAULT  /* the disk says no; errno tells why */
};

/* "DATA/banks", the caller's. */
char *shelf_folder(const char *data);
/* `bytes` are what `bank` was read from. When it returns SHELF_KEPT, the file outlives a power cut. */
enum shelf_result shelf_keep(const char *folder, const struct bank *bank, const char *bytes, size_t length);

#endif
