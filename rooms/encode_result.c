/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/encode.h"

#include <stdlib.h>
#include <string.h>
#include "rooms/encode_parts.h"

static void put_range(struct buffer *out, const struct shape *shape, const struct key_range *range)
{
    if (range->low == range->high) {
        encode_item(out, kind_to_wire(shape, (uint64_t)range->low, NULL));
        return;
    }
    buffer_put(out, "{\"low\":");
    encode_scaled(out, range->low);
    buffer_put(out, ",\"high\":");
    encode_scaled(out, range->high);
    buffer_put(out, "}");
}

static void put_accepted_texts(struct buffer *out, const struct question *texts)
{
    buffer_put(out, "[");
    for (size_t i = 0; texts != NULL && i < texts->accept_count; i++) {
        buffer_put(out, i == 0 ? "" : ",");
        buffer_quote(out, texts->accept[i]);
    }
    buffer_put(out, "]");
}

static void put_key(struct buffer *out, const struct shape *shape, const struct key *key, const struct question *texts)
{
    if (shape->kind == KIND_TEXT) {
        put_accepted_texts(out, texts);
    } else if (key->count == 0) {
        buffer_put(out, "null");
    } else if (shape->kind == KIND_SINGLE || shape->kind == KIND_TRUEFALSE) {
        struct key_range all = {0};
        for (size_t i = 0; i < key->count; i++)
            all.low |= key->ranges[i].low;
        all.high = all.low;
        put_range(out, shape, &all);
    } else {
        put_range(out, shape, &key->ranges[0]);
    }
}

static void put_bars(struct buffer *out, const struct shape *shape, const struct distribution *distribution)
{
    static const char *const both[2] = {"true", "false"};
    buffer_put(out, "{");
    for (size_t i = 0; i < distribution->bars; i++)
        buffer_print(out, "%s\"%s\":%u", i == 0 ? "" : ",", shape->choice_count > 0 ? shape->choices[i] : both[i & 1],
                     distribution->bar[i]);
    buffer_put(out, "}");
}

static void put_values(struct buffer *out, const struct shape *shape, const struct distribution *distribution)
{
    buffer_put(out, "[");
    for (size_t i = 0; i < distribution->values; i++) {
        buffer_put(out, i == 0 ? "{\"a\":" : ",{\"a\":");
        encode_item(out, kind_to_wire(shape, distribution->value[i].value, distribution->value[i].shown));
        buffer_print(out, ",\"n\":%u,\"right\":%s}", distribution->value[i].count,
                     encode_claim(distribution->value[i].right));
    }
    buffer_put(out, "]");
}

void encode_reveal_head(struct buffer *out, uint32_t q, uint64_t at, const struct plan_question *question,
                        const struct key *key, const struct question *texts, const struct distribution *distribution)
{
    buffer_print(out, "{\"t\":\"reveal\",\"q\":%u,\"at\":%llu,\"key\":", q, (unsigned long long)at);
    put_key(out, &question->shape, key, texts);
    buffer_put(out, ",\"explain\":");
    encode_ready(out, texts == NULL ? NULL : texts->explain_json);
    if (distribution == NULL) {
        buffer_put(out, ",\"answered\":null,\"of\":null,\"counts\":null,\"you\":");
        return;
    }
    buffer_print(out, ",\"answered\":%u,\"of\":%u,\"counts\":", distribution->answered, distribution->of);
    if (distribution->bars > 0)
        put_bars(out, &question->shape, distribution);
    else
        put_values(out, &question->shape, distribution);
    buffer_put(out, ",\"you\":");
}

static void put_ahead(struct buffer *out, const struct result_view *result)
{
    buffer_put(out, ",\"ahead\":");
    if (result->ahead == NO_SEAT) {
        buffer_put(out, "null");
        return;
    }
    buffer_put(out, "{\"name\":");
    buffer_quote(out, result->ahead_name);
    buffer_put(out, ",\"points\":");
    buffer_put_number(out, result->ahead_points);
    buffer_put(out, "}");
}

/* As buffer_print() would, for what is written to every player: the formats are read ten thousand times otherwise. */
static void put_field(struct buffer *out, const char *name, int64_t number)
{
    buffer_put(out, name);
    buffer_put_number(out, number);
}

