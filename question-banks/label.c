/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/label.h"
#include <stdlib.h>
#include <string.h>
#include "question-banks/codepoints.h"
#include "question-banks/text.h"

#define NUMBER_DIGITS_MAX 4
#define HEADING_MAX_BYTES 60

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 0 to 25, or -1. */
static int letter_index(char c)
{
    char lower = (char)(c | 0x20);

    return lower >= 'a' && lower <= 'z' ? lower - 'a' : -1;
}

static size_t skip_spaces(const char *text)
{
    return strspn(text, " \t");
}

/* One character of `text` against the front of `plain`: how many bytes of each. */
static bool match_one(const char **text, const char **plain)
{
    int32_t codepoint = 0;
    size_t step = codepoint_next(*text, strlen(*text), &codepoint);
    char *folded = step == 0 ? NULL : text_fold_plain(*text, step);
    size_t length = folded == NULL ? 0 : strlen(folded);
    bool same = length > 0 && strncmp(folded, *plain, length) == 0;

    free(folded);
    *text += same ? step : 0;
    *plain += same ? length : 0;
    return same;
}

size_t label_match(const char *text, const char *plain)
{
    const char *at = text;
    int32_t next = 0;

    while (*plain != '\0') {
        if (!match_one(&at, &plain))
            return 0;
    }
    if (codepoint_next(at, strlen(at), &next) > 0 && codepoint_is_word(next) && !is_digit(*at))
        return 0;
    return (size_t)(at - text);
}

size_t label_match_any(const char *text, const char *const *labels)
{
    size_t length = 0;

    for (size_t i = 0; labels[i] != NULL && length == 0; i++)
        length = label_match(text, labels[i]);
    return length;
}

static size_t read_number(const char *text, size_t *number)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > NUMBER_DIGITS_MAX)
        return 0;
    *number = strtoul(text, NULL, 10);
    return digits;
}

/* "(NB)" or "[0,5 điểm]" between a number and its colon. */
static size_t bracketed(const char *text)
{
    const char *close = *text == '(' ? strchr(text, ')') : *text == '[' ? strchr(text, ']') : NULL;

    return close == NULL ? 0 : (size_t)(close - text) + 1;
}

size_t label_question(const char *text, size_t *number)
{
    static const char *const words[] = {"cau hoi", "cau", "bai", "question", "q", NULL};
    size_t at = label_match_any(text, words);

    if (at == 0)
        return 0;
    at += skip_spaces(text + at);
    at += strncmp(text + at, "số ", strlen("số ")) == 0 ? strlen("số ") : 0;
    size_t digits = read_number(text + at, number);
    if (digits == 0)
        return 0;
    at += digits;
    size_t behind = at + skip_spaces(text + at);
    size_t brackets = bracketed(text + behind);
    size_t colon = behind + brackets + skip_spaces(text + behind + brackets);
    if (brackets > 0 && text[colon] != '\0' && strchr(".:)", text[colon]) != NULL)
        behind = colon;
    if (text[behind] != '\0' && strchr(".:)/-", text[behind]) != NULL)
        return behind + 1 + skip_spaces(text + behind + 1);
    return is_space(text[at]) || text[at] == '\0' ? behind : 0;
}

size_t label_number(const char *text, size_t *number)
{
    size_t at = read_number(text, number);

    if (at == 0 || text[at] == '\0' || strchr(".)/", text[at]) == NULL || !is_space(text[at + 1]))
        return 0;
    return at + 1 + skip_spaces(text + at + 1);
}

size_t label_choice(const char *text, size_t *index)
{
    int letter = letter_index(text[0]);
    bool small = text[0] >= 'a';

    if (letter < 0 || (text[1] != '.' && text[1] != ')'))
        return 0;
    if (text[2] != '\0' && !is_space(text[2]) && (small || text[2] == '.' || is_digit(text[2]) == (text[1] == '.')))
        return 0;
    *index = (size_t)letter;
    return 2 + skip_spaces(text + 2);
}

/* What may stand between two letters of an answer. */
static size_t between_letters(const char *text)
{
    static const char *const words[] = {"va", "and", NULL};
    size_t at = strspn(text, " \t,;&+/().-");
    size_t word = label_match_any(text + at, words);

    return word == 0 ? at : at + word + strspn(text + at + word, " \t,;&+/().-");
}

