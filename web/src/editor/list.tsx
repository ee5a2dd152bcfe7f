/* SPDX-License-Identifier: Apache-2.0 */
/* list.tsx - the questions of the draft: found, opened one at a time, moved, copied, taken away and brought back. */
import { useEffect, useState } from "preact/hooks";
import { textOf } from "../lib/i18n";
import { topicName } from "../practice/texts";
import { createStore, useStore } from "../lib/store";
import type { Draft, Question } from "./bank";
import { KINDS, duplicate, insert, move, newQuestion, remove, replace, restore } from "./bank";
import type { Placed } from "./faults";
import { countOf } from "./faults";
import { Pick, focusSoon, idOf } from "./fields";
import { QuestionForm, kindName } from "./question";
import { te } from "./words";
import { change, step, work } from "./work";

const ROWS_SHOWN = 50;

/** The id of the question that is open; "" for none. */
export const openQuestion = createStore("");

interface Filter { words: string; topic: string; kind: string; difficulty: string; faulty: boolean }
const NO_FILTER: Filter = { words: "", topic: "", kind: "", difficulty: "", faulty: false };

const plain = (text: string) => text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
const allWords = (q: Question) => plain(JSON.stringify([q.id, q.text, q.choices, q.left, q.right, q.explain]));

function matches(q: Question, f: Filter, faults: Placed, open: string): boolean {
  if (q.id === open) /* what is being written stays, whatever is asked for */
    return true;
  return (f.topic === "" || q.topic === f.topic) && (f.kind === "" || q.kind === f.kind) && (f.difficulty === "" || String(q.difficulty) === f.difficulty)
    && (!f.faulty || countOf(faults[q.id]) > 0) && (f.words === "" || allWords(q).indexOf(plain(f.words)) >= 0);
}

export const distinct = (all: (string | undefined)[]): string[] => all.filter((one, i): one is string => one !== undefined && one !== "" && all.indexOf(one) === i).sort();

function Filters({ draft, f, set }: { draft: Draft; f: Filter; set(part: Partial<Filter>): void }) {
  const qs = draft.questions;
  const topics = distinct(qs.map((q) => q.topic)), kinds = distinct(qs.map((q) => q.kind));
  return (
    <details class="more" data-testid="filters">
      <summary>{te("find")}</summary>
      <div class="picks">
        <div class="field"><label for="f-find">{te("find.words")}</label><input id="f-find" class="input ed-input" type="search" value={f.words} onInput={(e) => set({ words: e.currentTarget.value })} data-testid="find" /></div>
        {topics.length > 1 && <Pick of="find" place="topic" name={te("topic")} value={f.topic} any={te("any")} among={topics.map((one): [string, string] => [one, topicName(one)])} set={(topic) => set({ topic })} faults={{}} />}
        {kinds.length > 1 && <Pick of="find" place="kind" name={te("kind")} value={f.kind} any={te("any")} among={kinds.map((one): [string, string] => [one, kindName(one)])} set={(kind) => set({ kind })} faults={{}} />}
        <Pick of="find" place="difficulty" name={te("difficulty")} value={f.difficulty} any={te("any")} among={[1, 2, 3].map((d): [string, string] => [String(d), te(("difficulty." + d) as "difficulty.1")])} set={(difficulty) => set({ difficulty })} faults={{}} />
        <label class="check"><input type="checkbox" checked={f.faulty} onChange={(e) => set({ faulty: e.currentTarget.checked })} data-testid="find-faulty" /> {te("find.faulty")}</label>
      </div>
    </details>
  );
}

function Acts({ draft, i, filtered }: { draft: Draft; i: number; filtered: boolean }) {
  const q = draft.questions[i] as Question, last = draft.questions.length - 1;
  const id = (what: string) => idOf(q.id, what);
  const go = (to: number) => { change(move(draft, i, to)); focusSoon(id(to === 0 ? "down" : to === last ? "up" : to < i ? "up" : "down")); };
  const drop = () => { openQuestion.set(""); change(remove(draft, i)); focusSoon("ed-restore"); };
  const twin = () => { const next = duplicate(draft, i), made = next.questions[i + 1] as Question; change(next); openQuestion.set(made.id); focusSoon(idOf(made.id, "row")); };
  return (
    <div class="ed-acts">
      {!filtered && <button type="button" class="round" id={id("up")} disabled={i === 0} onClick={() => go(i - 1)} aria-label={te("q.up", { n: i + 1 })} data-testid={id("up")}>↑</button>}
      {!filtered && <button type="button" class="round" id={id("down")} disabled={i === last} onClick={() => go(i + 1)} aria-label={te("q.down", { n: i + 1 })} data-testid={id("down")}>↓</button>}
      <button type="button" class="button small" onClick={twin} data-testid={id("twin")}>{te("q.twin")}</button>
      <button type="button" class="button small danger" onClick={drop} data-testid={id("drop")}>{te("q.drop")}</button>
    </div>
  );
}

/* What comes after a wait goes into the draft as it is by then. */
function later(id: string, part: Partial<Question>): void {
  const now = work.get(), at = now ? now.questions.map((one) => one.id).indexOf(id) : -1;
  if (now && at >= 0)
    change(replace(now, at, { ...(now.questions[at] as Question), ...part }));
}

