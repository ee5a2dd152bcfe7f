/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.tsx - the top ten sliding from where they were to where they are.
 *
 * Rows are drawn in their new order and pushed to their old places for a moment; then the push ends. With reduced motion
 * they are simply there.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { reducedMotion } from "../lib/a11y";
import type { Row } from "../lib/frames";
import { number } from "../lib/i18n";
import type { State } from "../lib/state";
import { Say, t } from "./say";

const TOP = 10;
const OLD_PLACES_MS = 900; /* long enough to find oneself before the ranks move */

/* Where a row stood, counted in rows of this list; who was further down comes up from below the last. */
export function oldPlace(row: Row, rows: Row[], at: number): number {
  if (row.was === null || row.was === undefined)
    return at;
  const before = rows.slice().sort((a, b) => (a.was || 1e9) - (b.was || 1e9) || rows.indexOf(a) - rows.indexOf(b));
  return (row.was || 0) > rows.length ? rows.length : before.indexOf(row);
}

export function Board({ state }: { state: State }) {
  const list = useRef<HTMLOListElement>(null);
  const rows = (state.board ? state.board.rows : []).slice(0, TOP);
  const [before, setBefore] = useState(!reducedMotion());
  const [step, setStep] = useState(0);
  useLayoutEffect(() => {
    const first = list.current && list.current.children;
    if (first && first.length > 1)
      setStep((first[1] as HTMLElement).offsetTop - (first[0] as HTMLElement).offsetTop);
  }, [rows.length]);
  useEffect(() => {
    if (!before)
      return;
    const timer = window.setTimeout(() => setBefore(false), OLD_PLACES_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <section>
      <h2 class="big"><Say k="screen.board" /></h2>
      {state.frozen && <p class="how"><Say k="screen.frozen" /></p>}
      <ol class="ranks" ref={list}>
        {rows.map((row, at) => (
          <li key={row.player} class={row.rank === 1 && !before ? "leader" : ""} data-testid="board-row"
            style={{ transform: before && step ? `translateY(${(oldPlace(row, rows, at) - at) * step}px)` : "none" }}>
            <span class="rank">{row.rank}</span>
            <span class="name">{row.name}{row.unit ? <small> · {row.unit}</small> : null}</span>
            <span class="points"><span class="heard">{t("screen.points", { n: row.points })}</span><span aria-hidden="true">{number(row.points)}</span></span>
          </li>
        ))}
      </ol>
    </section>
  );
}
