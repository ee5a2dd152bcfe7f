/* SPDX-License-Identifier: Apache-2.0 */
/* browser.mjs - Debian's Chromium for the tests of pages, axe, and what every phase must hold. */
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const need = createRequire(join(root, "web/package.json"));
const { chromium } = need("playwright-core");
const AXE = need.resolve("axe-core/axe.min.js");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });

/** A phone-sized page that fails the test on any script error. */
export async function phone(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true, bypassCSP: true, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (e) => page.faults.push(e.message));
  return page;
}

/** axe finds nothing here, and nothing is cut off sideways. */
export async function sound(page, where) {
  await page.waitForTimeout(220); /* the heads have risen: half-way they are half transparent */
  if (!(await page.evaluate(() => "axe" in window)))
    await page.addScriptTag({ path: AXE });
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const words = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160) + " " + n.failureSummary).join("\n   ")}`);
  assert.deepEqual(words, [], where);
  const wide = await page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    return [...document.querySelectorAll("#app *")].filter((e) => !e.closest(".hero-deco, .canopy") && !e.classList.contains("heard"))
      .filter((e) => e.getBoundingClientRect().right > limit + 1).map((e) => e.className || e.tagName).slice(0, 5);
  });
  assert.deepEqual(wide, [], where + ": sticks out to the right");
  const tight = await page.evaluate(() => [...document.querySelectorAll("#app button, #app .row, #app li")]
    .filter((e) => e.scrollHeight > e.clientHeight + 4 && !e.closest(".heard")).map((e) => e.className + ": " + e.textContent.slice(0, 40)).slice(0, 5));
  assert.deepEqual(tight, [], where + ": the text is taller than its box");
  assert.deepEqual(page.faults, [], where);
}
