/* SPDX-License-Identifier: Apache-2.0 */
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { launch, phone, sound } from "./browser.mjs";
import { startFake } from "./fake-server.mjs";

let browser;
before(async () => { browser = await launch(); });
const fakes = [];
after(async () => { await browser.close(); fakes.forEach((f) => f.stop()); }); /* a failed test leaves its room open */

async function room(options) {
  const fake = await startFake();
  fakes.push(fake);
  const page = await phone(browser, options);
  const go = (what) => fetch(`${fake.url}/fake/${what}`, { method: "POST" });
  const id = (name) => page.getByTestId(name);
  const seen = (name) => id(name).first().waitFor({ timeout: 5000 });
  const status = (text) => id("status").getByText(text).waitFor({ timeout: 5000 });
  const enter = async (name = "An") => {
    await page.goto(`${fake.url}/#482913`);
    await id("name-input").fill(name);
    await id("join-button").click();
    await seen("lobby-in");
  };
  const end = async () => { await page.context().close(); fake.stop(); };
  return { fake, page, go, id, seen, status, enter, end };
}

const ANSWERS = {
  1: async (r) => r.id("answer-b").click(),
  2: async (r) => { await r.id("answer-a").click(); await r.id("answer-b").click(); await r.id("answer-d").click(); await r.id("send-answer").click(); },
  3: async (r) => r.id("answer-true").click(),
  4: async (r) => { await r.id("number-input").fill("1945"); await r.id("send-answer").click(); },
  5: async (r) => { await r.id("text-input").fill("tam bạc"); await r.id("text-input").press("Enter"); },
  6: async (r) => { for (const x of ["a", "b", "c", "d"]) await r.id("answer-" + x).click(); await r.id("send-answer").click(); },
  7: async (r) => { for (const x of ["a-true", "b-false", "c-true"]) await r.id("answer-" + x).click(); await r.id("send-answer").click(); },
  8: async (r) => { for (const x of ["r3", "r1", "r2"]) await r.id("answer-" + x).click(); await r.id("send-answer").click(); },
};

async function wholeRound(options, prepare) {
  const r = await room(options);
  await r.page.goto(r.fake.url);
  await r.seen("pin-input");
  if (prepare)
    await r.page.evaluate(prepare);
  await sound(r.page, "door");
  await r.id("have-code").click();
  await sound(r.page, "return code");
  await r.enter();
  await sound(r.page, "lobby");
  for (let q = 1; q <= 8; q++) {
    await r.go("next");
    await r.seen("question-text");
    await sound(r.page, "question " + q);
    await ANSWERS[q](r);
    await r.status("Đã ghi nhận");
    await sound(r.page, "answered " + q);
    await r.go("next");
    await r.seen("closed");
    await sound(r.page, "closed " + q);
    await r.go("next");
    await r.seen("revealed");
    assert.equal(await r.id("revealed").getAttribute("data-right"), "true", "question " + q);
    await sound(r.page, "revealed " + q);
    await r.go("next");
    await r.seen("ranked");
    await sound(r.page, "ranked " + q);
  }
  await r.go("next");
  await r.seen("ended");
  assert.match(await r.id("final-points").textContent(), /8\.000/);
  await r.page.locator("summary").click();
  await sound(r.page, "ended");
  await r.end();
}

test("a whole round of all kinds, and axe finds nothing in any phase", () => wholeRound({}));
test("the same in the dark", () => wholeRound({ colorScheme: "dark" }));
test("the same with text at 200 % and wide spacing: nothing is cut off sideways", () =>
  wholeRound({}, () => {
    const path = "hoithi" + location.pathname;
    localStorage.setItem(path + "look", JSON.stringify({ size: 200, wide: true }));
    document.documentElement.setAttribute("data-size", "200");
    document.documentElement.setAttribute("data-wide", "yes");
  }));

test("a reload in mid-question comes back to it, with what was typed and what was sent", async () => {
  const r = await room();
  await r.enter();
  await r.go("goto?q=5");
  await r.id("text-input").fill("sông");
  await r.page.reload();
  await r.seen("text-input");
  assert.equal(await r.id("text-input").inputValue(), "sông");
  await r.id("text-input").fill("Tam Bạc");
  await r.id("send-answer").click();
  await r.status("Đã ghi nhận");
  await r.page.reload();
  await r.status("Đã ghi nhận");
  assert.equal(await r.id("text-input").inputValue(), "Tam Bạc");
  await r.end();
});

