/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/marks_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "question-banks/memory.h"

#define ZONE_S (7 * 3600) /* Vietnam keeps one time all year */

static const char *const words[WORD_COUNT][MARKS_LANGUAGE_COUNT] = {
    [WORD_MARKS] = {"Bảng điểm", "Marks"},
    [WORD_QUESTIONS] = {"Theo câu hỏi", "By question"},
    [WORD_ANSWERS] = {"Câu trả lời", "Answers"},
    [WORD_BANK] = {"Bộ câu hỏi", "Question bank"},
    [WORD_DATE] = {"Ngày", "Date"},
    [WORD_STATE] = {"Kết quả", "Result"},
    [WORD_RULE] = {"Cách tính", "Rule"},
    [WORD_NUMBER] = {"STT", "No."},
    [WORD_NAME] = {"Họ và tên", "Name"},
    [WORD_UNIT] = {"Lớp, đội", "Class, team"},
    [WORD_MARK] = {"Điểm 10", "Mark of 10"},
    [WORD_RIGHT] = {"Đúng", "Right"},
    [WORD_PARTLY] = {"Đúng một phần", "Partly right"},
    [WORD_WRONG] = {"Sai", "Wrong"},
    [WORD_NONE] = {"Không trả lời", "Not answered"},
    [WORD_COUNTED] = {"Số câu tính", "Questions counted"},
    [WORD_POINTS] = {"Điểm thi", "Points"},
    [WORD_RANK] = {"Hạng", "Rank"},
    [WORD_NOTE] = {"Ghi chú", "Note"},
    [WORD_QUESTION] = {"Câu", "Question"},
    [WORD_TEXT] = {"Nội dung", "Text"},
    [WORD_TOPIC] = {"Chủ đề", "Topic"},
    [WORD_STANDING] = {"Tính điểm", "Counts"},
    [WORD_OF] = {"Số người có câu này", "People asked"},
    [WORD_RIGHT_SHARE] = {"Tỉ lệ đúng", "Share right"},
    [WORD_MOST_WRONG] = {"Sai nhiều nhất", "Most given wrong answer"},
    [WORD_HOW_MANY] = {"Số người", "People"},
    [WORD_DISQUALIFIED] = {"bị loại", "disqualified"},
    [WORD_ABSENT] = {"vắng", "absent"},
    [WORD_CAME_LATE] = {"vào từ câu", "came at question"},
    [WORD_CAME_AFTER] = {"vào khi đã hết câu hỏi", "came after the last question"},
    [WORD_LATE] = {"muộn", "late"},
    [WORD_BEFORE] = {"chưa vào", "not in yet"},
    [WORD_TEACHER] = {"Giáo viên (ký, ghi rõ họ tên)", "Teacher (signature, full name)"},
    [WORD_TRUE] = {"Đúng", "True"},
    [WORD_FALSE] = {"Sai", "False"},
    [WORD_ERASED] = {"(đã xóa)", "(erased)"},
    [WORD_LEGEND] = {"✓ đúng · ◐ đúng một phần · ✗ sai · – không trả lời",
                     "✓ right · ◐ partly right · ✗ wrong · – not answered"},
};

const char *marks_word(enum marks_language language, enum marks_word word)
{
    return words[word][language];
}

const char *marks_rule_text(const struct marks_wish *wish, enum marks_language language)
{
    static const char *const texts[MARKS_RULE_COUNT][MARKS_LANGUAGE_COUNT] = {
        [MARKS_BY_RIGHT] =
            {"10 × phần trả lời đúng / số câu được tính; làm tròn đến 0,1. Trả lời nhanh hay chậm không "
             "đổi điểm.",
             "10 × credit of right answers / questions that count, rounded to 0.1. Speed does not change "
             "the mark."},
        [MARKS_BY_POINTS] = {"10 × điểm thi / điểm thi cao nhất có thể đạt; làm tròn đến 0,1.",
                             "10 × points / most points that could be had, rounded to 0.1."},
    };
    return texts[wish->rules.rule][language];
}

const char *marks_before_text(const struct marks_wish *wish, enum marks_language language)
{
    static const char *const texts[MARKS_BEFORE_COUNT][MARKS_LANGUAGE_COUNT] = {
        [MARKS_BEFORE_MISSED] = {"Vào muộn: câu đã qua tính là không trả lời.",
                                 "Late joiners: questions already over count as not answered."},
        [MARKS_BEFORE_LEFT_OUT] = {"Vào muộn: câu đã qua không tính.",
                                   "Late joiners: questions already over are left out."},
    };
    return texts[wish->rules.before][language];
}

const char *marks_absent_text(const struct marks_wish *wish, enum marks_language language)
{
    static const char *const texts[MARKS_ABSENT_COUNT][MARKS_LANGUAGE_COUNT] = {
        [MARKS_ABSENT_EMPTY] = {"Vắng: để trống.", "Absent: no mark."},
        [MARKS_ABSENT_ZERO] = {"Vắng: 0 điểm.", "Absent: mark 0."},
    };
    return texts[wish->absent][language];
}

