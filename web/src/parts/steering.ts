/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steering.ts - how a page that may lead a contest gives its commands and hears what became of them.
 *
 * The connection sends a command again until it is answered, always with the same id, so one press stays one step.
 * Here a command becomes a promise, and "next" becomes one button and two keys.
 */
import { useEffect, useRef } from "preact/hooks";
import type { Client } from "../lib/client";
import type { Event, State } from "../lib/state";
import { createStore } from "../lib/store";
import { primary } from "./primary";
import type { Primary } from "./primary";
import steerEn from "../i18n/steer.en.json";
import steerVi from "../i18n/steer.vi.json";
import { texts } from "../lib/i18n";

export const ts = texts(steerVi, steerEn);

export interface Outcome { ok: boolean; why: string | null; result: Record<string, unknown> }

export interface Steering {
  /** Gives a command; settles when the server has answered. `at`: only if nothing has moved since. */
  ask(cmd: string, args?: Record<string, unknown>, at?: number): Promise<Outcome>;
  /** To be told of every event (createClient's onEvent). */
  heard(event: Event): void;
  bind(client: Client): void;
  state(): State;
}

/** The sentence for the last refusal, shown until the next command; null: nothing to say. */
export const trouble = createStore<string | null>(null);

export function steering(): Steering {
  const waiting = new Map<string, (outcome: Outcome) => void>();
  let client: Client;
  function settle(id: string | undefined, outcome: Outcome): void {
    const tell = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || !tell)
      return;
    waiting.delete(id);
    tell(outcome);
  }
  return {
    bind(theirs) { client = theirs; },
    state: () => client.store.get(),
    ask(cmd, args, at) {
      trouble.set(null);
      const id = client.connection.command(cmd, args, at);
      return new Promise<Outcome>((resolve) => waiting.set(id, resolve)).then((outcome) => {
        if (!outcome.ok)
          trouble.set(refusal(outcome.why));
        return outcome;
      });
    },
    heard(event) {
      if (event.t === "done")
        settle(event.id, { ok: true, why: null, result: { ...event } });
      if (event.t === "refused" && !passing(event.why))
        settle(event.id, { ok: false, why: event.why, result: {} });
    },
  };
}

/* These pass by themselves: the connection asks again. */
function passing(why: string): boolean {
  return why === "busy" || why === "saving_full" || why === "storage_full" || why === "too_fast";
}

const SAID = {
  wrong_phase: "why.wrong_phase", not_allowed: "why.not_allowed", bad_args: "why.bad_args", bad_name: "why.bad_name",
  reason_missing: "why.reason_missing",
} as const;

/** A refusal in words. Somebody else was quicker (`stale`): that is no trouble, the page already shows what is. */
export function refusal(why: string | null): string | null {
  if (why === null || why === "stale")
    return null;
  return why in SAID ? ts(SAID[why as keyof typeof SAID]) : ts("why.other", { why });
}

/** What "next" would do now. */
export function primaryOf(state: State): Primary | null {
  return state.phase === null ? null : primary({
    phase: state.phase, paused: state.paused, q: state.q, of: state.of, board: state.settings.board || "each",
  });
}

/** Is a command that moves the contest on its way? */
export function moving(state: State): boolean {
  return state.commands.some((c) => c.status === "sent" && (c.cmd === "next" || c.cmd === "resume"));
}

export function goOn(steer: Steering): void {
  const state = steer.state();
  const what = primaryOf(state);
  if (what && !moving(state) && state.link === "open")
    void steer.ask(what.cmd, {}, state.at);
}

const OWN_KEYS = "a,button,input,select,textarea,summary,dialog,[contenteditable],[role=tab]";

/** Space and Enter go on, unless the focus is on something that wants them for itself. */
export function useGoOnKeys(steer: Steering, active: boolean): void {
  const live = useRef(active);
  live.current = active;
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const target = e.target as Element;
      if (!live.current || e.repeat || e.isComposing || e.ctrlKey || e.altKey || e.metaKey || (e.key !== " " && e.key !== "Enter"))
        return;
      if (document.querySelector("dialog[open]") || (target.closest && target.closest(OWN_KEYS)))
        return;
      e.preventDefault();
      goOn(steer);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

/** After a press with a finger or mouse the button lets the focus go, so that Space means "next" again. */
export function letGo(e: MouseEvent): void {
  if (e.detail > 0 && e.currentTarget instanceof HTMLElement)
    e.currentTarget.blur();
}
