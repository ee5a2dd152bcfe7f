/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state.ts - what a page knows, as one pure function: reduce(state, event, now).
 *
 * All pages share it; a page is a drawing of the state. An event is a frame of the server or a local one (names
 * with "@"). `now` is performance.now() at receipt: no clock is read here, so tests pass time in.
 */
import type {
  AckFrame, Answer, BoardFrame, ClosedFrame, Code, EndedFrame, JoinedFrame, LobbyFrame, PeopleFrame, Phase, ProgressFrame,
  ListFrame, QuestionFrame, RefusedFrame, Result, RevealFrame, ReviewRow, Role, RoomSettings, ServerFrame, StateFrame, Text, You,
} from "./frames";
import { CLOSE, PASSING } from "./frames";

/** The line to the server. `over`: it will not come back by itself; state.over says why. */
export type Link = "idle" | "connecting" | "open" | "waiting" | "over";
export type Over = "elsewhere" | "removed" | "token" | "abuse";

export type LocalEvent =
  | { t: "@link"; link: Link; code?: number; retry_ms?: number }
  | { t: "@hello" } /* a join or attach was asked for: its old refusal no longer counts */
  | { t: "@answered"; q: number; a: Answer; n: number }
  | { t: "@commanded"; id: string; cmd: string }
  | { t: "@notice-read" }
  | { t: "@leave"; error?: Code }; /* forget the room: back to the first page, with what to say there */

export type Event = ServerFrame | LocalEvent;

/** An open question with its clock. `deadline` counts on performance.now(); null while paused or without a limit. */
export interface Asked extends QuestionFrame {
  deadline: number | null;
  /** Time left while paused, else null. */
  held_ms: number | null;
  /** False if it was already running when this page got it: then the page has no measure of its own. */
  live: boolean;
}

export type MineStatus = "sending" | "accepted" | "late" | "duplicate" | "refused";
/** The player's own answer to question `q`. `a` is what stands (or is being sent). */
export interface Mine {
  q: number; n: number; a: Answer | null; status: MineStatus; pos: number | null;
  why: Code | null; ask: (number | string)[] | null;
  /** The last answer that is known to be in the log; null before the first. */
  stood: Answer | null;
}

export interface Command { id: string; cmd: string; status: "sent" | "done" | "refused"; why: Code | null; result: Record<string, unknown> }

export interface State {
  link: Link;
  over: Over | null;
  /** How often the line was lost since it last stood; 0 while it stands. */
  tries: number;
  /** Why the last join or attach was refused. */
  error: Code | null;
  joined: JoinedFrame | null;
  role: Role | null;
  room: string | null;
  title: Text | null;
  languages: string[];
  lang: string | null;
  pin: string | null;
  public_url: string | null;
  /** What a judge may do here, by name of command. */
  acts: string[] | null;
  settings: RoomSettings;
  /** null until the first `state`. */
  phase: Phase | null;
  /** While the frames of the current phase follow a `state`: the phase they lead to. */
  replaying: Phase | null;
  paused: boolean;
  pos: number;
  at: number;
  q: number;
  of: number;
  locked: boolean;
  frozen: boolean;
  /** A judge holds back reveal and next. */
  held: boolean;
  result: Result;
  players: number;
  saving: boolean;
  saving_why: string | null;
  you: You | null;
  question: Asked | null;
  mine: Mine | null;
  closed: ClosedFrame | null;
  reveal: RevealFrame | null;
  board: BoardFrame | null;
  ended: EndedFrame | null;
  review: ReviewRow[] | null;
  lobby: LobbyFrame | null;
  people: PeopleFrame | null;
  /** The class list, for host and judge. */
  list: ListFrame | null;
  progress: ProgressFrame | null;
  /** performance.now() at which "all have answered" closes the question. */
  closing_at: number | null;
  notice: Text | null;
  removed_why: string | null;
  /** The newest 20 commands of this page, oldest first. */
  commands: Command[];
}

export const INITIAL: State = {
  link: "idle", over: null, tries: 0, error: null, joined: null, role: null, room: null, title: null, languages: [], lang: null,
  pin: null, public_url: null, acts: null, settings: {}, phase: null, replaying: null, paused: false, pos: 0, at: 0, q: 0, of: 0,
  locked: false, frozen: false, held: false, result: "live", players: 0, saving: false, saving_why: null, you: null, question: null, mine: null,
  closed: null, reveal: null, board: null, ended: null, review: null, lobby: null, people: null, list: null, progress: null, closing_at: null,
  notice: null, removed_why: null, commands: [],
};

const COMMANDS_KEPT = 20;
const ORDER: Record<Phase, number> = { lobby: 0, question: 1, closed: 2, revealed: 3, ranked: 4, ended: 5 };

/** A frame of an earlier phase, sent while a `state` is being filled, does not take the page back. */
function reached(state: State, phase: Phase, q: number): Pick<State, "phase" | "replaying"> {
  const goal = state.replaying;
  if (goal !== null && q === state.q && ORDER[phase] < ORDER[goal])
    return { phase: state.phase, replaying: goal };
  return { phase, replaying: null };
}

