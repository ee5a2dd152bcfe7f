/* SPDX-License-Identifier: Apache-2.0 */
/* `hoithi serve`: what must hold before anything starts, each said in one line with its remedy. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "engine/address.h"
#include "engine/certificate.h"
#include "engine/command.h"
#include "engine/keys.h"
#include "engine/redis_sync.h"
#include "engine/report.h"
#include "engine/retention.h"
#include "engine/supervisor.h"
#include "question-banks/library.h"

#define DESCRIPTORS_OF_A_WORKER 64 /* besides its clients */
#define DESCRIPTORS_MIN 256        /* what one worker and a class need */
#define PLAYERS_EXPECTED 1000      /* fewer are worth a warning */
#define FIRST_KEY_NAME "host"

struct serving {
    struct options options;
    struct data_place data;
    struct listen_address listen;
    int listeners[WORKERS_MAX];
    size_t worker_count;
    char key[KEY_TEXT_SIZE]; /* "": not the first start */
};

static const char *scheme_of(const struct options *options)
{
    return options->tls_cert == NULL ? "http" : "https";
}

static bool raise_descriptors(size_t workers)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return true;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    unsigned long long each = (unsigned long long)limit.rlim_cur;
    if (each < DESCRIPTORS_MIN) {
        report("only %llu file descriptors a process, and it takes at least %d; raise the limit with "
               "`ulimit -n 65536` or LimitNOFILE=65536",
               each, DESCRIPTORS_MIN);
        return false;
    }
    unsigned long long players = (each - DESCRIPTORS_OF_A_WORKER) * workers;
    if (players < PLAYERS_EXPECTED)
        report("only %llu file descriptors a process: enough for %llu players; raise it with `ulimit -n 65536` or "
               "LimitNOFILE=65536",
               each, players);
    return true;
}

/* A bad bank harms no other, so it stops nothing. */
static void warn_of_banks(const struct options *options)
{
    struct library *library = library_scan((const char *const *)options->banks.items, options->banks.count, NULL);
    size_t good = 0;
    for (size_t i = 0; i < library_count(library); i++) {
        const struct library_entry *entry = library_at(library, i);
        good += entry->faults.count == 0;
        if (entry->faults.count == 0)
            continue;
        report("%s has %zu faults and is not offered; mend it (`hoithi bank check %s`); the first:", entry->path,
               entry->faults.count + entry->faults.dropped, entry->path);
        struct faults first = entry->faults;
        first.count = 1;
        first.dropped = 0;
        faults_print(&first, stderr);
    }
    if (good == 0)
        report("no question bank in %s: no contest can be made; name their folder with --banks DIR",
               options->banks.items[0]);
    library_free(library);
}

/* The first key of an empty store is told once, as a link. */
static bool store_opened(void *context)
{
    struct serving *serving = context;
    struct redis_address address;
    char why[REDIS_FAULT_MAX] = "";
    const char *url = serving->options.redis == NULL ? serving->data.url : serving->options.redis;
    struct redis_sync *redis = NULL;
    bool fine = false;

    if (redis_address_read(url, &address, why, sizeof why))
        redis = redis_sync_open(&address, why, sizeof why);
    int count = redis == NULL ? -1 : keys_count(redis);
    if (count == 0)
        fine = keys_add(redis, ROLE_HOST, FIRST_KEY_NAME, serving->key) == KEY_ADDED;
    else
        fine = count > 0;
    if (!fine)
        report("the store does not take the first key: %s", redis == NULL ? why : redis_sync_fault(redis));
    if (fine && serving->options.redis == NULL)
        retention_alone(redis);
    redis_sync_close(redis);
    return fine;
}

static void serving_now(void *context)
{
    struct serving *serving = context;
    struct addresses addresses;
    char here[ADDRESS_URL_MAX];
    const char *scheme = scheme_of(&serving->options);

    address_here(&serving->listen, scheme, here);
    if (serving->key[0] != '\0')
        (void)printf("host link (keep it, it is shown only now): %s/host#key=%s\n",
                     serving->options.public_url == NULL ? here : serving->options.public_url, serving->key);
    explicit_bzero(serving->key, sizeof serving->key);
    addresses_find(&serving->listen, scheme, &addresses);
    for (size_t i = 0; listener_is_any(&serving->listen) && i < addresses.count; i++)
        (void)printf("others in this network: %s\n", addresses.urls[i]);
    if (serving->options.public_url != NULL)
        (void)printf("public: %s\n", serving->options.public_url);
    (void)printf("ready %s\n", here);
    (void)fflush(stdout);
}

static size_t cores(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > WORKERS_MAX ? WORKERS_MAX : (size_t)count;
}

static bool prepare(struct serving *serving)
{
    const struct options *options = &serving->options;

    serving->worker_count = options->workers == 0 ? cores() : options->workers;
    if (!raise_descriptors(serving->worker_count))
        return false;
    enum data_lock lock = data_enter(options->data, DATA_LOCK_WAIT_MS, &serving->data);
    if (lock == DATA_IN_USE)
        data_report_in_use(&serving->data, options->data);
    if (lock != DATA_LOCKED)
        return false;
    if (options->redis != NULL ? !redis_server_check_outside(options->redis)
                               : !redis_server_installed() || !redis_server_end_leftover(&serving->data))
        return false;
    if (options->tls_cert != NULL && !certificate_check(options->tls_cert, options->tls_key))
        return false;
    if (!listener_parse(options->listen, &serving->listen) ||
        !listener_open(&serving->listen, serving->listeners, serving->worker_count))
        return false;
    warn_of_banks(options);
    return true;
}

int serve_command(int argc, char **argv)
{
    struct serving serving = {.data.lock_fd = -1};
    int status = EXIT_REFUSED;

    enum options_result result = options_read(&serving.options, FOR_SERVE, argc - 1, argv + 1);
    if (result == OPTIONS_OK && serving.options.argument_count > 0) {
        report("serve takes options only, not '%s'", serving.options.arguments[0]);
        result = OPTIONS_WRONG;
    }
    if (result != OPTIONS_OK) {
        options_clear(&serving.options);
        return EXIT_USAGE;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    if (prepare(&serving)) {
        struct supervision supervision = {.options = &serving.options,
                                          .data = &serving.data,
                                          .listen = &serving.listen,
                                          .listeners = serving.listeners,
                                          .worker_count = serving.worker_count,
                                          .words = argv + 1,
                                          .store_opened = store_opened,
                                          .serving = serving_now,
                                          .context = &serving};
        status = supervise(&supervision);
    }
    options_clear(&serving.options);
    return status;
}

/* redis-child PARENT PROGRAM ...: becomes PROGRAM, and ends when the parent does. */
int redis_child_command(int argc, char **argv)
{
    if (argc < 3)
        return EXIT_USAGE;
    long parent = strtol(argv[1], NULL, 10);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) /* it died before the line above */
        return EXIT_REFUSED;
    (void)signal(SIGPIPE, SIG_DFL);
    /* Ctrl-C reaches the whole group; Redis must outlive the workers. */
    (void)setpgid(0, 0);
    (void)execvp(argv[2], argv + 2);
    report("cannot run %s: %s", argv[2], strerror(errno));
    return EXIT_REFUSED;
}
