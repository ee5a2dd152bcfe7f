/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kind.h - the kinds of question: how an answer is read, written and marked.
 *
 * Every answer, whatever its kind, is one 64-bit value, so that a room of fifty thousand players stays small and
 * marking is a comparison of integers:
 *   single, multiple    a bit for each chosen choice (bit 0 is the first choice of the bank)
 *   truefalse           1 true, 2 false
 *   statements          two bits a statement: 1 true, 2 false, 0 left open
 *   number, prediction  the number times KIND_NUMBER_SCALE
 *   text                the first 63 bits of SHA-256(salt, normal form)
 *   order               four bits a place: which choice stands there, plus one
 *   match               four bits a left side: which right side it got, plus one (0: none)
 *
 * A new kind is a row in kind.c's table (docs/adding-a-kind.md). Pure: no I/O, no clock, no chance.
 */
#ifndef HOITHI_KIND_H
#define HOITHI_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cjson/cJSON.h>
#include "question-banks/text.h"

enum kind {
    KIND_SINGLE,
    KIND_MULTIPLE,
    KIND_TRUEFALSE,
    KIND_STATEMENTS,
    KIND_NUMBER,
    KIND_TEXT,
    KIND_ORDER,
    KIND_MATCH,
    KIND_PREDICTION,
    KIND_COUNT
};

#define CHOICE_ID_MAX 16
#define CHOICES_MIN 2
#define CHOICES_MAX 8 /* single and multiple show at most 6 on a phone; order, match and statements up to 8 */
#define KIND_NUMBER_SCALE 1000000
#define KIND_NUMBER_MAX INT64_C(1000000000000) /* unscaled; enough for anything a quiz asks, safe when scaled */
#define KIND_NUMBER_TEXT_MAX_BYTES 64
#define KIND_LOG_FORM_MAX 320 /* bytes of the longest log form, terminator included */
#define TEXT_SALT_BYTES 16

/* What of a question an answer can be read and marked by. */
struct shape {
    enum kind kind;
    uint8_t choice_count; /* choices, statements or left sides */
    uint8_t right_count;  /* right sides of a match */
    char choices[CHOICES_MAX][CHOICE_ID_MAX + 1];
    char rights[CHOICES_MAX][CHOICE_ID_MAX + 1];
};

/* A value is right if it lies in one of the ranges (both ends included; equal ends for all but numbers). */
struct key_range {
    int64_t low;
    int64_t high;
};
#define KEY_RANGES_MAX 64
struct key {
    struct key_range *ranges;
    size_t count;
};

enum answer_fault {
    ANSWER_READ,
    ANSWER_WRONG_TYPE,   /* not the JSON type that this kind takes */
    ANSWER_UNKNOWN_ID,   /* a choice that the question does not have, or twice */
    ANSWER_INCOMPLETE,   /* an order without all of its choices, an empty choice, two choices of a single */
    ANSWER_NOT_A_NUMBER, /* not a decimal, or past KIND_NUMBER_MAX, or more than six decimals */
    ANSWER_AMBIGUOUS,    /* "1.000": one or a thousand? ask back; `readings` has both */
    ANSWER_TOO_LONG
};

/* What reading an answer gives. `shown` (text kinds only, else NULL) belongs to the caller. */
struct answer_reading {
    uint64_t value;
    char *shown;
    int64_t readings[2]; /* scaled; only for ANSWER_AMBIGUOUS: as thousands, as decimals */
};

const char *kind_name(enum kind kind);
/* KIND_COUNT if there is no such kind. */
enum kind kind_from_name(const char *name);
/* Whether shape.choices is used: single, multiple, statements, order, and match (its left sides). */
bool kind_has_choices(enum kind kind);

/* Reads the `a` of an answer frame. `rule` and `salt` matter to text only. A JSON number is never ambiguous. */
enum answer_fault kind_read_wire(const struct shape *shape, const struct text_rule *rule,
                                 const uint8_t salt[TEXT_SALT_BYTES], const cJSON *wire, struct answer_reading *out);
/* A decimal as people write it: "3,5", "3.5", "1.234,5", "1 000", "-2". Scaled into out->value (as int64). */
enum answer_fault kind_read_number(const char *text, size_t length, struct answer_reading *out);
/* The `a` of an ack or a distribution; a new item. For text the value cannot be turned back: pass what was shown. */
cJSON *kind_to_wire(const struct shape *shape, uint64_t value, const char *shown);

/* The form in the log: "b", "a,c", "true", "3.5", "#0123456789abcdef", "c,a,b", "l1=r2,l2=r1", "a=true,b=false".
 * Choices of multiple stand in the bank's order. */
void kind_write_log(const struct shape *shape, uint64_t value, char out[KIND_LOG_FORM_MAX]);
bool kind_read_log(const struct shape *shape, const char *form, uint64_t *value);
/* A key's range in the log: one form, or "low..high" for numbers. */
void kind_write_range(const struct shape *shape, const struct key_range *range, char out[KIND_LOG_FORM_MAX]);
bool kind_read_range(const struct shape *shape, const char *form, struct key_range *range);

/* The value of a text answer: 63 bits, never 0. `normal` comes from text_normal_form. */
uint64_t kind_text_value(const char *normal, const uint8_t salt[TEXT_SALT_BYTES]);

struct mark {
    bool right;    /* entirely */
    uint8_t parts; /* of how many parts (keys of multiple, statements, places, pairs; else 1) */
    uint8_t parts_right;
    uint8_t parts_wrong; /* chosen but wrong */
};
void kind_mark(const struct shape *shape, const struct key *key, uint64_t value, struct mark *out);

/* How many distribution bars: one a choice (single, multiple), two (truefalse), else 0 (answers are listed by value).
 */
size_t kind_bars(const struct shape *shape);
/* Adds 1 to every bar that `value` touches. */
void kind_count(const struct shape *shape, uint64_t value, uint32_t *bars);

#endif
