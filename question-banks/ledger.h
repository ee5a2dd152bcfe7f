/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h - which content each published version of a bank had.
 *
 * One line a version, `SHA-256 id@version`, in a file of the data directory. A version that is in the ledger can never
 * mean anything else again. It knows no bank's content and no room.
 */
#ifndef HOITHI_LEDGER_H
#define HOITHI_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include "question-banks/bank.h"

#define LEDGER_LINES_MAX 100000

struct ledger_line {
    char name[BANK_ID_MAX + BANK_VERSION_MAX + 2]; /* id@version */
    struct digest sha256;
};
struct ledger {
    struct ledger_line *lines;
    size_t count;
    bool changed; /* since it was read or written */
};

void ledger_init(struct ledger *ledger);
void ledger_clear(struct ledger *ledger);
/* False and a fault if there is a file and it cannot be read or has a line that is none. No file: an empty ledger. */
bool ledger_read(struct ledger *ledger, const char *path, struct faults *faults);
/* Written beside, synced, renamed. False and a fault if that fails. */
bool ledger_write(struct ledger *ledger, const char *path, struct faults *faults);
/* NULL if it is not in there. */
const struct digest *ledger_find(const struct ledger *ledger, const char *id, const char *version);
/* Nothing happens if it is there already. */
void ledger_add(struct ledger *ledger, const char *id, const char *version, const struct digest *sha256);

#endif
