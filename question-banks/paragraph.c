/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of pasted text and paragraphs of documents, with their formatting. */
#include <stdlib.h>
#include "question-banks/importer.h"
#include "question-banks/memory.h"

#define STEP 256

void paragraphs_add(struct paragraphs *paragraphs, char *text, uint8_t *marks, size_t line)
{
    if (paragraphs->count % STEP == 0)
        paragraphs->list = memory_grow(paragraphs->list, paragraphs->count + STEP, sizeof *paragraphs->list);
    paragraphs->list[paragraphs->count++] = (struct paragraph){.text = text, .marks = marks, .line = line};
}

void paragraphs_clear(struct paragraphs *paragraphs)
{
    for (size_t i = 0; i < paragraphs->count; i++) {
        free(paragraphs->list[i].text);
        free(paragraphs->list[i].marks);
    }
    free(paragraphs->list);
    *paragraphs = (struct paragraphs){0};
}