test("an answer given while the server saves is kept over a reload and recorded afterwards", async () => {
  const r = await room();
  await r.enter();
  await r.go("goto?q=1");
  await r.go("saving?on=1");
  await r.id("answer-b").click();
  await r.status("câu trả lời được giữ");
  await r.page.reload();
  await r.status("câu trả lời được giữ");
  await r.go("saving?on=0");
  await r.status("Đã ghi nhận");
  await r.end();
});

test("a lost line is said in words over an unchanged page, and comes back by itself", async () => {
  const r = await room();
  await r.enter();
  await r.go("goto?q=1");
  await r.seen("answer-b");
  await r.go("refuse?on=1");
  await r.seen("banner");
  await r.id("answer-b").click();
  await r.status("Sẽ gửi ngay khi nối lại");
  await r.go("refuse?on=0");
  await r.status("Đã ghi nhận");
  await r.id("banner").waitFor({ state: "detached" });
  await r.end();
});

test("a new tab asks who it is; taking the seat quiets the old one", async () => {
  const r = await room();
  await r.enter("Bảo");
  const other = await r.page.context().newPage();
  await other.goto(r.fake.url + "/#482913");
  await other.getByTestId("continue-button").getByText("Bảo").waitFor();
  await other.getByTestId("continue-button").click();
  await other.getByTestId("lobby-in").waitFor();
  await r.seen("over-elsewhere");
  await sound(r.page, "elsewhere");
  await r.page.waitForTimeout(1500);
  await r.seen("over-elsewhere");
  await r.id("take-back").click();
  await r.seen("lobby-in");
  await r.end();
});

test("while an input method is composing, Enter sends nothing", async () => {
  const r = await room();
  await r.enter();
  await r.go("goto?q=5");
  await r.seen("text-input");
  const sent = await r.page.evaluate(() => {
    const field = document.querySelector("[data-testid=text-input]");
    field.focus();
    field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    field.value = "tiê";
    field.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, isComposing: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    return field.readOnly;
  });
  await r.page.waitForTimeout(600);
  assert.equal(sent, false);
  assert.equal(r.fake.room.players.find((p) => p.name === "An").answers[5], undefined);
  await r.page.evaluate(() => document.querySelector("[data-testid=text-input]").dispatchEvent(new CompositionEvent("compositionend", { bubbles: true })));
  await r.id("text-input").press("Enter");
  await r.status("Đã ghi nhận");
  assert.equal(r.fake.room.players.find((p) => p.name === "An").answers[5].a, "tiê");
  await r.end();
});

test("keys 1 to 6 answer, the focus is on the new question, and it is said", async () => {
  const r = await room({ viewport: { width: 1366, height: 768 }, hasTouch: false, isMobile: false });
  await r.enter();
  await r.go("goto?q=1");
  await r.seen("question-text");
  await r.page.waitForTimeout(150);
  assert.equal(await r.page.evaluate(() => document.activeElement.dataset.testid), "question-text");
  assert.match(await r.page.locator("body > .heard").textContent(), /Câu 1\/8\. Có bao nhiêu/);
  await r.page.keyboard.press("2");
  await r.status("Đã ghi nhận");
  const mine = r.fake.room.players.find((p) => p.name === "An").answers[1];
  assert.deepEqual(mine.a, ["b"]);
  await r.end();
});

test("where answers may change, the last one counts, and the page says that it may", async () => {
  const r = await room();
  await r.go("set?change=until-close");
  await r.enter();
  await r.go("goto?q=1");
  await r.id("answer-a").click();
  await r.status("Bạn còn đổi được");
  await r.id("answer-b").click();
  await r.status("Bạn còn đổi được");
  await r.page.waitForTimeout(400);
  const mine = r.fake.room.players.find((p) => p.name === "An").answers[1];
  assert.deepEqual([mine.a, mine.n], [["b"], 2]);
  await r.end();
});

