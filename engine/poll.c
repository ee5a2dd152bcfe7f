/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/poll.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <cjson/cJSON.h>
#include "engine/carrier.h"
#include "engine/chance.h"
#include "rooms/buffer.h"

#define BUCKETS 1024
#define SECRET_LENGTH 26 /* of five bits each */
#define ROUND_TRIP_MAX_MS 10000
#define ROUND_TRIPS 3
#define GONE "{\"gone\":true}"

struct poll_session {
    enum carrier carrier;
    LIST_ENTRY(poll_session) of_bucket;
    TAILQ_ENTRY(poll_session) of_ready;
    struct polls *polls;
    struct session *session;
    char id[POLL_ID_SIZE];
    struct guesser guesser;
    struct frame *kept[POLL_KEPT_MAX];
    size_t kept_count, kept_bytes;
    uint64_t first;       /* number of kept[0], or of the next frame */
    poll_reply_fn *reply; /* of the request that waits, or NULL */
    void *context;
    int64_t held_until_ms, heard_ms, made_ms;
    uint32_t round_trips_ms[ROUND_TRIPS];
    size_t round_trip_count;
    int close_code; /* 0: none */
    bool ready;
    bool last; /* nothing more will be asked: it ends with the reply that has frames */
};

LIST_HEAD(bucket, poll_session);
TAILQ_HEAD(ready_list, poll_session);

struct polls {
    struct poll_settings settings;
    struct relay *relay;
    struct bucket buckets[BUCKETS];
    struct ready_list ready;
    uv_idle_t more; /* active while `ready` is not empty: the loop must not sleep on it */
    uv_timer_t second;
    uint32_t count;
    int handles;
};

/* ---- finding ---- */

static struct bucket *bucket_of(struct polls *polls, const char *id)
{
    uint32_t hash = 2166136261u;
    for (; *id != '\0'; id++)
        hash = (hash ^ (unsigned char)*id) * 16777619u;
    return &polls->buckets[hash % BUCKETS];
}

static struct poll_session *find(struct polls *polls, const char *id)
{
    struct poll_session *session;
    LIST_FOREACH(session, bucket_of(polls, id), of_bucket)
    if (strcmp(session->id, id) == 0)
        return session;
    return NULL;
}

static struct poll_session *make(struct polls *polls, const struct guesser *guesser, int64_t now_ms)
{
    struct poll_session *session = memory_new(1, sizeof *session);
    char secret[SECRET_LENGTH + 1];

    chance_text(secret, SECRET_LENGTH);
    session->carrier = CARRIER_POLL;
    session->polls = polls;
    session->guesser = *guesser;
    session->first = 1;
    session->made_ms = session->heard_ms = now_ms;
    snprintf(session->id, sizeof session->id, "%u-%s", polls->settings.worker, secret);
    LIST_INSERT_HEAD(bucket_of(polls, session->id), session, of_bucket);
    polls->count++;
    session->session = hub_connected(polls->settings.hub, session, now_ms);
    return session;
}

static void drop_first(struct poll_session *session, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        session->kept_bytes -= session->kept[i]->length;
        frame_drop(session->kept[i]);
    }
    session->kept_count -= count;
    session->first += count;
    memmove(session->kept, session->kept + count, session->kept_count * sizeof(struct frame *));
}

/* ---- replies ---- */

static void take_frames(struct poll_session *session, int64_t now_ms)
{
    struct frame *frame;
    while (session->kept_count < POLL_KEPT_MAX && (frame = session_next(session->session)) != NULL) {
        if (session->kept_count > 0 && session->kept_bytes + frame->length > POLL_KEPT_MAX_BYTES)
            return;
        session->kept[session->kept_count++] = frame_keep(frame);
        session->kept_bytes += frame->length;
        session_wrote(session->polls->settings.hub, session->session, now_ms);
    }
}

static bool closes(const struct poll_session *session)
{
    return session->close_code != 0 && session_next(session->session) == NULL;
}

static void write_reply(const struct poll_session *session, bool with_frames, struct buffer *json)
{
    buffer_init(json);
    buffer_print(json, "{\"s\":\"%s\",\"from\":%llu,\"frames\":[", session->id, (unsigned long long)session->first);
    for (size_t i = 0; with_frames && i < session->kept_count; i++) {
        buffer_put(json, i == 0 ? "" : ",");
        buffer_add(json, (const char *)session->kept[i]->text, session->kept[i]->length);
    }
    buffer_put(json, "]");
    if (with_frames && closes(session))
        buffer_print(json, ",\"close\":%d", session->close_code);
    buffer_put(json, "}");
}

static void answer(const struct poll_session *session, bool with_frames, poll_reply_fn *reply, void *context)
{
    struct buffer json;
    write_reply(session, with_frames, &json);
    reply(context, 200, json.text, json.length);
    buffer_clear(&json);
}

