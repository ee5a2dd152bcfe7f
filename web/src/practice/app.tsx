/* SPDX-License-Identifier: Apache-2.0 */
/* app.tsx - the practice page: a shelf of banks, a door to one, its questions, and what came of it. */
import { useEffect, useState } from "preact/hooks";
import { say, useFocusOn } from "../lib/a11y";
import { AnswerView } from "../lib/answers";
import { ApiError, api } from "../lib/http";
import { codeText, date, lang, langOf, setLang, textOf, useLang } from "../lib/i18n";
import { Tick } from "../lib/marks";
import { SettingsButton } from "../lib/settings";
import { INITIAL } from "../lib/state";
import { kept, tab } from "../lib/storage";
import { Bell, Hero } from "../student/hero";
import { Media } from "../parts/media";
import { findMedia, placed } from "../parts/media_list";
import { Input } from "../student/inputs";
import type { Bank, BankCard } from "./bank";
import { askable } from "./bank";
import type { Languages } from "./both";
import { asked, bothOf } from "./both";
import { keyShown } from "./mark";
import type { Before, Mode, Run, Score, Summary } from "./run";
import { again, draw, startRun, step, summary } from "./run";
import { t, topicName } from "./texts";

const CLASS_QUESTIONS = 20; /* before and after a class */
const COUNTS = [10, 20, 0]; /* 0: all */

/** Banks by id, kept in memory: after the load nothing needs the line. */
const banks: { [id: string]: Bank } = {};

async function fetchBank(id: string): Promise<Bank> {
  if (!banks[id]) {
    const bank = await api<Bank>("api/banks/" + encodeURIComponent(id));
    const places = await findMedia(bank).catch(() => ({}));
    bank.questions.forEach((q) => { q.media = placed(q.media, places) || undefined; });
    Object.values(places).forEach((one) => void fetch(one.url as string).catch(() => undefined)); /* then the browser has them */
    banks[id] = bank;
  }
  return banks[id]!;
}

function random(): number {
  const word = new Uint32Array(1);
  window.crypto.getRandomValues(word);
  return (word[0] as number) / 4294967296;
}

const beforeKey = (bank: Bank) => "practice.before." + bank.id;

export function App() {
  useLang();
  const [bank, setBank] = useState<Bank | null>(null);
  const [run, setRun] = useState<Run | null>(null);
  const [languages, setLanguages] = useState<Languages>(() => kept.get<Languages>("practice.languages", lang.get()));
  const choose = (l: Languages) => {
    kept.set("practice.languages", l);
    setLanguages(l);
    if (l !== "both")
      setLang(l);
  };
  if (!bank)
    return <Shelf open={setBank} />;
  if (!run)
    return <Door bank={bank} languages={languages} choose={choose} start={setRun} back={() => setBank(null)} />;
  if (run.done)
    return <Done bank={bank} run={run} again={() => setRun(null)} back={() => { setRun(null); setBank(null); }} />;
  return <Asking key={run.index} run={run} languages={languages} move={setRun} />;
}

function Page({ title, lead, children, back }: { title: string; lead?: string; children: preact.ComponentChildren; back?: () => void }) {
  const heading = useFocusOn<HTMLHeadingElement>(title);
  return (
    <div class="page door">
      <header>
        <Hero tone="leaf">
          <div class="head head-door"><a class="brand" href="./"><Bell /> hội thi</a><SettingsButton /></div>
          <h1 class="door-title" ref={heading} tabIndex={-1}>{title}</h1>
          {lead && <p class="hero-line lead">{lead}</p>}
        </Hero>
      </header>
      <main class="door-main stack">
        {children}
        {back && <button type="button" class="button quiet" onClick={back}>{t("back")}</button>}
      </main>
    </div>
  );
}

