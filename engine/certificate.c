/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/certificate.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include "engine/report.h"

/* A key with a password cannot be opened by a server that starts by itself. */
static int no_password(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return 0;
}

static FILE *open_file(const char *option, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        report("%s: %s cannot be read: %s", option, path, strerror(errno));
    return file;
}

static X509 *read_certificate(const char *path)
{
    FILE *file = open_file("--tls-cert", path);
    if (file == NULL)
        return NULL;
    X509 *certificate = PEM_read_X509(file, NULL, no_password, NULL);
    (void)fclose(file);
    if (certificate == NULL)
        report("--tls-cert: %s is no certificate in PEM form", path);
    return certificate;
}

static EVP_PKEY *read_key(const char *path)
{
    FILE *file = open_file("--tls-key", path);
    if (file == NULL)
        return NULL;
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, no_password, NULL);
    (void)fclose(file);
    if (key == NULL)
        report("--tls-key: %s is no private key in PEM form without a password", path);
    return key;
}

static void warn_of_age(const X509 *certificate, const char *path)
{
    time_t soon = time(NULL) + CERTIFICATE_SOON_DAYS * 24L * 3600L;
    const ASN1_TIME *end = X509_get0_notAfter(certificate);

    if (X509_cmp_current_time(end) < 0)
        report("--tls-cert: %s has expired: browsers will refuse it; renew it, then `kill -HUP` this process", path);
    else if (X509_cmp_time(end, &soon) < 0)
        report("--tls-cert: %s expires within %d days; renew it, then `kill -HUP` this process", path,
               CERTIFICATE_SOON_DAYS);
}

bool certificate_check(const char *certificate_path, const char *key_path)
{
    X509 *certificate = read_certificate(certificate_path);
    EVP_PKEY *key = certificate == NULL ? NULL : read_key(key_path);
    bool fine = key != NULL && X509_check_private_key(certificate, key) == 1;

    if (key != NULL && !fine)
        report("--tls-key: %s does not belong to the certificate %s", key_path, certificate_path);
    if (fine)
        warn_of_age(certificate, certificate_path);
    EVP_PKEY_free(key);
    X509_free(certificate);
    return fine;
}
