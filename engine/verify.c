/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/verify.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include "engine/bundle.h"
#include "engine/node_key.h"
#include "engine/replay.h"

#define POSITION_MAX 9007199254740992.0 /* 2^53: past it a JSON number is not exact */

/* One bundle being checked, line by line. */
struct verifying {
    const char *rest; /* what was not yet read */
    size_t left;
    struct replay replay;
    bool has_replay;
    bool ended;
    size_t erased;                 /* entries whose personal part is gone */
    char signer[FINGERPRINT_SIZE]; /* whose signature it bears, and it is right; "" if none */
    char room[ROOM_ID_MAX + 1];
    char said[500];
};

static bool wrong(struct verifying *verifying, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool wrong(struct verifying *verifying, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(verifying->said, sizeof verifying->said, format, list);
    va_end(list);
    return false;
}

/* The next line as JSON, for the caller to delete; NULL at the end or if it is none. */
static cJSON *next_line(struct verifying *verifying)
{
    const char *end = memchr(verifying->rest, '\n', verifying->left);
    if (end == NULL)
        return NULL;
    size_t length = (size_t)(end - verifying->rest);
    cJSON *json = cJSON_ParseWithLength(verifying->rest, length);
    verifying->rest = end + 1;
    verifying->left -= length + 1;
    return json;
}

static const char *text_of(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

static bool read_head(struct verifying *verifying)
{
    cJSON *head = next_line(verifying);
    const char *what = text_of(head, "hoithi");
    const char *room = text_of(head, "room");
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(head, "format");
    bool known = what != NULL && strcmp(what, "bundle") == 0 && room != NULL && strlen(room) <= ROOM_ID_MAX;
    bool readable = known && cJSON_IsNumber(format) && format->valueint == BUNDLE_FORMAT;

    if (known)
        snprintf(verifying->room, sizeof verifying->room, "%s", room);
    cJSON_Delete(head);
    if (!known)
        return wrong(verifying, "this is not a bundle of hoithi");
    return readable || wrong(verifying, "the bundle has a format that this program does not know");
}

static bool read_bank(struct verifying *verifying)
{
    cJSON *line = next_line(verifying);
    const char *bank = text_of(line, "bank");
    bool read = false;

    if (bank != NULL) {
        verifying->has_replay = true;
        read = replay_init(&verifying->replay, verifying->room, bank, strlen(bank)) == REPLAY_OK;
    }
    cJSON_Delete(line);
    if (bank == NULL)
        return wrong(verifying, "the bundle holds no bank");
    return read || wrong(verifying, "%s", verifying->replay.why);
}

/* Does the personal part fit the digest that is chained? */
static bool check_personal(struct verifying *verifying, const struct entry *entry)
{
    cJSON *e = cJSON_ParseWithLength(entry->e, entry->e_length);
    const char *said = text_of(e, "ph");
    char hex[DIGEST_HEX_SIZE] = "";
    struct digest digest;
    bool fits = true;

    if (entry->p != NULL) {
        digest_of(entry->p, entry->p_length, &digest);
        digest_hex(&digest, hex);
        fits = said != NULL && strcmp(said, hex) == 0;
    } else if (said != NULL) {
        verifying->erased++;
    }
    cJSON_Delete(e);
    return fits || wrong(verifying, "the personal part of entry %llu was changed", (unsigned long long)entry->position);
}

static bool take_entry(struct verifying *verifying, const cJSON *line)
{
    const char *id = text_of(line, "id");
    const char *e = text_of(line, "e");
    const char *p = text_of(line, "p");
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(line, "n");

    if (id == NULL || e == NULL || !cJSON_IsNumber(n) || !(n->valuedouble >= 1 && n->valuedouble <= POSITION_MAX) ||
        strlen(id) >= REPLAY_ID_MAX)
        return wrong(verifying, "the line behind entry %llu is none", (unsigned long long)verifying->replay.position);
    struct entry entry = {.position = (uint64_t)n->valuedouble,
                          .id = id,
                          .at_ms = strtoll(id, NULL, 10),
                          .e = e,
                          .e_length = strlen(e),
                          .p = p,
                          .p_length = p == NULL ? 0 : strlen(p)};
    if (!check_personal(verifying, &entry))
        return false;
    return replay_entry(&verifying->replay, &entry) == REPLAY_OK || wrong(verifying, "%s", verifying->replay.why);
}

/* The board as it stands in the bundle, printed as bundle_put_board() prints it. */
static bool same_board(const struct replay *replay, const cJSON *board)
{
    struct buffer own;
    char *said = cJSON_PrintUnformatted(board);
    buffer_init(&own);
    bundle_put_board(&own, replay->room);
    bool same = said != NULL && strcmp(said, own.text) == 0;
    buffer_clear(&own);
    free(said);
    return same;
}

static bool check_end(struct verifying *verifying, const cJSON *line)
{
    const struct replay *replay = &verifying->replay;
    const char *head = text_of(line, "head");
    const char *state = text_of(line, "state");
    char own[DIGEST_HEX_SIZE];

    verifying->ended = true;
    if (replay_end(&verifying->replay) != REPLAY_OK)
        return wrong(verifying, "%s", replay->why);
    if (cJSON_GetObjectItemCaseSensitive(line, "entries")->valuedouble != (double)replay->position)
        return wrong(verifying, "entries are missing: the bundle was cut");
    digest_hex(&replay->head, own);
    if (head == NULL || strcmp(head, own) != 0)
        return wrong(verifying, "the head of the chain is another one: an entry was changed");
    if (state == NULL || strcmp(state, room_result_name(replay->room)) != 0)
        return wrong(verifying, "the state is another one than the replay gives");
    return same_board(replay, cJSON_GetObjectItemCaseSensitive(line, "board")) ||
           wrong(verifying, "the board is another one than the replay gives");
}

/* Lower-case hex of exactly `length` bytes. */
static bool read_hex(const char *hex, uint8_t *out, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    if (hex == NULL || strlen(hex) != 2 * length)
        return false;
    for (size_t i = 0; i < length; i++) {
        const char *high = strchr(digits, hex[2 * i]);
        const char *low = strchr(digits, hex[2 * i + 1]);
        if (high == NULL || low == NULL)
            return false;
        out[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }
    return true;
}

/* The line behind the end, of a bundle whose end is right. */
static bool read_signature(struct verifying *verifying)
{
    uint8_t signer[NODE_PUBLIC_BYTES], signature[NODE_SIGNATURE_BYTES];
    char statement[BUNDLE_STATEMENT_MAX], head[DIGEST_HEX_SIZE];
    cJSON *line = next_line(verifying);
    bool read = read_hex(text_of(line, "signer"), signer, sizeof signer) &&
                read_hex(text_of(line, "signature"), signature, sizeof signature);

    cJSON_Delete(line);
    if (!read)
        return wrong(verifying, "something stands behind the end of the bundle that is no signature");
    digest_hex(&verifying->replay.head, head);
    int length = bundle_statement(statement, verifying->room, verifying->replay.position, head);
    if (!node_key_signed(signer, statement, (size_t)length, signature))
        return wrong(verifying, "the signature is wrong: this bundle is not as its signer made it");
    node_key_fingerprint(signer, verifying->signer);
    return true;
}

static bool read_entries(struct verifying *verifying)
{
    bool fine = true;
    while (fine && !verifying->ended && verifying->left > 0) {
        cJSON *line = next_line(verifying);
        bool last = cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(line, "entries"));
        fine = last ? check_end(verifying, line) : take_entry(verifying, line);
        cJSON_Delete(line);
    }
    if (fine && !verifying->ended)
        return wrong(verifying, "the bundle ends in its middle: it was cut");
    if (fine && verifying->left > 0)
        fine = read_signature(verifying);
    if (fine && verifying->left > 0)
        return wrong(verifying, "something stands behind the end of the bundle");
    return fine;
}

/* Digits of a fingerprint, however they are grouped and whatever their case. */
static bool same_fingerprint(const char *typed, const char *fingerprint)
{
    for (; *typed != '\0'; typed++) {
        if (*typed == ':' || *typed == ' ')
            continue;
        if (tolower((unsigned char)*typed) != *fingerprint)
            return false;
        fingerprint++;
    }
    return *fingerprint == '\0';
}

static bool check_signer(struct verifying *verifying, const char *fingerprint)
{
    if (fingerprint == NULL || (verifying->signer[0] != '\0' && same_fingerprint(fingerprint, verifying->signer)))
        return true;
    if (verifying->signer[0] == '\0')
        return wrong(verifying, "it is consistent, but not signed: --key cannot be checked");
    return wrong(verifying, "it is consistent, but signed by another key: %s", verifying->signer);
}

static void say_fine(struct verifying *verifying, bool signer_checked)
{
    char head[DIGEST_HEX_SIZE], by[FINGERPRINT_SIZE + 40] = ", signer not checked";
    const struct replay *replay = &verifying->replay;

    digest_hex(&replay->head, head);
    if (verifying->signer[0] != '\0')
        snprintf(by, sizeof by, "%s by %s", signer_checked ? ", signed" : ", signer not checked: signed",
                 verifying->signer);
    snprintf(verifying->said, sizeof verifying->said, "%s%s%s: room %s, %llu entries, %zu players, %s, head %s",
             signer_checked ? "verified" : "consistent", verifying->erased > 0 ? ", names erased" : "", by,
             verifying->room, (unsigned long long)replay->position, room_players(replay->room),
             room_result_name(replay->room), head);
}

bool verify_bundle_by(const char *bytes, size_t length, const char *fingerprint, char *said, size_t said_size)
{
    struct verifying verifying = {.rest = bytes, .left = length};
    bool fine = read_head(&verifying) && read_bank(&verifying) && read_entries(&verifying) &&
                check_signer(&verifying, fingerprint);

    if (fine)
        say_fine(&verifying, fingerprint != NULL);
    if (verifying.has_replay)
        replay_clear(&verifying.replay);
    snprintf(said, said_size, "%s", verifying.said);
    return fine;
}

bool verify_bundle(const char *bytes, size_t length, char *said, size_t said_size)
{
    return verify_bundle_by(bytes, length, NULL, said, said_size);
}

bool verify_replay(const char *bytes, size_t length, struct replay *replay, char *said, size_t said_size)
{
    struct verifying verifying = {.rest = bytes, .left = length};
    bool fine = read_head(&verifying) && read_bank(&verifying) && read_entries(&verifying);

    if (fine)
        *replay = verifying.replay;
    else if (verifying.has_replay)
        replay_clear(&verifying.replay);
    snprintf(said, said_size, "%s", verifying.said);
    return fine;
}
