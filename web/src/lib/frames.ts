/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frames.ts - every frame of docs/protocol.md as a type.
 *
 * Fields may be added by the server; what is not named here is ignored.
 */

export type Lang = "vi" | "en";

/** A text from a bank: one for everybody, or one a language. Show it with textOf(). */
export type Text = string | { [lang: string]: string };

export type Phase = "lobby" | "question" | "closed" | "revealed" | "ranked" | "ended";
export type Result = "live" | "provisional" | "final";
export type Role = "player" | "host" | "screen" | "judge" | "admin";
export type Kind =
  | "single" | "multiple" | "truefalse" | "statements" | "number"
  | "text" | "order" | "match" | "prediction" | "survey" | "cloud";

export type Code =
  | "bad_frame" | "unknown_type" | "too_big" | "not_joined" | "wrong_pin" | "room_locked" | "room_full"
  | "bad_name" | "name_taken" | "not_listed" | "banned" | "bad_token" | "expired_token" | "archived" | "not_allowed" | "wrong_phase" | "stale"
  | "bad_answer" | "bad_args" | "reason_missing" | "busy" | "saving_full" | "storage_full" | "too_fast";

/** What a player gives: ids, a number as its decimal string, a text, or pairs. */
export type Answer =
  | string[] | number | string | { [left: string]: string } | { [id: string]: boolean };

/** What the host's plan says about this room. */
export interface RoomSettings {
  scoring?: "accuracy" | "speed";
  change?: "no" | "until-close";
  board?: "each" | "end" | "none";
  text?: "phones" | "screen";
  names?: "open" | "nod";
  close_all?: boolean;
  shuffle?: boolean;
}

export interface Choice { id: string; text?: Text }
/** A bank's file has `file`; the server adds the rest. A sound without `url` plays elsewhere. */
export interface Media { file?: string; url?: string | null; kind?: "picture" | "sound"; alt?: Text; width?: number; height?: number; length_ms?: number }
export interface Ahead { name: string; points: number }

/* ---- from a client ---- */

export interface LookFrame { t: "look"; pin: string }
/** A typed name, or a row of the class list. */
export interface JoinFrame { t: "join"; pin: string; name?: string; row?: number; unit?: string; lang?: Lang; once?: string }
export interface AttachFrame { t: "attach"; token?: string; page?: string; pin?: string; code?: string }
export interface AnswerFrame { t: "answer"; q: number; a: Answer; n: number; ms?: number }
export interface DoFrame { t: "do"; id: string; cmd: string; at?: number; args?: Record<string, unknown> }
export interface PingFrame { t: "ping"; c: number }
export interface ReviewAskFrame { t: "review" }
export type ClientFrame = JoinFrame | AttachFrame | AnswerFrame | DoFrame | PingFrame | ReviewAskFrame;

/* ---- to a client ---- */

export interface ListedName { row: number; name: string; taken: boolean }
/** The class list: before joining, and to host and judge. */
export interface ListFrame { t: "list"; names: ListedName[]; list_only: boolean }

export interface JoinedFrame {
  t: "joined"; player: string; name: string; token: string; room: string; code?: string | null; renamed?: boolean;
}

export interface You {
  player: string; name: string; unit?: string | null; total: number; rank?: number | null; waiting?: boolean;
}

export interface StateFrame {
  t: "state"; role: Role; room: string; title?: Text; languages?: string[];
  phase: Phase; paused: boolean; pos: number; at: number; q: number; of: number;
  locked?: boolean; lang?: string; players?: number; saving?: boolean; frozen?: boolean; held?: boolean; result?: Result;
  settings?: RoomSettings;
  you?: You | null;
  answer?: { q: number; a: Answer | null; n: number; status: AckStatus; pos: number } | null;
  pin?: string; public_url?: string | null;
  /** Judge: the acts that this server offers. */
  acts?: string[];
}

export interface QuestionFrame {
  t: "question"; q: number; of: number; at: number; id?: string; kind: Kind;
  text?: Text; choices?: Choice[]; rights?: Choice[];
  limit_ms: number | null; left_ms: number | null; points?: number; media?: Media | null;
  change?: "no" | "until-close";
}

export type AckStatus = "accepted" | "late" | "duplicate";
export interface AckFrame { t: "ack"; q: number; n: number; status: AckStatus; pos: number; a: Answer | null }
/** `why` is left out while the board is frozen. */
export interface ClosedFrame { t: "closed"; q: number; why?: "time" | "host" | "all" | "skip"; at: number }

