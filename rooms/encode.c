/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/encode.h"

#include <stdlib.h>
#include <string.h>

static const char *yes_no(bool claim)
{
    return claim ? "true" : "false";
}

/* JSON that lies ready, or null. */
static void put_ready(struct buffer *out, const char *json)
{
    buffer_put(out, json == NULL ? "null" : json);
}

static void put_item(struct buffer *out, cJSON *item)
{
    char *text = item == NULL ? NULL : cJSON_PrintUnformatted(item);
    put_ready(out, text);
    free(text);
    cJSON_Delete(item);
}

static void put_answer_value(struct buffer *out, const struct shape *shape, const struct answer_view *answer)
{
    if (answer->given)
        put_item(out, kind_to_wire(shape, answer->value, answer->shown));
    else
        buffer_put(out, "null");
}

static void put_player(struct buffer *out, uint64_t player)
{
    char id[PLAYER_TEXT_SIZE];
    player_id_write(player, id);
    buffer_print(out, "\"player\":\"%s\"", id);
}

/* ---- state ---- */

static void put_you(struct buffer *out, const struct view *view)
{
    if (!view->you) {
        buffer_put(out, ",\"you\":null,\"answer\":null");
        return;
    }
    buffer_put(out, ",\"you\":{");
    put_player(out, view->player);
    buffer_put(out, ",\"name\":");
    buffer_quote(out, view->name);
    buffer_put(out, ",\"unit\":");
    buffer_quote(out, view->unit);
    buffer_print(out, ",\"total\":%d,\"waiting\":%s,\"rank\":", view->total, yes_no(view->waiting));
    if (view->ranks && view->rank > 0)
        buffer_print(out, "%u}", view->rank);
    else
        buffer_put(out, "null}");
}

static void put_standing(struct buffer *out, const struct view *view, const struct plan *plan)
{
    const struct answer_view *answer = &view->answer;
    if (!view->you)
        return;
    if (!answer->given) {
        buffer_put(out, ",\"answer\":null");
        return;
    }
    buffer_print(out, ",\"answer\":{\"q\":%u,\"n\":%u,\"status\":\"%s\",\"pos\":%llu,\"a\":", answer->q, answer->n,
                 answer_status_name(answer->status), (unsigned long long)answer->position);
    put_answer_value(out, &plan->questions[answer->q - 1].shape, answer);
    buffer_put(out, "}");
}

static void put_settings(struct buffer *out, const struct plan *plan)
{
    buffer_print(out, ",\"settings\":{\"scoring\":\"%s\",\"change\":\"%s\",\"board\":\"%s\",\"text\":\"%s\",",
                 plan_scoring_name(plan->scoring), plan_change_name(plan->change), plan_board_name(plan->board),
                 plan_text_name(plan->text));
    buffer_print(out, "\"names\":\"%s\",\"close_all\":%s,\"shuffle\":%s}", plan->names_nod ? "nod" : "open",
                 yes_no(plan->close_all), yes_no(plan->shuffle));
}

static void put_title(struct buffer *out, const struct plan *plan, const struct bank *bank)
{
    buffer_put(out, ",\"title\":");
    if (plan->title[0] != '\0')
        buffer_quote(out, plan->title);
    else
        put_ready(out, bank == NULL ? NULL : bank->title_json);
    buffer_put(out, ",\"languages\":");
    put_ready(out, bank == NULL ? NULL : bank->languages_json);
}

