/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_command.h - what the subcommands that ask the store have in common: options, the store (running or not) and one
 * blocking connection.
 */
#ifndef HOITHI_ENGINE_STORE_COMMAND_H
#define HOITHI_ENGINE_STORE_COMMAND_H

#include "engine/options.h"
#include "engine/redis_server.h"
#include "engine/redis_sync.h"

struct store_command {
    struct options options;
    struct store_place place;
    struct redis_sync *redis;
    bool entered;
};

/* argv[0] is the subcommand. EXIT_DONE, or the status to end with (reported). Close it in any case. */
int store_command_read(struct store_command *command, unsigned bit, int argc, char **argv);
/* After reading, when the arguments are known to be right: finds or starts the store and connects. */
int store_command_enter(struct store_command *command);
void store_command_close(struct store_command *command);

/* Writes to `path`, or to stdout for NULL or "-": whole or not at all (a file is made anew beside it, then renamed).
 * Exit status. */
int store_command_output(const char *path, const char *bytes, size_t length);

#endif
