/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three sheets, ready to print on A4: the marks, the questions, and who answered what. Strings are written as strings,
 * so no cell is a formula; numbers are numbers, shown as the language writes them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <xlsxwriter.h>
#include "engine/marks_text.h"
#include "question-banks/memory.h"

#define PAPER_A4 9
#define MARKS_HEAD_ROW 7
#define HEAD_ROW 2
#define HEAD_HEIGHT 34 /* points: two lines */
#define LINE_HEIGHT 15 /* points */
#define LINES_MAX 25
#define TEXT_WIDTH 60
#define WRONG_WIDTH 36
#define ANSWER_WIDTH 20
#define NAME_COLUMN 1
#define COUNTS_COLUMN 4
#define COUNTS_LAST 11
#define FIRST_ANSWER 3
#define FIGURES_COLUMN 4
#define FIGURES 6

struct book {
    const struct results_table *table;
    const struct marks_wish *wish;
    enum marks_language language;
    lxw_workbook *book;
    lxw_format *title;
    lxw_format *head;
    lxw_format *cell;
    lxw_format *wrapped;
    lxw_format *mark;
    lxw_format *percent;
    lxw_format *answer[CELL_COUNT];
    lxw_format *number[CELL_COUNT];
};

struct column {
    enum marks_word head;
    double width;
};

static const char *word(const struct book *book, enum marks_word word)
{
    return marks_word(book->language, word);
}

static lxw_format *add_cell_format(struct book *book)
{
    lxw_format *format = workbook_add_format(book->book);
    format_set_border(format, LXW_BORDER_THIN);
    format_set_border_color(format, 0x999999);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    return format;
}

/* A sign beside the colour: colour alone says nothing to some, and nothing in black and white. */
static const struct {
    const char *sign;
    lxw_color_t colour;
} shown[CELL_COUNT] = {
    [CELL_OUT] = {"", LXW_COLOR_WHITE}, [CELL_BEFORE] = {"", 0xeeeeee},  [CELL_NONE] = {"–", 0xeeeeee},
    [CELL_LATE] = {"", 0xeeeeee},       [CELL_WRONG] = {"✗ ", 0xf8d7d7}, [CELL_PARTLY] = {"◐ ", 0xfff0c2},
    [CELL_RIGHT] = {"✓ ", 0xdff2df},
};

/* The language's own comma or point, whatever the machine's: 42a is Vietnamese, 809 British English. */
static const char *const locales[MARKS_LANGUAGE_COUNT] = {[MARKS_VI] = "[$-42A]", [MARKS_EN] = "[$-809]"};

static void add_answer_formats(struct book *book, enum mark_cell cell)
{
    char form[40];

    snprintf(form, sizeof form, "%s\"%s\"General", locales[book->language], shown[cell].sign);
    book->answer[cell] = add_cell_format(book);
    format_set_bg_color(book->answer[cell], shown[cell].colour);
    format_set_text_wrap(book->answer[cell]);
    book->number[cell] = add_cell_format(book);
    format_set_bg_color(book->number[cell], shown[cell].colour);
    format_set_align(book->number[cell], LXW_ALIGN_LEFT);
    format_set_num_format(book->number[cell], form);
}

static void add_formats(struct book *book)
{
    char tenths[16];

    snprintf(tenths, sizeof tenths, "%s0.0", locales[book->language]);
    book->title = workbook_add_format(book->book);
    format_set_bold(book->title);
    format_set_font_size(book->title, 14);
    book->head = add_cell_format(book);
    format_set_bold(book->head);
    format_set_text_wrap(book->head);
    format_set_bg_color(book->head, 0xeeeeee);
    book->cell = add_cell_format(book);
    book->wrapped = add_cell_format(book);
    format_set_text_wrap(book->wrapped);
    book->mark = add_cell_format(book);
    format_set_bold(book->mark);
    format_set_num_format(book->mark, tenths);
    book->percent = add_cell_format(book);
    format_set_num_format(book->percent, "0%");
    for (enum mark_cell cell = CELL_OUT; cell < CELL_COUNT; cell++)
        add_answer_formats(book, cell);
}

/* As wide as the paper, but for who answered what: that goes on over several sheets of paper, or nobody could read it.
 */
static lxw_worksheet *add_page(struct book *book, enum marks_word name, lxw_row_t head_row)
{
    lxw_worksheet *page = workbook_add_worksheet(book->book, word(book, name));
    worksheet_set_paper(page, PAPER_A4);
    worksheet_set_margins(page, 0.5, 0.5, 0.6, 0.7);
    if (name != WORD_ANSWERS)
        worksheet_fit_to_pages(page, 1, 0);
    worksheet_repeat_rows(page, head_row, head_row);
    worksheet_set_footer(page, "&C&P/&N");
    worksheet_freeze_panes(page, head_row + 1, NAME_COLUMN + 1);
    return page;
}

