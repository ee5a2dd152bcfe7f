/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/worker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "engine/carrier.h"
#include "engine/chance.h"
#include "engine/command.h"
#include "engine/http.h"
#include "engine/media_pack.h"
#include "engine/report.h"
#include "engine/rooms.h"
#include "engine/shelf.h"
#include "engine/supervisor.h"
#include "question-banks/memory.h"

#define DESCRIPTORS_KEPT 64 /* for Redis, files and children */

static int64_t now_ms(const struct engine *engine)
{
    return (int64_t)uv_now(&engine->loop);
}

/* ---- the hub's ports ---- */

static void port_append(void *engine, const struct append *append)
{
    log_append(((struct engine *)engine)->log, append);
}

static bool is_poll(const void *connection)
{
    return *(const enum carrier *)connection == CARRIER_POLL;
}

static struct guesser *guesser_of(void *connection)
{
    return is_poll(connection) ? poll_guesser(connection) : ws_guesser(connection);
}

static void port_writable(void *engine, void *connection)
{
    (void)engine;
    if (is_poll(connection))
        poll_writable(connection);
    else
        ws_writable(connection);
}

static void port_close(void *engine, void *connection, enum close_code code)
{
    (void)engine;
    if (is_poll(connection))
        poll_close(connection, code);
    else
        ws_close(connection, code);
}

static void pin_found(void *context, uint64_t session_number, enum pin_answer answer, const char *room)
{
    struct engine *engine = context;
    void *connection = hub_connection(engine->hub, session_number);

    if (answer == PIN_UNKNOWN && connection != NULL)
        guesser_of(connection)->wrong++;
    hub_pin_found(engine->hub, session_number, answer, room, now_ms(engine));
}

static void port_find_pin(void *context, void *connection, const char *pin, uint64_t session_number)
{
    struct engine *engine = context;
    struct pin_question question = {.guesser = guesser_of(connection), .pin = pin, .session_number = session_number};
    pins_find(engine->pins, &question, now_ms(engine), pin_found, engine);
}

static void port_follow(void *engine, const char *room)
{
    log_follow(((struct engine *)engine)->log, room);
}

static void port_unfollow(void *engine, const char *room)
{
    log_unfollow(((struct engine *)engine)->log, room);
}

static enum token_result port_read_token(void *context, const char *token, size_t length, struct claims *out)
{
    struct engine *engine = context;
    return tokens_read(engine->tokens, token, length, log_wall_ms(engine->log), out);
}

static void port_write_token(void *context, const struct claims *claims, char out[TOKEN_MAX])
{
    struct engine *engine = context;
    tokens_write(engine->tokens, claims, log_wall_ms(engine->log), out);
}

static void port_random(void *engine, void *bytes, size_t length)
{
    (void)engine;
    chance_bytes(bytes, length);
}

static void port_line(void *engine, void *connection, struct line *out)
{
    (void)engine;
    if (is_poll(connection))
        poll_line(connection, out);
    else
        ws_line(connection, out);
}

static void port_board_changed(void *engine, const char *room, uint64_t position)
{
    boards_changed(((struct engine *)engine)->boards, room, position);
}

static void port_due(void *engine, const char *room, int64_t wall_ms)
{
    due_set(((struct engine *)engine)->due, room, wall_ms);
}

static void port_pin_free(void *engine, const char *room, const char *pin, int64_t after_ms)
{
    rooms_free_pin(log_redis(((struct engine *)engine)->log), room, pin, after_ms);
}

static void port_keep_time(void *engine, uint64_t key, int64_t ms)
{
    clocks_keep(((struct engine *)engine)->clocks, key, ms);
}

static bool port_kept_time(void *engine, uint64_t key, int64_t *ms)
{
    return clocks_find(((struct engine *)engine)->clocks, key, ms);
}

