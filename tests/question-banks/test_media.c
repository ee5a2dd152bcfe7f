/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/media.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/media_parts.h"
#include "tests/support/media_bytes.h"

/* Takes `bytes`. "" in `why`: it can be used. */
static struct media expect_read(char *bytes, size_t length, enum media_type type, const char *why)
{
    struct media_reading reading;
    bool fine = media_read(bytes, length, type, &reading);
    struct media media = reading.media;

    cr_expect_eq(fine, why[0] == '\0', "%s: %s", why, reading.why);
    cr_expect(fine || strstr(reading.why, why) != NULL, "%s: %s", why, reading.why);
    media_reading_clear(&reading);
    free(bytes);
    return media;
}

static void expect_size(struct media media, uint32_t width, uint32_t height)
{
    cr_expect_eq(media.width, width, "%u", media.width);
    cr_expect_eq(media.height, height, "%u", media.height);
}

Test(media, a_picture_says_how_large_it_is)
{
    size_t length = 0;
    char *bytes = media_png(640, 480, 0, &length);

    expect_size(expect_read(bytes, length, MEDIA_PNG, ""), 640, 480);
    bytes = media_jpeg(640, 480, 0xC2, &length);
    expect_size(expect_read(bytes, length, MEDIA_JPEG, ""), 640, 480);
    bytes = media_webp("VP8 ", 640, 480, &length);
    expect_size(expect_read(bytes, length, MEDIA_WEBP, ""), 640, 480);
    bytes = media_webp("VP8L", 640, 480, &length);
    expect_size(expect_read(bytes, length, MEDIA_WEBP, ""), 640, 480);
    bytes = media_webp("VP8X", 640, 480, &length);
    expect_size(expect_read(bytes, length, MEDIA_WEBP, ""), 640, 480);
}

Test(media, a_picture_is_not_larger_than_a_phone_can_unpack)
{
    size_t length = 0;
    uint32_t high = MEDIA_PIXELS_MAX / MEDIA_SIDE_MAX_PX;
    char *bytes = media_png(MEDIA_SIDE_MAX_PX, high, 0, &length);

    expect_read(bytes, length, MEDIA_PNG, "");
    bytes = media_png(MEDIA_SIDE_MAX_PX, high + 1, 0, &length);
    expect_read(bytes, length, MEDIA_PNG, "pixels, expected at most");
    bytes = media_png(MEDIA_SIDE_MAX_PX + 1, 1, 0, &length);
    expect_read(bytes, length, MEDIA_PNG, "expected at most 4096 each way");
    bytes = media_png(1, MEDIA_SIDE_MAX_PX + 1, 0, &length);
    expect_read(bytes, length, MEDIA_PNG, "expected at most 4096 each way");
    bytes = media_png(0, 1, 0, &length);
    expect_read(bytes, length, MEDIA_PNG, "no width");
}

Test(media, a_sound_is_short)
{
    size_t length = 0;
    char *bytes = media_opus(48000ull * MEDIA_SOUND_MAX_MS / 1000, &length);

    cr_expect_eq(expect_read(bytes, length, MEDIA_OGG, "").length_ms, MEDIA_SOUND_MAX_MS);
    bytes = media_opus(48000ull * MEDIA_SOUND_MAX_MS / 1000 + 48, &length);
    expect_read(bytes, length, MEDIA_OGG, "lasts 120001 ms, expected at most 120000");
    bytes = media_m4a(1000, MEDIA_SOUND_MAX_MS, &length);
    cr_expect_eq(expect_read(bytes, length, MEDIA_M4A, "").length_ms, MEDIA_SOUND_MAX_MS);
    bytes = media_m4a(1000, MEDIA_SOUND_MAX_MS + 1, &length);
    expect_read(bytes, length, MEDIA_M4A, "lasts 120001 ms");
    bytes = media_mp3(4593, &length); /* of 26.122 ms each */
    cr_expect_eq(expect_read(bytes, length, MEDIA_MP3, "").length_ms, 119978);
    bytes = media_mp3(4594, &length);
    expect_read(bytes, length, MEDIA_MP3, "lasts 120004 ms");
}

