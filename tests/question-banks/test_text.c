/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/text.h"

static const struct text_rule exact = {0};
static const struct text_rule no_case = {.ignore_case = true};
static const struct text_rule no_marks = {.ignore_case = true, .ignore_diacritics = true};
static const struct text_rule no_place = {.ignore_tone_place = true};

static bool same(const char *a, const char *b, const struct text_rule *rule)
{
    char *one = text_normal_form(a, strlen(a), rule);
    char *other = text_normal_form(b, strlen(b), rule);
    bool equal = one != NULL && other != NULL && strcmp(one, other) == 0;

    free(one);
    free(other);
    return equal;
}

Test(text, answers_are_compared_by_what_they_say_and_not_by_how_they_are_encoded)
{
    cr_expect(same(" Hải  Phòng ", "Ha\u0309i Pho\u0300ng", &exact));
    cr_expect(same("UNESCO", "ＵＮＥＳＣＯ", &exact));
    cr_expect(same("a\u00a0b", "a b", &exact));
    cr_expect(same("U\u200bNESCO", "UNESCO", &no_case));
    cr_expect_not(same("UNESCO", "Unesco", &exact));
    cr_expect_not(same("hoà", "hòa", &exact));
    cr_expect_not(same("hoa", "hoà", &exact));
}

Test(text, a_full_stop_behind_an_answer_says_nothing)
{
    cr_expect(same("Huế.", "Huế", &exact));
    cr_expect(same("Huế . ", "Huế", &no_marks));
    cr_expect(same("v.v.", "v.v", &exact));
    cr_expect_not(same("3.5", "35", &exact));
    cr_expect_not(same(".Huế", "Huế", &exact));
    cr_expect(same("...", "…", &exact), "nothing else: it stays");
    cr_expect_not(same("...", ".", &exact));
}

Test(text, case_is_ignored_only_when_asked)
{
    cr_expect(same("UNESCO", "unesco", &no_case));
    cr_expect(same("ĐÀ NẴNG", "đà nẵng", &no_case));
    cr_expect_not(same("Đà Nẵng", "Da Nang", &no_case));
}

Test(text, diacritics_are_ignored_only_when_asked)
{
    cr_expect(same("Hải Phòng", "hai phong", &no_marks));
    cr_expect(same("Đồ Sơn", "do son", &no_marks));
    cr_expect(same("ĐỒ SƠN", "Do Son", &no_marks));
    cr_expect(same("Ðồ Sơn", "do son", &no_marks)); /* Eth, as some keyboards give it */
    cr_expect(same("hòa", "hoà", &no_marks));
    cr_expect_not(same("สามี", "สาม", &no_marks)); /* a Thai vowel is no accent */
}

