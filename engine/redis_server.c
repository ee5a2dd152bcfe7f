/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/redis_server.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <hiredis/hiredis.h>
#include "engine/redis_sync.h"
#include "engine/report.h"
#include "question-banks/memory.h"

#define LOG_MAX_BYTES (1 << 20)
#define LOG_TAIL_BYTES 4096
#define LOOK_EVERY_MS 20
#define AOF_FOLDER "appendonlydir" /* as Redis calls it */
#define FOLDERS_DEEP 3             /* it, DATA/redis and DATA */
#define FILE_PATH_MAX (DATA_PATH_MAX + 32)

/* Only before the loop runs, and in subcommands. */
static void wait_ms(int ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000L};
    (void)nanosleep(&time, NULL);
}

static void path_in(const struct data_place *place, const char *name, char out[FILE_PATH_MAX])
{
    (void)snprintf(out, FILE_PATH_MAX, "%s/%s", place->path, name);
}

/* ---- the data directory ---- */

static bool make_folders(const char *path)
{
    char part[PATH_MAX];
    size_t length = strlen(path);

    if (length == 0 || length >= sizeof part) {
        errno = ENAMETOOLONG;
        return false;
    }
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

/* Redis syncs its files, and the folder that they are in; the names of the folders themselves are left to whoever makes
 * them, and a file in a folder without a name is lost in a power cut. */
static bool sync_folders(const char *innermost, size_t depth)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s", innermost);
    for (size_t i = 0; i < depth; i++) {
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        bool synced = fd >= 0 && fsync(fd) == 0;
        if (fd >= 0)
            (void)close(fd);
        if (!synced)
            return false;
        char *last = strrchr(path, '/');
        if (last == NULL || last == path)
            break;
        *last = '\0';
    }
    return true;
}

static bool name_place(const char *data, struct data_place *place)
{
    char path[PATH_MAX];

    if (!make_folders(data) || realpath(data, path) == NULL) {
        report("the data directory %s cannot be made: %s; give another one with --data DIR", data, strerror(errno));
        return false;
    }
    if (strlen(path) > DATA_PATH_MAX) {
        report("the data directory's path is longer than %d bytes, too long for a Unix socket in it: give a shorter "
               "one with --data DIR",
               DATA_PATH_MAX);
        return false;
    }
    memcpy(place->path, path, strlen(path) + 1);
    (void)snprintf(place->url, sizeof place->url, "unix://%s/redis.sock", place->path);
    return true;
}

static void write_pid(int fd)
{
    char text[24];
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)length, 0) != length)
        return; /* only a help for whoever reads it */
}

enum data_lock data_enter(const char *data, int wait_at_most_ms, struct data_place *place)
{
    char path[FILE_PATH_MAX];
    char redis[FILE_PATH_MAX];