Test(media, a_file_is_what_its_bytes_say)
{
    size_t length = 0;
    char *bytes = media_png(1, 1, 0, &length);

    expect_read(bytes, length, MEDIA_JPEG, "holds image/png, expected image/jpeg");
    expect_read(strdup("GIF89a"), 6, MEDIA_PNG, "holds something else, expected image/png");
    expect_read(strdup("<html></html>"), 13, MEDIA_SVG, "is no SVG");
    expect_read(strdup(""), 0, MEDIA_SVG, "holds something else");
    bytes = media_jpeg(1, 1, 0xC3, &length);
    expect_read(bytes, length, MEDIA_JPEG, "browsers do not show");
    cr_expect_eq(media_type_of_name("media/a.jpeg"), MEDIA_JPEG);
    cr_expect_eq(media_type_of_name("media/a.gif"), MEDIA_TYPE_COUNT);
    cr_expect_eq(media_type_of_name("png"), MEDIA_TYPE_COUNT);
}

/* Every beginning of a good file is refused or read, and never read past its end (the sanitizers watch). */
static void cut(char *bytes, size_t length, enum media_type type)
{
    for (size_t end = 0; end < length; end++) {
        char *piece = malloc(end + 1);
        struct media_reading reading;
        memcpy(piece, bytes, end);
        piece = realloc(piece, end == 0 ? 1 : end);
        (void)media_read(piece, end, type, &reading);
        media_reading_clear(&reading);
        free(piece);
    }
    free(bytes);
}

Test(media, a_file_that_was_cut_off_harms_nobody)
{
    size_t length = 0;
    char *bytes = media_png(1, 1, 0, &length);

    cut(bytes, length, MEDIA_PNG);
    bytes = media_png(1, 1, 0, &length);
    expect_read(bytes, length - 1, MEDIA_PNG, "cut off");
    bytes = media_jpeg(1, 1, 0xC0, &length);
    cut(bytes, length, MEDIA_JPEG);
    bytes = media_webp("VP8X", 1, 1, &length);
    cut(bytes, length, MEDIA_WEBP);
    bytes = media_mp3(2, &length);
    cut(bytes, length, MEDIA_MP3);
    bytes = media_opus(100, &length);
    cut(bytes, length, MEDIA_OGG);
    bytes = media_m4a(1000, 1000, &length);
    cut(bytes, length, MEDIA_M4A);
}

Test(media, a_file_is_called_by_its_content)
{
    size_t length = 0;
    char *bytes = media_jpeg(1, 1, 0xC0, &length);
    struct media media = expect_read(bytes, length, MEDIA_JPEG, "");
    char name[MEDIA_NAME_SIZE];
    struct digest digest;
    enum media_type type = MEDIA_TYPE_COUNT;

    media_name(&media, name);
    cr_expect_eq(strlen(name), 64 + 4);
    cr_expect_str_eq(name + 64, ".jpg");
    cr_expect(media_name_read(name, &digest, &type) && type == MEDIA_JPEG);
    cr_expect_arr_eq(&digest, &media.sha256, sizeof digest);
    name[0] = 'A';
    cr_expect_not(media_name_read(name, &digest, &type));
    name[0] = '0';
    name[64] = '/';
    cr_expect_not(media_name_read(name, &digest, &type));
    cr_expect_not(media_name_read("../../etc/passwd", &digest, &type));
    name[64] = '.';
    memcpy(name + 65, "gif", 4);
    cr_expect_not(media_name_read(name, &digest, &type));
}

/* ---- SVG ---- */

#define SVG(inside) "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\">" inside "</svg>"
#define SAFE(inside)                                                                                                   \
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1000\" height=\"500\" viewBox=\"0 0 20 10\">" inside "</svg>"

