/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h - the one way in which the program speaks to whoever runs it: a line on stderr.
 *
 * A line is whole and ends in its remedy, if there is one. Secrets never go in.
 */
#ifndef HOITHI_ENGINE_REPORT_H
#define HOITHI_ENGINE_REPORT_H

/* `hoithi: ...` and a line end, in one write. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