function Row({ draft, i, faults, filtered, topics }: { draft: Draft; i: number; faults: Placed; filtered: boolean; topics: string[] }) {
  const now = useStore(openQuestion);
  const q = draft.questions[i] as Question, mine = faults[q.id] || {}, wrong = countOf(mine), open = now === q.id;
  const about = [kindName(q.kind), q.topic ? topicName(q.topic) : "", q.difficulty ? te(("difficulty." + q.difficulty) as "difficulty.1") : ""].filter(Boolean).join(" · ");
  return (
    <li class={"ed-q" + (open ? " is-open" : "") + (wrong > 0 ? " is-wrong-q" : "")} data-testid={"q-" + q.id} data-faults={wrong}>
      <h2 class="ed-q-head"><button type="button" class="ed-row-button" id={idOf(q.id, "row")} aria-expanded={open} onClick={() => openQuestion.set(open ? "" : q.id)} data-testid={idOf(q.id, "row")}>
        <span class="ed-q-n">{te("q", { n: i + 1 })}</span>
        <span class="ed-q-text">{textOf(q.text) || te("q.empty")}</span>
        <span class="ed-q-about">{about}</span>
        {wrong > 0 && <span class="draft-state lacks">{te("q.faults", { n: wrong })}</span>}
      </button></h2>
      {open && <QuestionForm q={q} n={i + 1} languages={draft.head.languages} faults={mine} topics={topics} set={(next) => change(replace(draft, i, next))} setPart={(part) => later(q.id, part)} setLarge={(next) => step(replace(draft, i, next))} />}
      {open && <Acts draft={draft} i={i} filtered={filtered} />}
    </li>
  );
}

export function RemovedOnes({ draft }: { draft: Draft }) {
  const [last] = draft.removed;
  if (last === undefined)
    return null;
  const bring = (id: string) => { change(restore(draft, id)); openQuestion.set(id); focusSoon(idOf(id, "row")); };
  return (
    <div class="ed-removed" role="status" data-testid="removed">
      <p>{te("removed.last", { text: textOf(last.question.text).slice(0, 60) || last.question.id })} <button type="button" class="button small" id="ed-restore" onClick={() => bring(last.question.id)} data-testid="restore">{te("removed.restore")}</button></p>
      {draft.removed.length > 1 && <details><summary>{te("removed.more", { n: draft.removed.length - 1 })}</summary>
        <ul>{draft.removed.slice(1).map(({ question }) => <li key={question.id}>{textOf(question.text).slice(0, 80) || question.id} <button type="button" class="link" onClick={() => bring(question.id)}>{te("removed.restore")}</button></li>)}</ul></details>}
    </div>
  );
}

function Add({ draft }: { draft: Draft }) {
  const [kind, setKind] = useState("single");
  const add = () => {
    const q = newQuestion(draft, kind);
    change(insert(draft, draft.questions.length, [q]));
    openQuestion.set(q.id);
    focusSoon(idOf(q.id, "text." + draft.head.languages[0]));
  };
  return (
    <div class="inline ed-add">
      <Pick of="new" place="kind" name={te("q.new.kind")} value={kind} among={KINDS.map((one): [string, string] => [one, kindName(one)])} set={setKind} faults={{}} />
      <button type="button" class="button" onClick={add} data-testid="add">{te("q.new")}</button>
    </div>
  );
}

export function Questions({ draft, faults }: { draft: Draft; faults: Placed }) {
  const [f, setFilter] = useState<Filter>(NO_FILTER);
  const [most, setMost] = useState(ROWS_SHOWN);
  const open = useStore(openQuestion);
  const at = draft.questions.map((q) => q.id).indexOf(open);
  useEffect(() => { if (at >= most) setMost(at + ROWS_SHOWN); }, [at]); /* what is opened from elsewhere is drawn */
  const filtered = f.words !== "" || f.topic !== "" || f.kind !== "" || f.difficulty !== "" || f.faulty;
  const found = draft.questions.map((_, i) => i).filter((i) => !filtered || matches(draft.questions[i] as Question, f, faults, open));
  const topics = distinct(draft.questions.map((q) => q.topic));
  return (
    <>
      <RemovedOnes draft={draft} />
      {draft.questions.length > 3 && <Filters draft={draft} f={f} set={(part) => { setFilter({ ...f, ...part }); setMost(ROWS_SHOWN); }} />}
      <p role="status" class="muted" data-testid="ed-count">{te(filtered ? "found" : "count", { n: found.length })}</p>
      <ol class="ed-list">{found.slice(0, most).map((i) => <Row key={(draft.questions[i] as Question).id} draft={draft} i={i} faults={faults} filtered={filtered} topics={topics} />)}</ol>
      {found.length > most && <button type="button" class="button" onClick={() => setMost(most + ROWS_SHOWN)}>{te("more", { n: Math.min(ROWS_SHOWN, found.length - most) })}</button>}
      <Add draft={draft} />
    </>
  );
}