static void write_heads(const struct book *book, lxw_worksheet *page, lxw_row_t row, const struct column *columns,
                        size_t count)
{
    worksheet_set_row(page, row, HEAD_HEIGHT, NULL);
    for (size_t i = 0; i < count; i++) {
        lxw_col_t column = (lxw_col_t)i;
        worksheet_write_string(page, row, column, word(book, columns[i].head), book->head);
        worksheet_set_column(page, column, column, columns[i].width, NULL);
    }
}

/* How many lines of a column this wide a text takes, roughly: not every program makes rows higher by itself. */
static uint32_t lines_of(const char *text, uint32_t width)
{
    uint32_t letters = 0;

    for (; *text != '\0'; text++)
        letters += ((unsigned char)*text & 0xc0) != 0x80;
    return letters == 0 ? 1 : letters / width + 1;
}

static void set_lines(lxw_worksheet *page, lxw_row_t row, uint32_t lines)
{
    if (lines > 1)
        worksheet_set_row(page, row, LINE_HEIGHT * (lines < LINES_MAX ? lines : LINES_MAX), NULL);
}

/* Takes `text`. */
static void write_taken(lxw_worksheet *page, lxw_row_t row, lxw_col_t column, char *text, lxw_format *format)
{
    worksheet_write_string(page, row, column, text, format);
    free(text);
}

static void write_title(const struct book *book, lxw_worksheet *page, enum marks_word what)
{
    struct buffer line;
    char *title = marks_title(book->table, book->language);

    buffer_init(&line);
    buffer_print(&line, "%s – %s", word(book, what), title);
    write_taken(page, 0, 0, buffer_take(&line), book->title);
    free(title);
}

/* ---- the marks ---- */

static void write_about(const struct book *book, lxw_worksheet *page)
{
    const struct replay *replay = book->table->replay;
    char *bank = marks_text_in(replay->bank->title_json, book->language);
    char date[MARKS_DATE_MAX];
    struct buffer line;

    marks_date(room_created_at_ms(replay->room), book->language, date);
    buffer_init(&line);
    buffer_print(&line, "%s: %s (%s %s)", word(book, WORD_BANK), bank, book->table->plan->bank_id,
                 book->table->plan->bank_version);
    write_taken(page, 1, 0, buffer_take(&line), NULL);
    buffer_print(&line, "%s: %s · %s: %s", word(book, WORD_DATE), date, word(book, WORD_STATE),
                 marks_state_text(replay->room, book->language));
    write_taken(page, 2, 0, buffer_take(&line), NULL);
    buffer_print(&line, "%s: %s", word(book, WORD_RULE), marks_rule_text(book->wish, book->language));
    write_taken(page, 3, 0, buffer_take(&line), NULL);
    worksheet_write_string(page, 4, 0, marks_before_text(book->wish, book->language), NULL);
    if (book->table->plan->listed > 0)
        worksheet_write_string(page, 5, 0, marks_absent_text(book->wish, book->language), NULL);
    free(bank);
}

/* `marks` NULL: there are none. */
static void write_figures(const struct book *book, lxw_worksheet *page, lxw_row_t row, const struct mark_line *marks)
{
    if (marks == NULL) {
        for (size_t i = 0; i < FIGURES; i++)
            worksheet_write_blank(page, row, (lxw_col_t)(FIGURES_COLUMN + i), book->cell);
        return;
    }
    const double figures[FIGURES] = {marks->cells[CELL_RIGHT], marks->cells[CELL_PARTLY],
                                     marks->cells[CELL_WRONG], marks_missed(marks, book->wish),
                                     marks->counted,           (double)marks->points};
    for (size_t i = 0; i < FIGURES; i++)
        worksheet_write_number(page, row, (lxw_col_t)(FIGURES_COLUMN + i), figures[i], book->cell);
}

static void write_mark_line(const struct book *book, lxw_worksheet *page, size_t index)
{
    const struct results_line *line = &book->table->lines[index];
    lxw_row_t row = (lxw_row_t)(MARKS_HEAD_ROW + 1 + index);
    struct mark_line marks;

    const struct marks_sheet sheet = {.table = book->table, .wish = book->wish};
    marks_of_line(&sheet, line, &marks);
    worksheet_write_number(page, row, 0, (double)index + 1, book->cell);
    worksheet_write_string(page, row, NAME_COLUMN, marks_name(line, book->language), book->wrapped);
    worksheet_write_string(page, row, 2, line->row.unit, book->wrapped);
    if (marks.mark == MARK_NONE)
        worksheet_write_blank(page, row, 3, book->mark);
    else
        worksheet_write_number(page, row, 3, marks.mark / 10.0, book->mark);
    write_figures(book, page, row, line->absent ? NULL : &marks);
    if (line->row.rank == 0)
        worksheet_write_blank(page, row, 10, book->cell);
    else
        worksheet_write_number(page, row, 10, line->row.rank, book->cell);
    write_taken(page, row, 11, marks_note(&sheet, line, &marks), book->wrapped);
}

