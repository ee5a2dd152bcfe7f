/* SPDX-License-Identifier: Apache-2.0 */
/* library_compare.tsx - two versions of a bank: what came, what went, what is said otherwise, and what the numbers should say. */
import { useEffect, useState } from "preact/hooks";
import type { Choice, Text } from "../lib/frames";
import { api } from "../lib/http";
import { lang, textOf } from "../lib/i18n";
import { letter } from "../lib/marks";
import type { BankQuestion } from "../practice/bank";
import { topicName } from "../practice/texts";
import { told } from "./home";
import type { Change, Changes, Members, Numbered } from "./library_changes";
import { changesOf } from "./library_changes";
import type { ShownQuestion } from "./library_shown";
import { Shown, keyView, sourceText } from "./library_shown";
import type { MineKey } from "./mine_words";
import { tm } from "./mine_words";
import { key } from "./place";
import { t, tOr } from "./words";

interface Verdict { fits: boolean; step: string; differences: { step: string; part: string; question: string | null }[]; more_differences: number }
interface Compared { verdict: Verdict; changes: Changes }
type Whole = Members & { questions: BankQuestion[] };

function useCompared(id: string, from: string, to: string): { got: Compared | null; fault: string | null } {
  const [got, setGot] = useState<Compared | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    setGot(null);
    setFault(null);
    const ask = <T,>(path: string) => api<T>(`api/banks/${id}/${path}`, { token: key() });
    Promise.all([ask<Verdict>(`compare?from=${from}&to=${to}`), ask<Whole>(from), ask<Whole>(to)]).then(
      ([verdict, before, after]) => wanted && setGot({ verdict, changes: changesOf(before, after) }), (error) => wanted && setFault(told(error)));
    return () => { wanted = false; };
  }, [id, from, to]);
  return { got, fault };
}

/* All languages of a text, since a change may be in the one that is not read. */
function allTexts(text: Text | undefined): string {
  if (text === undefined || text === null || typeof text === "string")
    return text || "";
  return Object.keys(text).map((one) => `${text[one]} (${one})`).join("\n");
}

/* The languages in which it is another. */
function otherTexts(text: Text, than: Text | undefined): string {
  if (typeof text !== "object" || typeof than !== "object" || than === null)
    return allTexts(text);
  return allTexts(Object.keys(text).filter((one) => text[one] !== than[one]).reduce<{ [language: string]: string }>((all, one) => { all[one] = text[one] as string; return all; }, {}));
}

function Choices({ all }: { all: Choice[] }) {
  return <ul class="cmp-list">{all.map((one, i) => <li>{letter(i)}. {allTexts(one.text)}</li>)}</ul>;
}

/* One side of a change, as people read it. */
function Value({ change, value, of }: { change: Change; value: unknown; of: BankQuestion | null }) {
  if (value === undefined || value === null)
    return <span class="muted">{tm("compare.nothing")}</span>;
  switch (change.what) {
    case "kind": return <span>{tOr("kind." + value, String(value))}</span>;
    case "key": return of ? keyView(of) : null;
    case "choices": return Array.isArray(value) && Array.isArray(value[0]) ? <>{(value as Choice[][]).map((all) => <Choices all={all || []} />)}</> : <Choices all={value as Choice[]} />;
    case "source": return <span>{typeof value === "object" && "text" in (value as Members) ? sourceText(value) : allTexts(value as Text)}</span>;
    case "topic": return <span>{topicName(String(value))}</span>;
    case "limit_s": return <span>{t("set.seconds", { n: Number(value) })}</span>;
    case "media": return <span>{(value as { file?: string }).file} {allTexts((value as { alt?: Text }).alt)}</span>;
    case "text": case "explain": case "title": case "description": return <span>{otherTexts(value as Text, (value === change.after ? change.before : change.after) as Text | undefined)}</span>;
    default: return <span>{Array.isArray(value) ? value.join(", ") : String(value)}</span>;
  }
}

function Rows({ changes, before, after }: { changes: Change[]; before: BankQuestion | null; after: BankQuestion | null }) {
  return (
    <dl class="cmp-rows">{changes.map((one) => (
      <div class="cmp-row" key={one.what} data-testid={"cmp-" + one.what}>
        <dt>{tm(("compare.what." + one.what) as MineKey)}</dt>
        <dd class="cmp-before"><span class="cmp-side">− {tm("compare.before")}</span><Value change={one} value={one.before} of={before} /></dd>
        <dd class="cmp-after"><span class="cmp-side">+ {tm("compare.after")}</span><Value change={one} value={one.after} of={after} /></dd>
      </div>))}</dl>
  );
}

function Group({ title, all, mark }: { title: string; all: Numbered[]; mark: string }) {
  return all.length === 0 ? null : (
    <section><h3>{mark} {title} ({all.length})</h3>
      <ol class="drafts">{all.map(({ q, n }) => <Shown key={q.id} q={q as ShownQuestion} n={n} open={true} />)}</ol></section>
  );
}

export function Compare({ id, from, to }: { id: string; from: string; to: string }) {
  const { got, fault } = useCompared(id, from, to);
  if (fault)
    return <p class="fault" role="alert">{fault}</p>;
  if (!got)
    return <p class="muted">{t("host.loading")}</p>;
  const { verdict, changes } = got, { head, fresh, gone, changed } = changes;
  const steps: { [question: string]: string } = {};
  verdict.differences.slice().reverse().forEach((one) => { steps[one.question || ""] = one.step; }); /* the gravest of a question stands first */
  const nothing = head.length + fresh.length + gone.length + changed.length === 0;
  return (
    <section class="cmp" aria-labelledby="cmp-title" data-testid="compare" lang={lang.get()}>
      <h2 id="cmp-title">{tm("compare.title", { from, to })}</h2>
      <p class={"cmp-verdict" + (verdict.fits ? "" : " unfit")} data-testid="verdict"><b>{tm(("compare.step." + verdict.step) as MineKey)}.</b> {tm(verdict.fits ? "compare.fits" : "compare.unfit")} {!nothing && tm("compare.sum", { new: fresh.length, removed: gone.length, changed: changed.length })}</p>
      {nothing && <p>{tm("compare.same")}</p>}
      {head.length > 0 && <section><h3>{tm("compare.head")}</h3><Rows changes={head} before={null} after={null} /></section>}
      {changed.length > 0 && <section><h3>{tm("compare.changed")} ({changed.length})</h3>
        <ol class="drafts">{changed.map(({ before, after, changes: all }) => (
          <li class="draft" key={after.id} data-testid={"changed-" + after.id}>
            <p class="draft-text">{textOf(after.text)}</p>
            {steps[after.id] && <p class="muted">{tm(("compare.step." + steps[after.id]) as MineKey)}</p>}
            <Rows changes={all} before={before} after={after} />
          </li>))}</ol></section>}
      <Group title={tm("compare.new")} mark="+" all={fresh} />
      <Group title={tm("compare.removed")} mark="−" all={gone} />
    </section>
  );
}
