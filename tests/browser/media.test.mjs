/* SPDX-License-Identifier: Apache-2.0 */
/* A question's picture and sound on the phone, on the wall, on the host's console, in the library and in practice. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Member } from "../live/client.mjs";
import { ROOT, Server } from "../live/harness.mjs";
import { mp3, png, zip } from "../live/pictures.mjs";
import { Page, launch } from "./pages.mjs";

const CHART = readFileSync(join(ROOT, "question-banks/reading/media/borrowing.svg"));
const question = (id, file, more = {}) => ({
  id, kind: "single", text: { vi: `Trong hình có gì? (${id})`, en: `What is in the picture? (${id})` },
  choices: ["a", "b", "c", "d"].map((one) => ({ id: one, text: { vi: `Câu trả lời ${one}`, en: `Answer ${one}` } })), key: ["b"],
  explain: { vi: "Nhìn kỹ là thấy.", en: "Look closely." },
  media: { file: `media/${file}`, alt: { vi: `Mô tả ${id}`, en: `Words for ${id}` } }, ...more,
});
const BANK = {
  id: "seen", version: "1.0.0", languages: ["vi", "en"], title: { vi: "Nhìn và nghe", en: "See and hear" }, visibility: "practice",
  questions: [question("chart", "chart.svg"), question("tall", "tall.png"), question("gong", "gong.mp3")],
};

let server, browser, host, room, boss;
const pages = [];
const open = async (name, options) => { const page = await Page.open(browser, name, options); pages.push(page); return page; };

before(async () => {
  server = await new Server({ workers: 2 }).start();
  host = await server.key("host");
  const body = zip({ "bank.json": Buffer.from(JSON.stringify(BANK)), "media/chart.svg": CHART, "media/tall.png": png(300, 1200), "media/gong.mp3": mp3(40) });
  const answer = await fetch(`${server.url}/api/banks`, { method: "POST", body, headers: { Authorization: `Bearer ${host}` } });
  assert.equal(answer.status, 201, await answer.text());
  room = await server.room(host, { bank: "seen", limit_s: 600, close_all: false });
  boss = await Member.attach(server.url, room.host_token, "host");
  browser = await launch();
});
after(async () => {
  boss?.stop();
  await browser?.close();
  await server?.close();
});

/* Of the picture of the question: its words, and whether it has come in the shape that was told. */
const shown = (page) => page.page.getByTestId("media").locator("img").first().evaluate(async (img) => {
  const early = img.getBoundingClientRect();
  await img.decode();
  const late = img.getBoundingClientRect();
  return { alt: img.alt, there: img.naturalWidth > 0, told: Number(img.getAttribute("width")) / Number(img.getAttribute("height")), early: early.height, late: late.height, ratio: late.width / late.height, height: late.height, window: window.innerHeight };
});
async function hasPicture(page, alt, most) {
  await page.seen("media");
  const is = await shown(page);
  assert.equal(is.alt, alt);
  assert.ok(is.there && Math.abs(is.ratio - is.told) < 0.02 * is.told, JSON.stringify(is));
  assert.equal(is.early, is.late, "nothing moves when it comes");
  assert.ok(is.height <= most * is.window + 1, JSON.stringify(is));
}
async function step(q) {
  await boss.must("next");
  return boss.expect("question", (frame) => frame.q === q);
}
async function past() {
  await boss.must("close");
  await boss.must("reveal");
}

let phone, wall, console_;

test("a picture stands on the phone, on the wall and on the console, with its words", async () => {
  phone = await open("media-phone", { phone: true });
  await phone.page.goto(`${server.url}/#${room.pin}`);
  await phone.id("name-input").fill("An");
  await phone.click("join-button");
  await phone.seen("lobby-in");
  wall = await open("media-wall");
  await wall.page.goto(`${server.url}/screen#token=${room.screen_token}`);
  console_ = await open("media-host");
  await console_.page.goto(`${server.url}/host#token=${room.host_token}`);
  await step(1);
  await hasPicture(phone, "Mô tả chart", 0.28);
  await hasPicture(wall, "Mô tả chart", 0.36);
  await hasPicture(console_, "Mô tả chart", 0.24);
  await phone.look("media-chart");
  await wall.look("media-chart");
  await console_.look("media-chart");
});

test("a tap shows it large, another tap or a key brings the question back", async () => {
  await phone.id("media").locator("img").tap();
  await phone.seen("media-large");
  await phone.picture("media-large");
  await phone.axe("large");
  await phone.page.keyboard.press("Escape");
  await phone.id("media-large").waitFor({ state: "detached" });
  assert.equal(await phone.page.evaluate(() => document.activeElement.dataset.testid), "media");
  await phone.id("media").locator("img").tap();
  await phone.id("media-large").tap({ position: { x: 100, y: 100 } });
  await phone.id("media-large").waitFor({ state: "detached" });
  await phone.click("answer-b");
});

test("a high picture leaves room for the answers", async () => {
  await past();
  await wall.phase("revealed");
  await wall.look("media-reveal");
  await boss.must("next"); /* the board */
  await step(2);
  await phone.says("question-text", "(tall)");
  await wall.says("question", "(tall)");
  await hasPicture(phone, "Mô tả tall", 0.28);
  await hasPicture(wall, "Mô tả tall", 0.36);
  await phone.look("media-tall");
  await wall.look("media-tall");
});

