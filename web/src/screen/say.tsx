/* SPDX-License-Identifier: Apache-2.0 */
/* say.tsx - the screen's own words, once or twice as the hall reads them. */
import screenEn from "../i18n/screen.en.json";
import screenVi from "../i18n/screen.vi.json";
import { lang, texts } from "../lib/i18n";
import { Twice, otherLang } from "../parts/speech";

export type Key = keyof typeof screenVi;
type Params = { [name: string]: string | number };

export const t = texts(screenVi, screenEn);
const inVi = texts(screenVi, screenVi);
const inEn = texts(screenEn, screenEn);

export function Say({ k, p }: { k: Key; p?: Params }) {
  const second = otherLang() === "en" ? inEn(k, p) : inVi(k, p);
  return <Twice first={lang.get() === "vi" ? inVi(k, p) : inEn(k, p)} second={second} />;
}
