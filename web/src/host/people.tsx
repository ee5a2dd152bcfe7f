/* SPDX-License-Identifier: Apache-2.0 */
/* people.tsx - who is here: find one, see who has answered, and mend what a phone or a name got wrong. */
import { useState } from "preact/hooks";
import type { Person } from "../lib/frames";
import { Tick } from "../lib/marks";
import { plain } from "../lib/plain";
import type { State } from "../lib/state";
import { Qr } from "../parts/qr";
import type { Steering } from "../parts/steering";
import { letGo, ts } from "../parts/steering";
import { ask } from "./ask";
import { Missing } from "./missing";
import type { Key } from "./words";
import { t } from "./words";

/** Finds "Đức" by "duc": a teacher types in a hurry. */
export function matches(person: { name: string; unit?: string | null }, sought: string): boolean {
  return plain(person.name + " " + (person.unit || "")).indexOf(plain(sought.trim())) >= 0;
}

/** Who needs a look first: waiting, then not yet answered, then the rest; the removed last. */
export function sorted(rows: Person[], asking: boolean): Person[] {
  const weight = (p: Person) => (p.removed ? 3 : p.waiting ? 0 : asking && !p.answered ? 1 : 2);
  return rows.map((p, i) => ({ p, i })).sort((a, b) => weight(a.p) - weight(b.p) || a.i - b.i).map((one) => one.p);
}

function about(person: Person, asking: boolean): string[] {
  if (person.removed)
    return [t("people.removed")];
  const said: string[] = [];
  if (person.waiting)
    said.push(t("people.waiting"));
  if (asking)
    said.push(person.answered ? t("people.answered") : t("people.notyet"));
  if (person.present === false)
    said.push(t("people.away"));
  if (person.factor !== undefined && person.factor !== 100)
    said.push(t("people.time") + ": " + t(("people.time." + person.factor) as Key));
  if (person.points)
    said.push(t("people.points", { n: person.points }));
  return said;
}

function Rename({ person, steer }: { person: Person; steer: Steering }) {
  const [name, setName] = useState(person.name);
  return (
    <form class="inline" onSubmit={(e) => { e.preventDefault(); void steer.ask("rename", { player: person.player, name: name.trim() }); }}>
      <label class="field"><span>{t("people.rename.field")}</span>
        <input class="input" value={name} onInput={(e) => setName(e.currentTarget.value)} data-testid="rename" /></label>
      <button class="button">{t("people.save")}</button>
    </form>
  );
}

function Reseat({ person, steer, link }: { person: Person; steer: Steering; link: string }) {
  const [code, setCode] = useState<string | null>(null);
  const get = () => { void steer.ask("reseat", { player: person.player }).then((o) => { if (o.ok) setCode(String(o.result["code"] || "")); }); };
  if (code === null)
    return <button type="button" class="button" onClick={get} data-testid="reseat">{t("people.reseat")}</button>;
  return (
    <div class="code-box">
      <p>{t("people.reseat.text")}</p>
      <p class="code" data-testid="reseat-code">{code}</p>
      <Qr text={link + "&code=" + code} label={t("people.reseat")} />
    </div>
  );
}

const FACTORS = [100, 150, 200, 0];

function Acts({ person, steer, link }: { person: Person; steer: Steering; link: string }) {
  const remove = (ban: boolean) => ask({
    title: ts("ask.remove.title", { name: person.name }), text: ban ? ts("ask.ban.text") : ts("ask.remove.text"),
    yes: ban ? t("people.ban") : t("people.remove"), run: () => { void steer.ask("remove", { player: person.player, ban }); },
  });
  return (
    <div class="person-acts">
      {person.waiting && <button type="button" class="button" onClick={() => void steer.ask("nod", { player: person.player })}>{t("lobby.nod")}</button>}
      <Rename person={person} steer={steer} />
      <label class="field pick"><span>{t("people.time")}</span>
        <select class="input" value={String(person.factor === undefined ? 100 : person.factor)} data-testid="factor"
          onChange={(e) => void steer.ask("accommodate", { player: person.player, factor: Number(e.currentTarget.value) })}>
          {FACTORS.map((factor) => <option value={String(factor)}>{t(("people.time." + factor) as Key)}</option>)}
        </select></label>
      <Reseat person={person} steer={steer} link={link} />
      <div class="pair">
        <button type="button" class="button" onClick={() => remove(false)} data-testid="remove">{t("people.remove")}</button>
        <button type="button" class="button" onClick={() => remove(true)} data-testid="ban">{t("people.ban")}</button>
      </div>
    </div>
  );
}

function PersonRow({ person, asking, open, toggle, steer, link }: { person: Person; asking: boolean; open: boolean; toggle(): void; steer: Steering; link: string }) {
  const said = about(person, asking);
  return (
    <li class={"person" + (person.removed ? " removed" : "") + (person.present === false ? " away" : "")} data-testid="person">
      <button type="button" class="person-line" aria-expanded={open} disabled={person.removed} onClick={(e) => { toggle(); letGo(e); }}>
        <span class="person-mark">{asking && person.answered && !person.removed ? <Tick right={true} /> : <span class="dot" />}</span>
        <span class="person-name">{person.name}{person.unit ? <small> · {person.unit}</small> : null}</span>
        <span class="muted">{said.join(" · ")}</span>
      </button>
      {open && !person.removed && <Acts person={person} steer={steer} link={link} />}
    </li>
  );
}

const SHOWN = 120;

export function People({ state, steer, link }: { state: State; steer: Steering; link: string }) {
  const [sought, setSought] = useState("");
  const [open, setOpen] = useState<string | null>(null);
  const people = state.people;
  const asking = state.phase === "question" || state.phase === "closed";
  const found = people ? sorted(people.rows.filter((one) => matches(one, sought)), asking) : [];
  const more = people ? people.total - people.rows.length + Math.max(0, found.length - SHOWN) : 0;
  return (
    <section class="pane" aria-label={t("tab.people")}>
      <h2>{t("tab.people")}{people ? ` (${people.rows.filter((one) => !one.removed).length})` : ""}</h2>
      <label class="field search"><span class="heard">{t("people.search")}</span>
        <input class="input" type="search" placeholder={t("people.search")} value={sought} onInput={(e) => setSought(e.currentTarget.value)} data-testid="search" /></label>
      {people && people.total === 0 && <p class="muted">{t("people.empty")}</p>}
      {people && people.total > 0 && found.length === 0 && <p class="muted">{t("people.none")}</p>}
      <ul class="people" data-testid="people">
        {found.slice(0, SHOWN).map((one) => (
          <PersonRow key={one.player} person={one} asking={asking} open={open === one.player} toggle={() => setOpen(open === one.player ? null : one.player)} steer={steer} link={link} />
        ))}
      </ul>
      {more > 0 && <p class="muted">{t("people.more", { n: more })}</p>}
      {state.phase !== "lobby" && <Missing state={state} />}
    </section>
  );
}
