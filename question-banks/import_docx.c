/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .docx: paragraphs with their formatting for import_paragraphs, tables that name their columns for import_sheet.
 * Source: ECMA-376, WordprocessingML. Deleted text of tracked changes stays out; pictures go to the
 * question in which they stand, drawings are told.
 */
#include <stdlib.h>
#include <string.h>
#include "question-banks/archive.h"
#include "question-banks/codepoints.h"
#include "question-banks/encoding.h"
#include "question-banks/html.h"
#include "question-banks/importer.h"
#include "question-banks/media_docx.h"
#include "question-banks/memory.h"
#include "question-banks/numbering.h"
#include "question-banks/text.h"
#include "question-banks/xml.h"

#define DOCUMENT "word/document.xml"
#define RUN_STEP 256

/* A paragraph while it grows: tidy, with a byte of formatting for each byte of text. */
struct growing {
    char *text;
    uint8_t *marks;
    size_t length;
    bool gap; /* white space was seen since the last character */
};

/* The formatting of a run. */
struct run {
    uint8_t marks;
    enum legacy_font font;
    bool raised;
    bool lowered;
};

struct docx {
    struct import *import;
    struct numbering *numbering;
    struct docx_pictures *pictures;
    struct paragraphs paragraphs;
    struct growing growing;
    size_t line; /* of the paragraph, counted from 1 */
    /* Text of old fonts is gathered: letter and mark may stand in two runs. */
    char *old;
    size_t old_length;
    struct run old_run;
    bool trial; /* nothing but the words of one row is wanted */
};

static void grow(struct growing *growing, const char *bytes, size_t length, uint8_t marks)
{
    growing->text = memory_grow(growing->text, growing->length + length + 1, 1);
    growing->marks = memory_grow(growing->marks, growing->length + length + 1, 1);
    memcpy(growing->text + growing->length, bytes, length);
    memset(growing->marks + growing->length, marks, length);
    growing->length += length;
    growing->text[growing->length] = '\0';
}

static void grow_character(struct growing *growing, const char *bytes, size_t length, int32_t codepoint, uint8_t marks)
{
    enum codepoint_class class = codepoint_class(codepoint);

    if (class == CODEPOINT_SPACE) {
        growing->gap = true;
        return;
    }
    if (class == CODEPOINT_CONTROL || class == CODEPOINT_INVISIBLE || class == CODEPOINT_BIDI)
        return;
    if (growing->gap && growing->length > 0)
        grow(growing, " ", 1, marks);
    growing->gap = false;
    grow(growing, bytes, length, marks);
}

/* Composed first, because bytes and marks have to stay side by side. */
static void add_text(struct docx *docx, const char *text, size_t length, const struct run *run)
{
    struct codepoints codepoints;
    int32_t codepoint = 0;

    if (!codepoints_read(text, length, DECOMPOSE_CANONICAL, &codepoints))
        return;
    char *composed = codepoints_write(&codepoints, false);
    codepoints_clear(&codepoints);
    size_t end = strlen(composed);
    for (size_t i = 0; i < end;) {
        size_t step = codepoint_next(composed + i, end - i, &codepoint);
        if (step == 0)
            break;
        const char *shifted = run->raised || run->lowered ? html_shifted(composed[i], run->raised) : NULL;
        if (shifted != NULL)
            grow(&docx->growing, shifted, strlen(shifted), run->marks);
        else
            grow_character(&docx->growing, composed + i, step, codepoint, run->marks);
        i += step;
    }
    free(composed);
}

static void flush_old(struct docx *docx)
{
    if (docx->old_length == 0)
        return;
    char *text = legacy_font_read(docx->old, docx->old_length, docx->old_run.font);
    add_text(docx, text, strlen(text), &docx->old_run);
    free(text);
    docx->old_length = 0;
}

