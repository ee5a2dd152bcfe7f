/* SPDX-License-Identifier: Apache-2.0 */
/* words.ts - the console's own texts. */
import hostEn from "../i18n/host.en.json";
import hostVi from "../i18n/host.vi.json";
import { texts } from "../lib/i18n";

export type Key = keyof typeof hostVi;
export const t = texts(hostVi, hostEn);

/** A key put together from data, or `otherwise` if there is no such text. */
export function tOr(key: string, otherwise: string): string {
  return key in hostVi ? t(key as Key) : otherwise;
}