    *place = (struct data_place){.lock_fd = -1};
    if (!name_place(data, place))
        return DATA_FAULT;
    path_in(place, "lock", path);
    path_in(place, "redis/" AOF_FOLDER, redis);
    place->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (place->lock_fd < 0 || !make_folders(redis) || access(redis, W_OK | X_OK) != 0 ||
        !sync_folders(redis, FOLDERS_DEEP)) {
        report("the data directory %s is not writable: %s; mend its rights, or give another one with --data DIR",
               place->path, strerror(errno));
        return DATA_FAULT;
    }
    while (flock(place->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        if (wait_at_most_ms <= 0)
            return DATA_IN_USE;
        wait_ms(LOOK_EVERY_MS);
        wait_at_most_ms -= LOOK_EVERY_MS;
    }
    write_pid(place->lock_fd);
    return DATA_LOCKED;
}

void data_report_in_use(const struct data_place *place, const char *data)
{
    char text[24] = "";
    ssize_t length = pread(place->lock_fd, text, sizeof text - 1, 0);
    long pid = length > 0 ? strtol(text, NULL, 10) : 0;
    report("the data directory %s is in use by another hoithi (process %ld): stop that one, or give another directory "
           "with --data DIR",
           data, pid);
}

/* ---- the program redis-server ---- */

static bool new_enough(const char *version, int *major, int *minor)
{
    char *rest = NULL;
    *major = (int)strtol(version, &rest, 10);
    *minor = *rest == '.' ? (int)strtol(rest + 1, NULL, 10) : 0;
    return *major > REDIS_LEAST_MAJOR || (*major == REDIS_LEAST_MAJOR && *minor >= REDIS_LEAST_MINOR);
}

bool redis_server_installed(void)
{
    char line[256] = "";
    int major = 0;
    int minor = 0;
    FILE *pipe = popen("redis-server --version 2>/dev/null", "re");

    if (pipe != NULL) {
        if (fgets(line, sizeof line, pipe) == NULL)
            line[0] = '\0';
        (void)pclose(pipe);
    }
    const char *version = strstr(line, "v=");
    if (version == NULL) {
        report("redis-server is not installed: `apt-get install redis-server`, or name a running Redis with --redis "
               "URL");
        return false;
    }
    if (new_enough(version + 2, &major, &minor))
        return true;
    report(
        "redis-server %d.%d is too old, %d.%d or newer is needed: upgrade it, or name another Redis with --redis URL",
        major, minor, REDIS_LEAST_MAJOR, REDIS_LEAST_MINOR);
    return false;
}

char **redis_server_words(const struct data_place *place)
{
    char folder[FILE_PATH_MAX];
    char socket[FILE_PATH_MAX];
    char log[FILE_PATH_MAX];
    path_in(place, "redis", folder);
    path_in(place, "redis.sock", socket);
    path_in(place, "redis.log", log);
    const char *const words[] = {"redis-server",
                                 "--port",
                                 "0",
                                 "--unixsocket",
                                 socket,
                                 "--unixsocketperm",
                                 "700",
                                 "--dir",
                                 folder,
                                 "--logfile",
                                 log,
                                 "--daemonize",
                                 "no",
                                 "--supervised",
                                 "no",
                                 "--appendonly",
                                 "yes",
                                 "--appendfsync",
                                 "always",
                                 "--save",
                                 "",
                                 "--aof-use-rdb-preamble",
                                 "yes",
                                 "--maxmemory-policy",
                                 "noeviction",
                                 "--databases",
                                 "1",
                                 "--proc-title-template",
                                 "{title} hoithi {unixsocket}"};
    size_t count = sizeof words / sizeof words[0];

    char **copy = memory_new(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = memory_copy(words[i], strlen(words[i]));
    return copy;
}

void redis_server_words_free(char **words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        free(words[i]);
    free(words);
}

static size_t log_tail(const struct data_place *place, char out[LOG_TAIL_BYTES + 1])
{
    char path[FILE_PATH_MAX];
    struct stat about;
    ssize_t length = 0;

    path_in(place, "redis.log", path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &about) == 0)
        length = pread(fd, out, LOG_TAIL_BYTES, about.st_size > LOG_TAIL_BYTES ? about.st_size - LOG_TAIL_BYTES : 0);
    if (fd >= 0)
        (void)close(fd);
    size_t size = length > 0 ? (size_t)length : 0;
    out[size] = '\0';
    return size;
}

bool redis_server_was_full(const struct data_place *place)
{
    char tail[LOG_TAIL_BYTES + 1];
    return log_tail(place, tail) > 0 && strstr(tail, "No space left on device") != NULL;
}

static void trim_log(const struct data_place *place)
{
    char path[FILE_PATH_MAX];
    struct stat about;
    path_in(place, "redis.log", path);
    if (stat(path, &about) == 0 && about.st_size > LOG_MAX_BYTES && truncate(path, 0) != 0)
        report("%s cannot be shortened: %s", path, strerror(errno));
}

/* ---- talking to one ---- */

static struct redis_sync *open_url(const char *url, char *why, size_t why_size)
{
    struct redis_address address;
    if (!redis_address_read(url, &address, why, why_size))
        return NULL;
    return redis_sync_open(&address, why, why_size);
}

/* `key:value` of INFO. */
static bool info_value(const char *info, const char *key, char *out, size_t size)
{
    const char *at = strstr(info, key);
    if (at == NULL)
        return false;
    at += strlen(key);
    (void)snprintf(out, size, "%.*s", (int)strcspn(at, "\r\n"), at);
    return true;
}

/* What answers like Redis and cannot hold rooms: the keys of one step would lie on several servers, or on none. */
static const struct {
    const char *mode;
    const char *name;
} unfit[] = {{"cluster", "a Redis Cluster"}, {"sentinel", "a Redis Sentinel"}};

static bool is_fit(const char *info, char *why, size_t why_size)
{
    char mode[32] = "";
    (void)info_value(info, "redis_mode:", mode, sizeof mode);
    for (size_t i = 0; i < sizeof unfit / sizeof unfit[0]; i++) {
        if (strcmp(mode, unfit[i].mode) == 0) {
            (void)snprintf(why, why_size, "this is %s, which hoithi does not support; it needs one server of its own",
                           unfit[i].name);
            return false;
        }
    }
    return true;
}

static bool has_version(struct redis_sync *redis, char *why, size_t why_size)
{
    char version[32] = "0";
    int major = 0;
    int minor = 0;
    struct redisReply *reply = redis_sync_ask(redis, "INFO", "server", NULL);
    if (reply == NULL) {
        (void)snprintf(why, why_size, "%s", redis_sync_fault(redis));
        return false;
    }
    (void)info_value(reply->str, "redis_version:", version, sizeof version);
    bool fit = is_fit(reply->str, why, why_size);
    freeReplyObject(reply);
    if (!fit)
        return false;
    if (new_enough(version, &major, &minor))
        return true;
    (void)snprintf(why, why_size, "Redis %s is too old, %d.%d or newer is needed", version, REDIS_LEAST_MAJOR,
                   REDIS_LEAST_MINOR);
    return false;
}

enum redis_state redis_server_probe(const char *url, char *why, size_t why_size)
{
    why[0] = '\0';
    struct redis_sync *redis = open_url(url, why, why_size);
    if (redis == NULL && strstr(why, "LOADING") != NULL)
        return REDIS_LOADING;
    if (redis == NULL && (strstr(why, "NOAUTH") != NULL || strstr(why, "WRONGPASS") != NULL))
        return REDIS_REFUSES;
    if (redis == NULL)
        return REDIS_ABSENT;
    bool fine = has_version(redis, why, why_size);
    redis_sync_close(redis);
    return fine ? REDIS_READY : REDIS_REFUSES;
}

/* What an acknowledgement promises, and what Redis must therefore be set to. */
static const struct promise {
    const char *name;
    const char *value;
    const char *otherwise;
} promises[] = {
    {"appendonly", "yes", "answers that were acknowledged are lost when it restarts"},
    {"appendfsync", "always", "the last second of acknowledged answers may be lost when its machine fails"},
    {"maxmemory-policy", "noeviction", "it may throw rooms away when memory runs short"},
};

static void check_promise(struct redis_sync *redis, const struct promise *promise)
{
    struct redisReply *reply = redis_sync_ask(redis, "CONFIG", "GET", promise->name, NULL);
    if (reply == NULL || reply->elements != 2)
        report("Redis does not tell its %s; it should be '%s', otherwise %s", promise->name, promise->value,
               promise->otherwise);
    else if (strcmp(reply->element[1]->str, promise->value) != 0)
        report("Redis has %s '%s' instead of '%s': %s", promise->name, reply->element[1]->str, promise->value,
               promise->otherwise);
    freeReplyObject(reply);
}

bool redis_server_check_outside(const char *url)
{
    char why[REDIS_FAULT_MAX] = "";

    for (;;) {
        enum redis_state state = redis_server_probe(url, why, sizeof why);
        if (state == REDIS_READY)
            break;
        if (state != REDIS_LOADING) {
            report("%s; is it running, and is --redis right? Without --redis hoithi starts its own", why);
            return false;
        }
        wait_ms(200);
    }
    struct redis_sync *redis = open_url(url, why, sizeof why);
    for (size_t i = 0; redis != NULL && i < sizeof promises / sizeof promises[0]; i++)
        check_promise(redis, &promises[i]);
    redis_sync_close(redis);
    return true;
}

bool redis_server_end_leftover(const struct data_place *place)
{
    char why[REDIS_FAULT_MAX];
    bool told = false;

    trim_log(place);
    for (int waited = 0; waited < REDIS_END_WAIT_MS; waited += LOOK_EVERY_MS) {
        enum redis_state state = redis_server_probe(place->url, why, sizeof why);
        if (state == REDIS_ABSENT)
            return true;
        if (state == REDIS_READY && !told) {
            struct redis_sync *redis = open_url(place->url, why, sizeof why);
            if (redis != NULL) /* it writes its file and answers by closing */
                freeReplyObject(redis_sync_ask(redis, "SHUTDOWN", NULL));
            redis_sync_close(redis);
            told = true;
        }
        wait_ms(LOOK_EVERY_MS);
    }
    report("a redis-server from an earlier run still holds %s and does not end: stop it by hand", place->path);
    return false;
}
