/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - many players at one server on loopback, and what they see.
 *
 *   load --port N --pin PIN --host-token TOKEN [--players 1000] [--rounds 3] [--spread-ms 0] [--rate 4000]
 *        [--processes 1] [--storm-ms 0] [--board] [--end] [--server PID] [--never N] [--byte N] [--half N]
 *        [--flood N] [--idle N] [--loop N] [--big N] [--tight N] [--hold-ms 0]
 *
 * Every player joins by PIN, answers every question once and waits for its result; the host drives the room by
 * commands. Prints lines "name value"; exit status 1 if an answer was not acknowledged exactly once or a result is
 * missing. Every wait has an end.
 */
#include "tests/bench/load.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/bench/usage.h"

#define JOIN_PATIENCE_MS 60000
#define ROUND_PATIENCE_MS 60000
#define MARKS_MAX 32

struct host {
    struct wire wire;
    const struct options *options;
    bool upgraded, is_in, failed;
    uint32_t commands, done;
};

struct sums {
    int64_t server_ns, redis_ns;
    uint32_t rounds;
};

/* ---- the host ---- */

static void take_host_frame(void *context, const char *text, size_t length)
{
    struct host *host = context;
    (void)length;
    if (text == NULL) {
        host->upgraded = true;
    } else if (strncmp(text, "{\"t\":\"state\"", 12) == 0) {
        host->is_in = true;
    } else if (strncmp(text, "{\"t\":\"done\"", 11) == 0) {
        host->done++;
    } else if (strncmp(text, "{\"t\":\"refused\"", 14) == 0 || strncmp(text, "{\"t\":\"error\"", 12) == 0) {
        fprintf(stderr, "load: host: %s\n", text);
        host->failed = true;
    }
}

static void host_wait(struct host *host, int ms)
{
    struct pollfd ready = {.fd = host->wire.fd, .events = POLLIN};
    if (poll(&ready, 1, ms) > 0 && !wire_read(&host->wire, take_host_frame, host))
        host->failed = true;
}

typedef bool claim_fn(const struct host *host, const struct shared *shared, uint32_t q);

/* True if it came to hold in time. */
static bool wait_for(struct host *host, const struct shared *shared, claim_fn *claim, uint32_t q, int64_t patience_ms)
{
    int64_t end_us = wire_now_us() + patience_ms * 1000;
    while (!claim(host, shared, q)) {
        if (host->failed || wire_now_us() > end_us)
            return false;
        host_wait(host, 2);
    }
    return true;
}

static bool host_upgraded(const struct host *host, const struct shared *shared, uint32_t q)
{
    (void)shared;
    (void)q;
    return host->upgraded;
}

static bool host_is_in(const struct host *host, const struct shared *shared, uint32_t q)
{
    (void)shared;
    (void)q;
    return host->is_in;
}

static bool host_is_answered(const struct host *host, const struct shared *shared, uint32_t q)
{
    (void)shared;
    (void)q;
    return host->done == host->commands;
}

static bool all_acked(const struct host *host, const struct shared *shared, uint32_t q)
{
    return shared->rounds[q].acks >= host->options->players;
}

static bool all_revealed(const struct host *host, const struct shared *shared, uint32_t q)
{
    return shared->rounds[q].reveals >= host->options->players;
}

static bool all_ranked(const struct host *host, const struct shared *shared, uint32_t q)
{
    return shared->rounds[q].boards >= host->options->players;
}

static bool all_are_back(const struct host *host, const struct shared *shared, uint32_t q)
{
    (void)q;
    return shared->reconnected >= host->options->players;
}

static bool nothing_else(const struct host *host, const struct shared *shared, uint32_t q)
{
    (void)host;
    (void)shared;
    (void)q;
    return false;
}

static bool host_enter(struct host *host, struct shared *shared)
{
    char text[700];

    if (wire_connect(&host->wire, host->options->port, 50, 0) != 0)
        return false;
    for (int tries = 0; tries < 100 && !wire_upgrade(&host->wire, host->options->port); tries++)
        usleep(1000);
    if (!wait_for(host, shared, host_upgraded, 0, 5000))
        return false;
    int length = snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"%s\",\"page\":\"bench\"}",
                          host->options->host_token);
    return wire_send(&host->wire, text, (size_t)length) && wait_for(host, shared, host_is_in, 0, 10000);
}

static bool host_do(struct host *host, struct shared *shared, const char *command)
{
    char text[120];
    int length = snprintf(text, sizeof text, "{\"t\":\"do\",\"id\":\"c%u\",\"cmd\":\"%s\"}", ++host->commands, command);
    (void)shared;
    return wire_send(&host->wire, text, (size_t)length);
}

