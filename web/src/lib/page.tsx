/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.tsx - how a page's main.tsx starts:
 *
 *   startPage(<App />, fragment.lang);
 */
import type { VNode } from "preact";
import { render } from "preact";
import { startLang } from "./i18n";
import { startSettings } from "./settings";

/** False in a browser that lacks what the pages need: then the guard script has the word. */
export function able(): boolean {
  return document.documentElement.className.indexOf("unable") < 0;
}

export function startPage(app: VNode, langFromAddress?: string): void {
  if (!able())
    return;
  startLang(langFromAddress);
  startSettings();
  const place = document.getElementById("app") as HTMLElement;
  place.textContent = "";
  render(app, place);
  place.setAttribute("data-ready", "yes"); /* the guard script looks for it */
}
