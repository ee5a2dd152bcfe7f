/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/heartbeat.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void heartbeat_start(struct heartbeat *heartbeat, int64_t now_ms)
{
    *heartbeat = (struct heartbeat){.beat_ms = now_ms, .moved_ms = now_ms, .cpu_ms = -1};
}

void heartbeat_beat(struct heartbeat *heartbeat, int64_t now_ms)
{
    heartbeat_excuse(heartbeat, now_ms);
    heartbeat->started = true;
}

void heartbeat_excuse(struct heartbeat *heartbeat, int64_t now_ms)
{
    heartbeat->beat_ms = heartbeat->moved_ms = now_ms;
    heartbeat->cpu_ms = -1;
}

enum heartbeat_verdict heartbeat_look(struct heartbeat *heartbeat, int64_t now_ms, struct heartbeat_use use)
{
    int64_t spun_ms = heartbeat->started ? HEARTBEAT_SPUN_MS : START_SPUN_MS;
    int64_t still_ms = use.state == 'S' ? HEARTBEAT_ASLEEP_MS : HEARTBEAT_STILL_MS;

    if (heartbeat->cpu_ms < 0)
        heartbeat->cpu_ms = heartbeat->last_cpu_ms = use.cpu_ms;
    if (use.cpu_ms != heartbeat->last_cpu_ms || use.state == 'R')
        heartbeat->moved_ms = now_ms;
    heartbeat->last_cpu_ms = use.cpu_ms;
    if (now_ms - heartbeat->beat_ms <= HEARTBEAT_SILENT_MS)
        return HEARTBEAT_WELL;
    if (use.cpu_ms - heartbeat->cpu_ms >= spun_ms)
        return HEARTBEAT_SPINS;
    return now_ms - heartbeat->moved_ms >= still_ms ? HEARTBEAT_STANDS_STILL : HEARTBEAT_WELL;
}

/* The state is the third field of /proc/PID/task/PID/stat, user and system time the 14th and 15th, in ticks; the second
 * field, the name, is in brackets and may hold anything. */
struct heartbeat_use heartbeat_read(pid_t pid)
{
    struct heartbeat_use use = {.state = 'T'};
    char path[64], text[1024];

    (void)snprintf(path, sizeof path, "/proc/%ld/task/%ld/stat", (long)pid, (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[length > 0 ? length : 0] = '\0';
    char *at = strrchr(text, ')');
    if (at == NULL || at[1] != ' ')
        return use;
    use.state = at[2];
    for (int field = 2; at != NULL && field < 14; field++)
        at = strchr(at + 1, ' ');
    if (at != NULL) {
        long long user = strtoll(at, &at, 10);
        use.cpu_ms = (user + strtoll(at, NULL, 10)) * 1000 / sysconf(_SC_CLK_TCK);
    }
    return use;
}
