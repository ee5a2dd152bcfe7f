/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
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
