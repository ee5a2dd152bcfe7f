/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GIFT, Moodle's text format. Source: moodle/moodle, question/format/gift/format.php; the order in which the kinds are
 * told apart is that one. Feedback of single answers and weights that are not whole have no place in a bank: they are
 * told and left out.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/html.h"
#include "question-banks/importer.h"

#define WHOLE_PERCENT 100.0

/* A piece of the block; escapes are still in it. */
struct piece {
    const char *text;
    size_t length;
};

struct gift {
    struct import *import;
    size_t line;
    char *topic; /* of the last $CATEGORY */
    bool html;   /* the question says [html] or nothing */
};

static struct piece trimmed(struct piece piece)
{
    while (piece.length > 0 && strchr(" \t\r\n", *piece.text) != NULL) {
        piece.text++;
        piece.length--;
    }
    while (piece.length > 0 && strchr(" \t\r\n", piece.text[piece.length - 1]) != NULL)
        piece.length--;
    return piece;
}

/* Where `what` stands without a backslash before it; the length if it does not. */
static size_t find(struct piece piece, const char *what)
{
    size_t width = strlen(what);

    for (size_t i = 0; i + width <= piece.length; i++) {
        if (piece.text[i] == '\\')
            i++;
        else if (memcmp(piece.text + i, what, width) == 0)
            return i;
    }
    return piece.length;
}

static struct piece from(struct piece piece, size_t at)
{
    return (struct piece){piece.text + at, piece.length - at};
}

static struct piece until(struct piece piece, size_t at)
{
    return (struct piece){piece.text, at};
}

static bool starts(struct piece piece, const char *what)
{
    return piece.length >= strlen(what) && memcmp(piece.text, what, strlen(what)) == 0;
}

/* Takes [html], [moodle], [plain] or [markdown] off the front. */
static struct piece without_format(struct gift *gift, struct piece piece)
{
    static const char *const formats[] = {"[html]", "[moodle]", "[plain]", "[markdown]"};

    piece = trimmed(piece);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (starts(piece, formats[i])) {
            gift->html = i < 2;
            return from(piece, strlen(formats[i]));
        }
    }
    return piece;
}

/* Without escapes, and without markup if there can be some. The caller's. */
static char *plain(struct gift *gift, struct piece piece)
{
    char *text = malloc(piece.length + 1);
    size_t used = 0;
    const char *lost = NULL;

    if (text == NULL)
        abort();
    for (size_t i = 0; i < piece.length; i++) {
        bool escape = piece.text[i] == '\\' && i + 1 < piece.length && strchr("~=#{}:\\n", piece.text[i + 1]) != NULL;
        i += escape;
        text[used++] = escape && piece.text[i] == 'n' ? '\n' : piece.text[i];
    }
    text[used] = '\0';
    if (!gift->html || (memchr(text, '<', used) == NULL && memchr(text, '&', used) == NULL))
        return text;
    char *stripped = html_to_text(text, used, &lost);
    if (lost != NULL)
        import_warn(gift->import, gift->line, "%s did not come in", lost);
    free(text);
    return stripped;
}

static void set_plain(struct gift *gift, char **field, struct piece piece)
{
    char *text = plain(gift, trimmed(piece));

    draft_set(field, text, strlen(text));
    free(text);
}

/* One answer: "=%50%text#feedback". */
struct answer {
    bool right; /* began with = */
    bool weighted;
    double percent;
    struct piece text;
};

static bool read_weight(struct answer *answer)
{
    char number[16] = "";
    char *end = NULL;

    if (!starts(answer->text, "%"))
        return true;
    struct piece rest = from(answer->text, 1);
    size_t stop = find(rest, "%");
    if (stop == rest.length || stop == 0 || stop >= sizeof number)
        return false;
    memcpy(number, rest.text, stop);
    answer->percent = strtod(number, &end);
    answer->weighted = true;
    answer->text = trimmed(from(rest, stop + 1));
    return *end == '\0' && isfinite(answer->percent);
}