static const struct {
    const char *name;
    const char *texts[MARKS_LANGUAGE_COUNT];
} standings[MARK_STANDING_COUNT] = {
    [MARK_STANDING_COUNTS] = {"counts", {"có", "yes"}},
    [MARK_STANDING_GIFT] = {"gift", {"tặng điểm cho ai đã trả lời", "full to all who answered"}},
    [MARK_STANDING_VOID] = {"void", {"bỏ, không tính", "void, does not count"}},
    [MARK_STANDING_UNSCORED] = {"unasked", {"chưa hỏi, không tính", "not asked, does not count"}},
    [MARK_STANDING_KEYLESS] = {"no-key", {"chưa có đáp án, không tính", "no key yet, does not count"}},
};

const char *marks_standing_text(enum mark_standing standing, enum marks_language language)
{
    return standings[standing].texts[language];
}

const char *marks_standing_name(enum mark_standing standing)
{
    return standings[standing].name;
}

const char *marks_cell_name(enum mark_cell cell)
{
    static const char *const names[CELL_COUNT] = {
        [CELL_OUT] = "out",     [CELL_BEFORE] = "before", [CELL_NONE] = "none",   [CELL_LATE] = "late",
        [CELL_WRONG] = "wrong", [CELL_PARTLY] = "partly", [CELL_RIGHT] = "right",
    };
    return names[cell];
}

const char *marks_state_text(const struct room *room, enum marks_language language)
{
    static const struct {
        const char *name;
        const char *texts[MARKS_LANGUAGE_COUNT];
    } states[] = {{"live", {"đang diễn ra, chưa xong", "still going on"}},
                  {"provisional", {"tạm thời", "provisional"}},
                  {"final", {"chính thức", "final"}}};
    size_t i = 0;
    while (i + 1 < sizeof states / sizeof states[0] && strcmp(states[i].name, room_result_name(room)) != 0)
        i++;
    return states[i].texts[language];
}

void marks_date(int64_t at_ms, enum marks_language language, char out[MARKS_DATE_MAX])
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(at_ms / 1000 + ZONE_S);
    struct tm day;

    gmtime_r(&seconds, &day);
    if (language == MARKS_VI)
        snprintf(out, MARKS_DATE_MAX, "%d/%d/%d", day.tm_mday, day.tm_mon + 1, day.tm_year + 1900);
    else
        snprintf(out, MARKS_DATE_MAX, "%d %s %d", day.tm_mday, months[day.tm_mon], day.tm_year + 1900);
}

/* ---- texts of the bank ---- */

const struct question *marks_bank_question(const struct results_table *table, uint32_t q)
{
    const struct bank *bank = table->replay->bank;
    uint32_t index = table->plan->questions[q - 1].bank_index;
    return index < bank->question_count ? &bank->questions[index] : NULL;
}

char *marks_text_in(const char *json, enum marks_language language)
{
    static const char *const names[MARKS_LANGUAGE_COUNT] = {[MARKS_VI] = "vi", [MARKS_EN] = "en"};
    cJSON *parsed = json == NULL ? NULL : cJSON_Parse(json);
    const cJSON *chosen = parsed;

    if (parsed != NULL && cJSON_IsObject(parsed)) {
        chosen = cJSON_GetObjectItemCaseSensitive(parsed, names[language]);
        if (chosen == NULL)
            chosen = parsed->child;
    }
    const char *text = cJSON_GetStringValue(chosen);
    char *copy = memory_copy(text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
    cJSON_Delete(parsed);
    return copy;
}

char *marks_title(const struct results_table *table, enum marks_language language)
{
    if (table->plan->title[0] != '\0')
        return memory_copy(table->plan->title, strlen(table->plan->title));
    return marks_text_in(table->replay->bank->title_json, language);
}

/* ---- answers ---- */

struct telling {
    const struct question *question;
    enum marks_language language;
    struct buffer text;
};

static void put_choice(struct telling *telling, const char *id, bool on_right)
{
    const struct question *question = telling->question;
    const struct shape *shape = &question->shape;
    const struct choice *choices = on_right ? question->rights : question->choices;
    size_t count = on_right ? shape->right_count : shape->choice_count;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(on_right ? shape->rights[i] : shape->choices[i], id) != 0)
            continue;
        char *text = marks_text_in(choices[i].text_json, telling->language);
        buffer_put(&telling->text, text[0] == '\0' ? id : text);
        free(text);
        return;
    }
    buffer_put(&telling->text, id);
}

static void put_truth(struct telling *telling, bool truth)
{
    buffer_put(&telling->text, words[truth ? WORD_TRUE : WORD_FALSE][telling->language]);
}

