/* SPDX-License-Identifier: Apache-2.0 */
/* inputs.tsx - one way to answer for each kind of question; a table says which. */
import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { useNumberKeys } from "../lib/a11y";
import { choicesOf, figure } from "../lib/answers";
import type { Answer, Choice, Kind } from "../lib/frames";
import { langOf, tc, textOf } from "../lib/i18n";
import { answerClass, letter, Mark, Tick } from "../lib/marks";
import type { Asked, Mine, State } from "../lib/state";
import { changes, mayAnswer } from "../lib/state";
import { useDraft } from "./draft";
import { inOwnOrder } from "./shuffle";
import { t } from "./texts";

export interface InputProps { state: State; question: Asked; give: (a: Answer) => void }

const isIds = (a: Answer | null | undefined): a is string[] => Array.isArray(a);
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function mineOf(state: State, question: Asked): Mine | null {
  return state.mine && state.mine.q === question.q && state.mine.status !== "refused" ? state.mine : null;
}

function choices(state: State, question: Asked): Choice[] {
  return choicesOf(inOwnOrder(state, question));
}

const label = (choice: Choice, index: number) => textOf(choice.text) || t("choice", { a: letter(index) });

/** Short texts stand two in a row. */
function layout(list: Choice[]): string {
  const longest = Math.max(0, ...list.map((c) => textOf(c.text).length));
  if (longest === 0)
    return "tiles marks-only";
  return longest <= 14 && list.length >= 4 ? "tiles two" : longest > 60 ? "tiles long" : "tiles";
}

interface TileProps { choice: Choice; index: number; chosen: boolean; quiet: boolean; disabled: boolean; role?: "checkbox"; press: () => void }
function Tile({ choice, index, chosen, quiet, disabled, role, press }: TileProps) {
  const named = role ? { role, "aria-checked": chosen } : { "aria-pressed": chosen };
  return (
    <button type="button" {...named} class={`answer ${answerClass(index)}${chosen ? " chosen" : ""}${quiet && !chosen ? " quiet" : ""}`}
      aria-disabled={disabled} onClick={press} lang={langOf(choice.text)} data-testid={"answer-" + choice.id}>
      <Mark index={index} />
      <span class="answer-text">{textOf(choice.text) || <span class="heard">{t("choice", { a: letter(index) })}</span>}</span>
      <span class="answer-tick">{chosen && <Tick right={true} />}</span>
    </button>
  );
}

/** One tap is the answer: single choice, true or false. */
function OneOf({ state, question, give }: InputProps) {
  const list = choices(state, question);
  const mine = mineOf(state, question);
  const may = mayAnswer(state);
  const chosen = mine && isIds(mine.a) ? mine.a[0] : undefined;
  const press = (i: number) => {
    const choice = list[i];
    if (choice && may && choice.id !== chosen)
      give([choice.id]);
  };
  useNumberKeys(may, press);
  return (
    <div class={layout(list) + (question.kind === "truefalse" ? " few" : "")}>
      {list.map((c, i) => <Tile choice={c} index={i} chosen={c.id === chosen} quiet={mine !== null || !may} disabled={!may} press={() => press(i)} />)}
    </div>
  );
}

/** The one big button below an answer that is put together first. */
function Send({ state, question, ready, value, give }: InputProps & { ready: boolean; value: Answer }) {
  const mine = mineOf(state, question);
  if (mine && (!changes(state) || same(mine.a, value)))
    return null;
  return (
    <div class="send">
      <button type="button" class="button primary" data-testid="send-answer" disabled={!ready || !mayAnswer(state)} onClick={() => give(value)}>
        {t(mine ? "send.again" : "send")}
      </button>
    </div>
  );
}

function SomeOf({ state, question, give }: InputProps) {
  const list = choices(state, question);
  const mine = mineOf(state, question);
  const [draft, setDraft] = useDraft<string[]>(state.room, question.q, mine && isIds(mine.a) ? mine.a : []);
  const may = mayAnswer(state);
  const shown = may || !mine || !isIds(mine.a) ? draft : mine.a;
  const toggle = (i: number) => {
    const c = list[i];
    if (c && may)
      setDraft(draft.indexOf(c.id) >= 0 ? draft.filter((id) => id !== c.id) : [...draft, c.id]);
  };
  useNumberKeys(may, toggle);
  const value = list.map((c) => c.id).filter((id) => draft.indexOf(id) >= 0);
  return (
    <>
      <div class={layout(list)} role="group">
        {list.map((c, i) => <Tile role="checkbox" choice={c} index={i} chosen={shown.indexOf(c.id) >= 0} quiet={!may} disabled={!may} press={() => toggle(i)} />)}
      </div>
      <Send state={state} question={question} give={give} value={value} ready={draft.length > 0} />
    </>
  );
}

interface LineProps { label: string; value: string; onValue: (v: string) => void; enter: () => void; numeric?: boolean; disabled: boolean; invalid?: boolean }

