/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/event_fields.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "rooms/buffer.h"

static const struct {
    const char *name;
    unsigned fields;
} types[EVENT_COUNT] = {
    [EVENT_CREATED] = {"created", FIELD_PLAN},
    [EVENT_JOINED] = {"joined", FIELD_ROWS},
    [EVENT_ATTACHED] = {"attached", FIELD_ROWS},
    [EVENT_LEFT] = {"left", FIELD_ROWS},
    [EVENT_RESEATED] = {"reseated", FIELD_CODE},
    [EVENT_RENAMED] = {"renamed", FIELD_PLAYER | FIELD_NAME},
    [EVENT_NODDED] = {"nodded", FIELD_PLAYER},
    [EVENT_ACCOMMODATED] = {"accommodated", FIELD_PLAYER | FIELD_FACTOR},
    [EVENT_REMOVED] = {"removed", FIELD_PLAYER | FIELD_BAN},
    [EVENT_LOCKED] = {"locked", 0},
    [EVENT_UNLOCKED] = {"unlocked", 0},
    [EVENT_OPENED] = {"opened", FIELD_Q},
    [EVENT_ANSWERS] = {"answers", FIELD_Q | FIELD_ROWS},
    [EVENT_CLOSED] = {"closed", FIELD_Q | FIELD_CLOCK},
    [EVENT_REOPENED] = {"reopened", FIELD_Q},
    [EVENT_EXTENDED] = {"extended", FIELD_Q | FIELD_MS},
    [EVENT_SKIPPED] = {"skipped", FIELD_Q},
    [EVENT_ACCEPTED] = {"accepted", FIELD_Q | FIELD_FORM},
    [EVENT_REVEALED] = {"revealed", FIELD_Q},
    [EVENT_RANKED] = {"ranked", FIELD_Q},
    [EVENT_PAUSED] = {"paused", 0},
    [EVENT_RESUMED] = {"resumed", 0},
    [EVENT_ENDED] = {"ended", 0},
    [EVENT_ADJUSTED] = {"adjusted", FIELD_PLAYER | FIELD_POINTS | FIELD_WORDS},
    [EVENT_DISQUALIFIED] = {"disqualified", FIELD_PLAYER | FIELD_WORDS},
    [EVENT_REINSTATED] = {"reinstated", FIELD_PLAYER | FIELD_WORDS},
    [EVENT_MOVED] = {"moved", FIELD_PLAYER | FIELD_UNIT | FIELD_WORDS},
    [EVENT_VOIDED] = {"voided", FIELD_Q | FIELD_WORDS},
    [EVENT_REKEYED] = {"rekeyed", FIELD_Q | FIELD_FORM | FIELD_POLICY | FIELD_WORDS},
    [EVENT_HELD] = {"held", 0},
    [EVENT_RELEASED] = {"released", 0},
    [EVENT_FROZEN] = {"frozen", 0},
    [EVENT_UNFROZEN] = {"unfrozen", 0},
    [EVENT_NOTICED] = {"noticed", FIELD_WORDS},
    [EVENT_FINALISED] = {"finalised", 0},
};

static const char *const whys[CLOSE_WHY_COUNT] = {
    [CLOSED_BY_TIME] = "time", [CLOSED_BY_HOST] = "host", [CLOSED_BY_ALL] = "all", [CLOSED_BY_SKIP] = "skip"};

static const char *const policies[REKEY_POLICY_COUNT] = {
    [REKEY_RESCORE] = "rescore", [REKEY_ACCEPT_ALSO] = "accept-also", [REKEY_GIFT] = "gift"};

const char *rekey_policy_name(enum rekey_policy policy)
{
    return policies[policy];
}

unsigned event_fields(enum event_type type)
{
    return types[type].fields;
}

const char *event_name(enum event_type type)
{
    return types[type].name;
}

const char *close_why_name(enum close_why why)
{
    return whys[why];
}

/* ---- reading ---- */

static const char *string_at(const cJSON *item, const char *otherwise)
{
    return item != NULL && cJSON_IsString(item) ? item->valuestring : otherwise;
}