void encode_state(struct buffer *out, const struct view *view, const struct state_extras *extras)
{
    buffer_print(out, "{\"t\":\"state\",\"role\":\"%s\",\"room\":\"%s\",\"phase\":\"%s\",\"paused\":%s,",
                 role_name(view->role), extras->room, phase_name(view->phase), yes_no(view->paused));
    buffer_print(out, "\"pos\":%llu,\"at\":%llu,\"q\":%u,\"of\":%u,\"locked\":%s,\"players\":%u,",
                 (unsigned long long)view->position, (unsigned long long)view->at, view->q, view->of,
                 yes_no(view->locked), view->players);
    buffer_print(out, "\"saving\":%s,\"frozen\":%s,\"held\":%s,\"result\":\"%s\",\"lang\":", yes_no(extras->saving),
                 yes_no(view->frozen), yes_no(view->held), view->result);
    buffer_quote(out, extras->lang);
    put_title(out, extras->plan, extras->bank);
    put_settings(out, extras->plan);
    put_you(out, view);
    put_standing(out, view, extras->plan);
    if (extras->acts != NULL)
        buffer_print(out, ",\"acts\":%s", extras->acts);
    if (view->role != ROLE_PLAYER) {
        buffer_print(out, ",\"pin\":\"%s\",\"public_url\":", extras->plan->pin);
        buffer_quote(out, extras->public_url);
    }
    buffer_put(out, "}");
}

void encode_joined(struct buffer *out, const struct view *view, const char *room, const char *token, const char *code,
                   bool renamed)
{
    buffer_put(out, "{\"t\":\"joined\",");
    put_player(out, view->player);
    buffer_put(out, ",\"name\":");
    buffer_quote(out, view->name);
    buffer_print(out, ",\"token\":\"%s\",\"room\":\"%s\",\"code\":", token, room);
    buffer_quote(out, code);
    buffer_print(out, ",\"renamed\":%s}", yes_no(renamed));
}

/* ---- question ---- */

static void put_sides(struct buffer *out, const char *name, const char ids[][CHOICE_ID_MAX + 1],
                      const struct choice *choices, size_t count)
{
    if (count == 0)
        return;
    buffer_print(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        buffer_print(out, "%s{\"id\":\"%s\"", i == 0 ? "" : ",", ids[i]);
        if (choices != NULL) {
            buffer_put(out, ",\"text\":");
            put_ready(out, choices[i].text_json);
        }
        buffer_put(out, "}");
    }
    buffer_put(out, "]");
}

static void put_texts(struct buffer *out, const struct shape *shape, const struct question *texts)
{
    if (texts != NULL) {
        buffer_put(out, ",\"text\":");
        put_ready(out, texts->text_json);
        buffer_put(out, ",\"media\":");
        put_ready(out, texts->media_json);
    }
    put_sides(out, "choices", shape->choices, texts == NULL ? NULL : texts->choices, shape->choice_count);
    put_sides(out, "rights", shape->rights, texts == NULL ? NULL : texts->rights, shape->right_count);
}

void encode_question_head(struct buffer *out, const struct view *view, const struct plan *plan,
                          const struct question *texts)
{
    const struct plan_question *question = &plan->questions[view->q - 1];

    buffer_print(out,
                 "{\"t\":\"question\",\"q\":%u,\"of\":%u,\"at\":%llu,\"id\":\"%s\",\"kind\":\"%s\",\"points\":%d,"
                 "\"change\":\"%s\"",
                 view->q, view->of, (unsigned long long)view->at, question->id, kind_name(question->shape.kind),
                 question->points, plan_change_name(plan->change));
    put_texts(out, &question->shape, view->texts ? texts : NULL);
}

void encode_question_tail(struct buffer *out, uint32_t limit_ms, int64_t left_ms)
{
    if (limit_ms == LIMIT_NONE)
        buffer_put(out, ",\"limit_ms\":null,\"left_ms\":null}");
    else
        buffer_print(out, ",\"limit_ms\":%u,\"left_ms\":%lld}", limit_ms, (long long)(left_ms < 0 ? 0 : left_ms));
}

/* ---- answers ---- */

void encode_ack(struct buffer *out, const struct shape *shape, const struct answer_view *standing, uint32_t n,
                enum answer_status status)
{
    buffer_print(out, "{\"t\":\"ack\",\"q\":%u,\"n\":%u,\"status\":\"%s\",\"pos\":%llu,\"a\":", standing->q, n,
                 answer_status_name(status), (unsigned long long)standing->position);
    put_answer_value(out, shape, standing);
    buffer_put(out, "}");
}

