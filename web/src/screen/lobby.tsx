/* SPDX-License-Identifier: Apache-2.0 */
/* lobby.tsx - how to come in, as large as the wall allows, and who is here already. */
import type { State } from "../lib/state";
import { Canopy } from "../parts/canopy";
import { Qr } from "../parts/qr";
import { grouped, joinLink, spoken } from "../parts/where";
import { Say, t } from "./say";

const NAMES_SHOWN = 48;

export function Lobby({ state, address }: { state: State; address: string }) {
  const pin = state.pin || "";
  const names = (state.lobby && state.lobby.names) || [];
  const newest = names.slice(0, NAMES_SHOWN); /* the server gives the newest first */
  const more = state.players - newest.length;
  return (
    <div class="lobby">
      <Canopy />
      <div class="go">
        <p><Say k="screen.join" /> <span class="address" data-testid="address">{spoken(address)}</span></p>
        <p><Say k="screen.code" /> <span class="pin" data-testid="pin">{grouped(pin)}</span></p>
      </div>
      <div class="scan">
        <Qr text={joinLink(address, pin)} label={t("invite.qr")} />
        <p><Say k="screen.qr" /></p>
      </div>
      <section class="crowd" aria-live="off">
        <h2 data-testid="count">{state.players > 0 ? <Say k="screen.count" p={{ n: state.players }} /> : <Say k="screen.wait" />}{state.locked && <> · <Say k="screen.locked" /></>}</h2>
        <ul class={"names" + (newest.length > 24 ? " many" : "")} data-testid="names">
          {newest.map((one) => <li key={one.player}>{one.name}</li>)}
          {more > 0 && newest.length > 0 && <li class="more"><Say k="screen.more" p={{ n: more }} /></li>}
        </ul>
      </section>
    </div>
  );
}