static void add_run_text(struct docx *docx, const char *text, const struct run *run)
{
    size_t length = strlen(text);

    if (docx->old_length > 0 && (run->font != docx->old_run.font || run->marks != docx->old_run.marks))
        flush_old(docx);
    if (run->font == FONT_UNICODE) {
        add_text(docx, text, length, run);
        return;
    }
    docx->old = memory_grow(docx->old, docx->old_length + length + RUN_STEP, 1);
    memcpy(docx->old + docx->old_length, text, length);
    docx->old_length += length;
    docx->old_run = *run;
}

/* A line break inside a paragraph ends it too: choices are often parted by one. */
static void end_paragraph(struct docx *docx)
{
    flush_old(docx);
    struct growing growing = docx->growing;
    docx->growing = (struct growing){0};
    if (growing.length == 0) {
        free(growing.text);
        free(growing.marks);
        return;
    }
    paragraphs_add(&docx->paragraphs, growing.text, growing.marks, docx->line);
}

/* <w:b/> is on, <w:b w:val="0"/> is off. */
static bool is_on(const struct xml_node *properties, const char *name)
{
    const struct xml_node *node = xml_child(properties, name);
    const char *value = xml_attribute(node, "val");

    return node != NULL && (value == NULL || (strcmp(value, "0") != 0 && strcmp(value, "false") != 0 &&
                                              strcmp(value, "none") != 0 && strcmp(value, "off") != 0));
}

/* Whether `name` has an attribute that is none of the plain values. */
static bool is_coloured(const struct xml_node *properties, const char *name, const char *attribute)
{
    static const char *const plain[] = {"auto", "none", "000000", "FFFFFF", "ffffff", "black", "white", "clear"};
    const char *value = xml_attribute(xml_child(properties, name), attribute);

    for (size_t i = 0; value != NULL && i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(value, plain[i]) == 0)
            return false;
    }
    return value != NULL;
}

static struct run run_of(const struct xml_node *node)
{
    const struct xml_node *properties = xml_child(node, "rPr");
    const struct xml_node *fonts = xml_child(properties, "rFonts");
    const char *font = xml_attribute(fonts, "ascii");
    const char *shift = xml_attribute(xml_child(properties, "vertAlign"), "val");
    const char *value = xml_attribute(xml_child(properties, "position"), "val");
    struct run run = {.font = FONT_UNICODE};

    font = font == NULL ? xml_attribute(fonts, "hAnsi") : font;
    if (font != NULL && font[0] != '\0')
        run.font = legacy_font_of(font);
    if (is_on(properties, "b"))
        run.marks |= FORMAT_BOLD;
    if (is_on(properties, "u"))
        run.marks |= FORMAT_UNDERLINE;
    if (is_coloured(properties, "color", "val") || is_coloured(properties, "highlight", "val") ||
        is_coloured(properties, "shd", "fill"))
        run.marks |= FORMAT_COLOUR;
    long position = value == NULL ? 0 : strtol(value, NULL, 10); /* LibreOffice moves letters instead */
    run.raised = position > 0 || (shift != NULL && strcmp(shift, "superscript") == 0);
    run.lowered = position < 0 || (shift != NULL && strcmp(shift, "subscript") == 0);
    return run;
}

static void take_picture(struct docx *docx, const struct xml_node *node)
{
    const char *why = docx->trial ? NULL : docx_pictures_take(docx->pictures, node, docx->line);

    if (why != NULL)
        import_warn(docx->import, docx->line, "%s", why);
}

static void read_run(struct docx *docx, const struct xml_node *node)
{
    struct run run = run_of(node);

    for (const struct xml_node *child = node->first; child != NULL; child = child->next) {
        if (child->name == NULL)
            continue;
        if (xml_is(child, "t")) {
            char *text = xml_text(child);
            add_run_text(docx, text, &run);
            free(text);
        } else if (xml_is(child, "tab")) {
            add_run_text(docx, " ", &run);
        } else if (xml_is(child, "noBreakHyphen")) {
            add_run_text(docx, "-", &run);
        } else if (xml_is(child, "br") || xml_is(child, "cr")) {
            end_paragraph(docx);
        } else if (xml_is(child, "drawing") || xml_is(child, "pict") || xml_is(child, "object") ||
                   xml_is(child, "AlternateContent")) {
            take_picture(docx, child);
        } else if (xml_is(child, "sym")) {
            import_warn(docx->import, docx->line, "a sign of a symbol font did not come in");
        }
    }
}

