/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the document and as the numbering of a .docx, parted by a zero. */
#include "question-banks/archive.h"
#include "tests/fuzz/import_holds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = (char *)(uintptr_t)bytes;
    const uint8_t *zero = memchr(bytes, 0, length);
    size_t first = zero == NULL ? length : (size_t)(zero - bytes);
    struct archive_part parts[] = {
        {"word/document.xml", text, first},
        {"word/numbering.xml", zero == NULL ? text : text + first + 1, zero == NULL ? 0 : length - first - 1}};
    size_t size = 0;
    char *archive = archive_write(parts, 2, &size);

    import_holds(archive, size, IMPORT_AUTO);
    free(archive);
    return 0;
}
