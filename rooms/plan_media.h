/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_media.h - the picture or sound of a question in `created`:
 * {"name":"SHA256.ENDING","width","height","length_ms"}. For plan.c.
 */
#ifndef HOITHI_PLAN_MEDIA_H
#define HOITHI_PLAN_MEDIA_H

#include <cjson/cJSON.h>
#include "rooms/buffer.h"
#include "rooms/plan.h"

/* `,"media":{…}`, or nothing. */
void plan_write_media(const struct plan_question *question, struct buffer *e);
/* From the entry's question. False if it is there and cannot be read. */
bool plan_read_media(const cJSON *json, struct plan_question *question);

#endif
