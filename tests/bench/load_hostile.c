/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_hostile.c - clients that nobody wants, all in one process, looked at a hundred times a second:
 *   never  joins and never reads again
 *   byte   joins and reads a byte a second
 *   half   sends half a frame, or half a request, and waits
 *   flood  sends what is no frame of ours as fast as the line takes it
 *   idle   opens a connection and says nothing
 *   loop   joins, goes, joins again
 *   big    attaches as a host, is sent the list of people twice a second, and never reads: the kernel's buffers fill
 *   tight  the same with a small receive buffer: what waits, waits in the server
 */
#include "tests/bench/load.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include "question-banks/memory.h"

#define TURN_MS 10
#define FOE_SOURCE 60 /* their addresses are not the players' */
#define SMALL_BUFFER_BYTES 4096
#define FLOOD_FRAMES_A_TURN 20
#define FLOOD_BACK_MS 1000
#define LOOP_STAY_MS 100

const char *const foe_names[FOE_COUNT] = {
    [FOE_NEVER] = "never", [FOE_BYTE] = "byte", [FOE_HALF] = "half", [FOE_FLOOD] = "flood",
    [FOE_IDLE] = "idle",   [FOE_LOOP] = "loop", [FOE_BIG] = "big",   [FOE_TIGHT] = "tight"};

enum stage { STAGE_OUT, STAGE_CONNECTING, STAGE_UPGRADING, STAGE_THERE, STAGE_OVER };

struct foe {
    struct wire wire;
    enum foe_kind kind;
    enum stage stage;
    uint32_t number;
    int64_t at_ms; /* when it does something next */
};

struct gang {
    struct shared *shared;
    const struct options *options;
    struct foe *foes;
    uint32_t count;
};

static void count_close(struct gang *gang, struct foe *foe)
{
    size_t code = foe->wire.close_code == 1008   ? 0
                  : foe->wire.close_code == 1013 ? 1
                  : foe->wire.close_code != 0    ? 2
                                                 : 3;
    gang->shared->foe_closed[foe->kind]++;
    gang->shared->foe_codes[foe->kind][code]++;
}

static void leave(struct foe *foe, int64_t back_at_ms)
{
    wire_close(&foe->wire);
    foe->stage = back_at_ms == INT64_MAX ? STAGE_OVER : STAGE_OUT;
    foe->at_ms = back_at_ms;
}

static void begin(struct gang *gang, struct foe *foe)
{
    bool small = foe->kind == FOE_NEVER || foe->kind == FOE_BYTE || foe->kind == FOE_TIGHT;

    foe->at_ms = INT64_MAX;
    if (wire_connect(&foe->wire, gang->options->port, FOE_SOURCE + foe->number / PLAYERS_A_SOURCE,
                     small ? SMALL_BUFFER_BYTES : 0) != 0) {
        foe->stage = STAGE_OVER;
        return;
    }
    gang->shared->foe_made[foe->kind]++;
    foe->stage = foe->kind == FOE_IDLE ? STAGE_THERE : STAGE_CONNECTING;
}

static bool send_join(struct gang *gang, struct foe *foe)
{
    char text[200];
    int length = snprintf(text, sizeof text, "{\"t\":\"join\",\"pin\":\"%s\",\"name\":\"Lạ %s %u\"}",
                          gang->options->pin, foe_names[foe->kind], foe->number);
    return wire_send(&foe->wire, text, (size_t)length);
}

static bool send_attach(struct gang *gang, struct foe *foe)
{
    char text[700];
    int length = snprintf(text, sizeof text, "{\"t\":\"attach\",\"token\":\"%s\",\"page\":\"foe-%u\"}",
                          gang->options->host_token, foe->number);
    return wire_send(&foe->wire, text, (size_t)length);
}

static bool never_reads(const struct foe *foe)
{
    return foe->kind == FOE_NEVER || foe->kind == FOE_BIG || foe->kind == FOE_TIGHT;
}

static void upgraded(struct gang *gang, struct foe *foe, int64_t now_ms)
{
    static const unsigned char half[] = {0x81, 0xfe, 0x03, 0xe8, 1, 2, 3, 4, 'a', 'b', 'c'}; /* 1000 promised, 3 sent */

    foe->stage = STAGE_THERE;
    if (foe->kind == FOE_HALF) {
        wire_send_raw(&foe->wire, half, sizeof half);
        return;
    }
    if (foe->kind == FOE_BIG || foe->kind == FOE_TIGHT)
        send_attach(gang, foe);
    else if (foe->kind != FOE_FLOOD)
        send_join(gang, foe);
    if (never_reads(foe))
        return;
    foe->at_ms = now_ms + (foe->kind == FOE_BYTE ? 1000 : foe->kind == FOE_LOOP ? LOOP_STAY_MS : TURN_MS);
}

