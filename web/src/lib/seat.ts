/* SPDX-License-Identifier: Apache-2.0 */
/* seat.ts - the seats this phone holds, by room, so that a page that was closed finds its place again. */
import type { AnswerFrame } from "./frames";
import { kept } from "./storage";

export interface Seat {
  room: string; player: string; name: string; token: string; pin: string; code?: string;
  /** Date.now() when it was last used: only to drop old seats. */
  used: number;
  /** The nonce it was joined with. */
  once?: string;
  /** An answer that was not acknowledged when the page went away. */
  unsent?: AnswerFrame | null;
}

const SEATS_KEPT = 8;
const SEAT_DAYS = 30;

export function seats(): Seat[] {
  const oldest = Date.now() - SEAT_DAYS * 86400000;
  const list = kept.get<Seat[]>("seats", []);
  return Array.isArray(list) ? list.filter((s) => s && typeof s.token === "string" && s.used > oldest) : [];
}

/** The newest seat for this PIN, or the newest of all if none is given. */
export function seatFor(pin: string | null): Seat | null {
  return seats().filter((s) => pin === null || s.pin === pin).sort((a, b) => b.used - a.used)[0] || null;
}

export function keepSeat(seat: Seat): void {
  const others = seats().filter((s) => s.room !== seat.room && s.pin !== seat.pin).sort((a, b) => b.used - a.used);
  kept.set("seats", [{ ...seat, used: Date.now() }, ...others].slice(0, SEATS_KEPT));
}

export function dropSeat(room: string): void {
  kept.set("seats", seats().filter((s) => s.room !== room));
}
