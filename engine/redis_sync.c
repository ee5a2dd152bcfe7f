/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/redis_sync.h"

#include <assert.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "question-banks/memory.h"

#define WORDS_MAX 64

struct redis_sync {
    redisContext *context;
    char fault[REDIS_FAULT_MAX];
};

static bool ask_all(struct redis_sync *redis, const char *word, const char *first, const char *second)
{
    struct redisReply *reply =
        second[0] == '\0' ? redis_sync_ask(redis, word, first, NULL) : redis_sync_ask(redis, word, first, second, NULL);
    freeReplyObject(reply);
    return reply != NULL;
}

static bool greet(struct redis_sync *redis, const struct redis_address *address)
{
    char database[16];
    bool user = address->user[0] != '\0';

    if (address->password[0] != '\0' &&
        !ask_all(redis, "AUTH", user ? address->user : address->password, user ? address->password : ""))
        return false;
    snprintf(database, sizeof database, "%d", address->database);
    if (address->database != 0 && !ask_all(redis, "SELECT", database, ""))
        return false;
    struct redisReply *reply = redis_sync_ask(redis, "PING", NULL);
    freeReplyObject(reply);
    return reply != NULL;
}

struct redis_sync *redis_sync_open(const struct redis_address *address, char *why, size_t why_size)
{
    struct timeval limit = {.tv_sec = REDIS_SYNC_TIMEOUT_MS / 1000};
    struct redis_sync *redis = memory_new(1, sizeof *redis);

    signal(SIGPIPE, SIG_IGN); /* a closed socket is a fault, not the end of the process */
    redis->context = address->path[0] != '\0' ? redisConnectUnixWithTimeout(address->path, limit)
                                              : redisConnectWithTimeout(address->host, address->port, limit);
    assert(redis->context != NULL);
    if (redis->context->err != 0)
        snprintf(redis->fault, sizeof redis->fault, "%s", redis->context->errstr);
    else if (redisSetTimeout(redis->context, limit) == REDIS_OK && greet(redis, address))
        return redis;

    if (address->path[0] != '\0')
        snprintf(why, why_size, "cannot reach Redis at %s: %s", address->path, redis->fault);
    else
        snprintf(why, why_size, "cannot reach Redis at %s:%d: %s", address->host, address->port, redis->fault);
    redis_sync_close(redis);
    return NULL;
}

void redis_sync_close(struct redis_sync *redis)
{
    if (redis == NULL)
        return;
    redisFree(redis->context);
    free(redis);
}

struct redisReply *redis_sync_send(struct redis_sync *redis, const struct redis_command *command)
{
    struct redisReply *reply =
        redisCommandArgv(redis->context, (int)command->count, (const char **)command->words, command->lengths);
    if (reply == NULL) {
        snprintf(redis->fault, sizeof redis->fault, "%s", redis->context->errstr);
        return NULL;
    }
    if (reply->type != REDIS_REPLY_ERROR)
        return reply;
    snprintf(redis->fault, sizeof redis->fault, "%s", reply->str);
    freeReplyObject(reply);
    return NULL;
}

struct redisReply *redis_sync_ask(struct redis_sync *redis, ...)
{
    const char *words[WORDS_MAX];
    size_t count = 0;
    va_list list;

    va_start(list, redis);
    for (const char *word = va_arg(list, const char *); word != NULL; word = va_arg(list, const char *)) {
        assert(count < WORDS_MAX);
        words[count++] = word;
    }
    va_end(list);
    return redis_sync_send(redis, &(struct redis_command){.count = count, .words = words});
}

const char *redis_sync_fault(const struct redis_sync *redis)
{
    return redis->fault;
}