static bool whole_number(const cJSON *item, double low, double high, int64_t *out)
{
    if (item == NULL || !cJSON_IsNumber(item) || !(item->valuedouble >= low && item->valuedouble <= high))
        return false;
    *out = (int64_t)item->valuedouble;
    return (double)*out == item->valuedouble;
}

static bool read_u32(const cJSON *json, const char *name, uint32_t *out)
{
    int64_t number = 0;
    if (!whole_number(cJSON_GetObjectItemCaseSensitive(json, name), 0, UINT32_MAX, &number))
        return false;
    *out = (uint32_t)number;
    return true;
}

static uint64_t read_hex64(const cJSON *item)
{
    if (!cJSON_IsString(item) || strlen(item->valuestring) != 16)
        return 0;
    char *end = NULL;
    uint64_t value = strtoull(item->valuestring, &end, 16);
    return *end == '\0' ? value : 0;
}

#define CONNECTION_MAX ((double)(UINT64_C(1) << 48))

static bool read_when(const cJSON *item, struct event_row *row)
{
    return item == NULL || whole_number(item, 0, 9e15, &row->read_at_ms);
}

/* The row of the class list, if one was tapped. */
static bool read_list_row(const cJSON *item, struct event_row *row)
{
    int64_t number = 0;
    if (item != NULL && !whole_number(item, 1, CLASS_LIST_MAX, &number))
        return false;
    row->row = (uint32_t)number;
    return true;
}

/* [player, connection] or, for joined, [player, connection, unit, code]; then when it was read, if that is known (0:
 * it is not); then, for joined, the row. */
static bool read_member_row(enum event_type type, const cJSON *item, struct event_row *row)
{
    const cJSON *player = item->child;
    const cJSON *connection = player == NULL ? NULL : player->next;
    int64_t number = 0;

    row->player = player_id_read(string_at(player, ""));
    if (row->player == 0 || connection == NULL || !whole_number(connection, 0, CONNECTION_MAX, &number))
        return false;
    row->connection = (uint64_t)number;
    if (type != EVENT_JOINED)
        return read_when(connection->next, row);
    const cJSON *unit = connection->next;
    if (!cJSON_IsString(unit) || strlen(unit->valuestring) > UNIT_MAX_BYTES)
        return false;
    row->unit = unit->valuestring;
    row->code = read_hex64(unit->next);
    const cJSON *when = unit->next == NULL ? NULL : unit->next->next;
    return read_when(when, row) && read_list_row(when == NULL ? NULL : when->next, row);
}

/* [player, form, n, E, ms, L] */
static bool read_answer_row(const cJSON *item, struct event_row *row)
{
    static const double lows[4] = {1, 0, -1, 0};
    const cJSON *player = item->child;
    const cJSON *form = player == NULL ? NULL : player->next;
    int64_t numbers[4] = {0};

    row->player = player_id_read(string_at(player, ""));
    if (row->player == 0 || form == NULL || !cJSON_IsString(form))
        return false;
    row->form = form->valuestring;
    const cJSON *next = form->next;
    for (size_t i = 0; i < 4; i++, next = next->next)
        if (next == NULL || !whole_number(next, lows[i], INT32_MAX, &numbers[i]))
            return false;
    row->n = (uint32_t)numbers[0];
    row->elapsed_ms = (uint32_t)numbers[1];
    row->own_ms = (int32_t)numbers[2];
    row->credit_limit = (uint32_t)numbers[3];
    return true;
}

static bool read_rows(struct event *event)
{
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(event->json, "r");
    const cJSON *item;
    size_t count = cJSON_IsArray(rows) ? (size_t)cJSON_GetArraySize(rows) : 0;

    if (count == 0 || count > EVENT_ROWS_MAX)
        return false;
    event->rows = memory_new(count, sizeof *event->rows);
    cJSON_ArrayForEach(item, rows)
    {
        struct event_row *row = &event->rows[event->row_count++];
        row->unit = "";
        if (!cJSON_IsArray(item))
            return false;
        if (!(event->type == EVENT_ANSWERS ? read_answer_row(item, row) : read_member_row(event->type, item, row)))
            return false;
    }
    return true;
}

