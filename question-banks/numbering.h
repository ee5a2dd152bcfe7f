/* SPDX-License-Identifier: Apache-2.0 */
/*
 * numbering.h - the numbers that Word writes in front of paragraphs by itself: "Câu 3." and "B." are often no text of
 * the document at all. Source: ECMA-376, WordprocessingML, numbering. Private to the importer of .docx.
 */
#ifndef HOITHI_NUMBERING_H
#define HOITHI_NUMBERING_H

#include "question-banks/xml.h"

struct numbering;

/* Borrows `root` (of numbering.xml, may be NULL). */
struct numbering *numbering_new(const struct xml_node *root);
void numbering_free(struct numbering *numbering);
/* The label of the next paragraph with that list and level; the caller's. NULL if it has none, or a bullet. */
char *numbering_next(struct numbering *numbering, const char *list, const char *level);

#endif