static void write_marks(struct book *book)
{
    static const struct column columns[] = {{WORD_NUMBER, 6},  {WORD_NAME, 28},  {WORD_UNIT, 14}, {WORD_MARK, 9},
                                            {WORD_RIGHT, 8},   {WORD_PARTLY, 9}, {WORD_WRONG, 8}, {WORD_NONE, 9},
                                            {WORD_COUNTED, 9}, {WORD_POINTS, 9}, {WORD_RANK, 7},  {WORD_NOTE, 22}};
    lxw_worksheet *page = add_page(book, WORD_MARKS, MARKS_HEAD_ROW);

    write_title(book, page, WORD_MARKS);
    write_about(book, page);
    write_heads(book, page, MARKS_HEAD_ROW, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < book->table->count; i++)
        write_mark_line(book, page, i);
    worksheet_write_string(page, (lxw_row_t)(MARKS_HEAD_ROW + book->table->count + 3), 7, word(book, WORD_TEACHER),
                           NULL);
}

/* ---- the questions ---- */

static void write_counts(const struct book *book, lxw_worksheet *page, lxw_row_t row, const struct mark_question *marks,
                         const char *wrong)
{
    const double counts[] = {marks->of, marks->cells[CELL_RIGHT], marks->cells[CELL_PARTLY], marks->cells[CELL_WRONG],
                             (double)marks->cells[CELL_NONE] + marks->cells[CELL_LATE]};

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        worksheet_write_number(page, row, (lxw_col_t)(COUNTS_COLUMN + i), counts[i], book->cell);
    if (marks->right_percent != MARK_NONE)
        worksheet_write_number(page, row, 9, marks->right_percent / 100.0, book->percent);
    if (!marks->wrong.given)
        return;
    worksheet_write_string(page, row, 10, wrong, book->wrapped);
    worksheet_write_number(page, row, 11, marks->wrong_count, book->cell);
}

static void write_question(const struct book *book, lxw_worksheet *page, uint32_t q)
{
    const struct question *question = marks_bank_question(book->table, q);
    struct mark_question marks;
    lxw_row_t row = HEAD_ROW + q;

    marks_question(book->table->replay->room, q, &marks);
    char *text = marks_text_in(question == NULL ? NULL : question->text_json, book->language);
    char *wrong = marks.wrong.given ? marks_answer_text(book->table, &marks.wrong, book->language) : memory_copy("", 0);
    uint32_t lines = lines_of(text, TEXT_WIDTH), wrong_lines = lines_of(wrong, WRONG_WIDTH);
    set_lines(page, row, lines > wrong_lines ? lines : wrong_lines);
    worksheet_write_number(page, row, 0, q, book->cell);
    worksheet_write_string(page, row, NAME_COLUMN, text, book->wrapped);
    worksheet_write_string(page, row, 2, question == NULL || question->topic == NULL ? "" : question->topic,
                           book->wrapped);
    worksheet_write_string(page, row, 3, marks_standing_text(marks.standing, book->language), book->wrapped);
    for (lxw_col_t column = COUNTS_COLUMN; column <= COUNTS_LAST; column++)
        worksheet_write_blank(page, row, column, book->cell);
    if (marks_counts(marks.standing))
        write_counts(book, page, row, &marks, wrong);
    free(text);
    free(wrong);
}

static void write_questions(struct book *book)
{
    static const struct column columns[] = {{WORD_QUESTION, 9},
                                            {WORD_TEXT, TEXT_WIDTH},
                                            {WORD_TOPIC, 16},
                                            {WORD_STANDING, 22},
                                            {WORD_OF, 10},
                                            {WORD_RIGHT, 8},
                                            {WORD_PARTLY, 9},
                                            {WORD_WRONG, 8},
                                            {WORD_NONE, 9},
                                            {WORD_RIGHT_SHARE, 8},
                                            {WORD_MOST_WRONG, WRONG_WIDTH},
                                            {WORD_HOW_MANY, 8}};
    lxw_worksheet *page = add_page(book, WORD_QUESTIONS, HEAD_ROW);

    worksheet_set_landscape(page);
    write_title(book, page, WORD_QUESTIONS);
    write_heads(book, page, HEAD_ROW, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t q = 1; q <= book->table->plan->question_count; q++)
        write_question(book, page, q);
}

