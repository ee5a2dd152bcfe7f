/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include "rooms/buffer.h"

/* As cJSON quotes it, which reads it back as well. */
static void expect_quoted(const char *text)
{
    struct buffer buffer;
    cJSON *item = cJSON_CreateString(text);
    char *expected = cJSON_PrintUnformatted(item);

    buffer_init(&buffer);
    buffer_put(&buffer, "before");
    buffer_quote(&buffer, text);
    cr_expect_str_eq(buffer.text + strlen("before"), expected);
    cJSON *read = cJSON_Parse(buffer.text + strlen("before"));
    cr_assert_not_null(read);
    cr_expect_str_eq(cJSON_GetStringValue(read), text);
    cJSON_Delete(read);
    buffer_clear(&buffer);
    free(expected);
    cJSON_Delete(item);
}

Test(buffer, a_text_is_quoted_so_that_json_gives_it_back)
{
    static const char *const texts[] = {"",          "An",         "Nguyễn Thị Ánh", "\"",       "\\",
                                        "a\"b\\c\"", "\n\t\r\b\f", "\x01\x1f\x7f",   "🎓 🦉"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_quoted(texts[i]);
}

Test(buffer, any_single_byte_of_ascii_is_quoted_so_that_json_gives_it_back)
{
    char text[4] = "a?b";
    for (int byte = 1; byte < 128; byte++) {
        text[1] = (char)byte;
        expect_quoted(text);
    }
}

Test(buffer, nothing_is_quoted_as_null)
{
    struct buffer buffer;
    buffer_init(&buffer);
    buffer_quote(&buffer, NULL);
    cr_expect_str_eq(buffer.text, "null");
    buffer_clear(&buffer);
}

Test(buffer, what_is_printed_fits_at_every_length_around_the_room_there_is)
{
    for (int width = 0; width < 1200; width++) {
        struct buffer buffer;
        buffer_init(&buffer);
        buffer_print(&buffer, "%*s", width, "");
        cr_assert_eq(buffer.length, (size_t)width);
        buffer_print(&buffer, "<%d>", width);
        cr_assert_eq(buffer.text[width], '<');
        cr_assert_eq(strlen(buffer.text), buffer.length);
        buffer_clear(&buffer);
    }
}

Test(buffer, numbers_are_written_in_decimal_to_their_limits)
{
    static const int64_t numbers[] = {0, 7, 10, -1, 1000, INT64_MAX, INT64_MIN};
    struct buffer quick, printed;

    buffer_init(&quick);
    buffer_init(&printed);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        buffer_put_number(&quick, numbers[i]);
        buffer_print(&printed, "%lld", (long long)numbers[i]);
    }
    cr_expect_str_eq(quick.text, printed.text);
    buffer_clear(&quick);
    buffer_clear(&printed);
}