Test(text, the_place_of_a_tone_is_ignored_but_the_tone_is_not)
{
    static const char *const pairs[][2] = {
        {"hòa", "hoà"}, {"thúy", "thuý"}, {"khỏe", "khoẻ"}, {"Hòa Bình", "Hoà Bình"}, {"HÓA", "HOÁ"},
        {"xõa", "xoã"}, {"họa", "hoạ"},   {"lòe", "loè"},   {"tùy ý", "tuỳ ý"},       {"qúy", "quý"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        cr_expect(same(pairs[i][0], pairs[i][1], &no_place), "%s", pairs[i][0]);
    cr_expect_not(same("hòa", "hóa", &no_place));
    cr_expect_not(same("hòa", "hoa", &no_place));
    cr_expect_not(same("của", "cuả", &no_place)); /* no pair in which both ways are written */
    cr_expect(same("hoàn", "hoàn", &no_place));
}

Test(text, an_answer_takes_400_bytes_but_not_401)
{
    char raw[TEXT_ANSWER_MAX_BYTES + 2];

    memset(raw, 'a', sizeof raw);
    char *form = text_normal_form(raw, TEXT_ANSWER_MAX_BYTES, &exact);
    char *shown = text_shown_form(raw, TEXT_ANSWER_MAX_BYTES);
    cr_expect_not_null(form);
    cr_expect_not_null(shown);
    free(form);
    free(shown);
    cr_expect_null(text_normal_form(raw, TEXT_ANSWER_MAX_BYTES + 1, &exact));
    cr_expect_null(text_shown_form(raw, TEXT_ANSWER_MAX_BYTES + 1));
}

Test(text, an_answer_of_nothing_or_of_no_text_is_none)
{
    static const char *const raws[] = {"", "  \n", "\u200b\u00ad", "\xff", "a\xe1\xba", "\x01\x02"};

    for (size_t i = 0; i < sizeof raws / sizeof raws[0]; i++) {
        cr_expect_null(text_normal_form(raws[i], strlen(raws[i]), &no_case));
        cr_expect_null(text_shown_form(raws[i], strlen(raws[i])));
    }
    cr_expect_null(text_normal_form("\u0301", 2, &no_marks));
}

Test(text, the_shown_form_keeps_what_was_written_and_drops_what_could_harm)
{
    char *shown = text_shown_form("  Ha\u0309i\u202e\x07 Phòng\n", strlen("  Ha\u0309i\u202e\x07 Phòng\n"));

    cr_expect_str_eq(shown, "Hải Phòng");
    free(shown);
}

Test(text, is_utf_8_only_when_whole)
{
    cr_expect(text_is_utf8("", 0));
    cr_expect(text_is_utf8("Đồ Sơn 🎓", strlen("Đồ Sơn 🎓")));
    cr_expect_not(text_is_utf8("\xc4", 1));
    cr_expect_not(text_is_utf8("\xf5\x80\x80\x80", 4));
    cr_expect_not(text_is_utf8("a\x80", 2));
}

Test(text, is_composed_or_it_is_not)
{
    static const struct {
        const char *text;
        bool composed;
    } table[] = {{"Hải Phòng – “tốt” …", true},
                 {"Ha\u0309i", false},
                 {"李", true},
                 {"x\u0301", true},
                 {"\u2000", false},
                 {"\u212b", false},
                 {"\u1100\u1161", false},
                 {"", true},
                 {"\xe1\xba", false}};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        cr_expect_eq(text_is_nfc(table[i].text, strlen(table[i].text)), table[i].composed, "row %zu", i);
}

Test(text, folds_to_plain_letters)
{
    char *plain = text_fold_plain("Đồ Sơn, ẤN ÐỘ", strlen("Đồ Sơn, ẤN ÐỘ"));

    cr_expect_str_eq(plain, "do son, an do");
    free(plain);
    cr_expect_null(text_fold_plain("\xff", 1));
}

Test(text, masks_whole_words_with_or_without_diacritics_and_no_others)
{
    static const char *const words[] = {"ngu", "do ngoc", "bad"};
    static const struct {
        const char *name;
        const char *masked;
    } table[] = {{"An", "An"},
                 {"ngu", "***"},
                 {"Ngu quá", "*** quá"},
                 {"NGỪ", "***"},
                 {"Nguyễn", "Nguyễn"},
                 {"Đồ ngốc", "** ****"},
                 {"do ngoc An", "** **** An"},
                 {"bad-An", "***-An"},
                 {"Badminton", "Badminton"},
                 {"an bad bad", "an *** ***"}};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char *masked = text_mask(table[i].name, words, 3);
        cr_expect_str_eq(masked, table[i].masked);
        free(masked);
    }
}

Test(text, is_tidy_for_a_bank_when_nothing_in_it_is_left_to_chance)
{
    static const char *const table[][2] = {{"  Ha\u0300  Nội\t!\r\n\r\n  hai \n", "Hà Nội !\nhai"},
                                           {"a\u00a0b\u200bc\u202e", "a bc"},
                                           {"", ""},
                                           {" \n ", ""},
                                           {"a \n\n\n b", "a\nb"},
                                           {"👩‍🏫", "👩‍🏫"},
                                           {"x\rb", "x\nb"}};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char *tidy = text_tidy(table[i][0], strlen(table[i][0]));
        cr_expect_str_eq(tidy, table[i][1]);
        free(tidy);
    }
    cr_expect_null(text_tidy("\xff", 1));
}
