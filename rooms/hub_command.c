/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/hub_state.h"
#include "rooms/command_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which event a command becomes depends on the phase; a step says it, or why not. */
struct step {
    bool possible;
    bool settle; /* only once late answers have had their time */
    bool close_first;
    enum event_type event;
};
#define STEP(type) ((struct step){.possible = true, .event = (type)})
#define STEP_SETTLED(type) ((struct step){.possible = true, .settle = true, .event = (type)})

static struct step onward(const struct hall *hall)
{
    return room_question_is_last(hall->room) ? STEP(EVENT_ENDED) : STEP(EVENT_OPENED);
}

static struct step step_next(const struct hall *hall)
{
    if (room_paused(hall->room))
        return STEP(EVENT_RESUMED);
    switch (room_phase(hall->room)) {
    case PHASE_LOBBY:
        return STEP(EVENT_OPENED);
    case PHASE_QUESTION:
        return STEP(EVENT_CLOSED);
    case PHASE_CLOSED:
        return STEP_SETTLED(EVENT_REVEALED);
    case PHASE_REVEALED:
        return room_plan(hall->room)->board == BOARD_EACH ? STEP(EVENT_RANKED) : onward(hall);
    case PHASE_RANKED:
        return onward(hall);
    case PHASE_ENDED:
    case PHASE_COUNT:
        break;
    }
    return (struct step){0};
}

static struct step step_reveal(const struct hall *hall)
{
    if (room_phase(hall->room) == PHASE_QUESTION)
        return (struct step){.possible = true, .close_first = true, .event = EVENT_CLOSED};
    return room_phase(hall->room) == PHASE_CLOSED ? STEP_SETTLED(EVENT_REVEALED) : (struct step){0};
}

static struct step step_open(const struct hall *hall)
{
    enum phase phase = room_phase(hall->room);
    bool possible = phase != PHASE_QUESTION && phase != PHASE_ENDED && !room_question_is_last(hall->room);
    return (struct step){.possible = possible, .settle = phase == PHASE_CLOSED, .event = EVENT_OPENED};
}

static struct step step_end(const struct hall *hall)
{
    enum phase phase = room_phase(hall->room);
    return (struct step){.possible = phase != PHASE_ENDED, .settle = phase == PHASE_CLOSED, .event = EVENT_ENDED};
}

#define IN(phase) (1u << (phase))
#define IN_ANY (IN(PHASE_COUNT) - 1)
#define BY(role) (1u << (role))
#define BY_HOST (BY(ROLE_HOST) | BY(ROLE_ADMIN))
#define BY_BOTH (BY_HOST | BY(ROLE_JUDGE))
#define BY_JUDGE (BY(ROLE_JUDGE) | BY(ROLE_ADMIN))

