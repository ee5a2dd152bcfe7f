/* SPDX-License-Identifier: Apache-2.0 */
/* class_form.tsx - the class list of a new room: pasted, uploaded or taken from this computer, with what was found in it. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../lib/http";
import type { ClassKey, Found, SavedList } from "./class_list";
import { dropList, keepList, savedList, savedLists, tc } from "./class_list";
import { key } from "./place";

const PAUSE_MS = 400; /* after the last letter */
const FAULTS_SHOWN = 20;

export interface Roll {
  text: string;
  found: Found | null;
  reading: boolean;
  fault: string | null;
  only: boolean;
  keep: boolean;
  /** Title of the saved list that was taken, or "". */
  title: string;
  setText(text: string): void;
  take(list: SavedList | null): void;
  takeFile(file: File): void;
  setOnly(only: boolean): void;
  setKeep(keep: boolean): void;
  /** For the body of POST /api/rooms. */
  body(): { class_list?: string[]; list_only?: boolean };
  /** The room stands: the list is kept if the teacher wants it. Its title, or undefined. */
  done(title: string): string | undefined;
}

const lines = (names: string[]) => names.join("\n");
const ready = (names: string[]): Found => ({ names: names.map((name, i) => ({ line: i + 1, name })), faults: [] });

export function useRoll(like: string | undefined, told: (error: unknown) => string): Roll {
  const first = savedList(like);
  const [text, setText] = useState(first ? lines(first.names) : "");
  const [found, setFound] = useState<Found | null>(first ? ready(first.names) : null);
  const [title, setTitle] = useState(first ? first.title : "");
  const [reading, setReading] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [only, setOnly] = useState(false);
  const [keep, setKeep] = useState(true);
  const known = useRef(text); /* the text of which `found` is told */
  const read = (bytes: Blob | string, then: (found: Found) => void) => {
    setReading(true);
    setFault(null);
    api<Found>("api/names", { token: key(), bytes }).then(then, (error) => setFault(told(error))).then(() => setReading(false));
  };
  const show = (next: string, what: Found | null) => { known.current = next; setText(next); setFound(what); };
  useEffect(() => {
    if (text === known.current)
      return;
    if (text.trim() === "") {
      show(text, null);
      return;
    }
    setReading(true);
    const timer = window.setTimeout(() => read(text, (what) => { known.current = text; setFound(what); }), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  const names = () => (found ? found.names.map((one) => one.name) : []);
  return {
    text, found, reading, fault, only, keep, title, setText, setOnly, setKeep,
    take: (list) => { setTitle(list ? list.title : ""); show(list ? lines(list.names) : "", list ? ready(list.names) : null); },
    takeFile: (file) => read(file, (what) => show(lines(what.names.map((one) => one.name)), what)),
    body: () => (names().length > 0 ? { class_list: names(), list_only: only } : {}),
    done: (said) => {
      const called = said.trim() || title || names()[0] || "";
      if (!keep || names().length === 0)
        return undefined;
      keepList({ title: called, names: names() });
      return called;
    },
  };
}

function Faults({ found }: { found: Found }) {
  if (found.faults.length === 0)
    return null;
  return (
    <ul class="class-faults" data-testid="class-faults">
      {found.faults.slice(0, FAULTS_SHOWN).map((one) => (
        <li class={one.code === "same" ? "muted" : "fault"}>
          {one.code !== "unreadable" && <b>{tc("class.fault", { line: one.line })}: </b>}{one.text && `“${one.text}” – `}{tc(("class." + one.code) as ClassKey)}
        </li>
      ))}
      {found.faults.length > FAULTS_SHOWN && <li class="muted">…</li>}
    </ul>
  );
}

function Preview({ roll }: { roll: Roll }) {
  const names = roll.found ? roll.found.names : [];
  const said = roll.reading ? tc("class.reading") : roll.found ? (names.length > 0 ? tc("class.names", { n: names.length }) : tc("class.none")) : "";
  return (
    <div class="class-found">
      <p role="status"><b data-testid="class-count">{said}</b></p>
      {roll.fault && <p class="fault" role="alert">{roll.fault}</p>}
      {roll.found && <Faults found={roll.found} />}
      {names.length > 0 && (
        <details class="left"><summary>{tc("class.show")}</summary>
          <ol class="class-names" data-testid="class-names">{names.map((one) => <li>{one.name}</li>)}</ol></details>
      )}
    </div>
  );
}

function Saved({ roll }: { roll: Roll }) {
  const [lists, setLists] = useState(savedLists);
  if (lists.length === 0)
    return null;
  const drop = () => { dropList(roll.title); roll.take(null); setLists(savedLists()); };
  return (
    <div class="inline">
      <label class="field pick"><span>{tc("class.saved")}</span>
        <select class="input" value={roll.title} onChange={(e) => roll.take(savedList(e.currentTarget.value))} data-testid="class-saved">
          <option value="">{tc("class.saved.none")}</option>
          {lists.map((one) => <option value={one.title}>{tc("class.saved.one", { title: one.title, n: one.names.length })}</option>)}
        </select></label>
      {roll.title !== "" && <button type="button" class="link" onClick={drop} data-testid="class-drop">{tc("class.drop")}</button>}
    </div>
  );
}

export function ClassForm({ roll }: { roll: Roll }) {
  const count = roll.found ? roll.found.names.length : 0;
  const onFile = (e: JSX.TargetedEvent<HTMLInputElement>) => {
    const file = e.currentTarget.files && e.currentTarget.files[0];
    e.currentTarget.value = "";
    if (file)
      roll.takeFile(file);
  };
  return (
    <details class="more" data-testid="class-list">
      <summary><span>{tc("class.title")} <small class="muted">({count > 0 ? tc("class.names", { n: count }) : tc("class.optional")})</small></span></summary>
      <div class="class-form">
        <p class="muted">{tc("class.what")}</p>
        <Saved roll={roll} />
        <label class="field"><span>{tc("class.field")}</span>
          <textarea class="input" rows={8} value={roll.text} spellcheck={false} aria-describedby="class-hint" onInput={(e) => roll.setText(e.currentTarget.value)} data-testid="class-text" />
          <small id="class-hint" class="muted">{tc("class.hint")}</small></label>
        <label class="field"><span>{tc("class.file")}</span>
          <input class="input" type="file" accept=".xlsx,.csv,.txt,.tsv" onChange={onFile} data-testid="class-file" /></label>
        <Preview roll={roll} />
        {count > 0 && <label class="check"><input type="checkbox" checked={roll.only} onChange={(e) => roll.setOnly(e.currentTarget.checked)} data-testid="list-only" /> {tc("class.only")}</label>}
        {count > 0 && <label class="check"><input type="checkbox" checked={roll.keep} onChange={(e) => roll.setKeep(e.currentTarget.checked)} /> {tc("class.keep")}</label>}
      </div>
    </details>
  );
}