static struct hub *make_hub(struct engine *engine)
{
    struct hub_ports ports = {.engine = engine,
                              .append = port_append,
                              .writable = port_writable,
                              .close = port_close,
                              .find_pin = port_find_pin,
                              .follow = port_follow,
                              .unfollow = port_unfollow,
                              .read_token = port_read_token,
                              .write_token = port_write_token,
                              .random = port_random,
                              .line = port_line,
                              .board_changed = port_board_changed,
                              .due = port_due,
                              .pin_free = port_pin_free,
                              .keep_time = port_keep_time,
                              .kept_time = port_kept_time};
    struct hub *hub = hub_new(&ports, chance_number());
    hub_set_public_url(hub, engine->options.public_url);
    return hub;
}

/* ---- one turn of the loop ---- */

static void tick_now(uv_timer_t *timer)
{
    (void)timer; /* it has woken the loop; the rest is done before it sleeps again */
}

static void before_writing(uv_prepare_t *handle)
{
    struct engine *engine = handle->data;
    if (hub_due_ms(engine->hub) <= now_ms(engine))
        hub_tick(engine->hub, now_ms(engine));
}

static void before_sleep(uv_prepare_t *handle)
{
    struct engine *engine = handle->data;
    int64_t due = hub_due_ms(engine->hub);

    if (due == INT64_MAX) {
        uv_timer_stop(&engine->tick);
        return;
    }
    int64_t wait = due - now_ms(engine);
    uv_timer_start(&engine->tick, tick_now, wait < 0 ? 0 : (uint64_t)wait, 0);
}

static void tell_supervisor(const struct engine *engine, char what)
{
    if (engine->options.heartbeat_fd != 0 && write((int)engine->options.heartbeat_fd, &what, 1) < 0)
        return; /* the supervisor is busy or gone; if gone, the kernel ends us */
}

static void beat(uv_timer_t *timer)
{
    tell_supervisor(timer->data, HEARTBEAT_BEAT);
}

static void ledger_path(const struct engine *engine, char *out, size_t size)
{
    snprintf(out, size, "%s/banks.ledger", engine->options.data);
}

/* One worker writes the ledger, so that none writes over another's. */
static void keep_ledger(struct engine *engine)
{
    char path[OPTION_VALUE_MAX_BYTES + 16];
    struct faults faults;

    if (!engine->ledger.changed || !engine->ledger_read || engine->options.worker != 0)
        return;
    ledger_path(engine, path, sizeof path);
    faults_init(&faults, path);
    if (!ledger_write(&engine->ledger, path, &faults)) {
        faults_print(&faults, stderr);
        engine->ledger_read = false; /* told once, not every few seconds */
    }
    faults_clear(&faults);
}

/* One worker does it for all. */
static void sweep_media(struct engine *engine)
{
    int64_t now = now_ms(engine);

    if (engine->options.worker != 0 || (engine->media_swept_ms > 0 && now - engine->media_swept_ms < MEDIA_SWEEP_MS))
        return;
    engine->media_swept_ms = now;
    media_folder_sweep(engine->options.data, (int64_t)time(NULL)); /* as the files are stamped */
    media_pack_sweep(engine->options.data, (int64_t)time(NULL));
}

static void look_at_banks(uv_timer_t *timer)
{
    struct engine *engine = timer->data;
    library_refresh(engine->library);
    keep_ledger(engine);
    sweep_media(engine);
}

static void visit_room(void *context, const char *room)
{
    struct engine *engine = context;
    hub_visit(engine->hub, room, now_ms(engine));
}

/* ---- leaving in order ---- */

static void look_whether_done(uv_timer_t *timer)
{
    struct engine *engine = timer->data;
    struct ws_counts counts;

    ws_count(engine->ws, &counts);
    bool quiet = counts.connections == 0 && log_is_idle(engine->log) && boards_are_idle(engine->boards);
    if (quiet || now_ms(engine) - engine->leaving_ms >= FAREWELL_MS)
        uv_stop(&engine->loop);
}

static void leave(uv_signal_t *signal, int number)
{
    struct engine *engine = signal->data;
    (void)number;

    if (engine->leaving_ms != 0)
        return;
    engine->leaving_ms = now_ms(engine);
    if (engine->ws == NULL) {
        uv_stop(&engine->loop);
        return;
    }
    ws_stop_listening(engine->ws);
    hub_goodbye(engine->hub, now_ms(engine));
    uv_timer_start(&engine->farewell, look_whether_done, 20, 20);
}

