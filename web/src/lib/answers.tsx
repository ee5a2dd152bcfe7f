/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.tsx - an answer or a key in words: marks and texts of choices, numbers, pairs.
 *
 *   <AnswerView of={question} value={reveal.key} />       `of`: anything with kind, choices, rights
 */
import { formsText } from "./forms";
import type { Answer, Choice, Key, Kind, Text } from "./frames";
import { lang, number, tc, textOf } from "./i18n";
import { answerClass, Mark } from "./marks";

export interface Asking { kind: Kind; choices?: Choice[]; rights?: Choice[] }

const TRUE: Text = { vi: "Đúng", en: "True" };
const FALSE: Text = { vi: "Sai", en: "False" };

/** The choices a person sees; true/false has its two without the bank naming them. */
export function choicesOf(asking: Asking): Choice[] {
  if (asking.kind === "truefalse")
    return [{ id: "true", text: TRUE }, { id: "false", text: FALSE }];
  return asking.choices || [];
}

/** A number as a person reads it: years stay 1945, from five digits on thousands are grouped. */
export function figure(value: number | string): string {
  const n = Number(value);
  if (!isFinite(n) || String(value).trim() === "")
    return String(value);
  if (Math.abs(n) >= 10000)
    return number(n, 6);
  const plain = String(Math.round(n * 1e6) / 1e6).replace("-", "−");
  return lang.get() === "vi" ? plain.replace(".", ",") : plain;
}

function ChoiceText({ choices, id, plain }: { choices: Choice[]; id: string; plain?: boolean }) {
  const index = choices.map((c) => c.id).indexOf(id);
  if (index < 0)
    return <span>{id}</span>;
  const text = textOf((choices[index] as Choice).text);
  return plain ? <span>{text}</span> : <span class={"said-choice " + answerClass(index)}><Mark index={index} />{text && <span class="said-text">{text}</span>}</span>;
}

export function AnswerView({ of, value }: { of: Asking; value: Answer | Key | null | undefined }) {
  const choices = choicesOf(of);
  if (value === null || value === undefined || value === "")
    return <span class="muted">—</span>;
  if (of.kind === "number" || of.kind === "prediction") {
    if (typeof value === "object" && "low" in value)
      return <span>{tc("from-to", { low: figure(value.low as number), high: figure(value.high as number) })}</span>;
    return <span>{figure(Array.isArray(value) ? value.join(" / ") : String(value))}</span>;
  }
  if (Array.isArray(value)) {
    if (choices.length === 0)
      return <span>{formsText(value)}</span>;
    const Tag = of.kind === "order" ? "ol" : "ul";
    return <Tag class="said">{value.map((id) => <li><ChoiceText choices={choices} id={id} /></li>)}</Tag>;
  }
  if (typeof value === "object") {
    const pairs = value as { [id: string]: string | boolean };
    return (
      <ul class="said">
        {choices.filter((c) => c.id in pairs).map((c, i) => {
          const v = pairs[c.id];
          const right = typeof v === "boolean" ? <b>{tc(v ? "true" : "false")}</b> : <b><ChoiceText choices={of.rights || []} id={String(v)} plain /></b>;
          return <li><span class="muted">{textOf(c.text) || i + 1}</span> → {right}</li>;
        })}
      </ul>
    );
  }
  return <span>{String(value)}</span>;
}
