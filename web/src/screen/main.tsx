/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.tsx - the page for the hall: a drawing of the shared state, as large as the window.
 *
 * It attaches with the screen's token and is told nothing that a pupil may not see. With a host's token it gains a slim
 * bar of controls; what it shows stays the same.
 */
import "../styles/tokens.css";
import "../styles/base.css";
import "../parts/media.css";
import "./screen.css";
import "./board.css";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { say, useSpokenTime } from "../lib/a11y";
import { takeFragment } from "../lib/base";
import { createClient } from "../lib/client";
import { codeText, useLang } from "../lib/i18n";
import { startPage } from "../lib/page";
import type { Event, State } from "../lib/state";
import { kept, tab } from "../lib/storage";
import { useStore } from "../lib/store";
import { Qr } from "../parts/qr";
import { Told, show, startShow } from "../parts/speech";
import { steering } from "../parts/steering";
import { grouped, joinLink, spoken, useWhere } from "../parts/where";
import { Board } from "./board";
import { Bar, Tools } from "./controls";
import { Lobby } from "./lobby";
import { Podium } from "./podium";
import { Question, Reveal, spokenKey, spokenQuestion } from "./question";
import { Say, t } from "./say";
import { sounds as soundsOf } from "./sounds";

const fragment = takeFragment();
const token = fragment["token"] || tab.get("screen", "") || kept.get("screen", "");
const sounds = soundsOf();
const steer = steering();
let quietUntil = 0; /* frames that only fill a fresh state sound no bell */
const QUIET_MS = 1200;

function sound(event: Event, state: State): void {
  if (event.t === "state")
    quietUntil = performance.now() + QUIET_MS;
  if (performance.now() < quietUntil)
    return;
  if (event.t === "question" && state.phase === "question")
    sounds.play(event.q === 1 ? "start" : "open");
  if (event.t === "reveal")
    sounds.play("reveal");
}

const client = createClient((event, state) => {
  steer.heard(event);
  sound(event, state);
});
steer.bind(client);

/* Long texts: first the tiles give up height, then letters give way down to what the back row still reads (a question
   5 % of the height, an answer 4 %); only what still does not fit goes below that. [roomy, fit, floor] */
const FITS = [[1, 1, 1], [0.7, 1, 1], [0.6, 0.85, 1], [0.5, 0.82, 0.92], [0.5, 0.77, 0.84], [0.45, 0.7, 0.76], [0.4, 0.62, 0.68]] as const;
function useFit(what: unknown) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const fit = () => {
      const el = ref.current;
      if (!el)
        return;
      for (const [roomy, size, floor] of FITS) {
        el.style.setProperty("--roomy", String(roomy));
        el.style.setProperty("--fit", String(size));
        el.style.setProperty("--floor", String(floor));
        if (document.documentElement.scrollHeight <= window.innerHeight + 1)
          return;
      }
    };
    fit();
    window.addEventListener("resize", fit);
    return () => window.removeEventListener("resize", fit);
  }, [what]);
  return ref;
}

function Banner({ state }: { state: State }) {
  if (state.saving)
    return <p class="banner big-banner" role="status" data-testid="banner-saving"><Say k={state.saving_why === "storage_full" ? "screen.full" : "screen.saving"} /></p>;
  if (state.link === "waiting" || state.link === "connecting")
    return <p class="banner big-banner quiet" role="status" data-testid="banner-line"><Say k="screen.lost" /></p>;
  if (state.paused)
    return <p class="banner big-banner" role="status" data-testid="banner-paused"><Say k="screen.paused" /></p>;
  return state.notice ? <p class="banner big-banner quiet" role="status"><Told text={state.notice} /></p> : null;
}

function Answered({ state }: { state: State }) {
  const progress = state.progress;
  if (state.phase !== "question" || !progress || progress.q !== state.q)
    return null;
  const part = progress.of > 0 ? progress.answered / progress.of : 0;
  return (
    <div class="answered">
      <span data-testid="answered"><Say k="screen.answered" p={{ n: progress.answered, of: progress.of }} /></span>
      <span class="track"><span class="fill" style={{ transform: `scaleX(${part})` }} /></span>
    </div>
  );
}

