/* SPDX-License-Identifier: Apache-2.0 */
/* question.tsx - the open question, and the same page after it has closed. */
import { useEffect, useRef } from "preact/hooks";
import { say, useFocusOn, useSpokenTime } from "../lib/a11y";
import { AnswerView } from "../lib/answers";
import { Countdown } from "../lib/countdown";
import { langOf, textOf } from "../lib/i18n";
import type { Answer } from "../lib/frames";
import type { Asked, State } from "../lib/state";
import { mayAnswer } from "../lib/state";
import { Media } from "../parts/media";
import { Input } from "./inputs";
import { answer } from "./session";
import { t } from "./texts";

/** performance.now() of the first paint of this question; null until then, or if it was running already. */
function usePainted(question: Asked) {
  const painted = useRef<number | null>(null);
  useEffect(() => {
    if (!question.live)
      return;
    requestAnimationFrame(() => requestAnimationFrame(() => { painted.current = performance.now(); }));
  }, [question.q]);
  return painted;
}

const CLOSED = { time: "closed", host: "closed.host", all: "closed.all", skip: "closed.skip" } as const;

function Closed({ state, question }: { state: State; question: Asked }) {
  const why = (state.closed && state.closed.why) || "host";
  const skipped = why === "skip";
  const mine = state.mine && state.mine.q === question.q ? state.mine : null;
  useEffect(() => say(t(CLOSED[why])), [why]);
  return (
    <div class="closed" data-testid="closed">
      <p class="closed-word">{t(CLOSED[why])}</p>
      <p>{skipped ? t("closed.skip.hint") : t("closed.wait")}</p>
      {!skipped && !mine && <p class="muted">{t("closed.none")}</p>}
    </div>
  );
}

export function Question({ state, question }: { state: State; question: Asked }) {
  const heading = useFocusOn<HTMLHeadingElement>(question.q);
  const painted = usePainted(question);
  const open = state.phase === "question";
  const text = textOf(question.text);
  const words = text || t("question.look");
  useSpokenTime(open ? question : null);
  useEffect(() => say(`${t("question.of", { q: question.q, of: question.of })}. ${words}`), [question.q]);

  const give = (a: Answer) => {
    if (!mayAnswer(state))
      return;
    const ms = painted.current === null ? undefined : Math.max(0, Math.round(performance.now() - painted.current));
    answer(question.q, a, ms);
  };
  const mine = state.mine && state.mine.q === question.q ? state.mine : null;
  const simple = question.kind === "single" || question.kind === "truefalse" || question.kind === "multiple" || question.kind === "survey";
  return (
    <div class={"question" + (text ? "" : " on-screen") + (open ? "" : " is-closed")}>
      <div class="question-top">
        <p class="question-meta"><b>{t("question.of", { q: question.q, of: question.of })}</b> <span class="muted">{t(`kind.${question.kind}` as "kind.single")}</span></p>
        {open && <Countdown question={question} />}
      </div>
      <h1 class={"question-text" + (words.length > 110 ? " long" : "")} ref={heading} tabIndex={-1} lang={langOf(question.text)} data-testid="question-text">{words}</h1>
      <Media media={question.media} />
      {!open && <Closed state={state} question={question} />}
      {open || simple
        ? <Input state={state} question={question} give={give} />
        : mine && mine.a !== null && <div class="given"><p class="muted">{t("closed.mine")}</p><AnswerView of={question} value={mine.a} /></div>}
    </div>
  );
}
