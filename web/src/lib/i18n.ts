/* SPDX-License-Identifier: Apache-2.0 */
/*
 * i18n.ts - Vietnamese and English, switchable at once.
 *
 * Texts are files: src/i18n/PAGE.vi.json and PAGE.en.json with the same keys (the compiler holds that). A page makes
 * its `t` once and draws from it; the root component calls useLang() so that all is drawn again on a switch:
 *
 *   import vi from "../i18n/host.vi.json"; import en from "../i18n/host.en.json";
 *   export const t = texts(vi, en);
 *   t("players", { n: 31 })     // "{n} bạn đã vào"; {n} is formatted by language
 *   // "players.one" beside "players" is taken for n = 1 in English
 *
 * Sentences for server codes and the words that all pages share are in common.*.json: tc("code.wrong_pin").
 */
import commonEn from "../i18n/common.en.json";
import commonVi from "../i18n/common.vi.json";
import type { Lang, Text } from "./frames";
import { kept } from "./storage";
import type { Store } from "./store";
import { createStore, useStore } from "./store";

export const lang: Store<Lang> = createStore<Lang>("vi");

/** At the start of a page: the address (?lang=en), what was chosen before, else Vietnamese. */
export function startLang(fromAddress?: string): void {
  const asked = fromAddress || (/[?&]lang=(vi|en)\b/.exec(window.location.search) || [])[1];
  setLang(asked === "en" || asked === "vi" ? asked : kept.get<Lang>("lang", "vi"), asked !== undefined);
}

export function setLang(next: Lang, remember = true): void {
  if (remember)
    kept.set("lang", next);
  document.documentElement.lang = next;
  lang.set(next === "en" ? "en" : "vi");
}

export function useLang(): Lang {
  return useStore(lang);
}

type Params = { [name: string]: string | number };

/** The function that says texts of these two files. */
export function texts<V extends { [key: string]: string }>(vi: V, en: { [K in keyof V]: string }) {
  return function t(key: keyof V & string, params?: Params): string {
    const words: { [key: string]: string } = lang.get() === "en" ? en : vi;
    const one = params && params["n"] === 1 ? words[key + ".one"] : undefined;
    const text = one || words[key] || key;
    return params ? text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = params[name];
      return typeof value === "number" ? number(value) : value === undefined ? "" : value;
    }) : text;
  };
}

export const tc = texts(commonVi, commonEn);

/** What a server's code means and what to do next; never the code alone. */
export function codeText(code: string | null | undefined): string {
  const key = "code." + code;
  return key in commonVi ? tc(key as keyof typeof commonVi) : tc("code.other");
}

const LOCALE: Record<Lang, string> = { vi: "vi-VN", en: "en-GB" };

/** 1000 → "1.000" / "1,000"; 2.5 → "2,5" / "2.5". */
export function number(value: number, digits = 3): string {
  const vi = lang.get() === "vi";
  const [whole, rest] = String(Math.abs(Math.round(value * Math.pow(10, digits)) / Math.pow(10, digits))).split(".");
  const grouped = (whole as string).replace(/\B(?=(\d{3})+$)/g, vi ? "." : ",");
  return (value < 0 ? "−" : "") + grouped + (rest ? (vi ? "," : ".") + rest : "");
}

/** "6/10/2026" / "6 Oct 2026", in the contest's zone. */
export function date(ms: number, withTime = false): string {
  const zone = "Asia/Ho_Chi_Minh";
  const l = lang.get();
  const day: Intl.DateTimeFormatOptions = l === "vi"
    ? { day: "numeric", month: "numeric", year: "numeric", timeZone: zone }
    : { day: "numeric", month: "short", year: "numeric", timeZone: zone };
  const time: Intl.DateTimeFormatOptions = withTime ? { hour: "2-digit", minute: "2-digit", hour12: false } : {};
  return new Intl.DateTimeFormat(LOCALE[l], { ...day, ...time }).format(new Date(ms));
}

/** Milliseconds as seconds in words of the language: 4310 → "4,3 giây" / "4.3 s". */
export function seconds(ms: number): string {
  return tc("seconds", { s: Math.round(ms / 100) / 10 });
}

/** A bank's text in the reader's language, else the first there is. */
export function textOf(text: Text | null | undefined, language: Lang = lang.get()): string {
  if (text === null || text === undefined)
    return "";
  if (typeof text === "string")
    return text;
  const mine = text[language];
  if (mine !== undefined)
    return mine;
  const first = Object.keys(text)[0];
  return first === undefined ? "" : text[first] || "";
}

/** The language that textOf() really gave, for a lang attribute; undefined if it is the page's own. */
export function langOf(text: Text | null | undefined, language: Lang = lang.get()): string | undefined {
  if (text === null || text === undefined || typeof text === "string" || text[language] !== undefined)
    return undefined;
  return Object.keys(text)[0];
}
