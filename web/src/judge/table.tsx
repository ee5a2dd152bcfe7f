/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.tsx - the leaderboard by pages. It never moves under the pointer: figures that come while somebody is on the
 * table wait until the pointer and the focus have left it, or until they are asked for.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Row } from "../lib/frames";
import { api } from "../lib/http";
import { number, seconds } from "../lib/i18n";
import { kept } from "../lib/storage";
import type { Key } from "./words";
import { t } from "./words";

export interface Page { rows: Row[]; total: number; frozen: boolean; state: string; version: number }

export const PAGE_ROWS = 50;
const EVERY_MS = 2000;
const SEARCH_ROWS_MAX = 2000; /* a larger contest is searched by its pages */

async function fetchPage(room: string, token: string, from: number): Promise<Page> {
  return api<Page>(`api/rooms/${room}/board?from=${from}&count=${PAGE_ROWS}`, { token });
}

/* All rows, page by page, for the search. */
async function fetchAll(room: string, token: string): Promise<Page> {
  const first = await fetchPage(room, token, 0);
  const rows = first.rows.slice();
  while (rows.length < Math.min(first.total, SEARCH_ROWS_MAX)) {
    const more = await fetchPage(room, token, rows.length);
    if (more.rows.length === 0)
      break;
    rows.push(...more.rows);
  }
  return { ...first, rows };
}

interface Board { page: Page | null; waiting: Page | null; failed: boolean; from: number; auto: boolean; whole: boolean }
interface Table { board: Board; take(): void; turn(from: number): void; setAuto(auto: boolean): void; setWhole(whole: boolean): void; hold(on: boolean): void }

const same = (a: Page | null, b: Page) => a !== null && JSON.stringify(a) === JSON.stringify(b);

export function useTable(room: string | null, token: string): Table {
  const [board, setBoard] = useState<Board>(() => ({ page: null, waiting: null, failed: false, from: 0, auto: kept.get("judge.auto", true), whole: false }));
  const held = useRef(false);
  const load = (press: boolean) => {
    if (room === null)
      return;
    (board.whole ? fetchAll(room, token) : fetchPage(room, token, board.from)).then(
      (page) => setBoard((b) => (same(b.page, page) ? { ...b, failed: false, waiting: null } : held.current && !press ? { ...b, failed: false, waiting: page } : { ...b, failed: false, page, waiting: null })),
      () => setBoard((b) => ({ ...b, failed: true })));
  };
  useEffect(() => {
    load(true);
    if (!board.auto)
      return;
    const timer = window.setInterval(() => { if (!document.hidden) load(false); }, EVERY_MS);
    return () => window.clearInterval(timer);
  }, [room, token, board.from, board.auto, board.whole]);
  return {
    board,
    take: () => load(true),
    turn: (from) => setBoard((b) => ({ ...b, from: Math.max(0, from) })),
    setAuto(auto) { kept.set("judge.auto", auto); setBoard((b) => ({ ...b, auto })); },
    setWhole: (whole) => setBoard((b) => (b.whole === whole ? b : { ...b, whole, from: 0 })),
    hold(on) {
      held.current = on;
      if (!on)
        setBoard((b) => (b.waiting && b.auto ? { ...b, page: b.waiting, waiting: null } : b));
    },
  };
}

const MARKS = new RegExp("[\\u0300-\\u036f]", "g");
const plain = (text: string) => text.normalize("NFD").replace(MARKS, "").replace(/[đĐ]/g, "d").toLowerCase();

function Line({ row, chosen, choose, away, units }: { row: Row; chosen: boolean; choose(row: Row): void; away: boolean; units: boolean }) {
  return (
    <tr class={chosen ? "chosen" : ""} data-testid="board-row">
      <td class="num">{row.rank}</td>
      <th scope="row"><button type="button" aria-pressed={chosen} onClick={() => choose(row)}>{row.name || row.player}</button>{away && <small class="muted"> · {t("board.away")}</small>}</th>
      {units && <td>{row.unit || ""}</td>}
      <td class="num">{number(row.points)}</td>
      <td class="num">{row.right === undefined ? "" : row.right}</td>
      <td class="num time">{row.ms === undefined ? "" : seconds(row.ms)}</td>
    </tr>
  );
}

const HEADS: [Key, boolean][] = [["board.rank", true], ["board.name", false], ["board.unit", false], ["board.points", true], ["board.right", true], ["board.time", true]];

/* `fallback`: the people, shown while the board has no rows yet. */
export function BoardTable({ table, fallback, chosen, choose, away }: { table: Table; fallback: Row[]; chosen: string | null; choose(row: Row): void; away(player: string): boolean }) {
  const [sought, setSought] = useState("");
  const { board, take, turn, setAuto, setWhole, hold } = table;
  const page = board.page;
  const rows = (page && page.total > 0 ? page.rows : fallback).filter((row) => plain(row.name + " " + (row.unit || "")).indexOf(plain(sought.trim())) >= 0);
  const seek = (text: string) => { setSought(text); setWhole(text.trim() !== ""); };
  const total = page ? page.total : 0;
  const units = rows.some((row) => !!row.unit);
  return (
    <section class="panel board" aria-label={t("board.caption")}>
      <div class="board-tools">
        <label class="field search"><span class="heard">{t("board.search")}</span><input class="input" type="search" placeholder={t("board.search")} value={sought} onInput={(e) => seek(e.currentTarget.value)} data-testid="search" /></label>
        <label class="check"><input type="checkbox" checked={board.auto} onChange={(e) => setAuto(e.currentTarget.checked)} data-testid="auto" /> {t("board.auto")}</label>
        <button type="button" class={"button" + (board.waiting ? " fresh" : "")} onClick={take} data-testid="refresh">{board.waiting ? t("board.new") : t("board.refresh")}</button>
      </div>
      {board.failed && <p class="fault" role="status">{t("board.failed")}</p>}
      <div class="scroll" tabIndex={0} role="group" aria-label={t("board.caption")} onPointerEnter={() => hold(true)} onPointerLeave={() => hold(false)}
        onFocusIn={() => hold(true)} onFocusOut={() => hold(false)}>
        <table data-testid="board">
          <caption class="heard">{t("board.caption")}</caption>
          <thead><tr>{HEADS.filter(([key]) => units || key !== "board.unit").map(([key, num]) => <th scope="col" class={(num ? "num" : "") + (key === "board.time" ? " time" : "")}>{t(key)}</th>)}</tr></thead>
          <tbody>{rows.map((row) => <Line key={row.player} row={row} chosen={row.player === chosen} choose={choose} away={away(row.player)} units={units} />)}</tbody>
        </table>
      </div>
      {page && rows.length === 0 && <p class="muted">{total === 0 && fallback.length === 0 ? t("board.empty") : t("board.nomatch")}</p>}
      {page && (
        <div class="board-foot">
          {!board.whole && <button type="button" class="button" disabled={board.from === 0} onClick={() => turn(board.from - PAGE_ROWS)}>{t("board.prev")}</button>}
          <p class="muted">{t("board.from", { from: total === 0 ? 0 : (board.whole ? 0 : board.from) + 1, to: (board.whole ? 0 : board.from) + page.rows.length, total })} · {t("board.version", { n: page.version })}</p>
          {!board.whole && <button type="button" class="button" disabled={board.from + page.rows.length >= total} onClick={() => turn(board.from + PAGE_ROWS)}>{t("board.next")}</button>}
        </div>
      )}
    </section>
  );
}
