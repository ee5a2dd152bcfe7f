/* SPDX-License-Identifier: Apache-2.0 */
/* entry.tsx - the door: room code and name, "Continue as An", the return code. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../lib/a11y";
import { codeText } from "../lib/i18n";
import { SettingsButton } from "../lib/settings";
import type { State } from "../lib/state";
import { useStore } from "../lib/store";
import { Bell, Hero } from "./hero";
import { room } from "./later";
import type { Tapped } from "./names";
import { continueAs, door, join, joinByCode, leave, someoneElse } from "./session";
import { t } from "./door_texts";

const PIN_DIGITS = 6;
const CODE_CHARACTERS = 8;

/** "482913" → "482 913" */
export function grouped(pin: string): string {
  return pin.length > 3 ? pin.slice(0, 3) + " " + pin.slice(3) : pin;
}

export function Head() {
  return (
    <div class="head head-door">
      <span class="brand"><Bell /> hội thi</span>
      <SettingsButton />
    </div>
  );
}

function Page({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="page door">
      <header><Hero tone="phuong"><Head /><h1 class="door-title">{title}</h1></Hero></header>
      <main class="door-main">{children}</main>
    </div>
  );
}

function PinField({ value, onChange, fault }: { value: string; onChange: (pin: string) => void; fault: boolean }) {
  const onInput = (e: JSX.TargetedEvent<HTMLInputElement>) => {
    const digits = e.currentTarget.value.replace(/\D/g, "").slice(0, PIN_DIGITS);
    e.currentTarget.value = grouped(digits);
    onChange(digits);
  };
  return (
    <label class="field">
      <span>{t("enter.pin")} <small class="muted">{t("enter.pin.hint")}</small></span>
      <input class="input pin-input" data-testid="pin-input" inputMode="numeric" autocomplete="off" pattern="[0-9 ]*" maxLength={7}
        value={grouped(value)} onInput={onInput} aria-invalid={fault} placeholder="000 000" enterkeyhint="next" />
    </label>
  );
}

/** What the line or the server says about the joining; said aloud, too. */
function Trouble({ state, local }: { state: State; local: string }) {
  const text = local || (state.error ? codeText(state.error) : state.link === "waiting" ? t("enter.waiting") : "");
  useEffect(() => { if (text) say(text); }, [text]);
  return text ? <p class="fault door-fault" id="door-fault" data-testid="door-fault">{text}</p> : null;
}

const busy = (state: State) => state.link === "connecting" || state.link === "open";

export function Enter({ state }: { state: State }) {
  const d = useStore(door);
  const fromLink = d.pin.length === PIN_DIGITS && state.error !== "wrong_pin";
  const [pinOpen, openPin] = useState(!fromLink);
  const [pin, setPin] = useState(d.pin);
  const [name, setName] = useState(d.name);
  const [fault, setFault] = useState("");
  const [tapped, setTapped] = useState<Tapped | null>(null);
  const nameRef = useRef<HTMLInputElement>(null);
  const behind = useStore(room);
  const mine = tapped && tapped.mine;
  useEffect(() => { setPin(d.pin); if (d.pin.length === PIN_DIGITS) openPin(false); }, [d.pin]);
  useEffect(() => { if (state.error === "wrong_pin") openPin(true); }, [state.error]);
  const submit = (e: Event) => {
    e.preventDefault();
    const next = pin.length !== PIN_DIGITS ? t("enter.pin.short") : tapped ? (mine ? "" : tapped.said) : name.trim() === "" ? t("enter.name.empty") : "";
    setFault(next);
    if (next)
      return;
    if (nameRef.current)
      nameRef.current.blur();
    if (mine)
      join(pin, mine.name, mine.row);
    else
      join(pin, name);
  };
  const pinFault = fault === t("enter.pin.short") || state.error === "wrong_pin";
  return (
    <Page title={t("enter.title")}>
      <form onSubmit={submit} noValidate class="stack">
        {pinOpen ? <PinField value={pin} onChange={(v) => { setPin(v); setFault(""); }} fault={pinFault} /> : (
          <p class="room-line"><b data-testid="room-pin">{t("enter.room", { pin: grouped(pin) })}</b>
            <button type="button" class="link" onClick={() => openPin(true)}>{t("enter.change")}</button></p>
        )}
        {!tapped && <label class="field">
          <span>{t("enter.name")} <small class="muted">{t("enter.name.hint")}</small></span>
          <input class="input" data-testid="name-input" ref={nameRef} value={name} maxLength={64} autocomplete="nickname" autocapitalize="words" spellcheck={false}
            enterkeyhint="go" onInput={(e) => { setName(e.currentTarget.value); setFault(""); }} aria-invalid={state.error === "bad_name"} />
        </label>}
        {behind && <behind.Listed pin={pin} again={state.error} name={d.name} onTap={(one) => { setTapped(one); setFault(""); }} />}
        <div class={tapped ? "door-foot" : "stack"}>
          <Trouble state={state} local={fault} />
          <button class="button primary" data-testid="join-button" disabled={busy(state)}>{busy(state) ? t("enter.going") : mine ? tapped.said : t("enter.go")}</button>
        </div>
      </form>
      <div class="door-more">
        <button type="button" class="button quiet" data-testid="have-code" onClick={() => door.set({ ...d, pin, step: "code" })}>{t("enter.code")}</button>
        <a class="button quiet" href="practice">{t("enter.practice")}</a>
      </div>
    </Page>
  );
}

