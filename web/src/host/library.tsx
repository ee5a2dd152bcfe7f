/* SPDX-License-Identifier: Apache-2.0 */
/*
 * library.tsx - the banks of this server: their versions, every question as a student will see it, and downloads.
 */
import { useEffect, useState } from "preact/hooks";
import type { Text } from "../lib/frames";
import { ApiError, api } from "../lib/http";
import { lang, langOf, textOf } from "../lib/i18n";
import { kept } from "../lib/storage";
import { useStore } from "../lib/store";
import type { Places } from "../parts/media_list";
import { findMedia, placed } from "../parts/media_list";
import { topicName } from "../practice/texts";
import { Compare } from "./library_compare";
import type { ShownQuestion } from "./library_shown";
import { Shown } from "./library_shown";
import { saveFile } from "./download";
import type { Bank } from "./home";
import { told } from "./home";
import type { MineKey } from "./mine_words";
import { tm } from "./mine_words";
import { go, key } from "./place";
import { t, tOr } from "./words";

const FORMS = [["xlsx", ".xlsx"], ["csv", ".csv"], ["gift", ".gift"], ["aiken", ".txt"], ["moodle", ".xml"], ["qti", ".zip"]] as const;
const SHOWN = 50;

type Listed = Bank & { versions?: string[]; own?: boolean };
interface Whole { id: string; version: string; title: Text; description?: Text; languages: string[]; licence?: string; authors?: string[]; questions?: ShownQuestion[] }

/** Fetched anew when `path` changes; what came for another path is not shown. */
function useGot<T>(path: string): { value: T | null; fault: string | null } {
  const [got, setGot] = useState<{ path: string; value: T | null; fault: string | null }>({ path, value: null, fault: null });
  useEffect(() => {
    let wanted = true;
    api<T>(path, { token: key() }).then((value) => wanted && setGot({ path, value, fault: null }), (error) => wanted && setGot({ path, value: null, fault: told(error) }));
    return () => { wanted = false; };
  }, [path]);
  return got.path === path ? got : { value: null, fault: null };
}

/** The editor is a page of its own; the key goes with the browser, or in the address where the browser keeps nothing. */
export function toEditor(bank: string, version: string): void {
  const carried = kept.set("host.key", key()) ? "" : "&key=" + encodeURIComponent(key());
  window.location.href = `editor?lang=${lang.get()}#bank=${bank}&version=${version}${carried}`;
}

export function Library() {
  useStore(lang);
  const { value, fault } = useGot<{ banks: Listed[] }>("api/banks");
  const [language, setLanguage] = useState("");
  const all = (value ? value.banks : []).filter((bank) => !bank.faults);
  const banks = all.filter((bank) => language === "" || (bank.languages || []).indexOf(language) >= 0);
  const languages = distinct(all.reduce<string[]>((some, bank) => some.concat(bank.languages || []), []));
  return (
    <main class="sheet broad" data-testid="library">
      <h1>{tm("library.title")}</h1>
      {fault && <p class="fault" role="alert">{fault}</p>}
      {!value && !fault && <p class="muted">{t("host.loading")}</p>}
      <a class="button" href={"editor?lang=" + lang.get()} data-testid="to-editor">{tm("library.write")}</a>
      {value && all.length === 0 && <p class="muted">{t("bank.none")}</p>}
      <Pick id="pick-language" name={tm("library.language")} value={language} set={setLanguage} among={languages.map((one): [string, string] => [one, tOr("lang." + one, one)])} />
      <ul class="room-list">{banks.map((bank) => (
        <li key={bank.id}>
          <button type="button" class="room-line" onClick={() => go({ at: "bank", id: bank.id, version: bank.version })} data-testid={"library-" + bank.id}>
            <span class="room-title">{textOf(bank.title) || bank.id}</span>
            <span class="muted">{t("bank.questions", { n: bank.questions || 0 })} · {(bank.languages || []).map((l) => tOr("lang." + l, l)).join(", ")} · {bank.id} {bank.version}</span>
          </button>
        </li>))}</ul>
    </main>
  );
}

