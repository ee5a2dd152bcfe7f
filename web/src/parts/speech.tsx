/* SPDX-License-Identifier: Apache-2.0 */
/*
 * speech.tsx - words for a hall that reads one language, or both at once.
 *
 * In "both" the page's language comes first and the other follows, smaller. A text that is the same in both is said once.
 */
import type { Lang, Text } from "../lib/frames";
import { lang, langOf, setLang, textOf } from "../lib/i18n";
import { kept } from "../lib/storage";
import { createStore } from "../lib/store";

export type Show = Lang | "both";
export const show = createStore<Show>("vi");

export function startShow(): void {
  const before = kept.get<Show>("show", lang.get());
  showIn(before === "both" || before === "en" || before === "vi" ? before : "vi");
  lang.subscribe((next) => { if (show.get() !== "both") showIn(next); });
}

export function showIn(next: Show): void {
  kept.set("show", next);
  if (next !== "both")
    setLang(next);
  show.set(next);
}

export const otherLang = (): Lang => (lang.get() === "vi" ? "en" : "vi");

export function Twice({ first, second }: { first: string; second: string }) {
  if (show.get() !== "both" || first === second || second === "")
    return <>{first}</>;
  return <>{first} <span class="second" lang={otherLang()}>{second}</span></>;
}

/** A bank's text. */
export function Told({ text }: { text: Text | null | undefined }) {
  const own = langOf(text);
  const both = show.get() === "both" && text !== null && typeof text === "object";
  const second = both ? textOf(text, otherLang()) : "";
  return own ? <span lang={own}>{textOf(text)}</span> : <Twice first={textOf(text)} second={second} />;
}
