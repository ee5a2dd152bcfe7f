/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/supervisor.h"
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>
#include "engine/child.h"
#include "engine/command.h"
#include "engine/redis_sync.h"
#include "engine/report.h"
#include "question-banks/memory.h"

#define SELF "/proc/self/exe" /* the running program, even if its file was replaced */
#define HEARTBEAT_READ_BYTES 64

struct worker_child {
    struct child child;
    struct supervisor *supervisor;
    size_t number;
    uv_pipe_t pipe; /* its beats */
    bool pipe_open;
    bool serves;
    bool renewed; /* has been told to end, to be started anew */
    struct heartbeat heartbeat;
    bool doomed; /* it was found to hang, and has been told to end */
    char **words;
    uv_stdio_container_t stdio[5];
    char bytes[HEARTBEAT_READ_BYTES];
};

enum stage { STAGE_STORE, STAGE_WORKERS, STAGE_SERVING, STAGE_WORKERS_END, STAGE_STORE_END };

struct supervisor {
    const struct supervision *supervision;
    uv_loop_t loop;
    uv_signal_t signals[4];
    uv_timer_t look; /* at the store, then at the heartbeats */
    uv_timer_t deadline;
    uint64_t looked_at_ms;
    struct child redis;
    char **redis_words;
    uv_stdio_container_t redis_stdio[3];
    uint32_t redis_starts;
    struct worker_child *workers;
    enum stage stage;
    bool renewing; /* the workers, one after the other */
    int status;
};

static void end(struct supervisor *supervisor, int status);

/* ---- Redis ---- */

static bool describe_redis(struct child *child, uv_process_options_t *options)
{
    struct supervisor *supervisor = child->owner;
    options->file = SELF;
    options->args = supervisor->redis_words;
    options->stdio_count = 3;
    options->stdio = supervisor->redis_stdio;
    supervisor->redis_starts++;
    return true;
}

static void redis_ended(struct child *child, uint32_t pause_ms)
{
    struct supervisor *supervisor = child->owner;
    const struct data_place *data = supervisor->supervision->data;

    if (supervisor->stage == STAGE_STORE_END) {
        uv_stop(&supervisor->loop);
        return;
    }
    if (redis_server_was_full(data))
        report("the disk is full: redis-server could not keep an answer and ended; make room where %s lies. Trying "
               "again in %u ms",
               data->path, pause_ms);
    else
        report("redis-server ended (status %ld, signal %d); starting it again in %u ms; %s/redis.log says more",
               (long)child->status, child->signal, pause_ms, data->path);
    if (supervisor->stage == STAGE_STORE && supervisor->redis_starts >= STORE_STARTS_MAX)
        end(supervisor, EXIT_REFUSED);
}

/* redis-child PARENT redis-server ...: it ends with us, whatever happens (see redis_child_command). */
static void start_redis(struct supervisor *supervisor)
{
    char **words = redis_server_words(supervisor->supervision->data);
    char parent[24];
    size_t count = 0;

    while (words[count] != NULL)
        count++;
    (void)snprintf(parent, sizeof parent, "%ld", (long)getpid());
    const char *const first[] = {"hoithi", "redis-child", parent};
    supervisor->redis_words = memory_new(count + 4, sizeof(char *));
    for (size_t i = 0; i < 3; i++)
        supervisor->redis_words[i] = memory_copy(first[i], strlen(first[i]));
    memcpy(supervisor->redis_words + 3, words, count * sizeof *words);
    free(words);
    supervisor->redis_stdio[0].flags = UV_IGNORE;
    supervisor->redis_stdio[1] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO};
    supervisor->redis_stdio[2] = supervisor->redis_stdio[1];
    supervisor->redis.describe = describe_redis;
    supervisor->redis.ended = redis_ended;
    supervisor->redis.owner = supervisor;
    child_start(&supervisor->redis, &supervisor->loop);
}

/* ---- workers ---- */

static void close_pipe(struct worker_child *worker)
{
    if (worker->pipe_open && !uv_is_closing((uv_handle_t *)&worker->pipe))
        uv_close((uv_handle_t *)&worker->pipe, NULL);
    worker->pipe_open = false;
}

