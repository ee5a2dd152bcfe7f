/* SPDX-License-Identifier: Apache-2.0 */
/* The host's, the hall's and the judge's pages in Debian's Chromium, against a scripted room: every phase, axe-clean. */
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { launch, phone, sound } from "./browser.mjs";
import { startFake } from "./fake-server.mjs";

const DESK = { viewport: { width: 1366, height: 768 }, hasTouch: false, isMobile: false };
const REMOTE = { viewport: { width: 360, height: 740 } };
const ZOOMED = { viewport: { width: 320, height: 192 }, hasTouch: false, isMobile: false }; /* 1280 × 768 at 400 % */

let browser;
const fakes = [];
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); fakes.forEach((f) => f.stop()); });

async function fake() {
  const f = await startFake();
  fakes.push(f);
  return f;
}

async function open(f, path, options) {
  const page = await phone(browser, options);
  await page.goto(f.url + path);
  return { page, id: (name) => page.getByTestId(name).first(), seen: (name) => page.getByTestId(name).first().waitFor({ timeout: 5000 }) };
}

const go = (f, what) => fetch(`${f.url}/fake/${what}`, { method: "POST" });
const label = (p) => p.id("next").locator("span").first().textContent();

async function hostRound(options) {
  const f = await fake();
  const p = await open(f, "/host#key=K", options);
  assert.equal(await p.page.evaluate(() => location.hash), "", "the key leaves the address bar");
  await p.seen("room");
  await sound(p.page, "rooms");
  await p.id("new-room").click();
  await p.seen("bank-learning-citizen");
  await p.id("class-list").locator("summary").first().click();
  await p.id("more-settings").locator("summary").click();
  await sound(p.page, "new room");
  await p.id("create-room").click();
  await p.seen("names");
  await sound(p.page, "lobby");
  const said = [];
  for (let step = 0; step < 5; step++) {
    said.push(await label(p));
    await p.id("next").click();
    await p.page.waitForTimeout(500);
    await sound(p.page, "after " + said[step]);
  }
  assert.deepEqual(said, ["Bắt đầu", "Đóng câu hỏi", "Công bố đáp án", "Bảng xếp hạng", "Câu tiếp theo"]);
  for (const tab of ["people", "invite", "more"]) {
    await p.id("tab-" + tab).click();
    await sound(p.page, "tab " + tab);
  }
  await go(f, "end");
  await p.page.waitForTimeout(300);
  await sound(p.page, "ended");
  await p.page.context().close();
}

test("a host leads a room from the desk, and every phase can be used by everybody", () => hostRound(DESK));
test("a phone is a whole remote", () => hostRound(REMOTE));
test("at 400 % zoom the console still works", () => hostRound(ZOOMED));

test("two host pages stay alike, Space goes on, and a reload loses nothing", async () => {
  const f = await fake();
  const a = await open(f, "/host#token=host", DESK);
  const b = await open(f, "/host#token=host", REMOTE);
  await a.seen("names");
  await b.seen("names");
  await a.page.keyboard.press("Space");
  await b.seen("question");
  assert.equal(await label(b), "Đóng câu hỏi");
  await b.id("pause").click();
  await a.seen("banner-paused");
  assert.equal(await label(a), "Tiếp tục");
  await a.page.reload();
  await a.seen("banner-paused");
  await a.page.keyboard.press("Enter");
  await b.page.getByTestId("banner-paused").waitFor({ state: "detached", timeout: 5000 });
  await a.id("skip").click();
  await a.seen("ask");
  await sound(a.page, "asked before a skip");
  await a.page.keyboard.press("Space"); /* on the button that has the focus: not "next" */
  assert.equal(f.room.q, 1);
  await a.page.context().close();
  await b.page.context().close();
});

test("a seat is given back with a code, and a name is mended", async () => {
  const f = await fake();
  const p = await open(f, "/host#token=host", DESK);
  await p.seen("names");
  await p.id("tab-people").click();
  await p.id("search").fill("duc");
  await p.page.locator(".person-line").first().click();
  await sound(p.page, "one person");
  await p.id("rename").fill("Đức Em");
  await p.page.locator(".person-acts form button").click();
  await p.page.getByText("Đức Em").first().waitFor({ timeout: 5000 });
  await p.id("reseat").click();
  assert.equal(await p.id("reseat-code").textContent(), "K7QF2M9T");
  await p.id("factor").selectOption("150");
  await p.page.getByText("Gấp rưỡi").first().waitFor({ timeout: 5000 });
  await p.page.context().close();
});

