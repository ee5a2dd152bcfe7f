/* SPDX-License-Identifier: Apache-2.0 */
/*
 * room.tsx - the console of one room: what is going on, the people, the ways in, and one big button.
 *
 * On a phone it is a remote with the button under the thumb; on a wide window the phase and a side pane stand together.
 */
import { useEffect, useState } from "preact/hooks";
import { say } from "../lib/a11y";
import type { Client } from "../lib/client";
import { codeText, textOf } from "../lib/i18n";
import { SettingsButton } from "../lib/settings";
import type { State } from "../lib/state";
import { useStore } from "../lib/store";
import type { Steering } from "../parts/steering";
import { goOn, letGo, moving, primaryOf, trouble, ts, useGoOnKeys } from "../parts/steering";
import type { Chosen } from "../parts/where";
import { grouped, joinLink, useWhere } from "../parts/where";
import { Ask, ask } from "./ask";
import { enter } from "./home";
import { Invite, useTokens } from "./invite";
import { Downloads, More } from "./more";
import { Now } from "./now";
import { People } from "./people";
import type { Tokens } from "./place";
import { go, key, place } from "./place";
import type { Key } from "./words";
import { t } from "./words";

type View = "now" | "people" | "invite" | "more";
const VIEWS: View[] = ["now", "people", "invite", "more"];

function useWide(): boolean {
  const query = "(min-width: 60rem)";
  const [wide, setWide] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const change = () => setWide(media.matches);
    media.addEventListener("change", change);
    return () => media.removeEventListener("change", change);
  }, []);
  return wide;
}

function Line({ state, comeBack }: { state: State; comeBack(): void }) {
  if (state.over)
    return <p class="banner" role="alert" data-testid="banner-over">{state.over === "elsewhere" ? ts("line.taken") : ts("line.ended")} <button type="button" class="button small" onClick={comeBack}>{ts("line.comeback")}</button></p>;
  if (state.saving)
    return <p class="banner" role="status" data-testid="banner-saving">{state.saving_why === "storage_full" ? ts("banner.full") : ts("banner.saving")}</p>;
  if (state.link === "waiting" || (state.link === "connecting" && state.tries > 0))
    return <p class="banner" role="status" data-testid="banner-line">{ts("line.lost")}</p>;
  if (state.held)
    return <p class="banner" role="status" data-testid="banner-held">{ts("banner.held")}</p>;
  return state.paused ? <p class="banner" role="status" data-testid="banner-paused">{ts("banner.paused")}</p> : null;
}

function Head({ state }: { state: State }) {
  const phase = state.phase;
  const asked = phase !== null && phase !== "lobby" && phase !== "ended" && state.q > 0;
  return (
    <header class="head">
      {key() !== "" && <button type="button" class="round" aria-label={t("host.back")} title={t("host.back")} onClick={() => go({ at: "home" })} data-testid="back"><span aria-hidden="true">‹</span></button>}
      <div class="head-text">
        <h1>{textOf(state.title) || t("host.title")}</h1>
        <p class="muted">{asked && <b>{t("phase.q", { q: state.q, of: state.of })} · </b>}{phase && t(("phase." + phase) as Key)}{phase !== "lobby" && state.pin ? <> · <span data-testid="head-pin">{grouped(state.pin)}</span></> : null}{state.locked ? " · 🔒" : ""}</p>
      </div>
      <SettingsButton />
    </header>
  );
}

function Tabs({ view, set, wide, waiting }: { view: View; set(view: View): void; wide: boolean; waiting: number }) {
  return (
    <nav class="tabs" aria-label={t("tab.all")}>
      {VIEWS.filter((one) => !wide || one !== "now").map((one) => (
        <button type="button" aria-pressed={one === view} onClick={(e) => { set(one); letGo(e); }} data-testid={"tab-" + one}>
          {t(("tab." + one) as Key)}{one === "people" && waiting > 0 ? <span class="count-dot">{waiting}</span> : null}
        </button>
      ))}
    </nav>
  );
}

function Small({ id, name, run }: { id: string; name: string; run(): void }) {
  return <button type="button" class="small-act" onClick={(e) => { run(); letGo(e); }} data-testid={id}>{name}</button>;
}

function LockAct({ state, steer }: { state: State; steer: Steering }) {
  return state.phase === "ended" ? null
    : <Small id="lock" name={state.locked ? ts("act.unlock") : ts("act.lock")} run={() => void steer.ask(state.locked ? "unlock" : "lock")} />;
}

