/* SPDX-License-Identifier: Apache-2.0 */
/* save.tsx - which version it will be and why, and keeping it; afterwards, what to do with it. */
import { useState } from "preact/hooks";
import { useFocusOn } from "../lib/a11y";
import { ApiError, api } from "../lib/http";
import { lang, textOf } from "../lib/i18n";
import { tab } from "../lib/storage";
import { useStore } from "../lib/store";
import type { Draft } from "./bank";
import { bankText } from "./bank";
import type { Check, Difference, Verdict } from "./checking";
import { askAgain, check, key } from "./checking";
import type { Placed } from "./faults";
import { focusSoon, idOf } from "./fields";
import { clash } from "./head";
import { openQuestion } from "./list";
import { te, told } from "./words";
import type { Kept } from "./work";
import { close, open, saved, work, write } from "./work";

const REASONS_SHOWN = 12;

/** A question as people know it: its number, or its id where it is gone. */
function nameOf(draft: Draft, id: string): string {
  const at = draft.questions.map((q) => q.id).indexOf(id);
  const gone = draft.removed.find((one) => one.question.id === id);
  const text = textOf(at >= 0 ? draft.questions[at]!.text : gone ? gone.question.text : id).slice(0, 60);
  return at >= 0 ? te("why.q", { n: at + 1, text }) : `“${text}”`;
}

function reason(draft: Draft, one: Difference): string {
  const part = te(("part." + one.part) as "part.key");
  return one.question === null ? part : te("why.line", { part, q: nameOf(draft, one.question) });
}

function Why({ draft, verdict }: { draft: Draft; verdict: Verdict }) {
  const all = verdict.differences || [];
  const large = all.filter((one) => one.step === verdict.step), rest = all.filter((one) => one.step !== verdict.step);
  const most = (verdict.more_differences || 0) + Math.max(0, all.length - REASONS_SHOWN);
  if (!verdict.before)
    return <p class="muted" data-testid="why">{te("why.first")}</p>;
  return (
    <details class="ed-why" data-testid="why">
      <summary>{te(("why." + verdict.step) as "why.major", { before: verdict.before })}</summary>
      <ul>{large.concat(rest).slice(0, REASONS_SHOWN).map((one) => <li>{reason(draft, one)}</li>)}</ul>
      {most > 0 && <p class="muted">{te("why.more", { n: most })}</p>}
      {all.length === 0 && <p>{te("why.nothing")}</p>}
    </details>
  );
}

/* The first field that something is wrong with, in the order of the page. */
function firstFault(draft: Draft, faults: Placed): { question: string; id: string } | null {
  const places = (of: string) => Object.keys(faults[of] || {});
  const head = places("")[0];
  if (head !== undefined)
    return { question: "", id: idOf("head", head === "questions" ? "title." + draft.head.languages[0] : head) };
  const q = draft.questions.find((one) => places(one.id).length > 0);
  return q === undefined ? null : { question: q.id, id: idOf(q.id, places(q.id)[0] as string) };
}

function goTo(target: { question: string; id: string }): void {
  if (target.question !== "")
    openQuestion.set(target.question);
  focusSoon(target.question === "" ? target.id : idOf(target.question, "row"));
  window.setTimeout(() => {
    const found = document.getElementById(target.id) || document.getElementById(target.id + "-fault");
    if (found) {
      found.focus();
      found.scrollIntoView({ block: "center" });
    }
  }, 120);
}

function standingOf(draft: Draft, now: Check, count: number): { text: string; ready: boolean } {
  const fresh = now.of === draft, verdict = now.verdict;
  if (now.status === 413)
    return { text: te("fault.too_big", { max: 8 }), ready: false };
  if (now.fault !== null)
    return { text: te("check.away", { why: now.fault }), ready: false };
  if (verdict === null || !fresh)
    return { text: te("check.busy"), ready: false };
  if (count > 0)
    return { text: te("check.faults", { n: count + (verdict.more || 0) }), ready: false };
  if (draft.base !== null && !draft.touched)
    return { text: te("check.same", { version: draft.base }), ready: false };
  const taken = clash(draft, verdict);
  if (taken !== null)
    return { text: taken, ready: false };
  return verdict.next ? { text: te("check.well"), ready: true } : { text: te("check.nonumber"), ready: false };
}

