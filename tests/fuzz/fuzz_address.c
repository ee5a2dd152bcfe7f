/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the address of a Redis: refused in words, or whole and terminated. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "engine/redis.h"
#include "question-banks/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct redis_address address;
    char why[200] = "";
    char *url = memory_copy((const char *)bytes, length);

    if (redis_address_read(url, &address, why, sizeof why)) {
        assert((address.path[0] != '\0') != (address.host[0] != '\0'));
        assert(address.port > 0 && address.port < 65536 && address.database >= 0);
        assert(memchr(address.path, '\0', sizeof address.path) != NULL);
        assert(memchr(address.host, '\0', sizeof address.host) != NULL);
        assert(memchr(address.user, '\0', sizeof address.user) != NULL);
        assert(memchr(address.password, '\0', sizeof address.password) != NULL);
    } else {
        assert(why[0] != '\0');
    }
    free(url);
    return 0;
}
