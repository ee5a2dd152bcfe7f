/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/memory.h"
#include "rooms/buffer.h"
#include "rooms/encode.h"
#include "tests/support/stage.h"

static const uint8_t salt[TEXT_SALT_BYTES] = "salt of a plan";

static struct plan *build(const struct bank *bank, const char *settings, char why[200])
{
    cJSON *json = cJSON_Parse(settings);
    cr_assert_not_null(json, "%s", settings);
    struct plan *plan = plan_build(bank, json, 1, salt, why, 200);
    cJSON_Delete(json);
    return plan;
}

/* What may be asked for, and what a refusal says. */
static const struct {
    const char *settings;
    const char *fault; /* NULL: it can be built */
} asked[] = {
    {"{}", NULL},
    {"{\"preset\":\"race\"}", NULL},
    {"{\"preset\":\"marathon\"}", "preset"},
    {"{\"preset\":7}", "preset"},
    {"{\"scoring\":\"speed\",\"change\":\"until-close\",\"board\":\"end\",\"text\":\"screen\",\"names\":\"nod\"}",
     NULL},
    {"{\"scoring\":\"luck\"}", "scoring"},
    {"{\"change\":\"yes\"}", "change"},
    {"{\"board\":\"often\"}", "board"},
    {"{\"text\":\"walls\"}", "text"},
    {"{\"names\":\"secret\"}", "names"},
    {"{\"close_all\":1}", "close_all"},
    {"{\"cap_ms\":0}", NULL},
    {"{\"cap_ms\":2000}", NULL},
    {"{\"cap_ms\":2001}", "cap_ms"},
    {"{\"cap_ms\":-1}", "cap_ms"},
    {"{\"cap_ms\":1.5}", "cap_ms"},
    {"{\"cap_ms\":1e300}", "cap_ms"},
    {"{\"cap_ms\":\"300\"}", "cap_ms"},
    {"{\"players_max\":1}", NULL},
    {"{\"players_max\":0}", "players_max"},
    {"{\"players_max\":200000}", NULL},
    {"{\"players_max\":200001}", "players_max"},
    {"{\"limit_s\":1}", NULL},
    {"{\"limit_s\":0}", "limit_s"},
    {"{\"limit_s\":3600}", NULL},
    {"{\"limit_s\":3601}", "limit_s"},
    {"{\"questions\":{\"count\":1,\"order\":\"shuffled\"}}", NULL},
    {"{\"questions\":{\"count\":0}}", "count"},
    {"{\"questions\":{\"count\":500}}", NULL},
    {"{\"questions\":{\"count\":501}}", "count"},
    {"{\"questions\":{\"order\":\"backwards\"}}", "order"},
    {"{\"ties\":[\"points\"]}", NULL},
    {"{\"ties\":[\"points\",\"time\",\"right\"]}", NULL},
    {"{\"ties\":[\"points\",\"time\",\"right\",\"time\"]}", "ties"},
    {"{\"ties\":[]}", "ties"},
    {"{\"ties\":[\"time\"]}", "ties"},
    {"{\"ties\":[\"height\"]}", "ties"},
    {"{\"title\":\"Lớp 6A1\"}", NULL},
    {"{\"title\":\"\"}", NULL},
    {"{\"title\":7}", "title"},
    {"{\"title\":null,\"scoring\":null,\"questions\":null,\"ties\":null,\"preset\":null}", NULL},
};

Test(plan, is_built_from_what_is_allowed_and_else_says_which_setting_is_wrong)
{
    struct bank *bank = stage_bank();

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        char why[200] = "";
        struct plan *plan = build(bank, asked[i].settings, why);
        if (asked[i].fault == NULL)
            cr_expect_not_null(plan, "%s: %s", asked[i].settings, why);
        else
            cr_expect(plan == NULL && strstr(why, asked[i].fault) != NULL, "%s: %s", asked[i].settings, why);
        plan_free(plan);
    }
    bank_free(bank);
}

static struct plan *build_titled(const struct bank *bank, size_t length, char why[200])
{
    char settings[TITLE_MAX_BYTES + 40], title[TITLE_MAX_BYTES + 2];
    memset(title, 'x', length);
    title[length] = '\0';
    snprintf(settings, sizeof settings, "{\"title\":\"%s\"}", title);
    return build(bank, settings, why);
}

