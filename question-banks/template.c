/* SPDX-License-Identifier: Apache-2.0 */
#include "question-banks/template.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/archive.h"
#include "question-banks/bank.h"
#include "question-banks/export.h"
#include "question-banks/exporter.h"
#include "question-banks/memory.h"

/* What a teacher sees in the file. */
static const char lines[] = "Câu 1. Thủ đô của Việt Nam là thành phố nào?\n"
                            "A. Huế\n"
                            "B. Hà Nội\n"
                            "C. Đà Nẵng\n"
                            "D. Hải Phòng\n"
                            "Đáp án: B\n"
                            "Giải thích: Hà Nội là thủ đô của nước Cộng hòa xã hội chủ nghĩa Việt Nam.\n"
                            "\n"
                            "Câu 2. Những số nào là số lẻ?\n"
                            "A. 1\n"
                            "B. 2\n"
                            "C. 3\n"
                            "Đáp án: A, C\n"
                            "\n"
                            "Câu 3. Một giờ có 60 phút.\n"
                            "Đáp án: Đúng\n"
                            "\n"
                            "Câu 4. Mỗi ý sau đúng hay sai?\n"
                            "a) 2 là số chẵn\n"
                            "b) 9 là số nguyên tố\n"
                            "Đáp án: Đ, S\n"
                            "\n"
                            "Câu 5. Một tuần có bao nhiêu ngày?\n"
                            "Đáp án: 7\n";

/* The same questions as a bank, for the formats that are written by export. */
static const char bank_json[] =
    "{\"id\":\"template\",\"version\":\"1.0.0\",\"languages\":[\"vi\"],\"title\":\"Mẫu\",\"questions\":["
    "{\"id\":\"q1\",\"kind\":\"single\",\"text\":\"Thủ đô của Việt Nam là thành phố nào?\",\"choices\":["
    "{\"id\":\"a\",\"text\":\"Huế\"},{\"id\":\"b\",\"text\":\"Hà Nội\"},{\"id\":\"c\",\"text\":\"Đà Nẵng\"},"
    "{\"id\":\"d\",\"text\":\"Hải Phòng\"}],\"key\":[\"b\"],"
    "\"explain\":\"Hà Nội là thủ đô của nước Cộng hòa xã hội chủ nghĩa Việt Nam.\"},"
    "{\"id\":\"q2\",\"kind\":\"multiple\",\"text\":\"Những số nào là số "
    "lẻ?\",\"choices\":[{\"id\":\"a\",\"text\":\"1\"},"
    "{\"id\":\"b\",\"text\":\"2\"},{\"id\":\"c\",\"text\":\"3\"}],\"key\":[\"a\",\"c\"]},"
    "{\"id\":\"q3\",\"kind\":\"truefalse\",\"text\":\"Một giờ có 60 phút.\",\"key\":true},"
    "{\"id\":\"q4\",\"kind\":\"statements\",\"text\":\"Mỗi ý sau đúng hay sai?\",\"choices\":["
    "{\"id\":\"a\",\"text\":\"2 là số chẵn\"},{\"id\":\"b\",\"text\":\"9 là số nguyên tố\"}],"
    "\"key\":{\"a\":true,\"b\":false}},"
    "{\"id\":\"q5\",\"kind\":\"number\",\"text\":\"Một tuần có bao nhiêu ngày?\",\"key\":{\"value\":7}}]}";

#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

static const struct {
    const char *media_type;
    const char *ending;
    enum export_format written_as; /* EXPORT_FORMAT_COUNT: written here */
} formats[IMPORT_FORMAT_COUNT] = {
    [IMPORT_TEXT] = {"text/plain; charset=utf-8", ".txt", EXPORT_FORMAT_COUNT},
    [IMPORT_DOCX] = {WORD_TYPE, ".docx", EXPORT_FORMAT_COUNT},
    [IMPORT_CSV] = {"text/csv; charset=utf-8", ".csv", EXPORT_CSV},
    [IMPORT_XLSX] = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", EXPORT_XLSX},
    [IMPORT_GIFT] = {"text/plain; charset=utf-8", ".gift.txt", EXPORT_GIFT},
    [IMPORT_AIKEN] = {"text/plain; charset=utf-8", ".aiken.txt", EXPORT_AIKEN},
    [IMPORT_MOODLE_XML] = {"application/xml", ".xml", EXPORT_MOODLE_XML},
    [IMPORT_QTI] = {"application/zip", ".qti.zip", EXPORT_QTI},
};

static char content_types[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" "
    "ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"" WORD_TYPE
    ".main+xml\"/></Types>";
static char relations[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
    "Target=\"word/document.xml\"/></Relationships>";

static char *document_of(const char *text)
{
    char *document = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&document, &length);

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document "
          "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>",
          out);
    for (size_t line = 0; *text != '\0'; text += line + (text[line] == '\n')) {
        line = strcspn(text, "\n");
        char *words = memory_copy(text, line);
        fputs("<w:p><w:r><w:t xml:space=\"preserve\">", out);
        xml_write(out, words);
        fputs("</w:t></w:r></w:p>", out);
        free(words);
    }
    fputs("</w:body></w:document>", out);
    fclose(out);
    return document;
}

static char *make_docx(size_t *length)
{
    char *document = document_of(lines);
    struct archive_part parts[] = {{"[Content_Types].xml", content_types, sizeof content_types - 1},
                                   {"_rels/.rels", relations, sizeof relations - 1},
                                   {"word/document.xml", document, strlen(document)}};
    char *archive = archive_write(parts, 3, length);

    free(document);
    return archive;
}

static char *make_by_export(enum export_format format, size_t *length)
{
    struct bank *bank = NULL;
    struct faults faults;
    char *bytes = NULL;

    faults_init(&faults, NULL);
    if (bank_parse(bank_json, sizeof bank_json - 1, &bank, &faults) == BANK_OK)
        bytes = export_run(bank, format, "vi", length, &faults);
    bank_free(bank);
    faults_clear(&faults);
    return bytes;
}

char *template_make(enum import_format format, size_t *length)
{
    *length = 0;
    if (template_media_type(format) == NULL)
        return NULL;
    if (formats[format].written_as != EXPORT_FORMAT_COUNT)
        return make_by_export(formats[format].written_as, length);
    if (format == IMPORT_DOCX)
        return make_docx(length);
    *length = strlen(lines);
    return memory_copy(lines, *length);
}

const char *template_media_type(enum import_format format)
{
    return format < IMPORT_FORMAT_COUNT ? formats[format].media_type : NULL;
}

const char *template_ending(enum import_format format)
{
    return format < IMPORT_FORMAT_COUNT ? formats[format].ending : NULL;
}