void encode_reveal_tail(struct buffer *out, const struct shape *shape, const struct result_view *result, bool ranks)
{
    if (result == NULL) {
        buffer_put(out, "null}");
        return;
    }
    buffer_put(out, "{\"a\":");
    encode_answer(out, shape, &result->answer);
    buffer_put(out, ",\"status\":\"");
    buffer_put(out, answer_status_name(result->answer.status));
    buffer_put(out, "\",\"right\":");
    buffer_put(out, encode_claim(result->right));
    put_field(out, ",\"points\":", result->points);
    put_field(out, ",\"ms\":", result->ms);
    put_field(out, ",\"credit_ms\":", result->answer.credit_ms);
    put_field(out, ",\"total\":", result->total);
    if (ranks && result->rank > 0) {
        put_field(out, ",\"rank\":", result->rank);
        put_field(out, ",\"of\":", result->of);
        put_ahead(out, result);
    } else {
        buffer_put(out, ",\"rank\":null,\"of\":null,\"ahead\":null");
    }
    buffer_put(out, "}}");
}

/* ---- boards ---- */

static void put_line(struct buffer *out, const struct board_line *line, bool first)
{
    const struct board_row *row = &line->row;
    buffer_print(out, "%s{\"rank\":%u,\"player\":\"%s\",\"name\":", first ? "" : ",", row->rank, line->id);
    buffer_quote(out, line->wall != NULL ? line->wall : row->name);
    buffer_put(out, ",\"unit\":");
    buffer_quote(out, row->unit);
    buffer_print(out, ",\"points\":%lld,\"right\":%u,\"ms\":%lld,\"was\":%u}", (long long)row->points, row->right,
                 (long long)row->ms, line->rank_before);
}

static void put_lines(struct buffer *out, const struct board_line *lines, size_t count)
{
    buffer_put(out, "[");
    for (size_t i = 0; i < count; i++)
        put_line(out, &lines[i], i == 0);
    buffer_put(out, "]");
}

void encode_board_head(struct buffer *out, const struct board_line *lines, size_t count, const struct view *view)
{
    buffer_print(out, "{\"t\":\"board\",\"at\":%llu,\"players\":%u,\"frozen\":%s,\"final\":%s,\"rows\":",
                 (unsigned long long)view->at, view->players, encode_claim(view->frozen),
                 encode_claim(strcmp(view->result, "final") == 0));
    put_lines(out, lines, count);
    buffer_put(out, ",\"you\":");
}

void encode_board_tail(struct buffer *out, const struct result_view *result, const struct board_line *near,
                       size_t count)
{
    if (result == NULL) {
        buffer_put(out, "null}");
        return;
    }
    buffer_print(out, "{\"rank\":%u,\"was\":%u,\"points\":%d,\"of\":%u", result->rank, result->rank_before,
                 result->total, result->of);
    put_ahead(out, result);
    buffer_put(out, ",\"near\":");
    put_lines(out, near, count);
    buffer_put(out, "}}");
}

void encode_ended_head(struct buffer *out, const struct board_line *podium, size_t count, uint64_t at)
{
    buffer_print(out, "{\"t\":\"ended\",\"at\":%llu,\"podium\":", (unsigned long long)at);
    put_lines(out, podium, count);
    buffer_put(out, ",\"you\":");
}

void encode_ended_tail(struct buffer *out, const struct result_view *result, bool ranks)
{
    if (result == NULL) {
        buffer_put(out, "null}");
        return;
    }
    buffer_print(out, "{\"points\":%d,\"right\":%u", result->total, result->right_count);
    if (ranks && result->rank > 0)
        buffer_print(out, ",\"rank\":%u,\"of\":%u}}", result->rank, result->of);
    else
        buffer_put(out, ",\"rank\":null,\"of\":null}}");
}

void encode_review_row(struct buffer *out, uint32_t q, const struct plan_question *question, const struct key *key,
                       const struct question *texts, const struct result_view *result)
{
    buffer_print(out, "{\"q\":%u,\"id\":\"%s\",\"kind\":\"%s\"", q, question->id, kind_name(question->shape.kind));
    encode_texts(out, question, texts, true); /* it is over: everybody may listen for themselves */
    buffer_put(out, ",\"key\":");
    put_key(out, &question->shape, key, texts);
    buffer_put(out, ",\"explain\":");
    encode_ready(out, texts == NULL ? NULL : texts->explain_json);
    buffer_put(out, ",\"you\":{\"a\":");
    encode_answer(out, &question->shape, &result->answer);
    buffer_print(out, ",\"right\":%s,\"points\":%d}}", encode_claim(result->right), result->points);
}