export function ReturnCode({ state }: { state: State }) {
  const d = useStore(door);
  const [pin, setPin] = useState(d.pin);
  const [code, setCode] = useState("");
  const [fault, setFault] = useState("");
  const submit = (e: Event) => {
    e.preventDefault();
    const clean = code.replace(/[\s-]/g, "");
    const next = pin.length !== PIN_DIGITS ? t("enter.pin.short") : clean.length !== CODE_CHARACTERS ? t("code.short") : "";
    setFault(next);
    if (!next)
      joinByCode(pin, clean);
  };
  return (
    <Page title={t("code.title")}>
      <form onSubmit={submit} noValidate class="stack">
        <PinField value={pin} onChange={setPin} fault={fault === t("enter.pin.short")} />
        <label class="field">
          <span>{t("code.label")} <small class="muted">{t("code.hint")}</small></span>
          <input class="input code-input" data-testid="code-input" value={code} maxLength={12} autocomplete="off" autocapitalize="characters" spellcheck={false} enterkeyhint="go"
            onInput={(e) => setCode(e.currentTarget.value)} />
        </label>
        <Trouble state={state} local={fault} />
        <button class="button primary" data-testid="code-button" disabled={busy(state)}>{busy(state) ? t("enter.going") : t("code.go")}</button>
      </form>
      <div class="door-more"><button type="button" class="button quiet" onClick={() => leave(pin)}>{t("back")}</button></div>
    </Page>
  );
}

export function Continue() {
  const seat = useStore(door).seat;
  if (!seat)
    return null;
  return (
    <Page title={t("continue.title")}>
      <div class="stack">
        <p class="room-line"><b>{t("continue.room", { pin: grouped(seat.pin) })}</b></p>
        <button class="button primary" data-testid="continue-button" onClick={() => continueAs(seat)}>{t("continue.as", { name: seat.name })}</button>
        <button class="button" data-testid="someone-else" onClick={someoneElse}>{t("continue.other")}</button>
      </div>
    </Page>
  );
}

/** The line broke before the room's part of the page was here. */
export function Missing() {
  return (
    <Page title={t("seat.coming")}>
      <div class="stack">
        <p class="coming" role="status">{t("room.missing")}</p>
        <button class="button primary" onClick={() => window.location.reload()}>{t("room.reload")}</button>
      </div>
    </Page>
  );
}

/** A seat was asked for; the room has not answered yet. */
export function Coming({ state }: { state: State }) {
  const seat = useStore(door).seat;
  return (
    <Page title={seat ? seat.name : t("seat.coming")}>
      <div class="stack">
        <p class="coming" role="status">{state.link === "waiting" ? t("enter.waiting") : t("seat.coming")}</p>
        <button class="button quiet" onClick={() => leave()}>{t("back")}</button>
      </div>
    </Page>
  );
}