/** A field that knows when an input method is still composing: Enter then belongs to it, and nothing is sent. */
function Line({ label: name, value, onValue, enter, numeric, disabled, invalid }: LineProps) {
  const composing = useRef(false);
  const onKey = (e: JSX.TargetedKeyboardEvent<HTMLInputElement>) => {
    if (e.key !== "Enter" || composing.current || e.isComposing || e.keyCode === 229)
      return;
    e.preventDefault();
    enter();
  };
  return (
    <label class="field">
      <span>{name}</span>
      <input class={"input" + (numeric ? " number-input" : "")} data-testid={numeric ? "number-input" : "text-input"} value={value} readOnly={disabled} maxLength={200}
        inputMode={numeric ? "decimal" : "text"} autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck={false} enterkeyhint="send" aria-invalid={invalid}
        onCompositionStart={() => { composing.current = true; }} onCompositionEnd={(e) => { composing.current = false; onValue(e.currentTarget.value); }}
        onInput={(e) => onValue(e.currentTarget.value)} onKeyDown={onKey} />
    </label>
  );
}

const NUMBER = /^[-+−]?\d[\d\s.,  ]*$/;

function NumberField({ state, question, give }: InputProps) {
  const mine = mineOf(state, question);
  const [draft, setDraft] = useDraft<string>(state.room, question.q, mine && mine.a !== null ? String(mine.a) : "");
  const [fault, setFault] = useState(false);
  const may = mayAnswer(state);
  const value = draft.trim().replace("−", "-").replace(/\s/g, "");
  const good = NUMBER.test(value);
  const send = () => { setFault(!good); if (good && may) give(value); };
  const ask = state.mine && state.mine.q === question.q && state.mine.status === "refused" ? state.mine.ask : null;
  return (
    <div class="stack">
      <Line label={t("number.label")} numeric value={draft} disabled={!may} invalid={fault} onValue={(v) => { setDraft(v); setFault(false); }} enter={send} />
      {fault && <p class="fault" role="alert">{t("number.fault")}</p>}
      {ask && (
        <div class="ask" role="group" aria-label={t("number.ask", { a: draft })} data-testid="ask">
          <p><b>{t("number.ask", { a: draft })}</b></p>
          {ask.map((n) => <button type="button" class="button" onClick={() => { setDraft(figure(n)); give(typeof n === "number" ? n : String(n)); }}>{figure(n)}</button>)}
        </div>
      )}
      {!ask && <Send state={state} question={question} give={send} value={value} ready={draft.trim() !== ""} />}
    </div>
  );
}

function TextField({ state, question, give }: InputProps) {
  const mine = mineOf(state, question);
  const [draft, setDraft] = useDraft<string>(state.room, question.q, mine && typeof mine.a === "string" ? mine.a : "");
  const may = mayAnswer(state);
  const value = draft.trim();
  const send = () => { if (value !== "" && may) give(value); };
  return (
    <div class="stack">
      <Line label={t("text.label")} value={draft} disabled={!may} onValue={setDraft} enter={send} />
      <Send state={state} question={question} give={send} value={value} ready={value !== ""} />
    </div>
  );
}

/** Tap to place, buttons to move: nothing needs dragging. */
function Order({ state, question, give }: InputProps) {
  const list = choicesOf(question);
  const mine = mineOf(state, question);
  const [draft, setDraft] = useDraft<string[]>(state.room, question.q, mine && isIds(mine.a) ? mine.a : []);
  const may = mayAnswer(state);
  const index = (id: string) => list.map((c) => c.id).indexOf(id);
  const rest = list.filter((c) => draft.indexOf(c.id) < 0);
  const place = (i: number) => { const c = list[i]; if (c && may && draft.indexOf(c.id) < 0) setDraft([...draft, c.id]); };
  const move = (from: number, to: number) => {
    const next = draft.slice();
    next.splice(to, 0, ...next.splice(from, 1));
    setDraft(next);
  };
  useNumberKeys(may, place);
  return (
    <div class="stack">
      <p class="part-name" id="placed">{t("order.mine")}</p>
      <ol class="placed" aria-labelledby="placed">
        {draft.map((id, at) => {
          const i = index(id);
          const name = i < 0 ? id : label(list[i] as Choice, i);
          return (
            <li class={"placed-row " + answerClass(i)} key={id}>
              <b class="placed-n">{at + 1}</b>
              <button type="button" class="placed-text" aria-disabled={!may} onClick={() => { if (may) setDraft(draft.filter((x) => x !== id)); }}>
                <Mark index={i} /><span>{i >= 0 && textOf((list[i] as Choice).text)}{may && <span class="heard"> {t("order.out")}</span>}</span>
              </button>
              {may && (
                <span class="placed-moves">
                  <button type="button" class="step" disabled={at === 0} aria-label={t("order.up", { a: name })} onClick={() => move(at, at - 1)}>↑</button>
                  <button type="button" class="step" disabled={at === draft.length - 1} aria-label={t("order.down", { a: name })} onClick={() => move(at, at + 1)}>↓</button>
                </span>
              )}
            </li>
          );
        })}
        {draft.length === 0 && <li class="placed-empty muted">{t("order.empty")}</li>}
      </ol>
      {rest.length > 0 && <p class="part-name">{t("order.place")}</p>}
      <div class="tiles loose">
        {rest.map((c) => <Tile choice={c} index={index(c.id)} chosen={false} quiet={false} disabled={!may} press={() => place(index(c.id))} />)}
      </div>
      <Send state={state} question={question} give={give} value={draft} ready={rest.length === 0} />
    </div>
  );
}

