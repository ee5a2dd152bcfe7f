/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor.c - what is wrong with this machine, and how to mend it.
 *
 * Each check prints one line: "well", "look" (works, but) or "ill" (does not), what was found, and the remedy. The exit
 * status is 1 if anything is ill. It changes nothing but a file of its own in the data directory, which it removes.
 */
#include <arpa/inet.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <libwebsockets.h>
#include <netdb.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>
#include "engine/archive.h"
#include "engine/command.h"
#include "engine/options.h"
#include "engine/redis_server.h"
#include "engine/redis_sync.h"
#include "question-banks/library.h"

#define SYNC_TRIES 50
#define SYNC_BYTES 4096
#define SYNC_SLOW_US 20000
#define DISK_LEAST_MB 1024
#define DESCRIPTORS_LEAST 1024
#define DESCRIPTORS_CITY 20000
#define CLOCK_OFF_MS 2000
#define PROXY_WAIT_S 5

enum finding { WELL, LOOK, ILL };

struct doctor {
    struct options options;
    bool ill;
};

static void say(struct doctor *doctor, enum finding finding, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void say(struct doctor *doctor, enum finding finding, const char *what, const char *format, ...)
{
    static const char *const words[] = {[WELL] = "well", [LOOK] = "look", [ILL] = "ill "};
    va_list arguments;

    doctor->ill = doctor->ill || finding == ILL;
    printf("%s  %-16s ", words[finding], what);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

static void check_libraries(struct doctor *doctor)
{
    say(doctor, WELL, "libraries", "libwebsockets %s, libuv %s, hiredis %d.%d.%d, cJSON %s, %s",
        lws_get_library_version(), uv_version_string(), HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH, cJSON_Version(),
        OpenSSL_version(OPENSSL_VERSION));
}

static void check_descriptors(struct doctor *doctor)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    unsigned long most = limit.rlim_max == RLIM_INFINITY ? 1048576UL : (unsigned long)limit.rlim_max;
    if (most < DESCRIPTORS_LEAST)
        say(doctor, ILL, "file descriptors",
            "at most %lu a process; a class needs %d: `ulimit -Hn 65536`, or LimitNOFILE= in the unit", most,
            DESCRIPTORS_LEAST);
    else if (most < DESCRIPTORS_CITY)
        say(doctor, LOOK, "file descriptors",
            "%lu a process: about as many players a worker; more by `ulimit -Hn` or LimitNOFILE=", most);
    else
        say(doctor, WELL, "file descriptors", "%lu a process", most);
}

static int compare_us(const void *left, const void *right)
{
    long a = *(const long *)left, b = *(const long *)right;
    return (a > b) - (a < b);
}

static long microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

/* How long an acknowledged answer waits for the disk. */
static void check_sync(struct doctor *doctor, const char *data)
{
    char path[OPTION_VALUE_MAX_BYTES + 32], block[SYNC_BYTES] = {0};
    long took[SYNC_TRIES];

    snprintf(path, sizeof path, "%s/doctor.%ld", data, (long)getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) {
        say(doctor, ILL, "data directory",
            "%s cannot be written to: %s; give it to the user who runs hoithi, or name another by --data", data,
            strerror(errno));
        return;
    }
    for (size_t i = 0; i < SYNC_TRIES; i++) {
        long began = microseconds();
        bool written = write(fd, block, sizeof block) == (ssize_t)sizeof block && fdatasync(fd) == 0;
        took[i] = written ? microseconds() - began : SYNC_SLOW_US * 10L;
    }
    close(fd);
    unlink(path);
    qsort(took, SYNC_TRIES, sizeof *took, compare_us);
    long median = took[SYNC_TRIES / 2], worst = took[SYNC_TRIES - 1];
    say(doctor, median > SYNC_SLOW_US ? LOOK : WELL, "disk",
        "a write is safe after %.1f ms (median), %.1f ms (worst of %d)%s", (double)median / 1000, (double)worst / 1000,
        SYNC_TRIES,
        median > SYNC_SLOW_US ? ": every answer waits that long for its tick; a local SSD is better than a share" : "");
}

static void check_space(struct doctor *doctor, const char *data)
{
    struct statvfs disk;

    if (statvfs(data, &disk) != 0)
        return;
    unsigned long long megabytes = (unsigned long long)disk.f_bavail * disk.f_frsize / 1048576;
    if (megabytes < DISK_LEAST_MB)
        say(doctor, ILL, "disk space",
            "%llu MB left where the data lies; a full disk stops every contest: make room, or --data elsewhere",
            megabytes);
    else
        say(doctor, WELL, "disk space", "%llu MB left where the data lies", megabytes);
}

static void check_archive(struct doctor *doctor, struct redis_sync *redis)
{
    struct archive_place place = {.redis = redis, .data = doctor->options.data};
    size_t count = archive_count_files(place.data), unknown = 0, missing = 0;

    if (!archive_compare(&place, &unknown, &missing))
        say(doctor, LOOK, "archive", "%zu rooms; they cannot be compared with the store", count);
    else if (missing > 0)
        say(doctor, ILL, "archive",
            "%zu rooms are archived whose bundles are not in %s/archive: bring them back from a backup", missing,
            place.data);
    else if (unknown > 0)
        say(doctor, LOOK, "archive",
            "%zu rooms; %zu bundles in %s/archive are of rooms that this store does not know, and names in them are "
            "not erased: move them out (`hoithi results FILE` reads them)",
            count, unknown, place.data);
    else
        say(doctor, WELL, "archive", "%zu rooms", count);
}

static void check_redis_clock(struct doctor *doctor, struct redis_sync *redis)
{
    struct redisReply *reply = redis_sync_ask(redis, "TIME", NULL);
    struct timeval now;

    gettimeofday(&now, NULL);
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) {
        if (reply != NULL)
            freeReplyObject(reply);
        return;
    }
    long long theirs =
        strtoll(reply->element[0]->str, NULL, 10) * 1000 + strtoll(reply->element[1]->str, NULL, 10) / 1000;
    long long off = (long long)now.tv_sec * 1000 + now.tv_usec / 1000 - theirs;
    freeReplyObject(reply);
    if (off > CLOCK_OFF_MS || off < -CLOCK_OFF_MS)
        say(doctor, LOOK, "clock",
            "this machine is %lld ms off the store's clock; contests do not mind, logs read strangely: use NTP", off);
    else
        say(doctor, WELL, "clock", "agrees with the store's (%lld ms)", off);
}

