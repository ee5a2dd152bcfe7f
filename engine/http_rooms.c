/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "engine/archive.h"
#include "engine/chance.h"
#include "engine/http_call.h"
#include "engine/media_keep.h"
#include "engine/results.h"

#define EVENTS_A_PAGE 500
#define PERSONAL_SALT_DIGITS 32 /* in front of a personal part; it stays here */

/* ---- making ---- */

static void put_token(const struct call *call, struct buffer *json, enum role role, const char *name, const char *room)
{
    struct claims claims = {.role = role};
    char token[TOKEN_MAX];

    snprintf(claims.room, sizeof claims.room, "%.24s", room);
    tokens_write(call->engine->tokens, &claims, log_wall_ms(call->engine->log), token);
    buffer_print(json, ",\"%s_token\":\"%s\"", name, token);
}

/* A judge leads no room, so a judge's key gets no host's token. */
static void put_tokens(const struct call *call, struct buffer *json, const char *room)
{
    if (call->caller.role != ROLE_JUDGE)
        put_token(call, json, ROLE_HOST, "host", room);
    put_token(call, json, ROLE_JUDGE, "judge", room);
    put_token(call, json, ROLE_SCREEN, "screen", room);
}

static void put_join_url(const struct call *call, struct buffer *json, const char *pin)
{
    struct buffer url;

    buffer_init(&url);
    if (call->engine->options.public_url != NULL)
        buffer_print(&url, "%s/#%s", call->engine->options.public_url, pin);
    else
        buffer_print(&url, "%s://%s/#%s", call->engine->options.tls_cert == NULL ? "http" : "https", call->host, pin);
    buffer_put(json, ",\"join_url\":");
    buffer_quote(json, url.text);
    buffer_clear(&url);
}

static void room_made(void *context, enum rooms_answer answer, const struct room_ids *ids)
{
    struct call *call = context;
    struct buffer json;

    if (answer != ROOMS_OK) {
        call_error(call, 503, "busy",
                   answer == ROOMS_NO_PIN ? "No PIN is free; try again in a moment."
                                          : "Storage is away; try again in a moment.");
        return;
    }
    buffer_init(&json);
    buffer_print(&json, "{\"room\":\"%s\",\"pin\":\"%s\"", ids->room, ids->pin);
    put_tokens(call, &json, ids->room);
    put_join_url(call, &json, ids->pin);
    buffer_put(&json, "}");
    call_json(call, 201, json.text, json.length);
    buffer_clear(&json);
}

static char *read_bank_text(const struct library_entry *entry, size_t *length)
{
    FILE *file = fopen(entry->path, "rb");
    char *bytes = NULL;
    struct digest digest;

    if (file == NULL)
        return NULL;
    bytes = memory_new(
        BANK_FILE_MAX_BYTES < (size_t)entry->stamp.size ? BANK_FILE_MAX_BYTES : (size_t)entry->stamp.size + 1, 1);
    *length = fread(bytes, 1, (size_t)entry->stamp.size, file);
    fclose(file);
    digest_of(bytes, *length, &digest);
    if (memcmp(&digest, &entry->bank->sha256, sizeof digest) == 0)
        return bytes;
    free(bytes);
    return NULL;
}

/* ---- what it shows is kept first, so that it cannot be changed under it ---- */

struct making {
    uv_work_t work;
    struct call *call;
    struct plan *plan;
    char *text;
    size_t length;
    struct media_errands errands;
    enum media_kept kept;
};

static void keep_media(uv_work_t *work)
{
    struct making *making = work->data;

    making->kept = media_errands_keep(&making->errands, making->call->engine->options.data);
}

static void media_was_kept(uv_work_t *work, int status)
{
    struct making *making = work->data;
    struct call *call = making->call;

    if (status == 0 && making->kept == MEDIA_KEPT) {
        rooms_create(log_redis(call->engine->log), making->plan, making->text, making->length, room_made, call);
    } else {
        plan_free(making->plan);
        call_error(call, 503, "busy",
                   making->kept == MEDIA_FAULT ? "Its pictures could not be written to the disk of the server."
                                               : "This bank is being changed; try again in a moment.");
    }
    free(making->text);
    media_errands_clear(&making->errands);
    free(making);
}

