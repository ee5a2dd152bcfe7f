/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate.h - whether a certificate and its key can be served with, asked before anything starts.
 */
#ifndef HOITHI_ENGINE_CERTIFICATE_H
#define HOITHI_ENGINE_CERTIFICATE_H

#include <stdbool.h>

#define CERTIFICATE_SOON_DAYS 14

/* Both PEM files can be read and belong together; otherwise false, and reported. A certificate that has expired or soon
 * will is reported, and is no fault. */
bool certificate_check(const char *certificate_path, const char *key_path);

#endif
