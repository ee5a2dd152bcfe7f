/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look.mjs - plays the student page through the scripted room and keeps a picture of every phase, in every size.
 *
 *   node tests/web/look.mjs [OUT-DIR] [vi|en] [light|dark] [WIDTHxHEIGHT]…       pictures in build/pictures
 */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startFake } from "./fake-server.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { chromium } = createRequire(join(root, "web/package.json"))("playwright-core");
const args = process.argv.slice(2);
const out = args.find((a) => a.includes("/")) || join(root, "build/pictures");
const lang = args.includes("en") ? "en" : "vi";
const colorScheme = args.includes("dark") ? "dark" : "light";
const sizes = args.filter((a) => /^\d+x\d+$/.test(a));
mkdirSync(out, { recursive: true });

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
for (const size of sizes.length ? sizes : ["320x568"]) {
  const [width, height] = size.split("x").map(Number);
  const fake = await startFake();
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, hasTouch: width < 800, isMobile: width < 800, deviceScaleFactor: 1 });
  const page = await context.newPage();
  page.on("pageerror", (e) => console.log("pageerror", e.message));
  page.on("console", (m) => { if (m.type() === "error") console.log("console", m.text()); });
  let n = 0;
  const shot = async (name) => {
    await page.waitForTimeout(250);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    if (wide) console.log("overflows sideways:", size, name);
    await page.screenshot({ path: join(out, `${size}-${lang}-${colorScheme}-${String(++n).padStart(2, "0")}-${name}.png`) });
  };
  const go = async (what) => { await fetch(`${fake.url}/fake/${what}`, { method: "POST" }); };
  const id = (name) => page.getByTestId(name);

  await page.goto(`${fake.url}/?lang=${lang}`);
  await id("pin-input").waitFor();
  await shot("enter");
  await id("pin-input").fill("111111");
  await id("name-input").fill("Nguyễn Hoàng Ân");
  await id("join-button").click();
  await id("door-fault").waitFor();
  await shot("wrong-pin");
  await id("have-code").click();
  await shot("return-code");
  await page.goto(`${fake.url}/?lang=${lang}#482913`);
  await page.reload();
  await page.goto("about:blank");
  await page.goto(`${fake.url}/?lang=${lang}#482913`);
  await id("name-input").fill("Vy");
  await shot("enter-qr");
  await id("join-button").click();
  await id("lobby-in").waitFor();
  await shot("lobby");
  await id("settings").click();
  await shot("settings");
  await id("settings").click();
  const steps = {
    1: async () => { await shot("single"); await id("answer-b").click(); await page.waitForTimeout(100); await shot("single-sending"); await page.waitForTimeout(400); await shot("single-saved"); },
    2: async () => { await shot("multiple"); await id("answer-a").click(); await id("answer-b").click(); await shot("multiple-chosen"); await id("send-answer").click(); },
    3: async () => { await shot("truefalse"); await id("answer-false").click(); },
    4: async () => { await shot("number"); await id("number-input").fill("1.945"); await id("send-answer").click(); await id("ask").waitFor(); await shot("number-ask"); await page.locator("[data-testid=ask] button").first().click(); },
    5: async () => { await id("text-input").fill("sông Tam Bạc"); await shot("text"); await go("pause"); await shot("paused"); await go("resume"); await go("saving?on=1"); await shot("saving"); await go("saving?on=0"); await id("send-answer").click(); },
    6: async () => { await shot("order"); await id("answer-b").click(); await id("answer-a").click(); await id("answer-c").click(); await shot("order-placed"); await id("answer-d").click(); await id("send-answer").click(); },
    7: async () => { await shot("statements"); for (const x of ["a-true", "b-false", "c-false"]) await id("answer-" + x).click(); await id("send-answer").click(); },
    8: async () => { await shot("match"); await id("answer-r3").click(); await shot("match-one"); await id("answer-r1").click(); await id("answer-r2").click(); await shot("match-all"); await id("send-answer").click(); },
  };
  for (let q = 1; q <= 8; q++) {
    await go("next");
    await id("question-text").waitFor();
    await steps[q]();
    await page.waitForTimeout(400);
    await go("next");
    await id("closed").waitFor();
    if (q < 3 || q === 6) await shot(`q${q}-closed`);
    await go("next");
    await id("revealed").waitFor();
    await shot(`q${q}-revealed`);
    await go("next");
    await id("ranked").waitFor();
    if (q < 3) await shot(`q${q}-ranked`);
  }
  await go("next");
  await id("ended").waitFor();
  await shot("ended");
  await id("share").click();
  await shot("ended-card");
  await page.locator("summary").click();
  await page.screenshot({ path: join(out, `${size}-${lang}-${colorScheme}-90-review.png`), fullPage: true });
  await go("notice?text=" + encodeURIComponent("Giải lao 5 phút nhé!"));
  await shot("notice");
  await go("refuse?on=1");
  await page.waitForTimeout(700);
  await shot("reconnecting");
  await go("refuse?on=0");
  await page.waitForTimeout(3000);
  await go("kick?code=4001");
  await id("over-elsewhere").waitFor();
  await shot("elsewhere");
  await id("take-back").click();
  await id("ended").waitFor();
  const other = await context.newPage();
  await other.goto(`${fake.url}/?lang=${lang}#482913`);
  await other.getByTestId("continue-button").waitFor();
  await other.waitForTimeout(250);
  await other.screenshot({ path: join(out, `${size}-${lang}-${colorScheme}-91-continue.png`) });
  await other.close();
  await go("reset");
  await go("set?text=screen&change=until-close");
  await go("next");
  await page.getByTestId("answer-a").click();
  await page.waitForTimeout(300);
  await page.getByTestId("answer-c").click();
  await page.waitForTimeout(300);
  await shot("on-screen");
  await go("remove?name=" + encodeURIComponent("Vy (2)"));
  await id("over-removed").waitFor();
  await shot("removed");
  await context.close();
  fake.stop();
}
await browser.close();