static void put_list(struct telling *telling, const cJSON *list)
{
    const cJSON *item;
    const char *between = telling->question->shape.kind == KIND_ORDER ? " → " : "; ";

    cJSON_ArrayForEach(item, list)
    {
        const char *id = cJSON_GetStringValue(item);
        if (telling->text.length > 0)
            buffer_put(&telling->text, between);
        if (telling->question->shape.kind == KIND_TRUEFALSE)
            put_truth(telling, id != NULL && strcmp(id, "true") == 0);
        else
            put_choice(telling, id == NULL ? "" : id, false);
    }
}

/* Statements are told by their letters: their texts are long. */
static void put_pairs(struct telling *telling, const cJSON *pairs)
{
    const struct shape *shape = &telling->question->shape;

    for (size_t i = 0; i < shape->choice_count; i++) {
        const cJSON *with = cJSON_GetObjectItemCaseSensitive(pairs, shape->choices[i]);
        if (with == NULL)
            continue;
        if (telling->text.length > 0)
            buffer_put(&telling->text, "; ");
        if (shape->kind == KIND_STATEMENTS) {
            buffer_print(&telling->text, "%c) ", (char)('a' + i));
            put_truth(telling, cJSON_IsTrue(with));
            continue;
        }
        put_choice(telling, shape->choices[i], false);
        buffer_put(&telling->text, " – ");
        put_choice(telling, cJSON_IsString(with) ? with->valuestring : "", true);
    }
}

static void put_number(struct telling *telling, const struct shape *shape, uint64_t value)
{
    char form[KIND_LOG_FORM_MAX];

    kind_write_log(shape, value, form);
    char *point = strchr(form, '.');
    if (point != NULL && telling->language == MARKS_VI)
        *point = ',';
    buffer_put(&telling->text, form);
}

char *marks_answer_text(const struct results_table *table, const struct answer_view *answer,
                        enum marks_language language)
{
    const struct shape *shape = &table->plan->questions[answer->q - 1].shape;
    struct telling telling = {.question = marks_bank_question(table, answer->q), .language = language};
    cJSON *wire =
        kind_to_wire(shape, answer->value, answer->shown == NULL ? words[WORD_ERASED][language] : answer->shown);

    buffer_init(&telling.text);
    if (shape->kind == KIND_NUMBER || shape->kind == KIND_PREDICTION)
        put_number(&telling, shape, answer->value);
    else if (cJSON_IsString(wire))
        buffer_put(&telling.text, wire->valuestring);
    else if (telling.question != NULL && cJSON_IsArray(wire))
        put_list(&telling, wire);
    else if (telling.question != NULL && cJSON_IsObject(wire))
        put_pairs(&telling, wire);
    cJSON_Delete(wire);
    return buffer_take(&telling.text);
}

/* ---- lines ---- */

/* Nobody fails a room that asked nothing. */
static bool anything_counts(const struct room *room)
{
    for (uint32_t q = 1; q <= room_plan(room)->question_count; q++)
        if (marks_counts(marks_standing(room, q)))
            return true;
    return false;
}

void marks_of_line(const struct marks_sheet *sheet, const struct results_line *line, struct mark_line *out)
{
    const struct room *room = sheet->table->replay->room;

    marks_line(room, &sheet->wish->rules, line->seat, out);
    if (line->absent && sheet->wish->absent == MARKS_ABSENT_ZERO && anything_counts(room))
        out->mark = 0;
}

const char *marks_name(const struct results_line *line, enum marks_language language)
{
    return line->row.name[0] == '\0' ? words[WORD_ERASED][language] : line->row.name;
}

uint32_t marks_missed(const struct mark_line *marks, const struct marks_wish *wish)
{
    uint32_t before = wish->rules.before == MARKS_BEFORE_MISSED ? marks->cells[CELL_BEFORE] : 0;
    return marks->cells[CELL_NONE] + marks->cells[CELL_LATE] + before;
}

char *marks_note(const struct marks_sheet *sheet, const struct results_line *line, const struct mark_line *marks)
{
    enum marks_language language = sheet->wish->language;
    uint32_t first = room_view_first_q(sheet->table->replay->room, line->seat);
    struct buffer note;

    buffer_init(&note);
    if (line->absent)
        buffer_put(&note, words[WORD_ABSENT][language]);
    if (marks->disqualified)
        buffer_put(&note, words[WORD_DISQUALIFIED][language]);
    if (marks->cells[CELL_BEFORE] > 0) {
        buffer_put(&note, note.length > 0 ? "; " : "");
        if (first > sheet->table->plan->question_count)
            buffer_put(&note, words[WORD_CAME_AFTER][language]);
        else
            buffer_print(&note, "%s %u", words[WORD_CAME_LATE][language], first);
    }
    return buffer_take(&note);
}
