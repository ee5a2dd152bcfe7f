/* SPDX-License-Identifier: Apache-2.0 */
/* now.tsx - what is going on, phase by phase, for the one who leads it. */
import { useEffect, useState } from "preact/hooks";
import { Countdown, useSeconds } from "../lib/countdown";
import type { Choice, Person, Row } from "../lib/frames";
import { api } from "../lib/http";
import { langOf, number, textOf } from "../lib/i18n";
import { Mark, Tick, answerClass } from "../lib/marks";
import type { Asked, State } from "../lib/state";
import { offered } from "../judge/acts";
import { Levers } from "../judge/levers";
import type { Bar } from "../parts/distribution";
import { Media } from "../parts/media";
import { bars, keyText, worst } from "../parts/distribution";
import type { Steering } from "../parts/steering";
import { letGo } from "../parts/steering";
import { grouped, spoken } from "../parts/where";
import { wordsIn } from "../parts/words";
import { ask } from "./ask";
import { Missing } from "./missing";
import type { Key } from "./words";
import { t } from "./words";

const NAMES_SHOWN = 300; /* newest first; the rest is in the people pane */

function Lobby({ state, steer, address }: { state: State; steer: Steering; address: string }) {
  const names = (state.lobby && state.lobby.names) || [];
  const waiting = names.filter((one) => one.waiting);
  const nod = (player: string) => void steer.ask("nod", { player });
  return (
    <section class="card lobby-card">
      <p class="lobby-way"><span>{t("invite.at")} <b>{spoken(address)}</b></span> <span>{t("invite.pin")} <b class="lobby-pin">{grouped(state.pin || "")}</b></span></p>
      <h2 data-testid="count">{t("lobby.count", { n: state.players })}</h2>
      {names.length === 0 && <p class="muted">{t("lobby.empty")}</p>}
      {waiting.length > 1 && <button type="button" class="button" onClick={() => waiting.forEach((one) => nod(one.player))} data-testid="nod-all">{t("lobby.nodall", { n: waiting.length })}</button>}
      <ul class="names" data-testid="names">
        {names.slice(0, NAMES_SHOWN).map((one) => (
          <li key={one.player} class={one.waiting ? "waiting" : ""}>
            <span>{one.name}</span>
            {one.waiting && <button type="button" onClick={(e) => { nod(one.player); letGo(e); }} data-testid="nod">{t("lobby.nod")}</button>}
            <button type="button" class="x" aria-label={`${t("lobby.remove")}: ${one.name}`} title={t("lobby.remove")} onClick={(e) => { void steer.ask("remove", { player: one.player, ban: false }); letGo(e); }}>×</button>
          </li>
        ))}
      </ul>
      <Missing state={state} />
    </section>
  );
}

function Told({ state }: { state: State }) {
  const question = state.question as Asked;
  return (
    <>
      <h2 class="question" lang={langOf(question.text)} data-testid="question">{textOf(question.text)}</h2>
      <Media media={question.media} />
      {state.settings.text === "screen" && <p class="muted">{t("now.text.screen")}</p>}
    </>
  );
}

function choicesOf(question: Asked): Choice[] {
  if (question.choices && question.choices.length > 0)
    return question.choices;
  const words = wordsIn();
  return question.kind === "truefalse" ? [{ id: "true", text: words.yes }, { id: "false", text: words.no }] : [];
}

function Answered({ state }: { state: State }) {
  const progress = state.progress && state.progress.q === state.q ? state.progress : null;
  const left = (state.people ? state.people.rows : []).filter((p: Person) => !p.removed && !p.waiting && p.present !== false && !p.answered);
  return (
    <>
      {progress && (
        <div class="answered">
          <b data-testid="answered">{t("now.answered", { n: progress.answered, of: progress.of })}</b>
          <span class="track"><span class="fill" style={{ transform: `scaleX(${progress.of ? progress.answered / progress.of : 0})` }} /></span>
        </div>
      )}
      {left.length > 0 && left.length <= 60 && (
        <details class="left" open={left.length <= 12}>
          <summary>{t("now.notyet", { n: left.length })}</summary>
          <p>{left.map((p) => p.name).join(", ")}</p>
        </details>
      )}
    </>
  );
}

