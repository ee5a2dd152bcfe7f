/* SPDX-License-Identifier: Apache-2.0 */
/* The body of POST /api/rooms: either it is refused with a reason, or the `created` entry made of it can be read back.
 */
#include <stdlib.h>
#include <string.h>
#include "rooms/event.h"
#include "tests/support/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_back(const struct plan *plan)
{
    struct event event;
    char *e, *p;

    plan_write_created(plan, "0123456789abcdef01234567", &e, &p);
    struct entry entry = {
        .position = 1, .id = "1-0", .at_ms = 1, .e = e, .e_length = strlen(e), .p = p, .p_length = strlen(p)};
    if (event_read(&entry, &event) != EVENT_READ || event.plan->question_count != plan->question_count ||
        event.plan->scoring != plan->scoring || event.plan->cap_ms != plan->cap_ms ||
        event.plan->listed != plan->listed || event.plan->list_only != plan->list_only ||
        (plan->names == NULL) != (event.plan->names == NULL))
        abort();
    event_clear(&event);
    free(e);
    free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t salt[TEXT_SALT_BYTES] = {7};
    char why[300] = "";
    struct bank *bank = stage_bank();
    cJSON *settings = cJSON_ParseWithLength((const char *)data, size);
    struct plan *plan = settings == NULL ? NULL : plan_build(bank, settings, 7, salt, why, sizeof why);

    if (plan != NULL)
        read_back(plan);
    else if (settings != NULL && why[0] == '\0')
        abort(); /* refused without a word */
    plan_free(plan);
    cJSON_Delete(settings);
    bank_free(bank);
    return 0;
}
