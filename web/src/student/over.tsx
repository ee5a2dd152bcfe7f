/* SPDX-License-Identifier: Apache-2.0 */
/* over.tsx - why this page rests, and the way on. */
import { useFocusOn } from "../lib/a11y";
import { codeText } from "../lib/i18n";
import type { Over as Why, State } from "../lib/state";
import { Head } from "./entry";
import { Hero } from "./hero";
import { seatFor } from "../lib/seat";
import { continueAs, door, leave } from "./session";
import { t } from "./texts";

const WORDS: Record<Why, { title: Parameters<typeof t>[0]; what: Parameters<typeof t>[0] }> = {
  elsewhere: { title: "over.elsewhere", what: "over.elsewhere.what" },
  removed: { title: "over.removed", what: "over.removed.what" },
  token: { title: "over.token", what: "over.token.what" },
  abuse: { title: "over.abuse", what: "over.abuse.what" },
};

export function Over({ state }: { state: State }) {
  const why = state.over!;
  const title = useFocusOn<HTMLHeadingElement>(why);
  const banned = state.removed_why === "banned";
  const archived = state.error === "archived";
  const shut = banned || archived; /* no way back in */
  const pin = door.get().pin;
  const seat = seatFor(pin || null);
  return (
    <div class="page door" data-testid={"over-" + why}>
      <header><Hero tone="slate"><Head /><h1 class="door-title" ref={title} tabIndex={-1}>{t(archived ? "over.archived" : WORDS[why].title)}</h1></Hero></header>
      <main class="door-main stack">
        <p class="over-what">{banned ? codeText("banned") : archived ? codeText("archived") : t(WORDS[why].what)}</p>
        {why === "elsewhere" && seat && <button class="button primary" data-testid="take-back" onClick={() => continueAs(seat)}>{t("over.elsewhere.do")}</button>}
        <button class={"button" + (why === "elsewhere" ? "" : " primary")} data-testid="enter-again" onClick={() => leave(shut ? "" : pin)}>{t(shut ? "ended.leave" : "over.enter")}</button>
      </main>
    </div>
  );
}
