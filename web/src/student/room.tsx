/* SPDX-License-Identifier: Apache-2.0 */
/* room.tsx - everything behind the door: which page is drawn for which phase, and what stands above and below it. */
import { useEffect } from "preact/hooks";
import { say } from "../lib/a11y";
import { codeText, tc, textOf } from "../lib/i18n";
import { Tick } from "../lib/marks";
import { SettingsButton } from "../lib/settings";
import type { State } from "../lib/state";
import { Ended } from "./ended";
import { Lobby } from "./lobby";
import { Question } from "./question";
import { Ranked, Revealed } from "./result";
import { client } from "./session";
import { t } from "./texts";

export { Listed } from "./names";
export { Over } from "./over";

function Phase({ state }: { state: State }) {
  if (state.phase === "ended")
    return <Ended state={state} />;
  if (state.phase === "ranked" && state.board)
    return <Ranked state={state} board={state.board} />;
  if ((state.phase === "revealed" || state.phase === "ranked") && state.reveal && state.question)
    return <Revealed state={state} reveal={state.reveal} question={state.question} />;
  if (state.phase !== "lobby" && state.question)
    return <Question key={state.question.q} state={state} question={state.question} />;
  return <Lobby state={state} />;
}

export function Room({ state }: { state: State }) {
  const you = state.you!;
  return (
    <div class={"page room phase-" + state.phase}>
      <Banner state={state} />
      <header class="head">
        <b class="head-name">{you.name}</b>
        {state.phase !== "lobby" && <span class="head-points" data-testid="own-points">{t("you.points", { n: you.total })}</span>}
        <SettingsButton />
      </header>
      <main class="room-main"><Phase state={state} /></main>
      <Status state={state} />
    </div>
  );
}

function bannerText(state: State): string {
  if (state.link === "waiting" || (state.link === "connecting" && state.tries > 0))
    return tc("link.waiting");
  if (state.saving)
    return tc(state.saving_why === "storage_full" ? "saving.storage_full" : "saving");
  if (state.paused)
    return tc("paused");
  return "";
}

/** In words, over an unchanged page. */
function Banner({ state }: { state: State }) {
  const text = bannerText(state);
  const notice = textOf(state.notice);
  useEffect(() => { if (text) say(text); }, [text]);
  useEffect(() => { if (notice) say(notice); }, [notice]);
  return (
    <aside class="banners">
      {text && <p class="banner" data-testid="banner">{text}</p>}
      {notice && (
        <p class="banner banner-notice" data-testid="notice"><span>{notice}</span>
          <button type="button" class="link" onClick={() => client.dispatch({ t: "@notice-read" })}>{t("notice.read")}</button></p>
      )}
    </aside>
  );
}

type StatusLine = { text: string; tone: "ok" | "wait" | "bad" };

/** Connected, reconnecting, saving, saved: always one line, in words. */
export function statusOf(state: State): StatusLine {
  const mine = state.mine && state.mine.q === state.q && (state.phase === "question" || state.phase === "closed") ? state.mine : null;
  const lost = state.link !== "open";
  if (mine && mine.status === "sending") {
    const text = lost ? t("status.offline") : state.saving ? t("status.saving") : mine.why ? codeText(mine.why) : t("status.sending");
    return { text, tone: "wait" };
  }
  if (lost)
    return { text: t("status.reconnecting"), tone: "wait" };
  if (state.saving)
    return { text: t("status.server"), tone: "wait" };
  if (!mine)
    return { text: t("status.connected"), tone: "ok" };
  switch (mine.status) {
    case "accepted": {
      const open = state.phase === "question" && state.question && (state.question.change || state.settings.change) === "until-close";
      return { text: t(open ? "status.change" : "status.accepted"), tone: "ok" };
    }
    case "late": return { text: t(mine.a === null ? "status.late" : "status.stood"), tone: mine.a === null ? "bad" : "ok" };
    case "duplicate": return { text: t("status.duplicate"), tone: "ok" };
    default: return mine.ask ? { text: t("status.ask"), tone: "wait" } : { text: codeText(mine.why), tone: "bad" };
  }
}

function Status({ state }: { state: State }) {
  const line = statusOf(state);
  const mine = state.mine;
  useEffect(() => { if (mine && mine.status !== "sending" && state.phase === "question") say(line.text); }, [mine && mine.status, mine && mine.n]);
  return (
    <footer class={"status status-" + line.tone} data-testid="status" data-status={state.link}>
      {line.tone === "ok" ? <Tick right={true} /> : <span class="status-dot" aria-hidden="true" />}
      <span>{line.text}</span>
    </footer>
  );
}

