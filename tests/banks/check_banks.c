/* SPDX-License-Identifier: Apache-2.0 */
/* check-banks FILE…: says of each whether it loads; for tests that compare other tools with the loader. */
#include <stdio.h>
#include "question-banks/bank.h"

int main(int count, char **paths)
{
    for (int i = 1; i < count; i++) {
        struct bank *bank = NULL;
        struct faults faults;

        faults_init(&faults, paths[i]);
        printf("%s %s\n", bank_load(paths[i], &bank, &faults) == BANK_OK ? "good" : "bad", paths[i]);
        bank_free(bank);
        faults_clear(&faults);
    }
    return 0;
}
