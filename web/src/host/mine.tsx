/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mine.tsx - a teacher's own questions: brought in, looked at, kept.
 *
 * What was read stays with the tab until it is kept or dropped, so a reload or a look elsewhere loses nothing.
 */
import { useEffect, useState } from "preact/hooks";
import { useFocusOn } from "../lib/a11y";
import { base } from "../lib/base";
import { ApiError, api } from "../lib/http";
import { lang } from "../lib/i18n";
import { tab } from "../lib/storage";
import { faultText } from "../editor/faults";
import { createStore, useStore } from "../lib/store";
import { Ask, ask } from "./ask";
import { heard } from "./doubts";
import type { Fault, Head, Preview, Row, Warning } from "./drafts";
import { bankOf, counts, idOf, isId, putFaults, rowsOf, standing } from "./drafts";
import { told } from "./home";
import { toEditor } from "./library";
import type { MineKey } from "./mine_words";
import { tm } from "./mine_words";
import { go, key } from "./place";
import { DraftRow } from "./preview";

const FILE_MAX = 8 * 1024 * 1024;
const ROWS_SHOWN = 50;
const TITLE_MAX = 66; /* 200 bytes at the most */
const BLANKS = ["docx", "xlsx", "csv", "text", "gift", "aiken", "moodle", "qti"] as const;

interface Kept { id: string; version?: string; title: string; questions: number }
interface Work { name: string; format: string; rows: Row[]; warnings: Warning[]; head: Head; own_id: boolean; kept: Kept | null }

const work = createStore<Work | null>(tab.get<Work | null>("host.mine", null));
function setWork(next: Work | null): void {
  work.set(next);
  tab.set("host.mine", next);
}

/* ---- bringing it in ---- */

const faultsOf = (error: unknown): Fault[] => (error instanceof ApiError && error.code === "faulty" && (error.json as { faults?: Fault[] }).faults) || [];

/** A ZIP file may be a whole bank with its pictures: then it is kept as it is. False: it is something else. */
async function keepPack(body: Blob | string, name: string): Promise<boolean> {
  try {
    const got = await api<{ id: string; version: string; questions: number }>("api/banks", { token: key(), bytes: body });
    setWork({ name, format: "", rows: [], warnings: [], head: { title: got.id, id: got.id, language: "vi" }, own_id: true, kept: { ...got, title: got.id } });
    return true;
  } catch (error) {
    if (faultsOf(error).some((fault) => fault.message === "the ZIP file holds no bank.json"))
      return false;
    throw error;
  }
}

async function read(body: Blob | string, name: string): Promise<void> {
  if (/\.zip$/i.test(name) && (await keepPack(body, name)))
    return;
  const preview = await api<Preview>("api/banks/import?format=auto", { token: key(), bytes: body });
  const title = name.replace(/\.[^.]*$/, "").slice(0, TITLE_MAX);
  setWork({ name, format: preview.format, rows: rowsOf(preview), warnings: preview.warnings, head: { title, id: idOf(title), language: "vi" }, own_id: false, kept: null });
}

function Blanks() {
  return (
    <details class="more" data-testid="blanks">
      <summary>{tm("mine.blank")}</summary>
      <p class="muted">{tm("mine.blank.text")}</p>
      <p class="blank-links">{BLANKS.map((form) => <a href={`${base().http}api/banks/template?format=${form}`} download data-testid={"blank-" + form}>{tm(("form." + form) as MineKey)}</a>)}</p>
    </details>
  );
}

const SAID_MAX = 6;
function notRead(error: unknown): string {
  const faults = faultsOf(error).slice(0, SAID_MAX);
  if (faults.length > 0)
    return tm("mine.faulty", { why: faults.map((fault) => [fault.question, fault.field, faultText(fault.message).text].filter(Boolean).join(": ")).join("; ") });
  if (!(error instanceof ApiError))
    return told(error);
  if (error.code === "exists" || error.code === "full" || error.code === "not_yours")
    return tm(("mine." + error.code) as MineKey);
  return error.code === "too_big" ? tm("mine.toobig") : told(error);
}

