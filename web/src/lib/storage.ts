/* SPDX-License-Identifier: Apache-2.0 */
/*
 * storage.ts - localStorage and sessionStorage that never throw.
 *
 * In-app browsers and private windows may refuse both; then values live as long as the page. Keys carry the base path,
 * so two servers under one host do not mix.
 */
import { base } from "./base";

function area(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    const s = window[name];
    s.setItem("hoithi.try", "1");
    s.removeItem("hoithi.try");
    return s;
  } catch (_) {
    return null;
  }
}

export interface Keeper {
  get<T>(key: string, otherwise: T): T;
  /** False: it lives as long as the page only. */
  set(key: string, value: unknown): boolean;
  drop(key: string): void;
}

function keeper(name: "localStorage" | "sessionStorage"): Keeper {
  const memory: { [key: string]: string } = {};
  const newer: { [key: string]: boolean } = {}; /* what had no room: the stored value is an old one */
  let store: Storage | null | undefined;
  const open = () => (store === undefined ? (store = area(name)) : store);
  const full = (key: string) => "hoithi" + base().path + key;
  return {
    get(key, otherwise) {
      try {
        const s = open();
        const text = s && !newer[key] ? s.getItem(full(key)) : memory[key];
        return text === null || text === undefined ? otherwise : JSON.parse(text);
      } catch (_) {
        return otherwise;
      }
    },
    set(key, value) {
      const text = JSON.stringify(value);
      memory[key] = text;
      try {
        const s = open();
        if (s)
          s.setItem(full(key), text);
        newer[key] = false;
        return s !== null;
      } catch (_) {
        newer[key] = true; /* full: the page keeps it in memory */
        return false;
      }
    },
    drop(key) {
      delete memory[key];
      try {
        const s = open();
        if (s)
          s.removeItem(full(key));
      } catch (_) { /* nothing to drop */ }
    },
  };
}

/** Outlives the browser: seats, language, settings. */
export const kept = keeper("localStorage");
/** Lives with the tab: page id, a host's token. */
export const tab = keeper("sessionStorage");
