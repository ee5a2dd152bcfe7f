/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/encode.h"

#include <stdlib.h>
#include <string.h>
#include "rooms/encode_parts.h"

const char *encode_claim(bool claim)
{
    return claim ? "true" : "false";
}

/* JSON that lies ready, or null. */
void encode_ready(struct buffer *out, const char *json)
{
    buffer_put(out, json == NULL ? "null" : json);
}

void encode_item(struct buffer *out, cJSON *item)
{
    char *text = item == NULL ? NULL : cJSON_PrintUnformatted(item);
    encode_ready(out, text);
    free(text);
    cJSON_Delete(item);
}

/* What the log writes as ids between commas is a list of ids here. */
static void put_ids(struct buffer *out, const struct shape *shape, uint64_t value)
{
    char form[KIND_LOG_FORM_MAX];
    char *rest = form;

    kind_write_log(shape, value, form);
    buffer_put(out, "[");
    while (form[0] != '\0' && rest != NULL) {
        const char *id = strsep(&rest, ",");
        buffer_put(out, id == form ? "\"" : ",\"");
        buffer_put(out, id);
        buffer_put(out, "\"");
    }
    buffer_put(out, "]");
}

/* Every player is told theirs twice a question, so the usual kinds need no tree. */
void encode_answer(struct buffer *out, const struct shape *shape, const struct answer_view *answer)
{
    bool ids = shape->kind == KIND_SINGLE || shape->kind == KIND_MULTIPLE || shape->kind == KIND_TRUEFALSE;
    if (answer->given && ids)
        put_ids(out, shape, answer->value);
    else if (answer->given)
        encode_item(out, kind_to_wire(shape, answer->value, answer->shown));
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
    buffer_print(out, ",\"total\":%d,\"waiting\":%s,\"rank\":", view->total, encode_claim(view->waiting));
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
    encode_answer(out, &plan->questions[answer->q - 1].shape, answer);
    buffer_put(out, "}");
}

static void put_settings(struct buffer *out, const struct plan *plan)
{
    buffer_print(out, ",\"settings\":{\"scoring\":\"%s\",\"change\":\"%s\",\"board\":\"%s\",\"text\":\"%s\",",
                 plan_scoring_name(plan->scoring), plan_change_name(plan->change), plan_board_name(plan->board),
                 plan_text_name(plan->text));
    buffer_print(out, "\"names\":\"%s\",\"close_all\":%s,\"shuffle\":%s}", plan->names_nod ? "nod" : "open",
                 encode_claim(plan->close_all), encode_claim(plan->shuffle));
}

static void put_title(struct buffer *out, const struct plan *plan, const struct bank *bank)
{
    buffer_put(out, ",\"title\":");
    if (plan->title[0] != '\0')
        buffer_quote(out, plan->title);
    else
        encode_ready(out, bank == NULL ? NULL : bank->title_json);
    buffer_put(out, ",\"languages\":");
    encode_ready(out, bank == NULL ? NULL : bank->languages_json);
}

void encode_state(struct buffer *out, const struct view *view, const struct state_extras *extras)
{
    buffer_print(out, "{\"t\":\"state\",\"role\":\"%s\",\"room\":\"%s\",\"phase\":\"%s\",\"paused\":%s,",
                 role_name(view->role), extras->room, phase_name(view->phase), encode_claim(view->paused));
    buffer_print(out, "\"pos\":%llu,\"at\":%llu,\"q\":%u,\"of\":%u,\"locked\":%s,\"players\":%u,",
                 (unsigned long long)view->position, (unsigned long long)view->at, view->q, view->of,
                 encode_claim(view->locked), view->players);
    buffer_print(out,
                 "\"saving\":%s,\"frozen\":%s,\"held\":%s,\"result\":\"%s\",\"lang\":", encode_claim(extras->saving),
                 encode_claim(view->frozen), encode_claim(view->held), view->result);
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
    buffer_print(out, ",\"renamed\":%s}", encode_claim(renamed));
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
            encode_ready(out, choices[i].text_json);
        }
        buffer_put(out, "}");
    }
    buffer_put(out, "]");
}

/* The address is told nowhere else, and nobody guesses a SHA-256: who has not got this frame cannot see the picture. */
static void put_media(struct buffer *out, const struct plan_question *question, const char *alt_json, bool sounds)
{
    const struct media *media = &question->media;
    bool sound = question->has_media && media_is_sound(media->type);
    char name[MEDIA_NAME_SIZE];

    if (alt_json == NULL) {
        buffer_put(out, ",\"media\":null");
        return;
    }
    buffer_print(out, ",\"media\":{\"kind\":\"%s\",\"url\":", sound ? "sound" : "picture");
    if (question->has_media && (sounds || !sound)) {
        media_name(media, name);
        buffer_print(out, "\"media/%s\"", name);
    } else {
        buffer_put(out, "null");
    }
    if (question->has_media && !sound)
        buffer_print(out, ",\"width\":%u,\"height\":%u", media->width, media->height);
    buffer_print(out, ",\"alt\":%s}", alt_json);
}

void encode_texts(struct buffer *out, const struct plan_question *question, const struct question *texts, bool sounds)
{
    const struct shape *shape = &question->shape;

    if (texts != NULL) {
        buffer_put(out, ",\"text\":");
        encode_ready(out, texts->text_json);
        put_media(out, question, texts->media_alt_json, sounds);
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
    bool sounds = view->role != ROLE_PLAYER || plan->sound == SOUND_ON_PHONES;
    encode_texts(out, question, view->texts ? texts : NULL, sounds);
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
    buffer_put(out, "{\"t\":\"ack\",\"q\":");
    buffer_put_number(out, standing->q);
    buffer_put(out, ",\"n\":");
    buffer_put_number(out, n);
    buffer_put(out, ",\"status\":\"");
    buffer_put(out, answer_status_name(status));
    buffer_put(out, "\",\"pos\":");
    buffer_put_number(out, (int64_t)standing->position);
    buffer_put(out, ",\"a\":");
    encode_answer(out, shape, standing);
    buffer_put(out, "}");
}

void encode_scaled(struct buffer *out, int64_t scaled)
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
        encode_scaled(out, readings[0]);
        buffer_put(out, ",");
        encode_scaled(out, readings[1]);
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

/* ---- the rest ---- */

void encode_person(struct buffer *out, const struct person_view *person)
{
    buffer_print(out, "{\"player\":\"%s\",\"name\":", person->id);
    buffer_quote(out, person->name);
    buffer_put(out, ",\"unit\":");
    buffer_quote(out, person->unit);
    buffer_print(out, ",\"present\":%s,\"answered\":%s,\"removed\":%s,\"waiting\":%s,", encode_claim(person->present),
                 encode_claim(person->answered), encode_claim(person->removed), encode_claim(person->waiting));
    buffer_print(out, "\"factor\":%u,\"points\":%d,\"rank\":%u", person->factor, person->points, person->rank);
    if (person->row > 0)
        buffer_print(out, ",\"row\":%u", person->row);
    buffer_put(out, "}");
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
    buffer_print(out, "{\"t\":\"saving\",\"on\":%s%s}", encode_claim(storage != STORAGE_OK),
                 storage == STORAGE_FULL ? ",\"why\":\"storage_full\"" : "");
}
