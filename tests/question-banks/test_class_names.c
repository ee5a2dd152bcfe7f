/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "question-banks/class_names.h"
#include "question-banks/memory.h"
#include "question-banks/text.h"

/* What is found, as "3:Nguyễn Văn An|4:Lê Lan" and "5:same". */
static const struct {
    const char *what;
    const char *text;
    const char *names;
    const char *faults;
} cases[] = {
    {"a name a line", "Nguyễn Văn An\nLê Lan\n", "1:Nguyễn Văn An|2:Lê Lan", ""},
    {"empty lines and Windows line ends", "\r\n  Nguyễn  Văn An \r\n\r\nLê Lan", "2:Nguyễn Văn An|4:Lê Lan", ""},
    {"a byte order mark",
     "\xef\xbb\xbf"
     "An\nVy",
     "1:An|2:Vy", ""},
    {"numbers before the names", "1. An\n2) Vy\n3 - Bình\n4 Chi\n5\tDũng", "1:An|2:Vy|3:Bình|4:Chi|5:Dũng", ""},
    {"one name", "An", "1:An", ""},
    {"copied from Excel, with a head", "STT\tHọ và tên\tNgày sinh\n1\tNguyễn Văn An\t02/03/2014\n2\tLê Lan\t1/1/2014\n",
     "2:Nguyễn Văn An|3:Lê Lan", ""},
    {"a head in capitals, above it the school", "TRƯỜNG THCS A\t\nLỚP 6A1\t\nTT\tHỌ VÀ TÊN\n1\tAn\n2\tVy\n",
     "4:An|5:Vy", ""},
    {"family and given name apart", "STT\tHọ đệm\tTên\tLớp\n1\tNguyễn Văn\tAn\t6A1\n2\tLê\tLan\t6A1\n",
     "2:Nguyễn Văn An|3:Lê Lan", ""},
    {"one head over two columns", "STT\tHọ và tên\t\tNữ\n1\tNguyễn Văn\tAn\t\n2\tLê\tLan\tx\n",
     "2:Nguyễn Văn An|3:Lê Lan", ""},
    {"two columns without a head", "1\tNguyễn Văn\tAn\tNam\n2\tLê\tLan\tNữ\n", "1:Nguyễn Văn An|2:Lê Lan", ""},
    {"a sex beside the name is no part of it", "Nguyễn Văn An\tNam\nLê Lan\tNữ\n", "1:Nguyễn Văn An|2:Lê Lan", ""},
    {"a class beside the name is no part of it", "Nguyễn Văn An;6A1\nLê Lan;6A1\n", "1:Nguyễn Văn An|2:Lê Lan", ""},
    {"a given name Nam stays", "Trần Nam\nNam\n", "1:Trần Nam|2:Nam", ""},
    {"in English", "No.,Name,Class\n1,An,6A\n2,\"Vy, the second\",6A\n", "2:An|3:Vy, the second", ""},
    {"rows that are not counted", "STT;Họ tên\n1;An\n2;Vy\n;Tổng số: hai em\n;Giáo viên chủ nhiệm", "2:An|3:Vy",
     "4:left_out|5:left_out"},
    {"a column of numbers that is empty", "STT;Họ tên\n;An\n;Vy\n", "2:An|3:Vy", ""},
    {"two of one name", "Lê Lan\nlê  lan\n", "1:Lê Lan|2:lê lan", "2:same"},
    {"a line of digits", "An\n12345\nVy", "1:An|3:Vy", "2:number"},
    {"what is not shown",
     "An\nV\xe2\x80\xae"
     "y",
     "1:An", "2:trick"},
    {"nothing", "\n \n", "", ""},
    {"no text in any encoding", "\x8f\x90\x9d", "", "1:unreadable"},
    {"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 An", "", "1:unreadable"},
    {"a ZIP that is no workbook", "PK\3\4 nothing", "", "1:unreadable"},
};

static void expect(const struct class_names *names, const char *what, const char *found, const char *faults)
{
    char list[4000] = "", wrong[4000] = "";
    for (size_t i = 0; i < names->count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%zu:%s", i == 0 ? "" : "|", names->lines[i].line,
                 names->lines[i].name);
    for (size_t i = 0; i < names->fault_count; i++)
        snprintf(wrong + strlen(wrong), sizeof wrong - strlen(wrong), "%s%zu:%s", i == 0 ? "" : "|",
                 names->faults[i].line, class_fault_name(names->faults[i].fault));
    cr_expect_str_eq(list, found, "%s: %s", what, list);
    cr_expect_str_eq(wrong, faults, "%s: %s", what, wrong);
}

