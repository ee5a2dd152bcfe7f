/* SPDX-License-Identifier: Apache-2.0 */
/* names.tsx - the class list on a phone: one taps a name, and who is in already is grey. */
import { useState } from "preact/hooks";
import type { ListedName } from "../lib/frames";
import { plain } from "../lib/plain";
import { t } from "./texts";

const SEARCH_FROM = 12; /* names that are found at a glance */

export function Names({ names, picked, pick }: { names: ListedName[]; picked: number; pick(one: ListedName): void }) {
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
