/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SVG made safe: it is parsed, and only elements and attributes of the tables below are written again. What could act
 * (scripts, handlers, animation, foreign objects), fetch (links, images, url() but for a gradient of its own) or grow
 * without bound (a use inside of what is used, patterns, filters) is not in them. What was dropped and could have
 * mattered is told; an editor's own notes go in silence. Source of the names: W3C, SVG 2.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "question-banks/media_parts.h"
#include "question-banks/xml.h"

#define SIDE_PX 1000    /* an SVG has any size: the longer side counts as this */
#define NUMBER_DIGITS 7 /* in front of the point */

struct cleaning {
    struct media_reading *out;
    FILE *file;
    size_t dropped;
    size_t elements;
    size_t uses;
};

static const char *const elements[] = {"svg",     "g",     "defs",   "symbol",  "title",          "desc",
                                       "path",    "rect",  "circle", "ellipse", "line",           "polyline",
                                       "polygon", "text",  "tspan",  "stop",    "linearGradient", "radialGradient",
                                       "use",     "style", NULL};

/* Have words of their own; elsewhere there is only white space between elements. */
static const char *const wordy[] = {"title", "desc", "text", "tspan", "style", NULL};

/* What drawing programs keep for themselves. */
static const char *const notes[] = {"metadata", "namedview", "RDF",         "perspective", "grid", "guide",
                                    "page",     "defaults",  "path-effect", "swatch",      NULL};

static const char *const attributes[] = {
    /* what it is */
    "id", "class", "style", "lang", "role", "aria-label",
    /* where */
    "transform", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr", "width", "height",
    "d", "points", "pathLength", "viewBox", "preserveAspectRatio", "dx", "dy", "rotate", "textLength", "lengthAdjust",
    /* gradients */
    "offset", "gradientUnits", "gradientTransform", "spreadMethod", "stop-color", "stop-opacity",
    /* how it is drawn */
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin",
    "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "opacity", "color", "display",
    "visibility", "clip-rule", "paint-order", "vector-effect", "shape-rendering", "text-rendering",
    "color-interpolation",
    /* letters */
    "font-family", "font-size", "font-style", "font-weight", "font-variant", "letter-spacing", "word-spacing",
    "text-anchor", "text-decoration", "dominant-baseline", "alignment-baseline", "baseline-shift", "writing-mode",
    NULL};

/* Of the root these are written anew. */
static const char *const shape[] = {"width", "height", "viewBox", NULL};

static bool is_in(const char *const *names, const char *name)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

