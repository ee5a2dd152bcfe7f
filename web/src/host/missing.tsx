/* SPDX-License-Identifier: Apache-2.0 */
/* missing.tsx - who of the class list is not here. */
import type { State } from "../lib/state";
import { missingOf, tc } from "./class_list";

const SHOWN_OPEN = 60;

export function Missing({ state }: { state: State }) {
  const missing = missingOf(state);
  if (!missing || !state.list)
    return null;
  const of = state.list.names.length;
  if (missing.length === 0)
    return <p class="muted" data-testid="missing">{tc("class.all", { of })}</p>;
  return (
    <details class="left" open={missing.length <= SHOWN_OPEN} data-testid="missing">
      <summary>{tc("class.missing", { n: missing.length, of })}</summary>
      <p>{missing.join(", ")}</p>
    </details>
  );
}
