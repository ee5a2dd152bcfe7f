/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults.ts - what the server's loader found wrong: to which field of the editor it belongs, and in the reader's language.
 *
 * The loader (question-banks/check.c, question_json.c, key_json.c) says it in English; a sentence that is not here is shown
 * as it came.
 */
import { lang } from "../lib/i18n";

export interface Fault { line: number; column: number; question: string | null; field: string | null; message: string }

const VI: [RegExp, string][] = [
  [/^is empty$/, "đang để trống"],
  [/^is missing$/, "còn thiếu"],
  [/^is (\d+) bytes long, expected at most (\d+)$/, "dài quá: $1 byte, nhiều nhất $2 (chữ có dấu chiếm 2 đến 3 byte)"],
  [/^has no text in "(.*)", expected one in each language of the bank$/, "chưa có chữ bằng “$1”; bộ này cần đủ các ngôn ngữ"],
  [/^is no language of the bank$/, "không phải ngôn ngữ của bộ này"],
  [/^has a control character.*$/, "có ký tự điều khiển không hiện được; xóa đi rồi gõ lại"],
  [/^is not in composed form.*$/, "có chữ và dấu viết rời nhau (Unicode tổ hợp); gõ lại chữ ấy"],
  [/^expected a text: .*$/, "phải là chữ"],
  [/^expected a string$/, "phải là chữ"],
  [/^says the same as another one$/, "trùng với một lựa chọn khác"],
  [/^expected an array of (\d+) to (\d+), each with id and text$/, "cần từ $1 đến $2 lựa chọn"],
  [/^expected an array with the id of one of the choices$/, "chưa chọn đáp án đúng"],
  [/^expected an array of the right choices' ids.*$/, "chưa chọn đáp án đúng nào"],
  [/^expected true or false$/, "chưa chọn Đúng hay Sai"],
  [/^expected an object that says true or false of each choice's id$/, "phải chọn Đúng hay Sai cho từng mệnh đề"],
  [/^expected an array of all choices' ids in the right order$/, "thứ tự đúng phải có đủ các lựa chọn"],
  [/^expected an object from each left id to a right id$/, "phải ghép mỗi vế trái với một vế phải"],
  [/^gives one right side to two left ones.*$/, "một vế phải đang ghép với hai vế trái"],
  [/^expected a number from -1e12 to 1e12$/, "phải là một số, ví dụ 12 hoặc 3,75"],
  [/^is less than 0$/, "không được nhỏ hơn 0"],
  [/^low is greater than high$/, "số nhỏ nhất đang lớn hơn số lớn nhất"],
  [/^expected an object with value and tolerance, or with low and high$/, "phải có đáp số"],
  [/^expected an array of 1 to (\d+) strings$/, "cần từ 1 đến $1 cách viết được nhận"],
  [/^nothing is left of it to compare$/, "bỏ dấu câu đi thì không còn chữ nào để so"],
  [/^stands twice, expected once$/, "bị viết hai lần"],
  [/^stands twice in this bank, expected once$/, "có hai câu mang mã này"],
  [/^expected a whole number from (-?\d+) to (\d+)$/, "phải là số nguyên từ $1 đến $2"],
  [/^expected a date as "YYYY", "YYYY-MM" or "YYYY-MM-DD"$/, "ngày viết là 2026, 2026-10 hoặc 2026-10-06"],
  [/^expected an array of 1 to (\d+) questions$/, "bộ phải có từ 1 đến $1 câu"],
  [/^expected an array of 1 to (\d+) language tags$/, "chọn ít nhất một ngôn ngữ"],
  [/^expected an array of 1 to (\d+) names$/, "cần từ 1 đến $1 tên tác giả"],
  [/^expected 1 to \d+ lower-case letters, digits and single hyphens$/, "chỉ gồm chữ thường không dấu, số và gạch nối ở giữa"],
  [/^no such kind; .*$/, "không có kiểu câu này"],
  [/^no such field.*$/, "không có mục này"],
  [/^an? (\w+) question has none$/, "kiểu câu này không có mục ấy"],
  [/^no file (.*) beside the bank$/, "máy chủ không có tệp $1; chọn lại tệp, hoặc bỏ hình"],
  [/^(media\/\S+) has (\d+) bytes, expected at most (\d+)$/, "tệp $1 lớn quá: $2 byte, nhiều nhất $3"],
  [/^(media\/\S+) has (\d+) pixels, expected at most (\d+)$/, "hình $1 lớn quá: $2 điểm ảnh, nhiều nhất $3"],
  [/^(media\/\S+) is (\d+) by (\d+) pixels, expected at most (\d+) each way$/, "hình $1 lớn quá: $2 × $3 điểm ảnh, mỗi chiều nhiều nhất $4"],
  [/^(media\/\S+) lasts (\d+) ms, expected at most (\d+)$/, "âm thanh $1 dài quá: $2 ms, nhiều nhất $3"],
  [/^(media\/\S+) holds what a picture may not: (.*)$/, "hình $1 có thứ mà hình không được có: $2"],
  [/^(media\/\S+) holds (.*), expected (\S+) as its name says$/, "tệp $1 không đúng với đuôi tên: cần $3"],
  [/^(media\/\S+) is broken or was cut off$/, "tệp $1 bị hỏng hoặc bị cắt"],
  [/^(\S+) is damaged, or has more than (\d+) bytes$/, "$1 bị hỏng, hoặc lớn hơn $2 byte"],
  [/^the ZIP file holds more than one \.json file$/, "tệp ZIP có nhiều hơn một tệp .json"],
  [/^the ZIP file is damaged.*$/, "tệp ZIP bị hỏng"],
  [/^expected 64 hex digits, lower case$/, "mã SHA-256 phải là 64 chữ số hex"],
  [/^the file has (.*): it is another one$/, "tệp đã là tệp khác: $1"],
  [/^is missing: what does it show.*$/, "cần vài chữ tả hình cho người không nhìn thấy"],
  [/^has (\d+) bytes, expected at most (\d+)$/, "lớn quá: $1 byte, nhiều nhất $2"],
  [/^"(.*)" stands twice, expected each id once$/, "mã “$1” bị viết hai lần"],
  [/^expected "all-correct"$/, "chỉ dự đoán được “all-correct”"],
  [/^expected "hosts", "practice" or "sealed"$/, "phải là hosts, practice hoặc sealed"],
  [/^expected "media\/NAME" ending in (.*)$/, "tên tệp phải là media/TÊN, đuôi $1"],
  [/^expected \d+ to (\d+) letters, digits, _ or -$/, "mã gồm 1 đến $1 chữ cái, chữ số, _ hoặc -"],
  [/^expected a language tag like .*$/, "phải là mã ngôn ngữ như vi hoặc en"],
  [/^expected a string, or an object with text, date and stable$/, "nguồn phải là chữ, hoặc có chữ, ngày và cờ không đổi"],
  [/^expected a version like .*$/, "số phiên bản phải như 1.2.0"],
  [/^expected an array of "case", "diacritics", "tone-place", each once$/, "cách bỏ qua khác biệt không hợp lệ"],
  [/^expected an object with id and text$/, "mỗi lựa chọn cần mã và chữ"],
  [/^expected an object with accept and ignore$/, "cần các cách viết được nhận"],
  [/^expected an object with file and alt$/, "hình cần tên tệp và vài chữ tả hình"],
  [/^expected an object$/, "không đúng dạng"],
  [/^expected null: nobody knows it yet$/, "câu dự đoán không có đáp án trước"],
  [/^is larger than (\d+) bytes$/, "lớn hơn $1 byte"],
];

/** The sentence in the language of the page; `lang` is set where it is not. */
export function faultText(message: string): { text: string; lang?: string } {
  if (lang.get() === "en")
    return { text: message };
  const found = VI.find(([pattern]) => pattern.test(message));
  return found ? { text: message.replace(found[0], found[1]) } : { text: message, lang: "en" };
}

/* ---- where it belongs ---- */

const first = (languages: string[], wanted: string | undefined) => (wanted !== undefined && languages.indexOf(wanted) >= 0 ? wanted : languages[0] || "vi");

/* Patterns of the loader's fields, and the field of the editor; {l} is the language. What is not here is told of the question as a whole. */
const PLACES: [RegExp, (found: RegExpExecArray, languages: string[]) => string][] = [
  [/^(text|explain|title|description)(?:\.([\w-]+))?$/, (f, l) => `${f[1]}.${first(l, f[2])}`],
  [/^(choices|left|right)\[(\d+)\](?:\.id|\.text)?(?:\.([\w-]+))?$/, (f, l) => `${f[1]}.${f[2]}.${first(l, f[3])}`],
  [/^(choices|left|right)$/, (f) => `${f[1]}`],
  [/^key\.(value|tolerance|low|high)$/, (f) => `key.${f[1]}`],
  [/^key/, () => "key"],
  [/^source\.date$/, () => "source.date"],
  [/^source/, () => "source"],
  [/^media\.alt(?:\.([\w-]+))?$/, (f, l) => `media.alt.${first(l, f[1])}`],
  [/^media/, () => "media"],
  [/^(topic|difficulty|limit_s|weight|kind|id|licence|visibility|questions)$/, (f) => `${f[1]}`],
  [/^authors/, () => "authors"],
  [/^languages/, () => "languages"],
];

export function placeOf(field: string | null, languages: string[]): string {
  for (const [pattern, place] of PLACES) {
    const found = pattern.exec(field || "");
    if (found)
      return place(found, languages);
  }
  return "";
}

/** Faults by place: of the head under "", of questions under their id. */
export type Placed = { [question: string]: { [place: string]: Fault[] } };

export function placed(faults: Fault[], languages: string[]): Placed {
  const all: Placed = {};
  const choice = (fault: Fault) => (fault.field || "").replace(/\].*$/, "]");
  const blank = (fault: Fault) => faults.some((other) => other.message === "is empty" && other.question === fault.question && choice(other) === choice(fault));
  faults.filter((fault) => fault.message !== "says the same as another one" || !blank(fault)).forEach((fault) => { /* two that are empty are not alike, but unfinished */
    const of = fault.question || "";
    const mine = all[of] || (all[of] = {});
    const place = placeOf(fault.field, languages);
    (mine[place] || (mine[place] = [])).push(fault);
  });
  return all;
}

export const countOf = (places: { [place: string]: Fault[] } | undefined): number => (places ? Object.keys(places).reduce((sum, place) => sum + (places[place] || []).length, 0) : 0);
