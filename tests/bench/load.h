/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.h - what the parts of the load generator share.
 *
 *   load.c          options, the host who drives the room, what is printed
 *   load_players.c  a process with many players in one epoll
 *   load_hostile.c  a process with clients that nobody wants
 *
 * The processes count into one piece of shared memory and take their orders from it.
 */
#ifndef HOITHI_TESTS_LOAD_H
#define HOITHI_TESTS_LOAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "tests/bench/histogram.h"
#include "tests/bench/wire.h"

#define ROUNDS_MAX 100
#define PROCESSES_MAX 16
#define PLAYERS_A_SOURCE 12000 /* of one loopback address; each has some 28,000 ports */
#define SPARE_DESCRIPTORS 60

enum order { ORDER_PLAY, ORDER_STORM, ORDER_STOP };

enum foe_kind { FOE_NEVER, FOE_BYTE, FOE_HALF, FOE_FLOOD, FOE_IDLE, FOE_LOOP, FOE_BIG, FOE_TIGHT, FOE_COUNT };
extern const char *const foe_names[FOE_COUNT];

struct round_count {
    _Atomic int64_t asked_us;
    _Atomic int64_t first_us, last_us; /* question at the first and at the last phone */
    _Atomic int64_t revealed_first_us, revealed_last_us;
    _Atomic uint32_t questions, acks, reveals, boards;
};

struct frame_count {
    _Atomic uint64_t frames, bytes;
};

struct shared {
    _Atomic int order;
    _Atomic uint32_t connected, joined, states, reconnected;
    _Atomic uint32_t dropped; /* connections that the server ended, or that could not be made */
    _Atomic uint32_t errors, refused;
    _Atomic uint32_t accepted, late, duplicate, acked_twice;
    _Atomic int64_t points_sum; /* of all results that players were shown */
    _Atomic int64_t totals_sum; /* of the totals in their last result */
    struct round_count rounds[ROUNDS_MAX];
    struct frame_count question, ack, reveal, board, joined_bytes, state;
    struct histogram question_us, ack_us, result_us, board_us, join_us, storm_us;
    _Atomic uint32_t foe_made[FOE_COUNT], foe_closed[FOE_COUNT], foe_frames[FOE_COUNT];
    _Atomic uint32_t foe_codes[FOE_COUNT][4]; /* 1008, 1013, other code, none said */
};

struct options {
    uint16_t port;
    char pin[8];
    char host_token[512];
    uint32_t players;
    uint32_t processes;
    uint32_t rate; /* connections a second, of all processes */
    uint32_t rounds;
    uint32_t spread_ms;
    uint32_t storm_ms; /* after the rounds: all drop and come back within this time; 0: none */
    bool board;        /* show the board after each reveal */
    bool end;          /* end the contest */
    pid_t server;
    uint32_t foes[FOE_COUNT];
    uint32_t hold_ms; /* stay before the first question */
};

/* Never return. `first` is the number of the process's first player. */
_Noreturn void players_run(struct shared *shared, const struct options *options, uint32_t first, uint32_t count);
_Noreturn void hostile_run(struct shared *shared, const struct options *options);

/* The number after `name` ("\"q\":") in `text`, or `otherwise`. */
int64_t number_after(const char *text, const char *name, int64_t otherwise);

#endif