/* Takes `plan` and `text`. */
static void make_of(struct call *call, const struct library_entry *entry, struct plan *plan, char *text, size_t length)
{
    struct making *making = memory_new(1, sizeof *making);

    *making = (struct making){.work.data = making, .call = call, .plan = plan, .text = text, .length = length};
    media_errands_init(&making->errands, entry->path);
    for (size_t i = 0; i < plan->question_count; i++)
        media_errands_add(&making->errands, &entry->bank->questions[plan->questions[i].bank_index]);
    if (making->errands.count > 0)
        uv_queue_work(&call->engine->loop, &making->work, keep_media, media_was_kept);
    else
        media_was_kept(&making->work, 0);
}

static void make(struct call *call, const cJSON *settings, const struct library_entry *entry)
{
    uint8_t salt[TEXT_SALT_BYTES];
    char why[300] = "";
    size_t length = 0;

    chance_bytes(salt, sizeof salt);
    struct plan *plan = plan_build(entry->bank, settings, chance_number(), salt, why, sizeof why);
    if (plan == NULL) {
        call_error(call, 400, "bad_args", why);
        return;
    }
    snprintf(plan->owner, sizeof plan->owner, "%s", call->caller.key);
    char *text = read_bank_text(entry, &length);
    if (text == NULL) {
        plan_free(plan);
        call_error(call, 503, "busy", "This bank is being changed; try again in a moment.");
        return;
    }
    make_of(call, entry, plan, text, length);
}

void rooms_make(struct call *call)
{
    cJSON *settings = call->body == NULL ? NULL : cJSON_ParseWithLength(call->body, call->body_length);
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(settings, "bank");

    library_refresh(call->engine->library); /* another worker may just have kept this bank */
    const struct library_entry *entry =
        cJSON_IsString(name) ? library_find(call->engine->library, name->valuestring) : NULL;

    if (!cJSON_IsObject(settings) || !text_is_utf8(call->body, call->body_length))
        call_error(call, 400, "bad_args", "The body must be one JSON object.");
    else if (!cJSON_IsString(name))
        call_error(call, 400, "bad_args", "bank: expected \"ID\" or \"ID@VERSION\"");
    else if (entry == NULL)
        call_error(call, 404, "not_found", "There is no such bank.");
    else if (!banks_is_open(call, entry->bank)) /* a room would show it, question by question */
        call_error(call, 403, "not_allowed", "This bank is sealed: its owner or an admin opens rooms with it.");
    else
        make(call, settings, entry);
    cJSON_Delete(settings);
}

/* ---- lists, tokens, boards ---- */

static void listed(void *context, enum rooms_answer answer, const char *json, size_t length)
{
    struct call *call = context;

    if (answer == ROOMS_OK)
        call_json(call, 200, json, length);
    else
        call_error(call, 503, "busy", "Storage is away; try again in a moment.");
}

void rooms_show(struct call *call)
{
    const char *owner = call->caller.role == ROLE_ADMIN ? NULL : call->caller.key;
    rooms_list(log_redis(call->engine->log), owner, listed, call);
}

static void give_tokens(struct call *call)
{
    struct buffer json;

    buffer_init(&json);
    buffer_print(&json, "{\"room\":\"%s\"", call->arguments[0]);
    put_tokens(call, &json, call->arguments[0]);
    buffer_put(&json, "}");
    call_json(call, 200, json.text, json.length);
    buffer_clear(&json);
}

void rooms_tokens(struct call *call)
{
    call_need_room(call, give_tokens);
}

