/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a name and as a text: what comes out is clean UTF-8, and cleaning it again changes nothing. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void is_clean(const char *text)
{
    assert(text_is_utf8(text, strlen(text)));
    assert(text_is_nfc(text, strlen(text)));
}

static void name_holds(const char *raw, size_t length)
{
    static const char *const words[] = {"an", "do ngoc", ""};
    struct name name;
    struct name again;

    if (name_clean(raw, length, &name) != NAME_FINE) {
        assert(name.shown == NULL && name.key == NULL && name.skeleton == NULL);
        return;
    }
    is_clean(name.shown);
    assert(name.shown[0] != '\0' && strlen(name.shown) <= NAME_MAX_BYTES);
    assert(name_clean(name.shown, strlen(name.shown), &again) == NAME_FINE);
    assert(strcmp(name.shown, again.shown) == 0 && strcmp(name.key, again.key) == 0);
    char *masked = text_mask(name.shown, words, 3);
    is_clean(masked);
    free(masked);
    name_clear(&again);
    name_clear(&name);
}

static void answer_holds(const char *raw, size_t length, unsigned bits)
{
    struct text_rule rule = {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
    char *normal = text_normal_form(raw, length, &rule);
    char *shown = text_shown_form(raw, length);
    char *plain = text_fold_plain(raw, length);

    if (normal != NULL)
        is_clean(normal);
    if (shown != NULL)
        is_clean(shown);
    if (plain != NULL)
        assert(text_is_utf8(plain, strlen(plain)));
    assert((plain != NULL) == text_is_utf8(raw, length));
    free(normal);
    free(shown);
    free(plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    name_holds((const char *)bytes, length);
    for (unsigned bits = 0; bits < 8; bits++)
        answer_holds((const char *)bytes, length, bits);
    return 0;
}
