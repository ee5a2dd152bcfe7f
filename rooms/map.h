/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map.h - from a 64-bit key to a 32-bit value.
 *
 * The keys are random or hashes already (player ids, event ids, digests of names), so they are their own hash. Open
 * addressing; key 0 is not allowed.
 */
#ifndef HOITHI_MAP_H
#define HOITHI_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_slot {
    uint64_t key;
    uint32_t value;
};

struct map {
    struct map_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

void map_init(struct map *map);
void map_clear(struct map *map);
/* Borrowed until the next map_set() or map_remove(); NULL if there is none. */
uint32_t *map_find(const struct map *map, uint64_t key);
void map_set(struct map *map, uint64_t key, uint32_t value);
void map_remove(struct map *map, uint64_t key);

/* A map key of a string; never 0. Not against an adversary who can choose strings: for that, digest first. */
uint64_t map_key(const char *text);

#endif
