/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.mjs - Debian's Chromium, a page in it, and what must hold of every page in every phase: axe finds nothing,
 * nothing sticks out sideways, no script fails, nothing is asked of another host. A picture of each is kept.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../live/harness.mjs";

const need = createRequire(join(ROOT, "web/package.json"));
const { chromium } = need("playwright-core");
const AXE = readFileSync(need.resolve("axe-core/axe.min.js"), "utf8");
export const PICTURES = join(ROOT, "build/screenshots");
export const SIZES = [{ width: 360, height: 740 }, { width: 1366, height: 768 }];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

rmSync(PICTURES, { recursive: true, force: true });
mkdirSync(PICTURES, { recursive: true });

export const launch = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });

let count = 0;

export class Page {
  constructor(name, context, page) {
    Object.assign(this, { name, context, page, faults: [] });
    page.setDefaultTimeout(15000);
    page.on("pageerror", (fault) => this.faults.push(`script: ${fault.message}`));
    page.on("console", (said) => {
      if (said.type() === "error" && !/ERR_INTERNET_DISCONNECTED|WebSocket connection|net::ERR_CONNECTION_REFUSED/.test(said.text()))
        this.faults.push(`console: ${said.text()}`);
    });
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).hostname !== "127.0.0.1")
        this.faults.push(`asks another host: ${request.url()}`);
    });
  }

  static async open(browser, name, { phone = false, ...options } = {}) {
    const context = await browser.newContext({ viewport: phone ? SIZES[0] : SIZES[1], locale: "vi-VN", reducedMotion: "reduce", ...(phone ? { hasTouch: true, isMobile: true, deviceScaleFactor: 1 } : {}), ...options });
    return new Page(name, context, await context.newPage());
  }

  id(name) {
    return this.page.getByTestId(name).first();
  }

  seen(name) {
    return this.id(name).waitFor();
  }

  click(name) {
    return this.id(name).click();
  }

  async says(name, text) {
    await this.page.getByTestId(name).filter({ hasText: text }).first().waitFor();
  }

  /** Waits until the page shows this phase. */
  async phase(phase) {
    await this.page.locator(`[data-phase=${phase}]`).first().waitFor();
  }

  /** Fonts and pictures are there, and nothing moves any more. */
  async still() {
    await this.page.evaluate(async () => {
      await document.fonts.ready;
      await Promise.all(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished.catch(() => {})));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    });
  }

  async axe(where) {
    if (!(await this.page.evaluate(() => "axe" in window)))
      await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const words = violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html.slice(0, 160)} ${n.failureSummary}`).join("\n   ")}`);
    assert.deepEqual(words, [], `${this.name}, ${where}`);
  }

  async fits(where) {
    const wide = await this.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(wide[0] <= wide[1] + 1, `${this.name}, ${where}: ${wide[0]} px wide in ${wide[1]}`);
  }

  async picture(where) {
    await this.page.screenshot({ path: join(PICTURES, `${where}-${this.name}.png`) });
  }

  /** At both sizes: axe finds nothing, nothing sticks out, and a picture is kept. */
  async look(where, sizes = SIZES) {
    const before = this.page.viewportSize();
    const number = String(++count).padStart(3, "0");
    for (const size of sizes) {
      if (size.width !== this.page.viewportSize().width)
        await this.page.setViewportSize(size);
      await this.still();
      await this.page.screenshot({ path: join(PICTURES, `${number}-${this.name}-${where}-${size.width}.png`) });
      await this.fits(`${where} at ${size.width}`);
      await this.axe(`${where} at ${size.width}`);
    }
    if (before.width !== this.page.viewportSize().width)
      await this.page.setViewportSize(before);
    assert.deepEqual(this.faults, [], `${this.name}, ${where}`);
  }

  close() {
    return this.context.close();
  }
}
