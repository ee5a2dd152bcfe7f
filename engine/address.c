/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/address.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* Interfaces that lead to machines inside this one. */
static const char *const inner[] = {"docker", "br-",    "veth", "virbr", "vboxnet", "vmnet",
                                    "lxc",    "podman", "cni",  "tap",   NULL};

static bool is_inner(const char *interface)
{
    for (size_t i = 0; inner[i] != NULL; i++)
        if (strncmp(interface, inner[i], strlen(inner[i])) == 0)
            return true;
    return false;
}

static void add(struct addresses *out, const char *scheme, const char *host, uint16_t port)
{
    const char *open = strchr(host, ':') == NULL ? "" : "[";
    const char *shut = open[0] == '\0' ? "" : "]";
    if (out->count < ADDRESSES_MAX)
        (void)snprintf(out->urls[out->count++], ADDRESS_URL_MAX, "%s://%s%.63s%s:%u", scheme, open, host, shut, port);
}

/* IPv4 only where the listener takes every address: that is what a class can type from a wall. */
static void add_interface(struct addresses *out, const char *scheme, const struct ifaddrs *interface, uint16_t port)
{
    char text[INET_ADDRSTRLEN];
    const struct sockaddr_in *address = (const struct sockaddr_in *)(const void *)interface->ifa_addr;
    uint32_t host = ntohl(address->sin_addr.s_addr);

    if ((host >> 24) == 127 || (host >> 16) == 0xa9fe) /* loopback; 169.254/16 */
        return;
    if (inet_ntop(AF_INET, &address->sin_addr, text, sizeof text) != NULL)
        add(out, scheme, text, port);
}

static void add_interfaces(struct addresses *out, const char *scheme, uint16_t port, bool inner_ones)
{
    struct ifaddrs *list = NULL;
    if (getifaddrs(&list) != 0)
        return;
    for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
        if (i->ifa_addr != NULL && i->ifa_addr->sa_family == AF_INET && (i->ifa_flags & IFF_UP) != 0 &&
            is_inner(i->ifa_name) == inner_ones)
            add_interface(out, scheme, i, port);
    freeifaddrs(list);
}

void addresses_find(const struct listen_address *listen, const char *scheme, struct addresses *out)
{
    out->count = 0;
    if (!listener_is_any(listen)) {
        add(out, scheme, listen->host, listen->port);
        return;
    }
    add_interfaces(out, scheme, listen->port, false);
    add_interfaces(out, scheme, listen->port, true);
}

void address_here(const struct listen_address *listen, const char *scheme, char out[ADDRESS_URL_MAX])
{
    struct addresses one = {.count = 0};
    const char *host = listen->host;

    if (listener_is_any(listen))
        host = listen->address.ss_family == AF_INET6 ? "::1" : "127.0.0.1";
    add(&one, scheme, host, listen->port);
    memcpy(out, one.urls[0], ADDRESS_URL_MAX);
}