async function screenRound(options, path) {
  const f = await fake();
  const p = await open(f, path, options);
  await p.seen("pin");
  await sound(p.page, "screen lobby");
  for (const q of [1, 2, 4, 5, 6, 7, 8]) {
    await go(f, "goto?q=" + q);
    await p.page.locator(`[data-testid=question]`).first().waitFor();
    await p.page.waitForTimeout(700);
    const shown = await p.page.locator("#app").innerHTML();
    assert.equal(/class="[^"]*\bright\b/.test(shown), false, "no key before the reveal");
    await sound(p.page, "screen question " + q);
    await go(f, "next");
    await p.seen("closed");
    await go(f, "next");
    await p.seen("distribution");
    await sound(p.page, "screen reveal " + q);
  }
  await go(f, "next");
  await p.seen("board-row");
  await p.page.waitForTimeout(1300);
  await sound(p.page, "screen board");
  await go(f, "end");
  await p.seen("podium");
  await p.page.waitForTimeout(2200);
  await sound(p.page, "screen podium");
  await p.page.context().close();
}

test("the hall sees every phase", () => screenRound(DESK, "/screen#token=screen"));
test("the hall's page reflows at 400 % zoom", () => screenRound(ZOOMED, "/screen#token=screen"));

test("with a host's token the screen has its own slim bar, with a screen's token none", async () => {
  const f = await fake();
  const mirrored = await open(f, "/screen#token=host", DESK);
  const plain = await open(f, "/screen#token=screen", DESK);
  await mirrored.seen("next");
  await plain.seen("pin");
  await plain.id("sound").click(); /* drum, tick and bell play from here on; a fault in them would show in sound() */
  assert.equal(await plain.page.getByTestId("next").count(), 0);
  await mirrored.page.keyboard.press("Space");
  await plain.seen("ring");
  await sound(mirrored.page, "mirrored question");
  await plain.id("show-both").click();
  await plain.page.getByText("How many Sustainable").waitFor({ timeout: 5000 });
  await sound(plain.page, "both languages");
  await go(f, "saving?on=1");
  await plain.seen("banner-saving");
  await mirrored.page.context().close();
  await plain.page.context().close();
});

test("the question stands at 5 % of the window's height or more, the answers at 4 %, the PIN at 12 %", async () => {
  const f = await fake();
  const p = await open(f, "/screen#token=screen", DESK);
  await p.seen("pin");
  const size = (name) => p.id(name).evaluate((e) => parseFloat(getComputedStyle(e).fontSize) / window.innerHeight);
  assert.ok((await size("pin")) >= 0.12);
  for (const q of [1, 2, 6]) {
    await go(f, "goto?q=" + q);
    await p.seen("choice-a");
    await p.page.waitForTimeout(200);
    assert.ok((await size("question")) >= 0.05, "question " + q);
    assert.ok((await size("choice-a")) >= 0.04, "answers of " + q);
  }
  await p.page.context().close();
});

async function judgeRound(options) {
  const f = await fake();
  const p = await open(f, "/judge#token=judge", options);
  await p.seen("board-row");
  await sound(p.page, "judge lobby");
  await go(f, "next");
  await p.page.waitForTimeout(3000);
  await go(f, "next");
  await go(f, "next");
  await p.page.waitForTimeout(2300);
  await sound(p.page, "judge after a reveal");
  await p.page.locator("[data-testid=board-row] button").first().click();
  await p.seen("person");
  await p.id("act-adjust").click();
  await p.id("act-send").click();
  await sound(p.page, "an act that lacks its figures");
  await p.id("field-points").fill("-200");
  await p.id("field-reason").fill("nhắc bài");
  await p.id("act-send").click();
  await p.page.getByText("Đã ghi vào nhật ký").waitFor({ timeout: 5000 });
  await sound(p.page, "judge after an act");
  await p.page.context().close();
}

test("a judge reads the table, a story and the log, and acts with a reason", () => judgeRound(DESK));
test("a judge can do so on a phone", () => judgeRound(REMOTE));

test("rows do not move under the pointer", async () => {
  const f = await fake();
  const p = await open(f, "/judge#token=judge", DESK);
  await p.seen("board-row");
  const first = () => p.page.locator("[data-testid=board-row] th").first().textContent();
  const before = await first();
  await p.page.locator("[data-testid=board-row]").nth(1).hover();
  f.room.players[3].total = 5000;
  await p.page.getByText("Có số liệu mới").waitFor({ timeout: 5000 });
  assert.equal(await first(), before);
  await p.page.mouse.move(1300, 740);
  await p.page.getByText("Có số liệu mới").waitFor({ state: "detached", timeout: 5000 });
  assert.notEqual(await first(), before);
  await p.page.context().close();
});