/* ---- starting ---- */

static uint32_t connections_allowed(const struct engine *engine)
{
    struct rlimit limit;
    uint32_t wanted = engine->options.connections == 0 ? CONNECTIONS_MAX : engine->options.connections;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= DESCRIPTORS_KEPT)
        return 1;
    limit.rlim_cur -= DESCRIPTORS_KEPT;
    return limit.rlim_cur < wanted ? (uint32_t)limit.rlim_cur : wanted;
}

static void keep_origin(struct engine *engine)
{
    const char *url = engine->options.public_url;
    const char *host = url == NULL ? NULL : strstr(url, "://");

    if (host == NULL)
        return;
    size_t length = (size_t)(host + 3 - url) + strcspn(host + 3, "/");
    if (length < sizeof engine->origin)
        memcpy(engine->origin, url, length);
}

static uint32_t turn_of(const void *context)
{
    const struct engine *engine = context;
    struct ws_counts counts;
    ws_count(engine->ws, &counts);
    return counts.turn_ms;
}

static void open_polls(struct engine *engine)
{
    struct poll_settings settings = {.loop = &engine->loop,
                                     .hub = engine->hub,
                                     .worker = (uint32_t)engine->options.worker,
                                     .folder = engine->options.data,
                                     .turn_ms = turn_of,
                                     .context = engine};
    engine->polls = polls_new(&settings);
}

/* Tokens can be read and written: people may come in. */
static void open_doors(void *context)
{
    struct engine *engine = context;
    struct ws_settings settings = {.loop = &engine->loop,
                                   .hub = engine->hub,
                                   .listener = (int)engine->options.listener_fd,
                                   .connections_max = connections_allowed(engine),
                                   .trust_proxy = engine->options.trust_proxy,
                                   .allowed_origin = engine->origin[0] == '\0' ? NULL : engine->origin,
                                   .engine = engine,
                                   .tls_cert = engine->options.tls_cert,
                                   .tls_key = engine->options.tls_key};

    engine->ws = ws_new(&settings);
    if (engine->ws == NULL)
        exit(EXIT_REFUSED);
    open_polls(engine);
    uv_prepare_start(&engine->first, before_writing); /* the one started last runs first */
    tell_supervisor(engine, HEARTBEAT_READY);
}

static void read_library(struct engine *engine)
{
    const struct option_list *banks = &engine->options.banks;
    const char **folders = memory_new(banks->count + 1, sizeof *folders);
    char *shelf = shelf_folder(engine->options.data);
    char path[OPTION_VALUE_MAX_BYTES + 16];
    struct faults faults;

    ledger_path(engine, path, sizeof path);
    faults_init(&faults, path);
    ledger_init(&engine->ledger);
    engine->ledger_read = ledger_read(&engine->ledger, path, &faults);
    if (!engine->ledger_read)
        faults_print(&faults, stderr);
    faults_clear(&faults);
    for (size_t i = 0; i < banks->count; i++)
        folders[i] = banks->items[i];
    folders[banks->count] = shelf;
    engine->library = library_scan(folders, banks->count + 1, &engine->ledger);
    engine->media = media_store_new(engine->options.data);
    keep_ledger(engine);
    free(shelf);
    free(folders);
}

static bool find_redis(struct engine *engine, struct redis_address *address)
{
    char why[REDIS_FAULT_MAX];

    if (engine->options.redis == NULL) {
        report("a worker is started by `hoithi serve`, which tells it where its store is");
        return false;
    }
    snprintf(engine->redis_url, sizeof engine->redis_url, "%s", engine->options.redis);
    if (redis_address_read(engine->redis_url, address, why, sizeof why))
        return true;
    report("--redis: %s", why);
    return false;
}

