/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.ts - store and connection wired together: what a page starts with.
 *
 *   const client = createClient();
 *   client.connection.hello({ t: "attach", token, page: client.page });
 *   …in a component:  const state = useStore(client.store);
 *   client.connection.command("next", {}, state.at);     // then look for the id in state.commands
 */
import { randomName } from "./chance";
import type { Connection, World } from "./connection";
import { createConnection } from "./connection";
import { browser } from "./socket";
import type { Event, State } from "./state";
import { INITIAL, reduce } from "./state";
import { tab } from "./storage";
import type { Store } from "./store";
import { createStore } from "./store";

export interface Client {
  store: Store<State>;
  connection: Connection;
  /** This page's name in `attach`: with it the ids of commands count over a reload. */
  page: string;
  dispatch(event: Event): void;
}

/** `onEvent` sees each event after the state has changed (to keep a seat, to sound a bell, …). */
export function createClient(onEvent?: (event: Event, state: State) => void, world: World = browser): Client {
  const store = createStore(INITIAL);
  const page = tab.get("page", "") || randomName(8);
  tab.set("page", page);
  function dispatch(event: Event): void {
    store.set(reduce(store.get(), event, world.now()));
    if (onEvent)
      onEvent(event, store.get());
  }
  /* A tab that was copied has the same page name and the same count: what is random keeps its commands its own. */
  const load = randomName(4);
  function nextId(): string {
    const n = tab.get("command", 0) + 1;
    tab.set("command", n);
    return `c${n}-${load}`;
  }
  const connection = createConnection(world, dispatch, nextId);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) connection.nudge(); });
  window.addEventListener("online", () => connection.nudge());
  window.addEventListener("pageshow", () => connection.nudge());
  return { store, connection, page, dispatch };
}
