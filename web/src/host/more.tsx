/* SPDX-License-Identifier: Apache-2.0 */
/* more.tsx - what is needed now and then: results as files, the end, a room like this again. */
import { useState } from "preact/hooks";
import type { State } from "../lib/state";
import type { Steering } from "../parts/steering";
import { ts } from "../parts/steering";
import { ask } from "./ask";
import { saveFile } from "./download";
import { GivenTo } from "./given";
import { tk } from "./marks_list";
import { forgetKey, go, key, madeOf } from "./place";
import { t } from "./words";

const FORMS = [["xlsx", "get.xlsx"], ["csv", "get.csv"], ["json", "get.json"]] as const;

export function Downloads({ state, token }: { state: State; token: string }) {
  const [said, setSaid] = useState<string | null>(null);
  const get = (form: string) => {
    setSaid(t("get.busy"));
    saveFile(`api/rooms/${state.room}/results.${form}`, token, `hoithi-${state.room}.${form}`).then(
      (status) => setSaid(status === 200 ? null : status === 404 || status === 501 ? t("get.missing") : t("get.failed")),
      () => setSaid(t("get.failed")));
  };
  return (
    <div class="downloads">
      {state.room && <button type="button" class={"button" + (state.phase === "ended" ? " primary" : "")} onClick={() => go({ at: "marks", token, room: state.room as string })} data-testid="to-marks">{tk("marks.open")}</button>}
      <h2>{t("get.title")}</h2>
      <div class="pair">{FORMS.map(([form, said]) => <button type="button" class="button" onClick={() => get(form)} data-testid={"get-" + form}>{t(said)}</button>)}</div>
      <p role="status" class="muted">{said}</p>
    </div>
  );
}

export function More({ state, steer, token }: { state: State; steer: Steering; token: string }) {
  const end = () => ask({ title: ts("ask.end.title"), text: ts("ask.end.text"), yes: ts("act.end"), run: () => void steer.ask("end") });
  const again = () => {
    const { scoring, change, board, text, names, close_all, shuffle } = state.settings;
    const same = JSON.parse(JSON.stringify({ scoring, change, board, text, names, close_all, shuffle })); /* what the room says, without gaps */
    go({ at: "new", like: madeOf(state.room) || { room: state.room || "", bank: "", settings: same } });
  };
  return (
    <section class="pane" aria-label={t("tab.more")}>
      <h2 class="heard">{t("tab.more")}</h2>
      {state.phase !== "ended" && <button type="button" class="button" onClick={() => void steer.ask(state.locked ? "unlock" : "lock")}>{state.locked ? ts("act.unlock") : ts("act.lock")}</button>}
      {state.phase !== "lobby" && <Downloads state={state} token={token} />}
      {state.room && <GivenTo room={state.room} token={token} />}
      {key() !== "" && <button type="button" class="button" onClick={again} data-testid="again">{t("again.go")}</button>}
      {key() !== "" && <button type="button" class="button" onClick={() => go({ at: "home" })} data-testid="home">{t("host.back")}</button>}
      {state.phase !== "ended" && state.phase !== "lobby" && <button type="button" class="button danger" onClick={end} data-testid="end">{ts("act.end")}</button>}
      {key() !== "" && <button type="button" class="link" onClick={forgetKey}>{t("host.forget")}</button>}
    </section>
  );
}
