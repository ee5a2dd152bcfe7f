/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/usage.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROCESSES_MAX 256

struct process {
    pid_t pid, parent;
    bool redis;
};

static bool read_process(const char *name, struct process *process)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = '\0';
    char *end = strrchr(line, ')'); /* "pid (name) S parent …" */
    if (end == NULL || strlen(end) < 5)
        return false;
    process->pid = (pid_t)strtol(name, NULL, 10);
    process->parent = (pid_t)strtol(end + 4, NULL, 10);
    process->redis = strstr(line, "(redis-server)") != NULL;
    return true;
}

static size_t read_processes(struct process *processes)
{
    DIR *directory = opendir("/proc");
    struct dirent *entry;
    size_t count = 0;

    while (directory != NULL && (entry = readdir(directory)) != NULL && count < PROCESSES_MAX)
        if (isdigit((unsigned char)entry->d_name[0]) && read_process(entry->d_name, &processes[count]))
            count++;
    if (directory != NULL)
        closedir(directory);
    return count;
}

static bool descends(const struct process *processes, size_t count, pid_t pid, pid_t from)
{
    for (int depth = 0; depth < 4 && pid > 1; depth++) {
        if (pid == from)
            return true;
        pid_t parent = 0;
        for (size_t i = 0; i < count && parent == 0; i++)
            parent = processes[i].pid == pid ? processes[i].parent : 0;
        pid = parent;
    }
    return false;
}

static int64_t running_ns(pid_t pid)
{
    char path[300], line[128];
    int64_t sum = 0;
    struct dirent *entry;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *directory = opendir(path);
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/schedstat", pid, entry->d_name);
        FILE *file = fopen(path, "r");
        if (file != NULL && fgets(line, sizeof line, file) != NULL)
            sum += strtoll(line, NULL, 10);
        if (file != NULL)
            fclose(file);
    }
    if (directory != NULL)
        closedir(directory);
    return sum;
}

static int64_t own_bytes(pid_t pid)
{
    char path[64], line[128];
    int64_t bytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "RssAnon:", 8) == 0)
            bytes = strtoll(line + 8, NULL, 10) * 1024;
    if (file != NULL)
        fclose(file);
    return bytes;
}

static int64_t socket_bytes(void)
{
    char line[256];
    int64_t pages = 0;
    FILE *file = fopen("/proc/net/sockstat", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *found = strncmp(line, "TCP:", 4) == 0 ? strstr(line, " mem ") : NULL;
        if (found != NULL)
            pages = strtoll(found + 5, NULL, 10);
    }
    if (file != NULL)
        fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

struct usage usage_of(pid_t server)
{
    struct process processes[PROCESSES_MAX];
    struct usage usage = {.kernel_bytes = server == 0 ? 0 : socket_bytes()};
    size_t count = server == 0 ? 0 : read_processes(processes);

    for (size_t i = 0; i < count; i++) {
        if (!descends(processes, count, processes[i].pid, server))
            continue;
        *(processes[i].redis ? &usage.redis_ns : &usage.server_ns) += running_ns(processes[i].pid);
        *(processes[i].redis ? &usage.redis_bytes : &usage.server_bytes) += own_bytes(processes[i].pid);
        usage.processes++;
    }
    return usage;
}