/* A formula's letters are better than nothing, but not the formula. */
static void read_formula(struct docx *docx, const struct xml_node *node)
{
    static const struct run plain = {.font = FONT_UNICODE};
    char *text = xml_text(node);

    add_run_text(docx, text, &plain);
    import_warn(docx->import, docx->line, "a formula came in as its letters alone: %.*s", shown(text, strlen(text)),
                text);
    free(text);
}

/* Runs, and what may stand around them. */
static void read_runs(struct docx *docx, const struct xml_node *node)
{
    static const char *const around[] = {"hyperlink", "ins", "smartTag", "sdt", "sdtContent", "fldSimple"};

    for (const struct xml_node *child = node->first; child != NULL; child = child->next) {
        if (child->name == NULL)
            continue;
        if (xml_is(child, "r"))
            read_run(docx, child);
        else if (xml_is(child, "oMath") || xml_is(child, "oMathPara"))
            read_formula(docx, child);
        for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
            if (xml_is(child, around[i]))
                read_runs(docx, child);
        }
    }
}

static void read_paragraph(struct docx *docx, const struct xml_node *node)
{
    static const struct run plain = {.font = FONT_UNICODE};
    const struct xml_node *list = xml_child(xml_child(node, "pPr"), "numPr");
    char *label = NULL;

    docx->line++;
    if (list != NULL)
        label = numbering_next(docx->numbering, xml_attribute(xml_child(list, "numId"), "val"),
                               xml_attribute(xml_child(list, "ilvl"), "val"));
    if (label != NULL) {
        add_run_text(docx, label, &plain);
        add_run_text(docx, " ", &plain);
    }
    free(label);
    read_runs(docx, node);
    end_paragraph(docx);
}

static void read_blocks(struct docx *docx, const struct xml_node *node);

/* The paragraphs that a cell gave, as one text; they are taken off the list. */
static char *take_cell(struct docx *docx, size_t from)
{
    char *text = NULL;

    for (size_t i = from; i < docx->paragraphs.count; i++) {
        struct paragraph *paragraph = &docx->paragraphs.list[i];
        draft_append(&text, paragraph->text, strlen(paragraph->text));
        free(paragraph->text);
        free(paragraph->marks);
    }
    docx->paragraphs.count = from;
    return text;
}

static void read_sheet_row(struct docx *docx, const struct xml_node *tr, struct sheet *sheet)
{
    struct sheet_row *row = sheet_add_row(sheet, docx->line + 1);
    size_t column = 0;

    for (const struct xml_node *tc = xml_child(tr, "tc"); tc != NULL && row != NULL; tc = xml_next(tc, "tc")) {
        size_t before = docx->paragraphs.count;
        read_blocks(docx, tc);
        char *text = take_cell(docx, before);
        if (text != NULL)
            sheet_row_set(row, column, text);
        column++;
    }
}

/* Joins the paragraphs from `from` on to one, with their formatting. */
static void join_paragraphs(struct docx *docx, size_t from)
{
    struct growing joined = {0};
    struct paragraphs *paragraphs = &docx->paragraphs;
    size_t line = paragraphs->count > from ? paragraphs->list[from].line : 0;

    for (size_t i = from; i < paragraphs->count; i++) {
        struct paragraph *paragraph = &paragraphs->list[i];
        if (joined.length > 0)
            grow(&joined, " ", 1, 0);
        for (size_t at = 0; paragraph->text[at] != '\0'; at++)
            grow(&joined, paragraph->text + at, 1, paragraph->marks[at]);
        free(paragraph->text);
        free(paragraph->marks);
    }
    paragraphs->count = from;
    if (joined.length > 0)
        paragraphs_add(paragraphs, joined.text, joined.marks, line);
}