Test(class_names, are_found_however_teachers_write_their_lists)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct class_names names;
        class_names_read(cases[i].text, strlen(cases[i].text), &names);
        expect(&names, cases[i].what, cases[i].names, cases[i].faults);
        class_names_clear(&names);
    }
}

static void read_long(size_t lines, size_t letters, struct class_names *names)
{
    char *text = memory_new(lines * (letters + 8) + 1, 1), *at = text;
    for (size_t i = 0; i < lines; i++) {
        at += sprintf(at, "%c%c%c ", (int)('a' + i / 676), (int)('a' + i / 26 % 26), (int)('a' + i % 26));
        memset(at, 'b', letters);
        at += letters;
        *at++ = '\n';
    }
    class_names_read(text, (size_t)(at - text), names);
    free(text);
}

Test(class_names, end_at_five_hundred_and_say_so)
{
    struct class_names names;

    read_long(CLASS_LIST_MAX, 3, &names);
    cr_expect(names.count == CLASS_LIST_MAX && names.fault_count == 0);
    class_names_clear(&names);
    read_long(CLASS_LIST_MAX + 2, 3, &names);
    cr_expect_eq(names.count, CLASS_LIST_MAX);
    cr_assert_eq(names.fault_count, 1);
    cr_expect(names.faults[0].fault == CLASS_FULL && names.faults[0].line == CLASS_LIST_MAX + 1);
    class_names_clear(&names);
}

Test(class_names, that_are_too_long_are_listed_and_no_more_than_a_hundred_of_them)
{
    struct class_names names;

    read_long(1, NAME_MAX_CLUSTERS - 4, &names);
    cr_expect(names.count == 1 && names.fault_count == 0);
    class_names_clear(&names);
    read_long(1, NAME_MAX_CLUSTERS - 3, &names);
    cr_expect(names.count == 0 && names.fault_count == 1 && names.faults[0].fault == CLASS_LONG);
    class_names_clear(&names);
    read_long(CLASS_FAULTS_MAX + 1, 600, &names);
    cr_expect(names.count == 0 && names.fault_count == CLASS_FAULTS_MAX);
    class_names_clear(&names);
}

Test(class_names, are_found_in_the_first_sheet_that_has_any)
{
    char path[] = "/tmp/hoithi-class-XXXXXX";
    struct class_names names;
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *cover = workbook_add_worksheet(book, "Bìa"), *page = workbook_add_worksheet(book, "6A1");
    worksheet_write_number(cover, 0, 0, 2026, NULL);
    worksheet_write_string(page, 1, 0, "STT", NULL);
    worksheet_write_string(page, 1, 1, "Họ và tên", NULL);
    worksheet_write_number(page, 2, 0, 1, NULL);
    worksheet_write_string(page, 2, 1, "Nguyễn Văn An", NULL);
    worksheet_write_number(page, 3, 0, 2, NULL);
    worksheet_write_string(page, 3, 1, "Lê Lan", NULL);
    cr_assert_eq(workbook_close(book), LXW_NO_ERROR);

    FILE *file = fopen(path, "rb");
    char *bytes = memory_new(1 << 20, 1);
    size_t length = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    unlink(path);
    class_names_read(bytes, length, &names);
    expect(&names, "a workbook", "3:Nguyễn Văn An|4:Lê Lan", "");
    class_names_clear(&names);
    for (size_t cut = 0; cut < length; cut += 97) { /* a file that came in part is no list, and nothing breaks */
        class_names_read(bytes, cut, &names);
        class_names_clear(&names);
    }
    free(bytes);
}

Test(class_names, are_told_as_json)
{
    struct class_names names;
    class_names_read("An\n7\n", 5, &names);
    char *json = class_names_to_json(&names);
    cr_expect_str_eq(json, "{\"names\":[{\"line\":1,\"name\":\"An\"}],\"faults\":[{\"line\":2,\"code\":\"number\","
                           "\"text\":\"7\"}]}");
    free(json);
    class_names_clear(&names);
}
