/* SPDX-License-Identifier: Apache-2.0 */
/* Number and prediction, and how people write numbers: Vietnamese 1.234,5, English 1,234.5, and 1 234,5. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "question-banks/kind_row.h"

#define DECIMALS 6
#define WHOLE_DIGITS_MAX 13 /* of KIND_NUMBER_MAX */
#define GROUP_DIGITS 3

/* What one or more bytes of a written number are. */
enum sign { SIGN_DIGIT, SIGN_POINT, SIGN_COMMA, SIGN_SPACE, SIGN_OTHER };

static const struct {
    const char *bytes;
    enum sign sign;
} signs[] = {
    {".", SIGN_POINT},      {",", SIGN_COMMA}, {" ", SIGN_SPACE}, {"\u00a0", SIGN_SPACE}, /* no-break space */
    {"\u2007", SIGN_SPACE},                                                               /* figure space */
    {"\u2009", SIGN_SPACE},                                                               /* thin space */
    {"\u202f", SIGN_SPACE},                                                               /* narrow no-break space */
};

/* The digits between separators: 1.234,5 is 1, 234 and 5. A separator stands before each group but the first. */
#define GROUPS_MAX 8
struct group {
    enum sign before;
    const char *digits;
    size_t length;
};
struct groups {
    struct group at[GROUPS_MAX];
    size_t count;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The separator at `text` and how long it is. */
static enum sign separator_at(const char *text, size_t length, size_t *taken)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        *taken = strlen(signs[i].bytes);
        if (*taken <= length && memcmp(text, signs[i].bytes, *taken) == 0)
            return signs[i].sign;
    }
    return SIGN_OTHER;
}

static bool split(const char *text, size_t length, struct groups *out)
{
    enum sign before = SIGN_DIGIT;
    size_t i = 0;

    for (out->count = 0; out->count < GROUPS_MAX;) {
        struct group *group = &out->at[out->count++];
        size_t taken = 0;

        *group = (struct group){.before = before, .digits = text + i};
        while (i + group->length < length && is_digit(group->digits[group->length]))
            group->length++;
        i += group->length;
        if (i == length)
            return true;
        before = separator_at(text + i, length - i, &taken);
        if (before == SIGN_OTHER)
            return false;
        i += taken;
    }
    return false;
}

/* Reads the groups 0..whole-1 as one whole number and, if there is one more, that as decimals. */
static bool assemble(const struct groups *groups, size_t whole, int64_t *out)
{
    int64_t value = 0;
    size_t digits = 0;

    for (size_t i = 0; i < whole; i++) {
        digits += groups->at[i].length;
        if (digits > WHOLE_DIGITS_MAX)
            return false;
        for (size_t j = 0; j < groups->at[i].length; j++)
            value = 10 * value + (groups->at[i].digits[j] - '0');
    }
    size_t decimals = whole < groups->count ? groups->at[whole].length : 0;
    if (decimals > DECIMALS || value > KIND_NUMBER_MAX)
        return false;
    for (size_t j = 0; j < DECIMALS; j++)
        value = 10 * value + (j < decimals ? groups->at[whole].digits[j] - '0' : 0);
    if (value > KIND_NUMBER_MAX * KIND_NUMBER_SCALE)
        return false;
    *out = value;
    return true;
}

/* Whether groups 0..count-1 can be thousands, all parted by the same sign. */
static bool are_thousands(const struct groups *groups, size_t count)
{
    const struct group *at = groups->at;

    if (count == 1)
        return true;
    if (at[0].length == 0 || at[0].length > GROUP_DIGITS || at[0].digits[0] == '0')
        return false;
    for (size_t i = 1; i < count; i++) {
        if (at[i].length != GROUP_DIGITS || at[i].before != at[1].before)
            return false;
    }
    return true;
}

static enum answer_fault read_groups(const struct groups *groups, struct answer_reading *out)
{
    const struct group *last = &groups->at[groups->count - 1];
    bool one_sign = groups->count > 1 && are_thousands(groups, groups->count);
    bool parted = groups->count > 1 && last->before != SIGN_SPACE && last->length > 0;
    bool decimals = parted && are_thousands(groups, groups->count - 1) &&
                    (groups->count == 2 || last->before != groups->at[1].before);
    int64_t *readings = out->readings;

    if (groups->at[0].length == 0 && !(groups->count == 2 && decimals))
        return ANSWER_NOT_A_NUMBER;
    bool as_whole = (groups->count == 1 || one_sign) && assemble(groups, groups->count, &readings[0]);
    bool as_decimals = decimals && assemble(groups, groups->count - 1, &readings[1]);
    if (as_whole && as_decimals)
        return ANSWER_AMBIGUOUS;
    if (!as_whole && !as_decimals)
        return ANSWER_NOT_A_NUMBER;
    out->value = (uint64_t)(as_whole ? readings[0] : readings[1]);
    return ANSWER_READ;
}

