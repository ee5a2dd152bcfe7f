/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - the subcommands: each reads its own options and returns the exit status.
 *
 * argv[0] is the subcommand's name. EXIT_DONE, EXIT_REFUSED (one line on stderr has said what and where) or EXIT_USAGE.
 * main.c answers --help before a command is called. Those of the store are declared with what they are about: keys.h,
 * results.h, bundle.h, verify.h.
 */
#ifndef HOITHI_ENGINE_COMMAND_H
#define HOITHI_ENGINE_COMMAND_H

#define EXIT_DONE 0
#define EXIT_REFUSED 1
#define EXIT_USAGE 2

int serve_command(int argc, char **argv);
int worker_command(int argc, char **argv);
int redis_child_command(int argc, char **argv);
int doctor_command(int argc, char **argv);
int banks_command(int argc, char **argv);

#endif
