/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a sheet, its strings and its styles of a .xlsx, parted by zeros. */
#include "question-banks/archive.h"
#include "tests/fuzz/import_holds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static char workbook[] = "<workbook><sheets><sheet id=\"r\"/></sheets></workbook>";
static char relations[] = "<Relationships><Relationship Id=\"r\" Target=\"s.xml\"/></Relationships>";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct archive_part parts[] = {{"xl/workbook.xml", workbook, sizeof workbook - 1},
                                   {"xl/_rels/workbook.xml.rels", relations, sizeof relations - 1},
                                   {"xl/s.xml", workbook, 0},
                                   {"xl/sharedStrings.xml", workbook, 0},
                                   {"xl/styles.xml", workbook, 0}};
    size_t size = 0;

    for (size_t i = 2; i < 5; i++) {
        const uint8_t *zero = length == 0 ? NULL : memchr(bytes, 0, length);
        parts[i].bytes = (char *)(uintptr_t)bytes;
        parts[i].length = zero == NULL || i == 4 ? length : (size_t)(zero - bytes);
        bytes += parts[i].length + (zero != NULL && i < 4);
        length -= parts[i].length + (zero != NULL && i < 4);
    }
    char *archive = archive_write(parts, 5, &size);
    import_holds(archive, size, IMPORT_XLSX);
    free(archive);
    return 0;
}
