/* SPDX-License-Identifier: Apache-2.0 */
/* marks.tsx - the marks of a room: to look at, to print on A4, to take along as a sheet. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../lib/http";
import { date, langOf, number, textOf, useLang } from "../lib/i18n";
import { saveFile } from "./download";
import { GainPart } from "./gain";
import { told } from "./home";
import type { MarkedQuestion, MarkedRow, Marks, MarksKey, Wish } from "./marks_list";
import { USUAL, average, marksPath, missed, noteOf, tenth, tk } from "./marks_list";
import { Wide } from "./marks_parts";
import { go, key } from "./place";
import "./marks.css";

const SHOWN = 1000; /* a school; a city's contest is for a sheet */

function useMarks(room: string, token: string, wish: Wish): { marks: Marks | null; fault: string | null } {
  const [got, setGot] = useState<{ marks: Marks | null; fault: string | null }>({ marks: null, fault: null });
  useEffect(() => {
    let wanted = true;
    api<Marks>(marksPath(room, wish), { token }).then((marks) => wanted && setGot({ marks, fault: null }), (error) => wanted && setGot({ marks: null, fault: told(error) }));
    return () => { wanted = false; };
  }, [room, token, wish.rule, wish.before, wish.absent]);
  return got;
}

function Choice<K extends keyof Wish>({ name, among, wish, set }: { name: K; among: Wish[K][]; wish: Wish; set(wish: Wish): void }) {
  return (
    <label class="field pick"><span>{tk(("marks." + name) as MarksKey)}</span>
      <select class="input" value={wish[name]} onChange={(e) => set({ ...wish, [name]: e.currentTarget.value })} data-testid={"marks-" + name}>
        {among.map((one) => <option value={one}>{tk(`marks.${name}.${one}` as MarksKey)}</option>)}
      </select></label>
  );
}

function Tools({ room, token, back, wish, set, absentees }: { room: string; token: string; back: (() => void) | null; wish: Wish; set(wish: Wish): void; absentees: boolean }) {
  const [said, setSaid] = useState<string | null>(null);
  const get = (form: string) => {
    setSaid(tk("marks.busy"));
    saveFile(marksPath(room, wish, form), token, `hoithi-${room}-marks${form}`).then((status) => setSaid(status === 200 ? null : tk("marks.failed")), () => setSaid(tk("marks.failed")));
  };
  return (
    <section class="marks-tools" aria-label={tk("marks.rule")}>
      <div class="picks">
        <Choice name="rule" among={["right", "points"]} wish={wish} set={set} />
        <Choice name="before" among={["missed", "left-out"]} wish={wish} set={set} />
        {absentees && <Choice name="absent" among={["empty", "zero"]} wish={wish} set={set} />}
      </div>
      <div class="pair">
        <button type="button" class="button primary" onClick={() => window.print()} data-testid="marks-print">{tk("marks.print")}</button>
        <button type="button" class="button" onClick={() => get(".xlsx")} data-testid="marks-xlsx">{tk("marks.xlsx")}</button>
        <button type="button" class="button" onClick={() => get(".csv")} data-testid="marks-csv">{tk("marks.csv")}</button>
        {back && <button type="button" class="button" onClick={back} data-testid="marks-back">{tk("marks.back")}</button>}
      </div>
      <p role="status" class="muted">{said}</p>
    </section>
  );
}

function About({ marks }: { marks: Marks }) {
  const absentees = marks.rows.some((row) => row.absent);
  const line = (name: MarksKey, text: string, said?: string) => <div><dt>{tk(name)}:</dt> <dd data-testid={said}>{text}</dd></div>;
  return (
    <dl class="marks-about">
      {line("marks.date", date(marks.created_at))}
      {line("marks.bank", `${textOf(marks.bank_title)} (${marks.bank.replace("@", " ")})`, "marks-bank")}
      {line("marks.state", tk(("marks.state." + marks.state) as MarksKey), "marks-state")}
      {line("marks.rule", [marks.rule_text, marks.before_text, ...(absentees ? [marks.absent_text] : [])].map((one) => textOf(one)).join(" "), "marks-rule-text")}
    </dl>
  );
}

function PersonLine({ row, index, marks, units, partly, notes }: { row: MarkedRow; index: number; marks: Marks; units: boolean; partly: boolean; notes: boolean }) {
  const played = !row.absent;
  return (
    <tr data-testid="marks-row">
      <td class="num">{index + 1}</td>
      <th scope="row">{row.name || tk("name.erased")}</th>
      {units && <td>{row.unit}</td>}
      <td class="num out-of-ten" data-testid="mark">{tenth(row.mark)}</td>
      <td class="num">{played && `${row.right}/${row.counted}`}</td>
      {partly && <td class="num">{played && row.partly}</td>}
      <td class="num">{played && row.wrong}</td>
      <td class="num">{played && missed(row, marks.before)}</td>
      <td class="num">{played && number(row.points)}</td>
      <td class="num">{row.rank}</td>
      {notes && <td>{noteOf(row, marks.questions.length)}</td>}
    </tr>
  );
}

