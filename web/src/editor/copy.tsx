/* SPDX-License-Identifier: Apache-2.0 */
/* copy.tsx - questions of any bank that this key may see, chosen one by one or all that are found. */
import { useEffect, useState } from "preact/hooks";
import type { Text } from "../lib/frames";
import { api } from "../lib/http";
import { textOf } from "../lib/i18n";
import type { Places } from "../parts/media_list";
import { findMedia, placed } from "../parts/media_list";
import { topicName } from "../practice/texts";
import { Shown } from "../host/library_shown";
import type { ShownQuestion } from "../host/library_shown";
import type { Draft, Whole } from "./bank";
import { copyIn } from "./bank";
import { key } from "./checking";
import { Pick } from "./fields";
import { distinct } from "./list";
import { kindName } from "./question";
import { withPictures } from "./pictures";
import { te, teOr, told } from "./words";
import { step, work } from "./work";

const ROWS_SHOWN = 30;

export interface BankLine { id: string; version: string; versions?: string[]; title?: Text; languages?: string[]; questions?: number; visibility?: string; own?: boolean; faults?: number }

/** The banks of this server that hold together. */
export function useBanks(): { banks: BankLine[] | null; fault: string | null } {
  const [banks, setBanks] = useState<BankLine[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    api<{ banks: BankLine[] }>("api/banks", { token: key() }).then((got) => setBanks(got.banks.filter((one) => !one.faults)), (error) => setFault(told(error)));
  }, []);
  return { banks, fault };
}

export const fetchBank = (id: string, version: string): Promise<Whole> => api<Whole>(`api/banks/${id}/${version}`, { token: key() });

interface Filter { topic: string; kind: string; difficulty: string }

function Choosing({ whole, draft, done }: { whole: Whole; draft: Draft; done(n: number): void }) {
  const [f, setFilter] = useState<Filter>({ topic: "", kind: "", difficulty: "" });
  const [chosen, setChosen] = useState<string[]>([]);
  const [most, setMost] = useState(ROWS_SHOWN);
  const [places, setPlaces] = useState<Places>({});
  useEffect(() => { findMedia(whole, key()).then(setPlaces, () => undefined); }, []); /* without them, their words are shown */
  const all = whole.questions;
  const found = all.filter((q) => (f.topic === "" || q.topic === f.topic) && (f.kind === "" || q.kind === f.kind) && (f.difficulty === "" || String(q.difficulty) === f.difficulty));
  const set = (part: Partial<Filter>) => { setFilter({ ...f, ...part }); setMost(ROWS_SHOWN); };
  const flip = (id: string, on: boolean) => setChosen(on ? chosen.concat(id) : chosen.filter((one) => one !== id));
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const copy = () => {
    setBusy(true);
    withPictures(all.filter((q) => chosen.indexOf(q.id) >= 0), whole.id, whole.version).then((some) => {
      step(copyIn(work.get() || draft, some, whole.languages));
      done(some.length);
    }, (error) => { setBusy(false); setSaid(told(error)); });
  };
  return (
    <div class="ed-copying">
      <div class="picks">
        <Pick of="copy" place="topic" name={te("topic")} value={f.topic} any={te("any")} among={distinct(all.map((q) => q.topic)).map((one): [string, string] => [one, topicName(one)])} set={(topic) => set({ topic })} faults={{}} />
        <Pick of="copy" place="kind" name={te("kind")} value={f.kind} any={te("any")} among={distinct(all.map((q) => q.kind)).map((one): [string, string] => [one, kindName(one)])} set={(kind) => set({ kind })} faults={{}} />
        <Pick of="copy" place="difficulty" name={te("difficulty")} value={f.difficulty} any={te("any")} among={[1, 2, 3].map((d): [string, string] => [String(d), te(("difficulty." + d) as "difficulty.1")])} set={(difficulty) => set({ difficulty })} faults={{}} />
      </div>
      <div class="pair">
        <button type="button" class="button small" onClick={() => setChosen(distinct(chosen.concat(found.map((q) => q.id))))} data-testid="copy-all">{te("copy.all", { n: found.length })}</button>
        <button type="button" class="button small" disabled={chosen.length === 0} onClick={() => setChosen([])}>{te("copy.none")}</button>
      </div>
      <ol class="drafts">{found.slice(0, most).map((q) => (
        <Shown key={q.id} q={q as unknown as ShownQuestion} n={all.indexOf(q) + 1} open={true} media={placed(q.media, places)}>
          <label class="check"><input type="checkbox" checked={chosen.indexOf(q.id) >= 0} onChange={(e) => flip(q.id, e.currentTarget.checked)} data-testid={"copy-" + q.id} /> {te("copy.this", { n: all.indexOf(q) + 1 })}</label>
        </Shown>))}</ol>
      {found.length > most && <button type="button" class="button" onClick={() => setMost(most + ROWS_SHOWN)}>{te("more", { n: Math.min(ROWS_SHOWN, found.length - most) })}</button>}
      {said && <p class="fault" role="alert">{said}</p>}
      <div class="new-foot"><button type="button" class="button primary" disabled={chosen.length === 0 || busy} aria-busy={busy} onClick={copy} data-testid="copy-go">{te("copy.go", { n: chosen.length })}</button></div>
    </div>
  );
}

/* While it is open its own button stands at the bottom of the window, and the page's gives way. */
export function Copy({ draft, said, open, setOpen }: { draft: Draft; said(text: string): void; open: boolean; setOpen(open: boolean): void }) {
  return (
    <details class="more" open={open} onToggle={(e) => setOpen(e.currentTarget.open)} data-testid="copy">
      <summary>{te("copy")}</summary>
      {open && <CopyFrom draft={draft} done={(n) => { setOpen(false); said(te("copy.done", { n })); }} />}
    </details>
  );
}

function CopyFrom({ draft, done }: { draft: Draft; done(n: number): void }) {
  const { banks, fault } = useBanks();
  const [whole, setWhole] = useState<Whole | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const choose = (name: string) => {
    const [id, version] = name.split("@");
    setWhole(null);
    setSaid(null);
    if (id && version)
      fetchBank(id, version).then((got) => (Array.isArray(got.questions) ? setWhole(got) : setSaid(te("copy.sealed"))), (error) => setSaid(told(error)));
  };
  if (banks === null)
    return <p class="muted">{fault || te("loading")}</p>;
  const among = banks.map((one): [string, string] => [`${one.id}@${one.version}`, `${textOf(one.title) || one.id} (${te("count", { n: one.questions || 0 })}; ${(one.languages || []).map((l) => teOr("lang." + l, l)).join(", ")})`]);
  return (
    <>
      <Pick of="copy" place="bank" name={te("copy.bank")} value={whole ? `${whole.id}@${whole.version}` : ""} any={te("copy.choose")} among={among} set={choose} faults={{}} />
      {said && <p class="fault" role="alert">{said}</p>}
      {whole && <Choosing key={whole.id} whole={whole} draft={draft} done={done} />}
    </>
  );
}
