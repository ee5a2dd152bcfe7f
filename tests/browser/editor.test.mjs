/* SPDX-License-Identifier: Apache-2.0 */
/* A teacher writes a bank: copied, broken, told where, mended, saved, changed, saved as the next version, compared, played. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT, Server } from "../live/harness.mjs";
import { png } from "../live/pictures.mjs";
import { Page, SIZES, launch } from "./pages.mjs";

let server, browser, key, page, desk;
const pages = [];

before(async () => {
  server = await new Server({ workers: 2, banks: [join(ROOT, "tests/live/banks"), join(ROOT, "question-banks")] }).start();
  browser = await launch();
  key = await server.key("host");
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(name, options) {
  const opened = await Page.open(browser, name, options);
  pages.push(opened);
  return opened;
}
const f = (of, place) => `f-${of}-${place}`;
/** The server's word on what is in the fields now. */
const checked = async (words) => {
  await page.page.locator("[data-testid=check][data-checked=yes]").waitFor();
  await page.says("check", words);
};
const version = (id, number) => JSON.parse(readFileSync(join(server.data, `banks/${id}/${number}.json`), "utf8"));

test("without a key the editor leads to the host page", async () => {
  const door = await open("editor-door");
  await door.page.goto(`${server.url}/editor`);
  await door.seen("door");
  await door.look("door");
});

test("the library leads to the editor, which begins with nothing", async () => {
  page = await open("editor");
  await page.page.goto(`${server.url}/host?lang=vi#key=${key}`);
  await page.click("to-library");
  await page.seen("library-live-kinds");
  await page.id("pick-language").selectOption("en");
  await page.look("library");
  await page.click("to-editor");
  await page.seen("editor-home");
  await page.id("copy-of-live-kinds").waitFor();
  await page.look("home");
});

test("an empty bank is told what it lacks, at its fields", async () => {
  await page.click("new-bank");
  await page.seen("editing");
  await checked("chỗ phải sửa");
  await page.says(f("head", "title.vi-fault"), "đang để trống");
  assert.equal(await page.id(f("head", "title.vi")).getAttribute("aria-invalid"), "true");
  await page.look("empty");
});

test("questions of another bank are copied in, in the languages of this one", async () => {
  await page.id(f("head", "title.vi")).fill("Ôn tập của tôi");
  assert.equal(await page.id(f("head", "id")).inputValue(), "on-tap-cua-toi");
  await page.id("copy").locator("summary").click();
  await page.id(f("copy", "bank")).selectOption({ index: 0 });
  await page.id(f("copy", "bank")).selectOption({ value: await page.id(f("copy", "bank")).locator("option[value^='live-kinds@']").getAttribute("value") });
  await page.seen("copy-all");
  await page.look("copy");
  await page.click("copy-all");
  await page.click("copy-go");
  await checked("không có lỗi");
  assert.equal(await page.page.locator("[data-testid^=q-]").count(), 8);
  await page.says("save", "1.0.0");
  await page.look("copied");
});

let first;
test("what is broken is told at its field, in words, and mended", async () => {
  first = await page.page.locator("[data-testid^=q-]").first().getAttribute("data-testid").then((id) => id.slice(2));
  await page.click(f(first, "row"));
  const text = await page.id(f(first, "text.vi")).inputValue();
  await page.id(f(first, "text.vi")).fill("");
  await checked("1 chỗ phải sửa");
  await page.says(f(first, "text.vi-fault"), "đang để trống");
  assert.equal(await page.id("q-" + first).getAttribute("data-faults"), "1");
  assert.ok(await page.id("save").isDisabled());
  await page.look("broken");
  await page.click("to-fault");
  await page.page.waitForFunction((id) => document.activeElement?.id === id, f(first, "text.vi"));
  await page.page.keyboard.type("Câu đã sửa");
  await checked("không có lỗi");
  assert.equal(await page.id("q-" + first).getAttribute("data-faults"), "0");
  await page.id(f(first, "text.vi")).fill(text);
});