/* `dropped` is a part of what was told, "" if nothing was. */
static void expect_clean(const char *svg, const char *clean, const char *dropped)
{
    struct media_reading reading, again;

    cr_assert(media_read(svg, strlen(svg), MEDIA_SVG, &reading), "%s: %s", svg, reading.why);
    cr_expect_eq(strlen(clean), reading.length);
    cr_expect(strncmp(reading.bytes, clean, reading.length) == 0, "%s", reading.bytes);
    if (dropped[0] == '\0')
        cr_expect_str_eq(reading.dropped, "");
    else
        cr_expect_not_null(strstr(reading.dropped, dropped), "%s", reading.dropped);
    cr_expect(media_read(reading.bytes, reading.length, MEDIA_SVG, &again), "what is safe stays as it is");
    cr_expect_arr_eq(&again.media.sha256, &reading.media.sha256, sizeof again.media.sha256);
    cr_expect_str_eq(again.dropped, "");
    media_reading_clear(&again);
    media_reading_clear(&reading);
}

Test(media, a_drawing_stays_as_it_was_drawn)
{
    expect_clean(SVG("<title>Bến &amp; phà</title><g id=\"a\" transform=\"scale(2)\"><path d=\"M0 0h9\"/></g>"),
                 SAFE("<title>Bến &amp; phà</title><g id=\"a\" transform=\"scale(2)\"><path d=\"M0 0h9\"></path></g>"),
                 "");
    expect_clean(SVG("<defs><linearGradient id=\"s\"><stop offset=\"0\"/></linearGradient></defs>"
                     "<rect fill=\"url(#s)\" width=\"4\" height=\"4\" style=\"stroke:red\"/>"),
                 SAFE("<defs><linearGradient id=\"s\"><stop offset=\"0\"></stop></linearGradient></defs>"
                      "<rect fill=\"url(#s)\" width=\"4\" height=\"4\" style=\"stroke:red\"></rect>"),
                 "");
    expect_clean(SVG("<style>.a&gt;b{fill:red}</style>"), SAFE("<style>.a&gt;b{fill:red}</style>"), "");
}

Test(media, an_editors_notes_go_in_silence)
{
    expect_clean("<?xml version=\"1.0\"?><!DOCTYPE svg><svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\" "
                 "xmlns:inkscape=\"i\" viewBox=\"0 0 20 10\" inkscape:version=\"1\"><inkscape:namedview/>"
                 "<svg:g inkscape:label=\"Layer\"/></svg:svg>",
                 SAFE("<g></g>"), "");
}

