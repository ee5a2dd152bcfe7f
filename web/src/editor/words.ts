/* SPDX-License-Identifier: Apache-2.0 */
/* words.ts - the editor's own texts, and what went wrong in words. */
import editorEn from "../i18n/editor.en.json";
import editorVi from "../i18n/editor.vi.json";
import { ApiError } from "../lib/http";
import { codeText, lang, texts } from "../lib/i18n";

export type EditorKey = keyof typeof editorVi;
export const te = texts(editorVi, editorEn);

/** A key put together from data, or `otherwise` if there is no such text. */
export const teOr = (key: string, otherwise: string): string => (key in editorVi ? te(key as EditorKey) : otherwise);

export function told(error: unknown): string {
  if (!(error instanceof ApiError))
    return codeText("other");
  const max = error.json && typeof error.json === "object" ? (error.json as { max?: number }).max : undefined;
  const own = "fault." + error.code;
  if (own in editorVi)
    return te(own as EditorKey, { max: max || 0 });
  return lang.get() === "en" && error.message ? error.message : codeText(error.code);
}
