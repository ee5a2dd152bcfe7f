/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/child.h"
#include "engine/report.h"
#include "engine/supervisor.h"

static void spawn(struct child *child);

static void on_again(uv_timer_t *timer)
{
    spawn(timer->data);
}

/* The handle must be closed before it can be used again. */
static void on_closed(uv_handle_t *handle)
{
    struct child *child = handle->data;
    uint64_t lived_ms = uv_now(child->again.loop) - child->started_at_ms;

    child->running = false;
    if (lived_ms >= LIVED_WELL_MS)
        child->backoff_ms = 0;
    uint32_t pause_ms = child->backoff_ms;
    child->backoff_ms = pause_ms == 0 ? BACKOFF_FIRST_MS : pause_ms * 2;
    if (child->backoff_ms > BACKOFF_LAST_MS)
        child->backoff_ms = BACKOFF_LAST_MS;
    child->ended(child, pause_ms);
    if (child->wanted)
        uv_timer_start(&child->again, on_again, pause_ms, 0);
}

static void on_exit(uv_process_t *process, int64_t status, int signal)
{
    struct child *child = process->data;
    child->status = status;
    child->signal = signal;
    uv_close((uv_handle_t *)process, on_closed);
}

static void spawn(struct child *child)
{
    uv_process_options_t options = {.exit_cb = on_exit};

    if (!child->wanted || child->running)
        return;
    child->started_at_ms = uv_now(child->again.loop);
    if (!child->describe(child, &options))
        return;
    int fault = uv_spawn(child->again.loop, &child->process, &options);
    child->process.data = child;
    child->running = true; /* also when it failed: the handle must be closed */
    if (fault == 0) {
        if (child->spawned != NULL)
            child->spawned(child);
        return;
    }
    report("cannot start %s: %s", options.file, uv_strerror(fault));
    child->status = 127;
    child->signal = 0;
    uv_close((uv_handle_t *)&child->process, on_closed);
}

void child_start(struct child *child, uv_loop_t *loop)
{
    child->wanted = true;
    uv_timer_init(loop, &child->again);
    child->again.data = child;
    spawn(child);
}

void child_kill(struct child *child, int signal)
{
    if (child->running && !uv_is_closing((uv_handle_t *)&child->process))
        (void)uv_process_kill(&child->process, signal);
}
