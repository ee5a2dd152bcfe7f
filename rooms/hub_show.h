/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hub_show.h - what the files that show things to members share: hub_show.c (states, questions, results),
 * hub_coalesced.c (counts and lists, a few times a second) and hub_effects.c (what came of an entry).
 */
#ifndef HOITHI_HUB_SHOW_H
#define HOITHI_HUB_SHOW_H

#include "rooms/hub_state.h"

/* The hub's one buffer, emptied: good until the next frame is made. */
struct buffer *hall_scratch(struct hall *hall);
bool session_is_member(const struct session *session);
bool session_is_staff(const struct session *session);
bool session_is_watcher(const struct session *session); /* no player */
/* The same bytes to every member for whom `wanted` (NULL: all) holds. */
void hall_broadcast(struct hall *hall, const struct buffer *text, bool (*wanted)(const struct session *));
/* The same to those only who are no players. */
void hall_tell_watchers(struct hall *hall, const struct buffer *text, bool (*wanted)(const struct session *));
void show_question(struct hall *hall, int64_t now_ms);
void show_extended(struct hall *hall, const struct event *event, int64_t now_ms);
void show_headed(struct hall *hall, enum headed_type type);
/* The board, or once ended the podium. */
enum headed_type hall_table(const struct hall *hall);

#endif
