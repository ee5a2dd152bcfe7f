/* SPDX-License-Identifier: Apache-2.0 */
/* podium.tsx - last to first, each after a drum roll if sound is on; shared ranks stand together. */
import { useEffect, useState } from "preact/hooks";
import { reducedMotion } from "../lib/a11y";
import type { EndedFrame } from "../lib/frames";
import type { State } from "../lib/state";
import { Canopy } from "../parts/canopy";
import type { Sounds } from "./sounds";
import { Say } from "./say";

const STEP_MS = 1900;
const NAMES_A_PLACE = 3;

export interface Place { rank: number; people: EndedFrame["podium"] }

/** The places in their order, at most three; those without points stand there only if nobody has any. */
export function placesOf(podium: EndedFrame["podium"]): Place[] {
  const places: Place[] = [];
  const scored = podium.filter((one) => one.points > 0);
  for (const one of scored.length > 0 ? scored : podium) {
    const same = places.find((place) => place.rank === one.rank);
    if (same)
      same.people.push(one);
    else
      places.push({ rank: one.rank, people: [one] });
  }
  return places.sort((a, b) => a.rank - b.rank).slice(0, 3);
}

function Who({ place }: { place: Place }) {
  const shown = place.people.slice(0, NAMES_A_PLACE);
  const more = place.people.length - shown.length;
  return (
    <div class={"who" + (place.people.length > 1 ? " several" : "")}>
      {shown.map((one) => <p key={one.player}>{one.name}</p>)}
      {more > 0 && <p><Say k="screen.more" p={{ n: more }} /></p>}
    </div>
  );
}

export function Podium({ state, sounds }: { state: State; sounds: Sounds }) {
  const places = placesOf(state.ended ? state.ended.podium : []);
  const [up, setUp] = useState(reducedMotion() ? places.length : 0); /* how many stand, counted from the last */
  useEffect(() => {
    if (up >= places.length) {
      if (places.length > 0)
        sounds.play("podium");
      return;
    }
    sounds.play("roll");
    const timer = window.setTimeout(() => setUp(up + 1), STEP_MS);
    return () => window.clearTimeout(timer);
  }, [up, places.length]);
  if (places.length === 0)
    return <h2 class="big center"><Say k="screen.noone" /></h2>;
  const done = up >= places.length;
  return (
    <section class="center">
      <Canopy /><Canopy side="left" />
      <h2 class="big"><Say k="screen.podium" /></h2>
      <ol class="podium" data-testid="podium">
        {places.map((place, at) => {
          const on = places.length - at <= up;
          return (
            <li key={place.rank} class={`place place-${at + 1}${on ? " on" : ""}`} aria-hidden={!on}>
              <Who place={place} />
              <div class="block"><b>{place.rank}</b><Say k="screen.points" p={{ n: place.people[0]!.points }} /></div>
            </li>
          );
        })}
      </ol>
      <p class="how">{done ? <Say k="screen.thanks" /> : "\u00a0"}</p>
    </section>
  );
}
