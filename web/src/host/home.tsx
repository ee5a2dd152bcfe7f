/* SPDX-License-Identifier: Apache-2.0 */
/* home.tsx - the rooms of this key, the door for who has none, and a new room. */
import { useEffect, useState } from "preact/hooks";
import type { Text } from "../lib/frames";
import { ApiError, api } from "../lib/http";
import { codeText, date, lang, textOf } from "../lib/i18n";
import { Canopy } from "../parts/canopy";
import { grouped } from "../parts/where";
import { ClassForm, useRoll } from "./class_form";
import { tk } from "./marks_list";
import { tm } from "./mine_words";
import type { Made, Tokens } from "./place";
import { forgetKey, go, keepKey, keepMade, keepTokens, key } from "./place";
import type { Settings } from "./settings";
import { DEFAULTS, TITLE_MAX, countChoices, roomBody } from "./settings";
import type { Key } from "./words";
import { t, tOr } from "./words";

export interface RoomLine { room: string; pin: string; title: Text; bank: string; state: string; phase: string; players: number; created_at: number | string }
export interface Bank { id: string; version: string; title?: Text; description?: Text; languages?: string[]; questions?: number; kinds?: string[] | { [kind: string]: number }; faults?: number | unknown[] }
interface Created extends Tokens { room: string; pin: string }

/** What went wrong, in words. A key that is no good leads back to the door. */
export function told(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.status === 401) {
      go({ at: "door", bad: true });
      return t("host.badkey");
    }
    return lang.get() === "en" && error.message ? error.message : codeText(error.code);
  }
  return codeText("other");
}

export async function enter(room: string): Promise<void> {
  const tokens = await api<Tokens>(`api/rooms/${room}/tokens`, { token: key(), method: "POST" });
  keepTokens(room, tokens);
  go({ at: "room", token: tokens.host_token, room });
}

function useFetched<T>(path: string): { value: T | null; fault: string | null; again(): void } {
  const [value, setValue] = useState<T | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const load = () => {
    setFault(null);
    api<T>(path, { token: key() }).then(setValue, (error) => setFault(told(error)));
  };
  useEffect(load, [path]);
  return { value, fault, again: load };
}

