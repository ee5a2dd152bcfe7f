/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.tsx - the judge's desk: one calm table, one person's story beside it, the log, and the acts with their reasons.
 */
import "../styles/tokens.css";
import "../styles/base.css";
import "./judge.css";
import { useEffect, useState } from "preact/hooks";
import { takeFragment } from "../lib/base";
import { createClient } from "../lib/client";
import type { Row, Text } from "../lib/frames";
import { api } from "../lib/http";
import { codeText, textOf, useLang } from "../lib/i18n";
import { startPage } from "../lib/page";
import { SettingsButton } from "../lib/settings";
import type { State } from "../lib/state";
import { kept, tab } from "../lib/storage";
import { createStore, useStore } from "../lib/store";
import { steering, ts } from "../parts/steering";
import { grouped } from "../parts/where";
import { story } from "./events";
import { Levers } from "./levers";
import type { Log } from "./log";
import { LogView, timeText, useLog } from "./log";
import { BoardTable, useTable } from "./table";
import type { Key } from "./words";
import { t } from "./words";

const fragment = takeFragment();
const steer = steering();
const client = createClient((event) => steer.heard(event));
steer.bind(client);

interface Holds { token: string; key: string }
const holds = createStore<Holds>({ token: "", key: "" });

function hold(next: Holds): void {
  tab.set("judge.token", next.token);
  kept.set("judge.token", next.token);
  kept.set("judge.key", next.key);
  holds.set(next);
}

function leave(): void {
  client.connection.stop();
  client.dispatch({ t: "@leave" });
  hold({ token: "", key: "" });
}

function Top({ children }: { children?: preact.ComponentChildren }) {
  return (
    <header class="head">
      <img class="bell" src={(document.querySelector("link[rel=icon]") as HTMLLinkElement).href} alt="" width="36" height="36" />
      <div class="head-text">{children || <p class="brand">{t("judge.title")}</p>}</div>
      <SettingsButton />
    </header>
  );
}