function Statements({ state, question, give }: InputProps) {
  const list = choicesOf(question);
  const mine = mineOf(state, question);
  const given = mine && mine.a !== null && typeof mine.a === "object" && !isIds(mine.a) ? (mine.a as { [id: string]: boolean }) : {};
  const [draft, setDraft] = useDraft<{ [id: string]: boolean }>(state.room, question.q, given);
  const may = mayAnswer(state);
  const value: { [id: string]: boolean } = {};
  list.forEach((c) => { const v = draft[c.id]; if (v !== undefined) value[c.id] = v; });
  return (
    <div class="stack">
      <ol class="statements">
        {list.map((c, i) => (
          <li class="statement">
            <p id={"statement-" + c.id}><b class="statement-letter">{letter(i)}</b> {label(c, i)}</p>
            <div class="switch big" role="group" aria-labelledby={"statement-" + c.id}>
              {[true, false].map((v) => (
                <button type="button" aria-pressed={draft[c.id] === v} aria-disabled={!may} data-testid={`answer-${c.id}-${v}`}
                  onClick={() => { if (may) setDraft({ ...draft, [c.id]: v }); }}><Tick right={v} /> {tc(v ? "true" : "false")}</button>
              ))}
            </div>
          </li>
        ))}
      </ol>
      <Send state={state} question={question} give={give} value={value} ready={Object.keys(value).length === list.length} />
    </div>
  );
}

/** Tap a place on the left, then what belongs to it; the next empty place is taken up by itself. */
function Match({ state, question, give }: InputProps) {
  const list = choicesOf(question);
  const rights = question.rights || [];
  const mine = mineOf(state, question);
  const given = mine && mine.a !== null && typeof mine.a === "object" && !isIds(mine.a) ? (mine.a as { [id: string]: string }) : {};
  const [draft, setDraft] = useDraft<{ [id: string]: string }>(state.room, question.q, given);
  const [active, setActive] = useState<string | null>(null);
  const may = mayAnswer(state);
  const empty = list.filter((c) => !draft[c.id])[0];
  const now = active || (empty && empty.id) || null;
  const put = (i: number) => {
    const r = rights[i];
    if (!r || now === null || !may)
      return;
    const next: { [id: string]: string } = {};
    list.forEach((c) => { const v = c.id === now ? r.id : draft[c.id]; if (v !== undefined && (c.id === now || v !== r.id)) next[c.id] = v; });
    setDraft(next);
    setActive(null);
  };
  useNumberKeys(may, put);
  const rightAt = (id: string | undefined) => rights.map((r) => r.id).indexOf(id || "");
  const nowIndex = list.map((c) => c.id).indexOf(now || "");
  return (
    <div class="stack">
      <ol class="pairs">
        {list.map((c, i) => {
          const at = rightAt(draft[c.id]);
          return (
            <li>
              <button type="button" class={"pair" + (c.id === now && may ? " active" : "")} aria-pressed={c.id === now && may} data-testid={"left-" + c.id} onClick={() => { if (may) setActive(c.id); }}>
                <span class="pair-left">{label(c, i)}</span>
                {at < 0 ? <span class="pair-right muted">{t("match.empty")}</span>
                  : <span class={"pair-right filled " + answerClass(at)}><Mark index={at} /><span>{textOf((rights[at] as Choice).text)}</span></span>}
              </button>
            </li>
          );
        })}
      </ol>
      {may && nowIndex >= 0 && <p class="part-name" aria-live="polite">{t("match.for", { a: label(list[nowIndex] as Choice, nowIndex) })}</p>}
      {may && nowIndex >= 0 && (
        <div class="tiles loose">
          {rights.map((r, i) => <Tile choice={r} index={i} chosen={false} quiet={false} disabled={!may} press={() => put(i)} />)}
        </div>
      )}
      <Send state={state} question={question} give={give} value={draft} ready={!empty} />
    </div>
  );
}

const INPUTS: Record<Kind, (props: InputProps) => ComponentChildren> = {
  single: OneOf, truefalse: OneOf, survey: OneOf, multiple: SomeOf, number: NumberField, prediction: NumberField,
  text: TextField, cloud: TextField, order: Order, statements: Statements, match: Match,
};

export function Input(props: InputProps) {
  const Kind = INPUTS[props.question.kind] || TextField;
  return <div class="input-area"><Kind {...props} /></div>;
}