/* The personal part, if it is there and is what was hashed: [[shown, key, skeleton], …], a line for each row; null for
 * none. */
static void read_personal(const struct entry *entry, struct event *event)
{
    const cJSON *hash = cJSON_GetObjectItemCaseSensitive(event->json, "ph");
    char hex[DIGEST_HEX_SIZE];
    struct digest digest;

    if (entry->p == NULL || entry->p_length < 32 || !cJSON_IsString(hash))
        return;
    digest_of(entry->p, entry->p_length, &digest);
    digest_hex(&digest, hex);
    if (strcmp(hex, hash->valuestring) != 0)
        return;
    event->personal = cJSON_ParseWithLength(entry->p + 32, entry->p_length - 32);
    if (!cJSON_IsArray(event->personal))
        return;
    const cJSON *line = event->personal->child;
    for (size_t i = 0; i < event->row_count && line != NULL; i++, line = line->next) {
        const cJSON *shown = line->child;
        const cJSON *key = shown == NULL ? NULL : shown->next;
        event->rows[i].shown = string_at(shown, NULL);
        event->rows[i].key = string_at(key, NULL);
        event->rows[i].skeleton = string_at(key == NULL ? NULL : key->next, NULL);
    }
}

static bool read_why(struct event *event)
{
    const char *name = string_at(cJSON_GetObjectItemCaseSensitive(event->json, "why"), "");
    for (size_t i = 0; i < CLOSE_WHY_COUNT; i++) {
        if (strcmp(whys[i], name) == 0) {
            event->why = (enum close_why)i;
            return read_u32(event->json, "clock", &event->clock);
        }
    }
    return false;
}

static bool read_code(struct event *event)
{
    int64_t connection = 0;
    event->code = read_hex64(cJSON_GetObjectItemCaseSensitive(event->json, "code"));
    event->take = read_hex64(cJSON_GetObjectItemCaseSensitive(event->json, "take"));
    event->player = player_id_read(string_at(cJSON_GetObjectItemCaseSensitive(event->json, "player"), ""));
    if (whole_number(cJSON_GetObjectItemCaseSensitive(event->json, "conn"), 0, CONNECTION_MAX, &connection))
        event->connection = (uint64_t)connection;
    return event->player != 0 && (event->code == 0) != (event->take == 0);
}

static bool read_policy(struct event *event)
{
    const char *name = string_at(cJSON_GetObjectItemCaseSensitive(event->json, "policy"), "");
    for (size_t i = 0; i < REKEY_POLICY_COUNT; i++) {
        if (strcmp(policies[i], name) == 0) {
            event->policy = (enum rekey_policy)i;
            return true;
        }
    }
    return false;
}

static bool read_judged(struct event *event)
{
    unsigned fields = types[event->type].fields;
    int64_t points = 0;

    if ((fields & FIELD_POINTS) && !whole_number(cJSON_GetObjectItemCaseSensitive(event->json, "points"),
                                                 -ADJUST_POINTS_MAX, ADJUST_POINTS_MAX, &points))
        return false;
    event->points = (int32_t)points;
    event->unit = string_at(cJSON_GetObjectItemCaseSensitive(event->json, "unit"), NULL);
    if ((fields & FIELD_UNIT) && (event->unit == NULL || strlen(event->unit) > UNIT_MAX_BYTES))
        return false;
    return !(fields & FIELD_POLICY) || read_policy(event);
}

