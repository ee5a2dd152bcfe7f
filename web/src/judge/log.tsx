/* SPDX-License-Identifier: Apache-2.0 */
/* log.tsx - the log read on from where it was, and drawn newest first. */
import { useEffect, useRef, useState } from "preact/hooks";
import { base } from "../lib/base";
import { createStore, useStore } from "../lib/store";
import type { Entry, Group, Names } from "./events";
import { actor, compact, groupOf, learn, readLine, sentence } from "./events";
import type { Key } from "./words";
import { t } from "./words";

export interface Log { entries: Entry[]; names: Names; failed: boolean }
const NOTHING: Log = { entries: [], names: {}, failed: false };
export const log = createStore<Log>(NOTHING);

const EVERY_MS = 2000;

/* From so many lines on, a reply may have been cut: there is more. */
const FULL_REPLY = 100;

async function readOn(room: string, token: string): Promise<void> {
  const before = log.get();
  const last = before.entries[before.entries.length - 1];
  const response = await fetch(`${base().http}api/rooms/${room}/events?after=${last ? last.pos : 0}`, { headers: { Authorization: "Bearer " + token } });
  if (!response.ok)
    throw new Error(String(response.status));
  const fresh = (await response.text()).split("\n").map(readLine).filter((one): one is Entry => one !== null && (!last || one.pos > last.pos));
  if (fresh.length === 0 && !before.failed)
    return;
  const names = { ...before.names };
  fresh.forEach((entry) => learn(names, entry));
  log.set({ entries: before.entries.concat(fresh), names, failed: false });
  if (fresh.length >= FULL_REPLY)
    await readOn(room, token);
}

/** Reads the log of a room and goes on reading. */
export function useLog(room: string | null, token: string): Log {
  const running = useRef(false);
  useEffect(() => {
    log.set(NOTHING);
    if (room === null)
      return;
    const step = () => {
      if (running.current || document.hidden)
        return;
      running.current = true;
      readOn(room, token).catch(() => log.set({ ...log.get(), failed: true })).then(() => { running.current = false; });
    };
    step();
    const timer = window.setInterval(step, EVERY_MS);
    return () => window.clearInterval(timer);
  }, [room, token]);
  return useStore(log);
}

const ZONE = { timeZone: "Asia/Ho_Chi_Minh", hour12: false } as const;
const clock = new Intl.DateTimeFormat("en-GB", { ...ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const timeText = (at_ms: number | null): string => (at_ms === null ? "" : clock.format(new Date(at_ms)));

const FILTERS: ("all" | Group)[] = ["all", "flow", "people", "answers", "judging"];
const SHOWN = 150;

export function LogView({ room }: { room: Log }) {
  const [filter, setFilter] = useState<"all" | Group>("all");
  const [shown, setShown] = useState(SHOWN);
  const fitting = compact(room.entries).filter((entry) => filter === "all" || groupOf(entry) === filter);
  const newest = fitting.slice(-shown).reverse();
  const last = room.entries[room.entries.length - 1];
  return (
    <section class="panel" aria-label={t("log.title")}>
      <h2>{t("log.title")}</h2>
      <div class="filters" role="group" aria-label={t("log.filter")}>
        {FILTERS.map((one) => <button type="button" aria-pressed={one === filter} onClick={() => setFilter(one)}>{t(("log." + one) as Key)}</button>)}
      </div>
      {room.failed && <p class="fault" role="status">{t("log.failed", { n: last ? last.pos : 0 })}</p>}
      {fitting.length === 0 && <p class="muted">{t("log.empty")}</p>}
      <ol class="log" data-testid="log" tabIndex={0} aria-label={t("log.title")}>
        {newest.map((entry) => (
          <li key={entry.pos} class={"is-" + groupOf(entry)} data-testid="log-line">
            <span class="log-pos">{entry.pos}</span><time>{timeText(entry.at_ms)}</time>
            <span>{sentence(entry, room.names)}{entry.e["by"] ? <small class="muted"> · {actor(String(entry.e["by"]))}</small> : null}</span>
          </li>
        ))}
      </ol>
      {fitting.length > shown && <button type="button" class="button" onClick={() => setShown(shown + SHOWN)}>{t("log.more", { n: fitting.length - shown })}</button>}
    </section>
  );
}
