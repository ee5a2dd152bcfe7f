/* SPDX-License-Identifier: Apache-2.0 */
/* A class list as it is pasted or uploaded: whatever it is, what is found are names that a room takes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/class_names.h"
#include "question-banks/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct class_names names;

    class_names_read((const char *)data, size, &names);
    if (names.count > CLASS_LIST_MAX || names.fault_count > CLASS_FAULTS_MAX)
        abort();
    for (size_t i = 0; i < names.count; i++) {
        struct name name;
        if (name_clean(names.lines[i].name, strlen(names.lines[i].name), &name) != NAME_FINE)
            abort();
        name_clear(&name);
    }
    char *json = class_names_to_json(&names);
    free(json);
    class_names_clear(&names);
    return 0;
}
