/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.tsx - where a teacher writes banks: copied or new, checked while they are written, kept as the next version.
 *
 * The key is the console's, from the same browser. Nothing leaves it before it is checked or kept.
 */
import "../styles/tokens.css";
import "../styles/base.css";
import "../parts/media.css";
import "../host/host.css";
import "../host/mine.css";
import "./editor.css";
import { useState } from "preact/hooks";
import { useFocusOn } from "../lib/a11y";
import { takeFragment } from "../lib/base";
import { useLang } from "../lib/i18n";
import { startPage } from "../lib/page";
import { SettingsButton } from "../lib/settings";
import { kept } from "../lib/storage";
import { useStore } from "../lib/store";
import { Ask } from "../host/ask";
import type { Draft } from "./bank";
import { check, key, startChecking } from "./checking";
import { Copy } from "./copy";
import { countOf, placed } from "./faults";
import { Faults } from "./fields";
import { HeadForm } from "./head";
import type { Wanted } from "./home";
import { Home } from "./home";
import { Questions, openQuestion } from "./list";
import { Done, SaveBar } from "./save";
import { te } from "./words";
import { close, elsewhere, saved, startWork, undo, undoable, unkept, work } from "./work";

const fragment = takeFragment();
if (fragment["key"])
  kept.set("host.key", fragment["key"]);
let wanted: Wanted | null = fragment["bank"] ? { id: fragment["bank"], version: fragment["version"] || "" } : null;

function Top({ draft }: { draft: Draft | null }) {
  const back = () => { wanted = null; close(); openQuestion.set(""); };
  return (
    <header class="head">
      {draft !== null
        ? <button type="button" class="round" aria-label={te("back")} title={te("back")} onClick={back} data-testid="back"><span aria-hidden="true">‹</span></button>
        : <a class="round" href="host" aria-label={te("host")} title={te("host")}><span aria-hidden="true">‹</span></a>}
      <p class="brand"><img src={(document.querySelector("link[rel=icon]") as HTMLLinkElement).href} alt="" width="36" height="36" /> hội thi</p>
      <SettingsButton />
    </header>
  );
}

function Door() {
  return (
    <main class="sheet door" data-testid="door">
      <h1>{te("nokey")}</h1>
      <p>{te("nokey.text")}</p>
      <a class="button primary" href="host">{te("host")}</a>
    </main>
  );
}

function Editing({ draft }: { draft: Draft }) {
  const now = useStore(check), full = useStore(unkept), other = useStore(elsewhere), before = useStore(undoable);
  const [said, setSaid] = useState<string | null>(null);
  const [copying, setCopying] = useState(false);
  const heading = useFocusOn<HTMLHeadingElement>(draft.slot);
  const all = now.verdict ? placed(now.verdict.faults, draft.head.languages) : {};
  const head = all[""] || {};
  const known = ["", ...draft.questions.map((q) => q.id)];
  const count = Object.keys(all).filter((of) => known.indexOf(of) >= 0).reduce((sum, of) => sum + countOf(all[of]), 0);
  return (
    <main class="sheet broad ed" data-testid="editing">
      <h1 tabIndex={-1} ref={heading}>{te(draft.base === null ? "editing.new" : "editing", { id: draft.head.id, version: draft.base || "" })}</h1>
      {full && <p class="fault" role="alert" data-testid="unkept">{te("unkept")}</p>}
      {other && <p class="fault" role="alert" data-testid="elsewhere">{te("elsewhere")}</p>}
      <Faults all={head[""]} />
      <HeadForm draft={draft} faults={head} verdict={now.of !== null && now.of.head.id === draft.head.id ? now.verdict : null} />
      <h2>{te("questions")}</h2>
      <Copy draft={draft} said={setSaid} open={copying} setOpen={setCopying} />
      {before !== null && <p role="status" class="ed-removed">{said || te("undo.said")} <button type="button" class="button small" onClick={() => { setSaid(null); undo(); }} data-testid="undo">{te("undo")}</button></p>}
      {draft.questions.length > 0 && <Faults all={head["questions"]} />}
      <Questions draft={draft} faults={all} />
      {!copying && <SaveBar draft={draft} faults={all} count={count} />}
      <Ask />
    </main>
  );
}

function App() {
  useLang();
  const draft = useStore(work), done = useStore(saved);
  if (key() === "")
    return <><Top draft={null} /><Door /></>;
  if (draft === null)
    return <><Top draft={null} /><Home wanted={wanted} /></>;
  return <><Top draft={draft} />{done !== null ? <Done kept={done} draft={draft} /> : <Editing key={draft.slot} draft={draft} />}</>;
}

startWork();
if (wanted !== null)
  close(); /* what was open lies in the drawer */
startChecking();
startPage(<App />, fragment["lang"]);
