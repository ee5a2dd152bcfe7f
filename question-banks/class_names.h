/* SPDX-License-Identifier: Apache-2.0 */
/*
 * class_names.h - the names of a class, found in what a teacher pastes or uploads.
 *
 * A text with a name a line, a table copied from Word or Excel, a .csv or an .xlsx: with a head ("STT", "Họ và tên") or
 * without, the name in one column or in two ("Họ đệm", "Tên"). Every name goes by the rules of names; what does not is
 * listed with its line. Nothing here touches a file.
 */
#ifndef HOITHI_CLASS_NAMES_H
#define HOITHI_CLASS_NAMES_H

#include <stddef.h>

#define CLASS_LIST_MAX 500 /* names; past it a list is no list to tap on */
#define CLASS_FAULTS_MAX 100

enum class_fault {
    CLASS_UNREADABLE, /* the whole: no text, no sheet */
    CLASS_LONG,       /* a name that is too long */
    CLASS_TRICK,      /* a name with characters that are not shown, or too many marks */
    CLASS_NUMBER,     /* a line without a letter */
    CLASS_LEFT_OUT,   /* a row without a number where all others have one: a sum, a signature */
    CLASS_SAME,       /* called as somebody above; both are in, and will be told apart */
    CLASS_FULL,       /* past CLASS_LIST_MAX; the rest is not looked at */
    CLASS_FAULT_COUNT
};
const char *class_fault_name(enum class_fault fault);

struct class_names {
    struct class_line {
        size_t line; /* of its source, from 1 */
        char *name;
    } * lines;
    size_t count;
    struct {
        size_t line;
        enum class_fault fault;
        char *text; /* as it stood there; "" if it is about the whole */
    } faults[CLASS_FAULTS_MAX];
    size_t fault_count;
};

/* `out` is filled in any case and has to be cleared. */
void class_names_read(const char *bytes, size_t length, struct class_names *out);
void class_names_clear(struct class_names *names);
/* {"names":[{"line","name"}],"faults":[{"line","code","text"}]}, new. */
char *class_names_to_json(const struct class_names *names);

#endif