/* ---- what is printed ---- */

static void print_times(const char *name, const struct histogram *times)
{
    printf("%s_p50_us %llu\n%s_p99_us %llu\n%s_max_us %llu\n", name, (unsigned long long)histogram_at(times, 500), name,
           (unsigned long long)histogram_at(times, 990), name, (unsigned long long)times->max_us);
}

static void print_bytes(const char *name, const struct frame_count *count)
{
    if (count->frames > 0)
        printf("%s_bytes %llu\n", name, (unsigned long long)(count->bytes / count->frames));
}

static void print_foes(const struct shared *shared, const struct options *options)
{
    for (size_t kind = 0; kind < FOE_COUNT; kind++) {
        if (options->foes[kind] == 0)
            continue;
        printf("foe_%s %u made, %u closed (1008: %u, 1013: %u, other: %u, none: %u), %u frames\n", foe_names[kind],
               shared->foe_made[kind], shared->foe_closed[kind], shared->foe_codes[kind][0], shared->foe_codes[kind][1],
               shared->foe_codes[kind][2], shared->foe_codes[kind][3], shared->foe_frames[kind]);
    }
}

static void print_all(const struct shared *shared, const struct options *options, const struct sums *sums)
{
    double turns = (double)sums->rounds * options->players;
    if (sums->rounds > 0) {
        printf("cpu_us %.2f\n", (double)sums->server_ns / 1e3 / turns);
        printf("redis_us %.2f\n", (double)sums->redis_ns / 1e3 / turns);
    }
    print_times("question", &shared->question_us);
    print_times("ack", &shared->ack_us);
    print_times("result", &shared->result_us);
    print_times("join", &shared->join_us);
    print_bytes("question", &shared->question);
    print_bytes("ack", &shared->ack);
    print_bytes("reveal", &shared->reveal);
    print_bytes("board", &shared->board);
    print_bytes("joined", &shared->joined_bytes);
    print_bytes("state", &shared->state);
    printf("accepted %u\nlate %u\nduplicate %u\nacked_twice %u\n", shared->accepted, shared->late, shared->duplicate,
           shared->acked_twice);
    printf("dropped %u\nerrors %u\nrefused %u\n", shared->dropped, shared->errors, shared->refused);
    printf("points_sum %lld\ntotals_sum %lld\n", (long long)shared->points_sum, (long long)shared->totals_sum);
    print_foes(shared, options);
}

/* ---- the course of things ---- */

/* While they come in: what the last thousands cost, so that growth with N shows. */
static bool all_join(struct host *host, struct shared *shared, struct usage *empty)
{
    static const uint32_t marks[] = {1000, 2000, 5000, 10000, 15000, 19000, 20000, 30000, 40000, 50000};
    const struct options *options = host->options;
    struct usage before = *empty;
    uint32_t last = 0, players = options->players;
    size_t mark = 0;
    int64_t end_us = wire_now_us() + JOIN_PATIENCE_MS * 1000LL + (int64_t)players * 1000000 / (options->rate + 1);

    while (last < players) {
        uint32_t joined = shared->joined;
        if (host->failed || wire_now_us() > end_us) {
            fprintf(stderr, "load: %u of %u joined\n", joined, players);
            return false;
        }
        uint32_t next = mark < sizeof marks / sizeof *marks && marks[mark] < players ? marks[mark] : players;
        if (joined >= next) {
            struct usage now = usage_of(options->server);
            printf("join_cpu_us_at_%u %.2f\n", next,
                   (double)(now.server_ns - before.server_ns) / 1e3 / (joined - last));
            before = now;
            last = joined;
            mark++;
        }
        host_wait(host, 2);
    }
    struct usage now = usage_of(options->server);
    printf("joined %u\njoin_cpu_us %.2f\n", shared->joined, (double)(now.server_ns - empty->server_ns) / 1e3 / players);
    printf("bytes_a_player %.0f\n", (double)(now.server_bytes - empty->server_bytes) / players);
    return true;
}

static void print_round(const struct round_count *round, uint32_t q, const struct usage *spent, uint32_t players)
{
    printf("round %u cpu_us %.2f redis_us %.2f question_first_us %lld question_spread_us %lld result_spread_us %lld\n",
           q, (double)spent->server_ns / 1e3 / players, (double)spent->redis_ns / 1e3 / players,
           (long long)(round->first_us - round->asked_us), (long long)(round->last_us - round->first_us),
           (long long)(round->revealed_last_us - round->revealed_first_us));
}