test("a reload loses nothing that was typed, not even what is at fault", async () => {
  await page.id(f(first, "explain.vi")).fill("Vì sao lại thế");
  await page.id(f(first, "limit_s")).fill("20 giây");
  await page.says(f(first, "limit_s-fault"), "số nguyên từ 1 đến 3600");
  await page.page.reload();
  await page.seen("editing");
  await page.click(f(first, "row"));
  assert.equal(await page.id(f(first, "explain.vi")).inputValue(), "Vì sao lại thế");
  assert.equal(await page.id(f(first, "limit_s")).inputValue(), "20 giây");
  await page.id(f(first, "limit_s")).fill("25");
  await checked("không có lỗi");
});

test("a removed question comes back where it stood; moved ones stay moved", async () => {
  const order = () => page.page.locator("[data-testid^=q-]").evaluateAll((all) => all.map((one) => one.dataset.testid.slice(2)));
  const before = await order();
  await page.click(f(first, "drop"));
  await page.seen("restore");
  assert.deepEqual(await order(), before.slice(1));
  await page.look("removed", [SIZES[0]]);
  await page.page.waitForFunction(() => document.activeElement?.id === "ed-restore");
  await page.page.keyboard.press("Enter");
  await page.page.waitForFunction((id) => document.activeElement?.id === id, f(first, "row"));
  assert.deepEqual(await order(), before);
  await page.id(f(first, "down")).focus();
  await page.page.keyboard.press("Enter");
  assert.deepEqual(await order(), [before[1], before[0], ...before.slice(2)]);
  await page.click(f(first, "up"));
  assert.deepEqual(await order(), before);
});

const FORMS = [
  ["single", async (q) => { await fill(q, ["Một", "Hai", "Ba", "Bốn"]); await page.id(f(q, "right-b")).check(); }, { key: ["b"] }],
  ["multiple", async (q) => { await fill(q, ["Một", "Hai", "Ba", "Bốn"]); await page.id(f(q, "right-c")).check(); await page.id(f(q, "right-a")).check(); }, { key: ["a", "c"] }],
  ["truefalse", (q) => page.click(f(q, "key-false")), { key: false }],
  ["statements", async (q) => { await fill(q, ["Một", "Hai", "Ba", "Bốn"]); for (const [id, truth] of [["a", true], ["b", false], ["c", true], ["d", true]]) await page.click(f(q, `key-${id}-${truth}`)); }, { key: { a: true, b: false, c: true, d: true } }],
  ["number", async (q) => { await page.id(f(q, "key.value")).fill("3,75"); await page.id(f(q, "key.tolerance")).fill("0,05"); }, { key: { value: 3.75, tolerance: 0.05 } }],
  ["text", (q) => page.id(f(q, "key")).fill("Hải Phòng\nHaiphong"), { key: { accept: ["Hải Phòng", "Haiphong"], ignore: ["case", "tone-place"] } }],
  ["order", async (q) => { await fill(q, ["Một", "Hai", "Ba", "Bốn"]); await page.click(f(q, "up-d")); await page.click(f(q, "down-a")); }, { key: ["b", "a", "d", "c"] }],
  ["match", async (q) => {
    for (const [i, word] of ["Một", "Hai", "Ba"].entries()) {
      await page.id(f(q, `left.${i}.vi`)).fill(word);
      await page.id(f(q, `right.${i}.vi`)).fill(`${i + 1}`);
      await page.id(f(q, `pair-l${i + 1}`)).selectOption(`r${i + 1}`);
    }
  }, { key: { l1: "r1", l2: "r2", l3: "r3" } }],
];
async function fill(q, words) {
  for (const [i, word] of words.entries())
    await page.id(f(q, `choices.${i}.vi`)).fill(word);
}
const wrote = [];
for (const [kind, write, wanted] of FORMS)
  test(`a ${kind} question is written by hand`, async () => {
    await page.id(f("new", "kind")).selectOption(kind);
    await page.click("add");
    const q = await page.page.locator("[data-testid^=q-].is-open").getAttribute("data-testid").then((id) => id.slice(2));
    await page.id(f(q, "text.vi")).fill(`Câu ${kind}`);
    await checked("chỗ phải sửa");
    await write(q);
    await checked("không có lỗi");
    await page.id(f(q, "look")).getByText(`Câu ${kind}`).waitFor();
    await page.look(kind);
    wrote.push([q, kind, wanted]);
  });

