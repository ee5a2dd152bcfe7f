/* SPDX-License-Identifier: Apache-2.0 */
/* plan_written.c - a plan as the entry `created` of the log. */
#include "rooms/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/class_list.h"
#include "rooms/plan_media.h"

static void write_ids(struct buffer *e, const char *name, const char ids[][CHOICE_ID_MAX + 1], size_t count)
{
    if (count == 0)
        return;
    buffer_print(e, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        buffer_put(e, i == 0 ? "" : ",");
        buffer_quote(e, ids[i]);
    }
    buffer_put(e, "]");
}

static void write_question(const struct plan_question *question, struct buffer *e)
{
    char form[KIND_LOG_FORM_MAX];

    buffer_put(e, "{\"id\":");
    buffer_quote(e, question->id);
    buffer_print(e, ",\"kind\":\"%s\",\"limit_ms\":%u,\"points\":%d,\"from\":%u", kind_name(question->shape.kind),
                 question->limit_ms, question->points, question->bank_index);
    write_ids(e, "choices", question->shape.choices, question->shape.choice_count);
    write_ids(e, "rights", question->shape.rights, question->shape.right_count);
    buffer_put(e, ",\"key\":[");
    for (size_t i = 0; i < question->key.count; i++) {
        kind_write_range(&question->shape, &question->key.ranges[i], form);
        buffer_put(e, i == 0 ? "" : ",");
        buffer_quote(e, form);
    }
    buffer_put(e, "]");
    plan_write_media(question, e);
    buffer_put(e, "}");
}

static void write_settings(const struct plan *plan, struct buffer *e)
{
    buffer_print(
        e, "\"settings\":{\"pace\":\"host\",\"scoring\":\"%s\",\"change\":\"%s\",\"board\":\"%s\",\"text\":\"%s\",",
        plan_scoring_name(plan->scoring), plan_change_name(plan->change), plan_board_name(plan->board),
        plan_text_name(plan->text));
    buffer_print(e, "\"names\":\"%s\",\"close_all\":%s,\"shuffle\":%s,\"no_late_join\":%s,\"second_judge\":%s,",
                 plan->names_nod ? "nod" : "open", plan->close_all ? "true" : "false", plan->shuffle ? "true" : "false",
                 plan->no_late_join ? "true" : "false", plan->second_judge ? "true" : "false");
    buffer_print(e, "\"sound\":\"%s\",", plan_sound_name(plan->sound));
    buffer_print(e, "\"cap_ms\":%u,\"players_max\":%u,", plan->cap_ms, plan->players_max);
    buffer_put(e, "\"ties\":[");
    for (size_t i = 0; i < plan->tie_count; i++)
        buffer_print(e, "%s\"%s\"", i == 0 ? "" : ",", plan_tie_name(plan->ties[i]));
    buffer_put(e, "]}");
}

static char *write_personal(const struct plan *plan)
{
    struct buffer p;
    struct digest digest;
    char hex[DIGEST_HEX_SIZE];

    digest_of(plan->salt, TEXT_SALT_BYTES, &digest);
    digest_hex(&digest, hex);
    buffer_init(&p);
    buffer_print(&p, "%.32s{\"salt\":\"", hex);
    for (size_t i = 0; i < TEXT_SALT_BYTES; i++)
        buffer_print(&p, "%02x", plan->salt[i]);
    buffer_put(&p, "\"");
    class_list_write_names(plan, &p);
    buffer_put(&p, "}");
    return buffer_take(&p);
}

void plan_write_created(const struct plan *plan, const char *eid, char **e, char **p)
{
    struct buffer out;
    struct digest digest;
    char hex[DIGEST_HEX_SIZE];

    *p = write_personal(plan);
    digest_of(*p, strlen(*p), &digest);
    digest_hex(&digest, hex);
    buffer_init(&out);
    buffer_print(
        &out, "{\"t\":\"created\",\"id\":\"%s\",\"rules\":%u,\"pin\":\"%s\",\"owner\":\"%s\",\"bank\":{\"id\":\"%s\",",
        eid, plan->rules, plan->pin, plan->owner, plan->bank_id);
    buffer_print(&out, "\"version\":\"%s\",\"sha256\":\"%s\"},\"title\":", plan->bank_version, plan->bank_sha256);
    buffer_quote(&out, plan->title);
    buffer_put(&out, ",");
    write_settings(plan, &out);
    class_list_write(plan, &out);
    buffer_put(&out, ",\"questions\":[");
    for (size_t i = 0; i < plan->question_count; i++) {
        buffer_put(&out, i == 0 ? "" : ",");
        write_question(&plan->questions[i], &out);
    }
    buffer_print(&out, "],\"ph\":\"%s\"}", hex);
    *e = buffer_take(&out);
}
