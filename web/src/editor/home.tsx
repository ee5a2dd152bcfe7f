/* SPDX-License-Identifier: Apache-2.0 */
/* home.tsx - drafts in this browser, banks of one's own, and all others to copy. */
import { useEffect, useState } from "preact/hooks";
import { date, textOf } from "../lib/i18n";
import { useStore } from "../lib/store";
import { Ask, ask } from "../host/ask";
import { idOf } from "../host/drafts";
import type { Draft } from "./bank";
import { copyTitle, draftOf, draftOfFile, newDraft } from "./bank";
import type { BankLine } from "./copy";
import { fetchBank, useBanks } from "./copy";
import { withPictures } from "./pictures";
import { te, teOr, told } from "./words";
import type { Card } from "./work";
import { cards, discard, newSlot, open, openSlot } from "./work";

/* A bank of one's own goes on; any other is copied, under an id that is free. */
async function begin(bank: { id: string; version: string; own?: boolean }, taken: string[]): Promise<Draft> {
  const whole = await fetchBank(bank.id, bank.version);
  if (!Array.isArray(whole.questions))
    throw new Error("sealed");
  const pictured = { ...whole, questions: await withPictures(whole.questions, whole.id, whole.version) };
  if (bank.own)
    return draftOf(pictured, newSlot(), null);
  const title = copyTitle(whole.title, whole.languages);
  return draftOf({ ...pictured, title }, newSlot(), idOf(textOf(title), taken));
}

/** A draft of this very bank that lies in the drawer already; it is not begun anew beside it. */
export const lying = (id: string): Card | undefined => cards.get().find((one) => one.touched && one.base !== null && one.id === id);

function Drawer() {
  const all = useStore(cards).filter((one) => one.touched);
  if (all.length === 0)
    return null;
  const drop = (one: Card) => ask({ title: te("draft.drop"), text: te("draft.drop.text", { title: one.title || te("untitled") }), yes: te("draft.drop.yes"), run: () => discard(one.slot) });
  return (
    <section aria-labelledby="drawer">
      <h2 id="drawer">{te("drafts")}</h2>
      <ul class="room-list">{all.map((one) => (
        <li key={one.slot} class="ed-card">
          <button type="button" class="room-line" onClick={() => openSlot(one.slot)} data-testid={"draft-" + (one.id || "untitled")}>
            <span class="room-title">{one.title || te("untitled")}</span>
            <span class="muted">{te("count", { n: one.questions })} · {one.base ? te("draft.of", { id: one.id, version: one.base }) : te("draft.new")} · {date(one.at, true)}</span>
          </button>
          <button type="button" class="link" onClick={() => drop(one)} aria-label={te("draft.drop.of", { title: one.title || te("untitled") })}>{te("draft.drop.short")}</button>
        </li>))}</ul>
    </section>
  );
}

function Lines({ banks, act, start }: { banks: BankLine[]; act: string; start(bank: BankLine): void }) {
  return (
    <ul class="room-list">{banks.map((one) => (
      <li key={one.id}><button type="button" class="room-line" onClick={() => start(one)} data-testid={(one.own ? "edit-" : "copy-of-") + one.id}>
        <span class="room-title">{textOf(one.title) || one.id}</span>
        <span class="room-phase is-ended">{act}</span>
        <span class="muted">{te("count", { n: one.questions || 0 })} · {(one.languages || []).map((l) => teOr("lang." + l, l)).join(", ")} · {one.id} {one.version}</span>
      </button></li>))}</ul>
  );
}

/** What the address asked for: a bank to go on with, or to copy. */
export interface Wanted { id: string; version: string }

export function Home({ wanted }: { wanted: Wanted | null }) {
  const { banks, fault } = useBanks();
  const [said, setSaid] = useState<string | null>(null);
  const start = (bank: BankLine) => {
    const there = bank.own ? lying(bank.id) : undefined;
    if (there !== undefined && openSlot(there.slot))
      return;
    setSaid(null);
    begin(bank, (banks || []).map((one) => one.id)).then(open, (error) => setSaid(error instanceof Error && error.message === "sealed" ? te("copy.sealed") : told(error)));
  };
  const file = (e: Event & { currentTarget: HTMLInputElement }) => {
    const chosen = e.currentTarget.files && e.currentTarget.files[0];
    e.currentTarget.value = "";
    setSaid(null);
    if (chosen)
      new Response(chosen).text().then((text) => { /* Blob.text() is younger than some browsers */
        const draft = draftOfFile(text, newSlot());
        if (draft === null)
          setSaid(te("file.bad"));
        else
          open(draft);
      }, () => setSaid(te("file.bad")));
  };
  useEffect(() => {
    const found = wanted && banks ? banks.find((one) => one.id === wanted.id) : undefined;
    if (found && wanted)
      start({ ...found, version: wanted.version || found.version });
  }, [banks]);
  const mine = (banks || []).filter((one) => one.own), others = (banks || []).filter((one) => !one.own);
  return (
    <main class="sheet broad" data-testid="editor-home">
      <h1>{te("editor")}</h1>
      <p>{te("editor.text")}</p>
      {said && <p class="fault" role="alert" data-testid="home-fault">{said}</p>}
      <button type="button" class="button primary" onClick={() => open(newDraft(newSlot()))} data-testid="new-bank">{te("new")}</button>
      <label class="button file-button"><input type="file" class="heard" accept=".json" onChange={file} data-testid="open-file" />{te("file")}</label>
      <Drawer />
      {fault && <p class="fault" role="alert">{fault}</p>}
      {!banks && !fault && <p class="muted">{te("loading")}</p>}
      {mine.length > 0 && <section aria-labelledby="mine"><h2 id="mine">{te("mine")}</h2><Lines banks={mine} act={te("edit")} start={start} /></section>}
      {others.length > 0 && <section aria-labelledby="others"><h2 id="others">{te("others")}</h2><p class="muted">{te("others.text")}</p><Lines banks={others} act={te("copy.whole")} start={start} /></section>}
      <Ask />
    </main>
  );
}