test("a picture is sent, described and shown; what is no picture is refused in words", async () => {
  const [q] = wrote[2];
  await page.click(f(q, "row"));
  await page.id(f(q, "media")).setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await page.says("q-" + q, "Máy chủ không nhận tệp này");
  assert.match(page.faults.splice(0).join(), /^console: [^,]* 422 /, "that was asked for");
  await page.id(f(q, "media")).setInputFiles({ name: "a.png", mimeType: "image/png", buffer: png(40, 20) });
  await page.id(f(q, "media.alt.vi")).waitFor();
  await checked("1 chỗ phải sửa");
  await page.id(f(q, "media.alt.vi")).fill("Một ô màu xanh");
  await checked("không có lỗi");
  await page.look("picture");
});

test("it is saved, and the file holds what was written", async () => {
  await page.click("save");
  await page.seen("saved");
  await page.look("saved");
  const bank = version("on-tap-cua-toi", "1.0.0");
  assert.equal(bank.questions.length, 16);
  for (const [id, kind, { key: right }] of wrote) {
    const q = bank.questions.find((one) => one.id === id);
    assert.equal(q.kind, kind);
    assert.deepEqual(q.key, right);
    assert.equal(q.text, `Câu ${kind}`);
  }
  assert.equal(bank.questions[0].limit_s, 25);
  const pictured = bank.questions.find((one) => one.id === wrote[2][0]).media;
  assert.equal(pictured.alt, "Một ô màu xanh");
  assert.equal((await server.http("GET", "/" + pictured.file)).status, 200);
});

test("a changed key makes the next version a major one, and the page says why", async () => {
  await page.click("saved-on");
  await page.seen("editing");
  await page.says("check", "Chưa đổi gì so với phiên bản 1.0.0");
  assert.ok(await page.id("save").isDisabled());
  const [q] = wrote[0];
  await page.click(f(q, "row"));
  await page.id(f(q, "right-c")).check();
  await page.id(f(q, "explain.vi")).fill("Đã xem lại nguồn.");
  await checked("không có lỗi");
  await page.says("save", "2.0.0");
  await page.says("why", "Thay đổi lớn so với 1.0.0");
  await page.id("why").locator("summary").click();
  await page.says("why", "Đáp án đổi: câu 9 “Câu single”");
  await page.look("why");
  await page.click("save");
  await page.seen("saved");
  assert.deepEqual(version("on-tap-cua-toi", "1.0.0").questions[8].key, ["b"], "the old version stays");
  assert.deepEqual(version("on-tap-cua-toi", "2.0.0").questions[8].key, ["c"]);
});

test("the two versions are compared: the key before and after, and the verdict", async () => {
  await page.click("saved-compare");
  await page.seen("compare");
  await page.says("verdict", "Thay đổi lớn");
  const changed = page.id("changed-" + wrote[0][0]);
  assert.match(await changed.getByTestId("cmp-key").textContent(), /Trước.*Hai.*Sau.*Ba/);
  assert.match(await changed.getByTestId("cmp-explain").textContent(), /không có.*Đã xem lại nguồn/);
  await page.look("compare");
});

test("a room is opened with it", async () => {
  await page.click("bank-open");
  await page.id("bank-on-tap-cua-toi").waitFor();
  assert.ok(await page.id("bank-on-tap-cua-toi").isChecked());
  await page.click("create-room");
  await page.phase("lobby");
  const { json } = await server.http("GET", "/api/rooms", { key });
  assert.equal(json.rooms[0].bank, "on-tap-cua-toi@2.0.0");
});

test("another host sees it, and what that one writes is a copy with an id of its own", async () => {
  const other = await open("other", { locale: "en-GB" });
  await other.page.goto(`${server.url}/host?lang=en#key=${await server.key("host")}`);
  await other.click("to-library");
  await other.click("library-on-tap-cua-toi");
  await other.says("bank-edit", "Copy and edit");
  await other.click("bank-edit");
  await other.seen("editing");
  assert.notEqual(await other.id(f("head", "id")).inputValue(), "on-tap-cua-toi");
  await other.id(f("head", "id")).fill("on-tap-cua-toi");
  await other.says("check", "Another bank has this id");
  await other.look("foreign");
  assert.ok(await other.id("save").isDisabled());
  desk = other;
});

