/* SPDX-License-Identifier: Apache-2.0 */
/* ring.tsx - the countdown as a ring in bell colour; it runs by itself and steps with reduced motion. */
import { useEffect, useRef } from "preact/hooks";
import { reducedMotion } from "../lib/a11y";
import { leftPart, useSeconds } from "../lib/countdown";
import type { Asked } from "../lib/state";
import { t } from "./say";

const ROUND = 2 * Math.PI * 44;

export function Ring({ question, onSecond }: { question: Asked; onSecond: (left: number) => void }) {
  const s = useSeconds(question);
  const arc = useRef<SVGCircleElement>(null);
  const stepping = reducedMotion();
  useEffect(() => {
    const el = arc.current;
    if (!el)
      return;
    el.style.transition = "none";
    el.style.strokeDashoffset = String(ROUND * (1 - leftPart(question, performance.now())));
    if (question.deadline === null || stepping)
      return;
    void el.getBoundingClientRect();
    el.style.transition = `stroke-dashoffset ${Math.max(0, question.deadline - performance.now())}ms linear`;
    el.style.strokeDashoffset = String(ROUND);
  }, [question.deadline, question.held_ms, question.limit_ms, stepping ? s : 0]);
  useEffect(() => {
    if (s !== null && question.deadline !== null)
      onSecond(s);
  }, [s]);
  if (question.limit_ms === null || s === null)
    return null;
  return (
    <div class="ring" role="timer" aria-live="off" data-testid="ring">
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle class="back" cx="50" cy="50" r="44" fill="none" stroke-width="9" />
        <circle class="front" ref={arc} cx="50" cy="50" r="44" fill="none" stroke-width="9" stroke-linecap="round" stroke-dasharray={String(ROUND)} />
      </svg>
      <b><span aria-hidden="true">{s}</span><span class="heard">{t("screen.left", { s })}</span></b>
    </div>
  );
}
