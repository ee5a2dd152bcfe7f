/* SPDX-License-Identifier: Apache-2.0 */
#include "rooms/plan_media.h"

/* By its SHA-256: the log says for ever which picture it was. */
void plan_write_media(const struct plan_question *question, struct buffer *e)
{
    char name[MEDIA_NAME_SIZE];

    if (!question->has_media)
        return;
    media_name(&question->media, name);
    buffer_print(e, ",\"media\":{\"name\":\"%s\",\"width\":%u,\"height\":%u,\"length_ms\":%u}", name,
                 question->media.width, question->media.height, question->media.length_ms);
}

static bool read_size(const cJSON *media, const char *name, uint32_t most, uint32_t *out)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(media, name);

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= most))
        return false;
    *out = (uint32_t)item->valuedouble;
    return true;
}

bool plan_read_media(const cJSON *json, struct plan_question *question)
{
    const cJSON *media = cJSON_GetObjectItemCaseSensitive(json, "media");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(media, "name");
    struct media *out = &question->media;

    if (media == NULL)
        return true;
    question->has_media = true;
    return cJSON_IsString(name) && media_name_read(name->valuestring, &out->sha256, &out->type) &&
           read_size(media, "width", MEDIA_SIDE_MAX_PX, &out->width) &&
           read_size(media, "height", MEDIA_SIDE_MAX_PX, &out->height) &&
           read_size(media, "length_ms", MEDIA_SOUND_MAX_MS, &out->length_ms);
}
