/* SPDX-License-Identifier: Apache-2.0 */
/* head.tsx - what a bank says of itself: name, id, languages, licence, who may see it. */
import { lang } from "../lib/i18n";
import { ask } from "../host/ask";
import { idOf as idFrom } from "../host/drafts";
import type { Draft, Head } from "./bank";
import { LANGUAGES, losesText, optional, textIn, withLanguages } from "./bank";
import type { Verdict } from "./checking";
import type { Fault } from "./faults";
import type { Places } from "./fields";
import { Faults, Field, Pick, TextField, TypedField } from "./fields";
import { te, teOr } from "./words";
import { change, step } from "./work";

const SEEN = ["hosts", "practice", "sealed"] as const;

function Languages({ draft, faults }: { draft: Draft; faults: Places }) {
  const now = draft.head.languages;
  const all = LANGUAGES.concat(now.filter((one) => LANGUAGES.indexOf(one) < 0));
  const flip = (one: string, box: HTMLInputElement) => {
    const on = box.checked;
    const next = withLanguages(draft, all.filter((l) => (l === one ? on : now.indexOf(l) >= 0)));
    if (on || !losesText(draft, one))
      step(next);
    else {
      box.checked = true; /* until it is agreed to */
      ask({ title: te("lang.drop"), text: te("lang.drop.text", { name: teOr("lang." + one, one) }), yes: te("lang.drop.yes"), run: () => step(next) });
    }
  };
  return (
    <fieldset class="ed-side"><legend>{te("languages")}</legend>
      {all.map((one) => <label class="check"><input type="checkbox" checked={now.indexOf(one) >= 0} disabled={now.length === 1 && now[0] === one} onChange={(e) => flip(one, e.currentTarget)} data-testid={"lang-of-" + one} /> {teOr("lang." + one, one)}</label>)}
      <Faults all={faults["languages"]} />
    </fieldset>
  );
}

/* An id that somebody else has, or that is a bank of one's own already, is no id for a new bank. */
export function clash(draft: Draft, verdict: Verdict | null): string | null {
  if (verdict === null || verdict.standing === undefined)
    return null;
  if (verdict.standing === "foreign" || verdict.standing === "fixed")
    return te(draft.base === null ? "id.taken" : "id.lost");
  return draft.base === null && verdict.standing === "own" ? te("id.own") : null;
}

export function HeadForm({ draft, faults, verdict }: { draft: Draft; faults: Places; verdict: Verdict | null }) {
  const head = draft.head, say = (part: Partial<Head>) => change({ ...draft, head: { ...head, ...part } as Head });
  const title = (text: Head["title"]) => {
    const known = textIn(text, lang.get()) || textIn(text, head.languages[0] as string);
    change({ ...draft, head: { ...head, title: text, id: draft.base !== null || draft.own_id ? head.id : idFrom(known) } });
  };
  const taken = clash(draft, verdict);
  const own: Places = taken === null ? faults : { ...faults, id: (faults["id"] || []).concat({ line: 1, column: 1, question: null, field: "id", message: taken } as Fault) };
  return (
    <div class="ed-head-form">
      <TextField of="head" place="title" name={te("title")} text={head.title} languages={head.languages} faults={faults} set={title} />
      {draft.base === null && <Field of="head" place="id" name={te("id")} value={head.id} max={64} hint={te("id.hint")} faults={own} set={(id) => change({ ...draft, own_id: true, head: { ...head, id } })} />}
      {draft.base !== null && <p class="muted">{te("id")}: {head.id}</p>}
      {draft.base !== null && <Faults all={own["id"]} id="f-head-id-fault" />}
      <Languages draft={draft} faults={faults} />
      <details class="more" data-testid="head-more">
        <summary>{te("head.more")}</summary>
        <div class="ed-form">
          <TextField of="head" place="description" name={te("description")} text={head.description} languages={head.languages} rows={2} faults={faults} set={(text) => say({ description: optional(text) as Head["description"] })} />
          <Pick of="head" place="visibility" name={te("visibility")} value={head.visibility || "hosts"} among={SEEN.map((one): [string, string] => [one, te(("seen." + one) as "seen.hosts")])} faults={faults} set={(visibility) => say({ visibility })} />
          <Field of="head" place="licence" name={te("licence")} value={head.licence || ""} hint={te("licence.hint")} faults={faults} set={(text) => say({ licence: text || undefined })} />
          <TypedField of="head" place="authors" name={te("authors")} shown={(head.authors || []).join("\n")} rows={2} hint={te("authors.hint")} faults={faults}
            set={(text) => { const all = text.split("\n").map((one) => one.trim()).filter(Boolean); say({ authors: all.length > 0 ? all : undefined }); }} />
        </div>
      </details>
    </div>
  );
}
