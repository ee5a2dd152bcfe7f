/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.ts - a value, a way to change it, and who wants to know.
 *
 *   const size = createStore(100);  size.set(125);  size.subscribe(f);  const n = useStore(size);
 */
import { useEffect, useState } from "preact/hooks";

export interface Store<T> {
  get(): T;
  set(value: T): void;
  /** Returns the way to stop. */
  subscribe(listener: (value: T) => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners: ((value: T) => void)[] = [];
  return {
    get: () => value,
    set(next) {
      if (next === value)
        return;
      value = next;
      listeners.slice().forEach((f) => f(value));
    },
    subscribe(listener) {
      listeners.push(listener);
      return () => {
        const i = listeners.indexOf(listener);
        if (i >= 0)
          listeners.splice(i, 1);
      };
    },
  };
}

/** The store's value; the component is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(() => store.get());
  useEffect(() => {
    setValue(() => store.get());
    return store.subscribe((v) => setValue(() => v));
  }, [store]);
  return value;
}