static void put_scaled(struct buffer *out, int64_t scaled)
{
    int64_t whole = scaled / KIND_NUMBER_SCALE, rest = scaled % KIND_NUMBER_SCALE;
    if (scaled < 0)
        buffer_put(out, "-");
    buffer_print(out, "%lld", (long long)(whole < 0 ? -whole : whole));
    if (rest != 0)
        buffer_print(out, ".%06lld", (long long)(rest < 0 ? -rest : rest));
}

void encode_answer_refused(struct buffer *out, uint32_t q, uint32_t n, enum refusal why, const int64_t *readings)
{
    buffer_print(out, "{\"t\":\"refused\",\"q\":%u,\"n\":%u,\"why\":\"%s\"", q, n, refusal_code(why));
    if (readings != NULL) {
        buffer_put(out, ",\"ask\":[");
        put_scaled(out, readings[0]);
        buffer_put(out, ",");
        put_scaled(out, readings[1]);
        buffer_put(out, "]");
    }
    buffer_put(out, "}");
}

void encode_closed(struct buffer *out, uint32_t q, enum close_why why, uint64_t at)
{
    buffer_print(out, "{\"t\":\"closed\",\"q\":%u,\"at\":%llu", q, (unsigned long long)at);
    if (why != CLOSE_WHY_COUNT)
        buffer_print(out, ",\"why\":\"%s\"", close_why_name(why));
    buffer_put(out, "}");
}

void encode_moved(struct buffer *out, const char *type, uint64_t at, int64_t left_ms)
{
    buffer_print(out, "{\"t\":\"%s\",\"at\":%llu,\"left_ms\":", type, (unsigned long long)at);
    if (left_ms < 0)
        buffer_put(out, "null}");
    else
        buffer_print(out, "%lld}", (long long)left_ms);
}

void encode_extended(struct buffer *out, uint32_t q, int64_t by_ms, uint32_t limit_ms, int64_t left_ms)
{
    buffer_print(out, "{\"t\":\"extended\",\"q\":%u,\"by_ms\":%lld", q, (long long)by_ms);
    encode_question_tail(out, limit_ms, left_ms);
}

/* ---- reveal ---- */

static void put_range(struct buffer *out, const struct shape *shape, const struct key_range *range)
{
    if (range->low == range->high) {
        put_item(out, kind_to_wire(shape, (uint64_t)range->low, NULL));
        return;
    }
    buffer_put(out, "{\"low\":");
    put_scaled(out, range->low);
    buffer_put(out, ",\"high\":");
    put_scaled(out, range->high);
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
        put_item(out, kind_to_wire(shape, distribution->value[i].value, distribution->value[i].shown));
        buffer_print(out, ",\"n\":%u,\"right\":%s}", distribution->value[i].count,
                     yes_no(distribution->value[i].right));
    }
    buffer_put(out, "]");
}

void encode_reveal_head(struct buffer *out, uint32_t q, uint64_t at, const struct plan_question *question,
                        const struct key *key, const struct question *texts, const struct distribution *distribution)
{
    buffer_print(out, "{\"t\":\"reveal\",\"q\":%u,\"at\":%llu,\"key\":", q, (unsigned long long)at);
    put_key(out, &question->shape, key, texts);
    buffer_put(out, ",\"explain\":");
    put_ready(out, texts == NULL ? NULL : texts->explain_json);
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
    buffer_print(out, ",\"points\":%d}", result->ahead_points);
}

