/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h - questions that teachers already have, read into drafts.
 *
 * An importer keeps what is good, lists the rest with its line, and guesses no key: a draft is `sure` only if its
 * source says plainly which answer is right. Whoever reads the drafts sees the others first. Nothing here touches a
 * file.
 */
#ifndef HOITHI_IMPORT_H
#define HOITHI_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "question-banks/faults.h"
#include "question-banks/kind.h"
#include "question-banks/media.h"

#define IMPORT_MAX_BYTES (16u << 20)      /* of a file or a pasted text */
#define IMPORT_PART_MAX_BYTES (64u << 20) /* of one unpacked part of a .docx or .xlsx */
#define IMPORT_DRAFTS_MAX 10000
#define DRAFT_CHOICES_MAX 26
#define DRAFT_ACCEPT_MAX 40

enum import_format {
    IMPORT_AUTO,
    IMPORT_TEXT, /* pasted: "Câu 1." and "A." to "D." */
    IMPORT_DOCX,
    IMPORT_CSV,  /* comma, semicolon or tab */
    IMPORT_XLSX, /* also Kahoot's template */
    IMPORT_GIFT,
    IMPORT_AIKEN,
    IMPORT_MOODLE_XML,
    IMPORT_QTI, /* 2.1 and 3.0: an item, or a package */
    IMPORT_OPENTDB,
    IMPORT_FORMAT_COUNT
};

struct draft_choice {
    char *text;    /* NULL only for a right side of a match that belongs to no left one */
    char *pair;    /* match: the right side that belongs to it */
    bool right;    /* single, multiple, statements */
    uint8_t place; /* order: where it belongs, from 0 */
};

/* Of a question; its bank calls it media/SHA256.ENDING. */
struct draft_picture {
    struct media_reading reading;
    char *alt; /* what it shows, in words, or NULL: then somebody has to say it */
};

/* A question as its source has it. What its kind does not use is zero. */
struct draft {
    size_t line;   /* of its source: line, paragraph or row, from 1 */
    size_t number; /* that its source gives it ("Câu 12"), or 0 */
    enum kind kind;
    char *text;
    struct draft_choice choices[DRAFT_CHOICES_MAX];
    size_t choice_count;
    bool truth;        /* truefalse */
    int64_t low, high; /* number, scaled */
    char *accept[DRAFT_ACCEPT_MAX];
    size_t accept_count;
    struct text_rule rule;
    char *explain;
    char *source;
    char *topic;
    struct draft_picture *picture; /* or NULL */
    unsigned difficulty, limit_s;  /* 0 if not said */
    int weight;                    /* -1 if not said */
    bool sure;                     /* it has a key, and the source says it plainly */
    char *doubt;                   /* why it is not sure, else NULL */
};

struct import {
    enum import_format format;
    struct draft *drafts;
    size_t count;
    bool full;              /* there were more than IMPORT_DRAFTS_MAX */
    struct faults warnings; /* what did not come in, or not whole; by line */
};

enum import_status {
    IMPORT_OK,
    IMPORT_NOTHING,   /* read, but there was no question in it */
    IMPORT_UNREADABLE /* not of that format; a warning says why */
};

/* Whether it can go into a bank as it is. */
bool draft_is_whole(const struct draft *draft);

/* "docx" and so on; IMPORT_FORMAT_COUNT if there is no such format. */
enum import_format import_format_from_name(const char *name);
const char *import_format_name(enum import_format format);

/* `out` is filled in any case and has to be cleared. */
enum import_status import_run(const char *bytes, size_t length, enum import_format format, struct import *out);
void import_clear(struct import *import);

struct import_head {
    const char *id;
    const char *version;
    const char *title;
    const char *language;
};
/* A bank file of all drafts that are sure and whose pictures have words, questions q1, q2, … as they stand; it always
 * loads. NULL if none is sure or `head` is unfit. */
char *import_to_json(const struct import *import, const struct import_head *head);
/*
 * Everything, for a preview: {"format","questions":[{"line","sure","doubt","question":{…}}],"warnings":[{"line",
 * "message"}]}. `question` is as in a bank file, without `key` where it is not sure, and with an empty `alt` where a
 * picture has no words.
 */
char *import_to_preview(const struct import *import);

#endif
