/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults.h - everything that is wrong with a file, gathered before anybody is told.
 *
 * A fault says where (file, line, column, question, field), what is wrong and what was expected. Lines and columns
 * count from 1, columns in bytes. At most FAULTS_MAX are kept; the rest is counted.
 */
#ifndef HOITHI_FAULTS_H
#define HOITHI_FAULTS_H

#include <stddef.h>
#include <stdio.h>

#define FAULTS_MAX 500

struct fault {
    size_t line;
    size_t column;
    char *question; /* id or NULL */
    char *field;    /* dotted path or NULL */
    char *message;  /* what is wrong, what was expected; English, one line */
};

struct faults {
    char *file;
    struct fault *list;
    size_t count;
    size_t dropped;
};

void faults_init(struct faults *faults, const char *file);
void faults_clear(struct faults *faults);
void faults_add(struct faults *faults, size_t line, size_t column, const char *question, const char *field,
                const char *format, ...) __attribute__((format(printf, 6, 7)));
/* In the order of the file; faults at one place stay as they were added. */
void faults_sort(struct faults *faults);
/* `FILE:LINE:COLUMN: question ID, field: message`, a line each. */
void faults_print(const struct faults *faults, FILE *out);

#endif
