/* SPDX-License-Identifier: Apache-2.0 */
/*
 * library.tsx - the banks of this server: their versions, every question as a student will see it, and downloads.
 */
import { useEffect, useState } from "preact/hooks";
import { AnswerView, choicesOf } from "../lib/answers";
import type { Choice, Kind, Text } from "../lib/frames";
import { ApiError, api } from "../lib/http";
import { lang, langOf, textOf } from "../lib/i18n";
import { Mark, answerClass } from "../lib/marks";
import { useStore } from "../lib/store";
import type { BankKey, BankQuestion } from "../practice/bank";
import { topicName } from "../practice/texts";
import { saveFile } from "./download";
import type { Bank } from "./home";
import { told } from "./home";
import type { MineKey } from "./mine_words";
import { tm } from "./mine_words";
import { go, key } from "./place";
import { t, tOr } from "./words";

const FORMS = [["xlsx", ".xlsx"], ["csv", ".csv"], ["gift", ".gift"], ["aiken", ".txt"], ["moodle", ".xml"], ["qti", ".zip"]] as const;
const SHOWN = 50;

type Listed = Bank & { versions?: string[] };
interface Whole { id: string; version: string; title: Text; description?: Text; languages: string[]; licence?: string; authors?: string[]; questions?: (BankQuestion & { limit_s?: number })[] }

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

export function Library() {
  useStore(lang);
  const { value, fault } = useGot<{ banks: Listed[] }>("api/banks");
  const banks = (value ? value.banks : []).filter((bank) => !bank.faults);
  return (
    <main class="sheet broad" data-testid="library">
      <h1>{tm("library.title")}</h1>
      {fault && <p class="fault" role="alert">{fault}</p>}
      {!value && !fault && <p class="muted">{t("host.loading")}</p>}
      {value && banks.length === 0 && <p class="muted">{t("bank.none")}</p>}
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
  return (
    <details class="more" data-testid="bank-downloads">
      <summary>{tm("library.get")}</summary>
      <p class="muted">{tm("library.get.text")}</p>
      <div class="pair">{FORMS.map(([form, ending]) => <button type="button" class="button small" onClick={() => void get(form, ending)} data-testid={"bank-get-" + form}>{tm(("form." + form) as MineKey)}</button>)}</div>
      <p role="status">{said}</p>
      {losses.length > 0 && <ul class="warnings" lang="en">{losses.map((loss) => <li>{loss.question && <b>{loss.question}: </b>}{loss.message}</li>)}</ul>}
    </details>
  );
}

interface Filter { topic: string; kind: string; difficulty: string }
const NO_FILTER: Filter = { topic: "", kind: "", difficulty: "" };
const distinct = (all: (string | undefined)[]) => all.filter((one, i): one is string => one !== undefined && one !== "" && all.indexOf(one) === i).sort();

function Pick({ name, value, among, set, id }: { name: string; value: string; among: [string, string][]; set(value: string): void; id: string }) {
  return among.length < 2 ? null : (
    <label class="field pick"><span>{name}</span>
      <select class="input" value={value} onChange={(e) => set(e.currentTarget.value)} data-testid={id}>
        <option value="">{tm("library.any")}</option>
        {among.map(([one, said]) => <option value={one}>{said}</option>)}
      </select></label>
  );
}

function keyOf(q: BankQuestion): unknown {
  const k = q.key as BankKey | undefined;
  if (typeof k === "boolean")
    return [String(k)];
  if (k !== null && typeof k === "object" && "accept" in k)
    return k.accept;
  return k !== null && typeof k === "object" && "value" in k && (k as { tolerance?: number }).tolerance === 0 ? (k as { value: number }).value : k;
}

function keyView(q: BankQuestion) {
  const k = keyOf(q) as { value?: number; tolerance?: number } | null | undefined;
  if (k && typeof k === "object" && k.value !== undefined && k.tolerance !== undefined)
    return <span>{tm("mine.near", { value: k.value, tolerance: k.tolerance })}</span>;
  return <AnswerView of={{ kind: q.kind as Kind, choices: q.left || q.choices, rights: q.right }} value={k as never} />;
}

const sourceText = (source: unknown): string => (typeof source === "string" ? source : source && typeof source === "object" ? [(source as { text?: string }).text, (source as { date?: string }).date].filter(Boolean).join(", ") : "");

function Tiles({ all }: { all: Choice[] }) {
  return <ul class="choices">{all.map((choice, i) => <li class={answerClass(i)} lang={langOf(choice.text)}><Mark index={i} /> <span>{textOf(choice.text)}</span></li>)}</ul>;
}

function Shown({ q, n, open }: { q: BankQuestion & { limit_s?: number }; n: number; open: boolean }) {
  const about = [q.topic ? topicName(q.topic) : "", tOr("kind." + q.kind, q.kind), q.difficulty ? tm("library.difficulty.n", { n: q.difficulty }) : "", q.limit_s ? t("set.seconds", { n: q.limit_s }) : ""].filter((part) => part !== "");
  const source = sourceText(q.source);
  return (
    <li class="draft" data-testid={"shown-" + q.id}>
      <h2 class="draft-head"><span>{tm("mine.q", { n })}</span> <span class="muted">{about.join(" · ")}</span></h2>
      <p class="draft-text" lang={langOf(q.text)}>{textOf(q.text)}</p>
      {q.media && <p class="muted">{textOf(q.media.alt)}</p>}
      <Tiles all={q.left || choicesOf({ kind: q.kind as Kind, choices: q.choices })} />
      {q.right && <Tiles all={q.right} />}
      {open && q.kind !== "prediction" && <div class="key"><p class="muted">{tm("library.key")}</p>{keyView(q)}</div>}
      {open && q.explain && <p class="explain" lang={langOf(q.explain)}>{textOf(q.explain)}{source && <small class="muted"><br />{tm("library.source", { text: source })}</small>}</p>}
    </li>
  );
}

function Questions({ all }: { all: NonNullable<Whole["questions"]> }) {
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
      <ol class="drafts">{found.slice(0, most).map(({ q, n }) => <Shown key={q.id} q={q} n={n} open={open} />)}</ol>
      {found.length > most && <button type="button" class="button" onClick={() => setMost(most + SHOWN)}>{tm("mine.more", { n: Math.min(SHOWN, found.length - most) })}</button>}
    </>
  );
}

