/* SPDX-License-Identifier: Apache-2.0 */
/* lobby.tsx - "you are in": own name, how many are here, and a code to come back with. */
import { textOf } from "../lib/i18n";
import { Tick } from "../lib/marks";
import type { State } from "../lib/state";
import { seats } from "../lib/seat";
import { Hero } from "./hero";
import { door } from "./session";
import { t } from "./texts";

export function Lobby({ state }: { state: State }) {
  const you = state.you!;
  const renamed = state.joined && state.joined.renamed;
  const seat = seats().filter((s) => s.room === state.room)[0];
  const code = (state.joined && state.joined.code) || (seat && seat.code);
  return (
    <div class="lobby">
      <Hero tone="phuong" tall>
        {renamed && <p class="hero-small">{t("lobby.renamed", { old: door.get().name })}</p>}
        <h1 class="lobby-name" data-testid="own-name">{you.name}</h1>
        <p class="hero-line" data-testid="lobby-in">{you.waiting ? t("lobby.waiting") : <><Tick right={true} /> {t("lobby.in")}</>}</p>
      </Hero>
      <div class="stack room-pad">
        {state.title && <p class="room-title">{textOf(state.title)}</p>}
        <p class="lobby-players" data-testid="players">{t("lobby.players", { n: state.players })}</p>
        <p class="muted">{t("lobby.hold")}</p>
        {code && (
          <div class="keep-code">
            <p><span class="keep-name">{t("lobby.code")}</span> <b data-testid="return-code">{code.slice(0, 4)} {code.slice(4)}</b></p>
            <p class="muted">{t("lobby.code.hint")}</p>
          </div>
        )}
      </div>
    </div>
  );
}
