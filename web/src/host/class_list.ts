/* SPDX-License-Identifier: Apache-2.0 */
/* class_list.ts - a class's names: how the server reads them, and the lists that this computer keeps. */
import classEn from "../i18n/class.en.json";
import classVi from "../i18n/class.vi.json";
import { texts } from "../lib/i18n";
import type { State } from "../lib/state";
import { kept } from "../lib/storage";

export type ClassKey = keyof typeof classVi;
export const tc = texts(classVi, classEn);

/** What the server found in a pasted text or a file. */
export interface Found {
  names: { line: number; name: string }[];
  faults: { line: number; code: string; text: string }[];
}

export interface SavedList { title: string; names: string[] }

const LISTS_KEPT = 12;

export const savedLists = (): SavedList[] => kept.get<SavedList[]>("host.classes", []);
export const savedList = (title: string | undefined): SavedList | null => savedLists().filter((one) => one.title === title)[0] || null;

/** The newest list of a title stands for it. */
export function keepList(list: SavedList): void {
  kept.set("host.classes", [list, ...savedLists().filter((one) => one.title !== list.title)].slice(0, LISTS_KEPT));
}

export function dropList(title: string): void {
  kept.set("host.classes", savedLists().filter((one) => one.title !== title));
}

/** Who of the class list does not play, by name; null without a list. */
export function missingOf(state: Pick<State, "list" | "people">): string[] | null {
  const names = state.list ? state.list.names : [];
  const rows = state.people && state.people.missing;
  if (names.length === 0 || !rows)
    return null;
  return names.filter((one) => rows.indexOf(one.row) >= 0).map((one) => one.name);
}
