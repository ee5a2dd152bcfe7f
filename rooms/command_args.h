/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_args.h - reading the arguments of a command, bounded and brought into the form that the log holds.
 */
#ifndef HOITHI_COMMAND_ARGS_H
#define HOITHI_COMMAND_ARGS_H

#include "rooms/hub_state.h"

#define ARG_PLAYER 1u
#define ARG_MS 2u
#define ARG_BAN 4u
#define ARG_NAME 8u
#define ARG_FACTOR 16u
#define ARG_FORM 32u
#define ARG_CODE 64u
#define ARG_REASON 128u
#define ARG_POINTS 256u
#define ARG_UNIT 512u
#define ARG_Q 1024u
#define ARG_KEY 2048u
#define ARG_TEXT 4096u

/* Reads what `needed` (ARG_… together) says. REFUSAL_NONE, or which part is wrong. */
enum refusal command_read_args(struct hall *hall, unsigned needed, const cJSON *args, struct command *command);
const char *command_text(const cJSON *args, const char *name);
/* A whole number from `low` to `high`. */
bool command_number(const cJSON *args, const char *name, double low, double high, double *out);

#endif
