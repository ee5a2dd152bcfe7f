/* SPDX-License-Identifier: Apache-2.0 */
/* answers.tsx - the choices of a question and its key, by kind. */
import type { Choice } from "../lib/frames";
import { lang } from "../lib/i18n";
import { letter } from "../lib/marks";
import type { Question, Sides } from "./bank";
import { addChoice, keyIds, keyObject, moveKey, numberOf, removeChoice, sayChoice, sayPart, sides, textIn, tick } from "./bank";
import type { Places } from "./fields";
import { Faults, Pick, TextField, TypedField, focusSoon, idOf } from "./fields";
import { te } from "./words";

export interface Answering { q: Question; set(q: Question): void; languages: string[]; faults: Places }

const CHOICES_MOST: { [kind: string]: number } = { single: 6, multiple: 6 };
const CHOICES_LEAST = 2;

const nameOf = (choice: Choice, i: number, languages: string[]) => {
  const text = textIn(choice.text, languages.indexOf(lang.get()) >= 0 ? lang.get() : (languages[0] as string));
  return `${letter(i)}. ${text}`;
};

/* One side of a question: its texts, each with what `mark` says of it, and ways to add and take away. */
function Side({ q, set, languages, faults, name, title, mark }: Answering & { name: Sides; title: string; mark?(choice: Choice, i: number): preact.ComponentChildren }) {
  const all = sides(q, name), most = CHOICES_MOST[q.kind] || 8;
  const add = () => { set(addChoice(q, name, languages)); focusSoon(idOf(q.id, `${name}.${all.length}.${languages[0]}`)); };
  const drop = (i: number) => { set(removeChoice(q, name, i)); focusSoon(idOf(q.id, name + ".add")); };
  return (
    <fieldset class="ed-side"><legend>{title}</legend>
      <Faults all={faults[name]} id={idOf(q.id, name + "-fault")} />
      <ol class="ed-choices">{all.map((choice, i) => (
        <li key={choice.id} class="ed-choice">
          <TextField of={q.id} place={`${name}.${i}`} name={te(("choice." + name) as "choice.left", { letter: letter(i) })} text={choice.text} languages={languages} faults={faults} set={(text) => set(sayChoice(q, name, i, text))} />
          <div class="ed-choice-acts">
            {mark && mark(choice, i)}
            {all.length > CHOICES_LEAST && <button type="button" class="link" onClick={() => drop(i)} aria-label={te("choice.drop.of", { letter: letter(i) })} data-testid={idOf(q.id, `${name}.${i}.drop`)}>{te("choice.drop")}</button>}
          </div>
        </li>))}</ol>
      {all.length < most && <button type="button" class="button small" id={idOf(q.id, name + ".add")} onClick={add} data-testid={idOf(q.id, name + ".add")}>{te("choice.add")}</button>}
    </fieldset>
  );
}

function Ticks(same: Answering) {
  const { q, set, faults, languages } = same;
  const one = q.kind === "single";
  const mark = (choice: Choice, i: number) => (
    <label class="check ed-tick"><input type={one ? "radio" : "checkbox"} name={idOf(q.id, "key")} checked={keyIds(q).indexOf(choice.id) >= 0} onChange={(e) => set(tick(q, choice.id, e.currentTarget.checked))}
      aria-label={te("right.of", { name: nameOf(choice, i, languages) })} aria-describedby={faults["key"] ? idOf(q.id, "key-fault") : undefined} data-testid={idOf(q.id, "right-" + choice.id)} /> {te("right")}</label>
  );
  return <><Faults all={faults["key"]} id={idOf(q.id, "key-fault")} /><Side {...same} name="choices" title={one ? te("choices.single") : te("choices.multiple")} mark={mark} /></>;
}

function Truth({ value, say, name, id }: { value: unknown; say(truth: boolean): void; name: string; id: string }) {
  return (
    <div class="switch ed-truth" role="group" aria-label={name}>
      {[true, false].map((truth) => <button type="button" aria-pressed={value === truth} onClick={() => say(truth)} data-testid={`${id}-${truth}`}>{value === truth ? "✓ " : ""}{te(truth ? "true" : "false")}</button>)}
    </div>
  );
}

function OneTruth({ q, set, faults }: Answering) {
  return <div class="field"><p class="ed-label">{te("key")}</p><Truth value={q.key} say={(truth) => set({ ...q, key: truth })} name={te("key")} id={idOf(q.id, "key")} /><Faults all={faults["key"]} id={idOf(q.id, "key-fault")} /></div>;
}

function Statements(same: Answering) {
  const { q, set, faults, languages } = same;
  const mark = (choice: Choice, i: number) => <Truth value={keyObject(q)[choice.id]} say={(truth) => set(sayPart(q, choice.id, truth))} name={nameOf(choice, i, languages)} id={idOf(q.id, "key-" + choice.id)} />;
  return <><Faults all={faults["key"]} id={idOf(q.id, "key-fault")} /><Side {...same} name="choices" title={te("choices.statements")} mark={mark} /></>;
}

const figure = (value: unknown): string => (typeof value === "number" ? (lang.get() === "vi" ? String(value).replace(".", ",") : String(value)) : typeof value === "string" ? value : "");

