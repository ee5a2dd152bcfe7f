/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/report.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048

void report(const char *format, ...)
{
    char line[LINE_MAX_BYTES] = "hoithi: ";
    size_t prefix = strlen(line);
    va_list list;

    va_start(list, format);
    int length = vsnprintf(line + prefix, sizeof line - prefix - 1, format, list);
    va_end(list);
    if (length < 0)
        return;
    size_t total = prefix + (size_t)length;
    if (total > sizeof line - 2)
        total = sizeof line - 2;
    line[total++] = '\n';
    /* One write: the lines of several processes stay whole. */
    if (write(STDERR_FILENO, line, total) < 0)
        return;
}