/* ---- one bank ---- */

interface Loss { question: string | null; message: string }

function Downloads({ id, version }: { id: string; version: string }) {
  const [said, setSaid] = useState<string | null>(null);
  const [losses, setLosses] = useState<Loss[]>([]);
  const whole = () => {
    setSaid(t("get.busy"));
    setLosses([]);
    saveFile(`api/banks/${id}/${version}`, key(), `${id}-${version}.json`).then((status) => setSaid(status === 200 ? null : t("get.failed")), () => setSaid(t("get.failed")));
  };
  const get = async (form: string, ending: string) => {
    const path = `api/banks/${id}/${version}/export?lang=${lang.get()}&format=${form}`;
    setSaid(t("get.busy"));
    setLosses([]);
    try {
      const told = await api<{ losses: Loss[] }>(path + "&tell=losses", { token: key() });
      const status = await saveFile(path, key(), `${id}-${version}${ending}`);
      setLosses(told.losses);
      setSaid(status === 200 ? (told.losses.length > 0 ? tm("library.losses", { n: told.losses.length, form: tm(("form." + form) as MineKey) }) : null) : status === 422 ? tm("library.nothing") : t("get.failed"));
    } catch (error) {
      setSaid(error instanceof ApiError ? told(error) : t("get.failed"));
    }
  };
  const pack = async () => {
    setLosses([]);
    setSaid(t("get.busy"));
    setSaid((await saveFile(`api/banks/${id}/${version}/pack`, key(), `${id}-${version}.zip`).catch(() => 0)) === 200 ? null : t("get.failed"));
  };
  return (
    <details class="more" data-testid="bank-downloads">
      <summary>{tm("library.get")}</summary>
      <p class="muted">{tm("library.get.text")}</p>
      <div class="pair">{FORMS.map(([form, ending]) => <button type="button" class="button small" onClick={() => void get(form, ending)} data-testid={"bank-get-" + form}>{tm(("form." + form) as MineKey)}</button>)}</div>
      <button type="button" class="button small" onClick={whole} data-testid="bank-get-json">{tm("form.json")}</button>
      <button type="button" class="button small" onClick={() => void pack()} data-testid="bank-get-pack">{tm("library.pack")}</button>
      <p role="status">{said}</p>
      {losses.length > 0 && <ul class="warnings" lang="en">{losses.map((loss) => <li>{loss.question && <b>{loss.question}: </b>}{loss.message}</li>)}</ul>}
    </details>
  );
}

interface Filter { topic: string; kind: string; difficulty: string }
const NO_FILTER: Filter = { topic: "", kind: "", difficulty: "" };
const distinct = (all: (string | undefined)[]) => all.filter((one, i): one is string => one !== undefined && one !== "" && all.indexOf(one) === i).sort();

function Pick({ name, value, among, set, id, any }: { name: string; value: string; among: [string, string][]; set(value: string): void; id: string; any?: string }) {
  return among.length < (any ? 1 : 2) ? null : (
    <label class="field pick"><span>{name}</span>
      <select class="input" value={value} onChange={(e) => set(e.currentTarget.value)} data-testid={id}>
        <option value="">{any || tm("library.any")}</option>
        {among.map(([one, said]) => <option value={one}>{said}</option>)}
      </select></label>
  );
}

