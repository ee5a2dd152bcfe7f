/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/node_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include "question-banks/digest.h"
#include "question-banks/memory.h"

struct node_key {
    EVP_PKEY *pair;
    uint8_t public_key[NODE_PUBLIC_BYTES];
};

/* ---- the file ---- */

static EVP_PKEY *read_pair(const char *path)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *pair = file == NULL ? NULL : PEM_read_PrivateKey(file, NULL, NULL, NULL);
    if (file != NULL)
        (void)fclose(file);
    return pair;
}

static bool write_pair(int fd, EVP_PKEY *pair)
{
    FILE *file = fdopen(fd, "w");
    if (file == NULL) {
        (void)close(fd);
        return false;
    }
    bool written = PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL) == 1 && fflush(file) == 0 &&
                   fsync(fileno(file)) == 0;
    return fclose(file) == 0 && written;
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return synced;
}

/* Several may make it at once: link() lets the first one stand, and everybody reads that. */
static void make_pair(const char *data, const char *path)
{
    char draft[PATH_MAX];
    (void)snprintf(draft, sizeof draft, "%s/.node.key-XXXXXX", data);
    EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    int fd = pair == NULL ? -1 : mkostemp(draft, O_CLOEXEC); /* 0600 */
    if (fd >= 0) {
        if (write_pair(fd, pair) && link(draft, path) == 0)
            (void)sync_folder(data);
        (void)unlink(draft);
    }
    EVP_PKEY_free(pair);
}

struct node_key *node_key_open(const char *data, char *why, size_t why_size)
{
    char path[PATH_MAX];
    size_t length = NODE_PUBLIC_BYTES;
    struct node_key *key = memory_new(1, sizeof *key);

    (void)snprintf(path, sizeof path, "%s/" NODE_KEY_FILE, data);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        make_pair(data, path);
    key->pair = read_pair(path);
    if (key->pair != NULL && EVP_PKEY_get_id(key->pair) == EVP_PKEY_ED25519 &&
        EVP_PKEY_get_raw_public_key(key->pair, key->public_key, &length) == 1 && length == NODE_PUBLIC_BYTES)
        return key;
    (void)snprintf(why, why_size, "the signing key %.200s cannot be read or made", path);
    node_key_close(key);
    return NULL;
}

void node_key_close(struct node_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pair); /* wipes it */
    free(key);
}

/* ---- what it is for ---- */

void node_key_public(const struct node_key *key, uint8_t out[NODE_PUBLIC_BYTES])
{
    memcpy(out, key->public_key, NODE_PUBLIC_BYTES);
}

bool node_key_sign(const struct node_key *key, const char *text, size_t length, uint8_t out[NODE_SIGNATURE_BYTES])
{
    size_t size = NODE_SIGNATURE_BYTES;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool made = context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key->pair) == 1 &&
                EVP_DigestSign(context, out, &size, (const uint8_t *)text, length) == 1 && size == NODE_SIGNATURE_BYTES;
    EVP_MD_CTX_free(context);
    return made;
}

bool node_key_signed(const uint8_t public_key[NODE_PUBLIC_BYTES], const char *text, size_t length,
                     const uint8_t signature[NODE_SIGNATURE_BYTES])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, NODE_PUBLIC_BYTES);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fits = key != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestVerify(context, signature, NODE_SIGNATURE_BYTES, (const uint8_t *)text, length) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return fits;
}

void node_key_fingerprint(const uint8_t public_key[NODE_PUBLIC_BYTES], char out[FINGERPRINT_SIZE])
{
    struct digest digest;
    digest_of(public_key, NODE_PUBLIC_BYTES, &digest);
    digest_hex(&digest, out);
}