static void all_serve(struct supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->supervision->worker_count; i++)
        if (!supervisor->workers[i].serves)
            return;
    if (supervisor->stage == STAGE_SERVING)
        return;
    supervisor->stage = STAGE_SERVING;
    supervisor->supervision->serving(supervisor->supervision->context);
}

/* One at a time, so that the others serve meanwhile; its clients are told to come back. A new one reads certificates
 * and banks anew. */
static void renew_next(struct supervisor *supervisor, size_t number)
{
    supervisor->renewing = number < supervisor->supervision->worker_count;
    if (!supervisor->renewing) {
        report("every worker has been started anew");
        return;
    }
    supervisor->workers[number].renewed = true;
    child_kill(&supervisor->workers[number].child, SIGTERM);
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct worker_child *worker = handle->data;
    *buffer = uv_buf_init(worker->bytes, sizeof worker->bytes);
}

static void on_beat(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct worker_child *worker = stream->data;

    if (length < 0) {
        close_pipe(worker);
        return;
    }
    heartbeat_beat(&worker->heartbeat, (int64_t)uv_now(stream->loop));
    if (length > 0 && memchr(buffer->base, HEARTBEAT_READY, (size_t)length) != NULL) {
        worker->serves = true;
        if (worker->supervisor->stage == STAGE_WORKERS)
            all_serve(worker->supervisor);
        if (worker->renewed)
            renew_next(worker->supervisor, worker->number + 1);
        worker->renewed = false;
    }
}

static bool describe_worker(struct child *child, uv_process_options_t *options)
{
    struct worker_child *worker = child->owner;
    struct supervisor *supervisor = worker->supervisor;

    worker->serves = false;
    worker->doomed = false;
    heartbeat_start(&worker->heartbeat, (int64_t)uv_now(&supervisor->loop));
    uv_pipe_init(&supervisor->loop, &worker->pipe, 0);
    worker->pipe.data = worker;
    worker->pipe_open = true;
    worker->stdio[0].flags = UV_IGNORE;
    worker->stdio[1] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO};
    worker->stdio[2] = worker->stdio[1];
    worker->stdio[WORKER_LISTENER_FD] =
        (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = supervisor->supervision->listeners[worker->number]};
    worker->stdio[WORKER_HEARTBEAT_FD] =
        (uv_stdio_container_t){.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&worker->pipe};
    options->file = SELF;
    options->args = worker->words;
    options->stdio_count = 5;
    options->stdio = worker->stdio;
    return true;
}

static bool workers_run(const struct supervisor *supervisor)
{
    for (size_t i = 0; supervisor->workers != NULL && i < supervisor->supervision->worker_count; i++)
        if (supervisor->workers[i].child.running)
            return true;
    return false;
}

static void end_store(struct supervisor *supervisor);

static void worker_ended(struct child *child, uint32_t pause_ms)
{
    struct worker_child *worker = child->owner;
    struct supervisor *supervisor = worker->supervisor;

    close_pipe(worker);
    if (supervisor->stage >= STAGE_WORKERS_END) {
        if (!workers_run(supervisor))
            end_store(supervisor);
        return;
    }
    if (worker->renewed)
        return;
    report("worker %zu ended (status %ld, signal %d); starting it again in %u ms", worker->number, (long)child->status,
           child->signal, pause_ms);
}

/* The heartbeat's stream is open only once the process is there. */
static void listen_to(struct child *child)
{
    struct worker_child *worker = child->owner;
    (void)uv_read_start((uv_stream_t *)&worker->pipe, give_buffer, on_beat);
}

