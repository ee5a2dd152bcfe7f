/* SPDX-License-Identifier: Apache-2.0 */
/*
 * label.h - the words and letters by which a pasted test is understood: "Câu 12:", "A.", "Đáp án: B", "1-A 2-C".
 *
 * Labels are compared without case and diacritics. All texts are tidy UTF-8. Private to the importers.
 */
#ifndef HOITHI_LABEL_H
#define HOITHI_LABEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes of `text` say `plain` (lower case, no diacritics), as a whole word; 0 if they do not. */
size_t label_match(const char *text, const char *plain);
/* The same for the first of `labels` (ended by NULL) that fits. */
size_t label_match_any(const char *text, const char *const *labels);

/* "Câu 12 (NB):", "Question 3." and the like: how many bytes, 0 if none. `number` is 12. */
size_t label_question(const char *text, size_t *number);
/* "12." or "12)": the same. */
size_t label_number(const char *text, size_t *number);
/* "B." or "b)": how many bytes, 0 if none; `index` is 1. Behind a small letter white space has to follow. */
size_t label_choice(const char *text, size_t *index);

/*
 * Letters alone: "B", "A, C", "AC", "A và C", "(B).": a bit for each in `mask`. False if there is anything else, or a
 * letter past `count`.
 */
bool label_letters(const char *text, size_t count, uint32_t *mask);
/* "Đ, S, Đ, S", "ĐSĐS", "a) Đúng; b) Sai …" for exactly `count` statements: a bit for each that is true. */
bool label_truths(const char *text, size_t count, uint32_t *mask);

/* "1-A 2-C", "1.A", "Câu 1: A": the pairs of a line that is nothing but pairs; how many, 0 if there is anything else.
 */
struct answer_pair {
    size_t number;
    size_t index; /* of the letter */
    size_t line;  /* the caller's, as the next */
    size_t part;
};
size_t label_pairs(const char *text, struct answer_pair *out, size_t max);

#define LABEL_PAIRS_MAX 200
/* A row of at least two numbers over a row of as many letters, each perhaps behind a word or two ("Câu 1 2 3", "ĐA A C
 * B"): the pairs; 0 if the two lines are anything else. `max` is at most LABEL_PAIRS_MAX. */
size_t label_rows(const char *numbers, const char *letters, struct answer_pair *out, size_t max);

/* "--- HẾT ---": behind it stands no question's text any more. */
bool label_is_end(const char *text);
/* "PHẦN II. TỰ LUẬN", "Chương 3": what stands between questions. */
bool label_is_heading(const char *text);
/* "Trang 1/4 - Mã đề 101": what stands at the foot of a page. */
bool label_is_footer(const char *text);
/* "PHẦN II …" is 2, "Part 1" is 1; 0 if it is no heading of a part. */
size_t label_part(const char *text);
/* A line over the table of answers: "Bảng đáp án", "ĐÁP ÁN ĐỀ SỐ 2", "Đáp án:". */
bool label_is_table_heading(const char *text);

#endif
