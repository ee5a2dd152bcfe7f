/* SPDX-License-Identifier: Apache-2.0 */
/* bank.ts - banks as GET /api/banks gives them, as far as somebody who learns alone needs them. */
import type { Choice, Kind, Media, Text } from "../lib/frames";

export interface BankCard { id: string; version: string; title: Text; description?: Text; languages: string[]; questions: number; visibility?: string }

export interface NumberKey { value?: number; tolerance?: number; low?: number; high?: number }
export interface TextKey { accept: string[]; ignore?: string[] }
export type BankKey = string[] | boolean | { [id: string]: string | boolean } | NumberKey | TextKey | null;

export interface BankQuestion {
  id: string; kind: Kind; text: Text; choices?: Choice[]; left?: Choice[]; right?: Choice[]; key?: BankKey; explain?: Text;
  topic?: string; difficulty?: number; media?: Media; source?: unknown;
}
export interface Bank { id: string; version: string; title: Text; languages: string[]; questions: BankQuestion[] }

/** Questions that have a right answer that this page knows. */
export function askable(bank: Bank): BankQuestion[] {
  return bank.questions.filter((q) => q.key !== undefined && q.key !== null && q.kind !== "prediction" && q.kind !== "survey" && q.kind !== "cloud");
}
