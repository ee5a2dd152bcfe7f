/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole rounds as they are told in transcripts/NAME.txt, a line each:
 *   settings {…}                   first
 *   join NAME                      people are called by the order in which they came: 0, 1, …
 *   open, reveal, rank, skip, end, pause, resume, reopen, lock, unlock
 *   close time|host|all · extend MS · factor PERSON PERCENT · remove, left, back PERSON
 *   answer PERSON FORM E [N]       FORM as it stands in the log, or right, or wrong
 *   wait MS
 *   expect points|ranks N …        of everybody
 *   expect phase NAME
 * Behind a '=' stands what comes of it: a refusal's code, or what becomes of the answer. Without one it has effect.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/support/stage.h"

#define FOLDER "tests/rooms/transcripts/"

struct told_line {
    const char *file;
    int number;
    char text[300];
    char *words[16];
    size_t count;
    const char *outcome;
};

static void split(struct told_line *line)
{
    char *rest = line->text, *word;

    line->count = 0;
    line->outcome = NULL;
    if (strncmp(rest, "settings ", 9) == 0) {
        line->words[0] = rest;
        line->words[1] = rest + 9;
        rest[8] = '\0';
        line->count = 2;
        return;
    }
    while ((word = strsep(&rest, " \t\n")) != NULL && line->count < 16) {
        if (word[0] == '\0')
            continue;
        if (word[0] == '#')
            break;
        if (strcmp(word, "=") == 0) {
            line->outcome = strsep(&rest, " \t\n");
            break;
        }
        line->words[line->count++] = word;
    }
}

static uint32_t number(const struct told_line *line, size_t index)
{
    cr_assert(index < line->count, "%s:%d: a number is missing", line->file, line->number);
    return (uint32_t)strtoul(line->words[index], NULL, 10);
}

static const struct {
    const char *word;
    enum event_type type;
} plain[] = {{"open", EVENT_OPENED}, {"reveal", EVENT_REVEALED}, {"rank", EVENT_RANKED},    {"skip", EVENT_SKIPPED},
             {"end", EVENT_ENDED},   {"pause", EVENT_PAUSED},    {"resume", EVENT_RESUMED}, {"reopen", EVENT_REOPENED},
             {"lock", EVENT_LOCKED}, {"unlock", EVENT_UNLOCKED}},
  about_one[] = {{"remove", EVENT_REMOVED}, {"left", EVENT_LEFT}, {"back", EVENT_ATTACHED}};

static const char *say_answer(struct stage *stage, const struct told_line *line)
{
    uint32_t q = room_q(stage->room);
    const char *form = line->words[2];
    struct event_row row = {.player = stage_player(number(line, 1)),
                            .form = strcmp(form, "right") == 0   ? stage_right(q)
                                    : strcmp(form, "wrong") == 0 ? stage_wrong(q)
                                                                 : form,
                            .n = line->count > 4 ? number(line, 4) : 1,
                            .elapsed_ms = number(line, 3),
                            .own_ms = -1};
    struct effect effect = stage_answer_row(stage, q, &row);
    return effect.refusal != REFUSAL_NONE ? refusal_code(effect.refusal) : answer_status_name(effect.status);
}

static enum refusal say_with_number(struct stage *stage, const struct told_line *line)
{
    struct event event = {.q = room_q(stage->room)};
    if (strcmp(line->words[0], "extend") == 0) {
        event.type = EVENT_EXTENDED;
        event.ms = number(line, 1);
    } else {
        event.type = EVENT_ACCOMMODATED;
        event.player = stage_player(number(line, 1));
        event.factor = number(line, 2);
    }
    return stage_apply(stage, &event);
}

static enum close_why why_of(const char *word)
{
    enum close_why why = CLOSED_BY_TIME;
    while (why < CLOSED_BY_SKIP && strcmp(close_why_name(why), word) != 0)
        why++;
    return why;
}

static enum refusal say_event(struct stage *stage, const struct told_line *line)
{
    const char *word = line->words[0];

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(word, plain[i].word) == 0)
            return stage_do(stage, plain[i].type);
    for (size_t i = 0; i < sizeof about_one / sizeof *about_one; i++)
        if (strcmp(word, about_one[i].word) == 0)
            return stage_act(stage, about_one[i].type, number(line, 1));
    if (strcmp(word, "join") == 0)
        return stage_join(stage, line->words[1]);
    if (strcmp(word, "close") == 0)
        return stage_close(stage, why_of(line->words[1]));
    if (strcmp(word, "extend") == 0 || strcmp(word, "factor") == 0)
        return say_with_number(stage, line);
    cr_assert_fail("%s:%d: what is %s?", line->file, line->number, word);
    return REFUSAL_NONE;
}

static void expect(const struct stage *stage, const struct told_line *line)
{
    if (strcmp(line->words[1], "phase") == 0) {
        cr_expect_str_eq(phase_name(room_phase(stage->room)), line->words[2], "%s:%d", line->file, line->number);
        return;
    }
    bool points = strcmp(line->words[1], "points") == 0;
    for (uint32_t seat = 0; seat + 2 < line->count; seat++) {
        long got = points ? stage_points(stage, seat) : (long)stage_rank(stage, seat);
        cr_expect_eq(got, strtol(line->words[seat + 2], NULL, 10), "%s:%d: person %u has %ld", line->file, line->number,
                     seat, got);
    }
}

static void tell(struct stage *stage, const struct told_line *line)
{
    const char *word = line->words[0];

    if (strcmp(word, "wait") == 0) {
        stage->now_ms += number(line, 1);
        return;
    }
    if (strcmp(word, "expect") == 0) {
        expect(stage, line);
        return;
    }
    bool answer = strcmp(word, "answer") == 0;
    const char *came = answer ? say_answer(stage, line) : refusal_code(say_event(stage, line));
    const char *wanted = line->outcome != NULL ? line->outcome : answer ? "accepted" : "";
    cr_expect_str_eq(came, wanted, "%s:%d: %s gives %s", line->file, line->number, word, came);
}

static void play(const char *name)
{
    struct told_line line = {.file = name};
    struct stage stage;
    bool begun = false;
    char path[200];

    snprintf(path, sizeof path, FOLDER "%s.txt", name);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    while (fgets(line.text, sizeof line.text, file) != NULL) {
        line.number++;
        split(&line);
        if (line.count == 0)
            continue;
        if (strcmp(line.words[0], "settings") == 0)
            stage_start(&stage, line.words[1]);
        else
            tell(&stage, &line);
        begun = true;
    }
    fclose(file);
    cr_assert(begun);
    stage_end(&stage);
}

Test(transcripts, a_class_round_without_speed)
{
    play("class-round");
}

Test(transcripts, a_race)
{
    play("race");
}

Test(transcripts, answers_that_may_change)
{
    play("changing");
}

Test(transcripts, a_round_with_extra_time_and_everything_a_host_can_press)
{
    play("busy-host");
}
