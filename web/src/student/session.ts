/* SPDX-License-Identifier: Apache-2.0 */
/* session.ts - the student's one client, the seat it keeps, and what the page may do. */
import { takeFragment } from "../lib/base";
import { randomName } from "../lib/chance";
import type { Client } from "../lib/client";
import { createClient } from "../lib/client";
import type { Answer, Code, JoinFrame } from "../lib/frames";
import { lang } from "../lib/i18n";
import type { Seat } from "../lib/seat";
import { dropSeat, keepSeat, seatFor, seats } from "../lib/seat";
import type { Event, State } from "../lib/state";
import { kept, tab } from "../lib/storage";
import { createStore } from "../lib/store";

/** Where the page stands before it is in a room. */
export interface Door {
  step: "enter" | "continue" | "code" | "seat"; /* seat: a seat was asked for, or taken */
  pin: string;
  name: string;
  seat: Seat | null;
}

const CONTINUE_HOURS = 12;

export const door = createStore<Door>({ step: "enter", pin: "", name: "", seat: null });
export const client: Client = createClient(onEvent);

let pin = "";

function onEvent(event: Event, state: State): void {
  switch (event.t) {
    case "joined":
      keepSeat({
        room: event.room, player: event.player, name: event.name, token: event.token, pin, code: event.code || undefined, used: 0,
        once: (tab.get<{ once: string } | null>("joining", null) || { once: undefined }).once,
      });
      tab.drop("joining");
      tab.set("room", event.room);
      door.set({ ...door.get(), step: "seat" });
      break;
    case "state": case "@answered": case "ack": case "refused": case "reveal": case "question": case "renamed":
      touchSeat(state);
      if (event.t === "state" && event.phase === "ended")
        client.connection.send({ t: "review" });
      break;
    case "ended":
      client.connection.send({ t: "review" });
      break;
    case "removed":
      if (event.why === "banned")
        keepBan(state.room);
      loseSeat(state.room);
      break;
    case "error":
      if (state.link === "idle") /* the hello was refused */
        refused(event.code);
      break;
    case "@link":
      if (event.link === "over" && (state.over === "token" || state.over === "removed"))
        loseSeat(state.room);
      break;
    default: break;
  }
}

/** The seat's newest name, and an answer that is still on its way: both outlive a reload. */
function touchSeat(state: State): void {
  const seat = seats().filter((s) => s.room === state.room)[0];
  if (seat && state.you)
    keepSeat({ ...seat, name: state.you.name, unsent: client.connection.unsent() });
}

/* A ban is held by the joining's nonce: saying the same one again is how this phone stays out. */
function keepBan(room: string | null): void {
  const seat = seats().filter((s) => s.room === room)[0];
  if (seat && seat.once)
    kept.set("banned", { pin: seat.pin, once: seat.once });
}

function loseSeat(room: string | null): void {
  if (room)
    dropSeat(room);
  tab.drop("room");
}

/* Joining, returning or coming back was refused: back to the door, which says why. */
function refused(code: Code): void {
  const { seat, step } = door.get();
  const state = client.store.get();
  if ((code === "bad_token" || code === "expired_token" || code === "archived") && step === "seat")
    loseSeat(seat ? seat.room : state.room);
  if (step === "seat")
    door.set({ ...door.get(), step: "enter", seat: null });
  if (state.phase !== null)
    client.dispatch({ t: "@leave", error: code });
}

/** `row`: of the class list, by which the player is called then. */
export function join(typedPin: string, name: string, row?: number): void {
  pin = typedPin.replace(/\D/g, "");
  const trimmed = name.trim();
  const before = tab.get<{ pin: string; name: string; row?: number; once: string } | null>("joining", null);
  const banned = kept.get<{ pin: string; once: string } | null>("banned", null);
  const once = banned && banned.pin === pin ? banned.once : before && before.pin === pin && before.name === trimmed && before.row === row ? before.once : randomName(22);
  tab.set("joining", { pin, name: trimmed, row, once });
  kept.set("name", trimmed);
  door.set({ ...door.get(), pin, name: trimmed, seat: null });
  const frame: JoinFrame = { t: "join", pin, lang: lang.get(), once, ...(row === undefined ? { name: trimmed } : { row }) };
  client.connection.hello(frame);
}

export function joinByCode(typedPin: string, code: string): void {
  pin = typedPin.replace(/\D/g, "");
  door.set({ ...door.get(), pin });
  client.connection.hello({ t: "attach", pin, code: code.replace(/[\s-]/g, "").toUpperCase() });
}

export function continueAs(seat: Seat): void {
  pin = seat.pin;
  tab.set("room", seat.room);
  door.set({ ...door.get(), step: "seat", seat, pin: seat.pin });
  if (seat.unsent)
    client.connection.takeUp(seat.unsent);
  client.connection.hello({ t: "attach", token: seat.token, page: client.page });
}

export function someoneElse(): void {
  const d = door.get();
  door.set({ ...d, step: "enter", seat: null, name: "" });
}

/** Back to the first page; the seat stays on this phone. */
export function leave(newPin = ""): void {
  client.connection.stop();
  tab.drop("room");
  client.dispatch({ t: "@leave" });
  door.set({ step: "enter", pin: newPin, name: kept.get("name", ""), seat: null });
}

export function answer(q: number, a: Answer, ms: number | undefined): void {
  client.connection.answer(q, a, ms);
}

/** What the address and this phone remember decide the first page. Returns the language the address asked for. */
export function start(): string | undefined {
  const fragment = takeFragment();
  arrive(fragment);
  window.addEventListener("hashchange", () => {
    const next = takeFragment();
    if (next[""] || next["code"]) {
      leave();
      arrive(next);
    }
  });
  return fragment["lang"];
}

function arrive(fragment: { [name: string]: string }): void {
  const given = (fragment[""] || fragment["pin"] || "").replace(/\D/g, "").slice(0, 6);
  const name = kept.get("name", "");
  if (fragment["code"] && given) {
    door.set({ step: "code", pin: given, name, seat: null });
    joinByCode(given, fragment["code"]);
    return;
  }
  const here = tab.get("room", "");
  const mine = seats().filter((s) => s.room === here && (given === "" || s.pin === given))[0];
  if (mine) {
    continueAs(mine);
    return;
  }
  const seat = seatFor(given || null);
  const fresh = seat !== null && (given !== "" || Date.now() - seat.used < CONTINUE_HOURS * 3600000);
  door.set({ step: fresh ? "continue" : "enter", pin: given, name, seat: fresh ? seat : null });
}
