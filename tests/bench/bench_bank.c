/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank of ten thousand questions: how long it takes to load and check it, and how much memory, beside a plain
 * cJSON_Parse of the same bytes. Each runs in a process of its own, so that peaks do not mix; best of several runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "question-banks/bank.h"
#include "question-banks/export.h"
#include "question-banks/import.h"

#define QUESTIONS 10000
#define RUNS 5

struct result {
    double best_ms;
    long peak_bytes; /* above what the process had before */
};

static const char question[] =
    "%s\n    {\"id\": \"question-%zu\", \"kind\": \"%s\", \"topic\": \"learning-week\", \"difficulty\": 2, "
    "\"limit_s\": 20, "
    "\"weight\": 1,\n"
    "     \"text\": {\"vi\": \"Thông điệp số %zu của Tuần lễ hưởng ứng học tập suốt đời ví việc học với điều gì?\",\n"
    "              \"en\": \"What did message %zu of the Lifelong Learning Week call learning?\"},\n"
    "     \"choices\": [{\"id\": \"a\", \"text\": {\"vi\": \"Ngọn đuốc của mọi thế hệ\", \"en\": \"The torch of every "
    "generation\"}},\n"
    "                 {\"id\": \"b\", \"text\": {\"vi\": \"Cây cầu nối mọi quốc gia\", \"en\": \"The bridge to every "
    "country\"}},\n"
    "                 {\"id\": \"c\", \"text\": {\"vi\": \"Tấm vé vào mọi trường học\", \"en\": \"The ticket to every "
    "school\"}},\n"
    "                 {\"id\": \"d\", \"text\": {\"vi\": \"Chìa khóa của mọi thành công\", \"en\": \"The key to every "
    "success\"}}],\n"
    "     \"key\": %s,\n"
    "     \"explain\": {\"vi\": \"Còn chịu học thì cánh cửa nào rồi cũng có cách mở.\", \"en\": \"Who keeps learning "
    "will "
    "find a way to open any door.\"},\n"
    "     \"source\": {\"text\": \"UNESCO, Global Network of Learning Cities\", \"date\": \"2025\", \"stable\": true}}";

static char *generate(size_t *length)
{
    static const char *const kinds[][2] = {
        {"single", "[\"d\"]"}, {"multiple", "[\"a\", \"c\"]"}, {"order", "[\"c\", \"a\", \"d\", \"b\"]"}};
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    fputs("{\"id\": \"bench\", \"version\": \"1.0.0\", \"languages\": [\"vi\", \"en\"], \"title\": \"Bench\", "
          "\"questions\": [",
          out);
    for (size_t i = 0; i < QUESTIONS; i++)
        fprintf(out, question, i == 0 ? "" : ",", i, kinds[i % 3][0], i, i, kinds[i % 3][1]);
    fputs("]}\n", out);
    fclose(out);
    return text;
}

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static long peak_bytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * 1024;
}

static void load_bank(const char *path, const char *bytes, size_t length)
{
    struct bank *bank = NULL;
    struct faults faults;

    (void)bytes;
    (void)length;
    faults_init(&faults, path);
    if (bank_load(path, &bank, &faults) != BANK_OK || bank->question_count != QUESTIONS) {
        faults_print(&faults, stderr);
        exit(1);
    }
    bank_free(bank);
    faults_clear(&faults);
}

static void parse_json(const char *path, const char *bytes, size_t length)
{
    cJSON *json = cJSON_ParseWithLength(bytes, length);

    (void)path;
    if (json == NULL)
        exit(1);
    cJSON_Delete(json);
}

static void import_file(const char *path, const char *bytes, size_t length)
{
    struct import import;

    (void)path;
    if (import_run(bytes, length, IMPORT_AUTO, &import) != IMPORT_OK)
        exit(1);
    import_clear(&import);
}

static struct result measure(void (*run)(const char *, const char *, size_t), const char *path, const char *bytes,
                             size_t length)
{
    struct result result = {.best_ms = 1e9};
    int ends[2];

    if (pipe(ends) != 0)
        exit(1);
    pid_t child = fork();
    if (child == 0) {
        long before = peak_bytes();
        for (size_t i = 0; i < RUNS; i++) {
            double from = now_ms();
            run(path, bytes, length);
            double took = now_ms() - from;
            result.best_ms = took < result.best_ms ? took : result.best_ms;
        }
        result.peak_bytes = peak_bytes() - before;
        _exit(write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1);
    }
    if (read(ends[0], &result, sizeof result) != sizeof result)
        exit(1);
    waitpid(child, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    return result;
}

/* The same questions in other formats; each importer asks the loader about each question. */
static void bench_imports(const char *bytes, size_t length)
{
    static const enum export_format list[] = {EXPORT_CSV, EXPORT_XLSX, EXPORT_GIFT, EXPORT_MOODLE_XML, EXPORT_AIKEN};
    struct bank *bank = NULL;
    struct faults faults;

    faults_init(&faults, NULL);
    if (bank_parse(bytes, length, &bank, &faults) != BANK_OK)
        exit(1);
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        size_t size = 0;
        char *file = export_run(bank, list[i], "vi", &size, &faults);
        struct result result = measure(import_file, "", file, size);
        printf("  import %-10s    %6.1f ms   %5.1f MB for %.1f MB\n", export_format_name(list[i]), result.best_ms,
               (double)result.peak_bytes / 1e6, (double)size / 1e6);
        free(file);
    }
    bank_free(bank);
    faults_clear(&faults);
}

int main(void)
{
    char path[] = "/tmp/hoithi-bench-XXXXXX";
    size_t length = 0;
    char *bytes = generate(&length);
    int file = mkstemp(path);

    if (file < 0 || write(file, bytes, length) != (ssize_t)length)
        return 1;
    close(file);
    struct result floor = measure(parse_json, path, bytes, length);
    struct result bank = measure(load_bank, path, bytes, length);
    unlink(path);
    printf("bank of %d questions, %.1f MB\n", QUESTIONS, (double)length / 1e6);
    printf("  cJSON_Parse alone   %6.1f ms   %5.1f MB (%.1f x the file)\n", floor.best_ms,
           (double)floor.peak_bytes / 1e6, (double)floor.peak_bytes / (double)length);
    printf("  read, check, keep   %6.1f ms   %5.1f MB (%.1f x the file), %.2f x the time\n", bank.best_ms,
           (double)bank.peak_bytes / 1e6, (double)bank.peak_bytes / (double)length, bank.best_ms / floor.best_ms);
    fflush(stdout);
    bench_imports(bytes, length);
    free(bytes);
    return 0;
}