static const struct {
    const char *name;
    enum event_type event;
    unsigned phases;
    unsigned args;
    bool moves; /* the phase: guarded by `at` */
    struct step (*step)(const struct hall *);
    unsigned roles; /* 0: hosts */
} commands[COMMAND_COUNT] = {
    [COMMAND_START] = {"start", EVENT_OPENED, IN(PHASE_LOBBY), 0, true, NULL},
    [COMMAND_NEXT] = {"next", EVENT_OPENED, IN_ANY, 0, true, step_next},
    [COMMAND_OPEN] = {"open", EVENT_OPENED, IN_ANY, 0, true, step_open},
    [COMMAND_CLOSE] = {"close", EVENT_CLOSED, IN(PHASE_QUESTION), 0, true, NULL},
    [COMMAND_REOPEN] = {"reopen", EVENT_REOPENED, IN(PHASE_CLOSED), 0, true, NULL},
    [COMMAND_REVEAL] = {"reveal", EVENT_REVEALED, IN_ANY, 0, true, step_reveal},
    [COMMAND_RANK] = {"rank", EVENT_RANKED, IN(PHASE_REVEALED), 0, true, NULL},
    [COMMAND_SKIP] = {"skip", EVENT_SKIPPED, IN(PHASE_QUESTION) | IN(PHASE_CLOSED), 0, true, NULL},
    [COMMAND_PAUSE] = {"pause", EVENT_PAUSED, IN_ANY & ~IN(PHASE_ENDED), 0, true, NULL},
    [COMMAND_RESUME] = {"resume", EVENT_RESUMED, IN_ANY & ~IN(PHASE_ENDED), 0, true, NULL},
    [COMMAND_EXTEND] = {"extend", EVENT_EXTENDED, IN(PHASE_QUESTION), ARG_MS, false, NULL},
    [COMMAND_LOCK] = {"lock", EVENT_LOCKED, IN_ANY, 0, false, NULL},
    [COMMAND_UNLOCK] = {"unlock", EVENT_UNLOCKED, IN_ANY, 0, false, NULL},
    [COMMAND_REMOVE] = {"remove", EVENT_REMOVED, IN_ANY, ARG_PLAYER | ARG_BAN, false, NULL},
    [COMMAND_RENAME] = {"rename", EVENT_RENAMED, IN_ANY, ARG_PLAYER | ARG_NAME, false, NULL},
    [COMMAND_NOD] = {"nod", EVENT_NODDED, IN_ANY, ARG_PLAYER, false, NULL},
    [COMMAND_RESEAT] = {"reseat", EVENT_RESEATED, IN_ANY, ARG_PLAYER | ARG_CODE, false, NULL},
    [COMMAND_ACCOMMODATE] = {"accommodate", EVENT_ACCOMMODATED, IN_ANY, ARG_PLAYER | ARG_FACTOR, false, NULL},
    [COMMAND_ACCEPT] = {"accept", EVENT_ACCEPTED, IN(PHASE_QUESTION) | IN(PHASE_CLOSED), ARG_FORM, false, NULL},
    [COMMAND_ADJUST] = {"adjust", EVENT_ADJUSTED, IN_ANY, ARG_PLAYER | ARG_POINTS | ARG_REASON, false, NULL, BY_BOTH},
    [COMMAND_DISQUALIFY] = {"disqualify", EVENT_DISQUALIFIED, IN_ANY, ARG_PLAYER | ARG_REASON, false, NULL, BY_BOTH},
    [COMMAND_REINSTATE] = {"reinstate", EVENT_REINSTATED, IN_ANY, ARG_PLAYER | ARG_REASON, false, NULL, BY_BOTH},
    [COMMAND_MOVE] = {"move", EVENT_MOVED, IN_ANY, ARG_PLAYER | ARG_UNIT | ARG_REASON, false, NULL, BY_BOTH},
    [COMMAND_VOID] = {"void", EVENT_VOIDED, IN_ANY, ARG_Q | ARG_REASON, false, NULL, BY_BOTH},
    [COMMAND_REKEY] = {"rekey", EVENT_REKEYED, IN_ANY, ARG_Q | ARG_KEY | ARG_REASON, false, NULL, BY_BOTH},
    [COMMAND_HOLD] = {"hold", EVENT_HELD, IN_ANY, 0, false, NULL, BY_JUDGE},
    [COMMAND_RELEASE] = {"release", EVENT_RELEASED, IN_ANY, 0, false, NULL, BY_JUDGE},
    [COMMAND_FREEZE] = {"freeze", EVENT_FROZEN, IN_ANY, 0, false, NULL, BY_BOTH},
    [COMMAND_UNFREEZE] = {"unfreeze", EVENT_UNFROZEN, IN_ANY, 0, false, NULL, BY_BOTH},
    [COMMAND_NOTICE] = {"notice", EVENT_NOTICED, IN_ANY, ARG_TEXT, false, NULL, BY_BOTH},
    [COMMAND_FINALISE] = {"finalise", EVENT_FINALISED, IN(PHASE_ENDED), 0, false, NULL, BY_BOTH},
    [COMMAND_END] = {"end", EVENT_ENDED, IN_ANY, 0, true, step_end},
};

static unsigned roles_of(enum command_type type)
{
    return commands[type].roles == 0 ? BY_HOST : commands[type].roles;
}

const char *commands_acts(enum role role)
{
    if (role == ROLE_JUDGE)
        return "[\"hold\",\"release\",\"freeze\",\"unfreeze\",\"adjust\",\"disqualify\",\"reinstate\",\"move\","
               "\"void\",\"rekey\","
               "\"notice\",\"finalise\"]";
    if (role == ROLE_HOST || role == ROLE_ADMIN)
        return "[\"freeze\",\"unfreeze\",\"adjust\",\"disqualify\",\"reinstate\",\"move\",\"void\",\"rekey\","
               "\"notice\",\"finalise\"]";
    return NULL;
}

static void clear_command(struct command *command)
{
    name_clear(&command->name);
    free(command->form);
    free(command->words);
}

void commands_clear(struct hall *hall)
{
    for (size_t i = 0; i < hall->command_count; i++)
        clear_command(&hall->commands[i]);
    free(hall->commands);
    hall->commands = NULL;
    hall->command_count = 0;
}

