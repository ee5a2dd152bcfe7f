/* SPDX-License-Identifier: Apache-2.0 */
/* question.tsx - one question open for writing, and beside it as the student will see it. */
import { useState } from "preact/hooks";
import { ApiError } from "../lib/http";
import { lang } from "../lib/i18n";
import { Shown } from "../host/library_shown";
import type { ShownQuestion } from "../host/library_shown";
import { tOr } from "../host/words";
import { topicName } from "../practice/texts";
import { Answers } from "./answers";
import type { Question } from "./bank";
import { KINDS, isDated, optional, questionIn, withKind, withSource } from "./bank";
import type { Places } from "./fields";
import { Faults, Field, Pick, TextField, TypedField, idOf } from "./fields";
import { bring, shownMedia } from "./pictures";
import { te, teOr, told } from "./words";

interface Asking { q: Question; n: number; set(q: Question): void; setPart(part: Partial<Question>): void; setLarge(q: Question): void; languages: string[]; faults: Places; topics: string[] }

export const kindName = (kind: string): string => tOr("kind." + kind, kind);

const wholeOf = (text: string): number | undefined => (text.trim() === "" ? undefined : /^\d{1,6}$/.test(text.trim()) ? Number(text.trim()) : (text as unknown as number)); /* what is no number is told by the check */

function About({ q, set, faults, topics }: Asking) {
  const id = idOf(q.id, "topic");
  return (
    <div class="ed-row">
      <div class="field">
        <label for={id}>{te("topic")}</label>
        <input id={id} class="input ed-input" value={q.topic || ""} list={id + "-list"} autoComplete="off" aria-invalid={faults["topic"] !== undefined} aria-describedby={faults["topic"] ? id + "-fault" : undefined}
          onInput={(e) => set({ ...q, topic: e.currentTarget.value || undefined })} data-testid={id} />
        <datalist id={id + "-list"}>{topics.map((one) => <option value={one}>{topicName(one)}</option>)}</datalist>
        <Faults all={faults["topic"]} id={id + "-fault"} />
      </div>
      <Pick of={q.id} place="difficulty" name={te("difficulty")} value={q.difficulty ? String(q.difficulty) : ""} any={te("difficulty.none")} among={[1, 2, 3].map((d): [string, string] => [String(d), te(("difficulty." + d) as "difficulty.1")])} faults={faults} set={(d) => set({ ...q, difficulty: d === "" ? undefined : Number(d) })} />
      <TypedField of={q.id} place="limit_s" name={te("limit")} shown={q.limit_s === undefined ? "" : String(q.limit_s)} mode="numeric" hint={te("limit.hint")} faults={faults} set={(text) => set({ ...q, limit_s: wholeOf(text) })} />
      <TypedField of={q.id} place="weight" name={te("weight")} shown={q.weight === undefined ? "" : String(q.weight)} mode="numeric" hint={te("weight.hint")} faults={faults} set={(text) => set({ ...q, weight: wholeOf(text) })} />
    </div>
  );
}

function SourceFields({ q, set, faults, languages }: Asking) {
  const dated = isDated(q.source) ? q.source : null;
  const text = dated ? dated.text : isDated(q.source) ? undefined : q.source;
  return (
    <>
      {typeof text === "object" && text !== null
        ? <TextField of={q.id} place="source" name={te("source")} text={text} languages={languages} faults={faults} set={(said) => set(withSource(q, { text: said }))} />
        : <Field of={q.id} place="source" name={te("source")} value={text || ""} hint={te("source.hint")} faults={faults} set={(said) => set(withSource(q, { text: said }))} />}
      <div class="ed-row">
        <Field of={q.id} place="source.date" name={te("source.date")} value={(dated && dated.date) || ""} hint={te("source.date.hint")} faults={faults} set={(date) => set(withSource(q, { date }))} />
        <label class="check"><input type="checkbox" checked={!!(dated && dated.stable)} onChange={(e) => set(withSource(q, { stable: e.currentTarget.checked }))} /> {te("source.stable")}</label>
      </div>
    </>
  );
}