static bool play_steps(struct host *host, struct shared *shared, uint32_t q)
{
    int64_t patience_ms = ROUND_PATIENCE_MS + host->options->spread_ms;

    shared->rounds[q].asked_us = wire_now_us();
    if (!host_do(host, shared, q == 1 ? "start" : "open") || !wait_for(host, shared, all_acked, q, patience_ms)) {
        fprintf(stderr, "load: question %u: %u acknowledged of %u asked\n", q, shared->rounds[q].acks,
                shared->rounds[q].questions);
        return false;
    }
    if (!host_do(host, shared, "reveal") || !wait_for(host, shared, all_revealed, q, patience_ms)) {
        fprintf(stderr, "load: question %u: %u results\n", q, shared->rounds[q].reveals);
        return false;
    }
    if (!host->options->board)
        return wait_for(host, shared, host_is_answered, q, patience_ms);
    return host_do(host, shared, "rank") && wait_for(host, shared, all_ranked, q, patience_ms) &&
           wait_for(host, shared, host_is_answered, q, patience_ms);
}

static bool play_round(struct host *host, struct shared *shared, uint32_t q, struct sums *sums)
{
    const struct options *options = host->options;
    struct usage before = usage_of(options->server);

    if (!play_steps(host, shared, q))
        return false;
    struct usage after = usage_of(options->server);
    struct usage spent = {.server_ns = after.server_ns - before.server_ns,
                          .redis_ns = after.redis_ns - before.redis_ns};
    sums->server_ns += spent.server_ns;
    sums->redis_ns += spent.redis_ns;
    sums->rounds++;
    print_round(&shared->rounds[q], q, &spent, options->players);
    wait_for(host, shared, nothing_else, q, 100);
    return true;
}

static bool come_back(struct host *host, struct shared *shared)
{
    const struct options *options = host->options;
    struct usage before = usage_of(options->server);
    int64_t from_us = wire_now_us();

    shared->order = ORDER_STORM;
    if (!wait_for(host, shared, all_are_back, 0, options->storm_ms + JOIN_PATIENCE_MS)) {
        fprintf(stderr, "load: %u came back\n", shared->reconnected);
        return false;
    }
    struct usage after = usage_of(options->server);
    printf("storm_ms %lld\nstorm_cpu_us %.2f\n", (long long)(wire_now_us() - from_us) / 1000,
           (double)(after.server_ns - before.server_ns) / 1e3 / options->players);
    print_times("storm", &shared->storm_us);
    return true;
}

static bool measure(struct host *host, struct shared *shared, struct sums *sums)
{
    const struct options *options = host->options;
    struct usage empty = usage_of(options->server);

    shared->order = ORDER_PLAY;
    if (!all_join(host, shared, &empty))
        return false;
    wait_for(host, shared, nothing_else, 0, 300 + options->hold_ms);
    for (uint32_t q = 1; q <= options->rounds; q++)
        if (!play_round(host, shared, q, sums))
            return false;
    struct usage full = usage_of(options->server);
    printf("bytes_a_player_after %.0f\n", (double)(full.server_bytes - empty.server_bytes) / options->players);
    printf("server_bytes %lld\nkernel_bytes %lld\n", (long long)(full.server_bytes - empty.server_bytes),
           (long long)(full.kernel_bytes - empty.kernel_bytes));
    struct sums after_storm = {0};
    if (options->storm_ms > 0 &&
        (!come_back(host, shared) || !play_round(host, shared, options->rounds + 1, &after_storm)))
        return false;
    if (options->end) {
        host_do(host, shared, "end");
        return wait_for(host, shared, host_is_answered, 0, 10000);
    }
    return true;
}

/* ---- processes ---- */

static pid_t begin_process(struct shared *shared, const struct options *options, uint32_t first, uint32_t count)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0)
        exit(2);
    if (pid > 0)
        return pid;
    while (shared->order == ORDER_STOP) /* until the host is there */
        usleep(1000);
    if (count > 0)
        players_run(shared, options, first, count);
    hostile_run(shared, options);
}

static bool any_foes(const struct options *options)
{
    for (size_t kind = 0; kind < FOE_COUNT; kind++)
        if (options->foes[kind] > 0)
            return true;
    return false;
}

static size_t begin_processes(struct shared *shared, const struct options *options, pid_t *pids)
{
    size_t count = 0;
    uint32_t first = 0;
    for (uint32_t i = 0; i < options->processes; i++) {
        uint32_t share = (options->players - first) / (options->processes - i);
        pids[count++] = begin_process(shared, options, first, share);
        first += share;
    }
    if (any_foes(options))
        pids[count++] = begin_process(shared, options, 0, 0);
    return count;
}

