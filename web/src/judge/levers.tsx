/* SPDX-License-Identifier: Apache-2.0 */
/* levers.tsx - the acts of a judge as buttons and small forms, drawn from the one table in acts.ts. */
import "./levers.css";
import { useState } from "preact/hooks";
import type { State } from "../lib/state";
import { textOf } from "../lib/i18n";
import type { Steering } from "../parts/steering";
import { refusal } from "../parts/steering";
import type { Act, FieldName, Scope } from "./acts";
import { POLICIES, REASON_MAX, argsOf, offered } from "./acts";
import type { Key } from "./words";
import { t } from "./words";

type Values = Partial<Record<FieldName, string>>;

function Field({ name, values, set, state }: { name: FieldName; values: Values; set(name: FieldName, value: string): void; state: State }) {
  const label = t(("field." + name) as Key);
  const choices = name === "key" && state.question && String(state.question.q) === values.q ? state.question.choices || [] : [];
  if (name === "policy")
    return (
      <label class="field pick"><span>{label}</span>
        <select class="input" value={values.policy || POLICIES[0]} onChange={(e) => set("policy", e.currentTarget.value)}>
          {POLICIES.map((one) => <option value={one}>{t(("policy." + one) as Key)}</option>)}
        </select></label>
    );
  return (
    <label class="field"><span>{label}</span>
      <input class="input" value={values[name] || ""} maxLength={REASON_MAX} inputMode={name === "q" ? "numeric" : "text"} onInput={(e) => set(name, e.currentTarget.value)} data-testid={"field-" + name} />
      {choices.length > 0 && <small class="muted">{t("field.key.hint", { list: choices.map((c) => `${c.id} = ${textOf(c.text)}`).join("; ") })}</small>}
    </label>
  );
}

function Form({ act, start, state, steer, close, tell }: { act: Act; start: Values; state: State; steer: Steering; close(): void; tell(text: string | null): void }) {
  const [values, setValues] = useState<Values>({ q: state.q > 0 ? String(state.q) : "", policy: POLICIES[0], ...start });
  const [lacks, setLacks] = useState<FieldName | null>(null);
  const submit = (e: Event) => {
    e.preventDefault();
    const read = argsOf(act, values);
    if ("lacks" in read)
      return setLacks(read.lacks);
    void steer.ask(act.name, read.args).then((o) => {
      tell(o.ok ? t("act.done", { n: Number(o.result["pos"] || 0) }) : refusal(o.why));
      if (o.ok)
        close();
    });
  };
  const shown = act.fields.filter((name) => name !== "player");
  return (
    <form class="act-form" onSubmit={submit}>
      <h4>{t(("act." + act.name) as Key)}</h4>
      {shown.map((name) => <Field name={name} values={values} state={state} set={(key, value) => { setLacks(null); setValues({ ...values, [key]: value }); }} />)}
      {act.grave && <p class="muted">{t("act.sure")}</p>}
      {lacks && <p class="fault" role="alert">{t("act.lacks", { field: t(("field." + lacks) as Key) })}</p>}
      <div class="pair">
        <button type="button" class="button" onClick={close}>{t("act.cancel")}</button>
        <button class="button primary" data-testid="act-send">{t("act.send")}</button>
      </div>
    </form>
  );
}

/* What can do something now. */
function timely(act: Act, state: State): boolean {
  switch (act.name) {
    case "hold": return !state.held;
    case "release": return state.held;
    case "freeze": return !state.frozen;
    case "unfreeze": return state.frozen;
    case "finalise": return state.phase === "ended" && state.result !== "final";
    default: return true;
  }
}

export function Levers({ scope, title, player, state, steer }: { scope: Scope; title: string; player?: string; state: State; steer: Steering }) {
  const [open, setOpen] = useState<Act | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const acts = offered(state.acts, scope).filter((act) => timely(act, state));
  if (acts.length === 0)
    return null;
  const press = (act: Act) => {
    setSaid(null);
    if (act.grave || act.fields.some((name) => name !== "player"))
      return setOpen(open === act ? null : act);
    void steer.ask(act.name, player ? { player } : {}).then((o) => setSaid(o.ok ? t("act.done", { n: Number(o.result["pos"] || 0) }) : refusal(o.why)));
  };
  return (
    <div class="levers">
      <h3>{title}</h3>
      <div class="lever-row">
        {acts.map((act) => <button type="button" class="lever" aria-expanded={open === act} onClick={() => press(act)} data-testid={"act-" + act.name}>{t(("act." + act.name) as Key)}</button>)}
      </div>
      {open && <Form key={open.name + (player || "")} act={open} start={player ? { player } : {}} state={state} steer={steer} close={() => setOpen(null)} tell={setSaid} />}
      <p role="status" class="said">{said}</p>
    </div>
  );
}