function Picture({ q, setPart: set, faults, languages }: Asking) {
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { media } = q, id = idOf(q.id, "media");
  const take = (e: Event & { currentTarget: HTMLInputElement }) => {
    const chosen = e.currentTarget.files && e.currentTarget.files[0];
    e.currentTarget.value = "";
    if (!chosen || busy)
      return;
    setBusy(true);
    setSaid(null);
    bring(chosen).then((file) => { setBusy(false); set({ media: { file, alt: (media && media.alt) || "" } }); }, (error) => { setBusy(false); setSaid(error instanceof ApiError && error.code === "faulty" ? te("media.bad") : told(error)); });
  };
  return (
    <fieldset class="ed-side"><legend>{te("media")}</legend>
      {media && <p class="muted ed-file">{media.file}</p>}
      <Faults all={faults["media"]} id={id + "-fault"} />
      {said && <p class="fault" role="alert">{said}</p>}
      {media && <TextField of={q.id} place="media.alt" name={te("media.alt")} text={media.alt} languages={languages} faults={faults} set={(alt) => set({ media: { ...media, alt } })} />}
      <div class="ed-row">
        <label class="button small file-button"><input type="file" class="heard" id={id} accept=".png,.jpg,.jpeg,.webp,.svg,.mp3,.ogg,.m4a" onChange={take} aria-describedby={faults["media"] ? id + "-fault" : undefined} data-testid={id} />{te(busy ? "media.busy" : media ? "media.change" : "media.add")}</label>
        {media && <button type="button" class="link" onClick={() => set({ media: undefined })} data-testid={id + "-drop"}>{te("media.drop")}</button>}
      </div>
      <small class="muted">{te("media.hint")}</small>
    </fieldset>
  );
}

function Look({ q, n, languages }: Asking) {
  const [wanted, setWanted] = useState<string>(lang.get());
  const now = languages.indexOf(wanted) >= 0 ? wanted : (languages[0] as string);
  const plain = questionIn(q, [now], languages), seen = plain.media ? { ...plain, media: shownMedia(plain.media) } : plain;
  return (
    <section class="ed-look" aria-label={te("look")} data-testid={idOf(q.id, "look")}>
      <p class="ed-label">{te("look")}</p>
      {languages.length > 1 && <div class="switch" role="group" aria-label={te("look.lang")}>{languages.map((one) => <button type="button" aria-pressed={one === now} onClick={() => setWanted(one)}>{teOr("lang." + one, one)}</button>)}</div>}
      <ol class="drafts" lang={now === lang.get() ? undefined : now}><Shown q={seen as unknown as ShownQuestion} n={n} open={true} /></ol>
    </section>
  );
}

export function QuestionForm(same: Asking) {
  const { q, set, setLarge, languages, faults } = same;
  const kinds = KINDS.map((kind): [string, string] => [kind, kindName(kind)]);
  if ((KINDS as readonly string[]).indexOf(q.kind) < 0)
    kinds.push([q.kind, kindName(q.kind)]);
  return (
    <div class="ed-open">
      <div class="ed-form">
        <Faults all={faults[""]} id={idOf(q.id, "fault")} />
        <Pick of={q.id} place="kind" name={te("kind")} value={q.kind} among={kinds} faults={faults} set={(kind) => setLarge(withKind(q, kind, languages))} />
        <TextField of={q.id} place="text" name={te("text")} text={q.text} rows={2} languages={languages} faults={faults} set={(text) => set({ ...q, text })} />
        <Answers q={q} set={set} languages={languages} faults={faults} />
        <TextField of={q.id} place="explain" name={te("explain")} text={q.explain} rows={3} languages={languages} faults={faults} set={(text) => set({ ...q, explain: optional(text) })} />
        <About {...same} />
        <SourceFields {...same} />
        <Picture {...same} />
      </div>
      <Look {...same} />
    </div>
  );
}
