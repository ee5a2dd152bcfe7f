/* SPDX-License-Identifier: Apache-2.0 */
/* fields.tsx - a place to type in, with what the server found wrong right under it. */
import { useState } from "preact/hooks";
import type { Text } from "../lib/frames";
import { textIn, withText } from "./bank";
import type { Fault } from "./faults";
import { faultText } from "./faults";
import { te, teOr } from "./words";

export type Places = { [place: string]: Fault[] };

/** Ids of elements: question ids and places have only letters, digits, dots and hyphens. */
export const idOf = (of: string, place: string): string => `f-${of}-${place}`;

export function focusSoon(id: string): void {
  window.setTimeout(() => {
    const found = document.getElementById(id);
    if (found)
      found.focus();
  }, 30);
}

export function Faults({ all, id }: { all: Fault[] | undefined; id?: string }) {
  if (!all || all.length === 0)
    return null;
  return (
    <span class="ed-faults" id={id} data-testid={id}>{all.map((fault) => {
      const said = faultText(fault.message);
      return <span class="fault ed-fault" lang={said.lang} title={said.text === fault.message ? undefined : fault.message}>{said.text}</span>;
    })}</span>
  );
}

interface OneLine { of: string; place: string; name: string; value: string; set(value: string): void; faults: Places; hint?: string; lang?: string; rows?: number; mode?: "decimal" | "numeric"; max?: number; test?: string; extra?: preact.ComponentChildren }

/** One field. Its faults and hint are read aloud with it. */
export function Field({ of, place, name, value, set, faults, hint, lang, rows, mode, max, test, extra }: OneLine) {
  const id = idOf(of, place), wrong = faults[place] !== undefined;
  const about = [hint ? id + "-hint" : "", wrong ? id + "-fault" : ""].filter(Boolean).join(" ") || undefined;
  const same = { id, class: "input ed-input", value, lang, "aria-invalid": wrong, "aria-describedby": about, "data-testid": test || id, maxLength: max };
  return (
    <div class="field">
      <label for={id}>{name}</label>
      {rows ? <textarea {...same} rows={rows} onInput={(e) => set(e.currentTarget.value)} /> : <input {...same} inputMode={mode} autoComplete="off" onInput={(e) => set(e.currentTarget.value)} />}
      {hint && <small class="muted" id={id + "-hint"}>{hint}</small>}
      <Faults all={faults[place]} id={id + "-fault"} />
      {extra}
    </div>
  );
}

/** One field a language. Where only one of them has words, they can be taken over. */
export function TextField({ of, place, name, text, set, faults, languages, rows, hint }: { of: string; place: string; name: string; text: Text | undefined; set(text: Text): void; faults: Places; languages: string[]; rows?: number; hint?: string }) {
  return (
    <div class="ed-texts">
      {languages.map((one) => {
        const value = textIn(text, one);
        const other = languages.map((l) => textIn(text, l)).find((said) => said !== "");
        const said = languages.length > 1 ? `${name} (${teOr("lang." + one, one)})` : name;
        const same = value === "" && other !== undefined && <button type="button" class="link ed-same" onClick={() => set(other)}>{te("text.same", { text: other.length > 24 ? other.slice(0, 23) + "…" : other })}</button>;
        return <Field key={one} of={of} place={`${place}.${one}`} name={said} value={value} lang={one} rows={rows} hint={hint} faults={faults} set={(v) => set(withText(text, one, v, languages))} extra={same} />;
      })}
    </div>
  );
}

/** What is typed stays as typed while the field lives, whatever it means. */
export function TypedField({ shown, set, ...rest }: Omit<OneLine, "value" | "set"> & { shown: string; set(text: string): void }) {
  const [text, setText] = useState(shown);
  return <Field {...rest} value={text} set={(v) => { setText(v); set(v); }} />;
}

export function Pick({ of, place, name, value, among, set, faults, any }: { of: string; place: string; name: string; value: string; among: [string, string][]; set(value: string): void; faults: Places; any?: string }) {
  const id = idOf(of, place), wrong = faults[place] !== undefined;
  return (
    <div class="field pick">
      <label for={id}>{name}</label>
      <select id={id} class="input" value={value} aria-invalid={wrong} aria-describedby={wrong ? id + "-fault" : undefined} onChange={(e) => set(e.currentTarget.value)} data-testid={id}>
        {any !== undefined && <option value="">{any}</option>}
        {among.map(([one, said]) => <option key={one} value={one}>{said}</option>)}
      </select>
      <Faults all={faults[place]} id={id + "-fault"} />
    </div>
  );
}
