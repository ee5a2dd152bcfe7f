/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - a bank file while it is being checked; private to the files that read banks.
 *
 * A file is read in pieces, so that a bank of ten thousand questions never stands in memory as one tree: first the head
 * (the file without its questions), then question after question. A piece is the tree that cJSON made and the slice of
 * the file that it was made of; a fault finds its place by counting values in both.
 */
#ifndef HOITHI_CHECK_H
#define HOITHI_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <cjson/cJSON.h>
#include "question-banks/bank.h"
#include "question-banks/json_text.h"

#define CHECK_SCRATCH_BYTES (64 << 10)

/* Where a piece stands in the file. The head has a gap: what follows `gap.offset` stands `gap.length` further on. */
struct piece {
    const char *bytes;
    size_t length;
    size_t offset;
    struct span gap;
    const cJSON *root;
    const char *question; /* id, "#7" for the seventh if it has none, or NULL in the head */
};

struct check {
    struct faults *faults;
    const char *folder; /* where media files are looked for, or NULL: they are not */
    struct span file;
    const char *bytes;
    struct piece piece;
    char *languages[BANK_LANGUAGES_MAX];
    size_t language_count;
    /* What stands before and behind a fault's field: choices[2].text.en. Put together only when there is a fault. */
    const char *array;
    size_t index;
    const char *language;
    /* The line on which `line_offset` stands: faults mostly come in the order of the file. */
    size_t line_offset;
    size_t line;
    char *scratch;
};

/* What an object may hold. `read` is called with the item that is there. */
struct field {
    const char *name;
    bool required;
    unsigned kinds; /* a bit for each kind that has it; 0: all */
    void (*read)(struct check *check, const cJSON *item, void *into);
};
#define KIND_BIT(kind) (1u << (kind))

/* A fault at `item`; NULL is the whole piece. In an array, `field` may be "" for the element itself. */
void check_fault(struct check *check, const cJSON *item, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void check_fault_at(struct check *check, size_t offset, const char *message);

/* Reads the fields in the table's order, then names unknown ones and ones that stand twice. */
struct field_table {
    const struct field *fields;
    size_t count;
};
void check_fields(struct check *check, const cJSON *object, struct field_table table, void *into);
/* The same for a small object below `field` whose members `names` (ended by NULL) are all it may have. */
bool check_members(struct check *check, const cJSON *object, const char *field, const char *const *names);

/* A plain string of 1 to `max` bytes; a copy, or NULL after a fault. */
char *check_string(struct check *check, const cJSON *item, const char *field, size_t max);
/* A text: a string, or an object with each of the bank's languages. Its JSON, or NULL after a fault. */
char *check_text(struct check *check, const cJSON *item, const char *field, size_t max);
/* A whole number from `low` to `high`; `low` after a fault. */
long check_integer(struct check *check, const cJSON *item, const char *field, long low, long high);
/* The item as JSON, compact; NULL, and a fault, if it is larger than CHECK_SCRATCH_BYTES. */
char *check_json(struct check *check, const cJSON *item);

/* Lower-case letters, digits and single hyphens: learning-citizen. */
bool check_is_kebab(const char *text, size_t max);

/* What the head and each question are read into. */
void bank_read_head(struct check *check, struct bank *bank);
void question_read(struct check *check, struct question *question);
void question_clear(struct question *question);
/* The kind's own fields have been read; `item` may be NULL (prediction). */
void key_read(struct check *check, const cJSON *item, struct question *question);

/* The field `media` of a question; looks at the file if check->folder says where. */
void media_json_read(struct check *check, const cJSON *item, void *into);

#endif