function at(state: State, position: number | undefined): number {
  return Math.max(state.at, position || 0);
}

function onState(state: State, f: StateFrame): State {
  const same = state.question !== null && state.question.q === f.q && state.room === f.room;
  const past = (phase: Phase) => ORDER[f.phase] >= ORDER[phase];
  const answer = f.answer || null;
  const waiting = same && state.mine !== null && state.mine.q === f.q && (answer === null || answer.n < state.mine.n)
    && state.mine.status !== "refused" ? state.mine : null;
  const mine: Mine | null = waiting && !past("revealed") ? { ...waiting, status: "sending" } : answer && {
    q: answer.q, n: answer.n, a: answer.a, status: answer.status, pos: answer.pos, why: null, ask: null, stood: answer.a,
  };
  return {
    ...state, link: "open", over: null, tries: 0, error: null,
    role: f.role, room: f.room, title: f.title === undefined ? state.title : f.title,
    languages: f.languages || [], lang: f.lang || null,
    pin: f.pin || state.pin, public_url: f.public_url || null, acts: f.acts || null, settings: f.settings || {},
    phase: f.phase, replaying: f.phase === "lobby" ? null : f.phase, paused: !!f.paused, pos: f.pos, at: f.at, q: f.q, of: f.of,
    locked: !!f.locked, frozen: !!f.frozen, held: !!f.held, result: f.result || "live", players: f.players || 0,
    saving: !!f.saving, saving_why: f.saving ? state.saving_why : null,
    you: f.you || null, mine,
    question: same && past("question") ? state.question : null,
    closed: same && past("closed") ? state.closed : null,
    reveal: same && past("revealed") ? state.reveal : null,
    board: same && past("ranked") ? state.board : null,
    ended: f.phase === "ended" ? state.ended : null,
    review: f.phase === "ended" ? state.review : null,
    lobby: f.phase === "lobby" ? state.lobby : null,
    list: state.room === f.room ? state.list : null,
    progress: same ? state.progress : null, closing_at: null,
  };
}

function onQuestion(state: State, f: QuestionFrame, now: number): State {
  const known = state.question !== null && state.question.q === f.q;
  const paused = state.paused && state.replaying !== null;
  const asked: Asked = {
    ...f,
    deadline: f.left_ms === null || f.left_ms === undefined || paused ? null : now + f.left_ms,
    held_ms: paused && f.left_ms !== undefined ? f.left_ms : null,
    live: known ? state.question!.live : state.replaying === null,
  };
  return {
    ...state, ...reached(state, "question", f.q), paused, question: asked, q: f.q, of: f.of, at: at(state, f.at),
    closed: null, reveal: null, board: null, lobby: null, closing_at: null,
    mine: state.mine && state.mine.q === f.q ? state.mine : null,
    progress: state.progress && state.progress.q === f.q ? state.progress : null,
  };
}

function onAck(state: State, f: AckFrame): State {
  const mine = state.mine;
  if (state.q !== f.q || (mine && mine.q === f.q && mine.n > f.n && mine.status !== "refused"))
    return state; /* a newer answer is on its way */
  return { ...state, mine: { q: f.q, n: f.n, a: f.a, status: f.status, pos: f.pos, why: null, ask: null, stood: f.a } };
}

function onRefused(state: State, f: RefusedFrame): State {
  if (f.id !== undefined)
    return { ...state, commands: state.commands.map((c) => (c.id === f.id ? { ...c, status: "refused", why: f.why, result: { ...f } } : c)) };
  const mine = state.mine;
  if (!mine || mine.q !== f.q || (f.n !== undefined && mine.n !== f.n))
    return state;
  const passing = PASSING.indexOf(f.why) >= 0;
  return { ...state, mine: { ...mine, status: passing ? "sending" : "refused", why: f.why, ask: f.ask || null } };
}

function onReveal(state: State, f: RevealFrame): State {
  const you = state.you && f.you
    ? { ...state.you, total: f.you.total, rank: f.you.rank === undefined ? state.you.rank : f.you.rank } : state.you;
  return { ...state, ...reached(state, "revealed", f.q), reveal: f, at: at(state, f.at), you, paused: false, closing_at: null };
}

function onBoard(state: State, f: BoardFrame): State {
  const you = state.you && f.you ? { ...state.you, total: f.you.points, rank: f.you.rank } : state.you;
  const step = state.phase === "ended" || f.final ? { phase: state.phase, replaying: state.replaying } : reached(state, "ranked", state.q);
  return { ...state, ...step, board: f, at: at(state, f.at), you, frozen: f.frozen === undefined ? state.frozen : f.frozen };
}

function onEnded(state: State, f: EndedFrame): State {
  const you = state.you && f.you ? { ...state.you, total: f.you.points, rank: f.you.rank } : state.you;
  return {
    ...state, phase: "ended", replaying: null, paused: false, ended: f, at: at(state, f.at), you,
    result: state.result === "live" ? "provisional" : state.result,
  };
}

