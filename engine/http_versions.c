/* SPDX-License-Identifier: Apache-2.0 */
/* A bank that is being written: its faults, and which version it would be. Two versions side by side. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/http_call.h"
#include "question-banks/bank_change.h"

#define DIFFERENCES_TOLD_MAX 2000
#define TAKEN_VERSIONS_MAX 100 /* numbers in a row that are passed over because they were used before */

static void put_differences(struct buffer *json, const struct differences *differences)
{
    size_t told = differences->count < DIFFERENCES_TOLD_MAX ? differences->count : DIFFERENCES_TOLD_MAX;

    buffer_print(json, "\"step\":\"%s\",\"differences\":[", bank_step_name(differences->greatest));
    for (size_t i = 0; i < told; i++) {
        const struct difference *one = &differences->list[i];
        buffer_print(json, "%s{\"step\":\"%s\",\"part\":\"%s\",\"question\":", i == 0 ? "" : ",",
                     bank_step_name(one->change), bank_part_name(one->part));
        buffer_quote(json, one->question);
        buffer_put(json, "}");
    }
    buffer_print(json, "],\"more_differences\":%zu", differences->count - told);
}

/* ---- two versions ---- */

void banks_compare(struct call *call)
{
    char from[BANK_VERSION_MAX + 1] = "", to[BANK_VERSION_MAX + 1] = "", name[REQUEST_PATH_MAX + BANK_VERSION_MAX + 2];
    const char *id = call->arguments[0];
    struct differences differences;
    struct faults warnings;
    struct buffer json;

    if (!call_word(call, "from", from, sizeof from) || !call_word(call, "to", to, sizeof to)) {
        call_error(call, 400, "bad_args", "from and to: expected two versions of this bank");
        return;
    }
    bool open = banks_open(call, id, from) != NULL; /* not kept: what follows may read the library anew */
    const struct library_entry *after = banks_open(call, id, to);
    snprintf(name, sizeof name, "%s@%s", id, from);
    const struct library_entry *before = library_find(call->engine->library, name);
    if (!open || before == NULL || after == NULL) {
        call_error(call, 404, "not_found", "There is no such bank for you.");
        return;
    }
    faults_init(&warnings, NULL);
    bank_check_step(before->bank, after->bank, &warnings);
    bank_compare(before->bank, after->bank, &differences);
    buffer_init(&json);
    buffer_print(&json, "{\"id\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"fits\":%s,", before->bank->id,
                 before->bank->version, after->bank->version, warnings.count == 0 ? "true" : "false");
    put_differences(&json, &differences);
    buffer_put(&json, "}");
    call_json(call, 200, json.text, json.length);
    buffer_clear(&json);
    free(differences.list);
    faults_clear(&warnings);
}

/* ---- one that is being written ---- */

struct checking {
    uv_work_t work;
    struct call *call;
    struct bank *bank; /* NULL: `faults` says why */
    struct faults faults;
};

static void check(uv_work_t *work)
{
    struct checking *checking = work->data;

    checking->bank = banks_parse(checking->call, &checking->faults);
}

static bool is_taken(const struct engine *engine, const char *id, const char *version)
{
    for (size_t i = 0; i < library_count(engine->library); i++) {
        const struct library_entry *entry = library_at(engine->library, i);
        if (strcmp(entry->id, id) == 0 && strcmp(entry->version, version) == 0)
            return true;
    }
    return ledger_find(&engine->ledger, id, version) != NULL;
}

/* "" if no number is left. */
static void find_next(const struct engine *engine, const char *id, const char *before, enum bank_step change,
                      char next[BANK_VERSION_MAX + 1])
{
    bool there = true;

    if (before == NULL)
        memcpy(next, "1.0.0", sizeof "1.0.0");
    else
        there = bank_next_version(before, change, next);
    for (size_t i = 0; there && i < TAKEN_VERSIONS_MAX && is_taken(engine, id, next); i++) {
        char taken[BANK_VERSION_MAX + 1];
        memcpy(taken, next, sizeof taken);
        there = bank_next_version(taken, BANK_STEP_PATCH, next);
    }
    if (!there || is_taken(engine, id, next))
        next[0] = '\0';
}

/* Against another key's bank nothing is compared: it could be sealed, and what differs would tell its keys. */
static void put_proposal(struct buffer *json, const struct checking *checking)
{
    static const char *const words[] = {
        [STANDING_NEW] = "new", [STANDING_OWN] = "own", [STANDING_FOREIGN] = "foreign", [STANDING_FIXED] = "fixed"};
    const struct engine *engine = checking->call->engine;
    const struct bank *bank = checking->bank;
    enum standing standing = banks_standing(checking->call, bank->id);
    const struct library_entry *before = standing == STANDING_OWN ? library_find(engine->library, bank->id) : NULL;
    char next[BANK_VERSION_MAX + 1] = "";
    struct differences differences = {0};

    if (before != NULL)
        bank_compare(before->bank, bank, &differences);
    if (standing == STANDING_NEW || standing == STANDING_OWN)
        find_next(engine, bank->id, before == NULL ? NULL : before->version, differences.greatest, next);
    buffer_print(json, ",\"id\":\"%s\",\"questions\":%zu,\"standing\":\"%s\",\"before\":", bank->id,
                 bank->question_count, words[standing]);
    buffer_quote(json, before == NULL ? NULL : before->version);
    buffer_put(json, ",\"next\":");
    buffer_quote(json, next[0] == '\0' ? NULL : next);
    buffer_put(json, ",");
    put_differences(json, &differences);
    free(differences.list);
}

static void tell(struct checking *checking)
{
    struct buffer json;

    library_refresh(checking->call->engine->library);
    buffer_init(&json);
    buffer_put(&json, "{\"faults\":");
    banks_put_faults(&json, &checking->faults);
    buffer_print(&json, ",\"more\":%zu", checking->faults.dropped);
    if (checking->bank != NULL)
        put_proposal(&json, checking);
    buffer_put(&json, "}");
    call_json(checking->call, 200, json.text, json.length);
    buffer_clear(&json);
}

static void checked(uv_work_t *work, int status)
{
    struct checking *checking = work->data;

    if (status != 0)
        call_error(checking->call, 503, "busy", "The server is stopping; try again in a moment.");
    else
        tell(checking);
    bank_free(checking->bank);
    faults_clear(&checking->faults);
    free(checking);
}

void banks_check(struct call *call)
{
    if (call->body_length == 0) {
        call_error(call, 400, "bad_args", "The body must be a bank: see docs/bank-format.md.");
        return;
    }
    struct checking *checking = memory_new(1, sizeof *checking);
    checking->work.data = checking;
    checking->call = call;
    faults_init(&checking->faults, "");
    uv_queue_work(&call->engine->loop, &checking->work, check, checked);
}
