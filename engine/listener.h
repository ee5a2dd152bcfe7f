/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listener.h - the sockets that clients knock at: one a worker, on one port, kept by the supervisor.
 *
 * Each worker has its own listening socket (SO_REUSEPORT), so the kernel spreads clients and a worker's accept queue
 * outlives the worker. It knows no loop.
 */
#ifndef HOITHI_ENGINE_LISTENER_H
#define HOITHI_ENGINE_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define LISTEN_HOST_MAX 256
#define LISTEN_BACKLOG 4096
#define LISTEN_UNSENT_MAX_BYTES                                                                                        \
    (128 << 10) /* what the kernel holds for who does not read; the rest is ours, and bounded */

struct listen_address {
    char host[LISTEN_HOST_MAX]; /* as given, without brackets */
    uint16_t port;
    struct sockaddr_storage address;
    socklen_t length;
};

/* "127.0.0.1:8080", "[::]:8080", "localhost:8080", ":8080" (every address). False: reported. */
bool listener_parse(const char *text, struct listen_address *out);
/* Every address of this machine? */
bool listener_is_any(const struct listen_address *address);

/*
 * Opens `count` listening sockets into `fds` (close-on-exec). Port 0 becomes the one that the kernel chose. False: all
 * closed, and one sentence with the remedy has been reported.
 */
bool listener_open(struct listen_address *address, int *fds, size_t count);

/* The next client: a non-blocking socket that sends small frames at once. -1: none now (EAGAIN) or errno. */
int listener_accept(int listener, struct sockaddr_storage *peer);

#endif
