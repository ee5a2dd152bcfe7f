/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/store.h"

#include <criterion/criterion.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool answers(const struct store *store)
{
    char why[256];
    struct redis_sync *redis = redis_sync_open(&store->address, why, sizeof why);
    redis_sync_close(redis);
    return redis != NULL;
}

static void run_server(const struct store *store)
{
    pid_t parent = getppid();
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that dies takes its Redis along */
    if (getppid() != parent || chdir(store->directory) != 0)
        _exit(127);
    execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", store->address.path, "--dir",
           store->directory, "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "no",
           "--logfile", "redis.log", "--maxmemory-policy", "noeviction", (char *)NULL);
    _exit(127);
}

void store_restart(struct store *store)
{
    unlink(store->address.path);
    store->pid = fork();
    cr_assert(store->pid >= 0);
    if (store->pid == 0)
        run_server(store);
    for (int i = 0; i < STORE_WAIT_MS / 10; i++) {
        if (access(store->address.path, F_OK) == 0 && answers(store))
            return;
        usleep(10000); /* there is nothing to wait on before it listens */
    }
    cr_assert_fail("the test's redis-server does not answer; is it installed?");
}

void store_start(struct store *store)
{
    memset(store, 0, sizeof *store);
    snprintf(store->directory, sizeof store->directory, "/tmp/hoithi-store-XXXXXX");
    cr_assert_not_null(mkdtemp(store->directory));
    char path[REDIS_PATH_MAX];
    snprintf(path, sizeof path, "%s/socket", store->directory);
    redis_address_of_path(path, &store->address);
    store_restart(store);
}

void store_kill(struct store *store)
{
    if (store->pid <= 0)
        return;
    kill(store->pid, SIGKILL);
    waitpid(store->pid, NULL, 0);
    store->pid = 0;
}

static void remove_tree(const char *path)
{
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", path, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

void store_forget(struct store *store)
{
    char path[96];
    snprintf(path, sizeof path, "%s/appendonlydir", store->directory);
    remove_tree(path);
}

void store_end(struct store *store)
{
    store_kill(store);
    for (int i = 0; i < 100 && access(store->directory, F_OK) == 0; i++) {
        remove_tree(store->directory);
        if (access(store->directory, F_OK) == 0)
            usleep(10000); /* a child of Redis that rewrites its file outlives it, and writes on */
    }
}

void store_pause(struct store *store)
{
    kill(store->pid, SIGSTOP);
}

void store_continue(struct store *store)
{
    kill(store->pid, SIGCONT);
}

struct redis_sync *store_open(const struct store *store)
{
    char why[256];
    struct redis_sync *redis = redis_sync_open(&store->address, why, sizeof why);
    cr_assert_not_null(redis, "%s", why);
    return redis;
}

long long store_number(const struct store *store, ...)
{
    const char *words[16];
    size_t count = 0;
    va_list list;

    va_start(list, store);
    for (const char *word = va_arg(list, const char *); word != NULL && count < 16; word = va_arg(list, const char *))
        words[count++] = word;
    va_end(list);

    struct redis_sync *redis = store_open(store);
    struct redisReply *reply = redis_sync_send(redis, &(struct redis_command){.count = count, .words = words});
    cr_assert_not_null(reply, "%s", redis_sync_fault(redis));
    long long number = reply->type == REDIS_REPLY_NIL      ? -1
                       : reply->type == REDIS_REPLY_STRING ? strtoll(reply->str, NULL, 10)
                                                           : reply->integer;
    freeReplyObject(reply);
    redis_sync_close(redis);
    return number;
}

/* ---- loops ---- */

static void too_late(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

void loop_until(uv_loop_t *loop, bool (*is_done)(void *context), void *context)
{
    uv_timer_t patience;
    bool late = false;

    uv_timer_init(loop, &patience);
    patience.data = &late;
    uv_timer_start(&patience, too_late, STORE_WAIT_MS, 0);
    while (!is_done(context) && !late)
        uv_run(loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&patience, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
    cr_assert(is_done(context), "what was waited for did not come");
}

void loop_end(uv_loop_t *loop)
{
    uv_run(loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(loop), 0);
}
