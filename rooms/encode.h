/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encode.h - the frames to clients, as JSON text (docs/protocol.md).
 *
 * Encoders read views, the plan and the bank's texts, never a room. A frame that many get alike is written once; where
 * only its end differs from one to the next, a head and a tail are written, and the head is kept.
 */
#ifndef HOITHI_ENCODE_H
#define HOITHI_ENCODE_H

#include "rooms/buffer.h"
#include "rooms/view.h"

/* What a `state` says besides the view. Strings may be NULL. */
struct state_extras {
    const char *room;
    const struct plan *plan;
    const struct bank *bank;
    const char *lang;
    const char *public_url;
    bool saving;
    const char *acts; /* JSON array of the acts that the role may do, or NULL */
};
void encode_state(struct buffer *out, const struct view *view, const struct state_extras *extras);
void encode_joined(struct buffer *out, const struct view *view, const char *room, const char *token, const char *code,
                   bool renamed);

/* Head: everything but what differs from player to player. */
void encode_question_head(struct buffer *out, const struct view *view, const struct plan *plan,
                          const struct question *texts);
void encode_question_tail(struct buffer *out, uint32_t limit_ms, int64_t left_ms);

void encode_ack(struct buffer *out, const struct shape *shape, const struct answer_view *standing, uint32_t n,
                enum answer_status status);
void encode_answer_refused(struct buffer *out, uint32_t q, uint32_t n, enum refusal why, const int64_t *readings);
/* CLOSE_WHY_COUNT: not said (frozen). */
void encode_closed(struct buffer *out, uint32_t q, enum close_why why, uint64_t at);
/* `left_ms` below 0: null. */
void encode_moved(struct buffer *out, const char *type, uint64_t at, int64_t left_ms);
void encode_extended(struct buffer *out, uint32_t q, int64_t by_ms, uint32_t limit_ms, int64_t left_ms);

void encode_reveal_head(struct buffer *out, uint32_t q, uint64_t at, const struct plan_question *question,
                        const struct key *key, const struct question *texts, const struct distribution *distribution);
/* (a distribution of NULL is left out: the room is frozen) */
/* `result` NULL: nobody's. */
void encode_reveal_tail(struct buffer *out, const struct shape *shape, const struct result_view *result, bool ranks);

struct board_line {
    struct board_row row;
    char *wall; /* the name as a wall may show it, or NULL: row.name */
    char id[PLAYER_TEXT_SIZE];
    uint32_t rank_before;
};
void encode_board_head(struct buffer *out, const struct board_line *lines, size_t count, const struct view *view);
/* `near`: the lines around the player's own, `result` NULL for who has no seat. */
void encode_board_tail(struct buffer *out, const struct result_view *result, const struct board_line *near,
                       size_t count);
void encode_ended_head(struct buffer *out, const struct board_line *podium, size_t count, uint64_t at);
void encode_ended_tail(struct buffer *out, const struct result_view *result, bool ranks);

/* One question of a player's review; rows stand in `{"t":"review","rows":[…]}`. */
void encode_review_row(struct buffer *out, uint32_t q, const struct plan_question *question, const struct key *key,
                       const struct question *texts, const struct result_view *result);

void encode_person(struct buffer *out, const struct person_view *person);
void encode_progress(struct buffer *out, uint32_t q, size_t answered, size_t of, int64_t closing_ms);
void encode_error(struct buffer *out, enum refusal code);
void encode_removed(struct buffer *out, bool banned);
void encode_renamed(struct buffer *out, uint64_t player, const char *name);
void encode_done(struct buffer *out, const char *id, uint64_t position, const char *code);
void encode_refused(struct buffer *out, const char *id, enum refusal why);
void encode_notice(struct buffer *out, const char *text);
void encode_saving(struct buffer *out, enum storage storage);

#endif