export function SaveBar({ draft, faults, count }: { draft: Draft; faults: Placed; count: number }) {
  const now = useStore(check);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const standing = standingOf(draft, now, count);
  const verdict = now.verdict, target = count > 0 ? firstFault(draft, faults) : null;
  const older = verdict && verdict.before && draft.base !== null && verdict.before !== draft.base;
  const keep = () => {
    if (busy || !standing.ready || !verdict || !verdict.next)
      return;
    const version = verdict.next;
    setBusy(true);
    setSaid(null);
    write();
    api<{ id: string; version: string; questions: number }>("api/banks", { token: key(), bytes: bankText(draft, version) }).then((got) => {
      const typed = work.get(), same = typed !== null && typed.slot === draft.slot ? typed : draft; /* what was typed meanwhile stays in the draft */
      open({ ...same, base: got.version, touched: same !== draft });
      saved.set({ id: got.id, version: got.version, before: verdict.before || null, questions: got.questions });
    }, (error) => { setBusy(false); setSaid(error instanceof ApiError && error.code === "exists" ? te("save.raced") : told(error)); askAgain(); });
  };
  return (
    <div class="new-foot ed-foot">
      {said && <p class="fault" role="alert" data-testid="save-fault">{said}</p>}
      {older && <p class="fault" role="alert" data-testid="older">{te("older", { version: verdict.before as string, base: draft.base as string })}</p>}
      {standing.ready && verdict && <Why draft={draft} verdict={verdict} />}
      <div class="ed-foot-row">
        <p role="status" class={standing.ready ? "ed-well" : "ed-notyet"} data-testid="check" data-checked={now.of === draft && now.fault === null ? "yes" : "no"}>{standing.ready ? "✓ " : ""}{standing.text} {target && <button type="button" class="link" onClick={() => goTo(target)} data-testid="to-fault">{te("check.go")}</button>}</p>
        <button type="button" class="button primary" disabled={!standing.ready} aria-busy={busy} onClick={keep} data-testid="save">{busy ? te("saving") : standing.ready && verdict ? te("save", { version: verdict.next as string }) : te("save.plain")}</button>
      </div>
    </div>
  );
}

/** The console goes on from here, in the same tab. */
export function toHost(place: unknown): void {
  tab.set("host.place", place);
  window.location.href = "host?lang=" + lang.get();
}

export function Done({ kept, draft }: { kept: Kept; draft: Draft }) {
  const heading = useFocusOn<HTMLHeadingElement>(kept.id + kept.version);
  const room = () => { close(); toHost({ at: "new", like: { room: "", bank: kept.id, settings: { count: 0 } } }); };
  return (
    <main class="sheet" data-testid="saved">
      <h1 tabIndex={-1} ref={heading}>{te("saved", { title: textOf(draft.head.title), version: kept.version })}</h1>
      <p>{te("saved.text", { id: kept.id, n: kept.questions })}</p>
      <button type="button" class="button primary" onClick={room} data-testid="saved-room">{te("saved.room")}</button>
      {kept.before && <button type="button" class="button" onClick={() => toHost({ at: "bank", id: kept.id, version: kept.version, from: kept.before })} data-testid="saved-compare">{te("saved.compare", { before: kept.before, version: kept.version })}</button>}
      <button type="button" class="button" onClick={() => toHost({ at: "bank", id: kept.id, version: kept.version })} data-testid="saved-library">{te("saved.library")}</button>
      <button type="button" class="button" onClick={() => saved.set(null)} data-testid="saved-on">{te("saved.on")}</button>
      <button type="button" class="link" onClick={close}>{te("back")}</button>
    </main>
  );
}