/* Takes white space off both ends. */
static void trim(const char **text, size_t *length)
{
    size_t taken = 0;

    while (*length > 0 && (strchr("\t\r\n", **text) != NULL || separator_at(*text, *length, &taken) == SIGN_SPACE)) {
        taken = strchr("\t\r\n", **text) != NULL ? 1 : taken;
        *text += taken;
        *length -= taken;
    }
    while (*length > 0 && strchr(" \t\r\n", (*text)[*length - 1]) != NULL)
        --*length;
}

/* Takes a sign off the front: true if it was a minus. */
static bool take_minus(const char **text, size_t *length)
{
    static const struct {
        const char *bytes;
        bool minus;
    } table[] = {{"-", true}, {"\u2212", true}, {"\u2013", true}, {"+", false}};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t taken = strlen(table[i].bytes);
        if (*length < taken || memcmp(*text, table[i].bytes, taken) != 0)
            continue;
        *text += taken;
        *length -= taken;
        return table[i].minus;
    }
    return false;
}

enum answer_fault kind_read_number(const char *text, size_t length, struct answer_reading *out)
{
    struct groups groups;

    *out = (struct answer_reading){0};
    if (length > KIND_NUMBER_TEXT_MAX_BYTES)
        return ANSWER_TOO_LONG;
    trim(&text, &length);
    bool minus = take_minus(&text, &length);
    if (!split(text, length, &groups))
        return ANSWER_NOT_A_NUMBER;
    enum answer_fault fault = read_groups(&groups, out);
    if (fault != ANSWER_AMBIGUOUS)
        out->readings[0] = out->readings[1] = 0;
    if (minus) {
        out->value = 0 - out->value;
        out->readings[0] = -out->readings[0];
        out->readings[1] = -out->readings[1];
    }
    return fault;
}

static enum answer_fault number_read(const struct shape *shape, const struct text_rule *rule, const uint8_t *salt,
                                     const cJSON *wire, struct answer_reading *out)
{
    (void)shape;
    (void)rule;
    (void)salt;
    if (cJSON_IsString(wire))
        return kind_read_number(wire->valuestring, strlen(wire->valuestring), out);
    if (!cJSON_IsNumber(wire))
        return ANSWER_WRONG_TYPE;
    if (!(fabs(wire->valuedouble) <= (double)KIND_NUMBER_MAX))
        return ANSWER_NOT_A_NUMBER;
    out->value = (uint64_t)(int64_t)llround(wire->valuedouble * KIND_NUMBER_SCALE);
    return ANSWER_READ;
}

static cJSON *number_to_wire(const struct shape *shape, uint64_t value, const char *shown)
{
    (void)shape;
    (void)shown;
    return cJSON_CreateNumber((double)(int64_t)value / KIND_NUMBER_SCALE);
}

static void number_write(const struct shape *shape, uint64_t value, struct log_form *form)
{
    char text[40];
    bool minus = (int64_t)value < 0;
    uint64_t size = minus ? 0 - value : value;
    int length = snprintf(text, sizeof text, "%s%" PRIu64 ".%06" PRIu64, minus ? "-" : "", size / KIND_NUMBER_SCALE,
                          size % KIND_NUMBER_SCALE);

    (void)shape;
    while (text[length - 1] == '0')
        text[--length] = '\0';
    if (text[length - 1] == '.')
        text[length - 1] = '\0';
    log_form_add(form, text);
}

static bool number_parse(const struct shape *shape, const char *form, uint64_t *value)
{
    const char *digits = form[0] == '-' ? form + 1 : form;
    const char *point = strchr(digits, '.');
    size_t length = strlen(digits);
    struct groups groups = {.at = {{.digits = digits, .length = length}}, .count = 1};
    int64_t size = 0;

    (void)shape;
    if (strspn(digits, "0123456789.") != length)
        return false;
    if (point != NULL) {
        groups.at[0].length = (size_t)(point - digits);
        groups.at[1] = (struct group){.before = SIGN_POINT, .digits = point + 1, .length = strlen(point + 1)};
        groups.count = 2;
    }
    if (strchr(point == NULL ? "" : point + 1, '.') != NULL || !assemble(&groups, 1, &size))
        return false;
    *value = form[0] == '-' ? 0 - (uint64_t)size : (uint64_t)size;
    return true;
}

const struct kind_row kind_number = {
    .name = "number", .read = number_read, .to_wire = number_to_wire, .write = number_write, .parse = number_parse};

const struct kind_row kind_prediction = {
    .name = "prediction", .read = number_read, .to_wire = number_to_wire, .write = number_write, .parse = number_parse};
