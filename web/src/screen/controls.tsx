/* SPDX-License-Identifier: Apache-2.0 */
/* controls.tsx - the slim bar of a teacher who mirrors one laptop, and the quiet tools of the screen. */
import { useState } from "preact/hooks";
import { tc } from "../lib/i18n";
import type { State } from "../lib/state";
import { SettingsButton } from "../lib/settings";
import { useStore } from "../lib/store";
import type { Show } from "../parts/speech";
import { show, showIn } from "../parts/speech";
import type { Steering } from "../parts/steering";
import { goOn, letGo, moving, primaryOf, trouble, ts, useGoOnKeys } from "../parts/steering";
import type { Sounds } from "./sounds";
import { t } from "./say";

const SHOWN: [Show, string][] = [["vi", "VI"], ["en", "EN"], ["both", "VI+EN"]];

function fullScreen(): void {
  if (document.fullscreenElement)
    void document.exitFullscreen();
  else
    document.documentElement.requestFullscreen().catch(() => undefined);
}

export function Tools({ sounds }: { sounds: Sounds }) {
  const now = useStore(show);
  const [, draw] = useState(0);
  return (
    <div class="tools">
      <div class="langs" role="group" aria-label={tc("settings.lang")}>
        {SHOWN.map(([one, name]) => <button type="button" class="tool" aria-pressed={one === now} aria-label={one === "both" ? `${name}: ${t("screen.lang.both")}` : name} onClick={(e) => { showIn(one); letGo(e); }} data-testid={"show-" + one}>{name}</button>)}
      </div>
      {sounds.able && <button type="button" class="tool" aria-pressed={sounds.on()} onClick={(e) => { sounds.turn(!sounds.on()); sounds.play("tick"); draw((n) => n + 1); letGo(e); }} data-testid="sound">{sounds.on() ? t("screen.sound.off") : t("screen.sound.on")}</button>}
      {"requestFullscreen" in document.documentElement && <button type="button" class="tool" onClick={(e) => { fullScreen(); letGo(e); }} data-testid="fullscreen">{t("screen.full.on")}</button>}
      <SettingsButton />
    </div>
  );
}

export function Bar({ state, steer }: { state: State; steer: Steering }) {
  const what = primaryOf(state);
  const said = useStore(trouble);
  const asked = state.phase === "question";
  useGoOnKeys(steer, true);
  return (
    <section class="bar" aria-label={t("screen.controls")}>
      {asked && !state.paused && <button type="button" onClick={(e) => { void steer.ask("pause", {}, state.at); letGo(e); }} data-testid="pause">{ts("act.pause")}</button>}
      {asked && <button type="button" onClick={(e) => { void steer.ask("extend", { ms: 10000 }); letGo(e); }} data-testid="extend">{ts("act.extend")}</button>}
      {state.phase !== "ended" && <button type="button" onClick={(e) => { void steer.ask(state.locked ? "unlock" : "lock"); letGo(e); }} data-testid="lock">{state.locked ? ts("act.unlock") : ts("act.lock")}</button>}
      {said && <p class="trouble" role="status">{said}</p>}
      {what && <button type="button" class="next" aria-busy={moving(state)} onClick={(e) => { goOn(steer); letGo(e); }} data-testid="next">{ts(what.key)}</button>}
    </section>
  );
}