bool label_letters(const char *text, size_t count, uint32_t *mask)
{
    bool apart = true; /* a separator stands before the next letter */

    *mask = 0;
    for (text += between_letters(text); *text != '\0';) {
        int letter = letter_index(*text);
        bool capital = *text >= 'A' && *text <= 'Z';
        if (letter < 0 || (size_t)letter >= count || (*mask >> letter & 1) != 0 || (!apart && !capital))
            return false;
        if (!capital && letter_index(text[1]) >= 0)
            return false; /* small letters only one by one: "ac" may be a word */
        *mask |= 1u << letter;
        text++;
        size_t skipped = between_letters(text);
        apart = skipped > 0;
        text += skipped;
    }
    return *mask != 0;
}

/* One statement's truth at `text`; its length, 0 if there is none. */
static size_t truth_at(const char *text, bool *truth)
{
    static const char *const yes[] = {"dung", "true", NULL};
    static const char *const no[] = {"sai", "false", NULL};
    size_t length = label_match_any(text, yes);

    *truth = length > 0;
    if (length == 0)
        length = label_match_any(text, no);
    if (length > 0)
        return length;
    *truth = strncmp(text, "Đ", strlen("Đ")) == 0 || strncmp(text, "đ", strlen("đ")) == 0;
    if (*truth)
        return strlen("Đ");
    *truth = *text == 'T';
    return *text == 'T' || *text == 'S' || *text == 's' || *text == 'F' ? 1 : 0;
}

bool label_truths(const char *text, size_t count, uint32_t *mask)
{
    size_t seen = 0;

    *mask = 0;
    for (text += skip_spaces(text); *text != '\0'; seen++) {
        bool truth = false;
        bool labelled = letter_index(text[0]) == (int)seen && text[1] != '\0' && strchr(").:-= ", text[1]) != NULL;
        if (labelled)
            text += 2 + strspn(text + 2, " \t");
        size_t length = truth_at(text, &truth);
        if (length == 0 || seen == count)
            return false;
        *mask |= (uint32_t)truth << seen;
        text += length + strspn(text + length, " \t,;./|-");
    }
    return seen == count;
}

static size_t pair_at(const char *text, struct answer_pair *out)
{
    static const char *const words[] = {"cau", NULL};
    size_t at = label_match_any(text, words);

    at += skip_spaces(text + at);
    size_t digits = read_number(text + at, &out->number);
    if (digits == 0)
        return 0;
    at += digits + strspn(text + at + digits, " \t-.:)=");
    int letter = letter_index(text[at]);
    if (letter < 0 || text[at] >= 'a')
        return 0;
    out->index = (size_t)letter;
    at++;
    size_t gap = strspn(text + at, " \t,;|/.");
    return text[at] == '\0' || gap > 0 ? at + gap : 0;
}

size_t label_pairs(const char *text, struct answer_pair *out, size_t max)
{
    size_t count = 0;

    for (text += skip_spaces(text); *text != '\0'; count++) {
        struct answer_pair pair = {0};
        size_t length = pair_at(text, &pair);
        if (length == 0 || count == max)
            return 0;
        out[count] = pair;
        text += length;
    }
    return count;
}

/* Splits at white space; 0 if there are more than `max` words. */
static size_t split_words(const char *text, const char **words, size_t *lengths, size_t max)
{
    size_t count = 0;

    for (text += strspn(text, " |"); *text != '\0'; text += strspn(text, " |")) {
        if (count == max)
            return 0;
        words[count] = text;
        lengths[count] = strcspn(text, " |");
        text += lengths[count++];
    }
    return count;
}

/* "Câu 1 2 3 4": numbers alone, perhaps behind a word; how many. */
static size_t read_number_row(const char *text, size_t numbers[LABEL_PAIRS_MAX])
{
    static const char *const labels[] = {"cau hoi", "cau so", "cau", "so", "stt", "question", "no", NULL};
    const char *words[LABEL_PAIRS_MAX];
    size_t lengths[LABEL_PAIRS_MAX];
    size_t count = split_words(text + label_match_any(text, labels), words, lengths, LABEL_PAIRS_MAX);

    for (size_t i = 0; i < count; i++) {
        if (strspn(words[i], "0123456789") != lengths[i] || lengths[i] > 4)
            return 0;
        numbers[i] = strtoul(words[i], NULL, 10);
    }
    return count;
}

