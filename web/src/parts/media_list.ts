/* SPDX-License-Identifier: Apache-2.0 */
/* media_list.ts - where the pictures and sounds of a bank are: a bank's file has names, the server their addresses. */
import type { Media } from "../lib/frames";
import { api } from "../lib/http";

interface Pictured { id: string; version: string; questions?: { media?: Media | null }[] }
export type Places = { [file: string]: Media };

/** Address and size of all that `bank` has, by the names that it gives them. */
export async function findMedia(bank: Pictured, token?: string): Promise<Places> {
  if (!(bank.questions || []).some((q) => q.media))
    return {};
  const { media } = await api<{ media: Places }>(`api/banks/${encodeURIComponent(bank.id)}/${encodeURIComponent(bank.version)}/media`, token ? { token } : {});
  return media || {};
}

/** What can be shown. What has no place stays as it is: then its words are shown. */
export function placed(media: Media | null | undefined, places: Places): Media | null {
  return media ? { ...media, ...places[media.file || ""] } : null;
}
