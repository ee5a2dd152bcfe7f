/* SPDX-License-Identifier: Apache-2.0 */
/* preview.tsx - one question as it was read, with its key, and the ways to say what the key is. */
import { useState } from "preact/hooks";
import { number } from "../lib/i18n";
import { Tick, letter } from "../lib/marks";
import { heard } from "./doubts";
import type { Question, Row, Side } from "./drafts";
import { canMark, dropPicture, hasKey, hasWords, leaveOut, sayAlt, sayNumber, sayQuestion, sayStatement, sayText, sayTruth, several, standing, tap } from "./drafts";
import { Media } from "../parts/media";
import { tm } from "./mine_words";
import { tOr } from "./words";

interface Shown { row: Row; n: number; set(row: Row): void }

function Pressed({ on, press, children, id }: { on: boolean; press(): void; children: preact.ComponentChildren; id: string }) {
  return (
    <button type="button" class={"draft-choice" + (on ? " right" : "")} aria-pressed={on} onClick={press} data-testid={id}>
      <span class="draft-choice-text">{children}</span>{on && <span class="draft-right"><Tick right={true} /> {tm("mine.right")}</span>}
    </button>
  );
}

function Choices({ row, n, set }: Shown) {
  const q = row.question;
  const key = Array.isArray(q.key) ? q.key : [];
  return (
    <div role="group" aria-label={tm("mine.which")}>
      <div class="draft-choices">
        {(q.choices || []).map((choice, i) => (
          <Pressed on={key.indexOf(choice.id) >= 0} press={() => set(tap(row, choice.id))} id={`draft-${n}-${choice.id}`}><b>{letter(i)}.</b> {choice.text}</Pressed>
        ))}
      </div>
      <label class="check"><input type="checkbox" checked={q.kind === "multiple"} onChange={(e) => set(several(row, e.currentTarget.checked))} /> {tm("mine.several")}</label>
    </div>
  );
}

function Truth({ value, say, name, id }: { value: boolean | undefined; say(truth: boolean): void; name: string; id: string }) {
  return (
    <span class="switch draft-truth" role="group" aria-label={name}>
      {[true, false].map((truth) => (
        <button type="button" aria-pressed={value === truth} onClick={() => say(truth)} data-testid={`${id}-${truth}`}>{value === truth ? "✓ " : ""}{truth ? tm("mine.true") : tm("mine.false")}</button>
      ))}
    </span>
  );
}

function Statements({ row, n, set }: Shown) {
  const key = (row.question.key || {}) as { [id: string]: boolean };
  return (
    <ul class="draft-statements">
      {(row.question.choices || []).map((one, i) => (
        <li><span><b>{letter(i)}.</b> {one.text}</span><Truth value={key[one.id]} say={(truth) => set(sayStatement(row, one.id, truth))} name={one.text} id={`draft-${n}-${one.id}`} /></li>
      ))}
    </ul>
  );
}

function numberText(q: Question): string {
  const key = q.key as { value?: number; tolerance?: number; low?: number; high?: number };
  if (key.low !== undefined)
    return tm("mine.range", { low: number(key.low, 6), high: number(key.high as number, 6) });
  const value = number(key.value as number, 6);
  return key.tolerance ? tm("mine.near", { value, tolerance: number(key.tolerance, 6) }) : value;
}

function TypedNumber({ row, n, set }: Shown) {
  const [text, setText] = useState(() => (hasKey(row.question) ? numberText(row.question) : ""));
  return (
    <label class="field"><span>{tm("mine.number")}</span>
      <input class="input" inputMode="decimal" value={text} aria-describedby={`hint-${n}`} onInput={(e) => { setText(e.currentTarget.value); set(sayNumber(row, e.currentTarget.value)); }} data-testid={`draft-${n}-number`} />
      <small id={`hint-${n}`} class="muted">{tm("mine.number.hint")}</small></label>
  );
}

function TypedText({ row, n, set }: Shown) {
  const [text, setText] = useState(() => (hasKey(row.question) ? (row.question.key as { accept: string[] }).accept.join("\n") : ""));
  return (
    <label class="field"><span>{tm("mine.forms")}</span>
      <textarea class="input" rows={2} value={text} onInput={(e) => { setText(e.currentTarget.value); set(sayText(row, e.currentTarget.value)); }} data-testid={`draft-${n}-forms`} /></label>
  );
}

const find = (sides: Side[] | undefined, id: string) => ((sides || []).find((side) => side.id === id) || { text: "" }).text;

function Ordered({ row: { question: q } }: Shown) {
  return (
    <div><p class="muted">{tm("mine.order")}</p>
      <ol class="draft-order">{(q.key as string[]).map((id, i) => <li>{i + 1}. {find(q.choices, id)}</li>)}</ol></div>
  );
}