static void answer_waiting(struct poll_session *session, bool with_frames)
{
    poll_reply_fn *reply = session->reply;
    session->reply = NULL;
    if (reply != NULL)
        answer(session, with_frames, reply, session->context);
}

static void end(struct poll_session *session, int64_t now_ms)
{
    struct polls *polls = session->polls;

    answer_waiting(session, true);
    hub_disconnected(polls->settings.hub, session->session, now_ms);
    drop_first(session, session->kept_count);
    if (session->ready)
        TAILQ_REMOVE(&polls->ready, session, of_ready);
    LIST_REMOVE(session, of_bucket);
    polls->count--;
    free(session);
}

static int64_t now_of(const struct polls *polls)
{
    return (int64_t)uv_now(polls->settings.loop);
}

/* What the hub has said goes out in the loop's next turn, never from inside the hub. */
static void on_more(uv_idle_t *idle)
{
    struct polls *polls = idle->data;
    struct poll_session *session;

    while ((session = TAILQ_FIRST(&polls->ready)) != NULL) {
        TAILQ_REMOVE(&polls->ready, session, of_ready);
        session->ready = false;
        if (session->reply == NULL)
            continue;
        take_frames(session, now_of(polls));
        if (session->last && session->kept_count > 0)
            end(session, now_of(polls));
        else if (session->kept_count > 0 || session->close_code != 0)
            answer_waiting(session, true);
    }
    uv_idle_stop(idle);
}

void poll_writable(struct poll_session *session)
{
    if (session->ready)
        return;
    session->ready = true;
    TAILQ_INSERT_TAIL(&session->polls->ready, session, of_ready);
    uv_idle_start(&session->polls->more, on_more);
}

void poll_close(struct poll_session *session, enum close_code code)
{
    if (session->close_code == 0)
        session->close_code = (int)code;
    poll_writable(session);
}

/* The middle one of the last three; the lower one of two. */
void poll_line(const struct poll_session *session, struct line *out)
{
    const uint32_t *t = session->round_trips_ms;
    uint32_t low = t[0] < t[1] ? t[0] : t[1];
    uint32_t high = t[0] < t[1] ? t[1] : t[0];

    out->turn_ms = session->polls->settings.turn_ms == NULL
                       ? 0
                       : session->polls->settings.turn_ms(session->polls->settings.context);
    if (session->round_trip_count < ROUND_TRIPS)
        out->rtt_ms = session->round_trip_count == 1 ? t[0] : session->round_trip_count == 0 ? 0 : low;
    else
        out->rtt_ms = t[2] <= low ? low : t[2] < high ? t[2] : high;
}

struct guesser *poll_guesser(struct poll_session *session)
{
    return &session->guesser;
}

/* ---- requests ---- */

static void fail(const struct poll_request *request, unsigned status, const char *code, const char *message)
{
    char json[256];
    int length = snprintf(json, sizeof json, "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}", code, message);
    request->reply(request->context, status, json, (size_t)length);
}

static void hear_round_trip(struct poll_session *session, const cJSON *body)
{
    const cJSON *rtt = cJSON_GetObjectItemCaseSensitive(body, "rtt");
    if (!cJSON_IsNumber(rtt) || !(rtt->valuedouble >= 0 && rtt->valuedouble <= ROUND_TRIP_MAX_MS))
        return;
    memmove(session->round_trips_ms + 1, session->round_trips_ms, (ROUND_TRIPS - 1) * sizeof(uint32_t));
    session->round_trips_ms[0] = (uint32_t)rtt->valuedouble;
    if (session->round_trip_count < ROUND_TRIPS)
        session->round_trip_count++;
}

static void hear_got(struct poll_session *session, const cJSON *body)
{
    const cJSON *got = cJSON_GetObjectItemCaseSensitive(body, "got");
    if (!cJSON_IsNumber(got) || got->valuedouble < (double)session->first)
        return;
    double count = got->valuedouble - (double)session->first + 1;
    drop_first(session, count > (double)session->kept_count ? session->kept_count : (size_t)count);
}

static void hear_frames(struct poll_session *session, const cJSON *body, int64_t now_ms)
{
    struct hub *hub = session->polls->settings.hub;
    const cJSON *frame;

    cJSON_ArrayForEach(frame, cJSON_GetObjectItemCaseSensitive(body, "frames"))
    {
        char *text = session->close_code == 0 ? cJSON_PrintUnformatted(frame) : NULL;
        if (text == NULL)
            continue;
        if (strlen(text) > session_frame_limit(session->session))
            hub_too_big(hub, session->session, now_ms);
        else
            hub_message(hub, session->session, text, strlen(text), now_ms);
        cJSON_free(text);
    }
}