function Closing({ state }: { state: State }) {
  const clock = { deadline: state.closing_at, held_ms: null } as Asked;
  const s = useSeconds(state.closing_at === null ? null : clock);
  return s === null ? null : <p class="closing" role="status">{t("now.all", { s })}</p>;
}

/* One more right form, as long as the answer is not out. */
function Accept({ state, steer }: { state: State; steer: Steering }) {
  const [text, setText] = useState("");
  const [done, setDone] = useState<string | null>(null);
  const kind = state.question ? state.question.kind : "";
  if (kind !== "text" && kind !== "number")
    return null;
  const submit = (e: Event) => {
    e.preventDefault();
    const form = text.trim();
    if (form !== "")
      void steer.ask("accept", { q: state.q, text: form }).then((o) => { if (o.ok) { setDone(form); setText(""); } });
  };
  return (
    <form class="accept" onSubmit={submit}>
      <h3>{t("accept.title")}</h3>
      <div class="inline">
        <label class="field"><span>{t("accept.field")}</span><input class="input" value={text} onInput={(e) => setText(e.currentTarget.value)} data-testid="accept" /></label>
        <button class="button">{t("accept.go")}</button>
      </div>
      <p class="muted" role="status">{done ? t("accept.done", { text: done }) : t("accept.hint")}</p>
    </form>
  );
}

const CLOSED: { [why: string]: Key } = { time: "now.closed.time", host: "now.closed.host", all: "now.closed.all", skip: "now.closed.skip" };

function Question({ state, steer }: { state: State; steer: Steering }) {
  const question = state.question as Asked;
  return (
    <section class="card">
      {state.phase === "question" ? <Countdown question={question} /> : <p class="closed-why" data-testid="closed">{t(CLOSED[(state.closed && state.closed.why) || ""] || "now.closed")}</p>}
      <Told state={state} />
      <ol class="choices">
        {choicesOf(question).map((choice, i) => <li class={answerClass(i)}><Mark index={i} /> <span lang={langOf(choice.text)}>{textOf(choice.text)}</span></li>)}
      </ol>
      {question.rights && <p class="muted">{question.rights.map((one) => textOf(one.text)).join(" · ")}</p>}
      <Answered state={state} />
      <Closing state={state} />
      <Accept key={state.q} state={state} steer={steer} />
    </section>
  );
}

/* After the reveal one more right form is a correction: it only gains, and the log says who and why. */
function acceptLate(steer: Steering, q: number, answer: unknown, label: string): void {
  ask({
    title: t("accept.late.title", { text: label }), text: t("accept.late.text"), yes: t("accept.go"),
    run: () => void steer.ask("rekey", { q, key: [answer], policy: "accept-also", reason: t("accept.late.reason", { text: label }) }),
  });
}

function BarRow({ bar, accept }: { bar: Bar; accept: (() => void) | null }) {
  return (
    <li class={"bar-row " + answerClass(bar.place < 0 ? 5 : bar.place) + (bar.right ? " right" : "")}>
      <span class="bar-text">{bar.place >= 0 && <Mark index={bar.place} />}<span class="bar-label">{bar.label}</span>
        {bar.right && <b class="bar-right"><Tick right={true} /> {t(bar.id === "true" || bar.id === "false" ? "now.key" : "now.rightmark")}</b>}<span class="bar-n">{bar.n}</span></span>
      <span class="bar-track"><span class="bar-fill" style={{ transform: `scaleX(${Math.min(1, bar.share)})` }} /></span>
      {accept && <button type="button" class="link" onClick={accept} data-testid="accept-late">{t("accept.late.go")}</button>}
    </li>
  );
}