export function OneBank({ id, version }: { id: string; version: string }) {
  useStore(lang);
  const { value, fault } = useGot<Whole>(`api/banks/${id}/${version}`);
  const list = useGot<{ banks: Listed[] }>("api/banks").value;
  const versions = ((list ? list.banks : []).find((bank) => bank.id === id) || { versions: [version] }).versions || [version];
  if (!value)
    return <main class="sheet broad">{fault ? <p class="fault" role="alert">{fault}</p> : <p class="muted">{t("host.loading")}</p>}</main>;
  return (
    <main class="sheet broad" data-testid="one-bank">
      <h1 lang={langOf(value.title)}>{textOf(value.title)}</h1>
      {value.description && <p lang={langOf(value.description)}>{textOf(value.description)}</p>}
      <p class="muted">{[id, value.licence, (value.authors || []).join(", ")].filter(Boolean).join(" · ")}</p>
      <Pick id="pick-version" name={tm("library.version")} value={version} set={(one) => one && go({ at: "bank", id, version: one })} among={versions.map((one): [string, string] => [one, one])} />
      <button type="button" class="button primary" onClick={() => go({ at: "new", like: { room: "", bank: id, settings: {} } })} data-testid="bank-open">{tm("mine.open")}</button>
      <Downloads id={id} version={version} />
      {value.questions ? <Questions key={id + version} all={value.questions} /> : <p>{tm("library.sealed")}</p>}
    </main>
  );
}
