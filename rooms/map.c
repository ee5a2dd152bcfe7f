/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"
#include "question-banks/digest.h"

void map_init(struct map *map)
{
    *map = (struct map){0};
}

void map_clear(struct map *map)
{
    free(map->slots);
    map_init(map);
}

/* Spreads keys whose low bits are alike. */
static size_t home(const struct map *map, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (map->capacity - 1);
}

uint32_t *map_find(const struct map *map, uint64_t key)
{
    if (map->capacity == 0)
        return NULL;
    for (size_t i = home(map, key); map->slots[i].key != 0; i = (i + 1) & (map->capacity - 1))
        if (map->slots[i].key == key)
            return &map->slots[i].value;
    return NULL;
}

static void place(struct map *map, uint64_t key, uint32_t value)
{
    size_t i = home(map, key);
    while (map->slots[i].key != 0)
        i = (i + 1) & (map->capacity - 1);
    map->slots[i] = (struct map_slot){.key = key, .value = value};
}

static void grow(struct map *map)
{
    struct map_slot *old = map->slots;
    size_t old_capacity = map->capacity;

    map->capacity = old_capacity == 0 ? 16 : old_capacity * 2;
    map->slots = memory_new(map->capacity, sizeof *map->slots);
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].key != 0)
            place(map, old[i].key, old[i].value);
    free(old);
}

void map_set(struct map *map, uint64_t key, uint32_t value)
{
    assert(key != 0);
    uint32_t *found = map_find(map, key);
    if (found != NULL) {
        *found = value;
        return;
    }
    if ((map->count + 1) * 4 > map->capacity * 3)
        grow(map);
    place(map, key, value);
    map->count++;
}

void map_remove(struct map *map, uint64_t key)
{
    if (map_find(map, key) == NULL)
        return;
    size_t i = home(map, key);
    while (map->slots[i].key != key)
        i = (i + 1) & (map->capacity - 1);
    map->slots[i].key = 0;
    map->count--;
    /* What stood behind it may have been pushed there by it: place it anew. */
    for (i = (i + 1) & (map->capacity - 1); map->slots[i].key != 0; i = (i + 1) & (map->capacity - 1)) {
        struct map_slot moved = map->slots[i];
        map->slots[i].key = 0;
        place(map, moved.key, moved.value);
    }
}

uint64_t map_key(const char *text)
{
    struct digest digest;
    digest_of(text, strlen(text), &digest);
    uint64_t key = digest_prefix(&digest);
    return key == 0 ? 1 : key;
}
