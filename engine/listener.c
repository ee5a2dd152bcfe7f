/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/listener.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine/report.h"

/* Splits at the last colon; false if there is no port. */
static bool split(const char *text, char *host, size_t host_size, const char **port)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL || colon[1] == '\0' || strlen(colon + 1) > 5 ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    const char *begin = text;
    size_t length = (size_t)(colon - text);
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        begin++;
        length -= 2;
    } else if (memchr(text, ':', length) != NULL) {
        return false; /* an IPv6 address needs its brackets */
    }
    if (length >= host_size)
        return false;
    memcpy(host, begin, length);
    host[length] = '\0';
    *port = colon + 1;
    return true;
}

bool listener_parse(const char *text, struct listen_address *out)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    const char *port = NULL;

    *out = (struct listen_address){0};
    if (!split(text, out->host, sizeof out->host, &port) || strtoul(port, NULL, 10) > UINT16_MAX) {
        report("--listen: '%s' is not HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080", text);
        return false;
    }
    if (out->host[0] == '\0')
        memcpy(out->host, "0.0.0.0", sizeof "0.0.0.0");
    int status = getaddrinfo(out->host, port, &hints, &found);
    if (status != 0) {
        report("--listen: no address for '%s': %s", out->host, gai_strerror(status));
        return false;
    }
    memcpy(&out->address, found->ai_addr, found->ai_addrlen);
    out->length = found->ai_addrlen;
    out->port = (uint16_t)strtoul(port, NULL, 10);
    freeaddrinfo(found);
    return true;
}

bool listener_is_any(const struct listen_address *address)
{
    if (address->address.ss_family == AF_INET6)
        return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)&address->address)->sin6_addr);
    return ((const struct sockaddr_in *)&address->address)->sin_addr.s_addr == htonl(INADDR_ANY);
}

static void set_port(struct listen_address *address, uint16_t port)
{
    if (address->address.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)&address->address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)&address->address)->sin_port = htons(port);
    address->port = port;
}

static int bound_socket(const struct listen_address *address, bool shared)
{
    const int on = 1;
    const int off = 0;
    const int unsent_most = LISTEN_UNSENT_MAX_BYTES;
    int fd = socket(address->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    bool fine = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
    /* Every client's socket has these from the listening one, without a system call of its own. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_most, sizeof unsent_most);
    if (shared)
        fine = fine && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
    if (address->address.ss_family == AF_INET6) /* [::] takes IPv4 clients, too */
        fine = fine && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0;
    fine = fine && bind(fd, (const struct sockaddr *)&address->address, address->length) == 0 &&
           listen(fd, LISTEN_BACKLOG) == 0;
    if (!fine) {
        int kept = errno;
        (void)close(fd);
        errno = kept;
        return -1;
    }
    return fd;
}

static void report_bind(const struct listen_address *address)
{
    int fault = errno;
    if (fault == EADDRINUSE)
        report("port %u is taken by another program: stop it, or choose another port (--listen %s:%u)", address->port,
               address->host, address->port == UINT16_MAX ? 8080 : address->port + 1);
    else if (fault == EACCES)
        report("port %u needs more rights: choose one from 1024 up, or allow it with "
               "`setcap cap_net_bind_service=+ep`",
               address->port);
    else if (fault == EADDRNOTAVAIL)
        report("--listen: this machine has no address %s; 0.0.0.0 serves on all that it has", address->host);
    else
        report("cannot listen on %s port %u: %s", address->host, address->port, strerror(fault));
}

static uint16_t port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage room;
    } name = {.room = {0}};
    socklen_t length = sizeof name;
    if (getsockname(fd, &name.any, &length) != 0)
        return 0;
    return ntohs(name.any.sa_family == AF_INET6 ? name.v6.sin6_port : name.v4.sin_port);
}

/* SO_REUSEPORT would let us share the port with another server of ours: so first ask for it alone. */
static bool probe(struct listen_address *address)
{
    int fd = bound_socket(address, false);
    if (fd < 0)
        return false;
    set_port(address, port_of(fd));
    (void)close(fd);
    return true;
}

bool listener_open(struct listen_address *address, int *fds, size_t count)
{
    if (!probe(address)) {
        report_bind(address);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        fds[i] = bound_socket(address, true);
        if (fds[i] >= 0)
            continue;
        report_bind(address);
        while (i-- > 0)
            (void)close(fds[i]);
        return false;
    }
    return true;
}

int listener_accept(int listener, struct sockaddr_storage *peer)
{
    socklen_t length = sizeof *peer;

    memset(peer, 0, sizeof *peer);
    return accept4(listener, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