function People({ marks }: { marks: Marks }) {
  const units = marks.rows.some((row) => row.unit !== "");
  const partly = marks.rows.some((row) => row.partly > 0);
  const notes = marks.rows.some((row) => noteOf(row, marks.questions.length) !== "");
  const mean = average(marks.rows);
  const heads: [MarksKey, boolean, string][] = [
    ["col.number", true, "num"], ["col.name", true, ""], ["col.unit", units, ""], ["col.mark", true, "num"], ["col.right", true, "num"], ["col.partly", partly, "num"],
    ["col.wrong", true, "num"], ["col.missed", true, "num"], ["col.points", true, "num"], ["col.rank", true, "num"], ["col.note", notes, ""]];
  return (
    <section>
      <h2>{tk("marks.people")}</h2>
      {marks.rows.length === 0 ? <p class="muted">{tk("marks.none")}</p> : (
        <Wide what={tk("marks.people")}>
          <table class="marks-table" data-testid="marks-people">
            <thead><tr>{heads.filter(([, there]) => there).map(([head, , look]) => <th scope="col" class={look}>{tk(head)}</th>)}</tr></thead>
            <tbody>{marks.rows.slice(0, SHOWN).map((row, index) => <PersonLine key={row.player || index} {...{ row, index, marks, units, partly, notes }} />)}</tbody>
          </table>
        </Wide>)}
      {marks.rows.length > SHOWN && <p class="muted" data-testid="marks-rest">{tk("marks.rest", { n: marks.rows.length - SHOWN })}</p>}
      {mean !== null && <p class="marks-mean">{tk("marks.average", { mark: tenth(mean) })}</p>}
    </section>
  );
}

function QuestionLine({ question, partly }: { question: MarkedQuestion; partly: boolean }) {
  const counts = question.right_percent !== null;
  const most = question.most_wrong;
  return (
    <tr data-testid="marks-question">
      <td class="num">{question.q}</td>
      <th scope="row" lang={langOf(question.text)}>{textOf(question.text)}
        {question.standing !== "counts" && <small class="standing">{tk(("standing." + question.standing) as MarksKey)}</small>}</th>
      <td class="num">{counts && <>{question.right_percent}%<span class="share"><span style={{ transform: `scaleX(${(question.right_percent as number) / 100})` }} /></span></>}</td>
      <td class="num">{counts && `${question.right}/${question.of}`}</td>
      {partly && <td class="num">{counts && question.partly}</td>}
      <td class="num">{counts && question.wrong}</td>
      <td class="num">{counts && question.none + question.late}</td>
      <td>{counts && (most ? <>“{textOf(most.text)}” <small class="muted">{tk("most.people", { n: most.count })}</small></> : <span class="muted">{tk("most.none")}</span>)}</td>
    </tr>
  );
}

function Questions({ marks }: { marks: Marks }) {
  const partly = marks.questions.some((one) => one.partly > 0);
  const heads: [MarksKey, string][] = [["col.question", "num"], ["col.text", ""], ["col.share", "num"], ["col.right", "num"], ...(partly ? [["col.partly", "num"] as [MarksKey, string]] : []), ["col.wrong", "num"], ["col.missed", "num"], ["col.most", ""]];
  return (
    <section class="marks-questions">
      <h2>{tk("marks.questions")}</h2>
      <Wide what={tk("marks.questions")}>
        <table class="marks-table" data-testid="marks-questions">
          <thead><tr>{heads.map(([head, look]) => <th scope="col" class={look}>{tk(head)}</th>)}</tr></thead>
          <tbody>{marks.questions.filter((one) => one.standing !== "unasked").map((one) => <QuestionLine key={one.q} question={one} partly={partly} />)}</tbody>
        </table>
      </Wide>
    </section>
  );
}

function Signature() {
  return <div class="marks-sign" aria-hidden="true"><p>{tk("marks.sign.day")}</p><p>{tk("marks.sign")}</p></div>;
}

/** `token`: of the room, if the page came from there; else the key is used. */
export function MarksPage({ room, token }: { room: string; token: string }) {
  useLang();
  const [wish, set] = useState<Wish>(USUAL);
  const by = token || key();
  const { marks, fault } = useMarks(room, by, wish);
  const back = token === "" ? null : () => go({ at: "room", token, room });
  return (
    <main class="sheet broad marks" data-testid="marks">
      <h1>{tk("marks.title")}{marks ? ` – ${textOf(marks.title)}` : ""}</h1>
      {fault && <p class="fault" role="alert">{fault}</p>}
      {!marks && !fault && <p class="muted">{tk("marks.loading")}</p>}
      <Tools room={room} token={by} back={back} wish={wish} set={set} absentees={marks !== null && marks.rows.some((row) => row.absent)} />
      {marks && <About marks={marks} />}
      {marks && !marks.questions.some((one) => one.right_percent !== null) && <p class="muted">{tk("marks.nothing")}</p>}
      {marks && <People marks={marks} />}
      {marks && <Signature />}
      {marks && <Questions marks={marks} />}
      {marks && <GainPart marks={marks} wish={wish} />}
    </main>
  );
}