test("with texts on the screen only, a phone shows letters and shapes that fit", async () => {
  const r = await room();
  await r.go("set?text=screen");
  await r.enter();
  for (const q of [1, 2, 6]) {
    await r.go("goto?q=" + q);
    await r.page.getByText(`Câu ${q}/8`).first().waitFor();
    await sound(r.page, "screen text " + q);
  }
  await r.end();
});

test("where choices are shuffled, a choice keeps its letter from the question to the review", async () => {
  const r = await room();
  await r.page.goto(r.fake.url);
  r.fake.room.settings.shuffle = true;
  await r.enter();
  await r.go("goto?q=1");
  await r.seen("answer-b");
  const letter = async (place) => (await place.locator(".mark b").first().textContent()).trim();
  const asked = await letter(r.id("answer-b"));
  await r.go("next");
  await r.go("next");
  await r.seen("revealed");
  assert.equal(await letter(r.id("key")), asked);
  await r.go("end");
  await r.page.locator("summary").click();
  assert.equal(await letter(r.page.locator(".review-row").first()), asked);
  await r.end();
});

test("who is removed is told so, and the seat is forgotten", async () => {
  const r = await room();
  await r.enter();
  await r.go("remove?name=An");
  await r.seen("over-removed");
  await sound(r.page, "removed");
  await r.page.reload();
  await r.seen("name-input").catch(() => r.seen("pin-input"));
  await r.end();
});

test("a seat that no longer counts leads back to the door, with the reason and the room's code", async () => {
  const r = await room();
  await r.enter();
  await r.go("goto?q=1");
  await r.go("expire");
  await r.seen("door-fault");
  assert.match(await r.id("door-fault").textContent(), /Chỗ cũ không còn dùng được/);
  assert.match(await r.id("room-pin").textContent(), /482 913/);
  await sound(r.page, "seat lost");
  await r.end();
});

test("a page that the network cut short says so, and offers to reload", async () => {
  const fake = await startFake();
  fakes.push(fake);
  const page = await phone(browser);
  await page.route(/\/a\/student\.[^/]+\.js/, (route) => route.abort());
  await page.goto(fake.url);
  await page.getByText("Mạng chập chờn").waitFor();
  await page.getByRole("button").waitFor();
  await page.context().close();
});

test("the room's code that did not come is asked for again", async () => {
  const r = await room();
  let asked = 0;
  await r.page.route(/student-room/, (route) => (++asked === 1 ? route.abort() : route.continue()));
  await r.enter();
  assert.equal(asked, 2);
  await r.end();
});

test("a browser that is too old gets one sentence", async () => {
  const fake = await startFake();
  fakes.push(fake);
  const page = await phone(browser);
  await page.addInitScript(() => { delete window.WebSocket; });
  await page.goto(fake.url);
  await page.getByText("Trình duyệt này không mở được trang").waitFor();
  await page.context().close();
});

test("the language changes at once and is remembered", async () => {
  const r = await room();
  await r.enter();
  await r.id("settings").click();
  await r.id("lang-en").click();
  await r.page.getByText("You are in").waitFor();
  await sound(r.page, "English settings");
  await r.page.reload();
  await r.page.getByText("You are in").waitFor();
  assert.equal(await r.page.evaluate(() => document.documentElement.lang), "en");
  await r.end();
});

test("where storage is blocked, a player still gets in and answers", async () => {
  const r = await room();
  await r.page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
  });
  await r.enter();
  await r.go("goto?q=1");
  await r.id("answer-b").click();
  await r.status("Đã ghi nhận");
  assert.deepEqual(r.page.faults, []);
  await r.end();
});

test("nothing is drawn twice: answering moves nothing on the page", async () => {
  const r = await room();
  await r.enter();
  await r.go("goto?q=1");
  await r.seen("answer-b");
  await r.page.waitForTimeout(250);
  const places = () => r.page.evaluate(() => [...document.querySelectorAll(".answer, .question-text, .status")].map((e) => { const b = e.getBoundingClientRect(); return [Math.round(b.x), Math.round(b.y), Math.round(b.width), Math.round(b.height)]; }));
  const first = await places();
  await r.id("answer-b").click();
  await r.status("Đã ghi nhận");
  assert.deepEqual(await places(), first);
  await r.end();
});
