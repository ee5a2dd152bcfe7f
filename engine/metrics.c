/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker counts, as Prometheus text. A scrape reaches one worker; each line says which. */
#include <sys/resource.h>
#include "engine/http_call.h"

struct metric {
    const char *name;
    const char *type;
    const char *help;
    double value;
};

static void put_metrics(struct buffer *out, uint32_t worker, const struct metric *metrics, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_print(out, "# HELP hoithi_%s %s\n# TYPE hoithi_%s %s\n", metrics[i].name, metrics[i].help,
                     metrics[i].name, metrics[i].type);
        buffer_print(out, "hoithi_%s{worker=\"%u\"} %.15g\n", metrics[i].name, worker, metrics[i].value);
    }
}

char *metrics_text(struct engine *engine)
{
    struct hub_counts hub;
    struct log_counts log;
    struct ws_counts ws;
    struct retention_counts retention;
    struct rusage usage;
    struct buffer out;

    hub_count(engine->hub, &hub);
    log_count(engine->log, &log);
    ws_count(engine->ws, &ws);
    retention_count(engine->retention, &retention);
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    const struct metric metrics[] = {
        {"connections", "gauge", "WebSocket connections now", ws.connections},
        {"polls", "gauge", "sessions over POST /api/frames now", polls_count(engine->polls)},
        {"sessions", "gauge", "sessions of the hub now", hub.sessions},
        {"rooms", "gauge", "rooms that this worker follows", hub.rooms},
        {"players", "gauge", "players in those rooms, wherever they are connected", hub.players},
        {"pending_rows", "gauge", "answers and joins that wait to be appended", hub.pending_rows},
        {"messages_total", "counter", "frames from clients", (double)hub.messages},
        {"answers_total", "counter", "answers taken", (double)hub.answers},
        {"acks_total", "counter", "answers acknowledged", (double)hub.acks},
        {"joins_total", "counter", "players let in", (double)hub.joins},
        {"refused_total", "counter", "refusals and errors told", (double)hub.refused},
        {"bad_frames_total", "counter", "frames that were not understood", (double)hub.bad_frames},
        {"replaced_views_total", "counter", "times a slow client got one view instead of many",
         (double)hub.replaced_views},
        {"log_losses_total", "counter", "times a room's log was found to have lost entries", (double)hub.losses},
        {"entries_total", "counter", "entries applied", (double)hub.entries},
        {"log_appended_total", "counter", "entries stored", (double)log.appended},
        {"log_sent_again_total", "counter", "appends sent again after a lost reply", (double)log.sent_again},
        {"log_in_flight", "gauge", "appends on their way", log.in_flight},
        {"log_waiting", "gauge", "appends that wait", log.waiting},
        {"log_reconnects_total", "counter", "times Redis was connected to again", (double)log.reconnects},
        {"storage", "gauge", "0 well, 1 away, 2 full", (double)log.storage},
        {"loop_turn_ms", "gauge", "length of the last turn of the loop", ws.turn_ms},
        {"loop_turn_max_ms", "gauge", "longest turn of the loop so far", ws.turn_max_ms},
        {"accepted_total", "counter", "sockets accepted", (double)ws.accepted},
        {"turned_away_total", "counter", "connections beyond --connections", (double)ws.turned_away},
        {"silent_closed_total", "counter", "connections closed for their silence", (double)ws.silent_closed},
        {"frames_out_total", "counter", "frames to clients", (double)ws.frames_out},
        {"bytes_in_total", "counter", "bytes of frames from clients", (double)ws.bytes_in},
        {"bytes_out_total", "counter", "bytes of frames to clients", (double)ws.bytes_out},
        {"archived_rooms", "gauge", "rooms that are archived, on the whole server", retention.in_archive},
        {"archived_total", "counter", "rooms that this worker has archived", (double)retention.archived},
        {"erased_total", "counter", "rooms whose names this worker has erased", (double)retention.erased},
        {"deleted_total", "counter", "archived rooms that this worker has deleted", (double)retention.deleted},
        {"retention_failed_total", "counter", "times a room could not be archived, erased or deleted",
         (double)retention.failed},
        {"cpu_seconds_total", "counter", "processor time of this worker", cpu},
        {"memory_peak_bytes", "gauge", "largest resident size of this worker", (double)usage.ru_maxrss * 1024},
    };
    buffer_init(&out);
    put_metrics(&out, engine->options.worker, metrics, sizeof metrics / sizeof *metrics);
    return buffer_take(&out);
}
