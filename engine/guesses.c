/* SPDX-License-Identifier: Apache-2.0 */
/* Who guesses PINs too fast: pure, time is passed in. */
#include "engine/pins.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"

#define WAYS 8 /* buckets that an address may lie in */
#define SETS (PIN_ADDRESSES_MAX / WAYS)
#define MILLI 1000

struct bucket {
    uint64_t network; /* 0: free */
    int64_t milli;    /* thousandths of a guess that were left at `at_ms` */
    int64_t at_ms;
};

struct guesses {
    struct bucket buckets[SETS][WAYS];
};

/* ---- addresses ---- */

static uint64_t network_of_4(uint32_t address)
{
    return UINT64_C(0xffff) << 32 | address; /* no IPv6 /64 that is given out looks like this */
}

static uint64_t network_of_6(const struct in6_addr *address)
{
    uint64_t network = 0;
    uint32_t mapped;
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        memcpy(&mapped, &address->s6_addr[12], sizeof mapped);
        return network_of_4(ntohl(mapped));
    }
    for (int i = 0; i < 8; i++)
        network = network << 8 | address->s6_addr[i];
    return network == 0 ? 1 : network;
}

void guesser_init(struct guesser *guesser, const struct sockaddr *peer)
{
    *guesser = (struct guesser){0};
    if (peer != NULL && peer->sa_family == AF_INET)
        guesser->network = network_of_4(ntohl(((const struct sockaddr_in *)(const void *)peer)->sin_addr.s_addr));
    else if (peer != NULL && peer->sa_family == AF_INET6)
        guesser->network = network_of_6(&((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr);
}

void guesser_init_text(struct guesser *guesser, const char *address)
{
    struct in_addr four;
    struct in6_addr six;
    *guesser = (struct guesser){0};
    if (inet_pton(AF_INET, address, &four) == 1)
        guesser->network = network_of_4(ntohl(four.s_addr));
    else if (inet_pton(AF_INET6, address, &six) == 1)
        guesser->network = network_of_6(&six);
}

/* ---- buckets ---- */

struct guesses *guesses_new(void)
{
    return memory_new(1, sizeof(struct guesses));
}

void guesses_free(struct guesses *guesses)
{
    free(guesses);
}

static size_t set_of(uint64_t network)
{
    return (size_t)((network * UINT64_C(0x9e3779b97f4a7c15)) >> 40) % SETS;
}

static int64_t left_milli(const struct bucket *bucket, int64_t now_ms)
{
    int64_t passed = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;
    int64_t full = (int64_t)PIN_GUESSES * MILLI;
    if (bucket->network == 0 || passed >= full / PIN_GUESSES_A_SECOND)
        return full;
    int64_t left = bucket->milli + passed * PIN_GUESSES_A_SECOND;
    return left < full ? left : full;
}

static const struct bucket *bucket_find(const struct guesses *guesses, uint64_t network)
{
    const struct bucket *set = guesses->buckets[set_of(network)];
    for (int i = 0; i < WAYS; i++)
        if (set[i].network == network)
            return &set[i];
    return NULL;
}

bool guesses_may_ask(const struct guesses *guesses, const struct guesser *guesser, int64_t now_ms)
{
    if (guesser->wrong >= PIN_WRONG_A_CONNECTION)
        return false;
    const struct bucket *bucket = guesser->network == 0 ? NULL : bucket_find(guesses, guesser->network);
    return bucket == NULL || left_milli(bucket, now_ms) >= MILLI;
}

/* Its bucket; a new one takes the place of the fullest. */
static struct bucket *bucket_take(struct guesses *guesses, uint64_t network, int64_t now_ms)
{
    struct bucket *set = guesses->buckets[set_of(network)];
    struct bucket *fullest = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (set[i].network == network)
            return &set[i];
        if (left_milli(&set[i], now_ms) > left_milli(fullest, now_ms))
            fullest = &set[i];
    }
    *fullest = (struct bucket){.network = network, .milli = (int64_t)PIN_GUESSES * MILLI, .at_ms = now_ms};
    return fullest;
}

void guesses_was_wrong(struct guesses *guesses, uint64_t network, int64_t now_ms)
{
    if (network == 0)
        return;
    struct bucket *bucket = bucket_take(guesses, network, now_ms);
    int64_t left = left_milli(bucket, now_ms) - MILLI;
    bucket->milli = left > 0 ? left : 0;
    bucket->at_ms = now_ms;
}

uint32_t guesses_count(const struct guesses *guesses)
{
    uint32_t count = 0;
    for (size_t set = 0; set < SETS; set++)
        for (int i = 0; i < WAYS; i++)
            count += guesses->buckets[set][i].network != 0;
    return count;
}