Test(media, what_could_act_is_dropped_and_told)
{
    static const struct {
        const char *inside;
        const char *dropped;
    } bad[] = {
        {"<script>alert(1)</script>", "script (line 1)"},
        {"<foreignObject><body/></foreignObject>", "foreignObject"},
        {"<animate attributeName=\"href\"/>", "animate"},
        {"<a href=\"https://example.org\"/>", "a (line 1)"},
        {"<image href=\"https://example.org/a.png\"/>", "image"},
        {"<image href=\"data:image/png;base64,AA\"/>", "image"},
        {"<x:script xmlns:x=\"http://www.w3.org/2000/svg\">alert(1)</x:script>", "script"},
        {"<filter/>", "filter"},
        {"<pattern/>", "pattern"},
        {"<style>@import 'a.css'</style>", "style"},
        {"<style>a{fill:url(https://example.org)}</style>", "style"},
        {"<style>a{fill:\\75rl(//example.org)}</style>", "style"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char svg[400];
        snprintf(svg, sizeof svg, SVG("%s<g/>"), bad[i].inside);
        expect_clean(svg, SAFE("<g></g>"), bad[i].dropped);
    }
}

Test(media, an_attribute_that_could_act_is_dropped_and_told)
{
    static const char *const bad[] = {
        "onload=\"alert(1)\"",
        "ONCLICK=\"alert(1)\"",
        "href=\"#a\"",
        "fill=\"url(https://example.org)\"",
        "fill=\"url( '#a')\"",
        "fill=\"url(#a) url(//b)\"",
        "style=\"fill:url(//example)\"",
        "stroke=\"\\75rl(//example.org)\"",
        "mask=\"url(//example.org)\"",
        "xlink:href=\"javascript:alert(1)\"",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char svg[400];
        snprintf(svg, sizeof svg, SVG("<g %s/>"), bad[i]);
        expect_clean(svg, SAFE("<g></g>"), " of g (line 1)");
    }
    expect_clean(SVG("<use href=\"https://example.org#a\"/>"), SAFE("<use></use>"), "href of use");
}

Test(media, what_is_used_does_not_use)
{
    expect_clean(SVG("<g id=\"a\"/><use href=\"#a\" xlink:href=\"#b\"/>"),
                 SAFE("<g id=\"a\"></g><use href=\"#a\"></use>"), "");
    expect_clean(SVG("<g id=\"a\"><g><use href=\"#b\"/></g></g>"), SAFE("<g id=\"a\"><g></g></g>"), "use inside");
    expect_clean(SVG("<use id=\"a\" href=\"#a\"/>"), SAFE(""), "use inside");
}

Test(media, entities_are_not_unfolded)
{
    static const char bomb[] = "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>" SVG("&b;");
    struct media_reading reading;

    cr_expect_not(media_read(bomb, sizeof bomb - 1, MEDIA_SVG, &reading));
    cr_expect_not_null(strstr(reading.why, "entities"), "%s", reading.why);
    media_reading_clear(&reading);
}

static void expect_svg(const char *svg, const char *why)
{
    expect_read(strdup(svg), strlen(svg), MEDIA_SVG, why);
}

static void expect_shape(const char *svg, uint32_t width, uint32_t height)
{
    expect_size(expect_read(strdup(svg), strlen(svg), MEDIA_SVG, ""), width, height);
}

Test(media, a_drawing_has_a_shape_and_no_size)
{
    expect_shape("<svg width=\"30\" height=\"60px\"/>", 500, 1000);
    expect_shape("<svg viewBox=\"-5,-5 12.5 6.25\"/>", 1000, 500);
    expect_shape("<svg width=\"100%\" height=\"40mm\" viewBox=\"0 0 4 1\"/>", 1000, 250);
    expect_shape("<svg viewBox=\"0 0 9999999 1\"/>", 1000, 1);
    expect_svg("<svg viewBox=\"0 0 10000000 1\"/>", "viewBox");
    expect_svg("<svg width=\"1\"/>", "no viewBox");
    expect_svg("<svg viewBox=\"0 0 -1 1\"/>", "viewBox");
    expect_svg("<svg viewBox=\"0 0image 4 3\"/>", "viewBox");
    expect_svg("<svg viewBox=\"0 0 4\"/>", "viewBox");
    expect_svg("<svg viewBox=\"0 0 4 3 2\"/>", "viewBox");
}

/* An SVG of `count` empty groups and `uses` uses, with a comment that makes it `length` long (0: none). */
static char *drawn(size_t count, size_t uses, size_t length)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    fputs("<svg viewBox=\"0 0 1 1\">", out);
    for (size_t i = 0; i < count; i++)
        fputs("<g/>", out);
    for (size_t i = 0; i < uses; i++)
        fputs("<use/>", out);
    fflush(out);
    if (length > 0)
        fprintf(out, "<!--%*s-->", (int)(length - size - 7 - 6), "");
    fputs("</svg>", out);
    fclose(out);
    return text;
}

static void expect_drawn(char *text, const char *why)
{
    expect_read(text, strlen(text), MEDIA_SVG, why);
}

Test(media, a_drawing_has_limits)
{
    expect_drawn(drawn(SVG_ELEMENTS_MAX - 1, 0, 0), "");
    expect_drawn(drawn(SVG_ELEMENTS_MAX, 0, 0), "too many elements");
    expect_drawn(drawn(1950, 49, 0), "");
    cr_expect_leq((1 + 1950 + 49) * 50, SVG_DRAWN_MAX);
    expect_drawn(drawn(1900, 99, 0), "");
    cr_expect_eq((1 + 1900 + 99) * 100, SVG_DRAWN_MAX);
    expect_drawn(drawn(1901, 99, 0), "too often");
    expect_drawn(drawn(0, 0, MEDIA_SVG_MAX_BYTES), "");
    expect_drawn(drawn(0, 0, MEDIA_SVG_MAX_BYTES + 1), "has 524289 bytes, expected at most 524288");
}
