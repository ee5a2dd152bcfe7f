/* SPDX-License-Identifier: Apache-2.0 */
/* result.tsx - right or not and why, and where one stands. */
import { useEffect } from "preact/hooks";
import { say, useFocusOn } from "../lib/a11y";
import { AnswerView } from "../lib/answers";
import type { Ahead, BoardFrame, RevealFrame, Row } from "../lib/frames";
import { langOf, number, textOf } from "../lib/i18n";
import { Tick } from "../lib/marks";
import type { Asked, State } from "../lib/state";
import type { Tone } from "./hero";
import { Hero } from "./hero";
import { inOwnOrder } from "./shuffle";
import { t } from "./texts";

interface Verdict { tone: Tone; words: string; right: boolean | null }

function verdict(reveal: RevealFrame): Verdict {
  const you = reveal.you;
  if (reveal.key === null)
    return { tone: "sea", words: t("reveal.survey"), right: null };
  if (!you || you.a === null)
    return { tone: "slate", words: t("reveal.none"), right: null };
  if (you.right)
    return { tone: "leaf", words: t("reveal.right"), right: true };
  return { tone: "slate", words: t(you.points > 0 ? "reveal.part" : "reveal.wrong"), right: false };
}

const CREDIT_SHOWN_MS = 100; /* less is every network's, and nobody's trouble */

export function aheadText(ahead: Ahead | null | undefined, points: number, rank: number | null | undefined): string {
  if (!ahead)
    return rank === 1 && points > 0 ? t("rank.first") : ""; /* with nothing yet, everybody is first */
  const gap = ahead.points - points;
  return gap > 0 ? t("rank.ahead", { name: ahead.name, n: gap }) : t("rank.level", { name: ahead.name });
}

export function Revealed({ state, reveal, question: asked }: { state: State; reveal: RevealFrame; question: Asked }) {
  const question = inOwnOrder(state, asked);
  const v = verdict(reveal);
  const you = reveal.you;
  const heading = useFocusOn<HTMLHeadingElement>("reveal-" + reveal.q);
  const credit = (you && you.credit_ms) || 0;
  useEffect(() => say(v.words + (you && you.points ? ". " + t("reveal.points", { n: you.points }) : "")), [reveal.q]);
  return (
    <div class="revealed" data-testid="revealed" data-right={you ? String(you.right) : "none"}>
      <Hero tone={v.tone}>
        <h1 class="verdict" ref={heading} tabIndex={-1}>{v.right !== null && <Tick right={v.right} />} {v.words}</h1>
        {you && you.points !== 0 && <p class="gained" data-testid="gained">{t("reveal.points", { n: you.points })}</p>}
        {you && you.rank ? <p class="hero-line" data-testid="own-rank"><b>{t("ended.place", { n: you.rank })}</b> {you.of ? t("rank.of", { n: you.of }) : ""}</p> : null}
      </Hero>
      <div class="stack room-pad">
        {you && <p class="ahead" data-testid="ahead">{aheadText(you.ahead, you.total, you.rank)}</p>}
        {reveal.key !== null && (
          <section class="key" aria-labelledby="key-name">
            <h2 class="part-name" id="key-name"><Tick right={true} /> {t("reveal.key")}</h2>
            <div class="key-value" data-testid="key"><AnswerView of={question} value={reveal.key} /></div>
          </section>
        )}
        {you && you.a !== null && v.right !== true && (
          <section class="key mine"><h2 class="part-name">{t("reveal.mine")}</h2><div class="key-value"><AnswerView of={question} value={you.a} /></div></section>
        )}
        {reveal.explain && <section class="why"><h2 class="part-name">{t("reveal.why")}</h2><p lang={langOf(reveal.explain)}>{textOf(reveal.explain)}</p></section>}
        {credit >= CREDIT_SHOWN_MS && <p class="muted">{t("reveal.credit", { s: Math.round(credit / 10) / 100 })}</p>}
      </div>
    </div>
  );
}

/** The own line between its neighbours, from the top ten, if the server did not send it. */
function around(rows: Row[], player: string): Row[] {
  const i = rows.map((r) => r.player).indexOf(player);
  if (i < 0)
    return [];
  const from = Math.max(0, Math.min(i - 1, rows.length - 3));
  return rows.slice(from, from + 3);
}

function movement(row: Row): string {
  if (row.was === null || row.was === undefined || row.was === row.rank)
    return "";
  return row.was > row.rank ? "↑ " + t("rank.up", { n: row.was - row.rank }) : "↓ " + t("rank.down", { n: row.rank - row.was });
}

/** The own line comes from where it was. */
function slide(row: Row): string {
  return !row.was || row.was === row.rank ? "" : row.was > row.rank ? " from-below" : " from-above";
}

export function Ranked({ state, board }: { state: State; board: BoardFrame }) {
  const you = state.you!;
  const heading = useFocusOn<HTMLHeadingElement>("rank-" + state.q);
  const rows = (board.you && board.you.near) || around(board.rows, you.player);
  const own = board.rows.filter((r) => r.player === you.player)[0];
  const rank = board.you ? board.you.rank : own ? own.rank : you.rank;
  useEffect(() => { if (rank) say(`${t("rank.yours")}: ${number(rank)}`); }, [board.at]);
  return (
    <div class="ranked" data-testid="ranked">
      <Hero tone={rank === 1 ? "bell" : "phuong"}>
        {rank ? (
          <>
            <h1 class="hero-small" ref={heading} tabIndex={-1}>{t("rank.yours")}</h1>
            <p class="rank-big" data-testid="own-rank">{number(rank)}</p>
            <p class="hero-line">{board.players ? t("rank.of", { n: board.players }) : ""}</p>
          </>
        ) : <h1 class="hero-small" ref={heading} tabIndex={-1}>{t("rank.frozen")}</h1>}
      </Hero>
      <div class="stack room-pad">
        {rows.length > 0 && (
          <ol class="rows">
            {rows.map((r) => (
              <li class={"row" + (r.player === you.player ? " own" + slide(r) : "")} key={r.player}>
                <b class="row-rank">{number(r.rank)}</b>
                <span class="row-name">{r.name}{r.player === you.player && <small> ({t("rank.you")})</small>}<small class="row-move">{movement(r)}</small></span>
                <span class="row-points">{number(r.points)}</span>
              </li>
            ))}
          </ol>
        )}
        <p class="ahead" data-testid="ahead">{board.you ? aheadText(board.you.ahead, board.you.points, board.you.rank) : ""}</p>
        <p class="muted">{t("rank.next")}…</p>
      </div>
    </div>
  );
}
