/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of every import, whatever went in. */
#ifndef HOITHI_IMPORT_HOLDS_H
#define HOITHI_IMPORT_HOLDS_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/import.h"

static void import_holds(const char *bytes, size_t length, enum import_format format)
{
    static const struct import_head head = {"fuzz", "1.0.0", "Fuzz", "vi"};
    struct import import;
    enum import_status status = import_run(bytes, length, format, &import);
    size_t sure = 0;

    for (size_t i = 0; i < import.count; i++) {
        sure += import.drafts[i].sure;
        assert(import.drafts[i].sure == (import.drafts[i].doubt == NULL));
    }
    assert(status != IMPORT_OK || import.count > 0);
    char *json = import_to_json(&import, &head); /* NULL unless it loads */
    assert((json != NULL) == (sure > 0));
    char *preview = import_to_preview(&import);
    assert(text_is_utf8(preview, strlen(preview)));
    free(json);
    free(preview);
    import_clear(&import);
}

#endif
