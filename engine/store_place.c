/* SPDX-License-Identifier: Apache-2.0 */
/* A subcommand's way to the store, running or not. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "engine/redis_server.h"
#include "engine/redis_sync.h"
#include "engine/report.h"

#define LOOK_EVERY_MS 20

static void wait_a_little(void)
{
    struct timespec time = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
    (void)nanosleep(&time, NULL);
}

static pid_t start(const struct data_place *data)
{
    char **words = redis_server_words(data);
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        execvp(words[0], words);
        _exit(127);
    }
    redis_server_words_free(words);
    return pid;
}

/* Until it answers: loading takes as long as it takes, but it must answer at all. */
static bool wait_ready(const char *url, pid_t pid)
{
    char why[REDIS_FAULT_MAX] = "it does not answer";

    for (int silent_ms = 0; silent_ms < REDIS_START_WAIT_MS; silent_ms += LOOK_EVERY_MS) {
        enum redis_state state = redis_server_probe(url, why, sizeof why);
        if (state == REDIS_READY)
            return true;
        if (state == REDIS_REFUSES || (pid > 0 && waitpid(pid, NULL, WNOHANG) == pid))
            break;
        if (state == REDIS_LOADING)
            silent_ms = 0;
        wait_a_little();
    }
    report("the store does not open: %s; redis.log in the data directory says more", why);
    return false;
}

/* Other subcommands may be reading from a server that one of them has borrowed: the lender waits for them. */
static bool join_readers(const struct data_place *data, struct store_place *place)
{
    char path[DATA_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/readers.lock", data->path);
    place->readers_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (place->readers_fd >= 0 && flock(place->readers_fd, LOCK_SH) == 0)
        return true;
    report("%s: %s", path, strerror(errno));
    return false;
}

static bool enter_data(const struct options *options, struct store_place *place)
{
    struct data_place data;
    enum data_lock lock = data_enter(options->data, 0, &data);

    place->lock_fd = data.lock_fd;
    if (lock == DATA_FAULT)
        return false;
    (void)snprintf(place->url, sizeof place->url, "%s", data.url);
    if (!join_readers(&data, place))
        return false;
    if (lock == DATA_IN_USE)
        return wait_ready(place->url, 0);
    if (!redis_server_installed() || !redis_server_end_leftover(&data))
        return false;
    place->borrowed = start(&data);
    return place->borrowed > 0 && wait_ready(place->url, place->borrowed);
}

bool store_enter(const struct options *options, struct store_place *place)
{
    *place = (struct store_place){.lock_fd = -1, .readers_fd = -1};
    if (options->redis == NULL) {
        if (enter_data(options, place))
            return true;
        store_leave(place);
        return false;
    }
    if (strlen(options->redis) >= sizeof place->url) {
        report("--redis: longer than %zu bytes", sizeof place->url - 1);
        return false;
    }
    (void)snprintf(place->url, sizeof place->url, "%s", options->redis);
    return wait_ready(place->url, 0);
}

void store_leave(struct store_place *place)
{
    if (place->borrowed > 0) {
        if (place->readers_fd >= 0)
            (void)flock(place->readers_fd, LOCK_EX);
        (void)kill(place->borrowed, SIGTERM);
        (void)waitpid(place->borrowed, NULL, 0);
    }
    if (place->readers_fd >= 0)
        (void)close(place->readers_fd);
    if (place->lock_fd >= 0)
        (void)close(place->lock_fd);
    *place = (struct store_place){.lock_fd = -1, .readers_fd = -1};
}
