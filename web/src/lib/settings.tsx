/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.tsx - language, text size and spacing, as one small panel for every page. Kept on the device.
 *
 * startSettings() at the start of a page; <SettingsButton/> in its head.
 */
import { useState } from "preact/hooks";
import type { Lang } from "./frames";
import { setLang, tc, useLang } from "./i18n";
import { kept } from "./storage";
import { createStore, useStore } from "./store";

export interface Look { size: 100 | 125 | 150 | 200; wide: boolean }
export const look = createStore<Look>({ size: 100, wide: false });

function show(l: Look): void {
  const root = document.documentElement;
  root.setAttribute("data-size", String(l.size));
  root.setAttribute("data-wide", l.wide ? "yes" : "no");
}

export function startSettings(): void {
  const l = kept.get<Look>("look", { size: 100, wide: false });
  look.subscribe((v) => { kept.set("look", v); show(v); });
  look.set({ size: l.size === 125 || l.size === 150 || l.size === 200 ? l.size : 100, wide: !!l.wide });
  show(look.get());
}

const LANGS: [Lang, string][] = [["vi", "Tiếng Việt"], ["en", "English"]];

/** Both languages, side by side; the pressed one is the page's. */
export function LangSwitch() {
  const now = useLang();
  return (
    <div class="switch" role="group" aria-label={tc("settings.lang")}>
      {LANGS.map(([l, name]) => (
        <button type="button" lang={l} aria-pressed={l === now} onClick={() => setLang(l)} data-testid={"lang-" + l}>{name}</button>
      ))}
    </div>
  );
}

export function SettingsPanel() {
  const l = useStore(look);
  return (
    <div class="settings">
      <p class="settings-name">{tc("settings.lang")}</p>
      <LangSwitch />
      <p class="settings-name">{tc("settings.size")}</p>
      <div class="switch" role="group" aria-label={tc("settings.size")}>
        {([100, 125, 150, 200] as const).map((s) => (
          <button type="button" aria-pressed={l.size === s} onClick={() => look.set({ ...l, size: s })} data-testid={"size-" + s}>{s} %</button>
        ))}
      </div>
      <p class="settings-name">{tc("settings.spacing")}</p>
      <div class="switch" role="group" aria-label={tc("settings.spacing")}>
        <button type="button" aria-pressed={!l.wide} onClick={() => look.set({ ...l, wide: false })}>{tc("settings.normal")}</button>
        <button type="button" aria-pressed={l.wide} onClick={() => look.set({ ...l, wide: true })}>{tc("settings.wide")}</button>
      </div>
    </div>
  );
}

export function SettingsButton() {
  const [open, setOpen] = useState(false);
  const now = useLang();
  return (
    <div class="settings-place" onKeyDown={(e) => { if (e.key === "Escape") setOpen(false); }}>
      <button type="button" class="round" aria-expanded={open} onClick={() => setOpen(!open)} data-testid="settings">
        {now === "vi" ? "VI" : "EN"} Aa<span class="heard"> {tc("settings.open")}</span>
      </button>
      {open && <SettingsPanel />}
    </div>
  );
}