/* ---- who answered what ---- */

/* How many lines it takes. */
static uint32_t write_answer(const struct book *book, lxw_worksheet *page, lxw_row_t row,
                             const struct answer_view *answer, enum mark_cell cell)
{
    const struct shape *shape = &book->table->plan->questions[answer->q - 1].shape;
    lxw_col_t column = (lxw_col_t)(FIRST_ANSWER + answer->q - 1);
    struct buffer text;

    if (answer->given && (shape->kind == KIND_NUMBER || shape->kind == KIND_PREDICTION)) {
        double number = (double)(int64_t)answer->value / KIND_NUMBER_SCALE;
        worksheet_write_number(page, row, column, number, book->number[cell]);
        return 1;
    }
    buffer_init(&text);
    buffer_put(&text, shown[cell].sign);
    if (cell == CELL_BEFORE)
        buffer_put(&text, word(book, WORD_BEFORE));
    if (answer->given) {
        char *told = marks_answer_text(book->table, answer, book->language);
        buffer_put(&text, told);
        free(told);
    }
    if (cell == CELL_LATE)
        buffer_print(&text, " (%s)", word(book, WORD_LATE));
    uint32_t lines = text.length == 0 ? 1 : lines_of(text.text, ANSWER_WIDTH);
    write_taken(page, row, column, buffer_take(&text), book->answer[cell]);
    return lines;
}

static void write_answer_line(const struct book *book, lxw_worksheet *page, size_t index)
{
    const struct results_line *line = &book->table->lines[index];
    const struct room *room = book->table->replay->room;
    lxw_row_t row = (lxw_row_t)(HEAD_ROW + 1 + index);
    struct answer_view answer;
    uint32_t credit, lines = 1;

    worksheet_write_number(page, row, 0, (double)index + 1, book->cell);
    worksheet_write_string(page, row, NAME_COLUMN, marks_name(line, book->language), book->cell);
    worksheet_write_string(page, row, 2, line->row.unit, book->cell);
    for (uint32_t q = 1; q <= book->table->plan->question_count; q++) {
        room_view_answer(room, q, line->seat, &answer);
        uint32_t these = write_answer(book, page, row, &answer, marks_cell(room, q, line->seat, &credit));
        lines = these > lines ? these : lines;
    }
    set_lines(page, row, lines);
}

static void write_answers(struct book *book)
{
    static const struct column columns[] = {{WORD_NUMBER, 6}, {WORD_NAME, 28}, {WORD_UNIT, 14}};
    lxw_worksheet *page = add_page(book, WORD_ANSWERS, HEAD_ROW);
    char head[40];

    worksheet_set_landscape(page);
    write_title(book, page, WORD_ANSWERS);
    worksheet_write_string(page, 1, 0, word(book, WORD_LEGEND), NULL);
    write_heads(book, page, HEAD_ROW, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t q = 1; q <= book->table->plan->question_count; q++) {
        snprintf(head, sizeof head, "%s %u", word(book, WORD_QUESTION), q);
        worksheet_write_string(page, HEAD_ROW, (lxw_col_t)(FIRST_ANSWER + q - 1), head, book->head);
    }
    worksheet_set_column(page, FIRST_ANSWER, (lxw_col_t)(FIRST_ANSWER + book->table->plan->question_count),
                         ANSWER_WIDTH, NULL);
    worksheet_set_print_scale(page, 70);
    worksheet_repeat_columns(page, 0, NAME_COLUMN);
    for (size_t i = 0; i < book->table->count; i++)
        write_answer_line(book, page, i);
}

static bool write_book(const char *path, const void *context)
{
    const struct marks_sheet *sheet = context;
    lxw_workbook_options options = {.constant_memory = LXW_TRUE}; /* row after row, however many there are */
    struct book book = {.table = sheet->table,
                        .wish = sheet->wish,
                        .language = sheet->wish->language,
                        .book = workbook_new_opt(path, &options)};
    char *title = marks_title(sheet->table, book.language);
    lxw_doc_properties properties = {.title = title};

    add_formats(&book);
    workbook_set_properties(book.book, &properties);
    write_marks(&book);
    write_questions(&book);
    write_answers(&book);
    free(title);
    return workbook_close(book.book) == LXW_NO_ERROR;
}

bool marks_make_xlsx(const struct marks_sheet *sheet, struct results_bytes *out, char *why, size_t why_size)
{
    return results_book(write_book, sheet, out, why, why_size);
}