static void check_redis(struct doctor *doctor)
{
    struct store_place place;
    struct redis_address address;
    char why[REDIS_FAULT_MAX] = "";

    if (doctor->options.redis == NULL && !redis_server_installed()) {
        say(doctor, ILL, "redis", "redis-server is missing or too old: apt-get install redis-server");
        return;
    }
    if (!store_enter(&doctor->options, &place)) {
        say(doctor, ILL, "redis", "the store does not open (see above)");
        return;
    }
    struct redis_sync *redis =
        redis_address_read(place.url, &address, why, sizeof why) ? redis_sync_open(&address, why, sizeof why) : NULL;
    if (redis == NULL) {
        say(doctor, ILL, "redis", "%s", why);
    } else {
        bool outside = doctor->options.redis != NULL;
        say(doctor, !outside || redis_server_check_outside(place.url) ? WELL : ILL, "redis", "%s answers%s", place.url,
            outside ? "" : " (append-only file, fsync always)");
        check_redis_clock(doctor, redis);
        check_archive(doctor, redis);
        redis_sync_close(redis);
    }
    store_leave(&place);
}

static void check_banks(struct doctor *doctor)
{
    struct library *library =
        library_scan((const char *const *)doctor->options.banks.items, doctor->options.banks.count, NULL);
    size_t good = 0, faulty = 0;

    for (size_t i = 0; i < library_count(library); i++) {
        const struct library_entry *entry = library_at(library, i);
        good += entry->bank != NULL;
        faulty += entry->faults.count > 0;
    }
    if (faulty > 0)
        say(doctor, LOOK, "banks", "%zu good, %zu with faults: `hoithi bank check DIR` lists them", good, faulty);
    else
        say(doctor, good > 0 ? WELL : LOOK, "banks", "%zu good%s", good,
            good > 0 ? "" : "; name their folder by --banks");
    library_free(library);
}

/* ---- through the proxy ---- */

static int connect_to(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    struct timeval wait = {.tv_sec = PROXY_WAIT_S};
    int fd = -1;

    if (getaddrinfo(host, port, &hints, &list) != 0)
        return -1;
    for (struct addrinfo *one = list; one != NULL && fd < 0; one = one->ai_next) {
        fd = socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
        if (connect(fd, one->ai_addr, one->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    return fd;
}

static void ask_upgrade(struct doctor *doctor, const char *host, const char *port, const char *prefix)
{
    char request[1024], reply[1024];
    int fd = connect_to(host, port);

    if (fd < 0) {
        say(doctor, ILL, "public address", "nothing answers at %s port %s: is the proxy up, and the name known?", host,
            port);
        return;
    }
    int length = snprintf(
        request, sizeof request,
        "GET %s/ws HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: aG9pdGhpIGRvY3RvciAxNg==\r\nSec-WebSocket-Protocol: hoithi.v1\r\n\r\n",
        prefix, host);
    ssize_t got = write(fd, request, (size_t)length) == length ? read(fd, reply, sizeof reply - 1) : -1;
    close(fd);
    reply[got > 0 ? got : 0] = '\0';
    if (strstr(reply, " 101 ") != NULL)
        say(doctor, WELL, "public address", "WebSocket passes through %s", host);
    else
        say(doctor, ILL, "public address",
            "the upgrade of %s/ws is not passed on (%.40s): let the proxy pass Upgrade and Connection", prefix,
            reply[0] == '\0' ? "no answer" : reply);
}

static void check_public(struct doctor *doctor)
{
    char host[OPTION_VALUE_MAX_BYTES], port[8] = "80";
    const char *url = doctor->options.public_url;

    if (url == NULL)
        return;
    if (strncmp(url, "http://", 7) != 0) {
        say(doctor, LOOK, "public address",
            "%s is not asked from here (TLS): open %s/healthz in a browser, and a room on a phone", url, url);
        return;
    }
    size_t length = strcspn(url + 7, "/");
    snprintf(host, sizeof host, "%.*s", (int)length, url + 7);
    char *colon = strrchr(host, ':');
    if (colon != NULL) {
        *colon = '\0';
        snprintf(port, sizeof port, "%s", colon + 1);
    }
    ask_upgrade(doctor, host, port, url + 7 + length);
}

int doctor_command(int argc, char **argv)
{
    struct doctor doctor = {.ill = false};
    int status = EXIT_USAGE;

    if (options_read(&doctor.options, FOR_DOCTOR, argc - 1, argv + 1) == OPTIONS_OK) {
        check_libraries(&doctor);
        check_descriptors(&doctor);
        check_redis(&doctor); /* makes the data directory if it is missing */
        check_sync(&doctor, doctor.options.data);
        check_space(&doctor, doctor.options.data);
        check_banks(&doctor);
        check_public(&doctor);
        status = doctor.ill ? EXIT_REFUSED : EXIT_DONE;
    }
    options_clear(&doctor.options);
    return status;
}