static void board_read(void *context, enum board_answer answer, const char *json, size_t length)
{
    struct call *call = context;

    if (answer == BOARD_HERE)
        call_json(call, 200, json, length);
    else if (answer == BOARD_ARCHIVED)
        archived_board(call);
    else if (answer == BOARD_UNKNOWN)
        call_error(call, 404, "not_found", "There is no such room.");
    else
        call_error(call, 503, "busy", "Storage is away; try again in a moment.");
}

static void read_board(struct call *call)
{
    char unit[BOARD_UNIT_MAX + 1];
    struct board_question question = {.room = call->arguments[0],
                                      .from = call_number(call, "from", 0),
                                      .count = (uint32_t)call_number(call, "count", BOARD_PAGE_DEFAULT)};
    if (question.count > BOARD_PAGE_MAX)
        question.count = BOARD_PAGE_MAX;
    question.unit = call_word(call, "unit", unit, sizeof unit) ? unit : NULL;
    board_page(log_redis(call->engine->log), &question, board_read, call);
}

void rooms_board(struct call *call)
{
    call_need_room(call, read_board);
}

/* ---- the log as lines ---- */

struct events_walk {
    struct call *call;
    uint64_t after;
    uint64_t position;
    char last_id[64];
    size_t given;
    struct buffer lines;
};

static void ask_events(struct events_walk *walk);

static void finish_events(struct events_walk *walk, bool whole)
{
    struct reply reply = {.status = 200,
                          .type = "application/x-ndjson; charset=utf-8",
                          .body = walk->lines.text == NULL ? "" : walk->lines.text,
                          .length = walk->lines.length};

    reply.headers[reply.header_count++] = (struct reply_header){"cache-control:", "no-store"};
    if (whole)
        call_reply(walk->call, &reply);
    else
        call_error(walk->call, 503, "busy", "Storage is away; try again in a moment.");
    buffer_clear(&walk->lines);
    free(walk);
}

void rooms_put_event(struct buffer *out, uint64_t position, const char *id, const char *e, const char *p)
{
    buffer_print(out, "{\"pos\":%llu,\"id\":\"%s\",\"e\":%s,\"p\":", (unsigned long long)position, id,
                 e == NULL ? "null" : e);
    buffer_put(out, p == NULL || strlen(p) < PERSONAL_SALT_DIGITS ? "null" : p + PERSONAL_SALT_DIGITS);
    buffer_put(out, "}\n");
}

static void put_event(struct events_walk *walk, const redisReply *entry)
{
    const redisReply *fields = entry->element[1];
    const char *e = NULL, *p = NULL;

    for (size_t i = 0; i + 1 < fields->elements; i += 2) {
        if (strcmp(fields->element[i]->str, "e") == 0)
            e = fields->element[i + 1]->str;
        if (strcmp(fields->element[i]->str, "p") == 0)
            p = fields->element[i + 1]->str;
    }
    rooms_put_event(&walk->lines, walk->position, entry->element[0]->str, e, p);
    walk->given++;
}

static void events_read(void *context, const redisReply *reply)
{
    struct events_walk *walk = context;

    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY) {
        finish_events(walk, false);
        return;
    }
    if (reply->elements == 0 && walk->position == 0) { /* every log has a beginning: this one has left the store */
        archived_events(walk->call);
        buffer_clear(&walk->lines);
        free(walk);
        return;
    }
    for (size_t i = 0; i < reply->elements; i++) {
        const redisReply *entry = reply->element[i];
        walk->position++;
        snprintf(walk->last_id, sizeof walk->last_id, "(%s", entry->element[0]->str);
        if (walk->position > walk->after)
            put_event(walk, entry);
        if (walk->given >= EVENTS_A_REPLY || walk->lines.length >= EVENTS_REPLY_MAX_BYTES)
            break;
    }
    bool full = walk->given >= EVENTS_A_REPLY || walk->lines.length >= EVENTS_REPLY_MAX_BYTES;
    if (full || reply->elements < EVENTS_A_PAGE)
        finish_events(walk, true);
    else
        ask_events(walk);
}