static void end_processes(struct shared *shared, const pid_t *pids, size_t count)
{
    shared->order = ORDER_STOP;
    for (size_t i = 0; i < count; i++) {
        for (int tries = 0; tries < 200 && waitpid(pids[i], NULL, WNOHANG) == 0; tries++)
            usleep(10000);
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
}

/* ---- options ---- */

static uint32_t raise_descriptors(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_max > 1000000 ? 1000000 : (uint32_t)limit.rlim_max;
}

static const struct option names[] = {{"port", required_argument, NULL, 'p'},
                                      {"pin", required_argument, NULL, 'i'},
                                      {"host-token", required_argument, NULL, 't'},
                                      {"players", required_argument, NULL, 'n'},
                                      {"rounds", required_argument, NULL, 'r'},
                                      {"spread-ms", required_argument, NULL, 's'},
                                      {"rate", required_argument, NULL, 'a'},
                                      {"processes", required_argument, NULL, 'c'},
                                      {"storm-ms", required_argument, NULL, 'm'},
                                      {"board", no_argument, NULL, 'b'},
                                      {"end", no_argument, NULL, 'e'},
                                      {"server", required_argument, NULL, 'v'},
                                      {"hold-ms", required_argument, NULL, 'h'},
                                      {"never", required_argument, NULL, 1000 + FOE_NEVER},
                                      {"byte", required_argument, NULL, 1000 + FOE_BYTE},
                                      {"half", required_argument, NULL, 1000 + FOE_HALF},
                                      {"flood", required_argument, NULL, 1000 + FOE_FLOOD},
                                      {"idle", required_argument, NULL, 1000 + FOE_IDLE},
                                      {"loop", required_argument, NULL, 1000 + FOE_LOOP},
                                      {"big", required_argument, NULL, 1000 + FOE_BIG},
                                      {"tight", required_argument, NULL, 1000 + FOE_TIGHT},
                                      {0}};

static uint32_t *number_option(struct options *options, int name)
{
    switch (name) {
    case 'n':
        return &options->players;
    case 'r':
        return &options->rounds;
    case 's':
        return &options->spread_ms;
    case 'a':
        return &options->rate;
    case 'c':
        return &options->processes;
    case 'm':
        return &options->storm_ms;
    case 'h':
        return &options->hold_ms;
    }
    return name >= 1000 && name < 1000 + FOE_COUNT ? &options->foes[name - 1000] : NULL;
}

static void read_option(struct options *options, int name)
{
    uint32_t *number = number_option(options, name);
    if (number != NULL)
        *number = (uint32_t)strtoul(optarg, NULL, 10);
    else if (name == 'p')
        options->port = (uint16_t)strtoul(optarg, NULL, 10);
    else if (name == 'v')
        options->server = (pid_t)strtol(optarg, NULL, 10);
    else if (name == 'i')
        snprintf(options->pin, sizeof options->pin, "%s", optarg);
    else if (name == 't')
        snprintf(options->host_token, sizeof options->host_token, "%s", optarg);
    else if (name == 'b')
        options->board = true;
    else if (name == 'e')
        options->end = true;
    else
        exit(2);
}

static void check_options(struct options *options)
{
    uint32_t descriptors = raise_descriptors();
    uint32_t most = descriptors - SPARE_DESCRIPTORS;

    if (options->processes == 0)
        options->processes = (options->players + most - 1) / most;
    if (options->port == 0 || options->players == 0 || options->rounds + 2 > ROUNDS_MAX ||
        options->processes > PROCESSES_MAX || options->players > most * options->processes) {
        fprintf(stderr, "load: %u descriptors a process: at most %u players with %u processes\n", descriptors,
                most * options->processes, options->processes);
        exit(2);
    }
    printf("descriptors %u\n", descriptors);
}

int main(int argc, char **argv)
{
    struct options options = {.players = 1000, .rounds = 3, .rate = 4000};
    pid_t pids[PROCESSES_MAX + 1];
    struct sums sums = {0};
    int name;

    while ((name = getopt_long(argc, argv, "", names, NULL)) != -1)
        read_option(&options, name);
    check_options(&options);
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 2;
    struct host host = {.options = &options, .wire.fd = -1};
    shared->order = ORDER_STOP;
    size_t count = begin_processes(shared, &options, pids);
    bool fine = host_enter(&host, shared) && measure(&host, shared, &sums);
    end_processes(shared, pids, count);
    wire_close(&host.wire);
    print_all(shared, &options, &sums);
    fine = fine && shared->acked_twice == 0 && (options.storm_ms > 0 || shared->points_sum == shared->totals_sum);
    printf("fine %s\n", fine ? "yes" : "no");
    return fine ? 0 : 1;
}
