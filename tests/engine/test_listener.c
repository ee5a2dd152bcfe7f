/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>
#include "engine/address.h"
#include "engine/listener.h"

Test(listener, an_address_is_a_host_and_a_port)
{
    struct listen_address address;
    cr_assert(listener_parse("127.0.0.1:8080", &address));
    cr_expect_eq(address.port, 8080);
    cr_expect_not(listener_is_any(&address));
    cr_assert(listener_parse("[::1]:65535", &address));
    cr_expect_str_eq(address.host, "::1");
    cr_assert(listener_parse(":80", &address));
    cr_expect(listener_is_any(&address));
}

Test(listener, what_is_no_address_is_refused)
{
    static const char *const wrong[] = {"",       "8080",        "127.0.0.1",    "127.0.0.1:",      "127.0.0.1:65536",
                                        "::1:80", "127.0.0.1:x", "127.0.0.1:-1", "127.0.0.1:999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct listen_address address;
        cr_expect_not(listener_parse(wrong[i], &address), "%s", wrong[i]);
    }
}

Test(listener, several_sockets_share_one_free_port_and_nobody_else_gets_it)
{
    struct listen_address address;
    struct listen_address second;
    int fds[3];
    int other[1];
    cr_assert(listener_parse("127.0.0.1:0", &address));
    cr_assert(listener_open(&address, fds, 3));
    cr_expect_neq(address.port, 0);
    second = address;
    cr_expect_not(listener_open(&second, other, 1));
    for (size_t i = 0; i < 3; i++)
        close(fds[i]);
}

Test(listener, the_address_to_open_here_is_never_the_one_for_everybody)
{
    struct listen_address address;
    char url[ADDRESS_URL_MAX];
    cr_assert(listener_parse("0.0.0.0:8080", &address));
    address_here(&address, "http", url);
    cr_expect_str_eq(url, "http://127.0.0.1:8080");
    cr_assert(listener_parse("[::1]:90", &address));
    address_here(&address, "https", url);
    cr_expect_str_eq(url, "https://[::1]:90");
}

static int option_of(int fd, int name)
{
    int value = -1;
    socklen_t length = sizeof value;
    cr_assert_eq(getsockopt(fd, IPPROTO_TCP, name, &value, &length), 0);
    return value;
}

Test(listener, a_client_is_sent_small_frames_at_once_and_little_is_held_for_who_does_not_read)
{
    struct listen_address address;
    struct sockaddr_storage peer;
    int listener = -1, client;

    cr_assert(listener_parse("127.0.0.1:0", &address));
    cr_assert(listener_open(&address, &listener, 1));
    int caller = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(caller, (const struct sockaddr *)&address.address, address.length), 0);
    while ((client = listener_accept(listener, &peer)) < 0)
        cr_assert_eq(errno, EAGAIN);
    cr_expect_neq(option_of(client, TCP_NODELAY), 0);
    cr_expect_eq(option_of(client, TCP_NOTSENT_LOWAT), LISTEN_UNSENT_MAX_BYTES);
    close(client);
    close(caller);
    close(listener);
}