/* Takes the next answer off the front of `piece`, which begins with = or ~. */
static bool next_answer(struct gift *gift, struct piece *piece, struct answer *out)
{
    size_t first = find(*piece, "=") < find(*piece, "~") ? find(*piece, "=") : find(*piece, "~");

    *piece = from(*piece, first); /* what stands before the first sign belongs to no answer */
    if (piece->length == 0)
        return false;
    struct piece rest = from(*piece, 1);
    size_t equal = find(rest, "=");
    size_t tilde = find(rest, "~");
    size_t stop = equal < tilde ? equal : tilde;
    *out = (struct answer){.right = *piece->text == '=', .text = trimmed(until(rest, stop))};
    *piece = from(rest, stop);
    if (!read_weight(out))
        import_warn(gift->import, gift->line, "a weight between %% signs is no number");
    size_t feedback = find(out->text, "#");
    if (feedback < out->text.length)
        import_warn(gift->import, gift->line, "feedback for a single answer was left out");
    out->text = without_format(gift, until(out->text, feedback));
    return true;
}

static void read_choices(struct gift *gift, struct draft *draft, struct piece body)
{
    struct answer answer;
    bool any_right = find(body, "=") < body.length;
    bool uneven = false;
    size_t rights = 0;

    while (next_answer(gift, &body, &answer)) {
        struct draft_choice *choice = draft_add_choice(draft, "", 0);
        if (choice == NULL) {
            import_warn(gift->import, gift->line, "more than %d answers; the rest was left out", DRAFT_CHOICES_MAX);
            break;
        }
        set_plain(gift, &choice->text, answer.text);
        rights += answer.right;
        choice->right = answer.right || (!any_right && answer.weighted && answer.percent > 0);
        uneven = uneven || (answer.weighted && any_right && !answer.right && answer.percent > 0);
    }
    if (rights > 1)
        draft_doubt(draft, "each of several answers alone is right, which a bank cannot hold");
    if (uneven)
        draft_doubt(draft, "a wrong answer gives part of the points, which a bank cannot hold");
    draft_settle_choices(draft);
    if (!any_right && draft->kind == KIND_SINGLE && draft->sure)
        draft->kind = KIND_MULTIPLE; /* Moodle asks these with boxes to tick */
}

static void read_match(struct gift *gift, struct draft *draft, struct piece body)
{
    struct answer answer;

    draft->kind = KIND_MATCH;
    draft->sure = true;
    while (next_answer(gift, &body, &answer)) {
        size_t arrow = find(answer.text, "->");
        struct draft_choice *choice = arrow == answer.text.length ? NULL : draft_add_choice(draft, "", 0);
        if (choice == NULL) {
            draft_doubt(draft, "a pair is not written as \"left -> right\"");
            continue;
        }
        set_plain(gift, &choice->text, until(answer.text, arrow));
        set_plain(gift, &choice->pair, from(answer.text, arrow + 2));
    }
}

static void read_short(struct gift *gift, struct draft *draft, struct piece body)
{
    struct answer answer;

    draft->kind = KIND_TEXT;
    draft->rule = (struct text_rule){.ignore_case = true, .ignore_tone_place = true};
    while (next_answer(gift, &body, &answer)) {
        if (answer.weighted && answer.percent < WHOLE_PERCENT) {
            import_warn(gift->import, gift->line, "an answer that gives part of the points was left out: %.*s",
                        shown(answer.text.text, answer.text.length), answer.text.text);
            continue;
        }
        char *text = plain(gift, answer.text);
        if (!draft_accept(draft, text, strlen(text)))
            import_warn(gift->import, gift->line, "an answer was left out: %.*s", shown(text, strlen(text)), text);
        free(text);
    }
    draft->sure = draft->accept_count > 0;
}

