/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encode_parts.h - pieces that several frames have in common. For encode.c and encode_result.c.
 */
#ifndef HOITHI_ENCODE_PARTS_H
#define HOITHI_ENCODE_PARTS_H

#include "rooms/encode.h"

/* "true" or "false". */
const char *encode_claim(bool claim);
/* JSON that lies ready, or null. */
void encode_ready(struct buffer *out, const char *json);
/* Takes `item`. */
void encode_item(struct buffer *out, cJSON *item);
void encode_answer(struct buffer *out, const struct shape *shape, const struct answer_view *answer);
/* Text, media and sides of a question; ids alone if `texts` is NULL. A sound is told without its address unless
 * `sounds`. */
void encode_texts(struct buffer *out, const struct plan_question *question, const struct question *texts, bool sounds);
/* A scaled number as a decimal. */
void encode_scaled(struct buffer *out, int64_t scaled);

#endif
