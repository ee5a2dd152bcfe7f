/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pictures.ts - pictures and sounds of questions: from the teacher's own files, or along with questions that are copied.
 *
 * A bank that is sent names what the server has already, by its content; so each is brought there first.
 */
import { api } from "../lib/http";
import { base } from "../lib/base";
import type { Media } from "../lib/frames";
import type { Question } from "./bank";
import { key } from "./checking";

/** Puts it on the server; what a question may call it. */
export async function bring(bytes: Blob): Promise<string> {
  return (await api<{ file: string }>("api/media", { token: key(), bytes })).file;
}

/**
 * The questions with the pictures that they have in that bank. One that cannot be had keeps its name: the check tells it
 * at its question.
 */
export async function withPictures(questions: Question[], id: string, version: string): Promise<Question[]> {
  const having = questions.filter((q) => q.media && q.media.file);
  if (having.length === 0)
    return questions;
  const { media } = await api<{ media: { [file: string]: Media } }>(`api/banks/${id}/${version}/media`, { token: key() });
  const names: { [file: string]: string } = {};
  for (const { media: { file } = {} } of having) {
    const about = file !== undefined ? media[file] : undefined;
    if (file === undefined || !about || !about.url || names[file] !== undefined)
      continue;
    const got = await fetch(base().http + about.url);
    if (got.ok)
      names[file] = await bring(await got.blob());
  }
  return questions.map((q) => (q.media && q.media.file && names[q.media.file] ? { ...q, media: { ...q.media, file: names[q.media.file] } } : q));
}

/** As a page shows it: a file that the server has under its content's name has that for its address. */
export const shownMedia = (media: Media): Media & { kind?: string } => ({ ...media, url: media.file, ...(/\.(mp3|ogg|m4a)$/.test(media.file || "") ? { kind: "sound" } : {}) });
