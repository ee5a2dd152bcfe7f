/* SPDX-License-Identifier: Apache-2.0 */
/*
 * a11y.ts - what is said aloud, where the focus goes, and keys 1-6.
 *
 * One live region a page. It says the question, then the time at 30, 10 and 5 s only: a reader that counts every
 * second hides the question.
 */
import { useEffect, useRef } from "preact/hooks";
import { tc } from "./i18n";
import type { Asked } from "./state";
import { leftMs } from "./state";

let region: HTMLElement | null = null;

/** Says `text` to who listens instead of looking. */
export function say(text: string): void {
  if (!region) {
    region = document.createElement("div");
    region.className = "heard";
    region.setAttribute("role", "status");
    region.setAttribute("aria-live", "polite");
    document.body.appendChild(region);
  }
  const into = region;
  into.textContent = "";
  window.setTimeout(() => { into.textContent = text; }, 50);
}

const SAID_AT_S = [30, 10, 5];

/** Says the time of a running question at 30, 10 and 5 s. */
export function useSpokenTime(question: Asked | null): void {
  const deadline = question ? question.deadline : null;
  useEffect(() => {
    if (!question || deadline === null)
      return;
    const left = leftMs(question, performance.now()) || 0;
    const timers = SAID_AT_S.filter((s) => left > s * 1000 + 500)
      .map((s) => window.setTimeout(() => say(tc("said.left", { n: s })), left - s * 1000));
    return () => timers.forEach((t) => window.clearTimeout(t));
  }, [deadline]);
}

/** A ref for a heading (tabIndex -1): it gets the focus when `key` changes, but not on the first drawing if `skip`. */
export function useFocusOn<T extends HTMLElement>(key: unknown) {
  const ref = useRef<T>(null);
  useEffect(() => {
    if (ref.current)
      ref.current.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [key]);
  return ref;
}

/** Keys 1-6 choose answers; not while somebody types. */
export function useNumberKeys(active: boolean, choose: (index: number) => void): void {
  useEffect(() => {
    if (!active)
      return;
    const onKey = (e: KeyboardEvent) => {
      const tag = (e.target as HTMLElement).tagName;
      if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || tag === "INPUT" || tag === "TEXTAREA" || tag === "SELECT")
        return;
      const index = "123456".indexOf(e.key);
      if (e.key.length === 1 && index >= 0)
        choose(index);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}

export function reducedMotion(): boolean {
  return !!window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
