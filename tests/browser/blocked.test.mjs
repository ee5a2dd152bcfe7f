/* SPDX-License-Identifier: Apache-2.0 */
/* A round behind a proxy that lets no WebSocket through: host, screen and two students play it over POST /api/frames. */
import assert from "node:assert/strict";
import { after, before, test as nodeTest } from "node:test";
import { sameBoard } from "../live/checks.mjs";
import { Server, until } from "../live/harness.mjs";
import { Page, launch } from "./pages.mjs";
import { Proxy } from "./proxy.mjs";

const PATIENCE = { timeout: 90000 };
let server, proxy, browser, room, host, screen, an, binh, broken = false;
const pages = [];

/* Each step stands on the one before: after a failure the rest would only wait in vain. */
const test = (title, run) => nodeTest(title, PATIENCE, async (t) => {
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
  proxy = await new Proxy(server.url).start();
  browser = await launch();
  room = await server.room(await server.key("host"), { bank: "live-quick", questions: { count: 2 }, close_all: false });
});
after(async () => {
  await browser?.close();
  await proxy?.close();
  await server?.close();
});

async function open(name, address, options) {
  const page = await Page.open(browser, name, options);
  pages.push(page);
  await page.page.goto(proxy.url + address);
  return page;
}
const status = (page, name) => page.page.locator(`[data-testid=status][data-status=${name}]`).waitFor();
const recorded = (page) => page.page.locator("[data-testid=status]").filter({ hasText: /Đã ghi nhận|recorded|saved/i }).first().waitFor();
const polls = (page) => page.page.evaluate(() => Object.keys(sessionStorage).some((key) => key.endsWith("polls")));
async function next(phase) {
  await host.click("next");
  await Promise.all([host, screen].map((page) => page.phase(phase)));
}

test("host and screen come in where upgrades are refused", async () => {
  host = await open("blocked-host", `/refused/host#token=${room.host_token}`);
  screen = await open("blocked-screen", `/refused/screen#token=${room.screen_token}`);
  await Promise.all([host, screen].map((page) => page.phase("lobby")));
  assert.ok(await polls(host) && await polls(screen), "the tabs remember that they poll");
  assert.ok(proxy.upgrades.refused >= 4, "two attempts each");
});

test("students come in where upgrades are hung up on, and where they are never answered", async () => {
  an = await open("blocked-an", `/cut/#${room.pin}`, { phone: true });
  binh = await open("blocked-binh", `/silent/?lang=en#${room.pin}`, { phone: true, locale: "en-GB" });
  await Promise.all([[an, "An"], [binh, "Bình"]].map(async ([page, name]) => {
    await page.id("name-input").fill(name);
    await page.click("join-button");
    await page.seen("lobby-in");
    await status(page, "open");
    assert.ok(await polls(page), name);
  }));
  assert.ok(proxy.upgrades.cut >= 2 && proxy.upgrades.silent >= 1);
  await host.says("names", "Bình");
  await host.look("lobby");
  await an.look("lobby");
  await binh.look("lobby");
});

test("the first question: a reload in its middle asks for no socket and finds the answer kept", async () => {
  await next("question");
  await Promise.all([an, binh].map((page) => page.seen("question-text")));
  await an.click("answer-d");
  await binh.click("answer-a");
  await Promise.all([an, binh].map(recorded));
  const before = { ...proxy.upgrades };
  await Promise.all([an, host].map((page) => page.page.reload()));
  await recorded(an);
  await host.phase("question");
  assert.deepEqual(proxy.upgrades, before);
  await an.look("q1-answered");
  await next("closed");
  await next("revealed");
  await Promise.all([an, binh].map((page) => page.seen("revealed")));
  assert.deepEqual(await Promise.all([an, binh].map((page) => page.id("revealed").getAttribute("data-right"))), ["true", "false"]);
  await next("ranked");
});

test("the second question: connections that break off are not noticed, a lost session is found again", async () => {
  await next("question");
  await Promise.all([an, binh].map((page) => page.seen("question-text")));
  proxy.cut();
  await an.click("answer-c");
  await recorded(an);
  server.workerPids().forEach((pid) => process.kill(pid, "SIGKILL"));
  await binh.click("answer-c");
  await recorded(binh);
  await host.page.locator("[data-phase=question]").first().waitFor();
  await next("closed");
  await next("revealed");
  await Promise.all([an, binh].map((page) => page.seen("revealed")));
  assert.deepEqual(await Promise.all([an, binh].map((page) => page.id("revealed").getAttribute("data-right"))), ["true", "true"]);
  await host.picture("revealed");
});

test("the podium, with the points that the log gives", async () => {
  await next("ranked");
  await host.click("next");
  await host.phase("ended");
  await Promise.all([an.seen("ended"), binh.seen("ended"), screen.seen("podium")]);
  await an.picture("ended");
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  assert.deepEqual(counted.board().map((row) => row.points), [2000, 1000]);
});

test("a page that is left says so, as a socket would by closing", async () => {
  const before = proxy.farewells.length;
  await binh.page.goto("about:blank");
  await until("a farewell", () => proxy.farewells.length > before);
  assert.deepEqual(proxy.farewells.filter((code) => code !== 200), []);
});

test("no frame came by a socket, and no script failed", async () => {
  assert.ok(proxy.polls > 20, String(proxy.polls));
  const cut = /^console: Failed to load resource: net::ERR_/; /* by this test */
  for (const page of pages)
    assert.deepEqual(page.faults.filter((fault) => !cut.test(fault)), [], page.name);
});
