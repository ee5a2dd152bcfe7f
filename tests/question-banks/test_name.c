/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/text.h"

static void expect_shown(const char *raw, const char *shown)
{
    struct name name;

    cr_expect_eq(name_clean(raw, strlen(raw), &name), NAME_FINE, "%s", raw);
    cr_expect_str_eq(name.shown == NULL ? "" : name.shown, shown);
    name_clear(&name);
}

static void expect_fault(const char *raw, size_t length, enum name_fault fault)
{
    struct name name;

    cr_expect_eq(name_clean(raw, length, &name), fault, "%s", raw);
    cr_expect_null(name.shown);
    cr_expect_null(name.key);
    cr_expect_null(name.skeleton);
    name_clear(&name);
}

Test(name, short_ones_of_any_script_are_names)
{
    static const char *const names[] = {
        "An",          "Vy",       "Hà",     "Lan",   "Ng",   "李",     "An và Vy",
        "👩‍🏫", "👍🏽", "🇻🇳",     "สมชาย", "محمد", "O'Neil", "Nguyễn Thị Ánh",
        "A",           "①",        "❤️", "क्षि"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        expect_shown(names[i], names[i]);
}

Test(name, is_trimmed_composed_and_singly_spaced)
{
    expect_shown("  An \t\n và   Vy ", "An và Vy");
    expect_shown("Ha\u0300", "Hà");
    expect_shown("Tie\u0302\u0301n", "Tiến");
    expect_shown("An\u00a0Vy\u3000Lan", "An Vy Lan");
    expect_shown("A\u200bn\u00ad\ufeff\x01", "An");
    expect_shown("A\u200dn", "An");
    expect_shown("An\ufe0f", "An");
}

Test(name, without_anything_is_empty_and_with_nothing_visible_is_a_trick)
{
    expect_fault("", 0, NAME_EMPTY);
    expect_fault(" \t ", 3, NAME_EMPTY);
    expect_fault("\u200b", 3, NAME_TRICK);
    expect_fault("\u3164", 3, NAME_TRICK); /* a Hangul filler */
    expect_fault("\u2800", 3, NAME_TRICK); /* a Braille blank */
    expect_fault("\u0301", 2, NAME_TRICK); /* a mark that would stand on what is beside it */
}

Test(name, that_turns_the_direction_of_text_is_a_trick)
{
    static const char *const tricks[] = {"An\u202eyV", "\u2066An\u2069", "A\u200fn", "\u061cAn"};

    for (size_t i = 0; i < sizeof tricks / sizeof tricks[0]; i++)
        expect_fault(tricks[i], strlen(tricks[i]), NAME_TRICK);
}

Test(name, that_is_not_utf_8_is_no_text)
{
    expect_fault("\xff", 1, NAME_NOT_TEXT);
    expect_fault("An\xc3", 3, NAME_NOT_TEXT);
    expect_fault("\xed\xa0\x80", 3, NAME_NOT_TEXT); /* half a surrogate pair */
    expect_fault("\xc0\x80", 2, NAME_NOT_TEXT);     /* overlong */
}

Test(name, takes_four_marks_on_a_letter_but_not_five)
{
    expect_shown("x\u0300\u0301\u0302\u0303", "x\u0300\u0301\u0302\u0303");
    expect_fault("x\u0300\u0301\u0302\u0303\u0304", 11, NAME_TRICK);
}

Test(name, takes_32_characters_but_not_33)
{
    char raw[200] = "";

    for (size_t i = 0; i < NAME_MAX_CLUSTERS; i++)
        strcat(raw, "ế");
    expect_shown(raw, raw);
    strcat(raw, "a");
    expect_fault(raw, strlen(raw), NAME_TOO_LONG);
}

Test(name, takes_128_bytes_but_not_129)
{
    char raw[200] = "";

    for (size_t i = 0; i < NAME_MAX_BYTES / 4; i++)
        strcat(raw, "🎓");
    expect_shown(raw, raw);
    memset(raw, 0, sizeof raw);
    for (size_t i = 0; i < 10; i++)
        strcat(raw, "x\u0301\u0302\u0303\u0304"); /* 9 bytes, one character */
    expect_shown(raw, raw);
    for (size_t i = 0; i < 5; i++)
        strcat(raw, "x\u0301\u0302\u0303\u0304");
    expect_fault(raw, strlen(raw), NAME_TOO_LONG);
}

static bool same(const char *a, const char *b, bool by_look)
{
    struct name one;
    struct name other;

    cr_assert_eq(name_clean(a, strlen(a), &one), NAME_FINE, "%s", a);
    cr_assert_eq(name_clean(b, strlen(b), &other), NAME_FINE, "%s", b);
    bool equal = by_look ? strcmp(one.skeleton, other.skeleton) == 0 : strcmp(one.key, other.key) == 0;
    name_clear(&one);
    name_clear(&other);
    return equal;
}

Test(name, that_people_call_the_same_has_the_same_key)
{
    cr_expect(same("An", "an", false));
    cr_expect(same("AN  VY", "an vy", false));
    cr_expect(same("Ａｎ", "An", false));
    cr_expect(same("Đức", "đức", false));
    cr_expect(same("Ha\u0300", "hà", false));
    cr_expect(same("Stra\u00dfe", "STRASSE", false));
    cr_expect_not(same("Hà", "Ha", false));
    cr_expect_not(same("An", "Ân", false));
}

Test(name, that_looks_the_same_has_the_same_skeleton)
{
    cr_expect(same("Аn", "An", true));     /* Cyrillic А */
    cr_expect(same("Lаn", "Lan", true));   /* Cyrillic а */
    cr_expect(same("Νgοc", "Ngoc", true)); /* Greek Ν, ο */
    cr_expect(same("Ｖｙ", "vy", true));
    cr_expect(same("А\u0301n", "Án", true)); /* a look-alike with a tone */
    cr_expect(same("𝐀𝐧", "An", true));
    cr_expect_not(same("Аn", "An", false));
    cr_expect_not(same("Lan", "Ian", true));
    cr_expect_not(same("Hà", "Ha", true));
}

Test(name, stays_what_it_is_when_cleaned_again)
{
    static const char *const raws[] = {" A\u200bn  Vy", "e\u0302\u0301", "👩‍🏫 cô", "ｱｲ", "ﬁ", "Ǆ"};

    for (size_t i = 0; i < sizeof raws / sizeof raws[0]; i++) {
        struct name once;
        struct name twice;
        cr_assert_eq(name_clean(raws[i], strlen(raws[i]), &once), NAME_FINE);
        cr_assert_eq(name_clean(once.shown, strlen(once.shown), &twice), NAME_FINE);
        cr_expect_str_eq(once.shown, twice.shown);
        cr_expect_str_eq(once.key, twice.key);
        cr_expect_str_eq(once.skeleton, twice.skeleton);
        name_clear(&once);
        name_clear(&twice);
    }
}
