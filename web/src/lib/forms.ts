/* SPDX-License-Identifier: Apache-2.0 */
/* forms.ts - a short text may be right in forty forms; who reads the key needs the first few, which say it best. */
const FORMS_SHOWN = 3;

export function formsText(forms: readonly unknown[]): string {
  return forms.slice(0, FORMS_SHOWN).map(String).join(" / ");
}
