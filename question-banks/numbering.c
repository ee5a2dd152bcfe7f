/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/numbering.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"

#define LEVELS 9
#define LISTS_MAX 2000

/* One abstract list: what is counted, and how far. Several lists may share it and then count on. */
struct counter {
    const struct xml_node *node;
    unsigned values[LEVELS]; /* of the last paragraph; 0: none yet */
};

/* One list of the document. */
struct list {
    const struct xml_node *node;
    struct counter *counter;
    bool used;
};

struct numbering {
    struct counter *counters;
    size_t counter_count;
    struct list *lists;
    size_t list_count;
};

static const char *value_of(const struct xml_node *node, const char *name)
{
    return xml_attribute(xml_child(node, name), "val");
}

static size_t count_children(const struct xml_node *root, const char *name)
{
    size_t count = 0;

    for (const struct xml_node *node = xml_child(root, name); node != NULL; node = xml_next(node, name))
        count++;
    return count < LISTS_MAX ? count : LISTS_MAX;
}

static struct counter *counter_of(struct numbering *numbering, const char *id)
{
    for (size_t i = 0; id != NULL && i < numbering->counter_count; i++) {
        const char *own = xml_attribute(numbering->counters[i].node, "abstractNumId");
        if (own != NULL && strcmp(own, id) == 0)
            return &numbering->counters[i];
    }
    return NULL;
}

struct numbering *numbering_new(const struct xml_node *root)
{
    struct numbering *numbering = memory_new(1, sizeof *numbering);
    size_t counters = count_children(root, "abstractNum");
    size_t lists = count_children(root, "num");
    const struct xml_node *node = xml_child(root, "abstractNum");

    numbering->counters = memory_new(counters, sizeof *numbering->counters);
    numbering->lists = memory_new(lists, sizeof *numbering->lists);
    for (; numbering->counter_count < counters; node = xml_next(node, "abstractNum"))
        numbering->counters[numbering->counter_count++].node = node;
    node = xml_child(root, "num");
    for (; numbering->list_count < lists; node = xml_next(node, "num")) {
        numbering->lists[numbering->list_count++] =
            (struct list){.node = node, .counter = counter_of(numbering, value_of(node, "abstractNumId"))};
    }
    return numbering;
}

void numbering_free(struct numbering *numbering)
{
    if (numbering == NULL)
        return;
    free(numbering->counters);
    free(numbering->lists);
    free(numbering);
}

static struct list *list_of(struct numbering *numbering, const char *id)
{
    for (size_t i = 0; id != NULL && i < numbering->list_count; i++) {
        const char *own = xml_attribute(numbering->lists[i].node, "numId");
        if (own != NULL && strcmp(own, id) == 0)
            return &numbering->lists[i];
    }
    return NULL;
}

/* The child of `parent` called `name` for that level. */
static const struct xml_node *at_level(const struct xml_node *parent, const char *name, size_t level)
{
    const struct xml_node *node = xml_child(parent, name);
    char wanted[8];

    snprintf(wanted, sizeof wanted, "%zu", level);
    while (node != NULL) {
        const char *own = xml_attribute(node, "ilvl");
        if (own != NULL && strcmp(own, wanted) == 0)
            return node;
        node = xml_next(node, name);
    }
    return NULL;
}

static const struct xml_node *level_of(const struct list *list, size_t level)
{
    const struct xml_node *own = xml_child(at_level(list->node, "lvlOverride", level), "lvl");

    return own != NULL ? own : at_level(list->counter->node, "lvl", level);
}

static unsigned start_of(const struct list *list, size_t level)
{
    const char *start = value_of(level_of(list, level), "start");

    return start == NULL ? 1 : (unsigned)strtoul(start, NULL, 10);
}

/* A list that says where it starts begins anew at its first paragraph. */
static void restart(struct list *list)
{
    for (size_t level = 0; level < LEVELS; level++) {
        const char *start = value_of(at_level(list->node, "lvlOverride", level), "startOverride");
        if (start != NULL)
            list->counter->values[level] = 0;
    }
    list->used = true;
}

static void count_on(struct list *list, size_t level)
{
    unsigned *values = list->counter->values;

    values[level] = values[level] == 0 ? start_of(list, level) : values[level] + 1;
    for (size_t deeper = level + 1; deeper < LEVELS; deeper++)
        values[deeper] = 0;
    for (size_t above = 0; above < level; above++)
        values[above] = values[above] == 0 ? start_of(list, above) : values[above];
}

static void write_roman(unsigned number, bool capitals, FILE *out)
{
    static const struct {
        unsigned value;
        const char *letters;
    } table[] = {{100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        for (; number >= table[i].value && number < 1000; number -= table[i].value) {
            for (const char *c = table[i].letters; *c != '\0'; c++)
                fputc(capitals ? *c - 0x20 : *c, out);
        }
    }
}

static void write_number(const struct list *list, size_t level, FILE *out)
{
    const char *format = value_of(level_of(list, level), "numFmt");
    unsigned number = list->counter->values[level];
    bool letters = format != NULL && (strcmp(format, "upperLetter") == 0 || strcmp(format, "lowerLetter") == 0);
    bool roman = format != NULL && (strcmp(format, "upperRoman") == 0 || strcmp(format, "lowerRoman") == 0);

    if (letters && number >= 1 && number <= 26)
        fputc((format[0] == 'u' ? 'A' : 'a') + (int)number - 1, out);
    else if (roman)
        write_roman(number, format[0] == 'u', out);
    else
        fprintf(out, "%u", number);
}

/* "Câu %1." with %1 replaced by where the first level stands. */
static char *write_label(const struct list *list, const char *pattern)
{
    char *label = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&label, &length);

    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '%' && pattern[1] >= '1' && pattern[1] <= '9')
            write_number(list, (size_t)(*++pattern - '1'), out);
        else
            fputc(*pattern, out);
    }
    fclose(out);
    return label;
}

char *numbering_next(struct numbering *numbering, const char *id, const char *level_name)
{
    struct list *list = list_of(numbering, id);
    unsigned long level = level_name == NULL ? 0 : strtoul(level_name, NULL, 10);

    if (list == NULL || list->counter == NULL || level >= LEVELS)
        return NULL;
    if (!list->used)
        restart(list);
    count_on(list, level);
    const struct xml_node *node = level_of(list, level);
    const char *format = value_of(node, "numFmt");
    const char *pattern = value_of(node, "lvlText");
    bool silent = format != NULL && (strcmp(format, "bullet") == 0 || strcmp(format, "none") == 0);
    return silent || pattern == NULL ? NULL : write_label(list, pattern);
}
