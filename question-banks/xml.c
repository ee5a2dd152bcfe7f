/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/xml.h"
#include <expat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"

struct builder {
    XML_Parser parser;
    struct xml_node *root;
    struct xml_node *open[XML_DEPTH_MAX];
    size_t depth;
    size_t nodes;
    const char *why;
};

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon == NULL ? name : colon + 1;
}

static char *copy(const char *text)
{
    return memory_copy(text, strlen(text));
}

static void stop(struct builder *builder, const char *why)
{
    builder->why = why;
    XML_StopParser(builder->parser, XML_FALSE);
}

/* A new last child of the open element, or the root. NULL if there are too many. */
static struct xml_node *add_node(struct builder *builder)
{
    struct xml_node *parent = builder->depth == 0 ? NULL : builder->open[builder->depth - 1];

    if (++builder->nodes > XML_NODES_MAX) {
        stop(builder, "has too many elements");
        return NULL;
    }
    struct xml_node *node = memory_new(1, sizeof *node);
    node->line = XML_GetCurrentLineNumber(builder->parser);
    if (parent == NULL)
        builder->root = node;
    else if (parent->last == NULL)
        parent->first = parent->last = node;
    else
        parent->last = parent->last->next = node;
    return node;
}

static void XMLCALL on_start(void *user, const char *name, const char **attributes)
{
    struct builder *builder = user;
    size_t count = 0;

    if (builder->why != NULL)
        return;
    if (builder->depth == XML_DEPTH_MAX) {
        stop(builder, "is nested too deep");
        return;
    }
    struct xml_node *node = add_node(builder);
    if (node == NULL)
        return;
    node->name = copy(local(name));
    while (attributes[count] != NULL)
        count++;
    if (count > 0)
        node->attributes = memory_new(count + 1, sizeof *node->attributes);
    for (size_t i = 0; i < count; i++)
        node->attributes[i] = copy(i % 2 == 0 ? local(attributes[i]) : attributes[i]);
    builder->open[builder->depth++] = node;
}

static void XMLCALL on_end(void *user, const char *name)
{
    struct builder *builder = user;

    (void)name;
    if (builder->why == NULL && builder->depth > 0)
        builder->depth--;
}

/* A power of two, so that a text of many pieces is moved a few times only. */
static size_t room_for(size_t length)
{
    size_t room = 16;

    while (room <= length)
        room *= 2;
    return room;
}

/* Expat hands text over in pieces; they are joined while no element comes between. */
static void XMLCALL on_text(void *user, const char *text, int length)
{
    struct builder *builder = user;
    struct xml_node *parent = builder->depth == 0 ? NULL : builder->open[builder->depth - 1];

    if (parent == NULL || builder->why != NULL)
        return;
    struct xml_node *node = parent->last != NULL && parent->last->name == NULL ? parent->last : add_node(builder);
    if (node == NULL)
        return;
    size_t before = node->text_length;
    node->text_length += (size_t)length;
    if (room_for(node->text_length) > room_for(before) || node->text == NULL)
        node->text = memory_grow(node->text, room_for(node->text_length), 1);
    memcpy(node->text + before, text, (size_t)length);
    node->text[node->text_length] = '\0';
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are expat's */
static void XMLCALL on_entity(void *user, const char *name, int is_parameter, const char *value, int value_length,
                              const char *base, const char *system, const char *public, const char *notation)
{
    (void)name;
    (void)is_parameter;
    (void)value;
    (void)value_length;
    (void)base;
    (void)system;
    (void)public;
    (void)notation;
    stop(user, "declares entities, which are not read");
}

struct xml_node *xml_parse(const char *bytes, size_t length, size_t *line, const char **why)
{
    struct builder builder = {.parser = XML_ParserCreate("UTF-8")};

    if (builder.parser == NULL)
        abort();
    XML_SetUserData(builder.parser, &builder);
    XML_SetElementHandler(builder.parser, on_start, on_end);
    XML_SetCharacterDataHandler(builder.parser, on_text);
    XML_SetEntityDeclHandler(builder.parser, on_entity);
    bool sound = XML_Parse(builder.parser, bytes, (int)length, XML_TRUE) == XML_STATUS_OK;
    *line = XML_GetCurrentLineNumber(builder.parser);
    *why = builder.why != NULL ? builder.why : XML_ErrorString(XML_GetErrorCode(builder.parser));
    XML_ParserFree(builder.parser);
    if (sound && builder.why == NULL)
        return builder.root;
    xml_free(builder.root);
    return NULL;
}

/* As deep as XML_DEPTH_MAX. */
void xml_free(struct xml_node *node)
{
    while (node != NULL) {
        struct xml_node *next = node->next;
        xml_free(node->first);
        for (size_t i = 0; node->attributes != NULL && node->attributes[i] != NULL; i++)
            free(node->attributes[i]);
        free(node->attributes);
        free(node->name);
        free(node->text);
        free(node);
        node = next;
    }
}

int xml_is(const struct xml_node *node, const char *name)
{
    return node->name != NULL && strcmp(node->name, name) == 0;
}

static const struct xml_node *first_named(const struct xml_node *node, const char *name)
{
    while (node != NULL && !xml_is(node, name))
        node = node->next;
    return node;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    return node == NULL ? NULL : first_named(node->first, name);
}

const struct xml_node *xml_next(const struct xml_node *node, const char *name)
{
    return node == NULL ? NULL : first_named(node->next, name);
}

const struct xml_node *xml_find(const struct xml_node *node, const char *name)
{
    if (node == NULL)
        return NULL;
    for (const struct xml_node *child = node->first; child != NULL; child = child->next) {
        const struct xml_node *found = xml_is(child, name) ? child : xml_find(child, name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

const char *xml_attribute(const struct xml_node *node, const char *name)
{
    for (size_t i = 0; node != NULL && node->attributes != NULL && node->attributes[i] != NULL; i += 2) {
        if (strcmp(node->attributes[i], name) == 0)
            return node->attributes[i + 1];
    }
    return NULL;
}

static void write_text(const struct xml_node *node, FILE *out)
{
    if (node->name == NULL)
        fwrite(node->text, 1, node->text_length, out);
    for (const struct xml_node *child = node->first; child != NULL; child = child->next)
        write_text(child, out);
}

char *xml_text(const struct xml_node *node)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (node != NULL)
        write_text(node, out);
    fclose(out);
    return text;
}
