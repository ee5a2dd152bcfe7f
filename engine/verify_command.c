/* SPDX-License-Identifier: Apache-2.0 */
/* hoithi verify BUNDLE [--key FINGERPRINT] */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/bundle.h"
#include "engine/command.h"
#include "engine/options.h"
#include "engine/report.h"
#include "engine/verify.h"
#include "rooms/buffer.h"

#define PIECE_BYTES 65536

char *bundle_file_read(const char *path, size_t *length)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char piece[PIECE_BYTES];
    struct buffer bytes;
    size_t read;

    if (file == NULL) {
        report("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    buffer_init(&bytes);
    while (bytes.length <= BUNDLE_MAX_BYTES && (read = fread(piece, 1, sizeof piece, file)) > 0)
        buffer_add(&bytes, piece, read);
    bool failed = ferror(file) != 0;
    if (file != stdin)
        fclose(file);
    if (!failed && bytes.length > 0 && bytes.length <= BUNDLE_MAX_BYTES) {
        *length = bytes.length;
        return buffer_take(&bytes);
    }
    report("cannot read %s: %s", path, failed ? "input or output failed" : "it is empty, or too big for a bundle");
    buffer_clear(&bytes);
    return NULL;
}

static int verify(const char *path, const char *fingerprint)
{
    char said[600];
    size_t length;
    char *bytes = bundle_file_read(path, &length);

    if (bytes == NULL)
        return EXIT_REFUSED;
    bool fine = verify_bundle_by(bytes, length, fingerprint, said, sizeof said);
    free(bytes);
    if (fine)
        printf("%s\n", said);
    else
        report("%s: %s", path, said);
    return fine ? EXIT_DONE : EXIT_REFUSED;
}

int verify_command(int argc, char **argv)
{
    struct options options;
    int status = EXIT_USAGE;

    if (options_read(&options, FOR_VERIFY, argc - 1, argv + 1) != OPTIONS_OK) {
        status = EXIT_USAGE;
    } else if (options.argument_count != 1) {
        report("usage: hoithi verify BUNDLE [--key FINGERPRINT]");
    } else {
        status = verify(options.arguments[0], options.key);
    }
    options_clear(&options);
    return status;
}
