/* SPDX-License-Identifier: Apache-2.0 */
/* A whole round through the real pages, served by the real program: host, screen, judge and three students. */
import assert from "node:assert/strict";
import { after, before, test as nodeTest } from "node:test";
import { KINDS } from "../live/answers.mjs";
import { sameBoard } from "../live/checks.mjs";
import { Server } from "../live/harness.mjs";
import { Page, SIZES, launch } from "./pages.mjs";

let server, browser, broken = false;
const pages = [];

/* Each step stands on the one before: after a failure the rest would only wait in vain. */
const test = (title, run) => nodeTest(title, async (t) => {
  if (broken)
    return t.skip("an earlier step failed");
  broken = true;
  try {
    await run(t);
    broken = false;
  } catch (fault) {
    await Promise.all(pages.map((page) => page.picture("failed").catch(() => {})));
    throw fault;
  }
});

before(async () => {
  server = await new Server({ workers: 2 }).start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(name, options) {
  const page = await Page.open(browser, name, options);
  pages.push(page);
  return page;
}

/* How each kind is answered on a phone: right, and wrong. */
const press = (...ids) => async (page) => { for (const id of ids) await page.click(`answer-${id}`); };
const send = (act) => async (page) => { await act(page); await page.click("send-answer"); };
const type = (field, text) => async (page) => { await page.id(field).fill(text); };
const RIGHT = [press("b"), send(press("a", "c", "e")), press("true"), send(type("number-input", "3,75")), send(type("text-input", "hải phòng")), send(press("b", "d", "a", "c")), send(press("a-true", "b-false", "c-true", "d-false")), send(press("r3", "r1", "r2"))];
const WRONG = [press("a"), send(press("a", "b")), press("false"), send(type("number-input", "12")), send(type("text-input", "Hà Nội")), send(press("a", "b", "c", "d")), send(press("a-true", "b-true", "c-true", "d-true")), send(press("r1", "r3", "r2"))];

/** An answer is kept, or the line is lost: one of these words stands under it. */
const recorded = (page) => page.page.locator("[data-testid=status]").filter({ hasText: /Đã ghi nhận|Recorded|Saved|saved|recorded/ }).first().waitFor();

let hostPage, screen, wall, judge, an, binh, chi, other, pin, room;

test("the printed host link opens the console, which makes a room", async () => {
  const link = /(http:\/\/\S+\/host#key=\S+)/.exec(server.out)?.[1];
  assert.ok(link, `a host link on the first start: ${server.out}`);
  hostPage = await open("host");
  await hostPage.page.goto(link.replace(/^http:\/\/[^/]+/, server.url));
  await hostPage.seen("new-room");
  assert.ok(!hostPage.page.url().includes("key="), "the key has left the address bar");
  await hostPage.look("home");
  await hostPage.click("new-room");
  await hostPage.id("bank-live-kinds").check();
  await hostPage.id("title").fill("Lớp 6A1");
  await hostPage.look("new-room");
  await hostPage.page.getByTestId("more-settings").locator("summary").click();
  await hostPage.page.getByTestId("more-settings").getByRole("checkbox").first().uncheck(); /* it shall not close by itself here */
  await hostPage.page.getByTestId("more-settings").locator("select").nth(1).selectOption("180"); /* time for pictures */
  await hostPage.look("new-room-settings");
  await hostPage.click("create-room");
  await hostPage.phase("lobby");
  pin = (await hostPage.id("pin").textContent()).replace(/\D/g, "");
  assert.match(pin, /^\d{6}$/);
  await hostPage.look("lobby-empty");
});

test("screen and judge open by their links", async () => {
  screen = await open("screen");
  await screen.page.goto(await linkOf("screen-link"));
  await screen.phase("lobby");
  await screen.look("lobby-empty");
  judge = await open("judge");
  await hostPage.page.locator("details").filter({ has: hostPage.id("judge-link") }).locator("summary").first().click({ timeout: 2000 }).catch(() => {});
  await judge.page.goto(await linkOf("judge-link"));
  await judge.seen("board");
  await judge.look("lobby-empty");
});

test("a teacher's only laptop: the screen page with the host's token has a control bar", async () => {
  const { host_token } = await tokens();
  wall = await open("wall");
  await wall.page.goto(`${server.url}/screen#token=${host_token}`);
  await wall.phase("lobby");
  await wall.seen("next");
  assert.ok(!wall.page.url().includes("token="), "the token has left the address bar");
  await wall.look("lobby");
});

/** What is mirrored to a class tells nothing before the reveal. */
async function wallTellsNothing(q) {
  await wall.phase("question");
  const shown = await wall.page.locator("body").innerText();
  assert.ok(!shown.includes("GIAITHICH") && !/Quỳnh Chi/.test(shown), shown);
  assert.equal(await wall.page.getByTestId("key").count() + await wall.page.getByTestId("distribution").count(), 0);
  if (q === 1 || q === 6)
    await wall.look(`q${q}-question`);
}

async function linkOf(id) {
  const href = await hostPage.id(id).getAttribute("href");
  return new URL(href, hostPage.page.url()).href.replace(/^http:\/\/[^/]+/, server.url);
}

test("three phones come in: by PIN, by link, and in English", async () => {
  an = await open("an", { phone: true });
  await an.page.goto(server.url);
  await an.seen("pin-input");
  await an.look("door");
  await an.id("pin-input").fill(pin === "111111" ? "222222" : "111111");
  await an.id("name-input").fill("An");
  await an.click("join-button");
  await an.seen("door-fault");
  await an.look("door-wrong-pin");
  await an.id("pin-input").fill(pin);
  await an.click("join-button");
  await an.seen("lobby-in");
  await an.look("lobby");
  binh = await open("binh", { phone: true, locale: "en-GB" });
  await binh.page.goto(`${server.url}/?lang=en#${pin}`);
  await binh.id("name-input").fill("An");
  await binh.look("door-by-link");
  await binh.click("join-button");
  await binh.seen("lobby-in");
  assert.match(await binh.id("own-name").textContent(), /An \(2\)/);
  await binh.look("lobby-renamed");
  chi = await open("chi", { phone: true });
  await chi.page.goto(`${server.url}/#${pin}`);
  await chi.id("name-input").fill("Nguyễn Thị Quỳnh Chi");
  await chi.click("join-button");
  await chi.seen("lobby-in");
  await hostPage.says("names", "Quỳnh Chi");
  await screen.says("names", "Quỳnh Chi");
  await hostPage.look("lobby");
  await screen.look("lobby");
});

/** The host presses the one big button, and everybody gets there. */
async function next(phase, mark) {
  await hostPage.click("next");
  await hostPage.phase(phase);
  await screen.phase(phase);
  await Promise.all([an, binh, other ?? chi].map((p) => p.seen(mark)));
}

const staff = () => [hostPage, screen, judge];
const phones = () => [an, binh, other ?? chi];

for (let q = 1; q <= KINDS.length; q++) {
  test(`question ${q}, ${KINDS[q - 1].kind}: asked, answered, closed, revealed, ranked`, async () => {
    await next("question", "question-text");
    for (const page of [...staff(), an, binh])
      await page.look(`q${q}-question`);
    await wallTellsNothing(q);
    await answerAll(q);
    for (const page of [an, hostPage, ...(q === 1 ? [screen, judge] : [])])
      await page.look(`q${q}-answered`);
    await next("closed", "closed");
    if (q === 1 || q === 5)
      for (const page of [...staff(), an])
        await page.look(`q${q}-closed`);
    await next("revealed", "revealed");
    assert.deepEqual(await Promise.all(phones().map((p) => p.id("revealed").getAttribute("data-right"))), ["true", "false", "true"]);
    for (const page of [...staff(), an, binh])
      await page.look(`q${q}-revealed`);
    await next("ranked", "ranked");
    if (q === 1 || q === 8)
      for (const page of [...staff(), ...phones()])
        await page.look(`q${q}-ranked`);
  });
}

/** An is right, Bình wrong; the third is right, whatever happens to that phone. */
async function answerAll(q) {
  await RIGHT[q - 1](an);
  await WRONG[q - 1](binh);
  await Promise.all([an, binh].map(recorded));
  const troubles = { 1: reloaded, 2: takenOver, 3: offline, 5: pausedAndExtended };
  await (troubles[q] ?? plainly)(q);
}

async function plainly(q) {
  await RIGHT[q - 1](other ?? chi);
  await recorded(other ?? chi);
}

async function reloaded(q) {
  await chi.page.reload();
  await chi.seen("question-text");
  await RIGHT[q - 1](chi);
  await recorded(chi);
  await chi.page.reload();
  await recorded(chi);
}

/** Another phone with the same seat: the old one is told so and stays quiet. */
async function takenOver(q) {
  other = await open("chi-other-phone", { phone: true, storageState: await chi.context.storageState() });
  await other.page.goto(`${server.url}/#${pin}`);
  await other.seen("continue-button");
  await other.look("continue-as");
  await other.click("continue-button");
  await other.seen("question-text");
  await chi.seen("over-elsewhere");
  await chi.look("opened-elsewhere");
  await RIGHT[q - 1](other);
  await recorded(other);
}

async function offline(q) {
  await other.context.setOffline(true);
  await other.page.evaluate(() => window.dispatchEvent(new Event("offline")));
  await RIGHT[q - 1](other);
  await other.look("offline", [SIZES[0]]);
  await other.context.setOffline(false);
  await recorded(other);
}

async function pausedAndExtended(q) {
  await hostPage.click("pause");
  await Promise.all([hostPage, screen].map((p) => p.seen("banner-paused")));
  for (const page of [...staff(), an])
    await page.look("paused");
  await hostPage.click("next"); /* goes on */
  await hostPage.id("banner-paused").waitFor({ state: "detached" });
  await hostPage.click("extend");
  await plainly(q);
}

test("the podium, everywhere, with the points that the log gives", async () => {
  await hostPage.click("next");
  await hostPage.phase("ended");
  await Promise.all([...phones().map((p) => p.seen("ended")), screen.seen("podium")]);
  for (const page of [...staff(), ...phones()])
    await page.look("ended");
  await an.page.locator("summary").first().click();
  await an.seen("review");
  await an.look("review", [SIZES[0]]);
  const token = (await tokens()).judge_token;
  const counted = await sameBoard(server, room, { token });
  const rows = counted.board();
  assert.deepEqual(rows.map((row) => row.points), [10000, 10000, 500], "Bình has the share of two right statements");
  assert.match(await an.id("final-points").textContent(), /10\.000/);
});

async function tokens() {
  const key = /#key=(\S+)/.exec(server.out)[1];
  const list = await server.http("GET", "/api/rooms", { key });
  room = list.json.rooms.find((r) => r.pin === pin).room;
  return (await server.http("POST", `/api/rooms/${room}/tokens`, { key })).json;
}

test("a language is switched at once, and stays", async () => {
  await an.click("settings");
  await an.look("settings", [SIZES[0]]);
  await an.click("lang-en");
  await an.page.locator("html[lang=en]").waitFor();
  await an.look("ended-en", [SIZES[0]]);
  await an.page.reload();
  await an.page.locator("html[lang=en]").waitFor();
});

test("a reloaded host and a host's phone as a remote show the same room, and the past rooms are listed", async () => {
  await hostPage.page.reload();
  await hostPage.phase("ended");
  await hostPage.click("back");
  await hostPage.seen("room");
  await hostPage.look("home-with-room");
  await hostPage.click("room");
  await hostPage.phase("ended");
});

test("practice alone needs no room", async () => {
  const page = await open("practice", { phone: true });
  await page.page.goto(`${server.url}/practice`);
  await page.page.locator("h1").first().waitFor();
  await page.look("practice");
});

test("no script failed on any page, and none asked another host for anything", () => {
  for (const page of pages)
    assert.deepEqual(page.faults, [], page.name);
});