function Shelf({ open }: { open: (bank: Bank) => void }) {
  const [cards, setCards] = useState<BankCard[] | null>(null);
  const [trouble, setTrouble] = useState("");
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    api<{ banks: BankCard[] }>("api/banks").then(({ banks: list }) => {
      const mine = list.filter((b) => b.visibility === "practice");
      setTrouble("");
      setCards(mine);
      mine.reduce((before, b) => before.then(() => fetchBank(b.id)).then(() => undefined, () => undefined), Promise.resolve());
    }, (e: ApiError) => setTrouble(codeText(e.code)));
  }, [turn]);
  const take = (id: string) => {
    setTrouble("");
    fetchBank(id).then(open, (e: ApiError) => setTrouble(codeText(e.code)));
  };
  return (
    <Page title={t("title")} lead={t("lead")}>
      {trouble && <p class="fault" role="alert">{trouble}</p>}
      {trouble && !cards && <button type="button" class="button primary" onClick={() => setTurn(turn + 1)}>{t("retry")}</button>}
      {!cards && !trouble && <p role="status">{t("loading")}</p>}
      {cards && cards.length === 0 && <p>{t("none")}</p>}
      {cards && (
        <ul class="shelf">
          {cards.map((b) => (
            <li>
              <button type="button" class="bank" onClick={() => take(b.id)} data-testid={"bank-" + b.id}>
                <b class="bank-title">{textOf(b.title)}</b>
                <span class="bank-what">{textOf(b.description)}</span>
                <span class="muted">{t("questions", { n: b.questions })}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

function Pick<T extends string | number>({ name, list, now, pick }: { name: string; list: [T, string][]; now: T; pick: (value: T) => void }) {
  return (
    <div>
      <p class="settings-name">{name}</p>
      <div class="switch" role="group" aria-label={name}>
        {list.map(([value, words]) => <button type="button" aria-pressed={value === now} onClick={() => pick(value)} data-testid={"pick-" + value}>{words}</button>)}
      </div>
    </div>
  );
}

interface DoorProps { bank: Bank; languages: Languages; choose: (l: Languages) => void; start: (run: Run) => void; back: () => void }
function Door({ bank, languages, choose, start, back }: DoorProps) {
  const all = askable(bank);
  const [count, setCount] = useState(10);
  const [topic, setTopic] = useState("");
  const topics = all.map((q) => q.topic || "").filter((x, i, list) => x !== "" && list.indexOf(x) === i);
  const before = kept.get<Before | null>(beforeKey(bank), null);
  const begin = (mode: Mode) => {
    tab.drop("draft");
    if (mode === "after" && before)
      start(startRun(mode, draw(again(bank, before.ids), before.ids.length, random)));
    else if (mode === "before")
      start(startRun(mode, draw(all, CLASS_QUESTIONS, random)));
    else
      start(startRun("learn", draw(topic ? all.filter((q) => q.topic === topic) : all, count || all.length, random)));
  };
  const two = bank.languages.length > 1;
  return (
    <Page title={textOf(bank.title)} lead={t("questions", { n: all.length })} back={back}>
      {two && <Pick name={t("languages")} list={[["vi", "Tiếng Việt"], ["en", "English"], ["both", t("both")]]} now={languages} pick={choose} />}
      <Pick name={t("count")} list={COUNTS.map((n) => [n, n === 0 ? t("all") : String(n)] as [number, string])} now={count} pick={setCount} />
      {topics.length > 1 && (
        <label class="field"><span>{t("topic")}</span>
          <select class="input" value={topic} onChange={(e) => setTopic(e.currentTarget.value)}>
            <option value="">{t("topic.all")}</option>
            {topics.map((x) => <option value={x}>{topicName(x)}</option>)}
          </select></label>
      )}
      <button type="button" class="button primary" data-testid="practice-start" onClick={() => begin("learn")}>{t("start")}</button>
      <section class="class-part">
        <h2 class="part-name">{t("class")}</h2>
        <p>{t("class.what", { n: Math.min(CLASS_QUESTIONS, all.length) })}</p>
        {before && <p class="muted">{t("class.before.done", { right: before.summary.all.right, of: before.summary.all.of, day: date(before.at) })}</p>}
        <button type="button" class="button" data-testid="practice-before" onClick={() => begin("before")}>{t(before ? "class.before.again" : "class.before")}</button>
        {before && <button type="button" class="button primary" data-testid="practice-after" onClick={() => begin("after")}>{t("class.after")}</button>}
      </section>
    </Page>
  );
}

function Asking({ run, languages, move }: { run: Run; languages: Languages; move: (run: Run) => void }) {
  const question = run.questions[run.index]!;
  const of = run.questions.length;
  const shown = asked(question, run.index, of, languages);
  const given = run.given[question.id];
  const heading = useFocusOn<HTMLHeadingElement>(run.index);
  const words = languages === "both" ? bothOf(question.text) : textOf(question.text);
  useEffect(() => say(`${t("of", { q: run.index + 1, of })}. ${words}`), [run.index]);
  const mine = given && run.explaining ? { q: shown.q, n: 1, a: given.a, status: "accepted" as const, pos: null, why: null, ask: null, stood: given.a } : null;
  const state = { ...INITIAL, phase: run.explaining ? ("revealed" as const) : ("question" as const), q: shown.q, of, question: shown, mine };
  return (
    <div class="page room practice">
      <header class="head">
        <b class="head-name">{t("of", { q: run.index + 1, of })}</b>
        <button type="button" class="link" onClick={() => move(step(run, { t: "stop" }))} data-testid="practice-stop">{t("stop")}</button>
        <SettingsButton />
      </header>
      <main class="room-main">
        <div class="question">
          <div class="countdown-track"><div class="progress" ref={(el) => { if (el) el.style.width = `${(100 * run.index) / of}%`; }} /></div>
          <h1 class="question-text" ref={heading} tabIndex={-1} data-testid="question-text" lang={langOf(question.text)}>
            {languages === "both" && typeof question.text !== "string" ? <><span lang="vi">{textOf(question.text, "vi")}</span><span class="second" lang="en">{textOf(question.text, "en")}</span></> : words}
          </h1>
          <Media media={question.media} />
          {run.explaining && given ? <Explained run={run} languages={languages} move={move} />
            : <Input state={state} question={shown} give={(a) => { tab.drop("draft"); move(step(run, { t: "answer", a })); }} />}
        </div>
      </main>
    </div>
  );
}

function Explained({ run, languages, move }: { run: Run; languages: Languages; move: (run: Run) => void }) {
  const question = run.questions[run.index]!;
  const given = run.given[question.id]!;
  const of = asked(question, run.index, run.questions.length, languages);
  const last = run.index + 1 === run.questions.length;
  useEffect(() => say(t(given.right ? "right" : "wrong")), []);
  return (
    <div class="stack explained" data-testid="explained" data-right={String(given.right)}>
      <p class={"explained-word " + (given.right ? "is-right" : "is-wrong")}><Tick right={given.right} /> {t(given.right ? "right" : "wrong")}</p>
      <section class="key"><h2 class="part-name"><Tick right={true} /> {t("key")}</h2><div class="key-value"><AnswerView of={of} value={keyShown(question)} /></div></section>
      {!given.right && <section class="key mine"><h2 class="part-name">{t("mine")}</h2><div class="key-value"><AnswerView of={of} value={given.a} /></div></section>}
      {question.explain && (
        <section class="why"><h2 class="part-name">{t("why")}</h2>
          {languages === "both" ? <><p lang="vi">{textOf(question.explain, "vi")}</p><p class="second" lang="en">{textOf(question.explain, "en")}</p></> : <p lang={langOf(question.explain)}>{textOf(question.explain)}</p>}
        </section>
      )}
      <div class="send"><button type="button" class="button primary" data-testid="practice-next" onClick={() => move(step(run, { t: "next" }))}>{t(last ? "finish" : "next")}</button></div>
    </div>
  );
}

function Bar({ name, score, before }: { name: string; score: Score; before?: Score }) {
  const part = (s: Score) => (s.of === 0 ? 0 : s.right / s.of);
  const wide = (s: Score) => (el: HTMLDivElement | null) => { if (el) el.style.width = `${100 * part(s)}%`; };
  const gain = before && before.of > 0 ? Math.round(100 * (part(score) - part(before))) : null;
  return (
    <li class="topic">
      <p class="topic-head"><b>{name}</b><span>{t("right.of", { right: score.right, of: score.of })}{gain !== null && <b class="gain"> {t(gain >= 0 ? "gain.up" : "gain.down", { n: Math.abs(gain) })}</b>}</span></p>
      <div class="countdown-track"><div class="progress" ref={wide(score)} /></div>
      {before && <div class="countdown-track thin"><div class="progress was" ref={wide(before)} /></div>}
    </li>
  );
}

function Done({ bank, run, again: more, back }: { bank: Bank; run: Run; again: () => void; back: () => void }) {
  const now: Summary = summary(run);
  const [before] = useState<Before | null>(() => (run.mode === "after" ? kept.get<Before | null>(beforeKey(bank), null) : null));
  useEffect(() => {
    if (run.mode === "before")
      kept.set(beforeKey(bank), { version: bank.version, ids: run.questions.map((q) => q.id), at: Date.now(), summary: now } as Before);
  }, []);
  const missed = run.questions.filter((q) => run.given[q.id] && !run.given[q.id]!.right);
  return (
    <Page title={t("done", { right: now.all.right, of: now.all.of })} lead={textOf(bank.title)} back={back}>
      {run.mode === "before" && <p class="over-what">{t("class.before.kept")}</p>}
      {before && <p class="over-what" data-testid="gain">{t("gain.all", { was: before.summary.all.right, now: now.all.right, of: now.all.of })}</p>}
      <h2 class="part-name">{t("by.topic")}</h2>
      {before && <p class="muted">{t("gain.legend")}</p>}
      <ul class="topics">
        {Object.keys(now.topics).map((x) => <Bar name={x ? topicName(x) : t("topic.other")} score={now.topics[x]!} before={before ? before.summary.topics[x] : undefined} />)}
      </ul>
      {run.mode !== "before" && missed.length > 0 && (
        <details class="review"><summary>{t("missed", { n: missed.length })}</summary>
          <ol>{missed.map((q) => (
            <li class="review-row"><p class="review-q" lang={langOf(q.text)}>{textOf(q.text)}</p>
              <div class="review-part"><span class="muted">{t("key")}</span><AnswerView of={asked(q, 0, 1, "vi")} value={keyShown(q)} /></div>
              {q.explain && <p class="review-why" lang={langOf(q.explain)}>{textOf(q.explain)}</p>}</li>
          ))}</ol></details>
      )}
      <button type="button" class="button primary" data-testid="practice-again" onClick={more}>{t("again")}</button>
    </Page>
  );
}