export type Key = string[] | number | string | { low: number; high: number } | { [id: string]: string | boolean } | null;
/** By choice id, or the most given answers for number, text, order and match. */
export type Counts = { [id: string]: number } | { a: Answer; n: number; right: boolean }[];

export interface RevealYou {
  a: Answer | null; status?: AckStatus | "none"; right: boolean; points: number; ms?: number | null; credit_ms?: number | null;
  total: number; rank?: number | null; of?: number | null; ahead?: Ahead | null;
}
export interface RevealFrame {
  t: "reveal"; q: number; at: number; key: Key; explain?: Text | null; counts?: Counts | null;
  answered?: number | null; of?: number | null; you?: RevealYou | null;
}

export interface Row {
  rank: number; player: string; name: string; unit?: string | null; points: number;
  right?: number; ms?: number; was?: number | null;
}
export interface BoardFrame {
  /** `near`: the own row between its neighbours. */
  t: "board"; rows: Row[]; you?: { rank: number; points: number; was?: number; of?: number; ahead?: Ahead | null; near?: Row[] } | null;
  players?: number; frozen?: boolean; final?: boolean; at: number;
}
/** `you.of`: how many people; how many questions is in the state. */
export interface EndedFrame {
  t: "ended"; at?: number; podium: { rank: number; player: string; name: string; points: number; right?: number }[];
  you?: { rank?: number | null; points: number; right?: number; of?: number } | null;
}
export interface ReviewRow {
  q: number; id?: string; kind: Kind; text?: Text; choices?: Choice[]; rights?: Choice[]; key: Key; explain?: Text | null;
  media?: Media | null; you?: { a: Answer | null; right: boolean; points: number } | null;
}
export interface ReviewFrame { t: "review"; rows: ReviewRow[] }

export interface LobbyFrame {
  t: "lobby"; players: number; names?: { player: string; name: string; waiting?: boolean }[];
}
export interface Person {
  player: string; name: string; unit?: string | null; present?: boolean; answered?: boolean; removed?: boolean;
  waiting?: boolean; factor?: number; points?: number; rank?: number | null;
}
export interface PeopleFrame { t: "people"; total: number; rows: Person[]; missing?: number[] }
export interface ProgressFrame { t: "progress"; q: number; answered: number; of: number; closing_ms?: number | null }
export interface PausedFrame { t: "paused"; at?: number; left_ms?: number | null }
export interface ResumedFrame { t: "resumed"; at?: number; left_ms?: number | null }
export interface ExtendedFrame { t: "extended"; q: number; by_ms: number; limit_ms: number | null; left_ms: number | null }
/** A judge holds back reveal and next; to host, screen and judge. */
export interface HeldFrame { t: "held" | "released" }
export interface LockedFrame { t: "locked" }
export interface UnlockedFrame { t: "unlocked" }
export interface RemovedFrame { t: "removed"; why?: string }
export interface RenamedFrame { t: "renamed"; player: string; name: string }
export interface NoticeFrame { t: "notice"; text: Text }
export interface SavingFrame { t: "saving"; on: boolean; why?: string | null }
export interface DoneFrame { t: "done"; id: string; pos?: number; code?: string; [more: string]: unknown }
export interface RefusedFrame {
  t: "refused"; id?: string; q?: number; n?: number; why: Code; ask?: (number | string)[]; message?: string;
}
export interface PongFrame { t: "pong"; c: number; s: number }
export interface ErrorFrame { t: "error"; code: Code; message?: string }

export type ServerFrame =
  | JoinedFrame | StateFrame | QuestionFrame | AckFrame | ClosedFrame | RevealFrame | BoardFrame | EndedFrame
  | ReviewFrame | LobbyFrame | PeopleFrame | ProgressFrame | PausedFrame | ResumedFrame | ExtendedFrame
  | HeldFrame | LockedFrame | UnlockedFrame | RemovedFrame | RenamedFrame | NoticeFrame | SavingFrame | DoneFrame
  | RefusedFrame | PongFrame | ErrorFrame | ListFrame;

/** Refusals that pass by themselves: the page keeps what it has and sends it again later. */
export const PASSING: readonly Code[] = ["busy", "saving_full", "storage_full", "too_fast"];

/** Close codes after which a page does not come back by itself. */
export const CLOSE = { abuse: 1008, restart: 1012, busy: 1013, elsewhere: 4001, removed: 4002, ended: 4003 } as const;
