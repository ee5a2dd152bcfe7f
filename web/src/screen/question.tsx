/* SPDX-License-Identifier: Apache-2.0 */
/*
 * question.tsx - the question on the wall: asked, closed, and with its answer.
 *
 * Choices stand in the same place and colour from the first moment to the last. Before the reveal nothing here knows
 * the key: this page is not told it.
 */
import type { Choice, RevealFrame } from "../lib/frames";
import { Mark, Tick, answerClass, letter } from "../lib/marks";
import type { Asked, State } from "../lib/state";
import { lang, tc, textOf } from "../lib/i18n";
import { Media } from "../parts/media";
import type { Bar } from "../parts/distribution";
import { answerText, bars, keyText } from "../parts/distribution";
import { Told, Twice, otherLang, show } from "../parts/speech";
import { wordsIn } from "../parts/words";
import { Ring } from "./ring";
import type { Key } from "./say";
import { Say, t } from "./say";

const LONG = 70; /* letters from which a question is set smaller, still 5 % of the window */

const HOW: { [kind: string]: Key } = {
  multiple: "screen.type.multiple", number: "screen.type.number", text: "screen.type.text", order: "screen.type.order",
  match: "screen.type.match", statements: "screen.type.statements", prediction: "screen.type.prediction",
};

function Head({ question, ring, onSecond }: { question: Asked; ring: boolean; onSecond: (left: number) => void }) {
  const how = HOW[question.kind];
  const long = textOf(question.text).length > LONG || show.get() === "both";
  return (
    <div class={"ask" + (long ? " long" : "")}>
      <h2 data-testid="question"><Told text={question.text} /></h2>
      {ring && <Ring question={question} onSecond={onSecond} />}
      {how && ring && <p class="how"><Say k={how} /></p>}
    </div>
  );
}

/* True/false has its two choices without the bank saying so. */
function choicesOf(question: Asked): Choice[] {
  if (question.choices && question.choices.length > 0)
    return question.choices;
  const both = (id: "true" | "false"): Choice => ({ id, text: { vi: wordsIn("vi")[id === "true" ? "yes" : "no"], en: wordsIn("en")[id === "true" ? "yes" : "no"] } });
  return question.kind === "truefalse" ? [both("true"), both("false")] : [];
}

function layout(choices: Choice[]): string {
  const longest = Math.max(0, ...choices.map((c) => textOf(c.text).length));
  return longest > 60 && choices.length < 5 ? "answers one" : "answers";
}

/* "Đúng" beside the choice "Đúng" would say nothing: there the mark says "answer". */
function Tile({ choice, place, bar, word, counted = true }: { choice: Choice; place: number; bar?: Bar; word?: Key; counted?: boolean }) {
  const shown = bar ? " shown" + (bar.right ? " right" : "") : "";
  return (
    <li class={"choice " + answerClass(place) + shown} data-testid={"choice-" + choice.id}>
      {bar && counted && <span class="grow" style={{ "--share": String(bar.share) }} />}
      <Mark index={place} />
      <span class="label"><Told text={choice.text} /></span>
      {bar && bar.right && <span class="is-key"><Tick right={true} /> {t(word || "screen.right")}</span>}
      {bar && counted && <span class="n">{bar.n}</span>}
    </li>
  );
}

function Rights({ question }: { question: Asked }) {
  return (
    <ul class="answers rights">
      {(question.rights || []).map((right) => <li class="choice plain"><span class="label"><Told text={right.text} /></span></li>)}
    </ul>
  );
}

export function Question({ state, onSecond }: { state: State; onSecond: (left: number) => void }) {
  const question = state.question as Asked;
  const choices = choicesOf(question);
  return (
    <>
      <Head question={question} ring={state.phase === "question"} onSecond={onSecond} />
      <Media media={question.media} />
      <ul class={layout(choices)}>
        {choices.map((choice, place) => <Tile choice={choice} place={place} />)}
      </ul>
      {question.kind === "match" && <Rights question={question} />}
    </>
  );
}

/* The most given answers of a question without choices to press. */
function Given({ all }: { all: Bar[] }) {
  return (
    <ul class="answers given">
      {all.slice(0, 6).map((bar) => (
        <li class={"choice shown answer-5" + (bar.right ? " right" : "")}>
          <span class="grow" style={{ "--share": String(bar.share) }} />
          <span class="label">{bar.label}</span>
          {bar.right && <span class="is-key"><Tick right={true} /> {t("screen.right")}</span>}
          <span class="n">{bar.n}</span>
        </li>
      ))}
    </ul>
  );
}

