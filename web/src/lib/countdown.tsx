/* SPDX-License-Identifier: Apache-2.0 */
/*
 * countdown.tsx - the time of the open question, from left_ms and performance.now(): a wrong clock on the phone
 * changes nothing.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { reducedMotion } from "./a11y";
import { tc } from "./i18n";
import type { Asked } from "./state";
import { leftMs } from "./state";

/** Whole seconds left (rounded up), drawn again once a second; null without a limit. */
export function useSeconds(question: Asked | null): number | null {
  const [, tick] = useState(0);
  const deadline = question ? question.deadline : null;
  useEffect(() => {
    if (deadline === null)
      return;
    let timer = 0;
    const next = () => {
      tick((n) => n + 1);
      const left = deadline - performance.now();
      if (left > 0)
        timer = window.setTimeout(next, (left % 1000) + 15);
    };
    next();
    return () => window.clearTimeout(timer);
  }, [deadline]);
  const left = leftMs(question, performance.now());
  return left === null ? null : Math.ceil(left / 1000);
}

/** The part of the limit that is left, 0…1. */
export function leftPart(question: Asked, now: number): number {
  const left = leftMs(question, now);
  if (left === null || !question.limit_ms)
    return 1;
  return Math.max(0, Math.min(1, left / question.limit_ms));
}

/**
 * A thin bar and the seconds. The bar runs in the compositor (one transition to zero), so it costs a slow phone
 * nothing; with reduced motion it steps with the seconds.
 */
export function Countdown({ question }: { question: Asked }) {
  const s = useSeconds(question);
  const bar = useRef<HTMLDivElement>(null);
  const stepping = reducedMotion();
  useEffect(() => {
    const el = bar.current;
    if (!el)
      return;
    const part = leftPart(question, performance.now());
    el.style.transition = "none";
    el.style.transform = `scaleX(${part})`;
    if (question.deadline === null || stepping)
      return;
    void el.offsetWidth;
    el.style.transition = `transform ${Math.max(0, question.deadline - performance.now())}ms linear`;
    el.style.transform = "scaleX(0)";
  }, [question.deadline, question.held_ms, question.limit_ms, stepping ? s : 0]);
  if (question.limit_ms === null)
    return <p class="untimed">{tc("untimed")}</p>;
  return (
    <div class={"countdown" + (s !== null && s <= 5 ? " soon" : "")} role="timer" aria-live="off" data-testid="countdown">
      <div class="countdown-track"><div class="countdown-bar" ref={bar} /></div>
      <b class="countdown-s"><span aria-hidden="true">{s === null ? "" : s}</span><span class="heard">{tc("said.left", { n: s || 0 })}</span></b>
    </div>
  );
}
