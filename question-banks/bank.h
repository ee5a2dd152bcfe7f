/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bank.h - one version of a question bank, as loaded and checked.
 *
 * Immutable once loaded. It knows no room and no socket. Texts that only pass through to a page are kept as the JSON
 * they were (a string, or an object by language), ready to be pasted into a frame.
 */
#ifndef HOITHI_BANK_H
#define HOITHI_BANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "question-banks/digest.h"
#include "question-banks/faults.h"
#include "question-banks/kind.h"
#include "question-banks/media.h"

#define BANK_ID_MAX 64
#define BANK_VERSION_MAX 32
#define BANK_QUESTIONS_MAX 10000
#define BANK_FILE_MAX_BYTES (32u << 20)
#define QUESTION_ID_MAX 64
#define QUESTION_TEXT_MAX_BYTES 2000 /* a language; explanations too */
#define CHOICE_TEXT_MAX_BYTES 500
#define TEXT_ACCEPT_MAX 40
#define QUESTION_LIMIT_MIN_S 1
#define QUESTION_LIMIT_MAX_S 3600
#define QUESTION_WEIGHT_MAX 100
#define BANK_TITLE_MAX_BYTES 200 /* a language */
#define BANK_LICENCE_MAX_BYTES 100
#define BANK_AUTHORS_MAX 50
#define BANK_AUTHOR_MAX_BYTES 200
#define BANK_LANGUAGES_MAX 8
#define QUESTION_TOPIC_MAX_BYTES 64
#define TICK_CHOICES_MAX 6       /* single and multiple */
#define MEDIA_NAME_MAX_BYTES 100 /* as a bank calls the file, "media/" and all */

enum visibility { VISIBILITY_HOSTS, VISIBILITY_PRACTICE, VISIBILITY_SEALED };

struct choice {
    char *text_json;
};

struct question {
    char id[QUESTION_ID_MAX + 1];
    struct shape shape;
    struct key key;        /* empty for text and prediction */
    struct text_rule rule; /* text only */
    char **accept;         /* text only: forms as written in the bank */
    size_t accept_count;
    char *text_json;
    struct choice choices[CHOICES_MAX];
    struct choice rights[CHOICES_MAX];
    char *explain_json;   /* or NULL */
    char *source_json;    /* or NULL; a string or {"text","date","stable"} */
    char *media_json;     /* or NULL; {"file","alt",…} as in the bank */
    char *media_file;     /* or NULL; "media/NAME" */
    char *media_alt_json; /* or NULL: what it shows, in words */
    struct media *media;  /* or NULL: nobody looked beside the bank, or there was a fault */
    char *topic;          /* or NULL */
    char *prediction_of;  /* prediction only */
    uint8_t difficulty;   /* 1-3, 0 if not said */
    uint16_t weight;      /* 1 if not said; a right answer is worth weight x 1000 points */
    uint32_t limit_ms;    /* 0 if not said */
};

struct bank {
    char id[BANK_ID_MAX + 1];
    char version[BANK_VERSION_MAX + 1];
    struct digest sha256; /* of the file's bytes */
    char *title_json;
    char *description_json; /* or NULL */
    char *languages_json;   /* array */
    char *licence;          /* or NULL */
    enum visibility visibility;
    struct question *questions;
    size_t question_count;
};

enum bank_status { BANK_OK, BANK_FAULTY, BANK_UNREADABLE };

/*
 * Reads and checks one file, or bytes already in memory. All faults at once go to `faults`. On BANK_OK `*bank` is new
 * and the caller's; otherwise it is NULL.
 */
enum bank_status bank_load(const char *path, struct bank **bank, struct faults *faults);
enum bank_status bank_parse(const char *bytes, size_t length, struct bank **bank, struct faults *faults);
/* The same for bytes whose pictures and sounds lie below `folder`, as they do beside a file. */
enum bank_status bank_parse_beside(const char *bytes, size_t length, const char *folder, struct bank **bank,
                                   struct faults *faults);
void bank_free(struct bank *bank);

/*
 * Draws `count` questions (0 = all) into `indexes` (room for question_count). Order as written, or shuffled by `seed`;
 * the same seed draws the same questions on every machine. Returns how many.
 */
size_t bank_draw(const struct bank *bank, size_t count, bool shuffled, uint64_t seed, size_t *indexes);

/*
 * The questions to look at before the bank is used again: those whose source has a date more than a year before the day
 * `year`, `month`, `day` and is not called stable. A date without a day counts as the last day it can mean. Writes
 * their indexes into `indexes` (room for question_count) and returns how many.
 */
struct bank_day {
    int year;
    int month;
    int day;
};
size_t bank_stale(const struct bank *bank, struct bank_day today, size_t *indexes);

#endif
