/* SPDX-License-Identifier: Apache-2.0 */
/* invite.tsx - how others come in: pupils by PIN and QR, the hall's screen, the teacher's own phone, a judge. */
import { useEffect, useState } from "preact/hooks";
import { base } from "../lib/base";
import { api } from "../lib/http";
import type { State } from "../lib/state";
import { Qr } from "../parts/qr";
import { letGo } from "../parts/steering";
import type { Chosen } from "../parts/where";
import { grouped, isLocal, joinLink, spoken } from "../parts/where";
import type { Tokens } from "./place";
import { keepTokens, tokensOf } from "./place";
import { t } from "./words";

/** The room's tokens, fetched once with the host's own. */
export function useTokens(room: string | null, token: string): Tokens | null {
  const [tokens, setTokens] = useState<Tokens | null>(null);
  useEffect(() => {
    if (room === null)
      return;
    const known = tokensOf(room);
    setTokens(known);
    if (!known)
      api<Tokens>(`api/rooms/${room}/tokens`, { token, method: "POST" }).then((got) => { keepTokens(room, got); setTokens(got); }, () => undefined);
  }, [room, token]);
  return tokens;
}

export function screenLink(tokens: Tokens, where: Chosen): string {
  return `${base().http}screen#token=${encodeURIComponent(tokens.screen_token)}&at=${encodeURIComponent(where.address)}`;
}

function Copy({ text }: { text: string }) {
  const [done, setDone] = useState(false);
  const copy = (e: MouseEvent) => {
    const field = document.createElement("textarea"); /* the clipboard API needs a secure context; this does not */
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "heard";
    document.body.appendChild(field);
    field.select();
    setDone(document.execCommand("copy"));
    field.remove();
    letGo(e);
  };
  return <button type="button" class="button" onClick={copy}>{done ? t("invite.copied") : t("invite.copy")}</button>;
}

function Remote({ tokens, where }: { tokens: Tokens; where: Chosen }) {
  const [shown, setShown] = useState(false);
  return (
    <div class="invite-part">
      <h3>{t("invite.remote")}</h3>
      <p class="muted">{t("invite.remote.text")}</p>
      {shown && <Qr text={`${where.address}host#token=${encodeURIComponent(tokens.host_token)}`} label={t("invite.remote")} />}
      <button type="button" class="button" aria-pressed={shown} onClick={(e) => { setShown(!shown); letGo(e); }} data-testid="remote">{shown ? t("invite.hide") : t("invite.remote.show")}</button>
    </div>
  );
}

export function Invite({ state, where, tokens }: { state: State; where: Chosen; tokens: Tokens | null }) {
  const pin = state.pin || "";
  return (
    <section class="pane invite" aria-label={t("tab.invite")}>
      <h2 class="heard">{t("tab.invite")}</h2>
      <div class="invite-join">
        <div>
          <p class="muted">{t("invite.at")}</p>
          <p class="invite-address" data-testid="address">{spoken(where.address)}</p>
          <p class="muted">{t("invite.pin")}</p>
          <p class="invite-pin" data-testid="pin">{grouped(pin)}</p>
        </div>
        <Qr text={joinLink(where.address, pin)} label={t("invite.qr")} />
      </div>
      {where.all.length > 1 && (
        <label class="field pick"><span>{t("invite.address")}</span>
          <select class="input" value={where.address} onChange={(e) => where.choose(e.currentTarget.value)} data-testid="where">
            {where.all.map((one) => <option value={one}>{spoken(one)}</option>)}
          </select></label>
      )}
      {isLocal(where.address) && <p class="fault">{t("invite.local")}</p>}
      {tokens && (
        <>
          <a class="button primary" href={screenLink(tokens, where)} target="_blank" rel="noopener" data-testid="screen-link">{t("invite.screen")}</a>
          <p class="muted">{t("invite.screen.text")}</p>
          <Remote tokens={tokens} where={where} />
          <div class="invite-part">
            <h3>{t("invite.judge")}</h3>
            <p class="muted">{t("invite.judge.text")}</p>
            <div class="pair">
              <a class="button" href={`${base().http}judge#token=${encodeURIComponent(tokens.judge_token)}`} target="_blank" rel="noopener" data-testid="judge-link">{t("invite.judge")}</a>
              <Copy text={`${where.address}judge#token=${encodeURIComponent(tokens.judge_token)}`} />
            </div>
          </div>
        </>
      )}
    </section>
  );
}