void encode_reveal_tail(struct buffer *out, const struct shape *shape, const struct result_view *result, bool ranks)
{
    if (result == NULL) {
        buffer_put(out, "null}");
        return;
    }
    buffer_put(out, "{\"a\":");
    put_answer_value(out, shape, &result->answer);
    buffer_print(out, ",\"status\":\"%s\",\"right\":%s,\"points\":%d,\"ms\":%u,\"credit_ms\":%u,\"total\":%d",
                 answer_status_name(result->answer.status), yes_no(result->right), result->points, result->ms,
                 result->answer.credit_ms, result->total);
    if (ranks && result->rank > 0) {
        buffer_print(out, ",\"rank\":%u,\"of\":%u", result->rank, result->of);
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
    buffer_quote(out, row->name);
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
                 (unsigned long long)view->at, view->players, yes_no(view->frozen),
                 yes_no(strcmp(view->result, "final") == 0));
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
    put_texts(out, &question->shape, texts);
    buffer_put(out, ",\"key\":");
    put_key(out, &question->shape, key, texts);
    buffer_put(out, ",\"explain\":");
    put_ready(out, texts == NULL ? NULL : texts->explain_json);
    buffer_put(out, ",\"you\":{\"a\":");
    put_answer_value(out, &question->shape, &result->answer);
    buffer_print(out, ",\"right\":%s,\"points\":%d}}", yes_no(result->right), result->points);
}

/* ---- the rest ---- */

void encode_person(struct buffer *out, const struct person_view *person)
{
    buffer_print(out, "{\"player\":\"%s\",\"name\":", person->id);
    buffer_quote(out, person->name);
    buffer_put(out, ",\"unit\":");
    buffer_quote(out, person->unit);
    buffer_print(out, ",\"present\":%s,\"answered\":%s,\"removed\":%s,\"waiting\":%s,", yes_no(person->present),
                 yes_no(person->answered), yes_no(person->removed), yes_no(person->waiting));
    buffer_print(out, "\"factor\":%u,\"points\":%d,\"rank\":%u}", person->factor, person->points, person->rank);
}

void encode_progress(struct buffer *out, uint32_t q, size_t answered, size_t of, int64_t closing_ms)
{
    buffer_print(out, "{\"t\":\"progress\",\"q\":%u,\"answered\":%zu,\"of\":%zu,\"closing_ms\":", q, answered, of);
    if (closing_ms < 0)
        buffer_put(out, "null}");
    else
        buffer_print(out, "%lld}", (long long)closing_ms);
}

void encode_error(struct buffer *out, enum refusal code)
{
    buffer_print(out, "{\"t\":\"error\",\"code\":\"%s\",\"message\":", refusal_code(code));
    buffer_quote(out, refusal_message(code));
    buffer_put(out, "}");
}

void encode_removed(struct buffer *out, bool banned)
{
    buffer_print(out, "{\"t\":\"removed\",\"why\":\"%s\"}", banned ? "banned" : "removed");
}

void encode_renamed(struct buffer *out, uint64_t player, const char *name)
{
    buffer_put(out, "{\"t\":\"renamed\",");
    put_player(out, player);
    buffer_put(out, ",\"name\":");
    buffer_quote(out, name);
    buffer_put(out, "}");
}

void encode_done(struct buffer *out, const char *id, uint64_t position, const char *code)
{
    buffer_put(out, "{\"t\":\"done\",\"id\":");
    buffer_quote(out, id);
    buffer_print(out, ",\"pos\":%llu", (unsigned long long)position);
    if (code != NULL)
        buffer_print(out, ",\"code\":\"%s\"", code);
    buffer_put(out, "}");
}

void encode_refused(struct buffer *out, const char *id, enum refusal why)
{
    buffer_put(out, "{\"t\":\"refused\",\"id\":");
    buffer_quote(out, id);
    buffer_print(out, ",\"why\":\"%s\"}", refusal_code(why));
}

void encode_notice(struct buffer *out, const char *text)
{
    buffer_put(out, "{\"t\":\"notice\",\"text\":");
    buffer_quote(out, text);
    buffer_put(out, "}");
}

void encode_saving(struct buffer *out, enum storage storage)
{
    buffer_print(out, "{\"t\":\"saving\",\"on\":%s%s}", yes_no(storage != STORAGE_OK),
                 storage == STORAGE_FULL ? ",\"why\":\"storage_full\"" : "");
}
