/* SPDX-License-Identifier: Apache-2.0 */
/* names.tsx - the class list on a phone: one taps a name, and who is in already is grey. */
import { useEffect, useState } from "preact/hooks";
import type { ListedName } from "../lib/frames";
import { plain } from "../lib/plain";
import { useList } from "./look";
import { t } from "./texts";

const SEARCH_FROM = 12; /* names that are found at a glance */

function Names({ names, picked, pick }: { names: ListedName[]; picked: number; pick(one: ListedName): void }) {
  const [sought, setSought] = useState("");
  const found = names.filter((one) => plain(one.name).indexOf(plain(sought.trim())) >= 0);
  return (
    <div class="names-box">
      <h2 id="names-title">{t("list.title")}</h2>
      {names.length > SEARCH_FROM && (
        <input class="input" type="search" data-testid="find-name" aria-label={t("list.find")} placeholder={t("list.find")} value={sought} autocomplete="off" spellcheck={false}
          enterkeyhint="search" onInput={(e) => setSought(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === "Enter") e.preventDefault(); }} />
      )}
      <ul class="names" aria-labelledby="names-title" data-testid="names">
        {found.map((one) => (
          <li key={one.row}>
            <button type="button" class="name" disabled={one.taken} aria-pressed={one.row === picked} onClick={() => pick(one)}>
              <span>{one.name}</span>{one.taken && <small>{t("list.taken")}</small>}
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="muted">{t("list.none")}</p>}
    </div>
  );
}

/** What the door must know: who was tapped, and what to say on its button, or if nobody was. */
export interface Tapped { mine: ListedName | null; said: string }

/** The class list in the place of the name field, or nothing. `name` is how this phone was called last: tapped already, if it is free. */
export function Listed({ pin, again, name, onTap }: { pin: string; again: unknown; name: string; onTap(tapped: Tapped | null): void }) {
  const list = useList(pin, again);
  const [typing, type] = useState(false);
  const [picked, pick] = useState(0);
  const names = list && !typing ? list.names : null;
  const mine = (names && names.filter((one) => !one.taken && (picked ? one.row === picked : one.name === name))[0]) || null;
  const said = mine ? t("list.as", { name: mine.name }) : t("list.pick");
  useEffect(() => onTap(names && { mine, said }), [names === null, mine && mine.row, said]);
  if (!list)
    return null;
  return (
    <>
      {names && <Names names={names} picked={mine ? mine.row : 0} pick={(one) => pick(one.row)} />}
      {list.list_only ? <p class="muted">{t("list.only")}</p>
        : <button type="button" class="button quiet" data-testid="not-listed" onClick={() => type(!typing)}>{typing ? t("list.back") : t("list.other")}</button>}
    </>
  );
}
