/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/refusal.h"

static const struct {
    const char *code;
    const char *message;
} refusals[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = {"", ""},
    [REFUSAL_BAD_FRAME] = {"bad_frame",
                           "This is not a frame that the protocol knows: one JSON object in UTF-8 with its fields."},
    [REFUSAL_UNKNOWN_TYPE] = {"unknown_type", "There is no frame of this type."},
    [REFUSAL_TOO_BIG] = {"too_big", "The frame is larger than this role may send."},
    [REFUSAL_NOT_JOINED] = {"not_joined", "Join or attach first."},
    [REFUSAL_WRONG_PIN] = {"wrong_pin", "No room has this PIN now."},
    [REFUSAL_ROOM_LOCKED] = {"room_locked", "The room is locked; ask the host."},
    [REFUSAL_ROOM_FULL] = {"room_full", "The room is full."},
    [REFUSAL_BAD_NAME] = {"bad_name", "This name cannot be used; 1 to 32 characters, not made to look like another's."},
    [REFUSAL_NAME_TAKEN] = {"name_taken", "Somebody is in under this name of the class list."},
    [REFUSAL_NOT_LISTED] = {"not_listed", "Only who is on the class list may come in here."},
    [REFUSAL_BANNED] = {"banned", "The host has removed this player from the room."},
    [REFUSAL_BAD_TOKEN] = {"bad_token", "This token or code is not valid here."},
    [REFUSAL_EXPIRED_TOKEN] = {"expired_token", "This token has expired."},
    [REFUSAL_ARCHIVED] = {"archived", "The room is over and archived; its results are kept."},
    [REFUSAL_NOT_ALLOWED] = {"not_allowed", "This role may not do that."},
    [REFUSAL_WRONG_PHASE] = {"wrong_phase", "This cannot be done in the room's present phase."},
    [REFUSAL_STALE] = {"stale", "Somebody else was first; the room has moved on."},
    [REFUSAL_BAD_ANSWER] = {"bad_answer", "This is no possible answer to the question."},
    [REFUSAL_BAD_ARGS] = {"bad_args", "The command lacks an argument, or one is wrong."},
    [REFUSAL_REASON_MISSING] = {"reason_missing", "This act needs a reason."},
    [REFUSAL_BUSY] = {"busy", "The server has too much to do; try again in a moment."},
    [REFUSAL_SAVING_FULL] = {"saving_full", "Storage is away and no more can be held; send it again in a moment."},
    [REFUSAL_STORAGE_FULL] = {"storage_full", "The server's disk is full."},
    [REFUSAL_TOO_FAST] = {"too_fast", "Too many attempts; wait a little."},
};

const char *refusal_code(enum refusal refusal)
{
    return refusals[refusal].code;
}

const char *refusal_message(enum refusal refusal)
{
    return refusals[refusal].message;
}
