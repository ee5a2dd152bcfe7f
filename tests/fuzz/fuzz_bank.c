/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a bank file: it loads and its keys mark themselves as right, or it has faults with places in the file.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/bank.h"
#include "question-banks/export.h"
#include "question-banks/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void key_is_right(const struct question *question)
{
    char log[KIND_LOG_FORM_MAX];
    struct key_range again;
    struct mark mark;

    for (size_t i = 0; i < question->key.count; i++) {
        const struct key_range *range = &question->key.ranges[i];
        kind_write_range(&question->shape, range, log);
        assert(kind_read_range(&question->shape, log, &again));
        assert(again.low == range->low && again.high == range->high);
        kind_mark(&question->shape, &question->key, (uint64_t)range->low, &mark);
        assert(mark.right && mark.parts_right == mark.parts && mark.parts_wrong == 0);
    }
}

/* All but .xlsx, which goes through a file. What was written is read again without fail. */
static void exports_come_back(const struct bank *bank)
{
    static const enum export_format list[] = {EXPORT_GIFT, EXPORT_AIKEN, EXPORT_MOODLE_XML, EXPORT_QTI, EXPORT_CSV};
    struct faults faults;

    faults_init(&faults, NULL);
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        size_t size = 0;
        char *file = export_run(bank, list[i], "vi", &size, &faults);
        struct import import = {0};
        if (file != NULL)
            assert(import_run(file, size, import_format_from_name(export_format_name(list[i])), &import) == IMPORT_OK);
        import_clear(&import);
        free(file);
    }
    faults_clear(&faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct bank *bank = NULL;
    struct faults faults;

    faults_init(&faults, "fuzz");
    enum bank_status status = bank_parse((const char *)bytes, length, &bank, &faults);
    assert((status == BANK_OK) == (bank != NULL) && (status == BANK_OK) == (faults.count == 0));
    for (size_t i = 0; i < faults.count; i++)
        assert(faults.list[i].line >= 1 && faults.list[i].line <= length + 1 && faults.list[i].column <= length + 1);
    for (size_t i = 0; bank != NULL && i < bank->question_count; i++)
        key_is_right(&bank->questions[i]);
    if (bank != NULL)
        exports_come_back(bank);
    bank_free(bank);
    faults_clear(&faults);
    return 0;
}