static void ignore_frame(void *context, const char *text, size_t length)
{
    struct foe *foe = context;
    (void)length;
    if (text == NULL)
        foe->stage = STAGE_UPGRADING;
}

static void flood(struct gang *gang, struct foe *foe, int64_t now_ms)
{
    static const char *const nonsense[] = {"{\"t\":\"nothing\"}", "{\"t\":\"answer\",\"q\":1,\"a\":[\"zz\"],\"n\":1}",
                                           "{{{", "{\"t\":\"join\",\"pin\":\"000000\",\"name\":\"x\"}"};
    for (int i = 0; i < FLOOD_FRAMES_A_TURN; i++) {
        const char *text = nonsense[i % 4];
        if (!wire_send(&foe->wire, text, strlen(text)))
            break;
        gang->shared->foe_frames[FOE_FLOOD]++;
    }
    foe->at_ms = now_ms + TURN_MS;
}

static bool is_open(const struct foe *foe)
{
    char byte;
    ssize_t got = recv(foe->wire.fd, &byte, 1, MSG_PEEK);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

static void act(struct gang *gang, struct foe *foe, int64_t now_ms)
{
    char byte;

    switch (foe->kind) {
    case FOE_BYTE:
        if (recv(foe->wire.fd, &byte, 1, 0) == 0) {
            count_close(gang, foe);
            leave(foe, INT64_MAX);
        }
        foe->at_ms = now_ms + 1000;
        break;
    case FOE_FLOOD:
        flood(gang, foe, now_ms);
        break;
    case FOE_LOOP:
        leave(foe, now_ms + LOOP_STAY_MS);
        break;
    case FOE_NEVER:
    case FOE_HALF:
    case FOE_IDLE:
    case FOE_BIG:
    case FOE_TIGHT:
    case FOE_COUNT:
        break;
    }
}

/* Asks for the upgrade once the socket is connected, and reads until the answer is there. */
static void come_in(struct gang *gang, struct foe *foe, int64_t now_ms)
{
    static const char half_request[] = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgr";

    if (foe->stage == STAGE_CONNECTING) {
        if (foe->kind == FOE_HALF && foe->number % 2 == 0) {
            if (wire_send_raw(&foe->wire, half_request, sizeof half_request - 1))
                foe->stage = STAGE_THERE;
        } else if (wire_upgrade(&foe->wire, gang->options->port)) {
            foe->stage = STAGE_UPGRADING;
        }
        return;
    }
    bool open = wire_read(&foe->wire, ignore_frame, foe);
    if (foe->wire.upgraded) {
        upgraded(gang, foe, now_ms);
    } else if (!open) {
        count_close(gang, foe);
        leave(foe, INT64_MAX);
    }
}

static void look(struct gang *gang, struct foe *foe, int64_t now_ms)
{
    if (foe->stage == STAGE_OUT && now_ms >= foe->at_ms) {
        begin(gang, foe);
    } else if (foe->stage == STAGE_CONNECTING || foe->stage == STAGE_UPGRADING) {
        come_in(gang, foe, now_ms);
    } else if (foe->stage == STAGE_THERE) {
        bool reads = foe->kind == FOE_FLOOD || foe->kind == FOE_LOOP || foe->kind == FOE_HALF;
        bool open = reads ? wire_read(&foe->wire, ignore_frame, foe) : is_open(foe);
        foe->stage = STAGE_THERE;
        if (!open) {
            count_close(gang, foe);
            leave(foe, foe->kind == FOE_FLOOD || foe->kind == FOE_LOOP ? now_ms + FLOOD_BACK_MS : INT64_MAX);
        } else if (now_ms >= foe->at_ms) {
            act(gang, foe, now_ms);
        }
    }
}

_Noreturn void hostile_run(struct shared *shared, const struct options *options)
{
    static const struct timespec turn = {.tv_nsec = TURN_MS * 1000000L};
    struct gang gang = {.shared = shared, .options = options};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t kind = 0; kind < FOE_COUNT; kind++)
        gang.count += options->foes[kind];
    gang.foes = memory_new(gang.count, sizeof *gang.foes);
    uint32_t number = 0;
    for (size_t kind = 0; kind < FOE_COUNT; kind++)
        for (uint32_t i = 0; i < options->foes[kind]; i++, number++)
            gang.foes[number] = (struct foe){
                .wire.fd = -1, .kind = (enum foe_kind)kind, .number = number, .at_ms = wire_now_us() / 1000 + number};
    while (shared->order != ORDER_STOP) {
        for (uint32_t i = 0; i < gang.count; i++)
            look(&gang, &gang.foes[i], wire_now_us() / 1000);
        nanosleep(&turn, NULL);
    }
    exit(0);
}