static void drop_command(struct hall *hall, size_t index)
{
    clear_command(&hall->commands[index]);
    memmove(&hall->commands[index], &hall->commands[index + 1],
            (hall->command_count - index - 1) * sizeof *hall->commands);
    hall->command_count--;
}

/* ---- replies ---- */

static void reply(struct session *session, const char *id, enum refusal refusal, uint64_t position, const char *code)
{
    struct hub *hub = session->hall->hub;

    buffer_rewind(&hub->scratch, 0);
    if (refusal == REFUSAL_NONE)
        encode_done(&hub->scratch, id, position, code == NULL || code[0] == '\0' ? NULL : code);
    else
        encode_refused(&hub->scratch, id, refusal);
    session_send_text(hub, session, &hub->scratch);
    if (refusal != REFUSAL_NONE)
        hub->counts.refused++;
}

static void finish_command(struct hall *hall, size_t index, enum refusal refusal, uint64_t position)
{
    const struct command *command = &hall->commands[index];
    struct session *session = hub_session(hall->hub, command->session_number);

    if (session != NULL && session->hall == hall)
        reply(session, command->id, refusal, position, command->code);
    drop_command(hall, index);
}

bool commands_mine(const struct hall *hall, const char *eid)
{
    for (size_t i = 0; i < hall->command_count; i++)
        if (strcmp(hall->commands[i].eid, eid) == 0)
            return true;
    return false;
}

void commands_outcome(struct hall *hall, const struct event *event, enum refusal refusal, uint64_t position)
{
    for (size_t i = 0; i < hall->command_count; i++) {
        if (strcmp(hall->commands[i].eid, event->eid) == 0) {
            finish_command(hall, i, refusal, position);
            return;
        }
    }
}

/* ---- from command to event ---- */

static struct step find_step(const struct hall *hall, const struct command *command)
{
    if (!(commands[command->type].phases & IN(room_phase(hall->room))))
        return (struct step){0};
    if (commands[command->type].step != NULL)
        return commands[command->type].step(hall);
    return STEP(commands[command->type].event);
}

static void propose(struct hall *hall, struct command *command, const struct step *step)
{
    char player[PLAYER_TEXT_SIZE];
    struct event_row row = {.player = command->player,
                            .shown = command->words != NULL ? command->words : command->name.shown,
                            .key = command->name.key,
                            .skeleton = command->name.skeleton};
    uint32_t q = room_q(hall->room);
    struct event event = {.type = step->event,
                          .guarded = command->guarded,
                          .guard = command->guard,
                          .q = command->q > 0                ? command->q
                               : step->event == EVENT_OPENED ? q + 1
                                                             : q,
                          .clock = room_clock(hall->room),
                          .why = CLOSED_BY_HOST,
                          .ms = command->ms,
                          .player = command->player,
                          .factor = command->factor,
                          .ban = command->ban,
                          .form = command->form,
                          .points = command->points,
                          .policy = command->policy,
                          .unit = command->unit,
                          .code = command->code[0] == '\0' ? 0 : code_digest(hall->id, command->code),
                          .rows = &row,
                          .row_count = 1};

    player_id_write(command->player, player);
    memcpy(event.actor, command->actor, sizeof event.actor);
    if (step->close_first)
        eid_of_command(command->eid, "", "close first", event.eid);
    else
        memcpy(event.eid, command->eid, sizeof event.eid);
    hall_propose(hall, &event);
    command->proposed = !step->close_first;
    command->closed_first = step->close_first;
}

/* REFUSAL_NONE: proposed, or it waits. */
static enum refusal try_command(struct hall *hall, struct command *command, int64_t now_ms)
{
    if (command->closed_first && room_phase(hall->room) == PHASE_QUESTION)
        return command->guard == room_at(hall->room) ? REFUSAL_NONE : REFUSAL_STALE; /* its close is on the way */
    if (command->closed_first && room_phase(hall->room) == PHASE_CLOSED)
        command->guard = room_at(hall->room);
    if (command->guarded && command->guard != room_at(hall->room))
        return REFUSAL_STALE;
    struct step step = find_step(hall, command);
    if (!step.possible)
        return REFUSAL_WRONG_PHASE;
    if (step.settle && !clock_settled(hall, now_ms))
        return REFUSAL_NONE;
    propose(hall, command, &step);
    return REFUSAL_NONE;
}

static int64_t settled_at(const struct hall *hall)
{
    int64_t by_close = hall->closed_ms + SETTLE_MS, by_store = hall->hub->store_back_ms + STORE_BACK_MS;
    if (hall->hub->storage != STORAGE_OK)
        return INT64_MAX; /* hub_storage() wakes */
    return by_close > by_store ? by_close : by_store;
}

