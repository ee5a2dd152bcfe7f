/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/faults.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"

#define FAULT_MESSAGE_MAX 600

static char *copy_or_null(const char *text)
{
    return text == NULL ? NULL : memory_copy(text, strlen(text));
}

void faults_init(struct faults *faults, const char *file)
{
    *faults = (struct faults){.file = copy_or_null(file)};
}

void faults_clear(struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->list[i].question);
        free(faults->list[i].field);
        free(faults->list[i].message);
    }
    free(faults->list);
    free(faults->file);
    *faults = (struct faults){0};
}

/* A fault is one line, whatever a file put into it. */
static void flatten(char *message)
{
    for (char *c = message; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    }
}

void faults_add(struct faults *faults, size_t line, size_t column, const char *question, const char *field,
                const char *format, ...)
{
    char message[FAULT_MESSAGE_MAX];
    va_list arguments;

    if (faults->count == FAULTS_MAX) {
        faults->dropped++;
        return;
    }
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang 14 forgets the line above */
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    flatten(message);

    if (faults->count % 16 == 0)
        faults->list = memory_grow(faults->list, faults->count + 16, sizeof *faults->list);
    faults->list[faults->count++] = (struct fault){.line = line,
                                                   .column = column,
                                                   .question = copy_or_null(question),
                                                   .field = copy_or_null(field),
                                                   .message = copy_or_null(message)};
}

static bool stands_after(const struct fault *a, const struct fault *b)
{
    return a->line != b->line ? a->line > b->line : a->column > b->column;
}

/* They are few and mostly sorted: an insertion sort, which keeps equals as they are. */
void faults_sort(struct faults *faults)
{
    for (size_t i = 1; i < faults->count; i++) {
        struct fault fault = faults->list[i];
        size_t j = i;
        for (; j > 0 && stands_after(&faults->list[j - 1], &fault); j--)
            faults->list[j] = faults->list[j - 1];
        faults->list[j] = fault;
    }
}

static void print_one(const char *file, const struct fault *fault, FILE *out)
{
    fprintf(out, "%s:%zu:%zu: ", file, fault->line, fault->column);
    if (fault->question != NULL)
        fprintf(out, "question %s, ", fault->question);
    if (fault->field != NULL)
        fprintf(out, "%s: ", fault->field);
    fprintf(out, "%s\n", fault->message);
}

void faults_print(const struct faults *faults, FILE *out)
{
    const char *file = faults->file == NULL ? "-" : faults->file;

    for (size_t i = 0; i < faults->count; i++)
        print_one(file, &faults->list[i], out);
    if (faults->dropped > 0)
        fprintf(out, "%s: and %zu more\n", file, faults->dropped);
}