function Reveal({ state, steer }: { state: State; steer: Steering }) {
  const question = state.question as Asked;
  const reveal = state.reveal!;
  const words = wordsIn();
  const asked = { ...question, choices: choicesOf(question) };
  const all = reveal.counts ? bars(asked, { key: reveal.key, counts: reveal.counts, answered: reveal.answered || 0 }, words) : [];
  const most = worst(all);
  const listed = Array.isArray(reveal.counts) ? reveal.counts : null;
  const open = (question.kind === "text" || question.kind === "number") && (state.acts || []).indexOf("rekey") >= 0;
  return (
    <section class="card">
      <Told state={state} />
      <p class="key" data-testid="key"><Tick right={true} /> {t("now.key")}: <b>{keyText(asked, reveal.key, words, (low, high) => t("now.key.range", { low, high }))}</b></p>
      <ul class="bars" data-testid="distribution" aria-label={t("now.counts")}>{all.map((bar, i) => <BarRow key={bar.id} bar={bar} accept={open && !bar.right && listed ? () => acceptLate(steer, state.q, listed[i]!.a, bar.label) : null} />)}</ul>
      {!reveal.counts ? null : (reveal.answered || 0) === 0 ? <p>{t("now.noanswers")}</p>
        : <p data-testid="worst">{most ? t("now.wrong", { text: most.label, n: most.n }) : t("now.nowrong")}</p>}
      {reveal.explain && <p class="explain"><b>{t("now.explain")}:</b> <span lang={langOf(reveal.explain)}>{textOf(reveal.explain)}</span></p>}
      {offered(state.acts, "question").length > 0 && (
        <details class="left correct">
          <summary>{t("now.correct")}</summary>
          <Levers scope="question" title={t("phase.q", { q: state.q, of: state.of })} state={state} steer={steer} />
        </details>
      )}
    </section>
  );
}

function moved(row: Row): string {
  const by = row.was ? row.was - row.rank : 0;
  return by > 0 ? `▲ ${by}` : by < 0 ? `▼ ${-by}` : "";
}

/* A page that comes to a room that is over has heard no board: it asks for one. */
function useRows(state: State, token: string): Row[] {
  const [asked, setAsked] = useState<Row[]>([]);
  const missing = state.board === null && state.phase === "ended";
  useEffect(() => {
    if (missing && state.room)
      api<{ rows: Row[] }>(`api/rooms/${state.room}/board?count=20`, { token }).then((got) => setAsked(got.rows), () => undefined);
  }, [missing, state.room, token]);
  return state.board ? state.board.rows : missing ? asked : [];
}

export function Ranks({ state, token }: { state: State; token: string }) {
  const rows = useRows(state, token);
  return (
    <section class="card">
      <h2>{t("board.title")}</h2>
      {state.frozen && <p class="muted">{t("board.frozen")}</p>}
      {rows.length === 0 ? <p class="muted">{t("board.empty")}</p> : (
        <table class="ranks" data-testid="board">
          <thead><tr><th scope="col">{t("board.rank")}</th><th scope="col">{t("board.name")}</th><th scope="col" class="num">{t("board.points")}</th></tr></thead>
          <tbody>{rows.slice(0, 20).map((row) => (
            <tr key={row.player} data-testid="board-row" class={row.rank === 1 ? "leader" : ""}>
              <td>{row.rank} <small class="muted">{moved(row)}</small></td><td>{row.name}{row.unit ? <small> · {row.unit}</small> : null}</td><td class="num">{number(row.points)}</td>
            </tr>))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Ended({ state }: { state: State }) {
  const podium = state.ended ? state.ended.podium : [];
  return (
    <section class="card">
      <h2>{t("end.title")}</h2>
      <ol class="winners" data-testid="podium">
        {podium.map((one) => <li key={one.player}><b class={"medal medal-" + one.rank}>{one.rank}</b> <span>{one.name}</span> <span class="muted">{t("end.points", { n: one.points })}</span></li>)}
      </ol>
    </section>
  );
}

export function Now({ state, steer, address, token }: { state: State; steer: Steering; address: string; token: string }) {
  switch (state.phase) {
    case "lobby": return <Lobby state={state} steer={steer} address={address} />;
    case "question": case "closed": return state.question && <Question state={state} steer={steer} />;
    case "revealed": return state.question && state.reveal && <Reveal state={state} steer={steer} />;
    case "ranked": return <Ranks state={state} token={token} />;
    case "ended": return <><Ended state={state} /><Ranks state={state} token={token} /></>;
    case null: return null;
  }
}