test("a second language asks for what is not translated yet, and a text that is the same is taken over", async () => {
  await desk.id("lang-of-en").check();
  await desk.says("check", "to mend");
  await desk.id(f("head", "title.en")).fill("My revision");
  const q = wrote[0][0];
  await desk.click(f(q, "row"));
  await desk.says(f(q, "text.en-fault"), "is empty");
  await desk.id(f(q, "text.en")).fill("Question one");
  await desk.page.getByTestId("q-" + q).locator(".ed-same").first().click();
  await desk.look("two-languages");
});

test("a shipped bank in two languages is copied whole and is without faults", async () => {
  await desk.click("back");
  await desk.click("copy-of-learning-citizen");
  await desk.seen("editing");
  await desk.says("check", "no faults");
  await desk.says("save", "1.0.0");
  await desk.look("shipped");
  await desk.page.locator("[data-testid=filters] summary").click();
  await desk.id("find").fill("UNESCO");
  await desk.says("ed-count", "found");
  await desk.click("back");
  await desk.seen("editor-home");
  await desk.look("drawer");
});

test("a bank that was downloaded is opened again; another file is refused in words", async () => {
  const taker = await open("taker", { locale: "en-GB" });
  await taker.page.goto(`${server.url}/host?lang=en#key=${await server.key("host")}`);
  await taker.click("to-library");
  await taker.click("library-on-tap-cua-toi");
  await taker.page.getByTestId("bank-downloads").locator("summary").click();
  const coming = taker.page.waitForEvent("download");
  await taker.click("bank-get-json");
  const download = await coming;
  assert.equal(download.suggestedFilename(), "on-tap-cua-toi-2.0.0.json");
  const bytes = readFileSync(await download.path());
  assert.deepEqual(JSON.parse(bytes), version("on-tap-cua-toi", "2.0.0"));
  await taker.page.goto(`${server.url}/editor?lang=en`);
  await taker.id("open-file").setInputFiles({ name: "a.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await taker.says("home-fault", "no bank of hội thi");
  await taker.id("open-file").setInputFiles({ name: "b.json", mimeType: "application/json", buffer: bytes });
  await taker.seen("editing");
  await taker.says("check", "Another bank has this id");
  await taker.id(f("head", "id")).fill("opened-again");
  await taker.says("check", "no faults");
});

test("a browser that has no room left says so, and a second tab is told of", async () => {
  const full = await open("full", { locale: "en-GB" });
  await full.page.addInitScript(() => {
    const set = Storage.prototype.setItem;
    Storage.prototype.setItem = function (name, value) {
      if (window.full && name.includes("editor.draft."))
        throw new DOMException("full", "QuotaExceededError");
      set.call(this, name, value);
    };
  });
  await full.page.goto(`${server.url}/editor?lang=en#key=${key}`);
  await full.click("new-bank");
  await full.id(f("head", "title.vi")).fill("Mine");
  await full.says("check", "to mend");
  const second = await full.context.newPage();
  await second.goto(`${server.url}/editor?lang=en`);
  await second.getByTestId("draft-mine").click();
  await second.getByTestId(f("head", "title.vi")).fill("Ours");
  await full.seen("elsewhere");
  await second.close();
  await full.page.evaluate(() => { window.full = true; });
  await full.id(f("head", "title.vi")).fill("Mine again");
  await full.seen("unkept");
  await full.look("unkept");
  await full.click("add");
  await full.page.waitForFunction(() => document.activeElement?.id.endsWith("text.vi"));
  await full.click("back");
  await full.page.locator("[data-testid=draft-mine-again] ~ button, li:has([data-testid^=draft-]) .link").first().click();
  await full.click("ask-yes");
  await full.page.locator("[data-testid^=draft-]").waitFor({ state: "detached" });
});

test("no script failed on any page, and none asked another host for anything", () => {
  for (const one of pages)
    assert.deepEqual(one.faults, [], one.name);
});