function Door({ bad }: { bad: string | null }) {
  const [text, setText] = useState("");
  const submit = (e: Event) => {
    e.preventDefault();
    const pasted = text.trim();
    const found = /[#&](token|key)=([^&\s]+)/.exec(pasted);
    if (pasted !== "")
      hold(found && found[1] === "token" ? { token: decodeURIComponent(found[2]!), key: "" } : { token: "", key: found ? decodeURIComponent(found[2]!) : pasted });
  };
  return (
    <>
      <Top />
      <main class="sheet">
        <h1>{t("judge.title")}</h1>
        <p>{t("judge.nolink")}</p>
        {bad && <p class="fault" role="alert">{bad === "archived" ? codeText(bad) : t("judge.bad")}</p>}
        <form onSubmit={submit}>
          <label class="field"><span>{t("judge.field")}</span><input class="input" type="password" autoComplete="off" value={text} onInput={(e) => setText(e.currentTarget.value)} data-testid="key" /></label>
          <button class="button primary">{t("judge.go")}</button>
        </form>
      </main>
    </>
  );
}

interface RoomLine { room: string; pin: string; title: Text; bank: string; players: number }

function Rooms({ keyText }: { keyText: string }) {
  const [rooms, setRooms] = useState<RoomLine[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const failed = (error: { code?: string; status?: number }) => setFault(error.status === 401 ? t("judge.bad") : codeText(error.code));
  useEffect(() => { api<{ rooms: RoomLine[] }>("api/rooms", { token: keyText }).then((got) => setRooms(got.rooms), failed); }, [keyText]);
  const open = (room: string) => {
    api<{ judge_token: string }>(`api/rooms/${room}/tokens`, { token: keyText, method: "POST" }).then((got) => hold({ token: got.judge_token, key: keyText }), failed);
  };
  return (
    <>
      <Top />
      <main class="sheet">
        <h1>{t("judge.choose")}</h1>
        {fault && <p class="fault" role="alert">{fault}</p>}
        {rooms && rooms.length === 0 && <p class="muted">{t("judge.norooms")}</p>}
        <ul class="room-list">{(rooms || []).map((one) => (
          <li><button type="button" class="button" onClick={() => open(one.room)}>{textOf(one.title) || one.bank} · {grouped(one.pin || "")} · {t("judge.players", { n: one.players })}</button></li>
        ))}</ul>
        <button type="button" class="link" onClick={leave}>{t("judge.forget")}</button>
      </main>
    </>
  );
}

function Person({ row, log, state }: { row: Row; log: Log; state: State }) {
  const steps = story(log.entries, row.player, log.names);
  return (
    <section class="panel person" aria-label={t("person.title", { name: row.name })} data-testid="person">
      <h2>{t("person.title", { name: row.name })}</h2>
      <Levers scope="player" title={t("act.player", { name: row.name })} player={row.player} state={state} steer={steer} />
      {steps.length === 0 && <p class="muted">{t("person.nothing")}</p>}
      <ol class="log story">{steps.map((step) => <li><span class="log-pos">{step.pos}</span><time>{timeText(step.at_ms)}</time><span>{step.text}{step.aside && <small class="muted"> · {step.aside}</small>}</span></li>)}</ol>
    </section>
  );
}

function Progress({ state }: { state: State }) {
  const progress = state.progress && state.progress.q === state.q && state.phase === "question" ? state.progress : null;
  return (
    <>
      <h1>{textOf(state.title) || t("judge.title")}</h1>
      <p class="muted">
        {state.phase && state.q > 0 && state.phase !== "ended" ? t("judge.phase", { phase: ts(("ph." + state.phase) as "ph.lobby"), q: state.q, of: state.of }) : state.phase ? ts(("ph." + state.phase) as "ph.lobby") : ""}
        {" · "}{t("judge.players", { n: state.players })}
        {progress && <b data-testid="progress"> · {t("judge.answered", { n: progress.answered, of: progress.of })}</b>}
        {" · "}<span class="result">{t(("board." + state.result) as Key)}</span>{state.frozen && <> · <b>{t("board.frozen")}</b></>}
      </p>
    </>
  );
}

function Banner({ state }: { state: State }) {
  if (state.over)
    return <p class="banner" role="alert">{state.over === "elsewhere" ? ts("line.taken") : ts("line.ended")} <button type="button" class="link" onClick={() => attach(holds.get().token)}>{ts("line.comeback")}</button></p>;
  if (state.saving)
    return <p class="banner" role="status">{state.saving_why === "storage_full" ? ts("banner.full") : ts("banner.saving")}</p>;
  if (state.link === "waiting" || state.tries > 0)
    return <p class="banner" role="status">{ts("line.lost")}</p>;
  if (state.held)
    return <p class="banner" role="status">{ts("banner.held")}</p>;
  return state.paused ? <p class="banner" role="status">{ts("banner.paused")}</p> : null;
}

function Desk({ token }: { token: string }) {
  const state = useStore(client.store);
  const [chosen, setChosen] = useState<Row | null>(null);
  const table = useTable(state.room, token);
  const log = useLog(state.room, token);
  const before = (state.people ? state.people.rows : []).filter((p) => !p.removed).map((p): Row => ({ rank: p.rank || 1, player: p.player, name: p.name, unit: p.unit, points: p.points || 0 }));
  const away = (player: string) => !!state.people && state.people.rows.some((p) => p.player === player && p.present === false);
  if (state.error)
    return <Door bad={state.error} />;
  if (state.phase === null)
    return <><Top /><main class="sheet"><p class="muted">{ts("line.connecting")}</p></main></>;
  return (
    <div class="desk">
      <Top><Progress state={state} /></Top>
      <Banner state={state} />
      <main class="columns">
        <BoardTable table={table} fallback={before} chosen={chosen && chosen.player} choose={(row) => setChosen(chosen && chosen.player === row.player ? null : row)} away={away} />
        <div class="right">
          {chosen ? <Person row={chosen} log={log} state={state} /> : <p class="muted hint">{t("person.none")}</p>}
          <section class="panel acts" aria-label={t("tab.acts")}>
            <h2>{t("tab.acts")}</h2>
            <Levers scope="room" title={t("act.room")} state={state} steer={steer} />
            {state.q > 0 && <Levers scope="question" title={t("act.question")} state={state} steer={steer} />}
          </section>
          <LogView room={log} />
        </div>
      </main>
    </div>
  );
}

function attach(token: string): void {
  client.dispatch({ t: "@leave" });
  client.connection.hello({ t: "attach", token, page: client.page });
}

function App() {
  useLang();
  const { token, key } = useStore(holds);
  useEffect(() => { if (token !== "") attach(token); }, [token]);
  if (token !== "")
    return <Desk token={token} />;
  return key !== "" ? <Rooms keyText={key} /> : <Door bad={null} />;
}

const given = fragment["token"] || "";
if (given !== "" || fragment["key"])
  hold({ token: given, key: fragment["key"] || "" });
else
  holds.set({ token: tab.get("judge.token", "") || kept.get("judge.token", ""), key: kept.get("judge.key", "") });
startPage(<App />, fragment["lang"]);