/* "ĐA A C B D": `count` letters alone, perhaps behind a word or two. */
static bool read_letter_row(const char *text, size_t count, const size_t *numbers, struct answer_pair *pairs)
{
    const char *words[LABEL_PAIRS_MAX + 2];
    size_t lengths[LABEL_PAIRS_MAX + 2];
    size_t found = split_words(text, words, lengths, LABEL_PAIRS_MAX + 2);

    if (found < count || found > count + 2)
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *letter = words[found - count + i];
        if (lengths[found - count + i] != 1 || *letter < 'A' || *letter > 'Z')
            return false;
        pairs[i] = (struct answer_pair){.number = numbers[i], .index = (size_t)(*letter - 'A')};
    }
    return true;
}

size_t label_rows(const char *numbers_text, const char *letters_text, struct answer_pair *out, size_t max)
{
    size_t numbers[LABEL_PAIRS_MAX];
    size_t count = read_number_row(numbers_text, numbers);

    return count >= 2 && count <= max && read_letter_row(letters_text, count, numbers, out) ? count : 0;
}

bool label_is_end(const char *text)
{
    size_t dashes = strspn(text, "-=*_. ");

    if (label_match(text + dashes, "het") == 0 || strlen(text) > HEADING_MAX_BYTES)
        return false;
    return dashes > 0 || strlen(text) < 6;
}

bool label_is_heading(const char *text)
{
    static const char *const words[] = {"phan", "chuong", "muc", "part", "section", NULL};
    size_t dashes = strspn(text, "-=*_. ");
    size_t word = label_match_any(text + dashes, words);
    const char *behind = text + dashes + word + strspn(text + dashes + word, " ");

    return word > 0 && *behind != '\0' && strchr("IVX0123456789A", *behind) != NULL;
}

bool label_is_footer(const char *text)
{
    static const char *const words[] = {"trang", "ma de", "ma de thi", NULL};
    size_t word = label_match_any(text, words);
    size_t number = word + strspn(text + word, " :");

    return word > 0 && is_digit(text[number]) && strlen(text) < HEADING_MAX_BYTES;
}

size_t label_part(const char *text)
{
    static const char *const words[] = {"phan", "part", NULL};
    static const char *const romans[] = {"III", "II", "IV", "I", "VI", "V"};
    static const size_t values[] = {3, 2, 4, 1, 6, 5};
    size_t number = 0;
    size_t word = label_match_any(text, words);

    if (word == 0)
        return 0;
    text += word + strspn(text + word, " ");
    for (size_t i = 0; i < sizeof romans / sizeof romans[0] && number == 0; i++) {
        size_t length = strlen(romans[i]);
        if (strncmp(text, romans[i], length) == 0 && letter_index(text[length]) < 0)
            number = values[i];
    }
    return number > 0 || read_number(text, &number) > 0 ? number : 0;
}

/* Neither small letters nor a question mark: "ĐÁP ÁN ĐỀ SỐ 2". */
static bool is_shouted(const char *text)
{
    int32_t codepoint = 0;
    bool shouted = strchr(text, '?') == NULL;

    for (size_t step = 1; shouted && step > 0 && *text != '\0'; text += step) {
        step = codepoint_next(text, strlen(text), &codepoint);
        shouted = codepoint_upper(codepoint) == codepoint;
    }
    return shouted;
}

/* A line over the table of answers: "Bảng đáp án", "ĐÁP ÁN ĐỀ SỐ 2", "Đáp án:". */
bool label_is_table_heading(const char *text)
{
    static const char *const table_labels[] = {"bang dap an", "phan dap an", "dap an va",
                                               "answer key",  "answers",     NULL};
    size_t word = label_match(text, "dap an");

    if (label_match_any(text, table_labels) > 0)
        return strlen(text) < HEADING_MAX_BYTES && strchr(text, '?') == NULL;
    return word > 0 && (text[word + strspn(text + word, " :.")] == '\0' || is_shouted(text));
}