function Bring() {
  const [text, setText] = useState(() => tab.get("host.pasted", ""));
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const take = (body: Blob | string, name: string) => {
    if (busy)
      return;
    if (new Blob([body]).size > FILE_MAX) {
      setSaid(tm("mine.toobig"));
      return;
    }
    setBusy(true);
    setSaid(null);
    read(body, name).catch((error) => { setBusy(false); setSaid(notRead(error)); });
  };
  const paste = (value: string) => { setText(value); tab.set("host.pasted", value); };
  const file = (e: Event & { currentTarget: HTMLInputElement }) => {
    const chosen = e.currentTarget.files && e.currentTarget.files[0];
    if (chosen)
      take(chosen, chosen.name);
    e.currentTarget.value = "";
  };
  return (
    <main class="sheet broad" data-testid="mine">
      <h1>{tm("mine.title")}</h1>
      <p>{tm("mine.text")}</p>
      {said && <p class="fault" role="alert" data-testid="mine-fault">{said}</p>}
      <form class="bring" onSubmit={(e) => { e.preventDefault(); if (text.trim() !== "") take(text, ""); }}>
        <label class="field"><span>{tm("mine.paste")}</span>
          <textarea class="input paste" rows={9} value={text} aria-describedby="paste-hint" spellcheck={false} onInput={(e) => paste(e.currentTarget.value)} data-testid="paste" />
          <small id="paste-hint" class="muted">{tm("mine.paste.hint")}</small></label>
        <div class="pair">
          <button class="button primary" disabled={text.trim() === ""} aria-busy={busy} data-testid="read-pasted">{busy ? tm("mine.reading") : tm("mine.read")}</button>
          <label class="button file-button"><input type="file" class="heard" accept=".docx,.xlsx,.csv,.tsv,.txt,.gift,.xml,.zip,.json,.aiken" onChange={file} aria-describedby="file-hint" data-testid="file" />{tm("mine.file")}</label>
        </div>
        <small id="file-hint" class="muted">{tm("mine.file.hint")}</small>
      </form>
      <Blanks />
      <a class="button" href={"editor?lang=" + lang.get()} data-testid="mine-editor">{tm("library.write")}</a>
    </main>
  );
}

/* ---- looking at it ---- */

const whereText = (format: string, line: number) => tm(format === "docx" ? "mine.paragraph" : "mine.line", { n: line });

function Warnings({ all, format }: { all: Warning[]; format: string }) {
  if (all.length === 0)
    return null;
  return (
    <details class="more" open={all.length <= 5} data-testid="warnings">
      <summary>{tm("mine.warnings", { n: all.length })}</summary>
      <ul class="warnings">{all.map((one) => {
        const said = heard(one.message);
        return <li><b>{whereText(format, one.line)}</b> <span lang={said.lang}>{said.text}</span></li>;
      })}</ul>
    </details>
  );
}

function Summary({ now }: { now: Work }) {
  const n = counts(now.rows);
  return (
    <div class="mine-sum" role="status" data-testid="mine-sum">
      <p>{tm("mine.from", { name: now.name || tm("mine.pasted") })}. {tm("mine.count", { n: now.rows.length })}:</p>
      <p class="sum-parts"><span class="draft-state ready">✓ {tm("mine.ready", { n: n.ready })}</span>
        {n.lacks > 0 && <span class="draft-state lacks">? {tm("mine.lacks", { n: n.lacks })}</span>}
        {n.out > 0 && <span class="draft-state out">– {tm("mine.out", { n: n.out })}</span>}</p>
      {n.lacks > 0 && <p>{tm("mine.lacks.text")}</p>}
    </div>
  );
}

function Rows({ now }: { now: Work }) {
  const [only, setOnly] = useState<string[] | null>(null); /* who lacked a key when it was asked: a tap moves nothing away */
  const [most, setMost] = useState(ROWS_SHOWN);
  const numbered = now.rows.map((row, i) => ({ row, n: i + 1 })).filter(({ row }) => only === null || only.indexOf(row.question.id) >= 0);
  const set = (index: number) => (row: Row) => setWork({ ...now, rows: now.rows.map((old, i) => (i === index ? row : old)) });
  const filter = (on: boolean) => { setOnly(on ? now.rows.filter((row) => standing(row) === "lacks").map((row) => row.question.id) : null); setMost(ROWS_SHOWN); };
  return (
    <>
      <label class="check"><input type="checkbox" checked={only !== null} onChange={(e) => filter(e.currentTarget.checked)} data-testid="only-lacking" /> {tm("mine.only")}</label>
      {numbered.length === 0 && <p class="muted">{tm("mine.only.none")}</p>}
      <ol class="drafts">{numbered.slice(0, most).map(({ row, n }) => <DraftRow key={row.question.id} row={row} n={n} set={set(n - 1)} where={whereText(now.format, row.line)} />)}</ol>
      {numbered.length > most && <button type="button" class="button" onClick={() => setMost(most + ROWS_SHOWN)}>{tm("mine.more", { n: Math.min(ROWS_SHOWN, numbered.length - most) })}</button>}
    </>
  );
}

/* ---- keeping it ---- */

function HeadForm({ now }: { now: Work }) {
  const head = now.head;
  const [taken, setTaken] = useState<string[]>([]);
  useEffect(() => {
    api<{ banks: { id: string }[] }>("api/banks", { token: key() }).then((got) => {
      const ids = got.banks.map((bank) => bank.id);
      setTaken(ids);
      const latest = work.get();
      if (latest && !latest.own_id)
        setWork({ ...latest, head: { ...latest.head, id: idOf(latest.head.title, ids) } });
    }, () => undefined);
  }, []);
  const title = (text: string) => setWork({ ...now, head: { ...head, title: text, id: now.own_id ? head.id : idOf(text, taken) } });
  const bad = !isId(head.id);
  return (
    <div class="picks">
      <label class="field"><span>{tm("mine.name")}</span>
        <input class="input" value={head.title} maxLength={TITLE_MAX} aria-describedby="name-hint" onInput={(e) => title(e.currentTarget.value)} data-testid="mine-name" />
        <small id="name-hint" class="muted">{tm("mine.name.hint")}</small></label>
      <label class="field"><span>{tm("mine.id")}</span>
        <input class="input" value={head.id} maxLength={64} aria-invalid={bad} aria-describedby="id-hint" autoCapitalize="none" spellcheck={false} onInput={(e) => setWork({ ...now, own_id: true, head: { ...head, id: e.currentTarget.value } })} data-testid="mine-id" />
        <small id="id-hint" class={bad ? "fault" : "muted"}>{bad ? tm("mine.id.bad") : tm("mine.id.hint")}</small></label>
      <label class="field pick"><span>{tm("mine.language")}</span>
        <select class="input" value={head.language} onChange={(e) => setWork({ ...now, head: { ...head, language: e.currentTarget.value === "en" ? "en" : "vi" } })}>
          <option value="vi">Tiếng Việt</option><option value="en">English</option>
        </select></label>
    </div>
  );
}

