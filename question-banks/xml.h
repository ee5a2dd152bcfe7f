/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml.h - an XML text as a tree. The only file that knows expat.
 *
 * Names are local: a prefix before a colon is dropped. Entity declarations and trees deeper than XML_DEPTH_MAX or with
 * more than XML_NODES_MAX nodes are refused.
 */
#ifndef HOITHI_XML_H
#define HOITHI_XML_H

#include <stddef.h>

#define XML_DEPTH_MAX 200
#define XML_NODES_MAX 2000000

/* An element; or, if `name` is NULL, a piece of text. */
struct xml_node {
    char *name;
    char *text;
    size_t text_length;
    char **attributes; /* name, value, name, value, …, NULL; or NULL */
    struct xml_node *first;
    struct xml_node *last;
    struct xml_node *next;
    size_t line;
};

/* UTF-8. NULL if it is no XML; then `*line` and `*why` (static) say where and why. */
struct xml_node *xml_parse(const char *bytes, size_t length, size_t *line, const char **why);
void xml_free(struct xml_node *node);

/* The first child (sibling behind `node`) with that name, or NULL. `node` may be NULL. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
const struct xml_node *xml_next(const struct xml_node *node, const char *name);
/* The same for any depth, in the order of the text. */
const struct xml_node *xml_find(const struct xml_node *node, const char *name);
int xml_is(const struct xml_node *node, const char *name);
/* NULL if it has no such attribute. */
const char *xml_attribute(const struct xml_node *node, const char *name);
/* All text below it; the caller's. */
char *xml_text(const struct xml_node *node);

#endif