static bool read_fields(struct event *event)
{
    unsigned fields = types[event->type].fields;
    const cJSON *json = event->json;

    if ((fields & FIELD_Q) && !read_u32(json, "q", &event->q))
        return false;
    if ((fields & FIELD_CLOCK) && !read_why(event))
        return false;
    if ((fields & FIELD_MS) &&
        !whole_number(cJSON_GetObjectItemCaseSensitive(json, "ms"), 1, EXTEND_MS_MAX, &event->ms))
        return false;
    if (fields & FIELD_PLAYER) {
        event->player = player_id_read(string_at(cJSON_GetObjectItemCaseSensitive(json, "player"), ""));
        if (event->player == 0)
            return false;
    }
    if ((fields & FIELD_FACTOR) && !read_u32(json, "factor", &event->factor))
        return false;
    if (fields & FIELD_BAN)
        event->ban = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "ban"));
    if ((fields & FIELD_CODE) && !read_code(event))
        return false;
    if (fields & FIELD_FORM)
        event->form = string_at(cJSON_GetObjectItemCaseSensitive(json, "form"), NULL);
    return (!(fields & FIELD_FORM) || event->form != NULL) && read_judged(event);
}

static bool read_common(struct event *event)
{
    const cJSON *json = event->json;
    const char *eid = string_at(cJSON_GetObjectItemCaseSensitive(json, "id"), "");
    const char *actor = string_at(cJSON_GetObjectItemCaseSensitive(json, "by"), "");
    int64_t guard = 0;

    if (event->type != EVENT_ANSWERS && eid_key(eid) == 0)
        return false;
    if (strlen(eid) >= sizeof event->eid || strlen(actor) >= sizeof event->actor)
        return false;
    memcpy(event->eid, eid, strlen(eid) + 1);
    memcpy(event->actor, actor, strlen(actor) + 1);
    event->guarded = whole_number(cJSON_GetObjectItemCaseSensitive(json, "at"), 0, 9e15, &guard);
    event->guard = (uint64_t)guard;
    return true;
}

static enum event_result read_type(struct event *event)
{
    const char *name = string_at(cJSON_GetObjectItemCaseSensitive(event->json, "t"), NULL);
    if (name == NULL)
        return EVENT_MALFORMED;
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        if (strcmp(types[i].name, name) == 0) {
            event->type = (enum event_type)i;
            return EVENT_READ;
        }
    }
    return EVENT_UNKNOWN;
}

static enum event_result read_created(const struct entry *entry, struct event *event)
{
    uint32_t rules = 0;
    if (!read_u32(event->json, "rules", &rules))
        return EVENT_MALFORMED;
    if (rules != RULES_VERSION)
        return EVENT_UNKNOWN;
    read_personal(entry, event);
    event->plan = plan_read_created(event->json, event->personal);
    return event->plan == NULL ? EVENT_MALFORMED : EVENT_READ;
}

static enum event_result read_whole(const struct entry *entry, struct event *event)
{
    event->json = cJSON_ParseWithLength(entry->e, entry->e_length);
    if (!cJSON_IsObject(event->json))
        return EVENT_MALFORMED;
    enum event_result result = read_type(event);
    if (result != EVENT_READ)
        return result;
    if (!read_common(event) || !read_fields(event))
        return EVENT_MALFORMED;
    if (event->type == EVENT_CREATED)
        return read_created(entry, event);
    if ((types[event->type].fields & FIELD_ROWS) && !read_rows(event))
        return EVENT_MALFORMED;
    if (types[event->type].fields & (FIELD_NAME | FIELD_WORDS)) {
        event->rows = memory_new(1, sizeof *event->rows);
        event->rows[0].player = event->player;
        event->row_count = 1;
    }
    read_personal(entry, event);
    return EVENT_READ;
}

enum event_result event_read_json(const struct entry *entry, struct event *event)
{
    *event = (struct event){.position = entry->position, .at_ms = entry->at_ms};
    enum event_result result = read_whole(entry, event);
    if (result != EVENT_READ)
        event_clear(event);
    return result;
}

enum event_result event_read(const struct entry *entry, struct event *event)
{
    return event_scan_answers(entry, event) ? EVENT_READ : event_read_json(entry, event);
}

void event_clear(struct event *event)
{
    plan_free(event->plan);
    free(event->rows);
    free(event->text);
    cJSON_Delete(event->json);
    cJSON_Delete(event->personal);
    *event = (struct event){0};
}