static void ask_events(struct events_walk *walk)
{
    char key[64], count[16];

    snprintf(key, sizeof key, "hoithi:{%.24s}:log", walk->call->arguments[0]);
    snprintf(count, sizeof count, "%d", EVENTS_A_PAGE);
    if (!redis_ask(log_redis(walk->call->engine->log), events_read, walk, "XRANGE", key, walk->last_id, "+", "COUNT",
                   count, NULL))
        finish_events(walk, false);
}

static void read_events(struct call *call)
{
    struct events_walk *walk = memory_new(1, sizeof *walk);

    walk->call = call;
    walk->after = call_number(call, "after", 0);
    memcpy(walk->last_id, "-", 2);
    buffer_init(&walk->lines);
    ask_events(walk);
}

void rooms_events(struct call *call)
{
    call_need_room(call, read_events);
}

/* ---- exports: made in another thread, on a connection of their own ---- */

struct export
{
    uv_work_t work;
    struct call *call;
    char room[ROOM_ID_MAX + 1];
    char url[OPTION_VALUE_MAX_BYTES];
    const char *data;           /* the data directory; lives as long as the worker */
    enum results_format format; /* RESULTS_FORMAT_COUNT: the bundle */
    enum results_status status;
    char *bytes;
    size_t length;
    char why[REDIS_FAULT_MAX];
};

static void make_export(uv_work_t *work)
{
    struct export *export = work->data;
    struct redis_address address;

    struct archive_place place = {.data = export->data};
    struct results_bytes out = {0};

    export->status = RESULTS_STORE_FAILED;
    if (!redis_address_read(export->url, &address, export->why, sizeof export->why))
        return;
    struct redis_sync *redis = redis_sync_open(&address, export->why, sizeof export->why);
    if (redis == NULL)
        return;
    place.redis = redis;
    if (export->format == RESULTS_FORMAT_COUNT)
        export->status = archive_bundle(&place, export->room, &out, export->why, sizeof export->why);
    else
        export->status = archive_results(&place, export->room, export->format, &out, export->why, sizeof export->why);
    export->bytes = out.bytes;
    export->length = out.length;
    redis_sync_close(redis);
}

static void export_made(uv_work_t *work, int status)
{
    static const char *const endings[RESULTS_FORMAT_COUNT + 1] = {"json", "csv", "xlsx", "bundle.json"};
    struct export *export = work->data;
    char name[80];

    snprintf(name, sizeof name, "hoithi-%s.%s", export->room, endings[export->format]);
    if (status != 0 || export->status == RESULTS_STORE_FAILED)
        call_error(export->call, 503, "busy", "Storage is away; try again in a moment.");
    else if (export->status == RESULTS_NO_ROOM)
        call_error(export->call, 404, "not_found", "There is no such room.");
    else if (export->status != RESULTS_OK)
        call_error(export->call, 500, "unreadable", export->why);
    else
        call_file(export->call,
                  export->format == RESULTS_FORMAT_COUNT ? "application/json; charset=utf-8"
                                                         : results_type(export->format),
                  name, export->bytes, export->length);
    free(export->bytes);
    free(export);
}

static void begin_export(struct call *call)
{
    struct export *export = memory_new(1, sizeof *export);
    const char *wanted = call->arguments[1];

    export->format = strncmp(wanted, "results.", 8) == 0 ? results_format_of(wanted + 8) : RESULTS_FORMAT_COUNT;
    if (export->format == RESULTS_FORMAT_COUNT && strcmp(wanted, "bundle") != 0) {
        free(export);
        call_error(call, 404, "not_found", "There is nothing at this address.");
        return;
    }
    export->work.data = export;
    export->call = call;
    export->data = call->engine->options.data;
    snprintf(export->room, sizeof export->room, "%.24s", call->arguments[0]);
    snprintf(export->url, sizeof export->url, "%s", call->engine->redis_url);
    uv_queue_work(&call->engine->loop, &export->work, make_export, export_made);
}

void rooms_export(struct call *call)
{
    call_need_room(call, begin_export);
}