/* "5", "5:0.1" or "1..5". GIFT has decimal points only. */
static bool read_number(struct piece piece, int64_t *low, int64_t *high)
{
    char text[KIND_NUMBER_TEXT_MAX_BYTES + 1] = "";
    double first = 0;
    double second = 0;
    char end = '\0';

    piece = trimmed(piece);
    if (piece.length == 0 || piece.length >= sizeof text || memchr(piece.text, ',', piece.length) != NULL)
        return false;
    memcpy(text, piece.text, piece.length);
    char *dots = strstr(text, "..");
    if (dots != NULL)
        *dots = ' ';
    if (dots != NULL)
        dots[1] = '\v';
    bool range = dots != NULL && sscanf(text, "%lf \v%lf%c", &first, &second, &end) == 2;
    bool around = dots == NULL && sscanf(text, "%lf:%lf%c", &first, &second, &end) == 2 && second >= 0;
    bool exact = dots == NULL && !around && sscanf(text, "%lf%c", &first, &end) == 1;
    double from_number = around ? first - second : first;
    double to_number = around ? first + second : range ? second : first;
    if ((!range && !around && !exact) || !(fabs(from_number) <= (double)KIND_NUMBER_MAX) ||
        !(fabs(to_number) <= (double)KIND_NUMBER_MAX) || from_number > to_number)
        return false;
    *low = llround(from_number * KIND_NUMBER_SCALE);
    *high = llround(to_number * KIND_NUMBER_SCALE);
    return true;
}

/* The whole right one of several; those that give part of the points are told. */
static void read_numeric(struct gift *gift, struct draft *draft, struct piece body)
{
    struct answer answer = {0};
    size_t whole = 0;

    draft->kind = KIND_NUMBER;
    body = trimmed(from(body, 1));
    if (body.length == 0 || (*body.text != '=' && *body.text != '~')) {
        size_t feedback = find(body, "#");
        whole = read_number(until(body, feedback), &draft->low, &draft->high);
        body.length = 0;
    }
    while (next_answer(gift, &body, &answer)) {
        if (!answer.right)
            continue; /* feedback for all other numbers */
        if (answer.weighted && answer.percent < WHOLE_PERCENT)
            import_warn(gift->import, gift->line, "a number that gives part of the points was left out");
        else
            whole += read_number(answer.text, &draft->low, &draft->high) ? 1 : 2;
    }
    draft->sure = whole == 1;
    if (whole != 1)
        draft_doubt(draft, "it has not exactly one right number or range");
}

static bool equals_any(struct piece piece, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (piece.length == strlen(words[i]) && memcmp(piece.text, words[i], piece.length) == 0)
            return true;
    }
    return false;
}

static bool read_truth(struct gift *gift, struct draft *draft, struct piece body)
{
    static const char *const yes[] = {"T", "TRUE"};
    static const char *const no[] = {"F", "FALSE"};
    struct piece word = trimmed(until(body, find(body, "#")));
    bool truth = equals_any(word, yes, 2);

    if (!truth && !equals_any(word, no, 2))
        return false;
    if (find(body, "#") < body.length)
        import_warn(gift->import, gift->line, "feedback for a single answer was left out");
    draft->kind = KIND_TRUEFALSE;
    draft->truth = truth;
    draft->sure = true;
    return true;
}

/* "right" alone in the braces is a short answer too. */
static void read_bare_short(struct gift *gift, struct draft *draft, struct piece body)
{
    draft->kind = KIND_TEXT;
    draft->rule = (struct text_rule){.ignore_case = true, .ignore_tone_place = true};
    char *text = plain(gift, until(body, find(body, "#")));
    draft->sure = draft_accept(draft, text, strlen(text));
    free(text);
}

static void read_answers(struct gift *gift, struct draft *draft, struct piece body)
{
    size_t general = find(body, "####");

    if (general < body.length) {
        set_plain(gift, &draft->explain, from(body, general + 4));
        body = trimmed(until(body, general));
    }
    bool pairs = find(body, "=") < body.length && find(body, "->") < body.length;
    if (body.length == 0)
        draft_doubt(draft, "it is an essay, which nobody can mark by a key");
    else if (*body.text == '#')
        read_numeric(gift, draft, body);
    else if (find(body, "~") < body.length)
        read_choices(gift, draft, body);
    else if (pairs)
        read_match(gift, draft, body);
    else if (!read_truth(gift, draft, body) && *body.text == '=')
        read_short(gift, draft, body);
    else if (draft->kind != KIND_TRUEFALSE || !draft->sure)
        read_bare_short(gift, draft, body);
}