static void worker_words(struct worker_child *worker)
{
    const struct supervision *supervision = worker->supervisor->supervision;
    char number[24];
    char listen[LISTEN_HOST_MAX + 16];
    bool brackets = strchr(supervision->listen->host, ':') != NULL;

    (void)snprintf(number, sizeof number, "%zu", worker->number);
    (void)snprintf(listen, sizeof listen, "%s%s%s:%u", brackets ? "[" : "", supervision->listen->host,
                   brackets ? "]" : "", supervision->listen->port);
    const char *const own[] = {"--worker",
                               number,
                               "--listener-fd",
                               "3",
                               "--heartbeat-fd",
                               "4",
                               "--listen",
                               listen,
                               supervision->options->redis == NULL ? "--redis" : NULL,
                               supervision->data->url,
                               NULL};
    size_t count = 0;
    while (supervision->words[count] != NULL)
        count++;
    worker->words = memory_new(count + sizeof own / sizeof own[0] + 3, sizeof(char *));
    size_t at = 0;
    worker->words[at++] = memory_copy("hoithi", 6);
    worker->words[at++] = memory_copy("worker", 6);
    for (size_t i = 0; i < count; i++)
        worker->words[at++] = memory_copy(supervision->words[i], strlen(supervision->words[i]));
    for (size_t i = 0; own[i] != NULL; i++)
        worker->words[at++] = memory_copy(own[i], strlen(own[i]));
}

static void start_workers(struct supervisor *supervisor)
{
    supervisor->stage = STAGE_WORKERS;
    supervisor->workers = memory_new(supervisor->supervision->worker_count, sizeof *supervisor->workers);
    for (size_t i = 0; i < supervisor->supervision->worker_count; i++) {
        struct worker_child *worker = &supervisor->workers[i];
        worker->supervisor = supervisor;
        worker->number = i;
        worker_words(worker);
        worker->child.owner = worker;
        worker->child.describe = describe_worker;
        worker->child.ended = worker_ended;
        worker->child.spawned = listen_to;
        child_start(&worker->child, &supervisor->loop);
    }
}

/* ---- looking ---- */

static void look_at_store(struct supervisor *supervisor)
{
    const struct supervision *supervision = supervisor->supervision;
    const char *url = supervision->options->redis == NULL ? supervision->data->url : supervision->options->redis;
    char why[REDIS_FAULT_MAX];

    enum redis_state state = redis_server_probe(url, why, sizeof why);
    if (state != REDIS_READY)
        return;
    if (!supervision->store_opened(supervision->context)) {
        end(supervisor, EXIT_REFUSED);
        return;
    }
    start_workers(supervisor);
}

/* If it is we who were stopped for a while (a sleeping laptop, a debugger), silence proves nothing. */
static bool we_slept(struct supervisor *supervisor)
{
    uint64_t now = uv_now(&supervisor->loop);
    bool slept = now - supervisor->looked_at_ms > HEARTBEAT_SILENT_MS / 2;
    supervisor->looked_at_ms = now;
    return slept;
}

static void look_at_worker(struct worker_child *worker, bool slept)
{
    static const char *const found[] = {
        [HEARTBEAT_SPINS] = "is caught in a loop", [HEARTBEAT_STANDS_STILL] = "stands still"};
    int64_t now_ms = (int64_t)uv_now(&worker->supervisor->loop);

    if (!worker->child.running || worker->doomed)
        return;
    if (slept)
        heartbeat_excuse(&worker->heartbeat, now_ms);
    enum heartbeat_verdict verdict =
        heartbeat_look(&worker->heartbeat, now_ms, heartbeat_read(worker->child.process.pid));
    if (verdict == HEARTBEAT_WELL)
        return;
    report("worker %zu %s, silent for %ld s: ending it", worker->number, found[verdict],
           (long)((now_ms - worker->heartbeat.beat_ms) / 1000));
    worker->doomed = true;
    child_kill(&worker->child, SIGKILL);
}

static void look_at_workers(struct supervisor *supervisor)
{
    bool slept = we_slept(supervisor);
    for (size_t i = 0; i < supervisor->supervision->worker_count; i++)
        look_at_worker(&supervisor->workers[i], slept);
}

static void on_look(uv_timer_t *timer)
{
    struct supervisor *supervisor = timer->data;
    switch (supervisor->stage) {
    case STAGE_STORE:
        look_at_store(supervisor);
        if (supervisor->stage == STAGE_WORKERS) {
            supervisor->looked_at_ms = uv_now(&supervisor->loop);
            uv_timer_start(timer, on_look, HEARTBEAT_EVERY_MS, HEARTBEAT_EVERY_MS);
        }
        break;
    case STAGE_WORKERS:
    case STAGE_SERVING:
        look_at_workers(supervisor);
        break;
    case STAGE_WORKERS_END:
    case STAGE_STORE_END:
        break;
    }
}