function onPause(state: State, left_ms: number | null | undefined, now: number): State {
  const q = state.question;
  if (!q)
    return { ...state, paused: true };
  const known = q.deadline === null ? q.held_ms : Math.max(0, q.deadline - now);
  const left = left_ms === undefined || left_ms === null ? known : left_ms; /* none: not said, or no limit */
  return { ...state, paused: true, question: { ...q, deadline: null, held_ms: left }, closing_at: null };
}

function onResume(state: State, left_ms: number | null | undefined, now: number): State {
  const q = state.question;
  if (!q)
    return { ...state, paused: false };
  const left = left_ms === undefined || left_ms === null ? q.held_ms : left_ms;
  return { ...state, paused: false, question: { ...q, deadline: left === null ? null : now + left, held_ms: null } };
}

const OVER: { [code: number]: Over } = {
  [CLOSE.abuse]: "abuse", [CLOSE.elsewhere]: "elsewhere", [CLOSE.removed]: "removed", [CLOSE.ended]: "token",
};

function onLink(state: State, e: Extract<LocalEvent, { t: "@link" }>): State {
  const over = e.link === "over" ? (e.code !== undefined && OVER[e.code]) || state.over : null;
  return { ...state, link: e.link, over, tries: e.link === "waiting" ? state.tries + 1 : state.tries };
}

/** The one reducer. Unknown frames leave the state as it is. */
export function reduce(state: State, event: Event, now: number): State {
  switch (event.t) {
    case "@link": return onLink(state, event);
    case "@hello": return { ...state, error: null, over: null };
    case "@leave": return { ...INITIAL, error: event.error || null };
    case "@notice-read": return { ...state, notice: null };
    case "@answered": {
      const stood = state.mine && state.mine.q === event.q ? state.mine.stood : null;
      return { ...state, mine: { q: event.q, n: event.n, a: event.a, status: "sending", pos: null, why: null, ask: null, stood } };
    }
    case "@commanded":
      return {
        ...state,
        commands: [...state.commands, { id: event.id, cmd: event.cmd, status: "sent" as const, why: null, result: {} }].slice(-COMMANDS_KEPT),
      };
    case "joined": return { ...state, joined: event, room: event.room, error: null };
    case "state": return onState(state, event);
    case "question": return onQuestion(state, event, now);
    case "ack": return onAck(state, event);
    case "closed":
      return { ...state, ...reached(state, "closed", event.q), closed: event, at: at(state, event.at), paused: false, closing_at: null };
    case "reveal": return onReveal(state, event);
    case "board": return onBoard(state, event);
    case "ended": return onEnded(state, event);
    case "review": return { ...state, review: event.rows };
    case "lobby": return { ...state, lobby: event, players: event.players };
    case "list": return { ...state, list: event };
    case "people": return { ...state, people: event };
    case "progress":
      return { ...state, progress: event, closing_at: event.closing_ms === undefined || event.closing_ms === null ? null : now + event.closing_ms };
    case "paused": return { ...onPause(state, event.left_ms, now), at: at(state, event.at) };
    case "resumed": return { ...onResume(state, event.left_ms, now), at: at(state, event.at) };
    case "extended":
      return state.question && state.question.q === event.q ? {
        ...state,
        question: {
          ...state.question, limit_ms: event.limit_ms, left_ms: event.left_ms,
          deadline: state.paused || event.left_ms === null ? null : now + event.left_ms,
          held_ms: state.paused ? event.left_ms : null,
        },
      } : state;
    case "locked": return { ...state, locked: true };
    case "held": return { ...state, held: true };
    case "released": return { ...state, held: false };
    case "unlocked": return { ...state, locked: false };
    case "removed": return { ...state, removed_why: event.why || "", over: "removed" };
    case "renamed":
      return {
        ...state,
        you: state.you && state.you.player === event.player ? { ...state.you, name: event.name } : state.you,
        people: state.people && {
          ...state.people, rows: state.people.rows.map((p) => (p.player === event.player ? { ...p, name: event.name } : p)),
        },
      };
    case "notice": return { ...state, notice: event.text };
    case "saving": return { ...state, saving: event.on, saving_why: event.on ? event.why || null : null };
    case "done":
      return { ...state, commands: state.commands.map((c) => (c.id === event.id ? { ...c, status: "done" as const, result: { ...event } } : c)) };
    case "refused": return onRefused(state, event);
    case "error": return { ...state, error: event.code };
    case "pong": return state;
    default: return state; /* a frame of a newer server */
  }
}

/** Milliseconds left of the open question at `now`; null without a limit. */
export function leftMs(question: Asked | null, now: number): number | null {
  if (!question)
    return null;
  if (question.held_ms !== null)
    return question.held_ms;
  return question.deadline === null ? null : Math.max(0, question.deadline - now);
}

/** May the player answer (again) now? */
export function mayAnswer(state: State): boolean {
  const q = state.question;
  if (state.phase !== "question" || !q || state.paused)
    return false;
  const mine = state.mine && state.mine.q === q.q ? state.mine : null;
  if (mine === null || mine.status === "refused")
    return true;
  return changes(state) && mine.status !== "late";
}

/** Do answers of this question stay open to change until the close? */
export function changes(state: State): boolean {
  return ((state.question && state.question.change) || state.settings.change) === "until-close";
}