Test(plan, a_title_has_its_bound)
{
    struct bank *bank = stage_bank();
    char why[200] = "";
    struct plan *fits = build_titled(bank, TITLE_MAX_BYTES, why), *past = build_titled(bank, TITLE_MAX_BYTES + 1, why);

    cr_expect_not_null(fits, "%s", why);
    cr_expect_null(past);
    plan_free(fits);
    plan_free(past);
    bank_free(bank);
}

/* A bank of `count` true-or-false questions of this weight. */
static struct bank *bank_of(size_t count, int weight)
{
    struct buffer json;
    struct faults faults;
    struct bank *bank = NULL;

    buffer_init(&json);
    buffer_put(
        &json,
        "{\"id\":\"many\",\"version\":\"1.0.0\",\"languages\":[\"vi\"],\"title\":\"Nhiều\",\"licence\":\"CC0-1.0\","
        "\"authors\":[\"x\"],\"visibility\":\"hosts\",\"questions\":[");
    for (size_t i = 0; i < count; i++)
        buffer_print(
            &json,
            "%s{\"id\":\"q%zu\",\"kind\":\"truefalse\",\"weight\":%d,\"text\":\"?\",\"key\":true,\"source\":\"s\"}",
            i == 0 ? "" : ",", i, weight);
    buffer_put(&json, "]}");
    faults_init(&faults, "many");
    if (bank_parse(json.text, json.length, &bank, &faults) != BANK_OK)
        faults_print(&faults, stderr);
    faults_clear(&faults);
    buffer_clear(&json);
    cr_assert_not_null(bank);
    return bank;
}

static bool can_be_built(size_t count, int weight)
{
    char why[200] = "";
    struct bank *bank = bank_of(count, weight);
    struct plan *plan = build(bank, "{}", why);
    bool built = plan != NULL;
    plan_free(plan);
    bank_free(bank);
    return built;
}

Test(plan, takes_as_many_questions_and_points_as_can_be_ranked)
{
    cr_expect(can_be_built(4, 100), "400,000 points");
    cr_expect_not(can_be_built(5, 81), "405,000 points");
    cr_expect(can_be_built(400, 1), "400 questions of 1,000 points");
    cr_expect_not(can_be_built(401, 1), "401,000 points");
    cr_expect(can_be_built(PLAN_QUESTIONS_MAX, 0), "as many as a room takes, worth nothing");
    cr_expect_not(can_be_built(PLAN_QUESTIONS_MAX + 1, 0));
}

/* The stage's bank with a picture to its first question and a sound to its second. */
static struct bank *bank_with_media(void)
{
    static const struct media picture = {.type = MEDIA_SVG, .sha256 = {{0xAB, 1}}, .width = 1000, .height = 40};
    static const struct media sound = {.type = MEDIA_OGG, .sha256 = {{0xCD, 2}}, .length_ms = MEDIA_SOUND_MAX_MS};
    struct bank *bank = stage_bank();

    bank->questions[0].media = (struct media *)memory_copy((const char *)&picture, sizeof picture);
    bank->questions[1].media = (struct media *)memory_copy((const char *)&sound, sizeof sound);
    bank->questions[0].media_alt_json = memory_copy("\"A map\"", 7);
    bank->questions[1].media_alt_json = memory_copy("\"A gong\"", 8);
    return bank;
}

Test(plan, the_log_names_each_picture_by_its_content)
{
    char why[200] = "", *e, *p;
    struct bank *bank = bank_with_media();
    struct plan *plan = build(bank, "{}", why);

    plan_write_created(plan, "0123456789abcdef01234567", &e, &p);
    cJSON *json = cJSON_Parse(e);
    struct plan *read = plan_read_created(json, NULL);
    cr_assert_not_null(read);
    cr_expect(read->questions[0].has_media && read->questions[1].has_media && !read->questions[2].has_media);
    cr_expect_eq(read->questions[0].media.type, MEDIA_SVG);
    cr_expect_arr_eq(&read->questions[0].media.sha256, &bank->questions[0].media->sha256, sizeof(struct digest));
    cr_expect_eq(read->questions[0].media.height, 40);
    cr_expect_eq(read->questions[1].media.length_ms, MEDIA_SOUND_MAX_MS);
    cJSON *media = cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(json, "questions"), 0), "media");
    cJSON_SetValuestring(cJSON_GetObjectItem(media, "name"), "../../etc/passwd");
    cr_expect_null(plan_read_created(json, NULL), "a name that is no SHA-256");
    plan_free(read);
    plan_free(plan);
    bank_free(bank);
    cJSON_Delete(json);
    free(e);
    free(p);
}