/* Why it was not kept; faults of single questions go to them. */
function refused(error: unknown, now: Work): string {
  if (!(error instanceof ApiError))
    return told(error);
  if (error.code === "exists" || error.code === "full" || error.code === "not_yours")
    return tm(("mine." + error.code) as MineKey);
  if (error.code.indexOf("too_many_") === 0)
    return tm("mine.limit");
  if (error.code !== "faulty")
    return told(error);
  const put = putFaults(now.rows, ((error.json as { faults?: Fault[] }).faults) || [], (message) => faultText(message).text);
  setWork({ ...now, rows: put.rows });
  return put.others.length > 0 ? tm("mine.faulty", { why: put.others.join("; ") }) : tm("mine.faulty.rows", { n: put.rows.filter((row) => row.fault !== null).length });
}

function Keep({ now }: { now: Work }) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const ready = counts(now.rows).ready;
  const keep = () => {
    const why = ready === 0 ? tm("mine.noready") : now.head.title.trim() === "" ? tm("mine.noname") : !isId(now.head.id) ? tm("mine.id.bad") : null;
    setSaid(why);
    if (why !== null && ready > 0) /* the field that it is about is far down */
      (document.querySelector(isId(now.head.id) ? "[data-testid=mine-name]" : "[data-testid=mine-id]") as HTMLElement).focus();
    if (why !== null || busy)
      return;
    setBusy(true);
    api<{ id: string; questions: number }>("api/banks", { token: key(), body: bankOf(now.head, now.rows) }).then(
      (got) => { tab.drop("host.pasted"); setWork({ ...now, kept: { id: got.id, title: now.head.title.trim(), questions: got.questions } }); },
      (error) => { setBusy(false); setSaid(refused(error, now)); });
  };
  return (
    <div class="new-foot">
      {said && <p class="fault" role="alert" data-testid="mine-fault">{said}</p>}
      <button type="button" class="button primary" aria-busy={busy} onClick={keep} data-testid="mine-keep">{busy ? tm("mine.saving") : tm("mine.save", { n: ready })}</button>
    </div>
  );
}

function Look({ now }: { now: Work }) {
  const heading = useFocusOn<HTMLHeadingElement>(now.name);
  const drop = () => ask({ title: tm("mine.discard"), text: tm("mine.discard.text"), yes: tm("mine.discard.yes"), run: () => setWork(null) });
  const some = now.rows.length > 0;
  return (
    <main class="sheet broad" data-testid="preview">
      <h1 tabIndex={-1} ref={heading}>{tm("mine.preview")}</h1>
      {some ? <Summary now={now} /> : <p class="fault" role="alert" data-testid="mine-nothing">{tm("mine.nothing")}</p>}
      <Warnings all={now.warnings} format={now.format} />
      {some && <Rows now={now} />}
      {!some && <Blanks />}
      {some && <HeadForm now={now} />}
      <button type="button" class={some ? "link" : "button"} onClick={some ? drop : () => setWork(null)} data-testid="mine-again">{tm("mine.again")}</button>
      {some && <Keep now={now} />}
      <Ask />
    </main>
  );
}

function Done({ kept }: { kept: Kept }) {
  const heading = useFocusOn<HTMLHeadingElement>(kept.id);
  const open = () => { setWork(null); go({ at: "new", like: { room: "", bank: kept.id, settings: { count: 0 } } }); };
  return (
    <main class="sheet" data-testid="mine-kept">
      <h1 tabIndex={-1} ref={heading}>{tm("mine.saved", { title: kept.title, n: kept.questions })}</h1>
      <p>{tm("mine.saved.text", { id: kept.id })}</p>
      <button type="button" class="button primary" onClick={open} data-testid="mine-open">{tm("mine.open")}</button>
      <button type="button" class="button" onClick={() => { setWork(null); toEditor(kept.id, kept.version || "1.0.0"); }} data-testid="mine-edit">{tm("mine.edit")}</button>
      <button type="button" class="button" onClick={() => setWork(null)} data-testid="mine-another">{tm("mine.again")}</button>
    </main>
  );
}

export function Mine() {
  const now = useStore(work);
  useStore(lang);
  return now === null ? <Bring /> : now.kept !== null ? <Done kept={now.kept} /> : <Look now={now} />;
}