function Questions({ all, places }: { all: NonNullable<Whole["questions"]>; places: Places }) {
  const [f, setFilter] = useState<Filter>(NO_FILTER);
  const [open, setOpen] = useState(true);
  const [most, setMost] = useState(SHOWN);
  const change = (part: Partial<Filter>) => { setFilter({ ...f, ...part }); setMost(SHOWN); };
  const found = all.map((q, i) => ({ q, n: i + 1 })).filter(({ q }) => (f.topic === "" || q.topic === f.topic) && (f.kind === "" || q.kind === f.kind) && (f.difficulty === "" || String(q.difficulty) === f.difficulty));
  return (
    <>
      <div class="picks">
        <Pick id="pick-topic" name={tm("library.topic")} value={f.topic} set={(topic) => change({ topic })} among={distinct(all.map((q) => q.topic)).map((one) => [one, topicName(one)])} />
        <Pick id="pick-kind" name={tm("library.kind")} value={f.kind} set={(kind) => change({ kind })} among={distinct(all.map((q) => q.kind)).map((one) => [one, tOr("kind." + one, one)])} />
        <Pick id="pick-difficulty" name={tm("library.difficulty")} value={f.difficulty} set={(difficulty) => change({ difficulty })} among={distinct(all.map((q) => (q.difficulty ? String(q.difficulty) : undefined))).map((one) => [one, tm("library.difficulty.n", { n: Number(one) })])} />
      </div>
      <label class="check"><input type="checkbox" checked={open} onChange={(e) => setOpen(e.currentTarget.checked)} data-testid="show-keys" /> {tm("library.keys")}</label>
      <p role="status" class="muted" data-testid="found">{tm("library.found", { n: found.length })}</p>
      <ol class="drafts">{found.slice(0, most).map(({ q, n }) => <Shown key={q.id} q={q} n={n} open={open} media={placed(q.media, places)} />)}</ol>
      {found.length > most && <button type="button" class="button" onClick={() => setMost(most + SHOWN)}>{tm("mine.more", { n: Math.min(SHOWN, found.length - most) })}</button>}
    </>
  );
}

export function OneBank({ id, version, from }: { id: string; version: string; from?: string }) {
  useStore(lang);
  const { value, fault } = useGot<Whole>(`api/banks/${id}/${version}`);
  const [places, setPlaces] = useState<Places>({});
  useEffect(() => {
    if (value)
      void findMedia(value, key()).then(setPlaces, () => undefined);
  }, [value]);
  const list = useGot<{ banks: Listed[] }>("api/banks").value;
  const listed = (list ? list.banks : []).find((bank) => bank.id === id);
  const versions = (listed && listed.versions) || [version];
  const others = versions.filter((one) => one !== version);
  const before = from !== undefined && others.indexOf(from) >= 0 ? from : "";
  const early = before === "" || versions.indexOf(before) < versions.indexOf(version) ? [before, version] as const : [version, before] as const; /* the older one stands on the left */
  if (!value)
    return <main class="sheet broad">{fault ? <p class="fault" role="alert">{fault}</p> : <p class="muted">{t("host.loading")}</p>}</main>;
  return (
    <main class="sheet broad" data-testid="one-bank">
      <h1 lang={langOf(value.title)}>{textOf(value.title)}</h1>
      {value.description && <p lang={langOf(value.description)}>{textOf(value.description)}</p>}
      <p class="muted">{[id, value.licence, (value.authors || []).join(", ")].filter(Boolean).join(" · ")}</p>
      <Pick id="pick-version" name={tm("library.version")} value={version} set={(one) => one && go({ at: "bank", id, version: one })} among={versions.map((one): [string, string] => [one, one])} />
      <button type="button" class="button primary" onClick={() => go({ at: "new", like: { room: "", bank: id, settings: {} } })} data-testid="bank-open">{tm("mine.open")}</button>
      {value.questions && listed && <button type="button" class="button" onClick={() => toEditor(id, version)} data-testid="bank-edit">{tm(listed.own ? "library.edit" : "library.copy")}</button>}
      <Downloads id={id} version={version} />
      {value.questions && <Pick id="pick-compare" name={tm("library.compare")} value={before} any={tm("library.compare.none")} set={(one) => go({ at: "bank", id, version, from: one || undefined })} among={others.map((one): [string, string] => [one, one])} />}
      {before !== "" ? <Compare id={id} from={early[0]} to={early[1]} /> : value.questions ? <Questions key={id + version} all={value.questions} places={places} /> : <p>{tm("library.sealed")}</p>}
    </main>
  );
}
