/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h - a contest's settings, resolved: what the `created` event holds and room_apply() goes by.
 *
 * Built once from a bank and the host's settings, written into the log, and read back from there alone ever after: a
 * preset, a bank or a program that changed later changes no running room.
 */
#ifndef HOITHI_PLAN_H
#define HOITHI_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cjson/cJSON.h>
#include "question-banks/bank.h"
#include "question-banks/class_names.h"
#include "question-banks/text.h"

#define RULES_VERSION 1
#define PLAN_QUESTIONS_MAX 500
#define PLAN_POINTS_MAX 400000 /* of all questions; 53 bits of a board score hold 2^19 */
#define TITLE_MAX_BYTES 200
#define PLAYERS_MAX 200000
#define CAP_MS_DEFAULT 300
#define CAP_MS_CLASS 600
#define CAP_MS_MAX 2000
#define LIMIT_MS_DEFAULT 30000

enum scoring { SCORING_ACCURACY, SCORING_SPEED, SCORING_COUNT };
enum change { CHANGE_NO, CHANGE_UNTIL_CLOSE, CHANGE_COUNT };
enum board_shown { BOARD_EACH, BOARD_END, BOARD_NONE, BOARD_SHOWN_COUNT };
enum text_on { TEXT_ON_PHONES, TEXT_ON_SCREEN, TEXT_ON_COUNT };
enum sound_on { SOUND_ON_SCREEN, SOUND_ON_PHONES, SOUND_ON_COUNT };
enum tie { TIE_POINTS, TIE_TIME, TIE_RIGHT, TIE_COUNT };

struct plan_question {
    char id[QUESTION_ID_MAX + 1];
    struct shape shape;
    struct key key;
    uint32_t limit_ms;
    int32_t points;      /* full mark */
    uint32_t bank_index; /* where the texts are in the bank */
    bool has_media;
    struct media media; /* which picture or sound it had when the room was made, for good */
};

struct plan {
    uint32_t rules;
    char bank_id[BANK_ID_MAX + 1];
    char bank_version[BANK_VERSION_MAX + 1];
    char bank_sha256[DIGEST_HEX_SIZE];
    char pin[8];
    char title[TITLE_MAX_BYTES + 1]; /* of this room; "" = the bank's */
    char owner[24];                  /* id of the key that made it */
    enum scoring scoring;
    enum change change;
    enum board_shown board;
    enum text_on text;
    enum sound_on sound;
    bool names_nod;
    bool close_all;
    bool shuffle;
    bool no_late_join;
    bool second_judge; /* once it has ended, rekey, void and disqualify need another judge's yes */
    uint32_t cap_ms;
    uint32_t players_max;
    enum tie ties[TIE_COUNT];
    size_t tie_count;
    bool list_only;                /* nobody comes in who is not on the class list */
    uint32_t listed;               /* how many the class list holds; 0: there is none */
    struct name *names;            /* of them, from the first row on; personal: NULL once erased */
    uint8_t salt[TEXT_SALT_BYTES]; /* of text answers; kept in the personal part of `created` */
    struct plan_question *questions;
    size_t question_count;
};

/*
 * Resolves `settings` (the body of POST /api/rooms; see docs/protocol.md) over `bank`. On failure NULL, and `why` says
 * which setting and what was expected. `seed` draws questions and must be random. pin, owner and salt are the caller's
 * to fill in.
 */
struct plan *plan_build(const struct bank *bank, const cJSON *settings, uint64_t seed,
                        const uint8_t salt[TEXT_SALT_BYTES], char *why, size_t why_size);
void plan_free(struct plan *plan);

const char *plan_scoring_name(enum scoring scoring);
const char *plan_change_name(enum change change);
const char *plan_board_name(enum board_shown board);
const char *plan_text_name(enum text_on text);
const char *plan_sound_name(enum sound_on sound);
const char *plan_tie_name(enum tie tie);

/*
 * The `created` entry: its chained and its personal part, both new strings. `eid` is 24 hex digits.
 */
void plan_write_created(const struct plan *plan, const char *eid, char **e, char **p);
/* From a parsed `created`; `p` may be NULL (erased). NULL if it cannot be read. */
struct plan *plan_read_created(const cJSON *e, const cJSON *p);

#endif
