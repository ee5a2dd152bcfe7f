/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a picture or a sound: the first names the type, the rest is the file. What was read must keep its
 * limits; an SVG that was made safe must be safe, and stay as it is when it is made safe again.
 */
#include <assert.h>
#include <string.h>
#include "question-banks/media.h"
#include "question-banks/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Nothing that acts is left, however it came in. */
static void holds_nothing(const struct xml_node *node)
{
    static const char *const acting[] = {"script", "foreignObject", "image", "a",       "animate",
                                         "set",    "iframe",        "audio", "feImage", "handler"};

    for (size_t i = 0; node->name != NULL && i < sizeof acting / sizeof acting[0]; i++)
        assert(!xml_is(node, acting[i]));
    for (size_t i = 0; node->attributes != NULL && node->attributes[i] != NULL; i += 2) {
        const char *name = node->attributes[i];
        const char *value = node->attributes[i + 1];
        assert(strncasecmp(name, "on", 2) != 0);
        assert(strcmp(name, "href") != 0 || value[0] == '#');
        assert(strcasestr(value, "url(") == NULL || strncmp(value, "url(#", 5) == 0);
        assert(strcasestr(value, "javascript") == NULL);
    }
    for (const struct xml_node *child = node->first; child != NULL; child = child->next)
        holds_nothing(child);
}

static void is_safe(const struct media_reading *reading)
{
    size_t line = 0;
    const char *why = NULL;
    struct xml_node *root = xml_parse(reading->bytes, reading->length, &line, &why);
    struct media_reading again;

    assert(root != NULL);
    holds_nothing(root);
    xml_free(root);
    bool fine = media_read(reading->bytes, reading->length, MEDIA_SVG, &again);
    assert(fine && again.dropped[0] == '\0' && again.length == reading->length);
    assert(memcmp(again.bytes, reading->bytes, again.length) == 0);
    media_reading_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct media_reading reading;
    char name[MEDIA_NAME_SIZE];
    struct digest sha256;
    enum media_type type = MEDIA_TYPE_COUNT;

    if (length == 0)
        return 0;
    const char *file = (const char *)bytes + 1;
    type = bytes[0] % 2 == 0 ? (enum media_type)(bytes[0] / 2 % MEDIA_TYPE_COUNT) : media_sniff(file, length - 1);
    if (type == MEDIA_TYPE_COUNT)
        return 0;
    if (media_read(file, length - 1, type, &reading)) {
        assert(media_is_sound(type) || (reading.media.width >= 1 && reading.media.width <= MEDIA_SIDE_MAX_PX));
        assert(reading.media.length_ms <= MEDIA_SOUND_MAX_MS);
        media_name(&reading.media, name);
        assert(media_name_read(name, &sha256, &type) && type == reading.media.type);
        if (type == MEDIA_SVG)
            is_safe(&reading);
    }
    media_reading_clear(&reading);
    return 0;
}
