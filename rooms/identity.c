/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/identity.h"

#include <string.h>
#include "question-banks/digest.h"

static const char alphabet[33] = "0123456789abcdefghjkmnpqrstvwxyz";

static int digit_of(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        letter = (char)(letter - 'A' + 'a');
    if (letter == 'o')
        letter = '0';
    if (letter == 'i' || letter == 'l')
        letter = '1';
    const char *found = letter == '\0' ? NULL : strchr(alphabet, letter);
    return found == NULL ? -1 : (int)(found - alphabet);
}

static void base32_write(uint64_t bits, size_t digits, char *out)
{
    for (size_t i = 0; i < digits; i++)
        out[i] = alphabet[(bits >> (5 * (digits - 1 - i))) & 31];
    out[digits] = '\0';
}

void player_id_write(uint64_t id, char out[PLAYER_TEXT_SIZE])
{
    base32_write(id, PLAYER_TEXT_SIZE - 1, out);
}

uint64_t player_id_read(const char *text)
{
    uint64_t id = 0;
    size_t length = 0;

    for (; text[length] != '\0'; length++) {
        const char *found = strchr(alphabet, text[length]);
        if (found == NULL || length >= PLAYER_TEXT_SIZE - 1)
            return 0;
        id = id << 5 | (uint64_t)(found - alphabet);
    }
    return length == PLAYER_TEXT_SIZE - 1 ? id : 0;
}

static uint64_t digest_of_three(const char *a, const char *b, const char *c)
{
    struct slice parts[] = {{a, strlen(a) + 1}, {b, strlen(b) + 1}, {c, strlen(c) + 1}};
    struct digest digest;
    digest_join(parts, 3, &digest);
    return digest_prefix(&digest);
}

uint64_t player_id_of(const char *room, const char *once)
{
    uint64_t id = digest_of_three("player", room, once) >> 4;
    return id == 0 ? 1 : id;
}

void code_write(uint64_t bits, char out[CODE_TEXT_SIZE])
{
    base32_write(bits & ((UINT64_C(1) << 40) - 1), CODE_TEXT_SIZE - 1, out);
    for (size_t i = 0; i < CODE_TEXT_SIZE - 1; i++)
        if (out[i] >= 'a')
            out[i] = (char)(out[i] - 'a' + 'A');
}

uint64_t code_of(const char *room, const char *once)
{
    return digest_of_three("code", room, once) >> 24;
}

uint64_t code_digest(const char *room, const char *text)
{
    char plain[CODE_TEXT_SIZE];
    size_t length = 0;

    for (; *text != '\0'; text++) {
        if (*text == ' ' || *text == '-')
            continue;
        int digit = digit_of(*text);
        if (digit < 0 || length >= CODE_TEXT_SIZE - 1)
            return 0;
        plain[length++] = alphabet[digit];
    }
    if (length != CODE_TEXT_SIZE - 1)
        return 0;
    plain[length] = '\0';
    uint64_t digest = digest_of_three("code-digest", room, plain);
    return digest == 0 ? 1 : digest;
}

void eid_write(const uint8_t bytes[12], char out[EID_TEXT_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < 12; i++) {
        out[2 * i] = hex[bytes[i] >> 4];
        out[2 * i + 1] = hex[bytes[i] & 15];
    }
    out[24] = '\0';
}

void eid_of_command(const char *token_name, const char *page, const char *id, char out[EID_TEXT_SIZE])
{
    struct slice parts[] = {{token_name, strlen(token_name) + 1}, {page, strlen(page) + 1}, {id, strlen(id) + 1}};
    struct digest digest;
    digest_join(parts, 3, &digest);
    eid_write(digest.bytes, out);
}

uint64_t eid_key(const char *text)
{
    uint64_t key = 0;
    size_t length = strlen(text);

    if (length != EID_TEXT_SIZE - 1)
        return 0;
    for (size_t i = 0; i < length; i++) {
        char letter = text[i];
        int digit = letter >= '0' && letter <= '9'   ? letter - '0'
                    : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                                                     : -1;
        if (digit < 0)
            return 0;
        if (i < 16)
            key = key << 4 | (uint64_t)digit;
    }
    return key == 0 ? 1 : key;
}