function Numbers({ q, set, faults }: Answering) {
  const key = keyObject(q), range = "low" in key || "high" in key;
  const part = (name: string, said: string, hint?: string) => (
    <TypedField key={name} of={q.id} place={"key." + name} name={said} shown={figure(key[name])} faults={faults} mode="decimal" hint={hint}
      set={(text) => set(sayPart(q, name, text.trim() === "" && name === "tolerance" ? 0 : numberOf(text)))} />
  );
  return (
    <fieldset class="ed-side"><legend>{te("key")}</legend>
      <Faults all={faults["key"]} id={idOf(q.id, "key-fault")} />
      <label class="check"><input type="checkbox" checked={range} onChange={(e) => set({ ...q, key: e.currentTarget.checked ? { low: "", high: "" } : { value: "", tolerance: 0 } })} data-testid={idOf(q.id, "range")} /> {te("number.range")}</label>
      <div class="ed-row">{range ? [part("low", te("number.low")), part("high", te("number.high"))] : [part("value", te("number.value"), te("number.hint")), part("tolerance", te("number.tolerance"))]}</div>
    </fieldset>
  );
}

const IGNORED = ["case", "diacritics", "tone-place"] as const;

function Accepted({ q, set, faults }: Answering) {
  const key = keyObject(q), ignore = Array.isArray(key["ignore"]) ? (key["ignore"] as string[]) : [];
  const accept = Array.isArray(key["accept"]) ? (key["accept"] as string[]) : [];
  const lines = (text: string) => set(sayPart(q, "accept", text.split("\n").map((line) => line.trim()).filter((line) => line !== "")));
  const flip = (name: string, on: boolean) => set(sayPart(q, "ignore", IGNORED.filter((one) => (one === name ? on : ignore.indexOf(one) >= 0))));
  return (
    <fieldset class="ed-side"><legend>{te("key")}</legend>
      <TypedField of={q.id} place="key" name={te("text.accept")} shown={accept.join("\n")} rows={3} faults={faults} set={lines} />
      {IGNORED.map((name) => <label class="check"><input type="checkbox" checked={ignore.indexOf(name) >= 0} onChange={(e) => flip(name, e.currentTarget.checked)} /> {te(("ignore." + name) as "ignore.case")}</label>)}
    </fieldset>
  );
}

function Ordered(same: Answering) {
  const { q, set, faults, languages } = same;
  const all = sides(q, "choices"), key = keyIds(q);
  const go = (from: number, to: number, id: string) => { set(moveKey(q, from, to)); focusSoon(id); };
  return (
    <>
      <Side {...same} name="choices" title={te("choices.order")} />
      <fieldset class="ed-side"><legend>{te("order.right")}</legend>
        <Faults all={faults["key"]} id={idOf(q.id, "key-fault")} />
        <ol class="ed-order">{key.map((id, i) => {
          const at = all.map((one) => one.id).indexOf(id), choice = all[at], name = choice ? nameOf(choice, at, languages) : id;
          const up = idOf(q.id, "up-" + id), down = idOf(q.id, "down-" + id);
          return (
            <li key={id}><span>{i + 1}. {name}</span>
              <span class="ed-moves">
                <button type="button" class="round" id={up} disabled={i === 0} onClick={() => go(i, i - 1, i === 1 ? down : up)} aria-label={te("order.up", { name })} data-testid={up}>↑</button>
                <button type="button" class="round" id={down} disabled={i === key.length - 1} onClick={() => go(i, i + 1, i === key.length - 2 ? up : down)} aria-label={te("order.down", { name })} data-testid={down}>↓</button>
              </span></li>
          );
        })}</ol>
      </fieldset>
    </>
  );
}

function Matched(same: Answering) {
  const { q, set, faults, languages } = same;
  const rights = sides(q, "right").map((one, i): [string, string] => [one.id, nameOf(one, i, languages)]);
  return (
    <>
      <Side {...same} name="left" title={te("match.left")} />
      <Side {...same} name="right" title={te("match.right")} />
      <fieldset class="ed-side"><legend>{te("match.pairs")}</legend>
        <Faults all={faults["key"]} id={idOf(q.id, "key-fault")} />
        {sides(q, "left").map((left, i) => <Pick key={left.id} of={q.id} place={"pair-" + left.id} name={nameOf(left, i, languages)} value={String(keyObject(q)[left.id] || "")} any={te("match.none")} among={rights} faults={{}} set={(right) => set(sayPart(q, left.id, right || undefined))} />)}
      </fieldset>
    </>
  );
}

const BY_KIND: { [kind: string]: (same: Answering) => preact.JSX.Element } = {
  single: Ticks, multiple: Ticks, truefalse: OneTruth, statements: Statements, number: Numbers, text: Accepted, order: Ordered, match: Matched,
};

/** A kind that this editor has no fields for keeps what it has; its texts can still be changed. */
export function Answers(same: Answering) {
  const Form = BY_KIND[same.q.kind];
  return Form ? <Form key={same.q.kind} {...same} /> : <p class="muted">{te("kind.other")}</p>;
}