function Closed({ state }: { state: State }) {
  if (state.phase !== "closed" || !state.closed)
    return null;
  const key = state.closed.why === "time" ? "screen.time" : state.closed.why === "skip" ? "screen.skip" : "screen.shut";
  return <p class="rightcount" role="status" data-testid="closed"><b><Say k={key} /></b></p>;
}

/* How many were right, where one right answer is one person. */
function RightCount({ state }: { state: State }) {
  const reveal = state.reveal;
  if (state.phase !== "revealed" || !reveal || !reveal.counts)
    return null;
  const kind = state.question ? state.question.kind : "";
  const key = Array.isArray(reveal.key) ? reveal.key.map(String) : [];
  const listed = Array.isArray(reveal.counts) ? reveal.counts : null;
  const n = listed ? listed.reduce((sum, one) => sum + (one.right ? one.n : 0), 0)
    : kind === "multiple" ? null : key.reduce((sum, id) => sum + ((reveal.counts as { [id: string]: number })[id] || 0), 0);
  return n === null ? null : <p class="rightcount"><Say k="screen.rightcount" p={{ n, of: reveal.answered || 0 }} /></p>;
}

function Corner({ state, address }: { state: State; address: string }) {
  if (state.phase === "lobby" || state.phase === "ended" || !state.pin)
    return null;
  return (
    <div class="corner" data-testid="corner">
      <p>{spoken(address)}<br /><b data-testid="corner-pin">{grouped(state.pin)}</b></p>
      {!state.locked && <Qr text={joinLink(address, state.pin)} label={t("invite.qr")} />}
    </div>
  );
}

const onSecond = (left: number) => { if (left > 0 && left <= 5) sounds.play("tick"); };

function Phase({ state, address }: { state: State; address: string }) {
  switch (state.phase) {
    case "lobby": return <Lobby state={state} address={address} />;
    case "question": case "closed": return state.question && <Question state={state} onSecond={onSecond} />;
    case "revealed": return state.question && state.reveal && <Reveal state={state} />;
    case "ranked": return <Board state={state} />;
    case "ended": return state.ended && <Podium state={state} sounds={sounds} />;
    case null: return <p class="big center"><Say k="screen.connecting" /></p>;
  }
}

function useSpeech(state: State): void {
  useSpokenTime(state.phase === "question" ? state.question : null);
  useEffect(() => {
    if (state.phase === "question" && state.question)
      say(spokenQuestion(state.question));
    if (state.phase === "revealed" && state.question && state.reveal)
      say(spokenKey(state));
  }, [state.phase, state.q]);
}

function Screen() {
  const state = useStore(client.store);
  const lang = useLang();
  const shown = useStore(show);
  const { address } = useWhere(fragment["at"]);
  const stage = useFit([state.phase, state.q, lang, shown, state.paused, state.saving, state.link].join());
  useSpeech(state);
  const asking = state.q > 0 && state.phase !== "ended" && state.phase !== "lobby";
  return (
    <div class="stage" ref={stage} data-phase={state.phase || "none"} data-testid="stage">
      <header class="top">
        <h1><Told text={state.title} /></h1>
        {asking && <span class="count"><Say k="screen.q" p={{ q: state.q, of: state.of }} /></span>}
        <Tools sounds={sounds} />
      </header>
      <Banner state={state} />
      <main><Phase state={state} address={address} /></main>
      <footer class="bottom"><Answered state={state} /><Closed state={state} /><RightCount state={state} /><Corner state={state} address={address} /></footer>
      {state.role === "host" && <Bar state={state} steer={steer} />}
    </div>
  );
}

function App() {
  const state = useStore(client.store);
  useLang();
  if (token === "")
    return <main class="alone"><h1>{t("screen.nolink")}</h1></main>;
  if (state.error || state.over === "token")
    return <main class="alone"><h1>{state.error === "archived" ? codeText(state.error) : t("screen.ended")}</h1></main>;
  return <Screen />;
}

startPage(<App />, fragment["lang"]);
startShow();
if (token !== "") {
  tab.set("screen", token);
  kept.set("screen", token);
  client.connection.hello({ t: "attach", token, page: client.page });
}