export function Door({ bad }: { bad: boolean }) {
  const [text, setText] = useState("");
  const submit = (e: Event) => {
    e.preventDefault();
    const pasted = text.trim().replace(/^.*[#&]key=/, "");
    if (pasted === "")
      return;
    keepKey(pasted);
    go({ at: "home" });
  };
  return (
    <main class="sheet door">
      <Canopy />
      <h1>{t("host.nokey.title")}</h1>
      <p>{t("host.nokey.text")}</p>
      {bad && <p class="fault" role="alert">{t("host.badkey")}</p>}
      <form onSubmit={submit}>
        <label class="field"><span>{t("host.nokey.field")}</span>
          <input class="input" type="password" autoComplete="off" value={text} onInput={(e) => setText(e.currentTarget.value)} data-testid="key" /></label>
        <button class="button primary" data-testid="enter">{t("host.nokey.go")}</button>
      </form>
    </main>
  );
}

const PHASE_KEY: { [phase: string]: Key } = { lobby: "host.rooms.lobby", ended: "host.rooms.ended" };

function RoomItem({ one, onFault }: { one: RoomLine; onFault(text: string): void }) {
  const made = typeof one.created_at === "number" ? one.created_at : Date.parse(one.created_at);
  const open = () => { enter(one.room).catch((error) => onFault(told(error))); };
  return (
    <li>
      <button type="button" class="room-line" onClick={open} data-testid="room">
        <span class="room-title">{textOf(one.title) || one.bank}</span>
        <span class={"room-phase is-" + one.phase}>{t(PHASE_KEY[one.phase] || "host.rooms.live")}</span>
        <span class="muted">{grouped(one.pin || "")} · {t("host.rooms.players", { n: one.players })}{isNaN(made) ? "" : " · " + date(made, true)}</span>
      </button>
      {one.phase !== "lobby" && <button type="button" class="link room-marks" aria-label={tk("marks.open.of", { room: textOf(one.title) || one.bank })} onClick={() => go({ at: "marks", token: "", room: one.room })} data-testid="room-marks">{tk("marks.open")}</button>}
    </li>
  );
}

export function Home() {
  const { value, fault, again } = useFetched<{ rooms: RoomLine[] }>("api/rooms");
  const [said, setSaid] = useState<string | null>(null);
  const rooms = value ? value.rooms : [];
  return (
    <main class="sheet">
      <Canopy />
      <h1>{t("host.hello")}</h1>
      <button type="button" class="button primary" onClick={() => go({ at: "new", like: null })} data-testid="new-room">{t("host.new")}</button>
      <div class="pair">
        <button type="button" class="button" onClick={() => go({ at: "mine" })} data-testid="my-questions">{tm("mine.title")}</button>
        <button type="button" class="button" onClick={() => go({ at: "library" })} data-testid="to-library">{tm("library.title")}</button>
      </div>
      <h2>{t("host.rooms")}</h2>
      {said && <p class="fault" role="alert">{said}</p>}
      {fault && <p class="fault" role="alert">{fault} <button type="button" class="link" onClick={again}>{t("host.retry")}</button></p>}
      {!value && !fault && <p class="muted">{t("host.loading")}</p>}
      {value && rooms.length === 0 && <p class="muted">{t("host.rooms.none")}</p>}
      <ul class="room-list">{rooms.map((one) => <RoomItem key={one.room} one={one} onFault={setSaid} />)}</ul>
      <button type="button" class="link" onClick={forgetKey}>{t("host.forget")}</button>
    </main>
  );
}

const kindsOf = (bank: Bank) => (Array.isArray(bank.kinds) ? bank.kinds : Object.keys(bank.kinds || {}));
const faultsOf = (bank: Bank) => (Array.isArray(bank.faults) ? bank.faults.length : bank.faults || 0);

function BankChoice({ bank, chosen, choose }: { bank: Bank; chosen: boolean; choose(): void }) {
  const faults = faultsOf(bank);
  return (
    <label class={"bank" + (chosen ? " chosen" : "")}>
      <input type="radio" name="bank" checked={chosen} disabled={faults > 0} onChange={choose} data-testid={"bank-" + bank.id} />
      <span class="bank-title">{textOf(bank.title) || bank.id}</span>
      {bank.description && <span class="bank-about">{textOf(bank.description)}</span>}
      {faults === 0 && <span class="muted">{[t("bank.questions", { n: bank.questions || 0 }), (bank.languages || []).map((l) => tOr("lang." + l, l)).join(", ")].join(" · ")}</span>}
      <span class="muted">{kindsOf(bank).map((kind) => tOr("kind." + kind, kind)).join(" · ")}</span>
      {faults > 0 && <span class="fault">{t("bank.faults", { n: faults })}</span>}
    </label>
  );
}

type Choices = [string | number, string][];
function Pick({ name, value, among, set }: { name: string; value: string | number; among: Choices; set(value: string): void }) {
  return (
    <label class="field pick"><span>{name}</span>
      <select class="input" value={String(value)} onChange={(e) => set(e.currentTarget.value)}>
        {among.map(([one, said]) => <option value={String(one)}>{said}</option>)}
      </select></label>
  );
}

type Change = (part: Partial<Settings>) => void;
const LIMITS = [0, 10, 15, 20, 30, 45, 60, 90, 120, 180];
const two = (a: string, b: string, ...more: string[]): Choices => [a, b, ...more].map((v) => [v, t(("set." + v) as Key)]);

function More({ s, change }: { s: Settings; change: Change }) {
  const set = (name: keyof Settings) => (value: string) => change({ [name]: value } as Partial<Settings>);
  return (
    <details class="more" data-testid="more-settings">
      <summary>{t("set.more")}</summary>
      <div class="picks">
        <Pick name={t("set.scoring")} value={s.scoring} among={two("accuracy", "speed")} set={set("scoring")} />
        <Pick name={t("set.limit")} value={s.limit_s} among={LIMITS.map((n) => [n, n === 0 ? t("set.own") : t("set.seconds", { n })])} set={(v) => change({ limit_s: Number(v) })} />
        <Pick name={t("set.order")} value={s.order} among={two("written", "shuffled")} set={set("order")} />
        <Pick name={t("set.change")} value={s.change} among={two("no", "until-close")} set={set("change")} />
        <Pick name={t("set.board")} value={s.board} among={two("each", "end", "none")} set={set("board")} />
        <Pick name={t("set.text")} value={s.text} among={two("phones", "screen")} set={set("text")} />
        <Pick name={t("set.sound")} value={s.sound} among={two("screen", "phones")} set={set("sound")} />
        <Pick name={t("set.names")} value={s.names} among={two("open", "nod")} set={set("names")} />
        <label class="check"><input type="checkbox" checked={s.close_all} onChange={(e) => change({ close_all: e.currentTarget.checked })} /> {t("set.closeall")}</label>
        <label class="check"><input type="checkbox" checked={s.shuffle} onChange={(e) => change({ shuffle: e.currentTarget.checked })} /> {t("set.shuffle")}</label>
      </div>
    </details>
  );
}

export function NewRoom({ like }: { like: Made | null }) {
  const { value, fault, again } = useFetched<{ banks: Bank[] }>("api/banks");
  const [bankId, setBank] = useState<string | null>(like ? like.bank.split("@")[0] || null : null);
  const [s, setSettings] = useState<Settings>({ ...DEFAULTS, ...(like ? like.settings : {}) });
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const roll = useRoll(like ? like.roll : undefined, told);
  const change: Change = (part) => setSettings({ ...s, ...part });
  const banks = value ? value.banks : [];
  const bank = banks.find((one) => one.id === bankId) || banks.find((one) => faultsOf(one) === 0) || null;
  const total = (bank && bank.questions) || 0;
  const submit = (e: Event) => {
    e.preventDefault();
    if (!bank || busy || roll.reading)
      return;
    setBusy(true);
    setSaid(null);
    api<Created>("api/rooms", { token: key(), body: { ...roomBody(`${bank.id}@${bank.version}`, s, total), ...roll.body() } }).then((made) => {
      keepTokens(made.room, made);
      keepMade({ room: made.room, bank: bank.id, settings: s, roll: roll.done(s.title) });
      go({ at: "room", token: made.host_token, room: made.room });
    }, (error) => { setBusy(false); setSaid(told(error)); });
  };
  return (
    <main class="sheet broad">
      <h1>{t("host.new")}</h1>
      {fault && <p class="fault" role="alert">{fault} <button type="button" class="link" onClick={again}>{t("host.retry")}</button></p>}
      {!value && !fault && <p class="muted">{t("host.loading")}</p>}
      {value && banks.length === 0 && <p class="muted">{t("bank.none")}</p>}
      <form class="new" onSubmit={submit}>
        <fieldset class="banks"><legend>{t("bank.choose")}</legend>
          {banks.map((one) => <BankChoice key={one.id} bank={one} chosen={bank !== null && one.id === bank.id} choose={() => setBank(one.id)} />)}
        </fieldset>
        <div class="picks">
          <label class="field"><span>{t("set.title")}</span>
            <input class="input" value={s.title} maxLength={TITLE_MAX} aria-describedby="title-hint" onInput={(e) => change({ title: e.currentTarget.value })} data-testid="title" />
            <small id="title-hint" class="muted">{t("set.title.hint")}</small></label>
          {bank && <Pick name={t("set.count")} value={s.count < total ? s.count : 0} set={(v) => change({ count: Number(v) })}
            among={countChoices(total).map((n) => [n, n === 0 ? t("set.all", { n: total }) : String(n)])} />}
        </div>
        <ClassForm roll={roll} />
        <More s={s} change={change} />
        {said && <p class="fault" role="alert">{said}</p>}
        <div class="new-foot"><button class="button primary" disabled={!bank || roll.reading} aria-busy={busy} data-testid="create-room">{busy ? t("set.creating") : t("set.create")}</button></div>
      </form>
    </main>
  );
}
