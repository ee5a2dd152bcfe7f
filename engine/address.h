/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.h - where people can reach this server: its addresses in the networks it is in.
 *
 * Wireless and wired ones first, bridges of containers and virtual machines last; nothing that only this machine or
 * this link can reach.
 */
#ifndef HOITHI_ENGINE_ADDRESS_H
#define HOITHI_ENGINE_ADDRESS_H

#include <stddef.h>
#include "engine/listener.h"

#define ADDRESSES_MAX 16
#define ADDRESS_URL_MAX 96

struct addresses {
    char urls[ADDRESSES_MAX][ADDRESS_URL_MAX]; /* "http://192.168.1.5:8080" */
    size_t count;
};

/* Of a listener on every address: all that getifaddrs knows; else the one it listens on. */
void addresses_find(const struct listen_address *listen, const char *scheme, struct addresses *out);
/* The address to print and open on this machine itself: "http://127.0.0.1:8080". */
void address_here(const struct listen_address *listen, const char *scheme, char out[ADDRESS_URL_MAX]);

#endif