/* A row of single lines is one line ("A. … B. …", or numbers over letters); taller cells stay as they are. */
static void read_layout_row(struct docx *docx, const struct xml_node *tr)
{
    size_t from = docx->paragraphs.count;
    bool tall = false;

    for (const struct xml_node *tc = xml_child(tr, "tc"); tc != NULL; tc = xml_next(tc, "tc")) {
        size_t before = docx->paragraphs.count;
        read_blocks(docx, tc);
        tall = tall || docx->paragraphs.count > before + 1;
    }
    if (!tall)
        join_paragraphs(docx, from);
}

/* Reads the first row by itself to see whether it names columns; nothing of that stays. */
static bool has_header(const struct xml_node *table)
{
    struct import import = {0};
    struct docx trial = {.import = &import, .numbering = numbering_new(NULL), .trial = true};
    struct sheet sheet = {0};

    faults_init(&import.warnings, NULL);
    if (xml_child(table, "tr") != NULL)
        read_sheet_row(&trial, xml_child(table, "tr"), &sheet);
    bool has = sheet_has_header(&sheet);
    sheet_clear(&sheet);
    import_clear(&import);
    paragraphs_clear(&trial.paragraphs);
    numbering_free(trial.numbering);
    free(trial.old);
    return has;
}

static void read_table(struct docx *docx, const struct xml_node *table)
{
    struct sheet sheet = {0};

    if (docx->trial)
        return; /* a table inside a header is none, and looking into each would take for ever */
    bool is_sheet = has_header(table);
    for (const struct xml_node *tr = xml_child(table, "tr"); tr != NULL; tr = xml_next(tr, "tr")) {
        if (is_sheet)
            read_sheet_row(docx, tr, &sheet);
        else
            read_layout_row(docx, tr);
    }
    if (is_sheet)
        import_sheet(&sheet, docx->import);
    sheet_clear(&sheet);
}

static void read_blocks(struct docx *docx, const struct xml_node *node)
{
    for (const struct xml_node *child = node == NULL ? NULL : node->first; child != NULL; child = child->next) {
        if (child->name == NULL)
            continue;
        if (xml_is(child, "p"))
            read_paragraph(docx, child);
        else if (xml_is(child, "tbl"))
            read_table(docx, child);
        else if (xml_is(child, "sdt") || xml_is(child, "sdtContent") || xml_is(child, "ins"))
            read_blocks(docx, child);
    }
}

static struct xml_node *read_part(const struct archive *archive, const char *name, size_t *line, const char **why)
{
    size_t length = 0;
    char *bytes = archive_read(archive, name, IMPORT_PART_MAX_BYTES, &length);
    struct xml_node *root = bytes == NULL ? NULL : xml_parse(bytes, length, line, why);

    free(bytes);
    return root;
}

enum import_status import_docx(const char *bytes, size_t length, struct import *import)
{
    struct archive *archive = archive_open(bytes, length);
    const char *why = "no " DOCUMENT;
    size_t line = 1;
    struct xml_node *document = archive == NULL ? NULL : read_part(archive, DOCUMENT, &line, &why);

    if (document == NULL) {
        import_warn(import, line, "is no .docx file: %s", why == NULL ? "it cannot be unpacked" : why);
        archive_close(archive);
        return IMPORT_UNREADABLE;
    }
    struct xml_node *numbers = read_part(archive, "word/numbering.xml", &line, &why);
    struct docx docx = {.import = import, .numbering = numbering_new(numbers), .pictures = docx_pictures_new(archive)};
    read_blocks(&docx, xml_child(document, "body"));
    import_paragraphs(&docx.paragraphs, import);
    docx_pictures_give(docx.pictures, import);
    docx_pictures_free(docx.pictures);
    paragraphs_clear(&docx.paragraphs);
    numbering_free(docx.numbering);
    free(docx.old);
    xml_free(numbers);
    xml_free(document);
    archive_close(archive);
    return import->count == 0 ? IMPORT_NOTHING : IMPORT_OK;
}
