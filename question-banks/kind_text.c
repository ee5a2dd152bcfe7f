/* SPDX-License-Identifier: Apache-2.0 */
/* Short text: an answer is the salted hash of its normal form, so that the log holds nobody's words. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/digest.h"
#include "question-banks/kind_row.h"

#define HASH_DIGITS 16

uint64_t kind_text_value(const char *normal, const uint8_t salt[TEXT_SALT_BYTES])
{
    struct slice parts[] = {{.bytes = salt, .length = TEXT_SALT_BYTES}, {.bytes = normal, .length = strlen(normal)}};
    struct digest digest;

    digest_join(parts, 2, &digest);
    uint64_t value = digest_prefix(&digest) >> 1;
    return value == 0 ? 1 : value;
}

static enum answer_fault text_read(const struct shape *shape, const struct text_rule *rule, const uint8_t *salt,
                                   const cJSON *wire, struct answer_reading *out)
{
    (void)shape;
    if (!cJSON_IsString(wire))
        return ANSWER_WRONG_TYPE;
    size_t length = strlen(wire->valuestring);
    if (length > TEXT_ANSWER_MAX_BYTES)
        return ANSWER_TOO_LONG;
    if (!text_is_utf8(wire->valuestring, length))
        return ANSWER_WRONG_TYPE;

    char *normal = text_normal_form(wire->valuestring, length, rule);
    char *shown = text_shown_form(wire->valuestring, length);
    if (normal == NULL || shown == NULL) {
        free(normal);
        free(shown);
        return ANSWER_INCOMPLETE;
    }
    out->value = kind_text_value(normal, salt);
    out->shown = shown;
    free(normal);
    return ANSWER_READ;
}

static cJSON *text_to_wire(const struct shape *shape, uint64_t value, const char *shown)
{
    (void)shape;
    (void)value;
    return shown == NULL ? cJSON_CreateNull() : cJSON_CreateString(shown);
}

static void text_write(const struct shape *shape, uint64_t value, struct log_form *form)
{
    char hash[HASH_DIGITS + 2];

    (void)shape;
    snprintf(hash, sizeof hash, "#%016" PRIx64, value);
    log_form_add(form, hash);
}

static bool text_parse(const struct shape *shape, const char *form, uint64_t *value)
{
    char *end = NULL;

    (void)shape;
    if (form[0] != '#' || strlen(form) != HASH_DIGITS + 1)
        return false;
    *value = strtoull(form + 1, &end, 16);
    return *end == '\0' && *value != 0 && *value <= INT64_MAX;
}

const struct kind_row kind_text = {
    .name = "text", .read = text_read, .to_wire = text_to_wire, .write = text_write, .parse = text_parse};