static void expect_in_question(const struct bank *bank, enum role role, uint32_t q, const char *settings,
                               const char *expected)
{
    char why[200] = "";
    struct plan *plan = build(bank, settings, why);
    struct view view = {.role = role, .q = q, .texts = true};
    struct buffer frame;

    buffer_init(&frame);
    encode_question_head(&frame, &view, plan, &bank->questions[q - 1]);
    cr_expect_not_null(strstr(frame.text, expected), "%s", frame.text);
    buffer_clear(&frame);
    plan_free(plan);
}

Test(plan, a_question_tells_where_its_picture_is_and_a_sound_to_phones_only_if_the_room_says_so)
{
    struct bank *bank = bank_with_media();
    const char *sound = "\"media\":{\"kind\":\"sound\",\"url\":\"media/cd02";

    expect_in_question(bank, ROLE_PLAYER, 1, "{}", "\"media\":{\"kind\":\"picture\",\"url\":\"media/ab01");
    expect_in_question(bank, ROLE_PLAYER, 1, "{}", ".svg\",\"width\":1000,\"height\":40,\"alt\":\"A map\"}");
    expect_in_question(bank, ROLE_PLAYER, 2, "{}", "{\"kind\":\"sound\",\"url\":null,\"alt\":\"A gong\"}");
    expect_in_question(bank, ROLE_PLAYER, 2, "{\"sound\":\"phones\"}", sound);
    expect_in_question(bank, ROLE_SCREEN, 2, "{}", sound);
    expect_in_question(bank, ROLE_PLAYER, 3, "{}", "\"media\":null");
    bank_free(bank);
}

Test(plan, is_read_from_the_log_as_it_was_built)
{
    char why[200] = "", *e, *p, *e_again, *p_again;
    struct bank *bank = stage_bank();
    struct plan *plan = build(
        bank,
        "{\"preset\":\"race\",\"change\":\"until-close\",\"board\":\"none\",\"text\":\"screen\",\"sound\":\"phones\","
        "\"names\":\"nod\",\"close_all\":false,\"shuffle\":true,\"no_late_join\":true,"
        "\"second_judge\":true,\"cap_ms\":7,\"players_max\":99,\"ties\":[\"points\",\"right\"],"
        "\"title\":\"6A1 \\\"Sao\\\"\",\"limit_s\":33}",
        why);
    cr_assert_not_null(plan, "%s", why);
    plan_write_created(plan, "0123456789abcdef01234567", &e, &p);
    cJSON *json = cJSON_Parse(e), *personal = cJSON_Parse(p + 32);
    struct plan *read = plan_read_created(json, personal), *erased = plan_read_created(json, NULL);
    cr_assert_not_null(read);
    plan_write_created(read, "0123456789abcdef01234567", &e_again, &p_again);
    cr_expect_str_eq(e_again, e);
    cr_expect_str_eq(p_again, p);
    cr_expect_not_null(erased, "also without its salt");
    free(e);
    free(p);
    free(e_again);
    free(p_again);
    cJSON_Delete(json);
    cJSON_Delete(personal);
    plan_free(plan);
    plan_free(read);
    plan_free(erased);
    bank_free(bank);
}

Test(plan, the_same_seed_draws_the_same_questions)
{
    struct bank *bank = stage_bank();
    cJSON *settings = cJSON_Parse("{\"questions\":{\"count\":5,\"order\":\"shuffled\"}}");
    char why[200];
    bool differs = false;

    for (uint64_t seed = 1; seed < 20; seed++) {
        struct plan *one = plan_build(bank, settings, seed, salt, why, sizeof why);
        struct plan *two = plan_build(bank, settings, seed, salt, why, sizeof why);
        for (size_t i = 0; i < 5; i++) {
            cr_expect_str_eq(one->questions[i].id, two->questions[i].id);
            differs = differs || one->questions[i].bank_index != i;
        }
        plan_free(one);
        plan_free(two);
    }
    cr_expect(differs);
    cJSON_Delete(settings);
    bank_free(bank);
}