__attribute__((format(printf, 2, 3))) static void drop(struct cleaning *cleaning, const char *format, ...)
{
    char *to = cleaning->out->dropped;
    size_t used = strlen(to);
    char what[80];
    va_list list;

    va_start(list, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang 14 forgets the line above */
    vsnprintf(what, sizeof what, format, list);
    va_end(list);
    cleaning->dropped++;
    if (used + strlen(what) + 8 < MEDIA_WHY_MAX)
        snprintf(to + used, MEDIA_WHY_MAX - used, "%s%s", used == 0 ? "" : ", ", what);
    else if (used > 0 && to[used - 1] != '.')
        snprintf(to + used, MEDIA_WHY_MAX - used, ", ...");
}

static void fail(struct cleaning *cleaning, const char *why)
{
    snprintf(cleaning->out->why, sizeof cleaning->out->why, "%s", why);
}

/* ---- what a value may say ---- */

/* "#name": of this very file. */
static bool is_own(const char *text, size_t length)
{
    return length > 1 && text[0] == '#' &&
           strspn(text + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") >= length - 1;
}

/* CSS words that fetch, act or hide such a word. */
static bool is_calm(const char *css)
{
    static const char *const words[] = {"url",      "image", "src",        "import",    "expression", "behavior",
                                        "-binding", "\\",    "javascript", "animation", "@",          "<"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasestr(css, words[i]) != NULL)
            return false;
    }
    return true;
}

/* fill="url(#sea)" is the one way to a gradient. */
static bool is_own_paint(const char *value)
{
    size_t length = strlen(value);

    return length > 6 && strncmp(value, "url(", 4) == 0 && value[length - 1] == ')' && is_own(value + 4, length - 5) &&
           strchr(value + 4, '(') == NULL;
}

static bool is_gradient(const char *name)
{
    return strcmp(name, "linearGradient") == 0 || strcmp(name, "radialGradient") == 0;
}

static bool may_point(const char *element, const char *value)
{
    return (strcmp(element, "use") == 0 || is_gradient(element)) && is_own(value, strlen(value));
}

enum verdict { KEPT, IGNORED, REFUSED };

static enum verdict judge(const char *element, const char *name, const char *value)
{
    bool paint = strcmp(name, "fill") == 0 || strcmp(name, "stroke") == 0;

    if (strcmp(name, "href") == 0)
        return may_point(element, value) ? KEPT : REFUSED;
    if (strncasecmp(name, "on", 2) == 0)
        return REFUSED;
    if (!is_in(attributes, name))
        return strcasestr(value, "url(") != NULL ? REFUSED : IGNORED;
    return (paint && is_own_paint(value)) || is_calm(value) ? KEPT : REFUSED;
}

/* ---- numbers ---- */

/* A decimal at `*at` in thousandths; 0 if there is none, or it is negative, or too large. Moves `*at` behind it. */
static uint64_t read_thousandths(const char **at)
{
    uint64_t value = 0;
    uint64_t part = 1000;
    size_t digits = strspn(*at, "0123456789");

    if (digits > NUMBER_DIGITS)
        return 0;
    for (; digits > 0; digits--)
        value = value * 10 + (uint64_t)(*(*at)++ - '0') * 1000;
    if (**at != '.')
        return value;
    for (++*at; **at >= '0' && **at <= '9'; ++*at) {
        part /= 10;
        value += part * (uint64_t)(**at - '0');
    }
    return value;
}

static uint64_t read_length(const struct xml_node *root, const char *name)
{
    const char *at = xml_attribute(root, name);
    uint64_t value = at == NULL ? 0 : read_thousandths(&at);

    return at != NULL && (*at == '\0' || strcmp(at, "px") == 0) ? value : 0;
}

/* A viewBox: its four numbers as they were written, and the last two in thousandths. */
struct view {
    const char *text[4];
    int length[4];
    uint64_t size[2];
};

static bool read_view(const char *at, struct view *out)
{
    for (size_t i = 0; i < 4; i++) {
        at += strspn(at, " ,\t\r\n");
        out->text[i] = at;
        if (i < 2)
            at += strspn(at, "+-.0123456789");
        else
            out->size[i - 2] = read_thousandths(&at);
        out->length[i] = (int)(at - out->text[i]);
        if (out->length[i] == 0 || out->length[i] > 2 * NUMBER_DIGITS)
            return false;
    }
    return out->size[0] > 0 && out->size[1] > 0 && at[strspn(at, " \t\r\n")] == '\0';
}

/* So that the longer side is SIDE_PX. */
static void set_shape(struct media *media, const uint64_t size[2])
{
    uint64_t longer = size[0] > size[1] ? size[0] : size[1];

    media->width = (uint32_t)((size[0] * SIDE_PX + longer / 2) / longer);
    media->height = (uint32_t)((size[1] * SIDE_PX + longer / 2) / longer);
    media->width += media->width == 0;
    media->height += media->height == 0;
}

/* Its shape, and the viewBox that goes with it. */
static bool write_size(struct cleaning *cleaning, const struct xml_node *root)
{
    struct view view = {.size = {read_length(root, "width"), read_length(root, "height")}};
    const char *said = xml_attribute(root, "viewBox");
    struct media *media = &cleaning->out->media;

    if (said != NULL && !read_view(said, &view)) {
        fail(cleaning, "has a viewBox that is none");
        return false;
    }
    if (view.size[0] == 0 || view.size[1] == 0) {
        fail(cleaning, "has no viewBox, and no width and height in pixels");
        return false;
    }
    set_shape(media, view.size);
    fprintf(cleaning->file, " width=\"%u\" height=\"%u\" viewBox=\"", media->width, media->height);
    if (said == NULL)
        fprintf(cleaning->file, "0 0 %llu.%03llu %llu.%03llu\"", (unsigned long long)view.size[0] / 1000,
                (unsigned long long)view.size[0] % 1000, (unsigned long long)view.size[1] / 1000,
                (unsigned long long)view.size[1] % 1000);
    else
        fprintf(cleaning->file, "%.*s %.*s %.*s %.*s\"", view.length[0], view.text[0], view.length[1], view.text[1],
                view.length[2], view.text[2], view.length[3], view.text[3]);
    return true;
}

/* ---- writing ---- */

static void write_words(FILE *file, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '<')
            fputs("&lt;", file);
        else if (text[i] == '>')
            fputs("&gt;", file);
        else if (text[i] == '&')
            fputs("&amp;", file);
        else if (text[i] == '"')
            fputs("&quot;", file);
        else
            fputc(text[i], file);
    }
}