/* The key of a question whose choices are not simply chosen, as tiles in reading order. */
function KeyTiles({ question, reveal, choices }: { question: Asked; reveal: RevealFrame; choices: Choice[] }) {
  const place = (id: string) => choices.findIndex((choice) => choice.id === id);
  const text = (id: string) => (choices[place(id)] || { text: id }).text;
  if (question.kind === "order")
    return (
      <ol class="answers one key-tiles">{(reveal.key as string[]).map((id, i) => (
        <li class={"choice " + answerClass(place(id))}><b class="nth">{i + 1}.</b><Mark index={place(id)} /><span class="label"><Told text={text(id)} /></span></li>
      ))}</ol>
    );
  const pairs = reveal.key as { [id: string]: string | boolean };
  return (
    <ul class="answers key-tiles">{choices.map((choice, i) => {
      const other = pairs[choice.id];
      const right = (question.rights || []).find((one) => one.id === other);
      return (
        <li class={"choice shown " + answerClass(i)}>
          <Mark index={i} /><span class="label"><Told text={choice.text} />{right && <> → <Told text={right.text} /></>}</span>
          {typeof other === "boolean" && <span class="is-key"><Tick right={other} /> {tc(other ? "true" : "false")}</span>}
        </li>
      );
    })}</ul>
  );
}

const CHOSEN = ["single", "multiple", "truefalse"];
const TILED = ["order", "statements", "match"];

/* An order is told by its letters: the tiles above say what they stand for. */
function inLetters(all: Bar[], reveal: RevealFrame, choices: Choice[]): Bar[] {
  const listed = Array.isArray(reveal.counts) ? reveal.counts : [];
  return all.map((bar, i) => {
    const given = listed[i] && listed[i]!.a;
    const letters = Array.isArray(given) ? given.map((id) => letter(choices.findIndex((choice) => choice.id === id))).join(" → ") : bar.label;
    return { ...bar, label: letters };
  });
}

function Distribution({ question, reveal, choices }: { question: Asked; reveal: RevealFrame; choices: Choice[] }) {
  const counts = reveal.counts || null; /* null while the board is frozen: then the key alone is shown */
  const all = bars({ ...question, choices }, { key: reveal.key, counts, answered: reveal.answered || 0 }, wordsIn());
  const word = question.kind === "truefalse" ? "screen.key" : "screen.right";
  if (CHOSEN.indexOf(question.kind) >= 0)
    return <ul class={layout(choices)}>{choices.map((choice, place) => <Tile choice={choice} place={place} bar={all[place]} word={word} counted={counts !== null} />)}</ul>;
  if (TILED.indexOf(question.kind) < 0)
    return Array.isArray(counts) ? <Given all={all} /> : null;
  return (
    <>
      <KeyTiles question={question} reveal={reveal} choices={choices} />
      {question.kind === "order" && Array.isArray(counts) && <Given all={inLetters(all, reveal, choices).slice(0, 4)} />}
    </>
  );
}

export function Reveal({ state }: { state: State }) {
  const question = state.question as Asked;
  const reveal = state.reveal!;
  const choices = choicesOf(question);
  const said = CHOSEN.concat(TILED).indexOf(question.kind) < 0;
  const key = (words: ReturnType<typeof wordsIn>) => keyText(question, reveal.key, words, (low, high) => t("screen.range", { low, high }));
  return (
    <>
      <Head question={question} ring={false} onSecond={() => undefined} />
      <div class="told"><Media media={question.media} /></div>
      <div data-testid="distribution"><Distribution question={question} reveal={reveal} choices={choices} /></div>
      <div class="said">
        {said && <p class="key" data-testid="key"><Tick right={true} /> <span class="label"><Say k="screen.key" />:</span> <Twice first={key(wordsIn())} second={key(wordsIn(otherLang()))} /></p>}
        {reveal.explain && <p class="why" data-testid="explain"><b><Say k="screen.explain" /></b> <Told text={reveal.explain} /></p>}
      </div>
    </>
  );
}

/** The question for those who listen. */
export function spokenQuestion(question: Asked): string {
  const choices = choicesOf(question).map((choice, i) => `${"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i] || i + 1}: ${textOf(choice.text)}`);
  return [t("screen.q", { q: question.q, of: question.of }), textOf(question.text), ...choices].join(". ");
}

export function spokenKey(state: State): string {
  const question = state.question as Asked;
  const asked = { ...question, choices: choicesOf(question) };
  const said = state.reveal ? keyText(asked, state.reveal.key, wordsIn(lang.get()), (low, high) => t("screen.range", { low, high })) : answerText(asked, null, wordsIn());
  return `${t("screen.key")}: ${said}`;
}