int64_t commands_tick(struct hall *hall, int64_t now_ms)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < hall->command_count; i++) {
        struct command *command = &hall->commands[i];
        if (command->proposed)
            continue;
        enum refusal refusal = try_command(hall, command, now_ms);
        if (refusal != REFUSAL_NONE) {
            finish_command(hall, i--, refusal, 0);
            continue;
        }
        if (!command->proposed && settled_at(hall) < next)
            next = settled_at(hall);
    }
    return next <= now_ms ? now_ms + LINGER_MS : next;
}

static enum command_type find_command(const char *name)
{
    size_t i = 0;
    while (i < COMMAND_COUNT && strcmp(commands[i].name, name) != 0)
        i++;
    return (enum command_type)i;
}

static bool read_guard(const struct hall *hall, const cJSON *frame, struct command *command)
{
    double at = 0;
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(frame, "at");

    command->guarded = commands[command->type].moves;
    command->guard = room_at(hall->room);
    if (item == NULL || cJSON_IsNull(item))
        return true;
    if (!command_number(frame, "at", 0, 9e15, &at))
        return false;
    if (command->guarded)
        command->guard = (uint64_t)at;
    return true;
}

static void name_actor(const struct session *session, struct command *command)
{
    snprintf(command->actor, sizeof command->actor, "%s/%.20s", role_name(session->role), session->page);
}

static bool known_already(struct session *session, const struct command *command)
{
    struct hall *hall = session->hall;
    enum refusal refusal;
    uint64_t position;

    if (room_outcome(hall->room, command->eid, &refusal, &position)) {
        reply(session, command->id, refusal, position, NULL);
        return true;
    }
    for (size_t i = 0; i < hall->command_count; i++) {
        if (strcmp(hall->commands[i].eid, command->eid) == 0) {
            hall->commands[i].session_number = session->number; /* it came again, on a new line */
            return true;
        }
    }
    return false;
}

/* A reveal that came again after its worker died: the question stands closed by its own first half. */
static bool has_closed(const struct hall *hall, const struct command *command)
{
    char eid[EID_TEXT_SIZE];
    enum refusal refusal;
    uint64_t position;

    eid_of_command(command->eid, "", "close first", eid);
    return command->type == COMMAND_REVEAL && room_outcome(hall->room, eid, &refusal, &position) &&
           refusal == REFUSAL_NONE && position == room_at(hall->room);
}

static enum refusal take_command(struct session *session, const cJSON *frame, struct command *command)
{
    struct hall *hall = session->hall;
    const char *name = command_text(frame, "cmd");

    command->type = name == NULL ? COMMAND_COUNT : find_command(name);
    if (command->type == COMMAND_COUNT)
        return REFUSAL_BAD_ARGS;
    if (!(roles_of(command->type) & BY(session->role)))
        return REFUSAL_NOT_ALLOWED;
    if (hall->command_count >= COMMANDS_MAX)
        return REFUSAL_BUSY;
    if (!read_guard(hall, frame, command))
        return REFUSAL_BAD_ARGS;
    return command_read_args(hall, commands[command->type].args, cJSON_GetObjectItemCaseSensitive(frame, "args"),
                             command);
}

void command_receive(struct session *session, const cJSON *frame, int64_t now_ms)
{
    struct hall *hall = session->hall;
    const char *id = command_text(frame, "id");
    struct command command = {.session_number = session->number};
    char bearer[24];

    if (id == NULL || id[0] == '\0' || strlen(id) > COMMAND_ID_MAX) {
        session_error(hall->hub, session, REFUSAL_BAD_FRAME);
        return;
    }
    memcpy(command.id, id, strlen(id) + 1);
    snprintf(bearer, sizeof bearer, "%016llx", (unsigned long long)session->bearer);
    eid_of_command(bearer, session->page, id, command.eid);
    if (known_already(session, &command))
        return;
    enum refusal refusal = take_command(session, frame, &command);
    if (refusal != REFUSAL_NONE) {
        clear_command(&command);
        reply(session, id, refusal, 0, NULL);
        return;
    }
    name_actor(session, &command);
    command.closed_first = has_closed(hall, &command);
    hall->commands = memory_grow(hall->commands, hall->command_count + 1, sizeof command);
    hall->commands[hall->command_count++] = command;
    hub_wake(hall->hub, commands_tick(hall, now_ms));
}