/* The prefix has gone, so a name may stand twice: the first one counts. */
static bool stood_before(const struct xml_node *node, size_t index)
{
    for (size_t i = 0; i < index; i += 2) {
        if (strcmp(node->attributes[i], node->attributes[index]) == 0)
            return true;
    }
    return false;
}

static void write_attributes(struct cleaning *cleaning, const struct xml_node *node, bool is_root)
{
    for (size_t i = 0; node->attributes != NULL && node->attributes[i] != NULL; i += 2) {
        const char *name = node->attributes[i];
        const char *value = node->attributes[i + 1];
        if (stood_before(node, i) || (is_root && is_in(shape, name)))
            continue;
        enum verdict verdict = judge(node->name, name, value);
        if (verdict == REFUSED)
            drop(cleaning, "%.20s of %.20s (line %zu)", name, node->name, node->line);
        if (verdict != KEPT)
            continue;
        fprintf(cleaning->file, " %s=\"", name);
        write_words(cleaning->file, value, strlen(value));
        fputc('"', cleaning->file);
    }
}

static bool may_stand(struct cleaning *cleaning, const struct xml_node *node, bool named)
{
    bool is_use = strcmp(node->name, "use") == 0;

    if (!is_in(elements, node->name)) {
        if (!is_in(notes, node->name))
            drop(cleaning, "%.30s (line %zu)", node->name, node->line);
        return false;
    }
    if (is_use && (named || xml_attribute(node, "id") != NULL)) {
        drop(cleaning, "use inside of what has an id (line %zu)", node->line);
        return false;
    }
    if (strcmp(node->name, "style") == 0) {
        char *css = xml_text(node);
        bool calm = is_calm(css);
        free(css);
        if (!calm)
            drop(cleaning, "style (line %zu)", node->line);
        return calm;
    }
    cleaning->uses += is_use;
    return true;
}

/* `named`: something above it has an id, so that it could be used. As deep as XML_DEPTH_MAX. */
static void write_element(struct cleaning *cleaning, const struct xml_node *node, bool named, bool is_root)
{
    if (!is_root && !may_stand(cleaning, node, named))
        return;
    cleaning->elements++;
    fprintf(cleaning->file, "<%s", node->name);
    if (is_root) {
        fputs(" xmlns=\"http://www.w3.org/2000/svg\"", cleaning->file);
        if (!write_size(cleaning, node))
            return;
    }
    write_attributes(cleaning, node, is_root);
    fputc('>', cleaning->file);
    bool words = is_in(wordy, node->name);
    named = named || xml_attribute(node, "id") != NULL;
    for (const struct xml_node *child = node->first; child != NULL; child = child->next) {
        if (child->name != NULL)
            write_element(cleaning, child, named, false);
        else if (words)
            write_words(cleaning->file, child->text, child->text_length);
    }
    fprintf(cleaning->file, "</%s>", node->name);
}

static void write_root(struct cleaning *cleaning, const struct xml_node *root)
{
    struct media_reading *out = cleaning->out;

    cleaning->file = open_memstream(&out->bytes, &out->length);
    if (cleaning->file == NULL)
        abort();
    write_element(cleaning, root, xml_attribute(root, "id") != NULL, true);
    fclose(cleaning->file);
    if (cleaning->elements > SVG_ELEMENTS_MAX)
        fail(cleaning, "has too many elements");
    else if (cleaning->elements * (1 + cleaning->uses) > SVG_DRAWN_MAX)
        fail(cleaning, "uses its parts too often");
    else if (out->length > MEDIA_SVG_MAX_BYTES)
        fail(cleaning, "is too long once it is written safely");
}

void media_read_svg(const char *bytes, size_t length, struct media_reading *out)
{
    struct cleaning cleaning = {.out = out};
    size_t line = 0;
    const char *why = NULL;
    struct xml_node *root = xml_parse(bytes, length, &line, &why);

    if (root == NULL)
        snprintf(out->why, sizeof out->why, "cannot be read: line %zu: %s", line, why);
    else if (!xml_is(root, "svg"))
        fail(&cleaning, "is no SVG");
    else
        write_root(&cleaning, root);
    xml_free(root);
}
