/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doubts.ts - what the importers say, in Vietnamese. They say it in English (question-banks/import*.c); a sentence that is
 * not here is shown as it came.
 */
import { lang } from "../lib/i18n";

const VI: [RegExp, string][] = [
  [/^nothing says which answer is right$/, "không có chỗ nào nói câu trả lời nào đúng"],
  [/^it has no text$/, "không có nội dung câu hỏi"],
  [/^it has no answer$/, "không có câu trả lời nào"],
  [/^it has two answer lines$/, "có hai dòng đáp án"],
  [/^it has no ANSWER line$/, "không có dòng ANSWER"],
  [/^its ANSWER is none of its options$/, "ANSWER không phải là một lựa chọn của câu"],
  [/^its options do not follow each other$/, "các lựa chọn không theo thứ tự A, B, C"],
  [/^its answer line "(.*)" is none of its choices$/, "dòng đáp án “$1” không phải là một lựa chọn của câu"],
  [/^"(.*)" is none of its choices$/, "“$1” không phải là một lựa chọn của câu"],
  [/^"(.*)" names one choice and is another one's text$/, "“$1” vừa là chữ cái của một lựa chọn, vừa là nội dung của lựa chọn khác"],
  [/^"(.*)" does not say true or false of each statement$/, "“$1” không nói đúng hay sai cho từng mệnh đề"],
  [/^"(.*)" is not one number, and no range$/, "“$1” không phải là một số, cũng không phải một khoảng"],
  [/^the answer (.*) can be read as two numbers$/, "đáp án $1 có thể đọc thành hai số khác nhau"],
  [/^star, answer line, table and formatting do not say the same$/, "dấu sao, dòng đáp án, bảng đáp án và định dạng chữ nói khác nhau"],
  [/^the table gives (.*), which is no choice$/, "bảng đáp án ghi $1, nhưng câu không có lựa chọn ấy"],
  [/^the number (\d+) stands twice, so the table does not say which is meant$/, "có hai câu số $1, nên không rõ bảng đáp án nói câu nào"],
  [/^choice (.) does not follow the one before it$/, "lựa chọn $1 không nối tiếp lựa chọn trước nó"],
  [/^the text behind its last choice may be the next question's$/, "phần chữ sau lựa chọn cuối có thể thuộc câu sau"],
  [/^a choice before the last one is empty$/, "có một lựa chọn ở giữa để trống"],
  [/^each of several answers alone is right, which a bank cannot hold$/, "mỗi đáp án trong nhiều đáp án đều đúng riêng, bộ câu hỏi không chứa được kiểu này"],
  [/^a wrong answer gives part of the points, which a bank cannot hold$/, "có đáp án sai được một phần điểm, bộ câu hỏi không chứa được kiểu này"],
  [/^more than one answer is right, though only one may be given$/, "nhiều đáp án đúng, dù chỉ được chọn một"],
  [/^it has several right answers, though it takes one only$/, "nhiều đáp án đúng, dù chỉ được chọn một"],
  [/^a pair is not written as "left -> right"$/, "có cặp không viết theo dạng “trái -> phải”"],
  [/^it has not exactly one right number( or range)?$/, "không có đúng một đáp số"],
  [/^its right answer is no number$/, "đáp án không phải là số"],
  [/^it is an essay, which nobody can mark by a key$/, "là câu tự luận, không chấm bằng đáp án được"],
  [/^its answer is no text$/, "đáp án không phải là chữ"],
  [/^its answer is not all of its letters in an order$/, "đáp án không nêu thứ tự của tất cả các chữ cái"],
  [/^its right answer is not an order of all its choices$/, "đáp án không nêu thứ tự của tất cả các lựa chọn"],
  [/^its right answer names a choice that is not there$/, "đáp án nêu một lựa chọn không có"],
  [/^a left side has (no|not exactly one) right side$/, "có vế trái không có đúng một vế phải"],
  /* what did not come in, or not whole */
  [/^belongs to no question: (.*)$/, "không thuộc câu nào: $1"],
  [/^was joined to the choice above it: (.*)$/, "được nối vào lựa chọn phía trên: $1"],
  [/^was left out: (.*)$/, "bị bỏ lại: $1"],
  [/^the table of answers has (\d+), but no question has$/, "bảng đáp án có câu $1, nhưng không có câu hỏi nào mang số ấy"],
  [/^more than (\d+) questions; the rest was left out$/, "nhiều hơn $1 câu; phần còn lại bị bỏ lại"],
  [/^more than (\d+) rows; the rest was left out$/, "nhiều hơn $1 dòng; phần còn lại bị bỏ lại"],
  [/^is no text: .*$/, "không phải là văn bản"],
  [/^is no UTF-8; it was read as Windows-1258.*$/, "không phải UTF-8; đã đọc theo Windows-1258, xin xem lại các chữ có dấu"],
  [/^is a ZIP file, but neither .*$/, "là tệp nén, nhưng không phải .docx, .xlsx hay gói QTI"],
  [/^is no \.docx file.*$/, "không phải là tệp .docx, hoặc tệp bị hỏng"],
  [/^is no \.xlsx file$/, "không phải là tệp .xlsx, hoặc tệp bị hỏng"],
  [/^it cannot be unpacked$/, "không mở nén được"],
  [/^it has several pictures, and can show one$/, "có nhiều hình, mà mỗi câu chỉ có một hình"],
  [/^a picture in front of the first question did not come in$/, "một hình đứng trước câu đầu tiên không vào được"],
  [/^a second picture of the same question did not come in$/, "hình thứ hai của cùng một câu không vào được"],
  [/^a picture did not come in: it is too large, or of a kind that is not shown here$/, "một hình không vào được: quá lớn, hoặc thuộc loại không hiện được ở đây"],
  [/^a picture did not come in: there are too many$/, "một hình không vào được: có quá nhiều hình"],
  [/^a picture, sound or formula did not come in$/, "hình, âm thanh hoặc công thức không vào được"],
  [/^(.*) did not come in$/, "$1 không vào được"],
  [/^a formula came in as its letters alone: (.*)$/, "công thức chỉ vào được phần chữ: $1"],
  [/^a quotation mark opens a cell and is never closed$/, "có dấu ngoặc kép mở ô mà không đóng"],
  [/^an opening brace is never closed$/, "có dấu ngoặc nhọn mở mà không đóng"],
  [/^an answer without a question$/, "có đáp án mà không có câu hỏi"],
  [/^an option without a question$/, "có lựa chọn mà không có câu hỏi"],
  [/^text without an answer in braces was left out$/, "phần chữ không có đáp án trong ngoặc nhọn bị bỏ lại"],
  [/^the question has several lines; they were joined$/, "câu hỏi có nhiều dòng; đã nối lại"],
  [/^feedback for a single answer was left out$/, "nhận xét riêng cho một đáp án bị bỏ lại"],
  [/^has no question in its cell$/, "ô câu hỏi để trống"],
  [/^has several right answers: all of them will have to be ticked$/, "có nhiều đáp án đúng: phải chọn đủ mới được điểm"],
  [/^time "(.*)" is not a number of seconds$/, "thời gian “$1” không phải là số giây"],
  [/^no row names the columns.*$/, "không có dòng tiêu đề cột; cần “Câu hỏi”, “A” đến “D” và “Đáp án”"],
  [/^a cell holds a date; it came in as (.*)$/, "có ô là ngày tháng; đã đọc thành $1"],
];

/** The sentence in the language of the page; `lang` is set where it is not. */
export function heard(message: string): { text: string; lang?: string } {
  if (lang.get() === "en")
    return { text: message };
  const found = VI.find(([pattern]) => pattern.test(message));
  return found ? { text: message.replace(found[0], found[1]) } : { text: message, lang: "en" };
}
