/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/ledger.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "question-banks/memory.h"

#define LINES_STEP 64

void ledger_init(struct ledger *ledger)
{
    *ledger = (struct ledger){0};
}

void ledger_clear(struct ledger *ledger)
{
    free(ledger->lines);
    *ledger = (struct ledger){0};
}

static const struct ledger_line *find_line(const struct ledger *ledger, const char *name)
{
    for (size_t i = 0; i < ledger->count; i++) {
        if (strcmp(ledger->lines[i].name, name) == 0)
            return &ledger->lines[i];
    }
    return NULL;
}

static void add_line(struct ledger *ledger, const struct ledger_line *line)
{
    if (ledger->count == LEDGER_LINES_MAX || find_line(ledger, line->name) != NULL)
        return;
    if (ledger->count % LINES_STEP == 0)
        ledger->lines = memory_grow(ledger->lines, ledger->count + LINES_STEP, sizeof *ledger->lines);
    ledger->lines[ledger->count++] = *line;
    ledger->changed = true;
}

static bool name_of(const char *id, const char *version, struct ledger_line *line)
{
    int length = snprintf(line->name, sizeof line->name, "%s@%s", id, version);

    return length > 0 && length < (int)sizeof line->name;
}

const struct digest *ledger_find(const struct ledger *ledger, const char *id, const char *version)
{
    struct ledger_line wanted;
    const struct ledger_line *line = name_of(id, version, &wanted) ? find_line(ledger, wanted.name) : NULL;

    return line == NULL ? NULL : &line->sha256;
}

void ledger_add(struct ledger *ledger, const char *id, const char *version, const struct digest *sha256)
{
    struct ledger_line line = {.sha256 = *sha256};

    if (name_of(id, version, &line))
        add_line(ledger, &line);
}

static bool read_hex(const char *text, struct digest *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < 2 * DIGEST_BYTES; i++) {
        const char *digit = text[i] == '\0' ? NULL : strchr(digits, text[i]);
        if (digit == NULL)
            return false;
        uint8_t half = (uint8_t)(digit - digits);
        out->bytes[i / 2] = (uint8_t)(i % 2 == 0 ? half << 4 : out->bytes[i / 2] | half);
    }
    return true;
}

static bool read_line(const char *text, struct ledger_line *line)
{
    const char *name = text + 2 * DIGEST_BYTES + 1;
    bool sound = read_hex(text, &line->sha256) && name[-1] == ' ';
    size_t length = sound ? strcspn(name, "\n") : 0;

    if (length == 0 || length >= sizeof line->name || memchr(name, '@', length) == NULL)
        return false;
    memcpy(line->name, name, length);
    line->name[length] = '\0';
    return true;
}

bool ledger_read(struct ledger *ledger, const char *path, struct faults *faults)
{
    char text[512];
    struct ledger_line line = {0};
    FILE *file = fopen(path, "re");
    size_t number = 0;

    ledger_init(ledger);
    if (file == NULL) {
        bool none = errno == ENOENT;
        if (!none)
            faults_add(faults, 1, 1, NULL, NULL, "cannot be opened: %s", strerror(errno));
        return none;
    }
    bool sound = true;
    while (sound && fgets(text, sizeof text, file) != NULL) {
        number++;
        sound = read_line(text, &line);
        if (sound)
            add_line(ledger, &line);
    }
    if (!sound)
        faults_add(faults, number, 1, NULL, NULL, "expected a SHA-256, a space and id@version");
    fclose(file);
    ledger->changed = false;
    return sound;
}

static bool write_lines(const struct ledger *ledger, FILE *file)
{
    char hex[DIGEST_HEX_SIZE];

    for (size_t i = 0; i < ledger->count; i++) {
        digest_hex(&ledger->lines[i].sha256, hex);
        fprintf(file, "%s %s\n", hex, ledger->lines[i].name);
    }
    return fflush(file) == 0 && fsync(fileno(file)) == 0;
}

bool ledger_write(struct ledger *ledger, const char *path, struct faults *faults)
{
    char *beside = NULL;
    bool written = false;

    if (asprintf(&beside, "%s.new.%ld", path, (long)getpid()) < 0)
        abort();
    FILE *file = fopen(beside, "we");
    if (file != NULL) {
        written = write_lines(ledger, file);
        written = fclose(file) == 0 && written && rename(beside, path) == 0;
    }
    if (!written) {
        faults_add(faults, 1, 1, NULL, NULL, "cannot be written: %s", strerror(errno));
        unlink(beside);
    }
    ledger->changed = ledger->changed && !written;
    free(beside);
    return written;
}