/* What stands around the braces; a gap is drawn where they stood, if text follows. */
static void read_stem(struct gift *gift, struct draft *draft, struct piece before, struct piece after)
{
    char *joined = NULL;

    after = trimmed(after);
    if (after.length == 0) {
        set_plain(gift, &draft->text, before);
        return;
    }
    if (asprintf(&joined, "%.*s _____ %.*s", (int)trimmed(before).length, trimmed(before).text, (int)after.length,
                 after.text) < 0)
        abort();
    set_plain(gift, &draft->text, (struct piece){joined, strlen(joined)});
    free(joined);
}

static struct piece without_title(struct piece block)
{
    if (!starts(block, "::"))
        return block;
    struct piece rest = from(block, 2);
    size_t stop = find(rest, "::");
    return stop == rest.length ? block : trimmed(from(rest, stop + 2));
}

static void read_category(struct gift *gift, struct piece block)
{
    struct piece path = trimmed(from(block, strlen("$CATEGORY:")));
    size_t last = 0;

    for (size_t i = 0; i < path.length; i++)
        last = path.text[i] == '/' ? i + 1 : last;
    set_plain(gift, &gift->topic, from(path, last));
    if (gift->topic != NULL && gift->topic[0] == '$') /* $course$ and the like: the top, which has no name */
        draft_set(&gift->topic, "", 0);
}

static void read_block(struct gift *gift, struct piece block)
{
    block = trimmed(block);
    if (block.length == 0)
        return;
    if (starts(block, "$CATEGORY:")) {
        read_category(gift, block);
        return;
    }
    gift->html = true;
    struct piece stem = without_format(gift, without_title(block));
    size_t open = find(stem, "{");
    size_t close = open == stem.length ? open : open + find(from(stem, open), "}");
    if (open == stem.length || close == stem.length) {
        import_warn(gift->import, gift->line,
                    open == stem.length ? "text without an answer in braces was left out"
                                        : "an opening brace is never closed");
        return;
    }
    struct draft *draft = import_add(gift->import, gift->line);
    if (draft == NULL)
        return;
    read_stem(gift, draft, until(stem, open), from(stem, close + 1));
    draft_set(&draft->topic, gift->topic == NULL ? "" : gift->topic, gift->topic == NULL ? 0 : strlen(gift->topic));
    read_answers(gift, draft, trimmed(until(from(stem, open + 1), close - open - 1)));
}

static bool is_blank(struct piece line)
{
    return trimmed(line).length == 0;
}

/* Blocks end at a blank line; comment lines are taken out of them. */
enum import_status import_gift(const char *text, size_t length, struct import *import)
{
    struct gift gift = {.import = import, .line = 1};
    char *block = malloc(length + 2);
    size_t used = 0;
    size_t number = 1;

    if (block == NULL)
        abort();
    for (size_t at = 0; at <= length && !import->full; number++) {
        const char *stop = at < length ? memchr(text + at, '\n', length - at) : NULL;
        size_t end = stop == NULL ? length : (size_t)(stop - text);
        struct piece line = {text + at, end - at};
        bool category = starts(trimmed(line), "$CATEGORY:");
        if (is_blank(line) || category) {
            read_block(&gift, (struct piece){block, used});
            used = 0;
        }
        if (category) {
            read_block(&gift, line);
        } else if (!is_blank(line) && !starts(trimmed(line), "//")) {
            gift.line = used == 0 ? number : gift.line;
            memcpy(block + used, line.text, line.length);
            used += line.length;
            block[used++] = '\n';
        }
        at = end + 1;
    }
    read_block(&gift, (struct piece){block, used});
    free(block);
    free(gift.topic);
    return import->count == 0 ? IMPORT_NOTHING : IMPORT_OK;
}
