/* SPDX-License-Identifier: Apache-2.0 */
/* draft.ts - what is typed or placed but not sent yet; a reload keeps it. */
import { useState } from "preact/hooks";
import { tab } from "../lib/storage";

interface Kept<T> { room: string | null; q: number; value: T }

/** `room` is state.room: practice has none. */
export function useDraft<T>(room: string | null, q: number, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const old = tab.get<Kept<T> | null>("draft", null);
    return old && old.q === q && old.room === room ? old.value : initial;
  });
  return [value, (next) => {
    setValue(() => next);
    tab.set("draft", { room, q, value: next });
  }];
}