function Paired({ row: { question: q } }: Shown) {
  const key = q.key as { [left: string]: string };
  return (
    <div><p class="muted">{tm("mine.pairs")}</p>
      <ul class="draft-order">{(q.left || []).map((left) => <li>{left.text} → {find(q.right, key[left.id] || "")}</li>)}</ul></div>
  );
}

const Plain = ({ text }: { text: string }) => <p class="key"><Tick right={true} /> {tm("mine.answer", { what: text })}</p>;

/* The answer of a question, or the way to say it. A typed one stays open while it is being typed. */
function Answer(same: Shown) {
  const { row } = same;
  const q = row.question;
  switch (q.kind) {
    case "single": case "multiple": return <Choices {...same} />;
    case "truefalse": return <Truth value={q.key as boolean | undefined} say={(truth) => same.set(sayTruth(row, truth))} name={tm("mine.which")} id={`draft-${same.n}`} />;
    case "statements": return <Statements {...same} />;
    case "number": return row.sure ? <Plain text={numberText(q)} /> : <TypedNumber {...same} />;
    case "text": return row.sure ? <Plain text={(q.key as { accept: string[] }).accept.join(" · ")} /> : <TypedText {...same} />;
    case "order": return hasKey(q) ? <Ordered {...same} /> : <Listed {...same} />;
    case "match": return hasKey(q) ? <Paired {...same} /> : <Listed {...same} />;
    default: return null;
  }
}

function Listed({ row: { question: q } }: Shown) {
  return <ul class="draft-order">{(q.choices || q.left || []).map((one) => <li>{one.text}</li>)}</ul>;
}

/* It came without a text: then there is a place for one, and it stays. */
function Asked(same: Shown) {
  const [empty] = useState(same.row.question.text.trim() === "");
  const { row, n, set } = same;
  if (!empty)
    return <p class="draft-text">{row.question.text}</p>;
  return (
    <label class="field"><span>{tm("mine.qtext")}</span>
      <textarea class="input" rows={2} value={row.question.text} onInput={(e) => set(sayQuestion(row, e.currentTarget.value))} data-testid={`draft-${n}-text`} /></label>
  );
}

/* The picture that came with it, and a place for its words. */
function Pictured({ row, n, set }: Shown) {
  const media = row.question.media;
  if (!media)
    return null;
  return (
    <div class="draft-picture">
      <Media media={{ kind: "picture", url: media.file, alt: media.alt || tm("mine.alt.none") }} />
      <label class="field"><span>{tm("mine.alt")}</span>
        <input class="input" value={media.alt} maxLength={240} aria-invalid={media.alt.trim() === ""} onInput={(e) => set(sayAlt(row, e.currentTarget.value))} data-testid={`draft-${n}-alt`} /></label>
      <button type="button" class="link" onClick={() => set(dropPicture(row))} data-testid={`draft-${n}-no-picture`}>{tm("mine.alt.drop")}</button>
    </div>
  );
}

function Doubt({ row }: { row: Row }) {
  if (row.fault)
    return <p class="fault" role="alert">{tm("mine.fault", { why: row.fault })}</p>;
  if (row.sure || !row.doubt)
    return null;
  if (standing(row) === "ready")
    return <p class="draft-doubt">{tm("mine.byhand")}</p>;
  const said = heard(row.doubt);
  return <p class="draft-doubt" lang={said.lang}>{tm("mine.notsure", { why: said.text })}</p>;
}

export function DraftRow(same: Shown & { where: string }) {
  const { row, n, set, where } = same;
  const now = standing(row);
  return (
    <li class={"draft is-" + now} data-standing={now} data-testid={`draft-${n}`}>
      <h2 class="draft-head"><span>{tm("mine.q", { n })}</span> <span class="muted">{where} · {tOr("kind." + row.question.kind, row.question.kind)}</span>
        <span class={"draft-state " + now}>{now === "ready" ? "✓ " : now === "lacks" ? "? " : "– "}{tm(now === "lacks" && hasKey(row.question) && !hasWords(row.question) ? "mine.is.words" : (("mine.is." + now) as "mine.is.ready"))}</span></h2>
      <Asked {...same} />
      {now !== "out" && <Pictured {...same} />}
      <Doubt row={row} />
      {now !== "out" && <Answer {...same} />}
      {now === "lacks" && !canMark(row.question) && <p class="draft-doubt">{tm("mine.mend")}</p>}
      {row.question.explain && <p class="muted">{tm("mine.explain", { text: row.question.explain })}</p>}
      <button type="button" class="link" onClick={() => set(leaveOut(row, !row.out))} data-testid={`draft-${n}-out`}>{row.out ? tm("mine.take") : tm("mine.drop")}</button>
    </li>
  );
}
