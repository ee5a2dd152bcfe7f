/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_call.h - one request on its way through http.c: who asks, for what, and where the reply goes. For the http_*.c
 * files.
 */
#ifndef HOITHI_ENGINE_HTTP_CALL_H
#define HOITHI_ENGINE_HTTP_CALL_H

#include "engine/http.h"
#include "engine/rooms.h"
#include "engine/worker.h"
#include "rooms/buffer.h"

/* Who asks, as far as it was shown. */
struct caller {
    enum role role; /* ROLE_NONE: nobody in particular */
    bool by_key;
    char key[KEY_ID_SIZE];
    char room[ROOM_ID_MAX + 1]; /* by a token: the only room it is good for */
};

struct call {
    struct engine *engine;
    struct exchange *exchange;
    const struct route *route;
    enum method method;
    char query[REQUEST_QUERY_MAX];
    char if_none_match[REQUEST_HEADER_MAX];
    char host[REQUEST_HEADER_MAX];
    char range[REQUEST_RANGE_MAX];
    bool gzip;
    bool foreign;
    struct guesser guesser;
    char *body;
    size_t body_length;
    char arguments[2][REQUEST_PATH_MAX]; /* what stood for the route's stars */
    struct caller caller;
};

/* The call is freed by each of these. */
void call_reply(struct call *call, const struct reply *reply);
/* Takes nothing; `json` is copied. */
void call_json(struct call *call, unsigned status, const char *json, size_t length);
void call_error(struct call *call, unsigned status, const char *code, const char *message);
/* A download: not to be kept by caches. `bytes` is copied. */
void call_file(struct call *call, const char *type, const char *name, const void *bytes, size_t length);

/* A number of the query; `otherwise` if it is absent or none. */
uint64_t call_number(const struct call *call, const char *name, uint64_t otherwise);
/* A word of the query, decoded; false if it is absent or too long. */
bool call_word(const struct call *call, const char *name, char *out, size_t size);

/* Goes on with `next` if the caller may act in the room of arguments[0]: by a token of that room, or by a key that made
 * it or was given it (an admin's: any). Otherwise it has been answered. */
void call_need_room(struct call *call, void (*next)(struct call *call));

void banks_list(struct call *call);
void banks_show(struct call *call);
void banks_import(struct call *call);
void names_read(struct call *call);
void banks_publish(struct call *call);
void banks_check(struct call *call);
void banks_compare(struct call *call);
void banks_export(struct call *call);
void banks_template(struct call *call);
/* The bank of the path, if the caller may see its questions and keys; else NULL, and nothing has been answered. */
const struct library_entry *banks_open_one(const struct call *call);
/* Whether the caller may see its questions and keys. */
bool banks_is_open(const struct call *call, const struct bank *bank);
/* The same for any bank and version ("": the newest). It may read the library anew: entries got before may be gone. */
const struct library_entry *banks_open(const struct call *call, const char *id, const char *version);
/* Who may keep versions under an id: an admin all that hosts have made, a host the own ones. */
enum standing {
    STANDING_NEW,     /* nobody has it yet */
    STANDING_OWN,     /* the caller's */
    STANDING_FOREIGN, /* another key's */
    STANDING_FIXED    /* it came with the server */
};
enum standing banks_standing(const struct call *call, const char *id);
/* Reads the body as a bank that is to be kept on this server. Else NULL, and `faults` says why. For another thread. */
struct bank *banks_parse(const struct call *call, struct faults *faults);
/* [{"line","column","question","field","message"}] */
void banks_put_faults(struct buffer *json, const struct faults *faults);
/* GET /media/NAME, /api/banks/ID/VERSION/media and /api/banks/ID/VERSION/pack; POST /api/media */
void media_show(struct call *call);
void media_list(struct call *call);
void media_pack(struct call *call);
void media_take(struct call *call);
/* {"url","kind","width","height"}, or {"url","kind","length_ms"} */
void media_put(struct buffer *json, const struct media *media);
/* POST /api/frames */
void frames_carry(struct call *call);
void rooms_make(struct call *call);
void rooms_show(struct call *call);
void rooms_tokens(struct call *call);
/* GET and POST .../given */
void rooms_given(struct call *call);
void rooms_board(struct call *call);
void rooms_events(struct call *call);
/* .../marks and .../marks.* */
void rooms_marks(struct call *call);
void rooms_export(struct call *call);
/* One line of the log, as /events gives it; at most so many of them in a reply. */
#define EVENTS_A_REPLY 2000
#define EVENTS_REPLY_MAX_BYTES (4u << 20)
void rooms_put_event(struct buffer *out, uint64_t position, const char *id, const char *e, const char *p);
/* The board and the log of a room that is archived, out of its bundle; in another thread. */
void archived_board(struct call *call);
void archived_events(struct call *call);
/* Prometheus text; owned by the caller. */
char *metrics_text(struct engine *engine);

#endif
