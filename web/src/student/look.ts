/* SPDX-License-Identifier: Apache-2.0 */
/* look.ts - the class list of a room, asked for before joining, over plain HTTP: it needs no line of its own. */
import { useEffect, useState } from "preact/hooks";
import { base } from "../lib/base";
import type { ListFrame } from "../lib/frames";

const AGAIN_MS = 4000; /* who came in meanwhile turns grey */

/** null: there is none, or it cannot be had now; joining will say why. */
function look(pin: string): Promise<ListFrame | null> {
  const body = JSON.stringify({ wait: true, last: true, frames: [{ t: "look", pin }] });
  return fetch(base().http + "api/frames", { method: "POST", headers: { "Content-Type": "application/json" }, body, cache: "no-store" })
    .then((response) => response.json())
    .then((json: { frames?: ListFrame[] }) => (json.frames || []).filter((f) => f.t === "list" && f.names.length > 0)[0] || null)
    .catch(() => null);
}

/** The list of this room while it is looked at; asked for again when `again` changes. */
export function useList(pin: string, again: unknown): ListFrame | null {
  const [found, setFound] = useState<{ pin: string; list: ListFrame } | null>(null);
  useEffect(() => {
    let gone = false;
    let timer = 0;
    let had = found !== null && found.pin === pin; /* one reply that is lost ends nothing */
    const ask = () => {
      if (document.hidden) {
        timer = window.setTimeout(ask, AGAIN_MS);
        return;
      }
      void look(pin).then((list) => {
        if (gone)
          return;
        had = had || list !== null;
        if (list)
          setFound({ pin, list });
        if (had)
          timer = window.setTimeout(ask, AGAIN_MS);
      });
    };
    if (pin.length === 6)
      ask();
    return () => { gone = true; window.clearTimeout(timer); };
  }, [pin, again]);
  return found && found.pin === pin ? found.list : null;
}
