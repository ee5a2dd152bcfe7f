/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shelf.h - the banks that hosts have made on this server: DATA/banks/ID/VERSION.json.
 *
 * A version is written once, whole and synced, and never over another one. A bank belongs to the key that made it,
 * whose id stands beside the versions in a file `owner`. It knows no request and no library.
 */
#ifndef HOITHI_ENGINE_SHELF_H
#define HOITHI_ENGINE_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include "question-banks/bank.h"

/* What one key may keep here, in all versions together. Two requests at the same moment may each pass the last place.
 */
#define SHELF_BANKS_MAX 100
#define SHELF_VERSIONS_MAX 400
#define SHELF_QUESTIONS_MAX 40000
#define SHELF_BYTES_MAX (64u << 20)
#define SHELF_OWNER_SIZE 32

enum shelf_result {
    SHELF_KEPT,
    SHELF_SAME,  /* this version is there already, with these very bytes */
    SHELF_TAKEN, /* this version is there already, with other bytes */
    SHELF_FAULT  /* the disk says no; errno tells why */
};

/* "DATA/banks", the caller's. */
char *shelf_folder(const char *data);
/* The id of the key that made the bank, "" if nobody has said so: then its files were put there by hand. */
void shelf_owner(const char *folder, const char *id, char owner[SHELF_OWNER_SIZE]);

enum shelf_claim { CLAIM_OWN, CLAIM_FOREIGN, CLAIM_FAULT };
/* Makes the bank `key`'s if there is none with this id yet. Of several who claim it at once, one has it. */
enum shelf_claim shelf_claim(const char *folder, const char *id, const char *key);

struct shelf_use {
    size_t banks;
    size_t versions;
    size_t questions;
    size_t bytes;
};
enum shelf_limit { LIMIT_NONE, LIMIT_BANKS, LIMIT_VERSIONS, LIMIT_QUESTIONS, LIMIT_BYTES };
/* The first limit that would be passed if `more` came to `use`. */
enum shelf_limit shelf_limit(const struct shelf_use *use, const struct shelf_use *more);

/* `bytes` are what `bank` was read from. When it returns SHELF_KEPT, the file outlives a power cut. */
enum shelf_result shelf_keep(const char *folder, const struct bank *bank, const char *bytes, size_t length);

/* A picture or sound of that bank: "media/NAME", beside its versions. To be kept before the version that has it. */
struct shelf_media {
    const char *file;
    const char *bytes;
    size_t length;
};
enum shelf_result shelf_keep_media(const char *folder, const char *bank_id, const struct shelf_media *media);

#endif
