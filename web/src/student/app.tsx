/* SPDX-License-Identifier: Apache-2.0 */
/* app.tsx - the door, or the room behind it. */
import { useLang } from "../lib/i18n";
import { useStore } from "../lib/store";
import { Coming, Continue, Enter, Missing, ReturnCode } from "./entry";
import { missing, room } from "./later";
import { client, door } from "./session";

export function App() {
  useLang();
  const state = useStore(client.store);
  const d = useStore(door);
  const behind = useStore(room);
  const cut = useStore(missing);
  const inside = state.over !== null || (state.phase !== null && state.you !== null);
  if (inside && behind)
    return state.over ? <behind.Over state={state} /> : <behind.Room state={state} />;
  if (inside)
    return cut ? <Missing /> : <Coming state={state} />;
  switch (d.step) {
    case "enter": return <Enter state={state} />;
    case "continue": return <Continue />;
    case "code": return <ReturnCode state={state} />;
    case "seat": return <Coming state={state} />;
  }
}
