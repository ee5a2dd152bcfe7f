/* SPDX-License-Identifier: Apache-2.0 */
/* ask.tsx - one question before a step that cannot be taken back. */
import { useEffect, useRef } from "preact/hooks";
import { createStore, useStore } from "../lib/store";
import { ts } from "../parts/steering";

export interface Asking { title: string; text: string; yes: string; run(): void }
const asking = createStore<Asking | null>(null);
export const ask = (what: Asking): void => asking.set(what);

export function Ask() {
  const what = useStore(asking);
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (what && box.current && !box.current.open)
      box.current.showModal();
  }, [what]);
  if (!what)
    return null;
  const close = () => { box.current!.close(); asking.set(null); };
  return (
    <dialog class="ask-box" ref={box} onCancel={() => asking.set(null)} aria-labelledby="ask-title" data-testid="ask">
      <h2 id="ask-title">{what.title}</h2>
      <p>{what.text}</p>
      <div class="pair">
        <button type="button" class="button" onClick={close} data-testid="ask-no">{ts("ask.no")}</button>
        <button type="button" class="button primary" onClick={() => { close(); what.run(); }} data-testid="ask-yes">{what.yes}</button>
      </div>
    </dialog>
  );
}
