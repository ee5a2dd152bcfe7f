/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.tsx - the teacher's console: the list of rooms, a new room, and the room itself.
 *
 * Everything in a room is drawn from frames, so any number of these pages stay alike and a reloaded one loses nothing.
 */
import "../styles/tokens.css";
import "../styles/base.css";
import "../parts/media.css";
import "./host.css";
import "./mine.css";
import { useEffect } from "preact/hooks";
import { takeFragment } from "../lib/base";
import { createClient } from "../lib/client";
import { useLang } from "../lib/i18n";
import { startPage } from "../lib/page";
import { SettingsButton } from "../lib/settings";
import { useStore } from "../lib/store";
import { steering } from "../parts/steering";
import { Door, Home, NewRoom } from "./home";
import { Library, OneBank } from "./library";
import { MarksPage } from "./marks";
import { Mine } from "./mine";
import { go, key, place, startPlace } from "./place";
import { Room } from "./room";
import { t } from "./words";

const fragment = takeFragment();
const steer = steering();
const client = createClient((event) => steer.heard(event));
steer.bind(client);

function attach(token: string): void {
  client.dispatch({ t: "@leave" });
  client.connection.hello({ t: "attach", token, page: client.page });
}

function leave(): void {
  client.connection.stop();
  client.dispatch({ t: "@leave" });
}

function Top() {
  const where = useStore(place);
  return (
    <header class="head">
      {where.at !== "door" && where.at !== "home" && key() !== "" && <button type="button" class="round" aria-label={t("host.back")} title={t("host.back")} onClick={() => go(where.at === "bank" ? { at: "library" } : { at: "home" })}><span aria-hidden="true">‹</span></button>}
      <p class="brand"><img src={(document.querySelector("link[rel=icon]") as HTMLLinkElement).href} alt="" width="36" height="36" /> hội thi</p>
      <SettingsButton />
    </header>
  );
}

function App() {
  useLang();
  const where = useStore(place);
  const token = where.at === "room" ? where.token : "";
  useEffect(() => {
    if (token === "")
      return;
    attach(token);
    return leave;
  }, [token]);
  switch (where.at) {
    case "door": return <><Top /><Door bad={where.bad} /></>;
    case "home": return <><Top /><Home /></>;
    case "mine": return <><Top /><Mine /></>;
    case "library": return <><Top /><Library /></>;
    case "bank": return <><Top /><OneBank id={where.id} version={where.version} from={where.from} /></>;
    case "new": return <><Top /><NewRoom like={where.like} /></>;
    case "marks": return <><Top /><MarksPage room={where.room} token={where.token} /></>;
    case "room": return <Room client={client} steer={steer} token={token} comeBack={() => attach(token)} />;
  }
}

startPlace(fragment);
startPage(<App />, fragment["lang"]);
