/* SPDX-License-Identifier: Apache-2.0 */
/*
 * place.ts - where in the console the teacher is, and what this computer keeps: the key, and tokens by room.
 *
 * Keys and tokens come in the fragment and leave the address bar at once. "Back" of the browser leads from a room to
 * the list; a reload stays where it was.
 */
import type { Settings } from "./settings";
import { createStore } from "../lib/store";
import { kept, tab } from "../lib/storage";

export type Place =
  | { at: "door"; bad: boolean } /* neither key nor token */
  | { at: "home" }
  | { at: "mine" } /* own questions */
  | { at: "library" }
  | { at: "bank"; id: string; version: string; from?: string } /* from: compared with this version */
  | { at: "new"; like: Made | null }
  | { at: "marks"; token: string; room: string } /* token "": by the key */
  | { at: "room"; token: string; room: string | null };

export interface Tokens { host_token: string; judge_token: string; screen_token: string }

/** What a room was made of, so that another like it can be opened. */
export interface Made { room: string; bank: string; settings: Partial<Settings>; roll?: string }

export const place = createStore<Place>({ at: "door", bad: false });

export const key = (): string => kept.get("host.key", "");
export function keepKey(value: string): void { kept.set("host.key", value); }
export function forgetKey(): void {
  kept.drop("host.key");
  kept.drop("host.tokens");
  go({ at: "door", bad: false });
}

const ROOMS_KEPT = 12;
type Kept = { room: string; tokens: Tokens }[];

export function tokensOf(room: string | null): Tokens | null {
  const found = kept.get<Kept>("host.tokens", []).find((one) => one.room === room);
  return found ? found.tokens : null;
}

export function keepTokens(room: string, tokens: Tokens): void {
  const others = kept.get<Kept>("host.tokens", []).filter((one) => one.room !== room);
  kept.set("host.tokens", [{ room, tokens }, ...others].slice(0, ROOMS_KEPT));
}

export function keepMade(made: Made): void {
  const others = kept.get<Made[]>("host.made", []).filter((one) => one.room !== made.room);
  kept.set("host.made", [made, ...others].slice(0, ROOMS_KEPT));
}

export function madeOf(room: string | null): Made | null {
  return kept.get<Made[]>("host.made", []).find((one) => one.room === room) || null;
}

function remember(next: Place): void {
  tab.set("host.place", next);
  if (next.at === "room" && key() === "")
    kept.set("host.token", next.token); /* a remote: the phone finds its room again */
}

export function go(next: Place): void {
  remember(next);
  window.history.pushState(next, "", window.location.pathname + window.location.search);
  place.set(next);
  window.scrollTo(0, 0);
}

function first(fragment: { [name: string]: string }): Place {
  const token = fragment["token"];
  if (token)
    return { at: "room", token, room: null };
  if (fragment["key"])
    return { at: "home" };
  const before = tab.get<Place | null>("host.place", null);
  if (before && before.at !== "door")
    return before;
  if (key() !== "")
    return { at: "home" };
  const remote = kept.get("host.token", "");
  return remote ? { at: "room", token: remote, room: null } : { at: "door", bad: false };
}

export function startPlace(fragment: { [name: string]: string }): void {
  if (fragment["key"])
    keepKey(fragment["key"]);
  const start = first(fragment);
  remember(start);
  window.history.replaceState(start, "", window.location.pathname + window.location.search);
  place.set(start);
  window.addEventListener("popstate", (e) => {
    const to: Place = e.state && e.state.at ? e.state : { at: key() ? "home" : "door", bad: false };
    remember(to);
    place.set(to);
  });
}
