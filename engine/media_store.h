/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_store.h - DATA/media: pictures and sounds under the name of their content, SHA-256 and ending.
 *
 * What a room shows is put here when the room is made, so that nobody who changes a bank changes a room. A file is
 * written once and never again. What nobody has put or asked for in MEDIA_LIFE_S goes. It knows no bank and no request.
 */
#ifndef HOITHI_ENGINE_MEDIA_STORE_H
#define HOITHI_ENGINE_MEDIA_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "question-banks/media.h"

#define MEDIA_LIFE_S (90 * 24 * 3600)
#define MEDIA_FOLDER_MAX_BYTES (4ull << 30)
#define MEDIA_CACHE_MAX_BYTES (32u << 20) /* a worker; what is being sent is not counted once it has left the cache */
#define MEDIA_CACHE_FILES_MAX 256

/* Bytes that several replies send at once. Held by counting: media_bytes_drop() gives one hold back. */
struct media_bytes {
    char name[MEDIA_NAME_SIZE];
    char *bytes;
    size_t length;
    size_t holds;
    uint64_t used; /* when, by the cache's own count */
};
void media_bytes_drop(void *bytes);

struct media_store;

/* Copies `data`. */
struct media_store *media_store_new(const char *data);
void media_store_free(struct media_store *store);

/* A hold for the caller, or NULL. Looks into the cache, then at the file; a file with other content counts as none. */
struct media_bytes *media_store_find(struct media_store *store, const char *name);
/* Puts bytes of another place into the cache: a hold for the caller. Takes `bytes`. */
struct media_bytes *media_store_remember(struct media_store *store, const char *name, char *bytes, size_t length);

/* These need no store, and may run in another thread. Whether DATA/media holds the file; then its life begins anew. */
bool media_folder_has(const char *data, const struct media *media);
/* Written whole and synced when it returns true; otherwise errno tells why: ENOSPC also past MEDIA_FOLDER_MAX_BYTES. */
bool media_folder_keep(const char *data, const struct media *media, const char *bytes, size_t length);
/* Removes what is older than MEDIA_LIFE_S at `now_s`; how many. */
size_t media_folder_sweep(const char *data, int64_t now_s);

#endif
