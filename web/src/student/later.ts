/* SPDX-License-Identifier: Apache-2.0 */
/*
 * later.ts - the room's code comes while somebody types a name: the door is there sooner on a slow line.
 *
 * Some browsers remember a failed import for as long as the page lives; then only a reload helps, and keeps the seat.
 */
import { createStore } from "../lib/store";

type Behind = typeof import("./room");

export const room = createStore<Behind | null>(null);
export const missing = createStore(false);

const PAUSES_MS = [1000, 3000, 6000];

export function fetchRoom(attempt = 0): void {
  import("./room").then((behind) => room.set(behind), () => {
    const pause = PAUSES_MS[attempt];
    if (pause === undefined)
      missing.set(true);
    else
      window.setTimeout(() => fetchRoom(attempt + 1), pause);
  });
}