static void hear(struct poll_session *session, const cJSON *body, const struct poll_request *request)
{
    int64_t now_ms = now_of(session->polls);
    bool waits = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "wait"));

    session->heard_ms = now_ms;
    session->last = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "last"));
    hear_round_trip(session, body);
    hear_got(session, body);
    hear_frames(session, body, now_ms);
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "bye"))) {
        end(session, now_ms);
        request->reply(request->context, 200, GONE, strlen(GONE));
        return;
    }
    if (!waits && session->reply != NULL) { /* the one that waits brings what there is */
        answer(session, false, request->reply, request->context);
        return;
    }
    answer_waiting(session, false);
    take_frames(session, now_ms);
    session->reply = request->reply;
    session->context = request->context;
    session->held_until_ms = now_ms + POLL_HOLD_MS;
    if (closes(session) || (session->last && session->kept_count > 0))
        end(session, now_ms);
    else if (!waits || session->kept_count > 0)
        answer_waiting(session, true);
}

/* -1: no id of ours. */
static long worker_of(const char *id)
{
    char *rest;
    if (!isdigit((unsigned char)id[0]) || strlen(id) >= POLL_ID_SIZE)
        return -1;
    long worker = strtol(id, &rest, 10);
    return *rest == '-' && worker < 1000 ? worker : -1;
}

static void find_and_hear(struct polls *polls, const char *id, const cJSON *body, const struct poll_request *request)
{
    long worker = worker_of(id);
    struct poll_session *session = worker == (long)polls->settings.worker ? find(polls, id) : NULL;

    if (session != NULL)
        hear(session, body, request);
    else if (worker >= 0 && worker != (long)polls->settings.worker && !request->relayed && polls->relay != NULL)
        relay_ask(polls->relay, (uint32_t)worker, request);
    else
        request->reply(request->context, 200, GONE, strlen(GONE));
}

static bool is_fine(const cJSON *body)
{
    const cJSON *frames = cJSON_GetObjectItemCaseSensitive(body, "frames");
    return cJSON_IsObject(body) && (frames == NULL || cJSON_IsArray(frames)) &&
           cJSON_GetArraySize(frames) <= POLL_FRAMES_A_BODY;
}

void polls_request(struct polls *polls, const struct poll_request *request)
{
    if (request->length > POLL_BODY_MAX_BYTES) {
        fail(request, 413, "too_big", "A body here is at most 64 KiB.");
        return;
    }
    cJSON *body = cJSON_ParseWithLength(request->body, request->length);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(body, "s");
    if (!is_fine(body))
        fail(request, 400, "bad_frame", "This is not an object with at most 20 frames.");
    else if (cJSON_IsString(id))
        find_and_hear(polls, id->valuestring, body, request);
    else if (polls->count >= POLL_SESSIONS_MAX)
        fail(request, 503, "busy", "Too many are here; come back later.");
    else
        hear(make(polls, &request->guesser, now_of(polls)), body, request);
    cJSON_Delete(body);
}

/* ---- time ---- */

static void look(struct poll_session *session, int64_t now_ms)
{
    bool late = session_role(session->session) == ROLE_NONE && now_ms - session->made_ms >= POLL_JOIN_MAX_MS;
    if (session->reply != NULL && now_ms >= session->held_until_ms) {
        session->heard_ms = now_ms;
        answer_waiting(session, true);
    }
    if (late || (session->reply == NULL && now_ms - session->heard_ms >= POLL_SILENT_MAX_MS))
        end(session, now_ms);
}

void polls_look(struct polls *polls, int64_t now_ms)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        struct poll_session *next;
        for (struct poll_session *session = LIST_FIRST(&polls->buckets[i]); session != NULL; session = next) {
            next = LIST_NEXT(session, of_bucket);
            look(session, now_ms);
        }
    }
}

static void on_second(uv_timer_t *timer)
{
    struct polls *polls = timer->data;
    if (polls->count > 0)
        polls_look(polls, now_of(polls));
}

uint32_t polls_count(const struct polls *polls)
{
    return polls == NULL ? 0 : polls->count;
}

struct polls *polls_new(const struct poll_settings *settings)
{
    struct polls *polls = memory_new(1, sizeof *polls);

    polls->settings = *settings;
    TAILQ_INIT(&polls->ready);
    uv_idle_init(settings->loop, &polls->more);
    uv_timer_init(settings->loop, &polls->second);
    polls->more.data = polls->second.data = polls;
    polls->handles = 2;
    uv_timer_start(&polls->second, on_second, 1000, 1000);
    polls->relay = settings->folder == NULL ? NULL : relay_new(polls, settings);
    return polls;
}

static void on_closed(uv_handle_t *handle)
{
    struct polls *polls = handle->data;
    if (--polls->handles == 0)
        free(polls);
}

void polls_free(struct polls *polls)
{
    if (polls == NULL)
        return;
    relay_free(polls->relay);
    for (size_t i = 0; i < BUCKETS; i++) {
        struct poll_session *next;
        for (struct poll_session *session = LIST_FIRST(&polls->buckets[i]); session != NULL; session = next) {
            next = LIST_NEXT(session, of_bucket);
            end(session, now_of(polls));
        }
    }
    uv_close((uv_handle_t *)&polls->more, on_closed);
    uv_close((uv_handle_t *)&polls->second, on_closed);
}
