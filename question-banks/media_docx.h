/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_docx.h - the pictures of a Word document: found by its relations, read, and held until its questions are known.
 * Private to the importer of .docx.
 */
#ifndef HOITHI_MEDIA_DOCX_H
#define HOITHI_MEDIA_DOCX_H

#include "question-banks/archive.h"
#include "question-banks/import.h"
#include "question-banks/xml.h"

#define DOCX_PICTURES_MAX 1000
#define DOCX_PICTURES_MAX_BYTES (32u << 20) /* all that are taken: one part may be shown often */

struct docx_pictures;

/* Borrows `archive` until it is freed. */
struct docx_pictures *docx_pictures_new(const struct archive *archive);
void docx_pictures_free(struct docx_pictures *pictures);
/* What stands in a run at paragraph `line`: a drawing, an old picture or an object. NULL if it is held now, else why
 * not (static). */
const char *docx_pictures_take(struct docx_pictures *pictures, const struct xml_node *node, size_t line);
/* Each goes to the question in which it stands; what cannot is told. */
void docx_pictures_give(struct docx_pictures *pictures, struct import *import);

#endif
