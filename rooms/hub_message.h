/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hub_message.h - what the files that read frames share: hub_message.c (dispatch), hub_join.c (join and attach),
 * hub_list.c (look), hub_answer.c.
 */
#ifndef HOITHI_HUB_MESSAGE_H
#define HOITHI_HUB_MESSAGE_H

#include "rooms/hub_state.h"

/* A string field of a frame, or NULL. */
const char *frame_field(const cJSON *frame, const char *name);
/* `low` to `high` letters, digits, '_' and '-'. NULL is none. */
bool text_is_word(const char *text, size_t low, size_t high);
bool text_is_pin(const char *text);
/* Tells the sender, and ends whoever keeps sending such. */
void session_bad_frame(struct hub *hub, struct session *session, enum refusal code);

void message_join(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms);
void message_attach(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms);
void message_look(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms);
void message_answer(struct hub *hub, struct session *session, const cJSON *frame, int64_t now_ms);

#endif