test("a sound plays on the wall, and the phone has its words", async () => {
  await past();
  await boss.must("next");
  await step(3);
  await wall.says("question", "(gong)");
  await phone.says("question-text", "(gong)");
  assert.match(await wall.page.locator("audio").getAttribute("src"), /^media\/[0-9a-f]{64}\.mp3$/);
  assert.equal(await wall.page.locator("audio").getAttribute("aria-label"), "Mô tả gong");
  assert.equal(await phone.page.locator("audio").count(), 0);
  await phone.page.getByText("Mô tả gong").waitFor();
  const length = await wall.page.locator("audio").evaluate((audio) => new Promise((done, refuse) => {
    audio.onloadedmetadata = () => done(audio.duration);
    audio.onerror = () => refuse(new Error("the sound does not load"));
    audio.load();
    audio.preload = "metadata";
  }));
  assert.ok(length > 0.5 && length < 2, `${length} s`);
  await wall.look("media-sound");
  await phone.look("media-sound");
});

test("where the picture cannot be had, its words stand", async () => {
  const lost = await open("media-lost", { phone: true, locale: "en-GB" });
  await lost.page.route("**/media/*", (route) => route.abort());
  await lost.page.goto(`${server.url}/practice?lang=en`);
  await lost.click("bank-seen");
  await lost.page.getByTestId("practice-start").first().click();
  await lost.page.getByText(/Words for (chart|tall|gong)/).first().waitFor();
  await lost.fits("lost");
});

test("who practises sees the picture and hears the sound, also when the line has been cut since", async () => {
  const alone = await open("media-alone", { phone: true, locale: "en-GB" });
  const came = [];
  alone.page.on("requestfinished", (request) => { if (/\/media\/[0-9a-f]{64}/.test(request.url())) came.push(request.url()); });
  await alone.page.goto(`${server.url}/practice?lang=en`);
  await alone.seen("bank-seen");
  while (came.length < 3)
    await alone.page.waitForEvent("requestfinished");
  await alone.context.setOffline(true);
  await alone.click("bank-seen");
  await alone.page.getByTestId("practice-start").first().click();
  for (let seen = 0; seen < 3; seen++) {
    await alone.seen("question-text");
    const id = /\((\w+)\)/.exec(await alone.id("question-text").textContent())[1];
    if (id === "gong")
      await alone.page.locator("audio").waitFor();
    else
      await alone.page.getByTestId("media").locator("img").evaluate((img) => img.decode());
    await alone.look("media-practice-" + id, [alone.page.viewportSize()]);
    await alone.click("answer-b");
    await alone.click("practice-next");
  }
});

test("the library shows each question with its picture", async () => {
  const library = await open("media-library");
  await library.page.goto(`${server.url}/host#key=${host}`);
  await library.click("to-library");
  await library.click("library-seen");
  await library.page.getByTestId("shown-chart").getByTestId("media").waitFor();
  await hasPicture(library, "Mô tả chart", 0.24);
  await library.look("media-library");
});

let teacher;

test("pictures in a Word file come along, and one without words waits for them", async () => {
  teacher = await open("media-teacher");
  await teacher.page.goto(`${server.url}/host#key=${host}`);
  await teacher.click("my-questions");
  await teacher.id("file").setInputFiles(join(ROOT, "tests/imports/pictures.docx"));
  await teacher.seen("preview");
  const standing = (n) => teacher.id(`draft-${n}`).getAttribute("data-standing");
  assert.deepEqual([await standing(1), await standing(2), await standing(3)], ["ready", "lacks", "lacks"]);
  assert.equal(await teacher.id("draft-1-alt").inputValue(), "Một ô vuông màu xanh");
  await teacher.page.getByTestId("draft-2").locator("img").evaluate((img) => img.decode());
  await teacher.says("draft-3", "có nhiều hình");
  await teacher.says("draft-2", "Thiếu lời tả hình");
  await teacher.look("media-word");
  await teacher.id("draft-2-alt").fill("Một hình chữ nhật màu cam");
  assert.equal(await standing(2), "ready");
  await teacher.click("draft-4-no-picture");
  assert.equal(await teacher.page.getByTestId("draft-4").locator("img").count(), 0);
  await teacher.id("mine-name").fill("Từ Word");
  await teacher.click("mine-keep");
  await teacher.seen("mine-kept");
  const { json } = await server.http("GET", "/api/banks/tu-word/1.0.0/media", { key: host });
  assert.deepEqual(Object.values(json.media).map((one) => `${one.width} ${one.height}`).sort(), ["20 20", "40 20"]);
});

test("a bank goes and comes as a ZIP file with its pictures", async () => {
  const library = await open("media-pack");
  await library.page.goto(`${server.url}/host#key=${host}`);
  await library.click("to-library");
  await library.click("library-seen");
  await library.page.getByTestId("bank-downloads").locator("summary").click();
  const [download] = await Promise.all([library.page.waitForEvent("download"), library.click("bank-get-pack")]);
  const path = await download.path();
  const other = await new Server({ workers: 1 }).start();
  try {
    const there = await open("media-other"), key = await other.key("host");
    await there.page.goto(`${other.url}/host#key=${key}`);
    await there.click("my-questions");
    await there.id("file").setInputFiles({ name: "seen.zip", mimeType: "application/zip", buffer: readFileSync(path) });
    await there.seen("mine-kept");
    await there.look("media-kept");
    const again = await open("media-bad");
    await again.page.goto(`${other.url}/host#key=${key}`);
    await again.click("my-questions");
    await again.id("file").setInputFiles({ name: "bad.zip", mimeType: "application/zip", buffer: zip({ "bank.json": Buffer.from("{}") }) });
    await again.says("mine-fault", "id");
  } finally {
    await other.close();
  }
});
