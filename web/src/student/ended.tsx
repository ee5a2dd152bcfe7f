/* SPDX-License-Identifier: Apache-2.0 */
/* ended.tsx - place, points, a picture to keep, and every question again with its answer. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useFocusOn } from "../lib/a11y";
import { AnswerView } from "../lib/answers";
import type { ReviewRow } from "../lib/frames";
import { date, langOf, number, tc, textOf } from "../lib/i18n";
import { Tick } from "../lib/marks";
import type { State } from "../lib/state";
import { Media } from "../parts/media";
import { drawCard } from "./card";
import { Hero } from "./hero";
import { leave } from "./session";
import { inOwnOrder } from "./shuffle";
import { t } from "./texts";

function Share({ state, place, points, right }: { state: State; place: number | null; points: number; right: string }) {
  const [picture, setPicture] = useState<string | null>(null);
  const card = useRef<HTMLElement>(null);
  useEffect(() => { if (picture && card.current) card.current.scrollIntoView({ block: "center" }); }, [picture]);
  const name = state.you ? state.you.name : "";
  const draw = () => setPicture(drawCard({
    title: textOf(state.title), name, place: place ? t("ended.place", { n: place }) : "♪", points: tc("points", { n: points }), right, day: date(Date.now()),
  }));
  if (!picture)
    return <button type="button" class="button primary" data-testid="share" onClick={draw}>{t("ended.share")}</button>;
  return (
    <figure class="card" ref={card}>
      <img src={picture} width="1080" height="1080" alt={t("ended.card", { name, n: place || 0, points })} />
      <figcaption class="muted">{t("ended.hold")}</figcaption>
      <a class="button primary" href={picture} download="hoithi.png">{t("ended.share")}</a>
    </figure>
  );
}

function Reviewed({ row }: { row: ReviewRow }) {
  const you = row.you;
  return (
    <li class="review-row">
      <p class="review-q"><span class="muted">{row.q}.</span> <span lang={langOf(row.text)}>{textOf(row.text)}</span></p>
      <Media media={row.media} />
      <p class="review-verdict">{row.key === null ? null : you && you.a !== null
        ? <><Tick right={you.right} /> <b>{tc(you.right ? "right" : "wrong")}</b> {you.points > 0 && <span class="muted">{t("reveal.points", { n: you.points })}</span>}</>
        : <b class="muted">{t("reveal.none")}</b>}</p>
      {row.key !== null && <div class="review-part"><span class="muted">{t("reveal.key")}</span><AnswerView of={row} value={row.key} /></div>}
      {you && you.a !== null && !you.right && <div class="review-part"><span class="muted">{t("reveal.mine")}</span><AnswerView of={row} value={you.a} /></div>}
      {row.explain && <p class="review-why" lang={langOf(row.explain)}>{textOf(row.explain)}</p>}
    </li>
  );
}

function Review({ rows }: { rows: ReviewRow[] | null }) {
  return (
    <details class="review" data-testid="review">
      <summary>{t("ended.review")}</summary>
      {rows ? <ol>{rows.map((r) => <Reviewed row={r} />)}</ol> : <p class="muted">{t("ended.loading")}</p>}
    </details>
  );
}

export function Ended({ state }: { state: State }) {
  const heading = useFocusOn<HTMLHeadingElement>("ended");
  const ended = state.ended;
  const you = ended && ended.you;
  const place = (you && you.rank) || (state.you && state.you.rank) || null;
  const points = you ? you.points : state.you ? state.you.total : 0;
  const right = you && you.right !== undefined && state.of ? t("ended.right", { right: you.right, of: state.of }) : "";
  return (
    <div class="ended" data-testid="ended">
      <Hero tone={place !== null && place <= 3 ? "bell" : "phuong"} tall>
        <h1 class="hero-small" ref={heading} tabIndex={-1}>{t("ended.title")}</h1>
        {place !== null && <p class="rank-big" data-testid="own-rank">{t("ended.place", { n: place })}</p>}
        <p class="gained" data-testid="final-points">{tc("points", { n: points })}</p>
        <p class="hero-line">{right}</p>
      </Hero>
      <div class="stack room-pad">
        <p class="thanks">{t("ended.thanks")} <span class="muted">{t(state.result === "final" ? "ended.final" : "ended.provisional")}</span></p>
        {ended && ended.podium.length > 0 && (
          <section>
            <h2 class="part-name">{t("ended.podium")}</h2>
            <ol class="rows" data-testid="podium">
              {ended.podium.map((p) => (
                <li class={"row" + (state.you && p.player === state.you.player ? " own" : "")}>
                  <b class="row-rank">{number(p.rank)}</b><span class="row-name">{p.name}</span><span class="row-points">{number(p.points)}</span>
                </li>
              ))}
            </ol>
          </section>
        )}
        <Share state={state} place={place} points={points} right={right} />
        <Review rows={state.review && state.review.map((r) => inOwnOrder(state, r))} />
        <button type="button" class="button quiet" onClick={() => leave()}>{t("ended.leave")}</button>
      </div>
    </div>
  );
}
