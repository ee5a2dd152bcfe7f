/* SPDX-License-Identifier: Apache-2.0 */
/*
 * results_csv.h - a cell of text in a CSV file: quoted, and never a formula.
 */
#ifndef HOITHI_ENGINE_RESULTS_CSV_H
#define HOITHI_ENGINE_RESULTS_CSV_H

#include "rooms/buffer.h"

void csv_put_text(struct buffer *out, const char *text);

#endif