static void start_handles(struct engine *engine)
{
    uv_loop_t *loop = &engine->loop;

    uv_prepare_init(loop, &engine->first);
    uv_prepare_init(loop, &engine->last);
    uv_timer_init(loop, &engine->tick);
    uv_timer_init(loop, &engine->heartbeat);
    uv_timer_init(loop, &engine->look);
    uv_timer_init(loop, &engine->farewell);
    uv_signal_init(loop, &engine->terminate);
    uv_signal_init(loop, &engine->interrupt);
    engine->first.data = engine->last.data = engine->tick.data = engine->heartbeat.data = engine;
    engine->look.data = engine->farewell.data = engine->terminate.data = engine->interrupt.data = engine;
    uv_prepare_start(&engine->last, before_sleep);
    uv_timer_start(&engine->heartbeat, beat, 0, HEARTBEAT_MS);
    uv_timer_start(&engine->look, look_at_banks, LIBRARY_LOOK_MS, LIBRARY_LOOK_MS);
    uv_signal_start(&engine->terminate, leave, SIGTERM);
    uv_signal_start(&engine->interrupt, leave, SIGINT);
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void stop(struct engine *engine)
{
    polls_free(engine->polls);
    ws_free(engine->ws);
    log_close(engine->log); /* first: it answers whatever the others still wait for */
    boards_free(engine->boards);
    due_free(engine->due);
    retention_free(engine->retention);
    pins_free(engine->pins);
    tokens_free(engine->tokens);
    keys_free(engine->keys);
    uv_run(&engine->loop, UV_RUN_NOWAIT);
    uv_run(&engine->loop, UV_RUN_NOWAIT);
    uv_walk(&engine->loop, close_handle, NULL);
    for (int turn = 0; turn < 8 && uv_loop_close(&engine->loop) != 0; turn++)
        uv_run(&engine->loop, UV_RUN_NOWAIT);
    archived_rows_free(engine->archived_rows);
    hub_free(engine->hub);
    clocks_close(engine->clocks);
    library_free(engine->library);
    media_store_free(engine->media);
    ledger_clear(&engine->ledger);
}

static struct retention *make_retention(struct engine *engine, struct redis *redis, const struct redis_address *address)
{
    const struct options *options = &engine->options;
    struct retention_settings settings = {.address = address,
                                          .data = options->data,
                                          .final_ms = options->archive_final_ms,
                                          .ended_ms = options->archive_ended_ms,
                                          .names_ms = options->keep_names_ms,
                                          .rooms_ms = options->keep_rooms_ms};
    return retention_new(&engine->loop, redis, &settings);
}

static int run(struct engine *engine)
{
    struct redis_address address;

    if (!find_redis(engine, &address))
        return EXIT_REFUSED;
    read_library(engine);
    keep_origin(engine);
    uv_loop_init(&engine->loop);
    engine->started_ms = now_ms(engine);
    start_handles(engine);
    engine->clocks = clocks_open(engine->options.data);
    engine->hub = make_hub(engine);
    struct log_events events = log_events_of_hub(engine->hub);
    engine->log = log_new(&engine->loop, &address, &events);
    struct redis *redis = log_redis(engine->log);
    engine->keys = keys_new(redis);
    engine->pins = pins_new(&engine->loop, redis);
    engine->boards = boards_new(&engine->loop, redis, engine->hub);
    engine->due = due_new(&engine->loop, redis, visit_room, engine);
    engine->retention = make_retention(engine, redis, &address);
    engine->tokens = tokens_new(&engine->loop, redis, open_doors, engine);
    uv_run(&engine->loop, UV_RUN_DEFAULT);
    stop(engine);
    return EXIT_DONE;
}

int worker_command(int argc, char **argv)
{
    struct engine *engine = calloc(1, sizeof *engine);
    int status = EXIT_USAGE;

    if (engine == NULL)
        abort();
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* a worker does not outlive its supervisor for long */
    signal(SIGPIPE, SIG_IGN);
    if (options_read(&engine->options, FOR_WORKER, argc - 1, argv + 1) == OPTIONS_OK)
        status = run(engine);
    options_clear(&engine->options);
    free(engine);
    return status;
}