function Controls({ state, steer, wide, onGo }: { state: State; steer: Steering; wide: boolean; onGo(): void }) {
  const what = primaryOf(state);
  const said = useStore(trouble);
  const open = state.phase === "question";
  const skip = () => ask({ title: ts("ask.skip.title"), text: ts("ask.skip.text"), yes: ts("act.skip"), run: () => void steer.ask("skip", {}, state.at) });
  return (
    <div class="controls">
      {said && <p class="fault" role="alert" data-testid="trouble">{said}</p>}
      <div class="small-acts">
        {open && !state.paused && <Small id="pause" name={ts("act.pause")} run={() => void steer.ask("pause", {}, state.at)} />}
        {open && <Small id="extend" name={ts("act.extend")} run={() => void steer.ask("extend", { ms: 10000 })} />}
        {state.phase === "closed" && <Small id="reopen" name={ts("act.reopen")} run={() => void steer.ask("reopen", {}, state.at)} />}
        {(open || state.phase === "closed") && <Small id="skip" name={ts("act.skip")} run={skip} />}
        {(wide || state.phase === "lobby") && <LockAct state={state} steer={steer} />}
      </div>
      {what && (
        <button type="button" class="next" aria-busy={moving(state)} onClick={(e) => { goOn(steer); onGo(); letGo(e); }} data-testid="next">
          <span>{ts(what.key)}</span><small class="next-hint">{ts("next.hint")}</small>
        </button>
      )}
    </div>
  );
}

function Pane({ view, state, steer, where, tokens, token, wide }: { view: View; state: State; steer: Steering; where: Chosen; tokens: Tokens | null; token: string; wide: boolean }) {
  switch (view) {
    case "now": return (
      <div class="now"><Now state={state} steer={steer} address={where.address} token={token} />{state.phase === "ended" && !wide && <section class="card"><Downloads state={state} token={token} /></section>}</div>
    );
    case "people": return <People state={state} steer={steer} link={joinLink(where.address, state.pin || "")} />;
    case "invite": return <Invite state={state} where={where} tokens={tokens} />;
    case "more": return <More state={state} steer={steer} token={token} />;
  }
}

/* The token has expired or is no good: with a key there is a new one. An archived room gives its results alone. */
function Shut({ state, token }: { state: State; token: string }) {
  const here = place.get();
  const room = here.at === "room" ? here.room : null;
  const [said, setSaid] = useState<string | null>(null);
  const reopen = () => { enter(room as string).catch(() => setSaid(t("host.offline"))); };
  const archived = state.error === "archived";
  const old = state.over === "token" || state.error === "bad_token" || state.error === "expired_token";
  return (
    <main class="sheet">
      <h1>{archived ? t("host.archived.title") : t("host.lostroom")}</h1>
      <p>{archived ? t("host.archived") : old ? t("host.badtoken") : codeText(state.error)}</p>
      {archived && room && <section class="card"><Downloads state={{ ...state, room }} token={token} /></section>}
      {said && <p class="fault" role="alert">{said}</p>}
      {key() !== "" && room && !archived && <button type="button" class="button primary" onClick={reopen} data-testid="reopen-room">{t("host.reopen")}</button>}
      {key() !== "" && <button type="button" class="button" onClick={() => go({ at: "home" })}>{t("host.back")}</button>}
    </main>
  );
}

export function Room({ client, steer, token, comeBack }: { client: Client; steer: Steering; token: string; comeBack(): void }) {
  const state = useStore(client.store);
  const [view, setView] = useState<View>("now");
  const wide = useWide();
  const where = useWhere();
  const tokens = useTokens(state.room, token);
  useGoOnKeys(steer, true);
  useEffect(() => {
    if (state.phase)
      window.scrollTo(0, 0);
    if (state.phase)
      say(t(("phase." + state.phase) as Key) + (state.q ? ". " + t("phase.q", { q: state.q, of: state.of }) : ""));
  }, [state.phase, state.q]);
  if (state.error || state.over === "token")
    return <Shut state={state} token={token} />;
  if (state.phase === null)
    return <main class="sheet"><p class="muted">{ts("line.connecting")}</p></main>;
  const side: View = view !== "now" ? view : state.phase === "lobby" ? "invite" : state.phase === "ended" ? "more" : "people";
  const waiting = state.people ? state.people.rows.filter((p) => p.waiting && !p.removed).length : 0;
  const same = { state, steer, where, tokens, token, wide };
  return (
    <div class="console" data-phase={state.phase} data-testid="console">
      <Head state={state} />
      <Line state={state} comeBack={comeBack} />
      <main class={wide ? "two" : "one"}>
        {(wide || view === "now") && <Pane view="now" {...same} />}
        {wide && <div class="side"><Tabs view={side} set={setView} wide={true} waiting={waiting} /><Pane view={side} {...same} /></div>}
        {!wide && view !== "now" && <Pane view={view} {...same} />}
      </main>
      <section class="foot" aria-label={ts("act.group")}>
        {!wide && <Tabs view={view} set={setView} wide={false} waiting={waiting} />}
        <Controls state={state} steer={steer} wide={wide} onGo={() => { if (!wide) setView("now"); }} />
      </section>
      <Ask />
    </div>
  );
}