/* ---- ending ---- */

static void on_store_late(uv_timer_t *timer)
{
    struct supervisor *supervisor = timer->data;
    report("redis-server does not end: killing it; nothing acknowledged is lost");
    child_kill(&supervisor->redis, SIGKILL);
}

static void end_store(struct supervisor *supervisor)
{
    supervisor->stage = STAGE_STORE_END;
    supervisor->redis.wanted = false;
    if (!supervisor->redis.running) {
        uv_stop(&supervisor->loop);
        return;
    }
    child_kill(&supervisor->redis, SIGTERM);
    uv_timer_start(&supervisor->deadline, on_store_late, STORE_END_MS, 0);
}

static void on_workers_late(uv_timer_t *timer)
{
    struct supervisor *supervisor = timer->data;
    for (size_t i = 0; i < supervisor->supervision->worker_count; i++)
        child_kill(&supervisor->workers[i].child, SIGKILL);
}

static void end(struct supervisor *supervisor, int status)
{
    if (supervisor->stage >= STAGE_WORKERS_END)
        return;
    supervisor->status = status;
    supervisor->stage = STAGE_WORKERS_END;
    for (size_t i = 0; supervisor->workers != NULL && i < supervisor->supervision->worker_count; i++) {
        supervisor->workers[i].child.wanted = false;
        child_kill(&supervisor->workers[i].child, SIGTERM);
    }
    if (workers_run(supervisor))
        uv_timer_start(&supervisor->deadline, on_workers_late, WORKER_END_MS, 0);
    else
        end_store(supervisor);
}

static void on_end_signal(uv_signal_t *handle, int number)
{
    (void)number;
    end(handle->data, EXIT_DONE);
}

static void on_renew_signal(uv_signal_t *handle, int number)
{
    struct supervisor *supervisor = handle->data;
    (void)number;
    if (supervisor->stage == STAGE_SERVING && !supervisor->renewing)
        renew_next(supervisor, 0);
}

static void watch_signals(struct supervisor *supervisor)
{
    /* A terminal that is closed hangs up: then it ends. A service is told to renew itself that way. */
    bool terminal = isatty(STDIN_FILENO) != 0;
    const struct {
        int number;
        uv_signal_cb callback;
    } watched[] = {{SIGTERM, on_end_signal},
                   {SIGINT, on_end_signal},
                   {SIGHUP, terminal ? on_end_signal : on_renew_signal},
                   {SIGUSR2, on_renew_signal}};

    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++) {
        uv_signal_init(&supervisor->loop, &supervisor->signals[i]);
        supervisor->signals[i].data = supervisor;
        uv_signal_start(&supervisor->signals[i], watched[i].callback, watched[i].number);
    }
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void clear(struct supervisor *supervisor)
{
    uv_walk(&supervisor->loop, close_handle, NULL);
    (void)uv_run(&supervisor->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&supervisor->loop);
    redis_server_words_free(supervisor->redis_words);
    for (size_t i = 0; supervisor->workers != NULL && i < supervisor->supervision->worker_count; i++)
        redis_server_words_free(supervisor->workers[i].words);
    free(supervisor->workers);
}

int supervise(const struct supervision *supervision)
{
    struct supervisor supervisor = {.supervision = supervision, .stage = STAGE_STORE};

    int fault = uv_loop_init(&supervisor.loop);
    assert(fault == 0);
    watch_signals(&supervisor);
    uv_timer_init(&supervisor.loop, &supervisor.look);
    uv_timer_init(&supervisor.loop, &supervisor.deadline);
    supervisor.look.data = supervisor.deadline.data = &supervisor;
    if (supervision->options->redis == NULL)
        start_redis(&supervisor);
    uv_timer_start(&supervisor.look, on_look, 0, STORE_LOOK_MS);
    (void)uv_run(&supervisor.loop, UV_RUN_DEFAULT);
    clear(&supervisor);
    return supervisor.status;
}
