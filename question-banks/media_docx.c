/* SPDX-License-Identifier: Apache-2.0 */
/* Source: ECMA-376, DrawingML (a:blip) and VML (v:imagedata); relations by the Open Packaging Conventions. */
#include "question-banks/media_docx.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/bank.h"
#include "question-banks/draft.h"
#include "question-banks/memory.h"

#define RELATIONS "word/_rels/document.xml.rels"
#define RELATIONS_MAX_BYTES (4u << 20)
#define PART_NAME_MAX 300

static const char no_picture[] = "a picture or an object did not come in";
static const char unfit[] = "a picture did not come in: it is too large, or of a kind that is not shown here";

struct held {
    struct draft_picture *picture; /* NULL once given */
    size_t line;
};

struct docx_pictures {
    const struct archive *archive;
    struct xml_node *relations; /* or NULL */
    struct held *list;
    size_t count;
    size_t bytes;
};

struct docx_pictures *docx_pictures_new(const struct archive *archive)
{
    struct docx_pictures *pictures = memory_new(1, sizeof *pictures);
    const char *why = NULL;
    size_t length = 0;
    size_t line = 0;
    char *text = archive_read(archive, RELATIONS, RELATIONS_MAX_BYTES, &length);

    pictures->archive = archive;
    pictures->relations = text == NULL ? NULL : xml_parse(text, length, &line, &why);
    free(text);
    return pictures;
}

void docx_pictures_free(struct docx_pictures *pictures)
{
    if (pictures == NULL)
        return;
    for (size_t i = 0; i < pictures->count; i++)
        draft_picture_free(pictures->list[i].picture);
    free(pictures->list);
    xml_free(pictures->relations);
    free(pictures);
}

/* ---- finding ---- */

/* False if it is elsewhere, or nowhere. */
static bool part_of(const struct docx_pictures *pictures, const char *id, char out[PART_NAME_MAX])
{
    const struct xml_node *relation = xml_child(pictures->relations, "Relationship");

    while (relation != NULL &&
           (xml_attribute(relation, "Id") == NULL || strcmp(xml_attribute(relation, "Id"), id) != 0))
        relation = xml_next(relation, "Relationship");
    const char *target = xml_attribute(relation, "Target");
    const char *mode = xml_attribute(relation, "TargetMode");
    if (target == NULL || (mode != NULL && strcmp(mode, "External") == 0))
        return false;
    int length = target[0] == '/' ? snprintf(out, PART_NAME_MAX, "%s", target + 1)
                                  : snprintf(out, PART_NAME_MAX, "word/%s", target);
    return length < PART_NAME_MAX;
}

static const char *relation_id(const struct xml_node *node)
{
    const char *id = xml_attribute(xml_find(node, "blip"), "embed");

    return id != NULL ? id : xml_attribute(xml_find(node, "imagedata"), "id");
}

/* What its author wrote for those who cannot see it: "Alt text" in Word. */
static char *words_of(const struct xml_node *node)
{
    const char *words = xml_attribute(xml_find(node, "docPr"), "descr");
    char *tidy = NULL;

    if (words == NULL)
        words = xml_attribute(xml_find(node, "shape"), "alt");
    if (words != NULL && strlen(words) <= CHOICE_TEXT_MAX_BYTES)
        draft_set(&tidy, words, strlen(words));
    return tidy;
}

const char *docx_pictures_take(struct docx_pictures *pictures, const struct xml_node *node, size_t line)
{
    const char *id = relation_id(node);
    char part[PART_NAME_MAX];
    size_t length = 0;

    if (id == NULL || !part_of(pictures, id, part))
        return no_picture;
    if (pictures->count == DOCX_PICTURES_MAX || pictures->bytes > DOCX_PICTURES_MAX_BYTES)
        return "a picture did not come in: there are too many";
    char *bytes = archive_read(pictures->archive, part, MEDIA_FILE_MAX_BYTES, &length);
    enum media_type type = bytes == NULL ? MEDIA_TYPE_COUNT : media_sniff(bytes, length);
    struct draft_picture *picture = memory_new(1, sizeof *picture);
    bool fine = type != MEDIA_TYPE_COUNT && !media_is_sound(type) && media_read(bytes, length, type, &picture->reading);
    free(bytes);
    if (!fine) {
        draft_picture_free(picture);
        return unfit;
    }
    picture->alt = words_of(node);
    pictures->bytes += picture->reading.length;
    pictures->list = memory_grow(pictures->list, pictures->count + 1, sizeof *pictures->list);
    pictures->list[pictures->count++] = (struct held){picture, line};
    return NULL;
}

/* ---- giving ---- */

/* The last one that begins there or before. */
static struct draft *draft_at(struct import *import, size_t line)
{
    struct draft *found = NULL;

    for (size_t i = 0; i < import->count; i++) {
        struct draft *draft = &import->drafts[i];
        if (draft->line <= line && (found == NULL || draft->line >= found->line))
            found = draft;
    }
    return found;
}

void docx_pictures_give(struct docx_pictures *pictures, struct import *import)
{
    for (size_t i = 0; i < pictures->count; i++) {
        struct held *held = &pictures->list[i];
        struct draft *draft = draft_at(import, held->line);
        if (draft == NULL) {
            import_warn(import, held->line, "a picture in front of the first question did not come in");
        } else if (draft->picture != NULL) {
            import_warn(import, held->line, "a second picture of the same question did not come in");
            draft_doubt(draft, "it has several pictures, and can show one");
        } else {
            draft->picture = held->picture;
            held->picture = NULL;
        }
    }
}
