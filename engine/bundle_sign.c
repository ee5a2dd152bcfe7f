/* SPDX-License-Identifier: Apache-2.0 */
/* The last line of a bundle: who says that this is the room's log. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include "engine/bundle.h"
#include "engine/node_key.h"
#include "question-banks/memory.h"
#include "rooms/buffer.h"

int bundle_statement(char out[BUNDLE_STATEMENT_MAX], const char *room, uint64_t entries, const char *head)
{
    return snprintf(out, BUNDLE_STATEMENT_MAX, "hoithi bundle 1 %.64s %llu %.64s", room, (unsigned long long)entries,
                    head);
}

static void put_hex(struct buffer *out, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        buffer_print(out, "%02x", bytes[i]);
}

/* What the bundle's end says of itself; bundle_write() has just written it. */
static int statement_of(const char *room, const char *bytes, size_t length, char out[BUNDLE_STATEMENT_MAX])
{
    const char *before = memrchr(bytes, '\n', length - 1);
    cJSON *end = before == NULL ? NULL : cJSON_ParseWithLength(before + 1, (size_t)(bytes + length - before) - 1);
    const char *head = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(end, "head"));
    const cJSON *entries = cJSON_GetObjectItemCaseSensitive(end, "entries");
    int said = head == NULL || !cJSON_IsNumber(entries)
                   ? 0
                   : bundle_statement(out, room, (uint64_t)entries->valuedouble, head);
    cJSON_Delete(end);
    return said;
}

bool bundle_put_signature(struct buffer *out, const char *data, const char *statement, char why[BUNDLE_WHY_MAX])
{
    uint8_t public_key[NODE_PUBLIC_BYTES];
    uint8_t signature[NODE_SIGNATURE_BYTES];

    struct node_key *key = node_key_open(data, why, BUNDLE_WHY_MAX);
    if (key == NULL)
        return false;
    node_key_public(key, public_key);
    bool made = statement[0] != '\0' && node_key_sign(key, statement, strlen(statement), signature);
    node_key_close(key);
    if (!made) {
        snprintf(why, BUNDLE_WHY_MAX, "the bundle cannot be signed");
        return false;
    }
    buffer_put(out, "{\"signer\":\"");
    put_hex(out, public_key, sizeof public_key);
    buffer_put(out, "\",\"signature\":\"");
    put_hex(out, signature, sizeof signature);
    buffer_put(out, "\"}\n");
    return true;
}

bool bundle_sign(const char *data, const char *room, char **bytes, size_t *length, char why[BUNDLE_WHY_MAX])
{
    char statement[BUNDLE_STATEMENT_MAX];
    struct buffer line;

    if (statement_of(room, *bytes, *length, statement) == 0)
        statement[0] = '\0';
    buffer_init(&line);
    bool made = bundle_put_signature(&line, data, statement, why);
    if (made) {
        *bytes = memory_grow(*bytes, *length + line.length + 1, 1);
        memcpy(*bytes + *length, line.text, line.length + 1);
        *length += line.length;
    }
    buffer_clear(&line);
    return made;
}
